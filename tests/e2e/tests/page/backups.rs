//! Backups: the line that reminds of them, the file that is kept up to date, and what a rescue file brings.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::{Options, Viewport};
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, story, until};
use serde_json::Value;

use crate::safety::{ARTICLE, QUIET, picture, quietly};
use crate::texts::label;

#[tokio::test]
async fn much_change_is_reminded_of_calmly_and_a_download_puts_it_right() -> Result<()> {
    story::tell("reminder", async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.press_times("}", 210).await?;
        page.wait_says("region", "Backup", "changes since your last download")
            .await?;
        picture(&page, "reminder").await?;
        page.click_button("Not now").await?;
        until("the line to go", async || {
            Ok(page.maybe("region", "Backup").await?.is_none().then_some(()))
        })
        .await?;
        page.press_times("{", 100).await?;
        page.press_times("}", 110).await?;
        page.wait_says("region", "Backup", "changes since your last download")
            .await?;
        page.export_corpus().await?;
        until("the line to go", async || {
            Ok(page.maybe("region", "Backup").await?.is_none().then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn the_line_about_a_backup_covers_nothing_that_keys_go_to() -> Result<()> {
    let options = Options {
        viewport: Viewport::PHONE,
        ..Options::default()
    };
    let site = Site::serve(&dist()).await?;
    story::tell_at(&site, "uncovered", &[], options, async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.press_times("}", 210).await?;
        page.named("region", "Backup").await?;
        page.press("Escape").await?;
        page.press("Control+End").await?;
        for _ in 0..60 {
            page.press("Up").await?;
            is_clear_of_the_line(&page, "document.querySelector('.caret')").await?;
        }
        for _ in 0..30 {
            page.press("Shift+Tab").await?;
            is_clear_of_the_line(&page, "document.activeElement.closest('main *:not(.text)')").await?;
        }
        Ok(())
    })
    .await
}

/// Fails when the line below the bar covers the top of this element; passes where there is none.
async fn is_clear_of_the_line(page: &Page<'_>, element: &str) -> Result<()> {
    let covered = page
        .ask(
            &format!(
                "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {{
                   const bottom = document.querySelector('.safety-line').getBoundingClientRect().bottom;
                   done(bottom - ({element}?.getBoundingClientRect().top ?? bottom));
                 }})));"
            ),
            Vec::new(),
        )
        .await?;
    ensure!(
        covered.as_f64().is_some_and(|covered| covered <= 0.0),
        "{covered} px of {element} are covered"
    );
    Ok(())
}

#[tokio::test]
async fn a_chosen_file_is_kept_up_to_date_and_found_again() -> Result<()> {
    story::tell("backup_file", async |page| {
        // A file of the page's own private folder is one as good as any on disk, but that nobody need choose it.
        page.browser()
            .prepare(
                "window.showSaveFilePicker = async ({ suggestedName }) =>
                   (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });",
            )
            .await?;
        page.open_article(ARTICLE).await?;
        page.click_button("Storage").await?;
        page.click_button("Keep a file up to date…").await?;
        page.wait_says("status", "Backup file", "hearsay-backup.json is kept up to date")
            .await?;
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        label(&page, 3).await?;
        written(&page, 1).await?;
        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        label(&page, 5).await?;
        written(&page, 2).await?;
        page.click_button("Storage").await?;
        page.wait_says("status", "Backup file", "is kept up to date")
            .await?;
        page.click_button("Keep it up to date no more").await?;
        page.named("button", "Keep a file up to date…").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_rescue_file_brings_back_texts_that_the_browser_has_lost() -> Result<()> {
    const TEXT: &[u8] = b"The mayor said that nothing had changed.";
    quietly("texts_lost", async |page| {
        page.open_library().await?;
        page.import_file("mayor.txt", TEXT).await?;
        page.open_article("mayor").await?;
        page.wait_saved().await?;
        let file = page.download_all().await?;
        page.go(QUIET).await?;
        page.ask(
            "return new Promise((done) => {
               indexedDB.open('hearsay').onsuccess = ({ target: { result: database } }) => {
                 const clearing = database.transaction('texts', 'readwrite');
                 clearing.objectStore('texts').clear();
                 clearing.oncomplete = () => { database.close(); done(true); };
               };
             });",
            Vec::new(),
        )
        .await?;
        page.open_library().await?;
        page.named("list", "Articles that could not be opened").await?;
        page.import_rescue(&file).await?;
        page.click_article("mayor").await?;
        assert_eq!(page.blocks().await?.len(), 1);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_rescue_file_brings_is_not_told_as_changes_to_download() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let mut made = None;
    story::tell_at(&site, "counted_made", &[], Options::default(), async |page| {
        page.open_article(ARTICLE).await?;
        label(&page, 3).await?;
        page.wait_annotations(1).await?;
        page.wait_saved().await?;
        made = Some(page.download_all().await?);
        Ok(())
    })
    .await?;
    let file = made.context("nothing was downloaded")?;
    story::tell_at(&site, "counted", &[], Options::default(), async |page| {
        page.open_article(ARTICLE).await?;
        page.import_rescue(&file).await?;
        page.wait_annotations(1).await?;
        page.click_button("Storage").await?;
        page.wait_says("dialog", "Storage", "Never downloaded; 0 changes so far.")
            .await
    })
    .await
}

/// Waits until the file on disk holds so many annotations.
async fn written(page: &Page<'_>, annotations: usize) -> Result<()> {
    until(&format!("{annotations} annotations in the file"), async || {
        let file = page
            .ask(
                "return (async () => {
                   const folder = await navigator.storage.getDirectory();
                   const file = await (await folder.getFileHandle('hearsay-backup.json')).getFile();
                   return file.text();
                 })().catch(() => 'it is being written');",
                Vec::new(),
            )
            .await?;
        let Ok(file) = serde_json::from_str::<Value>(file.as_str().unwrap_or_default()) else {
            return Ok(None);
        };
        let snapshot = &file["local_storage"][format!("hearsay/snapshot/article/{ARTICLE}")];
        let counted = format!("\"claim\":{annotations}");
        Ok(snapshot
            .as_str()
            .is_some_and(|snapshot| snapshot.contains(&counted))
            .then_some(()))
    })
    .await
}
