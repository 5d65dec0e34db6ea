//! Selecting words with the mouse and the keyboard, and labelling what is selected.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Text, supplied};
use hearsay_e2e::page::{Page, Selection};
use hearsay_e2e::{story, until};

use crate::texts::open_long;

const ARTICLE: &str = "000_2bbe5ca255217949";

#[tokio::test]
async fn a_double_click_selects_a_word_and_a_label_key_labels_it() -> Result<()> {
    story::tell("double_click", async |page| {
        page.open_article(ARTICLE).await?;
        let (start, end) = find("seemingly")?;
        page.double_click_at(start + 3).await?;
        wait_selected(&page, (start, end)).await?;
        page.press("3").await?;
        page.wait_labelled(&[("unverified", "seemingly")]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_triple_click_selects_the_sentence_without_its_full_stop() -> Result<()> {
    story::tell("triple_click", async |page| {
        page.open_article(ARTICLE).await?;
        let sentence = "President Zelensky also revealed that Ukraine had recently carried out the first \
                        successful test of a domestically-produced ballistic missile";
        let (start, end) = find(sentence)?;
        page.triple_click_at(start + 12).await?;
        wait_selected(&page, (start, end)).await?;
        page.press("1").await?;
        page.wait_labelled(&[("claim", sentence)]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_drag_right_after_a_jump_selects_what_is_under_the_pointer() -> Result<()> {
    story::tell("jump_and_drag", async |page| {
        let article = open_long(&page).await?;
        // A space at the end of a line has no width to press on.
        let text = Text::new(&article.text);
        let mut spans = Vec::new();
        for each in &article.annotations {
            let words = text.slice(each.start, each.end)?;
            if words.starts_with(char::is_alphanumeric) && words.ends_with(char::is_alphanumeric) {
                spans.push((each.start, each.end));
            }
        }
        for tenth in [9, 1, 7, 3, 10, 4, 8, 0, 5, 2] {
            let (start, end) = spans[(spans.len() - 1) * tenth / 10];
            page.drag_exactly(start, end).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_ends_of_a_drag_snap_to_words_and_stay_where_alt_is_held() -> Result<()> {
    story::tell("snap", async |page| {
        page.open_article(ARTICLE).await?;
        let (rough, exact) = (find("ar seemingly been una")?, find("far seemingly been unable")?);
        page.drag_roughly(rough.0, rough.1, &[]).await?;
        wait_selected(&page, exact).await?;
        page.press("1").await?;
        page.wait_labelled(&[("claim", "far seemingly been unable")])
            .await?;

        let white = find(" Russia’s Kursk region ")?;
        page.drag_roughly(white.0, white.1, &[]).await?;
        wait_selected(&page, find("Russia’s Kursk region")?).await?;

        let stop = find("repel them.")?;
        page.drag_roughly(stop.0, stop.1, &[]).await?;
        wait_selected(&page, find("repel them")?).await?;

        page.drag_roughly(rough.0, rough.1, &["Alt"]).await?;
        wait_selected(&page, rough).await?;
        page.press("2").await?;
        page.wait_labelled(&[
            ("claim", "far seemingly been unable"),
            ("attribution", "ar seemingly been una"),
        ])
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_drag_backwards_snaps_as_well_and_keeps_its_direction() -> Result<()> {
    story::tell("snap_backwards", async |page| {
        page.open_article(ARTICLE).await?;
        let (start, end) = find("ar seemingly been una")?;
        page.drag_roughly(end, start, &[]).await?;
        let (start, end) = find("far seemingly been unable")?;
        wait_selected(&page, (end, start)).await
    })
    .await
}

#[tokio::test]
async fn a_selection_may_cross_paragraphs() -> Result<()> {
    story::tell("across", async |page| {
        page.open_article(ARTICLE).await?;
        let (start, end) = find("el them.\nSpeaking at the sa")?;
        page.drag_roughly(start, end, &[]).await?;
        wait_selected(&page, find("repel them.\nSpeaking at the same")?).await?;
        page.press("1").await?;
        page.wait_labelled(&[("claim", "repel them.\nSpeaking at the same")])
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn snapping_can_be_switched_off_and_stays_off() -> Result<()> {
    story::tell("snap_off", async |page| {
        page.open_article(ARTICLE).await?;
        let rough = find("ar seemingly been una")?;
        page.press("w").await?;
        page.wait_announced("Selections stay as they are made").await?;
        page.drag_roughly(rough.0, rough.1, &[]).await?;
        wait_selected(&page, rough).await?;

        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.drag_roughly(rough.0, rough.1, &[]).await?;
        wait_selected(&page, rough).await?;

        page.press("w").await?;
        page.wait_announced("Selections snap to words").await?;
        // A drag that begins in selected words would carry them away.
        page.press("Escape").await?;
        page.drag_roughly(rough.0, rough.1, &[]).await?;
        wait_selected(&page, find("far seemingly been unable")?).await
    })
    .await
}

#[tokio::test]
async fn the_palette_beside_a_selection_labels_it() -> Result<()> {
    story::tell("palette", async |page| {
        page.open_article(ARTICLE).await?;
        let labels = [
            ("Label as Claim", "claim", "Kursk region"),
            ("Label as Attribution", "attribution", "seemingly"),
            ("Label as Unverified", "unverified", "the same forum"),
        ];
        let mut labelled = Vec::new();
        for (button, label, words) in labels {
            let (start, end) = find(words)?;
            page.drag(start, end).await?;
            page.named_in(("toolbar", "Label the selection"), "button", button)
                .await?
                .click()
                .await?;
            labelled.push((label, words));
            page.wait_labelled(&labelled).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_sticky_label_labels_each_selection_at_once() -> Result<()> {
    story::tell("sticky", async |page| {
        page.open_article(ARTICLE).await?;
        page.press("l").await?;
        page.wait_announced("Each selection becomes: Claim").await?;
        let words = ["Kursk region", "seemingly", "the same forum"];
        let mut labelled = Vec::new();
        for words in &words[..2] {
            let (start, end) = find(words)?;
            page.drag_roughly(start + 1, end - 1, &[]).await?;
            labelled.push(("claim", *words));
            page.wait_labelled(&labelled).await?;
        }

        // Another label's key makes that one stick.
        page.press("3").await?;
        labelled[1].0 = "unverified";
        page.wait_labelled(&labelled).await?;
        page.wait_announced("Unverified: “seemingly”, changed. Each selection becomes: Unverified")
            .await?;
        let (start, _) = find(words[2])?;
        page.double_click_at(start + 5).await?;
        labelled.push(("unverified", "same"));
        page.wait_labelled(&labelled).await?;

        page.press("l").await?;
        page.wait_announced("Selections wait for a label").await?;
        let (start, end) = find("top military commander")?;
        page.drag(start, end).await?;
        page.named("toolbar", "Label the selection").await?;
        page.wait_labelled(&labelled).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_cursor_moves_by_character_word_sentence_and_paragraph_and_shift_extends() -> Result<()> {
    story::tell("cursor", async |page| {
        page.open_article(ARTICLE).await?;
        let paragraph = find("Gen Syrskyi said Ukraine had no intention")?.0;
        let sentence = find("Russia is seeking to capture")?.0;
        let next = find("President Zelensky also")?.0;
        let steps = [
            ("Right", "Left", paragraph + 1),
            ("Control+Right", "Control+Left", find("Gen Syrskyi")?.0 + 3),
            ("Alt+Down", "Alt+Up", sentence),
            (")", "(", sentence),
            ("Control+Down", "Control+Up", next),
        ];
        for (forward, back, there) in steps {
            page.click_at(paragraph).await?;
            page.press(forward).await?;
            wait_selected(&page, (there, there))
                .await
                .with_context(|| forward.to_owned())?;
            page.press(back).await?;
            wait_selected(&page, (paragraph, paragraph))
                .await
                .with_context(|| back.to_owned())?;

            // A sign such as `)` has Shift in it already.
            if forward == ")" {
                continue;
            }
            page.press(&format!("Shift+{forward}")).await?;
            wait_selected(&page, (paragraph, there))
                .await
                .with_context(|| format!("Shift+{forward}"))?;
            page.press(&format!("Shift+{back}")).await?;
            wait_selected(&page, (paragraph, paragraph))
                .await
                .with_context(|| format!("Shift+{back}"))?;
        }

        // What keys have selected stays as it is, inside a word too.
        page.click_at(paragraph).await?;
        page.press_times("Shift+Right", 6).await?;
        page.press("2").await?;
        page.wait_labelled(&[("attribution", "Gen Sy")]).await?;

        // Words that they have selected are without the space before them.
        page.click_at(find("Gen Syrskyi")?.0 + 3).await?;
        page.press("Control+Shift+Right").await?;
        page.press("1").await?;
        page.wait_labelled(&[("attribution", "Gen Sy"), ("claim", "Syrskyi")])
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_stop_of_the_tab_key_shows_that_it_has_the_focus() -> Result<()> {
    story::tell("focus_seen", async |page| {
        page.open_article(ARTICLE).await?;
        let (start, end) = find("seemingly")?;
        page.label_by_mouse(start, end, "3").await?;
        page.reload().await?;
        page.wait_annotations(1).await?;
        let mut seen = Vec::new();
        for _ in 0..40 {
            page.press("Tab").await?;
            let stop = page.ask("return focusShown();", Vec::new()).await?;
            let Some(name) = stop["name"].as_str().map(str::to_owned) else {
                break;
            };
            ensure!(
                stop["shown"] == true,
                "{name} has the focus, and nothing shows it"
            );
            if seen.contains(&name) {
                break;
            }
            seen.push(name);
        }
        ensure!(seen.len() > 8, "Tab leads to these alone: {seen:#?}");
        Ok(())
    })
    .await
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}

/// Waits until this is selected: the first is where it was begun.
async fn wait_selected(page: &Page<'_>, (anchor, focus): (usize, usize)) -> Result<()> {
    let mut last = None;
    let found = until(&format!("{anchor}..{focus} to be selected"), async || {
        last = page.selection().await?;
        Ok((last == Some(Selection { anchor, focus })).then_some(()))
    })
    .await;
    found.with_context(|| format!("the selection is {last:?}"))
}
