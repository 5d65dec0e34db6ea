//! The workspace: the way of every edit, and the signals that the page is drawn from.

use super::command::Command;
use super::desk::Desk;
use super::loading::{self, Loaded, Problem};
use super::saving::SaveState;
use super::wording::{spoken, status_name};
use crate::browser::route::Route;
use crate::browser::tabs::{self, Tabs};
use crate::browser::{chance, clock, idle};
use crate::core::article::Article;
use crate::core::cursor::Cursor;
use crate::core::edit::{self, Author, Refusal};
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::{Record, RecordKind};
use crate::core::records::Records;
use crate::core::text::Span;
use crate::core::transaction::Transaction;
use crate::formats::manifest::Entry;
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;

/// The name of the setting that keeps the reviewer's name.
const REVIEWER: &str = "reviewer";
/// How many milliseconds after a fold the log's twin is pruned: a little more than the minute after which a
/// snapshot counts as held for good.
const SETTLED: i32 = 65_000;
/// How many milliseconds after the last key a note is kept.
const NOTE_REST: i32 = 500;
/// After how many milliseconds a write that failed is tried again.
const AGAIN: i32 = 5000;
/// How many entries the log may hold before it is folded.
const LOG_ENTRIES: usize = 64;

/// Something to tell the reviewer, until it is put away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// What has happened, in a few words.
    pub title: String,
    /// What it means and what to do, a line each.
    pub details: Vec<String>,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// Reads what the browser has selected in the open article; `None` where that is nothing.
pub type ReadSelection = Rc<dyn Fn() -> Option<Cursor>>;

/// The workspace. Cheap to copy; every component holds one.
#[derive(Clone, Copy)]
pub struct Workspace {
    desk: StoredValue<Option<Desk>, LocalStorage>,
    /// Reads what the browser has selected in the open article.
    selection: StoredValue<Option<ReadSelection>, LocalStorage>,
    /// The line to the other tabs.
    tabs: StoredValue<Option<Tabs>, LocalStorage>,
    /// The note that is being typed, and whose it is.
    note: StoredValue<Option<(RecordId, String)>>,
    /// What other tabs have sent before the desk was laid.
    early: StoredValue<Vec<tabs::Entry>>,
    /// Whether the cursor was moved by a command, and the browser does not have it yet.
    is_ahead: StoredValue<bool>,
    /// What is open.
    pub route: RwSignal<Route>,
    /// Whether the articles and the work of earlier visits are there.
    pub is_ready: RwSignal<bool>,
    /// Articles that could not be opened.
    pub problems: RwSignal<Vec<Problem>>,
    /// Counts the changes of the records.
    pub revision: RwSignal<u64>,
    /// Counts the times that something in the open article has to be drawn again.
    pub redraws: RwSignal<u64>,
    /// The cursor in the open article; `None` until there is one.
    pub cursor: RwSignal<Option<Cursor>>,
    /// The selected annotation.
    pub selected: RwSignal<Option<RecordId>>,
    /// Whether the work is saved.
    pub save_state: RwSignal<SaveState>,
    /// What a screen reader is told.
    pub announcement: RwSignal<String>,
    /// The name that the reviewer goes by.
    pub reviewer: RwSignal<String>,
    /// Whether the export dialog is open.
    pub is_exporting: RwSignal<bool>,
    /// What the reviewer has to be told.
    pub notice: RwSignal<Option<Notice>>,
}

impl Workspace {
    /// A workspace that is still empty.
    pub fn empty() -> Self {
        Self {
            desk: StoredValue::new_local(None),
            selection: StoredValue::new_local(None),
            tabs: StoredValue::new_local(None),
            note: StoredValue::new(None),
            early: StoredValue::new(Vec::new()),
            is_ahead: StoredValue::new(false),
            route: RwSignal::new(Route::current()),
            is_ready: RwSignal::new(false),
            problems: RwSignal::new(Vec::new()),
            revision: RwSignal::new(0),
            redraws: RwSignal::new(0),
            cursor: RwSignal::new(None),
            selected: RwSignal::new(None),
            save_state: RwSignal::new(SaveState::Saved),
            announcement: RwSignal::new(String::new()),
            reviewer: RwSignal::new(String::new()),
            is_exporting: RwSignal::new(false),
            notice: RwSignal::new(None),
        }
    }

    /// Fetches the articles and reads the work of earlier visits.
    pub async fn load(self) {
        // Before anything is read, so that nothing written meanwhile is missed. A page without the line finds
        // what others wrote when it is opened again.
        let tabs = Tabs::open(move |entry| self.receive(entry)).ok();
        self.tabs.set_value(tabs);
        let Loaded {
            desk,
            problems,
            notice,
        } = loading::load().await;
        let name = desk.repository.setting(REVIEWER);
        self.desk.set_value(Some(desk));
        for entry in self.early.try_update_value(std::mem::take).unwrap_or_default() {
            self.receive(entry);
        }
        match name {
            Ok(name) => self.set_reviewer(name.unwrap_or_default()),
            // A name that cannot be read is left as it is: this visit goes by a made-up one.
            Err(_) => self.reviewer.set(chance::pseudonym()),
        }
        self.problems.set(problems);
        self.notice.set(notice);
        self.is_ready.set(true);
        self.changed();
        self.fold_when_idle();
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
            None => self.restore_missing().await,
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
    }

    /// Puts articles on the desk that were added in another tab, or whose text could not be read before.
    async fn restore_missing(self) {
        let missing = self.with(|desk| (desk.database.clone(), loading::missing(desk)));
        let Some((database, missing)) = missing else {
            return;
        };
        for (id, record) in missing {
            let result = match loading::restore(database.clone(), id.clone(), record).await {
                Ok(article) => {
                    self.update(|desk| desk.shelve(Rc::new(article)));
                    Ok(())
                }
                Err(problem) => Err(problem),
            };
            self.settle(&id, result);
        }
    }

    /// Takes an article off those that could not be opened, or puts it there with its reason.
    fn settle(self, id: &ArticleId, result: Result<(), Problem>) {
        self.problems.update(|problems| {
            let at = problems.iter().position(|problem| problem.id == *id);
            match (at, result) {
                (Some(at), Ok(())) => drop(problems.remove(at)),
                (Some(at), Err(problem)) => problems[at] = problem,
                (None, Err(problem)) => problems.push(problem),
                (None, Ok(())) => {}
            }
        });
        self.changed();
    }

    /// Does what `command` says. What cannot be done is told to the reviewer and changes nothing.
    pub fn dispatch(self, command: Command) {
        self.keep_note();
        self.read_selection();
        match command {
            Command::Label(label) => self.label(label),
            Command::Delete => self.delete(),
            Command::Undo => self.undo(),
            Command::Redo => self.redo(),
            Command::Escape => self.escape(),
            Command::Move(motion, extend) => {
                let moved = self.with_open(|_, article, _| {
                    let cursor = self.cursor.get_untracked().unwrap_or_default();
                    cursor.moved(&article.text, motion, extend)
                });
                if let Some(cursor) = moved {
                    self.move_cursor(cursor);
                }
            }
            Command::Select(id) => self.select(Some(id)),
            Command::SelectAmong(ids) => self.select_among(&ids),
            Command::NextAnnotation => self.select_neighbour(1),
            Command::PreviousAnnotation => self.select_neighbour(-1),
            Command::SetStatus(status) => {
                // Saying how far one is cannot be refused.
                let _ = self.edit(|_, article, records, _| Ok(edit::set_status(article, records, status)));
                self.announce(status_name(status).to_owned());
            }
            Command::OpenLibrary => Route::Library.go(),
            Command::Open(id) => Route::Article(id).go(),
            Command::OpenNeighbour(by) => {
                if let Some(id) = self.neighbour(by) {
                    Route::Article(id).go();
                }
            }
        }
    }

    /// Takes in what is typed as the note of an annotation. It is kept after a short rest, and before anything
    /// else is done.
    pub fn type_note(self, id: RecordId, note: String) {
        let typed = Some((id, note));
        self.note.set_value(typed.clone());
        idle::after(NOTE_REST, move || {
            if self.note.try_get_value() == Some(typed) {
                self.keep_note();
            }
        });
    }

    /// Keeps the note that was typed last; an empty one counts as none.
    pub fn keep_note(self) {
        let Some((id, note)) = self.note.try_update_value(Option::take).flatten() else {
            return;
        };
        let note = Some(note).filter(|note| !note.is_empty()).map(Arc::from);
        // A refusal has been told already.
        let _ = self.edit(|_, article, records, author| edit::set_note(article, records, &id, note, author));
    }

    /// Gives up what is selected in the text, since the reviewer selects elsewhere now.
    pub fn lose_selection(self) {
        if let Some(cursor) = self
            .cursor
            .get_untracked()
            .filter(|cursor| !cursor.is_collapsed())
        {
            self.cursor.set(Some(Cursor::at(cursor.head)));
        }
    }

    /// Sets how the browser's selection is read, as long as an article is drawn.
    pub fn set_selection_reader(self, read: Option<ReadSelection>) {
        self.selection.try_set_value(read);
    }

    /// Moves the cursor to where the browser has the selection. The browser tells of a change only some time
    /// after it, and whoever drags and presses a key at once means what is selected now.
    pub fn read_selection(self) {
        if self.is_ahead.get_value() {
            return;
        }
        let read = self.selection.try_get_value().flatten();
        if let Some(cursor) = read.and_then(|read| read())
            && self.cursor.get_untracked() != Some(cursor)
        {
            self.cursor.set(Some(cursor));
        }
    }

    /// Tells that the browser has the cursor now.
    pub fn cursor_is_shown(self) {
        self.is_ahead.set_value(false);
    }

    /// Reads something off the desk. `None` before it is laid.
    pub fn with<T>(self, read: impl FnOnce(&Desk) -> T) -> Option<T> {
        self.desk.with_value(|desk| desk.as_ref().map(read))
    }

    /// Reads something of the open article and its records. `None` where no article is open.
    pub fn with_open<T>(self, read: impl FnOnce(&Desk, &Article, &Records) -> T) -> Option<T> {
        let Route::Article(id) = self.route.get_untracked() else {
            return None;
        };
        self.with(|desk| {
            let article = desk.article(&id)?;
            Some(read(desk, article, desk.records_of(&id)))
        })
        .flatten()
    }

    /// Takes what has to be drawn again in the open article.
    pub fn take_redraws(self) -> Vec<Span> {
        self.desk
            .try_update_value(|desk| desk.as_mut().map(|desk| std::mem::take(&mut desk.redraw)))
            .flatten()
            .unwrap_or_default()
    }

    /// The names of the steps that could be undone and redone.
    pub fn steps(self) -> (Option<String>, Option<String>) {
        self.with(|desk| {
            let owned = |name: Option<&str>| name.map(str::to_owned);
            (owned(desk.history.undo_name()), owned(desk.history.redo_name()))
        })
        .unwrap_or_default()
    }

    /// The article before (-1) or behind (1) the open one in the library.
    pub fn neighbour(self, by: isize) -> Option<ArticleId> {
        self.with_open(|desk, open, _| {
            let at = desk.articles.iter().position(|article| article.id == open.id)?;
            let at = at.checked_add_signed(by)?;
            desk.articles.get(at).map(|article| article.id.clone())
        })
        .flatten()
    }

    /// Gives the reviewer another name. It goes into the annotations made from now on. An empty one counts as
    /// none: a made-up one takes its place.
    pub fn set_reviewer(self, name: String) {
        let name = match name.trim() {
            "" => chance::pseudonym(),
            name => name.to_owned(),
        };
        let kept = self.update(|desk| {
            if desk.repository.setting(REVIEWER).ok().flatten().as_ref() == Some(&name) {
                return Ok(());
            }
            desk.repository.set_setting(REVIEWER, &name)
        });
        if let Some(Err(error)) = kept {
            self.save_state.set(SaveState::NotSaved(error.to_string()));
        }
        self.reviewer.set(name);
    }

    /// Takes in what another tab has written.
    fn receive(self, entry: tabs::Entry) {
        let open = self.open_id();
        let received = self.update(|desk| {
            // What cannot be read is told of when the page is opened again and meets it in storage.
            let changes = desk
                .repository
                .receive(&entry.key, &entry.value)
                .unwrap_or_default();
            desk.merge(&changes, open.as_ref());
            let adds = changes
                .iter()
                .any(|change| change.key.kind == RecordKind::Article);
            (!changes.is_empty(), adds)
        });
        let Some((is_new, adds_article)) = received else {
            return self.early.update_value(|early| early.push(entry));
        };
        if is_new {
            self.forget_lost_selection();
            self.changed();
        }
        if adds_article {
            leptos::task::spawn_local(self.restore_missing());
        }
    }

    /// Tells a screen reader something.
    pub fn announce(self, words: String) {
        self.announcement.set(words);
    }

    /// Goes where the address says.
    pub fn open(self, route: Route) {
        self.keep_note();
        self.is_ahead.set_value(false);
        self.cursor.set(None);
        self.selected.set(None);
        self.route.set(route);
    }

    fn label(self, label: LabelId) {
        let cursor = self.cursor.get_untracked();
        let span = self.with_open(|_, article, _| cursor.and_then(|cursor| cursor.span(&article.text)));
        let selected = self.selected.get_untracked();
        match (span.flatten(), selected) {
            (Some(span), _) => {
                let id = chance::record_id();
                let made = self.edit(|desk, article, records, author| {
                    let what = (id.clone(), span, label.clone());
                    edit::annotate(article, records, &desk.scheme, what, author)
                });
                let id = match made {
                    Ok(()) => id,
                    Err(Some(Refusal::Labelled(same))) => same,
                    Err(_) => return,
                };
                if let Some(cursor) = cursor {
                    self.move_cursor(Cursor::at(cursor.head));
                }
                self.select(Some(id));
            }
            (None, Some(id)) => {
                // A refusal has been told already.
                let _ = self.edit(|desk, article, records, author| {
                    edit::relabel(article, records, &desk.scheme, (&[id], &label), author)
                });
            }
            (None, None) => self.announce("Select some words first, or an annotation".to_owned()),
        }
    }

    fn delete(self) {
        let Some(id) = self.selected.get_untracked() else {
            return;
        };
        // Nothing is selected afterwards, so that a key held too long does not delete more.
        if self
            .edit(|_, article, records, _| edit::remove(article, records, &[id]))
            .is_ok()
        {
            self.select(None);
        }
    }

    fn escape(self) {
        let cursor = self.cursor.get_untracked();
        match cursor {
            Some(cursor) if !cursor.is_collapsed() => self.move_cursor(Cursor::at(cursor.head)),
            _ => self.select(None),
        }
    }

    fn move_cursor(self, cursor: Cursor) {
        self.is_ahead.set_value(true);
        self.cursor.set(Some(cursor));
    }

    fn select(self, id: Option<RecordId>) {
        let before = self.selected.get_untracked();
        if before == id {
            return;
        }
        let open = self.open_id();
        self.update(|desk| {
            for id in [&before, &id].into_iter().flatten() {
                let span = open
                    .as_ref()
                    .and_then(|open| desk.records_of(open).annotation(id))
                    .map(|annotation| annotation.span);
                desk.redraw.extend(span);
            }
        });
        self.selected.set(id);
        self.redraws.update(|redraws| *redraws += 1);
    }

    fn select_among(self, ids: &[RecordId]) {
        let sorted = self.with_open(|_, _, records| {
            let mut found: Vec<(u32, RecordId)> = ids
                .iter()
                .filter_map(|id| Some((records.annotation(id)?.span.byte_len(), id.clone())))
                .collect();
            found.sort();
            found
        });
        let sorted = sorted.unwrap_or_default();
        let selected = self.selected.get_untracked();
        let next = sorted
            .iter()
            .position(|(_, id)| Some(id) == selected.as_ref())
            .map_or(0, |at| (at + 1) % sorted.len());
        if let Some((_, id)) = sorted.get(next) {
            self.select(Some(id.clone()));
        }
    }

    fn select_neighbour(self, by: isize) {
        let next = match self.selected.get_untracked() {
            Some(id) => self.neighbour_of(&id, by),
            None => self
                .with_open(|_, _, records| {
                    let at = self.cursor.get_untracked().unwrap_or_default().head;
                    let spans = records.spans();
                    let behind = spans.iter().position(|entry| entry.span.start() >= at);
                    let index = match (behind, by) {
                        (Some(behind), 1..) => Some(behind),
                        (Some(behind), _) => behind.checked_sub(1),
                        (None, 1..) => None,
                        (None, _) => spans.len().checked_sub(1),
                    };
                    Some(spans.nth(index?)?.id.clone())
                })
                .flatten(),
        };
        if let Some(id) = next {
            let words = self.with_open(|desk, article, records| {
                let annotation = records.annotation(&id)?;
                Some(spoken(desk, article, annotation))
            });
            self.select(Some(id));
            self.announce(words.flatten().unwrap_or_default());
        }
    }

    fn neighbour_of(self, id: &RecordId, by: isize) -> Option<RecordId> {
        self.with_open(|_, _, records| {
            let span = records.annotation(id)?.span;
            let at = records.spans().index_of(span, id)?.checked_add_signed(by)?;
            Some(records.spans().nth(at)?.id.clone())
        })
        .flatten()
    }

    /// Makes an edit of the open article. A refusal is told to the reviewer and handed back; `None` stands for
    /// no article.
    fn edit(
        self,
        make: impl FnOnce(&Desk, &Article, &Records, &Author) -> Result<Transaction, Refusal>,
    ) -> Result<(), Option<Refusal>> {
        let author = Author {
            name: self.reviewer.get_untracked().into(),
            now: clock::now(),
        };
        let made = self.with_open(|desk, article, records| {
            let transaction = make(desk, article, records, &author)?;
            let words = transaction
                .changes()
                .iter()
                .find_map(|change| match (&change.from, &change.to) {
                    (None, Some(Record::Annotation(new))) => Some((new, "labelled")),
                    (Some(_), Some(Record::Annotation(new))) => Some((new, "changed")),
                    (Some(Record::Annotation(old)), None) => Some((old, "deleted")),
                    _ => None,
                })
                .map(|(annotation, what)| format!("{}, {what}", spoken(desk, article, annotation)));
            Ok::<_, Refusal>((transaction, words))
        });
        match made {
            Some(Ok((transaction, words))) => {
                if !transaction.is_empty() {
                    self.commit(transaction, true);
                    self.announce(words.unwrap_or_default());
                }
                Ok(())
            }
            Some(Err(refusal)) => {
                self.announce(refusal.to_string());
                Err(Some(refusal))
            }
            None => Err(None),
        }
    }

    fn undo(self) {
        let taken = self.update(|desk| {
            let mut history = std::mem::take(&mut desk.history);
            let taken = history.undo(|key| desk.record(key));
            desk.history = history;
            taken
        });
        self.step(taken.flatten(), "Undone");
    }

    fn redo(self) {
        let taken = self.update(|desk| {
            let mut history = std::mem::take(&mut desk.history);
            let taken = history.redo(|key| desk.record(key));
            desk.history = history;
            taken
        });
        self.step(taken.flatten(), "Done again");
    }

    fn step(self, taken: Option<Transaction>, said: &str) {
        let Some(transaction) = taken else {
            return self.announce("There is nothing more to take back or to do again".to_owned());
        };
        self.announce(format!("{said}: {}", transaction.name()));
        if transaction.is_empty() {
            return;
        }
        // Go where it happens, or the reviewer would not see it.
        let elsewhere = transaction
            .changes()
            .iter()
            .filter(|change| change.key.kind != RecordKind::Article)
            .find_map(|change| change.key.article.clone());
        let open = self.open_id();
        self.commit(transaction, false);
        if let Some(article) = elsewhere
            && open.is_some()
            && open.as_ref() != Some(&article)
        {
            Route::Article(article).go();
        }
    }

    pub(super) fn commit(self, transaction: Transaction, is_new: bool) {
        if self.is_read_only(&transaction) {
            self.notice.set(Some(Notice {
                title: "This cannot be edited here".to_owned(),
                details: vec![
                    "A newer version of this page has written some of these records. Reload the page to get that \
                     version; nothing is lost."
                        .to_owned(),
                ],
                is_error: true,
            }));
            return;
        }
        let open = self.open_id();
        let committed = self.update(|desk| {
            let committed = desk.repository.commit(transaction.changes(), clock::now());
            desk.merge(&committed.stamped, open.as_ref());
            if is_new {
                desk.history.push(transaction);
            }
            let entry = tabs::Entry {
                key: committed.key,
                value: committed.value,
            };
            // An entry that could not be written down at all has nothing to pass on.
            if !entry.value.is_empty() && desk.database.is_some() {
                desk.writes.add(entry.clone());
            }
            desk.entries_since_fold += 1;
            entry
        });
        let Some(entry) = committed else {
            return;
        };
        self.tabs.with_value(|tabs| {
            if let Some(tabs) = tabs.as_ref().filter(|_| !entry.value.is_empty()) {
                tabs.send(&entry);
            }
        });
        self.forget_lost_selection();
        self.changed();
        leptos::task::spawn_local(self.write_twin());
        if self.with(|desk| desk.entries_since_fold >= LOG_ENTRIES) == Some(true) {
            self.fold_when_idle();
        }
    }

    /// Writes what waits to the log's twin. Where that fails it is tried again later.
    async fn write_twin(self) {
        let begun = self.update(|desk| desk.database.clone().zip(desk.writes.begin()));
        let Some((database, entries)) = begun.flatten() else {
            return;
        };
        let result = database.add_to_log(&entries).await;
        self.update(|desk| desk.writes.end(entries, result));
        self.show_save_state();
    }

    /// Tries again to write what could not be written, after a while. One try waits at a time, however many
    /// edits fail meanwhile.
    fn save_again_later(self) {
        let is_due =
            self.update(|desk| desk.fault.is_none() && !std::mem::replace(&mut desk.awaits_retry, true));
        if is_due != Some(true) {
            return;
        }
        idle::after(AGAIN, move || {
            self.update(|desk| {
                desk.awaits_retry = false;
                // Whether it works shows in what is still pending.
                let _ = desk.repository.retry_pending();
            });
            self.show_save_state();
            leptos::task::spawn_local(self.write_twin());
        });
    }

    fn fold_when_idle(self) {
        self.update(|desk| desk.entries_since_fold = 0);
        idle::when_idle(move || {
            idle::under_lock("hearsay-fold", move || {
                self.update(|desk| {
                    // A failure leaves the log as it is, and the next fold tries again.
                    let _ = desk
                        .repository
                        .fold(|scope| desk.records.get(scope), clock::now());
                });
                idle::after(SETTLED, move || leptos::task::spawn_local(self.prune_twin()));
            });
        });
    }

    /// Removes the twins of entries that snapshots have held for good.
    async fn prune_twin(self) {
        let found = self.update(|desk| (desk.database.clone(), desk.repository.prunable(clock::now())));
        let Some((Some(database), keys)) = found else {
            return;
        };
        if !keys.is_empty() && database.remove_from_log(&keys).await.is_ok() {
            self.update(|desk| desk.repository.pruned(keys.iter().map(String::as_str)));
        }
    }

    fn forget_lost_selection(self) {
        let Some(id) = self.selected.get_untracked() else {
            return;
        };
        if self.with_open(|_, _, records| records.annotation(&id).is_none()) == Some(true) {
            self.selected.set(None);
        }
    }

    fn changed(self) {
        self.show_save_state();
        self.revision.update(|revision| *revision += 1);
        self.redraws.update(|redraws| *redraws += 1);
    }

    fn show_save_state(self) {
        let state = self.with(|desk| match (desk.repository.pending().first(), &desk.fault) {
            (Some(pending), _) => SaveState::NotSaved(pending.error.to_string()),
            (None, Some(fault)) => SaveState::NotSaved(fault.clone()),
            (None, None) => desk.writes.state(),
        });
        let Some(state) = state else { return };
        if matches!(state, SaveState::NotSaved(_)) {
            self.save_again_later();
        }
        if self.save_state.get_untracked() != state {
            self.save_state.set(state);
        }
    }

    fn is_read_only(self, transaction: &Transaction) -> bool {
        self.with(|desk| {
            transaction
                .changes()
                .iter()
                .any(|change| desk.repository.is_read_only(&change.key.article))
        }) == Some(true)
    }

    fn open_id(self) -> Option<ArticleId> {
        match self.route.get_untracked() {
            Route::Article(id) => Some(id),
            Route::Library => None,
        }
    }

    pub(super) fn update<T>(self, change: impl FnOnce(&mut Desk) -> T) -> Option<T> {
        self.desk
            .try_update_value(|desk| desk.as_mut().map(change))
            .flatten()
    }
}
