//! The rescue file: all work as it is kept, in one file that Import takes in again.
//!
//! JSON, UTF-8: `format` is `hearsay-rescue`, `version` is 1, `made_at` is when. `local_storage` has keys and values
//! as in local storage; `database` has `log`, the log's twin, `texts`, the texts of added articles by their SHA-256, and
//! `snapshots`, those that were moved out of local storage, by their keys there. It is written by [`Writer`] from what
//! the page holds in memory, where storage may have failed, and by `public/rescue.js` from storage as it stands, where
//! the page itself has. A value that is not well-formed UTF-16 stands there as the list of its units, so that nothing
//! is left out, and is not read.

use super::envelope::Kind;
use super::key::{Key, Scope};
use super::repository::{Finding, Repository};
use super::{KeyValue, Memory, envelope, log, snapshot};
use crate::core::id::WriterId;
use crate::core::records::{Records, Stamp, Versioned};
use crate::core::timestamp::Timestamp;
use crate::core::transaction::{Change, Transaction};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

const FORMAT: &str = "hearsay-rescue";
const VERSION: u32 = 1;

/// How many bytes tell whether a file is a rescue file.
pub const HEAD: u32 = 200;

/// What every key of ours begins with.
pub const OURS: &str = "hearsay/";

#[derive(Deserialize)]
struct Read {
    format: String,
    version: u32,
    #[serde(default)]
    local_storage: BTreeMap<String, Value>,
    #[serde(default)]
    database: Database,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Database {
    log: BTreeMap<String, Value>,
    texts: BTreeMap<String, Value>,
    snapshots: BTreeMap<String, Value>,
}

/// What a rescue file holds.
#[derive(Debug)]
pub struct Rescue {
    /// The records by scope.
    pub records: BTreeMap<Scope, Records>,
    /// The texts of added articles by their SHA-256, which nobody has checked yet.
    pub texts: BTreeMap<String, String>,
    /// What could not be read. It is in the file all the same.
    pub findings: Vec<Finding>,
    settings: BTreeMap<String, String>,
}

/// Whether a file says that it is a rescue file.
pub fn recognises(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD as usize)];
    let name = br#""hearsay-rescue""#;
    head.windows(name.len()).any(|words| words == name)
}

/// Writes a rescue file piece by piece, so that who writes a large one can do something else in between: first the
/// records as the page has them in memory, then what storage holds besides, then the texts.
pub struct Writer<W> {
    entries: Entries<W>,
    /// The keys of the records.
    kept: BTreeSet<String>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Where `output` refuses.
    pub fn begin(mut output: W, made_at: Timestamp) -> io::Result<Self> {
        write!(
            output,
            "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"made_at\":\"{made_at}\",\"local_storage\":{{"
        )?;
        Ok(Self {
            entries: Entries::of(output),
            kept: BTreeSet::new(),
        })
    }

    /// Writes the records of a scope, if the reviewer has made any.
    ///
    /// # Errors
    /// Where a record holds something that JSON cannot, or the output refuses.
    pub fn records(&mut self, scope: &Scope, records: &Records) -> Result<(), String> {
        let is_supplied = |version: &Versioned| version.stamp == Stamp::SUPPLIED;
        if records.versions().all(|(.., version)| is_supplied(version)) {
            return Ok(());
        }
        let key = Key::Snapshot(scope.clone()).to_string();
        let value = snapshot::encode(&key, records)?;
        self.entries
            .add(&key, &value)
            .map_err(|error| error.to_string())?;
        self.kept.insert(key);
        Ok(())
    }

    /// Writes what stands under `key` in storage, where memory has not got it: a setting, or what the page cannot read.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn stored(&mut self, key: &str, value: &str) -> io::Result<()> {
        let is_in_memory = match Key::parse(key) {
            Some(Key::Log { .. }) => log::decode(key, value).is_ok(),
            Some(Key::Snapshot(_)) => snapshot::decode(key, value).is_ok(),
            Some(Key::Setting(_) | Key::Quarantine(_)) => false,
            None => !key.starts_with(OURS),
        };
        if is_in_memory {
            return Ok(());
        }
        if self.kept.contains(key) {
            self.entries.add(&Key::quarantine(key, 1).to_string(), value)
        } else {
            self.entries.add(key, value)
        }
    }

    /// Goes on to the texts.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn texts(self) -> io::Result<TextWriter<W>> {
        let texts = self.entries.next("},\"database\":{\"log\":{},\"texts\":{");
        texts.map(TextWriter)
    }
}

/// A rescue file that has its records, and gets its texts.
pub struct TextWriter<W>(Entries<W>);

impl<W: Write> TextWriter<W> {
    /// Writes the text of an added article.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn text(&mut self, sha256: &str, text: &str) -> io::Result<()> {
        self.0.add(sha256, text)
    }

    /// Writes the cold snapshots that the page cannot read, and ends the file.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn finish(self, unreadable: &[(String, String)]) -> io::Result<W> {
        let mut snapshots = self.0.next("},\"snapshots\":{")?;
        for (key, value) in unreadable {
            snapshots.add(key, value)?;
        }
        Ok(snapshots.next("}}}")?.output)
    }
}

/// The entries of a JSON object, one behind the other.
struct Entries<W> {
    output: W,
    is_empty: bool,
}

impl<W: Write> Entries<W> {
    fn of(output: W) -> Self {
        Self {
            output,
            is_empty: true,
        }
    }

    fn add(&mut self, key: &str, value: &str) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.output.write_all(b",")?;
        }
        serde_json::to_writer(&mut self.output, key)?;
        self.output.write_all(b":")?;
        Ok(serde_json::to_writer(&mut self.output, value)?)
    }

    /// Writes what stands between these entries and those of the next object.
    fn next(mut self, between: &str) -> io::Result<Self> {
        self.output.write_all(between.as_bytes())?;
        Ok(Self::of(self.output))
    }
}

impl Rescue {
    /// Reads a rescue file. What in it cannot be read is among the findings, and the rest is there.
    ///
    /// # Errors
    /// Where it is no rescue file, or one of a newer page.
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
        let texts = |values: BTreeMap<String, Value>| {
            values.into_iter().filter_map(|(key, value)| match value {
                Value::String(text) => Some((key, text)),
                _ => None,
            })
        };
        let stored: Memory = texts(file.local_storage).collect();
        let nobody = WriterId(0);
        let (mut repository, mut opened) =
            Repository::open(stored, nobody, BTreeMap::new(), texts(file.database.log));
        for (key, value) in texts(file.database.snapshots) {
            let Some(Key::Snapshot(scope)) = Key::parse(&key) else {
                continue;
            };
            match repository.read_cold(&scope, &value) {
                Ok(records) => opened.absorb(scope, records),
                Err(finding) => opened.findings.push(finding),
            }
        }
        Ok(Self {
            settings: settings(repository.storage()),
            records: opened.records,
            texts: texts(file.database.texts).collect(),
            findings: opened.findings,
        })
    }

    /// The setting called `name`; `None` where the file has none that can be read.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    /// The latest Lamport time in it: what is committed after it was taken in must be later
    /// ([`Repository::observe`]).
    pub fn latest(&self) -> u64 {
        self.records
            .values()
            .map(Records::latest)
            .max()
            .unwrap_or_default()
    }

    /// What to change so that each record is as its latest edit left it, here or in the file.
    pub fn changes<'a>(&self, held: impl Fn(&Scope) -> Option<&'a Records>) -> Transaction {
        let mut changes = Vec::new();
        for (scope, records) in &self.records {
            let held = held(scope);
            for (kind, id, version) in records.versions() {
                let is_known = held
                    .and_then(|held| held.stamp(kind, id))
                    .is_some_and(|stamp| stamp >= version.stamp);
                if !is_known {
                    changes.push(Change {
                        key: crate::core::record::RecordKey {
                            article: scope.clone(),
                            kind,
                            id: id.clone(),
                        },
                        from: held.and_then(|held| held.get(kind, id)).cloned(),
                        to: version.record.clone(),
                    });
                }
            }
        }
        Transaction::new("import rescue file", changes)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::record::{Record, RecordKey, Status};
    use crate::core::records::StampedChange;
    use crate::store::sample;
    use proptest::prelude::*;

    type Held = BTreeMap<Scope, Records>;

    fn now() -> Timestamp {
        Timestamp::from_millis(1_795_262_400_000)
    }

    fn merge(held: &mut Held, changes: Vec<StampedChange>) {
        for StampedChange { key, stamp, record } in changes {
            held.entry(key.article)
                .or_default()
                .merge(key.kind, key.id, stamp, record);
        }
    }

    fn opened(storage: Memory, writer: u64) -> (Repository<Memory>, Held) {
        let (repository, opened) = Repository::open(storage, WriterId(writer), BTreeMap::new(), []);
        (repository, opened.records)
    }

    fn commit(page: &mut (Repository<Memory>, Held), changes: &[Change]) {
        let committed = page.0.commit(changes, now());
        merge(&mut page.1, committed.stamped);
    }

    fn status(to: Option<Status>) -> Change {
        Change {
            key: RecordKey::status(&"a".into()),
            from: None,
            to: to.map(Record::Status),
        }
    }

    /// The file of a page, with a text and with cold snapshots that cannot be read.
    fn file_with(
        page: &(Repository<Memory>, Held),
        text: Option<(&str, &str)>,
        unreadable: &[(String, String)],
    ) -> Vec<u8> {
        let mut writer = Writer::begin(Vec::new(), now()).unwrap();
        for (scope, records) in &page.1 {
            writer.records(scope, records).unwrap();
        }
        for key in page.0.storage().keys().unwrap() {
            let value = page.0.storage().get(&key).unwrap().unwrap();
            writer.stored(&key, &value).unwrap();
        }
        let mut writer = writer.texts().unwrap();
        if let Some((sha256, text)) = text {
            writer.text(sha256, text).unwrap();
        }
        writer.finish(unreadable).unwrap()
    }

    fn file_of(page: &(Repository<Memory>, Held)) -> Vec<u8> {
        file_with(page, None, &[])
    }

    #[test]
    fn settings_texts_and_what_cannot_be_read_are_in_the_file() {
        let key = Key::Snapshot(Some("a".into())).to_string();
        let storage: Memory = [
            (key.clone(), "not ours".to_owned()),
            ("somebody else's".to_owned(), "x".to_owned()),
        ]
        .into_iter()
        .collect();
        let mut page = opened(storage, 1);
        page.0.set_setting("reviewer", "Ada").unwrap();
        commit(&mut page, &[status(Some(Status::Done))]);
        let unreadable = [(Key::Snapshot(Some("b".into())).to_string(), "nor this".to_owned())];
        let file = file_with(&page, Some(("abc", "a text")), &unreadable);
        assert!(recognises(&file));
        let file = String::from_utf8(file).unwrap();
        assert!(file.contains("\"hearsay/quarantine/snapshot/article/a\":\"not ours\""));
        assert!(!file.contains("somebody else's"));
        assert!(file.contains("\"hearsay/snapshot/article/b\":\"nor this\""));
        let rescue = Rescue::read(file.as_bytes()).unwrap();
        assert_eq!(rescue.setting("reviewer"), Some("Ada"));
        assert_eq!(rescue.texts["abc"], "a text");
        assert_eq!(rescue.records[&Some("a".into())].status(), Status::Done);
    }

    #[test]
    fn snapshots_that_were_moved_to_the_database_are_read() {
        let mut page = opened(Memory::default(), 1);
        commit(&mut page, &[status(Some(Status::Done))]);
        page.0.fold(|scope| page.1.get(scope), now(), usize::MAX).unwrap();
        let moved = page.0.cool(&Some("a".into()), None).unwrap().unwrap();
        let file = serde_json::json!({
            "format": FORMAT, "version": 1, "database": { "snapshots": { moved.key: moved.value } },
        });
        let rescue = Rescue::read(file.to_string().as_bytes()).unwrap();
        assert_eq!(rescue.records, page.1);
    }

    #[test]
    fn raw_storage_is_read_and_what_is_damaged_is_told() {
        let file = br#"{"format":"hearsay-rescue","version":1,
            "local_storage":{"hearsay/snapshot/corpus":"1:00000000:{}","hearsay/log/x":[55296]},
            "database":{"log":{},"texts":{"abc":[1]}}}"#;
        let rescue = Rescue::read(file).unwrap();
        assert_eq!((rescue.findings.len(), rescue.texts.len()), (1, 0));
    }

    #[test]
    fn other_files_are_refused_in_words() {
        for (file, words) in [
            ("{}", "no rescue file"),
            (r#"{"format":"x","version":1}"#, "`format` is \"x\""),
            (r#"{"format":"hearsay-rescue","version":2}"#, "version 2"),
        ] {
            let error = Rescue::read(file.as_bytes()).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn the_later_edit_counts_wherever_it_was_made() {
        let mut here = opened(Memory::default(), 1);
        commit(&mut here, &[status(Some(Status::InProgress))]);
        let earlier = Rescue::read(&file_of(&here)).unwrap();
        commit(&mut here, &[status(Some(Status::Done))]);
        assert!(earlier.changes(|scope| here.1.get(scope)).is_empty());
        let later = Rescue::read(&file_of(&here)).unwrap();
        let mut there = opened(Memory::default(), 2);
        commit(&mut there, &[status(None)]);
        let changes = later.changes(|scope| there.1.get(scope));
        assert_eq!(changes.changes()[0].to, Some(Record::Status(Status::Done)));
    }

    proptest! {
        #[test]
        fn what_was_written_is_taken_in_the_same_and_only_once(
            changes in prop::collection::vec(sample::change(), 0..12),
        ) {
            let mut here = opened(Memory::default(), 1);
            for (key, to) in changes {
                commit(&mut here, &[Change { key, from: None, to }]);
            }
            let rescue = Rescue::read(&file_of(&here)).unwrap();
            prop_assert_eq!(&rescue.records, &here.1);
            let mut there = opened(Memory::default(), 2);
            let transaction = rescue.changes(|scope| there.1.get(scope));
            there.0.observe(rescue.latest());
            commit(&mut there, transaction.changes());
            for (scope, records) in &here.1 {
                for (kind, id, version) in records.versions() {
                    let taken = there.1.get(scope).and_then(|there| there.get(kind, id));
                    prop_assert_eq!(taken, version.record.as_ref());
                }
            }
            prop_assert!(rescue.changes(|scope| there.1.get(scope)).is_empty());
            commit(&mut there, &[status(None)]);
            prop_assert!(rescue.changes(|scope| there.1.get(scope)).is_empty());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), key in ".{0,20}", value in ".{0,20}") {
            let _ = Rescue::read(&bytes);
            let file = serde_json::json!({
                "format": FORMAT, "version": 1, "local_storage": { key.clone(): value.clone() }, "database": { "log": { key: value } },
            });
            let _ = Rescue::read(file.to_string().as_bytes());
        }
    }
}
