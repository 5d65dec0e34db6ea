//! `cargo xtask test`: everything that has to hold, in the order in which it is quickest to know.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use crate::command::aloud;
use crate::failure::{Failure, Outcome};
use crate::machine::{BROWSER, Machine};
use crate::page;
use crate::setup::chrome::{self, Chrome};
use crate::setup::readers;

/// A part of the tests that can be run by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Formatting, clippy and documentation, without a warning.
    Lint,
    /// Tests on this machine, those in documentation too.
    Host,
    /// A corpus in every format, read by the format's own readers.
    Readers,
    /// Tests of the page's parts in a headless browser.
    Browser,
    /// The released page, used in a headless browser.
    EndToEnd,
}

impl Stage {
    pub(crate) const ALL: [Self; 5] = [
        Self::Lint,
        Self::Host,
        Self::Readers,
        Self::Browser,
        Self::EndToEnd,
    ];

    /// The stage of a word on the command line.
    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// Its word on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Host => "host",
            Self::Readers => "readers",
            Self::Browser => "browser",
            Self::EndToEnd => "e2e",
        }
    }

    /// Whether it takes a browser.
    pub(crate) fn drives_a_browser(self) -> bool {
        matches!(self, Self::Browser | Self::EndToEnd)
    }
}

/// Runs the stages, up to the first that fails. Says nothing after them: the last line is a runner's.
///
/// # Errors
/// With the command that failed.
pub(crate) fn run(machine: &Machine, stages: &[Stage]) -> Outcome {
    for stage in stages {
        match stage {
            Stage::Lint => lint(machine)?,
            Stage::Host => host(machine)?,
            Stage::Readers => formats_readers(machine)?,
            Stage::Browser => browser(machine, &chrome::found(machine)?)?,
            Stage::EndToEnd => {
                page::build(machine)?;
                end_to_end(machine, &chrome::found(machine)?)?;
            }
        }
    }
    Ok(())
}

fn lint(machine: &Machine) -> Outcome {
    let cargo = |arguments: &[&str]| {
        let mut cargo = machine.project_command("cargo");
        cargo.args(arguments);
        cargo
    };
    say("formatting", "1 s");
    aloud(&mut cargo(&["fmt", "--all", "--check"]), "Run `cargo fmt --all`.")?;
    let remedy = "Correct what clippy says above; a warning counts as an error.";
    say("clippy for this machine", "3 min");
    aloud(
        &mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"]),
        remedy,
    )?;
    say("clippy for the browser", "2 min");
    // Not the unit tests: they run on the host, with libraries that are not built for the browser.
    let mut clippy = cargo(&[
        "clippy",
        "--package",
        "hearsay",
        "--lib",
        "--bins",
        "--test",
        "browser",
    ]);
    clippy.args(["--target", BROWSER, "--", "-Dwarnings"]);
    aloud(&mut clippy, remedy)?;
    let document = |more: &[&str]| {
        let mut doc = cargo(&["doc", "--no-deps", "--document-private-items"]);
        doc.args(more).env("RUSTDOCFLAGS", "-Dwarnings");
        aloud(
            &mut doc,
            "Correct what rustdoc says above; a warning counts as an error.",
        )
    };
    say("documentation", "1 min");
    document(&["--workspace"])?;
    // The rings that only the browser has are documented for it alone.
    document(&["--package", "hearsay", "--target", BROWSER])
}

fn host(machine: &Machine) -> Outcome {
    say("tests on this machine", "3 min");
    aloud(
        machine
            .project_command("cargo")
            .args(["test", "--package", "hearsay", "--package", "xtask"]),
        "Correct what the failed test says above. Again: cargo xtask test host",
    )
}

fn formats_readers(machine: &Machine) -> Outcome {
    let exports = machine.target_folder().join("readers");
    say("a corpus in every format", "1 min");
    match fs::remove_dir_all(&exports) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Failure::new(
                format!("to remove {}", exports.display()),
                error.to_string(),
                "Remove the folder by hand, then the same again.",
            ));
        }
        _ => {}
    }
    aloud(
        machine
            .project_command("cargo")
            .args([
                "run",
                "--quiet",
                "--package",
                "hearsay",
                "--example",
                "exports",
                "--",
            ])
            .arg(&exports),
        "Correct what is said above: the corpus could not be exported.",
    )?;
    say("the formats' own readers", "1 min");
    aloud(
        readers::command(machine)
            .args(["-m", "pytest", "tests/readers"])
            .env("HEARSAY_EXPORTS", &exports),
        "Correct what the failed test says above. Again: cargo xtask test readers",
    )
}

fn browser(machine: &Machine, chrome: &Chrome) -> Outcome {
    say("tests in the browser", "3 min");
    let mut tests = machine.project_command("cargo");
    tests
        .args([
            "test",
            "--package",
            "hearsay",
            "--target",
            BROWSER,
            "--test",
            "browser",
        ])
        .env("CHROMEDRIVER", &chrome.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(machine, chrome)?);
    // The runner would take another driver first, or one that runs elsewhere.
    for other in ["GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        tests.env_remove(other).env_remove(format!("{other}_REMOTE"));
    }
    aloud(
        tests.env_remove("CHROMEDRIVER_REMOTE"),
        "Correct what the failed test says above. Again: cargo xtask test browser",
    )
}

fn end_to_end(machine: &Machine, chrome: &Chrome) -> Outcome {
    say("end-to-end tests on the released page", "3 min");
    // Without documentation tests, so that the last words are those of the tests in the browser.
    aloud(
        for_the_page(machine, chrome)
            .args(["test", "--package", "hearsay-e2e", "--tests"])
            // A failed test says what it saw; stacks of the harness would bury that.
            .env("RUST_BACKTRACE", "0"),
        "Correct what the failed test says above. Again: cargo xtask test e2e",
    )
}

/// Cargo, with what the programs that use the built page in a browser are told.
pub(crate) fn for_the_page(machine: &Machine, chrome: &Chrome) -> Command {
    let mut cargo = machine.project_command("cargo");
    cargo
        .env("HEARSAY_DIST", page::released(machine))
        .env("CHROME", &chrome.browser)
        .env("CHROMEDRIVER", &chrome.driver);
    cargo
}

/// Writes webdriver.json with the path of the browser whose version was compared with the driver's: left to
/// itself, a driver may find another.
fn capabilities(machine: &Machine, chrome: &Chrome) -> Outcome<PathBuf> {
    let flags = machine.project_file("webdriver.json")?;
    let folder = machine.target_folder();
    let file = folder.join("webdriver.json");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&file, with_browser(&flags, &chrome.browser.to_string_lossy())))
        .map_err(|error| {
            Failure::new(
                format!("to write {}", file.display()),
                error.to_string(),
                "Make room and see to it that you may write there.",
            )
        })?;
    Ok(file)
}

fn with_browser(capabilities: &str, browser: &str) -> String {
    let options = "\"goog:chromeOptions\": {";
    let browser = browser.replace('\\', r"\\").replace('"', "\\\"");
    capabilities.replacen(options, &format!("{options}\n    \"binary\": \"{browser}\","), 1)
}

fn say(what: &str, about: &str) {
    eprintln!("==> {what}, about {about}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_known_by_its_word() {
        for stage in Stage::ALL {
            assert_eq!(Stage::named(stage.word()), Some(stage));
        }
        assert_eq!(Stage::named("all"), None);
    }

    #[test]
    fn the_browser_is_named_beside_its_flags() {
        let flags = "{ \"goog:chromeOptions\": { \"args\": [] } }";
        assert_eq!(
            with_browser(flags, r"C:\chrome.exe"),
            "{ \"goog:chromeOptions\": {\n    \"binary\": \"C:\\\\chrome.exe\", \"args\": [] } }"
        );
    }
}
