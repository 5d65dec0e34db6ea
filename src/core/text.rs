//! Text and the three units in which places in it are counted.
//!
//! The core counts UTF-8 bytes, every file that we write counts Unicode code points (the W3C Web Annotation
//! Data Model, section 4.2.4, requires them of a text position), and the DOM counts UTF-16 code units. Each
//! unit has a type of its own, so that a place in one unit cannot be taken for a place in another.
//!
//! [`Text`] converts between them. It keeps the running counts at every 128th byte, so a conversion reads at
//! most 128 bytes of text, whatever the text's length; a text that is all ASCII keeps no counts at all.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

macro_rules! offset {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The offset as an index or a length.
            pub const fn to_usize(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

offset! {
    /// A place in a text, in UTF-8 bytes from its start. The unit of the core and of what is stored.
    ByteOffset
}
offset! {
    /// A place in a text, in Unicode code points from its start. The unit of every file that we write.
    CodePointOffset
}
offset! {
    /// A place in a text, in UTF-16 code units from its start. The unit of the DOM.
    Utf16Offset
}

impl From<usize> for ByteOffset {
    /// A text is at most 4 GiB less one byte long ([`Text::new`] sees to it), so no place in one is lost.
    fn from(bytes: usize) -> Self {
        Self(u32::try_from(bytes).unwrap_or(u32::MAX))
    }
}

/// A half-open, non-empty range of a text, in bytes.
///
/// Invariant: `start < end`. That both lie on character boundaries of a given text is checked where a span
/// meets that text: [`Text::span`], [`Text::holds`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    start: ByteOffset,
    end: ByteOffset,
}

impl Span {
    /// The first byte. Stands in a record whose place in its text is still to be found.
    pub const UNPLACED: Self = Self {
        start: ByteOffset(0),
        end: ByteOffset(1),
    };

    /// The span from `start` up to, not including, `end`; `None` where that would be empty or reversed.
    pub fn new(start: impl Into<ByteOffset>, end: impl Into<ByteOffset>) -> Option<Self> {
        let (start, end) = (start.into(), end.into());
        (start < end).then_some(Self { start, end })
    }

    /// The first byte.
    pub const fn start(self) -> ByteOffset {
        self.start
    }

    /// The byte after the last.
    pub const fn end(self) -> ByteOffset {
        self.end
    }

    /// Length in bytes, never 0.
    pub const fn byte_len(self) -> u32 {
        self.end.0 - self.start.0
    }

    /// The span as a range of byte indices.
    pub const fn range(self) -> Range<usize> {
        self.start.to_usize()..self.end.to_usize()
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside, ends included.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the byte at `offset` belongs to the span.
    pub fn contains_offset(self, offset: ByteOffset) -> bool {
        self.start <= offset && offset < self.end
    }

    /// What both share; `None` where they do not overlap.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// The shortest span that contains both.
    pub fn joined(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.start, self.end).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (start, end) = <(ByteOffset, ByteOffset)>::deserialize(deserializer)?;
        Self::new(start, end).ok_or_else(|| {
            serde::de::Error::custom(format_args!(
                "a span's start must be less than its end, found {start}..{end}"
            ))
        })
    }
}

/// Bytes from one kept count to the next. A conversion reads at most so many bytes of text.
const STRIDE: usize = 128;

/// The counts of code points and UTF-16 units before a byte that stands at a multiple of [`STRIDE`]. Where
/// that byte is in the middle of a character, the character counts as begun, in both.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    code_points: u32,
    utf16: u32,
}

impl Count {
    fn advance(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            // A continuation byte begins no character; a lead byte from F0 on begins one of four bytes,
            // which UTF-16 writes as two units.
            self.code_points += u32::from(byte & 0xC0 != 0x80);
            self.utf16 += u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0);
        }
    }
}

/// An immutable text with its index. Cheap to clone.
#[derive(Clone)]
pub struct Text {
    text: Arc<str>,
    /// `counts[i]` holds before byte `i * STRIDE`. Empty where the text is all ASCII.
    counts: Arc<[Count]>,
    total: Count,
}

impl Text {
    /// Indexes `text` as it is. Linear in its length.
    ///
    /// # Panics
    /// Where the text is 4 GiB or longer; the page refuses such a file long before.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        assert!(
            u32::try_from(text.len()).is_ok(),
            "a text must be shorter than 4 GiB"
        );
        let mut total = Count::default();
        if text.is_ascii() {
            total.code_points = text.len() as u32;
            total.utf16 = text.len() as u32;
            return Self {
                text,
                counts: Arc::new([]),
                total,
            };
        }
        let mut counts = Vec::with_capacity(text.len() / STRIDE + 1);
        for stretch in text.as_bytes().chunks(STRIDE) {
            counts.push(total);
            total.advance(stretch);
        }
        Self {
            text,
            counts: counts.into(),
            total,
        }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Length in bytes, as the place behind the last character.
    pub fn end(&self) -> ByteOffset {
        self.text.len().into()
    }

    /// Length in code points.
    pub fn code_points(&self) -> CodePointOffset {
        CodePointOffset(self.total.code_points)
    }

    /// Length in UTF-16 code units.
    pub fn utf16_units(&self) -> Utf16Offset {
        Utf16Offset(self.total.utf16)
    }

    /// Whether a character begins at `offset`, or the text ends there.
    pub fn is_boundary(&self, offset: ByteOffset) -> bool {
        self.text.is_char_boundary(offset.to_usize())
    }

    /// Whether both ends of `span` lie in this text, on character boundaries.
    pub fn holds(&self, span: Span) -> bool {
        self.is_boundary(span.start) && self.is_boundary(span.end)
    }

    /// The span between two places of this text; `None` where it would be empty, reversed, outside, or would
    /// cut a character in two.
    pub fn span(&self, start: ByteOffset, end: ByteOffset) -> Option<Span> {
        Span::new(start, end).filter(|&span| self.holds(span))
    }

    /// The whole text; `None` where it is empty.
    pub fn whole(&self) -> Option<Span> {
        Span::new(ByteOffset(0), self.end())
    }

    /// The words of `span`, or `""` where this text does not hold it.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The place `offset` in code points; `None` where it lies outside or inside a character.
    pub fn try_to_code_points(&self, offset: ByteOffset) -> Option<CodePointOffset> {
        self.count_before(offset)
            .map(|count| CodePointOffset(count.code_points))
    }

    /// The place `offset` in UTF-16 units; `None` where it lies outside or inside a character.
    pub fn try_to_utf16(&self, offset: ByteOffset) -> Option<Utf16Offset> {
        self.count_before(offset).map(|count| Utf16Offset(count.utf16))
    }

    /// Both ends of a span that this text holds, in code points.
    ///
    /// # Panics
    /// Where this text does not hold the span.
    pub fn span_to_code_points(&self, span: Span) -> (CodePointOffset, CodePointOffset) {
        let end = |offset| {
            self.try_to_code_points(offset)
                .expect("the span must be of this text")
        };
        (end(span.start), end(span.end))
    }

    /// Both ends of a span that this text holds, in UTF-16 units.
    ///
    /// # Panics
    /// Where this text does not hold the span.
    pub fn span_to_utf16(&self, span: Span) -> (Utf16Offset, Utf16Offset) {
        let end = |offset| self.try_to_utf16(offset).expect("the span must be of this text");
        (end(span.start), end(span.end))
    }

    /// The place before the code point number `offset`; `None` where the text is shorter.
    pub fn try_from_code_points(&self, offset: CodePointOffset) -> Option<ByteOffset> {
        self.find(offset.0, |count| count.code_points)
    }

    /// The place before the UTF-16 unit number `offset`; `None` where the text is shorter, or where that unit
    /// is the second of a pair.
    pub fn try_from_utf16(&self, offset: Utf16Offset) -> Option<ByteOffset> {
        self.find(offset.0, |count| count.utf16)
    }

    /// The span between two places in code points; `None` as for [`Text::span`].
    pub fn span_from_code_points(&self, start: CodePointOffset, end: CodePointOffset) -> Option<Span> {
        self.span(self.try_from_code_points(start)?, self.try_from_code_points(end)?)
    }

    fn count_before(&self, offset: ByteOffset) -> Option<Count> {
        if !self.is_boundary(offset) {
            return None;
        }
        let offset = offset.to_usize();
        if self.counts.is_empty() {
            return Some(Count {
                code_points: offset as u32,
                utf16: offset as u32,
            });
        }
        if offset == self.text.len() {
            return Some(self.total);
        }
        let stretch = offset / STRIDE;
        let mut count = self.counts[stretch];
        count.advance(&self.text.as_bytes()[stretch * STRIDE..offset]);
        Some(count)
    }

    fn find(&self, wanted: u32, unit: impl Fn(&Count) -> u32) -> Option<ByteOffset> {
        if wanted > unit(&self.total) {
            return None;
        }
        if self.counts.is_empty() {
            return Some(ByteOffset(wanted));
        }
        // The last kept count that is not past the place; the first is 0, so there is one.
        let stretch = self.counts.partition_point(|count| unit(count) <= wanted) - 1;
        let mut count = self.counts[stretch];
        let mut start = stretch * STRIDE;
        // A character that began before the kept count is counted in it: go on behind its rest.
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        for character in self.text[start..].chars() {
            if unit(&count) >= wanted {
                break;
            }
            count.code_points += 1;
            count.utf16 += character.len_utf16() as u32;
            start += character.len_utf8();
        }
        (unit(&count) == wanted).then_some(ByteOffset(start as u32))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.text, &other.text) || self.text == other.text
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bytes)", self.text.len())
    }
}

#[cfg(test)]
pub(crate) mod marked {
    //! Texts with marks in them, so that no test counts offsets.

    use super::{ByteOffset, Span, Text};

    /// Reads `⟦` and `⟧` in `marked` as the ends of spans, in nesting order, and takes them out.
    ///
    /// `"a ⟦b ⟦c⟧⟧"` is the text `a b c` with the spans of `b c` and `c`, outermost first by start.
    pub(crate) fn spans(marked: &str) -> (Text, Vec<Span>) {
        let (mut text, mut open, mut spans) = (String::new(), Vec::new(), Vec::new());
        for character in marked.chars() {
            match character {
                '⟦' => open.push(text.len()),
                '⟧' => {
                    let start = open.pop().expect("a mark must be opened before it is closed");
                    spans.push(Span::new(start, text.len()).expect("a marked span must not be empty"));
                }
                _ => text.push(character),
            }
        }
        assert!(open.is_empty(), "every opened mark must be closed");
        spans.sort_by_key(|span| (span.start(), std::cmp::Reverse(span.end())));
        (Text::new(text), spans)
    }

    /// Reads each `|` in `marked` as a place, and takes it out.
    pub(crate) fn places(marked: &str) -> (Text, Vec<ByteOffset>) {
        let (mut text, mut places) = (String::new(), Vec::new());
        for character in marked.chars() {
            match character {
                '|' => places.push(ByteOffset::from(text.len())),
                _ => text.push(character),
            }
        }
        (Text::new(text), places)
    }
}

#[cfg(test)]
mod tests {
    use super::marked::{places, spans};
    use super::*;
    use proptest::prelude::*;

    /// The words between two UTF-16 offsets, as a DOM would cut them.
    fn utf16_slice(text: &str, start: Utf16Offset, end: Utf16Offset) -> String {
        let units: Vec<u16> = text.encode_utf16().collect();
        String::from_utf16(&units[start.to_usize()..end.to_usize()]).expect("no pair is cut")
    }

    fn code_point_slice(text: &str, start: CodePointOffset, end: CodePointOffset) -> String {
        text.chars()
            .skip(start.to_usize())
            .take(end.to_usize() - start.to_usize())
            .collect()
    }

    #[test]
    fn a_span_reads_the_same_in_all_three_units() {
        for marked in [
            "plain ⟦ascii⟧ words",
            "after an emoji 😀 comes ⟦a claim⟧",
            "a family ⟦👩‍👩‍👧‍👦⟧ of one glyph",
            "combining: e\u{301} then ⟦cafe\u{301}⟧",
            "no-break\u{a0}space ⟦our\u{a0}strategic\u{a0}goal⟧",
            "中文，⟦乌克兰⟧控制",
            "العربية ⟦قال الرئيس⟧ ثم",
            "flags 🇺🇦⟦🇪🇺⟧",
        ] {
            let (text, found) = spans(marked);
            let span = found[0];
            let (start, end) = text.span_to_code_points(span);
            assert_eq!(code_point_slice(&text, start, end), text.slice(span));
            let (start, end) = text.span_to_utf16(span);
            assert_eq!(utf16_slice(&text, start, end), text.slice(span));
        }
    }

    #[test]
    fn a_place_inside_a_character_is_none_not_a_guess() {
        let (text, places) = places("a |😀| b");
        let inside = ByteOffset(places[0].0 + 1);
        assert_eq!(text.try_to_code_points(inside), None);
        let before = text.try_to_utf16(places[0]).unwrap();
        assert_eq!(text.try_from_utf16(Utf16Offset(before.0 + 1)), None);
        assert_eq!(text.try_from_utf16(Utf16Offset(before.0 + 2)), Some(places[1]));
        assert_eq!(text.span(places[0], inside), None);
    }

    #[test]
    fn a_place_behind_the_end_is_none_and_the_end_itself_is_a_place() {
        let text = Text::new("né");
        assert_eq!(text.try_from_code_points(CodePointOffset(2)), Some(text.end()));
        assert_eq!(text.try_from_code_points(CodePointOffset(3)), None);
        assert_eq!(text.try_to_utf16(ByteOffset(4)), None);
    }

    #[test]
    fn an_empty_text_has_one_place() {
        let text = Text::new("");
        assert_eq!(text.try_to_code_points(ByteOffset(0)), Some(CodePointOffset(0)));
        assert_eq!(text.whole(), None);
    }

    #[test]
    fn a_span_is_never_empty_or_reversed() {
        assert_eq!(Span::new(3_usize, 3_usize), None);
        assert_eq!(Span::new(4_usize, 3_usize), None);
        assert!(serde_json::from_str::<Span>("[4,3]").is_err());
    }

    proptest! {
        #[test]
        fn every_conversion_agrees_with_counting_from_the_start(
            text in proptest::collection::vec(prop_oneof![
                "[ -~]{0,40}",
                "[àéßøñ–“”]{0,20}",
                "[中文字语]{0,20}",
                "[😀👍🏽🇺🇦\u{200d}]{0,20}",
            ], 0..12).prop_map(|parts| parts.concat())
        ) {
            let indexed = Text::new(text.as_str());
            let (mut code_points, mut utf16) = (0, 0);
            for (byte, character) in text.char_indices().chain([(text.len(), '\0')]) {
                let byte = ByteOffset::from(byte);
                prop_assert_eq!(indexed.try_to_code_points(byte), Some(CodePointOffset(code_points)));
                prop_assert_eq!(indexed.try_to_utf16(byte), Some(Utf16Offset(utf16)));
                prop_assert_eq!(indexed.try_from_code_points(CodePointOffset(code_points)), Some(byte));
                prop_assert_eq!(indexed.try_from_utf16(Utf16Offset(utf16)), Some(byte));
                code_points += 1;
                if character.len_utf16() == 2 && byte < indexed.end() {
                    prop_assert_eq!(indexed.try_from_utf16(Utf16Offset(utf16 + 1)), None);
                }
                utf16 += character.len_utf16() as u32;
            }
            prop_assert_eq!(indexed.code_points().0, code_points - 1);
        }
    }
}
