//! The list of articles where there are many: what is drawn of it, the keys that go through it, and its filter.

use anyhow::{Result, ensure};
use hearsay_e2e::browser::Viewport;
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The supplied articles, which stand before those that are added.
const SUPPLIED: usize = 5;

#[tokio::test]
async fn of_a_long_list_only_what_is_near_is_drawn_at_its_place_and_each_row_tells_its_number() -> Result<()>
{
    story::tell("shelf_long", async |page| {
        let count = add(&page, 300).await?;
        for viewport in [Viewport::DESKTOP, Viewport::PHONE] {
            page.browser().set_viewport(viewport).await?;
            page.open_library().await?;
            for share in [0.0, 0.5, 1.0] {
                let number = scroll_through(&page, share).await?;
                let wanted = (share * (count - 1) as f64) as usize;
                ensure!(number.abs_diff(wanted) < 8, "at {share} is row {number}");
            }
            ensure!(page.articles().await?.len() < 80, "too many rows are drawn");
        }
        let last = page.named("link", "Added article 299").await?;
        ensure!(
            sets(&page, "Added article 299").await? == (count, count),
            "another number"
        );
        last.click().await?;
        page.wait_article("added-299").await?;
        page.browser().driver().back().await?;
        until("the row that was left, with the focus", async || {
            Ok((focused(&page).await? == "Added article 299" && in_sight(&page).await?).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn keys_go_through_a_long_list_and_the_focus_stays_on_its_row_wherever_the_page_is_scrolled()
-> Result<()> {
    story::tell("shelf_keys", async |page| {
        let count = add(&page, 300).await?;
        page.open_library().await?;
        page.press("/").await?;
        page.press("Down").await?;
        let first = focused(&page).await?;
        for (key, wanted) in [
            ("End", "Added article 299"),
            ("Up", "Added article 298"),
            ("Down", "Added article 299"),
            ("Home", first.as_str()),
            ("Up", first.as_str()),
        ] {
            page.press(key).await?;
            wait_focused(&page, wanted).await?;
        }
        page.press("PageDown").await?;
        until("a row further down to have the focus", async || {
            Ok((focused(&page).await? != first && in_sight(&page).await?).then_some(()))
        })
        .await?;
        let here = focused(&page).await?;
        scroll_through(&page, 1.0).await?;
        wait_focused(&page, &here).await?;
        ensure!(sets(&page, &here).await?.1 == count, "another number of rows");
        page.press("Up").await?;
        until("the row before, in sight", async || {
            Ok((focused(&page).await? != here && in_sight(&page).await?).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn a_filter_finds_articles_by_title_id_and_status_and_is_kept_while_one_is_open() -> Result<()> {
    story::tell("shelf_filter", async |page| {
        page.open_library().await?;
        ensure!(
            page.maybe("searchbox", "Filter articles").await?.is_none(),
            "five articles need no filter"
        );
        let count = add(&page, 20).await?;
        page.press("/").await?;
        page.type_words("ÁDDED article 1").await?;
        // 1 and 10 to 19.
        wait_titles(&page, 11).await?;
        page.wait_announced(&format!("11 of {count} shown")).await?;
        page.type_words("7").await?;
        wait_titles(&page, 1).await?;
        page.press("Escape").await?;
        wait_titles(&page, count).await?;
        page.type_words("ADDED-00").await?;
        wait_titles(&page, 10).await?;
        page.press("Escape").await?;

        page.choose("Filter by status", "Done").await?;
        wait_titles(&page, 5).await?;
        page.click_article("added-003").await?;
        page.browser().driver().back().await?;
        wait_titles(&page, 5).await?;
        wait_focused(&page, "Added article 3").await?;
        page.choose("Filter by status", "In progress").await?;
        page.wait_announced(&format!("0 of {count} shown")).await?;
        page.click_button("Clear filter").await?;
        wait_titles(&page, count).await
    })
    .await
}

#[tokio::test]
async fn a_large_corpus_is_listed_before_it_is_read_and_the_list_that_is_there_then_stays() -> Result<()> {
    story::tell("shelf_stays", async |page| {
        let count = add(&page, 300).await?;
        until("the list to be kept for the next visit", async || {
            let kept = "return inDatabase('shelf', (shelf) => shelf.count());";
            Ok((page.ask(kept, Vec::new()).await? == json!(1)).then_some(()))
        })
        .await?;
        page.browser().prepare(COUNT_LISTS).await?;
        page.reload().await?;
        let filter = page.named("searchbox", "Filter articles").await?;
        filter.send_keys("added article 299").await?;
        wait_titles(&page, 1).await?;
        let counted = page.ask("return [listed, listedUnread];", Vec::new()).await?;
        ensure!(
            counted == json!([1, true]),
            "lists of {count} articles shown, and whether one before the articles were read: {counted}"
        );
        Ok(())
    })
    .await
}

/// Counts how many lists of articles are put into the page one after the other, and notes whether there was one when
/// the first kept text of an article was asked for.
const COUNT_LISTS: &str = "globalThis.listed = 0;
    globalThis.listedUnread = false;
    let last = null;
    new MutationObserver(() => {
        const list = document.querySelector('ol.rows');
        if (list && list !== last) {
            last = list;
            listed += 1;
        }
    }).observe(document, { childList: true, subtree: true });
    const { get } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.get = function (...key) {
        if (this.name === 'texts' && listed > 0) listedUnread = true;
        return get.apply(this, key);
    };";

/// Imports so many articles, every fourth of them done, and tells how many there are then.
async fn add(page: &Page<'_>, count: usize) -> Result<usize> {
    let lines: String = (0..count)
        .map(|number| article(number).to_string() + "\n")
        .collect();
    page.open_library().await?;
    page.import_file("added.jsonl", lines.as_bytes()).await?;
    Ok(SUPPLIED + count)
}

fn article(number: usize) -> Value {
    let text = format!("Words of article {number}.\n");
    let digest = Sha256::digest(text.as_bytes());
    let sha256: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "id": format!("added-{number:03}"),
        "title": format!("Added article {number}"),
        "source_url": null, "published": null, "retrieved": null,
        "sha256": sha256,
        "text": text,
        "status": if number % 4 == 3 { "done" } else { "not_started" },
        "fields": {}, "regions": [], "annotations": [], "relations": [],
    })
}

async fn wait_titles(page: &Page<'_>, count: usize) -> Result<()> {
    until(&format!("{count} rows"), async || {
        Ok((page.articles().await?.len() == count).then_some(()))
    })
    .await
}

async fn wait_focused(page: &Page<'_>, title: &str) -> Result<()> {
    until(&format!("the link `{title}` to have the focus"), async || {
        Ok((focused(page).await? == title).then_some(()))
    })
    .await
}

/// The words of what has the focus.
async fn focused(page: &Page<'_>) -> Result<String> {
    let words = page
        .ask("return document.activeElement.textContent;", Vec::new())
        .await?;
    Ok(words.as_str().unwrap_or_default().to_owned())
}

/// Whether what has the focus lies within the viewport.
async fn in_sight(page: &Page<'_>) -> Result<bool> {
    let script = "const { top, bottom } = document.activeElement.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;";
    Ok(page.ask(script, Vec::new()).await? == json!(true))
}

/// Scrolls so that the row at that share of the list is in the middle of the viewport, and tells its place.
async fn scroll_through(page: &Page<'_>, share: f64) -> Result<usize> {
    let script = "const list = document.querySelector('ol[aria-label=Articles]');
        const { top, height } = list.getBoundingClientRect();
        scrollBy({ top: top + arguments[0] * height - innerHeight / 2, behavior: 'instant' });
        const middle = () => {
            const bounds = list.getBoundingClientRect();
            const y = Math.min(Math.max(innerHeight / 2, bounds.top + 1), bounds.bottom - 1);
            return document.elementsFromPoint(bounds.left + 40, y).map((each) => each.closest('li')).find(Boolean);
        };
        for (let tries = 0; tries < 100 && !middle(); tries++) await frame();
        return Number(middle().ariaPosInSet) - 1;";
    let script = format!("return (async () => {{ {script} }})();");
    let place = page.ask(&script, vec![json!(share)]).await?;
    Ok(usize::try_from(place.as_u64().unwrap_or(u64::MAX))?)
}

/// The number of the row with that title, and how many rows it says there are.
async fn sets(page: &Page<'_>, title: &str) -> Result<(usize, usize)> {
    let script = "const row = [...document.querySelectorAll('ol[aria-label=Articles] li')]
            .find((row) => row.querySelector('a').textContent === arguments[0]);
        return [Number(row.ariaPosInSet), Number(row.ariaSetSize)];";
    Ok(serde_json::from_value(
        page.ask(script, vec![json!(title)]).await?,
    )?)
}
