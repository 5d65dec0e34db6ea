//! From a click or a key to the paint.
//!
//! A time ends when the frame after the one that shows the change begins (a double animation frame), so that the
//! change has been painted. What is measured with it contains that wait, on the page and on the static page alike.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::page::Page;
use crate::trace::{Trace, Work};

const QUIET: Duration = Duration::from_millis(100);

/// Clicks an element and measures, in milliseconds, until the article of that id has been painted.
///
/// # Errors
/// Fails when there is no such element, or the article does not appear.
pub async fn click_to_article(page: &Page<'_>, selector: &str, id: &str) -> Result<f64> {
    let script = "
        const id = arguments[0];
        globalThis.hearsayTiming = new Promise((done) => addEventListener('click', (event) => {
          const begin = event.timeStamp;
          const look = () => {
            const there = reader()?.dataset.articleId === id && blocks().length > 0;
            requestAnimationFrame(there ? () => done(performance.now() - begin) : look);
          };
          requestAnimationFrame(look);
        }, { capture: true, once: true }));";
    page.ask(script, vec![json!(id)]).await?;
    page.browser()
        .driver()
        .find(By::Css(selector))
        .await?
        .click()
        .await?;
    finish(page).await
}

/// What the browser does when a key comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Before {
    /// Nothing, for a while, and the key comes about this share of a frame behind the time at which one would have
    /// begun: the browser begins it at once, and the next when it is due.
    Rest(f64),
    /// It draws frame after frame, as it does while a mouse moves or a key repeats, and the key comes about this share
    /// of a frame behind the beginning of one. What takes less than the rest of it is shown with the next, however
    /// long it takes.
    Frames(f64),
}

/// Presses a key or chord and measures, in milliseconds, until what it did has been painted.
///
/// # Errors
/// Fails when the page does not receive the key.
pub async fn key_to_paint(page: &Page<'_>, chord: &str, before: Before) -> Result<f64> {
    Ok(timed_key(page, chord, before).await?.0)
}

/// Presses a key or chord and measures the main thread's work until what it did has been painted, and from there until
/// the page is at rest.
///
/// # Errors
/// Fails when the page does not receive the key, or the session records no trace.
pub async fn key_work(page: &Page<'_>, chord: &str) -> Result<Work> {
    let (_, begin, end) = timed_key(page, chord, Before::Rest(0.0)).await?;
    Trace::take_until(page.browser(), &end)
        .await?
        .work_between(&begin, &end)
}

/// The time, and the names of the marks at the key and when the page is at rest again.
async fn timed_key(page: &Page<'_>, chord: &str, before: Before) -> Result<(f64, String, String)> {
    static KEYS: AtomicUsize = AtomicUsize::new(0);
    let key = KEYS.fetch_add(1, Ordering::Relaxed);
    let (begin, end) = (format!("hearsay-key-{key}"), format!("hearsay-rest-{key}"));
    let script = "
        const [begin, end, quiet, share, isDrawing] = arguments;
        const pace = 1000 / 60;
        let drawing = isDrawing;
        const draw = () => { if (drawing) requestAnimationFrame(draw); };
        draw();
        globalThis.hearsayTiming = new Promise((done) => {
          const pressed = (event) => {
            if (event.key === 'Control' || event.key === 'Shift') return;
            removeEventListener('keydown', pressed, true);
            performance.mark(begin);
            requestAnimationFrame(() => requestAnimationFrame(() => {
              drawing = false;
              setTimeout(() => performance.mark(end), quiet);
              done(performance.now() - event.timeStamp);
            }));
          };
          addEventListener('keydown', pressed, true);
        });
        return new Promise((ready) => requestAnimationFrame((frame) => setTimeout(() => {
          if (isDrawing) {
            requestAnimationFrame(() => setTimeout(ready, share * pace, null));
          } else {
            const since = (performance.now() - frame) % pace;
            setTimeout(ready, (share * pace - since + pace) % pace, null);
          }
        }, quiet)));";
    let (share, is_drawing) = match before {
        Before::Rest(share) => (share, false),
        Before::Frames(share) => (share, true),
    };
    let given = vec![
        json!(begin),
        json!(end),
        json!(QUIET.as_millis()),
        json!(share),
        json!(is_drawing),
    ];
    page.ask(script, given).await?;
    page.press(chord).await?;
    // Every question to the page costs its main thread something: leave it alone while it is measured.
    tokio::time::sleep(2 * QUIET).await;
    Ok((finish(page).await?, begin, end))
}

/// Presses a key in a field and measures, in milliseconds, until the last change that it made to an element has been
/// painted, or the key itself where it changes nothing there within half a second.
///
/// # Errors
/// Fails when there is no such element, or the page does not receive the key.
pub async fn key_to_last_change(page: &Page<'_>, chord: &str, changed: &str) -> Result<f64> {
    let script = "
        const element = document.querySelector(arguments[0]);
        if (!element) throw new Error(`nothing is at ${arguments[0]}`);
        globalThis.hearsayTiming = new Promise((done) => addEventListener('keydown', (event) => {
          let time = 0;
          const note = () => hearsayProbe.painted((now) => { time = now - event.timeStamp; });
          note();
          const look = new MutationObserver(note);
          look.observe(element, { childList: true, subtree: true, characterData: true });
          setTimeout(() => { look.disconnect(); done(time); }, 500);
        }, { capture: true, once: true }));";
    page.ask(script, vec![json!(changed)]).await?;
    page.press(chord).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    finish(page).await
}

/// Presses a key and measures, in milliseconds, until the page says `Saved` again.
///
/// # Errors
/// Fails when the page does not receive the key, or says nothing of saving.
pub async fn key_to_saved(page: &Page<'_>, chord: &str) -> Result<f64> {
    let script = "
        const state = document.querySelector('[role=status][aria-label=\"Save state\"]');
        globalThis.hearsayTiming = new Promise((done) => addEventListener('keydown', (event) => {
          let began = false;
          const look = new MutationObserver(() => {
            const isSaved = state.textContent.trim() === 'Saved';
            if (began && isSaved) {
              look.disconnect();
              done(performance.now() - event.timeStamp);
            }
            began ||= !isSaved;
          });
          look.observe(state, { childList: true, subtree: true, characterData: true });
        }, { capture: true, once: true }));";
    page.ask(script, Vec::new()).await?;
    page.press(chord).await?;
    tokio::time::sleep(QUIET).await;
    finish(page).await
}

/// How long a search took, in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Searched {
    /// Until the first hits had been painted.
    pub first: f64,
    /// Until all had been counted, and that painted.
    pub all: f64,
}

/// Puts words into the empty search field at once, as a paste does, and measures what the panel `Search` makes of them.
///
/// # Errors
/// Fails when there is no such panel, or nothing is found.
pub async fn search(page: &Page<'_>, words: &str) -> Result<Searched> {
    let script = "
        const panel = document.querySelector('[aria-label=\"Search\"]:not(input)');
        const field = panel?.querySelector('input[type=search]');
        const status = panel?.querySelector('[role=status]');
        if (!field || !status) throw new Error('no panel `Search` with a field and a count');
        field.focus();
        globalThis.hearsayTiming = new Promise((done) => field.addEventListener('input', (event) => {
          let first = null;
          const look = () => {
            const said = status.textContent;
            const isThere = panel.querySelector('[aria-label=\"Search results\"] li') !== null;
            if (isThere) first ??= new Promise(hearsayProbe.painted);
            if (!said || said.includes('so far') || said.includes('Searching')) return;
            watch.disconnect();
            hearsayProbe.painted(async (all) => {
              const begin = event.timeStamp;
              done(first === null ? null : { first: await first - begin, all: all - begin });
            });
          };
          const watch = new MutationObserver(look);
          watch.observe(panel, { childList: true, subtree: true, characterData: true });
        }, { once: true }));";
    page.ask(script, Vec::new()).await?;
    page.browser()
        .devtools("Input.insertText", json!({ "text": words }))
        .await?;
    let searched = page.ask("return globalThis.hearsayTiming;", Vec::new()).await?;
    serde_json::from_value(searched).context("the search has found nothing")
}

async fn finish(page: &Page<'_>) -> Result<f64> {
    let time = page.ask("return globalThis.hearsayTiming;", Vec::new()).await?;
    time.as_f64().context("the page measured nothing")
}
