//! The floor: the same text as a page that does nothing but show it.
//!
//! A button puts all paragraphs into the page at once; a label key wraps the selected text in one more element. No
//! page that draws the whole article can do with less.

use std::fmt::Write;

use anyhow::Result;

use crate::corpus::{Article, Text};

/// Whether a static page shows the annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// `<p>` alone.
    Text,
    /// `<p>` with a `<mark>` for every run of annotated text.
    Marks,
}

/// The page, in one file. Its article has the attributes that tests find articles by; the button is `#open`.
///
/// # Errors
/// Fails when an annotation is outside the text.
pub fn html(article: &Article, show: Show) -> Result<String> {
    // A script may hold no end tag.
    let paragraphs = serde_json::to_string(&paragraphs(article, show)?)?.replace("</", "<\\/");
    Ok(PAGE
        .replacen("PARAGRAPHS", &paragraphs, 1)
        .replacen("ARTICLE", &article.id, 1))
}

const PAGE: &str = r#"<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Static page</title><link rel="icon" href="data:,">
<style>
body { margin: 0; font: 18px/1.65 serif; }
article { max-width: 66ch; margin: 0 auto; padding: 1rem; }
mark { background: #cfe8ff; text-decoration: underline; }
</style>
<button id="open">Open</button>
<article role="document" tabindex="0" aria-label="Static article"></article>
<script>
const paragraphs = PARAGRAPHS;
const article = document.querySelector('article');
document.querySelector('#open').addEventListener('click', () => {
  article.dataset.articleId = 'ARTICLE';
  article.innerHTML = paragraphs;
});
addEventListener('keydown', (event) => {
  if (!'123'.includes(event.key)) return;
  const range = getSelection().getRangeAt(0);
  const mark = document.createElement('mark');
  mark.append(range.extractContents());
  range.insertNode(mark);
});
</script>
</html>
"#;

fn paragraphs(article: &Article, show: Show) -> Result<String> {
    let text = Text::new(&article.text);
    let mut html = String::with_capacity(article.text.len() * 2);
    let mut start = 0;
    let runs = match show {
        Show::Text => Vec::new(),
        Show::Marks => runs(article),
    };
    let mut next = runs.iter().peekable();
    for line in article.text.split('\n') {
        let end = start + line.chars().count();
        write!(html, "<p data-block-start=\"{start}\">")?;
        let mut at = start;
        while let Some(&&(from, to)) = next.peek() {
            if from >= end {
                break;
            }
            escape(&mut html, text.slice(at, from.max(at))?);
            at = to.min(end);
            html.push_str("<mark>");
            escape(&mut html, text.slice(from.max(start), at)?);
            html.push_str("</mark>");
            if to > end {
                break;
            }
            next.next();
        }
        escape(&mut html, text.slice(at, end)?);
        html.push_str("</p>");
        start = end + 1;
    }
    Ok(html)
}

/// The annotated stretches of the text, cut wherever an annotation begins or ends.
fn runs(article: &Article) -> Vec<(usize, usize)> {
    let mut changes: Vec<(usize, i32)> = article
        .annotations
        .iter()
        .flat_map(|each| [(each.start, 1), (each.end, -1)])
        .collect();
    changes.sort_unstable();
    let mut runs = Vec::new();
    let (mut from, mut active) = (0, 0);
    for (at, change) in changes {
        if active > 0 && at > from {
            runs.push((from, at));
        }
        from = at;
        active += change;
    }
    runs
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            _ => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{Workload, plain_article};

    #[test]
    fn the_text_is_cut_where_annotations_begin_and_end() -> Result<()> {
        let mut article = plain_article("x", "X", "a<b> cde\nfgh");
        let span = |start, end| {
            let mut annotation = Workload::S.article(1).annotations.remove(0);
            (annotation.start, annotation.end) = (start, end);
            annotation
        };
        article.annotations = vec![span(1, 6), span(3, 4), span(7, 10)];
        assert_eq!(
            paragraphs(&article, Show::Marks)?,
            "<p data-block-start=\"0\">a<mark>&lt;b</mark><mark>></mark><mark> c</mark>d<mark>e</mark></p>\
             <p data-block-start=\"9\"><mark>f</mark>gh</p>"
        );
        assert!(html(&article, Show::Text)?.contains(r#"a&lt;b> cde<\/p>"#));
        Ok(())
    }
}
