//! The records of one article, or of the corpus as a whole, as a last-writer-wins map.
//!
//! Each record carries the [`Stamp`] of the change that made it what it is; a removal leaves its stamp behind.
//! Of two changes to one record the one with the later stamp counts, so any set of changes gives the same
//! records in whatever order, and however often, they arrive. That one rule serves tabs, the two stores,
//! replay at start, and merges of files.

use super::id::{LabelId, RecordId, WriterId};
use super::order;
use super::record::{
    Annotation, Fields, Record, RecordKey, RecordKind, Region, RegionKind, Relation, Status,
};
use super::span_set::{Entry, SpanSet};
use super::text::{ByteOffset, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// When a change was made, in Lamport time, and by whom. No two changes share one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// Lamport time: one more than the latest that the writer had seen.
    pub time: u64,
    /// Who wrote it. Decides between changes of one time.
    pub writer: WriterId,
}

impl Stamp {
    /// Earlier than every change of a writer: what the page itself brings along.
    pub const SUPPLIED: Self = Self {
        time: 0,
        writer: WriterId(0),
    };
}

/// A change as it is stored and passed on: what the record became, and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StampedChange {
    /// Which record.
    #[serde(flatten)]
    pub key: RecordKey,
    /// When, and by whom.
    #[serde(rename = "s")]
    pub stamp: Stamp,
    /// What it became; `None` where it was removed.
    #[serde(rename = "r")]
    pub record: Option<Record>,
}

/// A record, or the trace of one that was removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Versioned {
    /// The change that made it what it is.
    pub stamp: Stamp,
    /// What it is; `None` where it was removed.
    pub record: Option<Record>,
}

/// The records of one article, or those of the corpus as a whole.
#[derive(Clone, Debug, Default)]
pub struct Records {
    map: BTreeMap<(RecordKind, RecordId), Versioned>,
    /// Invariant: the spans of all annotations in `map` that are not removed.
    spans: SpanSet<RecordId>,
}

impl FromIterator<(RecordKind, RecordId, Versioned)> for Records {
    /// Built at once, which takes less time than one change after the other, and less room. Of several versions of
    /// one record the last counts.
    fn from_iter<T: IntoIterator<Item = (RecordKind, RecordId, Versioned)>>(versions: T) -> Self {
        let map: BTreeMap<_, _> = versions
            .into_iter()
            .map(|(kind, id, version)| ((kind, id), version))
            .collect();
        let spans = map
            .iter()
            .filter(|((kind, _), _)| *kind == RecordKind::Annotation)
            .filter_map(|((_, id), version)| Some((version.record.as_ref()?.span()?, id.clone())))
            .collect();
        Self { map, spans }
    }
}

impl Records {
    /// Whether there are no records, and none that were removed.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Merges all that `others` hold, as [`Records::merge`] does. Costs as much as the smaller of the two takes.
    pub fn absorb(&mut self, mut others: Self) {
        if self.map.len() < others.map.len() {
            std::mem::swap(self, &mut others);
        }
        for ((kind, id), Versioned { stamp, record }) in others.map {
            self.merge(kind, id, stamp, record);
        }
    }

    /// Whether `change`, of one of these records, or a later one of that record has been taken in.
    pub fn covers(&self, change: &StampedChange) -> bool {
        self.stamp(change.key.kind, &change.key.id) >= Some(change.stamp)
    }

    /// Takes in what one change made of its record, unless a later change has come before. Returns whether the
    /// record is now another than it was.
    pub fn merge(&mut self, kind: RecordKind, id: RecordId, stamp: Stamp, record: Option<Record>) -> bool {
        let before = self.map.get(&(kind, id.clone()));
        if before.is_some_and(|before| before.stamp >= stamp) {
            return false;
        }
        let before = before.and_then(|before| before.record.as_ref());
        if before == record.as_ref() {
            self.map.insert((kind, id), Versioned { stamp, record });
            return false;
        }
        let old = before
            .filter(|_| kind == RecordKind::Annotation)
            .and_then(Record::span);
        let new = record
            .as_ref()
            .filter(|_| kind == RecordKind::Annotation)
            .and_then(Record::span);
        if old != new {
            if let Some(span) = old {
                self.spans.remove(span, &id);
            }
            if let Some(span) = new {
                self.spans.insert(span, id.clone());
            }
        }
        self.map.insert((kind, id), Versioned { stamp, record });
        true
    }

    /// The record of `kind` with `id`; `None` where there is none, or none any more.
    pub fn get(&self, kind: RecordKind, id: &RecordId) -> Option<&Record> {
        self.map.get(&(kind, id.clone()))?.record.as_ref()
    }

    /// When the record of `kind` with `id` became what it is, or was removed; `None` where there never was one.
    pub fn stamp(&self, kind: RecordKind, id: &RecordId) -> Option<Stamp> {
        Some(self.map.get(&(kind, id.clone()))?.stamp)
    }

    /// The record that `key` names, taking its article for granted.
    pub fn get_key(&self, key: &RecordKey) -> Option<&Record> {
        self.get(key.kind, &key.id)
    }

    /// The annotation with `id`.
    pub fn annotation(&self, id: &RecordId) -> Option<&Annotation> {
        match self.get(RecordKind::Annotation, id)? {
            Record::Annotation(annotation) => Some(annotation),
            _ => None,
        }
    }

    /// The spans of the annotations, in reading order.
    pub fn spans(&self) -> &SpanSet<RecordId> {
        &self.spans
    }

    /// The annotations in reading order.
    pub fn annotations(&self) -> impl Iterator<Item = (&RecordId, &Annotation)> {
        self.spans
            .iter()
            .filter_map(|entry| Some((&entry.id, self.annotation(&entry.id)?)))
    }

    /// The regions in reading order.
    pub fn regions(&self) -> Vec<(&RecordId, Region)> {
        let mut regions: Vec<_> = self
            .of_kind(RecordKind::Region)
            .filter_map(|(id, record)| match record {
                Record::Region(region) => Some((id, *region)),
                _ => None,
            })
            .collect();
        order::sort_by_key(&mut regions, |(_, region)| region.span);
        regions
    }

    /// The annotations that count in statistics, in reading order: those that no region covers wholly.
    pub fn counted(&self) -> impl Iterator<Item = (&RecordId, &Annotation)> {
        let mut regions = self.regions().into_iter().peekable();
        let mut reach = ByteOffset::default();
        self.annotations().filter(move |(_, annotation)| {
            // The furthest end of the regions that begin at the annotation's start or before.
            while let Some((_, region)) =
                regions.next_if(|(_, region)| region.span.start() <= annotation.span.start())
            {
                reach = reach.max(region.span.end());
            }
            annotation.span.end() > reach
        })
    }

    /// How many annotations count in statistics ([`Records::counted`]), without going through all of them.
    pub fn counted_len(&self) -> usize {
        let mut covered: Vec<_> = self
            .regions()
            .iter()
            .flat_map(|(_, region)| {
                let inside = |entry: &&Entry<RecordId>| region.span.contains(entry.span);
                self.spans.overlapping(region.span).filter(inside)
            })
            .map(|entry| &entry.id)
            .collect();
        order::sort(&mut covered);
        covered.dedup();
        self.spans.len() - covered.len()
    }

    /// How many annotations of each label count in statistics ([`Records::counted`]), by label.
    pub fn counts_by_label(&self) -> Vec<(&LabelId, usize)> {
        let mut labels: Vec<_> = self.counted().map(|(_, annotation)| &annotation.label).collect();
        order::sort(&mut labels);
        labels
            .chunk_by(|a, b| a == b)
            .map(|same| (same[0], same.len()))
            .collect()
    }

    /// The kind of the region that covers all of `span`; `None` where none does.
    pub fn region_over(&self, span: Span) -> Option<RegionKind> {
        self.regions()
            .into_iter()
            .find(|(_, region)| region.span.contains(span))
            .map(|(_, region)| region.kind)
    }

    /// The relations, by id.
    pub fn relations(&self) -> impl Iterator<Item = (&RecordId, &Relation)> {
        self.of_kind(RecordKind::Relation)
            .filter_map(|(id, record)| match record {
                Record::Relation(relation) => Some((id, relation)),
                _ => None,
            })
    }

    /// How far the work is; not started where nobody has said.
    pub fn status(&self) -> Status {
        match self.get(RecordKind::Status, &"".into()) {
            Some(Record::Status(status)) => *status,
            _ => Status::NotStarted,
        }
    }

    /// The records of one kind, by id.
    pub fn of_kind(&self, kind: RecordKind) -> impl Iterator<Item = (&RecordId, &Record)> {
        // No id sorts before the nil UUID.
        let first = (kind, RecordId::from("00000000-0000-0000-0000-000000000000"));
        self.map
            .range(first..)
            .take_while(move |((of, _), _)| *of == kind)
            .filter_map(|((_, id), versioned)| Some((id, versioned.record.as_ref()?)))
    }

    /// The fields about the article as a whole, by name.
    pub fn fields(&self) -> Fields {
        self.of_kind(RecordKind::Field)
            .filter_map(|(name, record)| match record {
                Record::Field(value) => Some((name.to_string(), value.clone())),
                _ => None,
            })
            .collect()
    }

    /// Everything, removed records and all, by kind and id.
    pub fn versions(&self) -> impl Iterator<Item = (RecordKind, &RecordId, &Versioned)> {
        self.map
            .iter()
            .map(|((kind, id), versioned)| (*kind, id, versioned))
    }

    /// The latest Lamport time among the records; 0 where there are none.
    pub fn latest(&self) -> u64 {
        self.map
            .values()
            .map(|versioned| versioned.stamp.time)
            .max()
            .unwrap_or_default()
    }
}

impl PartialEq for Records {
    fn eq(&self, other: &Self) -> bool {
        self.map == other.map
    }
}

impl Eq for Records {}

#[cfg(test)]
mod tests {
    use super::super::record::{Fields, Origin};
    use super::super::timestamp::Timestamp;
    use super::*;
    use proptest::prelude::*;

    fn stamp(time: u64, writer: u64) -> Stamp {
        Stamp {
            time,
            writer: WriterId(writer),
        }
    }

    fn status(status: Status) -> Option<Record> {
        Some(Record::Status(status))
    }

    #[test]
    fn the_later_stamp_wins_in_either_order() {
        for flip in [false, true] {
            let mut changes = vec![
                (stamp(1, 9), status(Status::InProgress)),
                (stamp(2, 1), status(Status::Done)),
            ];
            if flip {
                changes.reverse();
            }
            let mut records = Records::default();
            for (stamp, record) in changes {
                records.merge(RecordKind::Status, "".into(), stamp, record);
            }
            assert_eq!(records.status(), Status::Done);
        }
    }

    #[test]
    fn a_removal_is_not_undone_by_an_earlier_change_that_comes_late() {
        let mut records = Records::default();
        records.merge(RecordKind::Status, "".into(), stamp(2, 1), None);
        assert!(!records.merge(RecordKind::Status, "".into(), stamp(1, 1), status(Status::Done)));
        assert_eq!(records.get(RecordKind::Status, &"".into()), None);
    }

    #[test]
    fn records_of_one_kind_are_found_whatever_form_their_ids_have() {
        let mut records = Records::default();
        for id in ["00000000-0000-0000-0000-000000000000", "", "c1"] {
            records.merge(
                RecordKind::Field,
                id.into(),
                stamp(1, 1),
                Some(Record::Field(id.into())),
            );
        }
        records.merge(RecordKind::Status, "".into(), stamp(1, 1), status(Status::Done));
        assert_eq!(records.of_kind(RecordKind::Field).count(), 3);
        assert_eq!(records.of_kind(RecordKind::Region).count(), 0);
    }

    fn labelled(label: &str, span: Span) -> Record {
        Record::Annotation(Annotation {
            label: label.into(),
            span,
            attributes: Fields::new(),
            note: None,
            annotator: "quiet-heron".into(),
            created: Timestamp::from_millis(0),
            updated: Timestamp::from_millis(0),
            origin: Origin::Human,
        })
    }

    proptest! {
        #[test]
        fn an_annotation_counts_unless_some_region_covers_it(
            spans in prop::collection::vec((0..30_usize, 1..12_usize, 0..3_usize), 0..40)
        ) {
            let mut records = Records::default();
            for (number, &(start, length, what)) in spans.iter().enumerate() {
                let span = Span::new(start, start + length).unwrap();
                let record = match what {
                    0 => Record::Region(Region { kind: RegionKind::Junk, span }),
                    1 => labelled("claim", span),
                    _ => labelled("unverified", span),
                };
                let id = number.to_string().as_str().into();
                records.merge(record.kind(), id, stamp(1, 1), Some(record));
            }
            prop_assert_eq!(records.counted_len(), records.counted().count());
            for label in ["claim", "unverified"] {
                let naive = records
                    .annotations()
                    .filter(|(_, annotation)| annotation.label == label.into())
                    .filter(|(_, annotation)| records.region_over(annotation.span).is_none())
                    .count();
                let counted = records
                    .counts_by_label()
                    .into_iter()
                    .find(|(of, _)| **of == label.into())
                    .map_or(0, |(_, count)| count);
                prop_assert_eq!(counted, naive);
            }
        }

    }

    proptest! {
        #[test]
        fn records_built_at_once_or_absorbed_are_those_merged_one_by_one(
            changes in prop::collection::vec((1..6_u64, 0..8_usize, 0..20_usize, 1..9_usize, any::<bool>()), 0..40),
            cut in any::<prop::sample::Index>(),
        ) {
            let versions: Vec<_> = changes
                .iter()
                .enumerate()
                .map(|(number, &(time, id, start, length, is_removed))| {
                    let record = labelled("claim", Span::new(start, start + length).unwrap());
                    let id = RecordId::from(id.to_string().as_str());
                    let stamp = stamp(time, number as u64);
                    let record = (!is_removed).then_some(record);
                    (RecordKind::Annotation, id, Versioned { stamp, record })
                })
                .collect();
            let mut merged = Records::default();
            for (kind, id, Versioned { stamp, record }) in versions.clone() {
                merged.merge(kind, id, stamp, record);
            }
            let cut = cut.index(versions.len() + 1);
            let halves = [&versions[..cut], &versions[cut..]].map(|half| {
                let mut half = half.to_vec();
                half.sort_by_key(|(.., version)| version.stamp);
                half.into_iter().collect::<Records>()
            });
            let [mut one, mut other] = halves.clone();
            one.absorb(halves[1].clone());
            other.absorb(halves[0].clone());
            for built in [one, other] {
                prop_assert_eq!(&built, &merged);
                prop_assert_eq!(built.spans().iter().collect::<Vec<_>>(), merged.spans().iter().collect::<Vec<_>>());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]

        #[test]
        fn merging_is_commutative_associative_and_idempotent(
            changes in prop::collection::vec((0..6_u64, 0..5_u64, 0..4_u8), 0..16).prop_shuffle(),
            repeats in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            // A stamp names one change of a record, so a stamp decides what the change says.
            let of = |&(time, writer, id): &(u64, u64, u8)| {
                let says = (time * 7 + writer * 3 + u64::from(id)) % 4;
                let record = (says > 0).then(|| Record::Field(says.into()));
                (RecordKind::Field, RecordId::from(id.to_string().as_str()), stamp(time + 1, writer), record)
            };
            let mut sorted = changes.clone();
            sorted.sort();
            let mut straight = Records::default();
            for (kind, id, stamp, record) in sorted.iter().map(of) {
                straight.merge(kind, id, stamp, record);
            }
            let mut shuffled = Records::default();
            for (kind, id, stamp, record) in changes.iter().map(of) {
                shuffled.merge(kind, id, stamp, record);
            }
            if !changes.is_empty() {
                for index in repeats {
                    let (kind, id, stamp, record) = of(&changes[index.index(changes.len())]);
                    prop_assert!(!shuffled.merge(kind, id, stamp, record));
                }
            }
            prop_assert_eq!(straight, shuffled);
        }
    }
}
