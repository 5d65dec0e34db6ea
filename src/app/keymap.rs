//! Keys and the commands that they give.

use super::command::Command;
use crate::browser::keyboard::KeyPress;
use crate::core::cursor::Motion;
use crate::core::scheme::Scheme;

/// The command of a key that works on the whole page, but not while a field is being filled in.
pub fn page_command(press: &KeyPress, scheme: &Scheme) -> Option<Command> {
    let key = press.key.as_str();
    if press.control {
        return match (key.to_lowercase().as_str(), press.shift) {
            ("z", false) => Some(Command::Undo),
            ("z", true) | ("y", false) => Some(Command::Redo),
            _ => None,
        };
    }
    if press.alt {
        return None;
    }
    match key {
        "Escape" => Some(Command::Escape),
        "Delete" | "Backspace" => Some(Command::Delete),
        "n" | "N" => Some(Command::NextAnnotation),
        "p" | "P" => Some(Command::PreviousAnnotation),
        _ => scheme
            .labels
            .iter()
            .find(|label| key.chars().eq([label.key]))
            .map(|label| Command::Label(label.id.clone())),
    }
}

/// The command of a key that moves the cursor, where the text has the focus. Moves by line are not among
/// them: they depend on how the text is drawn.
pub fn cursor_command(press: &KeyPress) -> Option<Command> {
    let by_word = press.control || press.alt;
    let motion = match (press.key.as_str(), by_word) {
        ("ArrowLeft", false) => Motion::PreviousCharacter,
        ("ArrowRight", false) => Motion::NextCharacter,
        ("ArrowLeft", true) => Motion::PreviousWord,
        ("ArrowRight", true) => Motion::NextWord,
        ("ArrowUp", true) => Motion::PreviousParagraph,
        ("ArrowDown", true) => Motion::NextParagraph,
        ("Home", true) => Motion::TextStart,
        ("End", true) => Motion::TextEnd,
        ("(" | ")", _) if press.control => return None,
        ("(", _) => Motion::PreviousSentence,
        (")", _) => Motion::NextSentence,
        _ => return None,
    };
    // The signs for sentences need Shift to be typed, so it cannot mean more with them.
    let extend = press.shift && !matches!(motion, Motion::PreviousSentence | Motion::NextSentence);
    Some(Command::Move(motion, extend))
}
