//! The list of the open article's annotations, in reading order.
//!
//! A long list draws only the items in sight and a few beyond, so that it costs the same at ten thousand.

use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::id::RecordId;
use leptos::html::Ol;
use leptos::prelude::*;
use std::ops::Range;

/// A list up to this long is drawn as a whole.
const WHOLE: usize = 150;
/// The height of an item in pixels, until one is drawn and can be asked.
const ITEM: usize = 34;
/// Items drawn beyond those in sight, on either side.
const BEYOND: usize = 20;
/// The longest quote in an item, in characters; the style sheet cuts it to the width.
const QUOTE: usize = 160;

#[derive(Clone, PartialEq, Eq)]
struct Item {
    id: RecordId,
    label: String,
    name: String,
    quote: String,
}

/// The list `Annotations`.
#[component]
pub fn Annotations() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let list = NodeRef::<Ol>::new();
    let scrolled = RwSignal::new(0_usize);
    let height = RwSignal::new(ITEM);
    let count = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with_open(|_, _, records| records.spans().len())
            .unwrap_or_default()
    });
    let window = Memo::new(move |_| {
        let count = count.get();
        if count <= WHOLE {
            return 0..count;
        }
        let first = (scrolled.get() / height.get()).min(count);
        let in_sight = 1000 / height.get();
        first.saturating_sub(BEYOND)..(first + in_sight + BEYOND).min(count)
    });
    let items = Memo::new(move |_| {
        workspace.revision.track();
        items(workspace, window.get())
    });

    Effect::new(move || {
        items.track();
        let (window, count) = (window.get(), count.get());
        request_animation_frame(move || {
            if let Some(Some(list)) = list.try_get_untracked() {
                viewport::number_items(&list, window.start, count);
                let drawn = viewport::item_height(&list).unwrap_or(ITEM);
                if height.get_untracked() != drawn {
                    height.set(drawn);
                }
            }
        });
    });

    Effect::new(move || {
        let Some(id) = workspace.selected.get() else {
            return;
        };
        request_animation_frame(move || {
            let Some(Some(list)) = list.try_get_untracked() else {
                return;
            };
            let index = workspace.with_open(|_, _, records| {
                let span = records.annotation(&id)?.span;
                records.spans().index_of(span, &id)
            });
            let Some(index) = index.flatten() else { return };
            match viewport::find(&list, "data-annotation-id", &id.to_string()) {
                Some(item) => viewport::reveal_in(&list, &item),
                None => list.set_scroll_top((index.saturating_sub(3) * height.get_untracked()) as i32),
            }
        });
    });

    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let command = match event.key().as_str() {
            "ArrowDown" => Command::NextAnnotation,
            "ArrowUp" => Command::PreviousAnnotation,
            _ => return,
        };
        event.prevent_default();
        workspace.dispatch(command);
        let selected = workspace.selected.get_untracked();
        request_animation_frame(move || {
            let item = selected
                .zip(list.try_get_untracked().flatten())
                .and_then(|(id, list)| {
                    let item = viewport::find(&list, "data-annotation-id", &id.to_string())?;
                    item.query_selector("button").ok().flatten()
                });
            if let Some(button) = item {
                use wasm_bindgen::JsCast;
                viewport::focus(button.unchecked_ref());
            }
        });
    };
    view! {
        <section class="annotations" aria-labelledby="annotations-title">
            <h2 class="quiet-h" id="annotations-title">
                "Annotations " <span>{move || count.get()}</span>
            </h2>
            <Show when=move || count.get() == 0>
                <p class="quiet-text">
                    "None yet. Select words in the text, with the mouse or with Shift and the arrow keys, and press 1, 2 or 3."
                </p>
            </Show>
            <ol
                node_ref=list
                class="list"
                aria-label="Annotations"
                style:--above=move || format!("{}px", window.get().start * height.get())
                style:--below=move || format!("{}px", (count.get() - window.get().end.min(count.get())) * height.get())
                on:scroll=move |_| {
                    if let Some(list) = list.get_untracked() {
                        scrolled.set(list.scroll_top().max(0) as usize);
                    }
                }
                on:keydown=keydown
            >
                <For each=move || items.get() key=|item| item.id.clone() let:item>
                    <AnnotationItem id=item.id items/>
                </For>
            </ol>
        </section>
    }
}

#[component]
fn AnnotationItem(id: RecordId, items: Memo<Vec<Item>>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let name = id.to_string();
    let id = StoredValue::new(id);
    // The row stays when its annotation changes, and with it the focus.
    let item =
        Memo::new(move |_| items.with(|items| items.iter().find(|item| item.id == id.get_value()).cloned()));
    let label = move || item.get().map(|item| item.label);
    let is_selected = Memo::new(move |_| {
        workspace
            .selected
            .with(|selected| selected.as_ref() == Some(&id.get_value()))
    });
    // One stop on the way of the Tab key: the selected item, or the first.
    let is_stop = move || match workspace.selected.with(Option::is_some) {
        true => is_selected.get(),
        false => items.with(|items| items.first().is_some_and(|first| first.id == id.get_value())),
    };
    view! {
        <li
            data-annotation-id=name
            data-label=label
            aria-current=move || is_selected.get().then_some("true")
        >
            <button
                tabindex=move || if is_stop() { "0" } else { "-1" }
                on:click=move |_| workspace.dispatch(Command::Select(id.get_value()))
            >
                <i class="dot" data-label=label></i>
                <span class="unseen">{move || item.get().map(|item| format!("{}: ", item.name))}</span>
                <span class="quote">{move || item.get().map(|item| item.quote)}</span>
            </button>
        </li>
    }
}

fn items(workspace: Workspace, window: Range<usize>) -> Vec<Item> {
    workspace
        .with_open(|desk, article, records| {
            window
                .filter_map(|index| {
                    let entry = records.spans().nth(index)?;
                    let annotation = records.annotation(&entry.id)?;
                    let quote = article.text.slice(entry.span);
                    let end = quote.char_indices().nth(QUOTE).map_or(quote.len(), |(at, _)| at);
                    Some(Item {
                        id: entry.id.clone(),
                        label: annotation.label.to_string(),
                        name: desk.scheme.name_of(&annotation.label).to_owned(),
                        quote: quote[..end].to_owned(),
                    })
                })
                .collect()
        })
        .unwrap_or_default()
}
