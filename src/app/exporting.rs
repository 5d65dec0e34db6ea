//! Files out: an export, from the opening of its dialog to the download.
//!
//! The clerk gets a copy of the corpus, says what each format would lose of it, and writes the file.

use super::workspace::{Notice, Workspace};
use crate::browser::clerk::Clerk;
use crate::browser::{clock, files};
use crate::clerk::{Answer, Choice, Offer, Request, Selection};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// An export under way. It ends with its dialog.
#[derive(Clone, Copy)]
pub struct Exporting {
    workspace: Workspace,
    /// What the reviewer has chosen to export.
    pub choice: RwSignal<Choice>,
    /// What the formats hold of it; `None` before the clerk has said so.
    pub offer: RwSignal<Option<Offer>>,
    /// What is being done.
    pub stage: RwSignal<Stage>,
    /// Whether the reviewer has given up the last file.
    pub is_cancelled: RwSignal<bool>,
    clerk: StoredValue<Option<Rc<Clerk>>, LocalStorage>,
    /// How many changes the copy of the corpus holds.
    up_to: StoredValue<u64>,
}

/// How far an export is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The corpus is copied for the clerk: so many articles are.
    Copying(usize),
    /// The clerk looks at what is chosen.
    Looking,
    /// The reviewer may choose a format.
    Ready,
    /// A file is written: its format's name, and how many articles are in it by now.
    Writing(String, usize),
}

impl Exporting {
    /// An export that has begun. It ends when the owner that is current now does.
    pub fn begin(workspace: Workspace) -> Self {
        let exporting = Self {
            workspace,
            choice: RwSignal::new(Choice::default()),
            offer: RwSignal::new(None),
            stage: RwSignal::new(Stage::Copying(0)),
            is_cancelled: RwSignal::new(false),
            clerk: StoredValue::new_local(None),
            up_to: StoredValue::new(0),
        };
        exporting.prepare();
        on_cleanup(move || exporting.dismiss());
        exporting
    }

    /// Chooses what to export.
    pub fn choose(self, choice: Choice) {
        self.choice.set(choice);
        if self.stage.get_untracked() == Stage::Ready {
            self.follow(async move |clerk| self.look(&clerk).await);
        }
    }

    /// Writes the file and hands it to the reviewer.
    pub fn export(self, id: String, name: String) {
        if self.stage.get_untracked() != Stage::Ready {
            return;
        }
        self.is_cancelled.set(false);
        self.stage.set(Stage::Writing(name, 0));
        // What is chosen while the file is written is for the next.
        let choice = self.choice.get_untracked();
        self.follow(async move |clerk| {
            let is_all = choice.selection == Selection::All;
            let request = Request::Export {
                format: id,
                choice,
                exported_at: clock::now().millis(),
            };
            if let (Answer::Exported { name, .. }, file) = clerk.ask(&request, &JsValue::NULL).await? {
                files::download_blob(&name, &file)?;
                if is_all {
                    self.workspace.has_downloaded(self.up_to.get_value());
                }
                self.workspace.dialog.set(None);
                self.workspace.announce(format!("{name} downloaded"));
            }
            Ok(())
        });
    }

    /// Gives up the file that is being written, and begins anew.
    pub fn cancel(self) {
        self.dismiss();
        self.is_cancelled.set(true);
        self.prepare();
    }

    fn dismiss(self) {
        if let Some(clerk) = self.clerk.try_update_value(Option::take).flatten() {
            clerk.dismiss();
        }
    }

    fn prepare(self) {
        self.stage.set(Stage::Copying(0));
        self.up_to.set_value(self.workspace.edits());
        let called = Clerk::call(move |articles| {
            // The dialog may be gone by now.
            let _ = self.stage.try_update(|stage| {
                if let Stage::Writing(_, written) = stage {
                    *written = articles;
                }
            });
        });
        match called {
            Ok(clerk) => {
                self.clerk.set_value(Some(Rc::new(clerk)));
                self.follow(async move |clerk| {
                    let tell = |copied| drop(self.stage.try_set(Stage::Copying(copied)));
                    self.workspace.copy_for(&clerk, tell).await?;
                    self.look(&clerk).await
                });
            }
            Err(reason) => self.fail(reason),
        }
    }

    /// Does something with the clerk, and tells the reviewer where it fails.
    fn follow<F: Future<Output = Result<(), String>> + 'static>(self, work: impl FnOnce(Rc<Clerk>) -> F) {
        let Some(clerk) = self.clerk.get_value() else {
            return;
        };
        let done = work(clerk.clone());
        spawn_local(async move {
            if let Err(reason) = done.await {
                // One that was dismissed fails too, and nobody waits for it.
                let is_current = |current: &Option<Rc<Clerk>>| {
                    current
                        .as_ref()
                        .is_some_and(|current| Rc::ptr_eq(current, &clerk))
                };
                if self.clerk.try_with_value(is_current) == Some(true) {
                    self.fail(reason);
                }
            }
        });
    }

    fn fail(self, reason: String) {
        self.workspace.dialog.set(None);
        self.workspace.notice.set(Some(Notice {
            title: "The corpus could not be exported".to_owned(),
            details: vec![reason, "Your work is unchanged.".to_owned()],
            is_error: true,
        }));
    }

    /// Has the clerk look at what is chosen, until it is looked at as it is chosen by then.
    async fn look(self, clerk: &Clerk) -> Result<(), String> {
        let _ = self.stage.try_set(Stage::Looking);
        while let Some(choice) = self.choice.try_get_untracked() {
            let request = Request::Offer(choice.clone());
            if let (Answer::Offer(offer), _) = clerk.ask(&request, &JsValue::NULL).await? {
                let _ = self.offer.try_set(Some(offer));
            }
            if self.choice.try_get_untracked() == Some(choice) {
                break;
            }
        }
        let _ = self.stage.try_set(Stage::Ready);
        Ok(())
    }
}
