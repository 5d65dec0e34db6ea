//! The library: the articles, how far the work on each is, and what it holds.

use super::bar::Bar;
use super::scheme::SchemeSection;
use crate::app::command::Command;
use crate::app::loading::Problem;
use crate::app::wording::{plural, status_name, thousands};
use crate::app::workspace::Workspace;
use crate::browser::folding::small;
use crate::browser::route::Route;
use crate::browser::viewport;
use crate::core::record::Status;
use leptos::html::Main;
use leptos::prelude::*;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Row {
    name: String,
    href: String,
    about: String,
    status: &'static str,
    is_done: bool,
    /// A label's id and name, and how many annotations have it.
    counts: Vec<(String, String, usize)>,
}

/// The page `#/`.
#[component]
pub fn Library() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let rows = Memo::new(move |_| {
        workspace.revision.track();
        rows(workspace)
    });
    let done = move || rows.with(|rows| rows.iter().filter(|row| row.is_done).count());
    let all = move || rows.with(Vec::len);
    let annotations = move || {
        rows.with(|rows| {
            rows.iter()
                .flat_map(|row| &row.counts)
                .map(|(_, _, count)| count)
                .sum::<usize>()
        })
    };
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
    let share = move || (done() * 100).checked_div(all()).unwrap_or_default();
    view! {
        <Bar>
            <span class="bar-gap"></span>
        </Bar>
        <main node_ref=main class="shelf" tabindex="-1">
            <h1>"Articles"</h1>
            <div class="about-corpus">
                <span>{move || format!("{} of {} done", done(), all())}</span>
                <span>{move || plural(annotations(), "annotation")}</span>
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
                aria-valuetext=move || format!("{} of {} articles done", done(), all())
            >
                <i style:--done=move || format!("{}%", share())></i>
            </div>
            <Problems/>
            <ol class="rows" aria-label="Articles">
                <For each=move || rows.get() key=Clone::clone let:row>
                    <ArticleRow row/>
                </For>
            </ol>
            <SchemeSection/>
        </main>
    }
}

#[component]
fn ArticleRow(row: Row) -> impl IntoView {
    let counts = row
        .counts
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
        .collect_view();
    view! {
        <li>
            <div>
                <a href=row.href>{row.name}</a>
                <p>{row.about}</p>
            </div>
            <div class="counts">{counts}</div>
            <div class="state" data-done=row.is_done.then_some("")>{row.status}</div>
        </li>
    }
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

fn rows(workspace: Workspace) -> Vec<Row> {
    workspace
        .with(|desk| {
            desk.articles
                .iter()
                .map(|article| {
                    let records = desk.records_of(&article.id);
                    let status = records.status();
                    let labelled = records.counts_by_label();
                    let characters = article.text.code_points().0 as usize;
                    let ours = if article.title_is_ours {
                        " · title given by us"
                    } else {
                        ""
                    };
                    Row {
                        name: article.name().to_owned(),
                        href: Route::Article(article.id.clone()).href(),
                        about: format!("{} characters{ours}", thousands(characters)),
                        status: status_name(status),
                        is_done: status == Status::Done,
                        counts: desk
                            .scheme
                            .labels
                            .iter()
                            .map(|label| {
                                let count = labelled
                                    .iter()
                                    .find(|(id, _)| **id == label.id)
                                    .map_or(0, |(_, count)| *count);
                                (label.id.to_string(), label.name.to_string(), count)
                            })
                            // Annotations whose label the scheme has lost count all the same.
                            .chain(
                                labelled
                                    .iter()
                                    .filter(|(id, _)| desk.scheme.label(id).is_none())
                                    .map(|(id, count)| (id.to_string(), id.to_string(), *count)),
                            )
                            .collect(),
                    }
                })
                .collect()
        })
        .unwrap_or_default()
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
