//! Anchors found again: where the words of a span stand in a text that may have changed since.
//!
//! Words that stand where the anchor has them are the [`Placed::Same`]. Words that were moved are
//! [`Placed::Found`] where nothing else can be meant: they stand in one place alone, or one of several has the
//! anchor's context, and no other has half as much of it. What differs in white space, in the make of quotes and
//! in dashes alone counts as the same words. Everything else is [`Placed::Doubtful`], with the best place there
//! is, or [`Placed::Missing`]: nothing is guessed in silence.
//!
//! Words in several places that have the anchor's context equally are told apart by their neighbours: if the
//! anchors before and behind moved alike, so did what lies between them.
//!
//! The cost is bounded. A text is searched for an anchor's words twice at most, and at most 1,000 of their places
//! are looked at. Words that are merely similar are looked for if they are at most 256 code points, within 2,048
//! code points of where they are expected.

use super::article::sha256;
use super::fold::{Folded, plain};
use super::order;
use super::selector::Anchor;
use super::text::{ByteOffset, CodePointOffset, Span, Text};
use memchr::memmem;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Where an anchor's words are in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placed {
    /// Where the anchor has them.
    Same(Span),
    /// Elsewhere, and nowhere else; or not letter for letter, but in white space, quotes and dashes.
    Found(Span),
    /// Perhaps here.
    Doubtful {
        /// The likeliest place.
        best: Span,
        /// How many places there are; 1,000 where there may be more.
        candidates: usize,
        /// What is in doubt.
        why: Doubt,
    },
    /// Nowhere.
    Missing,
}

/// Why a place is not sure to be the one that is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// The words stand in several places, and what stands around them does not tell these apart.
    Repeated,
    /// The words stand in one place alone, but they are few, and others stand around them.
    OtherContext,
    /// The words do not stand anywhere; similar ones do.
    OtherWords,
    /// The anchor tells a position alone, and no words to hold against it.
    NoWords,
}

/// The most places of one anchor's words that are looked at.
const MOST_CANDIDATES: usize = 1000;
/// So many code points, of words or of their context, are not met by chance.
const TELLING: usize = 20;
/// The fewest and the most code points of words that similar ones are looked for.
const SIMILAR: std::ops::RangeInclusive<usize> = 4..=256;
/// Code points on either side of where words are expected, within which similar ones are looked for.
const WINDOW: usize = 2048;

/// The span at the anchor's position; `None` where it has none in this text, or has words or a SHA-256 that are
/// not those of the text there.
pub fn standing(text: &Text, anchor: &Anchor) -> Option<Span> {
    let (start, end) = anchor.position?;
    let span = text.span_from_code_points(start, end)?;
    let agrees = match (&anchor.exact, &anchor.exact_sha256) {
        (Some(exact), _) => **exact == *text.slice(span),
        (None, Some(hash)) => **hash == *sha256(text.slice(span).as_bytes()),
        (None, None) => true,
    };
    agrees.then_some(span)
}

/// Where each of the anchors is in `text`, in their order. `old` is the text that they were taken from, where
/// that is at hand: what it shares with `text` at its start and its end helps to tell places apart.
pub fn place<'a>(
    anchors: impl IntoIterator<Item = &'a Anchor>,
    old: Option<&Text>,
    text: &Text,
) -> Vec<Placed> {
    let anchors: Vec<_> = anchors.into_iter().collect();
    let mut finder = Finder {
        text,
        plain: OnceCell::new(),
        moved: Moved::default(),
    };
    if let Some(old) = old {
        finder.moved.learn_ends(old, text);
    }
    let sure: Vec<_> = anchors.iter().map(|anchor| finder.surely(anchor)).collect();
    for (anchor, placed) in anchors.iter().zip(&sure) {
        if let (Some((start, end)), Ok(Placed::Same(span) | Placed::Found(span))) = (anchor.position, placed)
            && start < end
        {
            let (to_start, to_end) = text.span_to_code_points(*span);
            finder.moved.learn(start.0, to_start.0);
            finder.moved.learn(end.0 - 1, to_end.0 - 1);
        }
    }
    anchors
        .iter()
        .zip(sure)
        .map(|(anchor, sure)| sure.unwrap_or_else(|candidates| finder.perhaps(anchor, candidates)))
        .collect()
}

/// How far places have moved, in code points, by where they were.
#[derive(Default)]
struct Moved(BTreeMap<u32, i64>);

impl Moved {
    fn learn(&mut self, from: u32, to: u32) {
        self.0.insert(from, i64::from(to) - i64::from(from));
    }

    /// Learns from what two texts have in common at their ends.
    fn learn_ends(&mut self, old: &Text, new: &Text) {
        let same = |(a, b): &(char, char)| a == b;
        let length = old.code_points().0.min(new.code_points().0);
        let before = old.chars().zip(new.chars()).take_while(same).count() as u32;
        let behind = old.chars().rev().zip(new.chars().rev()).take_while(same).count() as u32;
        let behind = behind.min(length - before);
        if before > 0 {
            self.learn(0, 0);
            self.learn(before - 1, before - 1);
        }
        if behind > 0 {
            self.learn(old.code_points().0 - behind, new.code_points().0 - behind);
            self.learn(old.code_points().0 - 1, new.code_points().0 - 1);
        }
    }

    /// Where a place is expected to be now, and whether what is known on either side of it moved alike.
    fn expected(&self, place: CodePointOffset) -> (CodePointOffset, bool) {
        let before = self.0.range(..=place.0).next_back();
        let behind = self.0.range(place.0..).next();
        let (by, is_between) = match (before, behind) {
            (Some((at, by)), Some((next, other))) => {
                let is_nearer = place.0 - at <= next - place.0;
                (if is_nearer { *by } else { *other }, by == other)
            }
            (Some((_, by)), None) | (None, Some((_, by))) => (*by, false),
            (None, None) => (0, false),
        };
        let place = i64::from(place.0).saturating_add(by).max(0);
        (
            CodePointOffset(u32::try_from(place).unwrap_or(u32::MAX)),
            is_between,
        )
    }
}

/// Finds anchors in one text.
struct Finder<'t> {
    text: &'t Text,
    /// The text in plain characters, once it is needed.
    plain: OnceCell<Folded>,
    moved: Moved,
}

/// A place where an anchor's words stand.
struct Candidate {
    span: Span,
    context: Context,
}

/// How far what stands around a place is what an anchor tells.
#[derive(Clone, Copy)]
struct Context {
    /// Code points that agree, both sides together.
    agreed: usize,
    /// Whether everything agrees, or at least all of a side that is telling.
    is_sure: bool,
}

impl Finder<'_> {
    /// Where the anchor is, if that can be told without looking at others.
    ///
    /// # Errors
    /// The places that its words have, where nothing tells which is meant.
    fn surely(&self, anchor: &Anchor) -> Result<Placed, Vec<Candidate>> {
        let standing = standing(self.text, anchor);
        let Some(words) = words(anchor) else {
            return match standing {
                Some(span) if anchor.exact_sha256.is_some() => Ok(Placed::Same(span)),
                Some(best) => Ok(Placed::Doubtful {
                    best,
                    candidates: 1,
                    why: Doubt::NoWords,
                }),
                None => Ok(Placed::Missing),
            };
        };
        if let Some(span) = standing
            && self.context(anchor, span).is_sure
        {
            return Ok(Placed::Same(span));
        }
        let candidates = self.candidates(anchor, words);
        if let [only] = candidates.as_slice()
            && (only.context.is_sure || words.chars().nth(TELLING - 1).is_some())
        {
            return Ok(Placed::Found(only.span));
        }
        let mut sure = candidates.iter().filter(|candidate| candidate.context.is_sure);
        if let (Some(one), None) = (sure.next(), sure.next())
            && one.context.agreed >= TELLING
            && candidates.len() < MOST_CANDIDATES
            && (candidates.iter())
                .all(|other| other.span == one.span || other.context.agreed <= one.context.agreed / 2)
        {
            return Ok(Placed::Found(one.span));
        }
        Err(candidates)
    }

    /// Where the anchor is or may be, given the places of its words and what is known of other anchors.
    fn perhaps(&self, anchor: &Anchor, mut candidates: Vec<Candidate>) -> Placed {
        let count = candidates.len();
        let expected = self.expected(anchor);
        if let Some((expected, true)) = expected
            && let Some(there) = candidates
                .iter()
                .find(|candidate| candidate.span.start() == expected && candidate.context.is_sure)
        {
            return Placed::Found(there.span);
        }
        // The most context, then the nearest, then the first.
        order::sort_by_key(&mut candidates, |candidate| {
            let distance = expected.map(|(expected, _)| expected.0.abs_diff(candidate.span.start().0));
            (std::cmp::Reverse(candidate.context.agreed), distance)
        });
        if let Some(best) = candidates.first() {
            return Placed::Doubtful {
                best: best.span,
                candidates: count,
                why: match count {
                    1 => Doubt::OtherContext,
                    _ => Doubt::Repeated,
                },
            };
        }
        let around = expected.map(|(expected, _)| expected);
        words(anchor)
            .zip(around.or_else(|| self.beside_context(anchor)))
            .and_then(|(words, around)| self.similar(words, around))
            .map_or(Placed::Missing, |best| Placed::Doubtful {
                best,
                candidates: 1,
                why: Doubt::OtherWords,
            })
    }

    /// Where the anchor is expected to begin, and whether its neighbours on both sides say so.
    fn expected(&self, anchor: &Anchor) -> Option<(ByteOffset, bool)> {
        let (expected, is_between) = self.moved.expected(anchor.position?.0);
        let place = self.text.try_from_code_points(expected);
        Some((place.unwrap_or(self.text.end()), is_between && place.is_some()))
    }

    /// The places where the words stand: letter for letter, or else in plain characters.
    fn candidates(&self, anchor: &Anchor, words: &str) -> Vec<Candidate> {
        let mut spans: Vec<_> = occurrences(self.text, words)
            .filter_map(|at| Span::new(at, at + words.len()))
            .take(MOST_CANDIDATES)
            .collect();
        if spans.is_empty() {
            let plain = self.plain.get_or_init(|| Folded::plain(self.text));
            let words = Folded::plain(words);
            let place = |at| plain.place(at);
            spans = occurrences(plain.as_str(), words.as_str())
                .filter_map(|at| self.text.span(place(at)?, place(at + words.as_str().len())?))
                .take(MOST_CANDIDATES)
                .collect();
        }
        spans
            .into_iter()
            .map(|span| Candidate {
                span,
                context: self.context(anchor, span),
            })
            .collect()
    }

    fn context(&self, anchor: &Anchor, span: Span) -> Context {
        let (before, behind) = (
            &self.text[..span.start().to_usize()],
            &self.text[span.end().to_usize()..],
        );
        let (prefix, prefix_told) = agreement(anchor.prefix.chars().rev(), before.chars().rev());
        let (suffix, suffix_told) = agreement(anchor.suffix.chars(), behind.chars());
        let is_whole = |agreed, told| agreed == told && told >= TELLING;
        Context {
            agreed: prefix + suffix,
            is_sure: is_whole(prefix, prefix_told)
                || is_whole(suffix, suffix_told)
                || (prefix, suffix) == (prefix_told, suffix_told),
        }
    }

    /// The place that the anchor's context stands beside, if only one does.
    fn beside_context(&self, anchor: &Anchor) -> Option<ByteOffset> {
        let only = |words: &str| {
            let mut found = occurrences(self.text, words);
            let first = found.next()?;
            found.next().is_none().then_some(first)
        };
        let behind_prefix = only(&anchor.prefix).map(|at| at + anchor.prefix.len());
        Some(behind_prefix.or_else(|| only(&anchor.suffix))?.into())
    }

    /// The words most like `words` near a place: at most one in four characters is another, missing or added.
    ///
    /// Approximate matching by dynamic programming: P. H. Sellers, "The theory and computation of evolutionary
    /// distances: pattern recognition", 1980, with the cut-off of E. Ukkonen, "Finding approximate patterns in
    /// strings", 1985.
    fn similar(&self, words: &str, around: ByteOffset) -> Option<Span> {
        let words: Vec<char> = plain_characters(words.chars()).take(SIMILAR.end() + 1).collect();
        if !SIMILAR.contains(&words.len()) {
            return None;
        }
        let most = words.len() / 4;
        let (before, behind) = self.text.split_at(around.to_usize());
        let from = before
            .char_indices()
            .rev()
            .take(WINDOW)
            .last()
            .map_or(around.to_usize(), |(at, _)| at);
        let to = behind
            .char_indices()
            .nth(WINDOW)
            .map_or(self.text.len(), |(at, _)| around.to_usize() + at);
        // For each number of the words' characters, the least cost of their like that ends here, and where that
        // begins. What costs more than `most` is not followed.
        let mut column: Vec<(usize, usize)> = (0..=words.len()).map(|row| (row, from)).collect();
        let mut followed = most;
        let mut best: Option<(usize, u32, Span)> = None;
        for (at, character) in self.text[from..to].char_indices() {
            let (character, end) = (plain(character), from + at + character.len_utf8());
            let mut diagonal = column[0];
            column[0] = (0, end);
            let last = (followed + 1).min(words.len());
            for row in 1..=last {
                let left = if row <= followed {
                    column[row]
                } else {
                    (most, from)
                };
                let cost = usize::from(words[row - 1] != character);
                let above = column[row - 1];
                column[row] = [(diagonal, cost), (left, 1), (above, 1)]
                    .map(|((before, start), cost)| (before + cost, start))
                    .into_iter()
                    .min_by_key(|(cost, _)| *cost)
                    .unwrap_or_default();
                diagonal = left;
            }
            followed = (0..=last)
                .rev()
                .find(|&row| column[row].0 <= most)
                .unwrap_or_default();
            let (cost, start) = column[words.len()];
            if followed < words.len() {
                continue;
            }
            if let Some(span) = Span::new(start, end) {
                let distance = span.start().0.abs_diff(around.0);
                if best.is_none_or(|(least, nearest, _)| (cost, distance) < (least, nearest)) {
                    best = Some((cost, distance, span));
                }
            }
        }
        best.map(|(.., span)| span)
    }
}

/// The words that an anchor tells; `None` where it tells none.
fn words(anchor: &Anchor) -> Option<&str> {
    anchor.exact.as_deref().filter(|words| !words.is_empty())
}

/// Every place where `words` stand in `text`, overlapping ones too. None where there are no words.
fn occurrences(text: &str, words: &str) -> impl Iterator<Item = usize> {
    let finder = memmem::Finder::new(words);
    let mut from = 0;
    std::iter::from_fn(move || {
        if words.is_empty() {
            return None;
        }
        let at = from + finder.find(text.as_bytes().get(from..)?)?;
        from = at + 1;
        Some(at)
    })
}

/// How many code points of what an anchor tells stand there too, from where the two touch on, and how many it
/// tells. Both in plain characters.
fn agreement(told: impl Iterator<Item = char>, there: impl Iterator<Item = char>) -> (usize, usize) {
    let mut there = plain_characters(there);
    let (mut agreed, mut length) = (0, 0);
    for character in plain_characters(told) {
        if agreed == length && there.next() == Some(character) {
            agreed += 1;
        }
        length += 1;
    }
    (agreed, length)
}

/// Characters made [`plain`], every run of white space one space.
fn plain_characters(characters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut was_space = false;
    characters.map(plain).filter(move |&character| {
        let is_repeated = was_space && character == ' ';
        was_space = character == ' ';
        !is_repeated
    })
}

#[cfg(test)]
mod tests {
    use super::super::text::marked::spans;
    use super::*;
    use proptest::prelude::*;

    /// The places in the text `new` of the spans marked in `old`, as words.
    fn placed(old: &str, new: &str) -> Vec<String> {
        let (old, marked) = spans(old);
        let new = Text::new(new);
        let anchors: Vec<_> = marked.iter().map(|&span| Anchor::of(&old, span)).collect();
        place(&anchors, Some(&old), &new)
            .into_iter()
            .map(|placed| told(&new, placed))
            .collect()
    }

    fn told(text: &Text, placed: Placed) -> String {
        let at = |span: Span| format!("{} {}", span.start(), text.slice(span));
        match placed {
            Placed::Same(span) => format!("same {}", at(span)),
            Placed::Found(span) => format!("found {}", at(span)),
            Placed::Doubtful {
                best,
                candidates,
                why,
            } => format!("{why:?} {candidates} {}", at(best)),
            Placed::Missing => "missing".to_owned(),
        }
    }

    #[test]
    fn words_that_were_moved_are_found_by_what_stands_around_them() {
        let old = "Kyiv said so. Then Moscow ⟦said⟧ that it had not said anything.";
        let new = "Corrected. Kyiv said so. Then Moscow said that it had not said anything.";
        let expected = format!("found {} said", new.find("said that").unwrap());
        assert_eq!(placed(old, new), [expected]);
        assert_eq!(placed(old, &old.replace(['⟦', '⟧'], "")), ["same 26 said"]);
    }

    #[test]
    fn words_that_differ_in_quotes_dashes_and_spaces_alone_are_found() {
        assert_eq!(
            placed(
                "He spoke of ⟦“red  lines” – Ukraine’s⟧ own.",
                "Yes. He spoke of \"red\u{a0}lines\" - Ukraine's own."
            ),
            ["found 17 \"red\u{a0}lines\" - Ukraine's"]
        );
    }

    #[test]
    fn a_few_words_among_others_than_they_were_are_doubtful() {
        assert_eq!(
            placed(
                "⟦Kyiv⟧ said so",
                "Nobody at all knows what happened in Kyiv that night"
            ),
            ["OtherContext 1 37 Kyiv"]
        );
    }

    #[test]
    fn words_in_several_places_are_doubtful_where_nothing_tells_them_apart() {
        assert_eq!(placed("a ⟦no⟧ b", "no, no, c no"), ["Repeated 3 4 no"]);
        let anchor = Anchor {
            exact: Some("no".into()),
            ..Anchor::default()
        };
        let text = Text::new("no, no");
        assert_eq!(told(&text, place([&anchor], None, &text)[0]), "Repeated 2 0 no");
    }

    #[test]
    fn neighbours_tell_which_of_many_like_places_is_meant() {
        let line = "Shelling was reported near the border town that night.\n";
        let old = format!(
            "First. {line}{line}{}{line}{line}Last.",
            line.replace("border town", "⟦border town⟧")
        );
        let new = format!("News: {}, indeed", old.replace(['⟦', '⟧'], ""));
        let meant = new.match_indices("border town").nth(2).unwrap().0;
        assert_eq!(placed(&old, &new), [format!("Repeated 5 {meant} border town")]);
        let old = old.replace("First", "⟦First⟧").replace("Last", "⟦Last⟧");
        assert_eq!(placed(&old, &new)[1], format!("found {meant} border town"));
    }

    #[test]
    fn what_two_texts_share_at_their_ends_tells_like_places_apart() {
        let line = "Shelling was reported near the border town that night.\n";
        let old = format!(
            "Old. {line}{}{line}",
            line.replace("border town", "⟦border town⟧")
        );
        let new = format!("Renewed. {}", &old.replace(['⟦', '⟧'], "")[5..]);
        let meant = new.match_indices("border town").nth(1).unwrap().0;
        assert_eq!(placed(&old, &new), [format!("found {meant} border town")]);
    }

    #[test]
    fn similar_words_are_doubtful_and_never_taken_for_the_same() {
        assert_eq!(
            placed(
                "It said ⟦the town had been captured⟧ by then.",
                "It was said the town has been captured by then."
            ),
            ["OtherWords 1 12 the town has been captured"]
        );
        assert_eq!(
            placed(
                "It said ⟦the town had fallen⟧.",
                "Nothing of that kind stands here."
            ),
            ["missing"]
        );
    }

    #[test]
    fn a_hash_holds_at_its_position_alone() {
        let (text, marked) = spans("Kyiv said ⟦so⟧, so it did");
        let anchor = Anchor {
            exact: None,
            exact_sha256: Some(sha256(b"so").into()),
            ..Anchor::of(&text, marked[0])
        };
        assert_eq!(place([&anchor], None, &text), [Placed::Same(marked[0])]);
        assert_eq!(
            place([&anchor], None, &Text::new("Oh: Kyiv said so, so it did")),
            [Placed::Missing]
        );
    }

    #[test]
    fn a_position_without_words_is_doubtful_and_one_outside_the_text_is_missing() {
        let (text, marked) = spans("Kyiv ⟦said⟧ so");
        let anchor = Anchor {
            position: Some(text.span_to_code_points(marked[0])),
            ..Anchor::default()
        };
        assert_eq!(told(&text, place([&anchor], None, &text)[0]), "NoWords 1 5 said");
        assert_eq!(standing(&text, &anchor), Some(marked[0]));
        assert_eq!(place([&anchor], None, &Text::new("Kyiv")), [Placed::Missing]);
        assert_eq!(place([&Anchor::default()], None, &text), [Placed::Missing]);
    }

    #[test]
    fn hopeless_anchors_in_a_megabyte_are_soon_told() {
        let text = Text::new("aaaa bbbb cccc ".repeat(70_000));
        let hopeless = |number: u32| Anchor {
            position: Some((CodePointOffset(number * 900), CodePointOffset(number * 900 + 200))),
            exact: Some(format!("{number}{}", "aaab bbcc ccaa ".repeat(14)).into()),
            prefix: "aaaa bbbb cccc aaaa bbbb".into(),
            ..Anchor::default()
        };
        let repeated = Anchor {
            exact: Some("a".into()),
            ..Anchor::default()
        };
        // Few of them, for a build that is not optimised.
        let anchors: Vec<_> = (0..4).map(hopeless).chain([repeated]).collect();
        let before = std::time::Instant::now();
        let placed = place(&anchors, None, &text);
        assert!(before.elapsed().as_secs() < 10, "{:?}", before.elapsed());
        assert!(
            placed
                .iter()
                .all(|placed| matches!(placed, Placed::Doubtful { .. } | Placed::Missing))
        );
    }

    /// Text of few words, which stand again and again, and of every awkward kind of character.
    fn text() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "said ",
            "that ",
            "Kyiv ",
            "the ",
            "“no” ",
            "’s ",
            "– ",
            "\n\n",
            "😀",
            "cafe\u{301} ",
            "中文",
            "\u{a0}",
            "قال ",
        ]);
        prop::collection::vec(word, 1..60).prop_map(|words| words.concat())
    }

    fn any_span(text: &str, from: usize, to: usize) -> Option<Span> {
        let places: Vec<_> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let (from, to) = (places[from % places.len()], places[to % places.len()]);
        Span::new(from.min(to), from.max(to))
    }

    proptest! {
        #[test]
        fn in_a_text_that_did_not_change_every_anchor_is_the_same(text in text(), (from, to) in any::<(usize, usize)>()) {
            let text = Text::new(text);
            if let Some(span) = any_span(&text, from, to) {
                prop_assert_eq!(place([&Anchor::of(&text, span)], None, &text), [Placed::Same(span)]);
            }
        }

        /// The model: the span is tracked through the edits, none of which touches it. A place that is told
        /// without doubt is the tracked one, unless the words stand there with all of their context: then no
        /// anchor could tell the two apart.
        #[test]
        fn after_edits_elsewhere_a_span_is_found_or_doubtful_but_never_silently_wrong(
            old in text(),
            (from, to) in any::<(usize, usize)>(),
            edits in prop::collection::vec((any::<(usize, usize)>(), text()), 0..4),
            is_old_at_hand in any::<bool>(),
        ) {
            let old = Text::new(old);
            let Some(span) = any_span(&old, from, to) else { return Ok(()) };
            let mut parts = [old[..span.start().to_usize()].to_owned(), old[span.end().to_usize()..].to_owned()];
            for ((from, to), words) in edits {
                let part = &mut parts[from % 2];
                match any_span(part, from / 2, to) {
                    Some(cut) => part.replace_range(cut.range(), &words),
                    None => part.push_str(&words),
                }
            }
            let words = old.slice(span);
            let new = Text::new(format!("{}{words}{}", parts[0], parts[1]));
            let tracked = Span::new(parts[0].len(), parts[0].len() + words.len()).unwrap();
            let anchor = Anchor::of(&old, span);
            let placed = place([&anchor], is_old_at_hand.then_some(&old), &new)[0];
            match placed {
                Placed::Same(found) | Placed::Found(found) if found != tracked => {
                    let plain = |words: &str| Folded::plain(words).as_str().to_owned();
                    let before = plain(&new[..found.start().to_usize()]);
                    let behind = plain(&new[found.end().to_usize()..]);
                    let is_like = before.ends_with(&plain(&anchor.prefix))
                        && behind.starts_with(&plain(&anchor.suffix));
                    prop_assert_eq!(new.slice(found), words);
                    prop_assert!(is_like, "{:?} for {:?} in {:?}", placed, anchor, new.as_str());
                }
                Placed::Missing => prop_assert!(false, "{:?} stand in {:?}", words, new.as_str()),
                _ => {}
            }
        }

        #[test]
        fn any_anchor_at_all_gets_an_answer_that_lies_in_the_text(
            text in text(),
            position in any::<Option<(u32, u32)>>(),
            (exact, prefix, suffix) in (prop::option::of(text()), text(), text()),
        ) {
            let text = Text::new(text);
            let anchor = Anchor {
                position: position.map(|(start, end)| (CodePointOffset(start), CodePointOffset(end))),
                exact: exact.map(Into::into),
                prefix: prefix.into(),
                suffix: suffix.into(),
                exact_sha256: None,
            };
            match place([&anchor], None, &text)[0] {
                Placed::Same(span) | Placed::Found(span) | Placed::Doubtful { best: span, .. } => {
                    prop_assert!(text.holds(span));
                }
                Placed::Missing => {}
            }
        }

        #[test]
        fn what_is_similar_costs_no_less_than_the_best_by_the_whole_table(
            words in "[ab]{4,12}", text in "[ab]{0,30}",
        ) {
            let text = Text::new(text);
            let finder = Finder { text: &text, plain: OnceCell::new(), moved: Moved::default() };
            let distance = |there: &str| strsim::levenshtein(&words, there);
            let best = (0..text.len())
                .flat_map(|from| (from + 1..=text.len()).map(move |to| (from, to)))
                .map(|(from, to)| distance(&text[from..to]))
                .min()
                .filter(|&cost| cost <= words.len() / 4);
            let found = finder.similar(&words, ByteOffset(0)).map(|span| distance(text.slice(span)));
            prop_assert_eq!(found, best);
        }
    }
}
