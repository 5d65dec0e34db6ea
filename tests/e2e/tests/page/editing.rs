//! Labelling, and changing one's mind.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Annotation, Corpus};
use hearsay_e2e::page::{Item, Page, Selection};
use hearsay_e2e::{story, until};

const ARTICLE: &str = "000_2bbe5ca255217949";
const CLAIM: (usize, usize) = (711, 764);
const DOUBT: (usize, usize) = (729, 738);
/// A character of the same paragraph that nobody labels.
const PLAIN: usize = 690;

#[tokio::test]
async fn a_button_of_the_toolbar_labels_the_selection() -> Result<()> {
    story::tell("toolbar", async |page| {
        page.open_article(ARTICLE).await?;
        let labels = [
            ("Claim", "claim"),
            ("Attribution", "attribution"),
            ("Unverified", "unverified"),
        ];
        for (index, (name, label)) in labels.into_iter().enumerate() {
            let (start, end) = [CLAIM, (794, 862), (963, 1010)][index];
            page.drag(start, end).await?;
            page.named_in(("toolbar", "Labels"), "button", name)
                .await?
                .click()
                .await?;
            let items = page.wait_annotations(index + 1).await?;
            ensure!(
                items.iter().any(|item| item.label == label),
                "no {label} in {items:?}"
            );
        }
        let items = page.annotations().await?;
        let claim = item_of(&items, "claim")?;
        ensure!(
            claim.text.contains("Russia has so far seemingly"),
            "no quote in {claim:?}"
        );
        all_drawn(&page, 3).await
    })
    .await
}

#[tokio::test]
async fn nested_and_overlapping_spans_are_all_drawn() -> Result<()> {
    story::tell("overlap", async |page| {
        page.open_article(ARTICLE).await?;
        let spans = [
            (CLAIM, "1"),
            (DOUBT, "3"),
            // Across the claim's begin, across its end into the next paragraph, within one label, and over the same range.
            ((700, 722), "2"),
            ((747, 790), "1"),
            ((711, 722), "1"),
            (CLAIM, "2"),
        ];
        for ((start, end), key) in spans {
            page.label_exactly_by_mouse(start, end, key).await?;
        }
        all_drawn(&page, spans.len()).await?;
        page.reload().await?;
        page.wait_annotations(spans.len()).await?;
        page.point_at(CLAIM.0, hearsay_e2e::page::Side::Start).await?;
        all_drawn(&page, spans.len()).await
    })
    .await
}

#[tokio::test]
async fn a_click_on_a_highlight_or_a_list_item_selects_it() -> Result<()> {
    story::tell("select", async |page| {
        let (claim, doubt) = nested_pair(&page).await?;
        select_by_click(&page, DOUBT.0 + 2, &doubt).await?;
        select_by_click(&page, CLAIM.0 + 3, &claim).await?;
        page.click_item(&doubt).await?;
        wait_current(&page, &doubt).await?;
        page.click_item(&claim).await?;
        wait_current(&page, &claim).await
    })
    .await
}

#[tokio::test]
async fn another_label_key_relabels_the_selected_annotation() -> Result<()> {
    story::tell("relabel", async |page| {
        let (claim, _) = nested_pair(&page).await?;
        select_by_click(&page, CLAIM.0 + 3, &claim).await?;
        page.press("2").await?;
        wait_labels(&page, &["attribution", "unverified"]).await?;
        all_drawn(&page, 2).await?;
        page.press("Control+z").await?;
        wait_labels(&page, &["claim", "unverified"]).await?;
        let items = page.annotations().await?;
        ensure!(
            items.iter().any(|item| item.id == claim),
            "the annotation has another id"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_note_is_kept_whatever_is_done_right_after_the_last_key() -> Result<()> {
    story::tell("note", async |page| {
        let (_, doubt) = nested_pair(&page).await?;
        select_by_click(&page, DOUBT.0 + 2, &doubt).await?;
        let note = page.named("textbox", "Note").await?;
        note.send_keys("who says so?").await?;
        page.named_in(("toolbar", "Labels"), "button", "Attribution")
            .await?
            .click()
            .await?;
        wait_labels(&page, &["attribution", "claim"]).await?;
        ensure!(
            note_of(&page, &doubt).await?.as_deref() == Some("who says so?"),
            "the toolbar lost the note"
        );
        page.named("textbox", "Note")
            .await?
            .send_keys(" And when?")
            .await?;
        page.reload().await?;
        wait_labels(&page, &["attribution", "claim"]).await?;
        ensure!(
            note_of(&page, &doubt).await?.as_deref() == Some("who says so? And when?"),
            "leaving the page lost the note"
        );
        Ok(())
    })
    .await
}

async fn note_of(page: &Page<'_>, id: &str) -> Result<Option<String>> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let annotation = corpus
        .articles
        .into_iter()
        .flat_map(|article| article.annotations)
        .find(|annotation| annotation.id == id)
        .context("the annotation is not in the file")?;
    Ok(annotation.note)
}

#[tokio::test]
async fn words_selected_beside_the_text_stay_selected_to_be_copied() -> Result<()> {
    story::tell("quote", async |page| {
        let (_, doubt) = nested_pair(&page).await?;
        page.click_item(&doubt).await?;
        page.drag(CLAIM.0, CLAIM.1).await?;
        let script = "getSelection().selectAllChildren(document.querySelector('.card blockquote'));
            for (let n = 0; n < 5; n += 1) await frame();
            return getSelection().toString();";
        let selected = page.ask(script, Vec::new()).await?;
        assert_eq!(selected, "seemingly");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_focus_goes_back_to_the_text_when_its_item_is_deleted() -> Result<()> {
    story::tell("focus", async |page| {
        let (_, doubt) = nested_pair(&page).await?;
        page.click_item(&doubt).await?;
        page.press("Delete").await?;
        wait_labels(&page, &["claim"]).await?;
        until("the focus in the text", async || {
            let role = page
                .ask("return document.activeElement.getAttribute('role')", Vec::new())
                .await?;
            Ok((role == "document").then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn deleting_is_undone_and_redone_by_buttons_and_by_keys() -> Result<()> {
    story::tell("undo", async |page| {
        let (_, doubt) = nested_pair(&page).await?;
        select_by_click(&page, DOUBT.0 + 2, &doubt).await?;
        page.press("Delete").await?;
        wait_labels(&page, &["claim"]).await?;
        all_drawn(&page, 1).await?;

        page.click_button("Undo").await?;
        wait_labels(&page, &["claim", "unverified"]).await?;
        page.click_button("Undo").await?;
        wait_labels(&page, &["claim"]).await?;
        page.click_button("Undo").await?;
        wait_labels(&page, &[]).await?;
        for labels in [&["claim"][..], &["claim", "unverified"], &["claim"]] {
            page.click_button("Redo").await?;
            wait_labels(&page, labels).await?;
        }

        page.click_at(CLAIM.0 + 3).await?;
        page.press("Control+z").await?;
        wait_labels(&page, &["claim", "unverified"]).await?;
        all_drawn(&page, 2).await?;
        page.press("Control+z").await?;
        wait_labels(&page, &["claim"]).await?;
        page.press("Control+Shift+z").await?;
        wait_labels(&page, &["claim", "unverified"]).await?;
        page.press("Control+y").await?;
        wait_labels(&page, &["claim"]).await?;

        page.wait_saved().await?;
        page.reload().await?;
        wait_labels(&page, &["claim"]).await
    })
    .await
}

#[tokio::test]
async fn undo_and_redo_go_where_the_step_was_and_select_what_it_changed() -> Result<()> {
    story::tell("undo_place", async |page| {
        page.open_article(ARTICLE).await?;
        page.label_by_mouse(CLAIM.0, CLAIM.1, "1").await?;
        let claim = page.wait_annotations(1).await?[0].id.clone();
        for way in [Way::Keys, Way::Buttons] {
            let far_away = async || {
                page.press("Escape").await?;
                page.press("Control+End").await?;
                page.wait_items("nothing to be selected", |items| {
                    !items.iter().any(|item| item.current)
                })
                .await
            };
            page.click_at(DOUBT.0).await?;
            wait_current(&page, &claim).await?;
            page.press("Delete").await?;
            page.wait_annotations(0).await?;
            far_away().await?;
            way.undo(&page).await?;
            wait_current(&page, &claim).await?;
            page.wait_in_view(CLAIM.0).await?;

            // What was labelled by mistake is selected again, to be labelled anew.
            far_away().await?;
            way.undo(&page).await?;
            page.wait_annotations(0).await?;
            page.wait_selected(CLAIM).await?;
            page.wait_in_view(CLAIM.0).await?;

            way.redo(&page).await?;
            wait_current(&page, &claim).await?;
            page.wait_in_view(CLAIM.0).await?;
            // The label key means the annotation, not the words that were selected.
            page.press("3").await?;
            wait_labels(&page, &["unverified"]).await?;

            // What is selected stays so, and is brought back.
            page.ask("scrollTo(0, document.documentElement.scrollHeight);", Vec::new())
                .await?;
            way.undo(&page).await?;
            wait_labels(&page, &["claim"]).await?;
            wait_current(&page, &claim).await?;
            page.wait_in_view(CLAIM.0).await?;
        }
        Ok(())
    })
    .await
}

/// How steps are taken back and done again.
#[derive(Clone, Copy)]
enum Way {
    Keys,
    Buttons,
}

impl Way {
    async fn undo(self, page: &Page<'_>) -> Result<()> {
        match self {
            Self::Keys => page.press("Control+z").await,
            Self::Buttons => page.click_button("Undo").await,
        }
    }

    async fn redo(self, page: &Page<'_>) -> Result<()> {
        match self {
            Self::Keys => page.press("Control+Shift+z").await,
            Self::Buttons => page.click_button("Redo").await,
        }
    }
}

#[tokio::test]
async fn escape_clears_the_selection_and_labels_nothing() -> Result<()> {
    story::tell("escape", async |page| {
        page.open_article(ARTICLE).await?;
        page.drag(CLAIM.0, CLAIM.1).await?;
        page.press("Escape").await?;
        until("an empty selection", async || {
            Ok(page
                .selection()
                .await?
                .is_none_or(|at| at.anchor == at.focus)
                .then_some(()))
        })
        .await?;
        page.press("1").await?;
        page.label_by_mouse(DOUBT.0, DOUBT.1, "3").await?;
        wait_labels(&page, &["unverified"]).await
    })
    .await
}

/// Labels a claim and a doubt within it, and returns their ids.
async fn nested_pair(page: &Page<'_>) -> Result<(String, String)> {
    page.open_article(ARTICLE).await?;
    page.label_by_mouse(CLAIM.0, CLAIM.1, "1").await?;
    page.label_by_mouse(DOUBT.0, DOUBT.1, "3").await?;
    let items = page.wait_annotations(2).await?;
    Ok((
        item_of(&items, "claim")?.id.clone(),
        item_of(&items, "unverified")?.id.clone(),
    ))
}

fn item_of<'a>(items: &'a [Item], label: &str) -> Result<&'a Item> {
    items
        .iter()
        .find(|item| item.label == label)
        .with_context(|| format!("no {label} in {items:?}"))
}

/// Selects an annotation by a click on its highlight, after a click on plain text: the innermost is first.
async fn select_by_click(page: &Page<'_>, offset: usize, id: &str) -> Result<()> {
    page.click_at(PLAIN).await?;
    page.wait_items("nothing to be selected", |items| {
        !items.iter().any(|item| item.current)
    })
    .await?;
    page.click_at(offset).await?;
    wait_current(page, id).await?;
    let caret = page.selection().await?;
    ensure!(
        caret
            == Some(Selection {
                anchor: offset,
                focus: offset
            }),
        "the caret is at {caret:?} after a click at {offset}"
    );
    Ok(())
}

async fn wait_current(page: &Page<'_>, id: &str) -> Result<()> {
    page.wait_items(&format!("{id} alone to be selected"), |items| {
        items
            .iter()
            .filter(|item| item.current)
            .map(|item| item.id.as_str())
            .eq([id])
    })
    .await?;
    Ok(())
}

/// Waits until the list has these labels, in any order.
async fn wait_labels(page: &Page<'_>, labels: &[&str]) -> Result<()> {
    page.wait_items(&format!("the labels {labels:?}"), |items| {
        let mut here: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
        here.sort_unstable();
        here == labels
    })
    .await?;
    Ok(())
}

/// Checks that the marks of every annotation cover its range, no more and no less.
async fn all_drawn(page: &Page<'_>, count: usize) -> Result<()> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let article = corpus.article(ARTICLE)?;
    assert_eq!(article.annotations.len(), count, "{:#?}", article.annotations);
    let expected: BTreeMap<_, _> = article
        .annotations
        .iter()
        .map(|each| (each.id.clone(), lines_of(each)))
        .collect();
    let mut last = BTreeMap::new();
    until("marks for every annotation", async || {
        last = page.coverage().await?.into_iter().collect();
        Ok((last == expected).then_some(()))
    })
    .await
    .with_context(|| format!("drawn: {last:#?}, expected: {expected:#?}"))
}

/// The ranges of an annotation's lines: a line break is between two blocks, so no mark covers it.
fn lines_of(annotation: &Annotation) -> Vec<(usize, usize)> {
    let mut start = annotation.start;
    let mut lines = Vec::new();
    for line in annotation.text.split('\n') {
        let end = start + line.chars().count();
        if start < end {
            lines.push((start, end));
        }
        start = end + 1;
    }
    lines
}
