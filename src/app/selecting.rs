//! What is selected: words in the text, and annotations.

use super::wording::spoken;
use super::workspace::{Destination, ReadSelection, Workspace};
use crate::browser::folding::BrowserFolding;
use crate::browser::idle;
use crate::browser::route::Route;
use crate::core::cursor::{Cursor, Motion};
use crate::core::fold::Folder;
use crate::core::id::{ArticleId, RecordId};
use crate::core::order;
use crate::core::snap;
use crate::core::text::Span;
use crate::core::wording::plural;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// For how many milliseconds a selection by touch has to rest until it counts.
const TOUCH_REST: i32 = 500;

/// How exactly words were selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Ends {
    /// By a pointer: the ends mean the words that they touch.
    Rough,
    /// By keys that go from word to word or further, over the white space between them.
    Words,
    /// The ends are where they are on purpose.
    #[default]
    Exact,
}

impl Workspace {
    /// Gives up what is selected in the text, since the reviewer selects elsewhere now.
    pub fn lose_selection(self) {
        if let Some(cursor) = self
            .cursor
            .get_untracked()
            .filter(|cursor| !cursor.is_collapsed())
        {
            self.move_cursor(Cursor::at(cursor.head));
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

    /// Tells that the browser is still to be given the cursor.
    pub fn cursor_is_due(self) {
        self.is_ahead.set_value(true);
    }

    /// Whether the browser is still to be given the cursor.
    pub fn is_cursor_due(self) -> bool {
        self.is_ahead.try_get_value().unwrap_or_default()
    }

    /// Tells that the browser has the cursor now.
    pub fn cursor_is_shown(self) {
        self.is_ahead.set_value(false);
    }

    /// Tells that the ends of what is selected now are where they are on purpose.
    pub fn select_exactly(self) {
        self.ends.set_value(Ends::Exact);
    }

    /// Tells that a pointer was put on the text. The ends of what it selects mean the words that they touch,
    /// unless `is_exact`.
    pub fn begin_selection(self, is_exact: bool, is_touch: bool) {
        self.ends
            .set_value(if is_exact { Ends::Exact } else { Ends::Rough });
        self.is_touch.set_value(is_touch);
        self.held_over.set_value(Some(self.cursor.get_untracked()));
        self.has_selected.set_value(false);
        self.is_palette_due.set(false);
        self.overlap.set(None);
    }

    /// Tells that the pointer was taken off: what it has selected snaps to words, and is labelled where a label
    /// is sticky.
    pub fn end_selection(self) {
        let Some(before) = self.held_over.try_update_value(Option::take).flatten() else {
            return;
        };
        self.read_selection();
        // A press without a move selects nothing.
        if self.is_touch.get_value() || self.cursor.get_untracked() == before {
            return;
        }
        self.settle_selection();
    }

    /// Tells that the browser's selection has changed. A finger drags the ends of a selection by the system's own
    /// handles, of which the page hears nothing: what it has selected counts once it rests.
    pub fn selection_changed(self) {
        let cursor = self.cursor.get_untracked();
        if !self.is_touch.get_value() || cursor.is_none_or(Cursor::is_collapsed) {
            return;
        }
        idle::after(TOUCH_REST, move || {
            if self.cursor.try_get_untracked() == Some(cursor) && !self.is_palette_due.get_untracked() {
                self.settle_selection();
            }
        });
    }

    /// Whether the click that is being told of only ends a selection.
    pub fn ends_selection(self) -> bool {
        self.has_selected
            .try_update_value(std::mem::take)
            .unwrap_or(false)
    }

    fn settle_selection(self) {
        let Some(span) = self.selected_span() else { return };
        self.has_selected.set_value(true);
        let is_backward = self
            .cursor
            .get_untracked()
            .is_some_and(|cursor| cursor.head < cursor.anchor);
        self.select_span(span, is_backward);
        match self.sticky.get_untracked() {
            Some(label) => self.label(label, false),
            None => self.is_palette_due.set(true),
        }
    }

    /// Shows the list of the annotations that overlap where was clicked.
    pub fn show_overlap(self, ids: &[RecordId], point: (f64, f64)) {
        self.overlap.set(Some((self.smallest_first(ids), point)));
    }

    /// Selects one of the annotations in that list, which stays.
    pub fn select_in_overlap(self, id: &RecordId) {
        self.select(Some(id.clone()));
    }

    /// Shows an annotation as it would be with another span; `None` shows it as it is.
    pub fn set_draft(self, draft: Option<(RecordId, Span)>) {
        let before = self.draft.get_untracked();
        let ids: Vec<_> = before.iter().chain(&draft).map(|(id, _)| id.clone()).collect();
        self.draw_again(&ids);
        let spans: Vec<_> = before.iter().chain(&draft).map(|(_, span)| *span).collect();
        self.update(|desk| desk.redraw.extend(spans));
        self.draft.set(draft);
        self.redraws.update(|redraws| *redraws += 1);
    }

    /// What is selected in the text: snapped to words where it was selected by hand, and without white space at its
    /// ends where it was by words. `None` where nothing is.
    pub fn selected_span(self) -> Option<Span> {
        let snaps = self.snaps.get_untracked();
        self.with_open(|_, article, _| {
            let span = self.cursor.get_untracked()?.span(&article.text)?;
            match self.ends.get_value() {
                Ends::Rough if snaps => snap::snapped(&article.text, span),
                Ends::Words if snaps => snap::trimmed(&article.text, span),
                Ends::Rough | Ends::Words | Ends::Exact => Some(span),
            }
        })
        .flatten()
    }

    /// Selects a stretch of the text.
    pub fn select_span(self, span: Span, is_backward: bool) {
        let mut cursor = Cursor::over(span);
        if is_backward {
            std::mem::swap(&mut cursor.anchor, &mut cursor.head);
        }
        self.move_cursor(cursor);
    }

    pub(super) fn step_cursor(self, motion: Motion, extend: bool) {
        let by_character = matches!(motion, Motion::PreviousCharacter | Motion::NextCharacter);
        let by_words = extend && (!by_character || self.ends.get_value() == Ends::Words);
        self.ends
            .set_value(if by_words { Ends::Words } else { Ends::Exact });
        let moved = self.with_open(|_, article, _| {
            let cursor = self.cursor.get_untracked().unwrap_or_default();
            cursor.moved(&article.text, motion, extend)
        });
        if let Some(cursor) = moved {
            self.move_cursor(cursor);
        }
    }

    pub(super) fn escape(self) {
        match self.cursor.get_untracked() {
            Some(cursor) if !cursor.is_collapsed() => self.move_cursor(Cursor::at(cursor.head)),
            _ if self.selected_too.with_untracked(|too| !too.is_empty()) => self.select_alone(),
            _ => self.select(None),
        }
    }

    pub(super) fn move_cursor(self, cursor: Cursor) {
        self.is_ahead.set_value(true);
        self.cursor.set(Some(cursor));
    }

    /// The selected annotations, in reading order.
    pub fn selected_ids(self) -> Vec<RecordId> {
        let Some(selected) = self.selected.get_untracked() else {
            return Vec::new();
        };
        let too = self.selected_too.get_untracked();
        self.with_open(|_, _, records| {
            let mut found: Vec<_> = too
                .iter()
                .chain(Some(&selected).filter(|selected| !too.contains(*selected)))
                .filter_map(|id| Some((records.annotation(id)?.span, id.clone())))
                .collect();
            order::sort(&mut found);
            found.into_iter().map(|(_, id)| id).collect()
        })
        .unwrap_or_default()
    }

    /// Brings an annotation of the open article into view.
    pub(super) fn seek(self, id: &RecordId) {
        let span = self.with_open(|_, _, records| Some(records.annotation(id)?.span));
        if let Some(span) = span.flatten() {
            self.sought.set(Some(span));
        }
    }

    /// Selects an annotation, which is brought into view, or none.
    pub(super) fn select(self, id: Option<RecordId>) {
        self.select_alone();
        if let Some(id) = &id {
            self.seek(id);
        }
        let before = self.selected.get_untracked();
        if before == id {
            return;
        }
        self.draw_again([&before, &id].into_iter().flatten());
        self.selected.set(id);
        self.redraws.update(|redraws| *redraws += 1);
    }

    /// Leaves no annotation selected but the one that was selected first.
    fn select_alone(self) {
        let Some(too) = self
            .selected_too
            .try_update(std::mem::take)
            .filter(|too| !too.is_empty())
        else {
            return;
        };
        self.draw_again(&too);
        self.redraws.update(|redraws| *redraws += 1);
    }

    pub(super) fn select_also(self, id: RecordId) {
        let Some(selected) = self.selected.get_untracked() else {
            return self.select(Some(id));
        };
        if id == selected {
            return;
        }
        self.draw_again([&id]);
        self.selected_too.update(|too| {
            if !too.remove(&id) {
                too.insert(id);
            }
        });
        self.tell_count();
    }

    pub(super) fn select_to(self, id: &RecordId) {
        let Some(selected) = self.selected.get_untracked() else {
            return self.select(Some(id.clone()));
        };
        let filter = self.filter.get_untracked();
        let mut folder = Folder::new(&BrowserFolding);
        let between = self.with_open(|desk, article, records| {
            let at = |id: &RecordId| records.spans().index_of(records.annotation(id)?.span, id);
            let (from, to) = (at(&selected)?, at(id)?);
            let ids: BTreeSet<RecordId> = (from.min(to)..=from.max(to))
                .filter_map(|index| Some(records.spans().nth(index)?.id.clone()))
                .filter(|id| {
                    records.annotation(id).is_some_and(|annotation| {
                        filter.matches(&desk.scheme, &article.text, annotation, &mut folder)
                    })
                })
                .filter(|id| *id != selected)
                .collect();
            Some(ids)
        });
        let Some(Some(between)) = between else { return };
        self.draw_again(&between);
        self.selected_too.set(between);
        self.tell_count();
    }

    fn tell_count(self) {
        self.redraws.update(|redraws| *redraws += 1);
        let count = self.selected_too.with_untracked(BTreeSet::len) + 1;
        self.announce(plural(count, "annotation") + " selected");
    }

    fn draw_again<'i>(self, ids: impl IntoIterator<Item = &'i RecordId>) {
        let open = self.open_id();
        self.update(|desk| {
            for id in ids {
                let span = open
                    .as_ref()
                    .and_then(|open| desk.records_of(open).annotation(id))
                    .map(|annotation| annotation.span);
                desk.redraw.extend(span);
            }
        });
    }

    /// Annotations by how long they are, the shortest first.
    pub fn smallest_first(self, ids: &[RecordId]) -> Vec<RecordId> {
        self.with_open(|_, _, records| {
            let mut found: Vec<(u32, RecordId)> = ids
                .iter()
                .filter_map(|id| Some((records.annotation(id)?.span.byte_len(), id.clone())))
                .collect();
            order::sort(&mut found);
            found.into_iter().map(|(_, id)| id).collect()
        })
        .unwrap_or_default()
    }

    pub(super) fn select_among(self, ids: &[RecordId]) {
        let sorted = self.smallest_first(ids);
        let selected = self.selected.get_untracked();
        let next = sorted
            .iter()
            .position(|id| Some(id) == selected.as_ref())
            .map_or(0, |at| (at + 1) % sorted.len());
        if let Some(id) = sorted.get(next) {
            self.select(Some(id.clone()));
        }
    }

    pub(super) fn select_neighbour(self, by: isize) {
        let filter = self.filter.get_untracked();
        let mut folder = Folder::new(&BrowserFolding);
        let next = self.with_open(|desk, article, records| {
            let spans = records.spans();
            let selected = self
                .selected
                .get_untracked()
                .and_then(|id| spans.index_of(records.annotation(&id)?.span, &id));
            let mut index = match selected {
                Some(at) => at.checked_add_signed(by),
                None => {
                    let at = self.cursor.get_untracked().unwrap_or_default().head;
                    let behind = spans.iter().position(|entry| entry.span.start() >= at);
                    match (behind, by) {
                        (Some(behind), 1..) => Some(behind),
                        (Some(behind), _) => behind.checked_sub(1),
                        (None, 1..) => None,
                        (None, _) => spans.len().checked_sub(1),
                    }
                }
            };
            loop {
                let id = &spans.nth(index?)?.id;
                let annotation = records.annotation(id)?;
                if filter.is_empty() || filter.matches(&desk.scheme, &article.text, annotation, &mut folder) {
                    return Some((id.clone(), spoken(desk, article, annotation)));
                }
                index = index?.checked_add_signed(by);
            }
        });
        if let Some((id, words)) = next.flatten() {
            self.select(Some(id));
            self.announce(words);
        }
    }

    pub(super) fn forget_lost_selection(self) {
        let is_lost =
            |id: &RecordId| self.with_open(|_, _, records| records.annotation(id).is_none()) == Some(true);
        let too = self.selected_too.get_untracked();
        if too.iter().any(is_lost) {
            self.selected_too
                .set(too.into_iter().filter(|id| !is_lost(id)).collect());
        }
        if self.selected.get_untracked().as_ref().is_some_and(is_lost) {
            self.selected.set(None);
        }
    }

    pub(super) fn open_at(self, id: ArticleId, destination: Destination) {
        let is_open = self.open_id().as_ref() == Some(&id);
        self.destination.set_value(Some(destination));
        if is_open {
            self.arrive();
        } else {
            Route::Article(id).go();
        }
    }

    /// Selects what the article was opened for, once it is drawn, and nothing else: the next label key means that.
    pub fn arrive(self) {
        match self.destination.try_update_value(Option::take).flatten() {
            Some(Destination::Span(span)) => {
                self.select(None);
                self.ends.set_value(Ends::Exact);
                self.select_span(span, false);
                self.sought.set(Some(span));
            }
            // Others may be selected beside it.
            Some(Destination::Annotation(id)) if self.selected.get_untracked().as_ref() == Some(&id) => {
                self.seek(&id);
            }
            Some(Destination::Annotation(id)) => {
                if let Some(cursor) = self
                    .cursor
                    .get_untracked()
                    .filter(|cursor| !cursor.is_collapsed())
                {
                    self.move_cursor(Cursor::at(cursor.head));
                }
                self.select(Some(id));
            }
            None => {}
        }
    }
}
