//! A field that names somebody on the list of entities: a combobox (WAI-ARIA Authoring Practices, list
//! autocomplete) that also adds to the list.

use super::fields::words;
use crate::app::workspace::Workspace;
use crate::browser::folding::BrowserFolding;
use crate::browser::route::Route;
use crate::browser::viewport;
use crate::core::entity;
use crate::core::fold::Folder;
use crate::core::id::RecordId;
use crate::core::order;
use crate::core::part;
use crate::core::record::{Entity, Record, RecordKind};
use crate::core::scheme::Attribute;
use leptos::html::{Input, Ul};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// The most entities that are suggested.
const MOST: usize = 20;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Suggestion {
    /// An entity under its name, with the alias that was typed.
    Known(RecordId, Arc<str>, Option<Arc<str>>),
    /// A new one of this name.
    New(String),
}

/// The field: who is meant, the way to their page, and what chooses somebody else.
#[component]
pub fn EntityField(
    /// The annotation.
    id: StoredValue<RecordId>,
    /// The field.
    attribute: Attribute,
    /// What it holds: the id of an entity.
    value: Memo<Option<Value>>,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let field = StoredValue::new(attribute.id.clone());
    let (input, list) = (NodeRef::<Input>::new(), NodeRef::<Ul>::new());
    let list_id = format!("{}-suggestions", attribute.id);
    let option_id = {
        let list_id = list_id.clone();
        move |at: usize| format!("{list_id}-{at}")
    };
    let tied = Memo::new(move |_| {
        workspace.revision.track();
        let id = value.with(|value| words(value.as_ref()));
        (!id.is_empty()).then(|| {
            let id = RecordId::from(id.as_str());
            let name = workspace.entity(&id).map(|entity| entity.name.to_string());
            (id, name)
        })
    });
    // Empty where nobody is named, or somebody who is not on the list any more.
    let name_of =
        |tied: Option<(RecordId, Option<String>)>| tied.and_then(|(_, name)| name).unwrap_or_default();
    let name = move || name_of(tied.get());
    // What is looked for; `None` while the list is closed.
    let query = RwSignal::new(None::<String>);
    let active = RwSignal::new(None::<usize>);
    let found = Memo::new(move |_| {
        workspace.revision.track();
        query.with(|query| suggestions(workspace, &id.get_value(), query.as_ref()?.trim()).into())
    });
    let found = move || found.try_get().flatten().unwrap_or_default();
    // What is chosen may take the field away, and a field that goes loses the focus and is closed.
    let close = move || {
        query.try_set(None);
        active.try_set(None);
        if let (Some(Some(input)), Some(tied)) = (input.try_get_untracked(), tied.try_get_untracked()) {
            input.set_value(&name_of(tied));
        }
    };
    let choose = move |suggestion: Suggestion| {
        match suggestion {
            Suggestion::Known(entity, ..) => {
                workspace.tie(&id.get_value(), &field.get_value(), Some(&entity))
            }
            Suggestion::New(name) => workspace.tie_to_new(&id.get_value(), &field.get_value(), &name),
        }
        close();
    };
    let go_to = move |at: usize| {
        active.set(Some(at));
        request_animation_frame(move || {
            let list = list.try_get_untracked().flatten();
            let item = list.as_ref().and_then(|list| list.children().item(at as u32));
            if let Some((list, item)) = list.as_ref().zip(item) {
                viewport::reveal_in(list, &item);
            }
        });
    };
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let is_open = query.with_untracked(Option::is_some);
        let count = untrack(found).len();
        let at = active.get_untracked();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if !is_open => query.set(Some(String::new())),
            "ArrowDown" if count > 0 => go_to(at.map_or(0, |at| (at + 1) % count)),
            "ArrowUp" if count > 0 => go_to(at.map_or(count - 1, |at| (at + count - 1) % count)),
            "Enter" if is_open => {
                let chosen = at.and_then(|at| untrack(found).into_iter().nth(at));
                if let Some(chosen) = chosen {
                    choose(chosen);
                }
            }
            // The next Escape leaves the card.
            "Escape" if is_open => close(),
            _ => return,
        }
        event.prevent_default();
    };
    let options = {
        let option_id = option_id.clone();
        move || {
            found()
                .into_iter()
                .enumerate()
                .map(|(at, suggestion)| {
                    let words = match &suggestion {
                        Suggestion::Known(_, name, None) => name.to_string(),
                        Suggestion::Known(_, name, Some(alias)) => format!("{name} ({alias})"),
                        Suggestion::New(name) => format!("New entity “{name}”"),
                    };
                    view! {
                        <li
                            role="option"
                            id=option_id(at)
                            aria-selected=move || (active.get() == Some(at)).to_string()
                            // The input keeps the focus.
                            on:mousedown=|event| event.prevent_default()
                            on:click=move |_| choose(suggestion.clone())
                        >
                            {words}
                        </li>
                    }
                })
                .collect_view()
        }
    };
    let is_open = move || query.with(Option::is_some);
    let clear = move |_| {
        workspace.tie(&id.get_value(), &field.get_value(), None);
        if let Some(input) = input.get_untracked() {
            viewport::focus(input.unchecked_ref());
        }
    };
    let controls = list_id.clone();
    let name_id = format!("{}-name", attribute.id);
    view! {
        <div class="field" title=attribute.definition.to_string()>
            <label for=name_id.clone()>{attribute.name.to_string()}</label>
            <div class="combobox">
                <input
                    node_ref=input
                    id=name_id
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Who is that?"
                    aria-autocomplete="list"
                    aria-expanded=move || (is_open() && !found().is_empty()).to_string()
                    aria-controls=controls
                    aria-activedescendant=move || active.get().map(&option_id)
                    prop:value=name
                    on:click=move |_| if !untrack(is_open) { query.set(Some(String::new())) }
                    on:input=move |event| {
                        query.set(Some(event_target_value(&event)));
                        active.set((!untrack(found).is_empty()).then_some(0));
                    }
                    on:blur=move |_| close()
                    on:keydown=keydown
                />
                <ul
                    node_ref=list
                    id=list_id
                    role="listbox"
                    aria-label=format!("{} suggestions", attribute.name)
                    hidden=move || !is_open()
                >
                    {options}
                </ul>
            </div>
            {move || tied.get().map(|(id, name)| view! {
                <p class="tied">
                    {match name {
                        Some(name) => view! {
                            <a href=Route::Entity(id).href()>{format!("All that {name} says")}</a>
                        }
                        .into_any(),
                        None => view! { <span>"Who was named is not on the list any more."</span> }.into_any(),
                    }}
                    <button class="icon" aria-label="Clear entity" title="Clear entity" on:click=clear>"✕"</button>
                </p>
            })}
        </div>
    }
}

/// Whom `query` may mean: entities whose name or alias holds it, best first, and a new one of that name. With
/// nothing typed, those that the annotation's words for its source may mean, then all others.
fn suggestions(workspace: Workspace, id: &RecordId, query: &str) -> Vec<Suggestion> {
    let source = workspace.with_open(|_, article, records| {
        let source = records.annotation(id)?.attributes.get("source")?;
        let span = part::from_value(&article.text, source)?;
        Some(article.text.slice(span).trim().to_owned())
    });
    let source = source.flatten().unwrap_or_default();
    let is_typed = !query.is_empty();
    let new = if is_typed { query } else { &source };
    workspace
        .with(|desk| {
            let mut entities: Vec<_> = desk
                .corpus_records()
                .of_kind(RecordKind::Entity)
                .filter_map(|(id, record)| match record {
                    Record::Entity(entity) => Some((id, entity)),
                    _ => None,
                })
                .collect();
            order::sort_by_key(&mut entities, |(_, entity)| &entity.name);
            let is_listed = entities.iter().any(|(_, entity)| *entity.name == *new);
            let mut suggested = alike(new, &entities);
            if !is_typed {
                for (id, entity) in entities {
                    if suggested.len() >= MOST {
                        break;
                    }
                    let other = Suggestion::Known(id.clone(), entity.name.clone(), None);
                    if !suggested
                        .iter()
                        .any(|suggested| matches!(suggested, Suggestion::Known(known, ..) if known == id))
                    {
                        suggested.push(other);
                    }
                }
            }
            if !new.is_empty() && !is_listed {
                suggested.push(Suggestion::New(new.to_owned()));
            }
            suggested
        })
        .unwrap_or_default()
}

/// The entities that words may mean, best first: those that are spelt alike, then those whose name or alias only
/// holds the words, since they may be typed in part.
fn alike(words: &str, entities: &[(&RecordId, &Entity)]) -> Vec<Suggestion> {
    let mut folder = Folder::new(&BrowserFolding);
    let folded = folder.fold(words);
    if folded.is_empty() {
        return Vec::new();
    }
    let likely = entity::suggestions(words, entities.iter().copied(), &mut folder);
    let mut found: Vec<Suggestion> = likely
        .iter()
        .filter_map(|(id, _)| {
            let (_, entity) = entities.iter().find(|(other, _)| *other == id)?;
            // Where another spelling is meant, it is shown.
            let mut is_meant = |name: &Arc<str>| {
                let name = folder.fold(name);
                name.contains(&folded) || folded.contains(&name)
            };
            let alias = match is_meant(&entity.name) {
                true => None,
                false => entity.aliases.iter().find(|alias| is_meant(alias)).cloned(),
            };
            Some(Suggestion::Known(id.clone(), entity.name.clone(), alias))
        })
        .collect();
    for (id, entity) in entities {
        if found.len() >= MOST {
            break;
        }
        if likely.iter().any(|(known, _)| known == *id) {
            continue;
        }
        let mut holds = |name: &Arc<str>| folder.fold(name).contains(&folded);
        if holds(&entity.name) {
            found.push(Suggestion::Known((*id).clone(), entity.name.clone(), None));
        } else if let Some(alias) = entity.aliases.iter().find(|alias| holds(alias)) {
            found.push(Suggestion::Known(
                (*id).clone(),
                entity.name.clone(),
                Some(alias.clone()),
            ));
        }
    }
    found
}
