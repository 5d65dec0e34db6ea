//! One entity: its spellings, and everything that is attributed to it.

use super::list::form;
use crate::app::command::Command;
use crate::app::entities::{ArticleMentions, Mention, Quote};
use crate::app::workspace::Workspace;
use crate::browser::route::Route;
use crate::core::id::{ArticleId, RecordId};
use crate::core::wording::{plural, thousands};
use leptos::html::Button;
use leptos::prelude::*;

/// The most annotations that are drawn.
const MOST: usize = 300;
/// The longest quote, in characters.
const QUOTE: usize = 400;

/// What is in the page `#/entity/{id}`.
#[component]
pub fn EntityPage(
    /// Which entity.
    id: RecordId,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let sought = id.clone();
    let entity = Memo::new(move |_| {
        workspace.revision.track();
        workspace.entity(&sought)
    });
    let is_there = Memo::new(move |_| entity.with(Option::is_some));
    let aliases = move || entity.get().map(|entity| entity.aliases.join(" · "));
    let (written, of) = (id.to_string(), id.clone());
    let kind = if is_wikidata(&written) { "Wikidata" } else { "Id" };
    let head = move || {
        match is_there.get() {
        true => view! {
            <h1>{move || entity.get().map(|entity| entity.name.to_string())}</h1>
            <dl class="entity-facts">
                <dt>"Aliases"</dt>
                <dd>{move || aliases().filter(|aliases| !aliases.is_empty()).unwrap_or_else(|| "none".to_owned())}</dd>
                <dt>{kind}</dt>
                <dd>{written.clone()}</dd>
            </dl>
            <Edit id=of.clone()/>
        }
        .into_any(),
        false => view! {
            <h1>"No such entity"</h1>
            <p>
                "There is no entity here under the id " <code>{written.clone()}</code>
                ". If you have just deleted it, Undo brings it back. "
                <a href=Route::Entities.href()>"See all entities"</a>
            </p>
        }
        .into_any(),
    }
    };
    view! {
        {head}
        <Mentions id is_there/>
    }
}

/// Whether an id is that of an item of Wikidata.
fn is_wikidata(id: &str) -> bool {
    id.strip_prefix('Q')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The button that opens the entity's form, and the form.
#[component]
fn Edit(id: RecordId) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let button = NodeRef::<Button>::new();
    view! {
        <button node_ref=button aria-expanded=move || is_open.get().to_string() on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)>
            "Edit entity"
        </button>
        {form(Some(id), is_open, button)}
    }
}

/// All that is attributed to the entity, article by article.
#[component]
fn Mentions(id: RecordId, is_there: Memo<bool>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let articles = Memo::new(move |_| {
        workspace.revision.track();
        workspace.mentions_by_article(&id)
    });
    let count = move || {
        articles.with(|articles| {
            articles
                .iter()
                .map(|article| article.mentions.len())
                .sum::<usize>()
        })
    };
    let drawn = move || {
        let mut left = MOST;
        articles
            .get()
            .into_iter()
            .filter_map(|mut article| {
                article.mentions.truncate(left);
                left -= article.mentions.len();
                (!article.mentions.is_empty()).then(|| article_view(workspace, article))
            })
            .collect_view()
    };
    view! {
        <h2 class="entity-count">
            {move || match (count(), is_there.get()) {
                (0, _) => "No attribution names it".to_owned(),
                (count, is_there) => format!(
                    "{} in {}{}",
                    plural(count, "attribution"),
                    plural(articles.with(Vec::len), "article"),
                    if is_there { "" } else { " with its id" },
                ),
            }}
        </h2>
        {drawn}
        {move || {
            let rest = count().saturating_sub(MOST);
            (rest > 0).then(|| view! { <p class="quiet-text">{format!("And {} more.", thousands(rest))}</p> })
        }}
    }
}

fn article_view(workspace: Workspace, article: ArticleMentions) -> AnyView {
    let ArticleMentions {
        article,
        name,
        mentions,
    } = article;
    let label = format!("Attributions in {name}");
    let rows = mentions
        .into_iter()
        .map(|Mention { quote, claims }| {
            let claims = (!claims.is_empty()).then(|| {
                let claims = claims
                    .into_iter()
                    .map(|claim| view! { <li>{quote_view(workspace, &article, claim)}</li> })
                    .collect_view();
                view! { <ul aria-label="What is attributed">{claims}</ul> }
            });
            view! { <li>{quote_view(workspace, &article, quote)} {claims}</li> }.into_any()
        })
        .collect_view();
    view! {
        <section class="mentions">
            <h3><a href=Route::Article(article.clone()).href()>{name}</a></h3>
            <ul aria-label=label>{rows}</ul>
        </section>
    }
    .into_any()
}

/// An annotation's words, as a button that opens the article there.
fn quote_view(workspace: Workspace, article: &ArticleId, quote: Quote) -> AnyView {
    let Quote {
        id,
        label,
        name,
        words,
    } = quote;
    let shown = match words.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    };
    let command = Command::OpenAnnotation(article.clone(), id);
    view! {
        <button class="quiet" on:click=move |_| workspace.dispatch(command.clone())>
            <i class="dot" data-label=label></i>
            <span class="unseen">{name} ": "</span>
            <span>{shown}</span>
        </button>
    }
    .into_any()
}
