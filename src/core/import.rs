//! Imports: what a file brings, taken into the work that is here already.
//!
//! An article that the file names is ours of that id; one that it does not name, or whose id we do not know, is
//! ours of the same text. Any other is added. Where its id was ours to choose, and another text has that, it gets
//! one that is free. Where the file has another text than ours under the id that it names, its spans are looked
//! for in our text ([`anchor`](super::anchor)): what is found without doubt moves there with its parts, and what is doubtful is
//! listed, to be taken in only where somebody says so ([`Import::accept`]). Nothing is guessed in silence.
//!
//! Work is merged by record id and never overwritten. A record that we do not have, or have no longer, is
//! added. One that we have as it is in the file stays untouched. Where the two differ, an annotation follows
//! whichever was changed last, and any other record stays as ours; a status yields to the file's where ours
//! says that nobody has begun. A file that does not say when its annotations were made changes nothing of ours.
//! Annotations are told apart by id alone, so two that label the same words are both kept.
//!
//! The result is one [`Transaction`](super::transaction::Transaction), so an import is undone as one step.

mod intake;
mod outcome;
#[cfg(test)]
mod tests;
mod verdict;

pub use outcome::{Absent, Doubtful, Import, Missing};
pub use verdict::Counts;

use super::article::Article;
use super::id::{ArticleId, RecordId};
use super::record::{Record, RecordKey, RecordKind};
use super::records::Records;
use super::selector::Anchor;
use intake::{Here, Intake};
use std::sync::Arc;

/// What a file brings, read and checked: every span lies in its article's text, and no id stands twice for one
/// kind of record in one article.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Imported {
    /// The articles, in the file's order.
    pub articles: Vec<ImportedArticle>,
    /// Work on articles whose texts are not in the file.
    pub anchored: Vec<AnchoredWork>,
    /// The records that belong to no single article: entities and claim groups.
    pub records: Vec<(RecordId, Record)>,
    /// What was left out or is doubtful, each in a sentence for the reviewer.
    pub notes: Vec<String>,
}

impl Imported {
    /// Adds what another file brings.
    pub fn extend(&mut self, other: Self) {
        self.articles.extend(other.articles);
        self.anchored.extend(other.anchored);
        self.records.extend(other.records);
        self.notes.extend(other.notes);
    }
}

/// An article that a file brings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedArticle {
    /// The article, text and all.
    pub article: Article,
    /// Whether the file itself names the article. Where it does not, the id was made of the file's name, and the
    /// article is the one of ours with the same text, if there is one.
    pub is_named: bool,
    /// Whether the file tells when its annotations were made. Where it does not, ours count as the newer.
    pub is_dated: bool,
    /// Its records, without the article's own. Spans are of its own text.
    pub records: Vec<(RecordId, Record)>,
}

/// Work on an article whose text is not in the file, so that its words are still to be found in ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnchoredWork {
    /// The article, as the file names it.
    pub article: ArticleId,
    /// The SHA-256 of the text that the work was done on, in small hexadecimal digits, where the file tells it.
    pub sha256: Option<Arc<str>>,
    /// Whether the file tells when its annotations were made. Where it does not, ours count as the newer.
    pub is_dated: bool,
    /// The annotations and regions, each with where it was. The span within each record is without meaning.
    pub unplaced: Vec<(RecordId, Record, Anchor)>,
    /// The records that have no span.
    pub records: Vec<(RecordId, Record)>,
}

/// What we have of an article.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held<'r> {
    /// The article; `None` where we do not know it, or its text is missing. One that was removed while its text
    /// is still at hand may be passed.
    pub article: Option<&'r Article>,
    /// Its records; `None` where it has none.
    pub records: Option<&'r Records>,
}

impl Held<'_> {
    fn record(&self, kind: RecordKind, id: &RecordId) -> Option<&Record> {
        self.records?.get(kind, id)
    }

    /// Whether the article was added and removed again. A supplied article never had a record of its own.
    fn was_removed(&self) -> bool {
        self.records.is_some_and(|records| {
            // Articles come first among the kinds.
            records
                .versions()
                .take_while(|(kind, ..)| *kind == RecordKind::Article)
                .any(|(.., versioned)| versioned.record.is_none())
        })
    }

    /// The SHA-256 of the text that we have, or had.
    fn sha256(&self) -> Option<&Arc<str>> {
        if let Some(article) = self.article {
            return Some(&article.sha256);
        }
        match self.record(RecordKind::Article, &"".into())? {
            Record::Article(article) => Some(&article.sha256),
            _ => None,
        }
    }
}
/// An address without what may differ where the same page is meant: how it is fetched, a place in the page, a slash at
/// the end.
pub fn bare_address(address: &str) -> &str {
    let address = address.split_once('#').map_or(address, |(address, _)| address);
    let address = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .unwrap_or(address);
    address.strip_suffix('/').unwrap_or(address)
}

/// Works out what taking in `imported` changes. `held` looks up what we have of an article, `with_text` the
/// article of ours whose text has a SHA-256, `with_address` the only one of ours that was published at a
/// [`bare_address`], and `corpus` holds the records that belong to no single article.
pub fn import<'r>(
    imported: Imported,
    held: impl Fn(&ArticleId) -> Held<'r>,
    with_text: impl Fn(&str) -> Option<ArticleId>,
    with_address: impl Fn(&str) -> Option<ArticleId>,
    corpus: &'r Records,
) -> Import {
    let name = match imported.articles.len() + imported.anchored.len() {
        1 => "import 1 article".to_owned(),
        count => format!("import {count} articles"),
    };
    // Articles that are named come first, so that none gives way to one whose name was ours to choose.
    let (named, unnamed): (Vec<_>, Vec<_>) = imported
        .articles
        .into_iter()
        .partition(|brought| brought.is_named);
    let names = named.iter().map(|brought| brought.article.id.clone()).collect();
    let here = Here {
        held: &held,
        with_text: &with_text,
        with_address: &with_address,
        corpus,
    };
    let mut intake = Intake::begin(name, names, here);
    for brought in named.into_iter().chain(unnamed) {
        intake.article(brought);
    }
    for work in imported.anchored {
        intake.anchored(work);
    }
    for (id, record) in imported.records {
        intake.merge(RecordKey::of_corpus(record.kind(), id), record, true);
    }
    intake.finished()
}
