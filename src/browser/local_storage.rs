//! Local storage.

use crate::store::key::Key;
use crate::store::key_value::{KeyValue, StorageError};
use gloo_events::EventListener;
use gloo_storage::Storage;
use wasm_bindgen::{JsCast, JsValue};

/// How many UTF-16 units keys and values may take together: the 5 MiB of Chromium and Firefox, which both count units
/// (measured).
pub const CAPACITY: usize = 5 * 1024 * 1024;

/// The page's local storage.
pub struct LocalStorage(web_sys::Storage);

impl LocalStorage {
    /// The page's local storage.
    ///
    /// # Errors
    /// Where the browser denies it, as some do for a page that is not to keep anything.
    pub fn open() -> Result<Self, StorageError> {
        // `raw` panics where the browser refuses, so ask the window first.
        match super::window().local_storage() {
            Ok(Some(_)) => Ok(Self(gloo_storage::LocalStorage::raw())),
            Ok(None) => Err(StorageError::Denied),
            Err(error) => Err(error_of(&error)),
        }
    }
}

/// Calls `gone` whenever another page of this origin takes everything out of local storage (`true`), or one snapshot
/// (`false`), until the listener is dropped.
pub fn on_gone(gone: impl Fn(bool) + 'static) -> EventListener {
    EventListener::new(&super::window(), "storage", move |event| {
        let event: &web_sys::StorageEvent = event.unchecked_ref();
        let key = event.key().map(|key| Key::parse(&key));
        match key {
            None => gone(true),
            Some(Some(Key::Snapshot(_))) if event.new_value().is_none() => gone(false),
            Some(_) => {}
        }
    })
}

impl KeyValue for LocalStorage {
    fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.0.get_item(key).map_err(|error| error_of(&error))
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.0.set_item(key, value).map_err(|error| error_of(&error))
    }

    fn remove(&self, key: &str) -> Result<(), StorageError> {
        self.0.remove_item(key).map_err(|error| error_of(&error))
    }

    fn keys(&self) -> Result<Vec<String>, StorageError> {
        let length = self.0.length().map_err(|error| error_of(&error))?;
        (0..length)
            .filter_map(|index| self.0.key(index).map_err(|error| error_of(&error)).transpose())
            .collect()
    }
}

fn error_of(error: &JsValue) -> StorageError {
    match error
        .dyn_ref::<web_sys::DomException>()
        .map(web_sys::DomException::name)
    {
        Some(name) if name == "QuotaExceededError" => StorageError::Full,
        Some(name) if name == "SecurityError" => StorageError::Denied,
        _ => StorageError::Failed(super::explain(error)),
    }
}
