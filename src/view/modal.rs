//! The frame of every dialog: it lies over the page, and Escape and a button close it.

use crate::app::command::Dialog;
use crate::app::workspace::Workspace;
use leptos::html;
use leptos::prelude::*;

/// A dialog that is drawn while it is open.
#[component]
pub fn Modal(
    /// Whether this is the dialog that is open.
    is_open: fn(&Dialog) -> bool,
    /// Its id in the page's markup.
    id: &'static str,
    /// Its title.
    title: &'static str,
    /// What is in it, drawn anew each time that it is opened.
    children: ChildrenFn,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let dialog = NodeRef::<html::Dialog>::new();
    let open = Memo::new(move |_| {
        workspace
            .dialog
            .with(|dialog| dialog.as_ref().is_some_and(is_open))
    });
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Fails only for a dialog that is open already.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let title_id = format!("{id}-title");
    let titled_by = title_id.clone();
    view! {
        <dialog
            node_ref=dialog
            class=format!("dialog {id}")
            aria-labelledby=titled_by
            on:close=move |_| if open.get_untracked() { workspace.dialog.set(None) }
        >
            <header class="dialog-head">
                <h2 id=title_id>{title}</h2>
                <button class="icon" aria-label="Close" on:click=move |_| workspace.dialog.set(None)>"✕"</button>
            </header>
            {move || open.get().then(|| children())}
        </dialog>
    }
}
