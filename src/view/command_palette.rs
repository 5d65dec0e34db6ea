//! The command palette: every command with its key, found by typing.
//!
//! A combobox with a list that is always open: the field keeps the focus, and tells which item is the active one
//! (WAI-ARIA Authoring Practices, combobox).

use super::modal::Modal;
use crate::app::command::{Command, Dialog};
use crate::app::palette::{self, Choice};
use crate::app::workspace::Workspace;
use crate::browser::viewport;
use crate::core::wording::thousands;
use leptos::ev::KeyboardEvent;
use leptos::html::{Input, Ul};
use leptos::prelude::*;

/// How many items are drawn at most.
const DRAWN: usize = 100;

/// The command palette: every command with its key, found by typing.
#[component]
pub fn CommandPalette() -> impl IntoView {
    view! {
        <Modal is_open=|dialog| *dialog == Dialog::Commands id="commands" title="All commands">
            <Choices/>
        </Modal>
    }
}

#[component]
fn Choices() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let choices = StoredValue::new_local(workspace.choices());
    let typed = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let found = Memo::new(move |_| choices.with_value(|choices| palette::found(choices, &typed.read())));
    let drawn = move || found.with(|found| found.len().min(DRAWN));
    let field = NodeRef::<Input>::new();
    let list = NodeRef::<Ul>::new();

    // What is chosen is done once the dialog is closed, with the focus and the selection where they were.
    let before = workspace.whereabouts();
    let chosen = ArcStoredValue::new(None::<Command>);
    let done = chosen.clone();
    on_cleanup(move || workspace.return_to(before, done.get_value()));
    let choose = Callback::new(move |at: usize| {
        let index = found.with_untracked(|found| found.get(at).copied());
        let command = index.and_then(|index| {
            choices.with_value(|choices| choices.get(index).map(|choice| choice.command.clone()))
        });
        if command.is_some() {
            chosen.set_value(command);
            workspace.dialog.set(None);
        }
    });

    // Where the dialog is open already, `autofocus` comes too late.
    Effect::new(move || {
        if let Some(field) = field.get() {
            viewport::focus(&field);
        }
    });
    Effect::new(move || {
        found.track();
        active.track();
        request_animation_frame(move || {
            if let Some(Some(list)) = list.try_get_untracked()
                && let Some(item) = viewport::find(&list, "aria-selected", "true")
            {
                viewport::reveal_in(&list, &item);
            }
        });
    });

    let keydown = move |event: KeyboardEvent| {
        let (at, count) = (active.get_untracked(), untrack(drawn));
        if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "Enter" => choose.run(at),
            _ if count == 0 => return,
            "ArrowDown" => active.set((at + 1) % count),
            "ArrowUp" => active.set((at + count - 1) % count),
            "Home" if !event.shift_key() => active.set(0),
            "End" if !event.shift_key() => active.set(count - 1),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <input
            node_ref=field
            id="command-words"
            type="text"
            role="combobox"
            aria-label="Command"
            aria-autocomplete="list"
            aria-expanded="true"
            aria-controls="command-list"
            aria-activedescendant=move || (drawn() > 0).then(|| option_id(active.get()))
            autocomplete="off"
            spellcheck="false"
            autofocus
            placeholder="Command or title"
            prop:value=typed
            on:input=move |event| {
                typed.set(event_target_value(&event));
                active.set(0);
            }
            on:keydown=keydown
        />
        <ul
            node_ref=list
            id="command-list"
            role="listbox"
            aria-label="Commands"
            // The field keeps the focus.
            on:mousedown=|event| event.prevent_default()
        >
            {move || {
                found.with(|found| {
                    choices.with_value(|choices| {
                        found
                            .iter()
                            .take(DRAWN)
                            .enumerate()
                            .filter_map(|(at, &index)| Some(item(at, choices.get(index)?, active, choose)))
                            .collect_view()
                    })
                })
            }}
        </ul>
        <p class="quiet-text" role="status">
            {move || {
                let count = found.with(Vec::len);
                match count {
                    0 => "Nothing has all these words".to_owned(),
                    1..=DRAWN => format!("{count} found"),
                    _ => format!("{} found; type more to see those behind the first {DRAWN}", thousands(count)),
                }
            }}
        </p>
    }
}

fn option_id(at: usize) -> String {
    format!("command-{at}")
}

fn item(at: usize, choice: &Choice, active: RwSignal<usize>, choose: Callback<usize>) -> AnyView {
    let keys = choice.keys.iter().map(|key| key.aria()).collect::<Vec<_>>();
    let shown = choice.keys.first().map(|key| {
        key.keys()
            .into_iter()
            .map(|key| view! { <kbd>{key}</kbd> })
            .collect_view()
    });
    view! {
        <li
            id=option_id(at)
            role="option"
            aria-selected=move || (active.get() == at).to_string()
            aria-keyshortcuts=(!keys.is_empty()).then(|| keys.join(" "))
            aria-description=choice.group
            on:click=move |_| choose.run(at)
        >
            <span class="command-name">{choice.name.clone()}</span>
            <span class="command-group" aria-hidden="true">{choice.group}</span>
            <span class="chord" aria-hidden="true">{shown}</span>
        </li>
    }
    .into_any()
}
