//! The relations of the selected annotation.

use super::{of_annotation, quoted, with_key};
use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::core::article::Article;
use crate::core::edit;
use crate::core::id::RecordId;
use crate::core::order;
use crate::core::record::RelationKind;
use crate::core::records::Records;
use leptos::prelude::*;

/// The longest quote of another annotation, in characters.
const QUOTE: usize = 60;
/// The most relations that are drawn.
const MOST: usize = 100;

#[derive(Clone, PartialEq, Eq)]
struct Related {
    id: RecordId,
    other: RecordId,
    label: String,
    /// "attributes → “the words”".
    words: String,
    /// "to “the words”".
    whither: String,
}

/// What a relation of this kind says of the annotation that it starts from.
pub fn outgoing(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Attributes => "attributes",
        RelationKind::Doubts => "doubts",
        RelationKind::Via => "via",
    }
}

/// What a relation of this kind says of the annotation that it points to.
fn incoming(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Attributes => "attributed by",
        RelationKind::Doubts => "doubted by",
        RelationKind::Via => "passes on",
    }
}

/// The relations of the annotation `id`, and the way to another.
#[component]
pub fn Relations(
    /// The annotation.
    id: StoredValue<RecordId>,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let told = of_annotation(workspace, id, move |_, article, records, _| {
        id.with_value(|id| related(article, records, id))
    });
    let all = Memo::new(move |_| told.get().unwrap_or_default());
    let can_start = of_annotation(workspace, id, |desk, _, _, annotation| {
        edit::can_start(&desk.scheme, &annotation.label).is_ok()
    });
    let can_start = move || can_start.get() == Some(true);
    let row = move |related: Related| {
        let key = related.id.clone();
        // The row stays when the other annotation changes, and with it the focus.
        let shown = Memo::new(move |_| {
            let found = all.with(|(all, _)| all.iter().find(|related| related.id == key).cloned());
            found.unwrap_or_else(|| related.clone())
        });
        let removes = move || shown.with(|shown| format!("Remove relation {}", shown.whither));
        view! {
            <li>
                <button
                    class="quiet"
                    on:click=move |_| workspace.dispatch(Command::Select(shown.with_untracked(|shown| shown.other.clone())))
                >
                    <i class="dot" data-label=move || shown.get().label></i>
                    <span>{move || shown.get().words}</span>
                </button>
                <button
                    class="icon"
                    aria-label=removes
                    title="Remove this relation"
                    on:click=move |_| workspace.dispatch(Command::Unrelate(shown.with_untracked(|shown| shown.id.clone())))
                >
                    "✕"
                </button>
            </li>
        }
        .into_any()
    };
    view! {
        <div class="field wide" role="group" aria-label="Relations">
            <span>"Relations"</span>
            <ul class="relations">
                <For each=move || all.get().0 key=|related| related.id.clone() children=row/>
            </ul>
            {move || {
                let has_none = all.with(|(all, _)| all.is_empty());
                (has_none && !can_start()).then(|| view! {
                    <p class="quiet-text">"Nothing is related to it yet."</p>
                })
            }}
            {move || {
                let more = all.with(|(all, count)| count - all.len());
                (more > 0).then(|| view! { <p class="quiet-text">{format!("and {more} more")}</p> })
            }}
            {move || can_start().then(|| view! {
                <button
                    class="quiet add"
                    title=move || with_key(workspace, "Relate to another annotation", "relate")
                    on:click=move |_| workspace.dispatch(Command::Relate)
                >
                    "Relate to…"
                </button>
            })}
        </div>
    }
}

/// The first relations of an annotation, those that start from it before those that point to it, and how many
/// there are.
fn related(article: &Article, records: &Records, id: &RecordId) -> (Vec<Related>, usize) {
    let mut found: Vec<_> = records
        .relations()
        .filter(|(_, relation)| relation.from == *id || relation.to == *id)
        .collect();
    order::sort_by_key(&mut found, |(_, relation)| relation.from != *id);
    let count = found.len();
    let related = found.into_iter().take(MOST).filter_map(|(key, relation)| {
        let starts = relation.from == *id;
        let other = if starts { &relation.to } else { &relation.from };
        let annotation = records.annotation(other)?;
        let quote = quoted(article.text.slice(annotation.span), QUOTE);
        let (words, whither) = match starts {
            true => (
                format!("{} → {quote}", outgoing(relation.kind)),
                format!("to {quote}"),
            ),
            false => (
                format!("{} {quote}", incoming(relation.kind)),
                format!("from {quote}"),
            ),
        };
        Some(Related {
            id: key.clone(),
            other: other.clone(),
            label: annotation.label.to_string(),
            words,
            whither,
        })
    });
    (related.collect(), count)
}
