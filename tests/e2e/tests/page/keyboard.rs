//! The whole main job by keyboard alone.

use anyhow::{Context, Result};
use hearsay_e2e::corpus::{Annotation, Corpus, Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::story;
use serde_json::json;

const ARTICLE: &str = "000_2bbe5ca255217949";
const NEXT: &str = "001_f47330885fb6930d";
const WHOLE: &str = "Gen Oleksandr Syrskyi, said";
const SOURCE: &str = "Gen Oleksandr Syrskyi";
const CLAIM: &str = "Ukraine now controls";
const FOUND: &str = "Peskov said";

#[tokio::test]
async fn the_whole_job_is_done_without_a_pointer() -> Result<()> {
    story::tell("keyboard", async |page| {
        page.open_library().await?;
        watch_pointer(&page).await?;
        page.tab_to(&format!(r##"a[href$="#/article/{ARTICLE}"]"##))
            .await?;
        page.press("Enter").await?;
        page.wait_article(ARTICLE).await?;

        page.tab_to_document().await?;
        for (words, key) in [(CLAIM, "1"), (WHOLE, "2")] {
            let (start, end) = find(words)?;
            page.label_by_keyboard(start, end, key).await?;
        }
        set_fields(&page).await?;

        // The target of the relation is chosen from the list.
        page.press("r").await?;
        page.wait_announced("Choose the target").await?;
        page.named("combobox", "Find the annotation to relate to").await?;
        page.type_words("ukraine now").await?;
        page.press("Enter").await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;

        // A hit is labelled where it stands.
        page.press("/").await?;
        page.named("searchbox", "Search").await?;
        page.type_words("peskov said").await?;
        page.wait_says("region", "Search", "1 hit").await?;
        page.press("Enter").await?;
        page.wait_selected(find(FOUND)?).await?;
        page.press("2").await?;
        page.wait_announced(&format!("Attribution: “{FOUND}”, labelled"))
            .await?;

        page.press("Control+Enter").await?;
        page.wait_article(NEXT).await?;
        let corpus = export(&page).await?;
        assert_eq!(pointer_events(&page).await?, Vec::<String>::new());
        check(&corpus)
    })
    .await
}

/// The source, picked in the text, and a choice, of the selected attribution.
async fn set_fields(page: &Page<'_>) -> Result<()> {
    let (start, end) = find(SOURCE)?;
    page.select_by_keyboard(start, end).await?;
    page.press("u").await?;
    page.wait_says("group", "Source", SOURCE).await?;
    page.press("e").await?;
    page.tab_to_named("combobox", "Stance").await?;
    page.type_words("Neutral").await?;
    page.wait_tip("Undo", "Undo: set stance").await?;
    // Escape leaves the fields for the text.
    page.press("Escape").await
}

/// Takes the file from the dialog.
async fn export(page: &Page<'_>) -> Result<Corpus> {
    page.press("Control+k").await?;
    page.named("dialog", "All commands").await?;
    page.type_words("export").await?;
    page.press("Enter").await?;
    page.named("dialog", "Export").await?;
    page.tab_to_named("button", "Corpus (JSON)").await?;
    page.press("Enter").await?;
    let corpus = Corpus::read(&page.wait_download().await?.bytes)?;
    if page.maybe("dialog", "Export").await?.is_some() {
        page.press("Escape").await?;
    }
    page.wait_no_dialog().await?;
    Ok(corpus)
}

fn check(corpus: &Corpus) -> Result<()> {
    let article = corpus.article(ARTICLE)?;
    assert_eq!(article.status, "done");
    assert_eq!(corpus.article(NEXT)?.status, "not_started");
    let annotation = |words: &str| -> Result<&Annotation> {
        let mut annotations = article.annotations.iter();
        annotations
            .find(|each| each.text == words)
            .with_context(|| format!("{words} is not labelled"))
    };
    assert_eq!(article.annotations.len(), 3);
    assert_eq!(annotation(FOUND)?.label, "attribution");
    let (from, to) = (annotation(WHOLE)?, annotation(CLAIM)?);
    let (start, end) = find(SOURCE)?;
    assert_eq!(
        from.attributes,
        json!({ "source": { "start": start, "end": end, "text": SOURCE }, "stance": "neutral" })
    );
    let relations: Vec<_> = article
        .relations
        .iter()
        .map(|each| [&each["kind"], &each["from"], &each["to"]])
        .collect();
    assert_eq!(
        relations,
        [[&json!("attributes"), &json!(from.id), &json!(to.id)]]
    );
    Ok(())
}

/// From now on, notes every event of a pointer.
async fn watch_pointer(page: &Page<'_>) -> Result<()> {
    let watch = "window.pointerEvents = [];
        for (const kind of ['pointerdown', 'pointermove', 'mousedown', 'mousemove', 'touchstart', 'wheel']) {
            addEventListener(kind, (event) => window.pointerEvents.push(event.type), { capture: true });
        }";
    page.ask(watch, Vec::new()).await?;
    Ok(())
}

async fn pointer_events(page: &Page<'_>) -> Result<Vec<String>> {
    let events = page.ask("return window.pointerEvents;", Vec::new()).await?;
    Ok(serde_json::from_value(events)?)
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
