//! The inspector: the selected annotation, and what can be said about it.

use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::core::id::RecordId;
use leptos::prelude::*;

#[derive(Clone, PartialEq, Eq)]
struct Selected {
    id: RecordId,
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
    let selected = Memo::new(move |_| {
        workspace.revision.track();
        selected(workspace, &workspace.selected.get()?)
    });
    view! {
        {move || selected.get().map(|selected| {
            let id = selected.id.clone();
            view! {
                <section class="card" aria-label="Selected annotation">
                    <h2>
                        <i class="dot" data-label=selected.label></i>
                        {selected.name}
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
                    <blockquote>{selected.quote}</blockquote>
                    <dl>
                        <dt>"Characters"</dt>
                        <dd>{selected.place}</dd>
                        <dt>"By"</dt>
                        <dd>{selected.annotator}</dd>
                        <dt>"Made"</dt>
                        <dd>{selected.made}</dd>
                    </dl>
                    <label class="note">
                        "Note"
                        <textarea
                            rows="2"
                            placeholder="Why this label?"
                            prop:value=selected.note
                            on:change=move |event| {
                                workspace.dispatch(Command::SetNote(id.clone(), event_target_value(&event)));
                            }
                        ></textarea>
                    </label>
                </section>
            }
        })}
    }
}

fn selected(workspace: Workspace, id: &RecordId) -> Option<Selected> {
    workspace
        .with_open(|desk, article, records| {
            let annotation = records.annotation(id)?;
            let (start, end) = article.text.span_to_code_points(annotation.span);
            let made = annotation.created.to_second().to_string();
            Some(Selected {
                id: id.clone(),
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
