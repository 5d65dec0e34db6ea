//! Generated corpora: what the property tests of every format run over.
//!
//! Texts hold emoji, families of one glyph, combining marks, CJK, right-to-left words, NBSP and CRLF; spans
//! nest, overlap and coincide; notes are missing, empty, and full of quotes and tabs; articles may have no
//! records at all; and some records were removed again.

use super::{Corpus, CorpusArticle, Texts};
use crate::core::article::{Article, normalised};
use crate::core::id::{RecordId, WriterId};
use crate::core::record::{
    Annotation, ClaimGroup, Entity, Fields, Metadata, Origin, Record, RecordKind, Region, RegionKind,
    Relation, RelationKind, Status,
};
use crate::core::records::{Records, Stamp};
use crate::core::scheme::Scheme;
use crate::core::text::{ByteOffset, Span, Text};
use crate::core::timestamp::Timestamp;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

/// A corpus that owns what it is made of.
#[derive(Clone, Debug)]
pub(super) struct Generated {
    pub(super) scheme: Scheme,
    pub(super) articles: Vec<(Article, Records)>,
    pub(super) records: Records,
    pub(super) exported_at: Timestamp,
}

impl Generated {
    pub(super) fn corpus(&self) -> Corpus<'_> {
        Corpus {
            scheme: &self.scheme,
            articles: self
                .articles
                .iter()
                .map(|(article, records)| CorpusArticle { article, records })
                .collect(),
            records: &self.records,
            exported_at: self.exported_at,
            texts: Texts::Whole,
        }
    }
}

/// Any corpus.
pub(super) fn corpus() -> impl Strategy<Value = Generated> {
    (
        prop::collection::vec((metadata(), text(), work()), 0..4),
        prop::collection::vec(words(), 0..3),
        prop::collection::vec(any::<Index>(), 0..4),
        time(),
    )
        .prop_map(|(articles, names, members, exported_at)| {
            let articles: Vec<_> = articles
                .into_iter()
                .enumerate()
                .map(|(number, (metadata, text, work))| {
                    let id = format!("{number}_{}", ["plain", "номер", "😀 \"quoted\""][number % 3]);
                    let article = Article::new(id.as_str().into(), metadata, Text::new(normalised(&text)));
                    let records = work.records(number, &article.text);
                    (article, records)
                })
                .collect();
            let annotations: Vec<_> = articles
                .iter()
                .flat_map(|(_, records)| records.annotations().map(|(id, _)| id.clone()))
                .collect();
            let mut members: Vec<_> = members
                .iter()
                .filter(|_| !annotations.is_empty())
                .map(|index| index.get(&annotations).clone())
                .collect();
            members.push("removed".into());
            let mut records = Records::default();
            for (number, name) in names.iter().enumerate() {
                let entity = Record::Entity(Entity {
                    name: name.as_str().into(),
                    aliases: names.iter().map(|name| name.as_str().into()).collect(),
                });
                set(&mut records, id(number, 'e'), entity);
                let group = Record::ClaimGroup(ClaimGroup {
                    name: name.as_str().into(),
                    members: members.clone(),
                });
                set(&mut records, id(number, 'g'), group);
            }
            Generated {
                scheme: Scheme::news_claims(),
                articles,
                records,
                exported_at,
            }
        })
}

/// What is drawn for an article's records, before its text is known.
#[derive(Clone, Debug)]
struct Work {
    status: Option<Status>,
    fields: Fields,
    regions: Vec<(RegionKind, Index, Index)>,
    annotations: Vec<(Index, Index, Annotation)>,
    relations: Vec<(RelationKind, Index, Index)>,
    removed: Option<Index>,
}

impl Work {
    /// The records, on a text.
    fn records(self, article: usize, text: &str) -> Records {
        let mut records = Records::default();
        if let Some(status) = self.status {
            set(&mut records, "".into(), Record::Status(status));
        }
        for (name, value) in self.fields {
            set(&mut records, name.as_str().into(), Record::Field(value));
        }
        for (number, (kind, from, to)) in self.regions.into_iter().enumerate() {
            if let Some(span) = span(text, from, to) {
                set(
                    &mut records,
                    id(number, 'r'),
                    Record::Region(Region { kind, span }),
                );
            }
        }
        let mut annotations = Vec::new();
        for (number, (from, to, annotation)) in self.annotations.into_iter().enumerate() {
            if let Some(span) = span(text, from, to) {
                let id = id(article * 1000 + number, 'a');
                set(
                    &mut records,
                    id.clone(),
                    Record::Annotation(Annotation { span, ..annotation }),
                );
                annotations.push(id);
            }
        }
        if annotations.is_empty() {
            return records;
        }
        for (number, (kind, from, to)) in self.relations.into_iter().enumerate() {
            let (from, to) = (from.get(&annotations).clone(), to.get(&annotations).clone());
            set(
                &mut records,
                id(number, 'l'),
                Record::Relation(Relation { kind, from, to }),
            );
        }
        if let Some(removed) = self.removed {
            let id = removed.get(&annotations).clone();
            records.merge(RecordKind::Annotation, id, LATER, None);
        }
        records
    }
}

const EARLY: Stamp = Stamp {
    time: 1,
    writer: WriterId(1),
};
const LATER: Stamp = Stamp {
    time: 2,
    writer: WriterId(1),
};

fn set(records: &mut Records, id: RecordId, record: Record) {
    records.merge(record.kind(), id, EARLY, Some(record));
}

/// An id of either form: a UUID for every other number.
fn id(number: usize, kind: char) -> RecordId {
    if number.is_multiple_of(2) {
        RecordId::new_v7(1_700_000_000_000 + number as u64, &[kind as u8; 10])
    } else {
        format!("{kind}{number} \"😀\"").as_str().into()
    }
}

fn span(text: &str, from: Index, to: Index) -> Option<Span> {
    let places: Vec<_> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let (from, to): (ByteOffset, ByteOffset) = ((*from.get(&places)).into(), (*to.get(&places)).into());
    Span::new(from.min(to), from.max(to))
}

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[ -~]{0,40}",
        "[àéßøñ–“”‘’…]{0,10}",
        "[中文字语，。]{0,10}",
        "[عربية]{0,10}",
        "[😀👍🏽🇺🇦\u{301}\u{200d}\u{a0}\u{2028}\u{0}\t]{0,10}",
        Just("👩\u{200d}👩\u{200d}👧\u{200d}👦".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\n\n".to_owned()),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{1,20}",
        "[\"\\\\\t\r\n😀\u{301}中]{1,10}",
    ]
}

fn maybe_words() -> impl Strategy<Value = Option<String>> {
    prop::option::of(words())
}

fn metadata() -> impl Strategy<Value = Metadata> {
    (maybe_words(), maybe_words(), maybe_words(), maybe_words()).prop_map(
        |(title, source_url, published, retrieved)| Metadata {
            title: title.map(Into::into),
            source_url: source_url.map(Into::into),
            published: published.map(Into::into),
            retrieved: retrieved.map(Into::into),
        },
    )
}

fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        Just(Timestamp::from_millis(i64::MIN)),
        Just(Timestamp::from_millis(i64::MAX)),
        any::<i64>().prop_map(Timestamp::from_millis),
        (0..4_000_000_000_000_i64).prop_map(Timestamp::from_millis),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1000..1000_i32).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        words().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(words(), inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn fields() -> impl Strategy<Value = Fields> {
    prop::collection::btree_map(words(), value(), 0..3).prop_map(|fields| fields.into_iter().collect())
}

fn annotation() -> impl Strategy<Value = (Index, Index, Annotation)> {
    let label = prop::sample::select(vec!["claim", "attribution", "unverified", "rumour 😀"]);
    let origin = prop::sample::select(vec![Origin::Human, Origin::Rule, Origin::Imported]);
    (
        any::<(Index, Index)>(),
        (label, fields(), maybe_words(), words()),
        (time(), time(), origin),
    )
        .prop_map(
            |((from, to), (label, attributes, note, annotator), (created, updated, origin))| {
                let annotation = Annotation {
                    label: label.into(),
                    // Invariant: 0 < 1. Replaced once the text is known.
                    span: Span::new(0_usize, 1_usize).unwrap(),
                    attributes,
                    note: note.map(Into::into),
                    annotator: annotator.into(),
                    created,
                    updated,
                    origin,
                };
                (from, to, annotation)
            },
        )
}

fn work() -> impl Strategy<Value = Work> {
    let status = prop::sample::select(vec![Status::NotStarted, Status::InProgress, Status::Done]);
    let region = prop::sample::select(vec![
        RegionKind::Title,
        RegionKind::Heading,
        RegionKind::Byline,
        RegionKind::Junk,
    ]);
    let relation = prop::sample::select(vec![
        RelationKind::Attributes,
        RelationKind::Doubts,
        RelationKind::Via,
    ]);
    (
        prop::option::of(status),
        fields(),
        prop::collection::vec((region, any::<Index>(), any::<Index>()), 0..4),
        prop::collection::vec(annotation(), 0..8),
        prop::collection::vec((relation, any::<Index>(), any::<Index>()), 0..4),
        prop::option::of(any::<Index>()),
    )
        .prop_map(
            |(status, fields, regions, annotations, relations, removed)| Work {
                status,
                fields,
                regions,
                annotations,
                relations,
                removed,
            },
        )
}
