//! The rows of the table of targets, each in the file of what it is about.

mod corpus;
mod editing;
mod moving;
mod opening;
mod saving;
mod start;

use anyhow::Result;

use crate::bench::Bench;
use crate::figures::{Line, Report};

/// What is measured together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// The page's files.
    Size,
    /// From asking for the page to its first use.
    Start,
    /// From a click in the library to the article.
    Open,
    /// Label, relabel, delete, undo.
    Edit,
    /// A boundary moved with the keys and with its handle.
    Move,
    /// Scrolling at full wheel speed.
    Scroll,
    /// What an edit writes, and when it says `Saved`.
    Save,
    /// The program's memory and the page's nodes.
    Memory,
    /// The list of a large corpus.
    Library,
    /// The search over a large corpus.
    Search,
    /// The export of a large corpus.
    Export,
}

impl Row {
    pub(crate) const ALL: [Self; 11] = [
        Self::Size,
        Self::Start,
        Self::Open,
        Self::Edit,
        Self::Move,
        Self::Scroll,
        Self::Save,
        Self::Memory,
        Self::Library,
        Self::Search,
        Self::Export,
    ];

    /// The row of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|row| row.name() == name)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Start => "start",
            Self::Open => "open",
            Self::Edit => "edit",
            Self::Move => "move",
            Self::Scroll => "scroll",
            Self::Save => "save",
            Self::Memory => "memory",
            Self::Library => "library",
            Self::Search => "search",
            Self::Export => "export",
        }
    }

    fn needs_corpus(self) -> bool {
        matches!(self, Self::Library | Self::Search | Self::Export)
    }
}

/// Measures the rows that were asked for. One that cannot be measured says why, and the others go on.
pub(crate) async fn measure(bench: &Bench) -> Report {
    let mut report = Report::default();
    let (on_corpus, others): (Vec<_>, Vec<_>) = bench
        .settings
        .rows
        .iter()
        .copied()
        .partition(|row| row.needs_corpus());
    for row in others {
        let outcome = match row {
            Row::Size => start::size(&mut report),
            Row::Start => start::start(bench, &mut report).await,
            Row::Open => opening::open(bench, &mut report).await,
            Row::Memory => opening::memory(bench, &mut report).await,
            Row::Edit => editing::edit(bench, &mut report).await,
            Row::Move => moving::move_boundaries(bench, &mut report).await,
            Row::Scroll => moving::scroll(bench, &mut report).await,
            Row::Save => saving::save(bench, &mut report).await,
            Row::Library | Row::Search | Row::Export => Ok(()),
        };
        note(row, outcome, &mut report);
    }
    if !on_corpus.is_empty() {
        // One browser for all: the corpus takes minutes to bring in.
        match bench.browser_with_corpus().await {
            Ok(browser) => {
                let page = bench.page(&browser);
                for row in on_corpus {
                    let outcome = match row {
                        Row::Library => corpus::library(bench, &page, &mut report).await,
                        Row::Search => corpus::search(bench, &page, &mut report).await,
                        Row::Export => corpus::export(bench, &page, &mut report).await,
                        _ => Ok(()),
                    };
                    note(row, outcome, &mut report);
                }
            }
            Err(error) => {
                let why = format!("{:#}", error.context("the corpus could not be imported"));
                for row in on_corpus {
                    note(row, Err(anyhow::anyhow!(why.clone())), &mut report);
                }
            }
        }
    }
    report
}

fn note(row: Row, outcome: Result<()>, report: &mut Report) {
    if let Err(error) = outcome {
        let why = format!("{error:#}").replace('\n', " ").replace('|', "/");
        report.lines.push(Line::told(
            format!("{} (row)", row.name()),
            format!("cannot be measured: {why}"),
        ));
    }
}
