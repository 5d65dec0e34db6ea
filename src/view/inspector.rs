//! The inspector: the selected annotation, and what can be said about it.

use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::id::RecordId;
use leptos::prelude::*;

#[derive(Clone, PartialEq, Eq)]
struct Selected {
    label: String,
    name: String,
    quote: String,
    place: String,
    annotator: String,
    made: String,
    note: String,
}

/// The card of the selected annotation; nothing where none is selected.
#[component]
pub fn Inspector() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    // The card stays while its annotation changes, and with it the focus and what is being typed.
    let id = Memo::new(move |_| {
        workspace.revision.track();
        let id = workspace.selected.get()?;
        workspace.with_open(|_, _, records| records.annotation(&id).map(|_| id.clone()))?
    });
    view! { {move || id.get().map(|id| view! { <Card id/> })} }
}

#[component]
fn Card(id: RecordId) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let id = StoredValue::new(id);
    let shown = Memo::new(move |_| {
        workspace.revision.track();
        selected(workspace, &id.get_value())
    });
    let part = move |read: fn(Selected) -> String| move || shown.get().map(read);
    let leave = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            workspace.end_note();
            viewport::focus_text();
        }
    };
    view! {
        <section class="card" aria-label="Selected annotation">
            <h2>
                <i class="dot" data-label=part(|shown| shown.label)></i>
                {part(|shown| shown.name)}
                <button
                    class="icon"
                    aria-label="Delete annotation"
                    aria-keyshortcuts="Delete"
                    title="Delete (Del)"
                    on:click=move |_| workspace.dispatch(Command::Delete)
                >
                    "✕"
                </button>
            </h2>
            <blockquote>{part(|shown| shown.quote)}</blockquote>
            <dl>
                <dt>"Characters"</dt>
                <dd>{part(|shown| shown.place)}</dd>
                <dt>"By"</dt>
                <dd>{part(|shown| shown.annotator)}</dd>
                <dt>"Made"</dt>
                <dd>{part(|shown| shown.made)}</dd>
            </dl>
            <label class="note">
                "Note"
                <textarea
                    rows="2"
                    placeholder="Why this label?"
                    prop:value=part(|shown| shown.note)
                    on:input=move |event| workspace.type_note(id.get_value(), event_target_value(&event))
                    on:change=move |_| workspace.end_note()
                    on:keydown=leave
                ></textarea>
            </label>
        </section>
    }
}

fn selected(workspace: Workspace, id: &RecordId) -> Option<Selected> {
    workspace
        .with_open(|desk, article, records| {
            let annotation = records.annotation(id)?;
            let (start, end) = article.text.span_to_code_points(annotation.span);
            let made = annotation.created.to_second().to_string();
            Some(Selected {
                label: annotation.label.to_string(),
                name: desk.scheme.name_of(&annotation.label).to_owned(),
                quote: article.text.slice(annotation.span).to_owned(),
                place: format!("{start} to {end}"),
                annotator: annotation.annotator.to_string(),
                made: made.replace('T', " ").replace('Z', " UTC"),
                note: annotation.note.as_deref().unwrap_or_default().to_owned(),
            })
        })
        .flatten()
}
