//! The import dialog: what is in the files that were picked, what may be chosen about them, and what taking them
//! in will do.

use super::modal::Modal;
use crate::app::command::Dialog;
use crate::app::importing::{Importing, Stage};
use crate::app::workspace::Workspace;
use crate::browser::files::{self, PickedFile};
use crate::browser::keyboard;
use crate::clerk::{
    Choosing, DoubtPreview, EncodingPreview, LabelPreview, LotChoice, LotPreview, Mapped, Preview, Role,
    TablePreview,
};
use crate::core::wording::plural;
use leptos::prelude::*;

/// The dialog `Import`.
#[component]
pub fn ImportDialog() -> impl IntoView {
    view! {
        <Modal is_open=|dialog| *dialog == Dialog::Import id="import" title="Import">
            <Import/>
        </Modal>
    }
}

/// Takes in files that are dropped anywhere on the page, and files or words that are pasted where nothing is
/// typed.
pub fn listen_for_files(workspace: Workspace) {
    let listeners = [
        window_event_listener(leptos::ev::dragover, |event| {
            if event.data_transfer().is_some_and(|data| files::has_files(&data)) {
                event.prevent_default();
            }
        }),
        window_event_listener(leptos::ev::drop, move |event| {
            if let Some(data) = event.data_transfer().filter(files::has_files) {
                event.prevent_default();
                workspace.import(PickedFile::carried_by(&data));
            }
        }),
        window_event_listener(leptos::ev::paste, move |event| {
            if keyboard::is_typing(&event) || keyboard::is_in_dialog(&event) {
                return;
            }
            if let Some(data) = event.clipboard_data() {
                workspace.import(PickedFile::carried_by(&data));
            }
        }),
    ];
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
}

#[component]
fn Import() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let importing = Importing::begin(workspace);
    let words = move || match importing.stage.get() {
        Stage::Copying => "Reading the corpus…".to_owned(),
        Stage::Reading => "Reading the files…".to_owned(),
        Stage::Ready => String::new(),
        Stage::Taking(records) => format!("Taking in: {}…", plural(records, "record")),
    };
    let is_ready =
        move || importing.stage.get() == Stage::Ready && importing.preview.with(|preview| preview.is_ready);
    view! {
        <p class="import-state" role="status" aria-label="Import state">{words}</p>
        <div class="lots" inert=move || importing.stage.get() != Stage::Ready>
            {move || {
                let Preview { lots, outcome, doubts, missing, .. } = importing.preview.get();
                let several = lots.len() > 1;
                view! {
                    {lots
                        .into_iter()
                        .enumerate()
                        .map(|(number, lot)| view! { <Lot importing number lot several/> })
                        .collect_view()}
                    <Doubts importing doubts/>
                    <Sentences title="Has no place here, and stays behind" sentences=missing/>
                    <Sentences title="What will be done" sentences=outcome/>
                }
            }}
        </div>
        <div class="dialog-end dialog-foot">
            <button on:click=move |_| workspace.dialog.set(None)>"Cancel"</button>
            <button
                class="solid"
                aria-disabled=move || (!is_ready()).to_string()
                on:click=move |_| if is_ready() { importing.take() }
            >
                "Import"
            </button>
        </div>
    }
}

#[component]
fn Sentences(title: &'static str, sentences: Vec<String>) -> impl IntoView {
    (!sentences.is_empty()).then(|| {
        view! {
            <h3>{title}</h3>
            <ul class="sentences">
                {sentences.into_iter().map(|sentence| view! { <li>{sentence}</li> }).collect_view()}
            </ul>
        }
    })
}

#[component]
fn Lot(importing: Importing, number: usize, lot: LotPreview, several: bool) -> impl IntoView {
    let LotPreview {
        name,
        kind,
        is_left_out,
        problem,
        contents,
        notes,
        encoding,
        table,
        labels,
    } = lot;
    let leave_out = (several && problem.is_none()).then(|| {
        view! {
            <label class="take-lot">
                <input
                    type="checkbox"
                    prop:checked=!is_left_out
                    on:change:target=move |event| {
                        importing.choose(Choosing::Lot(number, LotChoice::LeaveOut(!event.target().checked())));
                    }
                />
                "Take this in"
            </label>
        }
    });
    let title = name.clone();
    view! {
        <section class="lot" aria-label=name>
            <h3>{title}</h3>
            <p class="quiet-text">{kind}</p>
            {problem.map(|problem| view! { <p class="missing" role="alert">{problem}</p> })}
            {contents.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
            {encoding.map(|encoding| view! { <Encoding importing number encoding/> })}
            {table.map(|table| view! { <Table importing number table/> })}
            {(!labels.is_empty()).then(|| view! { <Labels importing number labels/> })}
            {notes.into_iter().map(|note| view! { <p class="note-line">{note}</p> }).collect_view()}
            {leave_out}
        </section>
    }
}

#[component]
fn Encoding(importing: Importing, number: usize, encoding: EncodingPreview) -> impl IntoView {
    let EncodingPreview {
        chosen,
        choices,
        is_sure,
        sample,
    } = encoding;
    view! {
        <label class="choice-line">
            {if is_sure { "Letters" } else { "Letters (a guess: look whether they read well)" }}
            <select on:change:target=move |event| {
                importing.choose(Choosing::Lot(number, LotChoice::Encoding(event.target().value())));
            }>
                {choices
                    .into_iter()
                    .map(|(label, name)| {
                        let selected = label == chosen;
                        view! { <option value=label selected=selected>{name}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
        <blockquote class="sample">{sample}</blockquote>
    }
}

#[component]
fn Table(importing: Importing, number: usize, table: TablePreview) -> impl IntoView {
    let TablePreview { columns, rows, roles } = table;
    let choices = roles
        .into_iter()
        .map(|(role, chosen)| {
            let options = columns
                .iter()
                .enumerate()
                .map(|(index, name)| {
                    let selected = chosen == Some(index);
                    view! { <option value=index.to_string() selected=selected>{name.clone()}</option> }
                })
                .collect_view();
            let none = (role != Role::Text).then(|| {
                view! { <option value="" selected=chosen.is_none()>"none"</option> }
            });
            view! {
                <label class="choice-line">
                    {role.name()}
                    <select on:change:target=move |event| {
                        // The value of "none" is no number.
                        let column = event.target().value().parse().ok();
                        importing.choose(Choosing::Lot(number, LotChoice::Column(role, column)));
                    }>
                        {none}
                        {options}
                    </select>
                </label>
            }
        })
        .collect_view();
    view! {
        <div class="roles">{choices}</div>
        <div class="sample-rows" tabindex="0" role="region" aria-label="The first rows">
            <table>
                <thead>
                    <tr>{columns.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view()}</tr>
                </thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| view! {
                            <tr>{row.into_iter().map(|value| view! { <td>{value}</td> }).collect_view()}</tr>
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// Labels that the scheme does not have, and what becomes of them.
#[component]
fn Labels(importing: Importing, number: usize, labels: Vec<LabelPreview>) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let known: Vec<_> = workspace
        .with(|desk| {
            desk.scheme
                .labels
                .iter()
                .map(|label| (label.id.clone(), label.name.clone()))
                .collect()
        })
        .unwrap_or_default();
    let lines = labels
        .into_iter()
        .map(
            |LabelPreview {
                 label,
                 count,
                 mapping,
             }| {
                let title = format!("{label} ({})", plural(count, "annotation"));
                let options: Vec<_> = known
                    .iter()
                    .map(|(id, name)| (Mapped::To(id.clone()), format!("becomes {name}")))
                    .chain([
                        (Mapped::Kept, "stays as it is".to_owned()),
                        (Mapped::LeftOut, "is left out".to_owned()),
                    ])
                    .collect();
                let mappings: Vec<_> = options.iter().map(|(mapped, _)| mapped.clone()).collect();
                view! {
                    <label class="choice-line">
                        {title}
                        <select on:change:target=move |event| {
                            let chosen = event.target().selected_index().cast_unsigned() as usize;
                            if let Some(mapped) = mappings.get(chosen) {
                                importing.choose(Choosing::Lot(number, LotChoice::Label(label.clone(), mapped.clone())));
                            }
                        }>
                            {options
                                .into_iter()
                                .map(|(mapped, name)| {
                                    let selected = mapped == mapping;
                                    view! { <option selected=selected>{name}</option> }
                                })
                                .collect_view()}
                        </select>
                    </label>
                }
            },
        )
        .collect_view();
    view! {
        <p>"Labels that the scheme does not have:"</p>
        {lines}
    }
}

/// Annotations whose place is not clear: each is taken in only where the reviewer says so.
#[component]
fn Doubts(importing: Importing, doubts: Vec<DoubtPreview>) -> impl IntoView {
    (!doubts.is_empty()).then(|| {
        view! {
            <h3>"Doubtful: tick what to take in at the likeliest place"</h3>
            <ul class="sentences doubts">
                {doubts
                    .into_iter()
                    .enumerate()
                    .map(|(index, DoubtPreview { sentence, is_taken })| view! {
                        <li>
                            <label>
                                <input
                                    type="checkbox"
                                    prop:checked=is_taken
                                    on:change:target=move |event| {
                                        importing.choose(Choosing::Doubt(index, event.target().checked()));
                                    }
                                />
                                {sentence}
                            </label>
                        </li>
                    })
                    .collect_view()}
            </ul>
        }
    })
}
