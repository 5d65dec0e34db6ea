//! The dialog that labels every place where the selected words stand.

use super::modal::Modal;
use crate::app::command::{Dialog, SearchScope};
use crate::app::phrases::{Phrase, Place};
use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::id::LabelId;
use crate::core::wording::{plural, thousands};
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// How many places are drawn at most.
const DRAWN: usize = 500;
/// The longest phrase that is shown as a whole, in characters.
const SHOWN: usize = 120;

/// The dialog that labels every place where the selected words stand.
#[component]
pub fn SamePhraseDialog() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    view! {
        <Modal is_open=|dialog| *dialog == Dialog::SamePhrase id="same-phrase" title="Label every same phrase">
            {match workspace.phrase() {
                Some(phrase) => view! { <Places phrase/> }.into_any(),
                None => view! {
                    <p>"Select some words in the text first, or an annotation."</p>
                }
                .into_any(),
            }}
        </Modal>
    }
}

/// What is looked for, what is found, and what of that is to be labelled.
#[derive(Clone, Copy)]
struct Choice {
    phrase: StoredValue<Phrase>,
    scope: RwSignal<SearchScope>,
    label: RwSignal<LabelId>,
    places: RwSignal<Vec<Place>>,
    /// Of each place, whether it is to be labelled.
    checks: RwSignal<Vec<bool>>,
    /// Whether the places are still being looked for.
    is_looking: RwSignal<bool>,
    /// Counts the times that they were: an earlier look gives up.
    look: StoredValue<u64>,
}

impl Choice {
    fn new(workspace: Workspace, phrase: Phrase) -> Self {
        let choice = Self {
            scope: RwSignal::new(SearchScope::Article),
            label: RwSignal::new(phrase.label.clone()),
            places: RwSignal::new(Vec::new()),
            checks: RwSignal::new(Vec::new()),
            is_looking: RwSignal::new(false),
            look: StoredValue::new(0),
            phrase: StoredValue::new(phrase),
        };
        choice.look(workspace, |_| None);
        choice
    }

    /// Finds the places anew, and checks what `checks` says of them; where it says nothing, those that are wanted.
    fn look(self, workspace: Workspace, checks: impl FnOnce(&[Place]) -> Option<Vec<bool>> + 'static) {
        let (phrase, label) = (self.phrase.get_value(), self.label.get_untracked());
        let look = self.look.get_value() + 1;
        self.look.set_value(look);
        let show = move |places: Vec<Place>| {
            let wanted = || places.iter().map(Place::is_wanted).collect();
            self.checks.set(checks(&places).unwrap_or_else(wanted));
            self.places.set(places);
            self.is_looking.set(false);
        };
        if self.scope.get_untracked() == SearchScope::Article {
            return show(workspace.places_here(&phrase, &label));
        }
        self.is_looking.set(true);
        leptos::task::spawn_local(async move {
            let is_wanted = || self.look.try_get_value() == Some(look);
            if let Some(places) = workspace.places_everywhere(phrase, label, is_wanted).await {
                show(places);
            }
        });
    }

    /// Takes another label. What the reviewer has checked stays so where it can.
    fn relabel(self, workspace: Workspace, label: LabelId) {
        let before = (!self.is_looking.get_untracked())
            .then(|| (self.places.get_untracked(), self.checks.get_untracked()));
        self.label.set(label);
        self.look(workspace, move |now| {
            let (places, checks) = before?;
            let kept = now.iter().zip(places.iter().zip(checks));
            let checks = kept.map(|(now, (before, check))| match before.is_labelled {
                true => now.is_wanted(),
                false => check && !now.is_labelled,
            });
            Some(checks.collect())
        });
    }

    fn check_all(self, check: bool) {
        self.checks.set(
            self.places
                .with_untracked(|places| places.iter().map(|place| check && !place.is_labelled).collect()),
        );
    }

    /// How many places from `from` on are checked.
    fn checked_from(self, from: usize) -> usize {
        self.checks
            .with(|checks| checks.iter().skip(from).filter(|check| **check).count())
    }

    fn submit(self, workspace: Workspace) {
        let is_any_checked = self.checks.with_untracked(|checks| checks.contains(&true));
        if !is_any_checked || self.is_looking.get_untracked() {
            return;
        }
        // There may be hundreds of thousands: none is copied.
        self.places.with_untracked(|places| {
            self.checks.with_untracked(|checks| {
                let checked = places.iter().zip(checks).filter(|(_, check)| **check);
                workspace.label_places(&self.label.get_untracked(), checked.map(|(place, _)| place));
            });
        });
        workspace.dialog.set(None);
    }
}

#[component]
fn Places(phrase: Phrase) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let before = workspace.whereabouts();
    on_cleanup(move || workspace.return_to(before, None));

    let mut quote: String = phrase.words.chars().take(SHOWN).collect();
    if quote.len() < phrase.words.len() {
        quote.push('…');
    }
    let choice = Choice::new(workspace, phrase);
    let first = NodeRef::<Input>::new();
    Effect::new(move || {
        if let Some(first) = first.get() {
            viewport::focus(&first);
        }
    });
    let scope = move |name: &'static str, scope: SearchScope, node: NodeRef<Input>| {
        view! {
            <label>
                <input
                    node_ref=node
                    type="radio"
                    autofocus=scope == SearchScope::Article
                    name="same-phrase-where"
                    prop:checked=move || choice.scope.get() == scope
                    on:change=move |_| {
                        choice.scope.set(scope);
                        choice.look(workspace, |_| None);
                    }
                />
                {name}
            </label>
        }
    };
    let labels = workspace
        .with(|desk| desk.scheme.labels.clone())
        .unwrap_or_default();
    let options = labels
        .into_iter()
        .map(|label| {
            let is_chosen = choice.label.with_untracked(|chosen| *chosen == label.id);
            view! { <option value=label.id.to_string() selected=is_chosen>{label.name.to_string()}</option> }
        })
        .collect_view();
    let count = move || choice.checked_from(0);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        choice.submit(workspace);
    };
    view! {
        <form class="phrases" on:submit=submit>
            <blockquote dir="auto">{quote}</blockquote>
            <div class="phrase-options">
                <fieldset>
                    <legend>"Where"</legend>
                    {scope("This article", SearchScope::Article, first)}
                    {scope("All articles", SearchScope::Corpus, NodeRef::new())}
                </fieldset>
                <label>
                    "Label"
                    <select on:change=move |event| {
                        choice.relabel(workspace, event_target_value(&event).as_str().into());
                    }>{options}</select>
                </label>
            </div>
            <div class="phrase-count">
                <p role="status">
                    {move || match choice.is_looking.get() {
                        true => "Looking through all articles…".to_owned(),
                        false => format!(
                            "{}, {} checked",
                            plural(choice.places.with(Vec::len), "place"),
                            thousands(count()),
                        ),
                    }}
                </p>
                <button type="button" on:click=move |_| choice.check_all(true)>"Check all"</button>
                <button type="button" on:click=move |_| choice.check_all(false)>"Uncheck all"</button>
            </div>
            <div class="phrase-list">{move || drawn(workspace, choice)}</div>
            <Rest choice/>
            <div class="dialog-end dialog-foot">
                <button class="solid" type="submit" aria-disabled=move || (count() == 0 || choice.is_looking.get()).to_string()>
                    {move || format!("Label {}", plural(count(), "place"))}
                </button>
            </div>
        </form>
    }
}

/// What is found but not drawn.
#[component]
fn Rest(choice: Choice) -> impl IntoView {
    move || {
        let rest = choice.places.with(Vec::len).saturating_sub(DRAWN);
        (rest > 0).then(|| {
            let checked = choice.checked_from(DRAWN);
            let what = match checked {
                0 => "none of them is checked".to_owned(),
                _ if checked == rest => "all of them are checked and will be labelled too".to_owned(),
                _ => format!(
                    "{} of them are checked and will be labelled too",
                    thousands(checked)
                ),
            };
            view! { <p class="quiet-text">{format!("And {} more, not shown here: {what}.", thousands(rest))}</p> }
        })
    }
}

/// The first of the places, by article.
fn drawn(workspace: Workspace, choice: Choice) -> AnyView {
    let is_corpus = choice.scope.get() == SearchScope::Corpus;
    choice.places.with(|places| {
        let mut at = 0;
        places[..places.len().min(DRAWN)]
            .chunk_by(|one, next| one.article == next.article)
            .map(|of_article| {
                let name = workspace.article_name(&of_article[0].article);
                let rows: Vec<AnyView> = of_article
                    .iter()
                    .zip(at..)
                    .filter_map(|(place, at)| row(workspace, choice, at, place))
                    .collect();
                at += of_article.len();
                view! {
                    {is_corpus.then(|| view! { <h3>{name.clone()}</h3> })}
                    <ul aria-label=format!("Places in {name}")>{rows}</ul>
                }
                .into_any()
            })
            .collect_view()
            .into_any()
    })
}

fn row(workspace: Workspace, choice: Choice, at: usize, place: &Place) -> Option<AnyView> {
    let context = workspace.context_of(place)?;
    let remark = match place.region {
        _ if place.is_labelled => Some("labelled already".to_owned()),
        Some(kind) => Some(format!("in {}", kind.as_str())),
        None => None,
    };
    Some(
        view! {
            <li>
                <label>
                    <input
                        type="checkbox"
                        disabled=place.is_labelled
                        prop:checked=move || choice.checks.with(|checks| checks.get(at) == Some(&true))
                        on:change=move |event| {
                            choice.checks.update(|checks| {
                                if let Some(check) = checks.get_mut(at) {
                                    *check = event_target_checked(&event);
                                }
                            });
                        }
                    />
                    <span class="phrase-context" dir="auto">
                        {context.before}
                        <mark>{context.words}</mark>
                        {context.behind}
                    </span>
                    {remark.map(|remark| view! { <span class="phrase-remark">{remark}</span> })}
                </label>
            </li>
        }
        .into_any(),
    )
}
