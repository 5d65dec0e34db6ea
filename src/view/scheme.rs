//! The scheme in the list of articles: which one is in use, and the way to another.

use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::core::scheme::Scheme;
use leptos::prelude::*;

/// The section `Scheme`.
#[component]
pub fn SchemeSection() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let scheme = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with(|desk| {
                let Scheme {
                    name,
                    version,
                    labels,
                    ..
                } = &desk.scheme;
                let labels = labels.iter();
                let labels =
                    labels.map(|label| (label.id.clone(), label.name.clone(), label.definition.clone()));
                (format!("{name}, version {version}"), labels.collect::<Vec<_>>())
            })
            .unwrap_or_default()
    });
    let is_built_in = Memo::new(move |_| {
        workspace.revision.track();
        workspace.has_built_in_scheme()
    });
    let labels = move || {
        let (_, labels) = scheme.get();
        labels
            .into_iter()
            .map(|(id, name, definition)| {
                view! {
                    <li title=definition.to_string()>
                        <i class="dot" data-label=id.to_string()></i>
                        {name.to_string()}
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section class="scheme" aria-labelledby="scheme-title">
            <h2 id="scheme-title">"Scheme"</h2>
            <p class="quiet-text">
                {move || scheme.get().0}
            </p>
            <ul aria-label="Labels of the scheme">{labels}</ul>
            <div class="scheme-tools">
                <button on:click=move |_| workspace.dispatch(Command::Import)>"Load a scheme"</button>
                <button on:click=move |_| workspace.download_scheme()>"Download the scheme"</button>
                <button
                    aria-disabled=move || is_built_in.get().to_string()
                    on:click=move |_| if !is_built_in.get_untracked() { workspace.use_built_in_scheme() }
                >
                    "Use the built-in scheme"
                </button>
            </div>
        </section>
    }
}
