//! Work in turns, so that the page stays quick to answer however much there is to do.

use super::{clock, idle};

/// How many milliseconds work takes before it lets the page do something else.
const SLICE: i64 = 8;
/// How many, where the page is scrolled meanwhile: the rest of a frame.
const SHORT_SLICE: i64 = 4;

/// A turn at work, which ends after a while.
pub struct Shift {
    until: i64,
}

impl Shift {
    /// Begins one.
    pub fn begin() -> Self {
        Self::of(SLICE)
    }

    /// Begins a short one, for work on what is about to come into view.
    pub(super) fn begin_short() -> Self {
        Self::of(SHORT_SLICE)
    }

    fn of(millis: i64) -> Self {
        Self {
            until: clock::now().millis() + millis,
        }
    }

    /// Whether it is time to let the page do something else.
    pub fn is_over(&self) -> bool {
        clock::now().millis() >= self.until
    }

    /// Lets the page do something else, if it is time.
    pub async fn pause(&mut self) {
        if self.is_over() {
            idle::turn().await;
            *self = Self::begin();
        }
    }
}
