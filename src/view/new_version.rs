//! The message that a new version of the page is ready. The reviewer decides when it comes, and it never comes over
//! work that is not saved.

use crate::app::saving::SaveState;
use crate::app::workspace::Workspace;
use crate::browser::version::{self, News};
use leptos::prelude::*;

const READY: &str = "A new version is ready.";

/// How far the new version has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It waits to be wanted.
    Waits,
    /// It waits, and is put off until the page is opened next.
    PutOff,
    /// The reviewer wants it.
    Wanted,
    /// It has taken over, and this page is to be loaded anew.
    Rules,
}

/// The message; drawn while there is a new version.
#[component]
pub fn NewVersion() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let stage = RwSignal::new(None::<Stage>);
    Effect::new(move || match workspace.version.get() {
        Some(News::Rules) => stage.set(Some(Stage::Rules)),
        Some(News::Waits) if stage.with_untracked(Option::is_none) => {
            stage.set(Some(Stage::Waits));
            // What was hidden until now is not heard when it is shown.
            workspace.announce(READY.to_owned());
        }
        Some(News::Waits) | None => {}
    });

    Effect::new(move || {
        let Some(due @ (Stage::Wanted | Stage::Rules)) = stage.get() else {
            return;
        };
        // What is being typed is work too.
        untrack(|| workspace.end_note());
        let is_saved = workspace.save_state.get() == SaveState::Saved;
        // A dialog may hold what is nowhere else yet, such as what a file would change. Half of a long edit is none.
        let is_alone = workspace.dialog.with(Option::is_none)
            && workspace.notice.with(Option::is_none)
            && workspace.long_edit.with(Option::is_none);
        match due {
            _ if !(is_saved && is_alone) => {}
            Stage::Rules => version::reload(),
            _ => version::want(),
        }
    });

    let words = move || {
        stage
            .get()
            .map(|stage| match (stage, workspace.save_state.get()) {
                (Stage::Waits, _) => READY,
                (Stage::PutOff, _) => "",
                (_, SaveState::Saved) if workspace.dialog.with(Option::is_some) => {
                    "A new version is ready. It comes when you close the dialog."
                }
                (_, SaveState::Saved) if workspace.long_edit.with(Option::is_none) => {
                    "The new version is loading…"
                }
                _ => "A new version is ready. It comes when your work is saved.",
            })
    };
    let offers = move || stage.get() == Some(Stage::Waits);
    view! {
        <div class="version" hidden=move || matches!(stage.get(), None | Some(Stage::PutOff))>
            <p role="status" aria-label="New version">{words}</p>
            <button class="solid" hidden=move || !offers() on:click=move |_| stage.set(Some(Stage::Wanted))>
                "Reload"
            </button>
            <button class="quiet" hidden=move || !offers() on:click=move |_| stage.set(Some(Stage::PutOff))>
                "Later"
            </button>
        </div>
    }
}
