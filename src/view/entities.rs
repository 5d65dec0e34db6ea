//! The page of all entities, and the page of one with all its claims.

pub mod form;
pub mod list;
pub mod one;

use super::bar::Bar;
use crate::app::workspace::Workspace;
use crate::browser::route::Route;
use crate::browser::viewport;
use leptos::html::Main;
use leptos::prelude::*;
use list::EntityList;
use one::EntityPage;

/// The pages `#/entities` and `#/entity/{id}`.
#[component]
pub fn EntitiesPage() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let main = NodeRef::<Main>::new();
    // A deletion, say, takes away what had the focus.
    Effect::new(move || {
        workspace.revision.track();
        request_animation_frame(move || {
            if let Some(Some(main)) = main.try_get_untracked() {
                viewport::focus_if_lost(&main);
            }
        });
    });
    let (above, href, content) = match workspace.route.get_untracked() {
        Route::Entity(id) => (
            "Entities",
            Route::Entities.href(),
            view! { <EntityPage id/> }.into_any(),
        ),
        _ => (
            "All articles",
            Route::Library.href(),
            view! { <EntityList/> }.into_any(),
        ),
    };
    view! {
        <Bar>
            <span class="bar-gap"></span>
        </Bar>
        <main node_ref=main class="shelf" tabindex="-1">
            <p class="way-up"><a href=href>"‹ " {above}</a></p>
            {content}
        </main>
    }
}
