//! Structures for the spans of an article, one beside the other.

use std::cmp::Reverse;

use fastrand::Rng;
use hearsay::core::span_set::SpanSet;
use hearsay::core::text::{ByteOffset, Span};
use iset::IntervalMap;
use rust_lapper::{Interval, Lapper};

use crate::{Counted, counted, prose};

/// A span and its id.
pub(crate) type Spanned = (u32, u32, u32);

/// How many edits or searches are counted.
const TIMES: usize = 1_000;
/// What is in view, in bytes.
const VIEW: u32 = 3_000;
/// What a bucket holds, in bytes: the longest block.
const BUCKET: u32 = 4_096;

/// A structure that can hold the spans of an article.
pub(crate) trait Structure: Sized {
    fn build(spans: &[Spanned]) -> Self;
    fn insert(&mut self, span: Spanned);
    /// `false` where it cannot without being built anew.
    fn remove(&mut self, span: Spanned) -> bool;
    /// The ids of the spans that overlap `from..to`, added up.
    fn overlapping(&self, from: u32, to: u32) -> u64;
}

/// The name of a structure and what measures it.
type Named = (&'static str, fn(usize, bool) -> Vec<Counted>);

/// All structures by name.
pub(crate) const ALL: [Named; 5] = [
    ("sorted leaves (ours)", measure::<SpanSet<u32>>),
    ("sorted vector", measure::<SortedVector>),
    ("buckets of 4 KiB", measure::<Buckets>),
    ("interval tree (iset)", measure::<IntervalMap<u32, u32>>),
    (
        "sorted vector, longest span known (rust-lapper)",
        measure::<Lapper<u32, u32>>,
    ),
];

/// Builds, edits and searches a structure of so many spans: as in news, or `nested` in each other to the last.
fn measure<S: Structure>(count: usize, nested: bool) -> Vec<Counted> {
    let mut rng = Rng::with_seed(7);
    let length = (count * prose::BYTES_A_SPAN) as u32;
    let spans: Vec<Spanned> = (0..count as u32)
        .map(|id| {
            if nested {
                let inset = id * (prose::BYTES_A_SPAN as u32 / 2 - 1);
                (inset, length - inset, id)
            } else {
                let start = rng.u32(..length);
                (start, start + rng.u32(4..120), id)
            }
        })
        .collect();
    let places: Vec<u32> = (0..TIMES).map(|_| rng.u32(..length - VIEW)).collect();
    let new: Vec<Spanned> = places
        .iter()
        .zip(count as u32..)
        .map(|(&start, id)| (start, start + 60, id))
        .collect();

    let mut structure = counted(|| S::build(&spans));
    counted(|| {
        places
            .iter()
            .map(|&at| structure.overlapping(at, at + VIEW))
            .fold(0, u64::wrapping_add)
    });
    counted(|| new.iter().for_each(|&span| structure.insert(span)));
    let removes = counted(|| new.iter().all(|&span| structure.remove(span)));
    vec![
        Counted::new("build, a span", count),
        Counted::new("search a view", TIMES),
        Counted::new("add", TIMES),
        Counted::new("remove", if removes { TIMES } else { 0 }),
    ]
}

impl Structure for SpanSet<u32> {
    fn build(spans: &[Spanned]) -> Self {
        spans.iter().map(|&(from, to, id)| (span(from, to), id)).collect()
    }

    fn insert(&mut self, (from, to, id): Spanned) {
        Self::insert(self, span(from, to), id);
    }

    fn remove(&mut self, (from, to, id): Spanned) -> bool {
        Self::remove(self, span(from, to), &id)
    }

    fn overlapping(&self, from: u32, to: u32) -> u64 {
        Self::overlapping(self, span(from, to))
            .map(|entry| u64::from(entry.id))
            .sum()
    }
}

fn span(from: u32, to: u32) -> Span {
    Span::new(ByteOffset(from), ByteOffset(to)).expect("the spans of the measure are not empty")
}

/// Spans in reading order, and nothing else: a search looks at all that begin before its end.
struct SortedVector(Vec<(u32, Reverse<u32>, u32)>);

impl Structure for SortedVector {
    fn build(spans: &[Spanned]) -> Self {
        let mut all: Vec<_> = spans
            .iter()
            .map(|&(from, to, id)| (from, Reverse(to), id))
            .collect();
        all.sort_unstable();
        Self(all)
    }

    fn insert(&mut self, (from, to, id): Spanned) {
        let new = (from, Reverse(to), id);
        if let Err(at) = self.0.binary_search(&new) {
            self.0.insert(at, new);
        }
    }

    fn remove(&mut self, (from, to, id): Spanned) -> bool {
        let found = self.0.binary_search(&(from, Reverse(to), id));
        if let Ok(at) = found {
            self.0.remove(at);
        }
        found.is_ok()
    }

    fn overlapping(&self, from: u32, to: u32) -> u64 {
        let end = self.0.partition_point(|&(start, ..)| start < to);
        let reaching = self.0[..end].iter().filter(|(_, Reverse(end), _)| *end > from);
        reaching.map(|&(.., id)| u64::from(id)).sum()
    }
}

/// Spans in every bucket of the text that they touch.
struct Buckets(Vec<SortedVector>);

impl Buckets {
    fn touched((from, to, _): Spanned) -> std::ops::RangeInclusive<usize> {
        (from / BUCKET) as usize..=((to - 1) / BUCKET) as usize
    }
}

impl Structure for Buckets {
    fn build(spans: &[Spanned]) -> Self {
        let mut buckets = Self(Vec::new());
        let mut sorted = spans.to_vec();
        sorted.sort_unstable_by_key(|&(from, to, id)| (from, Reverse(to), id));
        for each in sorted {
            let touched = Self::touched(each);
            if buckets.0.len() <= *touched.end() {
                buckets
                    .0
                    .resize_with(touched.end() + 1, || SortedVector(Vec::new()));
            }
            for bucket in touched {
                buckets.0[bucket].0.push((each.0, Reverse(each.1), each.2));
            }
        }
        buckets
    }

    fn insert(&mut self, span: Spanned) {
        for bucket in Self::touched(span) {
            if self.0.len() <= bucket {
                self.0.resize_with(bucket + 1, || SortedVector(Vec::new()));
            }
            self.0[bucket].insert(span);
        }
    }

    fn remove(&mut self, span: Spanned) -> bool {
        Self::touched(span).all(|bucket| self.0[bucket].remove(span))
    }

    fn overlapping(&self, from: u32, to: u32) -> u64 {
        let touched = Self::touched((from, to, 0));
        let first = *touched.start();
        let mut sum = 0;
        for bucket in touched {
            let Some(all) = self.0.get(bucket) else { break };
            // A span that began in an earlier bucket of the view was counted there.
            let begins = bucket as u32 * BUCKET;
            let here = all.0.iter().filter(|(start, Reverse(end), _)| {
                *start < to && *end > from && (bucket == first || *start >= begins)
            });
            sum += here.map(|&(.., id)| u64::from(id)).sum::<u64>();
        }
        sum
    }
}

impl Structure for IntervalMap<u32, u32> {
    fn build(spans: &[Spanned]) -> Self {
        let mut map = Self::with_capacity(spans.len());
        for &(from, to, id) in spans {
            map.force_insert(from..to, id);
        }
        map
    }

    fn insert(&mut self, (from, to, id): Spanned) {
        self.force_insert(from..to, id);
    }

    fn remove(&mut self, (from, to, id): Spanned) -> bool {
        self.remove_where(from..to, |&other| other == id).is_some()
    }

    fn overlapping(&self, from: u32, to: u32) -> u64 {
        self.values(from..to).map(|&id| u64::from(id)).sum()
    }
}

impl Structure for Lapper<u32, u32> {
    fn build(spans: &[Spanned]) -> Self {
        let interval = |&(start, stop, val): &Spanned| Interval { start, stop, val };
        Self::new(spans.iter().map(interval).collect())
    }

    fn insert(&mut self, (start, stop, val): Spanned) {
        Self::insert(self, Interval { start, stop, val });
    }

    fn remove(&mut self, _: Spanned) -> bool {
        false
    }

    fn overlapping(&self, from: u32, to: u32) -> u64 {
        self.find(from, to).map(|interval| u64::from(interval.val)).sum()
    }
}
