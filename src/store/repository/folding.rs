//! Folding: the log goes into snapshots, and the log's twin may go.

use super::super::envelope::Unreadable;
use super::super::key::{Key, Scope};
use super::super::key_value::{KeyValue, StorageError};
use super::super::snapshot;
use super::{Folded, Known, Repository, Snapshot};
use crate::core::records::{Records, Stamp, StampedChange};
use crate::core::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How long, in milliseconds, a snapshot must have held an entry before its twin may go. Chromium was measured
/// to lose what was written to local storage in the last two seconds before a kill.
const SETTLED: i64 = 60_000;

impl<K: KeyValue> Repository<K> {
    /// Merges log entries into the snapshots of the scopes that they touch, then removes them from the log.
    ///
    /// Must run under a lock that keeps other pages from folding. Takes in every entry that is now in storage,
    /// whoever wrote it, those that the twin alone had, those that are pending, and what `memory` knows of the
    /// scopes touched. A scope whose snapshot has vanished is touched as well, so storage that was cleared is
    /// filled again. Each snapshot is written, read back and compared before any entry is removed. Cost is
    /// linear in the size of the scopes touched.
    ///
    /// Once it has taken in entries of `most` changes or more it leaves those that touch other scopes to the next fold.
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
            .keys()
            .filter(|scope| !stored.contains(*scope))
            .map(|scope| (scope.clone(), Vec::new()))
            .collect();
        let mut changes = 0;
        let mut taken = BTreeSet::new();
        for (key, known) in &self.entries {
            if known.held.is_none() || logged.contains(key) {
                // What concerns nothing but snapshots that are written in any case costs little more.
                if changes >= most && !known.scopes.iter().all(|scope| due.contains_key(scope)) {
                    folded.is_complete = false;
                    continue;
                }
                changes += known.changes.len();
                taken.insert(key.clone());
                due.extend(known.scopes.iter().map(|scope| (scope.clone(), Vec::new())));
            }
        }
        // How many of an entry's scopes are still to be done.
        let mut outstanding: BTreeMap<String, usize> = BTreeMap::new();
        let counts = |key: &String, known: &Known| known.held.is_some() || taken.contains(key);
        for (key, known) in self.entries.iter().filter(|(key, known)| counts(key, known)) {
            for scope in &known.scopes {
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

    /// The keys of at most `most` entries whose twins may be removed: snapshots have held these entries for a minute,
    /// and hold them still. Tell [`Repository::pruned`] when it is done.
    pub fn prunable(&mut self, now: Timestamp, most: usize) -> Vec<String> {
        let mut snapshots: BTreeMap<Scope, Option<Records>> = BTreeMap::new();
        let mut prunable = Vec::new();
        for (key, known) in &mut self.entries {
            if prunable.len() >= most {
                break;
            }
            let settled = |held: Timestamp| now.millis().saturating_sub(held.millis()) >= SETTLED;
            if !known.held.is_some_and(settled) || !matches!(self.storage.get(key), Ok(None)) {
                continue;
            }
            let mut held = Held::Yes;
            for change in &known.changes {
                let scope = &change.key.article;
                if known.cold.contains(scope) {
                    continue;
                }
                let stored = snapshots.entry(scope.clone()).or_insert_with(|| {
                    let key = Key::Snapshot(scope.clone()).to_string();
                    let value = self.storage.get(&key).ok()??;
                    snapshot::decode(&key, &value).ok()
                });
                match stored {
                    Some(stored) if stored.covers(change) => {}
                    None if self.cold.contains_key(scope) => held = Held::Unknown,
                    _ => {
                        held = Held::No;
                        break;
                    }
                }
            }
            match held {
                Held::Yes => prunable.push(key.clone()),
                // The page that has moved the snapshot knows.
                Held::Unknown => {}
                // Another page has written over the snapshot without knowing of the entry, or it is gone: the
                // next fold mends it.
                Held::No => known.held = None,
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
            folded.settled += usize::from(known.held.is_none());
            known.held.get_or_insert(now);
        }
        self.pending.retain(|pending| pending.key != key);
        if logged.contains(key) {
            self.storage.remove(key)?;
            folded.removed += 1;
        }
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
        let mut records = Records::default();
        let mut bytes = key.len();
        if let Some(value) = self.storage.get(&key)? {
            bytes += value.len();
            match snapshot::decode(&key, &value) {
                Ok(stored) => records = stored,
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
            if here.any(|change| !records.covers(change)) {
                known.held = None;
            }
        }
        let changes = keys
            .iter()
            .filter_map(|key| self.entries.get(key))
            .flat_map(|known| &known.changes)
            .filter(|change| change.key.article == *scope);
        let mut has_news = false;
        for change in changes
            .filter(|change| !records.covers(change))
            .cloned()
            .collect::<Vec<_>>()
        {
            let StampedChange { key, stamp, record } = change;
            records.merge(key.kind, key.id, stamp, record);
            has_news = true;
        }
        for (kind, id, version) in memory.into_iter().flat_map(Records::versions) {
            if version.stamp != Stamp::SUPPLIED && records.stamp(kind, id) < Some(version.stamp) {
                records.merge(kind, id.clone(), version.stamp, version.record.clone());
                has_news = true;
            }
        }
        if has_news {
            let value = encode(&key, &records)?;
            self.set_and_compare(&key, &value)?;
            folded.snapshots += 1;
            bytes = key.len() + value.len();
        }
        if !records.is_empty() {
            let latest = records.latest();
            self.snapshots.insert(scope.clone(), Snapshot { bytes, latest });
        }
        Ok(true)
    }

    pub(super) fn set_and_compare(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.storage.set(key, value)?;
        if self.storage.get(key)?.as_deref() == Some(value) {
            return Ok(());
        }
        Err(StorageError::Failed(format!(
            "{key} was not there after it was written"
        )))
    }
}

/// Whether snapshots hold all of an entry.
enum Held {
    Yes,
    /// Some of it is in a cold snapshot that this page has not moved.
    Unknown,
    No,
}

/// The value of a snapshot, once it is sure that it can be read.
pub(super) fn encode(key: &str, records: &Records) -> Result<String, StorageError> {
    let value = snapshot::encode(key, records).map_err(StorageError::Unstorable)?;
    let read =
        snapshot::decode(key, &value).map_err(|problem| StorageError::Unstorable(problem.to_string()))?;
    let is_same = read
        .versions()
        .map(|(kind, id, version)| (kind, id, version.stamp))
        .eq(records
            .versions()
            .map(|(kind, id, version)| (kind, id, version.stamp)));
    if !is_same {
        return Err(StorageError::Unstorable(
            "it would not be read back the same".into(),
        ));
    }
    Ok(value)
}
