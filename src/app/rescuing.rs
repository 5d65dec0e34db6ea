//! Rescue files in: of each record, what its latest edit made of it, here or there.
//!
//! The clerk reads the file and hands it over piece by piece; the page takes in what is news, as one step.

use super::loading::TOO_EARLY;
use super::workspace::{Notice, Workspace};
use crate::browser::clerk::Clerk;
use crate::browser::files::{self, PickedFile};
use crate::clerk::{Answer, Request};
use crate::core::transaction::{Change, Transaction};
use crate::core::wording::plural;
use crate::store::rescue::{self, Contents};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsValue;

impl Workspace {
    /// Takes in all work of a rescue file, showing how far that is, and tells what was done.
    pub(super) async fn import_rescue(self, file: PickedFile) {
        let name = file.name();
        let (title, details, is_error) = match self.take_rescue(file).await {
            Ok(Some(lines)) => (format!("{name} is imported"), lines, false),
            // Cancelled, or refused, which is told by itself.
            Ok(None) => return self.announce("Nothing was imported".to_owned()),
            Err(reason) => {
                let lines = vec![reason, "Your work is unchanged.".to_owned()];
                (format!("{name} was not imported"), lines, true)
            }
        };
        self.notice.set(Some(Notice {
            title,
            details,
            is_error,
        }));
    }

    /// Takes it in, and returns what is to be told of it; `None` where nothing was taken in after all.
    async fn take_rescue(self, file: PickedFile) -> Result<Option<Vec<String>>, String> {
        let clerk = Rc::new(Clerk::call(|_| ())?);
        let helper = clerk.clone();
        self.show_awaited(format!("Reading {}", file.name()), move || helper.dismiss());
        let brought = self.read_rescue(&file, &clerk).await;
        if self.end_awaited() {
            return Ok(None);
        }
        let (contents, changes) = brought?;
        let records = plural(changes.len(), "record");
        if !changes.is_empty() {
            let transaction = Transaction::of_distinct("import rescue file", changes);
            let Some(changes) = self.commit_shown(transaction).await else {
                return Ok(None);
            };
            self.has_imported(changes);
        }
        // A text of the file may be one that the browser has lost.
        self.restore_missing().await;
        let mut told = vec![format!("{records} brought up to date.")];
        told.extend(self.adopt_scheme(&contents.settings));
        if !contents.unread.is_empty() {
            told.push("Some of the file cannot be read, so keep the file:".to_owned());
            told.extend(contents.unread);
        }
        Ok(Some(told))
    }

    /// What is in a rescue file, and what it changes here. Its texts are kept at once, since nothing is shown of a text
    /// that no article has.
    async fn read_rescue(self, file: &PickedFile, clerk: &Clerk) -> Result<(Contents, Vec<Change>), String> {
        let enclosed = files::enclosed(std::slice::from_ref(file));
        let mut contents = Contents::default();
        if let Answer::Rescue(read) = clerk.ask(&Request::ReadRescue, &enclosed).await?.0 {
            contents = read;
        }
        self.whole().await;
        let before = self.edits();
        self.update(|desk| desk.repository.observe(contents.latest))
            .ok_or(TOO_EARLY)?;
        // What is later now for the file's sake is no change that was made here.
        self.has_imported(self.edits().saturating_sub(before) as usize);
        self.count_awaited(0, contents.records);
        let mut changes = Vec::new();
        let mut done = 0;
        while let Answer::Rescued(Some(piece)) = clerk.ask(&Request::TakeRescued, &JsValue::NULL).await?.0 {
            for (scope, records) in piece.records()? {
                self.with(|desk| {
                    changes.extend(rescue::changes(&scope, &records, desk.records.get(&scope)));
                });
                done += records.versions().count();
            }
            if !piece.texts.is_empty() {
                self.keep_texts(&piece.texts).await?;
            }
            self.count_awaited(done, contents.records);
        }
        Ok((contents, changes))
    }
}
