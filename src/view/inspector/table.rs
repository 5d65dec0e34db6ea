//! A field of rows: the figures of a claim.

use super::fields::{SetValue, singular, text_input, words};
use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::scheme::{Attribute, Column};
use leptos::html::Fieldset;
use leptos::prelude::*;
use serde_json::{Map, Value};
use wasm_bindgen::JsCast;

/// The rows, each cell an input, and a button for another row.
#[component]
pub fn TableField(
    /// The field.
    attribute: Attribute,
    /// Its columns.
    columns: Vec<Column>,
    /// What it holds: a list of objects.
    value: Memo<Option<Value>>,
    /// Sets it.
    set: SetValue,
) -> impl IntoView {
    // A row without words is not kept: it is only drawn, until there are words in it.
    let has_blank = RwSignal::new(false);
    let frame = NodeRef::<Fieldset>::new();
    let one = singular(&attribute.name);
    let columns = StoredValue::new(columns);
    let count = Memo::new(move |_| value.with(|value| rows(value.as_ref()).len()));
    let add = move |_| {
        has_blank.set(true);
        focus(frame, ".row:last-of-type input");
    };
    let keep = move |rows: Vec<Value>| set.run((!rows.is_empty()).then_some(Value::Array(rows)));
    let remove = Callback::new(move |at: usize| {
        let mut rows = value.with_untracked(|value| rows(value.as_ref()));
        if at < rows.len() {
            rows.remove(at);
            keep(rows);
        } else {
            has_blank.set(false);
        }
        focus(frame, "button.add");
    });
    let fill = Callback::new(move |(at, column, words): (usize, String, String)| {
        let mut rows = value.with_untracked(|value| rows(value.as_ref()));
        if at >= rows.len() {
            if words.is_empty() {
                return;
            }
            rows.push(Value::Object(Map::new()));
            has_blank.set(false);
        }
        let at = at.min(rows.len() - 1);
        let Some(row) = rows[at].as_object_mut() else {
            return;
        };
        match words.is_empty() {
            true => drop(row.remove(&column)),
            false => drop(row.insert(column, Value::String(words))),
        }
        if row.is_empty() {
            let is_last = at + 1 == rows.len();
            rows.remove(at);
            has_blank.set(is_last);
        }
        keep(rows);
    });
    let row_name = one.clone();
    let row = move |at: usize| {
        let cells = columns
            .get_value()
            .into_iter()
            .map(|column| {
                let id = column.id.to_string();
                let cell = Memo::new(move |_| {
                    value.with(|value| words(row_of(value.as_ref(), at).and_then(|row| row.get(&id))))
                });
                let id = column.id.to_string();
                let keep = Callback::new(move |words| fill.run((at, id.clone(), words)));
                view! {
                    <label>
                        {column.name.to_string()}
                        {text_input(expect_context::<Workspace>(), cell, keep)}
                    </label>
                }
            })
            .collect_view();
        let name = format!("{} {}", capital(&row_name), at + 1);
        let removes = format!("Remove {row_name} {}", at + 1);
        view! {
            <div class="row" role="group" aria-label=name>
                {cells}
                <button class="icon" aria-label=removes.clone() title=removes on:click=move |_| remove.run(at)>"✕"</button>
            </div>
        }
        .into_any()
    };
    view! {
        <fieldset node_ref=frame class="table" title=attribute.definition.to_string()>
            <legend>{attribute.name.to_string()}</legend>
            <For
                each=move || 0..count.get() + usize::from(has_blank.get())
                key=|at| *at
                children=row
            />
            <button class="quiet add" on:click=add>{format!("Add a {one}")}</button>
        </fieldset>
    }
}

fn rows(value: Option<&Value>) -> Vec<Value> {
    let rows = value.and_then(Value::as_array).cloned().unwrap_or_default();
    // What is no list of objects is shown among the other fields, and is not to be mixed with rows.
    match rows.iter().all(Value::is_object) {
        true => rows,
        false => Vec::new(),
    }
}

fn row_of(value: Option<&Value>, at: usize) -> Option<&Map<String, Value>> {
    value?.as_array()?.get(at)?.as_object()
}

fn capital(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(characters)
        .collect()
}

fn focus(frame: NodeRef<Fieldset>, selector: &'static str) {
    request_animation_frame(move || {
        let found = frame
            .try_get_untracked()
            .flatten()
            .and_then(|frame| frame.query_selector(selector).ok().flatten());
        if let Some(element) = found {
            viewport::focus(element.unchecked_ref());
        }
    });
}
