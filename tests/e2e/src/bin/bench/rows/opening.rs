//! An article opened: how long it takes, and what it takes up.

use anyhow::Result;
use hearsay_e2e::corpus::{self, Article};
use hearsay_e2e::page::Page;
use hearsay_e2e::static_page::Show;
use hearsay_e2e::workload::{Workload, plain_article};
use hearsay_e2e::{probe, timing};
use serde_json::json;

use crate::bench::{self, Bench, progress};
use crate::figures::{Line, Report, Samples, Table, Unit};

/// One of the articles that the page brings along.
const SUPPLIED: &str = "000_2bbe5ca255217949";

/// From the click in the library until the article is painted.
pub(super) async fn open(bench: &Bench, report: &mut Report) -> Result<()> {
    let all = [Workload::S, Workload::M, Workload::E, Workload::L, Workload::P];
    let workloads = bench.settings.workloads(&all);
    let generated: Vec<Article> = workloads.iter().map(|each| bench::article(*each)).collect();
    let supplied = plain_article(SUPPLIED, SUPPLIED, &corpus::supplied(SUPPLIED)?);
    let browser = bench.browser_with(&generated, false).await?;
    let page = bench.page(&browser);
    let mut rows = vec![
        ["article", "Hearsay", "static text", "static text and marks"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for (name, article) in std::iter::once(("a supplied article", &supplied))
        .chain(workloads.iter().map(|each| each.name()).zip(&generated))
    {
        progress(&format!("opening {name}"));
        bench.serve_static(article)?;
        let [mut ours, mut text, mut marks] = std::array::from_fn(|_| Samples::new(Unit::Milliseconds));
        for _ in bench.runs() {
            page.open_library().await?;
            let link = format!(r##"a[href$="#/article/{}"]"##, article.id);
            ours.push(timing::click_to_article(&page, &link, &article.id).await?);
            text.push(bench.open_static(&page, article, Show::Text).await?);
            marks.push(bench.open_static(&page, article, Show::Marks).await?);
        }
        let is_long = article.text.len() > 500_000;
        let (target, met) = if is_long {
            let target = "less than the bare text, aim for a quarter; under 150 ms on a quiet machine";
            (target, ours.median() < text.median() && ours.median() < 150.0)
        } else {
            ("at most 100 ms", ours.median() <= 100.0)
        };
        report.lines.push(
            Line::told(format!("open {name}, click to paint"), ours.figure())
                .target(target, met)
                .floor(format!(
                    "bare text {:.1}, with marks {:.1}",
                    text.median(),
                    marks.median()
                )),
        );
        rows.push(vec![name.into(), ours.bare(), text.bare(), marks.bare()]);
    }
    report.details.push(Table {
        title: "Opening an article, click to paint, in ms".into(),
        rows,
    });
    browser.quit().await
}

/// How the nodes of the page are counted.
const NODES: &str = "
    const count = (root) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      let nodes = 0;
      while (walker.nextNode()) nodes += 1;
      return nodes;
    };
    return [count(document), blocks().length, reader().querySelectorAll('mark').length,
      document.querySelectorAll('[data-annotation-id]').length];";

/// The memory of the program and the nodes of the page with an article open.
pub(super) async fn memory(bench: &Bench, report: &mut Report) -> Result<()> {
    let empty = bench.browser(false).await?;
    let page = bench.page(&empty);
    page.open_article(SUPPLIED).await?;
    page.wait_still().await?;
    let before = probe::wasm_bytes(&page).await?;
    empty.quit().await?;

    for workload in bench.settings.workloads(&[Workload::L]) {
        let name = workload.name();
        progress(&format!("memory with {name} open"));
        let article = bench::article(workload);
        let browser = bench.browser_with(std::slice::from_ref(&article), false).await?;
        let page = bench.page(&browser);
        bench::tidied_up().await;
        // A page of its own: what the import took is gone.
        page.go("icon.svg").await?;
        page.open_article(&article.id).await?;
        page.wait_still().await?;
        let growth = probe::wasm_bytes(&page).await? - before;
        let (text, spans) = (article.text.len(), article.annotations.len());
        let most = (4 * text + 200 * spans) as f64;
        report.lines.push(
            Line::told(
                format!("memory of the program with {name} open"),
                format!("{} more than with a short article", Unit::Bytes.show(growth)),
            )
            .target(
                format!("4 × the text + 200 bytes a span: {}", Unit::Bytes.show(most)),
                growth <= most,
            ),
        );
        let stored = snapshot_units(&page, &article.id).await?;
        if let Some(units) = stored {
            let each = units / spans as f64;
            report.lines.push(
                Line::told(
                    format!("snapshot of {name}, UTF-16 units a span"),
                    format!("{each:.1}"),
                )
                .target("under 60", each < 60.0),
            );
        }
        let mut nodes = Vec::new();
        for share in [0.0, 0.5] {
            let place = (share * (article.text.chars().count() - 200) as f64) as usize;
            page.click_at(place).await?;
            page.wait_still().await?;
            let counts: [u64; 4] = serde_json::from_value(page.ask(NODES, Vec::new()).await?)?;
            let [all, blocks, marks, items] = counts;
            nodes.push(format!(
                "{all} ({blocks} blocks, {marks} marks, {items} list items)"
            ));
        }
        report.lines.push(Line::told(
            format!("nodes of the page, {name} open, at the top; in the middle"),
            nodes.join("; "),
        ));
        browser.quit().await?;
    }
    Ok(())
}

/// What the snapshot of an article takes in local storage; `None` where it is elsewhere.
async fn snapshot_units(page: &Page<'_>, id: &str) -> Result<Option<f64>> {
    let script = "
        const key = Object.keys(localStorage).find((each) => each.includes('snapshot') && each.includes(arguments[0]));
        return key === undefined ? null : key.length + localStorage.getItem(key).length;";
    Ok(page.ask(script, vec![json!(id)]).await?.as_f64())
}
