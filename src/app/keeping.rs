//! How the changes of an edit are kept: the log, its twin in the database, the other tabs, and folding.

use super::saving::SaveState;
use super::workspace::{Notice, Workspace};
use crate::browser::{clock, idle, tabs};
use crate::core::record::RecordKind;
use crate::core::transaction::Transaction;
use leptos::prelude::*;

/// How many milliseconds after a fold the log's twin is pruned: a little more than the minute after which a
/// snapshot counts as held for good.
const SETTLED: i32 = 65_000;
/// After how many milliseconds a write that failed is tried again.
const AGAIN: i32 = 5000;
/// How many entries the log may hold before it is folded.
const LOG_ENTRIES: usize = 64;

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
        if self.is_read_only(&transaction) {
            self.notice.set(Some(Notice {
                title: "This cannot be edited here".to_owned(),
                details: vec![
                    "A newer version of this page has written some of these records. Reload the page to get that \
                     version; nothing is lost."
                        .to_owned(),
                ],
                is_error: true,
            }));
            return;
        }
        let open = self.open_id();
        let committed = self.update(|desk| {
            let transaction = match &step {
                Step::Grouped(group) => desk.history.push_grouped(transaction, group),
                Step::New | Step::Repeated => transaction,
            };
            let committed = desk.repository.commit(transaction.changes(), clock::now());
            desk.merge(&committed.stamped, open.as_ref());
            if step == Step::New {
                desk.history.push(transaction);
            }
            let entry = tabs::Entry {
                key: committed.key,
                value: committed.value,
            };
            // An entry that could not be written down at all has nothing to pass on.
            if !entry.value.is_empty() && desk.database.is_some() {
                desk.writes.add(entry.clone());
            }
            desk.entries_since_fold += 1;
            entry
        });
        let Some(entry) = committed else {
            return;
        };
        self.tabs.with_value(|tabs| {
            if let Some(tabs) = tabs.as_ref().filter(|_| !entry.value.is_empty()) {
                tabs.send(&entry);
            }
        });
        self.forget_lost_selection();
        self.changed();
        leptos::task::spawn_local(self.write_twin());
        if self.with(|desk| desk.entries_since_fold >= LOG_ENTRIES) == Some(true) {
            self.fold_when_idle();
        }
    }

    /// Writes what waits to the log's twin. Where that fails it is tried again later.
    async fn write_twin(self) {
        let begun = self.update(|desk| desk.database.clone().zip(desk.writes.begin()));
        let Some((database, entries)) = begun.flatten() else {
            return;
        };
        let result = database.add_to_log(&entries).await;
        self.update(|desk| desk.writes.end(entries, result));
        self.show_save_state();
    }

    /// Tries again to write what could not be written, after a while. One try waits at a time, however many
    /// edits fail meanwhile.
    pub(super) fn save_again_later(self) {
        let is_due =
            self.update(|desk| desk.fault.is_none() && !std::mem::replace(&mut desk.awaits_retry, true));
        if is_due != Some(true) {
            return;
        }
        idle::after(AGAIN, move || {
            self.update(|desk| {
                desk.awaits_retry = false;
                // Whether it works shows in what is still pending.
                let _ = desk.repository.retry_pending();
            });
            self.show_save_state();
            leptos::task::spawn_local(self.write_twin());
        });
    }

    pub(super) fn fold_when_idle(self) {
        self.update(|desk| desk.entries_since_fold = 0);
        idle::when_idle(move || {
            idle::under_lock("hearsay-fold", move || {
                self.update(|desk| {
                    // A failure leaves the log as it is, and the next fold tries again.
                    let _ = desk
                        .repository
                        .fold(|scope| desk.records.get(scope), clock::now());
                });
                idle::after(SETTLED, move || leptos::task::spawn_local(self.prune_twin()));
            });
        });
    }

    /// Removes the twins of entries that snapshots have held for good.
    async fn prune_twin(self) {
        let found = self.update(|desk| (desk.database.clone(), desk.repository.prunable(clock::now())));
        let Some((Some(database), keys)) = found else {
            return;
        };
        if !keys.is_empty() && database.remove_from_log(&keys).await.is_ok() {
            self.update(|desk| desk.repository.pruned(keys.iter().map(String::as_str)));
        }
    }

    pub(super) fn changed(self) {
        self.show_save_state();
        self.revision.update(|revision| *revision += 1);
        self.redraws.update(|redraws| *redraws += 1);
    }

    fn show_save_state(self) {
        let state = self.with(|desk| match (desk.repository.pending().first(), &desk.fault) {
            (Some(pending), _) => SaveState::NotSaved(pending.error.to_string()),
            (None, Some(fault)) => SaveState::NotSaved(fault.clone()),
            (None, None) => desk.writes.state(),
        });
        let Some(state) = state else { return };
        if matches!(state, SaveState::NotSaved(_)) {
            self.later(move |deeds| (deeds.save_again_later)(self));
        }
        if self.save_state.get_untracked() != state {
            self.save_state.set(state);
        }
    }

    fn is_read_only(self, transaction: &Transaction) -> bool {
        self.with(|desk| {
            transaction
                .changes()
                .iter()
                .any(|change| desk.repository.is_read_only(&change.key.article))
        }) == Some(true)
    }

    /// Takes in what another tab has written.
    pub(super) fn receive(self, entry: tabs::Entry) {
        self.later(move |deeds| (deeds.receive)(self, entry));
    }

    pub(super) fn receive_now(self, entry: tabs::Entry) {
        let open = self.open_id();
        let received = self.update(|desk| {
            // What cannot be read is told of when the page is opened again and meets it in storage.
            let changes = desk
                .repository
                .receive(&entry.key, &entry.value)
                .unwrap_or_default();
            desk.merge(&changes, open.as_ref());
            let adds = changes
                .iter()
                .any(|change| change.key.kind == RecordKind::Article);
            (!changes.is_empty(), adds)
        });
        let Some((is_new, adds_article)) = received else {
            return self.early.update_value(|early| early.push(entry));
        };
        if is_new {
            self.forget_lost_selection();
            self.changed();
        }
        if adds_article {
            leptos::task::spawn_local(self.restore_missing());
        }
    }
}
