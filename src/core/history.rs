//! Undo and redo.
//!
//! A history is two stacks of transactions. Undoing takes the latest, applies its inverse and keeps it to be
//! redone; a new edit clears what could be redone. The transactions hold whole records, so a step is undone
//! exactly, whatever came between.
//!
//! Limitations
//! - A step keeps only what nobody else has changed since: where a record is no longer as the step left it (an
//!   edit of another tab, say), that record stays as it is, and the others are taken back.
//! - Only the last [`DEPTH`] steps are kept, and none outlives the page.

use super::record::{Record, RecordKey};
use super::transaction::Transaction;
use std::collections::VecDeque;

/// How many steps can be taken back.
pub const DEPTH: usize = 1000;

/// What was done, and what was taken back.
#[derive(Debug, Default)]
pub struct History {
    done: VecDeque<Transaction>,
    undone: Vec<Transaction>,
}

impl History {
    /// Notes a new edit.
    pub fn push(&mut self, transaction: Transaction) {
        self.undone.clear();
        self.done.push_back(transaction);
        if self.done.len() > DEPTH {
            self.done.pop_front();
        }
    }

    /// Takes the latest step back: the transaction to apply, without what has changed since according to
    /// `current`. `None` where there is nothing to take back.
    pub fn undo<'r>(&mut self, current: impl Fn(&RecordKey) -> Option<&'r Record>) -> Option<Transaction> {
        let step = self.done.pop_back()?;
        let inverse = step.inverted();
        self.undone.push(step);
        Some(inverse.filtered(|change| current(&change.key) == change.from.as_ref()))
    }

    /// Does again what was taken back last; as [`History::undo`].
    pub fn redo<'r>(&mut self, current: impl Fn(&RecordKey) -> Option<&'r Record>) -> Option<Transaction> {
        let step = self.undone.pop()?;
        self.done.push_back(step.clone());
        Some(step.filtered(|change| current(&change.key) == change.from.as_ref()))
    }

    /// The name of the step that [`History::undo`] would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.done.back().map(Transaction::name)
    }

    /// The name of the step that [`History::redo`] would do again.
    pub fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(Transaction::name)
    }
}

#[cfg(test)]
mod tests {
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
