//! Other tabs of the page: what one writes to its log, the others are sent at once.

use super::explain;
use super::plain::{Plain, Unlike};
use crate::formats::manifest::Source;
use gloo_events::EventListener;
use js_sys::{Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// What an entry's key and value are called in a message.
const KEY: &str = "key";
const VALUE: &str = "value";

/// A log entry, as it stands in storage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// Calls `thawed` whenever the browser lets the page go on that it had frozen, or kept for the way back (Page Lifecycle):
/// what others sent meanwhile may be lost. Until the listeners are dropped.
pub fn on_thaw(thawed: impl Fn() + Clone + 'static) -> [EventListener; 2] {
    let again = thawed.clone();
    [
        EventListener::new(&super::document(), "resume", move |_| thawed()),
        EventListener::new(&super::window(), "pageshow", move |event| {
            let event: &web_sys::PageTransitionEvent = event.unchecked_ref();
            if event.persisted() {
                again();
            }
        }),
    ]
}

/// The line to the other tabs, until it is dropped.
pub struct Tabs {
    channel: BroadcastChannel,
    _received: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    /// Opens the line. `received` is called with each entry that another tab has written.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub fn open(received: impl Fn(Entry) + 'static) -> Result<Self, String> {
        let channel = BroadcastChannel::new("hearsay").map_err(|error| explain(&error))?;
        let received = Closure::new(move |event: MessageEvent| {
            // What is no entry was sent by another version of the page, and is found in storage at its time.
            if let Ok(entry) = entry_of(event.data()) {
                received(entry);
            }
        });
        channel.set_onmessage(Some(received.as_ref().unchecked_ref()));
        Ok(Self {
            channel,
            _received: received,
        })
    }

    /// Sends an entry to the other tabs.
    pub fn send(&self, entry: &Entry) {
        let message = Object::new();
        for (name, value) in [(KEY, &entry.key), (VALUE, &entry.value)] {
            // Fails for no object that was just made.
            let _ = Reflect::set(&message, &name.into(), &value.into());
        }
        // A line that is closed already has nobody at its end; storage has the entry.
        let _ = self.channel.post_message(&message);
    }
}

fn entry_of(message: JsValue) -> Result<Entry, Unlike> {
    let mut message = Plain::try_from(message)?;
    Ok(Entry {
        key: message.string(KEY)?,
        value: message.string(VALUE)?,
    })
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.close();
    }
}
