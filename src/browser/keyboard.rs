//! Keys as they come from the browser.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, KeyboardEventInit};

/// A key that was pressed, with the keys held beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyPress {
    /// The key's value as in `KeyboardEvent.key`: `a`, `ArrowLeft`. Beside Alt it is the sign that the key gives
    /// without Alt, where that is known: on a Mac, Alt and `[` give “.
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
        // A sign typed with AltGr was meant as that sign, though Windows says that Control and Alt are held.
        let is_third_level = event.get_modifier_state("AltGraph") && event.key().chars().count() == 1;
        let alt = event.alt_key() && !is_third_level;
        let shift = event.shift_key();
        Self {
            key: if alt { beneath(&event.code(), shift) } else { None }.unwrap_or_else(|| event.key()),
            control: (event.ctrl_key() || event.meta_key()) && !is_third_level,
            alt,
            shift,
        }
    }
}

/// The sign of a key by its place on the keyboard, for the few places that have the same sign on most.
fn beneath(code: &str, shift: bool) -> Option<String> {
    let sign = match (code, shift) {
        ("BracketLeft", false) => "[",
        ("BracketLeft", true) => "{",
        ("BracketRight", false) => "]",
        ("BracketRight", true) => "}",
        _ => code.strip_prefix("Key").or_else(|| code.strip_prefix("Digit"))?,
    };
    // Such a code is ASCII.
    Some(sign.to_ascii_lowercase())
}

/// The event of a key that nobody has pressed, as the browser makes it.
pub fn unpressed(key: char) -> Option<KeyboardEvent> {
    let options = KeyboardEventInit::new();
    options.set_key(key.encode_utf8(&mut [0; 4]));
    options.set_cancelable(true);
    KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).ok()
}

/// Whether a key goes into a field that is being filled in.
pub fn is_typing(event: &web_sys::Event) -> bool {
    target_of(event)
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Whether a key belongs to an open dialog.
pub fn is_in_dialog(event: &web_sys::Event) -> bool {
    target_of(event).is_some_and(|element| element.closest("dialog").is_ok_and(|dialog| dialog.is_some()))
}

fn target_of(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
