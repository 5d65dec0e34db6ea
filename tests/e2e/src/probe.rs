//! The benchmark's instruments inside the page: when it was ready, what it wrote, how its frames followed each other.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::browser::Browser;
use crate::page::Page;

const INSTRUMENTS: &str = include_str!("probe.js");

/// Puts the instruments into every page that the session loads from now on.
///
/// # Errors
/// Fails when the browser refuses.
pub async fn install(browser: &Browser) -> Result<()> {
    browser.prepare(INSTRUMENTS).await
}

/// When things happened since the page was asked for, in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// The program had been compiled.
    pub wasm_ready: f64,
    /// The first row of the list `Articles` had been painted.
    pub first_row: f64,
}

/// Waits until the list of articles has been painted, and tells when.
///
/// # Errors
/// Fails when it never is.
pub async fn start(page: &Page<'_>) -> Result<Start> {
    crate::until("the first row of the list `Articles`", async || {
        let script = "const { wasmReady, firstRow } = hearsayProbe;
            return firstRow === null ? null : { wasmReady, firstRow };";
        Ok(serde_json::from_value(page.ask(script, Vec::new()).await?)?)
    })
    .await
}

/// What was written to one of the browser's two stores.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Write {
    /// `local storage` or `database`.
    pub to: String,
    /// The length of key and value in UTF-16 units.
    pub units: usize,
}

/// What the page has written since the last call.
///
/// # Errors
/// Fails when the page does not answer.
pub async fn take_writes(page: &Page<'_>) -> Result<Vec<Write>> {
    let writes = page
        .ask("return hearsayProbe.writes.splice(0);", Vec::new())
        .await?;
    Ok(serde_json::from_value(writes)?)
}

/// The memory of the page's program, in bytes.
///
/// # Errors
/// Fails when the page has no program.
pub async fn wasm_bytes(page: &Page<'_>) -> Result<f64> {
    let script = "const sizes = new Set(hearsayProbe.memories);
        return [...sizes].reduce((sum, memory) => sum + memory.buffer.byteLength, 0) || null;";
    let bytes = page.ask(script, Vec::new()).await?;
    bytes.as_f64().context("the page shows no memory of a program")
}

/// The time now, for [`longest_task`].
///
/// # Errors
/// Fails when the page does not answer.
pub async fn now(page: &Page<'_>) -> Result<f64> {
    let now = page.ask("return performance.now();", Vec::new()).await?;
    now.as_f64().context("the page has no clock")
}

/// The longest task since that time, in milliseconds; 0 where none took 50, as browsers tell of no shorter one.
///
/// # Errors
/// Fails when the page does not answer.
pub async fn longest_task(page: &Page<'_>, since: f64) -> Result<f64> {
    let script = "return hearsayProbe.longestSince(arguments[0]);";
    let longest = page.ask(script, vec![json!(since)]).await?;
    longest.as_f64().context("the page tells of no tasks")
}

/// How frames followed each other.
#[derive(Debug, Clone, Deserialize)]
pub struct Frames {
    /// When each began, in milliseconds.
    times: Vec<f64>,
    /// How many times a stretch of blocks was in view and not laid out.
    pub blank: usize,
    /// How many times a block was in view without the marks of its annotations.
    pub plain: usize,
}

/// How long a frame takes at 60 a second, in milliseconds.
const FRAME: f64 = 1e3 / 60.0;

impl Frames {
    fn lengths(&self) -> impl Iterator<Item = f64> {
        self.times.windows(2).map(|pair| pair[1] - pair[0])
    }

    /// Frames a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        let length: f64 = self.lengths().sum();
        self.lengths().count() as f64 * 1e3 / length
    }

    /// The longest frame in milliseconds.
    #[must_use]
    pub fn worst(&self) -> f64 {
        self.lengths().fold(0.0, f64::max)
    }

    /// How many of the frames that 60 a second would have had were not there, in percent.
    #[must_use]
    pub fn dropped(&self) -> f64 {
        let missing: f64 = self.lengths().map(|length| (length / FRAME).round() - 1.0).sum();
        let had = self.lengths().count() as f64;
        100.0 * missing.max(0.0) / (had + missing.max(0.0))
    }
}

/// Watches the frames while `work` is done.
///
/// # Errors
/// Fails with the work, or when the page does not answer.
pub async fn frames(page: &Page<'_>, work: impl AsyncFnOnce() -> Result<()>) -> Result<Frames> {
    page.ask(
        "globalThis.hearsayFrames = hearsayProbe.frames(reader());",
        Vec::new(),
    )
    .await?;
    work().await?;
    let frames = page.ask("return hearsayFrames();", Vec::new()).await?;
    Ok(serde_json::from_value(frames)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_three_has_dropped_two() {
        let frames = Frames {
            times: vec![0.0, FRAME, 4.0 * FRAME, 5.0 * FRAME],
            blank: 0,
            plain: 0,
        };
        assert!((frames.dropped() - 40.0).abs() < 1e-9);
        assert!((frames.rate() - 36.0).abs() < 1e-9);
        assert!((frames.worst() - 50.0).abs() < 1e-9);
    }
}
