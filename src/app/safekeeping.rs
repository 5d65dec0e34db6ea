//! How safe the work is: what storage holds and has room for, what in it cannot be read, and all work in one file.

use super::saving::SaveState;
use super::workspace::{Notice, Workspace};
use crate::browser::{clock, files, local_storage, quota};
use crate::store::key_value;
use crate::store::rescue;
use leptos::prelude::*;

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
                .into_iter()
                .map(|(key, value)| (key, value.encode_utf16().count()))
                .collect(),
        }
    }

    /// All work as a rescue file, made of what the page holds in memory. `None` before there is any.
    pub(super) fn rescue_file(self) -> Option<Result<String, String>> {
        self.with(|desk| {
            let texts = desk
                .added()
                .map(|article| (&*article.sha256, article.text.as_str()));
            rescue::write(
                &desk.repository,
                &desk.records,
                texts,
                &desk.unreadable,
                clock::now(),
            )
        })
    }

    /// What storage and the database hold and the page cannot read, key and value.
    fn unreadable(self) -> Vec<(String, String)> {
        self.with(|desk| {
            let mut unreadable = desk.repository.unreadable().unwrap_or_default();
            unreadable.extend(desk.unreadable.iter().cloned());
            unreadable
        })
        .unwrap_or_default()
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
            let made = self
                .rescue_file()
                .unwrap_or(Err(super::loading::TOO_EARLY.to_owned()));
            let name = format!("hearsay-rescue-{}.json", clock::now().date());
            let given = made.and_then(|file| files::download(&name, "application/json", file.as_bytes()));
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
    pub fn download_unreadable(self, key: Option<&str>) {
        let chosen: std::collections::BTreeMap<_, _> = self
            .unreadable()
            .into_iter()
            .filter(|(found, _)| key.is_none_or(|key| key == found))
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
