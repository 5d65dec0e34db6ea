//! Lists that a reviewer brings along: entities, and a scheme in place of the built-in one.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::Viewport;
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until};
use serde_json::{Value, json};
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

#[tokio::test]
async fn the_preview_tells_what_a_scheme_is_or_why_it_is_none() -> Result<()> {
    let scheme = |relations: Value| {
        json!({
            "format": "hearsay-scheme", "version": 1, "name": "rhetoric", "scheme_version": 2,
            "labels": [{ "id": "metaphor", "name": "Metaphor", "key": "1" }], "relations": relations,
        })
        .to_string()
    };
    story::tell("scheme_preview", async |page| {
        page.open_library().await?;
        page.pick_files(&[("scheme.json", scheme(json!([])).as_bytes())])
            .await?;
        let preview = page.wait_preview().await?;
        for words in [
            "rhetoric, version 2: Metaphor",
            "takes the place of the scheme in use",
        ] {
            ensure!(preview.contains(words), "{preview}");
        }
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        let relations = json!([{ "kind": "via", "from": "metaphor", "to": "simile" }]);
        page.pick_files(&[("scheme.json", scheme(relations).as_bytes())])
            .await?;
        let preview = page.wait_preview().await?;
        ensure!(
            preview.contains("simile") && !preview.contains("takes the place"),
            "{preview}"
        );
        Ok(())
    })
    .await
}

/// Every key of a scheme with so many labels.
fn many_labels(count: usize) -> String {
    let labels: Vec<_> = (1..=count)
        .map(|number| json!({ "id": format!("label-{number}"), "name": format!("A label {number}"), "key": number.to_string() }))
        .collect();
    json!({ "format": "hearsay-scheme", "version": 1, "name": "many", "scheme_version": 1, "labels": labels })
        .to_string()
}

#[tokio::test]
async fn however_many_labels_there_are_each_can_be_read_and_nothing_is_covered() -> Result<()> {
    story::tell("scheme_wide", async |page| {
        page.open_library().await?;
        page.import_file("scheme.json", many_labels(9).as_bytes()).await?;
        page.open_article(ARTICLE).await?;
        page.ask("scrollTo(0, 600);", Vec::new()).await?;
        let below = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
            const edge = (selector, side) => document.querySelector(selector).getBoundingClientRect()[side];
            done(edge('.side', 'top') - edge('.bar', 'bottom'));
          })));";
        let room = page.ask(below, Vec::new()).await?;
        ensure!(room.as_f64().is_some_and(|room| room >= 0.0), "the panel is covered: {room}");

        page.browser().set_viewport(Viewport::PHONE).await?;
        let cut = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(
            [...document.querySelectorAll('.labels .label')].filter((label) => label.scrollWidth > label.clientWidth)
              .map((label) => label.textContent)
          ))));";
        assert_eq!(page.ask(cut, Vec::new()).await?, json!([]));
        Ok(())
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
