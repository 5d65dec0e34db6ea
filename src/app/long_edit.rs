//! Edits of many records: what an import brings, or a label for many places, and taking that back. They are entered a few
//! records at a time, so that the page stays quick to answer, and told how far they are; where the reviewer cancels,
//! what was entered is taken back.

use super::desk::Desk;
use super::keeping::Step;
use super::workspace::Workspace;
use crate::browser::idle;
use crate::core::transaction::{Change, Transaction, Way};
use crate::core::wording::sentence;
use crate::store::repository::Repository;
use leptos::prelude::*;
use std::ops::Range;
use std::rc::Rc;

/// How many changes are entered at a time, so that the page can do something else in between.
const ENTERED: usize = 200;
/// How many rows of the list are made anew at a time.
const TIDIED: usize = 500;

/// A long edit that is under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LongEdit {
    /// What is done: "Taking back: import c.jsonl".
    pub title: String,
    /// How many records are done.
    pub done: usize,
    /// How many there are; 0 until that is known.
    pub all: usize,
    /// Whether the reviewer has cancelled it, so that what was done is being taken back.
    pub is_cancelled: bool,
}

impl LongEdit {
    fn begun(title: String, all: usize) -> Self {
        Self {
            title,
            done: 0,
            all,
            is_cancelled: false,
        }
    }
}

impl Workspace {
    /// Takes the long edit back that is under way, or does without what it waits for.
    pub fn cancel_long_edit(self) {
        if let Some(stop) = self.stop_awaited.try_update_value(Option::take).flatten() {
            stop();
        }
        self.long_edit.update(|edit| {
            if let Some(edit) = edit {
                edit.is_cancelled = true;
            }
        });
    }

    /// Shows that the records of a long edit are awaited from somewhere else. `stop` is called where the reviewer
    /// cancels, and is to end the wait.
    pub(super) fn show_awaited(self, title: String, stop: impl FnOnce() + 'static) {
        self.stop_awaited.set_value(Some(Box::new(stop)));
        self.long_edit.set(Some(LongEdit::begun(title, 0)));
    }

    /// Shows how many of the awaited records are there.
    pub(super) fn count_awaited(self, done: usize, all: usize) {
        self.long_edit.update(|edit| {
            if let Some(edit) = edit {
                (edit.done, edit.all) = (done, all);
            }
        });
    }

    /// Ends what [`Workspace::show_awaited`] shows. Returns whether the reviewer has cancelled it.
    pub(super) fn end_awaited(self) -> bool {
        self.stop_awaited.set_value(None);
        let awaited = self.long_edit.try_update(Option::take).flatten();
        awaited.is_some_and(|edit| edit.is_cancelled)
    }

    /// Commits an edit as [`Workspace::commit_many`] does, showing how far it is.
    pub(super) async fn commit_shown(self, transaction: Transaction) -> Option<usize> {
        self.show_long_edit(sentence(transaction.name()), transaction.changes().len());
        let entered = self
            .commit_many(transaction, |done| self.long_edit_goes_on(done))
            .await;
        self.long_edit.set(None);
        entered
    }

    /// Commits what an import or a label for many places brings, however much it is, as one step: past the log, which
    /// local storage would be too small for. `goes_on` is told how many changes are entered, and tells whether to go on:
    /// where not, those are taken back. What somebody else has changed since it was worked out stays as it is. Returns
    /// how many changes were made; `None` where the edit was not.
    pub(super) async fn commit_many(
        self,
        transaction: Transaction,
        goes_on: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        if !goes_on(0) || self.refuses(&transaction) {
            return None;
        }
        if !is_long(&transaction) {
            let transaction = self.with(|desk| transaction.filtered(|change| desk.is_unchanged(change)))?;
            let changes = transaction.changes().len();
            if changes > 0 {
                self.commit(transaction, Step::New);
            }
            return Some(changes);
        }
        let entered = self.enter_many(&transaction, Way::Forward, goes_on).await?;
        self.update(|desk| desk.history.push(transaction));
        Some(entered)
    }

    /// Takes the step that is to be taken that way next, where that is a long edit. Returns whether it is.
    pub(super) fn repeat_long(self, way: Way) -> bool {
        let next = self.with(|desk| desk.history.next(way).cloned()).flatten();
        let Some(step) = next.filter(|step| is_long(step)) else {
            return false;
        };
        if !self.refuses(&step) {
            leptos::task::spawn_local(self.repeat_shown(step, way));
        }
        true
    }

    async fn repeat_shown(self, step: Rc<Transaction>, way: Way) {
        let what = match way {
            Way::Back => "Taking back",
            Way::Forward => "Doing again",
        };
        let all = step.changes().len();
        self.show_long_edit(format!("{what}: {}", step.name()), all);
        let entered = self
            .enter_many(&step, way, |done| self.long_edit_goes_on(done))
            .await;
        self.long_edit.set(None);
        let Some(entered) = entered else {
            return self.announce(format!("Cancelled: {}", step.name()));
        };
        self.update(|desk| desk.history.has_taken(&step, way));
        self.tell_repeated(step.name(), way, (entered, all));
        self.go_to_repeated(&step, way);
    }

    /// Shows that an edit of so many records has begun, where that is long.
    pub(super) fn show_long_edit(self, title: String, all: usize) {
        self.long_edit
            .set((all > ENTERED).then(|| LongEdit::begun(title, all)));
    }

    /// Shows how far the long edit is. Returns whether it goes on.
    pub(super) fn long_edit_goes_on(self, done: usize) -> bool {
        self.long_edit.update(|edit| {
            if let Some(edit) = edit {
                edit.done = done;
            }
        });
        self.long_edit
            .with_untracked(|edit| edit.as_ref().is_none_or(|edit| !edit.is_cancelled))
    }

    /// Enters all changes of a step. Returns how many, without those that somebody else has changed since; `None` where
    /// it was cancelled.
    async fn enter_many(
        self,
        step: &Transaction,
        way: Way,
        goes_on: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let all = step.changes().len();
        let mut entered = 0;
        let mut done = 0;
        let mut is_wanted = true;
        while is_wanted && done < all {
            let next = all.min(done + ENTERED);
            entered += self.enter_part(step, done..next, way).await;
            done = next;
            is_wanted = goes_on(done) || done == all;
        }
        if !is_wanted {
            let taken_back = self.take_back(step, done, way).await;
            // Nothing of it need be taken out.
            self.has_imported(entered + taken_back);
        }
        self.show_in_turns().await;
        self.fold_when_idle();
        is_wanted.then_some(entered)
    }

    /// Has everything that shows records read them anew, the library a few rows at a time.
    pub(super) async fn show_in_turns(self) {
        self.update(Desk::arrange);
        while self.update(|desk| desk.tidy_shelf(TIDIED)) == Some(true) {
            idle::turn().await;
        }
        self.forget_lost_selection();
        self.changed();
    }

    /// Takes back so many of a step's changes, the last first. Returns how many changes that took.
    async fn take_back(self, step: &Transaction, mut done: usize, way: Way) -> usize {
        let title = format!("Cancelling: {}", step.name());
        self.long_edit.set(Some(LongEdit {
            title,
            done,
            all: step.changes().len(),
            is_cancelled: true,
        }));
        let mut entered = 0;
        while done > 0 {
            let next = done.saturating_sub(ENTERED);
            entered += self.enter_part(step, next..done, way.inverted()).await;
            done = next;
            self.long_edit_goes_on(done);
        }
        self.long_edit.set(None);
        entered
    }

    /// Enters those of some changes that nobody else has changed since, and tells how many these are.
    async fn enter_part(self, step: &Transaction, which: Range<usize>, way: Way) -> usize {
        let unchanged = self.with(|desk| {
            let changes = step.part(which, way);
            changes
                .filter(|change| desk.is_unchanged(change))
                .collect::<Vec<Change>>()
        });
        let changes = unchanged.unwrap_or_default();
        if !changes.is_empty() {
            let has_twin = self.with(|desk| desk.database.is_some()) == Some(true);
            self.enter(
                &changes,
                match has_twin {
                    true => Repository::commit_apart,
                    false => Repository::commit,
                },
            );
            self.show_save_state();
            leptos::task::spawn_local(self.write_twin());
        }
        idle::turn().await;
        changes.len()
    }
}

fn is_long(transaction: &Transaction) -> bool {
    transaction.changes().len() > ENTERED
}
