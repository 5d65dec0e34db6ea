//! The filter above the list of annotations.

use crate::app::workspace::Workspace;
use crate::browser::{idle, viewport};
use crate::core::filter::{self, Filter};
use crate::core::record::Origin;
use crate::core::wording::thousands;
use leptos::prelude::*;
use std::sync::Arc;

/// How many milliseconds after the last key the words count.
const REST: i32 = 80;

/// Where an annotation may come from, and its name on the page.
const ORIGINS: [(Origin, &str); 3] = [
    (Origin::Human, "A reviewer here"),
    (Origin::Rule, "A rule"),
    (Origin::Imported, "A file"),
];

/// The filter. `shown` and `count` tell how many annotations it lets through, and out of how many.
#[component]
pub fn FilterBar(
    /// How many annotations the filter lets through.
    shown: Memo<usize>,
    /// How many there are.
    count: Memo<usize>,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let filter = workspace.filter;
    let is_open = RwSignal::new(filter.with_untracked(|filter| {
        filter.origin.is_some() || filter.annotator.is_some() || filter.is_missing_fields
    }));
    let is_filtering = Memo::new(move |_| filter.with(|filter| !filter.is_empty()));
    // What is typed counts after a short rest.
    let words = RwSignal::new(filter.with_untracked(|filter| filter.words.clone()));
    let take = move || {
        let words = words.get_untracked();
        if filter.with_untracked(|filter| filter.words != words) {
            filter.update(|filter| filter.words = words);
        }
    };
    let input = move |event| {
        let typed = event_target_value(&event);
        words.set(typed.clone());
        idle::after(REST, move || {
            if words.try_get_untracked() == Some(typed) {
                take();
            }
        });
    };
    let clear = move || {
        words.set(String::new());
        filter.set(Filter::default());
        viewport::focus_soon("filter-words");
    };
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        match event.key().as_str() {
            "Escape" if words.with_untracked(String::is_empty) => viewport::focus_text(),
            "Escape" => {
                words.set(String::new());
                take();
            }
            "Enter" => take(),
            _ => return,
        }
        event.prevent_default();
    };

    Effect::new(move |was_filtering: Option<bool>| {
        filter.track();
        let is_filtering = is_filtering.get();
        if is_filtering || was_filtering == Some(true) {
            workspace.announce(format!(
                "{} of {} shown",
                thousands(shown.get_untracked()),
                thousands(count.get_untracked())
            ));
        }
        is_filtering
    });

    let labels = workspace
        .with(|desk| desk.scheme.labels.clone())
        .unwrap_or_default()
        .into_iter()
        .map(|label| {
            let id = label.id.clone();
            view! {
                <option
                    value=label.id.to_string()
                    prop:selected=move || filter.with(|filter| filter.label.as_ref() == Some(&id))
                >
                    {label.name.to_string()}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="filter" role="group" aria-label="Filter">
            <select
                aria-label="Filter by label"
                on:change=move |event| {
                    let value = event_target_value(&event);
                    filter.update(|filter| filter.label = chosen(&value).map(Into::into));
                }
            >
                <option value="" prop:selected=move || filter.with(|filter| filter.label.is_none())>
                    "All labels"
                </option>
                {labels}
            </select>
            <input
                id="filter-words"
                aria-label="Filter annotations"
                placeholder="Filter"
                autocomplete="off"
                spellcheck="false"
                prop:value=words
                on:input=input
                on:keydown=keydown
            />
            <button
                class="quiet"
                aria-expanded=move || is_open.get().to_string()
                aria-controls="filter-more"
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                "More" <span class="unseen">" filters"</span>
            </button>
            <div class="filter-more" id="filter-more" hidden=move || !is_open.get()>
                {move || is_open.get().then(|| view! { <More/> })}
            </div>
            <Show when=move || is_filtering.get()>
                <button class="filter-clear" on:click=move |_| clear()>"Clear filter"</button>
            </Show>
        </div>
    }
    .into_any()
}

/// What is asked for more seldom.
#[component]
fn More() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let filter = workspace.filter;
    let origins = ORIGINS
        .map(|(origin, name)| {
            view! {
                <option
                    value=name
                    prop:selected=move || filter.with(|filter| filter.origin == Some(origin))
                >
                    {name}
                </option>
            }
        })
        .collect_view();
    let names = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with_open(|_, _, records| filter::annotators(records))
            .unwrap_or_default()
    });
    let annotators = move || {
        names
            .get()
            .into_iter()
            .map(|name| {
                let shown = name.to_string();
                let is_chosen =
                    move || filter.with(|filter| filter.annotator.as_deref() == Some(name.as_ref()));
                view! { <option value=shown.clone() prop:selected=is_chosen>{shown.clone()}</option> }
            })
            .collect_view()
    };
    view! {
        <label>
            "Origin"
            <select on:change=move |event| {
                let value = event_target_value(&event);
                let origin = ORIGINS.iter().find(|(_, name)| *name == value).map(|(origin, _)| *origin);
                filter.update(|filter| filter.origin = origin);
            }>
                <option value="" prop:selected=move || filter.with(|filter| filter.origin.is_none())>
                    "Any"
                </option>
                {origins}
            </select>
        </label>
        <label>
            "Annotator"
            <select on:change=move |event| {
                let value = event_target_value(&event);
                filter.update(|filter| filter.annotator = chosen(&value).map(Arc::from));
            }>
                <option value="" prop:selected=move || filter.with(|filter| filter.annotator.is_none())>
                    "Anybody"
                </option>
                {annotators}
            </select>
        </label>
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || filter.with(|filter| filter.is_missing_fields)
                on:change=move |event| {
                    let is_missing = event_target_checked(&event);
                    filter.update(|filter| filter.is_missing_fields = is_missing);
                }
            />
            "Missing fields"
        </label>
    }
    .into_any()
}

fn chosen(value: &str) -> Option<&str> {
    Some(value).filter(|value| !value.is_empty())
}
