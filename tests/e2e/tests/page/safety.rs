//! Nothing is lost: storage that fails, is taken away or damaged, a page that panics, a browser that is killed.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::{Browser, ColorScheme, Options, Viewport};
use hearsay_e2e::page::{Download, Page};
use hearsay_e2e::server::Site;
use hearsay_e2e::{axe, dist, story, until, workspace};
use serde_json::{Value, json};

use crate::texts::{label, select};

pub(crate) const ARTICLE: &str = "000_2bbe5ca255217949";
const NEXT: &str = "001_f47330885fb6930d";
/// A page of the same host that runs nothing: storage can be prepared there.
pub(crate) const QUIET: &str = "icon.svg";

#[tokio::test]
async fn a_full_storage_is_told_in_words_and_all_work_is_one_click_away() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let mut rescued = None;
    story::tell_at(&site, "storage_full", &[], Options::default(), async |page| {
        page.open_article(ARTICLE).await?;
        page.fill_local_storage().await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_says("status", "Save state", "Not saved").await?;
        page.wait_says("region", "Not saved", "storage for this page is full")
            .await?;
        picture(&page, "storage-full").await?;
        page.click_button("Download all work").await?;
        rescued = Some(page.wait_download().await?);
        page.ask(
            "for (const key of Object.keys(localStorage)) if (key.startsWith('filler')) localStorage.removeItem(key);",
            Vec::new(),
        )
        .await?;
        page.wait_saved().await?;
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        Ok(())
    })
    .await?;
    taken_in(&site, "rescue_import", rescued.context("nothing was downloaded")?).await
}

#[tokio::test]
async fn what_is_not_saved_or_has_stopped_is_told_on_a_phone_without_a_barrier() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    for (name, scheme) in [
        ("phone-light", ColorScheme::Light),
        ("phone-dark", ColorScheme::Dark),
    ] {
        let options = Options {
            scheme,
            viewport: Viewport::PHONE,
            ..Options::default()
        };
        story::tell_at(&site, name, &STOPPED, options, async |page| {
            page.open_article(ARTICLE).await?;
            page.ask(
                "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
                Vec::new(),
            )
            .await?;
            label(&page, 3).await?;
            page.wait_says("region", "Not saved", "storage for this page is full")
                .await?;
            let width = page
                .ask("return document.documentElement.scrollWidth - innerWidth;", Vec::new())
                .await?;
            ensure!(width.as_f64().is_some_and(|width| width <= 0.0), "the page is cut by {width} px");
            let covered = page
                .ask(
                    "const edge = (selector, side) => document.querySelector(selector).getBoundingClientRect()[side];
                     return edge('.bar', 'bottom') - edge('[aria-label=\"Not saved\"]', 'top');",
                    Vec::new(),
                )
                .await?;
            ensure!(
                covered.as_f64().is_some_and(|covered| covered <= 0.5),
                "{covered} px lie beneath the bar"
            );
            axe::ensure_accessible(&page, "not saved").await?;
            picture(&page, &format!("not-saved-{name}")).await?;

            page.ask(BREAK, Vec::new()).await?;
            page.press("Control+k").await?;
            page.named("heading", "Hearsay has stopped").await?;
            axe::ensure_accessible(&page, "stopped").await?;
            picture(&page, &format!("stopped-{name}")).await
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_note_as_long_as_its_field_takes_is_kept_and_can_be_taken_in_again() -> Result<()> {
    story::tell("long_note", async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.named("textbox", "Note").await?.click().await?;
        let length = page
            .ask(
                "document.execCommand('insertText', false, 'é'.repeat(600_000));
                 document.activeElement.blur();
                 return document.querySelector('textarea').value.length;",
                Vec::new(),
            )
            .await?;
        ensure!(
            length.as_u64().is_some_and(|length| length > 300_000),
            "{length} are left"
        );
        page.wait_saved().await?;
        let file = page.export_corpus().await?;
        page.pick_files(&[(&file.name, &file.bytes)]).await?;
        let preview = page.wait_preview().await?;
        ensure!(preview.contains("here already"), "{preview}");
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        let again = page.export_corpus().await?;
        let note = |file: &[u8]| -> Result<Value> {
            let corpus: Value = serde_json::from_slice(file)?;
            Ok(corpus["articles"][0]["annotations"][0]["note"].clone())
        };
        ensure!(note(&file.bytes)? == note(&again.bytes)?, "the note has changed");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_hundred_files_become_articles_in_one_step_and_are_kept() -> Result<()> {
    let files: Vec<_> = (0..100)
        .map(|number| {
            (
                format!("news{number:03}.txt"),
                format!("The mayor said that bridge {number} had fallen."),
            )
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(name, words)| (name.as_str(), words.as_bytes()))
        .collect();
    story::tell("hundred_files", async |page| {
        page.open_library().await?;
        page.pick_files(&files).await?;
        page.wait_preview().await?;
        let told = page.take_in().await?;
        ensure!(told.contains("100 articles added"), "{told}");
        page.wait_saved().await?;
        page.reload().await?;
        page.open_article("news099").await?;
        let text = page.blocks().await?;
        ensure!(text[0].1.contains("bridge 99"), "{text:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn without_storage_the_edit_stays_on_screen_and_in_the_download() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let mut rescued = None;
    story::tell_at(&site, "storage_denied", &[], Options::default(), async |page| {
        page.browser()
            .prepare(
                "const denied = { get() { throw new DOMException('denied', 'SecurityError'); } };
                 Object.defineProperty(window, 'localStorage', denied);
                 Object.defineProperty(window, 'indexedDB', { value: undefined });",
            )
            .await?;
        page.open_article(ARTICLE).await?;
        page.named("button", "Close").await?;
        page.press("Control+k").await?;
        page.wait_still().await?;
        let open = page.ask(
            "return document.querySelectorAll('dialog[open]').length;",
            Vec::new(),
        );
        ensure!(open.await? == json!(1), "a key went past the notice");
        page.click_button("Close").await?;
        page.wait_no_dialog().await?;
        // The line stands above the text, which moves when it comes.
        page.wait_says("region", "Not saved", "does not let this page store")
            .await?;
        page.wait_still().await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_says("region", "Not saved", "does not let this page store")
            .await?;
        page.click_button("Download all work").await?;
        rescued = Some(page.wait_download().await?);
        Ok(())
    })
    .await?;
    taken_in(&site, "denied_import", rescued.context("nothing was downloaded")?).await
}

#[tokio::test]
async fn a_slow_database_is_told_and_saves_in_the_end() -> Result<()> {
    story::tell("storage_slow", async |page| {
        page.open_article(ARTICLE).await?;
        page.wait_saved().await?;
        // A transaction that does not end holds up all others of the store.
        page.ask(
            "indexedDB.open('hearsay').onsuccess = ({ target }) => {
               const store = target.result.transaction('log', 'readwrite').objectStore('log');
               const until = Date.now() + 9000;
               const hold = () => { if (Date.now() < until) store.count().onsuccess = hold; };
               hold();
             };
             return new Promise((done) => setTimeout(done, 200));",
            Vec::new(),
        )
        .await?;
        label(&page, 3).await?;
        page.wait_says("region", "Not saved", "takes long").await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await
    })
    .await
}

#[tokio::test]
async fn work_that_local_storage_has_lost_comes_back_from_the_database_however_much_it_is() -> Result<()> {
    quietly("storage_lost", async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        for _ in 0..35 {
            page.press("Control+z").await?;
            page.press("Control+Shift+z").await?;
        }
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        let entries = page
            .ask("return inDatabase('log', (log) => log.count());", Vec::new())
            .await?;
        ensure!(
            entries.as_u64() > Some(64),
            "{entries} entries would be read at once"
        );
        page.browser().prepare("localStorage.clear();").await?;
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn storage_that_is_cleared_from_another_tab_is_filled_again() -> Result<()> {
    quietly("storage_cleared", async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        let driver = page.browser().driver();
        let first = driver.window().await?;
        driver.switch_to_window(driver.new_tab().await?).await?;
        page.go(QUIET).await?;
        page.ask(
            "localStorage.clear();
             return new Promise((done) => indexedDB.deleteDatabase('hearsay').onsuccess = () => done(true));",
            Vec::new(),
        )
        .await?;
        until("storage to be filled again", async || {
            let kept = "return Object.keys(localStorage).some((key) => key.startsWith('hearsay/snapshot/'));";
            Ok((page.ask(kept, Vec::new()).await? == json!(true)).then_some(()))
        })
        .await?;
        driver.close_window().await?;
        driver.switch_to_window(first).await?;
        page.wait_saved().await?;
        label(&page, 5).await?;
        page.wait_annotations(2).await?;
        page.wait_saved().await?;
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(2).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_aside_and_offered_and_the_rest_works() -> Result<()> {
    quietly("storage_damaged", async |page| {
        for id in [ARTICLE, NEXT] {
            page.open_article(id).await?;
            label(&page, 3).await?;
            page.wait_annotations(1).await?;
            page.wait_saved().await?;
        }
        let damaged = format!("hearsay/snapshot/article/{ARTICLE}");
        let newer = "hearsay/settings/keys";
        page.go(QUIET).await?;
        page.ask(
            "const [damaged, newer, value] = arguments;
             const values = {
               [damaged]: '1:00000000:{\"cut',
               'hearsay/log/0000000000000001/00000000': 'somebody else\\u0000 wrote this \\ud800',
               'hearsay/log/0000000000000002/00000000': '',
               [newer]: value,
             };
             for (const [key, value] of Object.entries(values)) localStorage.setItem(key, value);
             return new Promise((done) => {
               indexedDB.open('hearsay').onsuccess = ({ target }) => {
                 const transaction = target.result.transaction('log', 'readwrite');
                 transaction.objectStore('log').put('junk', 'hearsay/log/0000000000000003/00000000');
                 transaction.objectStore('log').put({ not: 'a text' }, 'hearsay/log/0000000000000004/00000000');
                 transaction.oncomplete = () => done(target.result.close());
               };
             });",
            vec![json!(damaged), json!(newer), json!(sealed(99, newer, "{}"))],
        )
        .await?;

        page.open_article(NEXT).await?;
        page.named("dialog", "Some of the work kept in this browser cannot be read")
            .await?;
        page.click_button("Close").await?;
        page.wait_no_dialog().await?;
        page.wait_annotations(1).await?;
        label(&page, 5).await?;
        page.wait_annotations(2).await?;
        page.wait_saved().await?;
        until("the damaged values to be moved aside", async || {
            let aside = "return Object.keys(localStorage).filter((key) => key.startsWith('hearsay/quarantine/')).length;";
            Ok((page.ask(aside, Vec::new()).await? == json!(4)).then_some(()))
        })
        .await?;

        page.click_button("Storage").await?;
        page.named("dialog", "Storage").await?;
        let offered = page.names_in(("list", "What cannot be read"), "button").await;
        let offered = match offered {
            Ok(offered) => offered,
            Err(_) => {
                page.named("list", "What cannot be read").await?;
                page.names_in(("list", "What cannot be read"), "button").await?
            }
        };
        assert_eq!(offered.len(), 5, "{offered:?}");
        page.click_button("Download all of it").await?;
        let file: Value = serde_json::from_slice(&page.wait_download().await?.bytes)?;
        assert_eq!(
            file[format!("hearsay/quarantine/snapshot/article/{ARTICLE}")],
            json!("1:00000000:{\"cut")
        );
        assert_eq!(file["hearsay/quarantine/log/0000000000000003/00000000"], json!("junk"));
        assert_eq!(file[newer], json!(sealed(99, newer, "{}")));

        // All of it is told once: the next start finds nothing new.
        page.open_article(NEXT).await?;
        page.wait_annotations(2).await?;
        page.wait_no_dialog().await
    })
    .await
}

#[tokio::test]
async fn a_database_that_somebody_else_made_is_completed_and_used() -> Result<()> {
    quietly("database_foreign", async |page| {
        page.go(QUIET).await?;
        page.ask(
            "return new Promise((done) => {
               const opening = indexedDB.open('hearsay', 7);
               opening.onupgradeneeded = () => opening.result.createObjectStore('theirs');
               opening.onsuccess = () => done(opening.result.close());
             });",
            Vec::new(),
        )
        .await?;
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        page.wait_no_dialog().await
    })
    .await
}

/// What breaks the page for good: the browser refuses to make a node.
const BREAK: &str = "const whole = Node.prototype.cloneNode;
    Node.prototype.cloneNode = function () {
      Node.prototype.cloneNode = whole;
      throw new Error('out of order');
    };";

/// What the console says of a program that has panicked.
const STOPPED: [&str; 7] = [
    "panicked",
    "out of order",
    "unreachable",
    "RuntimeError",
    "recursively",
    "BorrowMut",
    "null pointer",
];

#[tokio::test]
async fn a_panic_shows_a_calm_page_with_all_saved_work() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let mut rescued = None;
    story::tell_at(&site, "panic", &STOPPED, Options::default(), async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        page.ask(BREAK, Vec::new()).await?;
        page.press("Control+k").await?;
        page.named("heading", "Hearsay has stopped").await?;
        axe::ensure_accessible(&page, "axe-core says").await?;
        picture(&page, "stopped").await?;
        page.click_button("Download all saved work").await?;
        rescued = Some(page.wait_download().await?);
        page.click_button("Reload the page").await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        Ok(())
    })
    .await?;
    taken_in(&site, "panic_import", rescued.context("nothing was downloaded")?).await
}

#[tokio::test]
async fn a_page_whose_program_cannot_be_had_offers_all_saved_work() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let program = std::fs::read_dir(dist())?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.starts_with("hearsay") && name.ends_with("_bg.wasm"))
        .context("the built page has no program")?;
    let expected = [program.as_str(), "404", "WebAssembly"];
    story::tell_at(&site, "no_program", &expected, Options::default(), async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        site.hide(&program);
        page.reload().await?;
        page.named("heading", "Hearsay could not start").await?;
        page.click_button("Download all saved work").await?;
        let file: Value = serde_json::from_slice(&page.wait_download().await?.bytes)?;
        assert_eq!(file["format"], json!("hearsay-rescue"));
        ensure!(
            !file["local_storage"].as_object().context("no values")?.is_empty(),
            "{file}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_was_called_saved_survives_a_browser_that_is_killed_at_once() -> Result<()> {
    const TIMES: usize = 20;
    let site = Site::serve(&dist()).await?;
    let address = site.url();
    let mut browser = Browser::start(Options::default()).await?;
    for saved in 0..TIMES {
        let page = Page::new(&browser, &address);
        page.open_article(ARTICLE).await?;
        page.wait_annotations(saved).await?;
        label(&page, saved).await?;
        page.wait_saved().await?;
        page.wait_annotations(saved + 1).await?;
        // At once, and at other instants: while the log is folded, and while it is written.
        tokio::time::sleep(Duration::from_millis(saved as u64 % 4 * 700)).await;
        browser = Browser::start_in(Options::default(), browser.kill()?).await?;
    }
    let page = Page::new(&browser, &address);
    page.open_article(ARTICLE).await?;
    page.wait_annotations(TIMES).await?;
    browser.quit().await
}

#[tokio::test]
async fn an_edit_is_called_saved_at_once() -> Result<()> {
    story::tell("saved_soon", async |page| {
        page.open_article(ARTICLE).await?;
        let mut all = Vec::new();
        for word in 2..12 {
            select(&page, word).await?;
            page.ask(
                "const state = document.querySelector('[role=status][aria-label=\"Save state\"]');
                 window.savedAfter = new Promise((done) => {
                   let from = null;
                   addEventListener('keydown', () => { from = performance.now(); }, { once: true, capture: true });
                   new MutationObserver((_, observer) => {
                     if (from !== null && state.textContent.trim() === 'Saved') {
                       observer.disconnect();
                       done(performance.now() - from);
                     }
                   }).observe(state, { subtree: true, childList: true, characterData: true });
                 });",
                Vec::new(),
            )
            .await?;
            page.press("1").await?;
            let took = page.ask("return window.savedAfter;", Vec::new()).await?;
            all.push(took.as_f64().context("no time")?);
        }
        all.sort_by(f64::total_cmp);
        eprintln!("from the key to `Saved`, in ms: {all:.0?}");
        // 50 ms is what is promised on a machine with nothing else to do; here tests run side by side.
        ensure!(all[all.len() / 2] < 500.0, "it takes {all:?} ms");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_being_typed_is_kept_when_the_page_is_hidden() -> Result<()> {
    quietly("hidden", async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.named("textbox", "Note")
            .await?
            .send_keys("half a thou")
            .await?;
        let driver = page.browser().driver();
        let first = driver.window().await?;
        driver.switch_to_window(driver.new_tab().await?).await?;
        page.go(QUIET).await?;
        let kept = "return Object.entries(localStorage).some(([key, value]) =>
            key.startsWith('hearsay/') && value.includes('half a thou'));";
        until("the note in storage", async || {
            Ok((page.ask(kept, Vec::new()).await? == json!(true)).then_some(()))
        })
        .await?;
        driver.close_window().await?;
        Ok(driver.switch_to_window(first).await?)
    })
    .await
}

#[tokio::test]
async fn the_dialog_storage_has_no_barrier_and_tells_what_is_used() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    for (name, scheme, viewport) in [
        ("storage-light", ColorScheme::Light, Viewport::DESKTOP),
        ("storage-dark", ColorScheme::Dark, Viewport::DESKTOP),
        ("storage-phone", ColorScheme::Light, Viewport::PHONE),
    ] {
        let options = Options {
            scheme,
            viewport,
            ..Options::default()
        };
        story::tell_at(&site, name, &[], options, async |page| {
            page.open_article(ARTICLE).await?;
            page.click_button("Storage").await?;
            page.named("meter", "Labels, notes and settings").await?;
            page.named("meter", "Texts and safety copy").await?;
            axe::ensure_accessible(&page, "axe-core says").await?;
            picture(&page, name).await?;
            // Escape gives the focus back to where it was.
            page.press("Escape").await?;
            page.wait_no_dialog().await
        })
        .await?;
    }
    Ok(())
}

/// A story that goes to [`QUIET`], which has no icon of its own.
pub(crate) async fn quietly(name: &str, story: impl AsyncFnOnce(Page<'_>) -> Result<()>) -> Result<()> {
    let site = Site::serve(&dist()).await?;
    story::tell_at(&site, name, &["favicon.ico"], Options::default(), story).await
}

/// Takes a rescue file in, in another browser, and sees that its one annotation is there.
async fn taken_in(site: &Site, name: &str, file: Download) -> Result<()> {
    ensure!(
        file.name.starts_with("hearsay-rescue-"),
        "it is called {}",
        file.name
    );
    story::tell_at(site, name, &[], Options::default(), async |page| {
        page.open_article(ARTICLE).await?;
        page.import_rescue(&file).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        Ok(())
    })
    .await
}

/// A value as a page of this format would store it.
fn sealed(version: u32, key: &str, body: &str) -> String {
    let mut checksum = flate2::Crc::new();
    checksum.update(format!("{version}\n{key}\n{body}").as_bytes());
    format!("{version}:{:08x}:{body}", checksum.sum())
}

/// A picture for the eye, beside the tests.
pub(crate) async fn picture(page: &Page<'_>, name: &str) -> Result<()> {
    page.picture(&workspace().join(format!("tests/screenshots/{name}.png")))
        .await
}
