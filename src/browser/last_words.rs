//! What is told when the page panics. `public/rescue.js` hears it, and takes the page's place.

/// Tells of a panic, and does nothing else: from here on nothing of the page can be relied on.
pub fn tell(words: &str) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&words.into());
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("hearsay-panic", &init)
        && let Some(window) = web_sys::window()
    {
        // A refusal leaves the trap that follows, which is heard as well.
        let _ = window.dispatch_event(&event);
    }
}
