//! What a reviewer does to annotations and regions of the open article.

use super::command::Dialog;
use super::desk::Desk;
use super::keeping::Step as HistoryStep;
use super::later::DEEDS;
use super::selecting::Ends;
use super::wording::{spoken, status_name};
use super::workspace::{Destination, Waiting, Workspace};
use crate::browser::route::Route;
use crate::browser::{chance, clipboard, clock, idle};
use crate::core::article::Article;
use crate::core::cursor::Cursor;
use crate::core::edit::{self, Author, Refusal};
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::{Record, RecordKind, RegionKind, Status};
use crate::core::records::Records;
use crate::core::snap::{self, Edge, Step};
use crate::core::text::Span;
use crate::core::transaction::{Transaction, Way};
use crate::core::wording::{plural, sentence};
use leptos::prelude::*;
use std::sync::Arc;

/// How many milliseconds after the last key a note is kept.
const NOTE_REST: i32 = 500;

impl Workspace {
    /// Takes in what is typed as the note of an annotation. It is kept after a short rest, and before anything
    /// else is done; what is typed in one go is one step.
    pub fn type_note(self, id: RecordId, note: String) {
        let typed = Some((id, note));
        self.note.set_value(typed.clone());
        idle::after(NOTE_REST, move || {
            if self.note.try_get_value() == Some(typed) {
                self.keep_note();
            }
        });
    }

    /// Keeps the note that was typed last; an empty one counts as none. Keeps what is in another field, too.
    pub fn keep_note(self) {
        // What was typed is there together with the later part of the page.
        if let Some(deeds) = DEEDS.now() {
            (deeds.keep_note)(self);
        }
    }

    pub(super) fn keep_note_now(self) {
        self.keep_typed();
        let Some((id, note)) = self.note.try_update_value(Option::take).flatten() else {
            return;
        };
        let note = Some(note).filter(|note| !note.is_empty()).map(Arc::from);
        let group = HistoryStep::Grouped(format!("note {id}"));
        // A refusal has been told already.
        let _ = self.edit_as(group, |_, article, records, author| {
            edit::set_note(article, records, &id, note, author)
        });
    }

    /// Keeps the note that was typed, and begins another step with the next key.
    pub fn end_note(self) {
        if let Some(deeds) = DEEDS.now() {
            (deeds.end_note)(self);
        }
    }

    pub(super) fn end_note_now(self) {
        self.keep_note_now();
        self.update(|desk| desk.history.close_group());
    }

    pub(super) fn label(self, label: LabelId, in_region: bool) {
        if self.sticky.with_untracked(Option::is_some) {
            self.sticky.set(Some(label.clone()));
        }
        let Some(span) = self.selected_span() else {
            return self.relabel(&label);
        };
        let region = self.with_open(|_, _, records| {
            let over = records.region_over(span);
            let touching = || Some(edit::regions_touching(records, span).first()?.1.kind);
            Some((over.or_else(touching)?, over.is_some()))
        });
        if let Some(Some((kind, is_all))) = region
            && !in_region
        {
            return self.dialog.set(Some(Dialog::LabelInRegion(label, kind, is_all)));
        }
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
        if let Some(cursor) = self.cursor.get_untracked() {
            self.ends.set_value(Ends::Exact);
            self.move_cursor(Cursor::at(cursor.head));
        }
        self.select(Some(id));
    }

    fn relabel(self, label: &LabelId) {
        let ids = self.selected_ids();
        let sticky = self
            .sticky
            .get_untracked()
            .map(|sticky| self.told_sticky(Some(&sticky)));
        if ids.is_empty() {
            return match sticky {
                Some(words) => self.announce(words),
                None => self.announce_refusal("Select some words first, or an annotation".to_owned()),
            };
        }
        let made = self.edit(|desk, article, records, author| {
            edit::relabel(article, records, &desk.scheme, (&ids, label), author)
        });
        // A refusal has been told already.
        if let (Ok(()), Some(words)) = (made, sticky) {
            let told = self.announcement.get_untracked();
            self.announce(format!("{told}. {words}"));
        }
    }

    pub(super) fn delete(self) {
        let ids = self.selected_ids();
        if ids.is_empty() {
            return;
        }
        // Nothing is selected afterwards, so that a key held too long does not delete more.
        if self
            .edit(|_, article, records, _| edit::remove(article, records, &ids))
            .is_ok()
        {
            self.select(None);
        }
    }

    pub(super) fn nudge(self, edge: Edge, step: Step, forward: bool) {
        let Some(id) = self.selected.get_untracked() else {
            return self.announce_refusal("Select an annotation first".to_owned());
        };
        let span = self.with_open(|_, article, records| {
            let span = records.annotation(&id)?.span;
            snap::nudged(&article.text, span, edge, step, forward)
        });
        match span.flatten() {
            Some(span) => {
                // A key that is held is one step.
                let group = HistoryStep::Grouped(format!("{edge:?} {id}"));
                // A refusal has been told already.
                let _ = self.edit_as(group, |_, article, records, author| {
                    edit::resize(article, records, &id, span, author)
                });
            }
            None => self.announce_refusal("It cannot be moved further that way".to_owned()),
        }
    }

    pub(super) fn resize(self, id: &RecordId, span: Span) {
        // A refusal has been told already.
        let _ = self.edit(|_, article, records, author| edit::resize(article, records, id, span, author));
    }

    pub(super) fn split(self) {
        let (Some(id), Some(cursor)) = (self.selected.get_untracked(), self.cursor.get_untracked()) else {
            return self.announce_refusal(
                "Select an annotation, and put the cursor where it is to be split".to_owned(),
            );
        };
        let new = chance::record_id();
        // A refusal has been told already.
        let _ = self.edit(|desk, article, records, author| {
            edit::split(article, records, &desk.scheme, (&id, new, cursor.head), author)
        });
    }

    pub(super) fn merge(self) {
        let mut ids = self.selected_ids();
        if let [id] = ids.as_slice() {
            let neighbour = self
                .with_open(|_, _, records| edit::next_of_label(records, id))
                .flatten();
            ids.extend(neighbour);
        }
        let merged = self
            .edit(|desk, article, records, author| edit::merge(article, records, &desk.scheme, &ids, author));
        if merged.is_ok() {
            // The earliest stays.
            self.select(ids.first().cloned());
        }
    }

    pub(super) fn wait_for_label(self) {
        if self.selected.with_untracked(Option::is_none) {
            return self.announce_refusal("Select an annotation first".to_owned());
        }
        self.waiting.set(Some(Waiting::Duplicate));
        self.announce("Press the key of another label".to_owned());
    }

    pub(super) fn duplicate(self, label: LabelId) {
        let Some(id) = self.selected.get_untracked() else {
            return;
        };
        let new = chance::record_id();
        let made = self.edit(|desk, article, records, author| {
            edit::duplicate(article, records, &desk.scheme, (&id, new.clone(), &label), author)
        });
        if made.is_ok() {
            self.select(Some(new));
        }
    }

    pub(super) fn mark(self, kind: RegionKind) {
        let Some(span) = self.selected_span() else {
            return self.announce_refusal("Select the words first that are not prose".to_owned());
        };
        let new = [chance::record_id(), chance::record_id()];
        // A refusal has been told already.
        let _ = self.edit(|_, article, records, _| edit::mark_region(article, records, (new, span, kind)));
    }

    pub(super) fn unmark(self) {
        let span = self.selected_span().or_else(|| {
            let head = self.cursor.get_untracked()?.head;
            self.with_open(|_, article, _| {
                let block = article.block_at(head)?;
                Some(article.blocks().get(block)?.span)
            })
            .flatten()
        });
        let ids: Vec<RecordId> = span
            .and_then(|span| {
                self.with_open(|_, _, records| {
                    edit::regions_touching(records, span)
                        .into_iter()
                        .map(|(id, _)| id.clone())
                        .collect()
                })
            })
            .unwrap_or_default();
        if ids.is_empty() {
            return self.announce_refusal("There is no region here".to_owned());
        }
        // A refusal has been told already.
        let _ = self.edit(|_, article, records, _| edit::clear_regions(article, records, &ids));
    }

    pub(super) fn toggle_sticky(self) {
        let label = match self.sticky.get_untracked() {
            Some(_) => None,
            None => self
                .with_open(|desk, _, records| {
                    let selected = self.selected.get_untracked();
                    let used = selected.and_then(|id| Some(records.annotation(&id)?.label.clone()));
                    used.or_else(|| Some(desk.scheme.labels.first()?.id.clone()))
                })
                .flatten(),
        };
        self.announce(self.told_sticky(label.as_ref()));
        self.sticky.set(label);
    }

    fn told_sticky(self, label: Option<&LabelId>) -> String {
        match label {
            Some(label) => {
                let name = self.with(|desk| desk.scheme.name_of(label).to_owned());
                format!("Each selection becomes: {}", name.unwrap_or_default())
            }
            None => "Selections wait for a label".to_owned(),
        }
    }

    pub(super) fn set_status(self, status: Status) {
        // Saying how far one is cannot be refused.
        let _ = self.edit(|_, article, records, _| Ok(edit::set_status(article, records, status)));
        self.announce(status_name(status).to_owned());
    }

    pub(super) fn finish(self) {
        self.set_status(Status::Done);
        let next = self.open_id().and_then(|open| {
            self.with_shelf(|shelf, _| {
                let at = shelf.place(&open)?;
                let mut places = (at..shelf.totals().articles).chain(0..at);
                places.find_map(|place| {
                    let (id, row) = shelf.at(place)?;
                    let is_done = row.is_some_and(|row| row.status == Status::Done);
                    (!is_done).then(|| id.clone())
                })
            })
            .flatten()
        });
        match next {
            Some(id) => Route::Article(id).go(),
            None => {
                self.announce("All articles are done".to_owned());
                Route::Library.go();
            }
        }
    }

    /// The selected annotation's quote with its offsets, else the selected words with theirs; `None` where
    /// nothing is selected.
    pub fn quote_to_copy(self) -> Option<String> {
        self.with_open(|_, article, records| {
            let span = match self.selected.get_untracked() {
                Some(id) => records.annotation(&id)?.span,
                None => self.cursor.get_untracked()?.span(&article.text)?,
            };
            let (start, end) = article.text.span_to_code_points(span);
            Some(format!(
                "{}\t{}:{start}-{end}",
                article.text.slice(span),
                article.id
            ))
        })
        .flatten()
    }

    pub(super) fn copy_quote(self) {
        let Some(quote) = self.quote_to_copy() else {
            return self.announce_refusal("Select an annotation first".to_owned());
        };
        leptos::task::spawn_local(async move {
            match clipboard::write(&quote).await {
                Ok(()) => self.announce("Quote and offsets copied".to_owned()),
                Err(reason) => self.announce(format!("Nothing was copied: {reason}")),
            }
        });
    }

    /// Makes an edit of the open article. A refusal is told to the reviewer and handed back; `None` stands for
    /// no article.
    pub(super) fn edit(
        self,
        make: impl FnOnce(&Desk, &Article, &Records, &Author) -> Result<Transaction, Refusal>,
    ) -> Result<(), Option<Refusal>> {
        self.edit_as(HistoryStep::New, make)
    }

    pub(super) fn edit_as(
        self,
        step: HistoryStep,
        make: impl FnOnce(&Desk, &Article, &Records, &Author) -> Result<Transaction, Refusal>,
    ) -> Result<(), Option<Refusal>> {
        let author = self.author();
        let made = self.with_open(|desk, article, records| {
            let transaction = make(desk, article, records, &author)?;
            let words = told(desk, article, &transaction);
            Ok::<_, Refusal>((transaction, words))
        });
        match made {
            Some(Ok((transaction, words))) => {
                if !transaction.is_empty() {
                    self.commit(transaction, step);
                    self.announce(words);
                }
                Ok(())
            }
            Some(Err(refusal)) => {
                self.announce_refusal(refusal.to_string());
                Err(Some(refusal))
            }
            None => Err(None),
        }
    }

    /// Who makes an edit now.
    pub(super) fn author(self) -> Author {
        Author {
            name: self.reviewer.get_untracked().into(),
            now: clock::now(),
        }
    }

    /// Takes the latest step back, or does the one again that was taken back last.
    pub(super) fn repeat(self, way: Way) {
        if self.long_edit.with_untracked(Option::is_some) || self.repeat_long(way) {
            return;
        }
        let taken = self.update(|desk| {
            let transaction = desk.with_history(|history, desk| match way {
                Way::Back => history.undo(|key| desk.record(key)),
                Way::Forward => history.redo(|key| desk.record(key)),
            })?;
            let step = desk.history.next(way.inverted())?;
            Some((transaction, step.changes().len()))
        });
        let Some((transaction, all)) = taken.flatten() else {
            return self.announce_refusal("There is nothing more to take back or to do again".to_owned());
        };
        self.tell_repeated(transaction.name(), way, (transaction.changes().len(), all));
        if !transaction.is_empty() {
            let applied = transaction.clone();
            self.commit(transaction, HistoryStep::Repeated);
            self.go_to_repeated(&applied, Way::Forward);
        }
    }

    /// Tells of a step that was taken back or done again, and for how many of the records that it has changed.
    pub(super) fn tell_repeated(self, name: &str, way: Way, (done, all): (usize, usize)) {
        let (said, refused) = match way {
            Way::Back => ("Undone", "Not taken back"),
            Way::Forward => ("Done again", "Not done again"),
        };
        match all - done {
            0 => self.announce(format!("{said}: {name}")),
            _ if done == 0 => {
                self.announce_refusal(format!("{refused}: {name}. It was changed elsewhere since"));
            }
            left => self.announce_refusal(format!(
                "{said}: {name}, but for {} that {} changed elsewhere since",
                plural(left, "record"),
                if left == 1 { "was" } else { "were" }
            )),
        }
    }

    /// Goes where a step that was taken that way has happened, or the reviewer would not see it.
    pub(super) fn go_to_repeated(self, step: &Transaction, way: Way) {
        let open = self.open_id();
        let mut changed = step
            .changes()
            .iter()
            .filter(|change| change.key.kind != RecordKind::Article)
            .filter_map(|change| change.key.article.as_ref())
            .peekable();
        let first = changed.peek().copied();
        let elsewhere =
            first.filter(|_| open.is_some() && changed.all(|article| Some(article) != open.as_ref()));
        // One that came with the step is gone with it.
        let elsewhere = elsewhere.filter(|id| self.with(|desk| desk.article(id).is_some()) == Some(true));
        let Some(shown) = elsewhere.or(open.as_ref()) else {
            return;
        };
        match (self.place_of(step, way, shown), elsewhere) {
            (Some(destination), _) => self.open_at(shown.clone(), destination),
            (None, Some(article)) => Route::Article(article.clone()).go(),
            (None, None) => {}
        }
    }

    /// What to show of a step in an article: of the annotations that it leaves changed the one that is selected, or else
    /// the first, or else the words of the first that it takes away, to be labelled anew. `None` where it does neither.
    fn place_of(self, step: &Transaction, way: Way, article: &ArticleId) -> Option<Destination> {
        let (left, gone) = step.places_in(article, way);
        let selected = self.selected.get_untracked().filter(|id| left.contains(id));
        let annotation = selected.or_else(|| left.into_iter().next());
        annotation
            .map(Destination::Annotation)
            .or_else(|| gone.first().copied().map(Destination::Span))
    }
}

/// What a screen reader is told of an edit.
pub(super) fn told(desk: &Desk, article: &Article, transaction: &Transaction) -> String {
    let annotations: Vec<_> = transaction
        .changes()
        .iter()
        .filter_map(|change| match (&change.from, &change.to) {
            (None, Some(Record::Annotation(new))) => Some((new, "labelled")),
            (Some(_), Some(Record::Annotation(new))) => Some((new, "changed")),
            (Some(Record::Annotation(old)), None) => Some((old, "deleted")),
            _ => None,
        })
        .collect();
    match annotations.as_slice() {
        [(annotation, what)] => format!("{}, {what}", spoken(desk, article, annotation)),
        // "merge 2 claims", "set stance", "mark junk".
        _ => sentence(transaction.name()),
    }
}
