//! `cargo xtask bench`: the project's figures, measured on the released page, or counted in instructions.
//!
//! What is printed is Markdown. With `--write` it also takes its place in docs/PERFORMANCE.md.

use crate::command;
use crate::failure::{Failure, Outcome};
use crate::machine::Machine;
use crate::page;
use crate::setup::chrome;
use crate::test::for_the_page;

/// Where the figures are kept.
const DOCUMENT: &str = "docs/PERFORMANCE.md";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bench {
    /// Instructions of the core instead of the page's times.
    is_counting: bool,
    is_writing: bool,
    /// The benchmark's own arguments.
    rest: Vec<String>,
}

impl Bench {
    pub(crate) fn read(words: impl Iterator<Item = String>) -> Self {
        let (own, rest): (Vec<_>, Vec<_>) = words.partition(|word| word == "--counts" || word == "--write");
        let has = |word: &str| own.iter().any(|each| each == word);
        Self {
            is_counting: has("--counts"),
            is_writing: has("--write"),
            rest,
        }
    }

    /// Whether a browser is measured.
    pub(crate) fn drives_a_browser(&self) -> bool {
        !self.is_counting
    }

    /// Measures and prints.
    ///
    /// # Errors
    /// If something cannot be built, the benchmark fails, or the document has no place for the figures.
    pub(crate) fn run(&self, machine: &Machine) -> Outcome {
        let (section, figures) = if self.is_counting {
            ("counts", self.counts(machine)?)
        } else {
            ("figures", self.times(machine)?)
        };
        print!("{figures}");
        if self.is_writing {
            let document = machine.project_file(DOCUMENT)?;
            let filled = filled(&document, section, &figures).ok_or_else(|| {
                Failure::new(
                    format!("to write the figures into {DOCUMENT}"),
                    format!("it has no lines <!-- {section} --> and <!-- end of {section} -->"),
                    "Put the lines where the figures are to stand.",
                )
            })?;
            machine.write_project_file(DOCUMENT, &filled)?;
            eprintln!("==> {DOCUMENT} has the new {section}");
        }
        Ok(())
    }

    fn times(&self, machine: &Machine) -> Outcome<String> {
        let is_asking = self.rest.iter().any(|word| word == "--help" || word == "-h");
        if !is_asking {
            page::build(machine)?;
        }
        let chrome = chrome::found(machine)?;
        // The profile of the tests: what is measured runs in the browser, and the build is shared with them.
        let mut bench = for_the_page(machine, &chrome);
        bench
            .args([
                "run",
                "--quiet",
                "--package",
                "hearsay-e2e",
                "--bin",
                "bench",
                "--",
            ])
            .args(&self.rest);
        command::told(&mut bench, "Correct what the benchmark says above.")
    }

    fn counts(&self, machine: &Machine) -> Outcome<String> {
        command::quietly(
            machine.command("valgrind").arg("--version"),
            "Install valgrind, which has callgrind (Debian, Ubuntu: apt-get install valgrind; Fedora: dnf install \
             valgrind). There is none for Windows.",
        )?;
        eprintln!("==> Instructions of the core, about 5 min");
        let mut counts = machine.project_command("cargo");
        counts
            .args(["run", "--quiet", "--release", "--package", "hearsay-counts", "--"])
            .args(&self.rest);
        command::told(&mut counts, "Correct what is said above.")
    }
}

/// The document with `figures` between the lines of their section; `None` where it has no such lines.
fn filled(document: &str, section: &str, figures: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- {section} -->\n"),
        format!("<!-- end of {section} -->"),
    );
    let (head, rest) = document.split_once(&begin)?;
    let (_, tail) = rest.split_once(&end)?;
    Some(format!("{head}{begin}\n{}\n\n{end}{tail}", figures.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_are_told_from_the_benchmarks() {
        let words = ["--runs", "7", "--write"].map(str::to_owned);
        let bench = Bench {
            is_counting: false,
            is_writing: true,
            rest: words[..2].to_vec(),
        };
        assert_eq!(Bench::read(words.into_iter()), bench);
    }

    #[test]
    fn figures_take_the_place_of_those_before() {
        let document = "Before\n<!-- figures -->\n\nold\n\n<!-- end of figures -->\nbehind\n";
        assert_eq!(
            filled(document, "figures", "new\n").as_deref(),
            Some("Before\n<!-- figures -->\n\nnew\n\n<!-- end of figures -->\nbehind\n")
        );
        assert_eq!(filled(document, "counts", "new"), None);
    }
}
