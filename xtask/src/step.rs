//! Steps of a set-up: each is looked at first, and done only where it is missing.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Outcome};

/// Steps of one lane are done in their order; lanes run side by side, since each waits for
/// something else: the system's package manager holds a lock, Cargo builds, npm downloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    System,
    Cargo,
    Npm,
}

/// What looking at a step may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is done. The text says what is there, for instance a version.
    Done(String),
    Missing,
}

type Look<'a> = Box<dyn Fn() -> Outcome<Found> + Send + Sync + 'a>;
type Act<'a> = Box<dyn Fn() -> Outcome + Send + Sync + 'a>;

/// One step.
pub(crate) struct Step<'a> {
    /// What is there when the step is done.
    pub(crate) name: String,
    /// How long it takes where it is to be done, on two cores.
    pub(crate) about: &'static str,
    pub(crate) lane: Lane,
    /// Quick and without effect.
    pub(crate) look: Look<'a>,
    pub(crate) act: Act<'a>,
}

/// Does what is missing of `steps` and says so line by line, on standard error: standard output
/// belongs to the programs that are run.
///
/// # Errors
/// With the first failure. Steps that have already begun in another lane are finished first, so that
/// their work is not lost; none is begun after it.
pub(crate) fn run(steps: &[Step<'_>]) -> Outcome {
    let found = look_at_all(steps);
    let mut missing = Vec::new();
    for (n, (step, found)) in (1..).zip(steps.iter().zip(found)) {
        let line = Line {
            n,
            of: steps.len(),
            name: &step.name,
        };
        match found? {
            Found::Done(what) => line.say(&what),
            Found::Missing => missing.push((line, step)),
        }
    }
    let failed = AtomicBool::new(false);
    let failures = thread::scope(|scope| {
        let (sender, failures) = mpsc::channel();
        for lane in [Lane::System, Lane::Cargo, Lane::Npm] {
            let (sender, failed, missing) = (sender.clone(), &failed, &missing);
            scope.spawn(move || {
                for (line, step) in missing.iter().filter(|(_, step)| step.lane == lane) {
                    if failed.load(Ordering::Relaxed) {
                        break;
                    }
                    if let Err(failure) = act_on(line, step) {
                        failed.store(true, Ordering::Relaxed);
                        // The receiver outlives the scope's threads.
                        let _ = sender.send(failure);
                        break;
                    }
                }
            });
        }
        drop(sender);
        failures
    });
    let mut failures = failures.into_iter();
    let first = failures.next().map_or(Ok(()), Err);
    for failure in failures {
        eprint!("\nAnother step failed as well.\n{failure}");
    }
    first
}

/// Looks at all steps at once: most of a look is waiting for a program to say its version.
fn look_at_all(steps: &[Step<'_>]) -> Vec<Outcome<Found>> {
    thread::scope(|scope| {
        let looks = steps
            .iter()
            .map(|step| scope.spawn(|| (step.look)()))
            .collect::<Vec<_>>();
        looks
            .into_iter()
            .map(|look| {
                look.join().unwrap_or_else(|_| {
                    Err(Failure::new(
                        "to look at what is installed",
                        "xtask broke off; its own words are above",
                        "This is a mistake in xtask: please report it.",
                    ))
                })
            })
            .collect()
    })
}

fn act_on(line: &Line<'_>, step: &Step<'_>) -> Outcome {
    line.say(&format!("to do, about {}", step.about));
    let start = Instant::now();
    match (step.act)() {
        Ok(()) => {
            line.say(&format!("done in {}", in_words(start.elapsed())));
            Ok(())
        }
        Err(failure) => {
            line.say("failed; what has begun besides it is finished first");
            Err(failure)
        }
    }
}

/// A step's place in the list, for what is printed about it.
struct Line<'a> {
    n: usize,
    of: usize,
    name: &'a str,
}

impl Line<'_> {
    fn say(&self, what: &str) {
        eprintln!("{self}: {what}");
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}/{}] {}", self.n, self.of, self.name)
    }
}

/// A time as people say it: `8 s`, `3 min 5 s`.
pub(crate) fn in_words(time: Duration) -> String {
    // Rounded first, so that 59.6 s is a minute and not 60 s.
    let seconds = (time + Duration::from_millis(500)).as_secs();
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn step<'a>(lane: Lane, found: Found, act: impl Fn() -> Outcome + Send + Sync + 'a) -> Step<'a> {
        Step {
            name: "a step".to_owned(),
            about: "no time",
            lane,
            look: Box::new(move || Ok(found.clone())),
            act: Box::new(act),
        }
    }

    #[test]
    fn only_what_is_missing_is_done_and_in_order() {
        let done = Mutex::new(Vec::new());
        let note = |n: u8| {
            let done = &done;
            move || {
                done.lock().expect("no panic").push(n);
                Ok(())
            }
        };
        let steps = [
            step(Lane::System, Found::Missing, note(1)),
            step(Lane::System, Found::Done("found".to_owned()), note(2)),
            step(Lane::System, Found::Missing, note(3)),
        ];
        assert!(run(&steps).is_ok());
        drop(steps);
        assert_eq!(done.into_inner().expect("no panic"), [1, 3]);
    }

    #[test]
    fn after_a_failure_nothing_of_its_lane_is_begun() {
        let begun = AtomicBool::new(false);
        let steps = [
            step(Lane::Npm, Found::Missing, || {
                Err(Failure::new("this", "that", "the other"))
            }),
            step(Lane::Npm, Found::Missing, || {
                begun.store(true, Ordering::Relaxed);
                Ok(())
            }),
        ];
        assert_eq!(run(&steps).expect_err("it fails").tried, "this");
        assert!(!begun.load(Ordering::Relaxed));
    }

    #[test]
    fn a_look_that_fails_is_told() {
        let steps = [Step {
            look: Box::new(|| Err(Failure::new("looking", "dark", "light"))),
            ..step(Lane::Npm, Found::Missing, || Ok(()))
        }];
        assert_eq!(run(&steps).expect_err("it fails").tried, "looking");
    }

    #[test]
    fn times_are_said_in_minutes_and_seconds() {
        for (millis, words) in [
            (0, "0 s"),
            (8_200, "8 s"),
            (59_700, "1 min"),
            (185_000, "3 min 5 s"),
        ] {
            assert_eq!(in_words(Duration::from_millis(millis)), words);
        }
    }
}
