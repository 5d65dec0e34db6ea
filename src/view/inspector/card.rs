//! The card of the selected annotation.

use super::fields::Fields;
use super::relations::Relations;
use super::{leave, of_annotation, with_key};
use crate::app::command::Command;
use crate::app::desk::Desk;
use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::article::Article;
use crate::core::id::RecordId;
use crate::core::record::{Annotation, Origin};
use crate::core::records::Records;
use crate::formats::limits::LONGEST_TYPED;
use leptos::prelude::*;

#[derive(Clone, PartialEq, Eq)]
struct Selected {
    label: String,
    name: String,
    is_known: bool,
    quote: String,
    place: String,
    made: String,
    note: String,
}

/// The card of the annotation `id`.
#[component]
pub fn Card(
    /// The annotation.
    id: RecordId,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let id = StoredValue::new(id);
    let shown = of_annotation(workspace, id, selected);
    let part = move |read: fn(Selected) -> String| move || shown.get().map(read);
    let is_lost = Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(|shown| !shown.is_known)));
    view! {
        <section
            id="inspector"
            class="card"
            aria-label="Selected annotation"
            on:keydown=move |event| leave(workspace, &event)
        >
            <h2>
                <i class="dot" data-label=part(|shown| shown.label)></i>
                {part(|shown| shown.name)}
                <small>{move || is_lost.get().then_some("Not in this scheme")}</small>
                <button
                    class="quiet"
                    aria-label="Delete annotation"
                    aria-keyshortcuts="Delete"
                    title=move || with_key(workspace, "Delete the annotation", "delete")
                    on:click=move |_| {
                        workspace.dispatch(Command::Delete);
                        // It goes with the card.
                        viewport::focus_text();
                    }
                >
                    "Delete"
                </button>
            </h2>
            <blockquote dir="auto">{part(|shown| shown.quote)}</blockquote>
            <p class="made">
                <span>"Characters " {part(|shown| shown.place)}</span>
                <span>{part(|shown| shown.made)}</span>
            </p>
            <Fields id/>
            <Relations id/>
            <label class="field wide">
                "Note"
                <textarea
                    rows="1"
                    maxlength=LONGEST_TYPED.to_string()
                    placeholder="Why this label?"
                    prop:value=part(|shown| shown.note)
                    on:input=move |event| workspace.type_note(id.get_value(), event_target_value(&event))
                    on:change=move |_| workspace.end_note()
                ></textarea>
            </label>
            <Actions id/>
        </section>
    }
}

/// What can be done to the annotation as a whole.
#[component]
fn Actions(id: StoredValue<RecordId>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let others = of_annotation(workspace, id, |desk, _, _, annotation| {
        let labels = desk.scheme.labels.iter();
        let others = labels.filter(|other| other.id != annotation.label);
        others
            .map(|other| (other.id.clone(), other.name.to_string()))
            .collect::<Vec<_>>()
    });
    let twins = move || {
        let twin = |(label, name): (_, String)| {
            let command = Command::DuplicateAs(label);
            view! {
                <button on:click=move |_| workspace.dispatch(command.clone())>
                    <span class="unseen">"Duplicate as "</span>
                    {name}
                </button>
            }
        };
        others.get().into_iter().flatten().map(twin).collect_view()
    };
    view! {
        // The cursor in the text says where to split: the text keeps the focus.
        <div class="actions" on:mousedown=|event| event.prevent_default()>
            {action(workspace, "Split", ("Split at the cursor", "split"), Command::Split)}
            {action(workspace, "Merge", ("Merge with the next of its label", "merge"), Command::Merge)}
            {action(workspace, "Copy quote", ("Copy the quote with its offsets", "copy"), Command::CopyQuote)}
            <details class="twins">
                <summary title=move || with_key(workspace, "Give it a twin with another label", "duplicate")>
                    "Duplicate as…"
                </summary>
                <div class="actions">{twins}</div>
            </details>
        </div>
    }
}

/// A button for a command; its tooltip tells the key.
pub(super) fn action(
    workspace: Workspace,
    name: &'static str,
    (title, id): (&'static str, &'static str),
    command: Command,
) -> AnyView {
    view! {
        <button
            title=move || with_key(workspace, title, id)
            on:click=move |_| workspace.dispatch(command.clone())
        >
            {name}
        </button>
    }
    .into_any()
}

fn selected(desk: &Desk, article: &Article, _: &Records, annotation: &Annotation) -> Selected {
    let (start, end) = article.text.span_to_code_points(annotation.span);
    let made = annotation.created.to_second().to_string();
    let origin = match annotation.origin {
        Origin::Human => "",
        Origin::Rule => ", proposed by a rule",
        Origin::Imported => ", imported",
    };
    Selected {
        label: annotation.label.to_string(),
        name: desk.scheme.name_of(&annotation.label).to_owned(),
        is_known: desk.scheme.label(&annotation.label).is_some(),
        quote: article.text.slice(annotation.span).to_owned(),
        place: format!("{start} to {end}"),
        made: format!(
            "By {}, {}{origin}",
            annotation.annotator,
            made.replace('T', " ").replace('Z', " UTC")
        ),
        note: annotation.note.as_deref().unwrap_or_default().to_owned(),
    }
}
