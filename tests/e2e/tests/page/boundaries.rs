//! Moving the ends of an annotation, and making two of one or one of two.

use anyhow::{Context, Result};
use hearsay_e2e::corpus::{Text, supplied};
use hearsay_e2e::page::{Page, Side};
use hearsay_e2e::{story, until};

const ARTICLE: &str = "000_2bbe5ca255217949";

#[tokio::test]
async fn an_end_is_dragged_by_its_handle_and_one_undo_brings_it_back() -> Result<()> {
    story::tell("handles", async |page| {
        label(&page, "far seemingly been", "1").await?;
        // To inside of a word: it snaps to the nearer edge.
        page.drag_handle(Side::End, find("unable")?.1 - 1, &[]).await?;
        page.wait_labelled(&[("claim", "far seemingly been unable")])
            .await?;
        page.drag_handle(Side::Start, find("Russia has so")?.0, &[])
            .await?;
        page.wait_labelled(&[("claim", "Russia has so far seemingly been unable")])
            .await?;
        page.wait_tip("Undo", "Undo: move start").await?;
        page.press("Control+z").await?;
        page.wait_labelled(&[("claim", "far seemingly been unable")])
            .await?;
        page.wait_tip("Undo", "Undo: move end").await?;
        page.press("Control+z").await?;
        page.wait_labelled(&[("claim", "far seemingly been")]).await?;
        page.wait_tip("Undo", "Undo: label claim").await
    })
    .await
}

#[tokio::test]
async fn a_handle_never_passes_the_other_end() -> Result<()> {
    story::tell("handles_cross", async |page| {
        label(&page, "far seemingly been", "1").await?;
        page.drag_handle(Side::End, find("Russia has so")?.1, &[]).await?;
        page.wait_labelled(&[("claim", "f")]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn escape_gives_up_what_a_handle_has_begun() -> Result<()> {
    story::tell("handles_escape", async |page| {
        label(&page, "far seemingly been", "1").await?;
        let before = page.coverage().await?;
        page.drag_handle(Side::End, find("unable")?.1, &["Escape"])
            .await?;
        until("the marks as they were", async || {
            Ok((page.coverage().await? == before).then_some(()))
        })
        .await?;
        page.wait_labelled(&[("claim", "far seemingly been")]).await?;
        page.wait_tip("Undo", "Undo: label claim").await?;
        // The annotation is still selected.
        page.press("]").await?;
        page.wait_labelled(&[("claim", "far seemingly been unable")])
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn keys_nudge_either_end_by_word_and_by_character() -> Result<()> {
    story::tell("nudge", async |page| {
        label(&page, "seemingly been", "1").await?;
        for (key, quote) in [
            ("]", "seemingly been unable"),
            ("[", "seemingly been"),
            ("}", "seemingly been "),
            ("{", "seemingly been"),
            ("{", "seemingly bee"),
            ("}", "seemingly been"),
            ("Alt+[", "far seemingly been"),
            ("Alt+]", "seemingly been"),
            ("Alt+{", " seemingly been"),
            ("Alt+}", "seemingly been"),
            ("Alt+}", "eemingly been"),
        ] {
            page.press(key).await?;
            page.wait_labelled(&[("claim", quote)])
                .await
                .with_context(|| key.to_owned())?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_key_that_is_held_is_one_step_back() -> Result<()> {
    story::tell("nudge_held", async |page| {
        label(&page, "seemingly been", "1").await?;
        page.press_times("]", 4).await?;
        page.wait_labelled(&[("claim", "seemingly been unable to repel them")])
            .await?;
        page.press_times("Alt+[", 2).await?;
        page.wait_labelled(&[("claim", "so far seemingly been unable to repel them")])
            .await?;
        page.press("Control+z").await?;
        page.wait_labelled(&[("claim", "seemingly been unable to repel them")])
            .await?;
        page.press("Control+z").await?;
        page.wait_labelled(&[("claim", "seemingly been")]).await?;
        page.press("Control+y").await?;
        page.wait_labelled(&[("claim", "seemingly been unable to repel them")])
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_end_does_not_reach_the_other_and_the_page_says_so() -> Result<()> {
    story::tell("nudge_end", async |page| {
        label(&page, "seemingly", "1").await?;
        page.press("[").await?;
        page.wait_announced("cannot be moved further").await?;
        page.wait_labelled(&[("claim", "seemingly")]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_annotation_is_split_at_the_cursor_and_merged_again() -> Result<()> {
    story::tell("split", async |page| {
        label(&page, "seemingly been unable", "1").await?;
        page.click_at(find("unable")?.0).await?;
        page.press("s").await?;
        page.wait_labelled(&[("claim", "seemingly been"), ("claim", "unable")])
            .await?;
        page.wait_tip("Undo", "Undo: split claim").await?;
        page.press("m").await?;
        page.wait_labelled(&[("claim", "seemingly been unable")]).await?;
        page.wait_tip("Undo", "Undo: merge 2 claims").await?;
        page.press("Control+z").await?;
        page.wait_labelled(&[("claim", "seemingly been"), ("claim", "unable")])
            .await?;
        page.press("Control+z").await?;
        page.wait_labelled(&[("claim", "seemingly been unable")]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_split_without_a_place_and_a_merge_without_a_neighbour_say_why_not() -> Result<()> {
    story::tell("split_nowhere", async |page| {
        label(&page, "seemingly been unable", "1").await?;
        page.click_at(find("seemingly")?.0).await?;
        page.press("s").await?;
        page.wait_announced("Put the cursor between two words").await?;
        page.press("m").await?;
        page.wait_announced("Select two annotations or more").await?;
        page.wait_labelled(&[("claim", "seemingly been unable")]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_annotation_gets_a_twin_with_another_label() -> Result<()> {
    story::tell("duplicate", async |page| {
        label(&page, "seemingly", "1").await?;
        page.press("d").await?;
        page.wait_announced("Press the key of another label").await?;
        page.press("2").await?;
        let items = page.wait_annotations(2).await?;
        let mut labels: Vec<_> = items
            .iter()
            .map(|item| (item.label.as_str(), item.quote.as_str()))
            .collect();
        labels.sort_unstable();
        assert_eq!(labels, [("attribution", "seemingly"), ("claim", "seemingly")]);
        page.wait_tip("Undo", "Undo: duplicate as attribution").await?;
        page.press("Control+z").await?;
        page.wait_labelled(&[("claim", "seemingly")]).await?;

        // Escape leaves, and the next key relabels.
        page.click_at(find("seemingly")?.0 + 2).await?;
        page.press("d").await?;
        page.press("Escape").await?;
        page.press("3").await?;
        page.wait_labelled(&[("unverified", "seemingly")]).await?;
        Ok(())
    })
    .await
}

/// Opens the article and labels these words, which are then selected.
async fn label(page: &Page<'_>, words: &str, key: &str) -> Result<()> {
    page.open_article(ARTICLE).await?;
    let (start, end) = find(words)?;
    page.label_by_mouse(start, end, key).await
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
