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
        Some(Dialog::LabelInRegion(label, kind, is_all)) => Some((label, kind, is_all)),
        _ => None,
    };
    let answer = move |_| {
        if let Some((label, ..)) = asked() {
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
                {move || asked().map(|(_, kind, is_all)| match is_all {
                    true => format!(
                        "These words are marked as {}. What is labelled in a region is left out of all counts.",
                        kind.as_str()
                    ),
                    false => format!(
                        "Some of these words are marked as {}. As others are not, the label will count.",
                        kind.as_str()
                    ),
                })}
            </p>
            <div class="dialog-end">
                <button on:click=move |_| workspace.dialog.set(None)>"Leave it"</button>
                <button class="solid" autofocus on:click=answer>"Label it all the same"</button>
            </div>
        </Modal>
    }
}
