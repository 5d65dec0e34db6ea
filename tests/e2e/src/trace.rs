//! Main-thread work of one interaction, read from the browser's own trace.
//!
//! The page sets a mark with `performance.mark` where the interaction begins and one when it is at rest again. What the
//! page's main thread does from the first to the end of the frame that shows the change counts: script, style, layout,
//! paint. What it does from there to the second mark is told apart: nobody waits for it to see the change, but a task
//! among it may be too long. The session must be started with [`Options::trace`](crate::browser::Options).

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::browser::Browser;
use crate::wait::until;

/// The categories to record: tasks, what they consist of, and the page's own marks.
pub const CATEGORIES: &str = "devtools.timeline,disabled-by-default-devtools.timeline,blink.user_timing";

/// What the main thread did from a mark to the paint, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Work {
    /// All tasks together, with what ChromeDriver and the trace itself add.
    pub tasks: f64,
    /// The longest task, of those afterwards too.
    pub longest: f64,
    /// Script: event handlers, timers, frame callbacks, WebAssembly.
    pub script: f64,
    /// Computing styles.
    pub style: f64,
    /// Layout.
    pub layout: f64,
    /// Preparing and recording the paint, and handing it to the compositor.
    pub paint: f64,
    /// How much of script, style, layout and paint the thread was on a processor: on a busy machine it waits for one
    /// in between.
    pub processor: f64,
    /// All of these from the paint to the second mark.
    pub afterwards: f64,
}

impl Work {
    /// Script, style, layout and paint together: what an interaction is held to.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.script + self.style + self.layout + self.paint
    }
}

/// A part of the browser's trace.
#[derive(Debug, Default)]
pub struct Trace {
    events: Vec<Event>,
}

#[derive(Debug, Clone, Deserialize)]
struct Event {
    name: String,
    #[serde(default)]
    cat: String,
    ph: String,
    pid: u64,
    tid: u64,
    /// Microseconds.
    #[serde(default)]
    ts: f64,
    /// Microseconds.
    #[serde(default)]
    dur: f64,
    /// Microseconds on a processor.
    #[serde(default)]
    tdur: f64,
}

impl Event {
    fn end(&self) -> f64 {
        self.ts + self.dur
    }

    fn holds(&self, inner: &Self) -> bool {
        self.ts <= inner.ts && inner.end() <= self.end()
    }
}

impl Trace {
    /// Takes what the browser has recorded since the last call, up to a mark at least.
    ///
    /// # Errors
    /// Fails when the session records no trace, or the mark does not come.
    pub async fn take_until(browser: &Browser, mark: &str) -> Result<Self> {
        let mut trace = Self::default();
        // ChromeDriver hands the trace over in parts, and not with every request.
        until(&format!("the mark `{mark}` in the trace"), async || {
            for entry in browser.driver().get_log("performance").await? {
                let message: Value = serde_json::from_str(&entry.message).context("the performance log")?;
                let message = &message["message"];
                if message["method"] == "Tracing.dataCollected" {
                    // Events without the fields of a task or a mark are none.
                    trace.events.extend(Event::deserialize(&message["params"]));
                }
            }
            Ok(trace.mark(mark).is_ok().then_some(()))
        })
        .await?;
        Ok(trace)
    }

    /// The work of the page's main thread from the task of the mark `begin` to the first task that hands a frame to the
    /// compositor, and from there to the last task before that of `end`.
    ///
    /// # Errors
    /// Fails when one of the marks is missing.
    pub fn work_between(&self, begin: &str, end: &str) -> Result<Work> {
        let begin = self.mark(begin)?;
        let end = self.mark(end)?;
        ensure!(
            (begin.pid, begin.tid) == (end.pid, end.tid),
            "the marks are of two threads"
        );
        let painted = self
            .events
            .iter()
            .filter(|each| (each.pid, each.tid) == (begin.pid, begin.tid))
            .filter(|each| each.name == "Commit" && each.ts > begin.ts)
            .map(Event::end)
            .fold(end.ts, f64::min);
        let mut work = self.work_of(begin, |task| {
            task.end() >= begin.ts && task.ts <= painted && task.end() < end.ts
        });
        ensure!(work.tasks > 0.0, "the trace has no task between the marks");
        let afterwards = self.work_of(begin, |task| task.ts > painted && task.end() < end.ts);
        work.longest = work.longest.max(afterwards.longest);
        work.afterwards = afterwards.total();
        Ok(work)
    }

    /// The work of some tasks of the thread that a mark is of.
    fn work_of(&self, mark: &Event, counts: impl Fn(&Event) -> bool) -> Work {
        let thread: Vec<&Event> = self
            .events
            .iter()
            .filter(|each| (each.pid, each.tid) == (mark.pid, mark.tid) && each.ph == "X")
            .collect();
        let tasks: Vec<&Event> = thread
            .iter()
            .copied()
            .filter(|each| each.name == "RunTask" && counts(each))
            .collect();

        let mut work = Work {
            tasks: tasks.iter().map(|task| task.dur).sum::<f64>() / 1e3,
            longest: tasks.iter().map(|task| task.dur).fold(0.0, f64::max) / 1e3,
            ..Work::default()
        };
        let mut parts: Vec<(&Event, Kind)> = thread
            .iter()
            .filter_map(|each| Some((*each, Kind::of(&each.name)?)))
            .filter(|(each, _)| tasks.iter().any(|task| task.holds(each)))
            .collect();
        // Outer events first, so that what is inside another is taken from it: a layout that script forces is layout.
        parts.sort_by(|(a, _), (b, _)| a.ts.total_cmp(&b.ts).then(b.dur.total_cmp(&a.dur)));
        let mut open: Vec<(&Event, Kind)> = Vec::new();
        for (event, kind) in parts {
            while open.last().is_some_and(|(outer, _)| !outer.holds(event)) {
                open.pop();
            }
            match open.last() {
                Some((_, outer)) => *outer.of_work(&mut work) -= event.dur / 1e3,
                None => work.processor += event.tdur / 1e3,
            }
            *kind.of_work(&mut work) += event.dur / 1e3;
            open.push((event, kind));
        }
        work
    }

    fn mark(&self, name: &str) -> Result<&Event> {
        self.events
            .iter()
            .find(|each| each.name == name && each.cat.contains("blink.user_timing"))
            .with_context(|| format!("the trace has no mark `{name}`"))
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Script,
    Style,
    Layout,
    Paint,
}

impl Kind {
    fn of(event: &str) -> Option<Self> {
        match event {
            "EventDispatch" | "FunctionCall" | "FireAnimationFrame" | "FireIdleCallback" | "TimerFire"
            | "RunMicrotasks" | "MinorGC" | "MajorGC" => Some(Self::Script),
            "UpdateLayoutTree" | "RecalculateStyles" => Some(Self::Style),
            "Layout" | "IntersectionObserverController::computeIntersections" => Some(Self::Layout),
            "PrePaint" | "Paint" | "Layerize" | "Commit" | "UpdateLayer" | "CompositeLayers" => {
                Some(Self::Paint)
            }
            _ => None,
        }
    }

    fn of_work(self, work: &mut Work) -> &mut f64 {
        match self {
            Self::Script => &mut work.script,
            Self::Style => &mut work.style,
            Self::Layout => &mut work.layout,
            Self::Paint => &mut work.paint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, ph: &str, ts: f64, dur: f64) -> Event {
        let cat = if ph == "R" {
            "blink.user_timing"
        } else {
            "devtools.timeline"
        };
        Event {
            name: name.into(),
            cat: cat.into(),
            ph: ph.into(),
            pid: 1,
            tid: 1,
            ts,
            dur,
            tdur: dur / 2.0,
        }
    }

    #[test]
    fn work_is_counted_once_and_up_to_the_paint_and_the_longest_task_up_to_the_rest() -> Result<()> {
        let trace = Trace {
            events: vec![
                event("RunTask", "X", 0.0, 900.0),
                event("RunTask", "X", 1_000.0, 4_000.0),
                event("begin", "R", 1_100.0, 0.0),
                event("EventDispatch", "X", 1_050.0, 3_000.0),
                event("FunctionCall", "X", 1_060.0, 2_900.0),
                event("Layout", "X", 2_000.0, 1_000.0),
                event("RunTask", "X", 6_000.0, 1_000.0),
                event("Paint", "X", 6_100.0, 500.0),
                event("Commit", "X", 6_600.0, 300.0),
                event("RunTask", "X", 7_100.0, 4_500.0),
                event("TimerFire", "X", 7_150.0, 4_400.0),
                event("RunTask", "X", 12_000.0, 9_000.0),
                event("end", "R", 12_100.0, 0.0),
            ],
        };
        let expected = Work {
            tasks: 5.0,
            longest: 4.5,
            script: 2.0,
            style: 0.0,
            layout: 1.0,
            paint: 0.8,
            processor: 1.9,
            afterwards: 4.4,
        };
        assert_eq!(trace.work_between("begin", "end")?, expected);
        Ok(())
    }
}
