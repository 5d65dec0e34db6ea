//! The records of the whole corpus over a [`KeyValue`] and its twin.

use super::envelope::Unreadable;
use super::key::{Key, Scope};
use super::key_value::{KeyValue, StorageError};
use super::log;
use crate::core::id::WriterId;
use crate::core::records::{Records, Stamp, StampedChange};
use crate::core::timestamp::Timestamp;
use crate::core::transaction::Change;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

mod aside;
mod cooling;
mod folding;
mod reading;
#[cfg(test)]
mod tests;

pub use cooling::Cooling;
pub use reading::ReadLog;

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
    /// The snapshots that have been seen in storage.
    snapshots: BTreeMap<Scope, Snapshot>,
    /// Scopes that have a cold snapshot in the database, and whether that can be read.
    cold: BTreeMap<Scope, bool>,
    /// Scopes whose snapshot a newer page wrote.
    newer: BTreeSet<Scope>,
    /// Whether a newer page has written log entries; they may concern any scope.
    newer_log: bool,
}

/// What is known of a snapshot in storage.
#[derive(Clone, Copy, Default)]
struct Snapshot {
    /// How much key and value take.
    bytes: usize,
    /// The latest Lamport time in it.
    latest: u64,
}

struct Known {
    changes: Vec<StampedChange>,
    /// The scopes of the changes.
    scopes: BTreeSet<Scope>,
    /// Those of them whose cold snapshot holds what it says of them, for good.
    cold: BTreeSet<Scope>,
    /// Since when snapshots have been seen to hold all of it; `None` where they have not.
    held: Option<Timestamp>,
}

impl Known {
    fn new(changes: Vec<StampedChange>) -> Self {
        Self {
            scopes: changes.iter().map(|change| change.key.article.clone()).collect(),
            changes,
            cold: BTreeSet::new(),
            held: None,
        }
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
    /// Of how many entries snapshots were found to hold all, which they had not been before.
    pub settled: usize,
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
    /// A repository over a storage of which nothing is read yet.
    pub fn new(storage: K, writer: WriterId) -> Self {
        Self {
            storage,
            writer,
            time: 0,
            number: 0,
            entries: BTreeMap::new(),
            pending: Vec::new(),
            snapshots: BTreeMap::new(),
            cold: BTreeMap::new(),
            newer: BTreeSet::new(),
            newer_log: false,
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
        self.entries.insert(key.clone(), Known::new(stamped.clone()));
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
        self.entries
            .entry(key.into())
            .or_insert_with(|| Known::new(entry.changes));
        Ok(())
    }
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
