//! What an import would change, what it leaves to the reviewer, and what it cannot take in.

use super::verdict::{Counts, Verdict};
use crate::core::anchor::Doubt;
use crate::core::article::Article;
use crate::core::id::ArticleId;
use crate::core::record::{Record, RecordKey};
use crate::core::text::Span;
use crate::core::transaction::{Change, Transaction};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// An import that can be applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// The changes that it makes; empty where the file brings nothing new.
    pub transaction: Transaction,
    /// The articles that we do not have. Their texts are to be stored under their SHA-256 before the
    /// transaction is applied, so that no record ever names a text that is not there.
    pub articles: Vec<Article>,
    /// The records whose places are in doubt. None of them is in the transaction, unless it is accepted.
    pub doubtful: Vec<Doubtful>,
    /// The records whose words our text does not have.
    pub missing: Vec<Missing>,
    /// The articles that the file has work on, without a text, and that are not here.
    pub absent: Vec<Absent>,
    /// What became of the file's records.
    pub counts: Counts,
    /// Relations of doubtful annotations. Each has its ends here or among the doubtful.
    pub(super) waiting: Vec<Change>,
}

impl Import {
    /// An import, named so, that changes nothing.
    pub(super) fn of_nothing(name: String) -> Self {
        Self {
            transaction: Transaction::new(name, []),
            articles: Vec::new(),
            doubtful: Vec::new(),
            missing: Vec::new(),
            absent: Vec::new(),
            counts: Counts::default(),
            waiting: Vec::new(),
        }
    }

    /// The same import with those of the doubtful records that are chosen, at their best places, and with the
    /// relations that then have both ends. It is still one step.
    #[must_use]
    pub fn accept(mut self, is_chosen: impl Fn(&Doubtful) -> bool) -> Self {
        let (chosen, rest): (Vec<_>, Vec<_>) = self.doubtful.into_iter().partition(is_chosen);
        // What has become of a record that stands more than once in what was imported together.
        let mut records: HashMap<_, _> = self
            .transaction
            .changes()
            .iter()
            .map(|change| (change.key.clone(), change.to.clone()))
            .collect();
        let mut changes = Vec::new();
        for doubtful in chosen {
            let ours = records.remove(&doubtful.key).unwrap_or(doubtful.ours);
            let verdict = Verdict::of(ours.as_ref(), &doubtful.record, doubtful.is_dated);
            self.counts.count(verdict);
            if !verdict.is_change() {
                records.insert(doubtful.key, ours);
                continue;
            }
            self.counts.moved += usize::from(doubtful.is_moved);
            self.counts.parts += doubtful.parts;
            records.insert(doubtful.key.clone(), Some(doubtful.record.clone()));
            changes.push(Change {
                key: doubtful.key,
                from: ours,
                to: Some(doubtful.record),
            });
        }
        let doubted: HashSet<_> = rest.iter().map(|doubtful| &doubtful.key).collect();
        let (waiting, ready): (Vec<_>, Vec<_>) = self
            .waiting
            .into_iter()
            .partition(|change| ends(change).iter().flatten().any(|end| doubted.contains(end)));
        self.counts.left_out -= ready.len();
        self.counts.added += ready.len();
        changes.extend(ready);
        self.waiting = waiting;
        self.doubtful = rest;
        self.transaction = self.transaction.then(Transaction::new("", changes));
        self
    }
}
/// A record that may belong in one place or another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doubtful {
    /// Which record it would be.
    pub key: RecordKey,
    /// The record, at its best place.
    pub record: Record,
    /// Where that is, in our text.
    pub best: Span,
    /// The words that the file has; empty where it tells none.
    pub words: Box<str>,
    /// The words at the best place.
    pub found: Box<str>,
    /// How many places there are.
    pub candidates: usize,
    /// What is in doubt.
    pub why: Doubt,
    /// What we have of it now.
    pub(super) ours: Option<Record>,
    /// Whether its file tells when it was made.
    pub(super) is_dated: bool,
    /// Whether that is another place than the file has.
    pub(super) is_moved: bool,
    /// Parts that it would lose.
    pub(super) parts: usize,
}

impl fmt::Display for Doubtful {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (found, candidates) = (Quoted(&self.found), self.candidates);
        told(f, &self.key, &self.record)?;
        match self.why {
            Doubt::Repeated => write!(
                f,
                "{found} stands there {candidates} times, and what is around it does not tell which is meant"
            ),
            Doubt::OtherContext => write!(f, "{found} stands there once, but among other words"),
            Doubt::OtherWords => write!(
                f,
                "{} does not stand there; most like it is {found}",
                Quoted(&self.words)
            ),
            Doubt::NoWords => write!(f, "the file tells its position alone, where {found} stands now"),
        }
    }
}

/// A record whose words our text does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    /// Which record it would be.
    pub key: RecordKey,
    /// The record, with a span that is without meaning.
    pub record: Record,
    /// The words that the file has; empty where it tells none.
    pub words: Box<str>,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        told(f, &self.key, &self.record)?;
        match &*self.words {
            "" => f.write_str("its position does not fit the text, and the file does not tell its words"),
            words => write!(f, "{} does not stand there", Quoted(words)),
        }
    }
}

/// Work on an article that is not here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Absent {
    /// The article, as the file names it.
    pub article: ArticleId,
    /// How many records the file has for it.
    pub records: usize,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { article, records } = self;
        write!(
            f,
            "Article {article} is not here, and the file does not have its text: {records} of its records \
             left out"
        )
    }
}

/// Begins a line about a record: "Article a, claim: ".
fn told(f: &mut fmt::Formatter<'_>, key: &RecordKey, record: &Record) -> fmt::Result {
    if let Some(article) = &key.article {
        write!(f, "Article {article}, ")?;
    }
    match record {
        Record::Annotation(annotation) => write!(f, "{}: ", annotation.label),
        Record::Region(region) => write!(f, "{}: ", region.kind.as_str()),
        _ => Ok(()),
    }
}

/// Words as a line quotes them: the first of many.
struct Quoted<'w>(&'w str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 80;
        match self.0.char_indices().nth(MOST) {
            Some((at, _)) => write!(f, "“{}…”", &self.0[..at]),
            None => write!(f, "“{}”", self.0),
        }
    }
}

/// The annotations that a change of a relation joins.
pub(super) fn ends(change: &Change) -> Option<[RecordKey; 2]> {
    match (&change.key.article, &change.to) {
        (Some(article), Some(Record::Relation(relation))) => {
            Some([&relation.from, &relation.to].map(|end| RecordKey::annotation(article, end.clone())))
        }
        _ => None,
    }
}
