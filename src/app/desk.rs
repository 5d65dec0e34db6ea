//! The desk: the articles and their records, and where they are kept.

use super::reading::Reading;
use super::saving::Writes;
use crate::browser::database::PageDatabase;
use crate::core::article::Article;
use crate::core::history::History;
use crate::core::id::ArticleId;
use crate::core::order;
use crate::core::record::{Record, RecordKey, RecordKind};
use crate::core::records::{Records, StampedChange};
use crate::core::scheme::Scheme;
use crate::core::shelf::{Row, Shelf};
use crate::core::text::Span;
use crate::core::transaction::Change;
use crate::formats::manifest::Entry;
use crate::store::key_value::{KeyValue, StorageError};
use crate::store::repository::Repository;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Everything that lies on the reviewer's desk. Changed by the workspace alone.
pub struct Desk {
    /// The labels.
    pub scheme: Scheme,
    /// The articles in the order of the library; an article that could not be opened is not among them.
    pub articles: Vec<Rc<Article>>,
    /// Where each of them is.
    places: BTreeMap<ArticleId, usize>,
    /// What the library tells of them, in the same order, and of those that are still to be read.
    pub(super) shelf: Shelf,
    /// The articles of the last visit, in their order, until all are read.
    pub(super) hinted: Vec<ArticleId>,
    /// Whether the rows of a large corpus are kept for the next visit.
    pub(super) has_kept_shelf: bool,
    /// Articles by id, those that were taken off the library by an undo among them.
    pub known: BTreeMap<ArticleId, Rc<Article>>,
    /// The records, by article; those of the corpus as a whole under `None`.
    pub records: BTreeMap<Option<ArticleId>, Records>,
    /// Where the records are kept.
    pub repository: Repository<Rc<dyn KeyValue>>,
    /// The browser's database; `None` where it cannot be had.
    pub database: Option<PageDatabase>,
    /// The supplied articles, in order, as their manifest has them.
    pub supplied: Vec<Entry>,
    /// What of earlier visits is still to be read.
    pub(super) reading: Reading,
    /// Cold snapshots that cannot be read, key and value.
    pub(super) unreadable: Vec<(String, String)>,
    /// Why nothing that is written can be relied on; `None` where it can.
    pub(super) fault: Option<String>,
    /// Settings that could not be kept, by name, and why.
    pub(super) unkept: BTreeMap<String, (String, StorageError)>,
    pub(super) history: History,
    pub(super) writes: Writes,
    /// Whether a try to write what could not be written is waiting.
    pub(super) awaits_retry: bool,
    /// Whether a look is waiting at where snapshots went.
    pub(super) awaits_look: bool,
    /// Whether the writing of the file on disk is waiting.
    pub(super) awaits_backup: bool,
    /// Whether the file on disk is being written.
    pub(super) is_in_backup: bool,
    /// Whether the reading of everything anew is waiting.
    pub(super) awaits_reading: bool,
    /// What the reader has to draw again.
    pub(super) redraw: Vec<Span>,
    pub(super) entries_since_fold: usize,
}

impl Desk {
    /// A desk with nothing on it yet.
    pub fn new(
        repository: Repository<Rc<dyn KeyValue>>,
        database: Option<PageDatabase>,
        fault: Option<String>,
    ) -> Self {
        Self {
            scheme: Scheme::news_claims(),
            articles: Vec::new(),
            places: BTreeMap::new(),
            shelf: Shelf::default(),
            hinted: Vec::new(),
            has_kept_shelf: false,
            known: BTreeMap::new(),
            records: BTreeMap::new(),
            repository,
            database,
            supplied: Vec::new(),
            reading: Reading::default(),
            unreadable: Vec::new(),
            fault,
            unkept: BTreeMap::new(),
            history: History::default(),
            writes: Writes::default(),
            awaits_retry: false,
            awaits_look: false,
            awaits_backup: false,
            is_in_backup: false,
            awaits_reading: false,
            redraw: Vec::new(),
            entries_since_fold: 0,
        }
    }

    /// The article with `id`; `None` where it is not in the library.
    pub fn article(&self, id: &ArticleId) -> Option<&Rc<Article>> {
        self.articles.get(self.place(id)?)
    }

    /// Where an article is in the library.
    pub fn place(&self, id: &ArticleId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// Makes at most `most` rows of the library anew whose articles have changed. Returns whether there were any.
    pub(super) fn tidy_shelf(&mut self, most: usize) -> bool {
        let stale = self.shelf.take_stale(most);
        for id in &stale {
            if let Some(article) = self.known.get(id) {
                let row = Row::of(article, self.records_of(id));
                self.shelf.put(id, row);
            }
        }
        !stale.is_empty()
    }

    /// The records of an article.
    pub fn records_of(&self, id: &ArticleId) -> &Records {
        static NONE: std::sync::LazyLock<Records> = std::sync::LazyLock::new(Records::default);
        self.records.get(&Some(id.clone())).unwrap_or(&NONE)
    }

    /// The records of the corpus as a whole: entities and claim groups.
    pub fn corpus_records(&self) -> &Records {
        static NONE: std::sync::LazyLock<Records> = std::sync::LazyLock::new(Records::default);
        self.records.get(&None).unwrap_or(&NONE)
    }

    /// Shows the rows of the last visit until the articles are read.
    pub(super) fn hint(&mut self, rows: &str) {
        self.shelf = Shelf::read(rows);
        self.hinted = self.shelf.ids().cloned().collect();
        self.has_kept_shelf = true;
        for article in &self.articles {
            self.shelf.forget(&article.id);
        }
        self.arrange();
    }

    /// Makes an article the only one in the library, wherever it comes from.
    pub(super) fn show_alone(&mut self, article: Rc<Article>) {
        self.places = BTreeMap::from([(article.id.clone(), 0)]);
        self.known.insert(article.id.clone(), article.clone());
        self.articles = vec![article];
    }

    /// Puts an article into the library, at its place.
    pub fn shelve(&mut self, article: Rc<Article>) {
        self.shelf.forget(&article.id);
        self.known.insert(article.id.clone(), article);
        self.arrange();
    }

    /// Sets the library's order: supplied articles as their manifest has them, then those that the reviewer
    /// added, by when they were added.
    pub fn arrange(&mut self) {
        let mut added: Vec<_> = self
            .records
            .iter()
            .filter_map(|(scope, records)| {
                let id = scope.as_ref()?;
                let key = RecordKey::article(id);
                records.get_key(&key)?;
                Some((records.stamp(key.kind, &key.id)?, id.clone()))
            })
            .filter(|(_, id)| self.supplied.iter().all(|entry| entry.id != *id))
            .collect();
        order::sort(&mut added);
        self.articles = self
            .supplied
            .iter()
            .map(|entry| &entry.id)
            .chain(added.iter().map(|(_, id)| id))
            .filter_map(|id| self.known.get(id).cloned())
            .collect();
        // One by one: a map or a set that is collected brings along a sort for its very type.
        self.places.clear();
        for (at, article) in self.articles.iter().enumerate() {
            self.places.insert(article.id.clone(), at);
        }
        let listed = self.articles.iter().map(|article| &article.id);
        let mut hinted: Vec<_> = self.hinted.iter().collect();
        order::sort(&mut hinted);
        let new = listed.filter(|id| hinted.binary_search(id).is_err());
        self.shelf.arrange(self.hinted.iter().chain(new));
    }

    /// The articles whose texts the reviewer brought along.
    pub fn added(&self) -> impl Iterator<Item = &Rc<Article>> {
        self.known
            .values()
            .filter(|article| self.supplied.iter().all(|entry| entry.id != article.id))
    }

    /// Keeps a setting, or notes why it could not be kept.
    pub(super) fn keep_setting(&mut self, name: &str, value: &str) {
        let is_kept = self.repository.setting(name).ok().flatten().as_deref() == Some(value);
        let kept = if is_kept {
            Ok(())
        } else {
            self.repository.set_setting(name, value)
        };
        match kept {
            Ok(()) => drop(self.unkept.remove(name)),
            Err(error) => drop(self.unkept.insert(name.to_owned(), (value.to_owned(), error))),
        }
    }

    /// Tries again to write what local storage did not take.
    pub(super) fn try_again(&mut self) {
        // Whether it works shows in what is still pending.
        let _ = self.repository.retry_pending();
        for (name, (value, _)) in std::mem::take(&mut self.unkept) {
            self.keep_setting(&name, &value);
        }
    }

    /// Merges changes into the records, and notes what has to be drawn again. Returns whether articles came or went,
    /// so that the library has to be arranged anew.
    pub(super) fn merge(&mut self, changes: &[StampedChange], open: Option<&ArticleId>) -> bool {
        let mut articles_changed = false;
        for change in changes {
            let records = self.records.entry(change.key.article.clone()).or_default();
            if change.key.article.as_ref() == open {
                self.redraw
                    .extend(records.get_key(&change.key).and_then(Record::span));
                self.redraw.extend(change.record.as_ref().and_then(Record::span));
            }
            records.merge(
                change.key.kind,
                change.key.id.clone(),
                change.stamp,
                change.record.clone(),
            );
            articles_changed |= change.key.kind == RecordKind::Article;
            if let Some(id) = &change.key.article {
                self.shelf.forget(id);
            }
        }
        articles_changed
    }

    /// Merges the records of one scope into those that are there, and notes what has to be drawn again.
    pub(super) fn absorb(&mut self, scope: &Option<ArticleId>, records: Records, open: Option<&ArticleId>) {
        let there = self.records.entry(scope.clone()).or_default();
        if let Some(id) = scope {
            if open == Some(id) {
                for (.., version) in there.versions().chain(records.versions()) {
                    self.redraw.extend(version.record.as_ref().and_then(Record::span));
                }
            }
            self.shelf.forget(id);
        }
        there.absorb(records);
    }

    /// Steps through the history with the records as they are beside it.
    pub(super) fn with_history<T>(&mut self, step: impl FnOnce(&mut History, &Self) -> T) -> T {
        let mut history = std::mem::take(&mut self.history);
        let stepped = step(&mut history, self);
        self.history = history;
        stepped
    }

    pub(super) fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(&key.article)?.get_key(key)
    }

    /// Whether a record is still what a change begins with: nobody else has changed it since that was worked out.
    pub(super) fn is_unchanged(&self, change: &Change) -> bool {
        self.record(&change.key) == change.from.as_ref()
    }
}
