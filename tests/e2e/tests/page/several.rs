//! Several annotations at once: chosen together, or drawn over one place.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Text, supplied};
use hearsay_e2e::page::{Item, Page};
use hearsay_e2e::story;

const ARTICLE: &str = "000_2bbe5ca255217949";

#[tokio::test]
async fn annotations_chosen_together_are_deleted_as_one_step() -> Result<()> {
    story::tell("several_delete", async |page| {
        let all = [
            ("claim", "Kursk region"),
            ("unverified", "seemingly"),
            ("attribution", "the same forum"),
        ];
        label_all(&page, &all).await?;
        let items = page.wait_labelled(&all).await?;
        page.click_item(&items[0].id).await?;
        page.click_item_holding(&items[2].id, "Control").await?;
        page.wait_announced("2 annotations selected").await?;
        page.press("Delete").await?;
        page.wait_labelled(&all[1..2]).await?;
        page.wait_tip("Undo", "Undo: delete 2 annotations").await?;
        page.press("Control+z").await?;
        page.wait_labelled(&all).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn annotations_clicked_in_the_text_with_control_are_chosen_together() -> Result<()> {
    story::tell("several_in_text", async |page| {
        let all = [("claim", "Kursk region"), ("unverified", "seemingly")];
        label_all(&page, &all).await?;
        page.click_at(find(all[0].1)?.0 + 2).await?;
        wait_current(&page, all[0].0, all[0].1).await?;
        page.click_at_holding(find(all[1].1)?.0 + 2, "Control").await?;
        page.wait_announced("2 annotations selected").await?;
        page.press("2").await?;
        page.wait_labelled(&all.map(|(_, words)| ("attribution", words)))
            .await?;
        page.wait_tip("Undo", "Undo: change to attribution").await
    })
    .await
}

#[tokio::test]
async fn shift_chooses_all_between_and_a_label_key_relabels_them_as_one_step() -> Result<()> {
    story::tell("several_relabel", async |page| {
        let all = [
            ("claim", "Kursk region"),
            ("unverified", "seemingly"),
            ("attribution", "the same forum"),
        ];
        label_all(&page, &all).await?;
        let items = page.wait_labelled(&all).await?;
        page.click_item(&items[0].id).await?;
        page.click_item_holding(&items[2].id, "Shift").await?;
        page.wait_announced("3 annotations selected").await?;
        page.press("2").await?;
        page.wait_labelled(&all.map(|(_, words)| ("attribution", words)))
            .await?;
        page.press("Control+z").await?;
        page.wait_labelled(&all).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn annotations_chosen_together_are_merged() -> Result<()> {
    story::tell("several_merge", async |page| {
        let all = [("claim", "so far"), ("claim", "been unable")];
        label_all(&page, &all).await?;
        let items = page.wait_labelled(&all).await?;
        page.click_item(&items[0].id).await?;
        page.click_item_holding(&items[1].id, "Control").await?;
        page.press("m").await?;
        page.wait_labelled(&[("claim", "so far seemingly been unable")])
            .await?;
        page.press("Control+z").await?;
        page.wait_labelled(&all).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn repeated_clicks_go_through_what_overlaps_smallest_first_and_a_list_names_it() -> Result<()> {
    story::tell("overlaps", async |page| {
        let words = [
            ("claim", "Russia has so far seemingly been unable to repel them"),
            ("attribution", "so far seemingly been unable"),
            ("unverified", "seemingly"),
        ];
        label_all(&page, &words).await?;
        page.click_at(find("early August")?.0).await?;
        let place = find("seemingly")?.0 + 3;
        for (label, quote) in words.iter().rev().chain(words.last()) {
            page.click_at(place).await?;
            wait_current(&page, label, quote).await?;
            page.named("group", "Annotations here").await?;
        }

        let names: Vec<String> = page
            .browser()
            .by_role("button", None)
            .await?
            .into_iter()
            .map(|each| each.name)
            .filter(|name| name.contains(": “"))
            .collect();
        assert_eq!(
            names,
            [
                "Unverified: “seemingly”",
                "Attribution: “so far seemingly been unable”",
                "Claim: “Russia has so far seemingly been unable to repel them”",
            ]
        );
        page.named_in(("group", "Annotations here"), "button", &names[2])
            .await?
            .click()
            .await?;
        wait_current(&page, words[0].0, words[0].1).await?;
        page.press("Escape").await?;
        ensure!(
            page.maybe("group", "Annotations here").await?.is_none(),
            "Escape does not leave the list"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn four_annotations_over_one_word_are_drawn_in_four_lanes() -> Result<()> {
    story::tell("lanes", async |page| {
        let words = [
            ("claim", "Russia has so far seemingly been unable"),
            ("claim", "has so far seemingly been"),
            ("attribution", "so far seemingly been"),
            ("unverified", "seemingly"),
        ];
        label_all(&page, &words).await?;
        let lanes = "const marks = [...reader().querySelectorAll('mark')];
            const mark = marks.find((each) => each.textContent === 'seemingly');
            return [...mark.attributes].filter((each) => each.name.startsWith('data-lane')).map((each) => each.value);";
        let lanes: Vec<String> = serde_json::from_value(page.ask(lanes, Vec::new()).await?)?;
        assert_eq!(lanes, ["claim", "claim", "attribution", "unverified"]);
        Ok(())
    })
    .await
}

async fn label_all(page: &Page<'_>, all: &[(&str, &str)]) -> Result<()> {
    page.open_article(ARTICLE).await?;
    for (label, words) in all {
        let (start, end) = find(words)?;
        page.label_by_mouse(start, end, hearsay_e2e::gold::label_key(label)?)
            .await
            .with_context(|| (*words).to_owned())?;
    }
    Ok(())
}

async fn wait_current(page: &Page<'_>, label: &str, quote: &str) -> Result<()> {
    page.wait_items(&format!("{label}: {quote} alone to be selected"), |items| {
        let current: Vec<&Item> = items.iter().filter(|item| item.current).collect();
        matches!(current.as_slice(), [item] if item.label == label && item.quote == quote)
    })
    .await?;
    Ok(())
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
