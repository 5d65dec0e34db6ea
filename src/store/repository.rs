//! The records of the whole corpus over a [`KeyValue`] and its twin.

use super::envelope::{self, Kind, Unreadable};
use super::key::{Key, Scope};
use super::key_value::{KeyValue, StorageError};
use super::log;
use super::snapshot::{self, Summary, Versions};
use crate::core::id::{RecordId, WriterId};
use crate::core::record::{Record, RecordKind};
use crate::core::records::{Records, Stamp, StampedChange, Versioned};
use crate::core::timestamp::Timestamp;
use crate::core::transaction::Change;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How long, in milliseconds, a snapshot must have held an entry before its twin may go. Chromium was measured
/// to lose what was written to local storage in the last two seconds before a kill.
const SETTLED: i64 = 60_000;

/// How many unreadable values of one key are kept aside.
const QUARANTINES: usize = 100;

/// Keeps records: writes edits to the log, folds the log into snapshots, and reads both back.
pub struct Repository<K> {
    storage: K,
    writer: WriterId,
    /// Invariant: the latest Lamport time that was read, received or written.
    time: u64,
    /// The number to try for the next entry.
    number: u64,
    /// Every entry that was read, received or written, until its twin is gone.
    entries: BTreeMap<String, Known>,
    /// Entries of `writer` that storage did not take, in order.
    pending: Vec<Pending>,
    /// Scopes whose snapshot has been seen in storage.
    snapshots: BTreeSet<Scope>,
    /// Scopes whose snapshot a newer page wrote.
    newer: BTreeSet<Scope>,
    /// Whether a newer page has written log entries; they may concern any scope.
    newer_log: bool,
}

struct Known {
    changes: Vec<StampedChange>,
    /// Since when snapshots have been seen to hold all of it; `None` where they have not.
    held: Option<Timestamp>,
}

impl Known {
    fn scopes(&self) -> BTreeSet<&Scope> {
        self.changes.iter().map(|change| &change.key.article).collect()
    }
}

/// What was found at start.
#[derive(Debug, Default)]
pub struct Opened {
    /// The records by scope, on top of those that were there before.
    pub records: BTreeMap<Scope, Records>,
    /// What could not be read, and why. Nothing of it has been changed.
    pub findings: Vec<Finding>,
    /// How many entries wait to be folded: those of the log, and those that the twin alone has.
    pub unfolded: usize,
    /// How many of them the twin alone has.
    pub only_in_twin: usize,
}

/// Something that could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// Storage cannot be read, so what it may hold is not shown.
    Storage(StorageError),
    /// One value cannot be read at all.
    Unread {
        /// Where it stands.
        key: String,
        /// Why.
        error: StorageError,
    },
    /// A value is not what was written. It is offered as a download, and the next fold moves it aside.
    Damaged {
        /// Where it stands.
        key: String,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        reason: String,
        /// Whether it is the twin's, not local storage's.
        in_twin: bool,
    },
    /// A newer page wrote a value. It stays as it is, and its scope is read-only.
    Newer {
        /// Where it stands.
        key: String,
        /// The number of its format.
        version: u32,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage(error) => error.fmt(f),
            Self::Unread { key, error } => write!(f, "{key}: {error}"),
            Self::Damaged { key, reason, .. } => write!(
                f,
                "{key} is damaged ({reason}). It is kept aside in the browser's storage as it is, and never written \
                 over.",
            ),
            Self::Newer { key, version } => write!(f, "{key}: {}", StorageError::Newer(*version)),
        }
    }
}

/// One edit that was taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Committed {
    /// The changes with their stamps, to merge into the records in memory.
    pub stamped: Vec<StampedChange>,
    /// The log entry's key: the same in the twin.
    pub key: String,
    /// The log entry's value: the same in the twin.
    pub value: String,
    /// Whether storage took it. If not, it is [pending](Repository::pending).
    pub written: Result<(), StorageError>,
}

/// A log entry that storage did not take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The log entry's key.
    pub key: String,
    /// The log entry's value.
    pub value: String,
    /// Why storage did not take it, at the last try.
    pub error: StorageError,
}

/// What a fold has done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folded {
    /// How many snapshots were written.
    pub snapshots: usize,
    /// How many log entries were removed.
    pub removed: usize,
    /// Where damaged values were moved to.
    pub set_aside: Vec<String>,
    /// Whether there is nothing left for another fold.
    pub is_complete: bool,
}

/// Why a setting cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SettingError {
    /// Storage cannot be read.
    Storage(StorageError),
    /// What stands there cannot be read.
    Unreadable(Unreadable),
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage(error) => error.fmt(f),
            Self::Unreadable(unreadable) => write!(f, "The setting is {unreadable}."),
        }
    }
}

impl std::error::Error for SettingError {}

/// Whether a storage holds no records at all. One that cannot be read is not known to.
pub fn is_empty(storage: &impl KeyValue) -> bool {
    storage.keys().is_ok_and(|keys| {
        let holds_records =
            |key: &String| matches!(Key::parse(key), Some(Key::Log { .. } | Key::Snapshot(_)));
        !keys.iter().any(holds_records)
    })
}

impl<K: KeyValue> Repository<K> {
    /// The records in a storage that holds none yet, as [`is_empty`] tells.
    pub fn new(storage: K, writer: WriterId) -> Self {
        Self {
            storage,
            writer,
            time: 0,
            number: 0,
            entries: BTreeMap::new(),
            pending: Vec::new(),
            snapshots: BTreeSet::new(),
            newer: BTreeSet::new(),
            newer_log: false,
        }
    }

    /// Reads all snapshots and log entries of `storage`, and the log entries of the `twin`, into `base`: the
    /// records that the page brings along, stamped [`Stamp::SUPPLIED`].
    ///
    /// Writes nothing. What cannot be read is among the findings, and the rest is there; where storage is
    /// denied, that is the twin alone. `writer` must be random, and new for each page that is opened.
    pub fn open(
        storage: K,
        writer: WriterId,
        base: BTreeMap<Scope, Records>,
        twin: impl IntoIterator<Item = (String, String)>,
    ) -> (Self, Opened) {
        let mut repository = Self::new(storage, writer);
        let opened = repository.read(base, twin);
        (repository, opened)
    }

    /// Reads everything again, as [`Repository::open`] does: for a page that was frozen, and may have missed
    /// what others wrote. What is pending is there as well.
    pub fn read(
        &mut self,
        base: BTreeMap<Scope, Records>,
        twin: impl IntoIterator<Item = (String, String)>,
    ) -> Opened {
        let mut records = base;
        let mut findings = Vec::new();
        let keys = self.storage.keys().unwrap_or_else(|error| {
            findings.push(Finding::Storage(error));
            Vec::new()
        });
        for text in keys {
            let Some(key) = Key::parse(&text) else { continue };
            if !matches!(key, Key::Log { .. } | Key::Snapshot(_)) {
                continue;
            }
            let value = match self.storage.get(&text) {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err(error) => {
                    findings.push(Finding::Unread { key: text, error });
                    continue;
                }
            };
            let problem = match key {
                Key::Snapshot(scope) => self.read_snapshot(&text, &value, scope, &mut records).err(),
                _ => self.learn(&text, &value).err(),
            };
            findings.extend(problem.map(|problem| finding(text, value, problem, false)));
        }
        let mut only_in_twin = 0;
        for (text, value) in twin {
            if !matches!(Key::parse(&text), Some(Key::Log { .. })) || self.entries.contains_key(&text) {
                continue;
            }
            match self.learn(&text, &value) {
                Ok(()) => only_in_twin += 1,
                Err(problem) => findings.push(finding(text, value, problem, true)),
            }
        }
        for change in self.entries.values().flat_map(|known| &known.changes) {
            let StampedChange { key, stamp, record } = change.clone();
            records
                .entry(key.article)
                .or_default()
                .merge(key.kind, key.id, stamp, record);
        }
        Opened {
            records,
            findings,
            unfolded: self.unfolded(),
            only_in_twin,
        }
    }

    /// The latest Lamport time that was read, received or written: one more for each change.
    pub fn time(&self) -> u64 {
        self.time
    }

    /// Makes all that is committed from now on later than `time`, which was read in a file.
    pub fn observe(&mut self, time: u64) {
        self.time = self.time.max(time);
    }

    /// Who writes here.
    pub fn writer(&self) -> WriterId {
        self.writer
    }

    /// The storage.
    pub fn storage(&self) -> &K {
        &self.storage
    }

    /// Whether a newer page keeps this scope, so that the page must not let it be edited. An edit that is
    /// committed all the same is written to the log, where the newer page finds it.
    pub fn is_read_only(&self, scope: &Scope) -> bool {
        self.newer_log || self.newer.contains(scope)
    }

    /// Stamps `changes` and writes them as one log entry. What is pending is tried
    /// first.
    pub fn commit(&mut self, changes: &[Change], now: Timestamp) -> Committed {
        // Whether it works shows in what is still pending.
        let _ = self.retry_pending();
        self.enter(changes, now, |repository, key, value| {
            repository.storage.set(key, value)
        })
    }

    /// Stamps `changes` as an entry for the log's twin alone, which is larger than storage: for what an import
    /// brings. The next folds take it into snapshots. Call it only where there is a twin to write the entry to.
    pub fn commit_apart(&mut self, changes: &[Change], now: Timestamp) -> Committed {
        self.enter(changes, now, |_, _, _| Ok(()))
    }

    fn enter(
        &mut self,
        changes: &[Change],
        now: Timestamp,
        write: impl FnOnce(&Self, &str, &str) -> Result<(), StorageError>,
    ) -> Committed {
        let first = self.time.saturating_add(1);
        let stamped: Vec<StampedChange> = changes
            .iter()
            .map(|change| {
                // At a thousand changes a second, Lamport time lasts for 500 million years.
                self.time = self.time.saturating_add(1);
                StampedChange {
                    key: change.key.clone(),
                    stamp: Stamp {
                        time: self.time,
                        writer: self.writer,
                    },
                    record: change.to.clone(),
                }
            })
            .collect();
        let key = self.next_key();
        let encoded = log::encode(&key, first, now, &stamped);
        let value = encoded.clone().unwrap_or_default();
        let written = encoded
            .and_then(|value| can_be_read_back(&key, &value, &stamped))
            .map_err(StorageError::Unstorable)
            .and_then(|()| write(self, &key, &value));
        if let Err(error) = &written {
            self.pending.push(Pending {
                key: key.clone(),
                value: value.clone(),
                error: error.clone(),
            });
        }
        let known = Known {
            changes: stamped.clone(),
            held: None,
        };
        self.entries.insert(key.clone(), known);
        Committed {
            stamped,
            key,
            value,
            written,
        }
    }

    /// Tries to write the pending entries, in order.
    ///
    /// # Errors
    /// Says why the first that is still pending could not be written.
    pub fn retry_pending(&mut self) -> Result<(), StorageError> {
        let mut hopeless = false;
        let storage = &self.storage;
        self.pending.retain_mut(|pending| {
            if hopeless || matches!(pending.error, StorageError::Unstorable(_)) {
                return true;
            }
            let Err(error) = storage.set(&pending.key, &pending.value) else {
                return false;
            };
            // Where there is no room for a large entry there may be some for a small one.
            hopeless = error != StorageError::Full;
            pending.error = error;
            true
        });
        self.pending
            .first()
            .map_or(Ok(()), |pending| Err(pending.error.clone()))
    }

    /// The entries that storage did not take, in order.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// Takes in an entry that another page wrote, and returns its changes, to merge into the records in
    /// memory. Empty for whatever is no log entry of another page.
    ///
    /// # Errors
    /// Where a newer page wrote it (everything is then read-only), or where it is damaged.
    pub fn receive(&mut self, key: &str, value: &str) -> Result<Vec<StampedChange>, Unreadable> {
        match Key::parse(key) {
            Some(Key::Log { writer, .. }) if writer != self.writer => {}
            _ => return Ok(Vec::new()),
        }
        if !self.entries.contains_key(key) {
            self.learn(key, value)?;
        }
        Ok(self
            .entries
            .get(key)
            .map_or_else(Vec::new, |known| known.changes.clone()))
    }

    /// How many entries no snapshot is known to hold. Where there are any, a fold has work to do.
    pub fn unfolded(&self) -> usize {
        self.entries.values().filter(|known| known.held.is_none()).count()
    }

    /// Merges log entries into the snapshots of the scopes that they touch, then removes them from the log.
    ///
    /// Must run under a lock that keeps other pages from folding. Takes in every entry that is now in storage,
    /// whoever wrote it, those that the twin alone had, those that are pending, and what `memory` knows of the
    /// scopes touched. A scope whose snapshot has vanished is touched as well, so storage that was cleared is
    /// filled again. Each snapshot is written, read back and compared before any entry is removed. Cost is
    /// linear in the size of the scopes touched.
    ///
    /// Once it has taken in entries of `most` changes or more it leaves the others to the next fold.
    ///
    /// # Errors
    /// Returns the first problem. The scopes without one are folded all the same, and nothing is lost.
    pub fn fold<'a>(
        &mut self,
        memory: impl Fn(&Scope) -> Option<&'a Records>,
        now: Timestamp,
        most: usize,
    ) -> Result<Folded, StorageError> {
        let mut folded = Folded {
            is_complete: true,
            ..Folded::default()
        };
        let mut problems = Vec::new();
        let mut logged = BTreeSet::new();
        let mut stored = BTreeSet::new();
        for text in self.storage.keys()? {
            match Key::parse(&text) {
                Some(Key::Log { .. }) => match self.learn_stored(&text, &mut folded) {
                    Ok(true) => {
                        logged.insert(text);
                    }
                    Ok(false) => {}
                    Err(error) => problems.push(error),
                },
                Some(Key::Snapshot(scope)) => {
                    stored.insert(scope);
                }
                _ => {}
            }
        }

        let mut due: BTreeMap<Scope, Vec<String>> = self
            .snapshots
            .difference(&stored)
            .map(|scope| (scope.clone(), Vec::new()))
            .collect();
        let mut changes = 0;
        let mut taken = BTreeSet::new();
        for (key, known) in &self.entries {
            if known.held.is_none() || logged.contains(key) {
                if changes >= most {
                    folded.is_complete = false;
                    break;
                }
                changes += known.changes.len();
                taken.insert(key.clone());
                due.extend(
                    known
                        .scopes()
                        .into_iter()
                        .map(|scope| (scope.clone(), Vec::new())),
                );
            }
        }
        // How many of an entry's scopes are still to be done.
        let mut outstanding: BTreeMap<String, usize> = BTreeMap::new();
        let counts = |key: &String, known: &Known| known.held.is_some() || taken.contains(key);
        for (key, known) in self.entries.iter().filter(|(key, known)| counts(key, known)) {
            for scope in known.scopes() {
                if let Some(keys) = due.get_mut(scope) {
                    keys.push(key.clone());
                    *outstanding.entry(key.clone()).or_default() += 1;
                }
            }
        }

        for (scope, keys) in due {
            match self.fold_scope(&scope, &keys, memory(&scope), &mut folded) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => {
                    problems.push(error);
                    continue;
                }
            }
            for key in keys {
                let Some(left) = outstanding.get_mut(&key) else {
                    continue;
                };
                *left -= 1;
                if *left > 0 {
                    continue;
                }
                problems.extend(self.settle(&key, now, &logged, &mut folded).err());
            }
        }
        // An entry without changes touches no scope.
        let empty: Vec<String> = self
            .entries
            .iter()
            .filter(|(_, known)| known.changes.is_empty())
            .map(|(key, _)| key.clone())
            .collect();
        for key in empty {
            problems.extend(self.settle(&key, now, &logged, &mut folded).err());
        }
        problems.into_iter().next().map_or(Ok(folded), Err)
    }

    /// The keys whose twins may be removed: snapshots have held these entries for a minute, and hold them
    /// still. Tell [`Repository::pruned`] when it is done.
    pub fn prunable(&mut self, now: Timestamp) -> Vec<String> {
        let mut snapshots: BTreeMap<Scope, Option<Versions>> = BTreeMap::new();
        let mut prunable = Vec::new();
        for (key, known) in &mut self.entries {
            let settled = |held: Timestamp| now.millis().saturating_sub(held.millis()) >= SETTLED;
            if !known.held.is_some_and(settled) || !matches!(self.storage.get(key), Ok(None)) {
                continue;
            }
            let held = known.changes.iter().all(|change| {
                let scope = &change.key.article;
                let versions = snapshots.entry(scope.clone()).or_insert_with(|| {
                    let key = Key::Snapshot(scope.clone()).to_string();
                    let value = self.storage.get(&key).ok()?.unwrap_or_default();
                    snapshot::decode(&key, &value).ok()
                });
                versions.as_ref().is_some_and(|versions| covers(versions, change))
            });
            if held {
                prunable.push(key.clone());
            } else {
                // Another page has written over the snapshot without knowing of the entry, or it is gone: the
                // next fold mends it.
                known.held = None;
            }
        }
        prunable
    }

    /// Forgets entries whose twins have been removed.
    pub fn pruned<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) {
        for key in keys {
            self.entries.remove(key);
        }
    }

    /// The heads of all snapshots, for lists. What the log says is not in them.
    ///
    /// # Errors
    /// Where storage cannot be read.
    pub fn summaries(&self) -> Result<BTreeMap<Scope, Summary>, StorageError> {
        let mut summaries = BTreeMap::new();
        for text in self.storage.keys()? {
            let Some(Key::Snapshot(scope)) = Key::parse(&text) else {
                continue;
            };
            let value = self.storage.get(&text)?.unwrap_or_default();
            summaries.extend(snapshot::summary(&value).map(|summary| (scope, summary)));
        }
        Ok(summaries)
    }

    /// What stands in storage and cannot be read, key and value, to be offered as a download: what was moved aside,
    /// and what is damaged or of a newer page and still stands where it was written.
    ///
    /// # Errors
    /// Where storage cannot be read.
    pub fn unreadable(&self) -> Result<Vec<(String, String)>, StorageError> {
        let mut values = Vec::new();
        for text in self.storage.keys()? {
            let Some(key) = Key::parse(&text) else { continue };
            let Some(value) = self.storage.get(&text)? else {
                continue;
            };
            let can_be_read = match key {
                Key::Quarantine(_) => false,
                Key::Log { .. } => log::decode(&text, &value).is_ok(),
                Key::Snapshot(_) => snapshot::decode(&text, &value).is_ok(),
                Key::Setting(_) => envelope::open(Kind::Setting, &text, &value).is_ok(),
            };
            if !can_be_read {
                values.push((text, value));
            }
        }
        Ok(values)
    }

    /// Keeps a damaged value of the twin aside in storage. Once this returns it may go from the twin.
    ///
    /// # Errors
    /// Where storage cannot be written.
    pub fn keep_aside(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.put_aside(key, value).map(drop)
    }

    /// The setting called `name`; `None` where it was never set.
    ///
    /// # Errors
    /// Where storage or the value cannot be read. The value is left as it is.
    pub fn setting(&self, name: &str) -> Result<Option<String>, SettingError> {
        let key = Key::Setting(name.into()).to_string();
        let value = self.storage.get(&key).map_err(SettingError::Storage)?;
        value
            .map(|value| {
                envelope::open(Kind::Setting, &key, &value)
                    .map(|body| body.into_owned())
                    .map_err(SettingError::Unreadable)
            })
            .transpose()
    }

    /// Keeps a setting. A damaged one that it replaces is moved aside first.
    ///
    /// # Errors
    /// Where storage cannot be written, or where a newer page wrote the setting.
    pub fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StorageError> {
        let key = Key::Setting(name.into()).to_string();
        match self.setting(name) {
            Ok(_) => {}
            Err(SettingError::Storage(error)) => return Err(error),
            Err(SettingError::Unreadable(Unreadable::Newer(version))) => {
                return Err(StorageError::Newer(version));
            }
            Err(SettingError::Unreadable(Unreadable::Damaged(_))) => {
                if let Some(damaged) = self.storage.get(&key)? {
                    self.set_aside(&key, &damaged)?;
                }
            }
        }
        self.storage.set(&key, &envelope::seal(&key, value))
    }

    /// A key for the next log entry. No other page should have this writer; if one has, its entries are at
    /// least not written over.
    fn next_key(&mut self) -> String {
        loop {
            let (writer, number) = (self.writer, self.number);
            let key = Key::Log { writer, number }.to_string();
            self.number = number.wrapping_add(1);
            if !self.entries.contains_key(&key) && !matches!(self.storage.get(&key), Ok(Some(_))) {
                return key;
            }
        }
    }

    /// Takes in the log entry under `key`, unless it is known.
    fn learn(&mut self, key: &str, value: &str) -> Result<(), Unreadable> {
        if let Some(Key::Log { writer, number }) = Key::parse(key)
            && writer == self.writer
        {
            self.number = self.number.max(number.wrapping_add(1));
        }
        let entry = log::decode(key, value).inspect_err(|problem| {
            self.newer_log |= matches!(problem, Unreadable::Newer(_));
        })?;
        for change in &entry.changes {
            self.time = self.time.max(change.stamp.time);
        }
        self.entries.entry(key.into()).or_insert(Known {
            changes: entry.changes,
            held: None,
        });
        Ok(())
    }

    /// Takes in the log entry that is under `key` in storage, and returns whether one is there that can be
    /// read. A damaged one is moved aside.
    fn learn_stored(&mut self, key: &str, folded: &mut Folded) -> Result<bool, StorageError> {
        let Some(value) = self.storage.get(key)? else {
            return Ok(false);
        };
        match self.learn(key, &value) {
            Ok(()) => Ok(true),
            Err(Unreadable::Newer(_)) => Ok(false),
            Err(Unreadable::Damaged(_)) => {
                folded.set_aside.push(self.set_aside(key, &value)?);
                Ok(false)
            }
        }
    }

    /// Notes that snapshots in storage hold all of the entry `key`, and takes it out of the log.
    fn settle(
        &mut self,
        key: &str,
        now: Timestamp,
        logged: &BTreeSet<String>,
        folded: &mut Folded,
    ) -> Result<(), StorageError> {
        if let Some(known) = self.entries.get_mut(key) {
            known.held.get_or_insert(now);
        }
        self.pending.retain(|pending| pending.key != key);
        if logged.contains(key) {
            self.storage.remove(key)?;
            folded.removed += 1;
        }
        Ok(())
    }

    fn read_snapshot(
        &mut self,
        key: &str,
        value: &str,
        scope: Scope,
        records: &mut BTreeMap<Scope, Records>,
    ) -> Result<(), Unreadable> {
        let versions = snapshot::decode(key, value).inspect_err(|problem| {
            if matches!(problem, Unreadable::Newer(_)) {
                self.newer.insert(scope.clone());
            }
        })?;
        let records = records.entry(scope.clone()).or_default();
        for ((kind, id), Versioned { stamp, record }) in versions {
            self.time = self.time.max(stamp.time);
            records.merge(kind, id, stamp, record);
        }
        self.newer.remove(&scope);
        self.snapshots.insert(scope);
        Ok(())
    }

    /// Brings the snapshot of `scope` up to date with the entries `keys` and with `memory`. `false` where it
    /// was left alone since a newer page wrote it.
    fn fold_scope(
        &mut self,
        scope: &Scope,
        keys: &[String],
        memory: Option<&Records>,
        folded: &mut Folded,
    ) -> Result<bool, StorageError> {
        let key = Key::Snapshot(scope.clone()).to_string();
        let mut versions = Versions::new();
        if let Some(value) = self.storage.get(&key)? {
            match snapshot::decode(&key, &value) {
                Ok(stored) => versions = stored,
                Err(Unreadable::Newer(_)) => {
                    self.newer.insert(scope.clone());
                    return Ok(false);
                }
                Err(Unreadable::Damaged(_)) => folded.set_aside.push(self.set_aside(&key, &value)?),
            }
        }
        for key in keys {
            let Some(known) = self.entries.get_mut(key) else {
                continue;
            };
            let mut here = known.changes.iter().filter(|change| change.key.article == *scope);
            // Only what stands in storage counts, not what this fold merges.
            if here.any(|change| !covers(&versions, change)) {
                known.held = None;
            }
        }
        let changes = keys
            .iter()
            .filter_map(|key| self.entries.get(key))
            .flat_map(|known| &known.changes)
            .filter(|change| change.key.article == *scope);
        let mut has_news = false;
        for StampedChange { key, stamp, record } in changes {
            has_news |= merge(&mut versions, (key.kind, key.id.clone()), *stamp, || {
                record.clone()
            });
        }
        for (kind, id, version) in memory.into_iter().flat_map(Records::versions) {
            if version.stamp != Stamp::SUPPLIED {
                has_news |= merge(&mut versions, (kind, id.clone()), version.stamp, || {
                    version.record.clone()
                });
            }
        }
        if has_news {
            self.write_snapshot(&key, &versions)?;
            folded.snapshots += 1;
        }
        if !versions.is_empty() {
            self.snapshots.insert(scope.clone());
        }
        Ok(true)
    }

    /// Writes a snapshot, once it is sure that it can be read, and reads it back.
    fn write_snapshot(&self, key: &str, versions: &Versions) -> Result<(), StorageError> {
        let all = versions.iter().map(|((kind, id), version)| (*kind, id, version));
        let value = snapshot::encode(key, all).map_err(StorageError::Unstorable)?;
        let read =
            snapshot::decode(key, &value).map_err(|problem| StorageError::Unstorable(problem.to_string()))?;
        let stamps =
            |versions: &Versions| -> Vec<Stamp> { versions.values().map(|version| version.stamp).collect() };
        if !read.keys().eq(versions.keys()) || stamps(&read) != stamps(versions) {
            return Err(StorageError::Unstorable(
                "it would not be read back the same".into(),
            ));
        }
        self.set_and_compare(key, &value)
    }

    fn set_and_compare(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.storage.set(key, value)?;
        if self.storage.get(key)?.as_deref() == Some(value) {
            return Ok(());
        }
        Err(StorageError::Failed(format!(
            "{key} was not there after it was written"
        )))
    }

    /// Moves an unreadable value to a key where nothing is, and returns that key.
    fn set_aside(&self, key: &str, value: &str) -> Result<String, StorageError> {
        let aside = self.put_aside(key, value)?;
        self.storage.remove(key)?;
        Ok(aside)
    }

    /// Writes an unreadable value to a key where nothing is, unless it is kept aside already, and returns that key.
    fn put_aside(&self, key: &str, value: &str) -> Result<String, StorageError> {
        for attempt in 1..=QUARANTINES {
            let aside = Key::quarantine(key, attempt).to_string();
            match self.storage.get(&aside)? {
                Some(there) if there != value => continue,
                Some(_) => {}
                None => self.set_and_compare(&aside, value)?,
            }
            return Ok(aside);
        }
        Err(StorageError::Failed(format!(
            "{QUARANTINES} damaged values of {key} are kept aside already"
        )))
    }
}

fn finding(key: String, value: String, problem: Unreadable, in_twin: bool) -> Finding {
    match problem {
        Unreadable::Newer(version) => Finding::Newer { key, version },
        Unreadable::Damaged(reason) => Finding::Damaged {
            key,
            value,
            reason,
            in_twin,
        },
    }
}

fn covers(versions: &Versions, change: &StampedChange) -> bool {
    versions
        .get(&(change.key.kind, change.key.id.clone()))
        .is_some_and(|version| version.stamp >= change.stamp)
}

/// The rule of [`Records::merge`], without its index of spans. Returns whether the version is now another.
fn merge(
    versions: &mut Versions,
    key: (RecordKind, RecordId),
    stamp: Stamp,
    record: impl FnOnce() -> Option<Record>,
) -> bool {
    if versions.get(&key).is_some_and(|before| before.stamp >= stamp) {
        return false;
    }
    let record = record();
    versions.insert(key, Versioned { stamp, record });
    true
}

/// Whether `value` is read back with the keys and stamps of `changes`. Free-form values may be nested deeper
/// than can be read; that must show before anything is called saved.
fn can_be_read_back(key: &str, value: &str, changes: &[StampedChange]) -> Result<(), String> {
    let entry = log::decode(key, value).map_err(|problem| problem.to_string())?;
    let same = entry.changes.len() == changes.len()
        && entry
            .changes
            .iter()
            .zip(changes)
            .all(|(read, change)| read.key == change.key && read.stamp == change.stamp);
    if same {
        Ok(())
    } else {
        Err("it would not be read back the same".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::record::{RecordKey, Status};
    use crate::store::{Memory, sample};
    use std::rc::Rc;

    const GOLDEN: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/store/v1/settings.txt"
    ));
    const NOTHING: [(String, String); 0] = [];

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_262_400_000 + seconds * 1000)
    }

    fn status(article: &str, status: Status) -> Change {
        Change {
            key: RecordKey::status(&article.into()),
            from: None,
            to: Some(Record::Status(status)),
        }
    }

    fn open(storage: &Rc<Memory>, writer: u64) -> (Repository<Rc<Memory>>, Opened) {
        Repository::open(storage.clone(), WriterId(writer), BTreeMap::new(), NOTHING)
    }

    fn no_memory<'a>(_: &Scope) -> Option<&'a Records> {
        None
    }

    fn status_of(opened: &Opened, article: &str) -> Status {
        opened
            .records
            .get(&Some(article.into()))
            .map_or(Status::NotStarted, Records::status)
    }

    fn snapshot_key(article: &str) -> String {
        Key::Snapshot(Some(article.into())).to_string()
    }

    /// A value as a page of format 2 would write it.
    fn newer(key: &str) -> String {
        let checksum = envelope::CRC_32.checksum(format!("2\n{key}\nbody").as_bytes());
        format!("2:{checksum:08x}:body")
    }

    #[test]
    fn what_is_committed_apart_is_in_the_twin_alone_until_folds_have_taken_it_in_piece_by_piece() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = Repository::open(storage.clone(), WriterId(1), BTreeMap::new(), NOTHING);
        let mut twin = Vec::new();
        for article in ["a", "b", "c", "d"] {
            let committed = page.commit_apart(&[status(article, Status::Done)], at(0));
            assert!(committed.written.is_ok() && page.pending().is_empty());
            twin.push((committed.key, committed.value));
        }
        assert!(storage.keys().unwrap().is_empty(), "nothing is written yet");
        let (_, opened) = Repository::open(storage.clone(), WriterId(2), BTreeMap::new(), twin);
        assert_eq!((opened.records.len(), opened.only_in_twin), (4, 4));

        let mut folds = 1;
        while !page.fold(no_memory, at(folds), 2).unwrap().is_complete {
            folds += 1;
        }
        assert_eq!(folds, 2);
        let (_, opened) = Repository::open(storage, WriterId(3), BTreeMap::new(), NOTHING);
        assert_eq!(opened.records.len(), 4);
    }

    #[test]
    fn an_edit_is_there_after_reopening_before_and_after_a_fold() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        let committed = page.commit(&[status("a", Status::Done)], at(0));
        assert_eq!(committed.written, Ok(()));
        assert_eq!(storage.get(&committed.key).unwrap(), Some(committed.value));
        let (_, opened) = open(&storage, 2);
        assert_eq!((status_of(&opened, "a"), opened.unfolded), (Status::Done, 1));
        let folded = page.fold(no_memory, at(1), usize::MAX).unwrap();
        assert_eq!((folded.snapshots, folded.removed), (1, 1));
        assert_eq!(storage.keys().unwrap(), [snapshot_key("a")]);
        let (_, opened) = open(&storage, 3);
        assert_eq!((status_of(&opened, "a"), opened.unfolded), (Status::Done, 0));
        assert_eq!(opened.findings, []);
    }

    #[test]
    fn an_edit_counts_as_later_than_all_that_its_page_has_seen() {
        let storage = Rc::new(Memory::default());
        let (mut first, _) = open(&storage, 9);
        for _ in 0..5 {
            first.commit(&[status("a", Status::Done)], at(0));
        }
        first.fold(no_memory, at(0), usize::MAX).unwrap();
        let (mut second, _) = open(&storage, 1);
        let back = second.commit(&[status("a", Status::InProgress)], at(0));
        assert_eq!(back.stamped[0].stamp.time, 6);
        assert_eq!(first.receive(&back.key, &back.value), Ok(back.stamped));
        assert_eq!(
            first.commit(&[status("b", Status::Done)], at(0)).stamped[0]
                .stamp
                .time,
            7
        );
    }

    #[test]
    fn each_change_of_an_edit_has_a_stamp_of_its_own() {
        let (mut page, _) = open(&Rc::default(), 1);
        let committed = page.commit(&[status("a", Status::Done), status("b", Status::Done)], at(0));
        assert!(committed.stamped[0].stamp < committed.stamped[1].stamp);
    }

    #[test]
    fn an_edit_that_finds_no_room_is_pending_until_a_later_one_finds_some() {
        let storage = Rc::new(Memory::with_capacity(300));
        storage.set("somebody else's", &"x".repeat(250)).unwrap();
        let (mut page, _) = open(&storage, 1);
        let refused = page.commit(&[status("a", Status::Done)], at(0));
        assert_eq!(refused.written, Err(StorageError::Full));
        assert_eq!(page.pending()[0].value, refused.value);
        assert_eq!(page.retry_pending(), Err(StorageError::Full));
        storage.remove("somebody else's").unwrap();
        assert_eq!(page.commit(&[status("b", Status::Done)], at(0)).written, Ok(()));
        assert_eq!(page.pending(), []);
        let (_, opened) = open(&storage, 2);
        assert_eq!(status_of(&opened, "a"), Status::Done);
        assert_eq!(status_of(&opened, "b"), Status::Done);
    }

    #[test]
    fn a_fold_saves_what_was_pending() {
        let storage = Rc::new(Memory::with_capacity(400));
        storage.set("x", &"x".repeat(380)).unwrap();
        let (mut page, _) = open(&storage, 1);
        page.commit(&[status("a", Status::Done)], at(0));
        storage.remove("x").unwrap();
        page.fold(no_memory, at(1), usize::MAX).unwrap();
        assert_eq!(page.pending(), []);
        assert_eq!(status_of(&open(&storage, 2).1, "a"), Status::Done);
    }

    #[test]
    fn what_cannot_be_read_back_is_never_called_saved() {
        let mut deep = serde_json::Value::Null;
        for _ in 0..200 {
            deep = serde_json::Value::Array(vec![deep]);
        }
        let key = RecordKey::of_article(&"a".into(), RecordKind::Field, "deep".into());
        let change = |to| Change {
            key: key.clone(),
            from: None,
            to: Some(Record::Field(to)),
        };
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        assert!(matches!(
            page.commit(&[change(deep)], at(0)).written,
            Err(StorageError::Unstorable(_))
        ));
        assert_eq!(page.commit(&[status("b", Status::Done)], at(0)).written, Ok(()));
        assert!(page.fold(no_memory, at(1), usize::MAX).is_err());
        assert_eq!(page.pending().len(), 1);
        let (_, opened) = open(&storage, 2);
        assert_eq!((status_of(&opened, "b"), opened.findings), (Status::Done, vec![]));
        // Undoing the edit mends it.
        page.commit(&[change(0.into())], at(2));
        page.fold(no_memory, at(3), usize::MAX).unwrap();
        assert_eq!(page.pending(), []);
    }

    #[test]
    fn storage_that_is_denied_opens_what_the_twin_has() {
        struct Denied;
        impl KeyValue for Denied {
            fn get(&self, _: &str) -> Result<Option<String>, StorageError> {
                Err(StorageError::Denied)
            }
            fn set(&self, _: &str, _: &str) -> Result<(), StorageError> {
                Err(StorageError::Denied)
            }
            fn remove(&self, _: &str) -> Result<(), StorageError> {
                Err(StorageError::Denied)
            }
            fn keys(&self) -> Result<Vec<String>, StorageError> {
                Err(StorageError::Denied)
            }
        }
        let (mut elsewhere, _) = open(&Rc::default(), 1);
        let committed = elsewhere.commit(&[status("a", Status::Done)], at(0));
        let twin = [(committed.key, committed.value)];
        let (mut page, opened) = Repository::open(Denied, WriterId(2), BTreeMap::new(), twin);
        assert_eq!(opened.findings, [Finding::Storage(StorageError::Denied)]);
        assert_eq!((status_of(&opened, "a"), opened.only_in_twin), (Status::Done, 1));
        let refused = page.commit(&[status("b", Status::Done)], at(0));
        assert_eq!(refused.written, Err(StorageError::Denied));
        assert_eq!(page.fold(no_memory, at(0), usize::MAX), Err(StorageError::Denied));
        assert_eq!(page.prunable(at(1000)), NOTHING.map(|(key, _)| key));
        assert_eq!(page.pending().len(), 1);
    }

    #[test]
    fn a_damaged_value_is_kept_aside_and_the_rest_works() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        let lost = page.commit(&[status("a", Status::Done)], at(0));
        page.commit(&[status("b", Status::Done)], at(0));
        let cut = &lost.value[..lost.value.len() - 1];
        storage.set(&lost.key, cut).unwrap();
        storage.set(&snapshot_key("c"), "1:00000000:{}").unwrap();
        let before = storage.units();

        let (mut page, opened) = open(&storage, 2);
        assert_eq!(opened.findings.len(), 2);
        assert!(
            opened
                .findings
                .iter()
                .all(|finding| matches!(finding, Finding::Damaged { .. }))
        );
        assert_eq!(status_of(&opened, "b"), Status::Done);
        assert_eq!(storage.units(), before, "opening writes nothing");

        page.commit(&[status("c", Status::Done)], at(0));
        assert_eq!(
            page.fold(no_memory, at(0), usize::MAX).unwrap().set_aside.len(),
            2
        );
        let aside = page.unreadable().unwrap();
        assert!(aside.contains(&(
            "hearsay/quarantine/log/0000000000000001/00000000".into(),
            cut.into()
        )));
        assert!(aside.contains(&(
            "hearsay/quarantine/snapshot/article/c".into(),
            "1:00000000:{}".into()
        )));
        let (mut page, opened) = open(&storage, 3);
        assert_eq!(
            (opened.findings.len(), status_of(&opened, "c")),
            (0, Status::Done)
        );

        // Damaged once more, otherwise: both are kept.
        storage.set(&snapshot_key("c"), "gone").unwrap();
        page.commit(&[status("c", Status::InProgress)], at(0));
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        assert_eq!(page.unreadable().unwrap().len(), 3);
    }

    #[test]
    fn a_damaged_value_that_cannot_be_moved_is_not_written_over() {
        let storage = Rc::new(Memory::with_capacity(350));
        let damaged = "?".repeat(200);
        storage.set(&snapshot_key("a"), &damaged).unwrap();
        let (mut page, _) = open(&storage, 1);
        assert_eq!(page.commit(&[status("a", Status::Done)], at(0)).written, Ok(()));
        assert_eq!(page.fold(no_memory, at(0), usize::MAX), Err(StorageError::Full));
        assert_eq!(storage.get(&snapshot_key("a")).unwrap(), Some(damaged));
        assert_eq!(status_of(&open(&storage, 2).1, "a"), Status::Done);
    }

    #[test]
    fn what_a_newer_page_wrote_is_left_alone_and_its_scope_is_read_only() {
        let storage = Rc::new(Memory::default());
        let key = snapshot_key("a");
        storage.set(&key, &newer(&key)).unwrap();
        let (mut page, opened) = open(&storage, 1);
        assert_eq!(
            opened.findings,
            [Finding::Newer {
                key: key.clone(),
                version: 2
            }]
        );
        assert!(page.is_read_only(&Some("a".into())) && !page.is_read_only(&None));
        let committed = page.commit(&[status("a", Status::Done), status("b", Status::Done)], at(0));
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        assert_eq!(storage.get(&key).unwrap(), Some(newer(&key)));
        assert_eq!(storage.get(&committed.key).unwrap(), Some(committed.value));
        assert_eq!(page.prunable(at(1000)), [""; 0]);

        let entry = Key::Log {
            writer: WriterId(7),
            number: 0,
        }
        .to_string();
        assert_eq!(page.receive(&entry, &newer(&entry)), Err(Unreadable::Newer(2)));
        assert!(page.is_read_only(&None));
    }

    #[test]
    fn an_entry_that_the_twin_alone_has_is_folded() {
        let lost = Rc::new(Memory::default());
        let (mut page, _) = open(&lost, 1);
        let committed = page.commit(&[status("a", Status::Done)], at(0));
        let storage = Rc::new(Memory::default());
        let twin = [(committed.key, committed.value)];
        let (mut page, opened) = Repository::open(storage.clone(), WriterId(2), BTreeMap::new(), twin);
        assert_eq!((opened.unfolded, opened.only_in_twin), (1, 1));
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        assert_eq!(page.unfolded(), 0);
        assert_eq!(status_of(&open(&storage, 3).1, "a"), Status::Done);
    }

    #[test]
    fn a_twin_is_pruned_a_minute_after_a_snapshot_has_it_and_not_before() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        let key = page.commit(&[status("a", Status::Done)], at(0)).key;
        assert_eq!(page.prunable(at(1000)), [""; 0]);
        page.fold(no_memory, at(1000), usize::MAX).unwrap();
        assert_eq!(page.prunable(at(1059)), [""; 0]);
        assert_eq!(page.prunable(at(1060)), [key.as_str()]);
        page.pruned([key.as_str()]);
        assert_eq!(page.prunable(at(2000)), [""; 0]);
    }

    #[test]
    fn a_snapshot_that_lost_an_entry_is_mended_before_its_twin_is_pruned() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        let key = page.commit(&[status("a", Status::Done)], at(0)).key;
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        // A page that had not yet seen it folds an edit of its own over it.
        let stale = Rc::new(Memory::default());
        let (mut other, _) = open(&stale, 2);
        other.commit(&[status("a", Status::InProgress)], at(0));
        other.fold(no_memory, at(0), usize::MAX).unwrap();
        let value = stale.get(&snapshot_key("a")).unwrap().unwrap();
        storage.set(&snapshot_key("a"), &value).unwrap();
        // Of two changes of one time the greater writer's counts, so the snapshot does hold all that counts.
        assert_eq!(page.prunable(at(100)), [key.as_str()]);

        storage.remove(&snapshot_key("a")).unwrap();
        assert_eq!((page.prunable(at(100)).len(), page.unfolded()), (0, 1));
        page.fold(no_memory, at(100), usize::MAX).unwrap();
        assert_eq!(status_of(&open(&storage, 3).1, "a"), Status::Done);
        assert_eq!(
            (page.prunable(at(159)).len(), page.prunable(at(160)).len()),
            (0, 1)
        );
    }

    #[test]
    fn an_entry_that_a_snapshot_holds_in_part_is_folded_whole_and_settles_from_then_on() {
        let (mut page, _) = open(&Rc::default(), 1);
        let topic = Change {
            key: RecordKey::of_article(&"a".into(), RecordKind::Field, "topic".into()),
            from: None,
            to: Some(Record::Field("fire".into())),
        };
        let both = page.commit(&[status("a", Status::InProgress), topic.clone()], at(0));
        let later = page.commit(&[status("a", Status::Done)], at(0));

        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 2);
        page.receive(&later.key, &later.value).unwrap();
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        page.receive(&both.key, &both.value).unwrap();
        page.fold(no_memory, at(30), usize::MAX).unwrap();
        let (_, opened) = open(&storage, 3);
        let records = &opened.records[&Some("a".into())];
        assert_eq!(
            (records.status(), records.get_key(&topic.key)),
            (Status::Done, topic.to.as_ref())
        );
        assert_eq!(page.prunable(at(60)), [later.key.as_str()]);
        assert_eq!(page.prunable(at(90)).len(), 2);
    }

    #[test]
    fn an_edit_that_changes_nothing_leaves_no_trace_after_a_fold() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        page.commit(&[], at(0));
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        assert_eq!((page.unfolded(), storage.units()), (0, 0));
    }

    #[test]
    fn storage_that_was_cleared_is_filled_from_memory_by_the_next_fold() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        let key = page.commit(&[status("a", Status::Done)], at(0)).key;
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        page.pruned([key.as_str()]);
        let memory = open(&storage, 2).1.records;
        for key in storage.keys().unwrap() {
            storage.remove(&key).unwrap();
        }
        page.fold(|scope| memory.get(scope), at(100), usize::MAX).unwrap();
        assert_eq!(open(&storage, 3).1.records, memory);
    }

    #[test]
    fn supplied_records_are_beneath_what_is_stored_and_are_not_stored() {
        let supplied = |status| {
            let mut records = Records::default();
            records.merge(
                RecordKind::Status,
                "".into(),
                Stamp::SUPPLIED,
                Some(Record::Status(status)),
            );
            BTreeMap::from([(Some("a".into()), records.clone()), (Some("b".into()), records)])
        };
        let storage = Rc::new(Memory::default());
        let base = supplied(Status::InProgress);
        let (mut page, opened) = Repository::open(storage.clone(), WriterId(1), base, NOTHING);
        page.commit(&[status("a", Status::Done)], at(0));
        page.fold(|scope| opened.records.get(scope), at(0), usize::MAX)
            .unwrap();
        assert_eq!(storage.keys().unwrap(), [snapshot_key("a")]);
        let (_, opened) = Repository::open(storage, WriterId(2), supplied(Status::InProgress), NOTHING);
        assert_eq!(status_of(&opened, "a"), Status::Done);
        assert_eq!(status_of(&opened, "b"), Status::InProgress);
    }

    #[test]
    fn two_pages_that_share_a_writer_by_mistake_do_not_write_over_each_other() {
        let storage = Rc::new(Memory::default());
        let (mut one, _) = open(&storage, 1);
        let (mut two, _) = open(&storage, 1);
        let keys = [&mut one, &mut two].map(|page| page.commit(&[status("a", Status::Done)], at(0)).key);
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn the_summaries_show_what_was_folded() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        let changes: Vec<Change> = sample::one_of_each()
            .into_iter()
            .map(|(key, to)| Change { key, from: None, to })
            .collect();
        page.commit(&changes, at(0));
        page.fold(no_memory, at(0), usize::MAX).unwrap();
        let summaries = page.summaries().unwrap();
        assert_eq!(summaries.len(), 2);
        let summary = &summaries[&Some(sample::article())];
        assert_eq!((summary.status, summary.labels.len()), (Status::InProgress, 2));
    }

    #[test]
    fn a_setting_is_read_as_it_was_set_and_one_of_version_1_opens_for_ever() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        assert_eq!(page.setting("annotator"), Ok(None));
        page.set_setting("annotator", "тихая цапля 😀").unwrap();
        assert_eq!(page.setting("annotator"), Ok(Some("тихая цапля 😀".into())));
        let (key, value) = sample::golden(GOLDEN);
        assert_eq!(key, "hearsay/settings/annotator");
        assert_eq!(storage.get(key).unwrap().as_deref(), Some(value));
        let storage: Memory = [(key.to_string(), value.to_string())].into_iter().collect();
        let (page, _) = Repository::open(storage, WriterId(2), BTreeMap::new(), NOTHING);
        assert_eq!(page.setting("annotator"), Ok(Some("тихая цапля 😀".into())));
    }

    #[test]
    fn a_setting_that_cannot_be_read_is_never_written_over() {
        let storage = Rc::new(Memory::default());
        let (mut page, _) = open(&storage, 1);
        let key = "hearsay/settings/x";
        storage.set(key, "damaged").unwrap();
        assert!(matches!(
            page.setting("x"),
            Err(SettingError::Unreadable(Unreadable::Damaged(_)))
        ));
        page.set_setting("x", "y").unwrap();
        assert_eq!(
            page.unreadable().unwrap(),
            [("hearsay/quarantine/settings/x".into(), "damaged".into())]
        );
        storage.set(key, &newer(key)).unwrap();
        assert_eq!(page.set_setting("x", "z"), Err(StorageError::Newer(2)));
        assert_eq!(storage.get(key).unwrap(), Some(newer(key)));
    }
}
