//! The bar at the top: where one is, what one can do, and whether it is saved.

use super::part::Soon;
use crate::app::command::{Command, Dialog};
use crate::app::saving::SaveState;
use crate::app::workspace::Workspace;
use crate::browser::files::PickedFile;
use leptos::html::Input;
use leptos::prelude::*;

/// The bar, with what the page puts between its name and its tools.
#[component]
pub fn Bar(children: Children) -> impl IntoView {
    view! {
        <header class="bar">
            <a class="home" href="#/">"Hearsay"</a>
            {children()}
            <Tools/>
        </header>
        <Soon scene=|scenes| scenes.safety/>
    }
}

#[component]
fn Tools() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let input = NodeRef::<Input>::new();
    let steps = Memo::new(move |_| {
        workspace.revision.track();
        workspace.steps()
    });
    let import = move |_| {
        if let Some(input) = input.get_untracked() {
            workspace.import(PickedFile::take_from(&input));
        }
    };
    view! {
        <div class="tools">
            <Step name="Undo" sign="↶" keys="Control+Z" step=Signal::derive(move || steps.get().0) command=Command::Undo/>
            <Step name="Redo" sign="↷" keys="Control+Shift+Z" step=Signal::derive(move || steps.get().1) command=Command::Redo/>
            <SaveStatus/>
            <button class="quiet" on:click=move |_| workspace.dispatch(Command::Import)>"Import"</button>
            <input
                node_ref=input
                id="import-files"
                class="unseen"
                type="file"
                aria-label="Files to import"
                tabindex="-1"
                multiple
                on:change=import
            />
            <button class="solid" on:click=move |_| workspace.dispatch(Command::OpenDialog(Dialog::Export))>"Export"</button>
        </div>
    }
}

#[component]
fn Step(
    name: &'static str,
    sign: &'static str,
    keys: &'static str,
    step: Signal<Option<String>>,
    command: Command,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    view! {
        <button
            class="icon"
            aria-label=name
            aria-keyshortcuts=keys
            title=move || step.get().map_or_else(
                || format!("{name}: nothing yet"),
                |step| format!("{name}: {step} ({keys})"),
            )
            // Not `disabled`: the focus would be lost when the last step is taken back.
            aria-disabled=move || step.with(Option::is_none).to_string()
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| workspace.dispatch(command.clone())
        >
            {sign}
        </button>
    }
}

#[component]
fn SaveStatus() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let state = workspace.save_state;
    view! {
        <div class="save">
        <span
            class="saved"
            role="status"
            aria-label="Save state"
            data-state=move || match state.get() {
                SaveState::Saved => "saved",
                SaveState::Saving => "saving",
                SaveState::NotSaved(_) => "failed",
            }
        >
            {move || state.get().to_string()}
        </span>
        <button
            aria-label="Storage"
            aria-haspopup="dialog"
            title=move || match state.get() {
                SaveState::NotSaved(reason) => reason,
                _ => "The work is kept in this browser".to_owned(),
            }
            on:click=move |_| workspace.dispatch(Command::OpenDialog(Dialog::Storage))
        ></button>
        </div>
    }
}
