//! What the list of articles needs where it is long: a filter, keys, and a window that follows what is in sight.
//!
//! All rows of a long list have one height, so that where each stands is known without drawing it. The row that has
//! the focus stays drawn wherever the page is scrolled to.

use super::library::{AT, Listing, MANY, WHOLE};
use crate::app::wording::status_name;
use crate::app::workspace::Workspace;
use crate::browser::folding::BrowserFolding;
use crate::browser::{idle, viewport};
use crate::core::fold::Folder;
use crate::core::record::Status;
use crate::core::shelf::{ShelfFilter, window};
use crate::core::wording::{plural, thousands};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use std::sync::Arc;

/// How many milliseconds after the last change of the filter a screen reader is told what it leaves.
const REST: i32 = 400;

const STATUSES: [Status; 3] = [Status::NotStarted, Status::InProgress, Status::Done];

/// The filter above the list, and what keeps the rows in sight drawn.
#[component]
pub fn Shelving() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let listing = expect_context::<Listing>();
    let filter = workspace.shelf_filter;
    let left = Memo::new(move |_| {
        workspace.revision.track();
        filter.with(|filter| (!filter.is_empty()).then(|| filtered(workspace, filter)))
    });
    Effect::new(move || {
        let left = left.get();
        if listing.listed.with_untracked(|listed| *listed != left) {
            listing.held.set(None);
            listing.listed.set(left);
        }
    });
    Effect::new(move || {
        listing.count.track();
        request_animation_frame(move || follow(listing));
    });
    // A row that is drawn at another place among its siblings loses the focus. It gets it back before anything is
    // painted or told.
    Effect::new(move || {
        listing.window.track();
        if let Some(at) = listing.held.get() {
            leptos::task::spawn_local(async move {
                if let Some(Some(list)) = listing.list.try_get_untracked()
                    && viewport::is_focus_lost()
                {
                    viewport::focus_link(&list, AT, &at.to_string());
                }
            });
        }
    });
    let listeners = [
        window_event_listener(ev::scroll, move |_| follow(listing)),
        window_event_listener(ev::resize, move |_| follow(listing)),
        window_event_listener(ev::keydown, move |event| press(listing, &event)),
        window_event_listener(ev::focusin, move |_| hold(listing)),
        // One beside all that can have the focus takes it away, and is no focusing.
        window_event_listener(ev::click, move |_| hold(listing)),
        // On paper is the whole list.
        window_event_listener(ev::beforeprint, move |_| {
            listing.window.set(0..listing.count.get_untracked())
        }),
        window_event_listener(ev::afterprint, move |_| follow(listing)),
    ];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    request_animation_frame(move || come_back(workspace, listing));

    view! {
        <Show when=move || { listing.all.get() > MANY || left.with(Option::is_some) }>
            <FilterBar listing/>
        </Show>
        <Show when=move || listing.count.get() == 0 && left.with(Option::is_some)>
            <p class="quiet-text">"The filter lets none through."</p>
        </Show>
    }
}

/// The filter.
#[component]
fn FilterBar(listing: Listing) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let filter = workspace.shelf_filter;
    let is_filtering = Memo::new(move |_| filter.with(|filter| !filter.is_empty()));
    let shown = move || {
        let (count, all) = (listing.count.get(), listing.all.get());
        match is_filtering.get() {
            true => format!("{} of {} shown", thousands(count), thousands(all)),
            false => plural(all, "article"),
        }
    };
    Effect::new(move |before: Option<ShelfFilter>| {
        let now = filter.get();
        if before.is_some_and(|before| before != now) {
            let asked = now.clone();
            idle::after(REST, move || {
                // An article may have been opened meanwhile, and the list be gone.
                if listing.count.try_get_untracked().is_some() && filter.get_untracked() == asked {
                    workspace.announce(untrack(shown));
                }
            });
        }
        now
    });
    let keydown = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Escape" if filter.with_untracked(|filter| !filter.words.is_empty()) => {
                filter.update(|filter| filter.words.clear());
            }
            "Escape" | "ArrowDown" => go_to(listing, listing.held.get_untracked().unwrap_or_default()),
            _ => return,
        }
        event.prevent_default();
    };
    let statuses = STATUSES
        .map(|status| {
            let is_chosen = move || filter.with(|filter| filter.status == Some(status));
            view! { <option value=status_name(status) prop:selected=is_chosen>{status_name(status)}</option> }
        })
        .collect_view();
    view! {
        <div class="shelf-filter" role="search" aria-label="Articles">
            <input
                id="filter-articles"
                type="search"
                aria-label="Filter articles"
                placeholder="Filter by title or id"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || filter.with(|filter| filter.words.clone())
                on:input=move |event| filter.update(|filter| filter.words = event_target_value(&event))
                on:keydown=keydown
            />
            <select
                aria-label="Filter by status"
                on:change=move |event| {
                    let value = event_target_value(&event);
                    let status = STATUSES.into_iter().find(|&status| status_name(status) == value);
                    filter.update(|filter| filter.status = status);
                }
            >
                <option value="" prop:selected=move || filter.with(|filter| filter.status.is_none())>
                    "Any status"
                </option>
                {statuses}
            </select>
            <span class="quiet-text">{shown}</span>
            <Show when=move || is_filtering.get()>
                <button
                    class="quiet"
                    on:click=move |_| {
                        filter.set(ShelfFilter::default());
                        viewport::focus_soon("filter-articles");
                    }
                >
                    "Clear filter"
                </button>
            </Show>
        </div>
    }
    .into_any()
}

fn filtered(workspace: Workspace, filter: &ShelfFilter) -> Arc<Vec<usize>> {
    let mut folder = Folder::new(&BrowserFolding);
    let left = workspace.with_shelf(|shelf, _| shelf.filtered(filter, &mut folder));
    Arc::new(left.unwrap_or_default())
}

/// Has the rows drawn that are in sight.
fn follow(listing: Listing) {
    let Some(Some(list)) = listing.list.try_get_untracked() else {
        return;
    };
    let count = listing.count.get_untracked();
    if count <= WHOLE {
        return;
    }
    let bounds = list.get_bounding_client_rect();
    let window = window(
        count,
        bounds.height() / count as f64,
        bounds.top(),
        viewport::height(),
    );
    if listing.window.with_untracked(|drawn| *drawn != window) {
        listing.window.set(window);
    }
}

/// The place in the list of the row that has the focus.
fn focused(listing: Listing) -> Option<usize> {
    let list = listing.list.get_untracked()?;
    viewport::focused_value(&list, AT)?.parse().ok()
}

/// Keeps the row drawn that has the focus.
fn hold(listing: Listing) {
    let at = focused(listing);
    if listing.held.get_untracked() != at {
        listing.held.set(at);
    }
}

/// Keys in the list: they go from row to row.
fn press(listing: Listing, event: &KeyboardEvent) {
    let Some(list) = listing.list.get_untracked() else {
        return;
    };
    let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key());
    let Some(at) = focused(listing).filter(|_| is_plain && !event.default_prevented()) else {
        return;
    };
    let last = listing.count.get_untracked().saturating_sub(1);
    let in_sight = viewport::height() * (last + 1) as f64 / list.get_bounding_client_rect().height();
    let page = (in_sight as usize).saturating_sub(2).max(1);
    let to = match event.key().as_str() {
        "ArrowDown" => at + 1,
        "ArrowUp" => at.saturating_sub(1),
        "PageDown" => at + page,
        "PageUp" => at.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        _ => return,
    };
    event.prevent_default();
    go_to(listing, to.min(last));
}

/// Gives the focus to a row, and has it in sight.
fn go_to(listing: Listing, at: usize) {
    listing.held.set(Some(at));
    request_animation_frame(move || {
        if let Some(Some(list)) = listing.list.try_get_untracked()
            && let Some(item) = viewport::focus_link(&list, AT, &at.to_string())
        {
            viewport::reveal(&item, false);
        }
    });
}

/// Comes back to where the library was left: to the article that was open last, without scrolling where its row is in
/// sight there.
fn come_back(workspace: Workspace, listing: Listing) {
    let is_there = listing.list.try_get_untracked().is_some();
    let Some((scrolled, article)) = workspace.left_library().filter(|_| is_there) else {
        return;
    };
    let place = workspace.with_shelf(|shelf, _| shelf.place(&article)).flatten();
    let at = match &*listing.listed.read_untracked() {
        Some(places) => place.and_then(|place| places.binary_search(&place).ok()),
        None => place,
    };
    viewport::scroll_to(scrolled);
    follow(listing);
    listing.held.set(at);
    request_animation_frame(move || {
        if let Some(Some(list)) = listing.list.try_get_untracked()
            && let Some(at) = at
            && let Some(item) = viewport::focus_link(&list, AT, &at.to_string())
        {
            let bounds = item.get_bounding_client_rect();
            if bounds.top() < 0.0 || bounds.bottom() > viewport::height() {
                viewport::reveal(&item, true);
            }
        }
    });
}
