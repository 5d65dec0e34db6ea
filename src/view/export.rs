//! The export dialog: one button a format.

use crate::app::wording::plural;
use crate::app::workspace::Workspace;
use crate::formats;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The dialog `Export`.
#[component]
pub fn ExportDialog() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (workspace.is_exporting.get(), dialog.open()) {
            // Fails only for a dialog that is open already.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let summary = move || {
        workspace.revision.track();
        workspace.with(|desk| {
            let annotations: usize = desk
                .articles
                .iter()
                .map(|article| desk.records_of(&article.id).spans().len())
                .sum();
            format!(
                "{}, {}",
                plural(desk.articles.len(), "article"),
                plural(annotations, "annotation")
            )
        })
    };
    let missing = move || {
        let names: Vec<_> = workspace
            .problems
            .get()
            .into_iter()
            .map(|problem| problem.name)
            .collect();
        (!names.is_empty()).then(|| {
            let names = names.join("; ");
            view! {
                <p class="missing">
                    {format!("Not in the file, since it could not be opened: {names}. Your work on it is kept.")}
                </p>
            }
        })
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="export-title"
            on:close=move |_| workspace.is_exporting.set(false)
        >
            <h2 id="export-title">"Export"</h2>
            <p class="quiet-text">{summary} ". The file is made here and goes nowhere but to your downloads."</p>
            {missing}
            <ul class="formats">
                {formats::EXPORTS
                    .iter()
                    .map(|&format| {
                        let id = format!("about-{}", format.id());
                        view! {
                            <li>
                                <button
                                    class="format"
                                    aria-describedby=id.clone()
                                    on:click=move |_| workspace.export(format)
                                >
                                    {format.name()}
                                </button>
                                <p id=id>{format.about()}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <div class="dialog-end">
                <button on:click=move |_| workspace.is_exporting.set(false)>"Close"</button>
            </div>
        </dialog>
    }
}
