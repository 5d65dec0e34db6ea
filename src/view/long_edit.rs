//! The dialog over the page while an edit of many records is under way.

use crate::app::workspace::Workspace;
use crate::core::wording::{plural, thousands};
use leptos::ev::Event;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The dialog. The style sheet has it seen after a moment alone, since most such edits are over by then.
#[component]
pub fn LongEditDialog() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let edit = workspace.long_edit;
    let dialog = NodeRef::<Dialog>::new();
    let is_shown = Memo::new(move |_| edit.with(Option::is_some));
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (is_shown.get(), dialog.open()) {
            // Fails only for a dialog that is open already.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let title = Memo::new(move |_| edit.with(|edit| edit.as_ref().map(|edit| edit.title.clone())));
    let done = move || edit.with(|edit| edit.as_ref().map_or(0, |edit| edit.done));
    let all = Memo::new(move |_| edit.with(|edit| edit.as_ref().map_or(0, |edit| edit.all)));
    let is_counted = Memo::new(move |_| all.get() > 0);
    let is_cancelled =
        Memo::new(move |_| edit.with(|edit| edit.as_ref().is_some_and(|edit| edit.is_cancelled)));
    view! {
        <dialog
            node_ref=dialog
            class="dialog long-edit"
            aria-labelledby="long-edit-title"
            on:cancel=move |event: Event| {
                event.prevent_default();
                workspace.cancel_long_edit();
            }
        >
            <h2 id="long-edit-title">{title}</h2>
            // Without a value it tells that something is under way, and not how far.
            <progress
                aria-labelledby="long-edit-title"
                max=move || is_counted.get().then(|| all.get())
                value=move || is_counted.get().then(done)
            ></progress>
            <p>
                {move || is_counted.get().then(|| {
                    format!("{} of {}", thousands(done()), plural(all.get(), "record"))
                })}
            </p>
            <div class="dialog-end">
                <button
                    aria-disabled=move || is_cancelled.get().to_string()
                    on:click=move |_| workspace.cancel_long_edit()
                >
                    "Cancel"
                </button>
            </div>
        </dialog>
    }
}
