//! The export dialog: what goes into the file, and one button a format.

use super::modal::Modal;
use crate::app::command::Dialog;
use crate::app::exporting::{Exporting, Stage};
use crate::app::workspace::Workspace;
use crate::browser::route::Route;
use crate::clerk::{Choice, Offer, Offered, Selection};
use crate::core::wording::{plural, thousands};
use leptos::prelude::*;

/// The dialog `Export`.
#[component]
pub fn ExportDialog() -> impl IntoView {
    view! {
        <Modal is_open=|dialog| *dialog == Dialog::Export id="export" title="Export">
            <Export/>
        </Modal>
    }
}

#[component]
fn Export() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let exporting = Exporting::begin(workspace);
    let missing = move || {
        let names: Vec<_> = workspace
            .problems
            .get()
            .into_iter()
            .map(|problem| problem.name)
            .collect();
        (!names.is_empty()).then(|| {
            let names = names.join("; ");
            view! {
                <p class="missing">
                    {format!("Not in the file, since it could not be opened: {names}. Your work on it is kept.")}
                </p>
            }
        })
    };
    view! {
        <p class="quiet-text">"The file is made here and goes nowhere but to your downloads."</p>
        {missing}
        <Choices exporting/>
        <Progress exporting/>
        <ul class="formats" aria-label="Formats">
            {move || exporting.offer.get().map(|offer| {
                offer
                    .formats
                    .into_iter()
                    .map(|format| view! { <Format exporting format/> })
                    .collect_view()
            })}
        </ul>
    }
}

/// Which articles, and whether with their texts.
#[component]
fn Choices(exporting: Exporting) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let totals = workspace
        .with_shelf(|shelf, _| shelf.totals())
        .unwrap_or_default();
    let open = match workspace.route.get_untracked() {
        Route::Article(id) => Some(id),
        _ => None,
    };
    let selections = [
        (Selection::All, format!("All ({})", thousands(totals.articles))),
        (
            Selection::Done,
            format!("Those done ({})", thousands(totals.done)),
        ),
    ]
    .into_iter()
    .chain(open.map(|id| (Selection::One(id), "This article".to_owned())));
    view! {
        <fieldset class="export-choice">
            <legend>"Articles"</legend>
            {selections
                .map(|(selection, name)| {
                    let is_chosen = selection == Selection::All;
                    let choose = move |_| {
                        exporting.choose(Choice {
                            selection: selection.clone(),
                            ..exporting.choice.get_untracked()
                        });
                    };
                    view! {
                        <label>
                            <input type="radio" name="export-articles" checked=is_chosen on:change=choose/>
                            {name}
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
        <label class="export-texts">
            <input
                type="checkbox"
                aria-describedby="about-texts"
                on:change:target=move |event| {
                    exporting.choose(Choice {
                        leaves_out_texts: event.target().checked(),
                        ..exporting.choice.get_untracked()
                    });
                }
            />
            "Leave the texts out"
        </label>
        <p id="about-texts" class="quiet-text">
            "For texts under copyright: offsets and checksums, without the articles' words."
        </p>
    }
}

/// What is in the file, and how far it is.
#[component]
fn Progress(exporting: Exporting) -> impl IntoView {
    let total = move || {
        exporting
            .offer
            .with(|offer| offer.as_ref().map(|offer| offer.articles))
    };
    let words = move || match exporting.stage.get() {
        Stage::Copying(copied) => format!("Reading the corpus: {}…", plural(copied, "article")),
        Stage::Looking => "Looking at what each format can hold…".to_owned(),
        Stage::Ready => {
            let told = exporting.offer.with(|offer| offer.as_ref().map(summary));
            let told = told.unwrap_or_default();
            if exporting.is_cancelled.get() {
                format!("Cancelled: nothing was downloaded. {told}")
            } else {
                told
            }
        }
        Stage::Writing(name, written) => format!("Writing {name}: {}…", plural(written, "article")),
    };
    let written = move || match exporting.stage.get() {
        Stage::Writing(_, written) => Some(written),
        _ => None,
    };
    view! {
        <div class="export-progress">
            <p role="status" aria-label="Export state">{words}</p>
            {move || written().map(|written| view! {
                <progress aria-label="Written" max=total value=written></progress>
                <button on:click=move |_| exporting.cancel()>"Cancel"</button>
            })}
        </div>
    }
}

fn summary(offer: &Offer) -> String {
    format!(
        "{}, {}",
        plural(offer.articles, "article"),
        plural(offer.annotations, "annotation")
    )
}

#[component]
fn Format(exporting: Exporting, format: Offered) -> impl IntoView {
    let about = format!("about-{}", format.id);
    let losses = format!("losses-{}", format.id);
    let described = format!("{about} {losses}");
    let lost = match (format.lacks.as_deref(), format.losses.as_slice()) {
        (Some(lacks), _) => format!("Nothing to download: there are no {lacks} in what is chosen."),
        (None, []) => "Holds everything that is chosen.".to_owned(),
        (None, losses) => format!("Does not keep: {}.", losses.join("; ")),
    };
    let (is_empty, can_leave_out_texts) = (format.lacks.is_some(), format.can_leave_out_texts);
    let is_off = move || {
        let leaves_out = exporting.choice.with(|choice| choice.leaves_out_texts);
        is_empty || (leaves_out && !can_leave_out_texts) || exporting.stage.get() != Stage::Ready
    };
    let name = format.name.clone();
    let export = move |_| {
        if !is_off() {
            exporting.export(format.id.clone(), format.name.clone());
        }
    };
    view! {
        <li>
            <button
                class="format"
                aria-describedby=described
                // Not `disabled`: the focus would be lost while a file is written, and the reason be out of reach of the
                // keyboard where there is no file.
                aria-disabled=move || is_off().to_string()
                on:click=export
            >
                {name}
            </button>
            <p id=about>{format.about}</p>
            <p id=losses class="losses" data-lossy=(is_empty || !format.losses.is_empty()).then_some("")>
                {move || if exporting.choice.with(|choice| choice.leaves_out_texts) && !can_leave_out_texts {
                    "Has no form without texts.".to_owned()
                } else {
                    lost.clone()
                }}
            </p>
        </li>
    }
}
