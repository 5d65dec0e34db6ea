//! Workload C: a corpus of thousands of articles.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hearsay_e2e::memory;
use hearsay_e2e::page::Page;
use hearsay_e2e::{probe, timing, until};

use crate::bench::{Bench, progress};
use crate::figures::{Line, Report, Samples, Unit};

const LIST: &str = "[aria-label=\"Articles\"]";

/// The list of articles: from the program to its first paint, and its filter.
pub(super) async fn library(bench: &Bench, page: &Page<'_>, report: &mut Report) -> Result<()> {
    let count = bench.settings.articles;
    progress("the list of the corpus");
    let mut first = Samples::new(Unit::Milliseconds);
    let mut nodes = Samples::new(Unit::Count);
    for _ in bench.runs() {
        page.go("icon.svg").await?;
        page.go("#/").await?;
        let start = probe::start(page).await?;
        first.push(start.first_row - start.wasm_ready);
        page.wait_still().await?;
        let script = format!("return document.querySelectorAll('{LIST} *').length;");
        let here = page.ask(&script, Vec::new()).await?;
        nodes.push(here.as_f64().context("no list")?);
    }
    report.lines.push(
        Line::told(
            format!("library of {count} articles, program ready to first paint"),
            first.figure(),
        )
        .target("under 200 ms", first.median() < 200.0),
    );
    report.lines.push(
        Line::told("elements in the list", nodes.figure())
            .target("bounded by the viewport", nodes.median() < 2_000.0),
    );

    progress("the filter of the list");
    let Some(field) = page.maybe("searchbox", "Filter articles").await? else {
        report.lines.push(Line::told(
            "filter, one keystroke",
            "cannot be measured: the library has no searchbox `Filter articles`",
        ));
        return Ok(());
    };
    let mut strokes = Samples::new(Unit::Milliseconds);
    let since = probe::now(page).await?;
    for _ in bench.runs() {
        field.click().await?;
        for key in ["r", "i", "v", "e", "r"] {
            strokes.push(timing::key_to_last_change(page, key, LIST).await?);
        }
        page.press("Control+a").await?;
        page.press("Backspace").await?;
        page.wait_still().await?;
    }
    let longest = probe::longest_task(page, since).await?;
    report.lines.push(
        Line::told(
            "filter, one keystroke to the paint of what it left",
            format!("{}; longest task {longest:.0} ms", strokes.figure()),
        )
        .target("under 50 ms", strokes.median() < 50.0),
    );
    Ok(())
}

/// The search over all texts.
pub(super) async fn search(bench: &Bench, page: &Page<'_>, report: &mut Report) -> Result<()> {
    progress("the search over all texts");
    page.open_article("c-00000").await?;
    page.show_panel("Search").await?;
    let all = page.named("radio", "All articles").await?;
    all.click().await?;
    let [mut first, mut complete] = [Samples::new(Unit::Milliseconds), Samples::new(Unit::Milliseconds)];
    let mut longest = Samples::new(Unit::Milliseconds);
    for _ in bench.runs() {
        empty_search(page).await?;
        let searched = timing::search(page, "evacuation of the hospital").await?;
        first.push(searched.first);
        complete.push(searched.all);

        empty_search(page).await?;
        let since = probe::now(page).await?;
        for letter in "hospital".chars() {
            page.press(&letter.to_string()).await?;
            tokio::time::sleep(Duration::from_millis(120)).await;
        }
        longest.push(probe::longest_task(page, since).await?);
    }
    let count = bench.settings.articles;
    report.lines.push(
        Line::told(format!("search over {count} texts, first hits"), first.figure())
            .target("under 100 ms", first.median() < 100.0),
    );
    report
        .lines
        .push(Line::told("search, all hits", complete.figure()).target("under 1 s", complete.median() < 1e3));
    report.lines.push(
        Line::told(
            "search, longest task while typing (0: none over 50 ms)",
            longest.figure(),
        )
        .target("typing never blocked", longest.median() < 50.0),
    );
    Ok(())
}

async fn empty_search(page: &Page<'_>) -> Result<()> {
    page.named("searchbox", "Search").await?.click().await?;
    page.press("Control+a").await?;
    page.press("Backspace").await?;
    page.wait_still().await
}

/// The export of everything as JSON Lines.
pub(super) async fn export(bench: &Bench, page: &Page<'_>, report: &mut Report) -> Result<()> {
    let count = bench.settings.articles;
    progress("the export of the corpus");
    page.go("icon.svg").await?;
    page.open_library().await?;
    let [mut time, mut offered, mut longest] = [(); 3].map(|()| Samples::new(Unit::Milliseconds));
    let mut memory = Samples::new(Unit::Bytes);
    let mut size = 0;
    for _ in bench.runs() {
        let export = page.named("button", "Export").await?;
        let watch = memory::Watch::begin(page.browser())?;
        let since = probe::now(page).await?;
        let begin = Instant::now();
        export.click().await?;
        let format = page
            .named_in(("dialog", "Export"), "button", "Corpus (JSON Lines)")
            .await?;
        until("the formats to be offered", async || {
            let is_offered = format.attr("aria-disabled").await?.as_deref() == Some("false");
            Ok(is_offered.then_some(()))
        })
        .await?;
        offered.push(begin.elapsed().as_secs_f64() * 1e3);
        format.click().await?;
        let download = page.wait_download().await?;
        time.push(begin.elapsed().as_secs_f64() * 1e3);
        longest.push(probe::longest_task(page, since).await?);
        memory.push(watch.peak()?);
        size = download.bytes.len();
        if page.maybe("dialog", "Export").await?.is_some() {
            page.press("Escape").await?;
        }
        page.wait_no_dialog().await?;
    }
    let most = 3.0 * size as f64;
    let size = Unit::Bytes.show(size as f64);
    report.lines.push(
        Line::told(
            format!("export of {count} articles to JSON Lines, {size}, from the button `Export` to the file"),
            format!("{}; formats offered at {:.1}", time.figure(), offered.median()),
        )
        .target("under 5 s", time.median() < 5e3),
    );
    report.lines.push(
        Line::told(
            "export, longest task of the page (0: none over 50 ms)",
            longest.figure(),
        )
        .target("at most 50 ms", longest.median() <= 50.0),
    );
    report.lines.push(
        Line::told(
            "export, peak of the page's and its worker's memory above what it was",
            memory.figure(),
        )
        .target("at most 3 × the file", memory.median() <= most),
    );
    Ok(())
}
