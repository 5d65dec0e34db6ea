//! The keys under which values are stored.
//!
//! A key has one form only: what [`Key`] writes. Anything else that stands in the storage is not ours, or of a
//! version that we do not know, and is left alone.

use crate::core::id::{ArticleId, WriterId};
use std::fmt;

/// What belongs together in one snapshot: an article, or (`None`) the corpus as a whole.
pub type Scope = Option<ArticleId>;

const LOG: &str = "hearsay/log/";
const CORPUS: &str = "hearsay/snapshot/corpus";
const ARTICLE: &str = "hearsay/snapshot/article/";
const SETTINGS: &str = "hearsay/settings/";
const QUARANTINE: &str = "hearsay/quarantine/";

/// What stands under a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Key {
    /// A log entry: `hearsay/log/{writer}/{number}`, the number in at least eight decimal digits.
    Log {
        /// Who wrote it.
        writer: WriterId,
        /// How many the writer had written before.
        number: u64,
    },
    /// A snapshot: `hearsay/snapshot/corpus`, `hearsay/snapshot/article/{id}`.
    Snapshot(Scope),
    /// A setting by its name: `hearsay/settings/{name}`.
    Setting(String),
    /// Something unreadable, moved aside: `hearsay/quarantine/{its key without "hearsay/"}`, with `~2` and so
    /// on behind it where that is taken.
    Quarantine(String),
}

impl Key {
    /// Reads a key; `None` where it is none of ours in the form that we write.
    pub fn parse(text: &str) -> Option<Self> {
        let key = if let Some(rest) = text.strip_prefix(LOG) {
            let (writer, number) = rest.split_once('/')?;
            Self::Log {
                writer: writer.parse().ok()?,
                number: number.parse().ok()?,
            }
        } else if text == CORPUS {
            Self::Snapshot(None)
        } else if let Some(id) = text.strip_prefix(ARTICLE) {
            Self::Snapshot(Some(unescaped(id)?.as_str().into()))
        } else if let Some(name) = text.strip_prefix(SETTINGS) {
            Self::Setting(unescaped(name)?)
        } else if let Some(rest) = text.strip_prefix(QUARANTINE) {
            Self::Quarantine(rest.into())
        } else {
            return None;
        };
        (key.to_string() == text).then_some(key)
    }

    /// Where the unreadable value under the key `text` is moved to; `attempt` counts from 1.
    pub(super) fn quarantine(text: &str, attempt: usize) -> Self {
        let rest = text.strip_prefix("hearsay/").unwrap_or(text);
        Self::Quarantine(if attempt == 1 {
            rest.into()
        } else {
            format!("{rest}~{attempt}")
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log { writer, number } => write!(f, "{LOG}{writer}/{number:08}"),
            Self::Snapshot(None) => f.write_str(CORPUS),
            Self::Snapshot(Some(article)) => write!(f, "{ARTICLE}{}", Escaped(article.as_str())),
            Self::Setting(name) => write!(f, "{SETTINGS}{}", Escaped(name)),
            Self::Quarantine(rest) => write!(f, "{QUARANTINE}{rest}"),
        }
    }
}

/// Percent-encoding as in RFC 3986, section 2.1, of all but its unreserved characters less `~`.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in self.0.as_bytes() {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || char::from(rest.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_read_as_they_are_meant() {
        let log = Key::Log {
            writer: WriterId(0xAB),
            number: 7,
        };
        assert_eq!(log.to_string(), "hearsay/log/00000000000000ab/00000007");
        let article = Key::Snapshot(Some("corpus/ünï 1%".into()));
        assert_eq!(
            article.to_string(),
            "hearsay/snapshot/article/corpus%2F%C3%BCn%C3%AF%201%25"
        );
        assert_ne!(
            Key::Snapshot(None).to_string(),
            Key::Snapshot(Some("".into())).to_string()
        );
        for other in [
            "",
            "hearsay/log/ab/7",
            "hearsay/log/00000000000000AB/00000007",
            "hearsay/log/00000000000000ab/+0000007",
            "hearsay/snapshot/article/%",
            "hearsay/snapshot/article/%6",
            "hearsay/snapshot/article/%61",
            "hearsay/snapshot/article/%FF",
            "hearsay/elsewhere",
            "somebody else's",
        ] {
            assert_eq!(Key::parse(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_key_is_read_as_it_was_written(text in any::<String>(), writer in any::<u64>(), number in any::<u64>()) {
            for key in [
                Key::Log { writer: WriterId(writer), number },
                Key::Snapshot(Some(text.as_str().into())),
                Key::Snapshot(None),
                Key::Setting(text.clone()),
                Key::quarantine(&text, 1),
            ] {
                prop_assert_eq!(Key::parse(&key.to_string()), Some(key));
            }
        }

        #[test]
        fn no_text_makes_the_key_reader_panic(text in "(hearsay/)?(log/|settings/|snapshot/article/)?[%0-9a-f/é]{0,30}") {
            if let Some(key) = Key::parse(&text) {
                prop_assert_eq!(key.to_string(), text);
            }
        }
    }
}
