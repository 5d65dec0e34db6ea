//! The page around the components: its title, and keys as they come from the browser.

use crate::app::keymap::KeyPress;
use crate::app::workspace::Workspace;
use crate::browser::route::Route;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Sets the document's title after what is open.
pub fn set_title(workspace: Workspace) {
    let route = workspace.route.get();
    workspace.is_ready.track();
    let name = match route {
        Route::Library => None,
        Route::Article(_) => workspace.with_open(|_, article, _| article.name().to_owned()),
    };
    document().set_title(&match name {
        Some(name) => format!("Hearsay · {name}"),
        None => "Hearsay".to_owned(),
    });
}

/// Whether a key goes into a field that is being filled in, or chooses in a list.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.closest("dialog").is_ok_and(|dialog| dialog.is_some())
    })
}

/// A key with those held beside it.
pub fn key_press(event: &web_sys::KeyboardEvent) -> KeyPress {
    KeyPress {
        key: event.key(),
        control: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
    }
}
