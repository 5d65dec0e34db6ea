//! What moves: boundaries under a held key or a dragged handle, and the text under the wheel.

use std::time::Duration;

use anyhow::{Context, Result};
use hearsay_e2e::browser::Browser;
use hearsay_e2e::corpus::{Annotation, Article};
use hearsay_e2e::page::{Page, Point, Side};
use hearsay_e2e::probe::{self, Frames};
use hearsay_e2e::static_page::Show;
use hearsay_e2e::workload::Workload;
use serde_json::json;

use crate::bench::{self, Bench, progress};
use crate::figures::{Line, Report, Samples, Unit};

/// How often a held key repeats: the time between two presses on most systems.
const REPEAT: Duration = Duration::from_millis(33);
/// How often a key repeats before it is let go.
const PRESSES: usize = 60;
/// How many places a dragged mouse tells of, one a frame.
const MOVES: usize = 90;
/// What counts as 60 frames a second: the browser's own clock is no more exact.
const SMOOTH: f64 = 59.0;
/// The longest frame of a smooth scroll, in milliseconds: one frame missed.
const FRAME: f64 = 33.4;
/// How far the wheel turns, in pixels.
const DISTANCE: u64 = 24_000;
/// Full speed, in pixels a second: ten screens.
const SPEED: u64 = 8_000;

/// Moves the end of an annotation with the key held down, then with its handle.
pub(super) async fn move_boundaries(bench: &Bench, report: &mut Report) -> Result<()> {
    for workload in bench.settings.workloads(&[Workload::L]) {
        let name = workload.name();
        let article = bench::article(workload);
        bench.serve_static(&article)?;
        let browser = bench.browser_with(std::slice::from_ref(&article), false).await?;
        let page = bench.page(&browser);
        page.open_article(&article.id).await?;
        let annotation = roomy(&article)?;

        progress(&format!("nudging in {name}"));
        let [mut nudged, mut nudged_worst] = [
            Samples::new(Unit::FramesPerSecond),
            Samples::new(Unit::Milliseconds),
        ];
        for _ in bench.runs() {
            select(&page, annotation).await?;
            let frames = probe::frames(&page, async || hold(&browser).await).await?;
            nudged.push(frames.rate());
            nudged_worst.push(frames.worst());
            take_back(&page).await?;
        }

        progress(&format!("dragging in {name}"));
        let [mut dragged, mut dragged_worst] = [
            Samples::new(Unit::FramesPerSecond),
            Samples::new(Unit::Milliseconds),
        ];
        for _ in bench.runs() {
            select(&page, annotation).await?;
            let frames = drag(&browser, &page, annotation).await?;
            dragged.push(frames.rate());
            dragged_worst.push(frames.worst());
            take_back(&page).await?;
        }

        // The floor: the same keys on a page that does nothing with them.
        bench.open_static(&page, &article, Show::Marks).await?;
        let mut floor = Samples::new(Unit::FramesPerSecond);
        for _ in bench.runs() {
            let frames = probe::frames(&page, async || hold(&browser).await).await?;
            floor.push(frames.rate());
        }
        for (what, rate, worst) in [
            ("nudge a boundary in", nudged, nudged_worst),
            ("drag a handle in", dragged, dragged_worst),
        ] {
            let met = rate.median() >= SMOOTH;
            report.lines.push(
                Line::told(
                    format!("{what} {name}"),
                    format!("{}; worst frame {}", rate.figure(), worst.figure()),
                )
                .target("60 frames a second", met)
                .floor(format!("keys on the static page {}", floor.figure())),
            );
        }
        browser.quit().await?;
    }
    Ok(())
}

/// Scrolls from the middle at full wheel speed.
pub(super) async fn scroll(bench: &Bench, report: &mut Report) -> Result<()> {
    for workload in bench.settings.workloads(&[Workload::L, Workload::P]) {
        let name = workload.name();
        let article = bench::article(workload);
        bench.serve_static(&article)?;
        let browser = bench.browser_with(std::slice::from_ref(&article), false).await?;
        let page = bench.page(&browser);
        progress(&format!("scrolling {name}"));
        let mut ours = Vec::new();
        for _ in bench.runs() {
            page.open_article(&article.id).await?;
            page.wait_still().await?;
            ours.push(probe::frames(&page, async || wheel(&browser).await).await?);
        }
        let mut floor = Vec::new();
        for _ in bench.runs() {
            bench.open_static(&page, &article, Show::Marks).await?;
            floor.push(probe::frames(&page, async || wheel(&browser).await).await?);
        }
        let samples = |unit: Unit, frames: &[Frames], part: fn(&Frames) -> f64| {
            let mut samples = Samples::new(unit);
            frames.iter().for_each(|each| samples.push(part(each)));
            samples
        };
        let worst = |frames| samples(Unit::Milliseconds, frames, Frames::worst);
        let dropped = |frames| samples(Unit::Percent, frames, Frames::dropped);
        report.lines.push(
            Line::told(format!("scroll {name}, worst frame"), worst(&ours).figure())
                .target("at most 33 ms", worst(&ours).median() <= FRAME)
                .floor(format!("static page {}", worst(&floor).figure())),
        );
        report.lines.push(
            Line::told(format!("scroll {name}, frames dropped"), dropped(&ours).figure())
                .floor(format!("static page {}", dropped(&floor).figure())),
        );
        let blank: usize = ours.iter().map(|frames| frames.blank).sum();
        let plain: usize = ours.iter().map(|frames| frames.plain).sum();
        report.lines.push(
            Line::told(
                format!("scroll {name}, blank stretches seen in all runs"),
                format!("{blank}; blocks without their marks: {plain}"),
            )
            .target("none", blank == 0),
        );
        browser.quit().await?;
    }
    Ok(())
}

/// An annotation in the middle that no other touches, with room behind it in its paragraph.
fn roomy(article: &Article) -> Result<&Annotation> {
    let characters: Vec<char> = article.text.chars().collect();
    let spans = &article.annotations;
    let touches = |a: &Annotation, b: &Annotation| a.start <= b.end && b.start <= a.end;
    let has_room = |each: &&Annotation| {
        let behind = characters.get(each.end..each.end + 2 * PRESSES);
        behind.is_some_and(|behind| !behind.contains(&'\n')) && each.end - each.start < 80
    };
    spans
        .iter()
        .filter(|each| each.start > characters.len() / 2)
        .filter(has_room)
        .find(|each| spans.iter().filter(|other| touches(each, other)).count() == 1)
        .context("no annotation stands alone with room behind it")
}

async fn select(page: &Page<'_>, annotation: &Annotation) -> Result<()> {
    page.click_at(annotation.start + 1).await?;
    page.wait_items("the annotation to be selected", |items| {
        items.iter().any(|item| item.current && item.id == annotation.id)
    })
    .await?;
    page.wait_still().await
}

/// What is nudged in one go is one step.
async fn take_back(page: &Page<'_>) -> Result<()> {
    page.wait_saved().await?;
    page.press("Control+z").await?;
    page.wait_saved().await
}

/// Holds the key that moves the end of the selected annotation by a character.
async fn hold(browser: &Browser) -> Result<()> {
    let event = |kind: &str, again: bool| {
        json!({
            "type": kind, "key": "}", "code": "BracketRight", "windowsVirtualKeyCode": 221, "modifiers": 8,
            "autoRepeat": again,
        })
    };
    let mut clock = tokio::time::interval(REPEAT);
    for press in 0..PRESSES {
        clock.tick().await;
        browser
            .devtools("Input.dispatchKeyEvent", event("rawKeyDown", press > 0))
            .await?;
    }
    browser
        .devtools("Input.dispatchKeyEvent", event("keyUp", false))
        .await?;
    Ok(())
}

/// Drags the handle of the end to and fro over the words behind it.
async fn drag(browser: &Browser, page: &Page<'_>, annotation: &Annotation) -> Result<Frames> {
    let handle = page.handle_point(Side::End).await?;
    let target = page.point_at(annotation.end + 40, Side::End).await?;
    let mouse = async |kind: &str, at: Point, held: u8| {
        let event =
            json!({ "type": kind, "x": at.x, "y": at.y, "button": "left", "buttons": held, "clickCount": 1 });
        browser
            .devtools("Input.dispatchMouseEvent", event)
            .await
            .map(drop)
    };
    mouse("mouseMoved", handle, 0).await?;
    mouse("mousePressed", handle, 1).await?;
    let frames = probe::frames(page, async || {
        let mut clock = tokio::time::interval(Duration::from_millis(16));
        for step in 0..MOVES {
            clock.tick().await;
            let phase = (step as f64 * 4.0 / MOVES as f64) % 2.0;
            let share = 1.0 - (1.0 - phase).abs();
            let between = |from: i64, to: i64| from + ((to - from) as f64 * share) as i64;
            let at = Point {
                x: between(handle.x, target.x),
                y: between(handle.y, target.y),
            };
            mouse("mouseMoved", at, 1).await?;
        }
        Ok(())
    })
    .await?;
    mouse("mouseMoved", target, 1).await?;
    mouse("mouseReleased", target, 0).await?;
    Ok(frames)
}

async fn wheel(browser: &Browser) -> Result<()> {
    let gesture = json!({
        "x": 500, "y": 400, "yDistance": -(DISTANCE as i64), "speed": SPEED, "gestureSourceType": "mouse",
    });
    browser.devtools("Input.synthesizeScrollGesture", gesture).await?;
    Ok(())
}
