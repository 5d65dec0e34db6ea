//! Texts to work on: words of an open article, by their number, and a long article.

use anyhow::{Context, Result};
use hearsay_e2e::corpus::{Article, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::workload::{self, Workload};

/// Brings in an article of 100 KB with 1,000 annotations, and opens it.
pub(crate) async fn open_long(page: &Page<'_>) -> Result<Article> {
    let article = Workload::M.article(1);
    page.open_library().await?;
    let file = workload::json_lines([article.clone()])?;
    page.import_file("long.jsonl", &file).await?;
    page.open_article(&article.id).await?;
    Ok(article)
}

/// Labels a word of the article as a claim: the one with this number, among those that are long enough.
pub(crate) async fn label(page: &Page<'_>, number: usize) -> Result<()> {
    select(page, number).await?;
    page.press("1").await
}

/// Selects that word.
pub(crate) async fn select(page: &Page<'_>, number: usize) -> Result<()> {
    let id = page
        .ask(
            "return document.querySelector('[role=document]').dataset.articleId;",
            Vec::new(),
        )
        .await?;
    let text = supplied(id.as_str().context("no article is open")?)?;
    let (start, end) = word(&text, number).context("the article has too few words")?;
    page.drag(start, end).await
}

/// A word of the first long paragraph, and those behind it, by its number: where it stands, in code points.
fn word(text: &str, number: usize) -> Option<(usize, usize)> {
    let begin = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let (begin, _) = begin.into_iter().find(|(_, line)| line.len() > 200)?;
    let mut words = text[begin..]
        .split(|each: char| !each.is_ascii_alphabetic())
        .filter(|word| word.len() > 4);
    let word = words.nth(number)?;
    let start = word.as_ptr() as usize - text.as_ptr() as usize;
    let points = |end: usize| text[..end].chars().count();
    Some((points(start), points(start + word.len())))
}
