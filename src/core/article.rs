//! Articles: immutable texts, and the blocks that they are shown in.

use super::boundary;
use super::id::ArticleId;
use super::record::Metadata;
use super::text::{ByteOffset, Span, Text, Utf16Offset};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

/// An article: a text that never changes, and what is known about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Article {
    /// Its name among the articles.
    pub id: ArticleId,
    /// What is known about it.
    pub metadata: Metadata,
    /// Whether its title was given by us, since its source had none.
    pub title_is_ours: bool,
    /// SHA-256 of the text, in 64 lower-case hexadecimal digits.
    pub sha256: Arc<str>,
    /// The text, as [`normalised`] leaves it.
    pub text: Text,
    blocks: Blocks,
}

impl Article {
    /// An article of a text that is normalised already.
    pub fn new(id: ArticleId, metadata: Metadata, text: Text) -> Self {
        let sha256 = sha256(text.as_bytes()).into();
        Self::hashed(id, metadata, text, sha256)
    }

    /// An article of a text that is normalised already, and whose SHA-256 is known.
    pub fn hashed(id: ArticleId, metadata: Metadata, text: Text, sha256: Arc<str>) -> Self {
        Self {
            id,
            metadata,
            title_is_ours: false,
            sha256,
            blocks: Blocks::default(),
            text,
        }
    }

    /// The pieces that it is shown in. They are cut when they are first asked for, since most articles of a corpus
    /// are not opened in a visit.
    pub fn blocks(&self) -> &[Block] {
        self.blocks.0.get_or_init(|| blocks(&self.text).into())
    }

    /// The title; the id where it has none.
    pub fn name(&self) -> &str {
        self.metadata.title.as_deref().unwrap_or(self.id.as_str())
    }

    /// The number of the block that holds the place, or is the last to begin before it; `None` where the
    /// article has no blocks.
    pub fn block_at(&self, place: ByteOffset) -> Option<usize> {
        if self.blocks().is_empty() {
            return None;
        }
        Some(
            self.blocks()
                .partition_point(|block| block.span.start() <= place)
                .saturating_sub(1),
        )
    }

    /// The place `offset` UTF-16 units into the text of a block, at most its end; in the middle of a pair, the
    /// place before the pair. `None` where there is no such block.
    pub fn place_in_block(&self, block: usize, offset: Utf16Offset) -> Option<ByteOffset> {
        let span = self.blocks().get(block)?.span;
        let (start, end) = self.text.span_to_utf16(span);
        let place = Utf16Offset(start.0.saturating_add(offset.0).min(end.0));
        self.text
            .try_from_utf16(place)
            .or_else(|| self.text.try_from_utf16(Utf16Offset(place.0.checked_sub(1)?)))
    }

    /// The block that holds the place, and how many UTF-16 units into its text the place stands; a place
    /// between blocks is taken for the end of the block before. `None` where the article has no blocks.
    pub fn block_place(&self, place: ByteOffset) -> Option<(usize, Utf16Offset)> {
        let block = self.block_at(place)?;
        let span = self.blocks()[block].span;
        let place = place.clamp(span.start(), span.end());
        let start = self.text.try_to_utf16(span.start())?;
        let place = self.text.try_to_utf16(place)?;
        Some((block, Utf16Offset(place.0 - start.0)))
    }

    /// The numbers of the blocks that share at least one byte with `span`.
    pub fn blocks_in(&self, span: Span) -> std::ops::Range<usize> {
        let start = self
            .blocks()
            .partition_point(|block| block.span.end() <= span.start());
        let end = self
            .blocks()
            .partition_point(|block| block.span.start() < span.end());
        start..end.max(start)
    }
}

/// A text as an article keeps it: without byte order marks at its start, and with LF for CR LF and for CR.
pub fn normalised(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    if !text.contains('\r') {
        return text.to_owned();
    }
    let mut lines = text.split('\r');
    let mut normal = String::with_capacity(text.len());
    normal.push_str(lines.next().unwrap_or_default());
    for line in lines {
        normal.push('\n');
        normal.push_str(line.strip_prefix('\n').unwrap_or(line));
    }
    normal
}

/// SHA-256 in 64 lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Invariant: writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The blocks of an article, once they were asked for. They follow from its text, so whether they were is no
/// difference between articles.
#[derive(Clone, Debug, Default)]
struct Blocks(OnceLock<Box<[Block]>>);

impl PartialEq for Blocks {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Blocks {}

/// A piece of an article that is shown as one: a paragraph, or a part of a very long one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Where. Never holds a line feed.
    pub span: Span,
    /// Whether the block before it is the same paragraph's.
    pub continues: bool,
}

/// A paragraph longer than this, in bytes, is shown in several blocks, so that the cost of drawing a block is
/// bounded.
const LONGEST_BLOCK: usize = 1024;

/// The blocks of a text: its lines, without those that are empty. A line longer than 1 KiB becomes several
/// blocks, cut behind a sentence where there is one, else behind a word, and never inside a grapheme cluster.
pub fn blocks(text: &Text) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line_end = line_start + line.trim_end_matches('\n').len();
        let mut start = line_start;
        while start < line_end {
            let end = if line_end - start > LONGEST_BLOCK {
                start + boundary::cut(&text[start..line_end], LONGEST_BLOCK)
            } else {
                line_end
            };
            if let Some(span) = Span::new(start, end) {
                blocks.push(Block {
                    span,
                    continues: start > line_start,
                });
            }
            start = end;
        }
        line_start += line.len();
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn article(text: &str) -> Article {
        Article::new("a".into(), Metadata::default(), Text::new(text))
    }

    #[test]
    fn a_text_loses_its_byte_order_marks_and_carriage_returns_and_nothing_else() {
        assert_eq!(
            normalised("\u{feff}\u{feff}a\r\nb\rc\n\u{feff}d  "),
            "a\nb\nc\n\u{feff}d  "
        );
    }

    #[test]
    fn a_text_is_known_by_its_sha256() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn each_line_that_is_not_empty_is_a_block() {
        let article = article("first\n\nsecond\n third \n");
        let shown: Vec<_> = article
            .blocks()
            .iter()
            .map(|block| article.text.slice(block.span))
            .collect();
        assert_eq!(shown, ["first", "second", " third "]);
    }

    #[test]
    fn a_place_between_blocks_belongs_to_the_block_before_it() {
        let article = article("first\n\nsecond");
        let gap = ByteOffset::from("first\n".len());
        assert_eq!(article.block_at(gap), Some(0));
        assert_eq!(article.block_at(article.text.end()), Some(1));
        assert_eq!(super::tests::article("\n").block_at(ByteOffset(0)), None);
    }

    #[test]
    fn a_place_goes_to_its_block_and_back() {
        let article = article("an 😀\n\nother 👍 line");
        for (at, _) in article.text.char_indices() {
            let place = ByteOffset::from(at);
            let (block, offset) = article.block_place(place).unwrap();
            if !article.text[at..].starts_with('\n') {
                assert_eq!(article.place_in_block(block, offset), Some(place));
            }
        }
        let emoji = ByteOffset::from(article.text.find('👍').unwrap());
        let (block, offset) = article.block_place(emoji).unwrap();
        assert_eq!(
            article.place_in_block(block, Utf16Offset(offset.0 + 1)),
            Some(emoji),
            "the middle of a pair is the place before it"
        );
        assert_eq!(
            article.place_in_block(0, Utf16Offset(99)),
            Some(article.blocks()[0].span.end())
        );
        assert_eq!(article.place_in_block(7, Utf16Offset(0)), None);
    }

    #[test]
    fn a_span_is_in_the_blocks_that_it_touches() {
        let article = article("first\n\nsecond\nthird");
        let span = |from: &str, to: &str| {
            Span::new(article.text.find(from).unwrap(), article.text.find(to).unwrap()).unwrap()
        };
        assert_eq!(article.blocks_in(span("rst", "ond")), 0..2);
        assert_eq!(article.blocks_in(span("second", "third")), 1..2);
        assert_eq!(article.blocks_in(span("\n\n", "second")), 1..1);
    }

    #[test]
    fn a_very_long_paragraph_is_cut_behind_sentences() {
        let sentence = "The governor said that nothing had changed. ";
        let article = article(&sentence.repeat(500));
        assert!(article.blocks().len() > 4);
        for block in article.blocks().iter() {
            assert!(article.text.slice(block.span).starts_with("The governor"));
            assert!(block.span.byte_len() as usize <= LONGEST_BLOCK);
        }
        assert!(!article.blocks()[0].continues && article.blocks()[1].continues);
    }

    #[test]
    fn a_family_of_one_glyph_is_never_cut() {
        let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
        let article = article(&family.repeat(1000));
        for block in article.blocks().iter() {
            assert_eq!(block.span.byte_len() as usize % family.len(), 0);
        }
    }

    proptest! {
        #[test]
        fn blocks_hold_every_character_but_line_feeds_once_and_in_order(
            text in "([a-z .é\n]|😀|\u{301}){0,400}", repeat in 1..40_usize
        ) {
            let article = article(&text.repeat(repeat));
            let shown: String = article.blocks().iter().map(|block| article.text.slice(block.span)).collect();
            prop_assert_eq!(shown, article.text.replace('\n', ""));
        }
    }
}
