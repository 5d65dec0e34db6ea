//! `bench`: the figures of the released page, beside a static page measured in the same run.
//!
//! Prints, as median and 95th percentile: the size of the page, opening an article from click to paint, and label
//! keys: main-thread work by the browser's trace, and the time to paint.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use hearsay_e2e::browser::{Browser, Options};
use hearsay_e2e::corpus::{Article, Corpus};
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::static_page::{self, Show};
use hearsay_e2e::timing;
use hearsay_e2e::trace::Work;
use hearsay_e2e::workload::Workload;

const USAGE: &str = "bench [--runs N] [--workload S|M|L|P|E]...

Measures the page in HEARSAY_DIST (default: dist) in headless Chromium.
--runs      how often each figure is measured, at least 7 (default: 9)
--workload  measure a generated article; may be repeated (default: the supplied articles, and S)";

/// The seed of every workload: the same articles in every run on every machine.
const SEED: u64 = 2026;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Some(settings) = Settings::parse(std::env::args().skip(1))? else {
        println!("{USAGE}");
        return Ok(());
    };
    let dist = hearsay_e2e::dist();
    let site = Site::serve(&dist).await?;
    let subjects = Subjects::gather(&site, &settings).await?;

    let mut report = Report::default();
    report.size(&dist)?;
    measure_times(&site, &subjects, &settings, &mut report).await?;
    measure_work(&site, &subjects, &settings, &mut report).await?;
    report.print(&settings);
    Ok(())
}

struct Settings {
    runs: usize,
    workloads: Vec<Workload>,
    supplied: bool,
}

impl Settings {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut settings = Self {
            runs: 9,
            workloads: Vec::new(),
            supplied: false,
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--runs" => {
                    settings.runs = arguments
                        .next()
                        .context(USAGE)?
                        .parse()
                        .context("--runs takes a number")?;
                    ensure!(settings.runs >= 7, "fewer than 7 runs say little");
                }
                "--workload" => {
                    let letter = arguments.next().context(USAGE)?;
                    settings.workloads.push(
                        Workload::named(&letter).with_context(|| format!("no workload {letter}\n{USAGE}"))?,
                    );
                }
                other => bail!("what is {other}?\n{USAGE}"),
            }
        }
        if settings.workloads.is_empty() {
            settings.supplied = true;
            settings.workloads.push(Workload::S);
        }
        Ok(Some(settings))
    }
}

/// What is measured: the articles that the page brings along, and generated ones that are imported.
struct Subjects {
    supplied: Vec<Article>,
    generated: Vec<Article>,
    /// S, whose static page is the measure for keys in every article.
    small: Article,
    file: Vec<u8>,
}

impl Subjects {
    async fn gather(site: &Site, settings: &Settings) -> Result<Self> {
        let browser = Browser::start(Options::default()).await?;
        let address = site.url();
        let page = Page::new(&browser, &address);
        page.open_library().await?;
        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        browser.quit().await?;

        let supplied = if settings.supplied {
            corpus.articles.clone()
        } else {
            Vec::new()
        };
        let generated: Vec<Article> = settings.workloads.iter().map(|each| each.article(SEED)).collect();
        let small = Workload::S.article(SEED);
        let file = corpus.file_with(generated.clone())?;
        let subjects = Self {
            supplied,
            generated,
            small,
            file,
        };
        for article in subjects.all().chain([&subjects.small]) {
            for show in [Show::Text, Show::Marks] {
                site.replace(
                    &static_name(article, show),
                    "text/html",
                    static_page::html(article, show)?,
                );
            }
        }
        Ok(subjects)
    }

    fn all(&self) -> impl Iterator<Item = &Article> {
        self.supplied.iter().chain(&self.generated)
    }

    /// Starts a browser whose profile holds all of them.
    async fn browser(&self, site: &Site, trace: bool) -> Result<Browser> {
        let options = Options {
            trace,
            script_timeout: Duration::from_secs(120),
            ..Options::default()
        };
        let browser = Browser::start(options).await?;
        let address = site.url();
        let page = Page::new(&browser, &address);
        page.open_library().await?;
        page.import_file("workloads.json", &self.file).await?;
        for article in &self.generated {
            page.article_row(&article.id).await?;
        }
        page.wait_saved().await?;
        Ok(browser)
    }
}

fn static_name(article: &Article, show: Show) -> String {
    format!(
        "static-{}-{}.html",
        article.id,
        if show == Show::Text { "text" } else { "marks" }
    )
}

/// Where in an article a key is pressed.
const PLACES: [(&str, f64); 3] = [("top", 0.02), ("middle", 0.5), ("end", 0.97)];

/// What the keys do. Each begins where the one before it ended: with an annotation just made and selected.
const KEYS: [(&str, &str); 4] = [
    ("label", "1"),
    ("relabel", "3"),
    ("delete", "Delete"),
    ("undo", "Control+z"),
];

async fn measure_times(
    site: &Site,
    subjects: &Subjects,
    settings: &Settings,
    report: &mut Report,
) -> Result<()> {
    let browser = subjects.browser(site, false).await?;
    let address = site.url();
    let page = Page::new(&browser, &address);
    for article in subjects.all() {
        progress(&format!("opening {}", article.id));
        let mut times = Opening {
            article: article.id.clone(),
            ..Opening::default()
        };
        for _ in 0..settings.runs {
            page.open_library().await?;
            let link = format!(r##"a[href$="#/article/{}"]"##, article.id);
            times
                .page
                .push(timing::click_to_article(&page, &link, &article.id).await?);
            for (show, samples) in [(Show::Text, &mut times.text), (Show::Marks, &mut times.marks)] {
                page.go(&static_name(article, show)).await?;
                samples.push(timing::click_to_article(&page, "#open", &article.id).await?);
            }
        }
        report.openings.push(times);
    }

    for case in cases(subjects) {
        progress(&format!("keys in {} {}", case.article.id, case.place));
        let mut times = Keys::of(&case);
        for run in 0..settings.runs {
            let span = case.span(run);
            page.open_article(&case.article.id).await?;
            for (&key, samples) in KEYS.iter().zip(&mut times.keys) {
                let chord = case.prepare(&page, key, span).await?;
                samples.push(timing::key_to_paint(&page, chord).await?);
                page.wait_saved().await?;
            }
            put_back(&page).await?;
            let span = open_floor(&page, subjects, &case, run).await?;
            page.drag_exactly(span.0, span.1).await?;
            times.floor.push(timing::key_to_paint(&page, "1").await?);
        }
        report.times.push(times);
    }
    browser.quit().await
}

async fn measure_work(
    site: &Site,
    subjects: &Subjects,
    settings: &Settings,
    report: &mut Report,
) -> Result<()> {
    let browser = subjects.browser(site, true).await?;
    let address = site.url();
    let page = Page::new(&browser, &address);
    for case in cases(subjects) {
        progress(&format!("main-thread work in {} {}", case.article.id, case.place));
        let mut work = Keys::of(&case);
        for run in 0..settings.runs {
            let span = case.span(run);
            page.open_article(&case.article.id).await?;
            for (&key, samples) in KEYS.iter().zip(&mut work.keys) {
                let chord = case.prepare(&page, key, span).await?;
                samples.push(timing::key_work(&page, chord).await?);
                page.wait_saved().await?;
            }
            put_back(&page).await?;
            let span = open_floor(&page, subjects, &case, run).await?;
            page.drag_exactly(span.0, span.1).await?;
            work.floor.push(timing::key_work(&page, "1").await?);
        }
        report.work.push(work);
    }
    browser.quit().await
}

/// Opens the static page of S, and returns a span of it at the place of the case.
async fn open_floor(
    page: &Page<'_>,
    subjects: &Subjects,
    case: &Case<'_>,
    run: usize,
) -> Result<(usize, usize)> {
    let small = &subjects.small;
    page.go(&static_name(small, Show::Marks)).await?;
    timing::click_to_article(page, "#open", &small.id).await?;
    Ok(span_near(&small.text, case.share, run))
}

/// Takes back what a round of [`KEYS`] left: the annotation, relabelled.
async fn put_back(page: &Page<'_>) -> Result<()> {
    page.press_times("Control+z", 2).await?;
    page.wait_saved().await
}

/// One place in one article where keys are measured.
struct Case<'a> {
    article: &'a Article,
    place: &'static str,
    share: f64,
}

impl Case<'_> {
    fn span(&self, run: usize) -> (usize, usize) {
        span_near(&self.article.text, self.share, run)
    }

    /// Brings about what a key needs, a selection to label or a selected annotation, and returns the chord to press.
    async fn prepare(
        &self,
        page: &Page<'_>,
        (name, chord): (&str, &'static str),
        (start, end): (usize, usize),
    ) -> Result<&'static str> {
        match name {
            "label" => page.drag_exactly(start, end).await?,
            "relabel" => {
                page.click_at(start).await?;
                let items = page
                    .wait_items("a selected annotation", |items| {
                        items.iter().any(|item| item.current)
                    })
                    .await?;
                // The innermost annotation there may be another one, and have the label already.
                if items
                    .iter()
                    .any(|item| item.current && item.label == "unverified")
                {
                    return Ok("1");
                }
            }
            _ => {}
        }
        Ok(chord)
    }
}

/// The places that are measured: three in each generated article, one in the first that was supplied.
fn cases(subjects: &Subjects) -> impl Iterator<Item = Case<'_>> {
    let supplied = subjects.supplied.iter().take(1).map(|article| Case {
        article,
        place: "middle",
        share: 0.5,
    });
    let generated = subjects.generated.iter().flat_map(|article| {
        PLACES.map(|(place, share)| Case {
            article,
            place,
            share,
        })
    });
    supplied.chain(generated)
}

/// Some words of one line near a share of the text, a little further on with every run.
fn span_near(text: &str, share: f64, run: usize) -> (usize, usize) {
    const LENGTH: usize = 50;
    let characters: Vec<char> = text.chars().collect();
    let is_gap = |at: &usize| characters[*at].is_whitespace();
    let wanted = (characters.len() as f64 * share) as usize + run * 7;
    let last = characters.len().saturating_sub(2 * LENGTH);
    let mut start = (wanted.min(last)..characters.len())
        .find(is_gap)
        .map_or(0, |gap| gap + 1);
    // A span across two paragraphs is no news prose.
    if let Some(end) = characters[start..]
        .iter()
        .take(LENGTH)
        .position(|&character| character == '\n')
    {
        start += end + 1;
    }
    let end = (start + LENGTH / 2..characters.len())
        .find(is_gap)
        .unwrap_or(characters.len());
    (start, end)
}

/// Whether a file of the built page is not asked for before the list of articles is there: the later part, its
/// style sheet, the program that writes and reads files, and what keeps the page for use offline.
fn is_loaded_later(name: &str) -> bool {
    name.contains("_split_") || name.starts_with("later-") || name.starts_with("clerk") || name == "sw.js"
}

fn progress(what: &str) {
    eprintln!("measuring: {what}");
}

#[derive(Default)]
struct Opening {
    article: String,
    page: Vec<f64>,
    text: Vec<f64>,
    marks: Vec<f64>,
}

/// Samples of each of [`KEYS`] at one place, and of a label key on the static page of S.
struct Keys<T> {
    article: String,
    place: &'static str,
    keys: [Vec<T>; KEYS.len()],
    floor: Vec<T>,
}

impl<T> Keys<T> {
    fn of(case: &Case<'_>) -> Self {
        Self {
            article: case.article.id.clone(),
            place: case.place,
            keys: std::array::from_fn(|_| Vec::new()),
            floor: Vec::new(),
        }
    }
}

#[derive(Default)]
struct Report {
    sizes: Vec<(String, usize, usize)>,
    openings: Vec<Opening>,
    times: Vec<Keys<f64>>,
    work: Vec<Keys<Work>>,
}

impl Report {
    fn size(&mut self, folder: &Path) -> Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let counts = path
                .extension()
                .is_some_and(|ending| ["wasm", "js", "css"].iter().any(|each| ending == *each));
            if counts {
                let bytes = std::fs::read(&path)?;
                let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
                gzip.write_all(&bytes)?;
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                self.sizes.push((name, bytes.len(), gzip.finish()?.len()));
            }
        }
        self.sizes.sort();
        Ok(())
    }

    fn print(&self, settings: &Settings) {
        println!(
            "\nRuns of each figure: {}. Times in milliseconds: median / 95th percentile.",
            settings.runs
        );

        println!("\nSize of the page (target for the first page: at most 200 KB gzipped)\n");
        let kilobytes = |bytes: usize| format!("{:.1} KB", bytes as f64 / 1e3);
        let mut rows = vec![["file", "loaded", "size", "gzipped"].map(str::to_owned)];
        let (first, later): (Vec<_>, Vec<_>) =
            self.sizes.iter().partition(|(name, ..)| !is_loaded_later(name));
        for (loaded, files) in [("first", first), ("when used", later)] {
            let sum =
                |part: fn(&(String, usize, usize)) -> usize| kilobytes(files.iter().copied().map(part).sum());
            let total = [
                "together".into(),
                loaded.into(),
                sum(|each| each.1),
                sum(|each| each.2),
            ];
            rows.extend(files.iter().map(|(name, size, packed)| {
                [name.clone(), loaded.into(), kilobytes(*size), kilobytes(*packed)]
            }));
            rows.push(total);
        }
        print_table(&rows);

        println!("\nOpening an article, click to paint (target: at most 100 ms for a supplied one)\n");
        let mut rows =
            vec![["article", "Hearsay", "static text", "static text and marks"].map(str::to_owned)];
        rows.extend(self.openings.iter().map(|each| {
            [
                each.article.clone(),
                figure(&each.page),
                figure(&each.text),
                figure(&each.marks),
            ]
        }));
        print_table(&rows);

        println!("\nKeys, to paint (the static page: S, a label key)\n");
        let mut rows = vec![
            [
                "article",
                "place",
                "label",
                "relabel",
                "delete",
                "undo",
                "static page",
            ]
            .map(str::to_owned),
        ];
        rows.extend(self.times.iter().map(|each| {
            let [label, relabel, delete, undo] = each.keys.each_ref().map(|samples| figure(samples));
            [
                each.article.clone(),
                each.place.into(),
                label,
                relabel,
                delete,
                undo,
                figure(&each.floor),
            ]
        }));
        print_table(&rows);

        println!(
            "\nKeys, main-thread work from key to paint, by the trace (target: at most 16 ms), and from there to the next \
             frame\n"
        );
        let mut rows = vec![
            [
                "article",
                "place",
                "key",
                "work",
                "script",
                "style",
                "layout",
                "paint",
                "longest task",
                "afterwards",
            ]
            .map(str::to_owned),
        ];
        for each in &self.work {
            for ((name, _), samples) in KEYS.iter().zip(&each.keys) {
                rows.push(work_row(&each.article, each.place, name, samples));
            }
            rows.push(work_row("static page of S", each.place, "label", &each.floor));
        }
        print_table(&rows);
    }
}

fn work_row(article: &str, place: &str, key: &str, samples: &[Work]) -> [String; 10] {
    let part = |part: fn(&Work) -> f64| figure(&samples.iter().map(part).collect::<Vec<_>>());
    [
        article.to_owned(),
        place.to_owned(),
        key.to_owned(),
        part(Work::total),
        part(|work| work.script),
        part(|work| work.style),
        part(|work| work.layout),
        part(|work| work.paint),
        part(|work| work.longest),
        part(|work| work.afterwards),
    ]
}

/// Median and 95th percentile.
fn figure(samples: &[f64]) -> String {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return "–".to_owned();
    };
    let at = |share: f64| sorted[(last as f64 * share).ceil() as usize];
    let median = f64::midpoint(sorted[last / 2], sorted[last.div_ceil(2)]);
    format!("{median:.1} / {:.1}", at(0.95))
}

/// A Markdown table: the first row is its head.
fn print_table<const N: usize>(rows: &[[String; N]]) {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        println!("| {} |", cells.join(" | "));
        if index == 0 {
            println!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
        }
    }
}
