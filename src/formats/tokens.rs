//! Tokens, as readers in Python expect them beside a text: words and what parts them, so that every span begins
//! and ends with a token.
//!
//! White space is told as spaCy does: one space behind a word belongs to the word, what follows it up to the
//! next word is one token. spaCy rebuilds just these when it reads a `Doc` from JSON
//! (`spacy.util.get_words_and_spaces`) and refuses a file whose tokens are others.

use crate::core::order;
use crate::core::text::Span;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// A token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token<'t> {
    /// Its words.
    pub(super) words: &'t str,
    /// Where, in code points.
    pub(super) range: Range<u32>,
    /// Whether a space follows that belongs to no other token.
    pub(super) has_space: bool,
    /// Where, in bytes.
    bytes: Range<usize>,
}

/// A text in tokens.
pub(super) struct Tokens<'t> {
    pub(super) list: Vec<Token<'t>>,
}

/// Whether white space may be cut in tokens at the ends of spans, which spaCy's own JSON does not allow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WhiteSpace {
    Cut,
    Whole,
}

impl<'t> Tokens<'t> {
    /// The words of `text`, cut where `spans` begin and end.
    pub(super) fn of(text: &'t str, spans: impl Iterator<Item = Span>, white_space: WhiteSpace) -> Self {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for span in spans {
            starts.push(span.start().to_usize());
            ends.push(span.end().to_usize());
        }
        order::sort(&mut starts);
        order::sort(&mut ends);
        let is_start = |place: usize| starts.binary_search(&place).is_ok();
        let is_end = |place: usize| ends.binary_search(&place).is_ok();
        let is_cut = |place: usize| is_start(place) || is_end(place);
        let mut tokens = Self { list: Vec::new() };
        let mut at = 0;
        while let Some(first) = text[at..].chars().next() {
            let is_space = is_white_space(first);
            let end = text[at..]
                .find(|c| is_white_space(c) != is_space)
                .map_or(text.len(), |length| at + length);
            if is_space {
                let may_cut = white_space == WhiteSpace::Cut;
                let is_spans_own = may_cut && (is_start(at) || is_end(at + 1));
                if let Some(word) = tokens.list.last_mut()
                    && first == ' '
                    && !is_spans_own
                {
                    word.has_space = true;
                    at += 1;
                }
                tokens.push(text, at..end, |place| may_cut && is_cut(place));
            } else {
                let run = &text[at..end];
                // Most runs are one word, which need not be asked of Unicode's tables.
                let is_one_word = run.bytes().all(|byte| byte.is_ascii_alphanumeric());
                let words = (!is_one_word).then(|| run.split_word_bound_indices());
                let bounds: Vec<_> = words.into_iter().flatten().map(|(start, _)| at + start).collect();
                tokens.push(text, at..end, |place| {
                    bounds.binary_search(&place).is_ok() || is_cut(place)
                });
            }
            at = end;
        }
        tokens
    }

    /// Adds a run of the text as one token, or as several that part where `parts` says so.
    fn push(&mut self, text: &'t str, run: Range<usize>, parts: impl Fn(usize) -> bool) {
        let mut begun = run.start;
        let places = text[run.clone()].char_indices().map(|(at, _)| run.start + at);
        for end in places.skip(1).filter(|&place| parts(place)).chain([run.end]) {
            let words = &text[begun..end];
            if words.is_empty() {
                return;
            }
            let last = self.list.last();
            let start = last.map_or(0, |token| token.range.end + u32::from(token.has_space));
            self.list.push(Token {
                words,
                range: start..start + words.chars().count() as u32,
                has_space: false,
                bytes: begun..end,
            });
            begun = end;
        }
    }

    /// The numbers of the first and of the last token of a span; `None` where it does not begin and end with
    /// one.
    pub(super) fn of_span(&self, span: Span) -> Option<(usize, usize)> {
        let bytes = span.range();
        let first = self
            .list
            .binary_search_by_key(&bytes.start, |token| token.bytes.start);
        let last = self
            .list
            .binary_search_by_key(&bytes.end, |token| token.bytes.end);
        first.ok().zip(last.ok())
    }
}

/// What Python's `str.isspace` takes for white space: Unicode's, and four separators of ASCII.
fn is_white_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::super::generated;
    use super::*;
    use crate::core::text::marked::spans;
    use proptest::prelude::*;

    fn cut(marked: &str, white_space: WhiteSpace) -> Vec<(String, bool)> {
        let (text, spans) = spans(marked);
        let tokens = Tokens::of(&text, spans.into_iter(), white_space);
        tokens
            .list
            .iter()
            .map(|token| (token.words.to_owned(), token.has_space))
            .collect()
    }

    fn told(tokens: &[(&str, bool)]) -> Vec<(String, bool)> {
        tokens
            .iter()
            .map(|(words, has_space)| ((*words).to_owned(), *has_space))
            .collect()
    }

    #[test]
    fn words_are_cut_where_spans_begin_and_end() {
        assert_eq!(
            cut("He ⟦said⟧s s⟦o.⟧", WhiteSpace::Whole),
            told(&[
                ("He", true),
                ("said", false),
                ("s", true),
                ("s", false),
                ("o", false),
                (".", false)
            ])
        );
    }

    #[test]
    fn one_space_belongs_to_the_word_before_it_and_the_rest_is_one_token() {
        assert_eq!(
            cut(" a  \n b\n", WhiteSpace::Whole),
            told(&[
                (" ", false),
                ("a", true),
                (" \n ", false),
                ("b", false),
                ("\n", false)
            ])
        );
    }

    #[test]
    fn white_space_is_cut_for_spans_where_that_is_asked_for() {
        assert_eq!(
            cut("a⟦ b \n⟧\nc", WhiteSpace::Cut),
            told(&[
                ("a", false),
                (" ", false),
                ("b", true),
                ("\n", false),
                ("\n", false),
                ("c", false)
            ])
        );
        assert_eq!(
            cut("a⟦ b⟧", WhiteSpace::Whole),
            told(&[("a", true), ("b", false)])
        );
    }

    proptest! {
        #[test]
        fn tokens_make_up_the_text_and_every_span(corpus in generated::corpus()) {
            for (article, records) in &corpus.articles {
                let text = &article.text;
                let spans = || records.annotations().map(|(_, annotation)| annotation.span);
                for white_space in [WhiteSpace::Cut, WhiteSpace::Whole] {
                    let tokens = Tokens::of(text, spans(), white_space);
                    let rebuilt: String = tokens
                        .list
                        .iter()
                        .flat_map(|token| [token.words, if token.has_space { " " } else { "" }])
                        .collect();
                    prop_assert_eq!(&*rebuilt, &**text);
                    for token in &tokens.list {
                        let before = text[..token.bytes.start].chars().count() as u32;
                        prop_assert_eq!(token.range.start, before);
                        prop_assert_eq!(token.range.end, before + token.words.chars().count() as u32);
                    }
                    for span in spans() {
                        let words = text.slice(span);
                        let is_bare = !words.starts_with(is_white_space) && !words.ends_with(is_white_space);
                        if is_bare || white_space == WhiteSpace::Cut {
                            let (first, last) = tokens.of_span(span).unwrap();
                            prop_assert_eq!(tokens.list[first].bytes.start, span.start().to_usize());
                            prop_assert_eq!(tokens.list[last].bytes.end, span.end().to_usize());
                        }
                    }
                }
            }
        }
    }
}
