//! Points in time, as they stand in records and files.

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A point in time in milliseconds since 1970-01-01T00:00:00Z, written as RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// 0001-01-01 and 9999-12-31, the first and the last day that RFC 3339 can write.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

impl Timestamp {
    /// The point in time `millis` after 1970-01-01T00:00:00Z. What RFC 3339 cannot write is moved to the
    /// nearest point that it can.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(*RANGE.start(), *RANGE.end()))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with any offset from UTC; parts of a millisecond are dropped. `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let nanos = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos();
        i64::try_from(nanos.div_euclid(1_000_000))
            .ok()
            .map(Self::from_millis)
    }

    /// The same without the parts of a second.
    pub fn to_second(self) -> Self {
        Self(self.0.div_euclid(1000) * 1000)
    }

    /// The day in UTC, as `YYYY-MM-DD`.
    pub fn date(self) -> String {
        let mut text = self.to_string();
        text.truncate("YYYY-MM-DD".len());
        text
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Invariant: within RANGE, so both conversions succeed.
        let text = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|moment| moment.format(&Rfc3339).ok())
            .unwrap_or_default();
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_rfc_3339_in_utc_and_read_back_the_same() {
        let time = Timestamp::from_millis(1_795_262_400_123);
        assert_eq!(time.to_string(), "2026-11-21T12:00:00.123Z");
        assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
        assert_eq!(time.to_second().to_string(), "2026-11-21T12:00:00Z");
        assert_eq!(time.date(), "2026-11-21");
    }

    #[test]
    fn an_offset_from_utc_is_counted_in() {
        assert_eq!(
            Timestamp::parse("2026-11-21T14:00:00+02:00"),
            Timestamp::parse("2026-11-21T12:00:00Z")
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "yesterday", "2026-11-21", "2026-13-01T00:00:00Z"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn times_that_cannot_be_written_move_to_the_nearest_that_can() {
        for millis in [i64::MIN, i64::MAX] {
            let time = Timestamp::from_millis(millis);
            assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
        }
    }
}
