//! The reading cursor: a place in the text, or a selection that ends there.

use super::boundary;
use super::text::{ByteOffset, Span, Text};

/// A selection from `anchor`, which stays, to `head`, which moves. Where both are one place nothing is
/// selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cursor {
    /// Where the selection was begun.
    pub anchor: ByteOffset,
    /// Where the cursor stands.
    pub head: ByteOffset,
}

/// A way to move the cursor that the text alone decides. Moves by line depend on how it is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Motion {
    /// To the character before.
    PreviousCharacter,
    /// To the next character.
    NextCharacter,
    /// To the start of the word before.
    PreviousWord,
    /// To the end of the next word.
    NextWord,
    /// To the start of this sentence, or of the one before.
    PreviousSentence,
    /// To the start of the next sentence.
    NextSentence,
    /// To the start of this paragraph, or of the one before.
    PreviousParagraph,
    /// To the start of the next paragraph.
    NextParagraph,
    /// To the start of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
}

impl Cursor {
    /// A cursor that selects nothing.
    pub const fn at(place: ByteOffset) -> Self {
        Self {
            anchor: place,
            head: place,
        }
    }

    /// A cursor that selects `span`, its head at the end.
    pub const fn over(span: Span) -> Self {
        Self {
            anchor: span.start(),
            head: span.end(),
        }
    }

    /// Whether nothing is selected.
    pub fn is_collapsed(self) -> bool {
        self.anchor == self.head
    }

    /// What is selected, without line feeds at its ends: they stand between blocks, where nothing is drawn.
    /// `None` where that leaves nothing.
    pub fn span(self, text: &Text) -> Option<Span> {
        let span = text.span(self.anchor.min(self.head), self.anchor.max(self.head))?;
        let words = text.slice(span);
        let start = span.end().to_usize() - words.trim_start_matches('\n').len();
        let end = span.start().to_usize() + words.trim_end_matches('\n').len();
        Span::new(start, end)
    }

    /// The cursor after a move; with `extend` the selection grows or shrinks to there, without it is given up.
    /// A step by character out of a selection stops at the end of it that lies that way, as editors do.
    pub fn moved(self, text: &Text, motion: Motion, extend: bool) -> Self {
        let head = match motion {
            Motion::PreviousCharacter if !extend && !self.is_collapsed() => self.anchor.min(self.head),
            Motion::NextCharacter if !extend && !self.is_collapsed() => self.anchor.max(self.head),
            _ => motion.destination(text, self.head),
        };
        Self {
            anchor: if extend { self.anchor } else { head },
            head,
        }
    }
}

impl Motion {
    fn destination(self, text: &Text, from: ByteOffset) -> ByteOffset {
        match self {
            Self::PreviousCharacter => over_line_feeds(text, from, boundary::previous_character),
            Self::NextCharacter => over_line_feeds(text, from, boundary::next_character),
            Self::PreviousWord => boundary::previous_word(text, from),
            Self::NextWord => boundary::next_word(text, from),
            Self::PreviousSentence => previous_sentence(text, from),
            Self::NextSentence => next_sentence(text, from),
            Self::PreviousParagraph => boundary::previous_paragraph(text, from),
            Self::NextParagraph => boundary::next_paragraph(text, from),
            Self::TextStart => ByteOffset(0),
            Self::TextEnd => text.end(),
        }
    }
}

/// A step from the end of one paragraph goes to the start of the next, and back, whatever number of empty
/// lines lies between: there is no place to stand on them.
fn over_line_feeds(text: &Text, from: ByteOffset, step: fn(&Text, ByteOffset) -> ByteOffset) -> ByteOffset {
    let mut place = step(text, from);
    let stands_between = |place: ByteOffset| {
        text[..place.to_usize()].ends_with('\n') && text[place.to_usize()..].starts_with('\n')
    };
    while stands_between(place) && step(text, place) != place {
        place = step(text, place);
    }
    place
}

fn previous_sentence(text: &Text, from: ByteOffset) -> ByteOffset {
    let mut place = from;
    loop {
        let before = boundary::previous_character(text, place);
        if before == place {
            return place;
        }
        match boundary::sentence_at(text, before) {
            Some(sentence) if sentence.start() < from => return sentence.start(),
            _ => place = before,
        }
    }
}

fn next_sentence(text: &Text, from: ByteOffset) -> ByteOffset {
    let end = boundary::sentence_at(text, from).map_or(from, Span::end);
    let rest = &text[end.to_usize()..];
    ByteOffset::from(text.len() - rest.trim_start_matches('\n').len())
}

#[cfg(test)]
mod tests {
    use super::super::text::marked::places;
    use super::*;

    fn walk(marked: &str, motion: Motion) {
        let (text, places) = places(marked);
        for pair in places.windows(2) {
            let moved = Cursor::at(pair[0]).moved(&text, motion, false);
            assert_eq!(moved, Cursor::at(pair[1]), "{motion:?} in {marked}");
        }
    }

    fn walk_back(marked: &str, motion: Motion) {
        let (text, places) = places(marked);
        for pair in places.windows(2) {
            let moved = Cursor::at(pair[1]).moved(&text, motion, false);
            assert_eq!(moved, Cursor::at(pair[0]), "{motion:?} in {marked}");
        }
    }

    #[test]
    fn a_step_by_character_passes_over_empty_lines() {
        walk("|a|\n\n\n|b|", Motion::NextCharacter);
        walk_back("|a|\n\n\n|b|", Motion::PreviousCharacter);
        walk("|a|\n|b|", Motion::NextCharacter);
    }

    #[test]
    fn steps_by_sentence_stop_at_sentence_starts() {
        walk("|One here. |Two there.\n\n|Three.|", Motion::NextSentence);
        walk_back("|One here. |Two there.\n\n|Three.|", Motion::PreviousSentence);
    }

    #[test]
    fn extending_keeps_the_anchor_and_turns_round_it() {
        let (text, places) = places("a |bc| d");
        let cursor = Cursor::at(places[0]).moved(&text, Motion::NextWord, true);
        assert_eq!(cursor.anchor, places[0]);
        assert_eq!(cursor.head, places[1]);
        let back = cursor.moved(&text, Motion::TextStart, true);
        assert_eq!(
            back.span(&text),
            text.span(ByteOffset(0), places[0]),
            "the selection now lies before its anchor"
        );
    }

    #[test]
    fn a_step_out_of_a_selection_stops_at_its_near_end() {
        let (text, places) = places("a |bc| d");
        let selected = Cursor {
            anchor: places[0],
            head: places[1],
        };
        assert_eq!(
            selected.moved(&text, Motion::PreviousCharacter, false),
            Cursor::at(places[0])
        );
        assert_eq!(
            selected.moved(&text, Motion::NextCharacter, false),
            Cursor::at(places[1])
        );
    }

    #[test]
    fn a_selection_that_ends_at_the_start_of_the_next_paragraph_ends_with_its_own() {
        let (text, places) = places("|one|\n\n|two");
        let cursor = Cursor {
            anchor: places[2],
            head: places[0],
        };
        assert_eq!(cursor.span(&text), text.span(places[0], places[1]));
        let between = Cursor {
            anchor: places[1],
            head: places[2],
        };
        assert_eq!(between.span(&text), None);
    }
}
