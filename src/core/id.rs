//! Names of things: articles, records, labels and writers.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// Names an article. A supplied article is named by the stem of its file.
    ArticleId
}
name! {
    /// Names a label of the scheme, such as `claim`.
    LabelId
}

/// Names a record: a UUID where we made it, and whatever a file said where it came from elsewhere.
///
/// A UUID in its usual lower-case form takes 16 bytes, anything else is kept as written, so every id goes out
/// exactly as it came in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(Form);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    Uuid(Uuid),
    /// Invariant: not the usual form of a UUID, so that one id has one form.
    Other(Arc<str>),
}

impl RecordId {
    /// A new id: UUID version 7 (RFC 9562, section 5.7) of `millis` since 1970 and ten random bytes.
    pub fn new_v7(millis: u64, random: &[u8; 10]) -> Self {
        Self(Form::Uuid(
            uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid(),
        ))
    }
}

impl RecordId {
    /// The id of something that came without one, made of what it says, so that the same file read twice names
    /// it alike: UUID version 8 (RFC 9562, section 5.8) of the first 16 bytes of the SHA-256 of `content`.
    pub fn of_content(content: &[u8]) -> Self {
        let hash: [u8; 32] = Sha256::digest(content).into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        Self(Form::Uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid()))
    }

    /// Whether it is a UUID in its usual form.
    pub fn is_uuid(&self) -> bool {
        self.uuid().is_some()
    }

    /// The UUID that it is; `None` where it is no UUID in its usual form.
    pub fn uuid(&self) -> Option<Uuid> {
        match self.0 {
            Form::Uuid(uuid) => Some(uuid),
            Form::Other(_) => None,
        }
    }
}

impl From<Uuid> for RecordId {
    fn from(uuid: Uuid) -> Self {
        Self(Form::Uuid(uuid))
    }
}

impl From<&str> for RecordId {
    fn from(id: &str) -> Self {
        let mut usual = Uuid::encode_buffer();
        match Uuid::try_parse(id) {
            Ok(uuid) if uuid.hyphenated().encode_lower(&mut usual) == id => Self(Form::Uuid(uuid)),
            _ => Self(Form::Other(id.into())),
        }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Uuid(uuid) => uuid.hyphenated().fmt(f),
            Form::Other(id) => f.write_str(id),
        }
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for RecordId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Ok(Self::from(&*id))
    }
}

/// Names one writer of records: one open page. Random, so that no two pages share one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WriterId(pub u64);

impl fmt::Display for WriterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl std::str::FromStr for WriterId {
    type Err = std::num::ParseIntError;

    /// Reads the 16 hexadecimal digits that [`WriterId`] is written as.
    fn from_str(digits: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(digits, 16).map(Self)
    }
}

impl Serialize for WriterId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for WriterId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = std::borrow::Cow::<str>::deserialize(deserializer)?;
        digits.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_id_is_written_as_it_was_read() {
        for id in [
            "0190163d-8694-739b-aea5-966c26f8ad91",
            "0190163D-8694-739B-AEA5-966C26F8AD91",
            "0190163d8694739baea5966c26f8ad91",
            "c1",
            "",
            "номер 😀",
        ] {
            assert_eq!(RecordId::from(id).to_string(), id);
            let json = serde_json::to_string(&RecordId::from(id)).unwrap();
            assert_eq!(
                serde_json::from_str::<RecordId>(&json).unwrap(),
                RecordId::from(id)
            );
        }
    }

    #[test]
    fn a_later_id_sorts_behind_an_earlier_one() {
        let early = RecordId::new_v7(1_700_000_000_000, &[0xFF; 10]);
        let late = RecordId::new_v7(1_700_000_000_001, &[0x00; 10]);
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
        assert_eq!(&early.to_string()[14..15], "7");
    }
}
