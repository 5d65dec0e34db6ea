//! Records for the tests of this ring.

use crate::core::id::{ArticleId, RecordId, WriterId};
use crate::core::record::{
    Annotation, ArticleRecord, ClaimGroup, Entity, Fields, Metadata, Origin, Record, RecordKey, RecordKind,
    Region, RegionKind, Relation, RelationKind, Status,
};
use crate::core::records::{Records, Stamp, Versioned};
use crate::core::text::Span;
use crate::core::timestamp::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const WRITERS: [WriterId; 2] = [WriterId(0x00c0_ffee_0000_0001), WriterId(u64::MAX)];

/// Key and value of a golden file.
pub(super) fn golden(file: &str) -> (&str, &str) {
    let (key, value) = file.split_once('\n').unwrap();
    (key, value.strip_suffix('\n').unwrap())
}

pub(super) fn article() -> ArticleId {
    "001-reuters-ship-fire".into()
}

/// What labelling one span with the keyboard writes.
pub(super) fn plain_label() -> (RecordKey, Option<Record>) {
    let id = RecordId::new_v7(1_795_262_400_100, &[0x5A; 10]);
    let created = Timestamp::from_millis(1_795_262_400_123);
    let annotation = Annotation {
        label: "attribution".into(),
        span: Span::new(12_863, 12_951).unwrap(),
        attributes: Fields::new(),
        note: None,
        annotator: "quiet-heron-42".into(),
        created,
        updated: created,
        origin: Origin::Human,
    };
    (
        RecordKey::annotation(&article(), id),
        Some(Record::Annotation(annotation)),
    )
}

/// A record of each kind and a removal; those of the corpus as a whole come last.
pub(super) fn one_of_each() -> Vec<(RecordKey, Option<Record>)> {
    let article = article();
    let of = |kind, id: &str| RecordKey::of_article(&article, kind, id.into());
    let of_corpus = |kind, id: &str| RecordKey {
        article: None,
        kind,
        id: id.into(),
    };
    let Some(Record::Annotation(plain)) = plain_label().1 else {
        unreachable!("it is an annotation");
    };
    let full = Annotation {
        label: "unverified".into(),
        span: Span::new(0, 4).unwrap(),
        attributes: [("why".to_string(), json!({"said": ["\"so\"", 1.5, null]}))]
            .into_iter()
            .collect(),
        note: Some("отметка\n😀".into()),
        updated: Timestamp::from_millis(1_795_262_500_000),
        origin: Origin::Imported,
        ..plain
    };
    let metadata = Metadata {
        title: Some("Ship on fire".into()),
        source_url: None,
        published: Some("2026-11".into()),
        retrieved: None,
    };
    vec![
        (
            RecordKey::article(&article),
            Some(Record::Article(ArticleRecord {
                sha256: "ab".repeat(32).into(),
                metadata,
            })),
        ),
        (
            RecordKey::status(&article),
            Some(Record::Status(Status::InProgress)),
        ),
        (of(RecordKind::Field, "topic"), Some(Record::Field(json!("fire")))),
        (
            of(RecordKind::Region, "0190163d-8694-439b-aea5-966c26f8ad91"),
            Some(Record::Region(Region {
                kind: RegionKind::Byline,
                span: Span::new(3, 9).unwrap(),
            })),
        ),
        plain_label(),
        (
            of(RecordKind::Annotation, "c1 😀"),
            Some(Record::Annotation(full)),
        ),
        (
            of(RecordKind::Annotation, "0190163d-8694-739b-aea5-966c26f8ad91"),
            None,
        ),
        (
            of(RecordKind::Relation, "r1"),
            Some(Record::Relation(Relation {
                kind: RelationKind::Via,
                from: "c1 😀".into(),
                to: "0190163d-8694-739b-aea5-966c26f8ad91".into(),
            })),
        ),
        (
            of_corpus(RecordKind::Entity, "e1"),
            Some(Record::Entity(Entity {
                name: "Coast guard".into(),
                aliases: vec!["the guard".into()],
            })),
        ),
        (
            of_corpus(RecordKind::ClaimGroup, "g1"),
            Some(Record::ClaimGroup(ClaimGroup {
                name: "Two died".into(),
                members: vec!["c1 😀".into()],
            })),
        ),
    ]
}

fn text() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![
        "[a-z]{0,6}".prop_map(Arc::from),
        any::<String>().prop_map(Arc::from),
        Just(Arc::from("👨‍👩‍👧 \"\\\n:")),
    ]
}

pub(super) fn id() -> impl Strategy<Value = RecordId> {
    let v7 = |millis: u64, random: [u8; 10]| RecordId::new_v7(millis, &random);
    prop_oneof![
        3 => (1_700_000_000_000..1_800_000_000_000_u64, any::<[u8; 10]>()).prop_map(move |(m, r)| v7(m, r)),
        1 => (0..1_u64 << 48, any::<[u8; 10]>()).prop_map(move |(m, r)| v7(m, r)),
        1 => any::<u128>().prop_map(|bits| RecordId::from(&*uuid::Uuid::from_u128(bits).to_string())),
        1 => any::<u128>()
            .prop_map(|bits| RecordId::from(&*uuid::Uuid::from_u128(bits).to_string().to_uppercase())),
        1 => text().prop_map(|text| RecordId::from(&*text)),
    ]
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        1_700_000_000_000..1_800_000_000_000_i64,
        any::<i64>(),
        Just(i64::MAX)
    ]
    .prop_map(Timestamp::from_millis)
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        (0..1_000_000_u32, 1..200_u32).prop_map(|(start, len)| (start, start + len)),
        (0..u32::MAX).prop_flat_map(|start| (Just(start), start + 1..=u32::MAX)),
    ]
    .prop_map(|(start, end)| Span::new(start as usize, end as usize).unwrap())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        text().prop_map(|text| Value::from(&*text)),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{0,3}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn annotation() -> impl Strategy<Value = Annotation> {
    let plain = (
        prop_oneof![Just("claim".into()), text()],
        span(),
        text(),
        timestamp(),
        prop::option::of(timestamp()),
        prop_oneof![Just(Origin::Human), Just(Origin::Rule), Just(Origin::Imported)],
    );
    let attributes =
        prop::collection::btree_map("[a-z]{0,3}", value(), 0..3).prop_map(|map| map.into_iter().collect());
    let extras = prop::option::of((attributes, prop::option::of(text())));
    (plain, extras).prop_map(
        |((label, span, annotator, created, updated, origin), extras): (_, Option<(Fields, _)>)| {
            let (attributes, note) = extras.unwrap_or_default();
            Annotation {
                label: (&*label).into(),
                span,
                attributes,
                note,
                annotator,
                created,
                updated: updated.unwrap_or(created),
                origin,
            }
        },
    )
}

pub(super) fn record() -> impl Strategy<Value = Record> {
    let maybe = || prop::option::of(text());
    let region = prop_oneof![
        Just(RegionKind::Title),
        Just(RegionKind::Heading),
        Just(RegionKind::Junk)
    ];
    let relation = prop_oneof![
        Just(RelationKind::Attributes),
        Just(RelationKind::Doubts),
        Just(RelationKind::Via)
    ];
    prop_oneof![
        6 => annotation().prop_map(Record::Annotation),
        1 => prop_oneof![Just(Status::NotStarted), Just(Status::InProgress), Just(Status::Done)]
            .prop_map(Record::Status),
        1 => value().prop_map(Record::Field),
        1 => (region, span()).prop_map(|(kind, span)| Record::Region(Region { kind, span })),
        1 => (relation, id(), id())
            .prop_map(|(kind, from, to)| Record::Relation(Relation { kind, from, to })),
        1 => (text(), prop::collection::vec(text(), 0..3))
            .prop_map(|(name, aliases)| Record::Entity(Entity { name, aliases })),
        1 => (text(), prop::collection::vec(id(), 0..3))
            .prop_map(|(name, members)| Record::ClaimGroup(ClaimGroup { name, members })),
        1 => (text(), maybe(), maybe(), maybe(), maybe()).prop_map(
            |(sha256, title, source_url, published, retrieved)| {
                let metadata = Metadata { title, source_url, published, retrieved };
                Record::Article(ArticleRecord { sha256, metadata })
            }
        ),
    ]
}

/// Any change: a record, or its removal.
pub(super) fn change() -> impl Strategy<Value = (RecordKey, Option<Record>)> {
    (
        prop::option::of(text()),
        id(),
        record(),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(article, id, record, removed)| {
            let article = article.map(|article| (&*article).into());
            let kind = record.kind();
            (RecordKey { article, kind, id }, (!removed).then_some(record))
        })
}

/// Any records, removed ones and all.
pub(super) fn records() -> impl Strategy<Value = Records> {
    let time = prop_oneof![1..1000_u64, any::<u64>(), Just(u64::MAX)];
    let writer = prop_oneof![
        Just(WRITERS[0]),
        Just(WRITERS[1]),
        any::<u64>().prop_map(WriterId)
    ];
    prop::collection::vec((change(), time, writer), 0..30).prop_map(|changes| {
        changes
            .into_iter()
            .map(|((key, record), time, writer)| {
                let stamp = Stamp { time, writer };
                (key.kind, key.id, Versioned { stamp, record })
            })
            .filter(|(.., version)| version.stamp != Stamp::SUPPLIED)
            .collect()
    })
}
