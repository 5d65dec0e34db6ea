//! The search panel: words, how they are meant, and every place where they stand.

use crate::app::command::SearchScope;
use crate::app::searching::{Found, Hit};
use crate::app::workspace::Workspace;
use crate::browser::{idle, viewport};
use crate::core::id::ArticleId;
use crate::core::search;
use crate::core::text::Span;
use crate::core::wording::{plural, thousands};
use leptos::ev::KeyboardEvent;
use leptos::html::Ol;
use leptos::prelude::*;

/// How many hits are drawn.
const DRAWN: usize = 200;
/// How many of them are drawn at a time: more than are in sight, and few enough for a key to be answered at once.
const AT_A_TIME: usize = 25;
/// After how many milliseconds without a key more of them are drawn.
const PAUSE: i32 = 400;
/// Code points shown on either side of a hit.
const AROUND: usize = 48;
/// The attribute that carries the place of a hit among all.
const AT: &str = "data-hit";

/// A hit as it is drawn.
#[derive(Clone, PartialEq, Eq)]
struct Row {
    at: usize,
    article: ArticleId,
    span: Span,
    /// The article's title, where all articles are searched.
    title: Option<String>,
    /// Whether it is the first in its article.
    is_first: bool,
    before: String,
    words: String,
    behind: String,
}

/// The search panel: words, how they are meant, and every place where they stand.
#[component]
pub fn Search() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let found = workspace.searching.found;
    let list = NodeRef::<Ol>::new();

    Effect::new(move || workspace.search());
    Effect::new(move || workspace.show_hits());
    Effect::new(move || workspace.show_current_hit());
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "F3" && !event.default_prevented() {
            event.prevent_default();
            workspace.step_hit(if event.shift_key() { -1 } else { 1 });
        }
    });
    on_cleanup(move || {
        keys.remove();
        workspace.hide_hits();
    });

    let drawn = drawn_by_and_by(workspace);
    let rows = Memo::new(move |_| {
        let (scope, drawn) = (workspace.search_scope.get(), drawn.get());
        found.with(|found| {
            rows(
                workspace,
                &found.hits[..found.hits.len().min(drawn).min(DRAWN)],
                scope,
            )
        })
    });
    // One stop on the way of the Tab key: the hit that was opened last, or the first.
    let stop = Memo::new(move |_| {
        let drawn = rows.with(Vec::len);
        workspace
            .searching
            .current
            .get()
            .filter(|&at| at < drawn)
            .unwrap_or_default()
    });
    // The panel is drawn anew with each article that is opened from it.
    Effect::new(move || {
        let Some(at) = workspace.searching.current.get() else {
            return;
        };
        request_animation_frame(move || {
            if let Some(Some(list)) = list.try_get_untracked()
                && let Some(item) = viewport::find(&list, AT, &at.to_string())
            {
                viewport::reveal_in(&list, &item);
            }
        });
    });
    let more = move || {
        let more = found.with(|found| found.count).saturating_sub(DRAWN);
        (more > 0).then(|| view! { <p class="quiet-text">{format!("and {} more", thousands(more))}</p> })
    };
    view! {
        <section class="search" aria-label="Search">
            <Asked list/>
            <p class="quiet-text count" role="status">{move || count(workspace)}</p>
            <ol
                node_ref=list
                class="hits"
                aria-label="Search results"
                on:keydown=move |event| press_in_results(list, &event)
            >
                <For
                    each=move || rows.get()
                    key=|row| (row.at, row.article.clone(), row.span, row.is_first, row.title.is_some())
                    let:row
                >
                    <HitRow row stop/>
                </For>
            </ol>
            {more}
        </section>
    }
}

/// How many hits are drawn by now: a few with each key that is typed, and more as long as none is.
fn drawn_by_and_by(workspace: Workspace) -> RwSignal<usize> {
    let current = workspace.searching.current.get_untracked();
    let drawn = RwSignal::new(current.unwrap_or_default() + AT_A_TIME);
    // Counts what was asked.
    let asked = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        workspace.searching.query.track();
        workspace.search_scope.track();
        if before.is_some() {
            asked.update_value(|asked| *asked += 1);
            drawn.set(AT_A_TIME);
        }
    });
    Effect::new(move || {
        let hits = workspace.searching.found.with(|found| found.hits.len());
        let so_far = drawn.get();
        let number = asked.get_value();
        // The panel may be closed by then, or something else be asked.
        let draw_more = move || {
            if asked.try_get_value() == Some(number) && drawn.try_get_untracked() == Some(so_far) {
                drawn.set(so_far + AT_A_TIME);
            }
        };
        if so_far == AT_A_TIME && hits > so_far {
            idle::after(PAUSE, draw_more);
        } else if so_far < hits.min(DRAWN) {
            idle::after_paint(draw_more);
        }
    });
    drawn
}

/// The words and how they are meant.
#[component]
fn Asked(list: NodeRef<Ol>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let query = workspace.searching.query;
    let keydown = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowDown" => focus_hit(
                list,
                workspace.searching.current.get_untracked().unwrap_or_default(),
            ),
            "Enter" => {
                match workspace.searching.current.get_untracked() {
                    Some(at) => workspace.open_hit(at),
                    None => workspace.open_hit(0),
                }
                viewport::focus_text();
            }
            "Escape" if query.with_untracked(|query| query.words.is_empty()) => viewport::focus_text(),
            "Escape" => query.update(|query| query.words.clear()),
            _ => return,
        }
        event.prevent_default();
    };
    let scope = |scope: SearchScope, name: &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="search-scope"
                    prop:checked=move || workspace.search_scope.get() == scope
                    on:change=move |_| workspace.search_scope.set(scope)
                />
                {name}
            </label>
        }
    };
    view! {
        <div class="asked">
            <input
                id="search-words"
                type="search"
                aria-label="Search"
                placeholder="Search"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || query.with(|query| query.words.clone())
                on:input=move |event| {
                    let words = event_target_value(&event);
                    query.update(|query| query.words = words);
                }
                on:keydown=keydown
            />
            <div class="checks" role="radiogroup" aria-label="Search in">
                {scope(SearchScope::Article, "This article")} {scope(SearchScope::Corpus, "All articles")}
            </div>
            <div class="checks">
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || query.with(|query| query.is_whole_word)
                        on:change=move |event| {
                            let is_whole_word = event_target_checked(&event);
                            query.update(|query| query.is_whole_word = is_whole_word);
                        }
                    />
                    "Whole words"
                </label>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || query.with(|query| query.is_exact)
                        on:change=move |event| {
                            let is_exact = event_target_checked(&event);
                            query.update(|query| query.is_exact = is_exact);
                        }
                    />
                    "Exact letters"
                </label>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn HitRow(row: Row, stop: Memo<usize>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let at = row.at;
    let heading = row
        .title
        .clone()
        .filter(|_| row.is_first)
        .map(|title| view! { <h2>{title}</h2> });
    let title = row
        .title
        .map(|title| view! { <span class="unseen">{title}": "</span> });
    let open = move |_| {
        workspace.open_hit(at);
        viewport::focus_text();
    };
    view! {
        <li data-hit=at aria-current=move || (workspace.searching.current.get() == Some(at)).then_some("true")>
            {heading}
            <button
                class="hit"
                tabindex=move || if stop.get() == at { "0" } else { "-1" }
                on:click=open
            >
                {title}
                <span class="context">{row.before}<mark>{row.words}</mark>{row.behind}</span>
            </button>
        </li>
    }
    .into_any()
}

fn press_in_results(list: NodeRef<Ol>, event: &KeyboardEvent) {
    let Some(results) = list.get_untracked() else {
        return;
    };
    let at = viewport::focused_value(&results, AT).and_then(|at| at.parse::<usize>().ok());
    match (event.key().as_str(), at) {
        ("ArrowDown", Some(at)) => focus_hit(list, at + 1),
        ("ArrowUp", Some(at)) if at > 0 => focus_hit(list, at - 1),
        ("Home", _) => focus_hit(list, 0),
        ("End", _) => focus_hit(list, results.child_element_count().saturating_sub(1) as usize),
        ("ArrowUp" | "Escape", _) => viewport::focus_soon("search-words"),
        _ => return,
    }
    event.prevent_default();
}

fn focus_hit(list: NodeRef<Ol>, at: usize) {
    if let Some(list) = list.get_untracked() {
        viewport::focus_button(&list, AT, &at.to_string());
    }
}

/// How much has been found, in words.
fn count(workspace: Workspace) -> String {
    let searching = workspace.searching;
    if searching.query.with(|query| query.words.trim().is_empty()) {
        return String::new();
    }
    let scope = workspace.search_scope.get();
    searching.found.with(|found| {
        let Found {
            count,
            articles,
            is_complete,
            ..
        } = *found;
        let hits = match (count, scope) {
            (0, _) if is_complete => return "Nothing found".to_owned(),
            (0, _) => return "Searching…".to_owned(),
            (_, SearchScope::Article) => plural(count, "hit"),
            (_, SearchScope::Corpus) => {
                format!("{} in {}", plural(count, "hit"), plural(articles, "article"))
            }
        };
        if is_complete { hits } else { hits + " so far" }
    })
}

fn rows(workspace: Workspace, hits: &[Hit], scope: SearchScope) -> Vec<Row> {
    let mut last = None;
    workspace
        .with(|desk| {
            hits.iter()
                .enumerate()
                .filter_map(|(at, hit)| {
                    let article = desk.article(&hit.article)?;
                    let (before, words, behind) = search::context(&article.text, hit.span, AROUND);
                    let is_first = last.replace(&hit.article) != Some(&hit.article);
                    Some(Row {
                        at,
                        article: hit.article.clone(),
                        span: hit.span,
                        title: (scope == SearchScope::Corpus).then(|| article.name().to_owned()),
                        is_first,
                        before: before.to_owned(),
                        words: words.to_owned(),
                        behind: behind.to_owned(),
                    })
                })
                .collect()
        })
        .unwrap_or_default()
}
