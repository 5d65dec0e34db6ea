//! The page before anything is done with it: what is sent, and how soon it can be used.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use hearsay_e2e::page::Page;
use hearsay_e2e::probe::{self, Start};
use hearsay_e2e::server::Site;

use crate::bench::{Bench, progress};
use crate::figures::{Line, Report, Samples, Table, Unit};

/// What the first page may weigh, in bytes.
const FIRST_PAGE: f64 = 200e3;

/// The page's files. What the list of articles does not wait for is told apart: the later part, its style sheet, the
/// program that writes and reads files, and what keeps the page for use offline.
pub(super) fn size(report: &mut Report) -> Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(hearsay_e2e::dist())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if [".wasm", ".js", ".css"]
            .iter()
            .any(|ending| name.ends_with(ending))
        {
            let bytes = std::fs::read(&path)?;
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(&bytes)?;
            files.push((name, bytes.len(), gzip.finish()?.len()));
        }
    }
    files.sort();
    let is_later = |name: &str| {
        name.contains("_split_")
            || ["later-", "clerk", "sw.js"]
                .iter()
                .any(|each| name.starts_with(each))
    };
    let (later, first): (Vec<_>, Vec<_>) = files.into_iter().partition(|(name, ..)| is_later(name));

    let show = |bytes: usize| Unit::Bytes.show(bytes as f64);
    let mut rows = vec![["file", "loaded", "size", "gzipped"].map(str::to_owned).to_vec()];
    let mut totals = Vec::new();
    for (loaded, files) in [("first", &first), ("when used", &later)] {
        for (name, size, packed) in files {
            rows.push(vec![name.clone(), loaded.into(), show(*size), show(*packed)]);
        }
        let size = files.iter().map(|(_, size, _)| size).sum();
        let packed = files.iter().map(|(_, _, packed)| packed).sum();
        rows.push(vec!["together".into(), loaded.into(), show(size), show(packed)]);
        totals.push(packed);
    }
    let first = totals[0] as f64;
    report.lines.push(
        Line::told(
            "wasm, JS and CSS of the first page, gzipped",
            Unit::Bytes.show(first),
        )
        .target("at most 200 KB", first <= FIRST_PAGE),
    );
    report.details.push(Table {
        title: "Files of the page".into(),
        rows,
    });
    Ok(())
}

/// From asking for the page to its first use: the first row of the list is painted, and can be clicked.
pub(super) async fn start(bench: &Bench, report: &mut Report) -> Result<()> {
    progress("cold and repeated starts");
    // With the page's own service worker, which serves a repeated start.
    let site = Site::serve(&hearsay_e2e::dist()).await?.with_worker();
    let address = site.url();
    let mut starts = [Vec::new(), Vec::new()];
    for _ in bench.runs() {
        let browser = bench.browser(false).await?;
        let page = Page::new(&browser, &address);
        page.go("#/").await?;
        starts[0].push(probe::start(&page).await?);
        // The worker lays the page by in idle time.
        page.ask(
            "return navigator.serviceWorker.ready.then(() => null);",
            Vec::new(),
        )
        .await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        browser.driver().goto("about:blank").await?;
        page.go("#/").await?;
        starts[1].push(probe::start(&page).await?);
        browser.quit().await?;
    }
    let [cold, repeated] = starts;
    for (what, starts, most) in [
        ("cold start on localhost to first interaction", cold, 300.0),
        ("repeated start", repeated, 150.0),
    ] {
        let times = |of: fn(&Start) -> f64| Samples::milliseconds(starts.iter().map(of).collect());
        let (ready, row) = (times(|start| start.wasm_ready), times(|start| start.first_row));
        report.lines.push(
            Line::told(
                what,
                format!("{}; program ready at {:.1}", row.figure(), ready.median()),
            )
            .target(format!("under {most} ms"), row.median() < most),
        );
    }
    Ok(())
}
