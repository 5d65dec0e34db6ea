//! What peers count offsets in, and texts as their files hold them.
//!
//! A file seldom says what its offsets count, and code points, UTF-16 code units and grapheme clusters part at
//! the first emoji. Where the file is silent, [`Received::decide`] takes the unit in which the spans agree with
//! the words that the file tells, or at least do not cut words in two.

use crate::core::article::normalised;
use crate::core::text::{ByteOffset, CodePointOffset, Span, Text, Utf16Offset};
use std::cell::OnceCell;
use std::fmt;
use unicode_segmentation::UnicodeSegmentation;

/// What an offset counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    /// Unicode code points: Python's strings.
    CodePoints,
    /// UTF-16 code units: JavaScript's strings.
    Utf16,
    /// Grapheme clusters: what people call characters.
    Graphemes,
}

impl Unit {
    const ALL: [Self; 3] = [Self::CodePoints, Self::Utf16, Self::Graphemes];

    /// The unit's name, as files write it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::CodePoints => "unicode code point",
            Self::Utf16 => "utf-16 code unit",
            Self::Graphemes => "grapheme cluster",
        }
    }

    /// The unit that a file names.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == name)
    }
}

impl fmt::Display for Unit {
    /// Several of it: "code points".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CodePoints => "code points",
            Self::Utf16 => "UTF-16 code units",
            Self::Graphemes => "characters as people count them",
        })
    }
}

/// A span as a file has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// Where it starts, in whatever unit.
    pub(super) start: u32,
    /// Where it ends.
    pub(super) end: u32,
    /// Its words, where the file tells them.
    pub(super) words: Option<&'a str>,
}

/// A text as a file has it, and as an article keeps it: without carriage returns and byte order marks, which
/// the file's offsets count.
pub(super) struct Received {
    original: Text,
    kept: Text,
    /// The bytes of the original that are not in the text that is kept, in order.
    dropped: Vec<usize>,
    /// Where each grapheme cluster of the original begins, and its length.
    graphemes: OnceCell<Vec<usize>>,
}

impl Received {
    pub(super) fn new(original: String) -> Self {
        let kept = normalised(&original);
        let marks = original.len() - original.trim_start_matches('\u{feff}').len();
        let returns = original.match_indices("\r\n").map(|(at, _)| at);
        Self {
            dropped: (0..marks).chain(returns).collect(),
            kept: Text::new(kept),
            original: Text::new(original),
            graphemes: OnceCell::new(),
        }
    }

    /// The text as an article keeps it.
    pub(super) fn text(&self) -> &Text {
        &self.kept
    }

    /// The length of the text in the file.
    pub(super) fn len(&self, unit: Unit) -> usize {
        match unit {
            Unit::CodePoints => self.original.code_points().to_usize(),
            Unit::Utf16 => self.original.utf16_units().to_usize(),
            Unit::Graphemes => self.graphemes().len() - 1,
        }
    }

    /// The span of the text that is kept, of one that the file has; `None` where it is empty or outside, or
    /// would cut a character in two.
    pub(super) fn span(&self, unit: Unit, start: u32, end: u32) -> Option<Span> {
        let place = |offset| Some(self.to_kept(self.find(unit, offset)?));
        self.kept.span(place(start)?, place(end)?)
    }

    /// The one of `units` that the spans of the file count, the first where nothing speaks against it; and
    /// whether it is beyond doubt.
    pub(super) fn decide(&self, units: &[Unit], spans: &[Told<'_>]) -> (Unit, bool) {
        let usual = units[0];
        if self.original.is_ascii() && self.dropped.is_empty() {
            return (usual, true);
        }
        let readings: Vec<(Unit, Vec<Span>)> = units
            .iter()
            .filter_map(|&unit| {
                let spans = spans.iter().map(|told| self.span(unit, told.start, told.end));
                Some((unit, spans.collect::<Option<_>>()?))
            })
            .collect();
        let score = |(_, found): &(Unit, Vec<Span>)| {
            let agree = found.iter().zip(spans).filter(|(span, told)| {
                told.words
                    .is_some_and(|words| same_words(words, self.kept.slice(**span)))
            });
            let ends: usize = found.iter().map(|&span| self.plausible_ends(span)).sum();
            (agree.count(), ends)
        };
        // Of equals the first counts, and `max_by_key` takes the last.
        let Some(best) = readings.iter().rev().max_by_key(|reading| score(reading)) else {
            return (usual, true);
        };
        let told = spans.iter().filter(|told| told.words.is_some()).count();
        let is_told = told == spans.len() && score(best).0 == told;
        let is_only = readings.iter().all(|(_, found)| *found == best.1);
        (best.0, is_told || is_only)
    }

    fn find(&self, unit: Unit, offset: u32) -> Option<usize> {
        match unit {
            Unit::CodePoints => self.original.try_from_code_points(CodePointOffset(offset)),
            Unit::Utf16 => self.original.try_from_utf16(Utf16Offset(offset)),
            Unit::Graphemes => return self.graphemes().get(offset as usize).copied(),
        }
        .map(ByteOffset::to_usize)
    }

    fn graphemes(&self) -> &[usize] {
        self.graphemes.get_or_init(|| {
            self.original
                .grapheme_indices(true)
                .map(|(at, _)| at)
                .chain([self.original.len()])
                .collect()
        })
    }

    fn to_kept(&self, at: usize) -> ByteOffset {
        (at - self.dropped.partition_point(|&dropped| dropped < at)).into()
    }

    /// How many ends of the span are where a reader would put them: not within a word, and not behind or
    /// before white space that the span would hold.
    fn plausible_ends(&self, span: Span) -> usize {
        let is_end = |place: ByteOffset, inner: fn(&str) -> Option<char>, words: &str| {
            let (before, behind) = self.kept.split_at(place.to_usize());
            let sides = [before.chars().next_back(), behind.chars().next()];
            let cuts_word = sides.iter().all(|side| side.is_some_and(char::is_alphanumeric));
            !cuts_word && !inner(words).is_some_and(char::is_whitespace)
        };
        let words = self.kept.slice(span);
        usize::from(is_end(span.start(), |words| words.chars().next(), words))
            + usize::from(is_end(span.end(), |words| words.chars().next_back(), words))
    }
}

/// Whether two quotes are the same but for white space, which peers trim, fold, or write as `\n` in two
/// characters.
pub(super) fn same_words(told: &str, found: &str) -> bool {
    /// How many times longer white space may make a quote; without a limit, a file of short quotes and long
    /// spans would take for ever.
    const MOST: usize = 8;
    fn letters(words: &str) -> impl Iterator<Item = char> {
        words
            .split("\\n")
            .flat_map(str::chars)
            .filter(|c| !c.is_whitespace())
    }
    told == found || (found.len() <= MOST * (told.len() + MOST) && letters(told).eq(letters(found)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(start: u32, end: u32, words: Option<&str>) -> Told<'_> {
        Told { start, end, words }
    }

    const ALL: &[Unit] = &[Unit::Utf16, Unit::CodePoints, Unit::Graphemes];

    #[test]
    fn a_span_is_found_in_each_unit() {
        let received = Received::new("👩\u{200d}👧 said".into());
        for (unit, start) in [(Unit::CodePoints, 4), (Unit::Utf16, 6), (Unit::Graphemes, 2)] {
            let span = received.span(unit, start, start + 4).unwrap();
            assert_eq!(received.text().slice(span), "said", "{unit}");
            assert_eq!(received.len(unit), start as usize + 4);
            assert_eq!(Unit::named(unit.as_str()), Some(unit));
        }
        assert_eq!(received.span(Unit::Utf16, 1, 10), None);
        assert_eq!(received.span(Unit::CodePoints, 4, 9), None);
        assert_eq!(received.span(Unit::CodePoints, 4, 4), None);
    }

    #[test]
    fn words_that_the_file_tells_decide_the_unit() {
        let received = Received::new("😀 said so".into());
        let at = |start, words| [told(start, start + 4, Some(words))];
        assert_eq!(received.decide(ALL, &at(2, "said")), (Unit::CodePoints, true));
        assert_eq!(received.decide(ALL, &at(3, "said")), (Unit::Utf16, true));
    }

    #[test]
    fn without_words_the_unit_that_cuts_no_word_in_two_is_taken_as_doubtful() {
        let received = Received::new("😀 said so".into());
        assert_eq!(
            received.decide(ALL, &[told(2, 6, None)]),
            (Unit::CodePoints, false)
        );
        assert_eq!(received.decide(ALL, &[told(3, 7, None)]), (Unit::Utf16, false));
    }

    #[test]
    fn a_unit_that_does_not_matter_is_no_doubt() {
        let plain = Received::new("a said b".into());
        assert_eq!(plain.decide(ALL, &[told(2, 6, None)]), (Unit::Utf16, true));
        let later = Received::new("said 😀".into());
        assert_eq!(later.decide(ALL, &[told(0, 4, None)]), (Unit::Utf16, true));
    }

    #[test]
    fn white_space_makes_no_other_words() {
        assert!(same_words("a\\nb", "a\nb") && same_words(" a  b", "a b"));
        assert!(!same_words("a", "b") && !same_words("a", &" a".repeat(99)));
    }

    proptest! {
        #[test]
        fn what_stands_between_two_places_of_the_file_stands_there_normalised(
            parts in prop::collection::vec(prop::sample::select(vec!["a", "é", "😀", "\r\n", "\r", "\n", "\u{feff}"]), 0..12),
            from in any::<prop::sample::Index>(),
            to in any::<prop::sample::Index>(),
        ) {
            let original = parts.concat();
            let chars: Vec<_> = original.chars().collect();
            let (from, to) = (from.index(chars.len() + 1), to.index(chars.len() + 1));
            let (from, to) = (from.min(to), from.max(to));
            let received = Received::new(original.clone());
            // The naive way: normalise what stands before either end. A cut CR LF keeps its line feed.
            let upto = |end: usize| {
                let head: String = chars[..end].iter().collect();
                let half = chars.get(end) == Some(&'\n') && head.ends_with('\r');
                normalised(&head).chars().count() - usize::from(half)
            };
            let expected = Text::new(normalised(&original)).span_from_code_points(
                CodePointOffset(upto(from) as u32),
                CodePointOffset(upto(to) as u32),
            );
            prop_assert_eq!(received.span(Unit::CodePoints, from as u32, to as u32), expected);
        }
    }
}
