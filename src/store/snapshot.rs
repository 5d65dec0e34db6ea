//! Snapshots: all records of one scope in one value, removed ones included, each with its stamp.
//!
//! The body has two lines of JSON. The first is a summary, for whoever lists what is stored without this program.
//! The second is
//! `[strings, writers, ids, shapes, annotations, extras, removed shapes, removed, rows]`:
//! - `strings` are label ids and annotators, `writers` writer ids; each is written once and named by its place.
//!   `ids` are the ids of annotations, then of removed records, that are no UUIDs, in the order of their use.
//! - A *shape* is what many annotations share: `[label, annotator, origin, writer, form of the id, has extras]`.
//!   `annotations` is one text of packed (`packed.rs`) numbers, for each annotation its shape, created, id,
//!   start, length, updated and Lamport time. Created, start and Lamport time are distances from the
//!   annotation before; updated and the time in the id are distances from created. So a plain annotation takes
//!   some thirty characters, of which thirteen are the random part of its id.
//! - `extras` has `[attributes, note]` for each annotation whose shape says so, in order.
//! - Removals are packed likewise: `[kind, writer, form of the id]`, then shape, id and Lamport time.
//! - `rows` are all other records, `[kind, id, time, writer, record]`.
//!
//! Records that the page itself brings along ([`Stamp::SUPPLIED`]) are left out.

use super::envelope::{self, Kind, Unreadable};
use super::packed::{Packer, Unpacker, V7};
use crate::core::id::{LabelId, RecordId, WriterId};
use crate::core::record::{Annotation, Fields, Origin, Record, RecordKind, Status};
use crate::core::records::{Records, Stamp, Versioned};
use crate::core::text::Span;
use crate::core::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a list of articles shows of one, as it was when the snapshot was written.
#[derive(Default, Serialize)]
struct Summary {
    /// How far the work is.
    status: Status,
    /// How many annotations there are with each label.
    labels: BTreeMap<LabelId, usize>,
    /// How many regions there are, besides those supplied with the article.
    regions: usize,
}

/// How an id is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// A UUID of version 7, without what is fixed in it.
    V7,
    /// Any other UUID.
    Uuid,
    /// The next of `ids`.
    Other,
}

/// Label, annotator, origin, writer, form of the id, whether there are extras.
type Shape = (usize, usize, Origin, usize, Form, bool);
/// How many characters an annotation takes that is as small as they usually are.
const USUAL: usize = 20;
/// Kind, writer, form of the id.
type RemovedShape = (RecordKind, usize, Form);
type Extras<'a> = (&'a Fields, Option<&'a Arc<str>>);
type OwnedExtras = (Fields, Option<Arc<str>>);
type Row<'a> = (RecordKind, &'a RecordId, u64, usize, &'a Record);
type OwnedRow = (RecordKind, RecordId, u64, usize, Record);

type Body<'a> = (
    &'a [&'a str],
    &'a [WriterId],
    &'a [&'a RecordId],
    &'a [Shape],
    &'a str,
    &'a [Extras<'a>],
    &'a [RemovedShape],
    &'a str,
    &'a [Row<'a>],
);
type OwnedBody = (
    Vec<Arc<str>>,
    Vec<WriterId>,
    Vec<RecordId>,
    Vec<Shape>,
    String,
    Vec<OwnedExtras>,
    Vec<RemovedShape>,
    String,
    Vec<OwnedRow>,
);

/// Things that are written once and named by their place.
struct Table<T> {
    all: Vec<T>,
    places: BTreeMap<T, usize>,
}

impl<T: Ord + Copy> Table<T> {
    fn new() -> Self {
        Self {
            all: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    fn place(&mut self, item: T) -> usize {
        *self.places.entry(item).or_insert_with(|| {
            self.all.push(item);
            self.all.len() - 1
        })
    }
}

/// The value to store under `key` for `records`.
///
/// # Errors
/// Where a record holds something that JSON cannot.
pub(super) fn encode(key: &str, records: &Records) -> Result<String, String> {
    let versions = records.versions();
    sealed(
        key,
        versions.map(|(kind, id, version)| (kind, id, version.stamp, version.record.as_ref())),
    )
}

/// A version of a record as it is written: kind, id, stamp, and what it is, where it was not removed.
type Written<'a> = (RecordKind, &'a RecordId, Stamp, Option<&'a Record>);

fn sealed<'a>(key: &str, versions: impl Iterator<Item = Written<'a>>) -> Result<String, String> {
    let mut summary = Summary::default();
    let (mut strings, mut writers) = (Table::new(), Table::new());
    let (mut shapes, mut removed_shapes) = (Table::new(), Table::new());
    let (mut annotations, mut removed) = (Packer::default(), Packer::default());
    let (mut ids, mut removed_ids) = (Vec::new(), Vec::new());
    let (mut extras, mut rows) = (Vec::new(), Vec::new());
    let mut last = Last::default();
    let mut last_removed = Last::default();

    for (kind, id, stamp, record) in versions {
        if stamp == Stamp::SUPPLIED {
            continue;
        }
        let Stamp { time, writer } = stamp;
        let writer = writers.place(writer);
        match record {
            Some(Record::Annotation(annotation)) if kind == RecordKind::Annotation => {
                match summary.labels.get_mut(&annotation.label) {
                    Some(count) => *count += 1,
                    None => {
                        summary.labels.insert(annotation.label.clone(), 1);
                    }
                }
                let has_extras = !annotation.attributes.is_empty() || annotation.note.is_some();
                let shape: Shape = (
                    strings.place(annotation.label.as_str()),
                    strings.place(&*annotation.annotator),
                    annotation.origin,
                    writer,
                    form_of(id),
                    has_extras,
                );
                let (created, start) = (annotation.created.millis(), i64::from(annotation.span.start().0));
                annotations.number(shapes.place(shape) as u64);
                annotations.distance(last.millis, created);
                pack_id(&mut annotations, &mut ids, created, id);
                annotations.distance(last.start, start);
                annotations.number(annotation.span.byte_len().into());
                annotations.distance(created, annotation.updated.millis());
                annotations.distance(last.time, time.cast_signed());
                last = Last {
                    millis: created,
                    start,
                    time: time.cast_signed(),
                };
                if has_extras {
                    extras.push((&annotation.attributes, annotation.note.as_ref()));
                }
            }
            Some(record) => {
                match record {
                    Record::Status(status) => summary.status = *status,
                    Record::Region(_) => summary.regions += 1,
                    _ => {}
                }
                rows.push((kind, id, time, writer, record));
            }
            None => {
                removed.number(removed_shapes.place((kind, writer, form_of(id))) as u64);
                let millis = pack_id(&mut removed, &mut removed_ids, last_removed.millis, id);
                removed.distance(last_removed.time, time.cast_signed());
                last_removed = Last {
                    millis: millis.unwrap_or(last_removed.millis),
                    time: time.cast_signed(),
                    start: 0,
                };
            }
        }
    }

    let (annotations, removed) = (annotations.finish(), removed.finish());
    ids.extend(removed_ids);
    let body: Body<'_> = (
        &strings.all,
        &writers.all,
        &ids,
        &shapes.all,
        &annotations,
        &extras,
        &removed_shapes.all,
        &removed,
        &rows,
    );
    let mut text = serde_json::to_string(&summary).map_err(|error| error.to_string())?;
    text.push('\n');
    text.push_str(&serde_json::to_string(&body).map_err(|error| error.to_string())?);
    Ok(envelope::seal(key, &text))
}

/// Reads the snapshot under `key`.
///
/// # Errors
/// Where a newer page wrote it, or where it is not what was written.
pub(super) fn decode(key: &str, value: &str) -> Result<Records, Unreadable> {
    let body = envelope::open(Kind::Snapshot, key, value)?;
    records_of(&body).map_err(Unreadable::Damaged)
}

/// The key under which a copy is sealed that is stored nowhere.
const COPY: &str = "copy";

/// The living records of one scope in the form of a snapshot, to be handed to another thread. Their stamps stay
/// behind.
///
/// # Errors
/// Where a record holds something that JSON cannot.
pub fn copy(records: &Records) -> Result<String, String> {
    let stamp = Stamp {
        time: 1,
        writer: WriterId(0),
    };
    let living = records
        .versions()
        .filter(|(.., version)| version.record.is_some())
        .map(|(kind, id, version)| (kind, id, stamp, version.record.as_ref()));
    sealed(COPY, living)
}

/// The records that [`copy`] was made of, all of one stamp.
///
/// # Errors
/// Where it is not what was made.
pub fn copied(copy: &str) -> Result<Records, String> {
    decode(COPY, copy).map_err(|error| error.to_string())
}

/// What the next distances are counted from.
#[derive(Default)]
struct Last {
    millis: i64,
    start: i64,
    time: i64,
}

fn form_of(id: &RecordId) -> Form {
    match id.uuid() {
        Some(uuid) if V7::of(uuid).is_some() => Form::V7,
        Some(_) => Form::Uuid,
        None => Form::Other,
    }
}

/// Writes `id`, and returns the time in it, where it has one. `near` is where that time is likely to be.
fn pack_id<'a>(packer: &mut Packer, ids: &mut Vec<&'a RecordId>, near: i64, id: &'a RecordId) -> Option<i64> {
    let Some(uuid) = id.uuid() else {
        ids.push(id);
        return None;
    };
    let Some(seven) = V7::of(uuid) else {
        packer.uuid(uuid);
        return None;
    };
    packer.v7(near, seven);
    Some(seven.millis)
}

fn records_of(body: &str) -> Result<Records, String> {
    let (_, body) = body.split_once('\n').ok_or("it ends behind its summary")?;
    let (strings, writers, ids, shapes, annotations, extras, removed_shapes, removed, rows): OwnedBody =
        serde_json::from_str(body).map_err(|error| error.to_string())?;
    let mut ids = ids.into_iter();
    let mut versions = Vec::with_capacity(annotations.len() / USUAL + rows.len());

    let mut annotations = Annotations {
        packed: Unpacker::new(&annotations),
        labels: strings.iter().map(|string| LabelId::from(&**string)).collect(),
        strings,
        shapes,
        extras: extras.into_iter(),
        last: Last::default(),
    };
    while !annotations.packed.is_at_end() {
        let (id, version) = annotations
            .next(&writers, &mut ids)
            .ok_or("its annotations cannot be read")?;
        versions.push((RecordKind::Annotation, id, version));
    }
    if annotations.extras.next().is_some() {
        return Err("it has more extras than annotations".into());
    }

    let mut removals = Removals {
        packed: Unpacker::new(&removed),
        shapes: removed_shapes,
        last: Last::default(),
    };
    while !removals.packed.is_at_end() {
        let removal = removals
            .next(&writers, &mut ids)
            .ok_or("its removals cannot be read")?;
        versions.push(removal);
    }
    if ids.next().is_some() {
        return Err("it has more ids than records".into());
    }

    for (kind, id, time, writer, record) in rows {
        let writer = *writers.get(writer).ok_or("it names a writer that it lacks")?;
        let version = Versioned {
            stamp: Stamp { time, writer },
            record: Some(record),
        };
        versions.push((kind, id, version));
    }
    Ok(versions.into_iter().collect())
}

struct Annotations<'a> {
    packed: Unpacker<'a>,
    labels: Vec<LabelId>,
    strings: Vec<Arc<str>>,
    shapes: Vec<Shape>,
    extras: std::vec::IntoIter<OwnedExtras>,
    last: Last,
}

impl Annotations<'_> {
    fn next(
        &mut self,
        writers: &[WriterId],
        ids: &mut impl Iterator<Item = RecordId>,
    ) -> Option<(RecordId, Versioned)> {
        let packed = &mut self.packed;
        let shape = usize::try_from(packed.number()?).ok()?;
        let &(label, annotator, origin, writer, form, has_extras) = self.shapes.get(shape)?;
        let millis = packed.distance(self.last.millis)?;
        let (id, _) = unpack_id(packed, ids, form, millis)?;
        let start = packed.distance(self.last.start)?;
        let end = start.checked_add(i64::try_from(packed.number()?).ok()?)?;
        let updated = packed.distance(millis)?;
        let time = packed.distance(self.last.time)?;
        self.last = Last { millis, start, time };
        let (attributes, note) = if has_extras {
            self.extras.next()?
        } else {
            Default::default()
        };
        let annotation = Annotation {
            label: self.labels.get(label)?.clone(),
            span: Span::new(offset(start)?, offset(end)?)?,
            attributes,
            note,
            annotator: self.strings.get(annotator)?.clone(),
            created: timestamp(millis)?,
            updated: timestamp(updated)?,
            origin,
        };
        let stamp = Stamp {
            time: time.cast_unsigned(),
            writer: *writers.get(writer)?,
        };
        let record = Some(Record::Annotation(annotation));
        Some((id, Versioned { stamp, record }))
    }
}

struct Removals<'a> {
    packed: Unpacker<'a>,
    shapes: Vec<RemovedShape>,
    last: Last,
}

impl Removals<'_> {
    fn next(
        &mut self,
        writers: &[WriterId],
        ids: &mut impl Iterator<Item = RecordId>,
    ) -> Option<(RecordKind, RecordId, Versioned)> {
        let shape = usize::try_from(self.packed.number()?).ok()?;
        let &(kind, writer, form) = self.shapes.get(shape)?;
        let (id, millis) = unpack_id(&mut self.packed, ids, form, self.last.millis)?;
        let time = self.packed.distance(self.last.time)?;
        self.last.time = time;
        self.last.millis = millis.unwrap_or(self.last.millis);
        let stamp = Stamp {
            time: time.cast_unsigned(),
            writer: *writers.get(writer)?,
        };
        Some((kind, id, Versioned { stamp, record: None }))
    }
}

fn unpack_id(
    packed: &mut Unpacker<'_>,
    ids: &mut impl Iterator<Item = RecordId>,
    form: Form,
    near: i64,
) -> Option<(RecordId, Option<i64>)> {
    Some(match form {
        Form::V7 => {
            let seven = packed.v7(near)?;
            (seven.uuid().into(), Some(seven.millis))
        }
        Form::Uuid => (packed.uuid()?.into(), None),
        Form::Other => (ids.next()?, None),
    })
}

fn offset(place: i64) -> Option<crate::core::text::ByteOffset> {
    u32::try_from(place).ok().map(crate::core::text::ByteOffset)
}

fn timestamp(millis: i64) -> Option<Timestamp> {
    let time = Timestamp::from_millis(millis);
    (time.millis() == millis).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::key::Key;
    use crate::store::sample;
    use proptest::prelude::*;

    const GOLDEN: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/store/v1/snapshot.txt"
    ));

    fn key() -> String {
        Key::Snapshot(Some(sample::article())).to_string()
    }

    fn encoded(records: &Records) -> String {
        encode(&key(), records).unwrap()
    }

    fn one_of_each() -> Records {
        (1..)
            .zip(sample::one_of_each())
            .map(|(time, (key, record))| {
                let writer = sample::WRITERS[time as usize % 2];
                let stamp = Stamp { time, writer };
                (key.kind, key.id, Versioned { stamp, record })
            })
            .collect()
    }

    /// A whole day's work on an article of 1 MB, by one reviewer in two pages.
    fn plain_annotations(count: u64) -> Records {
        let mut state = 1_u64;
        let mut random = |below: u64| {
            // Knuth's linear congruential generator; its high bits are good enough here.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut now = 1_795_262_400_000;
        (1..=count)
            .map(|number| {
                now += 500 + random(60_000);
                let start = random(1_000_000) as usize;
                let later = if random(4) == 0 { random(3_600_000) } else { 0 };
                let annotation = Annotation {
                    label: ["claim", "attribution", "unverified"][random(3) as usize].into(),
                    span: Span::new(start, start + 1 + random(120) as usize).unwrap(),
                    attributes: Fields::new(),
                    note: None,
                    annotator: "quiet-heron-42".into(),
                    created: Timestamp::from_millis(now as i64),
                    updated: Timestamp::from_millis((now + later) as i64),
                    origin: Origin::Human,
                };
                let id = RecordId::new_v7(now, &std::array::from_fn(|_| random(256) as u8));
                let stamp = Stamp {
                    time: number + random(3) * later / 10_000,
                    writer: sample::WRITERS[random(2) as usize],
                };
                let record = Some(Record::Annotation(annotation));
                (RecordKind::Annotation, id, Versioned { stamp, record })
            })
            .collect()
    }

    #[test]
    fn a_snapshot_of_version_1_opens_for_ever() {
        let (golden_key, value) = sample::golden(GOLDEN);
        assert_eq!(golden_key, key());
        assert_eq!(encoded(&one_of_each()), value);
        assert_eq!(decode(golden_key, value).unwrap(), one_of_each());
    }

    #[test]
    fn a_plain_annotation_takes_at_most_60_units() {
        let records = plain_annotations(10_000);
        let value = encoded(&records);
        let units = value.encode_utf16().count();
        println!(
            "10,000 plain annotations take {:.1} UTF-16 units each",
            units as f64 / 10_000.0
        );
        assert!(units <= 60 * 10_000, "{units}");
        assert_eq!(decode(&key(), &value).unwrap(), records);
    }

    #[test]
    fn supplied_records_are_left_out() {
        let kept = plain_annotations(3);
        let supplied = kept.versions().map(|(kind, id, version)| {
            let stamp = Stamp::SUPPLIED;
            let record = version.record.clone();
            (kind, id.clone(), Versioned { stamp, record })
        });
        assert_eq!(
            decode(&key(), &encoded(&supplied.collect())),
            Ok(Records::default())
        );
        assert_eq!(decode(&key(), &encoded(&kept)), Ok(kept));
    }

    #[test]
    fn a_body_that_says_what_cannot_be_is_damaged() {
        let whole = format!(
            "{{}}\n{}",
            r#"[["claim"],["0000000000000001"],[],[[0,0,"human",0,"uuid",false]],"","#
        );
        let uuid = "A".repeat(22);
        for (annotations, extras, problem) in [
            (format!("AA{uuid}CBAA"), "", ""),
            (format!("AA{uuid}CAAA"), "", "an empty span"),
            (format!("AA{uuid}BBAA"), "", "a place before the text"),
            (format!("BA{uuid}CBAA"), "", "a shape that is not there"),
            (format!("AA{uuid}CBA"), "", "a text cut short"),
            (format!("AA{uuid}CBAA"), "[{},null]", "extras that nothing has"),
        ] {
            let body =
                whole.replacen("\"\"", &format!("\"{annotations}\""), 1) + &format!("[{extras}],[],\"\",[]]");
            let value = envelope::seal(&key(), &body);
            assert_eq!(
                decode(&key(), &value).is_ok(),
                problem.is_empty(),
                "{problem}: {body}"
            );
        }
        for body in ["", "{}", "{}\n", "{}\n[]", "\n{}"] {
            let value = envelope::seal(&key(), body);
            assert!(
                matches!(decode(&key(), &value), Err(Unreadable::Damaged(_))),
                "{body}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

        #[test]
        fn every_snapshot_is_read_as_it_was_written(
            records in sample::records(), cut in any::<prop::sample::Index>(),
        ) {
            let value = encoded(&records);
            prop_assert_eq!(decode(&key(), &value).unwrap(), records);
            let cut: String = value.chars().take(cut.index(value.chars().count())).collect();
            prop_assert!(decode(&key(), &cut).is_err());
        }

        #[test]
        fn no_sealed_body_makes_the_reader_panic(
            records in sample::records(),
            at in any::<prop::sample::Index>(),
            len in 0..4_usize,
            new in "[A-Za-z0-9\\[\\],\"{}:_-]{0,4}",
        ) {
            let value = encoded(&records);
            let (.., body) = { let mut parts = value.splitn(3, ':'); (parts.next(), parts.next(), parts.next().unwrap()) };
            let chars: Vec<char> = body.chars().collect();
            let at = at.index(chars.len());
            let altered: String = chars[..at]
                .iter()
                .copied()
                .chain(new.chars())
                .chain(chars[(at + len).min(chars.len())..].iter().copied())
                .collect();
            let _ = decode(&key(), &envelope::seal(&key(), &altered));
        }
    }
}
