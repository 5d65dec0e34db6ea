//! What Trunk cannot do by itself, done when it has built the page (`Trunk.toml`).
//!
//! Every page: no script stands within it, since its policy forbids that, and the supplied articles are asked for
//! with it. The page to release: it is split, what it asks for later has a hash in its name, and its service worker
//! knows its files.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::folder::{REMEDY, names, read, read_bytes, rename, write};
use crate::offline;
use crate::split;
use crate::terse;

/// The file that `trunk serve`'s own script gets.
const RELOADING: &str = "reloading.js";
/// Where the supplied articles are, and how the page asks for their manifest before its program does.
const ARTICLES: &str = "articles";
const PRELOAD: &str = r#"<link rel="preload" href="articles/manifest.json" as="fetch" crossorigin />"#;
/// The script that starts the page, up to its attributes.
const START: &str = r#"<script type="module" src="./start.js""#;

/// Finishes the page that Trunk has just built.
///
/// # Errors
/// If Trunk does not call this, if the page is not as Trunk makes it, or if a tool fails.
pub(crate) fn run() -> Outcome {
    let page = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| {
            Failure::new(
                "to finish the page",
                "Trunk has not said where it is",
                "Run `trunk build`, which calls this.",
            )
        })?;
    let is_released = env::var_os("TRUNK_PROFILE").is_none_or(|profile| profile != "debug");
    let index = page.join("index.html");
    let mut html = read(&index)?;
    let reloading = without_script(&html);
    if let Some((without, script)) = &reloading {
        write(&page.join(RELOADING), script)?;
        html = without.clone();
    }
    let mut articles = names(&page.join(ARTICLES))?;
    articles.sort();
    html = preloading(&html, &articles)?;
    if is_released {
        write(&index, &html)?;
        split::run(&page)?;
        terse::run(&page)?;
        html = telling(&read(&index)?, "clerk", &name_clerk(&page)?)?;
        // What `trunk serve` sends is not the file that it has: the worker would not take it.
        if reloading.is_none() {
            html = telling(&html, "worker", offline::WORKER)?;
        }
    }
    if has_script(&html) {
        return Err(Failure::new(
            "to keep scripts out of the page",
            "one is left in index.html",
            "Give it a file of its own.",
        ));
    }
    write(&index, &html)?;
    if is_released && reloading.is_none() {
        offline::run(&page)?;
    }
    Ok(())
}

/// The page without the script with which `trunk serve` loads it anew after a change, and the script as a file. It
/// finds its server by itself there, and Trunk tells it the path in the page.
fn without_script(html: &str) -> Option<(String, String)> {
    let (before, rest) = html.split_once("<script>")?;
    let (script, after) = rest.split_once("</script>")?;
    let script = script
        .replace("'{{__TRUNK_ADDRESS__}}'", "location.host")
        .replace("'{{__TRUNK_WS_BASE__}}'", "document.currentScript.dataset.base");
    let link = format!(r#"<script src="./{RELOADING}" data-base="{{{{__TRUNK_WS_BASE__}}}}"></script>"#);
    Some((format!("{before}{link}{after}"), script))
}

/// The page that asks for the texts of the supplied articles as it does for their manifest: the program would learn
/// from that what to ask for, and wait a second time.
fn preloading(html: &str, files: &[String]) -> Outcome<String> {
    if !html.contains(PRELOAD) {
        return Err(Failure::new(
            "to have the page ask for the supplied articles",
            format!("index.html has no line `{PRELOAD}`"),
            REMEDY,
        ));
    }
    // Other names would have to be written otherwise in an address. They are asked for by the program alone.
    let is_plain = |name: &&String| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        name.ends_with(".txt") && name.chars().all(is_plain)
    };
    let texts = files.iter().filter(is_plain);
    let links: String = texts.map(|name| PRELOAD.replace("manifest.json", name)).collect();
    // Behind all else: the program comes before what it reads.
    Ok(html.replacen("</head>", &format!("{links}</head>"), 1))
}

/// Whether a script stands within the page.
fn has_script(html: &str) -> bool {
    html.split("<script")
        .skip(1)
        .any(|rest| !rest.split('>').next().is_some_and(|tag| tag.contains(" src=")))
}

/// Gives the clerk's files a hash in their names, so that those of two versions of the page are never mixed. Comes
/// back with the name of the script that loads the clerk.
fn name_clerk(page: &Path) -> Outcome<String> {
    let script = read(&page.join("clerk.js"))?;
    let mut content = read_bytes(&page.join("clerk_bg.wasm"))?;
    content.extend_from_slice(script.as_bytes());
    let name = format!("clerk-{}", offline::short_hash(&content));
    let loader = read(&page.join("clerk_loader.js"))?;
    write(
        &page.join("clerk_loader.js"),
        &loader.replace("./clerk.js", &format!("./{name}.js")),
    )?;
    write(
        &page.join("clerk.js"),
        &script.replace("clerk_bg.wasm", &format!("{name}_bg.wasm")),
    )?;
    for ending in [".js", "_bg.wasm", "_loader.js"] {
        rename(page, &format!("clerk{ending}"), &format!("{name}{ending}"))?;
    }
    Ok(format!("{name}_loader.js"))
}

/// The page with something more told to the script that starts it.
fn telling(html: &str, what: &str, value: &str) -> Outcome<String> {
    if !html.contains(START) {
        return Err(Failure::new(
            format!("to tell the page of its {what}"),
            "the script that starts it is not where Trunk.toml puts it",
            REMEDY,
        ));
    }
    Ok(html.replacen(START, &format!(r#"{START} data-{what}="./{value}""#), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunks_script_leaves_the_page_and_is_told_the_path_there() {
        let html = "<body><script>at('{{__TRUNK_ADDRESS__}}' + '{{__TRUNK_WS_BASE__}}')</script></body>";
        assert_eq!(
            without_script(html),
            Some((
                r#"<body><script src="./reloading.js" data-base="{{__TRUNK_WS_BASE__}}"></script></body>"#
                    .to_owned(),
                "at(location.host + document.currentScript.dataset.base)".to_owned(),
            ))
        );
        assert_eq!(without_script(r#"<script src="./start.js"></script>"#), None);
    }

    #[test]
    fn the_page_asks_for_every_supplied_text_with_its_manifest() {
        let files = ["a.txt", "manifest.json", "with space.txt"].map(str::to_owned);
        assert_eq!(
            preloading(&format!("<head>\n    {PRELOAD}\n</head>"), &files).ok(),
            Some(format!(
                "<head>\n    {PRELOAD}\n<link rel=\"preload\" href=\"articles/a.txt\" as=\"fetch\" crossorigin /></head>"
            ))
        );
        assert!(preloading("<head></head>", &files).is_err());
    }

    #[test]
    fn a_script_within_the_page_is_noticed() {
        assert!(!has_script(
            r#"<script src="a.js"></script><script type="module" src="b.js"></script>"#
        ));
        assert!(has_script(
            r#"<script src="a.js"></script><script type="module">b()</script>"#
        ));
        assert!(has_script("<script>b()</script>"));
    }

    #[test]
    fn the_page_is_told_what_its_files_are_called() {
        let html = r#"<script type="module" src="./start.js" data-script="./a.js"></script>"#;
        assert_eq!(
            telling(html, "worker", "sw.js").ok().as_deref(),
            Some(
                r#"<script type="module" src="./start.js" data-worker="./sw.js" data-script="./a.js"></script>"#
            )
        );
        assert!(telling("<script></script>", "worker", "sw.js").is_err());
    }
}
