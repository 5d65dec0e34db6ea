//! The card of several annotations that are selected together.

use super::card::action;
use super::leave;
use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::core::wording::plural;
use leptos::prelude::*;

/// The card: how many there are, and what can be done to all of them.
#[component]
pub fn SeveralCard() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let count = Memo::new(move |_| {
        workspace.revision.track();
        workspace.selected.track();
        workspace.selected_too.track();
        workspace.selected_ids().len()
    });
    let labels = workspace
        .with(|desk| desk.scheme.labels.clone())
        .unwrap_or_default();
    let relabels = labels
        .into_iter()
        .map(|label| {
            let (id, name) = (label.id.to_string(), format!("Make all {}", label.name));
            let relabel = move |_| {
                // Selected words would be labelled instead.
                if workspace.selected_span().is_some() {
                    workspace.dispatch(Command::Escape);
                }
                workspace.dispatch(Command::Label(label.id.clone()));
            };
            view! {
                <button on:click=relabel>
                    <i class="dot" data-label=id></i>
                    {name}
                </button>
            }
        })
        .collect_view();
    view! {
        <section
            id="inspector"
            class="card"
            aria-label="Selected annotations"
            on:keydown=move |event| leave(workspace, &event)
        >
            <h2>{move || plural(count.get(), "annotation") + " selected"}</h2>
            <div class="actions" on:mousedown=|event| event.prevent_default()>
                {relabels}
                {action(workspace, "Merge", ("Make one of them", "merge"), Command::Merge)}
                {action(workspace, "Delete all", ("Delete all of them", "delete"), Command::Delete)}
            </div>
        </section>
    }
}
