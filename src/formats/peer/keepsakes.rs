//! What was kept for us in a peer's file of an article's annotations and relations, found again by what the file
//! still says of them.

use super::super::kept::{KeptArticle, KeptSpan};
use super::{EntrySpan, key_of};
use crate::core::id::RecordId;
use crate::core::record::{Relation, RelationKind};
use std::collections::HashMap;

/// The place of a span in a file, and its label.
type Words = (u32, u32, String);

/// What was kept for us of an article's annotations and relations, each to be taken once.
#[derive(Default)]
pub(super) struct Keepsakes {
    spans: Vec<Option<KeptSpan>>,
    by_key: HashMap<String, usize>,
    by_words: HashMap<Words, Vec<usize>>,
    words: HashMap<RecordId, Words>,
    relations: Vec<Option<(RecordId, Relation)>>,
    by_ends: HashMap<(RelationKind, RecordId, RecordId), Vec<usize>>,
    by_words_of_ends: HashMap<(RelationKind, Words, Words), Vec<usize>>,
}

impl Keepsakes {
    pub(super) fn of(kept: Option<KeptArticle>) -> Self {
        let mut keepsakes = Self::default();
        let Some(kept) = kept else {
            return keepsakes;
        };
        // Those alike are taken from the end of a list, so the last goes in first.
        for (number, span) in kept.annotations.iter().enumerate().rev() {
            let words = (span.start, span.end, span.label.clone());
            keepsakes.by_key.insert(key_of(&span.id), number);
            keepsakes.by_words.entry(words.clone()).or_default().push(number);
            keepsakes.words.insert(span.id.clone(), words);
        }
        for (number, (_, kind, from, to)) in kept.relations.iter().enumerate().rev() {
            let ends = (*kind, from.clone(), to.clone());
            keepsakes.by_ends.entry(ends).or_default().push(number);
            if let Some((from, to)) = keepsakes.words.get(from).zip(keepsakes.words.get(to)) {
                let words = (*kind, from.clone(), to.clone());
                keepsakes.by_words_of_ends.entry(words).or_default().push(number);
            }
        }
        keepsakes.spans = kept.annotations.into_iter().map(Some).collect();
        keepsakes.relations = kept
            .relations
            .into_iter()
            .map(|(id, kind, from, to)| Some((id, Relation { kind, from, to })))
            .collect();
        keepsakes
    }

    /// The annotation that the span was: the one that the file names, or one with the same place and label.
    pub(super) fn take(&mut self, told: &EntrySpan) -> Option<KeptSpan> {
        let named = told.key.as_ref().and_then(|key| self.by_key.get(key));
        if let Some(ours) = named.and_then(|&number| self.spans[number].take()) {
            return Some(ours);
        }
        let alike = self.by_words.get_mut(&(told.start, told.end, told.label.clone()));
        take_last(&mut self.spans, alike)
    }

    /// All relations that nobody has taken.
    pub(super) fn relations(self) -> impl Iterator<Item = (RecordId, Relation)> {
        self.relations.into_iter().flatten()
    }

    /// The relation of this kind between these two.
    pub(super) fn take_relation(&mut self, relation: &Relation) -> Option<(RecordId, Relation)> {
        let ends = (relation.kind, relation.from.clone(), relation.to.clone());
        take_last(&mut self.relations, self.by_ends.get_mut(&ends))
    }

    /// A relation of this kind between two that have the words and the labels of these two.
    pub(super) fn take_relation_alike(&mut self, relation: &Relation) -> Option<(RecordId, Relation)> {
        let words = |id| self.words.get(id).cloned();
        let words = (relation.kind, words(&relation.from)?, words(&relation.to)?);
        take_last(&mut self.relations, self.by_words_of_ends.get_mut(&words))
    }
}

/// Takes the last of `numbers` that nobody has taken.
fn take_last<T>(things: &mut [Option<T>], numbers: Option<&mut Vec<usize>>) -> Option<T> {
    let numbers = numbers?;
    while let Some(number) = numbers.pop() {
        if let Some(thing) = things[number].take() {
            return Some(thing);
        }
    }
    None
}
