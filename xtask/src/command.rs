//! Other programs: run silently or aloud, and described as a person would type them.

use std::env;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::{Failure, Outcome};

/// How many of a failed command's last lines are shown.
const LAST_LINES: usize = 15;

/// Runs `command` without a word and gives back what it wrote to standard output.
///
/// # Errors
/// With the command's last lines if it cannot be started or does not end well.
pub(crate) fn quietly(command: &mut Command, remedy: &str) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started(command, &error, remedy))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    // Some tools complain on standard output.
    let complaint = if stderr.trim().is_empty() {
        &printed
    } else {
        &*stderr
    };
    let why = format!("{}\n{}", output.status, last_lines(complaint));
    Err(Failure::new(described(command), why, remedy))
}

/// Runs `command` with its output shown as it comes.
///
/// # Errors
/// If it cannot be started or does not end well.
pub(crate) fn aloud(command: &mut Command, remedy: &str) -> Outcome {
    let status: ExitStatus = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| not_started(command, &error, remedy))?;
    if status.success() {
        return Ok(());
    }
    let why = format!("{status}; its own words are above");
    Err(Failure::new(described(command), why, remedy))
}

/// Runs `command` with its complaints shown as they come, and gives back what it wrote to standard output.
///
/// # Errors
/// If it cannot be started or does not end well.
pub(crate) fn told(command: &mut Command, remedy: &str) -> Outcome<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(command, &error, remedy))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let why = format!("{}; its own words are above", output.status);
    Err(Failure::new(described(command), why, remedy))
}

/// The failure of a command that did not even start.
pub(crate) fn not_started(command: &Command, error: &std::io::Error, remedy: &str) -> Failure {
    let program = command.get_program().to_string_lossy();
    let why = match error.kind() {
        ErrorKind::NotFound => format!("`{program}` is not on this machine"),
        _ => format!("`{program}` does not start: {error}"),
    };
    Failure::new(described(command), why, remedy)
}

/// The command with the variables that are set for it, as it could be typed. PATH is left out.
pub(crate) fn described(command: &Command) -> String {
    let variables = command
        .get_envs()
        .filter(|(name, _)| *name != "PATH")
        .filter_map(|(name, value)| Some(format!("{}={}", name.to_string_lossy(), in_shell(value?))));
    let words = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(in_shell);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn in_shell(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+./:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn last_lines(text: &str) -> String {
    let lines = text.trim_end().lines().collect::<Vec<_>>();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

/// Where a program stands on `path`, a list of folders like the variable PATH.
pub(crate) fn find(program: &str, path: &OsStr) -> Option<PathBuf> {
    env::split_paths(path)
        .map(|folder| folder.join(program).with_extension(env::consts::EXE_EXTENSION))
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_described_as_it_would_be_typed() {
        let mut command = Command::new("cargo");
        command
            .args(["doc", "--no-deps", "it's", "a b"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .env("PATH", "/somewhere")
            .env_remove("CARGO");
        assert_eq!(
            described(&command),
            r"RUSTDOCFLAGS='-D warnings' cargo doc --no-deps 'it'\''s' 'a b'"
        );
    }

    #[test]
    fn shows_no_more_than_the_last_lines() {
        let text = (1..=40).map(|n| format!("{n}\n")).collect::<String>();
        let shown = last_lines(&text);
        assert_eq!(shown.lines().count(), LAST_LINES);
        assert!(shown.ends_with("40"));
        assert_eq!(last_lines(""), "");
    }

    #[test]
    fn a_program_that_is_missing_is_named() {
        let failure = quietly(&mut Command::new("no-such-program"), "Install it.")
            .expect_err("there is no such program");
        assert_eq!(failure.tried, "no-such-program");
        assert!(failure.why.contains("is not on this machine"));
        assert_eq!(failure.remedy, "Install it.");
    }

    #[test]
    fn a_program_is_found_in_the_first_folder_that_has_it() {
        let path = env::var_os("PATH").expect("a PATH");
        assert!(find("cargo", &path).is_some_and(|file| file.is_file()));
        assert_eq!(find("no-such-program", &path), None);
    }
}
