//! Relations between annotations.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Corpus, Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::{gold, story};
use serde_json::Value;

const ARTICLE: &str = "000_2bbe5ca255217949";
const SOURCE: &str = "Gen Oleksandr Syrskyi, said";
const CLAIM: &str = "Ukraine now controls";
const DOUBT: &str = "have not been verified";

#[tokio::test]
async fn an_attribution_is_related_to_the_claim_that_is_clicked() -> Result<()> {
    story::tell("relate", async |page| {
        label_all(&page).await?;
        page.click_at(find(SOURCE)?.0 + 2).await?;
        page.press("r").await?;
        page.wait_announced("Choose the target").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;
        assert_eq!(relations(&page).await?, [relation("attributes", SOURCE, CLAIM)]);

        page.click_at(find(DOUBT)?.0 + 2).await?;
        page.press("r").await?;
        page.wait_announced("Choose the target").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_tip("Undo", "Undo: relate: doubts").await?;
        let both = [
            relation("attributes", SOURCE, CLAIM),
            relation("doubts", DOUBT, CLAIM),
        ];
        assert_eq!(relations(&page).await?, both);

        page.reload().await?;
        page.wait_annotations(3).await?;
        assert_eq!(relations(&page).await?, both);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_relation_that_is_taken_back_is_not_in_the_file() -> Result<()> {
    story::tell("relate_undo", async |page| {
        label_all(&page).await?;
        page.click_at(find(SOURCE)?.0 + 2).await?;
        page.press("r").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;
        page.press("Control+z").await?;
        page.wait_tip("Redo", "Redo: relate: attributes").await?;
        ensure!(relations(&page).await?.is_empty(), "the relation is still there");
        page.click_button("Redo").await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;
        assert_eq!(relations(&page).await?, [relation("attributes", SOURCE, CLAIM)]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_cannot_be_related_says_why_not_and_what_can() -> Result<()> {
    story::tell("relate_refused", async |page| {
        label_all(&page).await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.press("r").await?;
        page.wait_announced("starts no relation").await?;

        // A target that does not fit, then one that does.
        page.click_at(find(SOURCE)?.0 + 2).await?;
        page.press("r").await?;
        page.click_at(find(DOUBT)?.0 + 2).await?;
        page.wait_announced("No relation leads from").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;
        assert_eq!(relations(&page).await?, [relation("attributes", SOURCE, CLAIM)]);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn escape_leaves_the_choice_of_a_target() -> Result<()> {
    story::tell("relate_escape", async |page| {
        label_all(&page).await?;
        page.click_at(find(SOURCE)?.0 + 2).await?;
        page.press("r").await?;
        page.wait_announced("Choose the target").await?;
        page.press("Escape").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_items("the claim to be selected", |items| {
            items.iter().any(|item| item.current && item.label == "claim")
        })
        .await?;
        ensure!(relations(&page).await?.is_empty(), "there is a relation");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_deleted_end_takes_its_relation_along_and_undo_brings_both_back() -> Result<()> {
    story::tell("relate_delete", async |page| {
        label_all(&page).await?;
        page.click_at(find(SOURCE)?.0 + 2).await?;
        page.press("r").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.press("Delete").await?;
        page.wait_annotations(2).await?;
        ensure!(relations(&page).await?.is_empty(), "the relation is still there");
        page.press("Control+z").await?;
        page.wait_annotations(3).await?;
        assert_eq!(relations(&page).await?, [relation("attributes", SOURCE, CLAIM)]);
        Ok(())
    })
    .await
}

async fn label_all(page: &Page<'_>) -> Result<()> {
    page.open_article(ARTICLE).await?;
    for (label, words) in [("attribution", SOURCE), ("claim", CLAIM), ("unverified", DOUBT)] {
        let (start, end) = find(words)?;
        page.label_by_mouse(start, end, gold::label_key(label)?).await?;
    }
    Ok(())
}

fn relation(kind: &str, from: &str, to: &str) -> [String; 3] {
    [kind, from, to].map(str::to_owned)
}

/// Kind and the quotes of both ends of every relation in the exported file, sorted.
async fn relations(page: &Page<'_>) -> Result<Vec<[String; 3]>> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let article = corpus.article(ARTICLE)?;
    let quote = |id: &Value| {
        let annotation = article.annotations.iter().find(|each| *id == each.id.as_str());
        Ok::<_, anyhow::Error>(annotation.context("a relation to nothing")?.text.clone())
    };
    let mut found = article
        .relations
        .iter()
        .map(|each| {
            let kind = each["kind"].as_str().context("no kind")?.to_owned();
            Ok([kind, quote(&each["from"])?, quote(&each["to"])?])
        })
        .collect::<Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
