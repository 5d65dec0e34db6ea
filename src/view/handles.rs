//! The handles on the ends of the selected annotation, to drag. Keys do the same: the catalogue has them.

use super::drawn::Drawn;
use super::unhurried;
use crate::app::command::Command;
use crate::browser::viewport;
use crate::core::id::RecordId;
use crate::core::snap::{self, Edge};
use crate::core::text::Span;
use leptos::ev::PointerEvent;
use leptos::html::Div;
use leptos::prelude::*;

/// Both handles; shown while one annotation is selected.
#[component]
pub fn Handles() -> impl IntoView {
    let drawn = expect_context::<Drawn>();
    let workspace = drawn.workspace;
    let (start, end) = (NodeRef::<Div>::new(), NodeRef::<Div>::new());
    let dragged = RwSignal::new(None::<Edge>);
    let shown = Memo::new(move |_| {
        workspace.redraws.track();
        let draft = workspace.draft.get();
        let id = workspace.selected.get()?;
        let span = workspace.with_open(|_, _, records| Some(records.annotation(&id)?.span))??;
        let is_alone = workspace.selected_too.with(|too| too.is_empty());
        is_alone.then_some((id, draft.map_or(span, |(_, span)| span)))
    });
    let label = Memo::new(move |_| {
        let (id, _) = shown.get()?;
        workspace.with_open(|_, _, records| Some(records.annotation(&id)?.label.to_string()))?
    });
    let is_shown = unhurried::after_paint(Memo::new(move |_| shown.with(Option::is_some)));
    Effect::new(move || {
        drawn.layout.track();
        is_shown.track();
        let Some((_, span)) = shown.get() else { return };
        request_animation_frame(move || {
            let (Some(Some(start)), Some(Some(end))) = (start.try_get_untracked(), end.try_get_untracked())
            else {
                return;
            };
            let places = [
                (&start, drawn.start_rect_of(span)),
                (&end, drawn.end_rect_of(span)),
            ];
            let places: Vec<_> = places
                .iter()
                .filter_map(|(handle, rect)| Some((&***handle, rect.as_ref()?)))
                .collect();
            viewport::place_all_over(&places);
        });
    });

    let begin = move |event: PointerEvent, edge: Edge| {
        if event.button() == 0 && shown.get_untracked().is_some() {
            event.prevent_default();
            event.stop_propagation();
            dragged.set(Some(edge));
        }
    };
    let moved = window_event_listener(leptos::ev::pointermove, move |event| {
        let (Some(edge), Some((id, span))) = (dragged.get_untracked(), shown.get_untracked()) else {
            return;
        };
        event.prevent_default();
        let place = drawn.place_at_point(event.client_x().into(), event.client_y().into());
        let is_exact = event.alt_key() || !workspace.snaps.get_untracked();
        let moved = place.and_then(|place| {
            workspace
                .with_open(|_, article, _| snap::dragged(&article.text, span, edge, place, is_exact))
                .flatten()
        });
        if let Some(moved) = moved.filter(|moved| *moved != span) {
            workspace.set_draft(Some((id, moved)));
        }
    });
    let released = window_event_listener(leptos::ev::pointerup, move |_| {
        if dragged.try_update(Option::take).flatten().is_some()
            && let Some((id, span)) = workspace.draft.get_untracked()
        {
            workspace.set_draft(None);
            workspace.dispatch(Command::Resize(id, span));
        }
    });
    let cancelled = window_event_listener(leptos::ev::pointercancel, move |_| give_up(drawn, dragged));
    let left = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && dragged.get_untracked().is_some() {
            event.prevent_default();
            give_up(drawn, dragged);
        }
    });
    on_cleanup(move || {
        moved.remove();
        released.remove();
        cancelled.remove();
        left.remove();
    });
    let handle = move |node: NodeRef<Div>, edge: Edge, name: &'static str| {
        view! {
            <div
                node_ref=node
                class="handle"
                data-edge=name
                data-label=move || label.get()
                data-dragged=move || dragged.get().is_some().then_some("")
                aria-hidden="true"
            >
                // Only this can be taken hold of, and it stands above or below the line: words beside it can
                // still be selected.
                <i on:pointerdown=move |event| begin(event, edge)></i>
            </div>
        }
    };
    view! {
        <Show when=move || is_shown.get()>
            {handle(start, Edge::Start, "start")}
            {handle(end, Edge::End, "end")}
        </Show>
    }
}

fn give_up(drawn: Drawn, dragged: RwSignal<Option<Edge>>) {
    if dragged.try_update(Option::take).flatten().is_some() {
        drawn.workspace.set_draft(None::<(RecordId, Span)>);
    }
}
