//! Corpus formats: one file each, all behind two traits.
//!
//! A format that writes is an [`ExportFormat`] in [`EXPORTS`], one that reads is an [`ImportFormat`] in
//! [`IMPORTS`]; the dialogs are made from those two lists, so a new format is a new file and a line in one or
//! both. A format turns a [`Corpus`] into bytes, or bytes into an [`Imported`]. What an import then does to
//! the records that are here already is no format's business: see [`core::import`](crate::core::import).
//!
//! Pure, as the core is: the time of an export is passed in, and files are read and written elsewhere.

use crate::core::article::Article;
use crate::core::id::{ArticleId, RecordId};
use crate::core::import::Imported;
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::timestamp::Timestamp;
use std::fmt;

pub mod corpus_json;
pub mod entities_csv;
#[cfg(test)]
mod generated;
mod json;
pub mod manifest;
pub mod scheme_json;
mod slices;

/// The formats that a corpus is exported in, in the order in which they are offered.
pub static EXPORTS: &[&dyn ExportFormat] = &[&corpus_json::CorpusJson];

/// The formats that a corpus is imported from, in the order in which they are tried.
pub static IMPORTS: &[&dyn ImportFormat] = &[&corpus_json::CorpusJson];

/// A corpus as it stands when it is exported, borrowed from where it is kept.
#[derive(Clone, Debug)]
pub struct Corpus<'a> {
    /// The label set.
    pub scheme: &'a Scheme,
    /// The articles, in the order in which they are written.
    pub articles: Vec<CorpusArticle<'a>>,
    /// The records that belong to no single article: entities and claim groups.
    pub records: &'a Records,
    /// When the export is made.
    pub exported_at: Timestamp,
}

/// An article of a [`Corpus`], with its records.
#[derive(Clone, Copy, Debug)]
pub struct CorpusArticle<'a> {
    /// The article.
    pub article: &'a Article,
    /// Its records.
    pub records: &'a Records,
}

/// A format that a corpus can be written in.
pub trait ExportFormat: Sync {
    /// Its name in the page's markup: "corpus-json".
    fn id(&self) -> &'static str;

    /// Its name on the page: "Corpus (JSON)".
    fn name(&self) -> &'static str;

    /// What it is good for, in a sentence.
    fn about(&self) -> &'static str;

    /// Its media type: "application/json".
    fn media_type(&self) -> &'static str;

    /// What the file's name begins with: "hearsay-corpus".
    fn file_stem(&self) -> &'static str;

    /// What the file's name ends with, without the dot: "json".
    fn file_extension(&self) -> &'static str;

    /// The file's content. Every format checks what it writes against the texts before it returns it.
    fn write(&self, corpus: &Corpus<'_>) -> Result<Vec<u8>, ExportError>;

    /// The file's name, with the day of the export in UTC: "hearsay-corpus-2026-11-21.json".
    fn file_name(&self, exported_at: Timestamp) -> String {
        let day = exported_at.date();
        format!("{}-{day}.{}", self.file_stem(), self.file_extension())
    }
}

/// A format that a corpus can be read from.
pub trait ImportFormat: Sync {
    /// Its name on the page: "Corpus (JSON)".
    fn name(&self) -> &'static str;

    /// Whether the file looks like one of this format, sound or not.
    fn recognises(&self, file: &[u8]) -> bool;

    /// Reads and checks the whole file.
    fn read(&self, file: &[u8]) -> Result<Imported, ImportError>;
}

/// Reads a file of any format that is known.
pub fn import(file: &[u8]) -> Result<Imported, ImportError> {
    match IMPORTS.iter().find(|format| format.recognises(file)) {
        Some(format) => format.read(file),
        None => Err(ImportError {
            place: WHOLE_FILE.to_owned(),
            position: None,
            expected: IMPORTS
                .iter()
                .map(|format| format.name())
                .collect::<Vec<_>>()
                .join(" or "),
            found: if file.is_empty() {
                "an empty file".to_owned()
            } else {
                "something else".to_owned()
            },
            remedy: "Choose a file that Hearsay has exported.",
        }),
    }
}

/// The [`ImportError::place`] of an error that concerns no single part of a file.
const WHOLE_FILE: &str = "the file";

/// Why a file cannot be imported. Nothing of such a file is taken over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportError {
    /// Where in the file: `articles[2].annotations[14].end`, or "the file".
    pub place: String,
    /// The line and the column, where the file's syntax is broken there.
    pub position: Option<Position>,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do about it, in whole sentences.
    pub remedy: &'static str,
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
        f.write_str(&self.place)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ", line {line}, column {column}")?;
        }
        let Self {
            expected,
            found,
            remedy,
            ..
        } = self;
        write!(f, ": expected {expected}, found {found}. {remedy}")
    }
}

impl std::error::Error for ImportError {}

/// Why a corpus cannot be exported: a record does not agree with its article's text. It names the record, and
/// nothing is offered for download.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExportError {
    /// The record's span is not a span of the article's text.
    NotOfText {
        /// The article.
        article: ArticleId,
        /// The annotation or the region.
        record: RecordId,
    },
    /// The offsets that would be written cut other words out of the text than the record's own.
    OtherWords {
        /// The article.
        article: ArticleId,
        /// The annotation or the region.
        record: RecordId,
        /// The unit of the offsets, or the part of the anchor: "code points".
        counted_in: &'static str,
        /// The record's own words.
        expected: String,
        /// The words that the offsets cut out.
        found: String,
    },
    /// The corpus could not be written as JSON.
    Json(String),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOfText { article, record } => write!(
                f,
                "article {article}, record {record}: expected a span of the article's text, found one that it \
                 does not hold. Delete that annotation and export again."
            ),
            Self::OtherWords {
                article,
                record,
                counted_in,
                expected,
                found,
            } => write!(
                f,
                "article {article}, record {record}, counted in {counted_in}: expected {expected:?}, found \
                 {found:?}. Nothing was exported; reload the page and export again."
            ),
            Self::Json(reason) => write!(
                f,
                "the corpus could not be written as JSON: {reason}. Nothing was exported; reload the page and \
                 export again."
            ),
        }
    }
}

impl std::error::Error for ExportError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_the_day_of_its_export() {
        let names: Vec<_> = EXPORTS
            .iter()
            .map(|format| format.file_name(Timestamp::from_millis(1_795_262_400_123)))
            .collect();
        assert_eq!(names, ["hearsay-corpus-2026-11-21.json"]);
    }

    #[test]
    fn every_export_has_an_id_of_its_own() {
        let ids: std::collections::HashSet<_> = EXPORTS.iter().map(|format| format.id()).collect();
        assert_eq!(ids.len(), EXPORTS.len());
    }

    #[test]
    fn the_first_export_is_the_corpus() {
        assert_eq!(EXPORTS[0].name(), "Corpus (JSON)");
    }

    #[test]
    fn a_file_of_no_known_format_is_refused_with_the_known_ones() {
        for (file, found) in [(&b""[..], "an empty file"), (b"PK\x03\x04", "something else")] {
            let error = import(file).unwrap_err();
            assert_eq!(error.expected, "Corpus (JSON)");
            assert_eq!(error.found, found);
        }
    }
}
