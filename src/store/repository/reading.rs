//! Reading what is stored: the log first, then the snapshots one at a time, in any order.
//!
//! Merging is commutative, so the records are the same whatever comes first. The page shows what it has read by
//! then; only an edit waits until its scope is read, since it must count as later than what it changes.

use super::super::envelope::Unreadable;
use super::super::key::{Key, Scope};
use super::super::key_value::{KeyValue, StorageError};
use super::super::snapshot;
use super::{Finding, Opened, Repository, Snapshot};
use crate::core::id::WriterId;
use crate::core::records::{Records, StampedChange};
use std::collections::BTreeMap;

/// What was read of the log, or of its twin.
#[derive(Debug, Default)]
pub struct ReadLog {
    /// Every change in it, in no order.
    pub changes: Vec<StampedChange>,
    /// What could not be read, and why. Nothing of it has been changed.
    pub findings: Vec<Finding>,
}

impl<K: KeyValue> Repository<K> {
    /// Reads all snapshots and log entries of `storage`, and the log entries of the `twin`, into `base`: the
    /// records that the page brings along, stamped [`Stamp::SUPPLIED`](crate::core::records::Stamp::SUPPLIED).
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
        let log = repository.read_log();
        let in_log = repository.entries.len();
        let twin = repository.read_twin(twin);
        let mut opened = Opened {
            records: base,
            findings: log.findings.into_iter().chain(twin.findings).collect(),
            unfolded: repository.unfolded(),
            only_in_twin: repository.entries.len() - in_log,
        };
        opened.take(log.changes);
        opened.take(twin.changes);
        // Storage that cannot be read was found out with the log.
        for scope in repository.stored().unwrap_or_default() {
            match repository.read_stored(&scope) {
                Ok(records) => opened.absorb(scope, records),
                Err(finding) => opened.findings.push(finding),
            }
        }
        (repository, opened)
    }

    /// Reads the log, again where a page was frozen and may have missed what others wrote. What is pending is there as
    /// well.
    pub fn read_log(&mut self) -> ReadLog {
        let mut read = ReadLog::default();
        let keys = self.storage.keys().unwrap_or_else(|error| {
            read.findings.push(Finding::Storage(error));
            Vec::new()
        });
        for text in keys {
            if !matches!(Key::parse(&text), Some(Key::Log { .. })) {
                continue;
            }
            match self.storage.get(&text) {
                Ok(Some(value)) => {
                    let problem = self.learn(&text, &value).err();
                    read.findings
                        .extend(problem.map(|problem| finding(text, value, problem, false)));
                }
                Ok(None) => {}
                Err(error) => read.findings.push(Finding::Unread { key: text, error }),
            }
        }
        let changes = self.entries.values().flat_map(|known| &known.changes);
        read.changes = changes.cloned().collect();
        read
    }

    /// Reads entries of the log's twin, but for those that are known by now.
    pub fn read_twin(&mut self, twin: impl IntoIterator<Item = (String, String)>) -> ReadLog {
        let mut read = ReadLog::default();
        for (text, value) in twin {
            if !matches!(Key::parse(&text), Some(Key::Log { .. })) || self.entries.contains_key(&text) {
                continue;
            }
            match self.learn(&text, &value) {
                Ok(()) => {
                    let learned = self.entries.get(&text);
                    read.changes.extend(
                        learned
                            .into_iter()
                            .flat_map(|known| known.changes.iter().cloned()),
                    );
                }
                Err(problem) => read.findings.push(finding(text, value, problem, true)),
            }
        }
        read
    }

    /// The scopes that have a snapshot in storage.
    ///
    /// # Errors
    /// Where storage cannot be read.
    pub fn stored(&self) -> Result<Vec<Scope>, StorageError> {
        let scope = |text: String| match Key::parse(&text) {
            Some(Key::Snapshot(scope)) => Some(scope),
            _ => None,
        };
        Ok(self.storage.keys()?.into_iter().filter_map(scope).collect())
    }

    /// Reads the snapshot of a scope in storage, and returns what it holds, to be merged. Empty where there is none.
    ///
    /// # Errors
    /// Says why it cannot be read. Nothing of it has been changed.
    pub fn read_stored(&mut self, scope: &Scope) -> Result<Records, Finding> {
        let key = Key::Snapshot(scope.clone()).to_string();
        match self.storage.get(&key) {
            Ok(Some(value)) => {
                let records = self.records_in(scope, &key, &value)?;
                let snapshot = Snapshot {
                    bytes: key.len() + value.len(),
                    latest: records.latest(),
                };
                self.snapshots.insert(scope.clone(), snapshot);
                self.newer.remove(scope);
                Ok(records)
            }
            Ok(None) => Ok(Records::default()),
            Err(error) => Err(Finding::Unread { key, error }),
        }
    }

    /// What a snapshot holds, wherever it stands.
    pub(super) fn records_in(&mut self, scope: &Scope, key: &str, value: &str) -> Result<Records, Finding> {
        let records = snapshot::decode(key, value).map_err(|problem| {
            if matches!(problem, Unreadable::Newer(_)) {
                self.newer.insert(scope.clone());
            }
            finding(key.to_owned(), value.to_owned(), problem, false)
        })?;
        self.time = self.time.max(records.latest());
        Ok(records)
    }
}

impl Opened {
    /// Merges changes into the records.
    pub(in super::super) fn take(&mut self, changes: Vec<StampedChange>) {
        for StampedChange { key, stamp, record } in changes {
            let records = self.records.entry(key.article).or_default();
            records.merge(key.kind, key.id, stamp, record);
        }
    }

    /// Merges the records of one scope into those that are there.
    pub(in super::super) fn absorb(&mut self, scope: Scope, records: Records) {
        self.records.entry(scope).or_default().absorb(records);
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
