//! Cold snapshots: where storage runs short, those of articles long untouched move to the database, which is larger.
//!
//! The way of a move, under the lock of folds: [`Repository::coldest`] says which; [`Repository::cool`] makes of the
//! snapshot in storage, and of the cold one that may be there already, what the database is to hold; the page writes
//! that, and reads it back; [`Repository::cooled`] compares it, and only then takes the snapshot out of storage. A
//! page that stops in between leaves two snapshots of a scope, of which one or both hold everything, and reading
//! merges them. An article that is edited again gets a snapshot in storage again, by the next fold; its cold one stays
//! until the next move merges the two, so nothing that a page has not read is ever written over.

use super::super::key::{Key, Scope};
use super::super::key_value::{KeyValue, StorageError};
use super::super::snapshot;
use super::folding::encode;
use super::{Finding, Pending, Repository};
use crate::core::records::Records;
use std::collections::BTreeSet;

/// How much all snapshots in storage may take, in bytes, before some of them move. Browsers give a page some 5 million
/// UTF-16 units of local storage, which log and settings share; no text takes more units than bytes.
const ROOM: usize = 3_000_000;
/// How much they take, in bytes, once some have moved.
const ENOUGH: usize = 2_000_000;

/// A snapshot on its way from storage to the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cooling {
    /// Its scope.
    pub scope: Scope,
    /// Its key, in storage and in the database.
    pub key: String,
    /// What the database is to hold.
    pub value: String,
    /// What stands in storage.
    hot: String,
}

impl<K: KeyValue> Repository<K> {
    /// The scopes whose snapshots have to move where storage runs short, the longest untouched first: so many that
    /// 2,000,000 bytes of snapshots stay, or half of them where a write has found no room all the same.
    pub fn coldest(&self) -> Vec<Scope> {
        let is_full = |pending: &Pending| pending.error == StorageError::Full;
        if self.pending.iter().any(is_full) {
            let total: usize = self.snapshots.values().map(|snapshot| snapshot.bytes).sum();
            self.coldest_but(0, total / 2)
        } else {
            self.coldest_but(ROOM, ENOUGH)
        }
    }

    /// The scopes whose snapshots have to move so that at most `enough` bytes of snapshots stay. None where no more
    /// than `room` bytes are there.
    pub(in super::super) fn coldest_but(&self, room: usize, enough: usize) -> Vec<Scope> {
        let mut total: usize = self.snapshots.values().map(|snapshot| snapshot.bytes).sum();
        if total <= room {
            return Vec::new();
        }
        // What the log will bring to a snapshot soon is not long untouched.
        let unfolded: BTreeSet<&Scope> = self
            .entries
            .values()
            .filter(|known| known.held.is_none())
            .flat_map(|known| &known.scopes)
            .collect();
        let mut scopes: Vec<_> = self
            .snapshots
            .iter()
            .filter(|(scope, _)| {
                scope.is_some()
                    && !unfolded.contains(scope)
                    && !self.newer.contains(scope)
                    && self.cold.get(scope) != Some(&false)
            })
            .collect();
        crate::core::order::sort_by_key(&mut scopes, |(_, snapshot)| snapshot.latest);
        let mut coldest = Vec::new();
        for (scope, snapshot) in scopes {
            if total <= enough {
                break;
            }
            total -= snapshot.bytes;
            coldest.push(scope.clone());
        }
        coldest
    }

    /// What the database is to hold of a scope: all that its snapshot in storage does, and `cold`, what the database
    /// holds already. `None` where storage has no snapshot of it that can be read.
    ///
    /// # Errors
    /// Where storage cannot be read, or the cold snapshot.
    pub fn cool(&self, scope: &Scope, cold: Option<&str>) -> Result<Option<Cooling>, StorageError> {
        let key = Key::Snapshot(scope.clone()).to_string();
        let Some(hot) = self.storage.get(&key)? else {
            return Ok(None);
        };
        let Ok(mut records) = snapshot::decode(&key, &hot) else {
            return Ok(None);
        };
        let mut value = hot.clone();
        if let Some(cold) = cold {
            let there = snapshot::decode(&key, cold)
                .map_err(|problem| StorageError::Failed(format!("{key} in the database is {problem}")))?;
            records.absorb(there);
            value = encode(&key, &records)?;
        }
        Ok(Some(Cooling {
            scope: scope.clone(),
            key,
            value,
            hot,
        }))
    }

    /// Takes a snapshot out of storage whose cold one was written for good, and then `found` in the database. Returns
    /// whether it did: it does not where something else was found, or where storage has got another since.
    ///
    /// # Errors
    /// Where storage cannot be read or written. The snapshot then stands in both.
    pub fn cooled(&mut self, cooling: &Cooling, found: Option<&str>) -> Result<bool, StorageError> {
        let Cooling {
            scope,
            key,
            value,
            hot,
        } = cooling;
        if found != Some(value.as_str()) || self.storage.get(key)?.as_ref() != Some(hot) {
            return Ok(false);
        }
        self.storage.remove(key)?;
        self.snapshots.remove(scope);
        self.cold.insert(scope.clone(), true);
        let mut entries: Vec<_> = self
            .entries
            .values_mut()
            .filter(|known| known.scopes.contains(scope))
            .collect();
        if !entries.is_empty()
            && let Ok(there) = snapshot::decode(key, value)
        {
            for known in &mut entries {
                let mut here = known.changes.iter().filter(|change| change.key.article == *scope);
                if here.all(|change| there.covers(change)) {
                    known.cold.insert(scope.clone());
                }
            }
        }
        Ok(true)
    }

    /// Reads a cold snapshot, and returns what it holds, to be merged.
    ///
    /// # Errors
    /// Says why it cannot be read. It is never written over.
    pub fn read_cold(&mut self, scope: &Scope, value: &str) -> Result<Records, Finding> {
        let key = Key::Snapshot(scope.clone()).to_string();
        let records = self.records_in(scope, &key, value);
        self.cold.insert(scope.clone(), records.is_ok());
        records
    }

    /// The scopes whose snapshots were seen in storage and are not there: storage was cleared, or another page has
    /// moved them, which [`Repository::moved`] is to be told.
    ///
    /// # Errors
    /// Where storage cannot be read.
    pub fn vanished(&self) -> Result<Vec<Scope>, StorageError> {
        let stored: BTreeSet<Scope> = self.stored()?.into_iter().collect();
        let gone = self.snapshots.keys().filter(|scope| !stored.contains(*scope));
        Ok(gone.cloned().collect())
    }

    /// Takes note that another page has moved the snapshots of these scopes to the database.
    pub fn moved(&mut self, scopes: impl IntoIterator<Item = Scope>) {
        for scope in scopes {
            if self.snapshots.remove(&scope).is_some() {
                self.cold.entry(scope).or_insert(true);
            }
        }
    }

    /// Takes note that the database now holds the cold snapshots of `left` alone. The next fold writes the others to
    /// storage, from memory.
    pub fn lost_cold(&mut self, left: &BTreeSet<Scope>) {
        for scope in std::mem::take(&mut self.cold).into_keys() {
            if left.contains(&scope) {
                self.cold.insert(scope, true);
                continue;
            }
            for known in self.entries.values_mut() {
                known.cold.remove(&scope);
            }
            self.snapshots.entry(scope).or_default();
        }
    }
}
