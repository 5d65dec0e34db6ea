//! Files that the page takes in and gives away, and its storage filled up.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use thirtyfour::prelude::*;

use super::Page;
use crate::wait::until_within;

/// How long an import may take: one of ten thousand articles takes minutes.
const IMPORT: Duration = Duration::from_secs(600);

/// A file that the page offered as a download.
#[derive(Debug, Clone)]
pub struct Download {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Page<'_> {
    /// Exports the corpus as JSON through the dialog, and returns the downloaded file.
    ///
    /// # Errors
    /// Fails when a name is missing or no download arrives.
    pub async fn export_corpus(&self) -> Result<Download> {
        self.click_button("Export").await?;
        let format = self
            .named_in(("dialog", "Export"), "button", "Corpus (JSON)")
            .await?;
        format.click().await?;
        let download = self.wait_download().await?;
        if self.maybe("dialog", "Export").await?.is_some() {
            self.press("Escape").await?;
        }
        self.wait_no_dialog().await?;
        Ok(download)
    }

    /// Fills local storage to the last unit, under keys that begin with `filler`.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn fill_local_storage(&self) -> Result<()> {
        let fill = "let size = 1 << 20;
            for (let at = 0; size > 0; at += 1) {
              try { localStorage.setItem(`filler${at}`, 'x'.repeat(size)); } catch { size >>= 1; }
            }";
        self.ask(fill, Vec::new()).await.map(drop)
    }

    /// Hands a file to the page's import, takes in what the preview shows, and closes what says so.
    ///
    /// # Errors
    /// Fails when the page has no file input or refuses the file; then with what it says.
    pub async fn import_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.pick_files(&[(name, bytes)]).await?;
        self.wait_preview().await?;
        self.take_in().await.map(drop)
    }

    /// Hands files to the page's import.
    ///
    /// # Errors
    /// Fails when the page has no file input.
    pub async fn pick_files(&self, files: &[(&str, &[u8])]) -> Result<()> {
        let mut paths = Vec::new();
        for (name, bytes) in files {
            let path = self.browser.folder().join(name);
            std::fs::write(&path, bytes)?;
            paths.push(path.to_string_lossy().into_owned());
        }
        self.named("button", "Import").await?;
        let input = self.browser.driver().find(By::Css("input[type=file]")).await?;
        input.send_keys(paths.join("\n")).await?;
        Ok(())
    }

    /// Takes in a rescue file, waits until the page tells so, and closes what tells it.
    ///
    /// # Errors
    /// Fails when it is not taken in.
    pub async fn import_rescue(&self, file: &Download) -> Result<()> {
        self.pick_files(&[(&file.name, &file.bytes)]).await?;
        self.named("dialog", &format!("{} is imported", file.name))
            .await?;
        self.click_button("Close").await?;
        self.wait_no_dialog().await
    }

    /// Waits until the import dialog shows what is in the files, and returns its words.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_preview(&self) -> Result<String> {
        until_within(IMPORT, "the preview of the import", async || {
            let ready = "const dialog = document.querySelector('dialog.import[open]');
                return dialog?.querySelector('.lot') && !dialog.querySelector('[inert]') ? dialog.innerText : null;";
            Ok(self.ask(ready, Vec::new()).await?.as_str().map(str::to_owned))
        })
        .await
    }

    /// Takes in what the import dialog shows, closes what says so, and returns its words.
    ///
    /// # Errors
    /// Fails when the page takes nothing in; then with what it says.
    pub async fn take_in(&self) -> Result<String> {
        self.named_in(("dialog", "Import"), "button", "Import")
            .await?
            .click()
            .await?;
        let heading = until_within(IMPORT, "word of the import", async || {
            let dialogs = self.browser.by_role("dialog", None).await?;
            Ok(dialogs
                .into_iter()
                .map(|dialog| dialog.name)
                .find(|heading| heading != "Import"))
        })
        .await?;
        let words = self.named("dialog", &heading).await?.text().await?;
        ensure!(heading == "Imported", "the page says: {words}");
        self.named_in(("dialog", &heading), "button", "Close")
            .await?
            .click()
            .await?;
        self.wait_no_dialog().await?;
        Ok(words)
    }

    /// Downloads all work in one file, from the dialog `Storage`.
    ///
    /// # Errors
    /// Fails when no file comes.
    pub async fn download_all(&self) -> Result<Download> {
        self.click_button("Storage").await?;
        self.click_button("Download all work").await?;
        self.wait_download().await
    }

    /// Waits for a file that the page offers as a download, and takes it out of the browser's folder.
    ///
    /// # Errors
    /// Fails when none arrives.
    pub async fn wait_download(&self) -> Result<Download> {
        let folder = self.browser.downloads();
        let path = until_within(Duration::from_secs(60), "a download", async || {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                // The browser writes to a hidden file and moves it once it is whole; what is empty or named
                // `crdownload` only keeps a name.
                let kept = name.starts_with('.') || name.ends_with(".crdownload");
                if !kept && path.metadata().is_ok_and(|file| file.len() > 0) {
                    return Ok(Some(path));
                }
            }
            Ok(None)
        })
        .await?;
        let name = path
            .file_name()
            .context("a download without a name")?
            .to_string_lossy()
            .into_owned();
        let bytes = std::fs::read(&path)?;
        std::fs::remove_file(&path)?;
        Ok(Download { name, bytes })
    }
}
