//! The panel of what is still to complete.

use super::inspector::quoted;
use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::browser::{roving, viewport};
use crate::core::completeness::{Lack, Missing, to_complete};
use crate::core::id::RecordId;
use crate::core::wording::thousands;
use leptos::html::Ul;
use leptos::prelude::*;

/// The most that are drawn.
const MOST: usize = 200;
/// The longest quote, in characters.
const QUOTE: usize = 100;

#[derive(Clone, PartialEq, Eq)]
struct Item {
    id: RecordId,
    what: Lack,
    label: String,
    /// "Attribution without a claim: ".
    words: String,
    quote: String,
}

/// The panel: what the annotations of the open article lack. An item selects its annotation.
#[component]
pub fn ToComplete() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let list = NodeRef::<Ul>::new();
    // One stop on the way of the Tab key.
    let stop = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        workspace.revision.track();
        items(workspace)
    });
    let count = Memo::new(move |_| found.with(|(_, count)| *count));
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            return viewport::focus_text();
        }
        let stepped = list
            .get_untracked()
            .and_then(|list| roving::step(&list, &event.key()));
        if let Some(at) = stepped {
            event.prevent_default();
            stop.set(at);
        }
    };
    let row = move |item: Item| {
        let key = (item.id.clone(), item.what);
        let id = StoredValue::new(item.id.clone());
        // The row stays when its annotation changes, and with it the focus.
        let place = Memo::new(move |_| {
            found.with(|(items, _)| {
                items
                    .iter()
                    .position(|item| item.id == key.0 && item.what == key.1)
            })
        });
        let part = move |read: fn(&Item) -> String| {
            move || found.with(|(items, _)| items.get(place.get()?).map(read))
        };
        let last = move || found.with(|(items, _)| items.len().saturating_sub(1));
        let is_selected = move || {
            workspace
                .selected
                .with(|selected| selected.as_ref() == Some(&id.get_value()))
        };
        view! {
            <li aria-current=move || is_selected().then_some("true")>
                <button
                    tabindex=move || if place.get() == Some(stop.get().min(last())) { "0" } else { "-1" }
                    on:click=move |_| {
                        stop.set(place.get_untracked().unwrap_or_default());
                        workspace.dispatch(Command::Select(id.get_value()));
                    }
                >
                    <i class="dot" data-label=part(|item| item.label.clone())></i>
                    <span><b>{part(|item| item.words.clone())}</b>{part(|item| item.quote.clone())}</span>
                </button>
            </li>
        }
        .into_any()
    };
    view! {
        <section class="to-complete" aria-labelledby="to-complete-title">
            <h2 class="quiet-h" id="to-complete-title">
                "To complete " <span>{move || thousands(count.get())}</span>
            </h2>
            <p class="quiet-text">
                {move || match count.get() {
                    0 => "All is complete here.",
                    _ => "Nothing is forced: this is only what could still be said.",
                }}
            </p>
            <ul node_ref=list class="choices" aria-label="To complete" on:keydown=keydown>
                <For
                    each=move || found.with(|(items, _)| items.clone())
                    key=|item| (item.id.clone(), item.what)
                    children=row
                />
            </ul>
            {move || {
                let more = count.get().saturating_sub(MOST);
                (more > 0).then(|| view! { <p class="quiet-text">{format!("and {} more", thousands(more))}</p> })
            }}
        </section>
    }
}

/// What is missing, in reading order, as much as is drawn; and how much there is.
fn items(workspace: Workspace) -> (Vec<Item>, usize) {
    workspace
        .with_open(|desk, article, records| {
            let missing = to_complete(records, &desk.scheme);
            let count = missing.len();
            let items = missing.into_iter().take(MOST).filter_map(|Missing { id, what }| {
                let annotation = records.annotation(&id)?;
                let name = desk.scheme.name_of(&annotation.label);
                let words = match what {
                    Lack::AttributesNothing => format!("{name} without a claim: "),
                    Lack::DoubtsNothing => format!("{name} that doubts nothing: "),
                    Lack::AttributedOften(times) => format!("{name} with {times} attributions: "),
                };
                Some(Item {
                    label: annotation.label.to_string(),
                    words,
                    quote: quoted(article.text.slice(annotation.span), QUOTE),
                    id,
                    what,
                })
            });
            (items.collect(), count)
        })
        .unwrap_or_default()
}
