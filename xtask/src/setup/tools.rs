//! The tools that build and test the page: Trunk, wasm-bindgen and its test runner, wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::quietly;
use crate::failure::{Failure, Outcome};
use crate::machine::Machine;
use crate::step::{Found, Lane, Step};
use crate::version::{Version, locked, quoted};

/// Where `cargo install` builds the tools: one folder, since they have many crates in common.
pub(super) fn build_folder(machine: &Machine) -> PathBuf {
    machine.cache.join("tools")
}

/// Trunk, of the version that Trunk.toml asks for.
///
/// # Errors
/// If Trunk.toml names no version.
pub(super) fn trunk(machine: &Machine) -> Outcome<Step<'_>> {
    let wanted = in_trunk_toml(machine, "trunk-version")?;
    Ok(Step {
        name: format!("Trunk {wanted}"),
        about: "5 min",
        lane: Lane::Cargo,
        look: Box::new(move || Ok(look_for(machine, &["trunk"], |found| found.serves(wanted)))),
        act: Box::new(move || {
            // Without its check for a newer version of itself.
            let lean = ["--no-default-features", "--features", "rustls"];
            cargo_install(machine, "trunk", wanted, &lean)
        }),
    })
}

/// wasm-bindgen and the runner of its tests, of the very version in Cargo.lock: they read what the crate
/// of that name writes.
///
/// # Errors
/// If Cargo.lock names no version.
pub(super) fn wasm_bindgen(machine: &Machine) -> Outcome<Step<'_>> {
    let lock = machine.project_file("Cargo.lock")?;
    let wanted = locked(&lock, "wasm-bindgen").ok_or_else(|| {
        Failure::new(
            "to read the version of wasm-bindgen in Cargo.lock",
            "there is none",
            "Run `cargo update --workspace`, or take Cargo.lock from the repository.",
        )
    })?;
    Ok(Step {
        name: format!("wasm-bindgen {wanted}"),
        about: "2 min",
        lane: Lane::Cargo,
        look: Box::new(move || {
            let programs = ["wasm-bindgen", "wasm-bindgen-test-runner"];
            Ok(look_for(machine, &programs, |found| found == wanted))
        }),
        act: Box::new(move || cargo_install(machine, "wasm-bindgen-cli", wanted, &[])),
    })
}

/// The version of the program that splits the released page.
const WASM_SPLIT: &str = "0.2.4";

/// The program that splits the released page. It does not say its version, so its folder does.
pub(super) fn wasm_split_program(machine: &Machine) -> PathBuf {
    wasm_split_folder(machine)
        .join("bin/wasm-split-cli")
        .with_extension(std::env::consts::EXE_EXTENSION)
}

fn wasm_split_folder(machine: &Machine) -> PathBuf {
    machine.cache.join(format!("wasm-split-{WASM_SPLIT}"))
}

/// The program that splits the released page.
pub(super) fn wasm_split(machine: &Machine) -> Step<'_> {
    Step {
        name: format!("wasm-split {WASM_SPLIT}"),
        about: "2 min",
        lane: Lane::Cargo,
        look: Box::new(move || {
            Ok(match wasm_split_program(machine).is_file() {
                true => Found::Done(format!("found {WASM_SPLIT}")),
                false => Found::Missing,
            })
        }),
        act: Box::new(move || {
            fs::create_dir_all(&machine.cache).map_err(|error| no_folder(&machine.cache, &error))?;
            let root = wasm_split_folder(machine).display().to_string();
            let more = ["--features", "build-binary", "--root", &root];
            cargo_install(machine, "wasm_split_cli_support", WASM_SPLIT, &more)
        }),
    }
}

/// The wasm-bindgen that Trunk uses: the one on PATH if its version is the right one, or the one that Trunk has
/// fetched.
///
/// # Errors
/// If there is none.
pub(super) fn trunks_own_wasm_bindgen(machine: &Machine) -> Outcome<PathBuf> {
    let wanted = in_trunk_toml(machine, "wasm_bindgen")?;
    trunks_own(
        machine,
        "wasm-bindgen",
        wanted,
        &format!("wasm-bindgen-{wanted}/wasm-bindgen"),
    )
}

/// The wasm-opt that Trunk uses, found likewise.
///
/// # Errors
/// If there is none.
pub(super) fn trunks_own_wasm_opt(machine: &Machine) -> Outcome<PathBuf> {
    let wanted = in_trunk_toml(machine, "wasm_opt")?;
    trunks_own(
        machine,
        "wasm-opt",
        wanted,
        &format!("wasm-opt-version_{}/bin/wasm-opt", wanted.major),
    )
}

fn trunks_own(machine: &Machine, program: &str, wanted: Version, fetched: &str) -> Outcome<PathBuf> {
    if version_of(machine, program).is_some_and(|found| found == wanted)
        && let Some(found) = machine.find(program)
    {
        return Ok(found);
    }
    machine
        .trunk_caches
        .iter()
        .map(|cache| {
            cache
                .join(fetched)
                .with_extension(std::env::consts::EXE_EXTENSION)
        })
        .find(|file| file.is_file())
        .ok_or_else(|| {
            Failure::new(
                format!("to find {program} {wanted}"),
                "it is neither on PATH nor where Trunk keeps what it fetches",
                "Run `cargo xtask setup`, then the same again.",
            )
        })
}

/// wasm-opt, of the version that Trunk.toml asks for.
///
/// # Errors
/// If Trunk.toml names no version.
pub(super) fn wasm_opt(machine: &Machine) -> Outcome<Step<'_>> {
    let wanted = in_trunk_toml(machine, "wasm_opt")?;
    Ok(Step {
        name: format!("wasm-opt {}", wanted.major),
        about: "10 s",
        lane: Lane::Npm,
        look: Box::new(move || Ok(look_for_wasm_opt(machine, wanted))),
        act: Box::new(move || install_wasm_opt(machine, wanted)),
    })
}

fn in_trunk_toml(machine: &Machine, key: &str) -> Outcome<Version> {
    let settings = machine.project_file("Trunk.toml")?;
    pinned(&settings, key).ok_or_else(|| {
        Failure::new(
            format!("to read `{key}` in Trunk.toml"),
            "there is no version",
            "Put it back, for instance from the repository.",
        )
    })
}

/// A version in the text of Trunk.toml, which has a way of its own to write those of wasm-opt.
fn pinned(settings: &str, key: &str) -> Option<Version> {
    let value = quoted(settings, key)?;
    Version::first_in(value.trim_start_matches("version_"))
}

fn look_for(machine: &Machine, programs: &[&str], serves: impl Fn(Version) -> bool) -> Found {
    let mut last = None;
    for program in programs {
        match version_of(machine, program) {
            Some(found) if serves(found) => last = Some(found),
            _ => return Found::Missing,
        }
    }
    last.map_or(Found::Missing, |found| Found::Done(format!("found {found}")))
}

fn version_of(machine: &Machine, program: &str) -> Option<Version> {
    let file = machine.find(program)?;
    let printed = quietly(machine.command(file).arg("--version"), "").ok()?;
    Version::first_in(&printed)
}

fn cargo_install(machine: &Machine, package: &str, version: impl ToString, more: &[&str]) -> Outcome {
    let build = build_folder(machine);
    fs::create_dir_all(&build).map_err(|error| no_folder(&build, &error))?;
    quietly(
        machine
            .command("cargo")
            // Not in the checkout: its settings are not for the tools.
            .current_dir(&machine.cache)
            .args(["install", "--locked", package, "--version"])
            .arg(version.to_string())
            .args(more)
            .env("CARGO_TARGET_DIR", &build)
            // A light profile: the tools are fast enough, and built in half the time.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false"),
        "Check the network and the free disk (1 GB), then the same again: what is built by then is kept.",
    )
    .map(drop)
}

/// Where npm puts Binaryen, of which wasm-opt is a part.
fn binaryen(machine: &Machine) -> PathBuf {
    machine.cache.join("binaryen")
}

fn look_for_wasm_opt(machine: &Machine, wanted: Version) -> Found {
    let Some(file) = machine.find("wasm-opt") else {
        return Found::Missing;
    };
    // Ours takes half a second to say its version; its package says it at once.
    let package = binaryen(machine).join("node_modules/binaryen");
    let is_ours = match (file.canonicalize(), package.canonicalize()) {
        (Ok(file), Ok(package)) => file.starts_with(package),
        _ => false,
    };
    let found = if is_ours {
        let package = fs::read_to_string(package.join("package.json")).unwrap_or_default();
        version_in_package(&package)
    } else {
        version_of(machine, "wasm-opt")
    };
    match found {
        Some(found) if found.major == wanted.major => Found::Done(format!("found {}", found.major)),
        _ => Found::Missing,
    }
}

/// The first version in the text of a `package.json`.
pub(super) fn version_in_package(package: &str) -> Option<Version> {
    let (_, rest) = package.split_once("\"version\"")?;
    Version::first_in(rest.split('"').nth(1)?)
}

fn install_wasm_opt(machine: &Machine, wanted: Version) -> Outcome {
    let folder = binaryen(machine);
    fs::create_dir_all(&folder).map_err(|error| no_folder(&folder, &error))?;
    quietly(
        machine
            .command("npm")
            .current_dir(&folder)
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"])
            .arg(&folder)
            .arg(format!("binaryen@{}", wanted.major)),
        "Install Node with npm and check the network, then the same again.\n\
         Or put a wasm-opt of this version on PATH.",
    )?;
    fs::create_dir_all(&machine.cargo_bin).map_err(|error| no_folder(&machine.cargo_bin, &error))?;
    let link = machine.cargo_bin.join("wasm-opt");
    place(&folder.join("node_modules/.bin/wasm-opt"), &link)?;
    match look_for_wasm_opt(machine, wanted) {
        Found::Done(_) => Ok(()),
        Found::Missing => Err(Failure::new(
            format!("{} --version", link.display()),
            format!("it is not version {}", wanted.major),
            format!("Put a wasm-opt {} on PATH.", wanted.major),
        )),
    }
}

/// Links `link` to `program`. An earlier link is replaced, a person's own file is not.
#[cfg(unix)]
fn place(program: &Path, link: &Path) -> Outcome {
    let tried = || format!("ln -s {} {}", program.display(), link.display());
    match fs::symlink_metadata(link) {
        Ok(meta) if !meta.is_symlink() => {
            return Err(Failure::new(
                tried(),
                "another wasm-opt stands there",
                "Move it away, then the same again.",
            ));
        }
        // Where there is none, the next line makes it; where it cannot be removed, the next line says so.
        _ => drop(fs::remove_file(link)),
    }
    std::os::unix::fs::symlink(program, link).map_err(|error| {
        Failure::new(
            tried(),
            error.to_string(),
            format!("Make {} writable for you.", link.display()),
        )
    })
}

#[cfg(not(unix))]
fn place(program: &Path, link: &Path) -> Outcome {
    let folder = program.parent().unwrap_or(program);
    Err(Failure::new(
        format!("to link {} to {}", link.display(), program.display()),
        "this system has no such links",
        format!("Put {} on PATH.", folder.display()),
    ))
}

fn no_folder(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("to make the folder {}", folder.display()),
        error.to_string(),
        "Make room and see to it that you may write there.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project_file(name: &str) -> String {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
        fs::read_to_string(file).expect("a file of the project")
    }

    #[test]
    fn trunk_is_told_of_the_wasm_bindgen_that_is_locked() {
        let told = pinned(&project_file("Trunk.toml"), "wasm_bindgen");
        assert!(told.is_some());
        assert_eq!(told, locked(&project_file("Cargo.lock"), "wasm-bindgen"));
    }

    #[test]
    fn the_tools_are_pinned() {
        let settings = project_file("Trunk.toml");
        assert!(pinned(&settings, "trunk-version").is_some());
        assert!(pinned(&settings, "wasm_opt").is_some_and(|version| version.major > 100));
    }

    #[test]
    fn a_package_says_its_version() {
        let package = "{\n  \"name\": \"binaryen\",\n  \"version\": \"132.0.0\",\n}";
        assert_eq!(version_in_package(package), Version::first_in("132"));
        assert_eq!(version_in_package("{}"), None);
    }
}
