//! Work in turns, so that the page stays quick to answer however much there is to do.

use crate::browser::{clock, idle};

/// How many milliseconds work takes before it lets the page do something else.
const SLICE: i64 = 8;

/// A turn at work, which ends after a while.
pub(super) struct Shift {
    until: i64,
}

impl Shift {
    /// Begins one.
    pub(super) fn begin() -> Self {
        Self {
            until: clock::now().millis() + SLICE,
        }
    }

    /// Whether it is time to let the page do something else.
    pub(super) fn is_over(&self) -> bool {
        clock::now().millis() >= self.until
    }

    /// Lets the page do something else, if it is time.
    pub(super) async fn pause(&mut self) {
        if self.is_over() {
            idle::turn().await;
            *self = Self::begin();
        }
    }
}
