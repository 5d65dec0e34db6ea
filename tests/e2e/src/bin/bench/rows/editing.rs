//! Label, relabel, delete and undo: the main thread's work from the key to the paint, by the browser's trace, and the
//! time to the paint.

use anyhow::{Context, Result};
use hearsay_e2e::corpus::Article;
use hearsay_e2e::page::Page;
use hearsay_e2e::static_page::Show;
use hearsay_e2e::timing::{self, Before};
use hearsay_e2e::trace::Work;
use hearsay_e2e::workload::Workload;

use crate::bench::{self, Bench, progress};
use crate::figures::{Line, Report, Samples, Table};

/// Where in an article a key is pressed.
const PLACES: [(&str, f64); 3] = [("top", 0.02), ("middle", 0.5), ("end", 0.97)];

/// What the keys do. Each begins where the one before it ended: with an annotation just made and selected.
const KEYS: [(&str, &str); 4] = [
    ("label", "1"),
    ("relabel", "3"),
    ("delete", "Delete"),
    ("undo", "Control+z"),
];

/// The most work that a key may make, in milliseconds.
const WORK: f64 = 16.0;
/// The longest task that none may be.
const LONG: f64 = 50.0;
/// How much longer to the paint than on the static page.
const OVER_FLOOR: f64 = 1.1;
/// How much more in L than in S.
const OVER_SMALL: f64 = 1.5;

/// What was measured at one place of one article.
struct Case {
    workload: Workload,
    place: &'static str,
    share: f64,
    /// Of each of [`KEYS`], and then of a label key on the static page of S.
    work: [Vec<Work>; KEYS.len() + 1],
    times_at_rest: [Vec<f64>; KEYS.len() + 1],
    times_while_drawn: [Vec<f64>; KEYS.len() + 1],
}

/// The place of the static page behind [`KEYS`].
const FLOOR: usize = KEYS.len();

/// What is measured of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Work,
    /// The time to the paint on a page at rest.
    AtRest,
    /// The time to the paint on a page that draws frame after frame.
    WhileDrawn,
}

impl Measure {
    fn name(self) -> &'static str {
        match self {
            Self::Work => "main-thread work",
            Self::AtRest => "time to paint, at rest",
            Self::WhileDrawn => "time to paint, while frames are drawn",
        }
    }
}

/// What of a case a key took.
type Part = fn(&Case, usize) -> Samples;

/// The two times to the paint, and where a case has them.
const TIMES: [(Measure, Part); 2] = [
    (Measure::WhileDrawn, Case::time_while_drawn),
    (Measure::AtRest, Case::time_at_rest),
];

/// Measures all keys at all places.
pub(super) async fn edit(bench: &Bench, report: &mut Report) -> Result<()> {
    let own = [Workload::S, Workload::E, Workload::L, Workload::P];
    let workloads = bench.settings.workloads(&own);
    let articles: Vec<Article> = workloads.iter().map(|each| bench::article(*each)).collect();
    let small = bench::article(Workload::S);
    bench.serve_static(&small)?;
    let mut cases: Vec<Case> = workloads
        .iter()
        .flat_map(|&workload| {
            PLACES.map(|(place, share)| Case {
                workload,
                place,
                share,
                work: Default::default(),
                times_at_rest: Default::default(),
                times_while_drawn: Default::default(),
            })
        })
        .collect();

    // The trace costs time, so times are taken without it.
    for measures in [&[Measure::AtRest, Measure::WhileDrawn][..], &[Measure::Work]] {
        let browser = bench
            .browser_with(&articles, measures.contains(&Measure::Work))
            .await?;
        let page = bench.page(&browser);
        for case in &mut cases {
            let (name, place) = (case.workload.name(), case.place);
            let article = articles
                .iter()
                .find(|article| article.id == case.workload.article_id())
                .context("an article was not made")?;
            for &measure in measures {
                progress(&format!("keys in {name}, {place}: {}", measure.name()));
                for run in bench.runs() {
                    // Over all runs, keys come at all times of a frame alike.
                    let share = (run as f64 + 0.5) / bench.runs().len() as f64;
                    case.measure(&page, article, run, measure, share).await?;
                    case.measure_floor(bench, &page, &small, run, measure, share)
                        .await?;
                }
            }
        }
        browser.quit().await?;
    }
    for &workload in &workloads {
        sum_up(workload, &cases, report);
    }
    detail(&cases, report);
    Ok(())
}

impl Case {
    async fn measure(
        &mut self,
        page: &Page<'_>,
        article: &Article,
        run: usize,
        measure: Measure,
        share: f64,
    ) -> Result<()> {
        let (start, end) = words_near(&article.text, self.share, run);
        page.open_article(&article.id).await?;
        for (at, &(name, chord)) in KEYS.iter().enumerate() {
            let mut chord = chord;
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
                        chord = "1";
                    }
                }
                _ => {}
            }
            self.press(page, at, chord, measure, share).await?;
            page.wait_saved().await?;
        }
        // The annotation, relabelled, is what the keys leave behind.
        page.press_times("Control+z", 2).await?;
        page.wait_saved().await
    }

    async fn measure_floor(
        &mut self,
        bench: &Bench,
        page: &Page<'_>,
        small: &Article,
        run: usize,
        measure: Measure,
        share: f64,
    ) -> Result<()> {
        bench.open_static(page, small, Show::Marks).await?;
        let (start, end) = words_near(&small.text, self.share, run);
        page.drag_exactly(start, end).await?;
        self.press(page, FLOOR, "1", measure, share).await
    }

    /// Presses what is at `at` among [`KEYS`], at about that share of a frame where that counts.
    async fn press(
        &mut self,
        page: &Page<'_>,
        at: usize,
        chord: &str,
        measure: Measure,
        share: f64,
    ) -> Result<()> {
        match measure {
            Measure::Work => self.work[at].push(timing::key_work(page, chord).await?),
            Measure::AtRest => {
                let before = Before::Rest(share);
                self.times_at_rest[at].push(timing::key_to_paint(page, chord, before).await?);
            }
            Measure::WhileDrawn => {
                let before = Before::Frames(share);
                self.times_while_drawn[at].push(timing::key_to_paint(page, chord, before).await?);
            }
        }
        Ok(())
    }

    /// The key with the largest median of `part`.
    fn worst(&self, part: impl Fn(&Self, usize) -> Samples) -> (Samples, String) {
        let mut samples: Vec<(Samples, String)> = (0..KEYS.len())
            .map(|at| (part(self, at), format!("{}, {}", KEYS[at].0, self.place)))
            .collect();
        samples.sort_by(|(a, _), (b, _)| a.median().total_cmp(&b.median()));
        samples
            .pop()
            .unwrap_or((Samples::milliseconds(Vec::new()), String::new()))
    }

    fn total(&self, key: usize) -> Samples {
        part(&self.work[key], Work::total)
    }

    fn longest(&self, key: usize) -> Samples {
        part(&self.work[key], |work| work.longest)
    }

    fn time_at_rest(&self, key: usize) -> Samples {
        Samples::milliseconds(self.times_at_rest[key].clone())
    }

    fn time_while_drawn(&self, key: usize) -> Samples {
        Samples::milliseconds(self.times_while_drawn[key].clone())
    }
}

fn part(work: &[Work], part: impl Fn(&Work) -> f64) -> Samples {
    Samples::milliseconds(work.iter().map(part).collect())
}

/// The worst key and place of an article, for each target.
fn sum_up(workload: Workload, cases: &[Case], report: &mut Report) {
    let name = workload.name();
    let ours = || cases.iter().filter(move |case| case.workload == workload);
    let worst = |part: &dyn Fn(&Case, usize) -> Samples| {
        ours()
            .map(|case| case.worst(part))
            .max_by(|(a, _), (b, _)| a.median().total_cmp(&b.median()))
            .unwrap_or((Samples::milliseconds(Vec::new()), String::new()))
    };
    let floor_work = Samples::together(ours().map(|case| case.total(FLOOR)));
    let (samples, which) = worst(&Case::total);
    report.lines.push(
        Line::told(
            format!("edit in {name}, main-thread work of the worst key ({which})"),
            samples.figure(),
        )
        .target("at most 16 ms", samples.median() <= WORK)
        .floor(format!("label in static S {}", floor_work.figure())),
    );
    let (samples, which) = worst(&Case::longest);
    report.lines.push(
        Line::told(
            format!("edit in {name}, longest task ({which})"),
            samples.figure(),
        )
        .target("at most 50 ms", samples.median() <= LONG),
    );
    for (measure, part) in TIMES {
        let floor = Samples::together(ours().map(|case| part(case, FLOOR)));
        let mut tell = |which: String, samples: &Samples| {
            report.lines.push(
                Line::told(
                    format!("edit in {name}, {}, {which}", measure.name()),
                    samples.figure(),
                )
                .target(
                    "at most 1.1 × the static page of S",
                    samples.median() <= OVER_FLOOR * floor.median(),
                )
                .floor(format!("label in static S {}", floor.figure())),
            );
        };
        let (samples, which) = worst(&part);
        tell(format!("worst key ({which})"), &samples);
        // Seven runs come at seven times of a frame, so one that is a frame late moves the median of one key by a tenth.
        let all = ours().flat_map(|case| (0..KEYS.len()).map(|key| part(case, key)));
        tell("all keys and places".to_owned(), &Samples::together(all));
    }

    if workload == Workload::S || !cases.iter().any(|case| case.workload == Workload::S) {
        return;
    }
    // Place for place and key for key.
    for (what, part) in [
        (
            "main-thread work",
            &Case::total as &dyn Fn(&Case, usize) -> Samples,
        ),
        (Measure::WhileDrawn.name(), &Case::time_while_drawn),
    ] {
        let ratios = ours().flat_map(|large| {
            let small = cases
                .iter()
                .find(|case| case.workload == Workload::S && case.place == large.place);
            (0..KEYS.len()).filter_map(move |key| {
                let ratio = part(large, key).median() / part(small?, key).median();
                Some((ratio, format!("{}, {}", KEYS[key].0, large.place)))
            })
        });
        if let Some((ratio, which)) = ratios.max_by(|(a, _), (b, _)| a.total_cmp(b)) {
            report.lines.push(
                Line::told(
                    format!("edit in {name} against S, {what} ({which})"),
                    format!("× {ratio:.2}"),
                )
                .target("at most × 1.5", ratio <= OVER_SMALL),
            );
        }
    }
}

fn detail(cases: &[Case], report: &mut Report) {
    for (measure, part) in TIMES {
        let head = [
            "article",
            "place",
            "label",
            "relabel",
            "delete",
            "undo",
            "static page of S",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for case in cases {
            let mut row = vec![case.workload.name().to_owned(), case.place.to_owned()];
            row.extend((0..=FLOOR).map(|key| part(case, key).bare()));
            rows.push(row);
        }
        report.details.push(Table {
            title: format!("Keys, {}, in ms", measure.name()),
            rows,
        });
    }

    let head = [
        "article",
        "place",
        "key",
        "work",
        "on a processor",
        "script",
        "style",
        "layout",
        "paint",
        "longest task",
        "afterwards",
    ];
    let mut works = vec![head.map(str::to_owned).to_vec()];
    let row = |article: &str, place: &str, key: &str, work: &[Work]| {
        let parts: [fn(&Work) -> f64; 8] = [
            Work::total,
            |work| work.processor,
            |work| work.script,
            |work| work.style,
            |work| work.layout,
            |work| work.paint,
            |work| work.longest,
            |work| work.afterwards,
        ];
        let names = [article, place, key].map(str::to_owned);
        names
            .into_iter()
            .chain(parts.map(|each| part(work, each).bare()))
            .collect()
    };
    for case in cases {
        for ((key, _), work) in KEYS.iter().zip(&case.work) {
            works.push(row(case.workload.name(), case.place, key, work));
        }
        works.push(row("static page of S", case.place, "label", &case.work[FLOOR]));
    }
    report.details.push(Table {
        title: "Keys, main-thread work from key to paint, and from there until the page is at rest, by the browser's trace, in ms".into(),
        rows: works,
    });
}

/// Some words of one line near a share of the text, a little further on with every run.
pub(super) fn words_near(text: &str, share: f64, run: usize) -> (usize, usize) {
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
