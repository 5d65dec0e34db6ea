//! The clock.

use crate::core::timestamp::Timestamp;

/// The time now, by the browser's clock.
pub fn now() -> Timestamp {
    // Whole milliseconds far below 2^53: the conversion is exact.
    Timestamp::from_millis(js_sys::Date::now() as i64)
}
