//! The reader: one article, its annotations beside it, and the keys and gestures that label it.

use super::article_text::ArticleText;
use super::bar::Bar;
use super::hints::Hints;
use super::library::DoneButton;
use super::side::Side;
use crate::app::command::{Command, Dialog};
use crate::app::wording::status_name;
use crate::app::workspace::Workspace;
use crate::browser::route::Route;
use crate::core::id::ArticleId;
use crate::core::scheme::Label;
use crate::core::wording::plural;
use leptos::prelude::*;

/// The page `#/article/{id}`.
#[component]
pub fn Reader(
    /// Which article.
    id: ArticleId,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    // An article that could not be opened may be there after another try.
    let is_there = Memo::new(move |_| {
        workspace.revision.track();
        workspace.with_open(|_, article, _| article.name().to_owned())
    });
    view! {
        <Bar>
            <Place/>
            <Labels/>
        </Bar>
        {move || match is_there.get() {
            Some(name) => view! { <OpenArticle name id=id.clone()/> }.into_any(),
            // Its turn to be read is next.
            None if !workspace.is_whole.get() => {
                view! { <p class="waiting" role="status">"Opening the article…"</p> }.into_any()
            }
            None => view! {
                <main class="shelf">
                    <h1>"No such article"</h1>
                    <p>
                        "There is no article here under this address. It may not have been opened, or not be in this corpus. "
                        <a href=Route::Library.href()>"See all articles"</a>
                    </p>
                </main>
            }
            .into_any(),
        }}
    }
}

/// Where in the corpus one is, and the way to the articles beside it.
#[component]
fn Place() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let place = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with_open(|desk, open, _| (desk.place(&open.id).unwrap_or_default() + 1, desk.articles.len()))
    });
    let neighbour = move |name: &'static str, sign: &'static str, by: isize| {
        view! {
            <button
                class="icon"
                aria-label=name
                aria-disabled=move || {
                    place.track();
                    workspace.neighbour(by).is_none().to_string()
                }
                on:click=move |_| workspace.dispatch(Command::OpenNeighbour(by))
            >
                {sign}
            </button>
        }
    };
    view! {
        <nav class="where" aria-label="Article">
            {neighbour("Previous article", "‹", -1)}
            <span>{move || place.get().map(|(at, of)| format!("{at} of {of}"))}</span>
            {neighbour("Next article", "›", 1)}
        </nav>
    }
}

/// The toolbar `Labels`.
#[component]
fn Labels() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    // Another scheme can be loaded at any time, and keys can be changed.
    let labels = Memo::new(move |_| {
        workspace.revision.track();
        let labels = workspace
            .with(|desk| desk.scheme.labels.clone())
            .unwrap_or_default();
        let with_key = |label: Label| (workspace.key_of(&format!("label.{}", label.id)), label);
        labels.into_iter().map(with_key).collect::<Vec<_>>()
    });
    let button = move |(key, label): (Option<String>, Label)| {
        let command = Command::Label(label.id.clone());
        let id = StoredValue::new(label.id.clone());
        let is_sticky = move || {
            workspace
                .sticky
                .with(|sticky| sticky.as_ref() == Some(&id.get_value()))
        };
        let shortcut = key.clone();
        view! {
            <button
                class="label"
                data-label=label.id.to_string()
                data-sticky=move || is_sticky().then_some("")
                aria-pressed=move || workspace.sticky.with(Option::is_some).then(|| is_sticky().to_string())
                title=label.definition.to_string()
                aria-keyshortcuts=shortcut
                // The selection in the text has to outlive the press.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| workspace.dispatch(command.clone())
            >
                {label.name.to_string()}
                {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
            </button>
        }
    };
    let is_sticky = move || workspace.sticky.with(Option::is_some);
    view! {
        <div class="labels" role="toolbar" aria-label="Labels">
            {move || labels.get().into_iter().map(button).collect_view()}
            <button
                class="icon"
                aria-label="Sticky label"
                aria-pressed=move || is_sticky().to_string()
                title=move || match workspace.key_of("sticky") {
                    Some(key) => format!("Label each selection at once ({key})"),
                    None => "Label each selection at once".to_owned(),
                }
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| workspace.dispatch(Command::ToggleSticky)
            >
                "⚲"
            </button>
            <button
                class="icon"
                aria-label="All commands"
                title=move || match workspace.key_of("commands") {
                    Some(key) => format!("All commands ({key})"),
                    None => "All commands".to_owned(),
                }
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| workspace.dispatch(Command::OpenDialog(Dialog::Commands))
            >
                "⋯"
            </button>
        </div>
    }
}

#[component]
fn OpenArticle(name: String, id: ArticleId) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let about = Memo::new(move |_| {
        workspace.revision.track();
        workspace.with_open(|_, article, records| {
            let ours = if article.title_is_ours {
                " · title given by us"
            } else {
                ""
            };
            format!(
                "{} · {}{ours}",
                status_name(records.status()),
                plural(records.counted_len(), "annotation")
            )
        })
    });
    view! {
        <main class="desk">
            <div class="column">
                <p class="kicker">{move || about.get()}</p>
                <h1 title=name.clone()>{name.clone()}</h1>
                <ArticleText name id/>
                <p class="column-end"><DoneButton/></p>
            </div>
            <Side/>
        </main>
        <Hints/>
    }
}
