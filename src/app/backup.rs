//! Backups: when the reviewer last took all work out of the browser, a reminder when much has changed since, and a
//! file on disk that is kept up to date.
//!
//! Changes are counted by Lamport time, which grows by one with each: so the count needs nothing written with each
//! edit, is the same in every tab, and outlives the page.

use super::command::Dialog;
use super::workspace::{Notice, Workspace};
use crate::browser::backup_file::BackupFile;
use crate::browser::{clock, idle};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The name of the setting that keeps [`Mark`], as JSON.
const BACKUP: &str = "backup";
/// After how many changes the reviewer is reminded.
const MUCH: u64 = 200;
/// How many milliseconds after an edit the file on disk is written.
const WRITE_AFTER: i32 = 5000;

/// When all work was last taken out of the browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// The Lamport time up to which it was taken out.
    edits: u64,
    /// When, in milliseconds since 1970; 0 for never.
    pub at: i64,
    /// The Lamport time at which the reviewer put the reminder off.
    put_off: u64,
}

/// The file on disk that is kept up to date.
#[derive(Clone, Debug)]
pub struct Backup {
    file: BackupFile,
    /// Its name.
    pub name: String,
    /// How it is.
    pub state: BackupState,
}

/// How the file on disk is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BackupState {
    /// The browser wants the reviewer to allow it again.
    Asks,
    /// It is written after each edit.
    Written,
    /// It could not be written, and why.
    Failed(String),
}

impl Workspace {
    /// How many changes there have been: here, in other tabs, in earlier visits.
    pub(super) fn edits(self) -> u64 {
        self.with(|desk| desk.repository.time()).unwrap_or_default()
    }

    /// When all work was last taken out of the browser.
    pub fn last_backup(self) -> Mark {
        self.with(|desk| desk.repository.setting(BACKUP).ok().flatten())
            .flatten()
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default()
    }

    /// How many changes there have been since all work was last taken out of the browser.
    pub fn changes_since(self) -> usize {
        self.edits().saturating_sub(self.last_backup().edits) as usize
    }

    fn set_mark(self, mark: Mark) {
        // Invariant: a mark is three numbers, which JSON can hold.
        self.keep_setting(BACKUP, &serde_json::to_string(&mark).unwrap_or_default());
        self.reminder.set(None);
    }

    /// Notes that all work was taken out of the browser as it was after so many changes.
    pub(super) fn has_downloaded(self, edits: u64) {
        let before = self.last_backup();
        self.set_mark(Mark {
            edits: edits.max(before.edits),
            at: clock::now().millis(),
            ..before
        });
    }

    /// Notes that so many changes came out of a file, and need no taking out.
    pub(super) fn has_imported(self, changes: usize) {
        let mark = self.last_backup();
        self.set_mark(Mark {
            edits: mark.edits + changes as u64,
            ..mark
        });
    }

    /// Puts the reminder off until much has changed again.
    pub fn put_reminder_off(self) {
        self.later(move |deeds| (deeds.put_reminder_off)(self));
    }

    pub(super) fn put_reminder_off_now(self) {
        let put_off = self.edits();
        self.set_mark(Mark {
            put_off,
            ..self.last_backup()
        });
    }

    /// Reminds the reviewer where much has changed, and brings the file on disk up to date.
    pub(super) fn remind(self) {
        if self.backup.with_untracked(Option::is_some) {
            self.write_backup_soon();
        }
        // What an import brings counts as none once all of it is there.
        let is_importing = self.long_edit.with_untracked(Option::is_some)
            || self
                .dialog
                .with_untracked(|dialog| *dialog == Some(Dialog::Import));
        let mark = self.last_backup();
        if !is_importing && self.edits().saturating_sub(mark.edits.max(mark.put_off)) >= MUCH {
            self.reminder.set(Some(self.changes_since()));
        }
    }

    /// Goes on with the file of the last visit.
    pub(super) async fn resume_backup(self) {
        if let Some(file) = BackupFile::remembered().await {
            let is_allowed = file.is_allowed().await;
            self.use_backup(file, is_allowed).await;
        }
    }

    /// Lets the reviewer choose a file on disk that is kept up to date.
    pub async fn choose_backup(self) {
        match BackupFile::choose("hearsay-backup.json").await {
            Ok(Some(file)) => self.use_backup(file, true).await,
            Ok(None) => {}
            Err(reason) => self.notice.set(Some(Notice {
                title: "The file could not be chosen".to_owned(),
                details: vec![reason, "Your work is unchanged.".to_owned()],
                is_error: true,
            })),
        }
    }

    /// Asks the reviewer to let the page write the file of the last visit again.
    pub async fn allow_backup(self) {
        let Some(backup) = self.backup.get_untracked() else {
            return;
        };
        if backup.file.ask().await {
            self.use_backup(backup.file, true).await;
        }
    }

    /// Writes the file on disk no more. It stays as it is.
    pub async fn end_backup(self) {
        self.backup.set(None);
        BackupFile::forget().await;
    }

    async fn use_backup(self, file: BackupFile, is_allowed: bool) {
        self.backup.set(Some(Backup {
            name: file.name(),
            file,
            state: if is_allowed {
                BackupState::Written
            } else {
                BackupState::Asks
            },
        }));
        self.write_backup().await;
    }

    fn write_backup_soon(self) {
        let is_due = self.update(|desk| !std::mem::replace(&mut desk.awaits_backup, true));
        if is_due == Some(true) {
            idle::after(WRITE_AFTER, move || {
                self.update(|desk| desk.awaits_backup = false);
                leptos::task::spawn_local(self.write_backup());
            });
        }
    }

    /// Writes the file on disk: once that is done which was begun before, if any was.
    async fn write_backup(self) {
        let Some(backup) = self.backup.get_untracked() else {
            return;
        };
        if backup.state == BackupState::Asks {
            return;
        }
        let is_free = self.update(|desk| !std::mem::replace(&mut desk.is_in_backup, true));
        if is_free != Some(true) {
            return self.write_backup_soon();
        }
        self.whole().await;
        let up_to = self.edits();
        let written = match self.rescue_file().await {
            Ok(content) => backup.file.write(&content).await,
            Err(reason) => Err(reason),
        };
        let state = match written {
            Ok(()) => {
                self.has_downloaded(up_to);
                BackupState::Written
            }
            Err(_) if !backup.file.is_allowed().await => BackupState::Asks,
            Err(reason) => BackupState::Failed(reason),
        };
        self.update(|desk| desk.is_in_backup = false);
        self.backup.update(|current| {
            // Another may be chosen by now.
            if let Some(current) = current.as_mut().filter(|current| current.file == backup.file) {
                current.state = state;
            }
        });
    }
}
