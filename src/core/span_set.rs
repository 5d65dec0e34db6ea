//! The annotated spans of one article, in reading order.
//!
//! A sorted list in leaves of at most 128 spans. Each leaf knows how far its spans reach, so a search for
//! the spans over a place passes by a leaf that ends before it. An edit moves at most one leaf's spans, and a
//! search looks at one number a leaf, whatever the spans' lengths and however deep they nest.

use super::order;
use super::text::{ByteOffset, Span};
use std::cmp::Reverse;

/// The most spans in a leaf. A full one is halved.
const LEAF: usize = 128;

/// One entry: a span and what it belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry<I> {
    /// Where.
    pub span: Span,
    /// Whose span it is.
    pub id: I,
}

impl<I: Ord> Entry<I> {
    /// How two entries follow each other in reading order.
    pub fn in_reading_order(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }

    /// Reading order: by start, then the longer first, then by id.
    fn order(&self) -> (ByteOffset, Reverse<ByteOffset>, &I) {
        (self.span.start(), Reverse(self.span.end()), &self.id)
    }
}

/// Invariant: not empty, sorted by [`Entry::order`], and `reach` is the largest end.
#[derive(Clone, Debug)]
struct Leaf<I> {
    entries: Vec<Entry<I>>,
    reach: ByteOffset,
}

impl<I: Ord> Leaf<I> {
    fn new(entries: Vec<Entry<I>>) -> Self {
        let reach = Self::reach_of(&entries);
        Self { entries, reach }
    }

    fn reach_of(entries: &[Entry<I>]) -> ByteOffset {
        entries
            .iter()
            .map(|entry| entry.span.end())
            .max()
            .unwrap_or_default()
    }
}

/// Spans with ids, in reading order. Spans may nest, overlap and be equal; a pair of span and id is there once.
#[derive(Clone, Debug)]
pub struct SpanSet<I> {
    leaves: Vec<Leaf<I>>,
    len: usize,
}

impl<I> Default for SpanSet<I> {
    fn default() -> Self {
        Self {
            leaves: Vec::new(),
            len: 0,
        }
    }
}

impl<I: Ord + Clone> SpanSet<I> {
    /// How many spans there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a span. `false` where the very pair is there already.
    pub fn insert(&mut self, span: Span, id: I) -> bool {
        let entry = Entry { span, id };
        if self.leaves.is_empty() {
            self.leaves.push(Leaf::new(vec![entry]));
            self.len = 1;
            return true;
        }
        let place = self.leaf_of(&entry);
        let leaf = &mut self.leaves[place];
        let Err(at) = leaf
            .entries
            .binary_search_by(|other| other.order().cmp(&entry.order()))
        else {
            return false;
        };
        leaf.reach = leaf.reach.max(span.end());
        leaf.entries.insert(at, entry);
        self.len += 1;
        if leaf.entries.len() > LEAF {
            let tail = leaf.entries.split_off(LEAF / 2);
            leaf.reach = Leaf::reach_of(&leaf.entries);
            self.leaves.insert(place + 1, Leaf::new(tail));
        }
        true
    }

    /// Takes a span out. `false` where that pair is not there.
    pub fn remove(&mut self, span: Span, id: &I) -> bool {
        let entry = Entry { span, id: id.clone() };
        if self.leaves.is_empty() {
            return false;
        }
        let place = self.leaf_of(&entry);
        let leaf = &mut self.leaves[place];
        let Ok(at) = leaf
            .entries
            .binary_search_by(|other| other.order().cmp(&entry.order()))
        else {
            return false;
        };
        leaf.entries.remove(at);
        self.len -= 1;
        if leaf.entries.is_empty() {
            self.leaves.remove(place);
        } else if leaf.reach == span.end() {
            leaf.reach = Leaf::reach_of(&leaf.entries);
        }
        true
    }

    /// All spans in reading order.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<I>> {
        self.leaves.iter().flat_map(|leaf| &leaf.entries)
    }

    /// The spans that share at least one byte with `range`, in reading order.
    pub fn overlapping(&self, range: Span) -> impl Iterator<Item = &Entry<I>> {
        self.leaves
            .iter()
            .take_while(move |leaf| leaf.entries[0].span.start() < range.end())
            .filter(move |leaf| leaf.reach > range.start())
            .flat_map(|leaf| &leaf.entries)
            .filter(move |entry| entry.span.overlaps(range))
    }

    /// The spans over the character at `place`, the shortest first.
    pub fn at(&self, place: ByteOffset) -> Vec<&Entry<I>> {
        let Some(one) = Span::new(place, ByteOffset(place.0.saturating_add(1))) else {
            return Vec::new();
        };
        let mut found: Vec<_> = self.overlapping(one).collect();
        order::sort_by_key(&mut found, |entry| entry.span.byte_len());
        found
    }

    /// The span number `index` in reading order, from 0.
    pub fn nth(&self, mut index: usize) -> Option<&Entry<I>> {
        for leaf in &self.leaves {
            match leaf.entries.get(index) {
                Some(entry) => return Some(entry),
                None => index -= leaf.entries.len(),
            }
        }
        None
    }

    /// The number of a span in reading order, from 0; `None` where it is not there.
    pub fn index_of(&self, span: Span, id: &I) -> Option<usize> {
        if self.leaves.is_empty() {
            return None;
        }
        let entry = Entry { span, id: id.clone() };
        let place = self.leaf_of(&entry);
        let at = self.leaves[place]
            .entries
            .binary_search_by(|other| other.order().cmp(&entry.order()))
            .ok()?;
        let before: usize = self.leaves[..place].iter().map(|leaf| leaf.entries.len()).sum();
        Some(before + at)
    }

    /// The leaf that `entry` is in, or belongs in. There must be one.
    fn leaf_of(&self, entry: &Entry<I>) -> usize {
        self.leaves
            .partition_point(|leaf| leaf.entries[0].order() <= entry.order())
            .saturating_sub(1)
    }
}

impl<I: Ord + Clone> FromIterator<(Span, I)> for SpanSet<I> {
    fn from_iter<T: IntoIterator<Item = (Span, I)>>(spans: T) -> Self {
        let mut entries: Vec<_> = spans.into_iter().map(|(span, id)| Entry { span, id }).collect();
        order::sort_by(&mut entries, |a, b| a.order().cmp(&b.order()));
        entries.dedup();
        let len = entries.len();
        let mut leaves = Vec::with_capacity(len / (LEAF / 2) + 1);
        let mut rest = entries.into_iter();
        loop {
            let leaf: Vec<_> = rest.by_ref().take(LEAF / 2).collect();
            if leaf.is_empty() {
                return Self { leaves, len };
            }
            leaves.push(Leaf::new(leaf));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::text::marked::spans;
    use proptest::prelude::*;

    fn ids<'a>(entries: impl IntoIterator<Item = &'a Entry<usize>>) -> Vec<usize> {
        entries.into_iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn spans_over_a_place_come_smallest_first() {
        let (text, found) = spans("⟦outer ⟦middle ⟦inner⟧⟧ end⟧ ⟦after⟧");
        let set: SpanSet<usize> = found.into_iter().zip(0..).collect();
        let place = ByteOffset::from(text.find("inner").unwrap());
        assert_eq!(ids(set.at(place)), [2, 1, 0]);
        assert!(set.at(ByteOffset::from(text.find(" after").unwrap())).is_empty());
    }

    #[test]
    fn two_annotations_of_one_span_are_both_kept_but_one_pair_is_there_once() {
        let (_, found) = spans("⟦said⟧");
        let mut set = SpanSet::default();
        assert!(set.insert(found[0], 1));
        assert!(set.insert(found[0], 2));
        assert!(!set.insert(found[0], 2));
        assert_eq!(set.len(), 2);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u32, u32, u8),
        Remove(prop::sample::Index),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0..2000_u32, prop_oneof![9 => 1..60_u32, 1 => 1..2000_u32], any::<u8>())
                .prop_map(|(start, len, id)| Step::Insert(start, len, id)),
            1 => any::<prop::sample::Index>().prop_map(Step::Remove),
        ];
        prop::collection::vec(step, 0..600)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_span_set_agrees_with_a_plain_list(steps in steps(), from in 0..2000_u32, len in 1..300_u32) {
            let mut set = SpanSet::default();
            let mut list: Vec<(Span, u8)> = Vec::new();
            for step in steps {
                match step {
                    Step::Insert(start, len, id) => {
                        let span = Span::new(ByteOffset(start), ByteOffset(start + len)).unwrap();
                        let new = !list.contains(&(span, id));
                        prop_assert_eq!(set.insert(span, id), new);
                        if new {
                            list.push((span, id));
                        }
                    }
                    Step::Remove(index) if !list.is_empty() => {
                        let (span, id) = list.swap_remove(index.index(list.len()));
                        prop_assert!(set.remove(span, &id));
                        prop_assert!(!set.remove(span, &id));
                    }
                    Step::Remove(_) => {}
                }
            }
            list.sort_by_key(|&(span, id)| (span.start(), Reverse(span.end()), id));
            let all: Vec<_> = set.iter().map(|entry| (entry.span, entry.id)).collect();
            prop_assert_eq!(&all, &list);
            prop_assert_eq!(set.len(), list.len());
            for (index, &(span, id)) in list.iter().enumerate() {
                prop_assert_eq!(set.index_of(span, &id), Some(index));
                prop_assert_eq!(set.nth(index).map(|entry| (entry.span, entry.id)), Some((span, id)));
            }
            prop_assert_eq!(set.nth(list.len()), None);
            let range = Span::new(ByteOffset(from), ByteOffset(from + len)).unwrap();
            let found: Vec<_> = set.overlapping(range).map(|entry| (entry.span, entry.id)).collect();
            let expected: Vec<_> = list.iter().copied().filter(|(span, _)| span.overlaps(range)).collect();
            prop_assert_eq!(found, expected);
            let at_once: SpanSet<u8> = list.iter().copied().collect();
            prop_assert_eq!(at_once.iter().collect::<Vec<_>>(), set.iter().collect::<Vec<_>>());
        }
    }
}
