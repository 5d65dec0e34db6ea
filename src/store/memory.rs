//! Storage that lasts as long as the page: for tests, and where the browser denies any other.

use super::key_value::{KeyValue, StorageError};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A [`KeyValue`] in memory.
#[derive(Debug, Default)]
pub struct Memory {
    values: RefCell<BTreeMap<String, String>>,
    /// The most UTF-16 units that keys and values may take together; `None` for no limit.
    capacity: Option<usize>,
}

impl Memory {
    /// Storage that is full as soon as keys and values take more than `units` UTF-16 units, as browsers count.
    pub fn with_capacity(units: usize) -> Self {
        Self::default().limited_to(units)
    }

    /// The same, full as soon as keys and values take more than `units` UTF-16 units.
    #[must_use]
    pub fn limited_to(self, units: usize) -> Self {
        Self {
            capacity: Some(units),
            ..self
        }
    }

    /// What keys and values take, in UTF-16 units.
    pub fn units(&self) -> usize {
        self.values
            .borrow()
            .iter()
            .map(|(key, value)| units(key) + units(value))
            .sum()
    }
}

impl FromIterator<(String, String)> for Memory {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self {
            values: RefCell::new(pairs.into_iter().collect()),
            capacity: None,
        }
    }
}

impl KeyValue for Memory {
    fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        Ok(self.values.borrow().get(key).cloned())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), StorageError> {
        if let Some(capacity) = self.capacity {
            let before = self
                .values
                .borrow()
                .get(key)
                .map_or(0, |value| units(key) + units(value));
            if self.units() - before + units(key) + units(value) > capacity {
                return Err(StorageError::Full);
            }
        }
        self.values.borrow_mut().insert(key.into(), value.into());
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), StorageError> {
        self.values.borrow_mut().remove(key);
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, StorageError> {
        Ok(self.values.borrow().keys().cloned().collect())
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_and_what_was_there_stays() {
        let memory = Memory::with_capacity(6);
        memory.set("k", "😀").unwrap();
        assert_eq!(memory.set("k", "123456"), Err(StorageError::Full));
        assert_eq!(memory.get("k").unwrap().as_deref(), Some("😀"));
        memory.set("k", "12345").unwrap();
        assert_eq!(memory.units(), 6);
        memory.remove("k").unwrap();
        assert_eq!(memory.get("k"), Ok(None));
    }
}
