//! The small palette beside a selection by hand: what a mouse or a finger needs next is near.

use super::drawn::Drawn;
use super::unhurried;
use crate::app::command::{Command, Dialog};
use crate::browser::viewport;
use leptos::html::Div;
use leptos::prelude::*;

/// The palette; shown beside words that were selected with a pointer.
#[component]
pub fn LabelPalette() -> impl IntoView {
    let drawn = expect_context::<Drawn>();
    let workspace = drawn.workspace;
    let palette = NodeRef::<Div>::new();
    let is_shown = Memo::new(move |_| {
        workspace.is_palette_due.get()
            && workspace
                .cursor
                .get()
                .is_some_and(|cursor| !cursor.is_collapsed())
    });
    Effect::new(move || {
        drawn.layout.track();
        workspace.cursor.track();
        if !is_shown.get() {
            return;
        }
        request_animation_frame(move || {
            let rect = workspace.selected_span().and_then(|span| drawn.end_rect_of(span));
            if let (Some(Some(palette)), Some(rect)) = (palette.try_get_untracked(), rect) {
                viewport::place_over(&palette, &rect);
                viewport::keep_inside(&palette);
            }
        });
    });
    let labels = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with(|desk| desk.scheme.labels.clone())
            .unwrap_or_default()
    });
    let stands = unhurried::until_paint(is_shown);
    view! {
        <Show when=move || stands.get()>
            <div node_ref=palette class="palette" role="toolbar" aria-label="Label the selection">
                {move || labels
                    .get()
                    .into_iter()
                    .map(|label| {
                        let command = Command::Label(label.id.clone());
                        view! {
                            <button
                                class="label"
                                data-label=label.id.to_string()
                                aria-label=format!("Label as {}", label.name)
                                title=format!("{} ({})", label.name, label.key)
                                // The selection in the text has to outlive the press.
                                on:pointerdown=|event| event.prevent_default()
                                on:mousedown=|event| event.prevent_default()
                                on:click=move |_| workspace.dispatch(command.clone())
                            >
                                {label.name.to_string()}
                            </button>
                        }
                    })
                    .collect_view()}
                <button
                    class="icon"
                    aria-label="More for the selection"
                    title="Every same phrase, regions and all other commands"
                    on:pointerdown=|event| event.prevent_default()
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| workspace.dispatch(Command::OpenDialog(Dialog::Commands))
                >
                    "⋯"
                </button>
            </div>
        </Show>
    }
}
