//! Files in: an import, from the opening of its dialog to the records.
//!
//! The clerk reads the files and works out what taking them in would do; the page shows that, and takes in what
//! the clerk hands over piece by piece, as one step. Of rescue files there is nothing to choose: `rescuing.rs`.

use super::command::Dialog;
use super::workspace::{Notice, Workspace};
use crate::browser::clerk::Clerk;
use crate::browser::files::{self, PickedFile};
use crate::browser::shift::Shift;
use crate::browser::{clock, idle};
use crate::clerk::{Answer, Choosing, NewArticle, Preview, Request, Taken};
use crate::core::article::Article;
use crate::core::record::{Record, RecordKey};
use crate::core::text::Text;
use crate::core::transaction::{Change, Transaction};
use crate::formats::limits;
use crate::store::rescue;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// How often it is looked, in milliseconds, whether a dialog is closed that was opened first.
const UNTIL_CLOSED: i32 = 100;
/// How many texts go to the database at a time.
const TEXTS: usize = 100;

/// An import under way. It ends with its dialog.
#[derive(Clone, Copy)]
pub struct Importing {
    workspace: Workspace,
    /// What is in the files.
    pub preview: RwSignal<Preview>,
    /// What is being done.
    pub stage: RwSignal<Stage>,
    clerk: StoredValue<Option<Rc<Clerk>>, LocalStorage>,
}

/// How far an import is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The corpus is copied for the clerk.
    Copying,
    /// The clerk reads the files.
    Reading,
    /// The reviewer may choose, and take in what is shown.
    Ready,
    /// So many records are taken in by now.
    Taking(usize),
}

/// What an import does, as it comes from the clerk.
#[derive(Default)]
struct Brought {
    articles: Vec<Article>,
    changes: Vec<Change>,
}

impl Workspace {
    /// Takes in rescue files, and shows what is in other files, to be taken in or not.
    pub fn import(self, picked: Vec<PickedFile>) {
        let is_free =
            self.dialog.with_untracked(Option::is_none) && self.long_edit.with_untracked(Option::is_none);
        if !picked.is_empty() && is_free {
            self.later(move |deeds| (deeds.import)(self, picked));
        }
    }

    pub(super) fn import_now(self, picked: Vec<PickedFile>) {
        spawn_local(async move {
            let mut others = Vec::new();
            let are_too_many = picked.len() > limits::MOST_FILES;
            for file in picked {
                // One that cannot be read is told of by the clerk, and so are too many.
                let head = match are_too_many {
                    true => Vec::new(),
                    false => file.head(rescue::HEAD).await.unwrap_or_default(),
                };
                if rescue::recognises(&head) {
                    self.import_rescue(file).await;
                } else {
                    others.push(file);
                }
            }
            if others.is_empty() {
                return;
            }
            // What was opened meanwhile comes first.
            while self.dialog.with_untracked(Option::is_some) {
                idle::pause(UNTIL_CLOSED).await;
            }
            self.picked.set_value(others);
            self.dialog.set(Some(Dialog::Import));
        });
    }

    /// Keeps texts of articles in the database.
    pub(super) async fn keep_texts(self, texts: &[(String, String)]) -> Result<(), String> {
        let Some(database) = self.with(|desk| desk.database.clone()).flatten() else {
            return Err(
                "The browser does not let this page keep texts. Allow it to store data, then try again."
                    .to_owned(),
            );
        };
        database.add_texts(texts).await
    }
}

impl Importing {
    /// Begins to read the files that were picked. It ends when the owner that is current now does.
    pub fn begin(workspace: Workspace) -> Self {
        let importing = Self {
            workspace,
            preview: RwSignal::new(Preview::default()),
            stage: RwSignal::new(Stage::Copying),
            clerk: StoredValue::new_local(None),
        };
        on_cleanup(move || {
            if let Some(clerk) = importing.clerk.try_update_value(Option::take).flatten() {
                clerk.dismiss();
            }
        });
        match Clerk::call(|_| ()) {
            Ok(clerk) => {
                importing.clerk.set_value(Some(Rc::new(clerk)));
                let picked = workspace
                    .picked
                    .try_update_value(std::mem::take)
                    .unwrap_or_default();
                importing.follow(async move |clerk| {
                    workspace.copy_for(&clerk, |_| ()).await?;
                    let _ = importing.stage.try_set(Stage::Reading);
                    let request = Request::Read {
                        now: clock::now().millis(),
                    };
                    importing.show(clerk.ask(&request, &files::enclosed(&picked)).await?.0);
                    Ok(())
                });
            }
            Err(reason) => importing.fail(reason),
        }
        importing
    }

    /// Shows the files anew, with something chosen.
    pub fn choose(self, choosing: Choosing) {
        if self.stage.get_untracked() != Stage::Ready {
            return;
        }
        self.stage.set(Stage::Reading);
        self.follow(async move |clerk| {
            self.show(clerk.ask(&Request::Choose(choosing), &JsValue::NULL).await?.0);
            Ok(())
        });
    }

    /// Takes in what is shown.
    pub fn take(self) {
        if self.stage.get_untracked() != Stage::Ready {
            return;
        }
        self.stage.set(Stage::Taking(0));
        self.follow(async move |clerk| {
            let mut brought = Brought::default();
            loop {
                match clerk.ask(&Request::Take, &JsValue::NULL).await?.0 {
                    Answer::Piece(piece) => {
                        brought.articles.extend(piece.articles.into_iter().map(article));
                        brought.changes.extend(changes(&piece.changes)?);
                        let _ = self.stage.try_set(Stage::Taking(brought.changes.len()));
                    }
                    Answer::Taken(taken) => {
                        // The dialog is gone where it was cancelled.
                        let goes_on = |records| self.stage.try_set(Stage::Taking(records)).is_none();
                        let details = self.workspace.take_in(brought, taken, goes_on).await?;
                        self.end(details);
                        return Ok(());
                    }
                    _ => {}
                }
            }
        });
    }

    /// Closes the dialog, where it is not closed yet, and tells what was done; `None` where nothing was.
    fn end(self, details: Option<Vec<String>>) {
        // By now there may be a dialog of something else.
        if !self.stage.is_disposed() {
            self.workspace.dialog.set(None);
        }
        match details {
            Some(details) => self.workspace.notice.set(Some(Notice {
                title: "Imported".to_owned(),
                details,
                is_error: false,
            })),
            // Cancelled, or refused, which is told by itself.
            None => self.workspace.announce("Nothing was imported".to_owned()),
        }
    }

    fn show(self, answer: Answer) {
        if let Answer::Preview(preview) = answer {
            let _ = self.preview.try_set(preview);
            let _ = self.stage.try_set(Stage::Ready);
        }
    }

    /// Does something with the clerk, and tells the reviewer where it fails.
    fn follow<F: Future<Output = Result<(), String>> + 'static>(self, work: impl FnOnce(Rc<Clerk>) -> F) {
        let Some(clerk) = self.clerk.get_value() else {
            return;
        };
        let done = work(clerk);
        spawn_local(async move {
            // One whose dialog was closed fails too, and nobody waits for it.
            if let (Err(reason), false) = (done.await, self.stage.is_disposed()) {
                self.fail(reason);
            }
        });
    }

    fn fail(self, reason: String) {
        self.workspace.dialog.set(None);
        self.workspace.notice.set(Some(Notice {
            title: "Nothing was imported".to_owned(),
            details: vec![reason, "Your work is unchanged.".to_owned()],
            is_error: true,
        }));
    }
}

impl Workspace {
    /// Keeps the texts, then makes the changes as one step, and returns what is to be told of it; `None` where nothing was
    /// done after all. `goes_on` is told how many changes are made, and tells whether to go on.
    async fn take_in(
        self,
        brought: Brought,
        taken: Taken,
        goes_on: impl Fn(usize) -> bool,
    ) -> Result<Option<Vec<String>>, String> {
        let Brought { articles, changes } = brought;
        for articles in articles.chunks(TEXTS) {
            let texts: Vec<_> = articles
                .iter()
                .map(|article| (article.sha256.to_string(), article.text.as_str().to_owned()))
                .collect();
            self.keep_texts(&texts).await?;
        }
        self.update(|desk| {
            for article in articles {
                desk.known.insert(article.id.clone(), Rc::new(article));
            }
        });
        // What was changed since the clerk had his copy stays as it is.
        let mut unchanged = Vec::with_capacity(changes.len());
        let mut shift = Shift::begin();
        for change in changes {
            if self.with(|desk| desk.is_unchanged(&change)) == Some(true) {
                unchanged.push(change);
            }
            shift.pause().await;
        }
        let mut transaction = Transaction::of_distinct(taken.step, unchanged);
        let mut details = taken.lines;
        for (name, file) in taken.entities {
            match self.entities_of(file.as_bytes()) {
                Ok((brought, lines)) if transaction.is_empty() => {
                    transaction = brought;
                    details.extend(lines);
                }
                Ok((brought, lines)) => {
                    transaction = transaction.then(brought);
                    details.extend(lines);
                }
                Err(reason) => details.extend(told(&name, Err(reason))),
            }
        }
        if !transaction.is_empty() {
            let Some(changes) = self.commit_many(transaction, goes_on).await else {
                return Ok(None);
            };
            self.has_imported(changes);
        }
        for (name, file) in taken.schemes {
            details.extend(told(&name, self.load_scheme(file.as_bytes())));
        }
        Ok(Some(details))
    }
}

/// What became of a file that was taken in by itself.
fn told(name: &str, result: Result<Vec<String>, String>) -> Vec<String> {
    match result {
        Ok(lines) => lines,
        Err(reason) => vec![format!("{name} was not imported: {reason}")],
    }
}

fn article(new: NewArticle) -> Article {
    Article::new(new.id, new.metadata, Text::new(new.text))
}

fn changes(json: &str) -> Result<Vec<Change>, String> {
    let rows: Vec<(RecordKey, Option<Record>, Option<Record>)> =
        serde_json::from_str(json).map_err(|error| error.to_string())?;
    Ok(rows
        .into_iter()
        .map(|(key, from, to)| Change { key, from, to })
        .collect())
}
