//! What the reviewer has chosen, kept from visit to visit: the name, keys, whether selections snap to words. The scheme
//! is in `scheme.rs`.

use super::catalogue::Entry;
use super::keymap::Keymap;
use super::workspace::Workspace;
use crate::browser::chance;
use leptos::prelude::*;

/// The name of the setting that keeps the reviewer's name.
pub(super) const REVIEWER: &str = "reviewer";
/// The name of the setting that keeps the keys that the reviewer chose, as JSON.
pub(super) const KEYS: &str = "keys";
/// The name of the setting that keeps whether selections snap to words: `on` or `off`.
pub(super) const SNAPS: &str = "snap";

impl Workspace {
    /// Gives the reviewer another name. It goes into the annotations made from now on. An empty one counts as
    /// none: a made-up one takes its place.
    pub fn set_reviewer(self, name: String) {
        self.later(move |deeds| (deeds.set_reviewer)(self, name));
    }

    pub(super) fn set_reviewer_now(self, name: String) {
        let name = match name.trim() {
            "" => chance::pseudonym(),
            name => name.to_owned(),
        };
        self.keep_setting(REVIEWER, &name);
        self.reviewer.set(name);
    }

    /// Keeps the name that was made up for a new reviewer. One that cannot be read is left as it is: this visit goes
    /// by the made-up one.
    pub(super) fn keep_reviewer(self) {
        let kept = self.with(|desk| desk.repository.setting(REVIEWER));
        if let Some(Ok(None)) = kept {
            self.keep_setting(REVIEWER, &self.reviewer.get_untracked());
        }
    }

    pub(super) fn keep_setting(self, name: &str, value: &str) {
        self.update(|desk| desk.keep_setting(name, value));
        self.show_save_state();
    }

    /// Keeps all settings again, after storage was cleared.
    pub(super) fn keep_settings(self) {
        self.keep_setting(REVIEWER, &self.reviewer.get_untracked());
        self.keep_setting(SNAPS, if self.snaps.get_untracked() { "on" } else { "off" });
        self.change_keys(|_, _| ());
        self.keep_scheme();
    }

    pub(super) fn setting(self, name: &str) -> Option<String> {
        self.with(|desk| desk.repository.setting(name).ok().flatten())
            .flatten()
    }

    /// Goes on with the keys and the scheme of the last visit.
    pub(super) fn read_choices(self) {
        // Keys that cannot be read are left as they are until the reviewer changes one.
        if let Some(keymap) = self
            .setting(KEYS)
            .and_then(|json| serde_json::from_str(&json).ok())
        {
            self.keymap.set(keymap);
        }
        self.read_scheme();
    }

    /// Changes the keys, and keeps them.
    pub fn change_keys(self, change: impl FnOnce(&mut Keymap, &[Entry])) {
        let entries = self.catalogue();
        self.keymap.update(|keymap| change(keymap, &entries));
        let json = self.keymap.with_untracked(serde_json::to_string);
        // Invariant: names and chords are strings, which JSON can hold.
        self.keep_setting(KEYS, &json.unwrap_or_default());
    }

    pub(super) fn toggle_snapping(self) {
        let snaps = !self.snaps.get_untracked();
        self.snaps.set(snaps);
        self.keep_setting(SNAPS, if snaps { "on" } else { "off" });
        let words = if snaps {
            "Selections snap to words"
        } else {
            "Selections stay as they are made"
        };
        self.announce(words.to_owned());
    }
}
