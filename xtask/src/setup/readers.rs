//! The readers of the exported formats: Python packages, in an environment of their own, and Java for one of them.
//!
//! `tests/readers/requirements.txt` names every package with its version. The environment lies beside what else
//! the set-up keeps, with a copy of that file in it: while the two are alike, nothing is to do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::packages;
use crate::command::quietly;
use crate::failure::{Failure, Outcome};
use crate::machine::Machine;
use crate::step::{Found, Lane, Step};
use crate::version::Version;

const REQUIREMENTS: &str = "tests/readers/requirements.txt";
/// The earliest Python that the packages are made for.
const PYTHON: Version = Version {
    major: 3,
    minor: 11,
    patch: 0,
};
/// The earliest Java that Spark runs on.
const JAVA: u64 = 17;
const PYTHON_OTHERWISE: &str = "Install Python 3.11 or later with its modules venv and ensurepip, and put it on \
    PATH as `python3`.";
const JAVA_OTHERWISE: &str = "Install a Java runtime of version 17 or later, and put it on PATH or name its folder \
    in the variable JAVA_HOME.";

/// The steps that provide them.
///
/// # Errors
/// If the project's list of packages cannot be read.
pub(super) fn steps(machine: &Machine) -> Outcome<[Step<'_>; 3]> {
    let wanted = machine.project_file(REQUIREMENTS)?;
    let wanted_now = wanted.clone();
    Ok([
        Step {
            name: format!("Python {}.{} or later, with venv", PYTHON.major, PYTHON.minor),
            about: "30 s",
            lane: Lane::System,
            look: Box::new(|| Ok(found(python(machine).map(|(_, version)| version)))),
            act: Box::new(|| {
                packages::install(machine, &["python3", "python3-venv"], PYTHON_OTHERWISE)?;
                python_or_failure(machine).map(drop)
            }),
        },
        Step {
            name: format!("Java {JAVA} or later, for Spark"),
            about: "1 min",
            lane: Lane::System,
            look: Box::new(|| look_for_java(machine)),
            act: Box::new(|| packages::install(machine, &["default-jre-headless"], JAVA_OTHERWISE)),
        },
        Step {
            name: "Readers of the exported formats, in Python".to_owned(),
            about: "4 min",
            lane: Lane::System,
            look: Box::new(move || {
                let installed = fs::read_to_string(stamp(machine)).unwrap_or_default();
                Ok(if installed == wanted && environment_python(machine).exists() {
                    Found::Done("found".to_owned())
                } else {
                    Found::Missing
                })
            }),
            act: Box::new(move || install(machine, &wanted_now)),
        },
    ])
}

/// The readers' own Python, started in the checkout.
pub(crate) fn command(machine: &Machine) -> Command {
    machine.command(environment_python(machine))
}

fn environment(machine: &Machine) -> PathBuf {
    machine.cache.join("readers")
}

fn environment_python(machine: &Machine) -> PathBuf {
    environment(machine).join("bin/python")
}

/// The list of packages that the environment was made from. Written last: what was broken off has none.
fn stamp(machine: &Machine) -> PathBuf {
    environment(machine).join("requirements.txt")
}

fn found(version: Option<Version>) -> Found {
    version.map_or(Found::Missing, |version| Found::Done(format!("found {version}")))
}

/// The first Python that is late enough and can make an environment.
fn python(machine: &Machine) -> Option<(PathBuf, Version)> {
    // The system's, where another comes first on PATH; a whole path stays what it is.
    ["python3", "/usr/bin/python3"].iter().find_map(|name| {
        let file = machine.find(name)?;
        let asked = ["-c", "import sys, venv, ensurepip; print(sys.version)"];
        let printed = quietly(machine.command(&file).args(asked), "").ok()?;
        let version = Version::first_in(&printed)?;
        (version >= PYTHON).then_some((file, version))
    })
}

fn python_or_failure(machine: &Machine) -> Outcome<PathBuf> {
    let (file, _) = python(machine).ok_or_else(|| {
        Failure::new(
            "to find a Python",
            format!("none is {PYTHON} or later and has venv and ensurepip"),
            PYTHON_OTHERWISE,
        )
    })?;
    Ok(file)
}

/// The Java that Spark would take. One that is too old is not replaced behind a person's back.
fn look_for_java(machine: &Machine) -> Outcome<Found> {
    let home = std::env::var_os("JAVA_HOME").filter(|home| !home.is_empty());
    let java = match home {
        Some(home) => Path::new(&home).join("bin/java"),
        None => match machine.find("java") {
            Some(java) => java,
            None => return Ok(Found::Missing),
        },
    };
    let printed = quietly(machine.command(&java).arg("--version"), JAVA_OTHERWISE)?;
    match Version::first_in(&printed) {
        Some(version) if version.major >= JAVA => Ok(found(Some(version))),
        _ => Err(Failure::new(
            format!("{} --version", java.display()),
            format!("Spark needs Java {JAVA} or later, and this is\n{printed}"),
            JAVA_OTHERWISE,
        )),
    }
}

fn install(machine: &Machine, requirements: &str) -> Outcome {
    let folder = environment(machine);
    let python = python_or_failure(machine)?;
    // Made anew, so that no package stays which is no longer asked for.
    quietly(
        machine
            .command(python)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
        PYTHON_OTHERWISE,
    )?;
    quietly(
        command(machine)
            .args([
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--no-compile",
            ])
            .args(["--requirement", REQUIREMENTS])
            // Holds for what a package is built with as well.
            .env("PIP_CONSTRAINT", machine.root.join(REQUIREMENTS)),
        "Check the network and the free disk (3 GB), then the same again: what is downloaded by then is kept.",
    )?;
    let stamp = stamp(machine);
    fs::write(&stamp, requirements).map_err(|error| {
        Failure::new(
            format!("to write {}", stamp.display()),
            error.to_string(),
            "Make room and see to it that you may write there.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned_to_one_version() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(REQUIREMENTS);
        let requirements = fs::read_to_string(file).expect("the list of packages");
        let packages = requirements
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with(['#', '-']))
            .collect::<Vec<_>>();
        assert!(!packages.is_empty());
        for package in packages {
            let pinned = package
                .split_once("==")
                .and_then(|(_, version)| Version::first_in(version));
            assert!(pinned.is_some(), "{package}");
        }
    }

    #[test]
    fn nothing_found_is_missing() {
        assert_eq!(found(None), Found::Missing);
        assert_eq!(found(Some(PYTHON)), Found::Done("found 3.11.0".to_owned()));
    }
}
