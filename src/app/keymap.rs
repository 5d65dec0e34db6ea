//! Keys and the commands that they give. Keys can be changed; what was changed is kept as a setting.

use super::catalogue::{Entry, Scope};
use crate::browser::keyboard::KeyPress;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

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

    /// The same chord with Shift held beside it; `None` where Shift is part of it already.
    pub fn with_shift(&self) -> Option<Self> {
        let at = self
            .0
            .rfind('+')
            .filter(|&at| at + 1 < self.0.len())
            .map_or(0, |at| at + 1);
        let (held, key) = self.0.split_at(at);
        (!held.contains("Shift+")).then(|| Self(format!("{held}Shift+{key}")))
    }

    /// How the chord is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys of the chord one by one, as they are shown: `["Ctrl", "Shift", "Z"]`.
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        let mut rest = self.0.as_str();
        while let Some((held, more)) = rest
            .split_once('+')
            .filter(|(held, more)| !held.is_empty() && !more.is_empty())
        {
            keys.push(held.to_owned());
            rest = more;
        }
        keys.push(
            match rest {
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

    /// The chord as `aria-keyshortcuts` has it (WAI-ARIA 1.2).
    pub fn aria(&self) -> String {
        self.0.replace("Ctrl+", "Control+")
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

    /// Whether the reviewer has chosen this command's keys.
    pub fn is_changed(&self, entry: &Entry) -> bool {
        self.changed.contains_key(&entry.id)
    }

    /// Gives a command other keys, and takes them from the commands that had them.
    pub fn set(&mut self, entries: &[Entry], id: &str, keys: Vec<Chord>) {
        for other in entries.iter().filter(|entry| entry.id != id) {
            let before = self.keys_of(other);
            let left: Vec<_> = before.iter().filter(|key| !keys.contains(key)).cloned().collect();
            if left != before {
                self.changed.insert(other.id.clone(), left);
            }
        }
        self.changed.insert(id.to_owned(), keys);
    }

    /// Gives every command its own keys again.
    pub fn reset(&mut self) {
        self.changed.clear();
    }

    /// The command of a key press, and whether the key asks to extend the selection. `in_text` tells whether the
    /// text has the focus.
    pub fn find<'e>(
        &self,
        entries: &'e [Entry],
        press: &KeyPress,
        in_text: bool,
    ) -> Option<(&'e Entry, bool)> {
        let chord = Chord::of(press)?;
        entries
            .iter()
            .filter(|entry| in_text || entry.scope == Scope::Page)
            .find_map(|entry| {
                let keys = self.keys_of(entry);
                if keys.contains(&chord) {
                    return Some((entry, false));
                }
                let extends =
                    entry.extends && keys.iter().any(|key| key.with_shift().as_ref() == Some(&chord));
                extends.then_some((entry, true))
            })
    }
}
