//! The wrapping that every stored value has: `{version}:{checksum}:{body}`.
//!
//! The checksum is the CRC-32 of version, key and body, in eight hexadecimal digits, so that neither a value
//! that was cut short nor one that stands under another's key is taken for sound. This wrapping itself is the
//! same in every version: what a later page wrote is recognised as such, and never taken for damaged.

use super::migration::{self, CURRENT};
use std::borrow::Cow;
use std::fmt;

/// What a value holds; each kind migrates in its own way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One edit.
    Log,
    /// The records of one scope.
    Snapshot,
    /// A setting of the page.
    Setting,
}

/// Why a stored value cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// A newer version of the page wrote it, in the format with this number. It is sound.
    Newer(u32),
    /// It is not what was written; says what was found.
    Damaged(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(version) => write!(
                f,
                "written by a newer version of the page (format {version}); reload the page to get it"
            ),
            Self::Damaged(reason) => write!(f, "damaged ({reason}); it is kept and can be downloaded"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The value to store under `key` for `body`.
pub fn seal(key: &str, body: &str) -> String {
    let version = CURRENT.to_string();
    let checksum = checksum(&version, key, body);
    format!("{version}:{checksum}:{body}")
}

/// The body of the value under `key`, in the current version.
///
/// # Errors
/// Where a newer page wrote it, or where it is not what was written.
pub(super) fn open<'a>(kind: Kind, key: &str, value: &'a str) -> Result<Cow<'a, str>, Unreadable> {
    let damaged = |reason: &str| Unreadable::Damaged(reason.into());
    let (version, given, body) = parts(value).ok_or_else(|| damaged("it has no version and checksum"))?;
    if given != checksum(version, key, body) {
        return Err(damaged("its checksum does not fit"));
    }
    match version.parse() {
        Ok(CURRENT) => Ok(Cow::Borrowed(body)),
        Ok(newer) if newer > CURRENT => Err(Unreadable::Newer(newer)),
        Ok(older) => migration::migrate(kind, older, body.into())
            .map(Cow::Owned)
            .map_err(Unreadable::Damaged),
        Err(_) => Err(damaged("its version is no number")),
    }
}

/// CRC-32 as in Ethernet and zip (ISO/HDLC), with one small table: it travels with the page.
pub(super) const CRC_32: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);

fn parts(value: &str) -> Option<(&str, &str, &str)> {
    let (version, rest) = value.split_once(':')?;
    let (checksum, body) = rest.split_once(':')?;
    Some((version, checksum, body))
}

fn checksum(version: &str, key: &str, body: &str) -> String {
    let mut digest = CRC_32.digest();
    for part in [version, "\n", key, "\n", body] {
        digest.update(part.as_bytes());
    }
    format!("{:08x}", digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sealed_as(version: &str, key: &str, body: &str) -> String {
        format!("{version}:{}:{body}", checksum(version, key, body))
    }

    #[test]
    fn a_newer_value_is_known_as_such_and_a_forged_version_is_not() {
        assert_eq!(
            open(Kind::Log, "k", &sealed_as("2", "k", "{}")),
            Err(Unreadable::Newer(2))
        );
        let forged = seal("k", "{}").replacen('1', "2", 1);
        assert!(matches!(
            open(Kind::Log, "k", &forged),
            Err(Unreadable::Damaged(_))
        ));
        for version in ["0", "", "x", "-1", "99999999999"] {
            let value = sealed_as(version, "k", "{}");
            assert!(
                matches!(open(Kind::Log, "k", &value), Err(Unreadable::Damaged(_))),
                "{version}"
            );
        }
    }

    #[test]
    fn a_value_under_another_key_is_not_taken_for_sound() {
        assert!(open(Kind::Log, "other", &seal("k", "{}")).is_err());
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_the_same(key in any::<String>(), body in any::<String>()) {
            let value = seal(&key, &body);
            prop_assert_eq!(open(Kind::Setting, &key, &value).unwrap(), body);
        }

        #[test]
        fn any_other_text_is_refused(value in any::<String>()) {
            prop_assert!(open(Kind::Snapshot, "k", &value).is_err());
        }

        #[test]
        fn a_value_cut_short_or_altered_is_refused(
            body in any::<String>(), at in any::<prop::sample::Index>(), new in any::<char>(),
        ) {
            let value = seal("k", &body);
            let at = at.index(value.chars().count());
            let cut: String = value.chars().take(at).collect();
            prop_assert!(open(Kind::Log, "k", &cut).is_err());
            let altered: String = value.chars().enumerate().map(|(i, c)| if i == at { new } else { c }).collect();
            prop_assert!(altered == value || open(Kind::Log, "k", &altered).is_err());
        }
    }
}
