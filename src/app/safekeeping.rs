//! How safe the work is: what storage holds and has room for, what in it cannot be read, and all work in one file.

use super::desk::Desk;
use super::loading::TOO_EARLY;
use super::saving::SaveState;
use super::workspace::{Notice, Workspace};
use crate::browser::shift::Shift;
use crate::browser::written_file::WrittenFile;
use crate::browser::{clock, files, local_storage, quota};
use crate::store::Scope;
use crate::store::key_value;
use crate::store::rescue;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The name of the setting that tells that the browser was asked to keep the page's storage.
const ASKED: &str = "asked-to-persist";

/// How safe the work is.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Safety {
    /// What local storage holds and how much it can hold, in UTF-16 units. `None` where it cannot be read.
    pub local: Option<(usize, usize)>,
    /// What the database holds and how much there may be, in bytes. `None` where the browser does not say.
    pub database: Option<(f64, f64)>,
    /// Whether the browser keeps it until the reviewer deletes it. `None` where it does not say.
    pub is_persisted: Option<bool>,
    /// What cannot be read: its key, and its length in UTF-16 units.
    pub unreadable: Vec<(String, usize)>,
}

impl Workspace {
    /// How safe the work is now.
    pub async fn safety(self) -> Safety {
        let local = self.with(|desk| {
            let used = key_value::units(desk.repository.storage()).ok();
            let used = used.filter(|_| desk.fault.is_none())?;
            Some((used, local_storage::CAPACITY))
        });
        Safety {
            local: local.flatten(),
            database: quota::estimate().await,
            is_persisted: quota::is_persisted().await,
            unreadable: self
                .unreadable()
                .await
                .into_iter()
                .map(|(key, value)| (key, value.encode_utf16().count()))
                .collect(),
        }
    }

    /// All work as a rescue file, a `Blob`, made of what the page holds in memory, and a few articles at a time. What
    /// is edited meanwhile may be in it or not.
    ///
    /// # Errors
    /// Where it cannot be made, with the reason.
    pub(super) async fn rescue_file(self) -> Result<JsValue, String> {
        let explain = |error: std::io::Error| error.to_string();
        let too_early = || TOO_EARLY.to_owned();
        let mut shift = Shift::begin();
        let mut writer = rescue::Writer::begin(WrittenFile::default(), clock::now()).map_err(explain)?;
        let (scopes, added) = self
            .with(|desk| {
                let scopes: Vec<Scope> = desk.records.keys().cloned().collect();
                (scopes, desk.added().cloned().collect::<Vec<_>>())
            })
            .ok_or_else(too_early)?;
        for scope in scopes {
            let write = |desk: &Desk| {
                let records = desk.records.get(&scope);
                records.map_or(Ok(()), |records| writer.records(&scope, records))
            };
            self.with(write).ok_or_else(too_early)??;
            shift.pause().await;
        }
        for key in self.stored_keys() {
            let value = self.with(|desk| desk.repository.storage().get(&key).ok().flatten());
            if let Some(value) = value.flatten() {
                writer.stored(&key, &value).map_err(explain)?;
            }
            shift.pause().await;
        }
        let mut writer = writer.texts().map_err(explain)?;
        for article in added {
            writer.text(&article.sha256, &article.text).map_err(explain)?;
            shift.pause().await;
        }
        let unreadable = self.with(|desk| desk.unreadable.clone());
        let file = writer.finish(&unreadable.unwrap_or_default()).map_err(explain)?;
        file.finish("application/json").map_err(explain)
    }

    /// The keys in storage; none where it is denied, which then holds nothing that memory has not.
    fn stored_keys(self) -> Vec<String> {
        let keys = self.with(|desk| desk.repository.storage().keys().unwrap_or_default());
        keys.unwrap_or_default()
    }

    /// What storage and the database hold and the page cannot read, key and value. Looked for a few values at a time.
    async fn unreadable(self) -> Vec<(String, String)> {
        let mut shift = Shift::begin();
        let mut unreadable = Vec::new();
        for key in self.stored_keys() {
            let value = self.with(|desk| desk.repository.unreadable(&key).ok().flatten());
            unreadable.extend(value.flatten().map(|value| (key, value)));
            shift.pause().await;
        }
        let cold = self.with(|desk| desk.unreadable.clone());
        unreadable.extend(cold.unwrap_or_default());
        unreadable
    }

    /// Hands the reviewer all work in one file, whether it could be saved or not.
    pub fn download_all(self) {
        self.later(move |deeds| (deeds.download_all)(self));
    }

    pub(super) fn download_all_now(self) {
        self.end_note();
        leptos::task::spawn_local(async move {
            self.whole().await;
            let up_to = self.edits();
            let name = format!("hearsay-rescue-{}.json", clock::now().date());
            let made = self.rescue_file().await;
            let given = made.and_then(|file| files::download_blob(&name, &file));
            match given {
                Ok(()) => {
                    self.announce(format!("{name} downloaded"));
                    self.has_downloaded(up_to);
                }
                Err(reason) => self.notice.set(Some(Notice {
                    title: "Your work could not be downloaded".to_owned(),
                    details: vec![reason, "Your work is unchanged.".to_owned()],
                    is_error: true,
                })),
            }
        });
    }

    /// Hands the reviewer what storage holds and the page cannot read: one value, or all of them.
    pub async fn download_unreadable(self, key: Option<String>) {
        let chosen: std::collections::BTreeMap<_, _> = self
            .unreadable()
            .await
            .into_iter()
            .filter(|(found, _)| key.as_ref().is_none_or(|key| key == found))
            .collect();
        // Invariant: keys and values are strings, which JSON can hold.
        let json = serde_json::to_string_pretty(&chosen).unwrap_or_default();
        let name = match key {
            Some(key) => format!(
                "{}.json",
                key.replace(|each: char| !each.is_ascii_alphanumeric(), "-")
            ),
            None => format!("hearsay-unreadable-{}.json", clock::now().date()),
        };
        self.hand_over(&name, "application/json", &json);
    }

    /// Asks the browser to keep the work until the reviewer deletes it.
    pub async fn ask_to_persist(self) {
        self.keep_setting(ASKED, "yes");
        let words = if quota::persist().await {
            "The browser keeps your work until you delete it"
        } else {
            "The browser does not promise to keep your work. It is more willing to when you have used the page more \
             often, or installed it"
        };
        self.announce(words.to_owned());
    }

    /// Asks the browser to keep the work, once there is any: once only, since some browsers ask the reviewer.
    pub(super) fn ask_to_persist_once(self) {
        let asked = self.with(|desk| desk.repository.setting(ASKED));
        if matches!(asked, Some(Ok(None))) {
            self.keep_setting(ASKED, "yes");
            leptos::task::spawn_local(async {
                if quota::is_persisted().await == Some(false) {
                    // Whatever it answers, the dialog `Storage` tells.
                    let _ = quota::persist().await;
                }
            });
        }
    }

    /// Whether some edit could not be kept, and why.
    pub fn trouble(self) -> Option<String> {
        match self.save_state.get() {
            SaveState::NotSaved(reason) => Some(reason),
            SaveState::Saved | SaveState::Saving => None,
        }
    }
}
