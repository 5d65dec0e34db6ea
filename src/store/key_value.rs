//! Storage as this ring sees it: text under keys.

use std::fmt;

/// A store of texts under keys, such as the browser's local storage.
///
/// Takes `&self` throughout, as local storage does. A write is there for the next read, or it has failed and
/// left what was there before.
pub trait KeyValue {
    /// The value under `key`; `None` where there is none.
    ///
    /// # Errors
    /// Where storage cannot be read.
    fn get(&self, key: &str) -> Result<Option<String>, StorageError>;

    /// Puts `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// Where there is no room, or storage cannot be written. What was there before is then still there.
    fn set(&self, key: &str, value: &str) -> Result<(), StorageError>;

    /// Takes out what is under `key`, if there is anything.
    ///
    /// # Errors
    /// Where storage cannot be written.
    fn remove(&self, key: &str) -> Result<(), StorageError>;

    /// All keys, in any order; those of others that share the storage too.
    ///
    /// # Errors
    /// Where storage cannot be read.
    fn keys(&self) -> Result<Vec<String>, StorageError>;
}

impl<K: KeyValue + ?Sized> KeyValue for std::rc::Rc<K> {
    fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        (**self).get(key)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        (**self).set(key, value)
    }

    fn remove(&self, key: &str) -> Result<(), StorageError> {
        (**self).remove(key)
    }

    fn keys(&self) -> Result<Vec<String>, StorageError> {
        (**self).keys()
    }
}

/// What all keys and values take together, in UTF-16 units, as browsers count.
///
/// # Errors
/// Where storage cannot be read.
pub fn units(storage: &impl KeyValue) -> Result<usize, StorageError> {
    let units = |text: &str| text.encode_utf16().count();
    storage.keys()?.into_iter().try_fold(0, |sum, key| {
        let value = storage.get(&key)?.unwrap_or_default();
        Ok(sum + units(&key) + units(&value))
    })
}

/// Why something could not be stored or read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StorageError {
    /// There is no room left.
    Full,
    /// The browser does not let the page store anything.
    Denied,
    /// What stands under the key was written by a newer version of the page, whose number this is.
    Newer(u32),
    /// The value cannot be written in a form that can be read back.
    Unstorable(String),
    /// Anything else, in the storage's own words.
    Failed(String),
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str(
                "The browser's storage for this page is full. Download your work, then free storage in the \
                 browser's settings.",
            ),
            Self::Denied => f.write_str(
                "The browser does not let this page store anything. Allow site data for it in the browser's \
                 settings, or download your work before you close the page.",
            ),
            Self::Newer(version) => write!(
                f,
                "This was stored by a newer version of the page (format {version}). Reload the page to get \
                 that version.",
            ),
            Self::Unstorable(reason) => write!(
                f,
                "This cannot be stored: {reason}. Undo the edit, or download your work before you close the \
                 page.",
            ),
            Self::Failed(reason) => write!(
                f,
                "The browser could not store this: {reason}. It is tried again at the next edit; download \
                 your work to be sure.",
            ),
        }
    }
}

impl std::error::Error for StorageError {}
