//! Log entries: one edit each.
//!
//! The body is JSON: `[time, written, [[article, [[kind, id, record], …]], …]]`. The changes of an entry have
//! consecutive Lamport times from `time` on, and one writer, who is named by the key, so both are there once.
//! `article` is `null` for the corpus as a whole; `record` is `null` where the record was removed.

use super::envelope::{self, Kind, Unreadable};
use super::key::Key;
use crate::core::id::{ArticleId, RecordId, WriterId};
use crate::core::record::{Record, RecordKey, RecordKind};
use crate::core::records::{Stamp, StampedChange};
use crate::core::timestamp::Timestamp;

/// One edit as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// When it was written, by the clock of the page that wrote it.
    pub written: Timestamp,
    /// What it changed.
    pub changes: Vec<StampedChange>,
}

/// The changes to one article, one after the other.
type Group<'a> = (
    Option<&'a ArticleId>,
    Vec<(RecordKind, &'a RecordId, Option<&'a Record>)>,
);
type OwnedGroup = (Option<ArticleId>, Vec<(RecordKind, RecordId, Option<Record>)>);

/// The value to store under `key` for the edit whose changes have the Lamport times from `time` on.
///
/// # Errors
/// Where a change holds something that JSON cannot.
pub(super) fn encode(
    key: &str,
    time: u64,
    written: Timestamp,
    changes: &[StampedChange],
) -> Result<String, String> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for change in changes {
        let article = change.key.article.as_ref();
        let row = (change.key.kind, &change.key.id, change.record.as_ref());
        match groups.last_mut() {
            Some((last, rows)) if *last == article => rows.push(row),
            _ => groups.push((article, vec![row])),
        }
    }
    let body = serde_json::to_string(&(time, written.millis(), groups)).map_err(|error| error.to_string())?;
    Ok(envelope::seal(key, &body))
}

/// Reads the entry under `key`.
///
/// # Errors
/// Where a newer page wrote it, or where it is not what was written.
pub fn decode(key: &str, value: &str) -> Result<Entry, Unreadable> {
    let Some(Key::Log { writer, .. }) = Key::parse(key) else {
        return Err(Unreadable::Damaged("its key is none of a log entry".into()));
    };
    let body = envelope::open(Kind::Log, key, value)?;
    entry_of(writer, &body).map_err(Unreadable::Damaged)
}

fn entry_of(writer: WriterId, body: &str) -> Result<Entry, String> {
    let (mut time, written, groups): (u64, i64, Vec<OwnedGroup>) =
        serde_json::from_str(body).map_err(|error| error.to_string())?;
    let mut changes = Vec::new();
    for (article, rows) in groups {
        for (kind, id, record) in rows {
            let key = RecordKey {
                article: article.clone(),
                kind,
                id,
            };
            let stamp = Stamp { time, writer };
            changes.push(StampedChange { key, stamp, record });
            time = time.checked_add(1).ok_or("its Lamport times are too great")?;
        }
    }
    let written = Timestamp::from_millis(written);
    Ok(Entry { written, changes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sample;
    use proptest::prelude::*;

    const GOLDEN: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/store/v1/log.txt"
    ));

    fn key(number: u64) -> String {
        let writer = sample::WRITERS[0];
        Key::Log { writer, number }.to_string()
    }

    fn stamped(records: Vec<(RecordKey, Option<Record>)>) -> Vec<StampedChange> {
        (41..)
            .zip(records)
            .map(|(time, (key, record))| {
                let writer = sample::WRITERS[0];
                let stamp = Stamp { time, writer };
                StampedChange { key, stamp, record }
            })
            .collect()
    }

    #[test]
    fn an_entry_of_version_1_opens_for_ever() {
        let written = Timestamp::from_millis(1_795_262_400_123);
        let changes = stamped(sample::one_of_each());
        let (golden_key, value) = sample::golden(GOLDEN);
        assert_eq!(golden_key, key(3));
        assert_eq!(encode(golden_key, 41, written, &changes).unwrap(), value);
        assert_eq!(decode(golden_key, value).unwrap(), Entry { written, changes });
    }

    #[test]
    fn one_plain_label_takes_less_than_400_units() {
        let changes = stamped(vec![sample::plain_label()]);
        let written = Timestamp::from_millis(1_795_262_400_123);
        let key = key(12);
        let value = encode(&key, 41, written, &changes).unwrap();
        let units = key.encode_utf16().count() + value.encode_utf16().count();
        println!("an edit takes {units} UTF-16 units, key and value");
        assert!(units < 400, "{units}: {value}");
    }

    proptest! {
        #[test]
        fn every_entry_is_read_as_it_was_written(
            records in prop::collection::vec(sample::change(), 0..12),
            time in prop_oneof![0..100_u64, (u64::MAX - 20)..(u64::MAX - 12), any::<u64>().prop_map(|time| time / 2)],
            written in any::<i64>(),
            damage in any::<prop::sample::Index>(),
        ) {
            let mut changes = stamped(records);
            for (time, change) in (time..).zip(&mut changes) {
                change.stamp.time = time;
            }
            let written = Timestamp::from_millis(written);
            let value = encode(&key(0), time, written, &changes).unwrap();
            prop_assert_eq!(decode(&key(0), &value).unwrap(), Entry { written, changes });
            let cut: String = value.chars().take(damage.index(value.chars().count())).collect();
            prop_assert!(decode(&key(0), &cut).is_err());
        }

        #[test]
        fn no_body_makes_the_reader_panic(body in r#"[\[\]{}",:0-9a-z-]{0,40}"#) {
            let _ = decode(&key(0), &envelope::seal(&key(0), &body));
        }
    }

    #[test]
    fn a_body_nested_without_end_is_refused() {
        let value = envelope::seal(&key(0), &"[".repeat(1_000_000));
        assert!(matches!(decode(&key(0), &value), Err(Unreadable::Damaged(_))));
    }
}
