//! How the changes of an edit are kept: the log, its twin in the database, and folding.

use super::desk::Desk;
use super::saving::SaveState;
use super::workspace::{Notice, Workspace};
use crate::browser::database::PageDatabase;
use crate::browser::{clock, idle, tabs, viewport};
use crate::core::timestamp::Timestamp;
use crate::core::transaction::{Change, Transaction};
use crate::store::key::{Key, Scope};
use crate::store::key_value::KeyValue;
use crate::store::key_value::StorageError;
use crate::store::repository::{Committed, Cooling, Repository};
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many milliseconds after a fold the log's twin is pruned: a little more than the minute after which a
/// snapshot counts as held for good.
const SETTLED: i32 = 65_000;
/// How many milliseconds after an edit the log's twin is written: when what the edit changes is painted. A timer, since
/// a page that is hidden meanwhile has no more frames to wait for.
const PAINTED: i32 = 40;
/// After how many milliseconds a write that failed is tried again.
const AGAIN: i32 = 5000;
/// After how many milliseconds a write that has not ended is slow.
const PATIENCE: i32 = 4000;
/// How many entries the log may hold before it is folded.
const LOG_ENTRIES: usize = 64;

/// How many milliseconds after a snapshot has gone from local storage it is asked why.
const LOOK_AFTER: i32 = 500;

/// How many changes are folded at a time.
const FOLDED: usize = 500;
/// How many snapshots or texts go to the database in one transaction.
const BATCH: usize = 100;
/// How many entries are pruned from the log's twin at a time.
const PRUNED: usize = 8;
/// The lock of folds.
const FOLD: &str = "hearsay-fold";

/// One of the ways in which the repository commits.
type Commit = fn(&mut Repository<Rc<dyn KeyValue>>, &[Change], Timestamp) -> Committed;

/// What an edit is to the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A step of its own.
    New,
    /// More of the last step, if that is of the same group.
    Grouped(String),
    /// A step taken back or done again.
    Repeated,
}

impl Workspace {
    pub(super) fn commit(self, transaction: Transaction, step: Step) {
        if self.refuses(&transaction) {
            return;
        }
        let transaction = match &step {
            Step::Grouped(group) => self.update(|desk| desk.history.push_grouped(transaction, group)),
            Step::New | Step::Repeated => Some(transaction),
        };
        let Some(transaction) = transaction else { return };
        let shows_in_text = transaction.shows_in_text();
        if self.enter(transaction.changes(), Repository::commit) {
            self.update(Desk::arrange);
        }
        if step == Step::New {
            self.update(|desk| desk.history.push(transaction));
        }
        self.forget_lost_selection();
        match shows_in_text {
            true => self.changed_in_text(),
            // What is typed into a field goes on while it is kept: told later, the field would show less than was typed.
            false => self.changed(),
        }
        self.write_twin_soon();
        if self.with(|desk| desk.entries_since_fold >= LOG_ENTRIES) == Some(true) {
            self.fold_when_idle();
        }
    }

    /// Enters changes into the log as `commit` does, and into the records, and passes them on. Returns whether articles
    /// came or went, so that the library has to be arranged anew.
    pub(super) fn enter(self, changes: &[Change], commit: Commit) -> bool {
        let open = self.open_id();
        let entered = self.update(|desk| {
            let committed = commit(&mut desk.repository, changes, clock::now());
            let is_arranged = !desk.merge(&committed.stamped, open.as_ref());
            let entry = tabs::Entry {
                key: committed.key,
                value: committed.value,
            };
            // An entry that could not be written down at all has nothing to pass on.
            if !entry.value.is_empty() {
                desk.writes.add(entry.clone());
            }
            desk.entries_since_fold += 1;
            (entry, is_arranged)
        });
        let Some((entry, is_arranged)) = entered else {
            return false;
        };
        self.tabs.with_value(|tabs| {
            if let Some(tabs) = tabs.as_ref().filter(|_| !entry.value.is_empty()) {
                tabs.send(&entry);
            }
        });
        !is_arranged
    }

    /// Writes what waits to the log's twin when it holds up no frame: by then local storage has it. What local storage
    /// has no room for is written at once, and so is everything by a page that is hidden, whose timers come late.
    fn write_twin_soon(self) {
        let has_pending = self.with(|desk| !desk.repository.pending().is_empty()) == Some(true);
        if has_pending || viewport::is_hidden() {
            leptos::task::spawn_local(self.write_twin());
        } else {
            idle::after(PAINTED, move || leptos::task::spawn_local(self.write_twin()));
        }
    }

    /// Writes what waits to the log's twin. Where that fails it is tried again later.
    pub(super) async fn write_twin(self) {
        let begun = self.update(|desk| Some((desk.writes.begin()?, desk.writes.ended())));
        let Some((entries, ended)) = begun.flatten() else {
            return;
        };
        idle::after(PATIENCE, move || {
            if self.update(|desk| desk.writes.watch(ended)) == Some(true) {
                self.show_save_state();
            }
        });
        let result = self.write_entries(&entries).await;
        let is_news = !entries.is_empty();
        self.update(|desk| desk.writes.end(entries, result));
        self.show_save_state();
        if is_news {
            self.ask_to_persist_once();
            self.remind();
        }
    }

    /// Writes entries to the database, to one that is opened anew where the one at hand does not take them.
    async fn write_entries(self, entries: &[tabs::Entry]) -> Result<(), String> {
        if let Some(database) = self.with(|desk| desk.database.clone()).flatten()
            && database.add_to_log(entries).await.is_ok()
        {
            return Ok(());
        }
        self.update(|desk| desk.database = None);
        let database = PageDatabase::open(move || self.reopen_database())
            .await
            .map_err(|refusal| refusal.to_string())?;
        // It may be a new one, without the texts, or one with work of earlier visits that was not read yet.
        let texts: Vec<_> = self
            .with(|desk| {
                desk.added()
                    .map(|article| (article.sha256.to_string(), article.text.as_str().to_owned()))
                    .collect()
            })
            .unwrap_or_default();
        for texts in texts.chunks(BATCH) {
            database.add_texts(texts).await?;
        }
        let work = database.work().await.map_err(|refusal| refusal.to_string())?;
        let mut twin = work.twin;
        for keys in work.twin_left.chunks(BATCH) {
            twin.extend(database.log(keys).await?);
        }
        for (key, value) in twin {
            self.receive(tabs::Entry { key, value });
        }
        let cold = scopes(&work.cold);
        self.update(|desk| desk.repository.lost_cold(&cold));
        database.add_to_log(entries).await?;
        self.update(|desk| desk.database = Some(database));
        Ok(())
    }

    /// Opens the database again, which the browser has taken away.
    pub(super) fn reopen_database(self) {
        self.later(move |deeds| (deeds.reopen_database)(self));
    }

    pub(super) fn reopen_database_now(self) {
        let told = self.update(|desk| {
            desk.database = None;
            desk.writes.fail("it was closed".to_owned());
        });
        if told.is_some() {
            self.show_save_state();
            leptos::task::spawn_local(self.write_twin());
        }
    }

    /// Fills storage again that was cleared under the page's feet: all of it, or a snapshot, which another tab may have
    /// moved to the database instead.
    pub fn refill_storage(self, is_all: bool) {
        self.later(move |deeds| (deeds.refill_storage)(self, is_all));
    }

    pub(super) fn refill_storage_now(self, is_all: bool) {
        if is_all {
            return self.fill_storage();
        }
        // Where one snapshot moves, many do.
        let is_due = self.update(|desk| !std::mem::replace(&mut desk.awaits_look, true));
        if is_due == Some(true) {
            idle::after(LOOK_AFTER, move || {
                leptos::task::spawn_local(async move {
                    self.update(|desk| desk.awaits_look = false);
                    if self.has_lost_snapshots().await {
                        self.fill_storage();
                    }
                });
            });
        }
    }

    /// Whether snapshots are gone from local storage that are not in the database either.
    async fn has_lost_snapshots(self) -> bool {
        let has_vanished = |desk: &Desk| desk.repository.vanished().is_ok_and(|gone| !gone.is_empty());
        if self.with(has_vanished) != Some(true) {
            return false;
        }
        if let Some(database) = self.with(|desk| desk.database.clone()).flatten()
            && let Ok(work) = database.work().await
        {
            self.update(|desk| desk.repository.moved(scopes(&work.cold)));
        }
        self.with(has_vanished) == Some(true)
    }

    fn fill_storage(self) {
        idle::under_lock(FOLD, move || self.fold());
        self.fold_when_idle();
        self.keep_settings();
        leptos::task::spawn_local(async move {
            // The database is likely to have gone the same way.
            self.update(|desk| desk.writes.fail("storage was cleared".to_owned()));
            self.write_twin().await;
        });
    }

    /// What is done once the page is there: a new reviewer's name is kept, the log is folded, what is damaged is kept
    /// aside, and backups go on.
    pub(super) fn settle_in(self, damaged: Vec<(String, String)>) {
        self.keep_reviewer();
        leptos::task::spawn_local(async move {
            if !self.is_whole.get_untracked() {
                self.read_rest().await;
            }
            self.fold_when_idle();
            self.keep_aside(damaged).await;
            self.resume_backup().await;
            self.remind();
        });
    }

    /// Keeps damaged entries of the log's twin aside, where they can be downloaded, and takes them out of it.
    async fn keep_aside(self, damaged: Vec<(String, String)>) {
        for (key, value) in damaged {
            let kept = self.with(|desk| {
                desk.repository.keep_aside(&key, &value).ok()?;
                desk.database.clone()
            });
            if let Some(Some(database)) = kept {
                // What stays in it is found, and told of, at the next start.
                let _ = database.remove_from_log(&[key]).await;
            }
        }
    }

    /// Tries again to write what could not be written, after a while. One try waits at a time, however many
    /// edits fail meanwhile.
    pub(super) fn save_again_later(self) {
        let is_due =
            self.update(|desk| desk.fault.is_none() && !std::mem::replace(&mut desk.awaits_retry, true));
        if is_due != Some(true) {
            return;
        }
        let is_full = |desk: &Desk| {
            let pending = desk.repository.pending();
            pending.iter().any(|pending| pending.error == StorageError::Full)
        };
        if self.with(is_full) == Some(true) {
            self.fold_when_idle();
        }
        idle::after(AGAIN, move || {
            self.update(|desk| {
                desk.awaits_retry = false;
                desk.try_again();
            });
            self.show_save_state();
            leptos::task::spawn_local(self.write_twin());
        });
    }

    /// Folds the log into snapshots when there is time. Without locks, as on a page that did not come over a safe
    /// line, two pages may fold at once; the log's twin then holds whatever one of them loses, so it is done only
    /// where there is one.
    pub(super) fn fold_when_idle(self) {
        self.update(|desk| desk.entries_since_fold = 0);
        idle::when_idle(move || {
            if idle::has_locks() {
                idle::under_lock(FOLD, move || self.fold());
            } else if self.with(|desk| desk.database.is_some()) == Some(true) {
                leptos::task::spawn_local(self.fold());
            }
        });
    }

    /// Folds the log into snapshots, one step after the other, so that the page can do something else in between: in a
    /// large corpus each of them goes through all keys of local storage.
    async fn fold(self) {
        // Where none can be moved they all stay, and a full storage tells of itself.
        let _ = self.move_cold().await;
        idle::turn().await;
        let folded = self.update(|desk| {
            desk.repository
                .fold(|scope| desk.records.get(scope), clock::now(), FOLDED)
        });
        // It writes what was pending.
        self.show_save_state();
        // A failure leaves the log as it is, and the next fold tries again.
        if let Some(Ok(folded)) = folded
            && !folded.is_complete
            && folded.settled > 0
        {
            return self.fold_when_idle();
        }
        idle::after(SETTLED, move || leptos::task::spawn_local(self.prune_twin()));
        idle::turn().await;
        self.keep_shelf().await;
    }

    /// Moves snapshots of articles long untouched from local storage to the database, where local storage runs short.
    /// Under the lock of folds alone.
    async fn move_cold(self) -> Result<(), String> {
        let Some(database) = self.with(|desk| desk.database.clone()).flatten() else {
            return Ok(());
        };
        self.has_lost_snapshots().await;
        if !idle::has_locks() {
            return Ok(());
        }
        idle::turn().await;
        let coldest = self.with(|desk| desk.repository.coldest());
        for scopes in coldest.unwrap_or_default().chunks(BATCH) {
            let keys: Vec<_> = scopes
                .iter()
                .map(|scope| Key::Snapshot(scope.clone()).to_string())
                .collect();
            let there = database.snapshots(&keys).await?;
            let moves: Vec<Cooling> = self
                .with(|desk| {
                    // One that cannot be read, here or there, stays.
                    let cool = |(scope, cold): (_, &Option<String>)| {
                        desk.repository.cool(scope, cold.as_deref()).ok().flatten()
                    };
                    scopes.iter().zip(&there).filter_map(cool).collect()
                })
                .unwrap_or_default();
            let written: Vec<_> = moves
                .iter()
                .map(|cooling| (cooling.key.clone(), cooling.value.clone()))
                .collect();
            database.add_snapshots(&written).await?;
            let keys: Vec<_> = written.into_iter().map(|(key, _)| key).collect();
            let found = database.snapshots(&keys).await?;
            self.update(|desk| {
                for (cooling, found) in moves.iter().zip(&found) {
                    // One that cannot be taken out of local storage stands in both.
                    let _ = desk.repository.cooled(cooling, found.as_deref());
                }
            });
            idle::turn().await;
        }
        Ok(())
    }

    /// Removes the twins of entries that snapshots have held for good. A storage that lasts only as long as the page
    /// holds nothing for good.
    async fn prune_twin(self) {
        loop {
            let found = self.update(|desk| {
                let lasts = desk.fault.is_none();
                let database = desk.database.clone().filter(|_| lasts)?;
                Some((database, desk.repository.prunable(clock::now(), PRUNED)))
            });
            let Some((database, keys)) = found.flatten() else {
                return;
            };
            if keys.is_empty() || database.remove_from_log(&keys).await.is_err() {
                return;
            }
            self.update(|desk| desk.repository.pruned(keys.iter().map(String::as_str)));
        }
    }

    /// Has everything that shows records read them anew.
    pub fn changed(self) {
        self.show_save_state();
        self.revision.update(|revision| *revision += 1);
        self.redraws.update(|redraws| *redraws += 1);
    }

    /// Has the text show an edit at once, since that is where the reviewer looks, and what stands beside it once that is
    /// painted: to the lists and counts, several edits by then are one.
    fn changed_in_text(self) {
        self.show_save_state();
        self.redraws.update(|redraws| *redraws += 1);
        let is_due = self.is_revision_due;
        if is_due.try_update_value(|is_due| std::mem::replace(is_due, true)) == Some(false) {
            idle::unhurried(move || {
                is_due.try_set_value(false);
                self.revision.try_update(|revision| *revision += 1);
            });
        }
    }

    pub(super) fn show_save_state(self) {
        let state = self.with(|desk| {
            let pending = desk.repository.pending().first().map(|pending| &pending.error);
            let unkept = desk.unkept.values().map(|(_, error)| error).next();
            match (pending.or(unkept), &desk.fault) {
                (Some(error), _) => SaveState::NotSaved(error.to_string()),
                (None, Some(fault)) => SaveState::NotSaved(fault.clone()),
                (None, None) => desk.writes.state(),
            }
        });
        let Some(state) = state else { return };
        if matches!(state, SaveState::NotSaved(_)) {
            self.later(move |deeds| (deeds.save_again_later)(self));
        }
        if self.save_state.get_untracked() != state {
            self.save_state.set(state);
        }
    }

    /// Whether some of these records must not be changed here, which the reviewer is told.
    pub(super) fn refuses(self, transaction: &Transaction) -> bool {
        let is_read_only = self.with(|desk| {
            transaction
                .changes()
                .iter()
                .any(|change| desk.repository.is_read_only(&change.key.article))
        }) == Some(true);
        if is_read_only {
            self.notice.set(Some(Notice {
                title: "This cannot be edited here".to_owned(),
                details: vec![
                    "A newer version of this page has written some of these records. Reload the page to get that \
                     version; nothing is lost."
                        .to_owned(),
                ],
                is_error: true,
            }));
        }
        is_read_only
    }
}

/// The scopes of the keys of snapshots.
pub(super) fn scopes(keys: &[String]) -> BTreeSet<Scope> {
    let scope = |key: &String| match Key::parse(key) {
        Some(Key::Snapshot(scope)) => Some(scope),
        _ => None,
    };
    keys.iter().filter_map(scope).collect()
}
