//! What is asked about an annotation and about an article, and what is still to complete.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::Viewport;
use hearsay_e2e::corpus::{Annotation, Corpus, Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::{gold, story, until};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

const ARTICLE: &str = "000_2bbe5ca255217949";
const WHOLE: &str = "Gen Oleksandr Syrskyi, said";
const SOURCE: &str = "Gen Oleksandr Syrskyi";
const CUE: &str = "said Ukraine now";
const CLAIM: &str = "Ukraine now controls 1,294 sq km";
const DOUBT: &str = "have not been verified";

#[tokio::test]
async fn choices_and_figures_of_a_claim_are_in_the_file_and_there_after_a_reload() -> Result<()> {
    story::tell("fields_claim", async |page| {
        label_all(&page, &[("claim", CLAIM)]).await?;
        page.choose("Checkable", "Not yet").await?;
        page.wait_tip("Undo", "Undo: set checkable").await?;
        page.choose("Checkable", "Yes").await?;
        for (row, cells) in [["1,294", "sq km"], ["500", "sq miles"]].iter().enumerate() {
            page.click_button("Add a figure").await?;
            let name = format!("Figure {}", row + 1);
            for (column, words) in ["Value", "Unit"].into_iter().zip(cells) {
                fill_cell(&page, &name, column, words).await?;
            }
        }
        page.wait_tip("Undo", "Undo: set figures").await?;
        page.wait_saved().await?;
        let wanted = json!({
            "checkable": "yes",
            "figures": [{ "value": "1,294", "unit": "sq km" }, { "value": "500", "unit": "sq miles" }],
        });
        assert_eq!(exported(&page, "claim").await?.attributes, wanted);

        page.reload().await?;
        select(&page, CLAIM).await?;
        assert_eq!(chosen(&page, "Checkable").await?, "Yes");
        let second = page.named_in(("group", "Figure 2"), "textbox", "Unit").await?;
        assert_eq!(second.prop("value").await?.as_deref(), Some("sq miles"));
        page.click_button("Remove figure 1").await?;
        page.wait_saved().await?;
        let left = json!({ "checkable": "yes", "figures": [{ "value": "500", "unit": "sq miles" }] });
        assert_eq!(exported(&page, "claim").await?.attributes, left);
        page.press("Escape").await?;
        page.press("Control+z").await?;
        page.wait_saved().await?;
        assert_eq!(exported(&page, "claim").await?.attributes, wanted);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn on_a_phone_fields_come_over_the_text_while_they_are_filled_in_and_panels_into_sight() -> Result<()> {
    story::tell("fields_phone", async |page| {
        page.browser().set_viewport(Viewport::PHONE).await?;
        label_all(&page, &[("claim", CLAIM)]).await?;
        let text = page.ask("return scrollY;", Vec::new()).await?;
        page.press("e").await?;
        wait_in_sight(&page, "SELECT").await?;
        ensure!(
            page.ask("return scrollY;", Vec::new()).await? == text,
            "the text moved"
        );
        page.choose("Checkable", "Yes").await?;
        page.press("Escape").await?;
        let raised = "return document.querySelector('[data-raised]') === null;";
        ensure!(
            page.ask(raised, Vec::new()).await? == json!(true),
            "the fields stay over the text"
        );
        page.press("/").await?;
        wait_in_sight(&page, "INPUT").await?;
        Ok(())
    })
    .await
}

/// Waits until an element of that name has the focus and lies between the bars of the page.
async fn wait_in_sight(page: &Page<'_>, name: &str) -> Result<()> {
    let script = "const { top, bottom } = document.activeElement.getBoundingClientRect();
        return document.activeElement.tagName === arguments[0] && top > 48 && bottom < innerHeight - 60;";
    until(&format!("a {name} in sight with the focus"), async || {
        let is_there = page.ask(script, vec![json!(name)]).await? == json!(true);
        Ok(is_there.then_some(()))
    })
    .await
}

#[tokio::test]
async fn an_annotation_deleted_by_its_button_leaves_the_focus_to_the_text() -> Result<()> {
    story::tell("fields_delete", async |page| {
        label_all(&page, &[("claim", CLAIM)]).await?;
        page.click_button("Delete annotation").await?;
        page.wait_annotations(0).await?;
        page.press("Control+z").await?;
        page.wait_annotations(1).await?;
        page.press("p").await?;
        page.press("2").await?;
        page.wait_labelled(&[("attribution", CLAIM)]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_tabs_beside_the_text_stay_where_they_are_whatever_is_above_and_below_them() -> Result<()> {
    story::tell("tabs_stay", async |page| {
        page.open_article(ARTICLE).await?;
        let top = "const top = (name) => document.querySelector(name).getBoundingClientRect().top;
            return top('[role=tablist]') - top('aside');";
        let before = page.ask(top, Vec::new()).await?;
        for panel in ["To complete", "Search", "Guideline", "Annotations"] {
            page.show_panel(panel).await?;
            page.wait_still().await?;
            ensure!(
                page.ask(top, Vec::new()).await? == before,
                "{panel} moves the tabs"
            );
        }
        label_all(&page, &[("claim", CLAIM)]).await?;
        page.wait_still().await?;
        ensure!(
            page.ask(top, Vec::new()).await? == before,
            "an annotation moves the tabs"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn kind_and_note_of_an_unverified_mark_are_in_the_file_and_there_after_a_reload() -> Result<()> {
    story::tell("fields_unverified", async |page| {
        label_all(&page, &[("unverified", DOUBT)]).await?;
        page.choose("Kind", "Verification statement").await?;
        page.fill("By", "the BBC").await?;
        page.fill("Note", "Said outright.").await?;
        page.wait_saved().await?;
        let said = async || {
            let annotation = exported(&page, "unverified").await?;
            let wanted = json!({ "kind": "verification_statement", "by": "the BBC" });
            assert_eq!(annotation.attributes, wanted);
            assert_eq!(annotation.note.as_deref(), Some("Said outright."));
            anyhow::Ok(())
        };
        said().await?;
        page.reload().await?;
        select(&page, DOUBT).await?;
        assert_eq!(chosen(&page, "Kind").await?, "Verification statement");
        for (field, words) in [("By", "the BBC"), ("Note", "Said outright.")] {
            let field = page.named("textbox", field).await?;
            assert_eq!(field.prop("value").await?.as_deref(), Some(words));
        }
        said().await?;

        // An emptied choice and emptied words leave nothing behind.
        page.choose("Kind", "–").await?;
        page.fill("By", "").await?;
        page.wait_saved().await?;
        assert_eq!(exported(&page, "unverified").await?.attributes, json!({}));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn source_and_cue_are_picked_in_the_text() -> Result<()> {
    story::tell("fields_parts", async |page| {
        label_all(&page, &[("attribution", WHOLE)]).await?;
        let source = find(SOURCE)?;
        let cue = find(CUE).map(|(start, _)| (start, start + "said".len()))?;
        pick(&page, source, "u").await?;
        page.wait_tip("Undo", "Undo: set source").await?;
        pick(&page, cue, "c").await?;
        page.wait_tip("Undo", "Undo: set cue").await?;
        page.wait_says("group", "Source", SOURCE).await?;
        page.wait_says("group", "Cue", "said").await?;
        page.choose("Stance", "Neutral").await?;
        page.wait_saved().await?;
        let part =
            |(start, end): (usize, usize), text: &str| json!({ "start": start, "end": end, "text": text });
        let wanted = json!({ "source": part(source, SOURCE), "cue": part(cue, "said"), "stance": "neutral" });
        assert_eq!(exported(&page, "attribution").await?.attributes, wanted);
        page.wait_annotations(1).await?;

        page.reload().await?;
        select(&page, WHOLE).await?;
        page.wait_says("group", "Source", SOURCE).await?;
        page.wait_says("group", "Cue", "said").await?;
        assert_eq!(exported(&page, "attribution").await?.attributes, wanted);

        page.click_button("Clear cue").await?;
        page.wait_saved().await?;
        let left = exported(&page, "attribution").await?.attributes;
        assert_eq!(
            left,
            json!({ "source": part(source, SOURCE), "stance": "neutral" })
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_source_is_set_by_the_button_and_lies_within_its_attribution() -> Result<()> {
    story::tell("fields_part_outside", async |page| {
        label_all(&page, &[("attribution", WHOLE)]).await?;
        // Partly outside, and wholly.
        for (words, key, name) in [
            ("military commander, Gen Oleksandr", "u", "source"),
            ("Ukraine now", "c", "cue"),
        ] {
            page.drag(find(words)?.0, find(words)?.1).await?;
            page.press(key).await?;
            page.wait_announced(&format!("The {name} has to lie within its attribution."))
                .await?;
        }
        assert_eq!(exported(&page, "attribution").await?.attributes, json!({}));

        let (start, end) = find("Syrskyi, said").map(|(start, _)| (start, start + "Syrskyi".len()))?;
        page.drag(start, end).await?;
        let name = page.names_in(("group", "Source"), "button").await?;
        ensure!(
            name.len() == 1 && name[0].starts_with("Set source from the selection"),
            "the buttons of the source: {name:?}"
        );
        page.click_button(&name[0]).await?;
        page.wait_says("group", "Source", "Syrskyi").await?;
        page.wait_saved().await?;
        let wanted = json!({ "source": { "start": start, "end": end, "text": "Syrskyi" } });
        assert_eq!(exported(&page, "attribution").await?.attributes, wanted);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn fields_of_an_article_are_in_the_file_and_there_after_a_reload() -> Result<()> {
    story::tell("fields_article", async |page| {
        page.open_article(ARTICLE).await?;
        page.named("region", "This article").await?;
        page.choose("Genre", "Analysis").await?;
        page.wait_tip("Undo", "Undo: set genre").await?;
        page.fill("Language", "en").await?;
        page.fill("Remark", "Ends in four foreign leads.").await?;
        page.wait_tip("Undo", "Undo: set remark").await?;
        page.wait_saved().await?;
        let wanted =
            json!({ "genre": "analysis", "language": "en", "remark": "Ends in four foreign leads." });
        assert_eq!(fields(&page).await?, wanted);

        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        assert_eq!(chosen(&page, "Genre").await?, "Analysis");
        let language = page.named("textbox", "Language").await?;
        assert_eq!(language.prop("value").await?.as_deref(), Some("en"));
        assert_eq!(fields(&page).await?, wanted);

        page.fill("Remark", "Short.").await?;
        page.wait_saved().await?;
        page.click_button("Undo").await?;
        until("the remark as it was", async || {
            Ok((fields(&page).await? == wanted).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn what_is_to_complete_is_listed_and_goes_once_it_is_related() -> Result<()> {
    story::tell("to_complete", async |page| {
        label_all(
            &page,
            &[("attribution", WHOLE), ("claim", CLAIM), ("unverified", DOUBT)],
        )
        .await?;
        page.press("Escape").await?;
        page.press("t").await?;
        let attribution = format!("Attribution without a claim: “{WHOLE}”");
        let doubt = format!("Unverified that doubts nothing: “{DOUBT}”");
        wait_to_complete(&page, &[&attribution, &doubt]).await?;

        // An item selects its annotation, from which a relation starts.
        page.click_button(&doubt).await?;
        page.wait_says("region", "Selected annotation", DOUBT).await?;
        page.press("r").await?;
        page.wait_announced("Choose the target").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_tip("Undo", "Undo: relate: doubts").await?;
        wait_to_complete(&page, &[&attribution]).await?;

        page.click_button(&attribution).await?;
        page.press("r").await?;
        page.click_at(find(CLAIM)?.0 + 2).await?;
        page.wait_tip("Undo", "Undo: relate: attributes").await?;
        wait_to_complete(&page, &[]).await?;
        page.wait_says("tabpanel", "To complete", "All is complete here.")
            .await?;
        page.press("Control+z").await?;
        wait_to_complete(&page, &[&attribution]).await
    })
    .await
}

#[tokio::test]
async fn a_claim_with_several_attributions_is_to_complete() -> Result<()> {
    story::tell("to_complete_several", async |page| {
        let other = "Speaking at the same forum";
        label_all(
            &page,
            &[("attribution", other), ("attribution", WHOLE), ("claim", CLAIM)],
        )
        .await?;
        page.show_panel("To complete").await?;
        for from in [other, WHOLE] {
            page.click_at(find(from)?.0 + 2).await?;
            page.press("r").await?;
            page.wait_announced("Choose the target").await?;
            page.click_at(find(CLAIM)?.0 + 2).await?;
            page.wait_says("group", "Relations", CLAIM).await?;
        }
        wait_to_complete(&page, &[&format!("Claim with 2 attributions: “{CLAIM}”")]).await
    })
    .await
}

/// Opens the article and labels these words, of which the last are then selected.
async fn label_all(page: &Page<'_>, all: &[(&str, &str)]) -> Result<()> {
    page.open_article(ARTICLE).await?;
    for (label, words) in all {
        let (start, end) = find(words)?;
        page.label_by_mouse(start, end, gold::label_key(label)?).await?;
    }
    Ok(())
}

/// Clicks the words, whose annotation is then selected.
async fn select(page: &Page<'_>, words: &str) -> Result<()> {
    page.wait_article(ARTICLE).await?;
    page.click_at(find(words)?.0 + 2).await?;
    page.wait_says("region", "Selected annotation", words).await
}

/// Selects words in the text and presses the key that makes them a part.
async fn pick(page: &Page<'_>, (start, end): (usize, usize), key: &str) -> Result<()> {
    page.drag(start, end).await?;
    page.press(key).await
}

async fn fill_cell(page: &Page<'_>, row: &str, column: &str, words: &str) -> Result<()> {
    let cell = page.named_in(("group", row), "textbox", column).await?;
    cell.click().await?;
    page.type_words(words).await?;
    page.press("Tab").await
}

/// The words of the option that a list has.
async fn chosen(page: &Page<'_>, list: &str) -> Result<String> {
    let list = page.named("combobox", list).await?;
    Ok(list.find(By::Css("option:checked")).await?.text().await?)
}

async fn wait_to_complete(page: &Page<'_>, wanted: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    let found = until("what is to complete", async || {
        last = page.names_in(("tabpanel", "To complete"), "button").await?;
        Ok((last == wanted).then_some(()))
    })
    .await;
    found.with_context(|| format!("expected {wanted:?}, listed {last:?}"))
}

/// The one annotation with a label in the exported file.
async fn exported(page: &Page<'_>, label: &str) -> Result<Annotation> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let mut annotations = corpus.article(ARTICLE)?.annotations.iter();
    let found = annotations.find(|each| each.label == label);
    Ok(found.context("nothing has that label")?.clone())
}

/// The article's fields in the exported file.
async fn fields(page: &Page<'_>) -> Result<Value> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    Ok(corpus.article(ARTICLE)?.fields.clone())
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
