//! What only a browser can show: places in the DOM, the browser's storage, components on the page.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test stops where it finds nothing")]

mod components;
mod cursor;
mod idle;
mod keymap;
mod manifest;
mod rehearsal;
mod selection;
mod storage;
mod stylesheet;
mod surface;
mod telling;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
