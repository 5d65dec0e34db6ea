//! New versions of the page. `public/start.js` tells of them, on behalf of the service worker.

use super::window;
use gloo_events::EventListener;

/// What is told of a new version.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum News {
    /// It is all there, and waits to be wanted.
    Waits,
    /// It serves whatever is loaded from now on: this tab or another has wanted it.
    Rules,
}

/// Calls `told` with each piece of news, until the listeners are dropped.
pub fn listen(told: impl Fn(News) + Clone + 'static) -> [EventListener; 2] {
    let hear = |name: &'static str, news| {
        let told = told.clone();
        EventListener::new(&window(), name, move |_| told(news))
    };
    [
        hear("hearsay-version-waits", News::Waits),
        hear("hearsay-version-rules", News::Rules),
    ]
}

/// Has the version that waits take over, in every tab. [`News::Rules`] follows.
pub fn want() {
    if let Ok(wanted) = web_sys::Event::new("hearsay-version-wanted") {
        // Fails only for an event that is under way already.
        let _ = window().dispatch_event(&wanted);
    }
}

/// Loads the page anew.
pub fn reload() {
    // Fails only for a document that is not shown any more.
    let _ = window().location().reload();
}
