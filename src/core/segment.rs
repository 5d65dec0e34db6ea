//! Segments: the runs in which annotated text is drawn.
//!
//! A sweep over the ends of the spans cuts a stretch of text into maximal runs, each with one set of active
//! annotations. Each annotation gets a lane of its own among those that it overlaps, so that their lines can
//! be drawn one below the other.

use super::order;
use super::span_set::Entry;
use super::text::{ByteOffset, Span};

/// A maximal stretch of text with one set of active annotations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Where.
    pub span: Span,
    /// The annotations over it, as indices into the entries that the sweep was given, by lane.
    pub active: Vec<usize>,
    /// Those of them that begin here, or come in from before the stretch.
    pub opening: Vec<usize>,
    /// Those of them that end here.
    pub closing: Vec<usize>,
}

/// The segments of `within`, in order and without a gap, under the spans of `entries`.
///
/// The entries come in reading order and may reach out of `within` on either side; one that does not touch it
/// is passed over.
pub fn segments<I>(within: Span, entries: &[Entry<I>]) -> Vec<Segment> {
    let mut edges: Vec<ByteOffset> = vec![within.start(), within.end()];
    for entry in entries {
        if let Some(part) = entry.span.intersection(within) {
            edges.extend([part.start(), part.end()]);
        }
    }
    order::sort(&mut edges);
    edges.dedup();
    let lanes = lanes(entries);
    let mut waiting = (0..entries.len()).peekable();
    let mut active: Vec<usize> = Vec::new();
    edges
        .windows(2)
        .filter_map(|pair| Span::new(pair[0], pair[1]))
        .map(|span| {
            active.retain(|&index| entries[index].span.end() > span.start());
            while let Some(index) = waiting.next_if(|&index| entries[index].span.start() <= span.start()) {
                if entries[index].span.end() > span.start() {
                    active.push(index);
                }
            }
            order::sort_by_key(&mut active, |&index| (lanes[index], index));
            let those = |keep: &dyn Fn(Span) -> bool| {
                let kept = |&&index: &&usize| keep(entries[index].span);
                active.iter().filter(kept).copied().collect()
            };
            Segment {
                span,
                opening: those(&|of| of.start().max(within.start()) == span.start()),
                closing: those(&|of| of.end() == span.end()),
                active: active.clone(),
            }
        })
        .collect()
}

/// The same segments, cut in two wherever one of `places` lies inside: each stays one look, but what else is
/// drawn there changes.
pub fn cut(segments: Vec<Segment>, places: &[ByteOffset]) -> Vec<Segment> {
    let mut places = places.to_vec();
    order::sort(&mut places);
    let mut pieces = Vec::with_capacity(segments.len() + places.len());
    for mut segment in segments {
        for &place in &places {
            let halves = (
                Span::new(segment.span.start(), place),
                Span::new(place, segment.span.end()),
            );
            if let (Some(before), Some(behind)) = halves
                && segment.span.contains(before)
            {
                pieces.push(Segment {
                    span: before,
                    active: segment.active.clone(),
                    opening: std::mem::take(&mut segment.opening),
                    closing: Vec::new(),
                });
                segment.span = behind;
            }
        }
        pieces.push(segment);
    }
    pieces
}

/// A lane for each entry: the lowest that no earlier entry occupies where this one begins.
///
/// Two entries that overlap never share a lane, and there are never more lanes than entries over one place.
pub fn lanes<I>(entries: &[Entry<I>]) -> Vec<usize> {
    let mut free_from: Vec<ByteOffset> = Vec::new();
    entries
        .iter()
        .map(|entry| {
            let lane = free_from
                .iter()
                .position(|&end| end <= entry.span.start())
                .unwrap_or(free_from.len());
            match free_from.get_mut(lane) {
                Some(end) => *end = entry.span.end(),
                None => free_from.push(entry.span.end()),
            }
            lane
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::span_set::SpanSet;
    use super::super::text::marked::spans;
    use super::*;
    use proptest::prelude::*;

    fn drawn(marked: &str) -> Vec<(String, Vec<usize>)> {
        let (text, found) = spans(marked);
        let entries: Vec<_> = found
            .into_iter()
            .zip(0..)
            .map(|(span, id)| Entry { span, id })
            .collect();
        segments(text.whole().unwrap(), &entries)
            .into_iter()
            .map(|segment| (text.slice(segment.span).to_owned(), segment.active))
            .collect()
    }

    fn run(text: &str, active: &[usize]) -> (String, Vec<usize>) {
        (text.to_owned(), active.to_vec())
    }

    #[test]
    fn a_nested_span_cuts_the_outer_one_in_three() {
        assert_eq!(
            drawn("so: ⟦Ukraine has ⟦reportedly⟧ won⟧."),
            [
                run("so: ", &[]),
                run("Ukraine has ", &[0]),
                run("reportedly", &[0, 1]),
                run(" won", &[0]),
                run(".", &[]),
            ]
        );
    }

    #[test]
    fn equal_spans_make_one_segment_with_both() {
        assert_eq!(drawn("⟦⟦said⟧⟧"), [run("said", &[0, 1])]);
    }

    #[test]
    fn neighbours_are_kept_apart() {
        assert_eq!(drawn("⟦a⟧⟦b⟧"), [run("a", &[0]), run("b", &[1])]);
    }

    #[test]
    fn a_segment_tells_which_annotations_begin_and_end_with_it() {
        let (text, found) = spans("⟦Ukraine has ⟦reportedly⟧ won⟧.");
        let entries: Vec<_> = found
            .into_iter()
            .zip(0..)
            .map(|(span, id)| Entry { span, id })
            .collect();
        let ends: Vec<_> = segments(text.whole().unwrap(), &entries)
            .into_iter()
            .map(|segment| (segment.opening, segment.closing))
            .collect();
        assert_eq!(
            ends,
            [
                (vec![0], vec![]),
                (vec![1], vec![1]),
                (vec![], vec![0]),
                (vec![], vec![])
            ]
        );
    }

    #[test]
    fn a_segment_is_cut_and_its_annotation_still_begins_and_ends_once() {
        let (text, found) = spans("⟦one ⟦two⟧ three⟧");
        let entries = [Entry {
            span: found[0],
            id: 0,
        }];
        let inner = [found[1].end(), found[1].start(), found[0].end()];
        let pieces: Vec<_> = cut(segments(found[0], &entries), &inner)
            .into_iter()
            .map(|piece| {
                (
                    text.slice(piece.span).to_owned(),
                    piece.active,
                    piece.opening,
                    piece.closing,
                )
            })
            .collect();
        let piece = |words: &str, opening: &[usize], closing: &[usize]| {
            (words.to_owned(), vec![0], opening.to_vec(), closing.to_vec())
        };
        assert_eq!(
            pieces,
            [
                piece("one ", &[0], &[]),
                piece("two", &[], &[]),
                piece(" three", &[], &[0])
            ]
        );
    }

    #[test]
    fn an_annotation_from_before_the_stretch_opens_with_it() {
        let (_, found) = spans("⟦one ⟦two⟧⟧");
        let entries = [Entry {
            span: found[0],
            id: 0,
        }];
        let drawn = segments(found[1], &entries);
        assert_eq!(drawn[0].opening, [0]);
    }

    #[test]
    fn text_without_spans_is_one_segment() {
        assert_eq!(drawn("plain"), [run("plain", &[])]);
    }

    proptest! {
        #[test]
        fn segments_agree_with_asking_every_span_at_every_byte(
            within in (0..40_u32, 1..80_u32),
            list in prop::collection::vec((0..120_u32, 1..40_u32), 0..24),
        ) {
            let span = |(start, len): (u32, u32)| Span::new(ByteOffset(start), ByteOffset(start + len)).unwrap();
            let within = span(within);
            let set: SpanSet<usize> = list.into_iter().map(span).zip(0..).collect();
            let entries: Vec<_> = set.iter().cloned().collect();
            let segments = segments(within, &entries);
            prop_assert_eq!(segments[0].span.start(), within.start());
            prop_assert_eq!(segments[segments.len() - 1].span.end(), within.end());
            for pair in segments.windows(2) {
                prop_assert_eq!(pair[0].span.end(), pair[1].span.start());
                let same = |segment: &Segment| { let mut active = segment.active.clone(); active.sort(); active };
                // Maximal, but that two annotations may meet end to end, and then the set changes.
                prop_assert_ne!(same(&pair[0]), same(&pair[1]));
            }
            let lanes = lanes(&entries);
            for segment in &segments {
                let mut active = segment.active.clone();
                prop_assert!(active.is_sorted_by_key(|&index| lanes[index]));
                active.sort();
                for place in segment.span.range() {
                    let expected: Vec<_> = (0..entries.len())
                        .filter(|&index| entries[index].span.contains_offset(place.into()))
                        .collect();
                    prop_assert_eq!(&active, &expected);
                }
                active.sort_by_key(|&index| lanes[index]);
                active.dedup_by_key(|index| lanes[*index]);
                prop_assert_eq!(active.len(), segment.active.len(), "no two share a lane");
            }
        }
    }
}
