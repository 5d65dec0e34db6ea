use super::*;
use crate::core::record::{Record, RecordKey, RecordKind, Status};
use crate::store::{Memory, envelope, sample};
use std::collections::BTreeSet;
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

/// Everything in a page's storage that it cannot read, key and value.
fn unreadable(page: &Repository<Rc<Memory>>) -> Vec<(String, String)> {
    let keys = page.storage().keys().unwrap().into_iter();
    keys.filter_map(|key| Some((key.clone(), page.unreadable(&key).unwrap()?)))
        .collect()
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
fn folds_settle_all_entries_though_the_first_has_found_everything_in_memory() {
    let storage = Rc::new(Memory::default());
    let (mut page, mut memory) = open(&storage, 1);
    let mut keys = Vec::new();
    // An import of more than one fold takes in: some entries go on with the article of the one before.
    for pair in [["a", "b"], ["b", "c"], ["c", "d"], ["d", "d"]] {
        let changes = pair.map(|article| status(article, Status::Done));
        let committed = page.commit_apart(&changes, at(0));
        keys.push(committed.key);
        memory.take(committed.stamped);
    }
    loop {
        let memory = |scope: &Scope| memory.records.get(scope);
        let folded = page.fold(memory, at(0), 1).unwrap();
        if folded.is_complete {
            break;
        }
        assert!(folded.settled > 0, "the page folds no more: {folded:?}");
    }
    assert_eq!(page.prunable(at(60), usize::MAX), keys);
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
    assert_eq!(page.prunable(at(1000), usize::MAX), NOTHING.map(|(key, _)| key));
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
    let aside = unreadable(&page);
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
    assert_eq!(unreadable(&page).len(), 3);
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
    assert_eq!(page.prunable(at(1000), usize::MAX), [""; 0]);

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
    assert_eq!(page.prunable(at(1000), usize::MAX), [""; 0]);
    page.fold(no_memory, at(1000), usize::MAX).unwrap();
    assert_eq!(page.prunable(at(1059), usize::MAX), [""; 0]);
    assert_eq!(page.prunable(at(1060), usize::MAX), [key.as_str()]);
    page.pruned([key.as_str()]);
    assert_eq!(page.prunable(at(2000), usize::MAX), [""; 0]);
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
    assert_eq!(page.prunable(at(100), usize::MAX), [key.as_str()]);

    storage.remove(&snapshot_key("a")).unwrap();
    assert_eq!(
        (page.prunable(at(100), usize::MAX).len(), page.unfolded()),
        (0, 1)
    );
    page.fold(no_memory, at(100), usize::MAX).unwrap();
    assert_eq!(status_of(&open(&storage, 3).1, "a"), Status::Done);
    assert_eq!(
        (
            page.prunable(at(159), usize::MAX).len(),
            page.prunable(at(160), usize::MAX).len()
        ),
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
    assert_eq!(page.prunable(at(60), usize::MAX), [later.key.as_str()]);
    assert_eq!(page.prunable(at(90), usize::MAX).len(), 2);
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
        unreadable(&page),
        [("hearsay/quarantine/settings/x".into(), "damaged".into())]
    );
    storage.set(key, &newer(key)).unwrap();
    assert_eq!(page.set_setting("x", "z"), Err(StorageError::Newer(2)));
    assert_eq!(storage.get(key).unwrap(), Some(newer(key)));
}

/// Moves the snapshots of `scopes` to `database`, as the page does.
fn move_to(
    database: &mut BTreeMap<String, String>,
    page: &mut Repository<Rc<Memory>>,
    scopes: Vec<Scope>,
) -> usize {
    let cooling = |scope: &Scope| {
        let key = Key::Snapshot(scope.clone()).to_string();
        page.cool(scope, database.get(&key).map(String::as_str)).unwrap()
    };
    let moves: Vec<Cooling> = scopes.iter().filter_map(cooling).collect();
    database.extend(
        moves
            .iter()
            .map(|cooling| (cooling.key.clone(), cooling.value.clone())),
    );
    let gone = moves.iter().filter(|cooling| {
        let found = database.get(&cooling.key).map(String::as_str);
        page.cooled(cooling, found).unwrap()
    });
    gone.count()
}

/// What a page shows that opens `storage` and `database`.
fn shown(storage: &Rc<Memory>, database: &BTreeMap<String, String>) -> BTreeMap<Scope, Records> {
    let (mut page, mut opened) = open(storage, 99);
    assert_eq!(opened.findings, []);
    for (key, value) in database {
        let Some(Key::Snapshot(scope)) = Key::parse(key) else {
            panic!("{key} is no snapshot's");
        };
        let records = page.read_cold(&scope, value).unwrap();
        opened.absorb(scope, records);
    }
    opened.records
}

fn done(page: &mut Repository<Rc<Memory>>, articles: &[&str]) {
    for article in articles {
        page.commit(&[status(article, Status::Done)], at(0));
    }
    page.fold(no_memory, at(0), usize::MAX).unwrap();
}

#[test]
fn while_there_is_room_nothing_moves_and_then_the_longest_untouched_does() {
    let storage = Rc::new(Memory::default());
    let (mut page, _) = open(&storage, 1);
    done(&mut page, &["b", "c", "a", "d"]);
    let each = snapshot_key("a").len() + storage.get(&snapshot_key("a")).unwrap().unwrap().len();
    let scopes = |names: &[&str]| -> Vec<Scope> { names.iter().map(|&name| Some(name.into())).collect() };
    assert_eq!(page.coldest_but(each * 4, 0), scopes(&[]));
    assert_eq!(page.coldest_but(each * 4 - 1, each * 2), scopes(&["b", "c"]));
    // What is edited anew is no longer the longest untouched, and waits for its fold.
    page.commit(&[status("b", Status::InProgress)], at(1));
    assert_eq!(page.coldest_but(0, each * 2), scopes(&["c", "a"]));
    // A page that is opened later judges alike.
    assert_eq!(open(&storage, 2).0.coldest_but(0, each * 2), scopes(&["c", "a"]));
}

#[test]
fn a_snapshot_that_moves_is_there_at_every_moment_of_the_move() {
    let storage = Rc::new(Memory::default());
    let (mut page, _) = open(&storage, 1);
    done(&mut page, &["a", "b"]);
    let whole = shown(&storage, &BTreeMap::new());
    let cooling = page.cool(&Some("a".into()), None).unwrap().unwrap();
    let database = BTreeMap::from([(cooling.key.clone(), cooling.value.clone())]);
    assert_eq!(
        shown(&storage, &database),
        whole,
        "written, and not yet taken out of storage"
    );
    assert_eq!(page.cooled(&cooling, Some(&cooling.value)), Ok(true));
    assert_eq!(storage.keys().unwrap(), [snapshot_key("b")]);
    assert_eq!(shown(&storage, &database), whole);
    assert_eq!(
        page.fold(no_memory, at(9), usize::MAX).unwrap().snapshots,
        0,
        "it does not come back by itself"
    );
    assert_eq!(page.vanished(), Ok(vec![]));
}

#[test]
fn a_snapshot_stays_where_the_database_has_not_got_it_or_storage_has_got_another() {
    let storage = Rc::new(Memory::default());
    let (mut page, _) = open(&storage, 1);
    done(&mut page, &["a"]);
    let cooling = page.cool(&Some("a".into()), None).unwrap().unwrap();
    assert_eq!(page.cooled(&cooling, None), Ok(false));
    assert_eq!(page.cooled(&cooling, Some("something else")), Ok(false));
    page.commit(&[status("a", Status::InProgress)], at(1));
    page.fold(no_memory, at(1), usize::MAX).unwrap();
    assert_eq!(page.cooled(&cooling, Some(&cooling.value)), Ok(false));
    assert_eq!(storage.keys().unwrap(), [snapshot_key("a")]);
}

#[test]
fn an_article_that_is_edited_after_its_move_is_whole_and_moves_again() {
    let storage = Rc::new(Memory::default());
    let mut database = BTreeMap::new();
    let (mut page, _) = open(&storage, 1);
    let topic = |words: &str| Change {
        key: RecordKey::of_article(&"a".into(), RecordKind::Field, "topic".into()),
        from: None,
        to: Some(Record::Field(words.into())),
    };
    page.commit(&[status("a", Status::Done), topic("fire")], at(0));
    page.fold(no_memory, at(0), usize::MAX).unwrap();
    assert_eq!(move_to(&mut database, &mut page, vec![Some("a".into())]), 1);
    // A page that has not read the cold one yet folds what little it knows.
    page.commit(&[topic("flood")], at(1));
    page.fold(no_memory, at(1), usize::MAX).unwrap();
    let whole = shown(&storage, &database);
    let records = &whole[&Some("a".into())];
    assert_eq!(records.status(), Status::Done);
    assert_eq!(records.fields()["topic"], "flood");
    assert_eq!(move_to(&mut database, &mut page, vec![Some("a".into())]), 1);
    assert_eq!(storage.units(), 0);
    assert_eq!(shown(&storage, &database), whole);
}

#[test]
fn a_cold_snapshot_that_cannot_be_read_is_never_written_over() {
    let storage = Rc::new(Memory::default());
    let (mut page, _) = open(&storage, 1);
    done(&mut page, &["a", "b"]);
    for value in ["damaged".to_owned(), newer(&snapshot_key("a"))] {
        let scope = Some("a".into());
        assert!(page.read_cold(&scope, &value).is_err());
        assert_eq!(page.coldest_but(0, 0), [Some("b".into())]);
        assert!(page.cool(&scope, Some(&value)).is_err());
    }
    assert!(page.is_read_only(&Some("a".into())));
}

#[test]
fn the_twin_is_pruned_of_what_has_moved_and_by_the_page_that_moved_it() {
    let storage = Rc::new(Memory::default());
    let (mut page, _) = open(&storage, 1);
    let committed = page.commit(&[status("a", Status::Done), status("b", Status::Done)], at(0));
    let (mut other, _) = open(&storage, 2);
    page.fold(no_memory, at(0), usize::MAX).unwrap();
    other.fold(no_memory, at(0), usize::MAX).unwrap();
    let mut database = BTreeMap::new();
    move_to(&mut database, &mut page, vec![Some("a".into())]);
    assert_eq!(other.vanished(), Ok(vec![Some("a".into())]));
    other.moved([Some("a".into())]);
    assert_eq!(other.prunable(at(60), usize::MAX), [""; 0]);
    assert_eq!(other.fold(no_memory, at(60), usize::MAX).unwrap().snapshots, 0);
    assert_eq!(page.prunable(at(60), 0), [""; 0]);
    assert_eq!(page.prunable(at(60), 1), [committed.key.as_str()]);
}

#[test]
fn cold_snapshots_that_went_with_the_database_are_written_to_storage_from_memory() {
    let storage = Rc::new(Memory::default());
    let (mut page, _) = open(&storage, 1);
    done(&mut page, &["a", "b", "c"]);
    let mut database = BTreeMap::new();
    move_to(&mut database, &mut page, vec![Some("a".into()), Some("b".into())]);
    let memory = shown(&storage, &database);
    page.lost_cold(&BTreeSet::from([Some("a".into())]));
    page.fold(|scope| memory.get(scope), at(1), usize::MAX).unwrap();
    assert_eq!(page.stored(), Ok(vec![Some("b".into()), Some("c".into())]));
}

#[test]
fn a_write_that_finds_no_room_has_half_of_the_snapshots_move_however_little_they_take() {
    let storage = Rc::new(Memory::default());
    let (mut page, _) = open(&storage, 1);
    done(&mut page, &["a", "b", "c", "d"]);
    assert_eq!(page.coldest(), []);
    let full: Memory = storage
        .keys()
        .unwrap()
        .into_iter()
        .map(|key| (key.clone(), storage.get(&key).unwrap().unwrap()))
        .collect();
    let storage = Rc::new(full.limited_to(storage.units()));
    let (mut page, _) = open(&storage, 2);
    let refused = page.commit(&[status("d", Status::InProgress)], at(1));
    assert_eq!(refused.written, Err(StorageError::Full));
    let mut database = BTreeMap::new();
    let coldest = page.coldest();
    assert_eq!(coldest, [Some("a".into()), Some("b".into())]);
    move_to(&mut database, &mut page, coldest);
    assert_eq!(page.retry_pending(), Ok(()));
    assert_eq!(page.coldest(), []);
}
