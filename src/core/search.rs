//! Finding words in texts.

use super::boundary::{character_at, character_end};
use super::fold::{Folded, Folder, Folding};
use super::order;
use super::snap::is_word_edge;
use super::text::{Span, Text};

/// What to look for. White space in it stands for any run of white space, line feeds included, and counts for
/// nothing at its ends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// The words.
    pub words: String,
    /// Whether a hit must begin and end at the edges of words, as [`is_word_edge`] has them.
    pub is_whole_word: bool,
    /// Whether letters must be the very same; otherwise accents, case, and the make of quotes and dashes do not
    /// count.
    pub is_exact: bool,
}

/// A query made ready for any number of texts.
pub struct Search<'f> {
    /// As it stands in the texts once those are folded. Empty where nothing is looked for.
    words: String,
    is_whole_word: bool,
    /// `None` where letters must be the very same.
    folder: Option<Folder<'f>>,
}

/// The hits in one text, from its start to its end. They do not overlap, and never begin or end inside a
/// character.
///
/// The text is folded at the start, the hits are looked for one at a time: take as many as are wanted.
pub struct Hits<'a> {
    text: &'a Text,
    folded: Folded,
    words: &'a str,
    is_whole_word: bool,
    /// Where to look on, in the folded text.
    from: usize,
}

impl Query {
    /// Makes the query ready.
    pub fn prepared<'f>(&self, folding: &'f dyn Folding) -> Search<'f> {
        let words = self.words.trim();
        let mut folder = (!self.is_exact).then(|| Folder::new(folding));
        Search {
            words: match &mut folder {
                Some(folder) => folder.fold(words),
                None => Folded::exact(words).as_str().to_owned(),
            },
            is_whole_word: self.is_whole_word,
            folder,
        }
    }
}

impl Search<'_> {
    /// The hits in a text. A query without words has none.
    pub fn hits<'a>(&'a mut self, text: &'a Text) -> Hits<'a> {
        Hits {
            text,
            folded: match &mut self.folder {
                _ if self.words.is_empty() => Folded::default(),
                Some(folder) => folder.folded(text),
                None => Folded::exact(text),
            },
            words: &self.words,
            is_whole_word: self.is_whole_word,
            from: 0,
        }
    }
}

impl Iterator for Hits<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let first = self.words.chars().next()?.len_utf8();
        loop {
            let at = self.from + self.folded.as_str()[self.from..].find(self.words)?;
            let end = at + self.words.len();
            let span = self
                .folded
                .place(at)
                .zip(self.folded.place(end))
                .and_then(|(start, end)| self.text.span(start, end));
            if let Some(span) = span.filter(|&span| self.is_hit(span)) {
                self.from = end;
                return Some(span);
            }
            self.from = at + first;
        }
    }
}

impl Hits<'_> {
    fn is_hit(&self, span: Span) -> bool {
        let ends = [span.start(), span.end()];
        if self.is_whole_word {
            ends.iter().all(|&end| is_word_edge(self.text, end))
        } else {
            ends.iter().all(|&end| character_at(self.text, end) == end)
        }
    }
}

/// Every place in a text where a phrase stands letter for letter, as whole words, from start to end. They do
/// not overlap. `original` is among them where it is of this text, even if its ends stand inside words.
pub fn same_phrases(text: &Text, phrase: &str, original: Option<Span>) -> Vec<Span> {
    let original = original.filter(|&span| text.holds(span));
    let (mut found, mut from) = (Vec::new(), 0);
    let Some(first) = phrase.chars().next().map(char::len_utf8) else {
        return original.into_iter().collect();
    };
    while let Some(at) = text[from..].find(phrase).map(|at| from + at) {
        from = at + first;
        let Some(span) = Span::new(at, at + phrase.len()) else {
            break;
        };
        let is_whole = is_word_edge(text, span.start()) && is_word_edge(text, span.end());
        if is_whole && original.is_none_or(|original| !original.overlaps(span)) {
            found.push(span);
            from = span.end().to_usize();
        }
    }
    found.extend(original);
    order::sort(&mut found);
    found
}

/// A hit in its context: what stands before it, the hit, and what stands behind it. At most `around` code
/// points on either side, fewer where that would cut a word. Line feeds are left in.
pub fn context(text: &Text, span: Span, around: usize) -> (&str, &str, &str) {
    let (Some(before), Some(behind)) = (
        text.get(..span.start().to_usize()),
        text.get(span.end().to_usize()..),
    ) else {
        return ("", "", "");
    };
    (
        last_words(text, before, around),
        text.slice(span),
        first_words(text, behind, around),
    )
}

/// The last of `before`, with which the text begins.
fn last_words<'t>(text: &Text, before: &'t str, around: usize) -> &'t str {
    let Some((at, _)) = around
        .checked_sub(1)
        .and_then(|skipped| before.char_indices().rev().nth(skipped))
    else {
        return if around == 0 { "" } else { before };
    };
    let place = character_end(text, at.into());
    let last = before.get(place.to_usize()..).unwrap_or_default();
    match last.find(char::is_whitespace) {
        Some(space) if !is_word_edge(text, place) => &last[space..],
        _ => last,
    }
}

/// The first of `behind`, with which the text ends.
fn first_words<'t>(text: &Text, behind: &'t str, around: usize) -> &'t str {
    let Some((at, _)) = behind.char_indices().nth(around) else {
        return behind;
    };
    let from = text.len() - behind.len();
    let place = character_at(text, (from + at).into());
    let first = &behind[..place.to_usize().saturating_sub(from)];
    match first.rfind(char::is_whitespace) {
        Some(space) if !is_word_edge(text, place) => &first[..space],
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::tables::Tables;
    use super::super::text::marked::spans;
    use super::*;
    use proptest::prelude::*;

    fn query(words: &str) -> Query {
        Query {
            words: words.into(),
            ..Query::default()
        }
    }

    /// Expects the hits to be the spans in `marked`.
    fn finds(query: &Query, marked: &str) {
        let (text, expected) = spans(marked);
        let found: Vec<_> = query.prepared(&Tables).hits(&text).collect();
        assert_eq!(found, expected, "{query:?} in {marked}");
    }

    #[test]
    fn accents_case_and_the_make_of_signs_do_not_count() {
        finds(&query("cafe"), "⟦Café⟧ or ⟦CAFE\u{301}⟧s");
        finds(&query("Ukraine's \"red"), "⟦ukraine’s “red⟧ lines”");
        finds(&query("Zelensky"), "⟦Zelensky⟧y, Zelenskiy");
    }

    #[test]
    fn an_exact_query_finds_the_very_letters() {
        let exact = Query {
            is_exact: true,
            ..query("Café it’s")
        };
        finds(&exact, "café it’s, ⟦Café\u{a0}it’s⟧, Cafe\u{301} it’s, Café it's");
    }

    #[test]
    fn white_space_stands_for_any_run_of_it_and_for_nothing_at_the_ends() {
        finds(
            &query(" red  lines\n"),
            "⟦red lines⟧, ⟦Red\u{a0}\n\n lines⟧ redlines",
        );
    }

    #[test]
    fn whole_words_end_at_word_edges() {
        let whole = |words| Query {
            is_whole_word: true,
            ..query(words)
        };
        finds(
            &whole("said"),
            "⟦said⟧, aforesaid, saids, ⟦said⟧.insisting ⟦SAID⟧",
        );
        finds(&whole("克兰"), "乌⟦克兰⟧控");
    }

    #[test]
    fn no_hit_splits_a_character() {
        finds(&query("👩"), "👩\u{200d}👧 ⟦👩⟧");
        finds(&query("하"), "한 ⟦하⟧");
        let exact = Query {
            is_exact: true,
            ..query("cafe")
        };
        finds(&exact, "cafe\u{301} ⟦cafe⟧");
    }

    #[test]
    fn hits_do_not_overlap_and_a_query_without_words_has_none() {
        finds(&query("aa"), "⟦aa⟧⟦aa⟧a");
        for empty in ["", " \n", "\u{301}"] {
            finds(&query(empty), "a \u{301}b");
        }
    }

    #[test]
    fn the_same_phrase_is_found_letter_for_letter_with_the_original() {
        let (text, found) = spans("⟦red lines⟧, Red lines, red  lines, ⟦red lines⟧; reddened lines");
        assert_eq!(same_phrases(&text, "red lines", Some(found[1])), found);
        let (text, found) = spans("a a⟦a a⟧, ⟦a a⟧ a");
        assert_eq!(same_phrases(&text, "a a", Some(found[0])), found);
        assert_eq!(same_phrases(&text, "", None), []);
    }

    #[test]
    fn a_context_is_cut_between_words() {
        let (text, found) = spans("one two three ⟦four⟧ five\nsix seven");
        assert_eq!(context(&text, found[0], 8), (" three ", "four", " five"));
        assert_eq!(context(&text, found[0], 9), (" three ", "four", " five\nsix"));
        assert_eq!(
            context(&text, found[0], 99),
            ("one two three ", "four", " five\nsix seven")
        );
        assert_eq!(context(&text, found[0], 0), ("", "four", ""));
        let (text, found) = spans("abcdefe\u{301}⟦x⟧👍🏽yyyyy");
        assert_eq!(context(&text, found[0], 1), ("", "x", ""));
        assert_eq!(context(&text, found[0], 3), ("fe\u{301}", "x", "👍🏽y"));
    }

    /// Every stretch of whole characters is folded and compared.
    fn naive(query: &Query, text: &Text) -> Vec<Span> {
        let mut folder = Folder::new(&Tables);
        let mut fold = |words: &str| {
            if query.is_exact {
                Folded::exact(words).as_str().to_owned()
            } else {
                folder.fold(words)
            }
        };
        let words = fold(query.words.trim());
        let places: Vec<_> = (0..=text.len())
            .map(Into::into)
            .filter(|&at| text.is_boundary(at) && character_at(text, at) == at)
            .filter(|&at| !query.is_whole_word || is_word_edge(text, at))
            .collect();
        let (mut hits, mut from) = (Vec::new(), 0);
        for &start in &places {
            // What became nothing belongs to what stands before it.
            let first = text[start.to_usize()..].chars().next();
            let is_behind = start.to_usize() < from;
            if words.is_empty() || is_behind || first.is_none_or(|first| fold(&first.to_string()).is_empty())
            {
                continue;
            }
            let hit = places
                .iter()
                .rev()
                .filter_map(|&end| Span::new(start, end))
                .find(|&span| fold(text.slice(span)) == words);
            from = hit.map_or(from, |hit| hit.end().to_usize());
            hits.extend(hit);
        }
        hits
    }

    proptest! {
        #[test]
        fn the_hits_are_those_of_a_naive_search(
            text in "([aAbé .’]|e\u{301}|[ \n\u{a0}]|한|하|中|👩\u{200d}👧){0,24}",
            words in "([abeé '’]|e\u{301}|\n|하|👩|中){0,4}",
            is_whole_word: bool,
            is_exact: bool,
        ) {
            let text = Text::new(text);
            let query = Query { words, is_whole_word, is_exact };
            let found: Vec<_> = query.prepared(&Tables).hits(&text).collect();
            prop_assert_eq!(found, naive(&query, &text));
        }

        #[test]
        fn a_context_is_of_its_text(text in "([ab .\n]|e\u{301}|中|👍🏽){1,20}", around in 0..12_usize, indices: [prop::sample::Index; 2]) {
            let text = Text::new(text);
            let places: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (one, other) = (*indices[0].get(&places), *indices[1].get(&places));
            if let Some(span) = Span::new(one.min(other), one.max(other)) {
                let (before, hit, behind) = context(&text, span, around);
                prop_assert_eq!(hit, text.slice(span));
                prop_assert!(text[..span.start().to_usize()].ends_with(before));
                prop_assert!(text[span.end().to_usize()..].starts_with(behind));
                prop_assert!(before.chars().count() <= around && behind.chars().count() <= around);
            }
        }
    }
}
