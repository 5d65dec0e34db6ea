//! Back from a dialog to the text. Fields in a dialog take the browser's selection away; whoever closes it finds
//! the text as it was.

use super::command::Command;
use super::workspace::Workspace;
use crate::browser::idle;
use crate::browser::route::Route;
use crate::core::cursor::Cursor;
use leptos::prelude::*;

/// Where the reviewer is, and what is selected there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whereabouts {
    route: Route,
    cursor: Option<Cursor>,
}

impl Workspace {
    /// Where the reviewer is now.
    pub fn whereabouts(self) -> Whereabouts {
        Whereabouts {
            route: self.route.get_untracked(),
            cursor: self.cursor.get_untracked(),
        }
    }

    /// Selects again what was selected, once a dialog is closed and has given the focus back, and then does what
    /// was chosen in it.
    pub fn return_to(self, before: Whereabouts, then: Option<Command>) {
        idle::next_frame(move || {
            if self.route.try_get_untracked().as_ref() != Some(&before.route) {
                return;
            }
            if let Some(cursor) = before.cursor {
                self.move_cursor(cursor);
            }
            if let Some(command) = then {
                self.dispatch(command);
            }
        });
    }
}
