//! The keys, to see and to change.

use super::modal::Modal;
use crate::app::catalogue::{Entry, Group};
use crate::app::command::Dialog;
use crate::app::keymap::Chord;
use crate::app::workspace::Workspace;
use crate::browser::keyboard::KeyPress;
use crate::browser::viewport;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// The keys, to see and to change.
#[component]
pub fn KeysDialog() -> impl IntoView {
    view! {
        <Modal is_open=|dialog| *dialog == Dialog::Keys id="keys" title="All keys">
            <Keys/>
        </Modal>
    }
}

/// What the rows share.
#[derive(Clone, Copy)]
struct Shared {
    entries: StoredValue<Rc<[Entry]>, LocalStorage>,
    /// The command that waits for its new key, by index.
    waiting: RwSignal<Option<usize>>,
    /// What the last change has done.
    told: RwSignal<String>,
}

#[component]
fn Keys() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let shared = Shared {
        entries: StoredValue::new_local(workspace.catalogue()),
        waiting: RwSignal::new(None),
        told: RwSignal::new(String::new()),
    };
    let groups = shared.entries.with_value(|entries| {
        let mut groups: Vec<(Group, Vec<usize>)> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            match groups.last_mut() {
                Some((group, indices)) if *group == entry.group => indices.push(index),
                _ => groups.push((entry.group, vec![index])),
            }
        }
        groups
    });
    let is_any_changed = move || workspace.keymap.with(|keymap| keymap.is_any_changed());
    let reset = move |_| {
        if untrack(is_any_changed) {
            workspace.change_keys(|keymap, _| keymap.reset());
            shared.told.set("All keys are as they were at first.".to_owned());
        }
    };
    view! {
        <p class="quiet-text">
            "These work everywhere but in a field that is being filled in, where only the list of all commands can be opened. On a Mac, Command does what Ctrl does."
        </p>
        {groups
            .into_iter()
            .map(|(group, indices)| {
                view! {
                    <h3>{group.name()}</h3>
                    {(group == Group::Cursor).then(|| view! {
                        <p class="quiet-text">
                            "These work in the text. With " <kbd>"Shift"</kbd>
                            " held too, they select on their way. So do the arrows up and down, Home and End, by lines."
                        </p>
                    })}
                    <ul class="keys-list" aria-label=format!("Keys: {}", group.name())>
                        {indices.into_iter().map(|index| view! { <KeyRow index shared/> }).collect_view()}
                    </ul>
                }
                .into_any()
            })
            .collect_view()}
        <div class="dialog-end dialog-foot">
            <p class="quiet-text" role="status">{shared.told}</p>
            <button aria-disabled=move || (!is_any_changed()).to_string() on:click=reset>"Reset all keys"</button>
        </div>
    }
}

#[component]
fn KeyRow(index: usize, shared: Shared) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let Shared {
        entries,
        waiting,
        told,
    } = shared;
    let entry = entries.with_value(|entries| entries.get(index).cloned())?;
    let name = plain(&entry.name).to_owned();
    // Something has to lead out of everything.
    let can_change = !entry.keys.contains(&Chord::from("Escape"));
    let row = StoredValue::new_local(entry);
    let is_waiting = Memo::new(move |_| waiting.get() == Some(index));
    let keys = move || row.with_value(|entry| workspace.keymap.with(|keymap| keymap.keys_of(entry)));

    let begin = {
        let name = name.clone();
        move |event: MouseEvent| {
            // Not every browser gives a button the focus that is clicked.
            if let Some(button) = event.current_target().and_then(|target| target.dyn_into().ok()) {
                viewport::focus(&button);
            }
            waiting.set(Some(index));
            told.set(format!(
                "Press the new key of {name}. Esc leaves it as it is, Delete takes it away."
            ));
        }
    };
    let keydown = move |event: KeyboardEvent| {
        if !is_waiting.get_untracked() || event.key() == "Tab" {
            return;
        }
        // Escape closes no dialog, and Enter presses no button, while a key is waited for.
        event.prevent_default();
        let press = KeyPress::from(&event);
        let Some(chord) = Chord::of(&press).filter(|_| !event.repeat()) else {
            return;
        };
        if chord.as_str() == "Escape" {
            waiting.set(None);
            return told.set(String::new());
        }
        if let Some(fault) = chord.fault() {
            return told.set(format!("{fault} Press another key."));
        }
        waiting.set(None);
        told.set(row.with_value(|entry| change(workspace, entry, chord)));
    };
    let leave = move |_| {
        // The button loses the focus too when the dialog is taken away.
        if is_waiting.try_get_untracked() == Some(true) {
            waiting.set(None);
            told.set(String::new());
        }
    };
    Some(view! {
        <li>
            <span class="command-name">{name.clone()}</span>
            <span class="chords">{move || chords(&keys())}</span>
            {can_change.then(|| view! {
                <button
                    class="quiet"
                    aria-label=format!("Change the key of {name}")
                    data-waiting=move || is_waiting.get().then_some("")
                    on:click=begin
                    on:keydown=keydown
                    on:blur=leave
                >
                    {move || if is_waiting.get() { "Press a key…" } else { "Change" }}
                </button>
            })}
        </li>
    })
}

/// Chords as they are shown: "Ctrl Shift Z or Ctrl Y".
fn chords(keys: &[Chord]) -> AnyView {
    if keys.is_empty() {
        return view! { <span class="quiet-text">"none"</span> }.into_any();
    }
    keys.iter()
        .enumerate()
        .map(|(at, chord)| {
            let keys = chord.keys().into_iter().map(|key| view! { <kbd>{key}</kbd> });
            view! {
                {(at > 0).then_some(" or ")}
                <span class="chord">{keys.collect_view()}</span>
            }
        })
        .collect_view()
        .into_any()
}

/// Gives a command a key; Delete and Backspace alone take its keys away, but where they are its own. Says what
/// that has done.
fn change(workspace: Workspace, entry: &Entry, chord: Chord) -> String {
    let name = plain(&entry.name);
    if matches!(chord.as_str(), "Delete" | "Backspace") && !entry.keys.contains(&chord) {
        workspace.change_keys(|keymap, entries| keymap.set(entries, &entry.id, Vec::new()));
        return format!("{name} has no key now.");
    }
    let mut words = format!("{name} has {chord} now.");
    workspace.change_keys(|keymap, entries| {
        let others: Vec<Entry> = keymap
            .others_with(entries, &entry.id, &chord)
            .into_iter()
            .cloned()
            .collect();
        keymap.set(entries, &entry.id, vec![chord.clone()]);
        for other in others {
            let left: Vec<_> = keymap.keys_of(&other).iter().map(ToString::to_string).collect();
            words += &format!(
                " {chord} was {} key of {}; {}.",
                if left.is_empty() { "the" } else { "a" },
                plain(&other.name),
                if left.is_empty() {
                    "it has none now".to_owned()
                } else {
                    format!("it still has {}", left.join(" and "))
                }
            );
        }
    });
    words
}

/// The name of a command within a sentence.
fn plain(name: &str) -> &str {
    name.trim_end_matches('…')
}
