//! The page without its server, and the page when its server has a newer one.

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearsay_e2e::browser::{Browser, ColorScheme, Options, Viewport};
use hearsay_e2e::corpus::Corpus;
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, story, until, workspace};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::long_edits;

const ARTICLE: &str = "000_2bbe5ca255217949";
const CLAIM: (usize, usize) = (711, 764);
const OTHER: (usize, usize) = (863, 951);
/// What the newer page has and the older has not.
const NEWER: &str = "<meta name=\"newer\" />";

#[tokio::test]
async fn the_page_works_with_its_server_gone() -> Result<()> {
    let site = Site::serve_under(&dist(), "/some/path/").await?.with_worker();
    let browser = Browser::start(Options::default()).await?;
    let address = site.url();
    let page = Page::new(&browser, &address);

    page.open_article(ARTICLE).await?;
    page.label_by_mouse(CLAIM.0, CLAIM.1, "1").await?;
    page.wait_saved().await?;
    wait_kept(&page).await?;
    site.end().await?;

    // The clerk was never asked for as yet.
    let exported = page.export_corpus().await?;
    assert_eq!(annotations(&exported.bytes)?, 1);
    page.reload().await?;
    page.wait_article(ARTICLE).await?;
    page.wait_annotations(1).await?;
    page.label_by_mouse(OTHER.0, OTHER.1, "2").await?;
    page.wait_saved().await?;
    page.go("#/").await?;
    until("every article", async || {
        Ok((page.articles().await?.len() == 5).then_some(()))
    })
    .await?;
    page.import_file("again.json", &exported.bytes).await?;
    assert_eq!(annotations(&page.export_corpus().await?.bytes)?, 2);
    page.go("index.html").await?;
    until("the page by its file's name", async || {
        Ok((!page.articles().await?.is_empty()).then_some(()))
    })
    .await?;
    let errors = browser.console_errors().await?;
    ensure!(errors.is_empty(), "{errors:#?}");
    browser.quit().await
}

#[tokio::test]
async fn a_new_version_waits_until_it_is_wanted_and_then_comes_to_every_tab() -> Result<()> {
    let site = Site::serve(&dist()).await?.with_worker();
    story::tell_at(&site, "new_version", &[], Options::default(), async |page| {
        page.open_article(ARTICLE).await?;
        page.label_by_mouse(CLAIM.0, CLAIM.1, "1").await?;
        page.wait_saved().await?;
        wait_kept(&page).await?;
        let driver = page.browser().driver();
        let first = driver.window().await?;
        let second = driver.new_tab().await?;
        driver.switch_to_window(second.clone()).await?;
        page.open_library().await?;
        driver.switch_to_window(first.clone()).await?;

        release_newer(&site)?;
        look_for_newer(&page).await?;
        page.wait_says("status", "New version", "A new version is ready.")
            .await?;
        // Loading it by hand brings the older one, whole: nothing of it is mixed with the newer.
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        page.wait_says("status", "New version", "A new version is ready.")
            .await?;
        ensure!(!is_newer(&page).await?, "the newer page came by itself");
        assert_eq!(annotations(&page.export_corpus().await?.bytes)?, 1);

        page.click_button("Reload").await?;
        wait_newer(&page).await?;
        page.wait_article(ARTICLE).await?;
        page.wait_annotations(1).await?;
        driver.switch_to_window(second).await?;
        wait_newer(&page).await?;
        driver.switch_to_window(first).await?;
        ensure!(
            page.maybe("button", "Reload").await?.is_none(),
            "it is offered again"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_new_version_never_comes_over_work_that_is_not_saved() -> Result<()> {
    let site = Site::serve(&dist()).await?.with_worker();
    story::tell_at(
        &site,
        "new_version_unsaved",
        &[],
        Options::default(),
        async |page| {
            page.open_article(ARTICLE).await?;
            page.label_by_mouse(CLAIM.0, CLAIM.1, "1").await?;
            page.wait_saved().await?;
            wait_kept(&page).await?;
            release_newer(&site)?;
            look_for_newer(&page).await?;
            page.wait_says("status", "New version", "A new version is ready.")
                .await?;
            let fill = "window.setItem = Storage.prototype.setItem;
            Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };";
            page.ask(fill, Vec::new()).await?;
            page.drag(OTHER.0, OTHER.1).await?;
            page.press("2").await?;
            page.wait_says("status", "Save state", "Not saved").await?;
            page.click_button("Reload").await?;
            page.wait_says(
                "status",
                "New version",
                "A new version is ready. It comes when your work is saved.",
            )
            .await?;
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            ensure!(!is_newer(&page).await?, "it came over work that is not saved");
            page.ask("Storage.prototype.setItem = window.setItem;", Vec::new())
                .await?;
            wait_newer(&page).await?;
            page.wait_article(ARTICLE).await?;
            page.wait_annotations(2).await.map(drop)
        },
    )
    .await
}

#[tokio::test]
async fn a_new_version_never_comes_over_half_a_long_edit() -> Result<()> {
    story::tell("new_version_long", async |page| {
        page.open_library().await?;
        long_edits::take_in(&page).await?;
        page.press("Escape").await?;
        page.wait_saved().await?;
        // Another tab has wanted it when some of the edit is undone, and the rest takes a while.
        page.ask(
            "globalThis.isOlder = true;
             new MutationObserver((_, watch) => {
               const progress = document.querySelector('dialog.long-edit[open] progress');
               if (!(progress?.value > 1000)) return;
               watch.disconnect();
               const post = scheduler.postTask.bind(scheduler);
               scheduler.postTask = (work, options) => post(work, { ...options, delay: 100 });
               dispatchEvent(new Event('hearsay-version-rules'));
             }).observe(document.body, { subtree: true, childList: true, attributes: true });",
            Vec::new(),
        )
        .await?;
        page.press("Control+z").await?;
        until("the page to be loaded anew", async || {
            let is_older = page
                .ask("return globalThis.isOlder ?? false;", Vec::new())
                .await?;
            Ok((is_older == json!(false)).then_some(()))
        })
        .await?;
        long_edits::wait_library(&page, long_edits::BEFORE).await
    })
    .await
}

#[tokio::test]
async fn half_a_new_version_is_none() -> Result<()> {
    let site = Site::serve(&dist()).await?.with_worker();
    story::tell_at(&site, "half_a_version", &[], Options::default(), async |page| {
        page.open_library().await?;
        wait_kept(&page).await?;
        release_newer(&site)?;
        site.replace("start.js", "text/javascript", "// of another version");
        let script = "return navigator.serviceWorker.getRegistration()
            .then((registration) => registration.update())
            .then((registration) => new Promise((done) => {
                const { installing } = registration;
                installing.addEventListener('statechange', () => done(installing.state));
            }));";
        assert_eq!(page.ask(script, Vec::new()).await?, json!("redundant"));
        let kept = page.ask("return caches.keys();", Vec::new()).await?;
        assert_eq!(kept.as_array().map(Vec::len), Some(1), "{kept}");
        page.reload().await?;
        page.open_library().await?;
        ensure!(!is_newer(&page).await?, "it came all the same");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_page_can_be_installed() -> Result<()> {
    story::tell("installable", async |page| {
        page.open_library().await?;
        let browser = page.browser();
        let read = browser.devtools("Page.getAppManifest", json!({})).await?;
        assert_eq!(read["errors"], json!([]));
        let faults = browser
            .devtools("Page.getInstallabilityErrors", json!({}))
            .await?;
        assert_eq!(faults["installabilityErrors"], json!([]));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn pictures_of_the_message_that_a_new_version_is_ready() -> Result<()> {
    for (name, scheme) in [("light", ColorScheme::Light), ("dark", ColorScheme::Dark)] {
        let site = Site::serve(&dist()).await?;
        let options = Options {
            scheme,
            ..Options::default()
        };
        story::tell_at(&site, "new_version_pictures", &[], options, async |page| {
            for viewport in [Viewport::DESKTOP, Viewport::PHONE] {
                page.browser().set_viewport(viewport).await?;
                page.open_article(ARTICLE).await?;
                page.ask("dispatchEvent(new Event('hearsay-version-waits'));", Vec::new())
                    .await?;
                page.wait_says("status", "New version", "A new version is ready.")
                    .await?;
                let size = format!("{name}-{}x{}", viewport.width, viewport.height);
                page.picture(&workspace().join(format!("tests/screenshots/version-{size}.png")))
                    .await?;
            }
            page.click_button("Later").await?;
            ensure!(
                page.maybe("button", "Reload").await?.is_none(),
                "it is not put off"
            );
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Waits until the browser has laid the page by, and serves it from there.
async fn wait_kept(page: &Page<'_>) -> Result<()> {
    let script =
        "return navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null);";
    until("the page to be kept by the browser", async || {
        Ok((page.ask(script, Vec::new()).await? == json!(true)).then_some(()))
    })
    .await
}

/// Has the host serve another version, of which the page itself differs.
fn release_newer(site: &Site) -> Result<()> {
    let page = std::fs::read_to_string(dist().join("index.html"))?.replacen(
        "</head>",
        &format!("{NEWER}</head>"),
        1,
    );
    let hash = STANDARD.encode(Sha256::digest(&page));
    let worker = std::fs::read_to_string(dist().join("sw.js"))?
        .lines()
        .map(|line| match line.trim_start().split_once(':') {
            Some(("version", _)) => "version: 'newer',".to_owned(),
            Some(("\"./\"", _)) => format!("'./': 'sha256-{hash}',"),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    ensure!(worker.contains(&hash), "the worker is not told of the page");
    site.replace("", "text/html", page.clone());
    site.replace("index.html", "text/html", page);
    site.replace("sw.js", "text/javascript", worker);
    Ok(())
}

/// Has the browser look whether there is a newer version, as it does by itself when the page is opened.
async fn look_for_newer(page: &Page<'_>) -> Result<()> {
    let script =
        "return navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => true);";
    page.ask(script, Vec::new()).await.map(drop)
}

async fn is_newer(page: &Page<'_>) -> Result<bool> {
    let script = "return document.querySelector('meta[name=newer]') !== null;";
    let newer = page.ask(script, Vec::new()).await?;
    newer.as_bool().context("an answer")
}

async fn wait_newer(page: &Page<'_>) -> Result<()> {
    until("the newer page", async || {
        // While it is loaded there is nobody to ask.
        Ok(is_newer(page).await.unwrap_or(false).then_some(()))
    })
    .await
}

/// How many annotations a corpus file holds.
fn annotations(file: &[u8]) -> Result<usize> {
    let corpus = Corpus::read(file)?;
    Ok(corpus
        .articles
        .iter()
        .map(|article| article.annotations.len())
        .sum())
}
