//! The gold spans go in by hand and come out in the file as they are.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Corpus, Labelled};
use hearsay_e2e::gold::{self, GoldArticle};
use hearsay_e2e::page::Page;
use hearsay_e2e::story;

#[tokio::test]
async fn gold_spans_dragged_with_the_mouse_are_exported_as_they_are() -> Result<()> {
    story::tell("gold_mouse", async |page| {
        let articles = [gold::article("000")?, gold::article("001")?];
        page.open_library().await?;
        for article in &articles {
            page.open_article(article.id()).await?;
            for span in &article.spans {
                page.label_by_mouse(span.start, span.end, span.key()?)
                    .await
                    .with_context(|| format!("{} of {}", span.id, article.file))?;
            }
        }
        for article in &articles {
            page.reload().await?;
            page.open_article(article.id()).await?;
            page.wait_annotations(article.spans.len()).await?;
        }
        equals_gold(&page, &articles).await
    })
    .await
}

#[tokio::test]
async fn gold_spans_entered_with_the_keyboard_alone_are_exported_as_they_are() -> Result<()> {
    story::tell("gold_keyboard", async |page| {
        let article = gold::article("003")?;
        page.open_library().await?;
        page.tab_to(&format!(r##"a[href$="#/article/{}"]"##, article.id()))
            .await?;
        page.press("Enter").await?;
        page.wait_article(article.id()).await?;
        page.tab_to_document().await?;
        for span in &article.spans {
            page.label_by_keyboard(span.start, span.end, span.key()?)
                .await
                .with_context(|| format!("{} of {}", span.id, article.file))?;
        }
        page.reload().await?;
        page.wait_article(article.id()).await?;
        page.wait_annotations(article.spans.len()).await?;
        equals_gold(&page, &[article]).await
    })
    .await
}

async fn equals_gold(page: &Page<'_>, articles: &[GoldArticle]) -> Result<()> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    for gold in articles {
        let exported = corpus.article(gold.id())?;
        ensure!(exported.sha256 == gold.sha256, "{}: another SHA-256", gold.file);
        ensure!(
            exported.text.chars().count() == gold.chars,
            "{}: another length",
            gold.file
        );

        let spans: BTreeSet<Labelled> = gold
            .spans
            .iter()
            .map(|span| (span.label.clone(), span.start, span.end, span.text.clone()))
            .collect();
        assert_eq!(exported.labelled(), spans, "{}: labelled spans", gold.file);
        assert_eq!(
            exported.annotations.len(),
            spans.len(),
            "{}: no span twice",
            gold.file
        );

        let stretches = |list: &[gold::GoldStretch]| -> BTreeSet<_> {
            list.iter()
                .map(|each| (each.start, each.end, each.text.clone()))
                .collect()
        };
        assert_eq!(
            exported.regions_of(&["junk"]),
            stretches(&gold.junk),
            "{}: junk",
            gold.file
        );
        assert_eq!(
            exported.regions_of(&["title", "heading"]),
            stretches(&gold.headings),
            "{}: titles and headings",
            gold.file
        );
    }
    Ok(())
}
