//! The workspace: what is open, the signals that the page is drawn from, and where commands go.
//!
//! What a command does is in `selecting.rs`, `editing.rs` and `relating.rs`; how its changes are kept, in `keeping.rs`; the
//! start, in `starting.rs`.

use super::backup::Backup;
use super::catalogue::{self, Entry as CatalogueEntry};
use super::command::{Command, Dialog, Panel, SearchScope};
use super::desk::Desk;
use super::keymap::{Focus, Keymap};
use super::later::DEEDS;
use super::loading::Problem;
use super::long_edit::LongEdit;
use super::saving::SaveState;
use super::searching::Searching;
use super::selecting::Ends;
use crate::browser::files::PickedFile;
use crate::browser::keyboard::KeyPress;
use crate::browser::route::Route;
use crate::browser::tabs::{self, Tabs};
use crate::browser::version::News;
use crate::browser::{idle, viewport};
use crate::core::article::Article;
use crate::core::cursor::Cursor;
use crate::core::filter::Filter;
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::shelf::{Shelf, ShelfFilter};
use crate::core::text::{ByteOffset, Span};
use crate::core::transaction::Way;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::rc::Rc;

/// For how many milliseconds the page shows why a command could not be done.
const HINT_STAYS: i32 = 8000;

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

/// The annotations that overlap where was clicked, the smallest first, and that point of the viewport.
pub type Overlap = (Vec<RecordId>, (f64, f64));

/// Something begun that the next key or click completes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Waiting {
    /// A label's key gives the selected annotation a twin with that label.
    Duplicate,
    /// An annotation that is chosen becomes the target of a relation from this one.
    Relate(RecordId),
}

/// What is to be shown in an article that is being opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// A stretch of its text.
    Span(Span),
    /// One of its annotations.
    Annotation(RecordId),
}

/// Reads what the browser has selected in the open article; `None` where that is nothing.
pub type ReadSelection = Rc<dyn Fn() -> Option<Cursor>>;

/// The workspace. Cheap to copy; every component holds one.
#[derive(Clone, Copy)]
pub struct Workspace {
    desk: StoredValue<Option<Desk>, LocalStorage>,
    /// Reads what the browser has selected in the open article.
    pub(super) selection: StoredValue<Option<ReadSelection>, LocalStorage>,
    /// The line to the other tabs.
    pub(super) tabs: StoredValue<Option<Tabs>, LocalStorage>,
    /// The note that is being typed, and whose it is.
    pub(super) note: StoredValue<Option<(RecordId, String)>>,
    /// How to keep what is being typed into a field.
    pub(super) typed: StoredValue<Option<Box<dyn FnOnce()>>, LocalStorage>,
    /// What other tabs have sent before the desk was laid.
    pub(super) early: StoredValue<Vec<tabs::Entry>>,
    /// The catalogue; `None` until it is asked for with the scheme as it is.
    pub(super) commands: StoredValue<Option<Rc<[CatalogueEntry]>>, LocalStorage>,
    /// Whether the cursor was moved by a command, and the browser does not have it yet.
    pub(super) is_ahead: StoredValue<bool>,
    /// How exactly what is selected was selected.
    pub(super) ends: StoredValue<Ends>,
    /// What was selected when a pointer was put on the text that it still holds; `None` where none holds it.
    pub(super) held_over: StoredValue<Option<Option<Cursor>>>,
    /// Whether the pointer has selected words, so that the click that ends it means nothing else.
    pub(super) has_selected: StoredValue<bool>,
    /// Whether the last pointer on the text was a finger.
    pub(super) is_touch: StoredValue<bool>,
    /// Whether edits are to be counted in `revision`.
    pub(super) is_revision_due: StoredValue<bool>,
    /// The files that the reviewer has picked to import.
    pub(super) picked: StoredValue<Vec<PickedFile>, LocalStorage>,
    /// How to end the wait for the records of a long edit.
    pub(super) stop_awaited: StoredValue<Option<Box<dyn FnOnce()>>, LocalStorage>,
    /// What is to be selected once the article that is being opened is drawn.
    pub(super) destination: StoredValue<Option<Destination>>,
    /// Where the library was left: how far it was scrolled, in pixels, and the article that was open last.
    left: StoredValue<(f64, Option<ArticleId>)>,
    /// What is open.
    pub route: RwSignal<Route>,
    /// Whether the page can be worked with: the supplied articles are there, and of the work of earlier visits all, or
    /// the first of it.
    pub is_ready: RwSignal<bool>,
    /// Whether all work of earlier visits is read.
    pub is_whole: RwSignal<bool>,
    /// Whether the open page is still on its way with the later part.
    pub is_page_due: RwSignal<bool>,
    /// Whether the articles cannot be shown since the later part of the page, which reads the work, is not there.
    pub is_stuck: RwSignal<bool>,
    /// Articles that could not be opened.
    pub problems: RwSignal<Vec<Problem>>,
    /// Counts the changes of the records; edits once the text shows them.
    pub revision: RwSignal<u64>,
    /// Counts the times that something in the open article has to be drawn again.
    pub redraws: RwSignal<u64>,
    /// The cursor in the open article; `None` until there is one.
    pub cursor: RwSignal<Option<Cursor>>,
    /// The selected annotation.
    pub selected: RwSignal<Option<RecordId>>,
    /// The annotations that are selected together with it.
    pub selected_too: RwSignal<BTreeSet<RecordId>>,
    /// An annotation whose end is being dragged, and the span that it would get.
    pub draft: RwSignal<Option<(RecordId, Span)>>,
    /// Whether the palette is to be shown beside the selection.
    pub is_palette_due: RwSignal<bool>,
    /// What overlaps where was clicked.
    pub overlap: RwSignal<Option<Overlap>>,
    /// What a search has found in the open article, and the hit that one is at.
    pub hits: RwSignal<(Vec<Span>, Option<Span>)>,
    /// What of the open article's text is to be brought into view.
    pub sought: RwSignal<Option<Span>>,
    /// What the next key or click completes.
    pub waiting: RwSignal<Option<Waiting>>,
    /// Whether each selection is labelled at once, and with which label.
    pub sticky: RwSignal<Option<LabelId>>,
    /// Whether selections by hand snap to words.
    pub snaps: RwSignal<bool>,
    /// The keys.
    pub keymap: RwSignal<Keymap>,
    /// The panel beside the text.
    pub panel: RwSignal<Panel>,
    /// What is searched.
    pub search_scope: RwSignal<SearchScope>,
    /// What is looked for, and what has been found.
    pub searching: Searching,
    /// Which annotations the list shows.
    pub filter: RwSignal<Filter>,
    /// Which articles the library shows.
    pub shelf_filter: RwSignal<ShelfFilter>,
    /// The last that was heard of a new version of the page.
    pub version: RwSignal<Option<News>>,
    /// Whether the work is saved.
    pub save_state: RwSignal<SaveState>,
    /// How many changes the reviewer is to be reminded of; `None` where there is nothing to remind of.
    pub reminder: RwSignal<Option<usize>>,
    /// The file on disk that is kept up to date.
    pub backup: RwSignal<Option<Backup>, LocalStorage>,
    /// What a screen reader is told.
    pub announcement: RwSignal<String>,
    /// The name that the reviewer goes by.
    pub reviewer: RwSignal<String>,
    /// Why the last command could not be done; `None` once another was.
    pub hint: RwSignal<Option<String>>,
    /// The open dialog.
    pub dialog: RwSignal<Option<Dialog>>,
    /// What the reviewer has to be told.
    pub notice: RwSignal<Option<Notice>>,
    /// The long edit that is under way.
    pub long_edit: RwSignal<Option<LongEdit>>,
}

impl Workspace {
    /// A workspace that is still empty.
    pub fn empty() -> Self {
        Self {
            desk: StoredValue::new_local(None),
            selection: StoredValue::new_local(None),
            tabs: StoredValue::new_local(None),
            note: StoredValue::new(None),
            typed: StoredValue::new_local(None),
            early: StoredValue::new(Vec::new()),
            commands: StoredValue::new_local(None),
            is_ahead: StoredValue::new(false),
            ends: StoredValue::new(Ends::default()),
            held_over: StoredValue::new(None),
            has_selected: StoredValue::new(false),
            is_touch: StoredValue::new(false),
            is_revision_due: StoredValue::new(false),
            picked: StoredValue::new_local(Vec::new()),
            stop_awaited: StoredValue::new_local(None),
            destination: StoredValue::new(None),
            left: StoredValue::new((0.0, None)),
            is_palette_due: RwSignal::new(false),
            overlap: RwSignal::new(None),
            hits: RwSignal::new((Vec::new(), None)),
            sought: RwSignal::new(None),
            route: RwSignal::new(Route::current()),
            is_ready: RwSignal::new(false),
            is_whole: RwSignal::new(true),
            is_page_due: RwSignal::new(false),
            is_stuck: RwSignal::new(false),
            problems: RwSignal::new(Vec::new()),
            revision: RwSignal::new(0),
            redraws: RwSignal::new(0),
            cursor: RwSignal::new(None),
            selected: RwSignal::new(None),
            selected_too: RwSignal::new(BTreeSet::new()),
            draft: RwSignal::new(None),
            waiting: RwSignal::new(None),
            sticky: RwSignal::new(None),
            snaps: RwSignal::new(true),
            keymap: RwSignal::new(Keymap::default()),
            panel: RwSignal::new(Panel::default()),
            search_scope: RwSignal::new(SearchScope::default()),
            searching: Searching::none(),
            filter: RwSignal::new(Filter::default()),
            shelf_filter: RwSignal::new(ShelfFilter::default()),
            version: RwSignal::new(None),
            save_state: RwSignal::new(SaveState::Saved),
            reminder: RwSignal::new(None),
            backup: RwSignal::new_local(None),
            announcement: RwSignal::new(String::new()),
            reviewer: RwSignal::new(String::new()),
            hint: RwSignal::new(None),
            dialog: RwSignal::new(None),
            notice: RwSignal::new(None),
            long_edit: RwSignal::new(None),
        }
    }

    /// Does what `command` says. What cannot be done is told to the reviewer and changes nothing.
    pub fn dispatch(self, command: Command) {
        self.later(move |deeds| (deeds.dispatch)(self, command));
    }

    pub(super) fn dispatch_now(self, command: Command) {
        self.keep_note();
        self.read_selection();
        self.hint.set(None);
        self.is_palette_due.set(false);
        self.overlap.set(None);
        let waiting = self.waiting.try_update(Option::take).flatten();
        match command {
            Command::Label(label) if waiting == Some(Waiting::Duplicate) => apart(|| self.duplicate(label)),
            Command::Label(label) => apart(|| self.label(label, false)),
            Command::LabelInRegion(label) => apart(|| self.label(label, true)),
            Command::Delete => apart(|| self.delete()),
            Command::Nudge(edge, step, forward) => apart(|| self.nudge(edge, step, forward)),
            Command::Resize(id, span) => apart(|| self.resize(&id, span)),
            Command::Split => apart(|| self.split()),
            Command::Merge => apart(|| self.merge()),
            Command::Duplicate => apart(|| self.wait_for_label()),
            Command::DuplicateAs(label) => apart(|| self.duplicate(label)),
            Command::SetPart(name) => apart(|| self.set_part(&name)),
            Command::Relate => apart(|| self.wait_for_target()),
            Command::RelateTo(id) => apart(|| self.relate(waiting, id)),
            Command::Unrelate(id) => apart(|| self.unrelate(&id)),
            Command::Mark(kind) => apart(|| self.mark(kind)),
            Command::Unmark => apart(|| self.unmark()),
            Command::CopyQuote => apart(|| self.copy_quote()),
            Command::Undo => apart(|| self.repeat(Way::Back)),
            Command::Redo => apart(|| self.repeat(Way::Forward)),
            Command::Escape if self.draft.with_untracked(Option::is_some) => apart(|| self.set_draft(None)),
            Command::Escape if waiting.is_some() => self.announce("Left".to_owned()),
            Command::Escape => apart(|| self.escape()),
            Command::Move(motion, extend) => apart(|| self.step_cursor(motion, extend)),
            Command::Select(id) => match waiting {
                Some(Waiting::Relate(_)) => apart(|| self.relate(waiting, id)),
                _ => apart(|| self.select(Some(id))),
            },
            Command::SelectAlso(id) => apart(|| self.select_also(id)),
            Command::SelectTo(id) => apart(|| self.select_to(&id)),
            Command::SelectAmong(ids) => match waiting {
                Some(Waiting::Relate(_)) => apart(|| self.relate_among(waiting, &ids)),
                _ => apart(|| self.select_among(&ids)),
            },
            Command::NextAnnotation => apart(|| self.select_neighbour(1)),
            Command::PreviousAnnotation => apart(|| self.select_neighbour(-1)),
            Command::EditAnnotation => viewport::focus_first_field("inspector"),
            Command::ToggleSticky => apart(|| self.toggle_sticky()),
            Command::ToggleSnapping => apart(|| self.toggle_snapping()),
            Command::SetStatus(status) => apart(|| self.set_status(status)),
            Command::Finish => apart(|| self.finish()),
            Command::ShowPanel(panel) => apart(|| self.show_panel(panel)),
            // In the library there are articles to filter, and none open to search in.
            Command::FilterAnnotations | Command::Search(SearchScope::Article)
                if self.route.get_untracked() == Route::Library =>
            {
                viewport::to_top();
                viewport::focus_soon("filter-articles");
            }
            Command::FilterAnnotations => {
                self.panel.set(Panel::Annotations);
                viewport::focus_soon("filter-words");
            }
            Command::Search(scope) => {
                self.search_scope.set(scope);
                self.panel.set(Panel::Search);
                viewport::focus_soon("search-words");
            }
            Command::OpenDialog(dialog) => self.dialog.set(Some(dialog)),
            Command::Import => viewport::click("import-files"),
            Command::OpenLibrary => Route::Library.go(),
            Command::OpenEntities => Route::Entities.go(),
            Command::Open(id) => Route::Article(id).go(),
            Command::OpenAt(id, span) => apart(|| self.open_at(id, Destination::Span(span))),
            Command::OpenAnnotation(id, annotation) => {
                apart(|| self.open_at(id, Destination::Annotation(annotation)))
            }
            Command::OpenNeighbour(by) => {
                if let Some(id) = self.neighbour(by) {
                    Route::Article(id).go();
                }
            }
        }
    }

    /// Does what a key says, if it says something where the focus is.
    ///
    /// Until the later part of the page is there, keys say nothing.
    pub fn press(self, press: &KeyPress, focus: Focus) -> bool {
        DEEDS.now().is_some_and(|deeds| (deeds.press)(self, press, focus))
    }

    pub(super) fn press_now(self, press: &KeyPress, focus: Focus) -> bool {
        let found = self.keymap.with_untracked(|keymap| {
            let entries = self.catalogue();
            let (entry, extends) = keymap.find(&entries, press, focus)?;
            Some(match &entry.command {
                Command::Move(motion, _) => Command::Move(*motion, extends),
                command => command.clone(),
            })
        });
        // Escape is not kept from the browser where there is nothing to leave.
        let is_command = found.is_some();
        if let Some(command) = found {
            self.dispatch(command);
        }
        is_command
    }

    /// Every command, under its name.
    pub fn catalogue(self) -> Rc<[CatalogueEntry]> {
        if let Some(kept) = self.commands.get_value() {
            return kept;
        }
        let made = self.with(|desk| Rc::from(catalogue::entries(&desk.scheme)));
        self.commands.set_value(made.clone());
        made.unwrap_or_else(|| Rc::from([]))
    }

    /// The key that gives a command, as it is shown; `None` where it has none.
    pub fn key_of(self, id: &str) -> Option<String> {
        self.catalogue()
            .iter()
            .find(|entry| entry.id == id)
            .and_then(|entry| {
                self.keymap
                    .with(|keymap| keymap.keys_of(entry).first().map(ToString::to_string))
            })
    }

    fn show_panel(self, panel: Panel) {
        self.panel.set(panel);
        viewport::focus_soon("panel");
    }

    pub(super) fn lay(self, desk: Desk) {
        self.desk.set_value(Some(desk));
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
            let article = desk.article(&id).filter(|_| !desk.awaits(&id))?;
            Some(read(desk, article, desk.records_of(&id)))
        })
        .flatten()
    }

    /// Reads what the library tells of the articles, as it is now. `None` before the desk is laid.
    pub fn with_shelf<T>(self, read: impl FnOnce(&mut Shelf, &Scheme) -> T) -> Option<T> {
        self.update(|desk| {
            desk.tidy_shelf(usize::MAX);
            read(&mut desk.shelf, &desk.scheme)
        })
    }

    /// Where the library was left: how far it was scrolled, in pixels, and the article that was open last. `None`
    /// where it has not been left in this visit.
    pub fn left_library(self) -> Option<(f64, ArticleId)> {
        self.left
            .with_value(|(scrolled, article)| Some((*scrolled, article.clone()?)))
    }

    /// Whether something has to be drawn again in the open article.
    pub fn has_redraws(self) -> bool {
        self.with(|desk| !desk.redraw.is_empty()) == Some(true)
    }

    /// Has the block with this place in it drawn again.
    pub fn draw_block_again(self, place: ByteOffset) {
        let span = self.with_open(|_, article, _| {
            let (block, _) = article.block_place(place)?;
            Some(article.blocks().get(block)?.span)
        });
        if let Some(Some(span)) = span {
            self.update(|desk| desk.redraw.push(span));
        }
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
            let at = desk.place(&open.id)?.checked_add_signed(by)?;
            desk.articles.get(at).map(|article| article.id.clone())
        })
        .flatten()
    }

    /// Tells a screen reader something.
    pub fn announce(self, words: String) {
        self.announcement.set(words);
    }

    /// Tells of something that could not be done, so that it is seen as well as heard.
    pub fn announce_refusal(self, words: String) {
        self.hint.set(Some(words.clone()));
        idle::after(HINT_STAYS, {
            let words = words.clone();
            move || {
                if self.hint.try_get_untracked().flatten().as_ref() == Some(&words) {
                    self.hint.set(None);
                }
            }
        });
        self.announcement.set(words);
    }

    /// Goes where the address says.
    pub fn open(self, route: Route) {
        // Until the later part of the page is there, nothing is begun or selected.
        if let Some(deeds) = DEEDS.now() {
            (deeds.leave)(self);
        }
        if self.route.get_untracked() == Route::Library {
            self.left
                .update_value(|(scrolled, _)| *scrolled = viewport::scrolled());
        }
        if let Route::Article(id) = &route {
            self.left.update_value(|(_, article)| *article = Some(id.clone()));
        }
        self.route.set(route);
    }

    /// Ends what belongs to the page that is being left.
    pub(super) fn leave(self) {
        self.keep_note();
        self.is_ahead.set_value(false);
        self.ends.set_value(Ends::Exact);
        self.cursor.set(None);
        self.selected.set(None);
        self.selected_too.update(BTreeSet::clear);
        self.draft.set(None);
        self.waiting.set(None);
        self.dialog.set(None);
        self.overlap.set(None);
        self.is_palette_due.set(false);
        self.hits.set((Vec::new(), None));
        self.filter.set(Filter::default());
    }

    pub(super) fn open_id(self) -> Option<ArticleId> {
        match self.route.get_untracked() {
            Route::Article(id) => Some(id),
            Route::Library | Route::Entities | Route::Entity(_) => None,
        }
    }

    pub(super) fn update<T>(self, change: impl FnOnce(&mut Desk) -> T) -> Option<T> {
        self.desk
            .try_update_value(|desk| desk.as_mut().map(change))
            .flatten()
    }
}

/// Does `work` in a function of its own. A browser compiles a function as a whole when it is first called: the first
/// command would wait for what all of them do.
#[inline(never)]
fn apart(work: impl FnOnce()) {
    work();
}
