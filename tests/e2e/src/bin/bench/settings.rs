//! The command line.

use anyhow::{Context, Result, bail, ensure};
use hearsay_e2e::workload::Workload;

use crate::rows::Row;

/// What the command line may say.
pub(crate) const USAGE: &str = "bench [--runs N] [--row ROW]... [--workload S|M|L|P|E]... [--articles N]

Measures the page in HEARSAY_DIST (default: dist) in headless Chromium, and prints Markdown.
--runs      how often each figure is measured (default: 9; fewer than 7 say little)
--row       measure this alone; may be repeated (default: all)
            size, start, open, edit, move, scroll, save, memory, library, search, export
--workload  measure these generated articles instead of the row's own; may be repeated
--articles  how many articles workload C has (default: 10000)";

pub(crate) struct Settings {
    pub(crate) runs: usize,
    pub(crate) rows: Vec<Row>,
    workloads: Vec<Workload>,
    pub(crate) articles: usize,
}

impl Settings {
    /// `None` where help is wanted.
    ///
    /// # Errors
    /// Where the command line says something else than [`USAGE`].
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut settings = Self {
            runs: 9,
            rows: Vec::new(),
            workloads: Vec::new(),
            articles: 10_000,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().context(USAGE);
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--runs" => settings.runs = value()?.parse().context("--runs takes a number")?,
                "--articles" => settings.articles = value()?.parse().context("--articles takes a number")?,
                "--row" => {
                    let name = value()?;
                    let row = Row::named(&name).with_context(|| format!("no row {name}\n{USAGE}"))?;
                    settings.rows.push(row);
                }
                "--workload" => {
                    let letter = value()?;
                    let workload =
                        Workload::named(&letter).with_context(|| format!("no workload {letter}\n{USAGE}"))?;
                    settings.workloads.push(workload);
                }
                other => bail!("what is {other}?\n{USAGE}"),
            }
        }
        ensure!(
            settings.runs > 0 && settings.articles > 0,
            "nothing is to be measured"
        );
        if settings.rows.is_empty() {
            settings.rows = Row::ALL.to_vec();
        }
        Ok(Some(settings))
    }

    /// The workloads that a row measures: those that were asked for, or its own.
    pub(crate) fn workloads(&self, own: &[Workload]) -> Vec<Workload> {
        if self.workloads.is_empty() {
            own.to_vec()
        } else {
            self.workloads.clone()
        }
    }
}
