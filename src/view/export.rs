//! The export dialog: one button a format.

use super::modal::Modal;
use crate::app::command::Dialog;
use crate::app::wording::plural;
use crate::app::workspace::Workspace;
use crate::formats;
use leptos::prelude::*;

/// The dialog `Export`.
#[component]
pub fn ExportDialog() -> impl IntoView {
    view! {
        <Modal is_open=|dialog| *dialog == Dialog::Export id="export" title="Export">
            <Formats/>
        </Modal>
    }
}

#[component]
fn Formats() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
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
    }
}
