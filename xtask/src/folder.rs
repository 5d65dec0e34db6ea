//! The folder of the built page: its files, read and written.

use std::fs;
use std::io;
use std::path::Path;

use crate::failure::{Failure, Outcome};

/// What helps where the built page is not as it should be.
pub(crate) const REMEDY: &str =
    "Run `cargo clean --release`, then build again. If that does not help, say so in an issue.";

/// The names in a folder.
pub(crate) fn names(folder: &Path) -> Outcome<Vec<String>> {
    let files = fs::read_dir(folder).map_err(|error| failed("read", folder, &error))?;
    Ok(files
        .flatten()
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .collect())
}

/// The text of a file.
pub(crate) fn read(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).map_err(|error| failed("read", file, &error))
}

/// The bytes of a file.
pub(crate) fn read_bytes(file: &Path) -> Outcome<Vec<u8>> {
    fs::read(file).map_err(|error| failed("read", file, &error))
}

/// Writes a file, over what is there.
pub(crate) fn write(file: &Path, text: &str) -> Outcome {
    write_bytes(file, text.as_bytes())
}

/// Writes a file of bytes, over what is there.
pub(crate) fn write_bytes(file: &Path, bytes: &[u8]) -> Outcome {
    fs::write(file, bytes).map_err(|error| failed("write", file, &error))
}

/// Gives a file of a folder another name.
pub(crate) fn rename(folder: &Path, from: &str, to: &str) -> Outcome {
    fs::rename(folder.join(from), folder.join(to))
        .map_err(|error| failed("rename", &folder.join(from), &error))
}

/// What to say where that fails.
pub(crate) fn failed(deed: &str, what: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("to {deed} {}", what.display()), error.to_string(), REMEDY)
}
