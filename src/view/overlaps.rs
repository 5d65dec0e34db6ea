//! The list of the annotations that overlap where was clicked, smallest first.

use super::drawn::Drawn;
use crate::app::wording::spoken;
use crate::browser::viewport;
use leptos::html::Div;
use leptos::prelude::*;

/// The list; shown after a click where several annotations overlap, until something else is done.
#[component]
pub fn Overlaps() -> impl IntoView {
    let drawn = expect_context::<Drawn>();
    let workspace = drawn.workspace;
    let list = NodeRef::<Div>::new();
    Effect::new(move || {
        let Some((_, (x, y))) = workspace.overlap.get() else {
            return;
        };
        request_animation_frame(move || {
            if let Some(Some(list)) = list.try_get_untracked() {
                viewport::place_at(&list, x, y);
                viewport::keep_inside(&list);
            }
        });
    });
    let items = Memo::new(move |_| {
        workspace.revision.track();
        let (ids, _) = workspace.overlap.get()?;
        workspace.with_open(|desk, article, records| {
            ids.iter()
                .filter_map(|id| {
                    let annotation = records.annotation(id)?;
                    let label = annotation.label.to_string();
                    Some((id.clone(), label, spoken(desk, article, annotation)))
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || workspace.overlap.with(Option::is_some)>
            <div node_ref=list class="overlaps" role="group" aria-label="Annotations here">
                <For each=move || items.get().unwrap_or_default() key=Clone::clone let:item>
                    <OverlapItem item/>
                </For>
            </div>
        </Show>
    }
}

#[component]
fn OverlapItem(item: (crate::core::id::RecordId, String, String)) -> impl IntoView {
    let drawn = expect_context::<Drawn>();
    let workspace = drawn.workspace;
    let (id, label, words) = item;
    let is_selected = {
        let id = id.clone();
        move || workspace.selected.with(|selected| selected.as_ref() == Some(&id))
    };
    view! {
        <button
            aria-current=move || is_selected().then_some("true")
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| workspace.select_in_overlap(&id)
        >
            <i class="dot" data-label=label></i>
            <span class="quote" dir="auto">{words}</span>
        </button>
    }
}
