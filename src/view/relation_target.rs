//! The list of the annotations that the selected one can be related to.

use super::inspector::quoted;
use super::inspector::relations::outgoing;
use crate::app::command::Command;
use crate::app::workspace::{Waiting, Workspace};
use crate::browser::viewport;
use crate::core::edit;
use crate::core::id::RecordId;
use crate::core::order;
use crate::core::wording::plural;
use leptos::html::Ul;
use leptos::prelude::*;

/// The most targets that are drawn.
const MOST: usize = 200;
/// The longest quote of a target, in characters.
const QUOTE: usize = 100;

#[derive(Clone, PartialEq, Eq)]
struct Target {
    id: RecordId,
    label: String,
    /// What the relation would say: "attributes".
    kind: &'static str,
    quote: String,
}

/// The list, with a filter. Choosing an annotation relates to it.
#[component]
pub fn RelationTarget() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let list = NodeRef::<Ul>::new();
    let filter = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        workspace.revision.track();
        targets(workspace, &filter.get())
    });
    let count = move || found.with(|(targets, _)| targets.len());
    viewport::focus_soon("relation-words");

    let choose = move |at: usize| {
        let id = found.with_untracked(|(targets, _)| targets.get(at).map(|target| target.id.clone()));
        if let Some(id) = id {
            workspace.dispatch(Command::RelateTo(id));
        }
    };
    let go_to = move |at: usize| {
        active.set(at);
        request_animation_frame(move || {
            let list = list.try_get_untracked().flatten();
            let item = list.as_ref().and_then(|list| list.children().item(at as u32));
            if let Some((list, item)) = list.as_ref().zip(item) {
                viewport::reveal_in(list, &item);
            }
        });
    };
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let (at, last) = (active.get_untracked(), untrack(count).saturating_sub(1));
        match event.key().as_str() {
            "ArrowDown" => go_to((at + 1).min(last)),
            "ArrowUp" => go_to(at.saturating_sub(1)),
            "Enter" => choose(at),
            "Escape" => {
                workspace.dispatch(Command::Escape);
                viewport::focus_text();
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option = move |id: RecordId| {
        let at = move || found.with(|(targets, _)| targets.iter().position(|target| target.id == id));
        let at = Memo::new(move |_| at().unwrap_or_default());
        let part = move |read: fn(&Target) -> String| {
            move || found.with(|(targets, _)| targets.get(at.get()).map(read))
        };
        view! {
            <li
                role="option"
                id=move || format!("relation-target-{}", at.get())
                aria-selected=move || (active.get() == at.get()).to_string()
                // The filter keeps the focus.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| choose(at.get_untracked())
            >
                <i class="dot" data-label=part(|target| target.label.clone())></i>
                <small>{part(|target| format!("{} → ", target.kind))}</small>
                <span class="quote" dir="auto">{part(|target| target.quote.clone())}</span>
            </li>
        }
        .into_any()
    };
    let about = move || {
        found.with(|(targets, all)| match (targets.len(), all) {
            (_, 0) => "No annotation here can be the target.".to_owned(),
            (drawn, &all) if drawn < all => {
                format!("{} of {}, the nearest first", drawn, plural(all, "annotation"))
            }
            (_, &all) => plural(all, "annotation"),
        })
    };
    view! {
        <section class="targets" aria-labelledby="targets-title" on:keydown=keydown>
            <h2 id="targets-title">"Relate to"</h2>
            <p class="quiet-text" id="targets-hint">
                "Click an annotation in the text, or choose it here. Esc leaves."
            </p>
            <input
                id="relation-words"
                type="text"
                role="combobox"
                autocomplete="off"
                aria-label="Find the annotation to relate to"
                aria-describedby="targets-hint"
                aria-autocomplete="list"
                aria-expanded="true"
                aria-controls="relation-targets"
                aria-activedescendant=move || (count() > 0).then(|| format!("relation-target-{}", active.get()))
                placeholder="Words of it"
                on:input=move |event| {
                    filter.set(event_target_value(&event));
                    active.set(0);
                }
            />
            <p class="quiet-text" role="status">{about}</p>
            <ul
                node_ref=list
                id="relation-targets"
                class="choices"
                role="listbox"
                aria-label="Possible targets"
            >
                <For
                    each=move || found.with(|(targets, _)| targets.iter().map(|target| target.id.clone()).collect::<Vec<_>>())
                    key=Clone::clone
                    children=option
                />
            </ul>
        </section>
    }
}

/// The targets whose words hold `filter`, the nearest in the text first, as many as are drawn; and how many
/// there are.
fn targets(workspace: Workspace, filter: &str) -> (Vec<Target>, usize) {
    let Some(Waiting::Relate(from)) = workspace.waiting.get_untracked() else {
        return (Vec::new(), 0);
    };
    let filter = filter.trim().to_lowercase();
    workspace
        .with_open(|desk, article, records| {
            let start = records.annotation(&from)?;
            let mut found: Vec<_> = records
                .annotations()
                .filter(|(id, _)| **id != from)
                .filter_map(|(id, annotation)| {
                    let kind = edit::relation_kind(&desk.scheme, &start.label, &annotation.label)?;
                    let quote = article.text.slice(annotation.span);
                    (filter.is_empty() || quote.to_lowercase().contains(&filter))
                        .then_some((id, annotation, kind, quote))
                })
                .collect();
            let place = start.span.start().0;
            order::sort_by_key(&mut found, |(_, annotation, ..)| {
                annotation.span.start().0.abs_diff(place)
            });
            let count = found.len();
            let drawn = found
                .into_iter()
                .take(MOST)
                .map(|(id, annotation, kind, quote)| Target {
                    id: id.clone(),
                    label: annotation.label.to_string(),
                    kind: outgoing(kind),
                    quote: quoted(quote, QUOTE),
                });
            Some((drawn.collect(), count))
        })
        .flatten()
        .unwrap_or_default()
}
