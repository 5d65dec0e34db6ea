//! Where characters, words, sentences and paragraphs begin and end.
//!
//! Characters are extended grapheme clusters, words and sentences those of Unicode Standard Annex 29. Every
//! search looks at one line of the text, and of a very long line at a window around the place.

use super::text::{ByteOffset, Span, Text};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The most bytes on either side of a place that a search for a word or a sentence looks at.
const WINDOW: usize = 4096;

/// The place one character before `place`; the start of the text stays.
pub fn previous_character(text: &Text, place: ByteOffset) -> ByteOffset {
    let mut cursor = GraphemeCursor::new(place.to_usize(), text.len(), true);
    match cursor.prev_boundary(text, 0) {
        Ok(Some(before)) => before.into(),
        _ => ByteOffset(0),
    }
}

/// The place one character behind `place`; the end of the text stays.
pub fn next_character(text: &Text, place: ByteOffset) -> ByteOffset {
    let mut cursor = GraphemeCursor::new(place.to_usize(), text.len(), true);
    match cursor.next_boundary(text, 0) {
        Ok(Some(behind)) => behind.into(),
        _ => text.end(),
    }
}

/// The place at `place` or the nearest before it that does not stand inside a character.
pub fn character_at(text: &Text, place: ByteOffset) -> ByteOffset {
    // Two ASCII characters are one only where they are CR LF.
    let beside = place
        .to_usize()
        .checked_sub(1)
        .and_then(|at| text.as_bytes().get(at..at + 2));
    if let Some(beside) = beside
        && beside.is_ascii()
        && beside != b"\r\n"
    {
        return place;
    }
    let mut cursor = GraphemeCursor::new(place.to_usize(), text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) => place,
        _ => previous_character(text, place),
    }
}

/// The place at `place` or the nearest behind it that does not stand inside a character.
pub fn character_end(text: &Text, place: ByteOffset) -> ByteOffset {
    if character_at(text, place) == place {
        place
    } else {
        next_character(text, place)
    }
}

/// The start of the nearest word before `place`, across lines; the start of the text where there is none.
pub fn previous_word(text: &Text, place: ByteOffset) -> ByteOffset {
    let mut end = place;
    loop {
        let window = window_before(text, end);
        let start = window.start;
        let found = text[window.clone()]
            .unicode_word_indices()
            .map(|(at, _)| start + at)
            .take_while(|&at| at < end.to_usize())
            .last();
        match found {
            Some(at) => return at.into(),
            None if start == 0 => return ByteOffset(0),
            // Nothing but white space and signs: go on in the line before.
            None => end = previous_character(text, start.into()),
        }
    }
}

/// The end of the nearest word behind `place`, across lines; the end of the text where there is none.
pub fn next_word(text: &Text, place: ByteOffset) -> ByteOffset {
    let mut start = place;
    loop {
        let window = window_around(text, start);
        let (from, to) = (window.start, window.end);
        let found = text[window]
            .unicode_word_indices()
            .map(|(at, word)| from + at + word.len())
            .find(|&end| end > start.to_usize());
        match found {
            Some(end) => return end.into(),
            None if to == text.len() => return text.end(),
            None => start = next_character(text, to.into()),
        }
    }
}

/// The start of the line that holds `place`, or of the line before where `place` is its start already.
pub fn previous_paragraph(text: &Text, place: ByteOffset) -> ByteOffset {
    let before = text[..place.to_usize()].trim_end_matches('\n');
    let start = before.rfind('\n').map_or(0, |feed| feed + 1);
    start.into()
}

/// The start of the next line that is not empty; the end of the text where there is none.
pub fn next_paragraph(text: &Text, place: ByteOffset) -> ByteOffset {
    let rest = &text[place.to_usize()..];
    let Some(feed) = rest.find('\n') else {
        return text.end();
    };
    let next = rest[feed..].trim_start_matches('\n');
    ByteOffset::from(text.len() - next.len())
}

/// The word over the character at `place`, or white space or signs where there is none; `None` at the end of
/// a line.
pub fn word_at(text: &Text, place: ByteOffset) -> Option<Span> {
    piece_at(text, place, |line| {
        line.split_word_bound_indices().map(|(at, _)| at).collect()
    })
}

/// The sentence over the character at `place`; `None` at the end of a line.
pub fn sentence_at(text: &Text, place: ByteOffset) -> Option<Span> {
    piece_at(text, place, |line| {
        line.split_sentence_bound_indices().map(|(at, _)| at).collect()
    })
}

/// How many bytes of `line` to show as its first block when at most `most` may be: up to the last sentence
/// that ends there, else the last word, else the last character. At least one character.
pub fn cut(line: &str, most: usize) -> usize {
    let window = &line[..floor(line, most)];
    // A boundary that close to the start would leave a sliver; and the last one found is the window's own end.
    let least = most / 4;
    let last = |bounds: &mut dyn Iterator<Item = usize>| bounds.filter(|&at| at >= least).last();
    last(&mut window.split_sentence_bound_indices().map(|(at, _)| at))
        .or_else(|| {
            last(
                &mut window
                    .match_indices(char::is_whitespace)
                    .map(|(at, space)| at + space.len())
                    .filter(|&at| at < window.len()),
            )
        })
        .unwrap_or_else(|| {
            let mut cursor = GraphemeCursor::new(window.len(), line.len(), true);
            match cursor.is_boundary(line, 0) {
                Ok(true) => window.len(),
                _ => match cursor.prev_boundary(line, 0) {
                    Ok(Some(at)) if at > 0 => at,
                    // One character longer than a whole block: it stays whole.
                    _ => GraphemeCursor::new(0, line.len(), true)
                        .next_boundary(line, 0)
                        .ok()
                        .flatten()
                        .unwrap_or(line.len()),
                },
            }
        })
}

fn piece_at(text: &Text, place: ByteOffset, starts: impl Fn(&str) -> Vec<usize>) -> Option<Span> {
    let window = window_around(text, place);
    let (from, to) = (window.start, window.end);
    let starts = starts(&text[window]);
    let behind = starts.partition_point(|&start| from + start <= place.to_usize());
    let start = from + starts.get(behind.checked_sub(1)?)?;
    let end = starts.get(behind).map_or(to, |&end| from + end);
    Span::new(start, end).filter(|span| span.contains_offset(place))
}

/// The line that holds `place`, or what of it lies within [`WINDOW`].
pub(super) fn window_around(text: &Text, place: ByteOffset) -> std::ops::Range<usize> {
    let place = place.to_usize();
    let start = window_start(text, place);
    let limit = floor(text, place.saturating_add(WINDOW));
    let end = text[place..limit].find('\n').map_or(limit, |feed| place + feed);
    start..end
}

/// The stretch of a line that ends at `place`.
fn window_before(text: &Text, place: ByteOffset) -> std::ops::Range<usize> {
    window_start(text, place.to_usize())..place.to_usize()
}

fn window_start(text: &str, place: usize) -> usize {
    let limit = floor(text, place.saturating_sub(WINDOW));
    text[limit..place]
        .rfind('\n')
        .map_or(limit, |feed| limit + feed + 1)
}

/// The nearest character boundary at `at` or before it, at most the end.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::super::text::marked::{places, spans};
    use super::*;
    use proptest::prelude::*;

    type Step = fn(&Text, ByteOffset) -> ByteOffset;

    /// Walks from the first place to the last, expecting to stop at each one between.
    fn walks_forward(marked: &str, step: Step) {
        let (text, places) = places(marked);
        for pair in places.windows(2) {
            assert_eq!(step(&text, pair[0]), pair[1], "forward in {marked}");
        }
    }

    /// The same from the last place to the first.
    fn walks_back(marked: &str, step: Step) {
        let (text, places) = places(marked);
        for pair in places.windows(2) {
            assert_eq!(step(&text, pair[1]), pair[0], "back in {marked}");
        }
    }

    #[test]
    fn a_step_by_character_never_stops_inside_a_grapheme_cluster() {
        for marked in [
            "|a|b|",
            "|e\u{301}|x|",
            "|👩\u{200d}👩\u{200d}👧\u{200d}👦|!|",
            "|🇺🇦|🇪🇺|",
            "|👍🏽|中|文|",
            "|न|म|स्ते|",
            "|a|\n|b|",
        ] {
            walks_forward(marked, next_character);
            walks_back(marked, previous_character);
        }
    }

    #[test]
    fn steps_by_word_stop_at_word_ends_going_on_and_at_word_starts_going_back() {
        walks_forward("|Kiev| claims| to| control|", next_word);
        walks_forward("|said|. “Yes|,” he|\nThen|", next_word);
        let (text, found) = places("|one, |two\n\n|three");
        assert_eq!(previous_word(&text, text.end()), found[2]);
        assert_eq!(previous_word(&text, found[2]), found[1]);
        assert_eq!(previous_word(&text, found[1]), found[0]);
        assert_eq!(previous_word(&text, found[0]), ByteOffset(0));
    }

    #[test]
    fn steps_by_paragraph_stop_at_the_starts_of_lines_that_are_not_empty() {
        walks_forward("|one two\n\n|three\n|four|", next_paragraph);
        let (text, found) = places("|one\n\n|two\n|thr|ee");
        assert_eq!(previous_paragraph(&text, found[3]), found[2]);
        assert_eq!(previous_paragraph(&text, found[2]), found[1]);
        assert_eq!(previous_paragraph(&text, found[1]), found[0]);
        assert_eq!(previous_paragraph(&text, found[0]), found[0]);
    }

    #[test]
    fn a_word_and_a_sentence_are_found_from_any_place_in_them() {
        let (text, found) = spans("⟦He said ⟦so⟧. ⟧⟦Then he left.⟧");
        let place = ByteOffset::from(text.find("so").unwrap() + 1);
        assert_eq!(word_at(&text, place), Some(found[1]));
        assert_eq!(sentence_at(&text, place), Some(found[0]));
        assert_eq!(sentence_at(&text, found[2].start()), Some(found[2]));
        assert_eq!(word_at(&text, text.end()), None);
    }

    #[test]
    fn a_curly_apostrophe_does_not_end_a_word() {
        let (text, found) = spans("in ⟦Ukraine’s⟧ east");
        assert_eq!(word_at(&text, found[0].start()), Some(found[0]));
    }

    proptest! {
        #[test]
        fn every_step_goes_on_or_stays_at_the_end(text in "([a-z .,\n]|é|😀|\u{301}|中){0,80}", at in any::<prop::sample::Index>()) {
            let text = Text::new(text);
            let places: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let place = ByteOffset::from(places[at.index(places.len())]);
            for step in [next_character, next_word, next_paragraph] {
                let next = step(&text, place);
                prop_assert!(text.is_boundary(next));
                prop_assert!(next > place || place == text.end());
            }
            for step in [previous_character, previous_word, previous_paragraph] {
                let previous = step(&text, place);
                prop_assert!(text.is_boundary(previous));
                prop_assert!(previous < place || place == ByteOffset(0));
            }
            prop_assert_eq!(character_at(&text, next_character(&text, place)), next_character(&text, place));
        }
    }

    proptest! {
        #[test]
        fn a_character_begins_where_the_annex_has_it(text in "([ab \r\n]|\u{301}|é|\u{200d}|👩|\u{600}){0,12}", index: prop::sample::Index) {
            let text = Text::new(text);
            let places: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let place = *index.get(&places);
            let begins = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]);
            let expected = begins.take_while(|&at| at <= place).last();
            prop_assert_eq!(Some(character_at(&text, place.into()).to_usize()), expected);
        }
    }
}
