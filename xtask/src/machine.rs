//! The machine this runs on: where things are, and which way its set-up goes.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{self, quietly};
use crate::failure::{Failure, Outcome};

/// The toolchain name under which rustup knows the system's own Rust.
pub(crate) const LINKED: &str = "hearsay";
/// The prefix of the system's own Rust, and so its sysroot.
pub(crate) const SYSTEM: &str = "/usr";
/// The target that the page is built for.
pub(crate) const BROWSER: &str = "wasm32-unknown-unknown";

/// How this machine comes by a standard library for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The toolchain in use has it.
    Ready,
    /// rustup may fetch it.
    Rustup,
    /// The system's Rust, and a standard library that is built here from its sources.
    System,
}

impl Way {
    fn choose(restricted: bool, sysroot: &Path, has_std: bool) -> Self {
        match (restricted, has_std) {
            // What is built here may have gone stale, so it is never simply `Ready`.
            (true, _) if sysroot == Path::new(SYSTEM) => Self::System,
            (_, true) => Self::Ready,
            (true, false) => Self::System,
            (false, false) => Self::Rustup,
        }
    }
}

/// What the steps of the set-up need to know. Nothing here changes while they run.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// What the set-up keeps for itself, outside of the checkout.
    pub(crate) cache: PathBuf,
    /// Where Trunk may keep the tools that it fetches.
    pub(crate) trunk_caches: Vec<PathBuf>,
    /// Where `cargo install` puts programs.
    pub(crate) cargo_bin: PathBuf,
    /// rustup's folder, where there is a rustup.
    pub(crate) rustup: Option<PathBuf>,
    /// rustup may not download, or is not there. Then nothing else downloads behind our back
    /// either: every tool is installed by a step of its own.
    pub(crate) restricted: bool,
    pub(crate) way: Way,
    path: OsString,
}

impl Machine {
    /// Looks at the machine. Takes one call of `rustc`.
    ///
    /// # Errors
    /// If there is no home folder or no `rustc`.
    pub(crate) fn look() -> Outcome<Self> {
        let root = checkout();
        let home = env::home_dir().ok_or_else(|| {
            Failure::new(
                "to find the home folder",
                "this machine names none",
                "Set the variable HOME.",
            )
        })?;
        let folder = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty());
        let in_home = |variable: &str, default: &str| {
            folder(variable).map_or_else(|| home.join(default), PathBuf::from)
        };
        let cargo_home = in_home("CARGO_HOME", ".cargo");
        let cargo_bin = folder("CARGO_INSTALL_ROOT")
            .map_or(cargo_home, PathBuf::from)
            .join("bin");
        let path = path_with(&cargo_bin);
        let rustup = command::find("rustup", &path).map(|_| in_home("RUSTUP_HOME", ".rustup"));
        let auto_install = env::var("RUSTUP_AUTO_INSTALL").ok();
        let restricted = is_restricted(rustup.is_some(), auto_install.as_deref());
        let mut machine = Self {
            cache: in_home("XDG_CACHE_HOME", ".cache").join("hearsay"),
            trunk_caches: vec![
                in_home("XDG_CACHE_HOME", ".cache").join("trunk"),
                home.join("Library/Caches/dev.trunkrs.trunk"),
                in_home("LOCALAPPDATA", "AppData/Local").join("trunkrs/trunk/cache"),
            ],
            root,
            cargo_bin,
            rustup,
            restricted,
            way: Way::Ready,
            path,
        };
        let (sysroot, libraries) = machine.rust_folders()?;
        machine.way = Way::choose(restricted, &sysroot, holds_std(&libraries));
        Ok(machine)
    }

    /// A command in the checkout, with the toolchain that this was started with.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.path);
        // `cargo run` sets these for its child; they would make the children of this one
        // differ from the same command typed by hand, and build things twice.
        for (name, _) in env::vars_os() {
            let name_text = name.to_string_lossy();
            if name_text == "CARGO"
                || name_text.starts_with("CARGO_MANIFEST_")
                || name_text.starts_with("CARGO_PKG_")
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// A command in the checkout that builds the project: with the toolchain that can.
    pub(crate) fn project_command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command(program);
        if self.way == Way::System && self.rustup.is_some() {
            command.env("RUSTUP_TOOLCHAIN", LINKED);
        }
        command
    }

    /// Where a program stands.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        command::find(program, &self.path)
    }

    /// Whether a person finds in their shell what `cargo install` puts there.
    pub(crate) fn cargo_bin_is_on_path(&self) -> bool {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|folder| folder == self.cargo_bin)
    }

    /// The text of a file of the project.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn project_file(&self, name: &str) -> Outcome<String> {
        let file = self.root.join(name);
        fs::read_to_string(&file).map_err(|error| {
            Failure::new(
                format!("to read {}", file.display()),
                error.to_string(),
                "The checkout is not whole: `git status` shows what is missing.",
            )
        })
    }

    /// Writes a file of the project anew.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn write_project_file(&self, name: &str, text: &str) -> Outcome {
        let file = self.root.join(name);
        fs::write(&file, text).map_err(|error| {
            Failure::new(
                format!("to write {}", file.display()),
                error.to_string(),
                "Make room and see to it that you may write there.",
            )
        })
    }

    /// Where Cargo builds this project.
    pub(crate) fn target_folder(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |folder| self.root.join(folder))
    }

    /// The sysroot of the `rustc` in use, and where its libraries for the browser would be.
    fn rust_folders(&self) -> Outcome<(PathBuf, PathBuf)> {
        let printed = quietly(
            self.command("rustc")
                .args(["--print=sysroot", "--print=target-libdir", "--target"])
                .arg(BROWSER),
            "Install Rust so that `rustc` works in this folder.",
        )?;
        let mut lines = printed.lines().map(PathBuf::from);
        match (lines.next(), lines.next()) {
            (Some(sysroot), Some(libraries)) => Ok((sysroot, libraries)),
            _ => Err(Failure::new(
                "rustc --print=sysroot --print=target-libdir",
                format!("it printed {printed:?}"),
                "Use a current Rust.",
            )),
        }
    }
}

/// Whether a folder of libraries holds a standard library.
pub(crate) fn holds_std(libraries: &Path) -> bool {
    holds_library(libraries, "std")
}

/// Whether a folder of libraries holds one of the given name.
pub(crate) fn holds_library(libraries: &Path, name: &str) -> bool {
    let start = format!("lib{name}-");
    fs::read_dir(libraries).is_ok_and(|files| {
        files.flatten().any(|file| {
            let file = file.file_name();
            let file = file.to_string_lossy();
            file.starts_with(&start) && file.ends_with(".rlib")
        })
    })
}

fn is_restricted(has_rustup: bool, auto_install: Option<&str>) -> bool {
    !has_rustup || auto_install == Some("0")
}

/// The checkout whose xtask this is, even where several checkouts share one target folder.
fn checkout() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().map_or(xtask.clone(), Path::to_path_buf)
}

/// PATH with Cargo's programs first, so that a tool which was just installed is the one that runs.
fn path_with(cargo_bin: &Path) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(cargo_bin.to_path_buf()).chain(env::split_paths(&path));
    env::join_paths(folders).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustup_is_asked_only_where_it_may_download() {
        assert!(!is_restricted(true, None));
        assert!(!is_restricted(true, Some("1")));
        assert!(is_restricted(true, Some("0")));
        assert!(is_restricted(false, None));
    }

    #[test]
    fn the_way_is_the_shortest_that_is_allowed() {
        let own = Path::new("/home/someone/.rustup/toolchains/stable");
        assert_eq!(Way::choose(false, own, true), Way::Ready);
        assert_eq!(Way::choose(false, own, false), Way::Rustup);
        assert_eq!(Way::choose(true, own, true), Way::Ready);
        assert_eq!(Way::choose(true, own, false), Way::System);
    }

    #[test]
    fn a_library_that_was_built_here_is_looked_at_again() {
        let system = Path::new(SYSTEM);
        assert_eq!(Way::choose(true, system, true), Way::System);
        assert_eq!(Way::choose(true, system, false), Way::System);
        assert_eq!(Way::choose(false, system, true), Way::Ready);
    }

    #[test]
    fn cargo_programs_come_first_on_the_path() {
        let path = path_with(Path::new("/cargo/bin"));
        assert_eq!(env::split_paths(&path).next(), Some(PathBuf::from("/cargo/bin")));
    }

    #[test]
    fn the_checkout_is_where_the_lock_file_is() {
        assert!(checkout().join("Cargo.lock").is_file());
    }
}
