//! Reading the work of earlier visits: the log at once, then snapshots and texts a few articles at a time, so that the
//! page is there before a large corpus is, and stays quick to answer meanwhile. What is opened is read first.

use super::desk::Desk;
use super::keeping::scopes;
use super::later::Entries;
use super::loading::Problem;
use super::workspace::{Notice, Workspace};
use crate::browser::database::Work;
use crate::browser::shift::Shift;
use crate::browser::{clock, idle};
use crate::core::article::{Article, sha256};
use crate::core::id::ArticleId;
use crate::core::record::{ArticleRecord, Record, RecordKey};
use crate::core::records::Records;
use crate::core::text::Text;
use crate::store::key::Key;
use crate::store::repository::{Finding, ReadLog};
use crate::store::{Scope, StorageError};
use leptos::prelude::*;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

/// How many scopes are read before the texts are asked for of the articles among them.
const BATCH: usize = 100;
/// Of how many articles everything is read before the list can be shown.
const FEW: usize = 100;
/// For how many milliseconds the page may be kept waiting for the first of it.
const PATIENCE: i64 = 60;
/// How many milliseconds lie at least between one showing of what has been read and the next.
const PAUSE: i64 = 300;

/// How many entries of the log's twin are taken out of the database at a time.
const ENTRIES: usize = 16;

/// What is still to be read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Whether all was read before.
    is_again: bool,
    /// Whether the log is being read. What else there is to be read is known when that is done.
    is_in_log: bool,
    /// The scopes that the log has changes of.
    logged: BTreeSet<Scope>,
    left: VecDeque<Scope>,
    /// Those of all scopes that have a cold snapshot.
    cold: BTreeSet<Scope>,
    findings: Vec<Finding>,
}

impl Reading {
    /// Takes out the scopes to be read next: the one that is wanted before all others.
    fn next(&mut self, wanted: Option<ArticleId>) -> Vec<Scope> {
        let wanted = wanted.map(Some).filter(|scope| self.left.contains(scope));
        if let Some(scope) = wanted {
            self.left.retain(|left| *left != scope);
            return vec![scope];
        }
        let batch = self.left.len().min(BATCH);
        self.left.drain(..batch).collect()
    }
}

impl Desk {
    /// Takes in the log.
    fn read_log(&mut self, is_again: bool, open: Option<&ArticleId>) {
        self.reading = Reading {
            is_again,
            is_in_log: true,
            ..Reading::default()
        };
        let read = self.repository.read_log();
        self.take_in_log(read, open);
    }

    /// Takes in an entry of the log's twin.
    fn read_twin(&mut self, entry: (String, String), open: Option<&ArticleId>) {
        let read = self.repository.read_twin([entry]);
        self.take_in_log(read, open);
    }

    fn take_in_log(&mut self, read: ReadLog, open: Option<&ArticleId>) {
        let scopes = read.changes.iter().map(|change| change.key.article.clone());
        self.reading.logged.extend(scopes);
        self.reading.findings.extend(read.findings);
        self.merge(&read.changes, open);
    }

    /// Notes what else there is to be read, when the log is. Returns the damaged entries of the twin, key and value: to
    /// be kept aside.
    fn leave_log(&mut self, cold: &[String]) -> Entries {
        let Reading {
            is_again,
            logged,
            findings,
            ..
        } = std::mem::take(&mut self.reading);
        let cold = scopes(cold);
        // Storage that cannot be read was found out with the log.
        let mut scopes: BTreeSet<Scope> = self.repository.stored().unwrap_or_default().into_iter().collect();
        scopes.extend(cold.iter().cloned());
        scopes.extend(logged.iter().cloned());
        // The corpus comes first, then the articles that are on the desk already, then what was worked on last.
        let first = std::iter::once(None).chain(self.supplied.iter().map(|entry| Some(entry.id.clone())));
        let mut left: VecDeque<Scope> = first.chain(logged).filter(|scope| scopes.remove(scope)).collect();
        left.extend(scopes);
        let damaged = findings.iter().filter_map(|finding| match finding {
            Finding::Damaged {
                key,
                value,
                in_twin: true,
                ..
            } => Some((key.clone(), value.clone())),
            _ => None,
        });
        let damaged = damaged.collect();
        self.reading = Reading {
            is_again,
            left,
            cold,
            findings,
            ..Reading::default()
        };
        damaged
    }

    /// Whether everything is read.
    pub fn is_whole(&self) -> bool {
        !self.reading.is_in_log && self.reading.left.is_empty()
    }

    /// Whether there may be work on an article that is still to be read. An edit has to come after it.
    pub(super) fn awaits(&self, id: &ArticleId) -> bool {
        // The articles that were added come to the desk when they are read.
        let is_supplied = || self.supplied.iter().any(|entry| entry.id == *id);
        !self.is_whole()
            && !self.reading.is_again
            && (self.reading.is_in_log || is_supplied() && self.reading.left.contains(&Some(id.clone())))
    }

    /// Takes in one scope: what stands in storage, and its cold snapshot.
    fn take_in(&mut self, scope: &Scope, cold: Option<String>, open: Option<&ArticleId>) {
        let stored = self.repository.read_stored(scope);
        let cold = cold.map_or(Ok(Records::default()), |cold| {
            self.repository.read_cold(scope, &cold).inspect_err(|finding| {
                if let Finding::Damaged { key, value, .. } = finding {
                    self.unreadable.push((key.clone(), value.clone()));
                }
            })
        });
        for read in [stored, cold] {
            match read {
                Ok(records) => self.absorb(scope, records, open),
                Err(finding) => self.reading.findings.push(finding),
            }
        }
    }

    /// The article that the reviewer has added in this scope, where its text is not on the desk yet.
    fn missing_in(&self, scope: &Scope) -> Option<(ArticleId, ArticleRecord)> {
        let id = scope.as_ref().filter(|id| !self.known.contains_key(*id))?;
        match self.records.get(scope)?.get_key(&RecordKey::article(id))? {
            Record::Article(record) => Some((id.clone(), record.clone())),
            _ => None,
        }
    }
}

impl Workspace {
    /// Reads so much that the page can be worked with: all, unless that takes long. Returns the damaged entries of
    /// the log's twin.
    pub(super) async fn read_first(self, work: Work) -> Entries {
        let damaged = self.begin_reading(work, false).await;
        let until = clock::now().millis() + PATIENCE;
        loop {
            self.read_some().await;
            if self.with(Desk::is_whole) != Some(false) {
                self.finish_reading();
                break;
            }
            if clock::now().millis() >= until {
                self.show_read();
                break;
            }
        }
        damaged
    }

    /// Reads the log and its twin. Returns the damaged entries of the twin.
    async fn begin_reading(self, work: Work, is_again: bool) -> Entries {
        self.update(|desk| desk.read_log(is_again, self.open_id().as_ref()));
        let database = self.with(|desk| desk.database.clone()).flatten();
        let mut shift = Shift::begin();
        let mut entries = work.twin;
        let mut left = work.twin_left.chunks(ENTRIES);
        loop {
            for entry in entries {
                self.update(|desk| desk.read_twin(entry, self.open_id().as_ref()));
                shift.pause().await;
            }
            let Some((keys, database)) = left.next().zip(database.as_ref()) else {
                break;
            };
            entries = database.log(keys).await.unwrap_or_else(|reason| {
                self.update(|desk| desk.reading.findings.extend(unread(keys, &reason)));
                Vec::new()
            });
        }
        self.update(|desk| desk.leave_log(&work.cold)).unwrap_or_default()
    }

    /// Reads a few articles: the one that is open, where it is not read yet, before any other.
    pub(super) async fn read_some(self) {
        let open = self.open_id();
        let batch = self.update(|desk| {
            let batch = desk.reading.next(open.clone());
            let cold: Vec<Scope> = batch
                .iter()
                .filter(|scope| desk.reading.cold.contains(*scope))
                .cloned()
                .collect();
            (batch, cold, desk.database.clone())
        });
        let Some((batch, cold, database)) = batch else {
            return;
        };
        let keys: Vec<String> = cold
            .iter()
            .map(|scope| Key::Snapshot(scope.clone()).to_string())
            .collect();
        let mut values = match &database {
            Some(database) if !keys.is_empty() => database.snapshots(&keys).await,
            _ => Ok(Vec::new()),
        }
        .unwrap_or_else(|reason| {
            self.update(|desk| desk.reading.findings.extend(unread(&keys, &reason)));
            Vec::new()
        })
        .into_iter();
        let mut cold = cold.into_iter().peekable();
        let mut shift = Shift::begin();
        for scope in &batch {
            let value = cold.next_if_eq(scope).and_then(|_| values.next().flatten());
            self.update(|desk| desk.take_in(scope, value, open.as_ref()));
            shift.pause().await;
        }
        let missing: Vec<_> = self
            .with(|desk| batch.iter().filter_map(|scope| desk.missing_in(scope)).collect())
            .unwrap_or_default();
        self.fetch_texts(missing).await;
    }

    /// Reads everything that is left to be read, a few articles at a time.
    pub(super) async fn read_rest(self) {
        let mut shown_at = clock::now().millis();
        while self.with(Desk::is_whole) == Some(false) {
            let is_wanted = self.open_id().is_some_and(|id| self.lacks(&id));
            self.read_some().await;
            let now = clock::now().millis();
            let is_due = is_wanted || now - shown_at >= PAUSE;
            if is_due && self.with(Desk::is_whole) == Some(false) {
                shown_at = now;
                self.show_read();
            }
        }
        self.finish_reading();
    }

    fn finish_reading(self) {
        self.is_whole.set(true);
        self.update(|desk| desk.hinted.clear());
        self.show_read();
        let findings = self.update(|desk| std::mem::take(&mut desk.reading.findings));
        if let Some(findings) = findings.filter(|findings| !findings.is_empty()) {
            self.tell_of(&findings);
        }
    }

    fn show_read(self) {
        self.update(|desk| {
            desk.arrange();
            desk.tidy_shelf(usize::MAX);
        });
        self.forget_lost_selection();
        self.changed();
    }

    /// Whether the text of an article is not on the desk, or not all work on it.
    fn lacks(self, id: &ArticleId) -> bool {
        self.with(|desk| !desk.known.contains_key(id) || desk.awaits(id)) == Some(true)
    }

    fn tell_of(self, findings: &[Finding]) {
        let told = findings.iter().map(Finding::to_string);
        self.notice.update(|notice| match notice {
            Some(notice) => notice.details.extend(told),
            None => {
                *notice = Some(Notice {
                    title: "Some of the work kept in this browser cannot be read".to_owned(),
                    details: told.collect(),
                    is_error: true,
                });
            }
        });
    }

    /// Waits until everything is read.
    pub(super) async fn whole(self) {
        while !self.is_whole.get_untracked() {
            idle::pause(20).await;
        }
    }

    /// Reads the texts of articles that were added, and puts them on the desk. [`Desk::arrange`] puts them into the
    /// library.
    pub(super) async fn fetch_texts(self, missing: Vec<(ArticleId, ArticleRecord)>) {
        for batch in missing.chunks(BATCH) {
            let hashes: Vec<String> = batch
                .iter()
                .map(|(_, record)| record.sha256.to_string())
                .collect();
            let database = self.with(|desk| desk.database.clone()).flatten();
            let texts = match &database {
                Some(database) => database
                    .texts(&hashes)
                    .await
                    .map_err(|reason| format!("The text cannot be read: {reason}.")),
                None => Err("The browser does not let this page read what it has kept.".to_owned()),
            };
            let mut texts = match texts {
                Ok(texts) => texts.into_iter().map(Ok).collect(),
                Err(reason) => vec![Err(reason); batch.len()],
            }
            .into_iter();
            let mut shift = Shift::begin();
            for (id, record) in batch {
                let text = texts.next().unwrap_or(Ok(None));
                match text.and_then(|text| article(id, record, text)) {
                    Ok(article) => {
                        self.update(|desk| desk.known.insert(id.clone(), Rc::new(article)));
                        self.settle(id, Ok(()));
                    }
                    Err(reason) => {
                        let name = record.metadata.title.as_deref().unwrap_or(id.as_str()).to_owned();
                        let id = id.clone();
                        self.settle(&id.clone(), Err(Problem { id, name, reason }));
                    }
                }
                shift.pause().await;
            }
        }
    }

    /// Puts articles on the desk that were added in another tab, or whose text could not be read before.
    pub(super) async fn restore_missing(self) {
        let missing = self.with(|desk| {
            desk.records
                .keys()
                .filter_map(|scope| desk.missing_in(scope))
                .collect::<Vec<_>>()
        });
        self.fetch_texts(missing.unwrap_or_default()).await;
        self.show_in_turns().await;
    }

    /// Keeps what the list of a large corpus shows, for the next visit.
    pub(super) async fn keep_shelf(self) {
        let rows = self.update(|desk| {
            if desk.articles.len() <= FEW {
                // The rows of a corpus that was large are kept no longer.
                return std::mem::take(&mut desk.has_kept_shelf).then(String::new);
            }
            desk.has_kept_shelf = true;
            desk.tidy_shelf(usize::MAX);
            Some(desk.shelf.written())
        });
        let database = self.with(|desk| desk.database.clone());
        if let (Some(Some(rows)), Some(Some(database))) = (rows, database) {
            // Without it the next visit shows the list a little later.
            let _ = database.keep_shelf(rows).await;
        }
    }

    /// Reads everything again, for a page that has not heard what other tabs wrote meanwhile: once all is read that was
    /// there before, and once for all who ask until then.
    pub(super) async fn read_again(self) {
        let is_due = self.update(|desk| !std::mem::replace(&mut desk.awaits_reading, true));
        if is_due != Some(true) {
            return;
        }
        self.whole().await;
        let database = self.with(|desk| desk.database.clone()).flatten();
        let work = match database {
            // One that cannot be read now has nothing that this page has not read before.
            Some(database) => database.work().await.unwrap_or_default(),
            None => Work::default(),
        };
        self.is_whole.set(false);
        self.update(|desk| desk.awaits_reading = false);
        self.begin_reading(work, true).await;
        self.read_rest().await;
    }
}

/// What is told of values under these keys, which the database does not give.
fn unread<'k>(keys: &'k [String], reason: &'k str) -> impl Iterator<Item = Finding> + 'k {
    keys.iter().map(move |key| Finding::Unread {
        key: key.clone(),
        error: StorageError::Failed(reason.to_owned()),
    })
}

/// The article that a reviewer has added, of the text that was kept.
fn article(id: &ArticleId, record: &ArticleRecord, text: Option<String>) -> Result<Article, String> {
    match text {
        Some(text) if sha256(text.as_bytes()) == *record.sha256 => Ok(Article::hashed(
            id.clone(),
            record.metadata.clone(),
            Text::new(text),
            record.sha256.clone(),
        )),
        Some(_) => {
            Err("The text that was kept is damaged. Import the corpus file it came from again.".to_owned())
        }
        None => {
            Err("The text is gone from the browser. Import the corpus file it came from again.".to_owned())
        }
    }
}
