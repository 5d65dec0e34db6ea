//! A small corpus with every feature, written down by hand: what the golden files are made from.

use super::generated::Generated;
use crate::core::article::Article;
use crate::core::id::RecordId;
use crate::core::part;
use crate::core::record::{
    Annotation, ClaimGroup, Entity, Fields, Metadata, Origin, Record, Region, RegionKind, Relation,
    RelationKind, Status,
};
use crate::core::records::{Records, Stamp};
use crate::core::scheme::Scheme;
use crate::core::text::{Span, Text, marked};
use crate::core::timestamp::Timestamp;
use std::path::Path;

/// Holds a file that was written from [`small`] against `tests/golden/formats/{name}`.
///
/// `UPDATE_GOLDEN=1 cargo test` writes the file anew: look at the difference before it is kept.
#[track_caller]
pub(super) fn assert_golden(name: &str, file: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/formats")
        .join(name);
    let actual = str::from_utf8(file).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let expected = std::fs::read_to_string(path).unwrap();
    assert_eq!(actual, expected.replace("\"version\": \"0.1.0\"", &version));
}

const SUPPLIED: Stamp = Stamp::SUPPLIED;

/// Adds a record as if it had come with the page.
pub(super) fn set(records: &mut Records, id: &str, record: Record) {
    records.merge(record.kind(), id.into(), SUPPLIED, Some(record));
}

/// An annotation with nothing but a label and a span.
pub(super) fn annotation(label: &str, span: Span) -> Annotation {
    Annotation {
        label: label.into(),
        span,
        attributes: Fields::new(),
        note: None,
        annotator: "quiet-heron".into(),
        created: Timestamp::from_millis(1_795_262_400_000),
        updated: Timestamp::from_millis(1_795_262_400_123),
        origin: Origin::Human,
    }
}

/// The small corpus: nested, overlapping and coinciding spans, every kind of record, and an empty article.
pub(super) fn small() -> Generated {
    let (text, found) = marked::spans(
        "⟦Who said what 👩\u{200d}👩\u{200d}👧\u{200d}👦⟧\n\n\
         ⟦By Ada Lovelace⟧\n\n\
         ⟦“⟦Rivne\u{a0}holds⟧”⟧, ⟦⟦cafe\u{301}-goers⟧ in 基辅 told the \"Herald\"\t⟧⟦reportedly⟧ 😀.\n\
         ⟦قال الرئيس⟧ ⟦says it\n\n\
         ⟦What comes next⟧\n\
         again⟧.\n\
         ⟦Subscribe!⟧",
    );
    let [
        title,
        byline,
        outer,
        inner,
        told,
        goers,
        reportedly,
        arabic,
        long,
        heading,
        junk,
    ] = found[..]
    else {
        panic!("expected 11 spans, found {}", found.len());
    };
    let metadata = Metadata {
        title: Some("Who said what".into()),
        source_url: Some("https://example.org/who?a=1&b=2".into()),
        published: Some("2026-11-20".into()),
        retrieved: Some("2026-11-21T08:30:00+02:00".into()),
    };
    let mut records = Records::default();
    set(&mut records, "", Record::Status(Status::InProgress));
    set(&mut records, "topic", Record::Field("war".into()));
    set(
        &mut records,
        "checked",
        Record::Field(serde_json::json!({"by": ["a", 1, null], "done": true})),
    );
    for (id, kind, span) in [
        ("r4", RegionKind::Junk, junk),
        ("r3", RegionKind::Heading, heading),
        ("r1", RegionKind::Title, title),
        ("r2", RegionKind::Byline, byline),
    ] {
        set(&mut records, id, Record::Region(Region { kind, span }));
    }
    let mut figures = Fields::new();
    figures.insert(
        "figures".into(),
        serde_json::json!([{"value": 1.5, "unit": "km", "bound": "over"}]),
    );
    figures.insert("checkable".into(), "yes".into());
    let mut source = Fields::new();
    source.insert("source".into(), part::to_value(&text, goers));
    source.insert("entity".into(), "e1".into());
    for (id, annotation) in [
        (
            "019ab001-0000-7000-8000-000000000001",
            Annotation {
                attributes: figures,
                note: Some("A note with \"quotes\",\ta tab\nand a line.".into()),
                ..annotation("claim", outer)
            },
        ),
        (
            "019ab001-0000-7000-8000-000000000002",
            Annotation {
                note: Some("".into()),
                origin: Origin::Rule,
                ..annotation("claim", inner)
            },
        ),
        (
            "019ab001-0000-7000-8000-000000000003",
            annotation("unverified", inner),
        ),
        (
            "019ab001-0000-7000-8000-000000000004",
            Annotation {
                attributes: source,
                ..annotation("attribution", told)
            },
        ),
        (
            "T1",
            Annotation {
                origin: Origin::Imported,
                ..annotation("source", goers)
            },
        ),
        (
            "019ab001-0000-7000-8000-000000000005",
            annotation("unverified", reportedly),
        ),
        (
            "019ab001-0000-7000-8000-000000000006",
            annotation("attribution", arabic),
        ),
        ("019ab001-0000-7000-8000-000000000007", annotation("claim", long)),
    ] {
        set(&mut records, id, Record::Annotation(annotation));
    }
    for (id, kind, from, to) in [
        ("l1", RelationKind::Attributes, 4, 1),
        ("l2", RelationKind::Doubts, 5, 1),
        ("l3", RelationKind::Via, 6, 4),
    ] {
        let end = |number| RecordId::from(format!("019ab001-0000-7000-8000-00000000000{number}").as_str());
        let (from, to) = (end(from), end(to));
        set(&mut records, id, Record::Relation(Relation { kind, from, to }));
    }
    let bare = Article::new("bare".into(), Metadata::default(), Text::new(""));
    let mut corpus = Records::default();
    let entity = Entity {
        name: "Guests of cafés".into(),
        aliases: vec!["cafe\u{301}-goers".into(), "café-goers".into()],
    };
    set(&mut corpus, "e1", Record::Entity(entity));
    let group = ClaimGroup {
        name: "Rivne holds".into(),
        members: vec![
            "019ab001-0000-7000-8000-000000000001".into(),
            "019ab001-0000-7000-8000-000000000002".into(),
        ],
    };
    set(&mut corpus, "g1", Record::ClaimGroup(group));
    Generated {
        scheme: Scheme::news_claims(),
        articles: vec![
            (Article::new("who".into(), metadata, text), records),
            (bare, Records::default()),
        ],
        records: corpus,
        exported_at: Timestamp::from_millis(1_795_262_400_123),
    }
}
