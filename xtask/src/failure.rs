//! What is said when something does not work.

use std::fmt;

/// A step that failed, told so that a person can go on: what was tried, why it failed, what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The command, as it could be typed, or the deed in words.
    pub(crate) tried: String,
    /// Its exit status and last words, or the reason in words.
    pub(crate) why: String,
    /// What a person can do.
    pub(crate) remedy: String,
}

/// What every step gives back.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn new(tried: impl Into<String>, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            tried: tried.into(),
            why: why.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (head, body) in [
            ("tried:     ", &self.tried),
            ("failed:    ", &self.why),
            ("what to do:", &self.remedy),
        ] {
            let mut lines = body.trim().lines();
            writeln!(f, "  {head} {}", lines.next().unwrap_or_default())?;
            for line in lines {
                writeln!(f, "              {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_three_parts_and_keeps_its_lines_together() {
        let failure = Failure::new("npm install", "exit status: 1\nno network", "Connect it.");
        assert_eq!(
            failure.to_string(),
            "  tried:      npm install\n  \
               failed:     exit status: 1\n              no network\n  \
               what to do: Connect it.\n"
        );
    }
}
