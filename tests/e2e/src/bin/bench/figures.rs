//! Figures: what was measured again and again, and how it is printed beside its target.

use std::fmt::Write;

/// What is measured, in which unit, and which end of it is the bad one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Less is better.
    Milliseconds,
    /// More is better.
    FramesPerSecond,
    /// Less is better.
    Percent,
    /// Less is better.
    Bytes,
    /// Less is better.
    Count,
}

impl Unit {
    /// The figure, with as many digits as say something.
    pub(crate) fn show(self, figure: f64) -> String {
        match self {
            Self::Milliseconds | Self::FramesPerSecond | Self::Percent => format!("{figure:.1}"),
            Self::Count => format!("{figure:.0}"),
            Self::Bytes if figure < 10e3 => format!("{figure:.0} B"),
            Self::Bytes if figure < 10e6 => format!("{:.1} KB", figure / 1e3),
            Self::Bytes => format!("{:.1} MB", figure / 1e6),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => " ms",
            Self::FramesPerSecond => " a second",
            Self::Percent => " %",
            Self::Bytes | Self::Count => "",
        }
    }
}

/// What one thing measured, run after run.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    unit: Unit,
    all: Vec<f64>,
}

impl Samples {
    pub(crate) fn new(unit: Unit) -> Self {
        Self {
            unit,
            all: Vec::new(),
        }
    }

    /// Times that were measured already.
    pub(crate) fn milliseconds(all: Vec<f64>) -> Self {
        Self {
            unit: Unit::Milliseconds,
            all,
        }
    }

    /// The times of several.
    pub(crate) fn together(several: impl IntoIterator<Item = Self>) -> Self {
        Self::milliseconds(several.into_iter().flat_map(|each| each.all).collect())
    }

    pub(crate) fn push(&mut self, sample: f64) {
        self.all.push(sample);
    }

    /// From good to bad.
    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.all.clone();
        sorted.sort_by(f64::total_cmp);
        if self.unit == Unit::FramesPerSecond {
            sorted.reverse();
        }
        sorted
    }

    /// Not a number where nothing was measured, which is within no target.
    pub(crate) fn median(&self) -> f64 {
        let sorted = self.sorted();
        match sorted.len().checked_sub(1) {
            Some(last) => f64::midpoint(sorted[last / 2], sorted[last.div_ceil(2)]),
            None => f64::NAN,
        }
    }

    fn p95(&self) -> f64 {
        let sorted = self.sorted();
        match sorted.len().checked_sub(1) {
            Some(last) => sorted[(last as f64 * 0.95).ceil() as usize],
            None => f64::NAN,
        }
    }

    /// Median and 95th percentile, without the unit.
    pub(crate) fn bare(&self) -> String {
        let [median, p95] = [self.median(), self.p95()].map(|figure| self.unit.show(figure));
        format!("{median} / {p95}")
    }

    /// Median and 95th percentile.
    pub(crate) fn figure(&self) -> String {
        self.bare() + self.unit.name()
    }
}

/// One line of the table of targets.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) target: String,
    pub(crate) figure: String,
    pub(crate) floor: String,
    /// Whether the target is met; `None` where there is none, or nothing could be measured.
    pub(crate) met: Option<bool>,
}

impl Line {
    /// A figure without a target.
    pub(crate) fn told(what: impl Into<String>, figure: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            target: String::new(),
            figure: figure.into(),
            floor: String::new(),
            met: None,
        }
    }

    pub(crate) fn target(mut self, target: impl Into<String>, met: bool) -> Self {
        self.target = target.into();
        self.met = Some(met);
        self
    }

    pub(crate) fn floor(mut self, floor: impl Into<String>) -> Self {
        self.floor = floor.into();
        self
    }
}

/// A table of details: its head is the first row.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) rows: Vec<Vec<String>>,
}

/// What has been measured so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) lines: Vec<Line>,
    pub(crate) details: Vec<Table>,
}

impl Report {
    /// Everything in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let head = ["what", "target", "Hearsay", "floor", "met"].map(str::to_owned);
        let lines = self.lines.iter().map(|line| {
            let met = match line.met {
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "–",
            };
            let cells = [&line.what, &line.target, &line.figure, &line.floor];
            cells.into_iter().cloned().chain([met.to_owned()]).collect()
        });
        let mut text = table(&std::iter::once(head.to_vec()).chain(lines).collect::<Vec<_>>());
        for each in &self.details {
            let _ = write!(text, "\n### {}\n\n{}", each.title, table(&each.rows));
        }
        text
    }
}

/// A Markdown table: the first row is its head.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell}{} ", " ".repeat(width - cell.chars().count()));
        }
        text.push_str("|\n");
        if index == 0 {
            for width in &widths {
                let _ = write!(text, "|{}", "-".repeat(width + 2));
            }
            text.push_str("|\n");
        }
    }
    text
}
