//! The corpus file, read and written by code that shares nothing with the page.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A corpus file, version 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Corpus {
    /// `hearsay-corpus`.
    pub format: String,
    /// The version of the format.
    pub version: u32,
    /// `unicode code point`.
    pub offset_unit: String,
    /// When the file was written, RFC 3339 in UTC.
    pub exported_at: String,
    /// Name and version of what wrote the file.
    pub generator: Value,
    /// The label set.
    pub scheme: Value,
    /// The articles.
    pub articles: Vec<Article>,
    /// Sources under all their spellings.
    pub entities: Vec<Value>,
    /// Claims that state the same thing.
    pub claim_groups: Vec<Value>,
}

/// An article with all that is known of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Article {
    /// The article's id.
    pub id: String,
    /// Its title, where known.
    pub title: Option<String>,
    /// Where it was published.
    pub source_url: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// When it was retrieved.
    pub retrieved: Option<String>,
    /// The SHA-256 of the text, in hexadecimal.
    pub sha256: String,
    /// The whole text.
    pub text: String,
    /// `not_started`, `in_progress` or `done`.
    pub status: String,
    /// Further fields.
    pub fields: Value,
    /// Stretches that are not prose to label.
    pub regions: Vec<Region>,
    /// The labelled spans.
    pub annotations: Vec<Annotation>,
    /// Relations between annotations.
    pub relations: Vec<Value>,
}

/// A stretch that is not prose to label.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Region {
    /// The region's id.
    pub id: String,
    /// `title`, `heading`, `byline` or `junk`.
    pub kind: String,
    /// Offset of the first code point.
    pub start: usize,
    /// Offset after the last code point.
    pub end: usize,
    /// The text of the range.
    pub text: String,
}

/// A labelled span.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Annotation {
    /// The annotation's id.
    pub id: String,
    /// The label's id.
    pub label: String,
    /// Offset of the first code point.
    pub start: usize,
    /// Offset after the last code point.
    pub end: usize,
    /// `start` in UTF-16 code units.
    pub start_utf16: usize,
    /// `end` in UTF-16 code units.
    pub end_utf16: usize,
    /// The quote.
    pub text: String,
    /// A little text before the quote.
    pub prefix: String,
    /// A little text after the quote.
    pub suffix: String,
    /// Attributes of the label.
    pub attributes: Value,
    /// A remark.
    pub note: Option<String>,
    /// Who made the annotation.
    pub annotator: String,
    /// `human`, `rule` or `imported`.
    pub origin: String,
    /// When it was made.
    pub created: String,
    /// When it was last changed.
    pub updated: String,
}

/// A labelled span without the circumstances: label, start, end, quote.
pub type Labelled = (String, usize, usize, String);

impl Corpus {
    /// Reads a downloaded file and checks what a schema cannot: see [`Article::check`].
    ///
    /// # Errors
    /// Fails when the bytes are not such a file, or the file contradicts itself.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let text = str::from_utf8(bytes).context("the corpus file is not UTF-8")?;
        ensure!(
            text.ends_with('\n') && !text.ends_with("\n\n"),
            "the corpus file ends without one newline"
        );
        let corpus: Self = serde_json::from_str(text).context("the corpus file has another shape")?;
        ensure!(
            corpus.format == "hearsay-corpus" && corpus.version == 1,
            "another format or version"
        );
        ensure!(corpus.offset_unit == "unicode code point", "another offset unit");
        for article in &corpus.articles {
            article
                .check()
                .with_context(|| format!("article {}", article.id))?;
        }
        Ok(corpus)
    }

    /// The file that holds these articles instead of its own.
    ///
    /// # Errors
    /// Fails when an article cannot be written as JSON.
    pub fn file_with(mut self, articles: Vec<Article>) -> Result<Vec<u8>> {
        self.articles = articles;
        let mut file = serde_json::to_vec_pretty(&self)?;
        file.push(b'\n');
        Ok(file)
    }

    /// The article of that id.
    ///
    /// # Errors
    /// Fails when the file has none.
    pub fn article(&self, id: &str) -> Result<&Article> {
        self.articles
            .iter()
            .find(|article| article.id == id)
            .with_context(|| format!("the corpus file has no article {id}"))
    }
}

impl Article {
    /// Checks every range against the text: code points, UTF-16 code units, quote, prefix and suffix.
    ///
    /// # Errors
    /// Fails with the first range that is wrong.
    pub fn check(&self) -> Result<()> {
        let text = Text::new(&self.text);
        for region in &self.regions {
            let slice = text
                .slice(region.start, region.end)
                .with_context(|| format!("region {}", region.id))?;
            ensure!(
                slice == region.text,
                "region {}: {slice:?} is not {:?}",
                region.id,
                region.text
            );
        }
        for annotation in &self.annotations {
            let id = &annotation.id;
            let (start, end) = (annotation.start, annotation.end);
            let slice = text
                .slice(start, end)
                .with_context(|| format!("annotation {id}"))?;
            ensure!(
                slice == annotation.text,
                "annotation {id}: {slice:?} is not {:?}",
                annotation.text
            );
            let utf16 = (text.utf16(start)?, text.utf16(end)?);
            ensure!(
                utf16 == (annotation.start_utf16, annotation.end_utf16),
                "annotation {id}: {utf16:?} in UTF-16, and the file says {:?}",
                (annotation.start_utf16, annotation.end_utf16)
            );
            ensure!(
                text.slice(0, start)?.ends_with(&annotation.prefix),
                "annotation {id}: prefix"
            );
            ensure!(
                text.slice(end, text.len())?.starts_with(&annotation.suffix),
                "annotation {id}: suffix"
            );
        }
        Ok(())
    }

    /// The labelled spans without their circumstances.
    #[must_use]
    pub fn labelled(&self) -> BTreeSet<Labelled> {
        self.annotations
            .iter()
            .map(|a| (a.label.clone(), a.start, a.end, a.text.clone()))
            .collect()
    }

    /// Regions of the given kinds: start, end, text.
    #[must_use]
    pub fn regions_of(&self, kinds: &[&str]) -> BTreeSet<(usize, usize, String)> {
        self.regions
            .iter()
            .filter(|region| kinds.contains(&region.kind.as_str()))
            .map(|region| (region.start, region.end, region.text.clone()))
            .collect()
    }
}

/// The text of a supplied article, from the built page.
///
/// # Errors
/// Fails when there is no such article.
pub fn supplied(id: &str) -> Result<String> {
    let file = crate::dist().join(format!("articles/{id}.txt"));
    std::fs::read_to_string(&file).with_context(|| file.display().to_string())
}

/// A text whose code points can be counted and sliced.
///
/// Invariant: `starts` holds the byte offset and the UTF-16 offset of every code point, and of the end.
#[derive(Debug)]
pub struct Text<'a> {
    text: &'a str,
    starts: Vec<(usize, usize)>,
}

impl<'a> Text<'a> {
    /// Counts the text once.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut starts = Vec::with_capacity(text.len() + 1);
        let mut utf16 = 0;
        for (byte, character) in text.char_indices() {
            starts.push((byte, utf16));
            utf16 += character.len_utf16();
        }
        starts.push((text.len(), utf16));
        Self { text, starts }
    }

    /// The length in code points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text between two code points.
    ///
    /// # Errors
    /// Fails when the range is outside the text or backwards.
    pub fn slice(&self, start: usize, end: usize) -> Result<&'a str> {
        ensure!(start <= end, "the range {start}..{end} runs backwards");
        let (from, _) = self.at(start)?;
        let (to, _) = self.at(end)?;
        Ok(&self.text[from..to])
    }

    /// A code point's offset in UTF-16 code units.
    ///
    /// # Errors
    /// Fails when the offset is outside the text.
    pub fn utf16(&self, offset: usize) -> Result<usize> {
        Ok(self.at(offset)?.1)
    }

    /// The first code-point range that reads `quote`.
    ///
    /// # Errors
    /// Fails when the text does not contain it.
    pub fn find(&self, quote: &str) -> Result<(usize, usize)> {
        let byte = self
            .text
            .find(quote)
            .with_context(|| format!("the text has no {quote:?}"))?;
        let start = self.starts.partition_point(|&(start, _)| start < byte);
        Ok((start, start + quote.chars().count()))
    }

    fn at(&self, offset: usize) -> Result<(usize, usize)> {
        self.starts
            .get(offset)
            .copied()
            .with_context(|| format!("offset {offset} is outside {}", self.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_count_code_points_and_utf16_apart() -> Result<()> {
        let text = Text::new("a👩‍👩‍👧é b");
        let (start, end) = text.find("é")?;
        assert_eq!((start, end), (6, 7));
        assert_eq!((text.utf16(start)?, text.utf16(end)?), (9, 10));
        assert_eq!(text.slice(1, 6)?, "👩‍👩‍👧");
        assert!(text.slice(0, 10).is_err());
        Ok(())
    }
}
