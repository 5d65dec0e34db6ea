//! Undo and its names, notes, the clipboard, what is announced, and the way out of dialogs.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Corpus, Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until};
use serde_json::json;

const ARTICLE: &str = "000_2bbe5ca255217949";
const NEXT: &str = "001_f47330885fb6930d";
const WORDS: &str = "seemingly";

#[tokio::test]
async fn undo_and_redo_name_the_step_and_each_step_is_announced() -> Result<()> {
    story::tell("step_names", async |page| {
        page.open_article(ARTICLE).await?;
        page.wait_tip("Undo", "Undo: nothing yet").await?;
        label(&page, "1").await?;
        page.wait_announced("Claim: “seemingly”, labelled").await?;
        page.wait_tip("Undo", "Undo: label claim").await?;
        page.press("3").await?;
        page.wait_announced("Unverified: “seemingly”, changed").await?;
        page.wait_tip("Undo", "Undo: change to unverified").await?;
        page.press("Delete").await?;
        page.wait_announced("Unverified: “seemingly”, deleted").await?;
        page.wait_tip("Undo", "Undo: delete annotation").await?;
        page.press("Control+z").await?;
        page.wait_announced("Undone: delete annotation").await?;
        page.wait_tip("Redo", "Redo: delete annotation").await?;
        page.press("Control+z").await?;
        page.wait_announced("Undone: change to unverified").await?;
        page.press("Control+y").await?;
        page.wait_announced("Done again: change to unverified").await?;
        page.wait_tip("Undo", "Undo: change to unverified").await
    })
    .await
}

#[tokio::test]
async fn what_is_typed_in_a_note_in_one_go_is_one_step() -> Result<()> {
    story::tell("note_step", async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, "3").await?;
        let note = page.named("textbox", "Note").await?;
        note.send_keys("Who").await?;
        page.wait_tip("Undo", "Undo: edit note").await?;
        note.send_keys(" says so?").await?;
        until("all of the note", async || {
            Ok((note_of(&page).await?.as_deref() == Some("Who says so?")).then_some(()))
        })
        .await?;
        page.click_button("Undo").await?;
        page.wait_tip("Undo", "Undo: label unverified").await?;
        assert_eq!(note.prop("value").await?.as_deref(), Some(""));
        page.click_button("Redo").await?;
        page.wait_tip("Undo", "Undo: edit note").await?;
        assert_eq!(note.prop("value").await?.as_deref(), Some("Who says so?"));

        // Escape leaves the field, and the next note is another step.
        note.send_keys(" Nobody").await?;
        page.press("Escape").await?;
        let role = "return document.activeElement.getAttribute('role');";
        assert_eq!(page.ask(role, Vec::new()).await?, json!("document"));
        page.press("Control+z").await?;
        until("the note as it was", async || {
            Ok((note.prop("value").await?.as_deref() == Some("Who says so?")).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_quote_is_copied_with_its_offsets() -> Result<()> {
    story::tell("copy", async |page| {
        page.open_article(ARTICLE).await?;
        page.allow_clipboard().await?;
        label(&page, "3").await?;
        page.press("Control+Shift+c").await?;
        page.wait_announced("Quote and offsets copied").await?;
        let (start, end) = find(WORDS)?;
        let quote = json!(format!("{WORDS}\t{ARTICLE}:{start}-{end}"));
        let clipboard = "return navigator.clipboard.readText();";
        assert_eq!(page.ask(clipboard, Vec::new()).await?, quote);

        page.press("Escape").await?;
        page.press("Control+Shift+c").await?;
        page.wait_announced("Select an annotation first").await
    })
    .await
}

#[tokio::test]
async fn a_key_marks_an_article_as_done_and_opens_the_next() -> Result<()> {
    story::tell("finish", async |page| {
        page.open_article(ARTICLE).await?;
        page.press("Control+Enter").await?;
        page.wait_article(NEXT).await?;
        page.wait_saved().await?;
        page.open_library().await?;
        for (id, status) in [(ARTICLE, "Done"), (NEXT, "Not started")] {
            let row = page.article_row(id).await?;
            ensure!(row.text.contains(status), "not `{status}`: {row:?}");
        }

        // From the last, those before it are next; when all are done, the library is.
        let rows = page.articles().await?;
        page.click_article(&rows[rows.len() - 1].id).await?;
        page.press("Control+Enter").await?;
        page.wait_article(NEXT).await?;
        for row in &rows[2..rows.len() - 1] {
            page.press("Control+Enter").await?;
            page.wait_article(&row.id).await?;
        }
        page.press("Control+Enter").await?;
        page.named("list", "Articles").await?;
        page.wait_announced("All articles are done").await
    })
    .await
}

#[tokio::test]
async fn escape_leaves_every_dialog_and_the_focus_is_in_the_text_again() -> Result<()> {
    story::tell("leave_dialogs", async |page| {
        page.open_article(ARTICLE).await?;
        let (start, _) = find(WORDS)?;
        page.double_click_at(start + 2).await?;
        for (name, key) in [
            ("All commands", "Control+k"),
            ("All keys", "?"),
            ("Label every same phrase", "a"),
        ] {
            page.press(key).await?;
            page.named("dialog", name).await?;
            page.press("Escape").await?;
            page.wait_no_dialog().await?;
            let role = "return document.activeElement.getAttribute('role');";
            assert_eq!(page.ask(role, Vec::new()).await?, json!("document"), "{name}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn fifty_steps_are_taken_back_and_done_again() -> Result<()> {
    story::tell("many_steps", async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, "1").await?;
        for _ in 0..25 {
            page.press("2").await?;
            page.press("1").await?;
        }
        page.wait_labelled(&[("claim", WORDS)]).await?;
        page.press_times("Control+z", 50).await?;
        page.wait_tip("Undo", "Undo: label claim").await?;
        page.press("Control+z").await?;
        page.wait_annotations(0).await?;
        page.press_times("Control+y", 50).await?;
        page.wait_labelled(&[("attribution", WORDS)]).await?;
        page.press("Control+y").await?;
        page.wait_labelled(&[("claim", WORDS)]).await?;
        Ok(())
    })
    .await
}

async fn label(page: &Page<'_>, key: &str) -> Result<()> {
    let (start, end) = find(WORDS)?;
    page.label_by_mouse(start, end, key).await
}

async fn note_of(page: &Page<'_>) -> Result<Option<String>> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let annotation = corpus.article(ARTICLE)?.annotations.first();
    Ok(annotation.context("nothing is labelled")?.note.clone())
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
