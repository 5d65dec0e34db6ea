//! Whether the work is saved.

use std::fmt;

/// What the page says about the work done so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SaveState {
    /// Every edit is where a crash of the browser cannot take it.
    #[default]
    Saved,
    /// Some edit is on its way there.
    Saving,
    /// Some edit could not be kept, and why.
    NotSaved(String),
}

impl fmt::Display for SaveState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Saved => "Saved",
            Self::Saving => "Saving…",
            Self::NotSaved(_) => "Not saved",
        })
    }
}

/// Counts the writes that are under way and remembers the last failure.
#[derive(Debug, Default)]
pub struct Writes {
    under_way: usize,
    failure: Option<String>,
}

impl Writes {
    /// A write has begun.
    pub fn begin(&mut self) {
        self.under_way += 1;
    }

    /// A write has ended. A failure counts until a later write has put everything in order.
    pub fn end(&mut self, result: Result<(), String>) {
        self.under_way = self.under_way.saturating_sub(1);
        self.failure = result.err();
    }

    /// What to say.
    pub fn state(&self) -> SaveState {
        match (&self.failure, self.under_way) {
            (Some(reason), _) => SaveState::NotSaved(reason.clone()),
            (None, 0) => SaveState::Saved,
            (None, _) => SaveState::Saving,
        }
    }
}
