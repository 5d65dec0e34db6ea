//! What the core does with a text and its records.

use fastrand::Rng;
use hearsay::core::anchor;
use hearsay::core::article::Article;
use hearsay::core::record::{RecordKey, RecordKind};
use hearsay::core::records::Records;
use hearsay::core::scheme::Scheme;
use hearsay::core::segment::segments;
use hearsay::core::selector::Anchor;
use hearsay::core::span_set::{Entry, SpanSet};
use hearsay::core::text::{CodePointOffset, Span, Text, Utf16Offset};
use hearsay::core::timestamp::Timestamp;
use hearsay::core::transaction::Change;
use hearsay::formats::corpus_json::CorpusJson;
use hearsay::formats::corpus_jsonl::CorpusJsonLines;
use hearsay::formats::{Corpus, CorpusArticle, ExportFormat, Texts};
use hearsay::store::{Memory, Repository, snapshot};

use crate::{Counted, counted, prose};

/// How often what is done once an edit, or once a search, is done.
const TIMES: usize = 1_000;
/// Spans of each article of an exported corpus.
const SPANS_AN_ARTICLE: usize = 20;

/// What is counted at one size, which is a number of spans.
type Work = fn(usize) -> Vec<Counted>;

/// All work by name, with the sizes that it is counted at.
pub(crate) const ALL: [(&str, Work, [usize; 3]); 6] = [
    ("text", text, LARGE),
    ("spans", spans, LARGE),
    ("records", records, LARGE),
    ("snapshot", snapshots, LARGE),
    // Each span is written with its words and checked against the text: this takes longest.
    ("export", export, [200, 2_000, 20_000]),
    // Words that have moved are sought in the whole text.
    ("anchors", anchors, [100, 1_000, 10_000]),
];
const LARGE: [usize; 3] = [1_000, 10_000, 100_000];

fn text(size: usize) -> Vec<Counted> {
    let mut rng = Rng::with_seed(1);
    let source = prose::text(&mut rng, size * prose::BYTES_A_SPAN);
    let bytes = source.len();
    let text = counted(|| Text::new(source));
    let places: Vec<u32> = (0..TIMES).map(|_| rng.u32(..text.code_points().0)).collect();
    counted(|| {
        places
            .iter()
            .filter_map(|&place| text.try_from_code_points(CodePointOffset(place)))
            .filter_map(|place| text.try_to_utf16(place))
            .map(|Utf16Offset(place)| u64::from(place))
            .sum::<u64>()
    });
    vec![
        Counted::new("index a text, a byte", bytes),
        Counted::new("convert a place, code points to bytes to UTF-16", TIMES),
    ]
}

fn spans(size: usize) -> Vec<Counted> {
    let mut rng = Rng::with_seed(2);
    let (article, records) = prose::article(&mut rng, 0, size);
    let pairs: Vec<_> = records
        .spans()
        .iter()
        .map(|entry| (entry.span, entry.id.clone()))
        .collect();
    let mut set = counted(|| pairs.into_iter().collect::<SpanSet<_>>());
    let new: Vec<_> = (0..TIMES)
        .filter_map(|number| {
            let (id, record) = prose::annotation(&mut rng, &article.text, (size + number) as u64);
            Some((record.span()?, id))
        })
        .collect();
    counted(|| new.iter().all(|(span, id)| set.insert(*span, id.clone())));
    counted(|| new.iter().all(|(span, id)| set.remove(*span, id)));
    let blocks: Vec<Span> = (0..TIMES)
        .map(|_| article.blocks()[rng.usize(..article.blocks().len())].span)
        .collect();
    counted(|| {
        let of = |block: &Span| {
            let entries: Vec<Entry<_>> = set.overlapping(*block).cloned().collect();
            segments(*block, &entries).len()
        };
        blocks.iter().map(of).sum::<usize>()
    });
    vec![
        Counted::new("build the span set, a span", size),
        Counted::new("add a span", TIMES),
        Counted::new("remove a span", TIMES),
        Counted::new("segments of a block, found and cut", TIMES),
    ]
}

fn records(size: usize) -> Vec<Counted> {
    let mut rng = Rng::with_seed(3);
    let (article, records) = prose::article(&mut rng, 0, size);
    let versions: Vec<_> = records
        .versions()
        .map(|(kind, id, version)| (kind, id.clone(), version.clone()))
        .collect();
    let mut merged = counted(|| {
        let mut merged = Records::default();
        for (kind, id, version) in versions {
            merged.merge(kind, id, version.stamp, version.record);
        }
        merged
    });
    let mut repository = Repository::new(Memory::default(), prose::stamp(0).writer);
    let changes: Vec<Change> = (0..TIMES)
        .map(|number| {
            let (id, record) = prose::annotation(&mut rng, &article.text, (size + number) as u64);
            Change {
                key: RecordKey {
                    article: Some(article.id.clone()),
                    kind: RecordKind::Annotation,
                    id,
                },
                from: None,
                to: Some(record),
            }
        })
        .collect();
    let now = Timestamp::from_millis(0);
    let committed: Vec<_> = counted(|| {
        changes
            .iter()
            .map(|change| repository.commit(std::slice::from_ref(change), now))
            .collect()
    });
    counted(|| {
        for change in committed.into_iter().flat_map(|committed| committed.stamped) {
            merged.merge(change.key.kind, change.key.id, change.stamp, change.record);
        }
    });
    vec![
        Counted::new("merge all records, a record", size),
        Counted::new("write an edit to the log", TIMES),
        Counted::new("merge an edit", TIMES),
    ]
}

fn snapshots(size: usize) -> Vec<Counted> {
    let (_, records) = prose::article(&mut Rng::with_seed(4), 0, size);
    // The form of a snapshot; the records are cloned first.
    let copy = counted(|| snapshot::copy(&records)).expect("annotations can be written as JSON");
    counted(|| snapshot::copied(&copy)).expect("what was written can be read");
    vec![
        Counted::new("write a snapshot, a span", size),
        Counted::new("read a snapshot and merge it, a span", size),
    ]
}

fn export(size: usize) -> Vec<Counted> {
    let mut rng = Rng::with_seed(5);
    let articles: Vec<(Article, Records)> = (0..size / SPANS_AN_ARTICLE)
        .map(|number| prose::article(&mut rng, number, SPANS_AN_ARTICLE))
        .collect();
    let corpus = Corpus {
        scheme: &Scheme::news_claims(),
        articles: articles
            .iter()
            .map(|(article, records)| CorpusArticle { article, records })
            .collect(),
        records: &Records::default(),
        exported_at: Timestamp::from_millis(0),
        texts: Texts::Whole,
    };
    let formats: [(&str, &dyn ExportFormat); 2] = [
        ("export to Corpus (JSON), a span", &CorpusJson),
        ("export to Corpus (JSON Lines), a span", &CorpusJsonLines),
    ];
    formats
        .map(|(name, format)| {
            let mut file = Vec::new();
            counted(|| format.write(&corpus, &mut file)).expect("a vector takes every write");
            Counted::new(name, size)
        })
        .to_vec()
}

fn anchors(size: usize) -> Vec<Counted> {
    let mut rng = Rng::with_seed(6);
    let (article, records) = prose::article(&mut rng, 0, size);
    let spans = records.annotations().map(|(_, annotation)| annotation.span);
    let anchors: Vec<Anchor> = spans.map(|span| Anchor::of(&article.text, span)).collect();
    counted(|| anchor::place(&anchors, None, &article.text));
    // A sentence before everything else: nothing stands where it stood.
    let moved = Text::new(format!(
        "Correction: an earlier version gave another date.\n{}",
        article.text.as_str()
    ));
    counted(|| anchor::place(&anchors, Some(&article.text), &moved));
    vec![
        Counted::new("find an anchor in the same text", size),
        Counted::new("find an anchor whose words have moved", size),
    ]
}
