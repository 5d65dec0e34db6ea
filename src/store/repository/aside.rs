//! Settings, and what cannot be read: it is kept aside, and never written over.

use super::super::envelope::{self, Kind, Unreadable};
use super::super::key::Key;
use super::super::key_value::{KeyValue, StorageError};
use super::super::{log, snapshot};
use super::{Repository, SettingError};

/// How many unreadable values of one key are kept aside.
const QUARANTINES: usize = 100;

impl<K: KeyValue> Repository<K> {
    /// What stands under a key of ours in storage and cannot be read, to be offered as a download: what was moved
    /// aside, and what is damaged or of a newer page and still stands where it was written. `None` where it can be
    /// read.
    ///
    /// # Errors
    /// Where storage cannot be read.
    pub fn unreadable(&self, key: &str) -> Result<Option<String>, StorageError> {
        let Some(parsed) = Key::parse(key) else {
            return Ok(None);
        };
        let can_be_read = |value: &String| match parsed {
            Key::Quarantine(_) => false,
            Key::Log { .. } => log::decode(key, value).is_ok(),
            Key::Snapshot(_) => snapshot::decode(key, value).is_ok(),
            Key::Setting(_) => envelope::open(Kind::Setting, key, value).is_ok(),
        };
        Ok(self.storage.get(key)?.filter(|value| !can_be_read(value)))
    }

    /// Keeps a damaged value of the twin aside in storage. Once this returns it may go from the twin.
    ///
    /// # Errors
    /// Where storage cannot be written.
    pub fn keep_aside(&self, key: &str, value: &str) -> Result<(), StorageError> {
        self.put_aside(key, value).map(drop)
    }

    /// The setting called `name`; `None` where it was never set.
    ///
    /// # Errors
    /// Where storage or the value cannot be read. The value is left as it is.
    pub fn setting(&self, name: &str) -> Result<Option<String>, SettingError> {
        let key = Key::Setting(name.into()).to_string();
        let value = self.storage.get(&key).map_err(SettingError::Storage)?;
        value
            .map(|value| {
                envelope::open(Kind::Setting, &key, &value)
                    .map(|body| body.into_owned())
                    .map_err(SettingError::Unreadable)
            })
            .transpose()
    }

    /// Keeps a setting. A damaged one that it replaces is moved aside first.
    ///
    /// # Errors
    /// Where storage cannot be written, or where a newer page wrote the setting.
    pub fn set_setting(&mut self, name: &str, value: &str) -> Result<(), StorageError> {
        let key = Key::Setting(name.into()).to_string();
        match self.setting(name) {
            Ok(_) => {}
            Err(SettingError::Storage(error)) => return Err(error),
            Err(SettingError::Unreadable(Unreadable::Newer(version))) => {
                return Err(StorageError::Newer(version));
            }
            Err(SettingError::Unreadable(Unreadable::Damaged(_))) => {
                if let Some(damaged) = self.storage.get(&key)? {
                    self.set_aside(&key, &damaged)?;
                }
            }
        }
        self.storage.set(&key, &envelope::seal(&key, value))
    }

    /// Moves an unreadable value to a key where nothing is, and returns that key.
    pub(super) fn set_aside(&self, key: &str, value: &str) -> Result<String, StorageError> {
        let aside = self.put_aside(key, value)?;
        self.storage.remove(key)?;
        Ok(aside)
    }

    /// Writes an unreadable value to a key where nothing is, unless it is kept aside already, and returns that key.
    fn put_aside(&self, key: &str, value: &str) -> Result<String, StorageError> {
        for attempt in 1..=QUARANTINES {
            let aside = Key::quarantine(key, attempt).to_string();
            match self.storage.get(&aside)? {
                Some(there) if there != value => continue,
                Some(_) => {}
                None => self.set_and_compare(&aside, value)?,
            }
            return Ok(aside);
        }
        Err(StorageError::Failed(format!(
            "{QUARANTINES} damaged values of {key} are kept aside already"
        )))
    }
}
