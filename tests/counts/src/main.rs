//! `counts`: how many instructions the core takes, by callgrind, at three sizes each, so that growth is seen exactly
//! and on any machine alike; and structures for spans, compared on the same work.
//!
//! Prints Markdown. Under callgrind the program runs itself with the name of one piece of work and a size.

mod prose;
mod structures;
mod work;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// One figure of a piece of work: what is counted, and how often it was done.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    name: &'static str,
    /// 0 where it cannot be done.
    times: usize,
}

impl Counted {
    pub(crate) fn new(name: &'static str, times: usize) -> Self {
        Self { name, times }
    }
}

/// Callgrind counts what happens in here and nothing else. It knows the function by its name.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// How callgrind knows [`counted`].
const COUNTED: &str = "counts::counted";

/// Sizes at which structures are compared, as in news and nested in each other.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const NESTED: [usize; 3] = [100, 1_000, 10_000];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => print_all(),
        [name, size] => {
            for Counted { name, times } in run(name, size.parse()?)? {
                println!("{times}\t{name}");
            }
            Ok(())
        }
        _ => bail!("counts takes no arguments"),
    }
}

/// Does a piece of work, and tells how often each of its parts was done.
fn run(name: &str, size: usize) -> Result<Vec<Counted>> {
    if let Some((_, work, _)) = work::ALL.iter().find(|(other, ..)| *other == name) {
        return Ok(work(size));
    }
    let (name, is_nested) = match name.strip_prefix("nested ") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let structure = structures::ALL.iter().find(|(other, _)| *other == name);
    let (_, measure) = structure.with_context(|| format!("no work is called {name}"))?;
    Ok(measure(size, is_nested))
}

/// Instructions of each part of a piece of work, for each time that it was done; `None` where it cannot be done.
fn instructions(name: &str, size: usize) -> Result<Vec<(String, Option<f64>)>> {
    eprintln!("counting: {name}, {size}");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("counts");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--combine-dumps=yes"])
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-after={COUNTED}"))
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(std::env::current_exe()?)
        .args([name, &size.to_string()])
        .output()
        .context("valgrind does not start: install it (Debian, Ubuntu: apt-get install valgrind)")?;
    ensure!(
        output.status.success(),
        "valgrind failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let dumps = std::fs::read_to_string(&file).context("callgrind has written nothing")?;
    let totals: Vec<f64> = dumps
        .lines()
        .filter_map(|line| line.strip_prefix("totals: ")?.parse().ok())
        .collect();
    let parts = String::from_utf8(output.stdout)?;
    let parts: Vec<(&str, &str)> = parts.lines().filter_map(|line| line.split_once('\t')).collect();
    ensure!(
        totals.len() >= parts.len(),
        "callgrind has counted {} of {} parts of {name}",
        totals.len(),
        parts.len()
    );
    parts
        .iter()
        .zip(totals)
        .map(|((times, part), total)| {
            let times: f64 = times.parse()?;
            Ok(((*part).to_owned(), (times > 0.0).then_some(total / times)))
        })
        .collect()
}

fn print_all() -> Result<()> {
    println!(
        "Instructions, by callgrind, of the release profile's code on x86-64. Deterministic but for hashes.\n"
    );
    println!("### The core\n");
    let mut rows = vec![head(&[
        "what, for each",
        "smallest",
        "× 10",
        "× 100",
        "sizes in spans",
    ])];
    for (name, _, sizes) in work::ALL {
        let mut columns = Vec::new();
        for size in sizes {
            columns.push(instructions(name, size)?);
        }
        let sizes = sizes.map(thousands).join(", ");
        for (at, (part, _)) in columns[0].iter().enumerate() {
            let mut row = vec![part.clone()];
            row.extend(columns.iter().map(|column| shown(column[at].1)));
            row.push(sizes.clone());
            rows.push(row);
        }
    }
    print_table(&rows);
    compare("Structures for spans, spans as in news", "", SIZES)?;
    compare(
        "Structures for spans, each span within the one before",
        "nested ",
        NESTED,
    )
}

/// Prints a table with a row for each structure and size.
fn compare(title: &str, prefix: &str, sizes: [usize; 3]) -> Result<()> {
    println!("\n### {title}\n");
    let mut rows: BTreeMap<usize, Vec<Vec<String>>> = BTreeMap::new();
    let mut parts = Vec::new();
    for (name, _) in structures::ALL {
        for size in sizes {
            let figures = instructions(&format!("{prefix}{name}"), size)?;
            parts = figures.iter().map(|(part, _)| part.clone()).collect();
            let mut row = vec![thousands(size), name.to_owned()];
            row.extend(figures.into_iter().map(|(_, figure)| shown(figure)));
            rows.entry(size).or_default().push(row);
        }
    }
    let mut table = vec![head(&["spans", "structure"])];
    table[0].extend(parts);
    table.extend(rows.into_values().flatten());
    print_table(&table);
    Ok(())
}

fn head(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|&cell| cell.to_owned()).collect()
}

fn shown(figure: Option<f64>) -> String {
    match figure {
        None => "only by building anew".to_owned(),
        Some(figure) if figure < 100.0 => format!("{figure:.1}"),
        Some(figure) => thousands(figure as usize),
    }
}

/// 1234567 as 1,234,567.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn print_table(rows: &[Vec<String>]) {
    for (index, row) in rows.iter().enumerate() {
        println!("| {} |", row.join(" | "));
        if index == 0 {
            println!("|{}", " --- |".repeat(row.len()));
        }
    }
}
