//! Fields: what is asked about an annotation or an article, each drawn as what it holds.

use super::entity::EntityField;
use super::of_annotation;
use super::table::TableField;
use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::core::id::RecordId;
use crate::core::part;
use crate::core::scheme::{Attribute, AttributeKind, Choice};
use crate::core::text::Text;
use crate::formats::limits::LONGEST_TYPED;
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// What sets a field; `None` takes it away.
pub type SetValue = Callback<Option<Value>>;

/// All fields of the annotation `id`: those of its label, and those that the scheme does not know.
#[component]
pub fn Fields(
    /// The annotation.
    id: StoredValue<RecordId>,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let attributes = of_annotation(workspace, id, |desk, _, _, annotation| {
        desk.scheme.attributes_of(&annotation.label).to_vec()
    });
    let fields = move || {
        let fields = attributes.get();
        fields
            .into_iter()
            .flatten()
            .map(|attribute| field_of_annotation(workspace, id, attribute))
            .collect_view()
    };
    view! {
        <div class="fields">{fields}</div>
        <OtherFields id/>
    }
}

fn field_of_annotation(workspace: Workspace, id: StoredValue<RecordId>, attribute: Attribute) -> AnyView {
    let name = attribute.id.clone();
    let told = of_annotation(workspace, id, move |_, _, _, annotation| {
        annotation.attributes.get(&*name).cloned()
    });
    let value = Memo::new(move |_| told.get().flatten());
    match attribute.kind {
        AttributeKind::Part => view! { <PartField id attribute value/> }.into_any(),
        AttributeKind::Entity => view! { <EntityField id attribute value/> }.into_any(),
        _ => {
            let name = attribute.id.clone();
            let set = Callback::new(move |value| workspace.set_attribute(&id.get_value(), &name, value));
            plain_field(attribute, value, set)
        }
    }
}

/// A field that needs nothing but its value: a choice, words, or rows of them. Nothing for another kind.
pub(super) fn plain_field(attribute: Attribute, value: Memo<Option<Value>>, set: SetValue) -> AnyView {
    match attribute.kind.clone() {
        AttributeKind::Choice(choices) => view! { <ChoiceField attribute choices value set/> }.into_any(),
        AttributeKind::Text => view! { <TextField attribute value set/> }.into_any(),
        AttributeKind::Table(columns) => view! { <TableField attribute columns value set/> }.into_any(),
        AttributeKind::Part | AttributeKind::Entity => ().into_any(),
    }
}

#[component]
fn ChoiceField(
    attribute: Attribute,
    choices: Vec<Choice>,
    value: Memo<Option<Value>>,
    set: SetValue,
) -> impl IntoView {
    let chosen = Memo::new(move |_| value.with(|value| words(value.as_ref())));
    let options = choices
        .iter()
        .map(|choice| {
            let id = choice.id.clone();
            view! {
                <option
                    value=choice.id.to_string()
                    prop:selected=move || chosen.with(|chosen| **chosen == *id)
                >
                    {choice.name.to_string()}
                </option>
            }
        })
        .collect_view();
    let change = move |event| {
        let id = event_target_value(&event);
        set.run((!id.is_empty()).then_some(Value::String(id)));
    };
    view! {
        <label class="field" title=attribute.definition.to_string()>
            {attribute.name.to_string()}
            <select on:change=change>
                // What is none of these is shown among the other fields.
                <option
                    value=""
                    prop:selected=move || chosen.with(|chosen| choices.iter().all(|choice| *choice.id != **chosen))
                >
                    "–"
                </option>
                {options}
            </select>
        </label>
    }
}

#[component]
fn TextField(attribute: Attribute, value: Memo<Option<Value>>, set: SetValue) -> impl IntoView {
    let value = Memo::new(move |_| value.with(|value| words(value.as_ref())));
    let set =
        Callback::new(move |words: String| set.run((!words.is_empty()).then_some(Value::String(words))));
    view! {
        <label class="field" title=attribute.definition.to_string()>
            {attribute.name.to_string()}
            {text_input(expect_context(), value, set)}
        </label>
    }
}

/// An input whose words are kept, trimmed, when it is left, at Enter, and before anything else is done.
pub(super) fn text_input(workspace: Workspace, value: Memo<String>, keep: Callback<String>) -> AnyView {
    let typed = move |event| {
        let words = event_target_value(&event).trim().to_owned();
        // The field may be gone by then: what it was about has been deleted.
        workspace.type_field(move || {
            let _ = keep.try_run(words);
        });
    };
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            workspace.keep_typed();
        }
    };
    view! {
        <input
            type="text"
            autocomplete="off"
            maxlength=LONGEST_TYPED.to_string()
            prop:value=move || value.get()
            on:input=typed
            on:change=move |_| workspace.keep_typed()
            on:keydown=keydown
        />
    }
    .into_any()
}

#[component]
fn PartField(id: StoredValue<RecordId>, attribute: Attribute, value: Memo<Option<Value>>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let part = attribute.id.clone();
    let command = Command::SetPart(attribute.id.clone());
    let name = attribute.name.to_lowercase();
    let hint = format!("{}-hint", attribute.id);
    let words = Memo::new(move |_| {
        let span = value.with(|value| {
            workspace.with_open(|_, article, _| {
                let span = part::from_value(&article.text, value.as_ref()?)?;
                Some(article.text.slice(span).to_owned())
            })
        });
        span.flatten()
    });
    let label = workspace.with_open(|desk, _, records| {
        let label = &records.annotation(&id.get_value())?.label;
        Some((label.clone(), desk.scheme.name_of(label).to_lowercase()))
    });
    let (label, label_name) = label.flatten().unzip();
    let key_id = format!(
        "part.{}.{part}",
        label.map(|label| label.to_string()).unwrap_or_default()
    );
    let key = move || workspace.key_of(&key_id);
    let clear = move |_| workspace.set_attribute(&id.get_value(), &part, None);
    let clears = format!("Clear {name}");
    let sets = format!("Set {name} ");
    let describes = hint.clone();
    view! {
        <div class="field" role="group" aria-label=attribute.name.to_string() title=attribute.definition.to_string()>
            <span>{attribute.name.to_string()}</span>
            <div class="part">
                <Show when=move || words.with(Option::is_some)>
                    <q>{move || words.get()}</q>
                    <button class="icon" aria-label=clears.clone() title=clears.clone() on:click=clear.clone()>"✕"</button>
                </Show>
                <button
                    class="quiet"
                    aria-describedby=describes
                    // The selection in the text has to outlive the press.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| workspace.dispatch(command.clone())
                >
                    <span class="unseen">{sets}</span>
                    "from the selection"
                    {move || key().map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
                </button>
                <span class="unseen" id=hint>
                    {format!("Select words inside the {} first.", label_name.unwrap_or_default())}
                </span>
            </div>
        </div>
    }
}

/// Fields that the label does not have, and values that a field cannot hold, as they came.
#[component]
fn OtherFields(id: StoredValue<RecordId>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let told = of_annotation(workspace, id, |desk, article, _, annotation| {
        let known = desk.scheme.attributes_of(&annotation.label);
        let others = annotation.attributes.iter().filter(|(name, value)| {
            known
                .iter()
                .find(|known| *known.id == ***name)
                .is_none_or(|known| !can_show(&known.kind, value, &article.text))
        });
        others
            .map(|(name, value)| (name.clone(), value.to_string()))
            .collect::<Vec<_>>()
    });
    let others = Memo::new(move |_| told.get().unwrap_or_default());
    let rows = move || {
        let row = |(name, value)| view! { <dt>{name}</dt><dd><code>{value}</code></dd> };
        others.get().into_iter().map(row).collect_view()
    };
    view! {
        <Show when=move || others.with(|others| !others.is_empty())>
            <h3 id="other-fields">"Other fields"</h3>
            <dl aria-labelledby="other-fields">{rows}</dl>
        </Show>
    }
}

/// Whether a field of this kind shows the value as it is.
fn can_show(kind: &AttributeKind, value: &Value, text: &Text) -> bool {
    match kind {
        AttributeKind::Choice(choices) => value
            .as_str()
            .is_some_and(|id| choices.iter().any(|choice| *choice.id == *id)),
        AttributeKind::Text | AttributeKind::Entity => value.is_string(),
        AttributeKind::Table(_) => value
            .as_array()
            .is_some_and(|rows| rows.iter().all(Value::is_object)),
        AttributeKind::Part => part::from_value(text, value).is_some(),
    }
}

/// A value as it stands in an input: a string's words, a number's digits; empty for anything else.
pub(super) fn words(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(words)) => words.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The name of one of several, for a button: "figure" of "Figures"; the whole name where it is no plural.
pub(super) fn singular(name: &Arc<str>) -> String {
    let name = name.to_lowercase();
    name.strip_suffix('s').map_or_else(|| name.clone(), str::to_owned)
}
