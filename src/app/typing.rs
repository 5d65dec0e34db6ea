//! What is being typed into a field and is not kept yet.

use super::workspace::Workspace;
use leptos::prelude::*;

impl Workspace {
    /// Tells that something is being typed, and how it is kept: when its field is left, before anything else is
    /// done, and when the page is hidden.
    pub fn type_field(self, keep: impl FnOnce() + 'static) {
        self.typed.set_value(Some(Box::new(keep)));
    }

    /// Keeps what is being typed into a field.
    pub fn keep_typed(self) {
        let keep = self.typed.try_update_value(Option::take).flatten();
        if let Some(keep) = keep {
            keep();
        }
    }
}
