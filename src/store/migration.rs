//! How the bodies of values written by earlier versions become those of this one.
//!
//! The steps are numbered by their place, without gaps: step 0 turns version 1 into version 2. Any
//! change to the stored form, were it one more field or kind of record, adds a step here and raises
//! [`CURRENT`]: a page that does not know the field would otherwise drop it at its next fold. The golden files
//! of the version before, in `tests/golden/store/`, stay as they are: they must open for ever.

use super::envelope::Kind;

/// The version of what is written now.
pub const CURRENT: u32 = 1;

/// Turns the body of a value of one version into that of the next, or says why it cannot.
type Step = fn(Kind, String) -> Result<String, String>;

const STEPS: [Step; CURRENT as usize - 1] = [];

/// The body of version [`CURRENT`] that says what `body` says in `version`.
///
/// # Errors
/// Says why `body` is none of that version.
pub(super) fn migrate(kind: Kind, version: u32, body: String) -> Result<String, String> {
    migrate_by(&STEPS, kind, version, body)
}

fn migrate_by(steps: &[Step], kind: Kind, version: u32, body: String) -> Result<String, String> {
    let done = (version as usize)
        .checked_sub(1)
        .filter(|&done| done <= steps.len())
        .ok_or_else(|| format!("there is no version {version}"))?;
    steps[done..].iter().try_fold(body, |body, step| step(kind, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_takes_exactly_the_steps_that_it_lacks() {
        let steps: [Step; 2] = [
            |_, body| Ok(body + " to 2"),
            |kind, body| match kind {
                Kind::Setting => Err("no".into()),
                _ => Ok(body + " to 3"),
            },
        ];
        let migrate = |kind, version| migrate_by(&steps, kind, version, "x".into());
        assert_eq!(migrate(Kind::Log, 1).unwrap(), "x to 2 to 3");
        assert_eq!(migrate(Kind::Log, 2).unwrap(), "x to 3");
        assert_eq!(migrate(Kind::Log, 3).unwrap(), "x");
        assert!(migrate(Kind::Setting, 1).is_err());
        assert!(migrate(Kind::Log, 0).is_err());
        assert!(migrate(Kind::Log, 4).is_err());
    }
}
