//! The question that is asked before words are labelled that lie in a region.

use super::modal::Modal;
use crate::app::command::{Command, Dialog};
use crate::app::workspace::Workspace;
use leptos::prelude::*;

/// The dialog; open while there is something to ask.
#[component]
pub fn RegionQuestion() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let asked = move || match workspace.dialog.get() {
        Some(Dialog::LabelInRegion(label, kind)) => Some((label, kind)),
        _ => None,
    };
    let answer = move |_| {
        if let Some((label, _)) = asked() {
            workspace.dialog.set(None);
            workspace.dispatch(Command::LabelInRegion(label));
        }
    };
    view! {
        <Modal
            is_open=|dialog| matches!(dialog, Dialog::LabelInRegion(..))
            id="region-question"
            title="Not prose to label"
        >
            <p>
                {move || asked().map(|(_, kind)| format!("These words are marked as {}.", kind.as_str()))}
                " What is labelled in a region is left out of all counts."
            </p>
            <div class="dialog-end">
                <button on:click=move |_| workspace.dialog.set(None)>"Leave it"</button>
                <button class="solid" autofocus on:click=answer>"Label it all the same"</button>
            </div>
        </Modal>
    }
}
