//! The released page in parts: what the list of articles needs comes first, the rest in a file of its own.
//!
//! Trunk cannot split a page by itself: that has to happen before wasm-bindgen, and Trunk's hooks run earlier or
//! later. So the parts are made anew from what the compiler has written, and take the place of what Trunk has made of
//! it. Debug builds stay whole.

use std::fs;
use std::path::Path;

use crate::command::quietly;
use crate::failure::{Failure, Outcome};
use crate::folder::{REMEDY, failed, names, read, read_bytes, write, write_bytes};
use crate::machine::{BROWSER, Machine};
use crate::seam;
use crate::setup;
use crate::styles;

/// What WebAssembly of Rust's own target may use; the parts do not say so themselves.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Splits the page that Trunk has just built in release mode.
///
/// # Errors
/// If a tool is missing and cannot be had, or if one fails.
pub(crate) fn run(page: &Path) -> Outcome {
    let machine = Machine::look()?;
    let tools = setup::splitting_tools(&machine)?;
    let name = name_of(page)?;
    let work = machine.target_folder().join("split");
    // What is left of an earlier page; where there is none, the next line makes the folder.
    let _ = fs::remove_dir_all(&work);
    let parts = work.join("parts");
    fs::create_dir_all(&parts).map_err(|error| failed("make", &parts, &error))?;

    let whole = machine.target_folder().join(BROWSER).join("release/hearsay.wasm");
    quietly(
        machine
            .command(&tools.split)
            .arg(whole)
            .arg(&parts)
            .args(["--out-name", &name]),
        REMEDY,
    )?;
    quietly(
        machine
            .command(&tools.bindgen)
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--keep-lld-exports",
                "--out-name",
                &name,
            ])
            .arg("--out-dir")
            .arg(&work)
            .arg(parts.join(format!("{name}.wasm"))),
        REMEDY,
    )?;

    let polish = |from: &Path, to: &str, aim: &str| {
        quietly(
            machine
                .command(&tools.opt)
                .args([
                    aim,
                    KEEP_APART,
                    "--strip-debug",
                    "--strip-producers",
                    "--reorder-functions-by-name",
                ])
                .args(FEATURES)
                .arg(from)
                .arg("--output")
                .arg(page.join(to)),
            REMEDY,
        )
    };
    let links = read(&parts.join(LINKS))?;
    let script = seam::without_classes(&read(&work.join(format!("{name}.js")))?);
    let (made, program) = (work.join(format!("{name}_bg.wasm")), format!("{name}_bg.wasm"));
    write_bytes(
        &made,
        &seam::without_exports(&read_bytes(&made)?, &[&script, &links])?,
    )?;
    polish(&made, &program, SMALL)?;
    let program = page.join(program);
    let (short, script) = seam::shortened(&read_bytes(&program)?, &script, &format!("./{name}_bg.js"))?;
    write_bytes(&program, &short)?;
    write(&page.join(format!("{name}.js")), &importing(&script, &name))?;
    write(&page.join(links_of(&name)), &with_names(&links, &name))?;
    for part in names(&parts)? {
        if let Some(to) = name_of_part(&name, &part) {
            polish(&parts.join(&part), &to, QUICK)?;
        }
    }
    let index = page.join("index.html");
    write(&index, &announced(&read(&index)?, &name))?;
    styles::put_together(page)
}

/// What comes first is to be there soon.
const SMALL: &str = "-Oz";
/// What comes later is to answer keys: fewer and larger functions, each of which the browser compiles when it is first
/// called. Packed, they are hardly larger.
const QUICK: &str = "-O3";

/// What the compiler has kept out of its only caller stays out, but for what is shorter than this.
const KEEP_APART: &str = "--one-caller-inline-max-function-size=200";

/// The file in which the splitter writes how the parts are loaded.
const LINKS: &str = "__wasm_split.js";

/// That file in the page.
fn links_of(name: &str) -> String {
    format!("{name}_parts.js")
}

/// What the files of the page's program begin with: its name and a hash, which Trunk has made.
fn name_of(page: &Path) -> Outcome<String> {
    names(page)?
        .iter()
        .filter_map(|file| file.strip_suffix("_bg.wasm"))
        .find(|name| name.starts_with("hearsay-"))
        .map(str::to_owned)
        .ok_or_else(|| {
            Failure::new(
                "to find the page's program",
                "it is not where Trunk puts it",
                REMEDY,
            )
        })
}

/// The name of a part in the page; `None` for what is no part.
fn name_of_part(name: &str, file: &str) -> Option<String> {
    let is_part = file.starts_with("split_") || file.starts_with("chunk_");
    (is_part && file.ends_with(".wasm")).then(|| format!("{name}_{file}"))
}

/// The page's script, importing the links under the name that they have in the page. To the program itself they keep
/// their name: that is what it asks for.
fn importing(script: &str, name: &str) -> String {
    script.replace(
        &format!("from \"./{LINKS}\""),
        &format!("from \"./{}\"", links_of(name)),
    )
}

/// The text of the links with the names that the parts have in the page.
fn with_names(links: &str, name: &str) -> String {
    links
        .replace("\"./split_", &format!("\"./{name}_split_"))
        .replace("\"./chunk_", &format!("\"./{name}_chunk_"))
}

/// The page with a word to the browser that the links will be needed, beside the script that needs them.
fn announced(index: &str, name: &str) -> String {
    let script = format!("./{name}.js\" crossorigin=\"anonymous\">");
    let links = format!(
        "{script}<link rel=\"modulepreload\" href=\"./{}\" crossorigin=\"anonymous\">",
        links_of(name)
    );
    index.replace(&script, &links)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_bear_the_hash_of_their_page() {
        let part = name_of_part("hearsay-12ab", "split_desk.wasm");
        assert_eq!(part.as_deref(), Some("hearsay-12ab_split_desk.wasm"));
        assert_eq!(name_of_part("hearsay-12ab", "hearsay-12ab.wasm"), None);
        assert_eq!(name_of_part("hearsay-12ab", LINKS), None);
    }

    #[test]
    fn the_links_lead_to_the_parts_and_stay_relative() {
        let links =
            "new URL(\"./split_desk.wasm\", here), new URL(\"./chunk_3.wasm\", here), \"./hearsay-12ab.js\"";
        assert_eq!(
            with_names(links, "hearsay-12ab"),
            "new URL(\"./hearsay-12ab_split_desk.wasm\", here), new URL(\"./hearsay-12ab_chunk_3.wasm\", here), \
             \"./hearsay-12ab.js\"",
        );
    }

    #[test]
    fn the_script_imports_the_links_and_hands_them_on_under_their_own_name() {
        let script = "import * as import1 from \"./__wasm_split.js\"\n{ \"./__wasm_split.js\": import1 }";
        assert_eq!(
            importing(script, "hearsay-12ab"),
            "import * as import1 from \"./hearsay-12ab_parts.js\"\n{ \"./__wasm_split.js\": import1 }",
        );
    }

    #[test]
    fn the_browser_is_told_of_the_links_with_the_script() {
        let index = r#"<link rel="modulepreload" href="./hearsay-12ab.js" crossorigin="anonymous"></head>"#;
        assert_eq!(
            announced(index, "hearsay-12ab"),
            r#"<link rel="modulepreload" href="./hearsay-12ab.js" crossorigin="anonymous"><link rel="modulepreload" href="./hearsay-12ab_parts.js" crossorigin="anonymous"></head>"#,
        );
    }
}
