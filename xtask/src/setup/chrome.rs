//! A Chrome or Chromium and the ChromeDriver that goes with it.
//!
//! One that is there already will do. `CHROME` and `CHROMEDRIVER` name them where they are not on PATH.

use std::env;
use std::path::PathBuf;

use super::packages;
use crate::command::quietly;
use crate::failure::{Failure, Outcome};
use crate::machine::Machine;
use crate::step::{Found, Lane, Step};
use crate::version::Version;

const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const DRIVERS: [&str; 3] = [
    "chromedriver",
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
];
const OTHERWISE: &str = "Install Chrome or Chromium and the ChromeDriver of the same version,\n\
    and put both on PATH or name them in the variables CHROME and CHROMEDRIVER.";

/// A browser and its driver, of one major version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chrome {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
    pub(crate) major: u64,
}

/// The step that provides it.
pub(super) fn step(machine: &Machine) -> Step<'_> {
    Step {
        name: "Chromium and its driver".to_owned(),
        about: "1 min",
        lane: Lane::System,
        look: Box::new(|| {
            Ok(match find(machine)? {
                Some(chrome) => Found::Done(format!("found {}", chrome.major)),
                None => Found::Missing,
            })
        }),
        act: Box::new(|| {
            packages::install(machine, &["chromium", "chromium-driver"], OTHERWISE)?;
            found(machine).map(drop)
        }),
    }
}

/// The browser and driver that the set-up left.
///
/// # Errors
/// If there are none.
pub(crate) fn found(machine: &Machine) -> Outcome<Chrome> {
    find(machine)?.ok_or_else(|| {
        Failure::new(
            "to find Chromium and ChromeDriver",
            "one of them is missing",
            OTHERWISE,
        )
    })
}

fn find(machine: &Machine) -> Outcome<Option<Chrome>> {
    let browsers = candidates(machine, "CHROME", &BROWSERS)?;
    let drivers = candidates(machine, "CHROMEDRIVER", &DRIVERS)?;
    if browsers.is_empty() || drivers.is_empty() {
        return Ok(None);
    }
    match pair(&browsers, &drivers) {
        Some(chrome) => Ok(Some(chrome)),
        None => Err(Failure::new(
            "to find a ChromeDriver for the browser",
            format!(
                "their major versions differ:\n{}",
                listed(&[browsers, drivers].concat())
            ),
            OTHERWISE,
        )),
    }
}

/// A program and its major version.
type Candidate = (PathBuf, u64);

/// Those that exist. The one that the variable names has no rivals.
fn candidates(machine: &Machine, variable: &str, names: &[&str]) -> Outcome<Vec<Candidate>> {
    if let Some(named) = env::var_os(variable).filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        let printed = quietly(
            machine.command(&named).arg("--version"),
            &format!("The variable {variable} names it: correct it or take it away."),
        )?;
        return Ok(Version::first_in(&printed)
            .map(|version| (named, version.major))
            .into_iter()
            .collect());
    }
    let known = names.iter().filter_map(|name| {
        // A whole path stays what it is when it is joined to a folder of PATH.
        let file = machine.find(name)?;
        let printed = quietly(machine.command(&file).arg("--version"), "").ok()?;
        Some((file, Version::first_in(&printed)?.major))
    });
    Ok(known.collect())
}

/// The first browser that has a driver of its major version.
fn pair(browsers: &[Candidate], drivers: &[Candidate]) -> Option<Chrome> {
    browsers.iter().find_map(|(browser, major)| {
        let (driver, _) = drivers.iter().find(|(_, of)| of == major)?;
        Some(Chrome {
            browser: browser.clone(),
            driver: driver.clone(),
            major: *major,
        })
    })
}

fn listed(candidates: &[Candidate]) -> String {
    let lines = candidates
        .iter()
        .map(|(file, major)| format!("{}: {major}", file.display()));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str, major: u64) -> Candidate {
        (PathBuf::from(name), major)
    }

    #[test]
    fn a_browser_and_its_driver_share_the_major_version() {
        let browsers = [candidate("chromium", 155), candidate("google-chrome", 156)];
        let drivers = [candidate("chromedriver", 156)];
        let chrome = pair(&browsers, &drivers).expect("a pair");
        assert_eq!(chrome.browser, PathBuf::from("google-chrome"));
        assert_eq!(chrome.major, 156);
        assert_eq!(pair(&browsers[..1], &drivers), None);
        assert_eq!(pair(&browsers, &[]), None);
    }

    #[test]
    fn both_versions_are_told() {
        let both = [candidate("a", 155), candidate("b", 156)];
        assert_eq!(listed(&both), "a: 155\nb: 156");
    }
}
