//! What one edit writes, when the page says that it is saved, and when the list beside the text shows it.

use std::time::Duration;

use anyhow::Result;
use hearsay_e2e::workload::Workload;
use hearsay_e2e::{probe, timing};

use super::editing::words_near;
use crate::bench::{self, Bench, progress};
use crate::figures::{Line, Report, Samples, Unit};

/// The most that one write may hold, in UTF-16 units.
const KILOBYTE: f64 = 1024.0;
/// The list beside the text.
const LIST: &str = "ol[aria-label=Annotations]";

/// Labels words and counts what is written until all is quiet.
pub(super) async fn save(bench: &Bench, report: &mut Report) -> Result<()> {
    for workload in bench.settings.workloads(&[Workload::L]) {
        let name = workload.name();
        progress(&format!("saving in {name}"));
        let article = bench::article(workload);
        let browser = bench.browser_with(std::slice::from_ref(&article), false).await?;
        let page = bench.page(&browser);
        page.open_article(&article.id).await?;
        // What the import brought is still being tidied up.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let mut saved = Samples::new(Unit::Milliseconds);
        let mut listed = Samples::new(Unit::Milliseconds);
        let stores = ["local storage", "database"];
        let mut writes = stores.map(|_| (Samples::new(Unit::Count), Samples::new(Unit::Bytes)));
        for run in bench.runs() {
            let (start, end) = words_near(&article.text, 0.5, run);
            page.drag_exactly(start, end).await?;
            probe::take_writes(&page).await?;
            saved.push(timing::key_to_saved(&page, "1").await?);
            tokio::time::sleep(Duration::from_millis(500)).await;
            let written = probe::take_writes(&page).await?;
            for (store, (count, units)) in stores.iter().zip(&mut writes) {
                let here = || written.iter().filter(|write| write.to == *store);
                count.push(here().count() as f64);
                units.push(here().map(|write| write.units).sum::<usize>() as f64);
            }
            listed.push(timing::key_to_last_change(&page, "3", LIST).await?);
        }
        for (store, (count, units)) in stores.iter().zip(&writes) {
            report.lines.push(
                Line::told(
                    format!("one edit in {name}, writes to the {store}"),
                    format!("{} of together {}", count.figure(), units.figure()),
                )
                .target(
                    "one of at most 1 KB",
                    count.median() <= 1.0 && units.median() <= KILOBYTE,
                ),
            );
        }
        report.lines.push(Line::told(
            format!("from the key to `Saved` in {name}"),
            saved.figure(),
        ));
        report.lines.push(Line::told(
            format!("from the key to the paint of the list beside the text in {name}"),
            listed.figure(),
        ));
        browser.quit().await?;
    }
    Ok(())
}
