//! What every export shares: the corpus that is written, where it is written to, and the trait of a format.

use super::losses::{Inventory, Loss};
use crate::core::article::Article;
use crate::core::id::{ArticleId, RecordId};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::timestamp::Timestamp;
use std::cell::RefCell;
use std::fmt;
use std::io::{self, Write};
use std::rc::Rc;

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
    /// Whether the texts go with it.
    pub texts: Texts,
}

/// An article of a [`Corpus`], with its records.
#[derive(Clone, Copy, Debug)]
pub struct CorpusArticle<'a> {
    /// The article.
    pub article: &'a Article,
    /// Its records.
    pub records: &'a Records,
}

impl Corpus<'_> {
    /// "annotations", where it has none.
    pub(super) fn lacks_annotations(&self) -> Option<&'static str> {
        let mut articles = self.articles.iter();
        let has_any = articles.any(|article| article.records.annotations().next().is_some());
        (!has_any).then_some("annotations")
    }
}

/// Whether an export holds the articles' words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Texts {
    /// Texts, quotes and all.
    #[default]
    Whole,
    /// For texts under copyright: `null` where a text, a quote or its context would stand, and beside each
    /// quote and text its SHA-256, so that whoever has the texts can tell that they are the same.
    LeftOut,
}

/// Where an export is written to, piece by piece, so that a file larger than memory can be made.
pub trait Output: Write {
    /// Tells that one more article has been written, for whoever shows how far the export is.
    fn article_written(&mut self) {}
}

impl Output for Vec<u8> {}

/// An output in several hands: one writes to it while another tells it of articles.
#[derive(Clone)]
pub(super) struct SharedOutput<'o>(Rc<RefCell<&'o mut dyn Output>>);

impl<'o> SharedOutput<'o> {
    pub(super) fn new(output: &'o mut dyn Output) -> Self {
        Self(Rc::new(RefCell::new(output)))
    }

    /// As [`Output::article_written`] has it.
    pub(super) fn article_written(&self) {
        self.0.borrow_mut().article_written();
    }
}

impl Write for SharedOutput<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
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

    /// Whether it has a form without texts, [`Texts::LeftOut`]. Where it has none, that is never asked of it.
    fn can_leave_out_texts(&self) -> bool {
        false
    }

    /// What a file of this format is made of, where the corpus has none of it, so that the file would be empty:
    /// "relations". Such a file is not offered.
    fn lacks(&self, corpus: &Corpus<'_>) -> Option<&'static str> {
        corpus.articles.is_empty().then_some("articles")
    }

    /// What of this corpus the file will not hold, told before it is made. `inventory` is that of `corpus`.
    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss>;

    /// Writes the file. Every format checks what it writes against the texts before it writes it.
    ///
    /// # Errors
    /// Where a record does not agree with its article's text, or `output` refuses to go on.
    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError>;

    /// The file's name, with the day of the export in UTC: "hearsay-corpus-2026-11-21.json".
    fn file_name(&self, exported_at: Timestamp) -> String {
        let day = exported_at.date();
        format!("{}-{day}.{}", self.file_stem(), self.file_extension())
    }
}

/// Why a corpus cannot be exported. Where a record does not agree with its article's text, the error names it,
/// and nothing is offered for download.
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
    /// The file could not be written, for this reason.
    NotWritten(String),
}

impl From<io::Error> for ExportError {
    fn from(error: io::Error) -> Self {
        Self::NotWritten(error.to_string())
    }
}

impl From<serde_json::Error> for ExportError {
    fn from(error: serde_json::Error) -> Self {
        Self::NotWritten(error.to_string())
    }
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
            Self::NotWritten(reason) => write!(
                f,
                "the file could not be written: {reason}. Nothing was exported; reload the page and export again."
            ),
        }
    }
}

impl std::error::Error for ExportError {}
