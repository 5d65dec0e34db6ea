//! The catalogue: every command under its name, with the keys that it has unless the reviewer chooses others.
//! The command palette, the list of keys and the keymap are all made from it.

use super::command::{Command, Dialog, Panel, SearchScope};
use super::keymap::Chord;
use crate::core::cursor::Motion;
use crate::core::record::{RegionKind, Status};
use crate::core::scheme::{AttributeKind, Scheme};
use crate::core::snap::{Edge, Step};

/// A command under its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name in the settings.
    pub id: String,
    /// Its name on the page.
    pub name: String,
    /// What it belongs to.
    pub group: Group,
    /// The keys that it has at first.
    pub keys: Vec<Chord>,
    /// Where its keys work.
    pub scope: Scope,
    /// Whether Shift held beside one of its keys extends the selection.
    pub extends: bool,
    /// What it does.
    pub command: Command,
}

/// Where keys work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// Everywhere; in a field that is being filled in, where Ctrl is held.
    Everywhere,
    /// Everywhere but in a field that is being filled in.
    Page,
    /// Only where the text has the focus.
    Text,
}

/// What commands belong to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Labelling.
    Labels,
    /// Changing annotations.
    Annotations,
    /// Moving the cursor in the text.
    Cursor,
    /// Marking what is not prose.
    Regions,
    /// Searching and showing.
    Finding,
    /// Articles and files.
    Corpus,
}

impl Group {
    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Labels => "Labels",
            Self::Annotations => "Annotations",
            Self::Cursor => "Cursor",
            Self::Regions => "Regions",
            Self::Finding => "Finding",
            Self::Corpus => "Corpus",
        }
    }
}

/// All commands that need nothing but to be named, with the labels of `scheme`.
pub fn entries(scheme: &Scheme) -> Vec<Entry> {
    let mut all = Vec::new();
    labels(scheme, &mut all);
    annotations(scheme, &mut all);
    cursor(&mut all);
    regions(&mut all);
    finding(&mut all);
    corpus(&mut all);
    all
}

fn page(all: &mut Vec<Entry>, group: Group, (id, name, keys): (&str, &str, &[&str]), command: Command) {
    all.push(Entry {
        id: id.to_owned(),
        name: name.to_owned(),
        group,
        keys: keys.iter().map(|&key| Chord::from(key)).collect(),
        scope: Scope::Page,
        extends: false,
        command,
    });
}

fn labels(scheme: &Scheme, all: &mut Vec<Entry>) {
    let group = Group::Labels;
    for label in &scheme.labels {
        let (id, name) = (format!("label.{}", label.id), format!("Label: {}", label.name));
        let key = label.key.to_uppercase().to_string();
        page(
            all,
            group,
            (&id, &name, &[&key]),
            Command::Label(label.id.clone()),
        );
    }
    page(
        all,
        group,
        ("label-same", "Label every same phrase…", &["A"]),
        Command::OpenDialog(Dialog::SamePhrase),
    );
    page(
        all,
        group,
        ("sticky", "Sticky label on or off", &["L"]),
        Command::ToggleSticky,
    );
    page(
        all,
        group,
        ("snap", "Snap to words on or off", &["W"]),
        Command::ToggleSnapping,
    );
}

fn annotations(scheme: &Scheme, all: &mut Vec<Entry>) {
    let group = Group::Annotations;
    let commands: &[(&str, &str, &[&str], Command)] = &[
        ("next", "Next annotation", &["N"], Command::NextAnnotation),
        (
            "previous",
            "Previous annotation",
            &["P"],
            Command::PreviousAnnotation,
        ),
        (
            "edit",
            "Edit the selected annotation",
            &["E"],
            Command::EditAnnotation,
        ),
        ("delete", "Delete", &["Delete", "Backspace"], Command::Delete),
        (
            "end-word-on",
            "End a word on",
            &["]"],
            Command::Nudge(Edge::End, Step::Word, true),
        ),
        (
            "end-word-back",
            "End a word back",
            &["["],
            Command::Nudge(Edge::End, Step::Word, false),
        ),
        (
            "end-on",
            "End a character on",
            &["}"],
            Command::Nudge(Edge::End, Step::Character, true),
        ),
        (
            "end-back",
            "End a character back",
            &["{"],
            Command::Nudge(Edge::End, Step::Character, false),
        ),
        (
            "start-word-back",
            "Start a word back",
            &["Alt+["],
            Command::Nudge(Edge::Start, Step::Word, false),
        ),
        (
            "start-word-on",
            "Start a word on",
            &["Alt+]"],
            Command::Nudge(Edge::Start, Step::Word, true),
        ),
        (
            "start-back",
            "Start a character back",
            &["Alt+{"],
            Command::Nudge(Edge::Start, Step::Character, false),
        ),
        (
            "start-on",
            "Start a character on",
            &["Alt+}"],
            Command::Nudge(Edge::Start, Step::Character, true),
        ),
        ("split", "Split at the cursor", &["S"], Command::Split),
        (
            "merge",
            "Merge with the next of its label",
            &["M"],
            Command::Merge,
        ),
        (
            "duplicate",
            "Duplicate with another label…",
            &["D"],
            Command::Duplicate,
        ),
        ("relate", "Relate to…", &["R"], Command::Relate),
        (
            "copy",
            "Copy the quote with its offsets",
            &["Ctrl+Shift+C"],
            Command::CopyQuote,
        ),
        ("undo", "Undo", &["Ctrl+Z"], Command::Undo),
        ("redo", "Redo", &["Ctrl+Shift+Z", "Ctrl+Y"], Command::Redo),
        ("escape", "Leave", &["Escape"], Command::Escape),
    ];
    for (id, name, keys, command) in commands {
        page(all, group, (id, name, keys), command.clone());
    }
    let mut keys = ["U", "C", "X"].iter();
    for label in &scheme.labels {
        for part in &label.attributes {
            if part.kind == AttributeKind::Part {
                let (id, name) = (
                    format!("part.{}.{}", label.id, part.id),
                    format!("{}: {} is the selection", label.name, part.name.to_lowercase()),
                );
                let keys: Vec<&str> = keys.next().copied().into_iter().collect();
                page(all, group, (&id, &name, &keys), Command::SetPart(part.id.clone()));
            }
        }
    }
}

fn cursor(all: &mut Vec<Entry>) {
    let motions: &[(&str, &str, &[&str], Motion)] = &[
        (
            "character-back",
            "Character back",
            &["ArrowLeft"],
            Motion::PreviousCharacter,
        ),
        (
            "character-on",
            "Character on",
            &["ArrowRight"],
            Motion::NextCharacter,
        ),
        (
            "word-back",
            "Word back",
            &["Ctrl+ArrowLeft", "Alt+ArrowLeft"],
            Motion::PreviousWord,
        ),
        (
            "word-on",
            "Word on",
            &["Ctrl+ArrowRight", "Alt+ArrowRight"],
            Motion::NextWord,
        ),
        (
            "sentence-back",
            "Sentence back",
            &["Alt+ArrowUp", "("],
            Motion::PreviousSentence,
        ),
        (
            "sentence-on",
            "Sentence on",
            &["Alt+ArrowDown", ")"],
            Motion::NextSentence,
        ),
        (
            "paragraph-back",
            "Paragraph back",
            &["Ctrl+ArrowUp"],
            Motion::PreviousParagraph,
        ),
        (
            "paragraph-on",
            "Paragraph on",
            &["Ctrl+ArrowDown"],
            Motion::NextParagraph,
        ),
        (
            "text-start",
            "Start of the text",
            &["Ctrl+Home"],
            Motion::TextStart,
        ),
        ("text-end", "End of the text", &["Ctrl+End"], Motion::TextEnd),
    ];
    for (id, name, keys, motion) in motions {
        page(
            all,
            Group::Cursor,
            (id, name, keys),
            Command::Move(*motion, false),
        );
        if let Some(entry) = all.last_mut() {
            entry.scope = Scope::Text;
            entry.extends = true;
        }
    }
}

fn regions(all: &mut Vec<Entry>) {
    let commands: &[(&str, &str, &[&str], Command)] = &[
        ("junk", "Mark as junk", &["J"], Command::Mark(RegionKind::Junk)),
        ("title", "Mark as title", &[], Command::Mark(RegionKind::Title)),
        (
            "heading",
            "Mark as heading",
            &["H"],
            Command::Mark(RegionKind::Heading),
        ),
        ("byline", "Mark as byline", &[], Command::Mark(RegionKind::Byline)),
        ("prose", "Mark as prose again", &["Shift+J"], Command::Unmark),
    ];
    for (id, name, keys, command) in commands {
        page(all, Group::Regions, (id, name, keys), command.clone());
    }
}

fn finding(all: &mut Vec<Entry>) {
    let commands: &[(&str, &str, &[&str], Command)] = &[
        (
            "commands",
            "All commands…",
            &["Ctrl+K"],
            Command::OpenDialog(Dialog::Commands),
        ),
        ("keys", "All keys…", &["?"], Command::OpenDialog(Dialog::Keys)),
        (
            "search",
            "Search in the article",
            &["/"],
            Command::Search(SearchScope::Article),
        ),
        (
            "search-all",
            "Search in all articles",
            &["Shift+F"],
            Command::Search(SearchScope::Corpus),
        ),
        (
            "filter",
            "Filter the annotations",
            &["F"],
            Command::FilterAnnotations,
        ),
        (
            "to-complete",
            "What is to complete",
            &["T"],
            Command::ShowPanel(Panel::ToComplete),
        ),
        (
            "guideline",
            "Guideline",
            &["G"],
            Command::ShowPanel(Panel::Guideline),
        ),
    ];
    for (id, name, keys, command) in commands {
        page(all, Group::Finding, (id, name, keys), command.clone());
        if let Some(entry) = all.last_mut()
            && entry.command == Command::OpenDialog(Dialog::Commands)
        {
            entry.scope = Scope::Everywhere;
        }
    }
}

fn corpus(all: &mut Vec<Entry>) {
    let commands: &[(&str, &str, &[&str], Command)] = &[
        (
            "finish",
            "Mark as done and open the next",
            &["Ctrl+Enter"],
            Command::Finish,
        ),
        ("done", "Mark as done", &[], Command::SetStatus(Status::Done)),
        (
            "in-progress",
            "Mark as in progress",
            &[],
            Command::SetStatus(Status::InProgress),
        ),
        (
            "not-started",
            "Mark as not started",
            &[],
            Command::SetStatus(Status::NotStarted),
        ),
        ("next-article", "Next article", &[">"], Command::OpenNeighbour(1)),
        (
            "previous-article",
            "Previous article",
            &["<"],
            Command::OpenNeighbour(-1),
        ),
        ("library", "All articles", &[], Command::OpenLibrary),
        ("entities", "All entities", &[], Command::OpenEntities),
        ("export", "Export…", &[], Command::OpenDialog(Dialog::Export)),
        ("import", "Import…", &[], Command::Import),
        ("storage", "Storage…", &[], Command::OpenDialog(Dialog::Storage)),
    ];
    for (id, name, keys, command) in commands {
        page(all, Group::Corpus, (id, name, keys), command.clone());
    }
}
