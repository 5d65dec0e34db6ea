//! The library: the articles, how far the work on each is, and what it holds.

use super::bar::Bar;
use super::part::Soon;
use super::scheme::SchemeSection;
use crate::app::command::Command;
use crate::app::loading::Problem;
use crate::app::wording::status_name;
use crate::app::workspace::Workspace;
use crate::browser::folding::small;
use crate::browser::route::Route;
use crate::browser::viewport;
use crate::core::id::ArticleId;
use crate::core::record::Status;
use crate::core::scheme::Scheme;
use crate::core::shelf;
use crate::core::wording::{plural, thousands};
use leptos::html::{Main, Ol};
use leptos::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// A list up to this long is drawn as a whole.
pub const WHOLE: usize = 100;
/// How many articles have a filter above them.
pub const MANY: usize = 12;
/// How many rows of a longer list are drawn at first.
const FIRST: usize = 36;
/// The attribute that carries a row's place in the list.
pub const AT: &str = "data-at";

/// What of the articles is listed and drawn. The later part of the page filters them, and moves the window.
#[derive(Clone, Copy)]
pub struct Listing {
    /// The list.
    pub list: NodeRef<Ol>,
    /// How many articles there are.
    pub all: Memo<usize>,
    /// The places of the articles that are listed; `None` where that is all of them.
    pub listed: RwSignal<Option<Arc<Vec<usize>>>>,
    /// How many are listed.
    pub count: Memo<usize>,
    /// Which of those that are listed are drawn, where the list is long.
    pub window: RwSignal<Range<usize>>,
    /// The row that is drawn wherever the window is, since it has the focus or is to have it.
    pub held: RwSignal<Option<usize>>,
}

/// A row as it is drawn.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    /// Its place among those that are listed.
    at: usize,
    id: ArticleId,
    name: Arc<str>,
    about: String,
    status: Status,
    /// A label's id and name, and how many annotations have it.
    counts: Vec<(String, String, usize)>,
}

/// The page `#/`.
#[component]
pub fn Library() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let totals = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with_shelf(|shelf, _| shelf.totals())
            .unwrap_or_default()
    });
    let all = Memo::new(move |_| totals.get().articles);
    let listed = RwSignal::new(None::<Arc<Vec<usize>>>);
    let listing = Listing {
        list: NodeRef::new(),
        all,
        listed,
        count: Memo::new(move |_| {
            listed.with(|listed| listed.as_ref().map_or_else(|| all.get(), |places| places.len()))
        }),
        window: RwSignal::new(0..FIRST),
        held: RwSignal::new(None),
    };
    provide_context(listing);
    let is_long = move || listing.count.get() > WHOLE;
    let rows = Memo::new(move |_| {
        workspace.revision.track();
        rows(workspace, listing)
    });
    let main = NodeRef::<Main>::new();
    // A retry that succeeds takes its button away.
    Effect::new(move || {
        workspace.problems.track();
        request_animation_frame(move || {
            if let Some(Some(main)) = main.try_get_untracked() {
                viewport::focus_if_lost(&main);
            }
        });
    });
    let share = move || {
        (totals.get().done * 100)
            .checked_div(all.get())
            .unwrap_or_default()
    };
    let done = move || format!("{} of {}", thousands(totals.get().done), thousands(all.get()));
    view! {
        <Bar>
            <span class="bar-gap"></span>
        </Bar>
        <main node_ref=main class="shelf" tabindex="-1">
            <h1>"Articles"</h1>
            <div class="about-corpus">
                <span>{move || done() + " done"}</span>
                <span>{move || plural(totals.get().annotations, "annotation")}</span>
                <a href=Route::Entities.href()>"Entities"</a>
                <label>
                    "Reviewer"
                    <input
                        class="reviewer"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        prop:value=move || workspace.reviewer.get()
                        on:change=move |event| workspace.set_reviewer(event_target_value(&event))
                    />
                </label>
            </div>
            <div
                class="progress"
                role="progressbar"
                aria-label="Corpus"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || share().to_string()
                aria-valuetext=move || done() + " articles done"
            >
                <i style:--done=move || format!("{}%", share())></i>
            </div>
            <Problems/>
            <div class="shelving" class:many=move || { all.get() > MANY }>
                <Soon scene=|scenes| scenes.shelving/>
            </div>
            <ol
                node_ref=listing.list
                class="rows"
                class:long=is_long
                aria-label="Articles"
                style:--count=move || listing.count.get().to_string()
            >
                <For each=move || rows.with(|rows| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>()) key=Clone::clone let:id>
                    <ArticleRow id rows listing/>
                </For>
            </ol>
            <SchemeSection/>
        </main>
    }
}

#[component]
fn ArticleRow(id: ArticleId, rows: Memo<Vec<Row>>, listing: Listing) -> impl IntoView {
    let href = Route::Article(id.clone()).href();
    // The row stays when what it tells changes, and with it the focus.
    let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.id == id).cloned()));
    let at = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.at)).unwrap_or_default());
    let status = move || {
        row.with(|row| row.as_ref().map(|row| row.status))
            .unwrap_or_default()
    };
    let of_all = move |number: usize| (listing.count.get() > WHOLE).then(|| number.to_string());
    view! {
        <li
            data-at=at
            style:--at=move || at.get().to_string()
            aria-posinset=move || of_all(at.get() + 1)
            aria-setsize=move || of_all(listing.count.get())
        >
            <div>
                <a href=href>{move || row.get().map(|row| row.name.to_string())}</a>
                <p>{move || row.get().map(|row| row.about)}</p>
            </div>
            <div class="counts">{move || row.get().map(|row| counts(row.counts))}</div>
            <div class="state" data-done=move || (status() == Status::Done).then_some("")>
                {move || status_name(status())}
            </div>
        </li>
    }
}

fn counts(counts: Vec<(String, String, usize)>) -> AnyView {
    counts
        .into_iter()
        .map(|(label, name, count)| {
            view! {
                <span title=plural(count, &small(&name))>
                    <i class="dot" data-label=label></i>
                    {count}
                    <span class="unseen">{format!(" {name}")}</span>
                </span>
            }
        })
        .collect_view()
        .into_any()
}

/// The articles that could not be opened, each with its reason and another try.
#[component]
fn Problems() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let problems = workspace.problems;
    view! {
        <Show when=move || problems.with(|problems| !problems.is_empty())>
            <ul class="problems" aria-label="Articles that could not be opened">
                <For
                    each=move || problems.get()
                    key=|problem| (problem.id.clone(), problem.reason.clone())
                    let:problem
                >
                    <ProblemRow problem/>
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn ProblemRow(problem: Problem) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let (name, reason) = (problem.name.clone(), problem.reason.clone());
    let is_trying = RwSignal::new(false);
    let retry = move |_| {
        let problem = problem.clone();
        is_trying.set(true);
        leptos::task::spawn_local(async move {
            workspace.retry(problem).await;
            is_trying.try_set(false);
        });
    };
    view! {
        <li>
            <div role="alert">
                <strong>{name}</strong>
                <p>{reason}</p>
            </div>
            <button on:click=retry aria-disabled=move || is_trying.get().to_string()>
                {move || if is_trying.get() { "Trying…" } else { "Retry" }}
            </button>
        </li>
    }
}

/// What is drawn of the list.
fn rows(workspace: Workspace, listing: Listing) -> Vec<Row> {
    let count = listing.count.get();
    let window = match count <= WHOLE {
        true => 0..count,
        false => listing.window.get(),
    };
    let held = listing
        .held
        .get()
        .filter(|at| *at < count && !window.contains(at));
    let (before, behind) = match held {
        Some(at) if at < window.start => (Some(at), None),
        held => (None, held),
    };
    let drawn = before.into_iter().chain(window).chain(behind);
    listing.listed.with(|listed| {
        workspace
            .with_shelf(|shelf, scheme| {
                drawn
                    .filter_map(|at| {
                        let place = match listed {
                            Some(places) => *places.get(at)?,
                            None => at,
                        };
                        let (id, told) = shelf.at(place)?;
                        Some(row(at, id, told?, scheme))
                    })
                    .collect()
            })
            .unwrap_or_default()
    })
}

fn row(at: usize, id: &ArticleId, told: &shelf::Row, scheme: &Scheme) -> Row {
    let length = told.code_points.map(|count| plural(count, "character"));
    let ours = told.title_is_ours.then(|| "title given by us".to_owned());
    Row {
        at,
        id: id.clone(),
        name: told.name.clone(),
        about: length.into_iter().chain(ours).collect::<Vec<_>>().join(" · "),
        status: told.status,
        counts: scheme
            .labels
            .iter()
            .map(|label| {
                let own = told.counts.iter().find(|(id, _)| *id == label.id);
                let count = own.map_or(0, |(_, count)| *count);
                (label.id.to_string(), label.name.to_string(), count)
            })
            // Annotations whose label the scheme has lost count all the same.
            .chain(
                told.counts
                    .iter()
                    .filter(|(id, _)| scheme.label(id).is_none())
                    .map(|(id, count)| (id.to_string(), id.to_string(), *count)),
            )
            .collect(),
    }
}

/// The button that says that the open article is done, or not after all.
#[component]
pub fn DoneButton() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let is_done = Memo::new(move |_| {
        workspace.revision.track();
        workspace.with_open(|_, _, records| records.status() == Status::Done) == Some(true)
    });
    let toggle = move |_| {
        let status = match is_done.get_untracked() {
            true => Status::InProgress,
            false => Status::Done,
        };
        workspace.dispatch(Command::SetStatus(status));
    };
    view! { <button on:click=toggle>{move || if is_done.get() { "Reopen" } else { "Mark as done" }}</button> }
}
