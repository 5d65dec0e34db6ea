//! What a rough selection means, and how the ends of a span are moved.
//!
//! A selection by mouse or finger seldom stops exactly where it is meant to. Snapping takes away the white
//! space at its ends, moves an end that stands inside a word out to that word's edge, and leaves the full stop
//! that ends a sentence outside.
//!
//! Words are those of Unicode Standard Annex 29, with one difference: the annex joins `said.insisting` and
//! `claimed:he` to one word, which is right for a name such as `example.org` and wrong for a space that was
//! lost between two sentences. Here a sign of that sort parts two words, unless it stands between digits. And
//! an end that was put right beside a sign, whichever, stays there.

use super::boundary::{character_at, character_end, next_character, previous_character, window_around};
use super::text::{ByteOffset, Span, Text};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// An end of a span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// Where it starts.
    Start,
    /// Where it ends.
    End,
}

/// How far an end of a span is moved at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// To where the next word begins or ends.
    Word,
    /// By a grapheme cluster.
    Character,
}

/// What a rough selection means; `None` where it holds nothing but white space or a full stop, or is no span
/// of this text. Snapping twice is snapping once.
pub fn snapped(text: &Text, span: Span) -> Option<Span> {
    if !text.holds(span) {
        return None;
    }
    let start = character_at(text, span.start());
    let end = character_end(text, span.end());
    let span = within_space(text, start, end)?;
    let start = word_start(text, span.start());
    let mut end = word_end(text, span.end());
    while let Some(stop) = full_stop(text, start, end) {
        end = within_space(text, start, stop)?.end();
    }
    Span::new(start, end)
}

/// The span without the white space at its ends; `None` where it holds nothing else, or is no span of this text.
pub fn trimmed(text: &Text, span: Span) -> Option<Span> {
    text.holds(span)
        .then(|| within_space(text, span.start(), span.end()))?
}

/// The span with one end moved by a step, `forward` in the text or back.
///
/// By word, an end comes to where a word ends, a start to where one begins, over white space and across lines;
/// where no word is left it comes to the end of the text. `None` where the end cannot move any further, where
/// it would reach the other end, and where the span is not of this text.
pub fn nudged(text: &Text, span: Span, edge: Edge, step: Step, forward: bool) -> Option<Span> {
    if !text.holds(span) {
        return None;
    }
    let from = end_of(span, edge);
    let to = match (step, forward) {
        (Step::Character, true) => next_character(text, from),
        (Step::Character, false) => previous_character(text, from),
        (Step::Word, true) => next_edge(text, from, edge),
        (Step::Word, false) => previous_edge(text, from, edge),
    };
    with_end(span, edge, to).filter(|&moved| moved != span)
}

/// The span with one end dragged to a place: to the nearest edge of a word, white space left outside, or, where
/// `is_exact`, to that very character. The other end stays, and so does at least one character before it.
///
/// `None` where the span or the place is not of this text.
pub fn dragged(text: &Text, span: Span, edge: Edge, place: ByteOffset, is_exact: bool) -> Option<Span> {
    if !text.holds(span) || !text.is_boundary(place) {
        return None;
    }
    let place = if is_exact {
        character_at(text, place)
    } else {
        snapped_place(text, place, edge)
    };
    let place = match edge {
        Edge::Start => place.min(previous_character(text, span.end())),
        Edge::End => place.max(next_character(text, span.start())),
    };
    with_end(span, edge, place)
}

/// Whether a word may begin or end at `place`: it does not stand inside a word, nor inside a character.
pub fn is_word_edge(text: &Text, place: ByteOffset) -> bool {
    // Within ASCII, a word goes on from a letter or digit to the next and from nothing else.
    let around = place
        .to_usize()
        .checked_sub(2)
        .and_then(|at| text.as_bytes().get(at..at + 3));
    if let Some(&[first, before, behind]) = around
        && [first, before, behind].is_ascii()
        && before != b'\r'
    {
        return !(before.is_ascii_alphanumeric() && behind.is_ascii_alphanumeric());
    }
    is_edge_in_any_script(text, place)
}

fn is_edge_in_any_script(text: &Text, place: ByteOffset) -> bool {
    character_at(text, place) == place && word_over(text, place).is_none()
}

fn end_of(span: Span, edge: Edge) -> ByteOffset {
    match edge {
        Edge::Start => span.start(),
        Edge::End => span.end(),
    }
}

fn with_end(span: Span, edge: Edge, place: ByteOffset) -> Option<Span> {
    match edge {
        Edge::Start => Span::new(place, span.end()),
        Edge::End => Span::new(span.start(), place),
    }
}

/// What lies between the two, without the white space at its ends.
fn within_space(text: &Text, mut start: ByteOffset, mut end: ByteOffset) -> Option<Span> {
    // By character, since a mark may have been put on a space.
    let is_white = |from: ByteOffset, to: ByteOffset| {
        text[from.to_usize()..to.to_usize()]
            .chars()
            .all(char::is_whitespace)
    };
    while start < end && is_white(start, next_character(text, start)) {
        start = next_character(text, start);
    }
    while start < end && is_white(previous_character(text, end), end) {
        end = previous_character(text, end);
    }
    Span::new(start, end)
}

/// The place before the full stop at `end`, where it ends a sentence and no abbreviation or ellipsis.
fn full_stop(text: &Text, start: ByteOffset, end: ByteOffset) -> Option<ByteOffset> {
    let before = text[start.to_usize()..end.to_usize()].strip_suffix('.')?;
    let at = previous_character(text, end);
    let is_one = at.to_usize() == start.to_usize() + before.len() && !before.ends_with('.');
    (is_one && !is_abbreviated(&text[..at.to_usize()])).then_some(at)
}

/// Whether the last word of `words`, which a full stop follows, is an abbreviation with more full stops in it:
/// one or two letters between each, as in `U.S.`, `p.m.` and `Ph.D.`.
fn is_abbreviated(words: &str) -> bool {
    let (mut letters, mut has_stop) = (0, false);
    for character in words.chars().rev() {
        match character {
            '.' if letters > 0 => (letters, has_stop) = (0, true),
            _ if character.is_alphabetic() && letters < 2 => letters += 1,
            _ if character.is_alphanumeric() => return false,
            _ => break,
        }
    }
    has_stop && letters > 0
}

/// The start of the word that `place` stands inside; `place` where it stands inside none.
fn word_start(text: &Text, mut place: ByteOffset) -> ByteOffset {
    // A word longer than the window is found piece by piece.
    while let Some(word) = word_over(text, place) {
        place = character_at(text, word.start.into());
    }
    place
}

/// The end of the word that `place` stands inside; `place` where it stands inside none.
fn word_end(text: &Text, mut place: ByteOffset) -> ByteOffset {
    while let Some(word) = word_over(text, place) {
        place = character_end(text, word.end.into());
    }
    place
}

/// The word that goes on on both sides of `place`; `None` where there is none, or a sign is next to it.
fn word_over(text: &Text, place: ByteOffset) -> Option<Range<usize>> {
    let at = place.to_usize();
    let before = text[previous_character(text, place).to_usize()..at]
        .chars()
        .next()?;
    let behind = text[at..].chars().next()?;
    if is_sign(before) || is_sign(behind) {
        return None;
    }
    let window = window_around(text, place);
    let (from, at) = (window.start, at - window.start);
    words(&text[window])
        .find(|word| word.start < at && at < word.end)
        .map(|word| from + word.start..from + word.end)
}

/// The place that an end dragged to `place` comes to.
fn snapped_place(text: &Text, place: ByteOffset, edge: Edge) -> ByteOffset {
    let place = character_at(text, place);
    let (start, end) = (word_start(text, place), word_end(text, place));
    if start < end {
        let is_nearer_to_start = place.0 - start.0 < end.0 - place.0;
        return if is_nearer_to_start { start } else { end };
    }
    let rest = match edge {
        Edge::Start => Span::new(place, text.end()),
        Edge::End => Span::new(0_usize, place),
    };
    rest.and_then(|rest| within_space(text, rest.start(), rest.end()))
        .map_or(place, |rest| end_of(rest, edge))
}

/// The nearest start or end of a word behind `place`; the end of the text where there is none.
fn next_edge(text: &Text, place: ByteOffset, edge: Edge) -> ByteOffset {
    let mut from = place;
    loop {
        let window = window_around(text, from);
        let to = window.end;
        let mut edges = edges(text, window, edge);
        match edges.find(|&at| at > place) {
            Some(at) => return at,
            None if to == text.len() => return text.end(),
            None => from = next_character(text, to.into()),
        }
    }
}

/// The nearest start or end of a word before `place`; the start of the text where there is none.
fn previous_edge(text: &Text, place: ByteOffset, edge: Edge) -> ByteOffset {
    let mut from = place;
    loop {
        let window = window_around(text, from);
        let start = window.start;
        let edges = edges(text, window, edge);
        match edges.take_while(|&at| at < place).last() {
            Some(at) => return at,
            None if start == 0 => return ByteOffset(0),
            None => from = previous_character(text, start.into()),
        }
    }
}

/// Where the words in a window of the text begin or end.
fn edges(text: &Text, window: Range<usize>, edge: Edge) -> impl Iterator<Item = ByteOffset> {
    let from = window.start;
    words(&text[window])
        .map(move |word| match edge {
            Edge::Start => ByteOffset::from(from + word.start),
            Edge::End => ByteOffset::from(from + word.end),
        })
        .filter(|&at| character_at(text, at) == at)
}

/// The words of a line: those of the annex, parted at glitches.
fn words(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.unicode_word_indices().flat_map(|(at, word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let length = rest
                .char_indices()
                .map(|(at, _)| at)
                .find(|&at| is_glitch(rest, at));
            let start = at + word.len() - rest.len();
            let end = start + length.unwrap_or(rest.len());
            let sign = length.and_then(|at| rest[at..].chars().next());
            rest = &rest[end - start + sign.map_or(0, char::len_utf8)..];
            (start < end).then_some(start..end)
        })
    })
}

/// Whether the character at `at` of a word is a sign that the annex takes into a word and that parts two here.
fn is_glitch(word: &str, at: usize) -> bool {
    let mut rest = word[at..].chars();
    // The annex's MidLetter, MidNum and MidNumLet without apostrophes, middle dots and their like.
    let is_parting = rest.next().is_some_and(|sign| {
        matches!(
            sign,
            '.' | ':'
                | ','
                | ';'
                | '\u{37e}'
                | '\u{589}'
                | '،'
                | '\u{60d}'
                | '\u{2024}'
                | '\u{fe10}'
                | '\u{fe13}'
                | '\u{fe14}'
                | '\u{fe50}'
                | '\u{fe52}'
                | '\u{fe54}'
                | '\u{fe55}'
                | '，'
                | '．'
                | '：'
                | '；'
        )
    });
    let is_digit = |character: Option<char>| character.is_some_and(char::is_numeric);
    is_parting && !(is_digit(word[..at].chars().next_back()) && is_digit(rest.next()))
}

/// Whether a character that begins a cluster is neither a letter, nor a digit, nor one that only tells how
/// those are set, such as a soft hyphen or a mark of direction.
fn is_sign(character: char) -> bool {
    let is_format = matches!(
        character,
        '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    !character.is_alphanumeric() && !is_format
}

#[cfg(test)]
mod tests {
    use super::super::text::marked::{places, spans};
    use super::*;
    use proptest::prelude::*;

    /// `|` twice for what was selected, `⟦…⟧` for what is meant; without the latter, nothing is.
    fn snaps(marked: &str) {
        let (bare, _) = spans(&marked.replace('|', ""));
        let (text, selected) = places(&marked.replace(['⟦', '⟧'], ""));
        assert_eq!(bare, text);
        let (_, meant) = spans(&marked.replace('|', ""));
        let selected = text.span(selected[0], selected[1]).unwrap();
        let found = snapped(&text, selected);
        assert_eq!(
            found,
            meant.first().copied(),
            "{marked}: {:?}",
            found.map(|span| text.slice(span))
        );
    }

    #[test]
    fn white_space_at_the_ends_is_left_outside() {
        snaps("one| \n⟦two three⟧\u{a0} |four");
        snaps("one|⟦ \u{301}two⟧| three");
    }

    #[test]
    fn a_selection_by_words_loses_white_space_at_its_ends_and_nothing_else() {
        for (before, words, behind) in [(" ", "Kyiv sa", "\u{a0}\n"), ("", "Kyiv.", ""), ("", "", " \n")] {
            let text = Text::new(format!("{before}{words}{behind}"));
            let all = Span::new(0, text.len()).unwrap();
            let found = trimmed(&text, all).map(|span| text.slice(span));
            assert_eq!(found.unwrap_or_default(), words);
        }
    }

    #[test]
    fn an_end_inside_a_word_is_moved_out() {
        snaps("⟦Uk|raine con|trols⟧ it");
        snaps("in ⟦Ukr|ai|ne’s⟧ east");
        snaps("held ⟦1,2|94 squ|are⟧");
        snaps("⟦قا|ل⟧ |الرئيس");
        snaps("⟦של|ום⟧ |עולם");
        snaps("⟦ca|fe\u{301}|s⟧ x");
        snaps("⟦Zelen|\u{ad}s|ky⟧ said");
    }

    #[test]
    fn an_end_beside_a_sign_stays() {
        snaps("said.|⟦insisting⟧| on");
        snaps("⟦|3|⟧.5 million");
        snaps("in |⟦Ukraine⟧|’s east");
        snaps("“⟦|red lines|⟧”");
    }

    #[test]
    fn an_end_is_not_moved_over_a_glitch() {
        snaps("he said.⟦insis|ting that|⟧ it");
        snaps("he ⟦|has sa|id⟧.insisting");
        snaps("⟦|the cla|im⟧:he");
    }

    #[test]
    fn a_full_stop_at_the_end_is_left_outside() {
        snaps("|⟦He left⟧.|");
        snaps("|⟦He left⟧ . .| Then");
        snaps("|⟦on bbc.co.uk⟧.|");
        snaps("|⟦by 3.5⟧.|");
        for whole in [
            "|⟦he left…⟧|",
            "|⟦he left..⟧|",
            "|⟦“he said.”⟧|",
            "|⟦in the U.S.⟧|",
            "|⟦at 5 p.m.⟧|",
            "|⟦a Ph.D.⟧|",
            "|⟦(U.S.⟧|)",
        ] {
            snaps(whole);
        }
    }

    #[test]
    fn nothing_is_left_of_white_space_or_a_full_stop() {
        snaps("a| \n |b");
        snaps("a|.|");
        snaps("a| . |b");
    }

    #[test]
    fn a_selection_of_ideographs_is_left_as_it_is() {
        snaps("乌|⟦克兰控⟧|制");
        snaps("乌克|⟦兰控制。⟧|");
    }

    #[test]
    fn a_family_is_taken_whole() {
        let (text, found) = spans("a ⟦👩\u{200d}👩\u{200d}👧⟧ b");
        let inside = found[0].start().0 + 4;
        let half = Span::new(ByteOffset(inside), ByteOffset(inside + 3)).unwrap();
        assert_eq!(snapped(&text, half), Some(found[0]));
    }

    /// Nudges from the first `⟦…⟧` on, through each one that follows in `steps`.
    fn nudges(edge: Edge, step: Step, forward: bool, steps: &[&str]) {
        let mut from: Option<(Text, Span)> = None;
        for marked in steps {
            let (text, found) = spans(marked);
            if let Some((_, span)) = from {
                assert_eq!(
                    nudged(&text, span, edge, step, forward),
                    Some(found[0]),
                    "to {marked}"
                );
            }
            from = Some((text, found[0]));
        }
        let (text, span) = from.unwrap();
        assert_eq!(nudged(&text, span, edge, step, forward), None, "from {steps:?}");
    }

    #[test]
    fn an_end_steps_to_where_words_end() {
        let there = [
            "⟦o⟧ne,  two.\n\nthree!",
            "⟦one⟧,  two.\n\nthree!",
            "⟦one,  two⟧.\n\nthree!",
            "⟦one,  two.\n\nthree⟧!",
            "⟦one,  two.\n\nthree!⟧",
        ];
        nudges(Edge::End, Step::Word, true, &there);
        nudges(
            Edge::End,
            Step::Word,
            false,
            &[there[4], there[3], there[2], there[1]],
        );
        nudges(
            Edge::End,
            Step::Word,
            false,
            &["⟦said.insisting⟧", "⟦said⟧.insisting"],
        );
    }

    #[test]
    fn a_start_steps_to_where_words_begin() {
        let back = [
            "“one,  two.\n\nthr⟦ee⟧",
            "“one,  two.\n\n⟦three⟧",
            "“one,  ⟦two.\n\nthree⟧",
            "“⟦one,  two.\n\nthree⟧",
            "⟦“one,  two.\n\nthree⟧",
        ];
        nudges(Edge::Start, Step::Word, false, &back);
        nudges(
            Edge::Start,
            Step::Word,
            true,
            &[back[4], back[3], back[2], back[1]],
        );
        nudges(
            Edge::Start,
            Step::Word,
            true,
            &["⟦said.insisting⟧", "said.⟦insisting⟧"],
        );
    }

    #[test]
    fn a_step_by_character_keeps_clusters_whole_and_leaves_one() {
        nudges(
            Edge::End,
            Step::Character,
            false,
            &["⟦e\u{301}👍🏽中⟧", "⟦e\u{301}👍🏽⟧中", "⟦e\u{301}⟧👍🏽中"],
        );
        nudges(
            Edge::Start,
            Step::Character,
            true,
            &["⟦e\u{301}👍🏽中⟧", "e\u{301}⟦👍🏽中⟧", "e\u{301}👍🏽⟦中⟧"],
        );
        nudges(
            Edge::Start,
            Step::Character,
            false,
            &["e\u{301}⟦中⟧", "⟦e\u{301}中⟧"],
        );
    }

    /// `|` for where an end of the first span of `from` is dragged to.
    fn drags(edge: Edge, from: &str, to: &str, is_exact: bool) {
        let (text, place) = places(&from.replace(['⟦', '⟧'], ""));
        let (_, span) = spans(&from.replace('|', ""));
        let (_, meant) = spans(to);
        assert_eq!(
            dragged(&text, span[0], edge, place[0], is_exact),
            Some(meant[0]),
            "{from}"
        );
    }

    #[test]
    fn a_dragged_end_goes_to_the_nearest_word_edge_unless_it_is_exact() {
        drags(Edge::End, "⟦one⟧ two thr|ee four", "⟦one two three⟧ four", false);
        drags(Edge::End, "⟦one⟧ two t|hree four", "⟦one two ⟧three four", false);
        drags(Edge::End, "⟦one⟧ two t|hree four", "⟦one two t⟧hree four", true);
        drags(Edge::End, "⟦one⟧ two  |three", "⟦one two⟧  three", false);
        drags(Edge::Start, "o|ne two ⟦three⟧", "⟦one two three⟧", false);
        drags(Edge::Start, "one|  two ⟦three⟧", "one  ⟦two three⟧", false);
    }

    #[test]
    fn a_dragged_end_does_not_pass_the_other() {
        drags(Edge::End, "|one ⟦two⟧", "one ⟦t⟧wo", true);
        drags(Edge::Start, "one ⟦two⟧ three|", "one tw⟦o⟧ three", false);
    }

    fn text() -> impl Strategy<Value = Text> {
        let part = prop_oneof![
            4 => "[a-zA-Z .,:;’'\n0-9]{0,8}",
            1 => "[.… \u{a0}\u{301}\u{ad}“”]{0,4}",
            1 => "[قال الرئيس\u{64b}\u{200f}،]{0,8}",
            1 => "[שלום״ \u{5b8}]{0,8}",
            1 => "[乌克兰，。カタナ]{0,5}",
            1 => prop::sample::select(vec!["👩\u{200d}👩\u{200d}👧\u{200d}👦", "🇺🇦", "👍🏽", "U.S.", "\u{600}.", "\r\n"]).prop_map(String::from),
        ];
        prop::collection::vec(part, 1..8).prop_map(|parts| Text::new(parts.concat()))
    }

    /// A text with a span of it and a place in it.
    fn cases() -> impl Strategy<Value = (Text, Span, ByteOffset)> {
        (text(), any::<[prop::sample::Index; 3]>()).prop_filter_map("an empty span", |(text, indices)| {
            let places: Vec<_> = text
                .char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .collect();
            let [a, b, place] = indices.map(|index| ByteOffset::from(*index.get(&places)));
            let span = text.span(a.min(b), a.max(b))?;
            Some((text, span, place))
        })
    }

    fn is_on_characters(text: &Text, span: Span) -> bool {
        text.holds(span)
            && [span.start(), span.end()]
                .iter()
                .all(|&at| character_at(text, at) == at)
    }

    proptest! {
        #[test]
        fn snapping_twice_is_snapping_once((text, span, _) in cases()) {
            if let Some(once) = snapped(&text, span) {
                prop_assert!(is_on_characters(&text, once));
                prop_assert!(is_word_edge(&text, once.start()) && is_word_edge(&text, once.end()));
                prop_assert_eq!(snapped(&text, once), Some(once));
            }
        }

        #[test]
        fn no_nudge_passes_the_other_end_or_splits_a_character((text, span, _) in cases(), is_start: bool, by_word: bool, forward: bool) {
            let edge = if is_start { Edge::Start } else { Edge::End };
            let step = if by_word { Step::Word } else { Step::Character };
            if let Some(moved) = nudged(&text, span, edge, step, forward) {
                let (from, to) = (end_of(span, edge), end_of(moved, edge));
                prop_assert_eq!(to > from, forward);
                prop_assert_eq!(character_at(&text, to), to);
                let other = if is_start { Edge::End } else { Edge::Start };
                prop_assert_eq!(end_of(span, other), end_of(moved, other));
            }
        }

        #[test]
        fn no_drag_passes_the_other_end_or_splits_a_character((text, span, place) in cases(), is_start: bool, is_exact: bool) {
            let edge = if is_start { Edge::Start } else { Edge::End };
            let moved = dragged(&text, span, edge, place, is_exact).unwrap();
            prop_assert_eq!(character_at(&text, end_of(moved, edge)), end_of(moved, edge));
            prop_assert_eq!(dragged(&text, moved, edge, end_of(moved, edge), true), Some(moved));
        }
    }

    #[test]
    fn a_word_longer_than_any_window_is_found_whole() {
        let text = Text::new(format!("so {} it", "é".repeat(10_000)));
        let place = ByteOffset(3 + 10_000);
        let found = snapped(&text, text.span(place, ByteOffset(place.0 + 2)).unwrap()).unwrap();
        assert_eq!(text.slice(found), "é".repeat(10_000));
    }

    proptest! {
        #[test]
        fn the_quick_way_to_a_word_edge_leads_where_the_long_way_does(
            text in "([ab1_'.,: \r\n-]|\u{301}|é|\u{ad}|\u{600}|ا|中){0,12}",
        ) {
            let text = Text::new(text);
            for place in (0..=text.len()).map(ByteOffset::from).filter(|&at| text.is_boundary(at)) {
                prop_assert_eq!(is_word_edge(&text, place), is_edge_in_any_script(&text, place), "{}", place);
            }
        }
    }
}
