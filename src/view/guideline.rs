//! The panel that tells what the labels mean, with examples that open in their article.

use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::id::ArticleId;
use crate::core::record::RelationKind;
use crate::core::scheme::{Attribute, AttributeKind, Example, Label, Scheme};
use crate::core::text::Span;
use leptos::prelude::*;

/// What decides where the definitions leave a doubt. The first that fits counts.
const RULES: [&str; 7] = [
    "Titles, headings, bylines and junk get no label. Mark them as what they are.",
    "A verb of saying makes an attribution. “Claims” and “alleges” do too: set the stance to distancing. \
     Unverified needs a sign of its own.",
    "Somebody speaks who could be named, be it a group such as “officials”: an attribution. Nobody does, as in \
     “reports indicate”: unverified, and hearsay.",
    "Leave outside: the word “that”, the day and hour of saying, the full stop at the end. The marks round a \
     quote that is whole belong inside.",
    "A quote with its speaker in the middle is a claim on either side, and one attribution.",
    "Take the text as it is. Where two words have run together, a span may end between them.",
    "An article may have none of a label. How well two people agree on none is not a number: leave it empty.",
];

/// The panel that tells what the labels mean, with examples that open in their article.
#[component]
pub fn Guideline() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let scheme = workspace.with(|desk| desk.scheme.clone());
    // An article may come in, or be taken off, while this is read.
    let articles = Memo::new(move |_| {
        workspace.revision.track();
        workspace.with(|desk| desk.articles.len()).unwrap_or_default()
    });
    let escape = |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            viewport::focus_text();
        }
    };
    view! {
        <section class="guideline" aria-label="Guideline" on:keydown=escape>
            {move || {
                articles.track();
                scheme.as_ref().map(|scheme| guideline(workspace, scheme))
            }}
        </section>
    }
}

fn guideline(workspace: Workspace, scheme: &Scheme) -> AnyView {
    let labels: Vec<_> = scheme
        .labels
        .iter()
        .map(|label| about(workspace, label))
        .collect();
    let relations = scheme
        .relations
        .iter()
        .map(|rule| {
            let ends = format!("{} → {}", scheme.name_of(&rule.from), scheme.name_of(&rule.to));
            view! { <dt>{ends}</dt> <dd>{meaning(rule.kind)}</dd> }
        })
        .collect_view();
    let rules = RULES.map(|rule| view! { <li>{rule}</li> }).collect_view();
    view! {
        {labels}
        <h2>"Relations"</h2>
        <dl>{relations}</dl>
        <h2>"When in doubt"</h2>
        <ol class="rules">{rules}</ol>
    }
    .into_any()
}

fn about(workspace: Workspace, label: &Label) -> AnyView {
    let fields = label.attributes.iter().map(field).collect_view();
    let examples = [(true, "Yes"), (false, "No")].map(|(is_labelled, heading)| {
        let examples: Vec<_> = label
            .examples
            .iter()
            .filter(|example| example.is_labelled == is_labelled)
            .map(|example| show(workspace, example))
            .collect();
        (!examples.is_empty()).then(|| {
            view! {
                <h3>{heading}</h3>
                <ul class="examples" data-is-labelled=is_labelled.to_string()>{examples}</ul>
            }
        })
    });
    view! {
        <h2>
            <i class="dot" data-label=label.id.to_string()></i>
            {label.name.to_string()}
            <kbd>{label.key.to_string()}</kbd>
        </h2>
        <p>{label.definition.to_string()}</p>
        {Vec::from(examples)}
        {(!label.attributes.is_empty()).then(|| view! { <h3>"Fields"</h3> <dl>{fields}</dl> })}
    }
    .into_any()
}

fn field(field: &Attribute) -> AnyView {
    let values = match &field.kind {
        AttributeKind::Choice(choices) => {
            let names: Vec<_> = choices.iter().map(|choice| choice.name.to_string()).collect();
            Some(view! { <span class="values">{names.join(" · ")}</span> })
        }
        _ => None,
    };
    view! { <dt>{field.name.to_string()}</dt> <dd>{field.definition.to_string()} {values}</dd> }.into_any()
}

/// An example: a button where its words stand in an article that is here.
fn show(workspace: Workspace, example: &Example) -> AnyView {
    let quote = match example.quote.starts_with('“') {
        true => example.quote.to_string(),
        false => format!("“{}”", example.quote),
    };
    let words = match place(workspace, example) {
        Some((article, title, span)) => {
            let open = move |_| {
                workspace.dispatch(Command::OpenAt(article.clone(), span));
                viewport::focus_text();
            };
            view! { <button class="example" title=format!("Open “{title}” there") on:click=open>{quote}</button> }
                .into_any()
        }
        None => view! { <span class="example">{quote}</span> }.into_any(),
    };
    view! { <li>{words} <span class="why">{example.why.to_string()}</span></li> }.into_any()
}

/// Where the words of an example stand: the article, its title and the place.
fn place(workspace: Workspace, example: &Example) -> Option<(ArticleId, String, Span)> {
    workspace
        .with(|desk| {
            let article = desk.article(&(&*example.article).into())?;
            let start = article.text.find(&*example.quote)?;
            let span = Span::new(start, start + example.quote.len())?;
            Some((article.id.clone(), article.name().to_owned(), span))
        })
        .flatten()
}

fn meaning(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Attributes => "Who says it, joined to each claim that is said.",
        RelationKind::Doubts => "The sign of doubt, joined to what it leaves open, even sentences away.",
        RelationKind::Via => "A source, joined to the one that passes its words on.",
    }
}
