//! Keys as they come from the browser.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// A key that was pressed, with the keys held beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyPress {
    /// The key's value as in `KeyboardEvent.key`: `a`, `ArrowLeft`.
    pub key: String,
    /// Control, or Command on a Mac.
    pub control: bool,
    /// Alt, or Option on a Mac.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
}

impl From<&KeyboardEvent> for KeyPress {
    fn from(event: &KeyboardEvent) -> Self {
        Self {
            key: event.key(),
            control: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
        }
    }
}

/// Whether a key goes into a field that is being filled in, or belongs to an open dialog.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.closest("dialog").is_ok_and(|dialog| dialog.is_some())
    })
}
