//! How safe the work is: the dialog `Storage`, and the line below the bar that tells when something is to be done.

use super::modal::Modal;
use crate::app::backup::BackupState;
use crate::app::command::Dialog;
use crate::app::safekeeping::Safety;
use crate::app::workspace::Workspace;
use crate::browser::{backup_file, bars, idle};
use crate::core::timestamp::Timestamp;
use crate::core::wording::{plural, thousands};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// For how many milliseconds the work must not be saved before the page says so in a line: most trouble is over by
/// then.
const PATIENCE: i32 = 800;

/// The line below the bar: that the work is not saved, and why; or that much has changed since the last download.
#[component]
pub fn SafetyLine() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let trouble = RwSignal::new(None::<String>);
    Effect::new(move || match workspace.trouble() {
        None => trouble.set(None),
        Some(reason) if trouble.with_untracked(Option::is_some) => trouble.set(Some(reason)),
        Some(_) => idle::after(PATIENCE, move || {
            // The page may show another view by now.
            let _ = trouble.try_set(untrack(|| workspace.trouble()));
        }),
    });
    let told = move || match (trouble.get(), workspace.reminder.get()) {
        (Some(reason), _) => view! {
            <section class="safety-line" aria-label="Not saved" data-error="">
                <p role="alert">{reason}</p>
                <button class="solid" on:click=move |_| workspace.download_all()>"Download all work"</button>
            </section>
        }
        .into_any(),
        (None, Some(changes)) => view! {
            <section class="safety-line" aria-label="Backup">
                <p>{format!("{} since your last download.", plural(changes, "change"))}</p>
                <button on:click=move |_| workspace.download_all()>"Download all work"</button>
                <button class="quiet" on:click=move |_| workspace.put_reminder_off()>"Not now"</button>
            </section>
        }
        .into_any(),
        (None, None) => ().into_any(),
    };
    // Dropped with the component.
    StoredValue::new_local(bars::follow());
    view! { <div class="safety">{told}</div> }
}

/// The dialog `Storage`.
#[component]
pub fn StorageDialog() -> impl IntoView {
    view! {
        <Modal is_open=|dialog| *dialog == Dialog::Storage id="storage" title="Storage">
            <Storage/>
        </Modal>
    }
}

#[component]
fn Storage() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let safety = RwSignal::new(Safety::default());
    let look = move || {
        spawn_local(async move {
            // The dialog may be closed by then.
            let _ = safety.try_set(workspace.safety().await);
        });
    };
    Effect::new(move || {
        workspace.revision.track();
        workspace.save_state.track();
        look();
    });
    let persist = move |_| {
        spawn_local(async move {
            workspace.ask_to_persist().await;
            look();
        });
    };
    let state = move || {
        workspace
            .trouble()
            .unwrap_or_else(|| "All your work is kept in this browser.".to_owned())
    };
    let persistence = move || match safety.with(|safety| safety.is_persisted) {
        Some(true) => view! { <p>"The browser keeps it until you delete it."</p> }.into_any(),
        Some(false) => view! {
            <p>"The browser may delete it when the disk is nearly full."</p>
            <button on:click=persist>"Ask the browser to keep it"</button>
        }
        .into_any(),
        None => view! { <p>"The browser does not say how long it keeps it."</p> }.into_any(),
    };
    view! {
        <p data-error=move || workspace.trouble().map(|_| "")>{state}</p>
        <button class="solid" on:click=move |_| workspace.download_all()>"Download all work"</button>
        <p class="quiet-text">"One file with everything. Import takes it in again, here or in another browser."</p>
        <h3>"Room"</h3>
        {move || safety.with(|safety| safety.local.map(|(used, of)| view! {
            <Meter
                name="Labels, notes and settings"
                used=used as f64
                of=of as f64
                words=format!("{} of {} characters", thousands(used), thousands(of))
            />
        }))}
        {move || safety.with(|safety| safety.database.map(|(used, of)| view! {
            <Meter
                name="Texts and safety copy"
                used
                of
                words=format!("{} of {}", bytes(used), bytes(of))
            />
        }))}
        {persistence}
        <BackupSection/>
        {move || safety.with(|safety| (!safety.unreadable.is_empty()).then(|| view! {
            <Unreadable values=safety.unreadable.clone()/>
        }))}
    }
}

#[component]
fn Meter(name: &'static str, used: f64, of: f64, words: String) -> impl IntoView {
    view! {
        <p class="room">
            <span>{name}</span>
            <span class="quiet-text">{words}</span>
            <meter aria-label=name min="0" max=of high=of * 0.8 value=used></meter>
        </p>
    }
}

/// When the work was last downloaded, and the file on disk that is kept up to date.
#[component]
fn BackupSection() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let last = move || {
        workspace.revision.track();
        workspace.reminder.track();
        workspace.backup.track();
        let changes = plural(workspace.changes_since(), "change");
        match workspace.last_backup().at {
            0 => format!("Never downloaded; {changes} so far."),
            at => {
                let day = Timestamp::from_millis(at).date();
                format!("Last downloaded on {day}; {changes} since.")
            }
        }
    };
    let file = move || {
        let Some(backup) = workspace.backup.get() else {
            return backup_file::is_available().then(|| view! {
                <button on:click=move |_| spawn_local(workspace.choose_backup())>"Keep a file up to date…"</button>
            }
            .into_any());
        };
        let (words, allow) = match &backup.state {
            BackupState::Written => (format!("{} is kept up to date.", backup.name), None),
            BackupState::Asks => (
                format!("The browser asks before it writes {} again.", backup.name),
                Some("Allow it"),
            ),
            BackupState::Failed(reason) => (
                format!("{} could not be written: {reason}.", backup.name),
                Some("Try again"),
            ),
        };
        Some(view! {
            <p role="status" aria-label="Backup file">{words}</p>
            <div class="storage-tools">
                {allow.map(|name| view! {
                    <button on:click=move |_| spawn_local(workspace.allow_backup())>{name}</button>
                })}
                <button on:click=move |_| spawn_local(workspace.end_backup())>"Keep it up to date no more"</button>
            </div>
        }
        .into_any())
    };
    view! {
        <h3>"Backup"</h3>
        <p>{last}</p>
        {file}
    }
}

/// What storage holds and the page cannot read.
#[component]
fn Unreadable(values: Vec<(String, usize)>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let rows = values
        .into_iter()
        .map(|(key, length)| {
            let download = {
                let key = key.clone();
                move |_| leptos::task::spawn_local(workspace.download_unreadable(Some(key.clone())))
            };
            let name = format!("Download {key}");
            view! {
                <li>
                    <span>{key} " " <span class="quiet-text">{plural(length, "character")}</span></span>
                    <button class="quiet" aria-label=name on:click=download>"Download"</button>
                </li>
            }
        })
        .collect_view();
    view! {
        <h3>"Cannot be read"</h3>
        <p>"Damaged, or written by a newer version of the page. It is kept as it is, and never written over."</p>
        <ul class="unreadable" aria-label="What cannot be read">{rows}</ul>
        <button on:click=move |_| leptos::task::spawn_local(workspace.download_unreadable(None))>"Download all of it"</button>
    }
}

/// "812 bytes", "1.4 MB".
fn bytes(number: f64) -> String {
    let mut left = number;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if left < 1000.0 {
            let digits = usize::from(unit != "bytes" && left < 10.0);
            return format!("{left:.digits$} {unit}");
        }
        left /= 1000.0;
    }
    format!("{left:.1} TB")
}
