//! The gold data: spans of three supplied articles, labelled by hand and checked twice.

use anyhow::{Context, Result};
use serde::Deserialize;

/// One article of the gold file.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldArticle {
    /// The name of the article's file.
    pub file: String,
    /// The SHA-256 of that file, in hexadecimal.
    pub sha256: String,
    /// The length of the text in code points.
    pub chars: usize,
    /// Stretches that are not the article's own.
    pub junk: Vec<GoldStretch>,
    /// Titles and subheads.
    pub headings: Vec<GoldStretch>,
    /// The labelled spans.
    pub spans: Vec<GoldSpan>,
}

/// A half-open range of code points and the text there.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldStretch {
    /// Offset of the first code point.
    pub start: usize,
    /// Offset after the last code point.
    pub end: usize,
    /// The text of the range.
    pub text: String,
}

/// A labelled span.
#[derive(Debug, Clone, Deserialize)]
pub struct GoldSpan {
    /// Name of the span within the article.
    pub id: String,
    /// `claim`, `attribution` or `unverified`.
    pub label: String,
    /// Offset of the first code point.
    pub start: usize,
    /// Offset after the last code point.
    pub end: usize,
    /// The text of the span.
    pub text: String,
    /// The spans that this one is about.
    pub targets: Vec<String>,
}

impl GoldArticle {
    /// The article's id: its file's name without the ending.
    #[must_use]
    pub fn id(&self) -> &str {
        self.file.trim_end_matches(".txt")
    }
}

impl GoldSpan {
    /// The key that sets this span's label.
    ///
    /// # Errors
    /// Fails when the label is none of the three.
    pub fn key(&self) -> Result<&'static str> {
        label_key(&self.label)
    }
}

/// All articles of the gold file.
///
/// # Errors
/// Fails when the file is not as the types here say.
pub fn articles() -> Result<Vec<GoldArticle>> {
    serde_json::from_str(include_str!("../../gold/articles.gold.json"))
        .context("tests/gold/articles.gold.json")
}

/// The gold article whose file begins with `number`, such as `000`.
///
/// # Errors
/// Fails when there is none.
pub fn article(number: &str) -> Result<GoldArticle> {
    articles()?
        .into_iter()
        .find(|article| article.file.starts_with(number))
        .with_context(|| format!("the gold file has no article {number}"))
}

/// The key that sets a label.
///
/// # Errors
/// Fails when the label is none of the three.
pub fn label_key(label: &str) -> Result<&'static str> {
    match label {
        "claim" => Ok("1"),
        "attribution" => Ok("2"),
        "unverified" => Ok("3"),
        _ => anyhow::bail!("no key for the label `{label}`"),
    }
}
