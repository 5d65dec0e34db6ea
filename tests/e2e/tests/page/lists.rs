//! Lists that a reviewer brings along: entities, and a scheme in place of the built-in one.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until};
use serde_json::json;
use thirtyfour::prelude::*;

const ARTICLE: &str = "000_2bbe5ca255217949";
const CLAIM: (usize, usize) = (711, 764);
const DOUBT: (usize, usize) = (729, 738);

#[tokio::test]
async fn a_list_of_entities_is_read_filtered_changed_and_taken_back() -> Result<()> {
    story::tell("entities", async |page| {
        page.open_library().await?;
        page.import_file(
            "people.csv",
            b"id,name,aliases\nQ1,Volodymyr Zelenskyy,Zelensky|Zelenskiy\nQ2,Dmitry Peskov,\n",
        )
        .await?;
        page.go("#/entities").await?;
        wait_names(&page, &["Dmitry Peskov", "Volodymyr Zelenskyy"]).await?;

        page.click_button("New entity").await?;
        page.named("textbox", "Name").await?.send_keys("Ada").await?;
        page.click_button("Add entity").await?;
        wait_names(&page, &["Ada", "Dmitry Peskov", "Volodymyr Zelenskyy"]).await?;

        let filter = page.named("searchbox", "Filter").await?;
        filter.send_keys("ZELÉNSKIY").await?;
        wait_names(&page, &["Volodymyr Zelenskyy"]).await?;
        page.named("link", "Volodymyr Zelenskyy").await?.click().await?;
        page.named("heading", "Volodymyr Zelenskyy").await?;
        page.click_button("Edit entity").await?;
        page.click_button("Delete entity").await?;
        page.named("heading", "No such entity").await?;
        page.click_button("Undo").await?;
        page.named("heading", "Volodymyr Zelenskyy").await?;
        page.wait_saved().await
    })
    .await
}

#[tokio::test]
async fn a_scheme_from_a_file_takes_the_place_of_the_labels_and_loses_no_annotation() -> Result<()> {
    let scheme = json!({
        "format": "hearsay-scheme", "version": 1, "name": "rhetoric", "scheme_version": 2,
        "labels": [
            { "id": "claim", "name": "Claim", "key": "1" },
            { "id": "metaphor", "name": "Metaphor", "key": "2", "colour": "#1a7f37" },
        ],
    });
    story::tell("scheme", async |page| {
        page.open_article(ARTICLE).await?;
        page.label_by_mouse(DOUBT.0, DOUBT.1, "3").await?;
        page.wait_annotations(1).await?;
        page.import_file("rhetoric.json", scheme.to_string().as_bytes())
            .await?;

        page.named_in(("toolbar", "Labels"), "button", "Metaphor").await?;
        page.label_by_mouse(CLAIM.0, CLAIM.1, "2").await?;
        let items = page.wait_annotations(2).await?;
        ensure!(items[0].label == "metaphor", "{items:?}");
        ensure!(items[1].label == "unverified", "{items:?}");
        let mark = page
            .browser()
            .driver()
            .find(By::Css("mark[data-lane-0=metaphor]"))
            .await?;
        let lines = mark.css_value("background-image").await?;
        ensure!(lines.contains("gradient"), "no line: {lines}");

        page.reload().await?;
        page.wait_annotations(2).await?;
        page.named_in(("toolbar", "Labels"), "button", "Metaphor").await?;
        page.open_library().await?;
        page.click_button("Use the built-in scheme").await?;
        page.click_button("Close").await?;
        page.open_article(ARTICLE).await?;
        page.wait_annotations(2).await?;
        page.named_in(("toolbar", "Labels"), "button", "Unverified")
            .await?;
        page.wait_saved().await
    })
    .await
}

/// Waits until these are the entities of the list, in this order.
async fn wait_names(page: &Page<'_>, names: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    until("the entities in the list", async || {
        let links = page
            .browser()
            .driver()
            .find_all(By::Css("ul[aria-label=Entities] a"))
            .await?;
        let mut found = Vec::new();
        for link in links {
            found.push(link.text().await?);
        }
        last = found;
        Ok((last == names).then_some(()))
    })
    .await
    .with_context(|| format!("expected {names:?}, last {last:?}"))
}
