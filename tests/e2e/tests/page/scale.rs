//! More than local storage holds: snapshots move to the database, and a large corpus is read while the page is used.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::{Options, Viewport};
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, story, until};
use serde_json::{Value, json};
use std::time::Duration;

use crate::texts::open_long;

const ARTICLE: &str = "000_2bbe5ca255217949";

#[tokio::test]
async fn where_local_storage_is_full_snapshots_move_to_the_database_and_nothing_is_lost() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    story::tell_at(&site, "snapshots_move", &[], Options::default(), async |page| {
        page.open_library().await?;
        let ids = import_texts(&page, 40).await?;
        for id in [&ids[0], &ids[1]] {
            page.click_article(id).await?;
            page.label_by_keyboard(0, 5, "1").await?;
            page.wait_annotations(1).await?;
            page.wait_saved().await?;
            page.open_library().await?;
        }
        // The log is folded at the latest at the next start.
        page.reload().await?;
        until("a snapshot of every article", async || {
            Ok((snapshots(&page).await? >= ids.len()).then_some(()))
        })
        .await?;
        page.fill_local_storage().await?;
        page.open_article(ARTICLE).await?;
        page.label_by_keyboard(0, 4, "3").await?;
        page.wait_annotations(1).await?;
        until("room for the edit", async || {
            Ok((snapshots(&page).await? < ids.len()).then_some(()))
        })
        .await?;
        page.wait_saved().await?;

        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        page.open_library().await?;
        let rows = until("all articles", async || {
            let rows = page.articles().await?;
            Ok((rows.len() == ids.len() + 5).then_some(rows))
        })
        .await?;
        ensure!(ids.iter().all(|id| rows.iter().any(|row| row.id == **id)));
        // What is edited after its move is whole, and so it is after another start.
        page.click_article(&ids[0]).await?;
        page.wait_annotations(1).await?;
        page.label_by_keyboard(6, 9, "2").await?;
        page.wait_annotations(2).await?;
        page.wait_saved().await?;
        page.reload().await?;
        page.wait_article(&ids[0]).await?;
        page.wait_annotations(2).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_article_of_a_large_corpus_is_opened_by_its_address_and_all_others_are_there_soon() -> Result<()> {
    story::tell("large_corpus", async |page| {
        page.open_library().await?;
        let ids = import_texts(&page, 300).await?;
        let last = ids.last().context("nothing was imported")?;
        page.open_article(last).await?;
        page.reload().await?;
        page.wait_article(last).await?;
        page.label_by_keyboard(0, 4, "1").await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        let place = format!("{} of {}", ids.len() + 5, ids.len() + 5);
        page.wait_says("navigation", "Article", &place).await
    })
    .await
}

#[tokio::test]
async fn what_a_jump_brings_into_view_is_laid_out_and_drawn_in_the_same_frame() -> Result<()> {
    story::tell("jump", async |page| {
        open_long(&page).await?;
        for share in [0.9, 0.1, 0.6, 0.3, 1.0, 0.05] {
            // The page hears of the jump at the start of the next frame, before what is asked for with a frame.
            let plain = "const area = document.scrollingElement;
                area.scrollTo({ top: arguments[0] * area.scrollHeight, behavior: 'instant' });
                const { left, width } = reader().getBoundingClientRect();
                return new Promise((done) => requestAnimationFrame(() => {
                  const heights = [0.2, 0.35, 0.5, 0.65].map((share) => share * innerHeight);
                  const hits = heights.map((y) => document.elementFromPoint(left + width / 3, y));
                  done(hits.filter((hit) => !hit.closest('p')?.querySelector('mark')).length);
                }));";
            let plain = page.ask(plain, vec![json!(share)]).await?;
            assert_eq!(plain, json!(0), "at {share} of the height");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_read_stays_in_view_when_the_page_gets_another_width() -> Result<()> {
    story::tell("turned", async |page| {
        open_long(&page).await?;
        let middle = "const { left, width } = reader().getBoundingClientRect();
            const hit = document.elementFromPoint(left + width / 3, innerHeight / 2);
            return Number(hit?.closest('[data-block-start]')?.dataset.blockStart ?? -1);";
        for share in [0.3, 0.7] {
            let scroll = "scrollTo({ top: arguments[0] * document.body.scrollHeight, behavior: 'instant' });
                return new Promise((done) => setTimeout(done, 300));";
            page.ask(scroll, vec![json!(share)]).await?;
            let read = page.ask(middle, Vec::new()).await?;
            for viewport in [Viewport::PHONE, Viewport::DESKTOP] {
                page.browser().set_viewport(viewport).await?;
                until("the same words in the middle", async || {
                    Ok((page.ask(middle, Vec::new()).await? == read).then_some(()))
                })
                .await?;
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_press_on_what_is_not_laid_out_yet_has_it_laid_out_first() -> Result<()> {
    story::tell("press_early", async |page| {
        open_long(&page).await?;
        for share in [0.9, 0.2, 0.6] {
            // No frame comes in between, so the page has not heard of the jump.
            let hits = "const area = document.scrollingElement;
                area.scrollTo({ top: arguments[0] * area.scrollHeight, behavior: 'instant' });
                const { left, width } = reader().getBoundingClientRect();
                const hit = () => document.elementFromPoint(left + width / 3, innerHeight / 2);
                const isText = () => hit().closest('p') !== null;
                const before = isText();
                hit().dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
                return [before, isText()];";
            let hits = page.ask(hits, vec![json!(share)]).await?;
            assert_eq!(hits, json!([false, true]), "at {share} of the height");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn wherever_one_jumps_in_a_long_article_the_list_shows_what_is_selected() -> Result<()> {
    story::tell("long-list", async |page| {
        let article = open_long(&page).await?;
        let last = article.annotations.len() - 1;
        for at in [last, last / 2, 0, last, last / 3] {
            page.click_at(article.annotations[at].start).await?;
            until("the selected annotation in sight in the list", async || {
                let in_sight = "const list = document.querySelector('ol[aria-label=Annotations]');
                    const item = list?.querySelector('[aria-current]');
                    const ids = document.querySelector('mark[data-selected]')?.dataset.annotations.split(' ');
                    if (!item || !ids?.includes(item.dataset.annotationId)) return false;
                    const [{ top, bottom }, edges] = [item, list].map((each) => each.getBoundingClientRect());
                    return top >= edges.top - 1 && bottom <= edges.bottom + 1;";
                let in_sight = page.ask(in_sight, Vec::new()).await?;
                Ok((in_sight == true).then_some(()))
            })
            .await
            .with_context(|| format!("annotation {at} of {last}"))?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn however_fast_one_jumps_to_and_fro_what_is_in_view_has_its_marks() -> Result<()> {
    story::tell("jumps", async |page| {
        open_long(&page).await?;
        page.wait_still().await?;
        for frames in [1, 2, 3, 1, 2, 3] {
            let jump = "const frames = async (count) => {
                  for (; count > 0; count -= 1) await new Promise(requestAnimationFrame);
                };
                return (async () => {
                  scrollTo({ top: 9000, behavior: 'instant' });
                  await frames(arguments[0]);
                  scrollTo({ top: 0, behavior: 'instant' });
                  return null;
                })();";
            page.ask(jump, vec![json!(frames)]).await?;
            page.wait_still().await?;
            until("marks on every block in view", async || {
                let plain = "return [...reader().querySelectorAll('p')].filter((block) => {
                      const { top, bottom } = block.getBoundingClientRect();
                      return bottom > 0 && top < innerHeight && !block.querySelector('mark');
                    }).length;";
                let plain = page.ask(plain, Vec::new()).await?;
                Ok((plain == 0).then_some(()))
            })
            .await
            .with_context(|| format!("away for {frames} frames"))?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_page_at_rest_asks_the_browser_for_no_frames() -> Result<()> {
    story::tell("rest", async |page| {
        page.open_library().await?;
        page.open_article(ARTICLE).await?;
        page.label_by_keyboard(0, 8, "1").await?;
        page.wait_saved().await?;
        let caret = "return getComputedStyle(document.querySelector('.caret')).display;";
        ensure!(
            page.ask(caret, Vec::new()).await? == "block",
            "the caret is not shown"
        );
        page.wait_still().await?;
        let moving =
            "return document.getAnimations().map((each) => each.animationName ?? each.transitionProperty);";
        let moving = page.ask(moving, Vec::new()).await?;
        ensure!(moving == json!([]), "still moving: {moving}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_edit_rehearsed_on_a_fresh_page_changes_nothing() -> Result<()> {
    story::tell("rehearsal", async |page| {
        page.open_library().await?;
        let stored = "return JSON.stringify({ ...localStorage });";
        let before = page.ask(stored, Vec::new()).await?;
        page.open_article(ARTICLE).await?;
        // A page with nothing to do rehearses within two seconds.
        tokio::time::sleep(Duration::from_millis(2500)).await;
        ensure!(page.annotations().await?.is_empty(), "an annotation was made");
        ensure!(
            page.ask(stored, Vec::new()).await? == before,
            "something was written down"
        );
        page.press("Control+z").await?;
        page.wait_announced("There is nothing more to take back").await
    })
    .await
}

#[tokio::test]
async fn a_key_is_seen_in_the_text_first_and_then_in_all_that_stands_beside_it() -> Result<()> {
    story::tell("text_first", async |page| {
        page.open_article(ARTICLE).await?;
        let watch = "
            globalThis.seen = [];
            let drawn = 0;
            const next = () => { drawn += 1; requestAnimationFrame(next); };
            next();
            const watch = (name, element) => new MutationObserver(() => seen.push([name, drawn]))
              .observe(element, { childList: true, subtree: true, characterData: true });
            watch('text', document.querySelector('[role=document]'));
            watch('beside', document.querySelector('ol[aria-label=Annotations]'));";
        page.select_by_keyboard(0, 4).await?;
        page.ask(watch, Vec::new()).await?;
        page.press("1").await?;
        page.wait_annotations(1).await?;
        let seen = page.ask("return globalThis.seen;", Vec::new()).await?;
        let seen: Vec<(String, u64)> = serde_json::from_value(seen)?;
        let first = |wanted: &str| {
            seen.iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, frame)| *frame)
        };
        let (text, beside) = first("text").zip(first("beside")).context("not seen")?;
        ensure!(text < beside, "{seen:?}");

        // Whatever is pressed before the list shows it, the last is what it shows.
        for key in ["2", "3", "Delete", "Control+z"] {
            page.press(key).await?;
        }
        page.wait_items("the label given last", |items| {
            items.len() == 1 && items[0].label == "unverified"
        })
        .await?;
        page.wait_saved().await
    })
    .await
}

/// Imports short texts, and returns the ids of their articles.
async fn import_texts(page: &Page<'_>, count: usize) -> Result<Vec<String>> {
    let files: Vec<(String, String)> = (0..count)
        .map(|number| {
            let text = format!("Words of number {number}.\n\nOfficials said that it was number {number}.\n");
            (format!("text-{number:03}.txt"), text)
        })
        .collect();
    let picked: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    page.pick_files(&picked).await?;
    page.wait_preview().await?;
    page.take_in().await?;
    Ok(files
        .into_iter()
        .map(|(name, _)| name.trim_end_matches(".txt").to_owned())
        .collect())
}

/// How many snapshots of articles stand in local storage.
async fn snapshots(page: &Page<'_>) -> Result<usize> {
    let keys = page
        .ask(
            "return Object.keys(localStorage).filter((key) => key.startsWith('hearsay/snapshot/article/text-')).length;",
            Vec::new(),
        )
        .await?;
    Value::as_u64(&keys)
        .map(|count| count as usize)
        .context("no number")
}
