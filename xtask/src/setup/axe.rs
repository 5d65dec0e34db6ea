//! axe-core, which the end-to-end tests load into the page to look for barriers.
//!
//! It is a package of npm of one fixed version, kept beside those tests; `package-lock.json` there says what it
//! has to consist of, byte by byte.

use std::fs;

use super::tools::version_in_package;
use crate::command::quietly;
use crate::failure::{Failure, Outcome};
use crate::machine::Machine;
use crate::step::{Found, Lane, Step};
use crate::version::Version;

/// The folder of the checkout that npm installs it in.
const FOLDER: &str = "tests/e2e";

/// The step that provides it, of the version that the tests ask for.
///
/// # Errors
/// If `package-lock.json` names no version.
pub(super) fn step(machine: &Machine) -> Outcome<Step<'_>> {
    let lock = machine.project_file("tests/e2e/package-lock.json")?;
    let wanted = locked(&lock).ok_or_else(|| {
        Failure::new(
            "to read the version of axe-core in tests/e2e/package-lock.json",
            "there is none",
            "Take the file from the repository, or run `npm install` in tests/e2e.",
        )
    })?;
    Ok(Step {
        name: format!("axe-core {wanted}"),
        about: "5 s",
        lane: Lane::Npm,
        look: Box::new(move || Ok(look_for(machine, wanted))),
        act: Box::new(move || {
            quietly(
                machine
                    .command("npm")
                    .current_dir(machine.root.join(FOLDER))
                    .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]),
                "Install Node with npm and check the network, then the same again.",
            )
            .map(drop)
        }),
    })
}

/// The version of axe-core in the text of a `package-lock.json`.
fn locked(lock: &str) -> Option<Version> {
    let (_, entry) = lock.split_once("\"node_modules/axe-core\"")?;
    version_in_package(entry)
}

fn look_for(machine: &Machine, wanted: Version) -> Found {
    let package = machine.root.join(FOLDER).join("node_modules/axe-core");
    let installed = fs::read_to_string(package.join("package.json")).unwrap_or_default();
    // What was broken off half-way has no script.
    let is_whole = package.join("axe.min.js").is_file();
    match version_in_package(&installed) {
        Some(found) if is_whole && found == wanted => Found::Done(format!("found {found}")),
        _ => Found::Missing,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn of_the_tests(name: &str) -> String {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(FOLDER)
            .join(name);
        fs::read_to_string(file).expect("a file of the tests")
    }

    #[test]
    fn the_version_is_that_of_the_package_and_of_no_other() {
        let lock = "{ \"version\": \"1.0.0\", \"packages\": { \"node_modules/axe\": { \"version\": \"2.0.0\" },\n\
            \"node_modules/axe-core\": { \"version\": \"4.14.1\", \"dev\": true } } }";
        assert_eq!(locked(lock), Version::first_in("4.14.1"));
        assert_eq!(locked("{ \"version\": \"1.0.0\" }"), None);
    }

    #[test]
    fn the_package_is_pinned_and_locked_alike() {
        let version = locked(&of_the_tests("package-lock.json")).expect("a version");
        assert!(of_the_tests("package.json").contains(&format!("\"axe-core\": \"{version}\"")));
    }
}
