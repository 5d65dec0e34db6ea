//! The inspector: what is selected, and what can be said about it; where nothing is, the article as a whole.

pub mod article;
pub mod card;
pub mod entity;
pub mod fields;
pub mod relations;
pub mod several;
pub mod table;

use super::unhurried;
use crate::app::desk::Desk;
use crate::app::workspace::Workspace;
use crate::browser::{idle, viewport};
use crate::core::article::Article;
use crate::core::id::RecordId;
use crate::core::record::Annotation;
use crate::core::records::Records;
use leptos::prelude::*;

/// What the inspector is about.
#[derive(Clone, PartialEq, Eq)]
enum Shown {
    Article,
    One(RecordId),
    Several,
}

/// The card of what is selected, or of the article.
#[component]
pub fn Inspector() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    // A card stays while what it shows changes, and with it the focus and what is being typed.
    let shown = Memo::new(move |_| {
        workspace.revision.track();
        let selected = workspace.selected.get();
        let id = selected
            .filter(|id| workspace.with_open(|_, _, records| records.annotation(id).is_some()) == Some(true));
        match id {
            None => Shown::Article,
            Some(_) if workspace.selected_too.with(|too| !too.is_empty()) => Shown::Several,
            Some(id) => Shown::One(id),
        }
    });
    // What is typed is kept before anything else gets the click, though it does not take the focus.
    let pressed = window_event_listener(leptos::ev::pointerdown, move |_| workspace.keep_typed());
    on_cleanup(move || pressed.remove());
    let drawn = unhurried::after_paint(shown);
    // Another card is read from its start.
    Effect::new(move || {
        drawn.track();
        idle::next_frame(|| {
            for card in ["inspector", "article-card"] {
                viewport::scroll_back(card);
            }
        });
    });
    view! {
        {move || match drawn.get() {
            Shown::Article => view! { <article::ArticleCard/> }.into_any(),
            Shown::One(id) => view! { <card::Card id/> }.into_any(),
            Shown::Several => view! { <several::SeveralCard/> }.into_any(),
        }}
    }
}

/// What the card of an annotation tells of it, read anew at every change. Where the annotation is deleted, what was
/// told last stays: the card goes once that is painted. `None` where there never was such an annotation.
fn of_annotation<T>(
    workspace: Workspace,
    id: StoredValue<RecordId>,
    read: impl Fn(&Desk, &Article, &Records, &Annotation) -> T + Send + Sync + 'static,
) -> Memo<Option<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |last: Option<&Option<T>>| {
        workspace.revision.track();
        let now = workspace.with_open(|desk, article, records| {
            let annotation = id.with_value(|id| records.annotation(id))?;
            Some(read(desk, article, records, annotation))
        });
        now.flatten().or_else(|| last.cloned().flatten())
    })
}

/// Leaves a card for the text, where the key is Escape.
fn leave(workspace: Workspace, event: &leptos::ev::KeyboardEvent) {
    if event.key() == "Escape" && !event.default_prevented() {
        event.prevent_default();
        workspace.end_note();
        viewport::focus_text();
    }
}

/// What a button does, with the key that does it too.
fn with_key(workspace: Workspace, words: &str, command: &str) -> String {
    match workspace.key_of(command) {
        Some(key) => format!("{words} ({key})"),
        None => words.to_owned(),
    }
}

/// The first words of a quote, as many as `most` characters hold, in quotation marks.
pub fn quoted(quote: &str, most: usize) -> String {
    let quote = quote.trim();
    match quote.char_indices().nth(most) {
        Some((end, _)) => format!("“{}…”", quote[..end].trim_end()),
        None => format!("“{quote}”"),
    }
}
