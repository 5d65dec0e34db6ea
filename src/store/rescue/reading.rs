//! Rescue files in: read at once, where that holds nobody up, and handed over in pieces.

use super::{FORMAT, VERSION};
use crate::core::article::sha256;
use crate::core::id::WriterId;
use crate::core::record::RecordKey;
use crate::core::records::Records;
use crate::core::transaction::Change;
use crate::store::envelope::{self, Kind};
use crate::store::key::{Key, Scope};
use crate::store::repository::{Finding, Repository};
use crate::store::{KeyValue, Memory, snapshot};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The most scopes whose records are handed over at a time.
const SCOPES: usize = 50;
/// How many bytes of texts are handed over at a time; the last text is whole.
const TEXTS: usize = 1 << 20;
/// The latest Lamport time that is believed: what is committed afterwards is later, and must be a number that every
/// reader of JSON holds exactly (RFC 8259, section 6).
const LATEST: u64 = 1 << 52;

#[derive(Deserialize)]
struct Read {
    format: String,
    version: u32,
    #[serde(default)]
    local_storage: BTreeMap<String, Value>,
    #[serde(default)]
    database: Database,
    #[serde(default)]
    problems: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Database {
    log: BTreeMap<String, Value>,
    texts: BTreeMap<String, Value>,
    snapshots: BTreeMap<String, Value>,
}

/// A rescue file that was read, handed over piece by piece.
#[derive(Debug, Default)]
pub struct Rescue {
    contents: Contents,
    records: BTreeMap<Scope, Records>,
    /// The texts of added articles by their SHA-256.
    texts: BTreeMap<String, String>,
}

/// What a rescue file holds besides records and texts, and how many records.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Contents {
    /// How many records it has, with those that were removed.
    pub records: usize,
    /// The latest Lamport time in it: what is committed after it was taken in must be later
    /// ([`Repository::observe`]).
    pub latest: u64,
    /// The settings that can be read, by their names.
    pub settings: BTreeMap<String, String>,
    /// What could not be read, a sentence each. It is in the file all the same.
    pub unread: Vec<String>,
}

/// Some of what a rescue file holds, on its way to another thread.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Piece {
    /// Keys and snapshots, one for each scope.
    snapshots: Vec<(String, String)>,
    /// Texts of added articles, each behind its SHA-256.
    pub texts: Vec<(String, String)>,
}

impl Rescue {
    /// Reads a rescue file. What in it cannot be read is among the findings, and the rest is there.
    ///
    /// # Errors
    /// Where it is no rescue file, or one of a newer page, or tells times that no page reaches.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let file: Read = serde_json::from_slice(bytes)
            .map_err(|error| format!("This is no rescue file as Hearsay writes it: {error}."))?;
        if file.format != FORMAT {
            return Err(format!(
                "`format` is {:?}, where {FORMAT:?} is expected.",
                file.format
            ));
        }
        if file.version != VERSION {
            return Err(format!(
                "It is a rescue file of version {}, and this page reads version {VERSION}. Reload the page to get the \
                 latest, then import the file again.",
                file.version
            ));
        }
        let mut unread = file.problems;
        let stored: Memory = well_formed(file.local_storage, &mut unread).collect();
        let log: Vec<_> = well_formed(file.database.log, &mut unread).collect();
        let nobody = WriterId(0);
        let (mut repository, mut opened) = Repository::open(stored, nobody, BTreeMap::new(), log);
        for (key, value) in well_formed(file.database.snapshots, &mut unread).collect::<Vec<_>>() {
            let Some(Key::Snapshot(scope)) = Key::parse(&key) else {
                unread.push(format!("{key} is no key of a snapshot."));
                continue;
            };
            match repository.read_cold(&scope, &value) {
                Ok(records) => opened.absorb(scope, records),
                Err(finding) => opened.findings.push(finding),
            }
        }
        let latest = opened.records.values().map(Records::latest).max();
        let latest = latest.unwrap_or_default();
        if latest > LATEST {
            return Err(format!(
                "Its latest edit has the number {latest}, where at most {LATEST} is expected: it was not written by Hearsay."
            ));
        }
        unread.extend(opened.findings.iter().map(told));
        let (texts, damaged): (BTreeMap<_, _>, BTreeMap<_, _>) =
            well_formed(file.database.texts, &mut unread)
                .partition(|(hash, text)| *sha256(text.as_bytes()) == **hash);
        let damaged = damaged.into_keys();
        unread.extend(damaged.map(|hash| format!("The text whose SHA-256 is {hash} is not as it was kept.")));
        Ok(Self {
            contents: Contents {
                records: opened
                    .records
                    .values()
                    .map(|records| records.versions().count())
                    .sum(),
                latest,
                settings: settings(repository.storage()),
                unread,
            },
            records: opened.records,
            texts,
        })
    }

    /// What it holds besides records and texts.
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// Hands over the next piece: records first, then texts; `None` once all is handed over.
    ///
    /// # Errors
    /// Where a record holds something that JSON cannot.
    pub fn take(&mut self) -> Result<Option<Piece>, String> {
        let mut piece = Piece::default();
        while piece.snapshots.len() < SCOPES
            && let Some((scope, records)) = self.records.pop_first()
        {
            let key = Key::Snapshot(scope).to_string();
            let snapshot = snapshot::encode(&key, &records)?;
            piece.snapshots.push((key, snapshot));
        }
        let mut size = 0;
        while piece.snapshots.is_empty()
            && size < TEXTS
            && let Some((hash, text)) = self.texts.pop_first()
        {
            size += text.len();
            piece.texts.push((hash, text));
        }
        let is_last = piece.snapshots.is_empty() && piece.texts.is_empty();
        Ok((!is_last).then_some(piece))
    }
}

impl Piece {
    /// The records in it.
    ///
    /// # Errors
    /// Where it is not what [`Rescue::take`] has made.
    pub fn records(&self) -> Result<Vec<(Scope, Records)>, String> {
        let read = |(key, value): &(String, String)| match Key::parse(key) {
            Some(Key::Snapshot(scope)) => {
                let records = snapshot::decode(key, value).map_err(|error| error.to_string())?;
                Ok((scope, records))
            }
            _ => Err(format!("{key} is no key of a snapshot.")),
        };
        self.snapshots.iter().map(read).collect()
    }
}

/// What to change among the records `held` of a scope so that each is as its latest edit left it, here or in a rescue
/// file that has these `records`.
pub fn changes<'a>(
    scope: &'a Scope,
    records: &'a Records,
    held: Option<&'a Records>,
) -> impl Iterator<Item = Change> + 'a {
    records.versions().filter_map(move |(kind, id, version)| {
        let known = held.and_then(|held| held.stamp(kind, id));
        known.is_none_or(|stamp| stamp < version.stamp).then(|| Change {
            key: RecordKey {
                article: scope.clone(),
                kind,
                id: id.clone(),
            },
            from: held.and_then(|held| held.get(kind, id)).cloned(),
            to: version.record.clone(),
        })
    })
}

/// The values that are well-formed, by their keys. The others are told of in `unread`.
fn well_formed(
    values: BTreeMap<String, Value>,
    unread: &mut Vec<String>,
) -> impl Iterator<Item = (String, String)> {
    values.into_iter().filter_map(|(key, value)| match value {
        Value::String(text) => Some((key, text)),
        _ => {
            unread.push(format!("{key} holds half of a character, or is no text at all."));
            None
        }
    })
}

/// A finding in words for who has the file, and not the storage that it was made of.
fn told(finding: &Finding) -> String {
    match finding {
        Finding::Damaged { key, reason, .. } => format!("{key} is damaged ({reason})."),
        _ => finding.to_string(),
    }
}

fn settings(storage: &Memory) -> BTreeMap<String, String> {
    let keys = storage.keys().unwrap_or_default();
    keys.into_iter()
        .filter_map(|key| {
            let Some(Key::Setting(name)) = Key::parse(&key) else {
                return None;
            };
            let value = storage.get(&key).ok()??;
            let body = envelope::open(Kind::Setting, &key, &value).ok()?.into_owned();
            Some((name, body))
        })
        .collect()
}
