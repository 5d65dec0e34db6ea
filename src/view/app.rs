//! The page as a whole: what is open, what lies over it, and the keys that work everywhere.

use super::export::ExportDialog;
use super::library::Library;
use super::notice::NoticeDialog;
use super::page;
use super::reader::Reader;
use crate::app::keymap;
use crate::app::workspace::Workspace;
use crate::browser::keyboard::{self, KeyPress};
use crate::browser::route::{self, Route};
use leptos::prelude::*;

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let workspace = Workspace::empty();
    provide_context(workspace);
    leptos::task::spawn_local(workspace.load());

    let routes = StoredValue::new_local(route::listen(move |route| workspace.open(route)));
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.default_prevented() || keyboard::is_typing(&event) || workspace.is_exporting.get_untracked()
        {
            return;
        }
        let press = KeyPress::from(&event);
        let command = workspace
            .with(|desk| keymap::page_command(&press, &desk.scheme))
            .flatten();
        if let Some(command) = command {
            event.prevent_default();
            workspace.dispatch(command);
        }
    });
    let leaving = window_event_listener(leptos::ev::pagehide, move |_| workspace.keep_note());
    on_cleanup(move || {
        leaving.remove();
        routes.dispose();
        keys.remove();
    });

    Effect::new(move || page::set_title(workspace));

    view! {
        {move || match (workspace.is_ready.get(), workspace.route.get()) {
            (false, _) => view! { <p class="waiting">"Opening the articles…"</p> }.into_any(),
            (true, Route::Library) => view! { <Library/> }.into_any(),
            (true, Route::Article(id)) => view! { <Reader id/> }.into_any(),
        }}
        <ExportDialog/>
        <NoticeDialog/>
        <p class="unseen" role="log" aria-live="polite" aria-label="Announcements">
            {move || workspace.announcement.get()}
        </p>
    }
}
