//! Selectors: anchors as they are written to a file.

use super::boundary;
use super::text::{ByteOffset, CodePointOffset, Span, Text};

/// Code points of context on either side of a quote.
const CONTEXT: usize = 32;

/// A quote and the words around it, after the Text Quote Selector of the W3C Web Annotation Data Model,
/// section 4.2.4. With the position beside it, an anchor survives a change of the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quote<'t> {
    /// The words of the span.
    pub exact: &'t str,
    /// At most 32 code points before it; fewer rather than half a grapheme cluster.
    pub prefix: &'t str,
    /// At most 32 code points behind it; fewer rather than half a grapheme cluster.
    pub suffix: &'t str,
}

/// Where something was in a text that is not at hand: whatever a file tells of position and words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Anchor {
    /// Start and end, where they are told.
    pub position: Option<(CodePointOffset, CodePointOffset)>,
    /// The words, where they are told.
    pub exact: Option<Box<str>>,
    /// Words right before it; empty where none are told.
    pub prefix: Box<str>,
    /// Words right behind it; empty where none are told.
    pub suffix: Box<str>,
    /// The SHA-256 of the words, in small hexadecimal digits, where they are not told themselves.
    pub exact_sha256: Option<Box<str>>,
}

impl Anchor {
    /// Everything that tells where a span that `text` holds is.
    ///
    /// # Panics
    /// Where `text` does not hold the span.
    pub fn of(text: &Text, span: Span) -> Self {
        let quote = quote(text, span);
        Self {
            position: Some(text.span_to_code_points(span)),
            exact: Some(quote.exact.into()),
            prefix: quote.prefix.into(),
            suffix: quote.suffix.into(),
            exact_sha256: None,
        }
    }
}

/// The quote of a span that `text` holds.
pub fn quote(text: &Text, span: Span) -> Quote<'_> {
    let (start, end) = (span.start().to_usize(), span.end().to_usize());
    let mut from = text[..start]
        .char_indices()
        .rev()
        .nth(CONTEXT - 1)
        .map_or(0, |(at, _)| at);
    if !is_character_start(text, from) {
        from = boundary::next_character(text, boundary::previous_character(text, from.into()))
            .to_usize()
            .min(start);
    }
    let mut to = text[end..]
        .char_indices()
        .nth(CONTEXT)
        .map_or(text.len(), |(at, _)| end + at);
    if !is_character_start(text, to) {
        to = boundary::previous_character(text, to.into()).to_usize().max(end);
    }
    Quote {
        exact: text.slice(span),
        prefix: &text[from..start],
        suffix: &text[end..to],
    }
}

fn is_character_start(text: &Text, at: usize) -> bool {
    let place = ByteOffset::from(at);
    boundary::character_at(text, place) == place
}

#[cfg(test)]
mod tests {
    use super::super::text::marked::spans;
    use super::*;

    #[test]
    fn a_quote_carries_up_to_32_code_points_of_context() {
        let (text, found) = spans(&format!("{}⟦quote⟧{}", "á".repeat(40), "z".repeat(10)));
        let quote = quote(&text, found[0]);
        assert_eq!(quote.exact, "quote");
        assert_eq!(quote.prefix, "á".repeat(32));
        assert_eq!(quote.suffix, "z".repeat(10));
    }

    #[test]
    fn context_never_cuts_a_family_of_one_glyph() {
        let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
        let (text, found) = spans(&format!(
            "{f}{f}{f}{f}{f}{f}⟦quote⟧{f}{f}{f}{f}{f}{f}",
            f = family
        ));
        let quote = quote(&text, found[0]);
        assert_eq!(quote.prefix, family.repeat(4));
        assert_eq!(quote.suffix, family.repeat(4));
    }

    #[test]
    fn at_the_ends_of_a_text_the_context_is_empty() {
        let (text, found) = spans("⟦all of it⟧");
        let quote = quote(&text, found[0]);
        assert_eq!((quote.prefix, quote.suffix), ("", ""));
    }
}
