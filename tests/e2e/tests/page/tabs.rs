//! Many tabs at once: each keeps every edit, and what one writes the others show.

use anyhow::Result;
use hearsay_e2e::story;
use serde_json::json;

use crate::long_edits;
use crate::texts::label;

const ARTICLE: &str = "000_2bbe5ca255217949";
/// A page that is not Hearsay.
const ELSEWHERE: &str = "about:blank";

#[tokio::test]
async fn ten_tabs_keep_every_edit_and_show_the_same() -> Result<()> {
    const TABS: usize = 10;
    story::tell("ten_tabs", async |page| {
        let driver = page.browser().driver();
        let mut tabs = vec![driver.window().await?];
        page.open_article(ARTICLE).await?;
        for _ in 1..TABS {
            let tab = driver.new_tab().await?;
            driver.switch_to_window(tab.clone()).await?;
            page.open_article(ARTICLE).await?;
            tabs.push(tab);
        }
        for round in 0..2 {
            for (number, tab) in tabs.iter().enumerate() {
                driver.switch_to_window(tab.clone()).await?;
                // What others do meanwhile is not waited for.
                label(&page, 2 + round * TABS + number).await?;
            }
        }
        let mut first = None;
        for tab in &tabs {
            driver.switch_to_window(tab.clone()).await?;
            let items = page.wait_annotations(2 * TABS).await?;
            page.wait_saved().await?;
            let items: Vec<_> = items.into_iter().map(|item| (item.id, item.quote)).collect();
            assert_eq!(*first.get_or_insert_with(|| items.clone()), items);
        }
        for tab in &tabs[1..] {
            driver.switch_to_window(tab.clone()).await?;
            driver.close_window().await?;
        }
        driver.switch_to_window(tabs[0].clone()).await?;
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(2 * TABS).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_tab_that_was_frozen_catches_up() -> Result<()> {
    story::tell("frozen", async |page| {
        // Nothing that is sent arrives, as in a page that is frozen.
        page.browser()
            .prepare("BroadcastChannel.prototype.postMessage = () => {};")
            .await?;
        let driver = page.browser().driver();
        let first = driver.window().await?;
        page.open_article(ARTICLE).await?;
        let other = driver.new_tab().await?;
        driver.switch_to_window(other).await?;
        page.browser()
            .prepare("BroadcastChannel.prototype.postMessage = () => {};")
            .await?;
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        driver.close_window().await?;
        driver.switch_to_window(first).await?;
        page.wait_annotations(0).await?;
        page.ask("document.dispatchEvent(new Event('resume'));", Vec::new())
            .await?;
        page.wait_annotations(1).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_page_that_was_kept_for_the_way_back_knows_and_hears_what_other_tabs_write() -> Result<()> {
    story::tell("way_back", async |page| {
        let driver = page.browser().driver();
        let first = driver.window().await?;
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        page.ask("globalThis.isKept = true;", Vec::new()).await?;
        driver.goto(ELSEWHERE).await?;

        let other = driver.new_tab().await?;
        driver.switch_to_window(other.clone()).await?;
        page.open_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        label(&page, 5).await?;
        page.wait_annotations(2).await?;
        page.wait_saved().await?;

        driver.switch_to_window(first.clone()).await?;
        driver.back().await?;
        page.wait_annotations(2).await?;
        // A page that something was sent to is cleared away, and would be another one now.
        assert_eq!(
            page.ask("return globalThis.isKept;", Vec::new()).await?,
            json!(true)
        );

        driver.switch_to_window(other).await?;
        label(&page, 7).await?;
        page.wait_saved().await?;
        driver.close_window().await?;
        driver.switch_to_window(first).await?;
        page.wait_annotations(3).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_page_that_was_kept_for_the_way_back_knows_what_another_tab_has_imported() -> Result<()> {
    story::tell("way_back_import", async |page| {
        let driver = page.browser().driver();
        let first = driver.window().await?;
        page.open_library().await?;
        page.wait_saved().await?;
        page.ask("globalThis.isKept = true;", Vec::new()).await?;
        driver.goto(ELSEWHERE).await?;

        let other = driver.new_tab().await?;
        driver.switch_to_window(other).await?;
        page.open_library().await?;
        // What is never folded stands in the database alone.
        page.ask(
            "navigator.locks.request('hearsay-fold', () => new Promise(() => {}));",
            Vec::new(),
        )
        .await?;
        long_edits::take_in(&page).await?;
        page.wait_saved().await?;
        driver.close_window().await?;

        driver.switch_to_window(first).await?;
        driver.back().await?;
        long_edits::wait_library(&page, long_edits::AFTER).await?;
        assert_eq!(
            page.ask("return globalThis.isKept;", Vec::new()).await?,
            json!(true)
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_another_tab_has_changed_is_not_taken_back_and_that_is_told() -> Result<()> {
    story::tell("undo_elsewhere", async |page| {
        let driver = page.browser().driver();
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        let items = page.wait_annotations(1).await?;
        let first = driver.window().await?;
        let other = driver.new_tab().await?;
        driver.switch_to_window(other).await?;
        page.open_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        page.click_item(&items[0].id).await?;
        page.press("3").await?;
        page.wait_items("an unverified", |items| items[0].label == "unverified")
            .await?;
        driver.close_window().await?;
        driver.switch_to_window(first).await?;
        page.wait_items("an unverified here too", |items| items[0].label == "unverified")
            .await?;
        page.click_button("Undo").await?;
        page.wait_announced("Undone: label claim, but for 1 record that was changed elsewhere since")
            .await?;
        page.wait_annotations(1).await?;
        Ok(())
    })
    .await
}
