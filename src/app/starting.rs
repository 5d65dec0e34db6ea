//! The start of the page, as the reviewer sees it: the list as soon as anything can be shown, then the work of earlier
//! visits; and another try for articles that could not be opened. How the desk is laid is in `loading.rs`.

use super::later::DEEDS;
use super::loading::{self, Loaded, Problem};
use super::scheme::SCHEME;
use super::settings::{KEYS, REVIEWER, SNAPS};
use super::workspace::Workspace;
use crate::browser::route::Route;
use crate::browser::{chance, idle};
use crate::core::id::ArticleId;
use crate::formats::manifest::Entry;
use leptos::prelude::*;

impl Workspace {
    /// Fetches the articles and reads the work of earlier visits.
    pub async fn load(self) {
        // Before anything is read, so that nothing written meanwhile is missed.
        self.open_line();
        // What opens with the later part of the page does not wait for the articles first.
        if self.route.get_untracked() != Route::Library {
            leptos::task::spawn_local(async {
                // Where it cannot be had, whoever needs it tells so.
                let _ = DEEDS.load().await;
            });
        }
        let Ok(Loaded {
            desk,
            problems,
            notice,
            work,
        }) = loading::load(move || self.reopen_database()).await
        else {
            return self.is_stuck.set(true);
        };
        let name = desk.repository.setting(REVIEWER);
        self.lay(desk);
        self.problems.set(problems);
        self.notice.set(notice);
        let name = name.ok().flatten().filter(|name| !name.is_empty());
        self.reviewer.set(name.unwrap_or_else(chance::pseudonym));
        self.snaps.set(self.setting(SNAPS).as_deref() != Some("off"));
        let mut damaged = Vec::new();
        if let Some(work) = work {
            self.is_whole.set(false);
            if !work.shelf.is_empty() {
                // The list of a large corpus is shown before that is read. By now the browser has read local storage for
                // the settings, which takes a while where that is full.
                idle::turn().await;
                self.update(|desk| desk.hint(&work.shelf));
                idle::turn().await;
                self.is_ready.set(true);
                self.changed();
                idle::painted().await;
            }
            let Ok(deeds) = DEEDS.load().await else {
                self.is_ready.set(false);
                return self.is_stuck.set(true);
            };
            damaged = (deeds.begin_reading)(self, work).await;
        }
        for entry in self.early.try_update_value(std::mem::take).unwrap_or_default() {
            self.receive(entry);
        }
        let is_kept =
            |name: &str| self.with(|desk| !matches!(desk.repository.setting(name), Ok(None))) == Some(true);
        if is_kept(KEYS) || is_kept(SCHEME) {
            let Ok(deeds) = DEEDS.load().await else {
                return self.is_stuck.set(true);
            };
            (deeds.read_choices)(self);
        }
        self.is_ready.set(true);
        self.changed();
        // This fetches the later part, if nothing has by now.
        idle::after_paint(move || {
            leptos::task::spawn_local(async move {
                // Where that fails, the first command tries again and tells of it.
                if let Ok(deeds) = DEEDS.load().await {
                    (deeds.settle_in)(self, damaged);
                }
            });
        });
    }

    /// Tries again to open an article that could not be opened.
    pub async fn retry(self, problem: Problem) {
        if problem.id.as_str() == loading::MANIFEST {
            match loading::manifest_again().await {
                Ok(entries) => {
                    self.settle(&problem.id, Ok(()));
                    self.update(|desk| desk.supplied.clone_from(&entries));
                    for entry in entries {
                        self.supply(&entry).await;
                    }
                }
                Err(again) => self.settle(&problem.id, Err(again)),
            }
            return;
        }
        let entry = self.with(|desk| desk.supplied.iter().find(|entry| entry.id == problem.id).cloned());
        match entry.flatten() {
            Some(entry) => self.supply(&entry).await,
            None => self.later(move |deeds| (deeds.restore_missing)(self)),
        }
    }

    async fn supply(self, entry: &Entry) {
        let result = match loading::fetch(entry, true).await {
            Ok((article, regions)) => {
                self.announce(format!("{} is there now", article.name()));
                self.update(|desk| loading::supply(desk, article, regions));
                Ok(())
            }
            Err(again) => Err(again),
        };
        self.settle(&entry.id, result);
        self.changed();
    }

    /// Takes an article off those that could not be opened, or puts it there with its reason.
    pub(super) fn settle(self, id: &ArticleId, result: Result<(), Problem>) {
        let at = self
            .problems
            .with_untracked(|problems| problems.iter().position(|problem| problem.id == *id));
        if at.is_none() && result.is_ok() {
            return;
        }
        self.problems.update(|problems| match (at, result) {
            (Some(at), Ok(())) => drop(problems.remove(at)),
            (Some(at), Err(problem)) => problems[at] = problem,
            (None, Err(problem)) => problems.push(problem),
            (None, Ok(())) => {}
        });
    }
}
