use super::*;
use crate::core::article::sha256;
use crate::core::id::WriterId;
use crate::core::record::{Record, RecordKey, Status};
use crate::core::records::{Records, StampedChange};
use crate::core::timestamp::Timestamp;
use crate::core::transaction::Change;
use crate::store::key::{Key, Scope};
use crate::store::{KeyValue, Memory, Repository, sample};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What a page works with.
type Page = (Repository<Memory>, Held);
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

fn opened(storage: Memory, writer: u64) -> Page {
    let (repository, opened) = Repository::open(storage, WriterId(writer), BTreeMap::new(), []);
    (repository, opened.records)
}

fn commit(page: &mut Page, changes: &[Change]) {
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
fn file_with(page: &Page, text: Option<(&str, &str)>, unreadable: &[(String, String)]) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), now()).unwrap();
    for (scope, records) in &page.1 {
        writer.records(scope, records).unwrap();
    }
    for (key, value) in stored(page) {
        writer.stored(&key, &value).unwrap();
    }
    let mut writer = writer.texts().unwrap();
    if let Some((hash, text)) = text {
        writer.text(hash, text).unwrap();
    }
    writer.finish(unreadable).unwrap()
}

/// What a file holds, put together from its pieces.
fn read(file: &[u8]) -> (Contents, Held, BTreeMap<String, String>) {
    let mut rescue = Rescue::read(file).unwrap();
    let (mut records, mut texts) = (Held::new(), BTreeMap::new());
    while let Some(piece) = rescue.take().unwrap() {
        records.extend(piece.records().unwrap());
        texts.extend(piece.texts);
    }
    (rescue.contents().clone(), records, texts)
}

/// What records of a file change among those held.
fn news(records: &Held, held: &Held) -> Vec<Change> {
    let each = records
        .iter()
        .flat_map(|(scope, records)| changes(scope, records, held.get(scope)));
    each.collect()
}

/// What stands in a page's storage.
fn stored(page: &Page) -> BTreeMap<String, String> {
    let storage = page.0.storage();
    let keys = storage.keys().unwrap();
    keys.into_iter()
        .map(|key| {
            let value = storage.get(&key).unwrap().unwrap();
            (key, value)
        })
        .collect()
}

fn file_of(page: &Page) -> Vec<u8> {
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
    let hash = sha256(b"a text").to_string();
    let file = file_with(&page, Some((&hash, "a text")), &unreadable);
    assert!(recognises(&file));
    let file = String::from_utf8(file).unwrap();
    assert!(file.contains("\"hearsay/quarantine/snapshot/article/a\":\"not ours\""));
    assert!(!file.contains("somebody else's"));
    assert!(file.contains("\"hearsay/snapshot/article/b\":\"nor this\""));
    let (contents, records, texts) = read(file.as_bytes());
    assert_eq!(contents.settings["reviewer"], "Ada");
    assert_eq!(texts[&hash], "a text");
    assert_eq!(records[&Some("a".into())].status(), Status::Done);
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
    let (_, records, _) = read(file.to_string().as_bytes());
    assert_eq!(records, page.1);
}

#[test]
fn raw_storage_is_read_and_what_is_damaged_is_told() {
    let file = br#"{"format":"hearsay-rescue","version":1,
        "local_storage":{"hearsay/snapshot/corpus":"1:00000000:{}","hearsay/log/x":[55296]},
        "database":{"log":{},"texts":{"abc":[1],"def":"not the text of that name"},"snapshots":{"hearsay/elsewhere":""}},
        "problems":["The database was away."]}"#;
    let (contents, records, texts) = read(file);
    assert_eq!((records.len(), texts.len()), (0, 0));
    let told = [
        "The database was away.",
        "hearsay/log/x holds half of a character",
        "hearsay/elsewhere is no key of a snapshot",
        "hearsay/snapshot/corpus is damaged",
        "abc holds half of a character",
        "The text whose SHA-256 is def is not as it was kept",
    ];
    for told in told {
        assert!(
            contents.unread.iter().any(|words| words.starts_with(told)),
            "{told}: {:?}",
            contents.unread
        );
    }
    assert_eq!(contents.unread.len(), told.len(), "{:?}", contents.unread);
}

#[test]
fn a_time_that_no_page_reaches_is_refused() {
    let mut page = opened(Memory::default(), 1);
    page.0.observe(1 << 53);
    commit(&mut page, &[status(Some(Status::Done))]);
    let error = Rescue::read(&file_of(&page)).unwrap_err();
    assert!(error.contains("latest edit has the number"), "{error}");
}

#[test]
fn two_damaged_values_never_get_one_key() {
    let mut page = opened(Memory::default(), 1);
    commit(&mut page, &[status(Some(Status::Done))]);
    let scope = Some("a".into());
    let key = Key::Snapshot(scope.clone()).to_string();
    let aside = Key::quarantine(&key, 1).to_string();
    let mut writer = Writer::begin(Vec::new(), now()).unwrap();
    writer.records(&scope, &page.1[&scope]).unwrap();
    writer.stored(&key, "damaged").unwrap();
    writer.stored(&aside, "damaged long ago").unwrap();
    let file = writer.texts().unwrap().finish(&[]).unwrap();
    let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let values = file["local_storage"].as_object().unwrap().values();
    let values: Vec<_> = values.filter_map(|value| value.as_str()).collect();
    assert!(
        values.contains(&"damaged") && values.contains(&"damaged long ago"),
        "{file}"
    );
}

#[test]
fn a_large_file_is_handed_over_in_pieces() {
    const ARTICLES: usize = 1000;
    let mut page = opened(Memory::default(), 1);
    let texts: BTreeMap<String, String> = (0..ARTICLES)
        .map(|number| number.to_string().repeat(2000))
        .map(|text| (sha256(text.as_bytes()).to_string(), text))
        .collect();
    for number in 0..ARTICLES {
        let key = RecordKey::status(&number.to_string().as_str().into());
        let to = Some(Record::Status(Status::Done));
        commit(&mut page, &[Change { key, from: None, to }]);
    }
    let file = serde_json::json!({
        "format": FORMAT, "version": 1, "local_storage": stored(&page), "database": { "texts": texts },
    });
    let mut rescue = Rescue::read(file.to_string().as_bytes()).unwrap();
    assert_eq!(rescue.contents().records, ARTICLES);
    let mut records = 0;
    while let Some(piece) = rescue.take().unwrap() {
        let scopes = piece.records().unwrap().len();
        let bytes: usize = piece.texts.iter().map(|(_, text)| text.len()).sum();
        assert!(
            scopes <= 100 && bytes <= 2_000_000,
            "{scopes} scopes, {bytes} bytes"
        );
        records += scopes;
    }
    assert_eq!(records, ARTICLES);
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
    let (_, earlier, _) = read(&file_of(&here));
    commit(&mut here, &[status(Some(Status::Done))]);
    assert!(news(&earlier, &here.1).is_empty());
    let (_, later, _) = read(&file_of(&here));
    let mut there = opened(Memory::default(), 2);
    commit(&mut there, &[status(None)]);
    let changes = news(&later, &there.1);
    assert_eq!(changes[0].to, Some(Record::Status(Status::Done)));
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
        let (contents, records, _) = read(&file_of(&here));
        prop_assert_eq!(&records, &here.1);
        let mut there = opened(Memory::default(), 2);
        there.0.observe(contents.latest);
        let brought = news(&records, &there.1);
        commit(&mut there, &brought);
        for (scope, records) in &here.1 {
            for (kind, id, version) in records.versions() {
                let taken = there.1.get(scope).and_then(|there| there.get(kind, id));
                prop_assert_eq!(taken, version.record.as_ref());
            }
        }
        prop_assert!(news(&records, &there.1).is_empty());
        commit(&mut there, &[status(None)]);
        prop_assert!(news(&records, &there.1).is_empty());
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
