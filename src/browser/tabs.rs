//! Other tabs: what they write to local storage.

use super::window;
use gloo_events::EventListener;
use wasm_bindgen::JsCast;

/// Calls `written` with key and value whenever another tab has written to local storage, until the listener is
/// dropped.
pub fn listen(written: impl Fn(String, String) + 'static) -> EventListener {
    EventListener::new(&window(), "storage", move |event| {
        let Some(event) = event.dyn_ref::<web_sys::StorageEvent>() else {
            return;
        };
        if let (Some(key), Some(value)) = (event.key(), event.new_value()) {
            written(key, value);
        }
    })
}
