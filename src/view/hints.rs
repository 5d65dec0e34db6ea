//! The keys that help just now, at the foot of the page. A screen reader hears of them elsewhere.

use super::unhurried;
use crate::app::catalogue::Entry;
use crate::app::keymap::Chord;
use crate::app::workspace::{Waiting, Workspace};
use crate::core::cursor::Cursor;
use leptos::prelude::*;

/// What the reviewer is about to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    Reading,
    WordsSelected,
    AnnotationSelected,
    Duplicating,
    Relating,
}

/// Which keys of a command are shown.
#[derive(Clone, Copy)]
enum Which {
    /// The command's first key.
    Own(&'static str),
    /// The same with Shift.
    Shifted(&'static str),
    /// The first key of every command whose id begins so.
    All(&'static str),
}

use Which::{All, Own, Shifted};

/// The keys that help in a moment, and what they do.
const fn hints(moment: Moment) -> &'static [(&'static [Which], &'static str)] {
    match moment {
        Moment::Reading => &[
            (&[Shifted("word-on")], "select a word"),
            (&[Own("next"), Own("previous")], "next, previous"),
            (&[Own("search")], "search"),
            (&[Own("finish")], "done, and on"),
            (&[Own("commands")], "all commands"),
            (&[Own("keys")], "all keys"),
        ],
        Moment::WordsSelected => &[
            (&[All("label.")], "label"),
            (&[Own("label-same")], "label every same phrase"),
            (&[Shifted("word-on")], "select on"),
            (&[Own("junk")], "junk"),
            (&[Own("escape")], "leave"),
        ],
        Moment::AnnotationSelected => &[
            (&[Own("end-word-back"), Own("end-word-on")], "move the end"),
            (&[Own("edit")], "edit"),
            (&[Own("duplicate")], "another label too"),
            (&[Own("relate")], "relate"),
            (&[Own("delete")], "delete"),
            (&[Own("undo")], "undo"),
        ],
        Moment::Duplicating | Moment::Relating => &[],
    }
}

/// The keys that help just now.
#[component]
pub fn Hints() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let moment = Memo::new(move |_| match workspace.waiting.get() {
        Some(Waiting::Duplicate) => Moment::Duplicating,
        Some(Waiting::Relate(_)) => Moment::Relating,
        None if workspace
            .cursor
            .get()
            .is_some_and(|cursor| !Cursor::is_collapsed(cursor)) =>
        {
            Moment::WordsSelected
        }
        None if workspace.selected.with(Option::is_some) => Moment::AnnotationSelected,
        None => Moment::Reading,
    });
    let moment = unhurried::after_paint(moment);
    view! {
        <footer class="hints" aria-hidden="true" data-asks=move || is_question(moment.get()).then_some("")>
            {move || shown(workspace, moment.get())}
        </footer>
    }
}

const fn is_question(moment: Moment) -> bool {
    matches!(moment, Moment::Duplicating | Moment::Relating)
}

fn shown(workspace: Workspace, moment: Moment) -> AnyView {
    let entries = workspace.catalogue();
    let question = match moment {
        Moment::Duplicating => "Press the key of another label, ",
        Moment::Relating => "Choose the annotation to relate to, ",
        _ => {
            return hints(moment)
                .iter()
                .filter_map(|&(which, what)| {
                    let chords = chords(workspace, &entries, which);
                    (!chords.is_empty())
                        .then(|| view! { <span>{chords.into_iter().map(chord).collect_view()} {what}</span> })
                })
                .collect_view()
                .into_any();
        }
    };
    let leave = chords(workspace, &entries, &[Own("escape")]);
    view! { <span>{question} {leave.into_iter().map(chord).collect_view()} " leaves"</span> }.into_any()
}

fn chords(workspace: Workspace, entries: &[Entry], which: &[Which]) -> Vec<Chord> {
    workspace.keymap.with(|keymap| {
        which
            .iter()
            .flat_map(|&which| {
                entries
                    .iter()
                    .filter(move |entry| match which {
                        Own(id) | Shifted(id) => entry.id == id,
                        All(beginning) => entry.id.starts_with(beginning),
                    })
                    .filter_map(move |entry| {
                        let key = keymap.keys_of(entry).into_iter().next()?;
                        match which {
                            Shifted(_) => key.with_shift(),
                            Own(_) | All(_) => Some(key),
                        }
                    })
            })
            .collect()
    })
}

fn chord(chord: Chord) -> impl IntoView {
    let keys = chord.keys().into_iter().map(|key| view! { <kbd>{key}</kbd> });
    view! { <span class="chord">{keys.collect_view()}</span> " " }
}
