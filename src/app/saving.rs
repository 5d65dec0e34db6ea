//! Whether the work is saved.

use crate::browser::tabs::Entry;
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

/// What is said while the browser takes its time.
const SLOW: &str =
    "The browser takes long to write this down. It goes on trying; download your work to be sure.";

/// The log entries on their way to the database. Those that it did not take wait for the next try, so that one
/// success saves everything.
#[derive(Debug, Default)]
pub struct Writes {
    waiting: Vec<Entry>,
    under_way: usize,
    /// How many times writing has ended, well or not.
    ended: u64,
    is_slow: bool,
    failure: Option<String>,
    /// Whether nothing is to be written.
    is_to_nowhere: bool,
}

impl Writes {
    /// Takes in entries that are never to be written.
    pub fn to_nowhere() -> Self {
        Self {
            is_to_nowhere: true,
            ..Self::default()
        }
    }

    /// Adds an entry to those that wait.
    pub fn add(&mut self, entry: Entry) {
        self.waiting.push(entry);
    }

    /// Takes what waits, to be written now; `None` where nothing does. After a failure there is always another try,
    /// if only to see whether it works again.
    pub fn begin(&mut self) -> Option<Vec<Entry>> {
        if self.is_to_nowhere || self.waiting.is_empty() && self.failure.is_none() {
            return None;
        }
        self.under_way += 1;
        Some(std::mem::take(&mut self.waiting))
    }

    /// Tells how the writing of `entries` went.
    pub fn end(&mut self, entries: Vec<Entry>, result: Result<(), String>) {
        self.under_way = self.under_way.saturating_sub(1);
        self.ended += 1;
        self.is_slow = false;
        self.failure = result.err();
        if self.failure.is_some() {
            self.waiting.splice(0..0, entries);
        }
    }

    /// Tells that the database cannot be written, and why.
    pub fn fail(&mut self, reason: String) {
        self.failure = Some(reason);
    }

    /// How many times writing has ended so far.
    pub fn ended(&self) -> u64 {
        self.ended
    }

    /// Tells that a while has passed since writing had ended `ended` times. Returns whether that shows that it is
    /// slow.
    pub fn watch(&mut self, ended: u64) -> bool {
        self.is_slow |= self.under_way > 0 && self.ended == ended;
        self.is_slow
    }

    /// What to say of the database.
    pub fn state(&self) -> SaveState {
        match &self.failure {
            Some(reason) => {
                SaveState::NotSaved(format!("The browser's database cannot be written ({reason})."))
            }
            None if self.is_slow => SaveState::NotSaved(SLOW.to_owned()),
            None if self.under_way > 0 || !self.waiting.is_empty() => SaveState::Saving,
            None => SaveState::Saved,
        }
    }
}
