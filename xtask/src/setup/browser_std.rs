//! A standard library for the browser: there already, fetched by rustup, or built here.
//!
//! The system's Rust comes without one but with its sources. Built from those, it is put into the system's
//! sysroot, with a stamp beside it that names the compiler it was built by: a library of another compiler is
//! of no use.

use std::fs;
use std::path::{Path, PathBuf};

use super::packages;
use crate::command::quietly;
use crate::failure::{Failure, Outcome};
use crate::machine::{self, BROWSER, LINKED, Machine, SYSTEM};
use crate::step::{Found, Lane, Step};
use crate::version::{Version, quoted};

const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rustfmt-web",
];
/// What those packages bring, below [`SYSTEM`].
const BROUGHT: [&str; 8] = [
    "bin/cargo",
    "bin/cargo-clippy",
    "bin/cargo-fmt",
    "bin/clippy-driver",
    "bin/rustc",
    "bin/rustdoc",
    "bin/rustfmt",
    "lib/rustlib/src/rust/library/std/Cargo.toml",
];
const STAMP: &str = "built-by";
/// A program that needs an allocator, formatting and a part of the system that the browser lacks.
const PROBE: &str = "#[unsafe(no_mangle)]
pub extern \"C\" fn probe() -> usize {
    format!(\"{:?}\", std::env::args()).len()
}
";
const REMEDY: &str = "Make sure that some 300 MB of disk are free, then the same again.";
const OTHERWISE: &str = "Use a Rust that has a standard library for the browser. With rustup:\n\
    rustup target add wasm32-unknown-unknown\n\
    (with RUSTUP_AUTO_INSTALL=0 set, this is yours to decide), then the same again.";

/// The toolchain in use has it.
pub(super) fn ready<'a>() -> Step<'a> {
    Step {
        name: "Standard library for the browser".to_owned(),
        about: "no time",
        lane: Lane::System,
        look: Box::new(|| Ok(Found::Done("found".to_owned()))),
        act: Box::new(|| Ok(())),
    }
}

/// rustup fetches it.
pub(super) fn from_rustup(machine: &Machine) -> Step<'_> {
    Step {
        name: "Standard library for the browser, from rustup".to_owned(),
        about: "10 s",
        lane: Lane::System,
        look: Box::new(|| Ok(Found::Missing)),
        act: Box::new(|| {
            quietly(
                machine.command("rustup").args(["target", "add", BROWSER]),
                "Check the network, then the same again.",
            )
            .map(drop)
        }),
    }
}

/// The system's Rust is installed, its sources are built for the browser, and the checkout is told to use it.
///
/// # Errors
/// If the project's files do not say which Rust is needed.
pub(super) fn from_system(machine: &Machine) -> Outcome<Vec<Step<'_>>> {
    let wanted = wanted_rust(machine)?;
    let mut steps = vec![
        Step {
            name: "System packages of Rust with its sources".to_owned(),
            about: "1 min",
            lane: Lane::System,
            look: Box::new(move || Ok(look_for_packages(machine, wanted))),
            act: Box::new(move || install_packages(machine, wanted)),
        },
        Step {
            name: "Standard library for the browser, from those sources".to_owned(),
            about: "2 min",
            lane: Lane::System,
            look: Box::new(move || Ok(look_for_library(machine))),
            act: Box::new(move || provide_library(machine)),
        },
    ];
    if machine.rustup.is_some() {
        steps.push(Step {
            name: format!("rustup's toolchain `{LINKED}`, used in this checkout"),
            about: "1 s",
            lane: Lane::System,
            look: Box::new(move || look_for_link(machine)),
            act: Box::new(move || link(machine)),
        });
    }
    Ok(steps)
}

fn wanted_rust(machine: &Machine) -> Outcome<Version> {
    let manifest = machine.project_file("Cargo.toml")?;
    quoted(&manifest, "rust-version")
        .and_then(Version::first_in)
        .ok_or_else(|| {
            Failure::new(
                "to read `rust-version` in Cargo.toml",
                "there is none",
                "Put it back.",
            )
        })
}

/// The system's compiler, as it names itself.
struct Compiler {
    /// What `rustc -vV` prints.
    words: String,
}

impl Compiler {
    fn ask(machine: &Machine) -> Outcome<Self> {
        // Not the first `rustc` on PATH, which may be rustup's.
        let mut command = machine.command(system("bin/rustc"));
        quietly(command.arg("-vV"), OTHERWISE).map(|words| Self { words })
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.words
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
    }

    fn release(&self) -> Option<Version> {
        self.value("release").and_then(Version::first_in)
    }

    /// The major version of its LLVM: linker and compiler go together.
    fn llvm(&self) -> Option<u64> {
        Some(Version::first_in(self.value("LLVM version")?)?.major)
    }

    /// Where it looks for its linker.
    fn linker(&self) -> Option<PathBuf> {
        let host = self.value("host")?;
        Some(system("lib/rustlib").join(host).join("bin/rust-lld"))
    }
}

fn system(below: &str) -> PathBuf {
    Path::new(SYSTEM).join(below)
}

fn libraries() -> PathBuf {
    system("lib/rustlib").join(BROWSER).join("lib")
}

fn look_for_packages(machine: &Machine, wanted: Version) -> Found {
    if !BROUGHT.iter().all(|file| system(file).exists()) {
        return Found::Missing;
    }
    let Ok(compiler) = Compiler::ask(machine) else {
        return Found::Missing;
    };
    let linker = compiler.linker().is_some_and(|linker| linker.exists());
    match compiler.release() {
        Some(release) if release >= wanted && linker => Found::Done(format!("found {release}")),
        _ => Found::Missing,
    }
}

fn install_packages(machine: &Machine, wanted: Version) -> Outcome {
    packages::install(machine, &PACKAGES, OTHERWISE)?;
    let compiler = Compiler::ask(machine)?;
    let unusable = |why: &str| {
        Failure::new(
            format!("to use {}", system("bin/rustc").display()),
            format!("{why}; it says of itself:\n{}", compiler.words),
            OTHERWISE,
        )
    };
    match compiler.release() {
        Some(release) if release >= wanted => {}
        _ => return Err(unusable(&format!("Rust {wanted} or later is needed"))),
    }
    let (Some(linker), Some(llvm)) = (compiler.linker(), compiler.llvm()) else {
        return Err(unusable("it does not name its host and its LLVM"));
    };
    if linker.exists() {
        return Ok(());
    }
    let lld = format!("/usr/lib/llvm-{llvm}/bin/lld");
    if !Path::new(&lld).exists() {
        packages::install(machine, &[&format!("lld-{llvm}")], OTHERWISE)?;
    }
    let linker = linker.to_string_lossy();
    let folder = linker.trim_end_matches("/rust-lld");
    packages::as_administrator(machine, "mkdir", &["-p", folder], OTHERWISE)?;
    packages::as_administrator(machine, "ln", &["-sfn", &lld, &linker], OTHERWISE)
}

fn look_for_library(machine: &Machine) -> Found {
    let stamp = fs::read_to_string(libraries().join(STAMP)).ok();
    match (stamp, Compiler::ask(machine)) {
        (Some(stamp), Ok(compiler)) if stamp == compiler.words => {
            Found::Done("found, built by this compiler".to_owned())
        }
        _ => Found::Missing,
    }
}

fn provide_library(machine: &Machine) -> Outcome {
    let scratch = machine.cache.join("browser-std");
    provide_library_in(machine, &libraries(), &scratch)?;
    // Should it stay, it only takes room.
    let _ = fs::remove_dir_all(scratch);
    Ok(())
}

/// Stamps the library in `destination` if it works, and builds it anew if not.
fn provide_library_in(machine: &Machine, destination: &Path, scratch: &Path) -> Outcome {
    let compiler = Compiler::ask(machine)?;
    let stage = scratch.join("stage");
    let staged_stamp = stage.join(STAMP);
    afresh(&stage)?;
    write(&staged_stamp, &compiler.words)?;
    let to = destination.to_string_lossy();
    if works(machine, destination, scratch) {
        let stamp = staged_stamp.to_string_lossy();
        return packages::as_administrator(machine, "cp", &[&stamp, &to], REMEDY);
    }
    for library in build(machine, scratch)? {
        let name = library.file_name().unwrap_or_default();
        fs::copy(&library, stage.join(name)).map_err(|error| no_file(&library, &error))?;
    }
    // Copied beside and moved at once: a build that runs meanwhile never sees half a library.
    let beside = format!("{to}.new");
    let parent = destination.parent().unwrap_or(destination).to_string_lossy();
    let stage = stage.to_string_lossy();
    for (program, arguments) in [
        ("mkdir", &["-p", &*parent] as &[&str]),
        ("rm", &["-rf", &beside]),
        ("cp", &["-r", &stage, &beside]),
        ("rm", &["-rf", &to]),
        ("mv", &[&beside, &to]),
    ] {
        packages::as_administrator(machine, program, arguments, REMEDY)?;
    }
    forget_builds(machine)
}

/// Whether a program for the browser can be built with the libraries of a folder, and optimized as a whole.
fn works(machine: &Machine, libraries: &Path, scratch: &Path) -> bool {
    // The test crate is what tests in the browser link.
    if !machine::holds_std(libraries) || !machine::holds_library(libraries, "test") {
        return false;
    }
    let source = scratch.join("probe.rs");
    write(&source, PROBE).is_ok()
        && quietly(
            machine
                .command(system("bin/rustc"))
                .args([
                    "--edition=2024",
                    "--crate-type=cdylib",
                    "-Cpanic=abort",
                    "-Clto=fat",
                ])
                .args(["--target", BROWSER, "-L"])
                .arg(libraries)
                .arg("-o")
                .arg(scratch.join("probe.wasm"))
                .arg(&source),
            REMEDY,
        )
        .is_ok()
}

/// Builds the standard library and gives back its files.
fn build(machine: &Machine, scratch: &Path) -> Outcome<Vec<PathBuf>> {
    let package = scratch.join("package");
    afresh(&package.join("src"))?;
    write(
        &package.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [profile.release]\npanic = \"abort\"\n\n[workspace]\n",
    )?;
    write(&package.join("src/lib.rs"), "#![no_std]\n")?;
    let target = scratch.join("target");
    quietly(
        machine
            .command(system("bin/cargo"))
            .current_dir(&package)
            .args(["build", "--release", "--target", BROWSER])
            .arg("-Zbuild-std=std,panic_abort,test")
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTC", system("bin/rustc"))
            // Without bitcode the page cannot be optimized as a whole (LTO).
            .env("RUSTFLAGS", "-Cembed-bitcode=yes")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("CARGO_TARGET_DIR", &target),
        REMEDY,
    )?;
    let built = target.join(BROWSER).join("release/deps");
    let libraries = fs::read_dir(&built)
        .map_err(|error| no_file(&built, &error))?
        .flatten()
        .map(|file| file.path())
        .filter(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".rlib") && !name.starts_with("libempty-")
        })
        .collect();
    Ok(libraries)
}

/// Removes what was built for the browser with the library that was there before: Cargo does not see the
/// difference, and the compiler says "can't find crate".
fn forget_builds(machine: &Machine) -> Outcome {
    let stale = machine.target_folder().join(BROWSER);
    if !stale.exists() {
        return Ok(());
    }
    eprintln!(
        "Removing {}, which was built with another standard library.",
        stale.display()
    );
    fs::remove_dir_all(&stale).map_err(|error| {
        Failure::new(
            format!("to remove {}", stale.display()),
            error.to_string(),
            "Remove it by hand: what it holds was built with another standard library.",
        )
    })
}

fn look_for_link(machine: &Machine) -> Outcome<Found> {
    let Some(rustup) = &machine.rustup else {
        return Ok(Found::Done("no rustup here".to_owned()));
    };
    let linked = fs::read_link(rustup.join("toolchains").join(LINKED)).ok();
    if linked.as_deref() != Some(Path::new(SYSTEM)) {
        return Ok(Found::Missing);
    }
    let overrides = quietly(
        machine.command("rustup").args(["override", "list"]),
        "Update rustup.",
    )?;
    Ok(if is_overridden(&overrides, &machine.root.to_string_lossy()) {
        Found::Done("found".to_owned())
    } else {
        Found::Missing
    })
}

/// Whether rustup's list says that the checkout uses the linked toolchain.
fn is_overridden(overrides: &str, checkout: &str) -> bool {
    overrides.lines().any(|line| {
        line.strip_prefix(checkout)
            .is_some_and(|rest| rest.starts_with(char::is_whitespace) && rest.trim() == LINKED)
    })
}

fn link(machine: &Machine) -> Outcome {
    let rustup = |arguments: &[&str]| {
        let mut command = machine.command("rustup");
        quietly(command.args(arguments), "Update rustup, then the same again.")
    };
    rustup(&["toolchain", "link", LINKED, SYSTEM])?;
    let root = machine.root.to_string_lossy();
    rustup(&["override", "set", LINKED, "--path", &root]).map(drop)
}

/// Makes an empty folder.
fn afresh(folder: &Path) -> Outcome {
    // It need not be there.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(|error| no_file(folder, &error))
}

fn write(file: &Path, text: &str) -> Outcome {
    fs::write(file, text).map_err(|error| no_file(file, &error))
}

fn no_file(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("to use {}", file.display()), error.to_string(), REMEDY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = "rustc 1.96.0 (ac68faa20 2026-05-25)\nbinary: rustc\n\
        host: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.8\n";

    #[test]
    fn a_compiler_names_its_release_its_linker_and_its_llvm() {
        let compiler = Compiler {
            words: WORDS.to_owned(),
        };
        assert_eq!(compiler.release(), Version::first_in("1.96.0"));
        assert_eq!(compiler.llvm(), Some(22));
        assert_eq!(
            compiler.linker(),
            Some(PathBuf::from(
                "/usr/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld"
            ))
        );
    }

    #[test]
    fn an_override_is_of_this_very_checkout_and_toolchain() {
        let list = "/home/a/hearsay-2  \thearsay\n/home/a/other\thearsay\n/home/a/old\tstable\n";
        assert!(is_overridden(list, "/home/a/hearsay-2"));
        assert!(is_overridden(list, "/home/a/other"));
        assert!(!is_overridden(list, "/home/a/hearsay"));
        assert!(!is_overridden(list, "/home/a/old"));
        assert!(!is_overridden("no overrides\n", "/home/a/other"));
    }

    /// Takes a minute or two, and the system's Rust: `cargo test -p xtask -- --ignored`.
    #[test]
    #[ignore = "builds the standard library"]
    fn a_library_is_built_where_it_is_missing_and_stamped_where_it_works() {
        let machine = Machine::look().expect("a machine with Rust");
        let scratch = std::env::temp_dir().join(format!("browser-std-{}", std::process::id()));
        let destination = scratch.join("lib");
        let stamp = destination.join(STAMP);
        provide_library_in(&machine, &destination, &scratch).expect("it is built");
        let built = fs::metadata(&destination)
            .and_then(|meta| meta.modified())
            .expect("a folder");
        assert!(works(&machine, &destination, &scratch));
        fs::remove_file(&stamp).expect("a stamp");
        provide_library_in(&machine, &destination, &scratch).expect("it is stamped");
        assert!(stamp.is_file());
        assert!(built.elapsed().is_ok());
        fs::remove_dir_all(scratch).expect("the scratch folder");
    }
}
