//! The page as a whole: what is open, what lies over it, and the keys that work everywhere.

use super::import;
use super::library::Library;
use super::page;
use super::part::{Page, Soon};
use crate::app::keymap::Focus;
use crate::app::workspace::Workspace;
use crate::browser::keyboard::{self, KeyPress};
use crate::browser::local_storage;
use crate::browser::route::{self, Route};
use crate::browser::tabs;
use crate::browser::version;
use leptos::prelude::*;

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let workspace = Workspace::empty();
    provide_context(workspace);
    leptos::task::spawn_local(workspace.load());

    let routes = StoredValue::new_local(route::listen(move |route| workspace.open(route)));
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.default_prevented()
            || keyboard::is_in_dialog(&event)
            || workspace.dialog.with_untracked(Option::is_some)
        {
            return;
        }
        let focus = match keyboard::is_typing(&event) {
            true => Focus::Field,
            false => Focus::Page,
        };
        if workspace.press(&KeyPress::from(&event), focus) {
            event.prevent_default();
        }
    });
    let leaving = window_event_listener(leptos::ev::pagehide, move |_| {
        workspace.end_note();
        workspace.close_line();
    });
    // A page that is hidden may never be shown again, and not every browser says so when it is left.
    let hidden = window_event_listener(leptos::ev::visibilitychange, move |_| workspace.end_note());
    let thawed = StoredValue::new_local(tabs::on_thaw(move || workspace.come_back()));
    let gone = StoredValue::new_local(local_storage::on_gone(move |all| workspace.refill_storage(all)));
    let news = StoredValue::new_local(version::listen(move |news| {
        workspace
            .version
            .update(|heard| *heard = (*heard).max(Some(news)));
    }));
    import::listen_for_files(workspace);
    on_cleanup(move || {
        leaving.remove();
        hidden.remove();
        thawed.dispose();
        gone.dispose();
        news.dispose();
        routes.dispose();
        keys.remove();
    });

    Effect::new(move || page::set_title(workspace));

    // A large corpus is ready twice: when it can be listed, and when it is read. What is shown by then stays.
    let shown = Memo::new(move |_| (workspace.is_ready.get(), workspace.route.get()));
    view! {
        {move || match shown.get() {
            (false, _) if workspace.is_stuck.get() => view! { <Stuck/> }.into_any(),
            (false, _) => view! { <p class="waiting">"Opening the articles…"</p> }.into_any(),
            (true, Route::Library) => view! { <Library/> }.into_any(),
            (true, Route::Article(_)) => view! { <Page scene=|scenes| scenes.reader/> }.into_any(),
            (true, Route::Entities | Route::Entity(_)) => {
                view! { <Page scene=|scenes| scenes.entities/> }.into_any()
            }
        }}
        <Hint/>
        <Soon scene=|scenes| scenes.over/>
        <p class="unseen" role="log" aria-live="polite" aria-label="Announcements">
            {move || workspace.announcement.get()}
        </p>
    }
}

/// Why the last command could not be done. A screen reader hears it among the announcements.
#[component]
fn Hint() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    view! { <p class="hint" aria-hidden="true">{move || workspace.hint.get()}</p> }
}

/// What is shown where earlier work is kept and the part of the page that reads it could not be fetched.
#[component]
fn Stuck() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let retry = move |_| {
        workspace.is_stuck.set(false);
        leptos::task::spawn_local(workspace.load());
    };
    view! {
        <main class="shelf">
            <p role="alert">
                "A part of the page could not be loaded that is needed to read your work. Nothing is lost. Check the connection, then try again."
            </p>
            <button class="solid" on:click=retry>"Retry"</button>
        </main>
    }
}
