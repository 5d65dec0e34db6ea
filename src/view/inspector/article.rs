//! The card of the open article as a whole: how far the work is, its fields, and its regions.

use super::card::action;
use super::fields::plain_field;
use super::{leave, quoted};
use crate::app::command::Command;
use crate::app::wording::status_name;
use crate::app::workspace::Workspace;
use crate::core::id::RecordId;
use crate::core::record::{Record, RecordKind, RegionKind, Status};
use crate::core::text::Span;
use crate::core::wording::plural;
use leptos::prelude::*;

/// The longest words of a region, in characters.
const QUOTE: usize = 60;
/// The most regions that are listed.
const MOST: usize = 100;
/// Every status, in the order of the work.
const STATUSES: [(&str, Status); 3] = [
    ("not_started", Status::NotStarted),
    ("in_progress", Status::InProgress),
    ("done", Status::Done),
];

/// The card.
#[component]
pub fn ArticleCard() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let name = workspace
        .with_open(|_, article, _| article.name().to_owned())
        .unwrap_or_default();
    let fields = workspace
        .with(|desk| desk.scheme.fields.clone())
        .unwrap_or_default();
    let fields = fields
        .into_iter()
        .map(|attribute| {
            let id = RecordId::from(&*attribute.id);
            let value = Memo::new(move |_| {
                workspace.revision.track();
                let value =
                    workspace.with_open(|_, _, records| match records.get(RecordKind::Field, &id)? {
                        Record::Field(value) => Some(value.clone()),
                        _ => None,
                    });
                value.flatten()
            });
            let name = attribute.id.clone();
            let set = Callback::new(move |value| workspace.set_field(&name, value));
            plain_field(attribute, value, set)
        })
        .collect_view();
    view! {
        <section
            id="article-card"
            class="card"
            aria-label="This article"
            on:keydown=move |event| leave(workspace, &event)
        >
            <h2 title=name.clone()><span class="one-line">{name.clone()}</span></h2>
            <Regions/>
            <div class="fields">
                <StatusField/>
                {fields}
            </div>
            <div class="actions">
                {action(
                    workspace,
                    "Mark as done and open the next",
                    ("Mark as done and open the next", "finish"),
                    Command::Finish,
                )}
            </div>
        </section>
    }
}

#[component]
fn StatusField() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let status = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with_open(|_, _, records| records.status())
            .unwrap_or_default()
    });
    let change = move |event| {
        let id = event_target_value(&event);
        if let Some((_, status)) = STATUSES.iter().find(|(name, _)| *name == id) {
            workspace.dispatch(Command::SetStatus(*status));
        }
    };
    let options = STATUSES
        .into_iter()
        .map(|(id, each)| {
            view! { <option value=id prop:selected=move || status.get() == each>{status_name(each)}</option> }
        })
        .collect_view();
    view! { <label class="field">"Status"<select on:change=change>{options}</select></label> }
}

/// What is not prose: how much is marked, and what marks the selection.
#[component]
fn Regions() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let regions = Memo::new(move |_| {
        workspace.revision.track();
        regions(workspace)
    });
    let mark = |kind: RegionKind, name: &'static str| {
        view! {
            <button
                title=move || super::with_key(workspace, &format!("Mark the selection as {}", kind.as_str()), kind.as_str())
                on:click=move |_| workspace.dispatch(Command::Mark(kind))
            >
                <span class="unseen">"Mark as "</span>
                {name}
            </button>
        }
    };
    let list = move || {
        regions.with(|(regions, _)| {
            regions
                .iter()
                .map(|(kind, span, words)| {
                    let span = *span;
                    let show = move |_| {
                        let id = workspace.with_open(|_, article, _| article.id.clone());
                        if let Some(id) = id {
                            workspace.dispatch(Command::OpenAt(id, span));
                        }
                    };
                    view! {
                        <li>
                            <button class="quiet" on:click=show>
                                <span><b>{kind.as_str()}</b>" "{words.clone()}</span>
                            </button>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    let count = move || regions.with(|(_, count)| *count);
    let more = move || count().saturating_sub(MOST);
    view! {
        // The selection in the text has to outlive the press.
        <div class="field wide" role="group" aria-label="Mark the selection" on:mousedown=|event| event.prevent_default()>
            <span>"Not prose: mark the selection as"</span>
            <div class="actions">
                {mark(RegionKind::Title, "title")}
                {mark(RegionKind::Heading, "heading")}
                {mark(RegionKind::Byline, "byline")}
                {mark(RegionKind::Junk, "junk")}
                {action(workspace, "Prose again", ("Take the mark away", "prose"), Command::Unmark)}
            </div>
        </div>
        <details class="regions">
            <summary>{move || plural(count(), "region")}</summary>
            <ul class="relations" aria-label="Regions">{list}</ul>
            <Show when=move || { more() > 0 }>
                <p class="quiet-text">{move || format!("and {} more", more())}</p>
            </Show>
        </details>
    }
}

/// The first regions in reading order, and how many there are.
fn regions(workspace: Workspace) -> (Vec<(RegionKind, Span, String)>, usize) {
    workspace
        .with_open(|_, article, records| {
            let regions = records.regions();
            let count = regions.len();
            let first = regions
                .into_iter()
                .take(MOST)
                .map(|(_, region)| {
                    let words = quoted(article.text.slice(region.span).trim(), QUOTE);
                    (region.kind, region.span, words)
                })
                .collect();
            (first, count)
        })
        .unwrap_or_default()
}
