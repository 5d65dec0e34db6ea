//! Edits of many records: undone, done again and cancelled in turns.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::page::{Download, Page};
use hearsay_e2e::{story, until, workload};
use serde_json::json;

const NAME: &str = "many.jsonl";
pub(crate) const BEFORE: &str = "0 of 5 done, 0 annotations";
/// What the library tells with all of the file.
pub(crate) const AFTER: &str = "100 of 305 done, 6,000 annotations";

#[tokio::test]
async fn an_import_of_many_records_is_undone_and_done_again() -> Result<()> {
    story::tell("long_undo", async |page| {
        import(&page).await?;
        page.press("Control+z").await?;
        wait_library(&page, BEFORE).await?;
        page.wait_no_dialog().await?;
        page.wait_tip("Undo", "Undo: nothing yet").await?;
        page.press("Control+y").await?;
        wait_library(&page, AFTER).await?;
        page.wait_no_dialog().await?;
        page.wait_tip("Redo", "Redo: nothing yet").await?;
        wait_kept(&page, AFTER).await
    })
    .await
}

#[tokio::test]
async fn a_long_undo_that_is_cancelled_leaves_everything_as_it_was() -> Result<()> {
    story::tell("long_undo_cancelled", async |page| {
        import(&page).await?;
        let step = tip(&page, "Undo").await?;
        cancel_when(
            &page,
            "dialog.long-edit[open]",
            "dialog.querySelector('progress').value > 1000",
        )
        .await?;
        page.press("Control+z").await?;
        wait_cancelled(&page).await?;
        page.wait_no_dialog().await?;
        wait_library(&page, AFTER).await?;
        page.wait_tip("Undo", &step).await?;
        page.wait_tip("Redo", "Redo: nothing yet").await?;
        wait_kept(&page, AFTER).await
    })
    .await
}

#[tokio::test]
async fn an_import_that_is_cancelled_while_it_is_taken_in_leaves_nothing_behind() -> Result<()> {
    story::tell("import_cancelled", async |page| {
        page.open_library().await?;
        page.pick_files(&[(NAME, &many()?)]).await?;
        page.wait_preview().await?;
        // The records are counted twice: as they come from the file, and as they are entered.
        let is_entering = "(() => {
            const told = dialog.querySelector('.import-state').textContent.match(/Taking in: ([\\d,]+)/);
            const count = told ? Number(told[1].replace(',', '')) : 0;
            const was = globalThis.counted ?? 0;
            globalThis.counted = Math.max(count, was);
            return count > 0 && count < was;
        })()";
        cancel_when(&page, "dialog.import[open]", is_entering).await?;
        page.named_in(("dialog", "Import"), "button", "Import")
            .await?
            .click()
            .await?;
        wait_cancelled(&page).await?;
        page.wait_no_dialog().await?;
        wait_library(&page, BEFORE).await?;
        page.wait_tip("Undo", "Undo: nothing yet").await?;
        wait_kept(&page, BEFORE).await
    })
    .await
}

#[tokio::test]
async fn a_cancelled_import_closes_no_dialog_that_was_opened_since() -> Result<()> {
    story::tell("import_cancelled_late", async |page| {
        page.open_library().await?;
        page.pick_files(&[(NAME, &many()?)]).await?;
        page.wait_preview().await?;
        // A transaction that does not end holds up the texts of the import.
        page.ask(
            "indexedDB.open('hearsay').onsuccess = ({ target }) => {
               const store = target.result.transaction('texts', 'readwrite').objectStore('texts');
               const hold = () => { if (!globalThis.isFree) store.count().onsuccess = hold; };
               hold();
             };
             return new Promise((done) => setTimeout(done, 200));",
            Vec::new(),
        )
        .await?;
        page.click_button("Import").await?;
        until("all records to be there", async || {
            let all = "const told = document.querySelector('.import-state')?.textContent.match(/Taking in: ([\\d,]+)/);
                return Number(told?.[1].replace(',', '')) > 6000;";
            Ok((page.ask(all, Vec::new()).await? == json!(true)).then_some(()))
        })
        .await?;
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        page.click_button("Export").await?;
        page.named("button", "Corpus (JSON)").await?;
        page.ask("globalThis.isFree = true;", Vec::new()).await?;
        until("the end of the import", async || {
            let told = page
                .ask(
                    "return document.body.textContent.includes('Nothing was imported');",
                    Vec::new(),
                )
                .await?;
            Ok((told == json!(true)).then_some(()))
        })
        .await?;
        page.named("button", "Corpus (JSON)").await?;
        page.press("Escape").await?;
        wait_library(&page, BEFORE).await
    })
    .await
}

#[tokio::test]
async fn an_import_is_not_told_as_changes_to_download_while_it_is_taken_in() -> Result<()> {
    story::tell("import_uncounted", async |page| {
        page.open_library().await?;
        page.ask(
            "globalThis.hasReminded = false;
             new MutationObserver(() => {
               globalThis.hasReminded ||= document.querySelector('[aria-label=Backup]') !== null;
             }).observe(document.body, { subtree: true, childList: true });",
            Vec::new(),
        )
        .await?;
        take_in(&page).await?;
        page.wait_saved().await?;
        let has_reminded = page.ask("return globalThis.hasReminded;", Vec::new()).await?;
        assert_eq!(has_reminded, json!(false));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_rescue_file_of_many_records_is_taken_in_as_one_step() -> Result<()> {
    let file = rescue_file("rescue_many_made").await?;
    story::tell("rescue_many", async |page| {
        page.open_library().await?;
        page.import_rescue(&file).await?;
        wait_library(&page, AFTER).await?;
        wait_kept(&page, AFTER).await?;
        page.pick_files(&[(&file.name, &file.bytes)]).await?;
        page.wait_says(
            "dialog",
            &format!("{} is imported", file.name),
            "0 records brought up to date",
        )
        .await
    })
    .await
}

#[tokio::test]
async fn a_rescue_file_that_is_cancelled_while_it_is_read_or_taken_in_leaves_nothing_behind() -> Result<()> {
    let file = rescue_file("rescue_cancelled_made").await?;
    story::tell("rescue_cancelled", async |page| {
        page.open_library().await?;
        for moment in [
            "dialog.textContent.startsWith('Reading ')",
            "dialog.textContent.startsWith('Reading ') && dialog.querySelector('progress').value > 1000",
            "dialog.textContent.startsWith('Import rescue file') && dialog.querySelector('progress').value > 1000",
        ] {
            cancel_when(&page, "dialog.long-edit[open]", moment).await?;
            page.pick_files(&[(&file.name, &file.bytes)]).await?;
            wait_cancelled(&page).await?;
            page.wait_no_dialog().await?;
            wait_library(&page, BEFORE).await?;
            page.wait_tip("Undo", "Undo: nothing yet").await?;
        }
        wait_kept(&page, BEFORE).await
    })
    .await
}

/// All work of a browser into which many records were imported.
async fn rescue_file(name: &str) -> Result<Download> {
    let mut made = None;
    story::tell(name, async |page| {
        import(&page).await?;
        page.wait_saved().await?;
        made = Some(page.download_all().await?);
        Ok(())
    })
    .await?;
    made.context("nothing was downloaded")
}

async fn import(page: &Page<'_>) -> Result<()> {
    page.open_library().await?;
    take_in(page).await
}

/// Takes many records in, and waits until the library tells of all.
pub(crate) async fn take_in(page: &Page<'_>) -> Result<()> {
    page.import_file(NAME, &many()?).await?;
    wait_library(page, AFTER).await
}

/// Waits until that is what the next visit sees, too.
async fn wait_kept(page: &Page<'_>, wanted: &str) -> Result<()> {
    page.wait_saved().await?;
    page.reload().await?;
    wait_library(page, wanted).await
}

fn many() -> Result<Vec<u8>> {
    Ok(workload::json_lines(workload::corpus(1, 300))?)
}

/// Presses `Cancel` in the dialog as soon as that holds.
async fn cancel_when(page: &Page<'_>, dialog: &str, condition: &str) -> Result<()> {
    let script = format!(
        "globalThis.hasCancelled = false;
        new MutationObserver((_, watch) => {{
          const dialog = document.querySelector({dialog:?});
          if (!dialog || !({condition})) return;
          watch.disconnect();
          globalThis.hasCancelled = true;
          [...dialog.querySelectorAll('button')].find((button) => button.textContent === 'Cancel').click();
        }}).observe(document.body, {{ subtree: true, childList: true, characterData: true, attributes: true }});"
    );
    page.ask(&script, Vec::new()).await.map(drop)
}

async fn wait_cancelled(page: &Page<'_>) -> Result<()> {
    until("the moment to cancel", async || {
        let has_cancelled = page.ask("return globalThis.hasCancelled;", Vec::new()).await?;
        Ok((has_cancelled == json!(true)).then_some(()))
    })
    .await
}

/// Waits until the library tells that many articles and annotations.
pub(crate) async fn wait_library(page: &Page<'_>, wanted: &str) -> Result<()> {
    until(wanted, async || {
        let told = "const told = document.querySelectorAll('.about-corpus > span');
            return [...told].map((each) => each.textContent).join(', ');";
        let told = page.ask(told, Vec::new()).await?;
        Ok((told == json!(wanted)).then_some(()))
    })
    .await
}

async fn tip(page: &Page<'_>, button: &str) -> Result<String> {
    let tip = page
        .named("button", button)
        .await?
        .attr("title")
        .await?
        .unwrap_or_default();
    ensure!(tip.contains("import 300 articles"), "{tip}");
    Ok(tip)
}
