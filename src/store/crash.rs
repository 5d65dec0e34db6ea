//! Sessions of several pages that stop at every single write, and are opened again.
//!
//! The storage of a session keeps a journal of its writes, so what stood on the disk at any moment can be put
//! together again: a page that dies at a moment leaves the writes before it, less some of the last ones where
//! the browser dies with it, and the database as it was: the twin, and the snapshots that were moved there.

use super::key::{Key, Scope};
use super::{KeyValue, Memory, Opened, Repository, StorageError};
use crate::core::id::{RecordId, WriterId};
use crate::core::record::{Annotation, Fields, Origin, Record, RecordKey, RecordKind, Status};
use crate::core::records::{Records, Stamp, StampedChange};
use crate::core::text::Span;
use crate::core::timestamp::Timestamp;
use crate::core::transaction::Change;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How much of the last writes, in milliseconds, a browser that dies may take with it.
const LOST: i64 = 59_000;

/// Generated sessions, histories and flaky sessions. Each can be raised for a long run.
const SESSIONS: u32 = 1100;
const FLAKY_SESSIONS: u32 = 400;
const HISTORIES: u32 = 1000;
/// How many cuts the sessions must come to.
const CUTS: usize = 100_000;

/// Storage that keeps a journal, and can be told to refuse writes.
#[derive(Default)]
struct Disk {
    now: Memory,
    journal: RefCell<Vec<Write>>,
    clock: Cell<i64>,
    /// Writes to be refused from now on.
    refuse: Cell<usize>,
    /// What another page does before the write that comes after so many.
    meanwhile: RefCell<Option<Meanwhile>>,
}

type Meanwhile = (usize, Box<dyn FnOnce()>);

struct Write {
    at: i64,
    key: String,
    value: Option<String>,
}

impl Disk {
    fn write(&self, key: &str, value: Option<&str>) -> Result<(), StorageError> {
        let due = {
            let mut meanwhile = self.meanwhile.borrow_mut();
            match meanwhile.as_mut() {
                Some((0, _)) => meanwhile.take(),
                Some((left, _)) => {
                    *left -= 1;
                    None
                }
                None => None,
            }
        };
        if let Some((_, work)) = due {
            work();
        }
        if let Some(left) = self.refuse.get().checked_sub(1) {
            self.refuse.set(left);
            return Err(match left % 3 {
                0 => StorageError::Full,
                1 => StorageError::Denied,
                _ => StorageError::Failed("no".into()),
            });
        }
        self.journal.borrow_mut().push(Write {
            at: self.clock.get(),
            key: key.into(),
            value: value.map(Into::into),
        });
        Ok(())
    }

    fn len(&self) -> usize {
        self.journal.borrow().len()
    }
}

impl KeyValue for Disk {
    fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.now.get(key)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.write(key, Some(value))?;
        self.now.set(key, value)
    }

    fn remove(&self, key: &str) -> Result<(), StorageError> {
        self.write(key, None)?;
        self.now.remove(key)
    }

    fn keys(&self) -> Result<Vec<String>, StorageError> {
        self.now.keys()
    }
}

struct Page {
    repository: Repository<Rc<Disk>>,
    memory: BTreeMap<Scope, Records>,
    /// How much of the journal it has heard of.
    heard: usize,
}

impl Page {
    fn take(&mut self, changes: Vec<StampedChange>) {
        for StampedChange { key, stamp, record } in changes {
            self.memory
                .entry(key.article)
                .or_default()
                .merge(key.kind, key.id, stamp, record);
        }
    }
}

/// What may happen in a session; the first number names the page.
#[derive(Clone, Debug)]
enum Act {
    Commit(usize, Vec<(RecordKey, Option<Record>)>),
    Fold(usize),
    Hear(usize),
    Prune(usize),
    /// A page moves some snapshots, the longest untouched, to the database.
    Move(usize, usize),
    Reopen(usize),
    Wait(i64),
    Refuse(usize),
}

/// How many changes a fold takes in, by any number: all of them by 0, else all or few.
fn most(any: usize) -> usize {
    [usize::MAX, 1, 3][any % 3]
}

fn small_change() -> impl Strategy<Value = (RecordKey, Option<Record>)> {
    let annotation = (0..3_usize, 1..90_usize).prop_map(|(start, len)| Annotation {
        label: "claim".into(),
        span: Span::new(start, start + len).unwrap(),
        attributes: Fields::new(),
        note: None,
        annotator: "quiet-heron-42".into(),
        created: Timestamp::from_millis(1_795_262_400_000),
        updated: Timestamp::from_millis(1_795_262_400_000),
        origin: Origin::Human,
    });
    let scope = prop_oneof![Just(None), Just(Some("a".into())), Just(Some("b / c".into()))];
    (scope, 0..3_u8, prop::option::weighted(0.8, annotation)).prop_map(|(article, id, annotation)| {
        let (kind, id, record) = match id {
            0 => (RecordKind::Status, "".into(), Some(Record::Status(Status::Done))),
            id => {
                let id = RecordId::new_v7(1_795_262_400_000, &[id; 10]);
                (RecordKind::Annotation, id, annotation.map(Record::Annotation))
            }
        };
        (RecordKey { article, kind, id }, record)
    })
}

fn act() -> impl Strategy<Value = Act> {
    let page = 0..3_usize;
    let changes = prop::collection::btree_map(0..2_u8, small_change(), 1..3)
        .prop_map(|changes| changes.into_values().collect());
    prop_oneof![
        8 => (page.clone(), changes).prop_map(|(page, changes)| Act::Commit(page, changes)),
        3 => page.clone().prop_map(Act::Fold),
        3 => page.clone().prop_map(Act::Hear),
        2 => page.clone().prop_map(Act::Prune),
        2 => (page.clone(), 0..400_usize).prop_map(|(page, left)| Act::Move(page, left)),
        1 => page.prop_map(Act::Reopen),
        3 => prop_oneof![0..5_000_i64, 30_000..70_000_i64].prop_map(Act::Wait),
    ]
}

fn flaky_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => act().prop_filter("a page that is reopened forgets what was pending", |act| {
            !matches!(act, Act::Reopen(_))
        }),
        1 => (1..6_usize).prop_map(Act::Refuse),
    ]
}

/// A moment of a session: how far journal, twin, commits and clock were.
#[derive(Clone, Copy)]
struct Moment {
    writes: usize,
    twin: usize,
    cold: usize,
    commits: usize,
    clock: i64,
}

struct Commit {
    key: String,
    stamped: Vec<StampedChange>,
    /// How long the journal was when it was written; `None` where it was refused.
    writes: Option<usize>,
}

type Truth<'a> = BTreeMap<Stamp, (&'a RecordKey, &'a Option<Record>)>;

struct Session {
    disk: Rc<Disk>,
    pages: Vec<Page>,
    writers: u64,
    commits: Vec<Commit>,
    /// What was put into the twin (a value) and taken out, in order.
    twin: Events,
    /// The snapshots that were put into the database, in order.
    cold: Events,
    /// The moments in the middle of the last act.
    between: Vec<Moment>,
}

/// Values that were put under keys, or taken out, in order.
type Events = Vec<(String, Option<String>)>;

impl Session {
    fn new(pages: usize) -> Self {
        let mut session = Self {
            disk: Rc::default(),
            pages: Vec::new(),
            writers: 0,
            commits: Vec::new(),
            twin: Vec::new(),
            cold: Vec::new(),
            between: Vec::new(),
        };
        session.disk.clock.set(1_795_262_400_000);
        for _ in 0..pages {
            let page = session.opened();
            session.pages.push(page);
        }
        session
    }

    fn opened(&mut self) -> Page {
        self.writers += 1;
        // Falling, so that the later page does not always win.
        let writer = WriterId(1000 - self.writers);
        let twin = after(&self.twin);
        let (mut repository, mut opened) = Repository::open(self.disk.clone(), writer, BTreeMap::new(), twin);
        read_cold(&mut repository, &mut opened, &self.cold);
        assert_eq!(opened.findings, []);
        Page {
            repository,
            memory: opened.records,
            heard: self.disk.len(),
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            writes: self.disk.len(),
            twin: self.twin.len(),
            cold: self.cold.len(),
            commits: self.commits.len(),
            clock: self.disk.clock.get(),
        }
    }

    fn act(&mut self, act: Act) {
        let now = Timestamp::from_millis(self.disk.clock.get());
        let count = self.pages.len();
        match act {
            Act::Commit(page, changes) => {
                let page = &mut self.pages[page % count];
                let mut seen = BTreeSet::new();
                let changes: Vec<Change> = changes
                    .into_iter()
                    .filter(|(key, _)| seen.insert(key.clone()))
                    .map(|(key, to)| Change { key, from: None, to })
                    .collect();
                let committed = page.repository.commit(&changes, now);
                page.take(committed.stamped.clone());
                self.twin.push((committed.key.clone(), Some(committed.value)));
                self.commits.push(Commit {
                    key: committed.key,
                    stamped: committed.stamped,
                    writes: committed.written.is_ok().then(|| self.disk.len()),
                });
            }
            Act::Fold(page) => {
                let Page {
                    repository, memory, ..
                } = &mut self.pages[page % count];
                let before = self.disk.refuse.get();
                let most = most(page);
                let folded = repository.fold(|scope| memory.get(scope), now, most);
                assert_eq!(folded.is_err(), self.disk.refuse.get() < before);
            }
            Act::Hear(page) => {
                let page = &mut self.pages[page % count];
                let journal = self.disk.journal.borrow();
                for write in &journal[page.heard..] {
                    if let Some(value) = &write.value {
                        let changes = page.repository.receive(&write.key, value).unwrap();
                        page.take(changes);
                    }
                }
                page.heard = journal.len();
            }
            Act::Prune(page) => {
                let repository = &mut self.pages[page % count].repository;
                let keys = repository.prunable(now, usize::MAX);
                repository.pruned(keys.iter().map(String::as_str));
                self.twin.extend(keys.into_iter().map(|key| (key, None)));
            }
            Act::Move(page, left) => self.move_snapshots(page % count, left),
            Act::Reopen(page) => self.pages[page % count] = self.opened(),
            Act::Wait(millis) => self.disk.clock.set(self.disk.clock.get() + millis),
            Act::Refuse(writes) => self.disk.refuse.set(writes),
        }
    }

    /// Lets a page move snapshots to the database until at most `left` bytes of them are in storage.
    fn move_snapshots(&mut self, page: usize, left: usize) {
        let there = after(&self.cold);
        let repository = &mut self.pages[page].repository;
        for scope in repository.vanished().unwrap() {
            if there.contains_key(&Key::Snapshot(scope.clone()).to_string()) {
                repository.moved([scope]);
            }
        }
        let moves: Vec<_> = repository
            .coldest_but(left, left)
            .iter()
            .filter_map(|scope| {
                let key = Key::Snapshot(scope.clone()).to_string();
                repository
                    .cool(scope, there.get(&key).map(String::as_str))
                    .unwrap()
            })
            .collect();
        let put = moves
            .iter()
            .map(|cooling| (cooling.key.clone(), Some(cooling.value.clone())));
        self.cold.extend(put);
        // All are there, and none is gone from storage.
        self.between.push(self.moment());
        for cooling in &moves {
            // One that cannot be taken out of storage stands in both places.
            let _ = self.pages[page].repository.cooled(cooling, Some(&cooling.value));
            self.between.push(self.moment());
        }
    }

    /// Lets a page fold while the other one of two folds too, in between its writes.
    fn race(&mut self, page: usize, after: usize) {
        let now = Timestamp::from_millis(self.disk.clock.get());
        let most = most(after);
        let fold = move |page: &mut Page| {
            let Page {
                repository, memory, ..
            } = page;
            repository.fold(|scope| memory.get(scope), now, most)
        };
        let other = Rc::new(RefCell::new(self.pages.remove(1 - page)));
        let meanwhile = {
            let other = other.clone();
            // It may be in the way of the other one, and tries again at another time.
            move || drop(fold(&mut other.borrow_mut()))
        };
        self.disk.meanwhile.replace(Some((after, Box::new(meanwhile))));
        let _ = fold(&mut self.pages[0]);
        self.disk.meanwhile.take();
        let other = Rc::into_inner(other).unwrap().into_inner();
        self.pages.insert(1 - page, other);
    }

    /// What stood on the disk after each number of writes.
    fn disks(&self) -> Vec<BTreeMap<String, String>> {
        let mut disks = vec![BTreeMap::new()];
        for write in self.disk.journal.borrow().iter() {
            let mut disk = disks[disks.len() - 1].clone();
            match &write.value {
                Some(value) => disk.insert(write.key.clone(), value.clone()),
                None => disk.remove(&write.key),
            };
            disks.push(disk);
        }
        disks
    }

    /// What stands on the disk.
    fn storage(&self) -> BTreeMap<String, String> {
        let keys = self.disk.keys().unwrap();
        keys.into_iter()
            .filter_map(|key| self.disk.get(&key).unwrap().map(|value| (key, value)))
            .collect()
    }

    /// The fewest writes that a browser that dies at `moment` leaves.
    fn left_at(&self, moment: Moment) -> usize {
        self.disk.journal.borrow()[..moment.writes].partition_point(|write| write.at <= moment.clock - LOST)
    }

    /// Everything that was ever committed, to see that nothing was made up.
    fn truth(&self) -> Truth<'_> {
        self.commits
            .iter()
            .flat_map(|commit| &commit.stamped)
            .map(|change| (change.stamp, (&change.key, &change.record)))
            .collect()
    }

    /// Opens `storage`, `twin` and `cold` and sees that `saved` is there, and nothing that never was.
    fn check<'a>(
        truth: &Truth<'_>,
        storage: BTreeMap<String, String>,
        twin: &[(String, Option<String>)],
        cold: &[(String, Option<String>)],
        saved: impl Iterator<Item = &'a Commit>,
        then_fold: bool,
    ) {
        let storage: Rc<Memory> = Rc::new(storage.into_iter().collect());
        let (mut repository, mut opened) =
            Repository::open(storage.clone(), WriterId(1), BTreeMap::new(), after(twin));
        read_cold(&mut repository, &mut opened, cold);
        assert_eq!(opened.findings, []);
        let mut latest = 0;
        for (scope, records) in &opened.records {
            for (kind, id, version) in records.versions() {
                let key = RecordKey {
                    article: scope.clone(),
                    kind,
                    id: id.clone(),
                };
                assert_eq!(truth.get(&version.stamp), Some(&(&key, &version.record)));
                latest = latest.max(version.stamp.time);
            }
            assert_eq!(
                records.annotations().count(),
                records.of_kind(RecordKind::Annotation).count()
            );
        }
        let stamps: BTreeMap<(&Scope, RecordKind, &RecordId), Stamp> = opened
            .records
            .iter()
            .flat_map(|(scope, records)| {
                records
                    .versions()
                    .map(move |(kind, id, version)| ((scope, kind, id), version.stamp))
            })
            .collect();
        for commit in saved {
            for StampedChange { key, stamp, .. } in &commit.stamped {
                let found = stamps.get(&(&key.article, key.kind, &key.id));
                assert!(
                    found.is_some_and(|found| found >= stamp),
                    "lost {key:?} of {}",
                    commit.key
                );
            }
        }
        if !then_fold {
            return;
        }
        repository
            .fold(|_| None, Timestamp::from_millis(0), usize::MAX)
            .unwrap();
        assert!(
            storage
                .keys()
                .unwrap()
                .iter()
                .all(|key| matches!(Key::parse(key), Some(Key::Snapshot(_))))
        );
        let (mut repository, mut again) = Repository::open(storage, WriterId(2), BTreeMap::new(), []);
        read_cold(&mut repository, &mut again, cold);
        assert_eq!(again.records, opened.records);
        let status = Change {
            key: RecordKey::status(&"a".into()),
            from: None,
            to: None,
        };
        let stamp = repository.commit(&[status], Timestamp::from_millis(0)).stamped[0].stamp;
        assert!(stamp.time > latest);
    }
}

/// What is there after events.
fn after(events: &[(String, Option<String>)]) -> BTreeMap<String, String> {
    let mut there = BTreeMap::new();
    for (key, value) in events {
        match value {
            Some(value) => there.insert(key.clone(), value.clone()),
            None => there.remove(key),
        };
    }
    there
}

/// Reads the snapshots in the database, as the page does at start.
fn read_cold<K: KeyValue>(
    repository: &mut Repository<K>,
    opened: &mut Opened,
    events: &[(String, Option<String>)],
) {
    for (key, value) in after(events) {
        let Some(Key::Snapshot(scope)) = Key::parse(&key) else {
            panic!("{key} is no snapshot's");
        };
        match repository.read_cold(&scope, &value) {
            Ok(records) => opened.absorb(scope, records),
            Err(finding) => opened.findings.push(finding),
        }
    }
}

fn run<T: std::fmt::Debug>(cases: u32, strategy: impl Strategy<Value = T>, test: impl Fn(T)) {
    let config = ProptestConfig {
        cases,
        source_file: Some(file!()),
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&strategy, |value| {
        test(value);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn no_cut_loses_an_edit_that_was_saved() {
    let cuts = Cell::new(0);
    let session = (1..4_usize, prop::collection::vec(act(), 1..60));
    run(SESSIONS, session, |(pages, acts)| {
        let mut session = Session::new(pages);
        let mut moments = Vec::new();
        for act in acts {
            let before = session.moment();
            session.act(act);
            let after = session.moment();
            let between = std::mem::take(&mut session.between);
            if between.is_empty() {
                moments.extend((before.writes + 1..=after.writes).map(|writes| Moment { writes, ..before }));
            }
            moments.extend(between);
            moments.push(after);
        }
        let (truth, disks) = (session.truth(), session.disks());
        for (number, &moment) in moments.iter().enumerate() {
            let then_fold = number % 8 == 0;
            let cold = &session.cold[..moment.cold];
            // The page dies: local storage has everything that has not moved, and is enough without the twin.
            let written = session
                .commits
                .iter()
                .filter(|commit| commit.writes.is_some_and(|writes| writes <= moment.writes));
            Session::check(
                &truth,
                disks[moment.writes].clone(),
                &[],
                cold,
                written,
                then_fold,
            );
            // The browser dies: local storage loses its last writes, all or some.
            let least = session.left_at(moment);
            for writes in BTreeSet::from([least, (least + moment.writes) / 2]) {
                let saved = session.commits[..moment.commits].iter();
                let twin = &session.twin[..moment.twin];
                Session::check(&truth, disks[writes].clone(), twin, cold, saved, then_fold);
                cuts.set(cuts.get() + 1);
            }
            cuts.set(cuts.get() + 1);
        }
    });
    assert!(cuts.get() >= CUTS, "only {} cuts were tried", cuts.get());
}

#[test]
fn writes_that_fail_lose_nothing_and_are_made_up_for() {
    let session = (1..4_usize, prop::collection::vec(flaky_act(), 1..40));
    run(FLAKY_SESSIONS, session, |(pages, acts)| {
        let mut session = Session::new(pages);
        for act in acts {
            session.act(act);
            let pending: BTreeSet<String> = session
                .pages
                .iter()
                .flat_map(|page| page.repository.pending())
                .map(|pending| pending.key.clone())
                .collect();
            let saved = session
                .commits
                .iter()
                .filter(|commit| !pending.contains(&commit.key));
            let cold = &session.cold;
            Session::check(&session.truth(), session.storage(), &[], cold, saved, false);
        }
        session.disk.refuse.set(0);
        for page in &mut session.pages {
            assert_eq!(page.repository.retry_pending(), Ok(()));
        }
        Session::check(
            &session.truth(),
            session.storage(),
            &[],
            &session.cold,
            session.commits.iter(),
            true,
        );
    });
}

#[test]
fn a_storage_that_stops_for_good_keeps_what_it_had() {
    let session = prop::collection::vec(act(), 1..25);
    run(FLAKY_SESSIONS / 10, session, |acts| {
        let mut whole = Session::new(2);
        acts.iter().cloned().for_each(|act| whole.act(act));
        for stop in 0..=whole.disk.len() {
            let mut session = Session::new(2);
            for act in &acts {
                let room = stop - session.disk.len();
                if matches!(act, Act::Reopen(_)) && room == 0 {
                    break;
                }
                session.act(act.clone());
                if session.disk.len() >= stop {
                    session.disk.refuse.set(usize::MAX);
                }
                if session.disk.len() > stop {
                    break;
                }
            }
            let pending: BTreeSet<&String> = session
                .pages
                .iter()
                .flat_map(|page| page.repository.pending())
                .map(|pending| &pending.key)
                .collect();
            let saved = session
                .commits
                .iter()
                .filter(|commit| !pending.contains(&commit.key));
            let cold = &session.cold;
            Session::check(&session.truth(), session.storage(), &[], cold, saved, false);
            let all = session.commits.iter();
            let (twin, cold) = (&session.twin, &session.cold);
            Session::check(&session.truth(), session.storage(), twin, cold, all, false);
        }
    });
}

#[test]
fn two_pages_that_fold_at_once_lose_nothing_that_the_twin_does_not_hold() {
    let acts = prop::collection::vec((act(), prop::option::weighted(0.7, 0..6_usize)), 1..60);
    run(FLAKY_SESSIONS, acts, |acts| {
        let mut session = Session::new(2);
        for (act, after) in acts {
            match (act, after) {
                (Act::Fold(page), Some(after)) => session.race(page % 2, after),
                (act, _) => session.act(act),
            }
            let all = session.commits.iter();
            let (twin, cold) = (&session.twin, &session.cold);
            Session::check(&session.truth(), session.storage(), twin, cold, all, false);
        }
    });
}

#[test]
fn histories_of_five_writers_converge_in_any_order_with_repeats() {
    let history = (
        prop::collection::vec((0..5_usize, small_change(), any::<bool>()), 1..25),
        prop::collection::vec(any::<prop::sample::Index>(), 0..60),
    );
    run(HISTORIES, history, |(acts, order)| {
        // Five profiles that share nothing but the entries that are passed on.
        let mut sessions: Vec<Session> = (0..5)
            .map(|number| {
                let mut session = Session::new(0);
                session.writers = number * 10;
                let page = session.opened();
                session.pages.push(page);
                session
            })
            .collect();
        let mut entries: Vec<(String, String)> = Vec::new();
        for (at, change, hear) in acts {
            if hear && let Some((key, value)) = entries.last() {
                let page = &mut sessions[at].pages[0];
                let changes = page.repository.receive(key, value).unwrap();
                page.take(changes);
            }
            sessions[at].act(Act::Commit(0, vec![change]));
            let (key, value) = sessions[at].twin.last().cloned().unwrap();
            entries.extend(value.map(|value| (key, value)));
        }
        let repeats = order
            .iter()
            .map(|index| entries[index.index(entries.len())].clone());
        let shuffled: Vec<_> = repeats.chain(entries.iter().rev().cloned()).collect();
        for (number, session) in sessions.iter_mut().enumerate() {
            let page = &mut session.pages[0];
            for (key, value) in shuffled.iter().cycle().skip(number * 7).take(shuffled.len()) {
                let changes = page.repository.receive(key, value).unwrap();
                page.take(changes);
            }
        }
        let (_, opened) = Repository::open(Memory::default(), WriterId(1), BTreeMap::new(), entries);
        for session in &mut sessions {
            assert_eq!(session.pages[0].memory, opened.records);
            session.act(Act::Fold(0));
            let (_, folded) = Repository::open(session.disk.clone(), WriterId(1), BTreeMap::new(), []);
            assert_eq!(folded.records, opened.records);
        }
    });
}
