//! Keys and the commands that they give. Keys can be changed; what was changed is kept as a setting.

use super::catalogue::{Entry, Scope};
use crate::browser::keyboard::KeyPress;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What has the focus where a key is pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focus {
    /// The text of the open article.
    Text,
    /// A field that is being filled in.
    Field,
    /// Anything else.
    Page,
}

/// A key with the keys held beside it, as it is written: `Ctrl+Shift+Z`, `?`, `Alt+ArrowUp`.
///
/// Ctrl also stands for Command on a Mac. Shift is written only beside letters and keys with a name, since any
/// other sign says by itself whether Shift was held.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chord(String);

impl Chord {
    /// The chord of a key press; `None` for a key that is only held beside others.
    pub fn of(press: &KeyPress) -> Option<Self> {
        let key = press.key.as_str();
        if matches!(
            key,
            "Control"
                | "Shift"
                | "Alt"
                | "AltGraph"
                | "Meta"
                | "CapsLock"
                | "Dead"
                | "Process"
                | "Unidentified"
        ) {
            return None;
        }
        let is_sign = key.chars().count() == 1;
        let is_letter = is_sign && key.chars().all(char::is_alphabetic);
        let name = match key {
            " " => "Space".to_owned(),
            _ if is_letter => key.to_uppercase(),
            _ => key.to_owned(),
        };
        let mut chord = String::new();
        for (is_held, name) in [
            (press.control, "Ctrl+"),
            (press.alt, "Alt+"),
            (press.shift && (is_letter || !is_sign || key == " "), "Shift+"),
        ] {
            if is_held {
                chord.push_str(name);
            }
        }
        Some(Self(chord + &name))
    }

    /// The same chord with Shift held beside it; `None` where Shift is part of it already: held, or in the sign.
    pub fn with_shift(&self) -> Option<Self> {
        let (held, key) = self.parts();
        let can_be_held = key.chars().count() != 1 || key.chars().all(char::is_alphabetic);
        (can_be_held && !held.contains("Shift+")).then(|| Self(format!("{held}Shift+{key}")))
    }

    /// Why no command can have this chord; `None` where one can.
    pub fn fault(&self) -> Option<&'static str> {
        let (held, key) = self.parts();
        let is_plain = matches!(held, "" | "Shift+");
        match key {
            "Escape" => Some("Escape always leaves."),
            "Tab" => Some("Tab goes from place to place on the page."),
            "Enter" | "Space" if is_plain => Some("Enter and Space press the button that has the focus."),
            "ArrowUp" | "ArrowDown" | "Home" | "End" if is_plain => {
                Some("This key moves the cursor by lines.")
            }
            _ => None,
        }
    }

    /// The keys that are held, each with its `+`, and the key itself, which may be `+`.
    fn parts(&self) -> (&str, &str) {
        let before_last = self.0.char_indices().next_back().map_or(0, |(at, _)| at);
        let at = self.0[..before_last].rfind('+').map_or(0, |at| at + 1);
        self.0.split_at(at)
    }

    /// How the chord is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys of the chord one by one, as they are shown: `["Ctrl", "Shift", "Z"]`.
    pub fn keys(&self) -> Vec<String> {
        let (held, key) = self.parts();
        let mut keys: Vec<_> = held.split_terminator('+').map(str::to_owned).collect();
        keys.push(
            match key {
                "ArrowLeft" => "←",
                "ArrowRight" => "→",
                "ArrowUp" => "↑",
                "ArrowDown" => "↓",
                "Delete" => "Del",
                "Escape" => "Esc",
                key => key,
            }
            .to_owned(),
        );
        keys
    }

    /// The chord as `aria-keyshortcuts` has it (WAI-ARIA 1.2): the keys have the names that they have in
    /// `KeyboardEvent.key`, but for the plus sign, which joins them.
    pub fn aria(&self) -> String {
        let (held, key) = self.parts();
        let key = if key == "+" { "Plus" } else { key };
        held.replace("Ctrl+", "Control+") + key
    }
}

impl From<&str> for Chord {
    fn from(chord: &str) -> Self {
        Self(chord.to_owned())
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keys().join("+"))
    }
}

/// Which keys give which command: the catalogue's own, but where the reviewer has chosen others.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keymap {
    /// The keys that the reviewer chose, by the command's id; none for a command without a key.
    changed: BTreeMap<String, Vec<Chord>>,
}

impl Keymap {
    /// The keys of a command.
    pub fn keys_of(&self, entry: &Entry) -> Vec<Chord> {
        match self.changed.get(&entry.id) {
            Some(keys) => keys.clone(),
            None => entry.keys.clone(),
        }
    }

    /// Whether the reviewer has chosen any keys.
    pub fn is_any_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The commands other than `id` that a chord gives.
    pub fn others_with<'e>(&self, entries: &'e [Entry], id: &str, chord: &Chord) -> Vec<&'e Entry> {
        entries
            .iter()
            .filter(|entry| entry.id != id && self.keys_of(entry).contains(chord))
            .collect()
    }

    /// Gives a command other keys, and takes them from the commands that had them.
    pub fn set(&mut self, entries: &[Entry], id: &str, keys: Vec<Chord>) {
        for entry in entries {
            let mut now = self.keys_of(entry);
            if entry.id == id {
                now.clone_from(&keys);
            } else {
                now.retain(|key| !keys.contains(key));
            }
            // Keys that are the command's own are not kept as a choice.
            if now == entry.keys {
                self.changed.remove(&entry.id);
            } else {
                self.changed.insert(entry.id.clone(), now);
            }
        }
    }

    /// Gives every command its own keys again.
    pub fn reset(&mut self) {
        self.changed.clear();
    }

    /// The command of a key press, and whether the key asks to extend the selection. A command that has the chord
    /// itself comes before one that it extends.
    pub fn find<'e>(
        &self,
        entries: &'e [Entry],
        press: &KeyPress,
        focus: Focus,
    ) -> Option<(&'e Entry, bool)> {
        let chord = Chord::of(press)?;
        let mut extended = None;
        for entry in entries.iter().filter(|entry| match focus {
            Focus::Text => true,
            Focus::Field => entry.scope == Scope::Everywhere && press.control,
            Focus::Page => entry.scope != Scope::Text,
        }) {
            let keys = self.keys_of(entry);
            if keys.contains(&chord) {
                return Some((entry, false));
            }
            let extends = entry.extends && keys.iter().any(|key| key.with_shift().as_ref() == Some(&chord));
            if extends && extended.is_none() {
                extended = Some((entry, true));
            }
        }
        extended
    }
}
