//! A rehearsal of an edit, for nothing.
//!
//! Browsers may compile a function of a program when it is first called (Chromium's trace tells so:
//! `wasm.CompileLazy`), so the first label key on a fresh page would wait for some two hundred of them. Whatever of an
//! edit can be done without changing anything is therefore done once before, when an article is open and the page has
//! nothing else to do.

use super::editing::told;
use super::keymap::Focus;
use super::workspace::Workspace;
use crate::browser::keyboard::KeyPress;
use crate::browser::{chance, idle};
use crate::core::edit;

/// A key that no keyboard has.
const NO_KEY: &str = "Rehearsal";

impl Workspace {
    /// Rehearses an edit of the open article when the page has a moment.
    pub fn rehearse_when_idle(self) {
        idle::when_idle(move || self.rehearse());
    }

    fn rehearse(self) {
        // Left in the meantime.
        if self.open_id().is_none() {
            return;
        }
        let no_key = KeyPress {
            key: NO_KEY.to_owned(),
            control: false,
            alt: false,
            shift: false,
        };
        self.press(&no_key, Focus::Text);
        let author = self.author();
        self.with_open(|desk, article, records| {
            let label = desk.scheme.labels.first()?.id.clone();
            let span = article.blocks().first()?.span;
            let what = (chance::record_id(), span, label);
            // Made and thrown away: only what is committed changes anything.
            let transaction = edit::annotate(article, records, &desk.scheme, what, &author).ok()?;
            Some(told(desk, article, &transaction))
        });
        self.changed();
    }
}
