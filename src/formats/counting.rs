//! Units that offsets of other programs count a file in, and where they lead in our text.
//!
//! Our text has no byte order mark and one kind of line break, so offsets that were counted in the file as it
//! was lead elsewhere in it. These tables tell where, for each unit of the file.

use crate::core::text::{Span, Text};

/// A unit: where each of a file's units stands in our text, in bytes, and where the last one ends.
pub(super) struct Counting(Vec<u32>);

impl Counting {
    /// Code points of the file as it is, as Python counts a file that it opens as bytes.
    pub(super) fn code_points(raw: &str) -> Self {
        Self::of(raw, |_, _| 1)
    }

    /// Code points where every line break is one, as Python counts a file that it opens as a text.
    pub(super) fn code_points_of_lines(raw: &str) -> Self {
        Self::of(raw, |_, is_half_a_break| usize::from(!is_half_a_break))
    }

    /// UTF-16 code units, as Java and JavaScript count.
    pub(super) fn utf16(raw: &str) -> Self {
        Self::of(raw, |character, _| character.len_utf16())
    }

    /// `units` tells how many units a character is, told the character and whether it is the carriage return
    /// of a pair.
    fn of(raw: &str, units: impl Fn(char, bool) -> usize) -> Self {
        let content = raw.trim_start_matches('\u{feff}');
        let mut places = Vec::with_capacity(raw.len() + 1);
        for mark in raw[..raw.len() - content.len()].chars() {
            places.extend(std::iter::repeat_n(0, units(mark, false)));
        }
        let mut at = 0;
        let mut characters = content.chars().peekable();
        while let Some(character) = characters.next() {
            let is_half_a_break = character == '\r' && characters.peek() == Some(&'\n');
            places.extend(std::iter::repeat_n(at, units(character, is_half_a_break)));
            // The carriage return of a pair stands where its line feed does.
            at += if is_half_a_break {
                0
            } else {
                character.len_utf8() as u32
            };
        }
        places.push(at);
        Self(places)
    }

    /// How many units the file has.
    pub(super) fn length(&self) -> u32 {
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    /// The span between two places in this unit; `None` where it would be empty, reversed or outside.
    pub(super) fn span(&self, text: &Text, (start, end): (u32, u32)) -> Option<Span> {
        let place = |offset: u32| self.0.get(offset as usize).copied();
        let (start, end) = (place(start)? as usize, place(end)? as usize);
        text.span(start.into(), end.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::article::normalised;

    #[test]
    fn each_unit_finds_the_words_that_it_counted() {
        let raw = "\u{feff}é😀\r\nb\rc";
        let text = Text::new(normalised(raw));
        for (counting, span, length) in [
            (Counting::code_points(raw), (5, 8), 8),
            (Counting::code_points_of_lines(raw), (4, 7), 7),
            (Counting::utf16(raw), (6, 9), 9),
        ] {
            assert_eq!(counting.length(), length);
            let words = counting.span(&text, span).map(|span| text.slice(span));
            assert_eq!(words, Some("b\nc"), "{span:?}");
            assert_eq!(
                counting.span(&text, (0, length)).map(|span| text.slice(span)),
                Some(&*text)
            );
            assert_eq!(counting.span(&text, (0, length + 1)), None);
        }
    }
}
