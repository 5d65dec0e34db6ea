//! Characters that take more than one code point, more than one UTF-16 code unit, or run from right to left.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use hearsay_e2e::corpus::{Corpus, Labelled, Text};
use hearsay_e2e::gold::label_key;
use hearsay_e2e::page::Page;
use hearsay_e2e::story;
use hearsay_e2e::workload::plain_article;

const TEXT: &str = "Ada 👩‍👩‍👧‍👦 said 🔥 the cafe\u{301} by the river is closed, 🧑🏿‍🚒 it seems.\n\
    تقول الوزارة إن الجسر القديم مغلق منذ يوم الثلاثاء.\n\
    日本語の記事は東京で書かれた。🗾と言われている。\n\
    It cost 1\u{a0}000\u{a0}000 euros, officials said, 🇺🇦🇵🇱 and 👍🏽 notwithstanding.\n\
    העיתון דיווח כי הגשר נפתח מחדש.\n\
    \u{1d4d0}\u{1d4eb} is not ab, and 1️⃣ is a key.";

const SPANS: [(&str, &str); 10] = [
    ("attribution", "Ada 👩‍👩‍👧‍👦 said"),
    ("unverified", "👩‍👩‍👧‍👦"),
    ("claim", "🔥 the cafe\u{301} by the river"),
    ("unverified", "cafe\u{301}"),
    ("claim", "الجسر القديم مغلق"),
    ("claim", "東京で書かれた。🗾"),
    ("claim", "1\u{a0}000\u{a0}000 euros"),
    ("unverified", "🇵🇱 and 👍🏽"),
    ("attribution", "העיתון דיווח"),
    ("claim", "\u{1d4eb} is not ab, and 1️⃣"),
];

const ARTICLE: &str = "characters";

#[tokio::test]
async fn spans_dragged_over_any_characters_keep_offsets_and_quotes() -> Result<()> {
    story::tell("offsets_mouse", async |page| {
        import(&page).await?;
        for (label, quote) in SPANS {
            let (start, end) = Text::new(TEXT).find(quote)?;
            page.label_exactly_by_mouse(start, end, label_key(label)?)
                .await
                .with_context(|| quote.to_owned())?;
        }
        exported_right(&page).await
    })
    .await
}

#[tokio::test]
async fn spans_entered_by_key_over_any_characters_keep_offsets_and_quotes() -> Result<()> {
    story::tell("offsets_keyboard", async |page| {
        import(&page).await?;
        page.tab_to_document().await?;
        for (label, quote) in SPANS {
            let (start, end) = Text::new(TEXT).find(quote)?;
            page.label_by_keyboard(start, end, label_key(label)?)
                .await
                .with_context(|| quote.to_owned())?;
        }
        exported_right(&page).await
    })
    .await
}

async fn import(page: &Page<'_>) -> Result<()> {
    page.open_library().await?;
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let file = corpus.file_with(vec![plain_article(ARTICLE, "Characters of many kinds", TEXT)])?;
    page.import_file("characters.json", &file).await?;
    page.article_row(ARTICLE).await?;
    page.wait_saved().await?;
    page.click_article(ARTICLE).await?;
    for (start, block) in page.blocks().await? {
        let end = start + block.chars().count();
        assert_eq!(
            Text::new(TEXT).slice(start, end)?,
            block,
            "a block's text is the article's text there"
        );
    }
    Ok(())
}

async fn exported_right(page: &Page<'_>) -> Result<()> {
    page.reload().await?;
    page.wait_annotations(SPANS.len()).await?;
    let expected: BTreeSet<Labelled> = SPANS
        .into_iter()
        .map(|(label, quote)| {
            let (start, end) = Text::new(TEXT).find(quote)?;
            Ok((label.to_owned(), start, end, quote.to_owned()))
        })
        .collect::<Result<_>>()?;
    // Reading the file checks every offset in both units.
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let article = corpus.article(ARTICLE)?;
    assert_eq!(article.text, TEXT);
    assert_eq!(article.labelled(), expected);
    Ok(())
}
