//! The dialog that tells the reviewer what has happened, where an announcement would be too little.

use crate::app::workspace::Workspace;
use crate::browser::idle;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The dialog; shown while there is something to tell.
#[component]
pub fn NoticeDialog() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let notice = workspace.notice;
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        let is_page_due = workspace.is_page_due;
        match (notice.with(Option::is_some) && !is_page_due.get(), dialog.open()) {
            // Once the page beneath is painted: Chromium lets no words be selected by mouse that it has first laid out
            // beneath a dialog.
            (true, false) => idle::after_paint(move || {
                let is_told = notice.try_with_untracked(Option::is_some) == Some(true);
                if is_told && is_page_due.try_get_untracked() == Some(false) && !dialog.open() {
                    // Fails only for a dialog that is open already.
                    let _ = dialog.show_modal();
                }
            }),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            data-error=move || notice.with(|notice| notice.as_ref().is_some_and(|notice| notice.is_error)).then_some("")
            aria-labelledby="notice-title"
            on:close=move |_| notice.set(None)
        >
            <h2 id="notice-title">{move || notice.get().map(|notice| notice.title)}</h2>
            {move || notice.get().map(|notice| {
                notice.details.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()
            })}
            <div class="dialog-end">
                <button class="solid" on:click=move |_| notice.set(None)>"Close"</button>
            </div>
        </dialog>
    }
}
