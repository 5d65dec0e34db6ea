//! Stretches that are not prose to label.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Corpus, Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until};
use serde_json::json;

const ARTICLE: &str = "000_2bbe5ca255217949";
/// Words of a region that the article is supplied with.
const JUNK: &str = "Wildfires have decimated";

#[tokio::test]
async fn labelling_inside_a_region_asks_first() -> Result<()> {
    story::tell("region_asks", async |page| {
        page.open_article(ARTICLE).await?;
        let (start, end) = find(JUNK)?;
        page.drag(start, end).await?;
        page.press("1").await?;
        page.named_in(("dialog", "Not prose to label"), "button", "Leave it")
            .await?
            .click()
            .await?;
        page.wait_no_dialog().await?;
        page.wait_annotations(0).await?;

        page.drag(start, end).await?;
        page.press("1").await?;
        page.named("dialog", "Not prose to label").await?;
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        page.wait_annotations(0).await?;

        page.drag(start, end).await?;
        page.press("1").await?;
        page.named_in(
            ("dialog", "Not prose to label"),
            "button",
            "Label it all the same",
        )
        .await?
        .click()
        .await?;
        page.wait_labelled(&[("claim", JUNK)]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn words_that_only_cross_a_region_are_said_to_count() -> Result<()> {
    story::tell("region_crossed", async |page| {
        page.open_article(ARTICLE).await?;
        let (junk, end) = find(JUNK)?;
        for (start, words) in [
            (junk, "What is labelled in a region is left out of all counts."),
            (junk - 400, "As others are not, the label will count."),
        ] {
            page.tab_to_document().await?;
            page.select_by_keyboard(start, end).await?;
            page.press("1").await?;
            page.wait_says("dialog", "Not prose to label", words).await?;
            page.press("Escape").await?;
            page.wait_no_dialog().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn selected_words_become_a_region_and_prose_again() -> Result<()> {
    story::tell("region_marks", async |page| {
        page.open_article(ARTICLE).await?;
        for (key, kind) in [("j", "junk"), ("h", "heading")] {
            let words = "Speaking at the same forum";
            let (start, end) = find(words)?;
            page.drag(start, end).await?;
            page.press(key).await?;
            wait_regions(&page, kind, &[words]).await?;
            page.wait_tip("Undo", &format!("Undo: mark {kind}")).await?;

            let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
            let regions = corpus.article(ARTICLE)?.regions_of(&[kind]);
            ensure!(
                regions.contains(&(start, end, words.to_owned())),
                "not in the file: {regions:?}"
            );

            page.drag(start, end).await?;
            page.press("Shift+j").await?;
            wait_regions(&page, kind, &[]).await?;
            page.press("Control+z").await?;
            wait_regions(&page, kind, &[words]).await?;
            page.press("Control+z").await?;
            wait_regions(&page, kind, &[]).await?;
            page.wait_selected((start, end)).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_lies_in_a_region_is_left_out_of_the_counts() -> Result<()> {
    story::tell("region_counts", async |page| {
        page.open_article(ARTICLE).await?;
        for words in ["Speaking at the same forum", "Gen Syrskyi said"] {
            let (start, end) = find(words)?;
            page.label_by_mouse(start, end, "2").await?;
        }
        let (start, end) = find("Speaking at the same forum, Ukraine’s")?;
        page.drag(start, end).await?;
        page.press("j").await?;
        wait_regions(&page, "junk", &["Speaking at the same forum", ", Ukraine’s"]).await?;
        page.wait_annotations(2).await?;
        page.wait_saved().await?;
        page.open_library().await?;
        let row = page.article_row(ARTICLE).await?;
        assert_eq!(row.counts, [Some(0), Some(1), Some(0)], "{row:?}");

        page.open_article(ARTICLE).await?;
        page.click_at(start + 3).await?;
        page.press("Shift+j").await?;
        wait_regions(&page, "junk", &[]).await?;
        page.wait_saved().await?;
        page.open_library().await?;
        let row = page.article_row(ARTICLE).await?;
        assert_eq!(row.counts, [Some(0), Some(2), Some(0)], "{row:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_paragraph_that_is_junk_is_told_and_becomes_prose_at_the_cursor() -> Result<()> {
    story::tell("region_paragraph", async |page| {
        page.open_article(ARTICLE).await?;
        let (start, _) = find(JUNK)?;
        page.click_at(start + 3).await?;
        page.press("Shift+j").await?;
        page.wait_announced("Mark as prose").await?;
        page.double_click_at(start + 3).await?;
        page.press("1").await?;
        page.wait_labelled(&[("claim", "Wildfires")]).await?;
        page.press("Control+z").await?;
        page.press("Control+z").await?;
        page.double_click_at(start + 3).await?;
        page.press("1").await?;
        page.named("dialog", "Not prose to label").await?;
        Ok(())
    })
    .await
}

/// Waits until exactly these stretches within paragraphs are drawn as regions of that kind.
async fn wait_regions(page: &Page<'_>, kind: &str, words: &[&str]) -> Result<()> {
    let script =
        "return blocks().flatMap((block) => [...block.querySelectorAll(`[data-region=\"${arguments[0]}\"]`)])
        .map((stretch) => stretch.textContent);";
    let mut last: Vec<String> = Vec::new();
    let found = until(&format!("{kind}: {words:?}"), async || {
        last = serde_json::from_value(page.ask(script, vec![json!(kind)]).await?)?;
        Ok((last == words).then_some(()))
    })
    .await;
    found.with_context(|| format!("drawn are {last:?}"))
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
