//! Who is speaking, under whatever spelling.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Annotation, Corpus, Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until};
use serde_json::{Value, json};

const FIRST: Words = Words {
    article: "000_2bbe5ca255217949",
    whole: "Ukrainian President Volodymyr Zelensky has said",
    source: "Volodymyr Zelensky",
};
/// The same man under another spelling.
const SECOND: Words = Words {
    article: "002_4c57fd194f00d551",
    whole: "According to Ukraine’s president Volodymyr Zelenskyy",
    source: "Volodymyr Zelenskyy",
};
const CLAIM: &str = "incursion into Russia’s Kursk region is part of a “victory plan”";

/// An attribution: its article, its words, and those that name the source.
struct Words {
    article: &'static str,
    whole: &'static str,
    source: &'static str,
}

#[tokio::test]
async fn one_entity_gathers_two_spellings_and_the_claims_of_both() -> Result<()> {
    story::tell("entity_tie", async |page| {
        attribute(&page, &FIRST).await?;
        let (start, end) = find(FIRST.article, CLAIM)?;
        page.label_by_mouse(start, end, "1").await?;
        select(&page, &FIRST).await?;
        page.press("r").await?;
        page.wait_announced("Choose the target").await?;
        page.click_at(start + 2).await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;

        select(&page, &FIRST).await?;
        let new = format!("New entity “{}”", FIRST.source);
        assert_eq!(suggestions(&page).await?, [new.as_str()]);
        page.click_named("option", &new).await?;
        page.named("link", &format!("All that {} says", FIRST.source))
            .await?;

        attribute(&page, &SECOND).await?;
        let suggested = suggestions(&page).await?;
        assert_eq!(
            suggested.first().map(String::as_str),
            Some(FIRST.source),
            "{suggested:?}"
        );
        page.press("Down").await?;
        page.press("Enter").await?;
        page.wait_tip("Undo", &format!("Undo: tie to {}", FIRST.source))
            .await?;
        page.wait_saved().await?;
        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        assert_eq!(corpus.entities.len(), 1, "{:?}", corpus.entities);
        let entity = &corpus.entities[0];
        assert_eq!(entity["name"], json!(FIRST.source));
        assert_eq!(entity["aliases"], json!([SECOND.source]));
        for words in [&FIRST, &SECOND] {
            assert_eq!(tied(&corpus, words)?, entity["id"], "{}", words.article);
        }

        page.click_named("link", &format!("All that {} says", FIRST.source))
            .await?;
        page.named("heading", FIRST.source).await?;
        page.named("heading", "2 attributions in 2 articles").await?;
        for words in [&FIRST, &SECOND] {
            page.named("button", &format!("Attribution: {}", words.whole))
                .await?;
        }
        let claims = page.names_in(("list", "What is attributed"), "button").await?;
        assert_eq!(claims, [format!("Claim: {CLAIM}")]);

        // A step back unties the second, and takes its spelling along.
        page.click_button("Undo").await?;
        page.named("heading", "1 attribution in 1 article").await?;
        page.wait_saved().await?;
        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        assert_eq!(tied(&corpus, &SECOND)?, Value::Null);
        assert_eq!(corpus.entities[0]["aliases"], json!([]));
        page.click_button("Redo").await?;
        page.named("heading", "2 attributions in 2 articles").await?;

        // What is listed opens where it stands.
        page.click_button(&format!("Claim: {CLAIM}")).await?;
        page.wait_article(FIRST.article).await?;
        page.wait_says("region", "Selected annotation", CLAIM).await
    })
    .await
}

#[tokio::test]
async fn an_entity_from_a_list_is_suggested_by_its_alias_and_a_tie_is_taken_away() -> Result<()> {
    story::tell("entity_list", async |page| {
        page.open_library().await?;
        let list =
            "id,name,aliases\nQ1,Dmitry Peskov,\nQ3874799,Volodymyr Oleksandrovych,Zelenskiy|Zelenskyy\n";
        page.import_file("people.csv", list.as_bytes()).await?;
        attribute(&page, &SECOND).await?;
        let suggested = suggestions(&page).await?;
        let first = suggested.first().context("nothing is suggested")?;
        ensure!(first.starts_with("Volodymyr Oleksandrovych"), "{suggested:?}");
        // Typed words look in aliases too.
        page.type_words("PESKÓV").await?;
        wait_first(&page, "Dmitry Peskov").await?;
        page.press("Control+a").await?;
        page.type_words("zelenskiy").await?;
        wait_first(&page, "Volodymyr Oleksandrovych").await?;
        page.press("Enter").await?;
        page.named("link", "All that Volodymyr Oleksandrovych says")
            .await?;
        page.wait_saved().await?;
        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        assert_eq!(tied(&corpus, &SECOND)?, json!("Q3874799"));

        page.reload().await?;
        page.wait_article(SECOND.article).await?;
        select(&page, &SECOND).await?;
        page.click_button("Clear entity").await?;
        page.wait_tip("Undo", "Undo: untie entity").await?;
        page.wait_saved().await?;
        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        assert_eq!(tied(&corpus, &SECOND)?, Value::Null);
        assert_eq!(corpus.entities.len(), 2, "{:?}", corpus.entities);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_article_is_left_while_the_field_of_its_entity_has_the_focus() -> Result<()> {
    story::tell("entity_left", async |page| {
        page.open_library().await?;
        page.click_article(FIRST.article).await?;
        let (start, end) = find(FIRST.article, FIRST.whole)?;
        page.label_by_mouse(start, end, "2").await?;
        page.click_named("combobox", "Entity").await?;
        page.browser().driver().back().await?;
        page.named("list", "Articles").await?;
        page.click_article(FIRST.article).await?;
        page.wait_labelled(&[("attribution", FIRST.whole)]).await?;
        Ok(())
    })
    .await
}

/// Opens the article, labels the attribution, and picks its source; it is then selected.
async fn attribute(page: &Page<'_>, words: &Words) -> Result<()> {
    page.open_article(words.article).await?;
    let (start, end) = find(words.article, words.whole)?;
    page.label_by_mouse(start, end, "2").await?;
    let (start, end) = find(words.article, words.source)?;
    page.drag(start, end).await?;
    page.press("u").await?;
    page.wait_says("group", "Source", words.source).await
}

/// Clicks the attribution where no other annotation is, and so selects it.
async fn select(page: &Page<'_>, words: &Words) -> Result<()> {
    page.click_at(find(words.article, words.whole)?.0 + 2).await?;
    page.wait_says("region", "Selected annotation", words.whole).await
}

/// Opens the list of the field `Entity`, and reads it.
async fn suggestions(page: &Page<'_>) -> Result<Vec<String>> {
    page.click_named("combobox", "Entity").await?;
    page.named("listbox", "Entity suggestions").await?;
    page.names_in(("listbox", "Entity suggestions"), "option").await
}

async fn wait_first(page: &Page<'_>, name: &str) -> Result<()> {
    let mut last = Vec::new();
    let found = until("the first suggestion", async || {
        last = page.names_in(("listbox", "Entity suggestions"), "option").await?;
        Ok(last
            .first()
            .is_some_and(|first| first.starts_with(name))
            .then_some(()))
    })
    .await;
    found.with_context(|| format!("expected {name}, suggested {last:?}"))
}

/// The entity that the attribution names in the exported file; null where it names none.
fn tied(corpus: &Corpus, words: &Words) -> Result<Value> {
    let is_it = |each: &&Annotation| each.text == words.whole;
    let found = corpus.article(words.article)?.annotations.iter().find(is_it);
    Ok(found.context("no such attribution")?.attributes["entity"].clone())
}

fn find(article: &str, words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(article)?).find(words)
}
