//! Beside the text: what is selected, and one panel of several.

use super::annotations::Annotations;
use super::guideline::Guideline;
use super::inspector::Inspector;
use super::relation_target::RelationTarget;
use super::search::Search;
use super::to_complete::ToComplete;
use crate::app::command::{Command, Panel};
use crate::app::workspace::{Waiting, Workspace};
use crate::browser::viewport;
use leptos::prelude::*;

/// The panels in the order of their tabs.
const PANELS: [(Panel, &str); 4] = [
    (Panel::Annotations, "Annotations"),
    (Panel::ToComplete, "To complete"),
    (Panel::Search, "Search"),
    (Panel::Guideline, "Guideline"),
];

/// Everything beside the text of the open article.
#[component]
pub fn Side() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let is_relating = Memo::new(move |_| matches!(workspace.waiting.get(), Some(Waiting::Relate(_))));
    view! {
        <aside
            class="side"
            aria-label="Annotations of this article"
            on:focusout=|event| viewport::lower_if_left(&event)
        >
            <Inspector/>
            {move || match is_relating.get() {
                true => view! { <RelationTarget/> }.into_any(),
                false => view! { <Panels/> }.into_any(),
            }}
        </aside>
    }
}

#[component]
fn Panels() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let tabs = NodeRef::<leptos::html::Div>::new();
    // The arrow keys go from tab to tab (WAI-ARIA Authoring Practices, tabs).
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let at = PANELS
            .iter()
            .position(|(panel, _)| *panel == workspace.panel.get_untracked())
            .unwrap_or_default();
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % PANELS.len(),
            "ArrowLeft" => (at + PANELS.len() - 1) % PANELS.len(),
            "Home" => 0,
            "End" => PANELS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        workspace.panel.set(PANELS[to].0);
        request_animation_frame(move || {
            let tab = tabs
                .get_untracked()
                .and_then(|tabs| tabs.query_selector("[aria-selected=true]").ok().flatten());
            if let Some(tab) = tab {
                use wasm_bindgen::JsCast;
                viewport::focus(tab.unchecked_ref());
            }
        });
    };
    view! {
        <div node_ref=tabs class="tabs" role="tablist" aria-label="Beside the text" on:keydown=keydown>
            {PANELS
                .into_iter()
                .map(|(panel, name)| {
                    let is_shown = move || workspace.panel.get() == panel;
                    view! {
                        <button
                            role="tab"
                            class="tab"
                            id=format!("tab-{}", name.to_lowercase().replace(' ', "-"))
                            aria-selected=move || is_shown().to_string()
                            aria-controls="panel"
                            tabindex=move || if is_shown() { "0" } else { "-1" }
                            on:click=move |_| workspace.dispatch(Command::ShowPanel(panel))
                        >
                            {name}
                        </button>
                    }
                })
                .collect_view()}
        </div>
        <div
            class="panel"
            id="panel"
            role="tabpanel"
            tabindex="-1"
            aria-labelledby=move || {
                let name = PANELS.iter().find(|(panel, _)| *panel == workspace.panel.get()).map(|(_, name)| *name);
                format!("tab-{}", name.unwrap_or_default().to_lowercase().replace(' ', "-"))
            }
        >
            {move || match workspace.panel.get() {
                Panel::Annotations => view! { <Annotations/> }.into_any(),
                Panel::ToComplete => view! { <ToComplete/> }.into_any(),
                Panel::Search => view! { <Search/> }.into_any(),
                Panel::Guideline => view! { <Guideline/> }.into_any(),
            }}
        </div>
    }
}
