//! What every import shares: the files that are read, the trait of a format, and the one error.

use crate::core::import::Imported;
use crate::core::timestamp::Timestamp;
use std::fmt;

/// A file as it was picked, dropped, pasted, or found in an archive. Both its name and its content are
/// whatever somebody chose to write there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Its name, with the folders before it where it has any: "brat/002.ann".
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// The name without folders and without what follows its last dot: "002".
    pub fn stem(&self) -> &str {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        match name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => name,
        }
    }

    /// What follows the last dot of the name, in small letters: "ann". Empty where there is no dot.
    pub fn extension(&self) -> String {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        match name.rsplit_once('.') {
            Some((_, extension)) => extension.to_ascii_lowercase(),
            None => String::new(),
        }
    }
}

/// A format that a corpus can be read from.
pub trait ImportFormat: Sync {
    /// Its name in the page's markup: "corpus-json".
    fn id(&self) -> &'static str;

    /// Its name on the page: "Corpus (JSON)".
    fn name(&self) -> &'static str;

    /// Whether the file is one of this format, or one of the files that make one up, sound or not. Told by
    /// content; by the name only where a format's readers do so.
    fn recognises(&self, file: &File) -> bool;

    /// Whether it reads the `hearsay.json` beside its files, too.
    fn reads_beside(&self) -> bool {
        false
    }

    /// Reads and checks `files`, all of which are of this format. `now` dates what the files leave undated.
    ///
    /// # Errors
    /// At the first thing that is not as the format has it, with its file and its place. Nothing is taken over.
    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError>;
}

/// The [`ImportError::place`] of an error that concerns no single part of a file.
pub(super) const WHOLE_FILE: &str = "the file";

/// Why a file cannot be imported. Nothing of such a file is taken over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportError {
    /// The file's name; empty where only one was read, whose name the reader knows.
    pub file: String,
    /// Where in the file: `articles[2].annotations[14].end`, or "the file".
    pub place: String,
    /// The line and the column, where the format counts lines or the file's syntax is broken there.
    pub position: Option<Position>,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do about it, in whole sentences.
    pub remedy: &'static str,
}

impl ImportError {
    /// The same error, said of the file that it is in.
    #[must_use]
    pub fn in_file(mut self, file: &File) -> Self {
        self.file.clone_from(&file.name);
        self
    }

    /// The same error, said of the archive that its file is in.
    #[must_use]
    pub fn inside(mut self, archive: &File) -> Self {
        self.file = match self.file.as_str() {
            "" => archive.name.clone(),
            file => format!("{}/{file}", archive.name),
        };
        self
    }
}

/// A place in a file, as an editor counts it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The character of the line, counted from 1.
    pub column: usize,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            place,
            expected,
            found,
            remedy,
            ..
        } = self;
        match (file.as_str(), place.as_str()) {
            ("", place) => f.write_str(place)?,
            (file, WHOLE_FILE) => f.write_str(file)?,
            (file, place) => write!(f, "{file}, {place}")?,
        }
        if let Some(Position { line, column }) = self.position {
            write!(f, ", line {line}, column {column}")?;
        }
        write!(f, ": expected {expected}, found {found}. {remedy}")
    }
}

impl std::error::Error for ImportError {}
