//! doccano: JSON Lines, one article a line, with entities and relations.
//!
//! A line is what doccano calls JSONL(relation): `text`, `entities` and `relations`, each entity
//! named by a whole number of its own in the file. Other keys are the line's metadata: doccano keeps them and
//! writes them out again, so what is ours comes back (`ExportedExample.to_dict` in its back end).
//!
//! # What the offsets count
//! doccano does not say. Its back end stores the numbers as they come and gives them out as they are
//! (`SpanLabel` in `data_import/pipeline/label.py`, `ExportedSpan` in `data_export/models.py`), so what reads them
//! is its page. That cuts JavaScript strings with them: UTF-16 code units, which it calls code points
//! (`Text.ts` of doccano/v-annotator; issues 2290 and 2484 of doccano/doccano). In a project that is set to count
//! grapheme clusters as one character they count those. UTF-16 code units are written here, since that is what a
//! project counts unless it is set otherwise, and a file that does not say its unit is read as
//! `Received::decide` in `unit.rs` has it.

use super::json::{CORRECT, Object, Place, shown};
use super::kept::{self, KEY, Kept, Labelled};
use super::lines::Lines;
use super::peer::{Entry, EntryLink, EntrySpan, Gathering, Peer};
use super::unit::Unit;
use super::values::{each_value, first_value};
use super::{
    Corpus, ExportError, ExportFormat, Feature, File, ImportError, ImportFormat, Inventory, Loss, Output,
};
use crate::core::id::LabelId;
use crate::core::import::Imported;
use crate::core::timestamp::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// doccano (JSON Lines).
#[derive(Clone, Copy, Debug)]
pub struct Doccano;

static PEER: Peer = Peer {
    name: "doccano",
    units: &[Unit::Utf16, Unit::CodePoints, Unit::Graphemes],
    links_words: false,
};

/// The keys that spans stand under, by doccano's version and the kind of project.
const SPANS: [&str; 4] = ["entities", "label", "labels", "spans"];

impl ExportFormat for Doccano {
    fn id(&self) -> &'static str {
        "doccano"
    }

    fn name(&self) -> &'static str {
        "doccano (JSON Lines)"
    }

    fn about(&self) -> &'static str {
        "For a doccano project of sequence labelling that allows overlapping spans and uses relations."
    }

    fn media_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-doccano"
    }

    fn file_extension(&self) -> &'static str {
        "jsonl"
    }

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        let empty = corpus
            .articles
            .iter()
            .filter(|article| article.article.text.is_empty());
        let mut losses = inventory.lost(&[Feature::Entity, Feature::ClaimGroup]);
        losses.extend(Loss::of(
            empty.count(),
            "article without text, which doccano refuses",
            "articles without text, which doccano refuses",
        ));
        losses
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut lines = Lines::new(output);
        let mut ids = 0..;
        for &article in &corpus.articles {
            if article.article.text.is_empty() {
                lines.end_article()?;
                continue;
            }
            let labelled = Labelled::of(article, Unit::Utf16, |_| true)?;
            let entities: Vec<_> = labelled
                .spans
                .iter()
                .zip(&mut ids)
                .map(|(span, id)| EntityRow {
                    id,
                    label: &span.annotation.label,
                    start_offset: span.start,
                    end_offset: span.end,
                })
                .collect();
            let relations = labelled
                .links
                .iter()
                .zip(0..)
                .map(|(link, id)| RelationRow {
                    id,
                    from_id: entities[link.from].id,
                    to_id: entities[link.to].id,
                    r#type: link.kind.as_str(),
                })
                .collect();
            let row = Row {
                text: &article.article.text,
                entities,
                relations,
                hearsay: labelled.kept,
            };
            lines.add(&row)?;
            lines.end_article()?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Row<'a> {
    text: &'a str,
    entities: Vec<EntityRow<'a>>,
    relations: Vec<RelationRow>,
    hearsay: Kept<'a>,
}

#[derive(Serialize)]
struct EntityRow<'a> {
    id: u32,
    label: &'a LabelId,
    start_offset: u32,
    end_offset: u32,
}

#[derive(Serialize)]
struct RelationRow {
    id: u32,
    from_id: u32,
    to_id: u32,
    r#type: &'static str,
}

impl ImportFormat for Doccano {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    fn recognises(&self, file: &File) -> bool {
        let Some(Value::Object(first)) = first_value(&file.bytes) else {
            return false;
        };
        let has_text = ["text", "data"]
            .iter()
            .any(|key| first.get(*key).is_some_and(Value::is_string));
        let is_span = |span: &Value| match span {
            Value::Array(span) => span.len() >= 3,
            Value::Object(span) => span.contains_key("start_offset"),
            _ => false,
        };
        has_text
            && SPANS.iter().any(|key| match first.get(*key) {
                Some(Value::Array(spans)) => {
                    spans.first().map_or(*key != "spans" || first.len() == 2, is_span)
                }
                _ => false,
            })
    }

    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
        let mut gathering = Gathering::new(&PEER, now);
        let mut strays = Strays::default();
        for file in files {
            each_value(&file.bytes, |value, whence, place| {
                let entry = entry(Object::new(value, place)?, &mut strays)?;
                gathering.add(file, whence, place, entry)
            })
            .map_err(|error| error.in_file(file))?;
        }
        gathering.count(
            strays.labels,
            "label is",
            "labels are",
            "of a whole text, not of a span",
        );
        gathering.count(
            strays.relations,
            "relation has",
            "relations have",
            "an end that is not there",
        );
        Ok(gathering.finish())
    }
}

/// What a doccano file may hold and a corpus does not.
#[derive(Default)]
struct Strays {
    /// Labels of a whole text.
    labels: usize,
    /// Relations of which an end is not in the file.
    relations: usize,
}

fn entry(mut object: Object<'_>, strays: &mut Strays) -> Result<Entry, ImportError> {
    let key = if object.has("text") { "text" } else { "data" };
    let text = object.string(key)?;
    let kept = object.any(KEY);
    let kept = match kept {
        Some(value) => kept::read(value, &object.place().key(KEY))?,
        None => None,
    };
    let mut spans = Vec::new();
    let mut numbers = HashMap::new();
    for key in SPANS {
        let found = object.list_if_any(key, |value, place| {
            if value.is_string() {
                strays.labels += 1;
                return Ok(None);
            }
            span(value, place).map(Some)
        })?;
        for (id, span) in found.into_iter().flatten() {
            if let Some(id) = id {
                numbers.insert(id.to_string(), spans.len());
            }
            spans.push(span);
        }
    }
    let links = object.list_if_any("relations", |value, place| {
        let mut relation = Object::new(value, place)?;
        let mut end = |key| {
            let id = relation.any(key).unwrap_or_default();
            numbers.get(&id.to_string()).copied()
        };
        let ends = end("from_id").zip(end("to_id"));
        let kind = relation.name("type")?;
        strays.relations += usize::from(ends.is_none());
        Ok(ends.map(|(from, to)| EntryLink { kind, from, to }))
    })?;
    object.any("id");
    let is_said = |value: &Value| value.as_array().is_none_or(|list| !list.is_empty());
    Ok(Entry {
        text,
        spans,
        links: links.into_iter().flatten().collect(),
        fields: object
            .rest()
            .into_iter()
            .filter(|(_, value)| is_said(value))
            .collect(),
        kept,
        ..Entry::default()
    })
}

/// A span as either version writes it: `[start, end, label]`, or an object.
fn span(value: Value, place: &Place<'_>) -> Result<(Option<Value>, EntrySpan), ImportError> {
    let object = match value {
        Value::Array(items) => {
            let [start, end, label] = <[Value; 3]>::try_from(items).map_err(|items| {
                place.error(
                    "a start, an end and a label",
                    format!("a list of {}", items.len()),
                    CORRECT,
                )
            })?;
            serde_json::json!({ "start_offset": start, "end_offset": end, "label": label })
        }
        Value::Object(mut object) => {
            for (short, long) in [("start", "start_offset"), ("end", "end_offset")] {
                if let Some(offset) = object.remove(short) {
                    object.entry(long).or_insert(offset);
                }
            }
            Value::Object(object)
        }
        other => return Err(place.error("a span", shown(&other), CORRECT)),
    };
    let mut object = Object::new(object, place)?;
    let span = EntrySpan {
        place: place.to_string(),
        start: object.whole_number("start_offset")?,
        end: object.whole_number("end_offset")?,
        label: object.name("label")?,
        ..EntrySpan::default()
    };
    Ok((object.any("id"), span))
}

#[cfg(test)]
mod tests;
