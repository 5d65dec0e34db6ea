//! `cargo xtask bench`: the project's figures, measured on the released page.

use crate::command;
use crate::failure::Outcome;
use crate::machine::Machine;
use crate::page;
use crate::setup::chrome;
use crate::test::for_the_page;

/// Builds the page and measures it. The arguments are the benchmark's own.
///
/// # Errors
/// If the page cannot be built or the benchmark fails.
pub(crate) fn run(machine: &Machine, arguments: &[String]) -> Outcome {
    page::build(machine)?;
    let chrome = chrome::found(machine)?;
    // The profile of the tests: what is measured runs in the browser, and the build is shared with them.
    command::aloud(
        for_the_page(machine, &chrome)
            .args([
                "run",
                "--quiet",
                "--package",
                "hearsay-e2e",
                "--bin",
                "bench",
                "--",
            ])
            .args(arguments),
        "Correct what the benchmark says above.",
    )
}
