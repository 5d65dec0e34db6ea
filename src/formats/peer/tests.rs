use super::super::generated::{self, Generated};
use super::super::{ExportFormat, ImportFormat};
use super::*;
use proptest::prelude::*;

/// A file of one name.
pub(in crate::formats) fn file(name: &str, content: impl Into<Vec<u8>>) -> File {
    File {
        name: name.to_owned(),
        bytes: content.into(),
    }
}

/// What a format makes of a corpus.
pub(in crate::formats) fn written(format: &dyn ExportFormat, corpus: &Generated) -> Vec<u8> {
    let mut file = Vec::new();
    format.write(&corpus.corpus(), &mut file).unwrap();
    file
}

/// The labels and words of the first article's annotations: "claim: said".
pub(in crate::formats) fn labelled(imported: &Imported) -> Vec<String> {
    let article = &imported.articles[0];
    let words = |record: &Record| match record {
        Record::Annotation(Annotation { label, span, .. }) => {
            Some(format!("{label}: {}", article.article.text.slice(*span)))
        }
        _ => None,
    };
    article
        .records
        .iter()
        .filter_map(|(_, record)| words(record))
        .collect()
}

/// An article, what is known of it, and its records.
type Comparable = (Article, bool, bool, BTreeMap<(RecordKind, RecordId), Record>);

/// Articles as they came, in an order that can be compared.
pub(in crate::formats) fn brought(imported: &Imported) -> Vec<Comparable> {
    imported
        .articles
        .iter()
        .map(|imported| {
            let records = imported.records.iter().cloned();
            (
                imported.article.clone(),
                imported.is_named,
                imported.is_dated,
                records
                    .map(|(id, record)| ((record.kind(), id), record))
                    .collect(),
            )
        })
        .collect()
}

/// What a format holds of a corpus when it holds everything about articles: those that `holds_article` takes,
/// and those of their annotations that `holds` takes, with the relations between them.
pub(in crate::formats) fn held(
    corpus: &Generated,
    holds_article: impl Fn(&Article) -> bool,
    holds: impl Fn(&Article, &Annotation) -> bool,
) -> Vec<Comparable> {
    let corpus = corpus.corpus();
    let articles = corpus.articles.iter().filter(|held| holds_article(held.article));
    articles
        .map(|held| {
            let is_there = |id: &RecordId| {
                held.records
                    .annotation(id)
                    .is_some_and(|annotation| holds(held.article, annotation))
            };
            let records = held.records.versions().filter_map(|(kind, id, versioned)| {
                let record = versioned.record.clone()?;
                let is_held = match &record {
                    Record::Annotation(annotation) => holds(held.article, annotation),
                    Record::Relation(relation) => is_there(&relation.from) && is_there(&relation.to),
                    Record::Status(status) => *status != Status::NotStarted,
                    _ => true,
                };
                is_held.then(|| ((kind, id.clone()), record))
            });
            (held.article.clone(), true, true, records.collect())
        })
        .collect()
}

fn now() -> Timestamp {
    Timestamp::from_millis(0)
}

static TEST: Peer = Peer {
    name: "test",
    units: &[Unit::CodePoints],
    links_words: false,
};

fn gathered(entries: Vec<(&str, Entry)>) -> Result<Imported, ImportError> {
    let mut gathering = Gathering::new(&TEST, now());
    for (number, (name, entry)) in entries.into_iter().enumerate() {
        let whence = Whence { number, line: None };
        gathering.add(&file(name, ""), whence, &Place::ROOT, entry)?;
    }
    Ok(gathering.finish())
}

fn entry(text: &str, start: u32, end: u32) -> Entry {
    Entry {
        text: text.into(),
        spans: vec![EntrySpan {
            place: "spans[0]".into(),
            start,
            end,
            label: "claim".into(),
            ..EntrySpan::default()
        }],
        ..Entry::default()
    }
}

#[test]
fn the_same_text_twice_is_one_article_with_the_spans_of_both() {
    let imported = gathered(vec![
        ("a.jsonl", entry("said", 0, 4)),
        ("a.jsonl", entry("other", 0, 5)),
        ("a.jsonl", entry("said", 0, 4)),
    ])
    .unwrap();
    let articles: Vec<_> = imported
        .articles
        .iter()
        .map(|article| (article.article.id.as_str(), article.records.len()))
        .collect();
    assert_eq!(articles, [("a-1", 2), ("a-2", 1)]);
    assert!(
        imported
            .articles
            .iter()
            .all(|article| !article.is_named && !article.is_dated)
    );
}

#[test]
fn a_file_read_again_brings_the_same_records() {
    let read = || gathered(vec![("a", entry("said", 0, 4)), ("b", entry("x said", 2, 6))]);
    assert_eq!(read(), read());
}

#[test]
fn a_span_outside_the_text_is_refused_with_its_place_and_the_length() {
    let error = gathered(vec![("a", entry("said", 0, 5))]).unwrap_err();
    assert_eq!(error.place, "spans[0]");
    assert!(error.expected.contains("4 code points"), "{error}");
    assert_eq!(error.found, "0 and 5");
}

#[test]
fn links_that_are_no_relations_of_ours_are_counted_by_name() {
    let mut entry = entry("said", 0, 4);
    for kind in ["attributes", "foundedBy", "foundedBy"] {
        entry.links.push(EntryLink {
            kind: kind.into(),
            from: 0,
            to: 0,
        });
    }
    let imported = gathered(vec![("a", entry)]).unwrap();
    assert_eq!(imported.articles[0].records.len(), 2);
    assert_eq!(imported.notes.len(), 1);
    assert!(
        imported.notes[0].starts_with("2 links named \"foundedBy\""),
        "{:?}",
        imported.notes
    );
}

#[test]
fn words_that_differ_from_the_text_are_listed() {
    let mut entry = entry("He said so", 3, 7);
    entry.spans[0].words = Some("told".into());
    let imported = gathered(vec![("a", entry)]).unwrap();
    assert!(imported.notes[0].contains("\"told\"") && imported.notes[0].contains("\"said\""));
}

#[test]
fn a_record_goes_by_its_own_id_where_that_is_plain() {
    assert_eq!(key_of(&"T1".into()), "T1");
    for odd in ["", "a b", "é", "a#1"] {
        assert_eq!(key_of(&odd.into()).len(), 36);
    }
    assert_ne!(key_of(&"".into()), key_of(&"a b".into()));
}

/// Feeds a format a file of its own with a byte changed, and with its end cut off.
pub(in crate::formats) fn bears_mangled_files(
    format: &impl ImportFormat,
    bytes: &[u8],
    at: prop::sample::Index,
    byte: u8,
) {
    if bytes.is_empty() {
        return;
    }
    let mut bytes = bytes.to_owned();
    let at = at.index(bytes.len());
    bytes[at] = byte;
    for bytes in [&bytes[..], &bytes[..at]] {
        let file = file("mangled", bytes);
        format.recognises(&file);
        let _ = format.read(&[file], now());
    }
}

proptest! {
    #[test]
    fn what_is_kept_for_us_is_what_the_article_holds(corpus in generated::corpus()) {
        use super::super::kept::{self, Labelled};
        for held in &corpus.corpus().articles {
            let labelled = Labelled::of(*held, Unit::Utf16, |_| true).unwrap();
            let value = serde_json::to_value(&labelled.kept).unwrap();
            let kept = kept::read(value, &Place::ROOT).unwrap().unwrap();
            prop_assert_eq!(&kept.id, &held.article.id);
            prop_assert_eq!(&kept.metadata, &held.article.metadata);
            prop_assert_eq!(kept.annotations.len(), held.records.annotations().count());
            prop_assert_eq!(kept.regions.len(), held.records.regions().len());
        }
    }
}

#[test]
fn doubts_of_one_sort_are_told_one_by_one_up_to_a_limit() {
    let mut entry = entry("He said so", 3, 7);
    let other = || EntrySpan {
        place: "spans[0]".into(),
        start: 3,
        end: 7,
        label: "claim".into(),
        words: Some("told".into()),
        ..EntrySpan::default()
    };
    entry.spans = (0..25).map(|_| other()).collect();
    let imported = gathered(vec![("a", entry)]).unwrap();
    assert_eq!(imported.notes.len(), 21);
    assert_eq!(imported.notes[20], "The same holds of 5 more spans.");
}

#[test]
fn regions_of_a_text_that_was_changed_are_left_out_and_that_is_told() {
    use super::super::kept;
    use super::super::sample::small;
    let corpus = small();
    let labelled = kept::Labelled::of(corpus.corpus().articles[0], Unit::CodePoints, |_| true).unwrap();
    let kept = kept::read(serde_json::to_value(&labelled.kept).unwrap(), &Place::ROOT).unwrap();
    let changed = Entry {
        kept,
        ..entry("Another text, of other words", 0, 7)
    };
    let imported = gathered(vec![("a", changed)]).unwrap();
    let article = &imported.articles[0];
    assert_eq!(article.article.id.as_str(), "who");
    assert!(
        article
            .records
            .iter()
            .all(|(_, record)| record.kind() != RecordKind::Region)
    );
    assert!(imported.notes[0].contains("4 regions"), "{:?}", imported.notes);
}
