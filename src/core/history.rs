//! Undo and redo.
//!
//! A history is two stacks of transactions. Undoing takes the latest, applies its inverse and keeps it to be
//! redone; a new edit clears what could be redone. The transactions hold whole records, so a step is undone
//! exactly, whatever came between.
//!
//! Edits that follow one another as keystrokes do form a group, which is one step. It ends with any other edit,
//! undo or redo. A group that comes back to where it began leaves no step behind.
//!
//! Limitations
//! - A step keeps only what nobody else has changed since: where a record is no longer as the step left it (an
//!   edit of another tab, say), that record stays as it is, and the others are taken back.
//! - Only the last [`DEPTH`] steps are kept, and none outlives the page.

use super::record::{Annotation, Record, RecordKey};
use super::transaction::{Transaction, Way};
use std::collections::VecDeque;
use std::rc::Rc;

/// How many steps can be taken back.
pub const DEPTH: usize = 1000;

/// What was done, and what was taken back.
#[derive(Debug, Default)]
pub struct History {
    done: VecDeque<Rc<Transaction>>,
    undone: Vec<Rc<Transaction>>,
    /// The group that goes on. Invariant: where there is one, the latest of `done` is its step.
    group: Option<String>,
}

impl History {
    /// Notes a new edit.
    pub fn push(&mut self, transaction: Transaction) {
        self.group = None;
        self.undone.clear();
        self.done.push_back(Rc::new(transaction));
        if self.done.len() > DEPTH {
            self.done.pop_front();
        }
    }

    /// Notes an edit that belongs to `group`, such as the note of one annotation, and returns it as it is to be
    /// applied. Where the same group goes on, its step grows by this edit; unless somebody else has changed
    /// one of its records since, when a new step begins.
    ///
    /// The edit is returned with one difference: an annotation that comes back to what it was before the group,
    /// in all but the time of the change, gets that time back too. So the group that changed nothing is gone.
    pub fn push_grouped(&mut self, transaction: Transaction, group: &str) -> Transaction {
        if transaction.is_empty() {
            return transaction;
        }
        let goes_on = self.group.as_deref() == Some(group)
            && self.done.back().is_some_and(|step| follows(step, &transaction));
        let Some(step) = goes_on.then(|| self.done.pop_back()).flatten() else {
            self.push(transaction.clone());
            self.group = Some(group.to_owned());
            return transaction;
        };
        let transaction = with_time_restored(&step, transaction);
        let step = Rc::unwrap_or_clone(step).then(transaction.clone());
        if step.is_empty() {
            self.group = None;
        } else {
            self.done.push_back(Rc::new(step));
        }
        transaction
    }

    /// Ends the group, so that the next edit of its kind is a step of its own.
    pub fn close_group(&mut self) {
        self.group = None;
    }

    /// Takes the latest step back: the transaction to apply, without what has changed since according to
    /// `current`. `None` where there is nothing to take back.
    pub fn undo<'r>(&mut self, current: impl Fn(&RecordKey) -> Option<&'r Record>) -> Option<Transaction> {
        self.group = None;
        let step = self.done.pop_back()?;
        let inverse = step.inverted();
        self.undone.push(step);
        Some(inverse.filtered(|change| current(&change.key) == change.from.as_ref()))
    }

    /// Does again what was taken back last; as [`History::undo`].
    pub fn redo<'r>(&mut self, current: impl Fn(&RecordKey) -> Option<&'r Record>) -> Option<Transaction> {
        self.group = None;
        let step = self.undone.pop()?;
        let again = (*step).clone();
        self.done.push_back(step);
        Some(again.filtered(|change| current(&change.key) == change.from.as_ref()))
    }

    /// The step that is to be taken that way next: by [`History::undo`] backward, by [`History::redo`] forward.
    pub fn next(&self, way: Way) -> Option<&Rc<Transaction>> {
        match way {
            Way::Back => self.done.back(),
            Way::Forward => self.undone.last(),
        }
    }

    /// Notes that a step was taken that way by somebody who applied it a few changes at a time. Nothing is done where
    /// it is not the next any more.
    pub fn has_taken(&mut self, step: &Rc<Transaction>, way: Way) {
        if !self.next(way).is_some_and(|next| Rc::ptr_eq(next, step)) {
            return;
        }
        self.group = None;
        match way {
            Way::Back => self.undone.extend(self.done.pop_back()),
            Way::Forward => self.done.extend(self.undone.pop()),
        }
    }

    /// The name of the step that [`History::undo`] would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.done.back().map(|step| step.name())
    }

    /// The name of the step that [`History::redo`] would do again.
    pub fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(|step| step.name())
    }

    /// The names of the steps that can be taken back, the latest first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.done.iter().rev().map(|step| step.name())
    }
}

/// Whether `next` finds the records of `step` as the step left them.
fn follows(step: &Transaction, next: &Transaction) -> bool {
    next.changes().iter().all(|change| {
        let same = step.changes().iter().find(|before| before.key == change.key);
        same.is_none_or(|before| before.to == change.from)
    })
}

/// `next`, where an annotation that it makes what it was before `step`, but for the time, is that very one.
fn with_time_restored(step: &Transaction, next: Transaction) -> Transaction {
    let changes = next.changes().iter().map(|change| {
        let first = step
            .changes()
            .iter()
            .find(|before| before.key == change.key)
            .and_then(|before| before.from.as_ref());
        let mut change = change.clone();
        if let (Some(Record::Annotation(first)), Some(Record::Annotation(last))) = (first, &mut change.to)
            && *first
                == (Annotation {
                    updated: first.updated,
                    ..last.clone()
                })
        {
            last.updated = first.updated;
        }
        change
    });
    Transaction::new(next.name(), changes)
}

#[cfg(test)]
mod tests {
    use super::super::record::{Fields, Origin};
    use super::super::text::Span;
    use super::super::timestamp::Timestamp;
    use super::super::transaction::Change;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type World = BTreeMap<RecordKey, Record>;

    fn field(name: u8) -> RecordKey {
        RecordKey::of_article(
            &"a".into(),
            super::super::record::RecordKind::Field,
            name.to_string().as_str().into(),
        )
    }

    fn set(world: &World, name: u8, value: Option<u8>) -> Transaction {
        let change = Change {
            key: field(name),
            from: world.get(&field(name)).cloned(),
            to: value.map(|value| Record::Field(value.into())),
        };
        Transaction::new(format!("set {name}"), [change])
    }

    fn apply(world: &mut World, transaction: &Transaction) {
        for change in transaction.changes() {
            match &change.to {
                Some(record) => world.insert(change.key.clone(), record.clone()),
                None => world.remove(&change.key),
            };
        }
    }

    fn edit(world: &mut World, history: &mut History, name: u8, value: Option<u8>) {
        let transaction = set(world, name, value);
        apply(world, &transaction);
        history.push(transaction);
    }

    #[test]
    fn each_step_has_a_name() {
        let (mut world, mut history) = (World::new(), History::default());
        assert_eq!((history.undo_name(), history.redo_name()), (None, None));
        edit(&mut world, &mut history, 1, Some(1));
        assert_eq!(history.undo_name(), Some("set 1"));
        history.undo(|key| world.get(key));
        assert_eq!((history.undo_name(), history.redo_name()), (None, Some("set 1")));
    }

    #[test]
    fn a_step_that_was_taken_a_few_changes_at_a_time_counts_as_any_other() {
        let (mut world, mut history) = (World::new(), History::default());
        edit(&mut world, &mut history, 1, Some(1));
        edit(&mut world, &mut history, 2, Some(2));
        let names = |history: &History| {
            let name = |name: Option<&str>| name.map(str::to_owned);
            (name(history.undo_name()), name(history.redo_name()))
        };
        for way in [Way::Back, Way::Forward] {
            let before = names(&history);
            let step = history.next(way).unwrap().clone();
            assert_eq!(names(&history), before);
            history.has_taken(&step, way);
            match way {
                Way::Back => assert_eq!(names(&history), (Some("set 1".into()), Some("set 2".into()))),
                Way::Forward => assert_eq!(names(&history), (Some("set 2".into()), None)),
            }
            // It is not the next any more.
            history.has_taken(&step, way);
            assert_ne!(names(&history), before);
        }
        assert_eq!(history.next(Way::Forward), None);
    }

    #[test]
    fn a_new_edit_forgets_what_could_be_redone() {
        let (mut world, mut history) = (World::new(), History::default());
        edit(&mut world, &mut history, 1, Some(1));
        let back = history.undo(|key| world.get(key)).unwrap();
        apply(&mut world, &back);
        edit(&mut world, &mut history, 2, Some(2));
        assert!(history.redo(|key| world.get(key)).is_none());
    }

    #[test]
    fn what_somebody_else_has_changed_since_is_left_alone() {
        let (mut world, mut history) = (World::new(), History::default());
        edit(&mut world, &mut history, 1, Some(1));
        let theirs = set(&world, 1, Some(9));
        apply(&mut world, &theirs);
        let back = history.undo(|key| world.get(key)).unwrap();
        assert!(back.is_empty());
    }

    #[test]
    fn only_the_last_thousand_steps_are_kept() {
        let (mut world, mut history) = (World::new(), History::default());
        for step in 0..DEPTH + 1 {
            edit(&mut world, &mut history, 0, Some((step % 200) as u8));
        }
        let steps = std::iter::from_fn(|| history.undo(|key| world.get(key))).count();
        assert_eq!(steps, DEPTH);
    }

    #[test]
    fn a_group_is_one_step_until_something_else_is_done() {
        let (mut world, mut history) = (World::new(), History::default());
        let type_in = |world: &mut World, history: &mut History, value: u8, group: &str| {
            let made = history.push_grouped(set(world, 1, Some(value)), group);
            apply(world, &made);
        };
        for value in 1..4 {
            type_in(&mut world, &mut history, value, "note 1");
        }
        assert_eq!(history.names().count(), 1);
        type_in(&mut world, &mut history, 4, "note 2");
        assert_eq!(history.names().count(), 2);
        history.close_group();
        type_in(&mut world, &mut history, 5, "note 2");
        assert_eq!(history.names().count(), 3);
        let back = history.undo(|key| world.get(key)).unwrap();
        apply(&mut world, &back);
        type_in(&mut world, &mut history, 6, "note 2");
        assert_eq!(history.names().count(), 3);
        edit(&mut world, &mut history, 2, Some(1));
        type_in(&mut world, &mut history, 7, "note 2");
        assert_eq!(
            history.names().collect::<Vec<_>>(),
            ["set 1", "set 2", "set 1", "set 1", "set 1"]
        );
        while let Some(back) = history.undo(|key| world.get(key)) {
            apply(&mut world, &back);
        }
        assert!(world.is_empty());
    }

    #[test]
    fn a_group_does_not_swallow_what_somebody_else_changed_meanwhile() {
        let (mut world, mut history) = (World::new(), History::default());
        let made = history.push_grouped(set(&world, 1, Some(1)), "note");
        apply(&mut world, &made);
        let theirs = set(&world, 1, Some(9));
        apply(&mut world, &theirs);
        let made = history.push_grouped(set(&world, 1, Some(2)), "note");
        apply(&mut world, &made);
        let back = history.undo(|key| world.get(key)).unwrap();
        apply(&mut world, &back);
        assert_eq!(world[&field(1)], Record::Field(9.into()));
    }

    #[test]
    fn a_group_that_comes_back_to_where_it_began_leaves_no_step_and_no_time() {
        let key = RecordKey::annotation(&"a".into(), "1".into());
        let noted = |note: Option<&str>, updated: i64| {
            Some(Record::Annotation(Annotation {
                label: "claim".into(),
                span: Span::new(0_usize, 1_usize).unwrap(),
                attributes: Fields::new(),
                note: note.map(Into::into),
                annotator: "quiet-heron".into(),
                created: Timestamp::from_millis(0),
                updated: Timestamp::from_millis(updated),
                origin: Origin::Human,
            }))
        };
        let (mut world, mut history) = (World::new(), History::default());
        world.insert(key.clone(), noted(None, 0).unwrap());
        for (time, note) in [(1, Some("a")), (2, Some("ab")), (3, None)] {
            let change = Change {
                key: key.clone(),
                from: world.get(&key).cloned(),
                to: noted(note, time),
            };
            let made = history.push_grouped(Transaction::new("edit note", [change]), "note 1");
            apply(&mut world, &made);
        }
        assert_eq!(history.undo_name(), None);
        assert_eq!(world.get(&key), noted(None, 0).as_ref());
    }

    proptest! {
        #[test]
        fn edits_undone_one_by_one_give_back_the_first_state_and_redone_the_last(
            edits in prop::collection::vec((0..5_u8, prop::option::of(0..3_u8)), 0..200)
        ) {
            let (mut world, mut history) = (World::new(), History::default());
            let first = world.clone();
            for &(name, value) in &edits {
                edit(&mut world, &mut history, name, value);
            }
            let last = world.clone();
            while let Some(back) = history.undo(|key| world.get(key)) {
                apply(&mut world, &back);
            }
            prop_assert_eq!(&world, &first);
            while let Some(again) = history.redo(|key| world.get(key)) {
                apply(&mut world, &again);
            }
            prop_assert_eq!(&world, &last);
        }
    }
}
