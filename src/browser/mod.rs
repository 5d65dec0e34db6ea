//! The browser: the only place that touches `web_sys`.
//!
//! Storage, fetching, files, the address, the clock, random numbers, the drawn article and the selection in
//! it. Nothing here knows a rule about annotations: it is told what to do, and tells what it sees.

pub mod backup_file;
pub mod bars;
pub mod chance;
pub mod clerk;
pub mod clerk_worker;
pub mod clipboard;
pub mod clock;
pub mod database;
pub mod dom;
pub mod fetch;
pub mod files;
pub mod folding;
pub mod highlight;
pub mod idle;
pub mod keyboard;
pub mod last_words;
pub mod local_storage;
mod nearness;
pub mod plain;
pub mod quota;
pub mod route;
pub mod roving;
mod sections;
pub mod selection;
pub mod shift;
mod steady;
pub mod stylesheet;
pub mod surface;
pub mod tabs;
pub mod version;
pub mod viewport;
pub mod written_file;

use wasm_bindgen::JsValue;

/// The window. There is one: the page runs nowhere else.
pub(crate) fn window() -> web_sys::Window {
    web_sys::window().expect("the page runs in a window")
}

/// The document. There is one: the page runs nowhere else.
pub(crate) fn document() -> web_sys::Document {
    window().document().expect("a window has a document")
}

/// What a JavaScript error says, for people.
pub(crate) fn explain(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"message".into())
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "the browser gave no reason".to_owned())
}
