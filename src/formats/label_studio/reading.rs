//! Label Studio's tasks in.

use super::super::ImportError;
use super::super::json::{Object, shown};
use super::super::kept::{self, KEY};
use super::super::peer::{Entry, EntryLink, EntrySpan, Gathering};
use super::{MOST_STRINGS, TEXT};
use crate::core::record::Fields;
use crate::core::timestamp::Timestamp;
use serde_json::Value;
use std::collections::HashMap;

/// What a Label Studio file may hold and is left out.
#[derive(Default)]
pub(super) struct Strays {
    /// Annotations that were cancelled.
    cancelled: usize,
    /// Results that are no labelled spans.
    results: usize,
    /// Regions without a label.
    unlabelled: usize,
    /// Relations that are not between two labelled spans.
    relations: usize,
    /// Predictions of tasks that have annotations.
    predictions: usize,
    /// Tasks whose annotations are predictions.
    predicted: usize,
}

impl Strays {
    pub(super) fn tell(&self, gathering: &mut Gathering) {
        let Self {
            cancelled,
            results,
            unlabelled,
            relations,
            predictions,
            predicted,
        } = *self;
        gathering.count(cancelled, "annotation was", "annotations were", "skipped");
        gathering.count(results, "result is", "results are", "no labelled span");
        gathering.count(unlabelled, "region has", "regions have", "no label");
        gathering.count(
            relations,
            "relation is",
            "relations are",
            "not between two labelled spans",
        );
        gathering.count(
            predictions,
            "prediction stands",
            "predictions stand",
            "beside what people have annotated",
        );
        if predicted > 0 {
            gathering.note(format!(
                "Nobody has annotated {predicted} of the tasks: their predictions were read."
            ));
        }
    }
}

/// Who has made results, and when.
#[derive(Clone, Default)]
struct Made {
    by: Option<String>,
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
}

impl Made {
    fn of(object: &mut Object<'_>, by: Option<Value>) -> Self {
        let mut time = |key| object.any(key)?.as_str().and_then(Timestamp::parse);
        Self {
            created: time("created_at"),
            updated: time("updated_at"),
            by: by.and_then(|by| match by {
                Value::String(name) => Some(name),
                Value::Object(person) => {
                    let part = |key| person.get(key).and_then(Value::as_str).unwrap_or_default();
                    let name = format!("{} {}", part("first_name"), part("last_name"));
                    let names = [part("email"), name.trim()];
                    names.into_iter().find(|name| !name.is_empty()).map(str::to_owned)
                }
                number => Some(format!("user {number}")),
            }),
        }
    }
}

/// What is read of the results of a task.
#[derive(Default)]
struct Results {
    spans: Vec<EntrySpan>,
    links: Vec<EntryLink>,
}

/// A task with annotations.
pub(super) fn task(mut object: Object<'_>, strays: &mut Strays) -> Result<Entry, ImportError> {
    let mut results = Results::default();
    let key = if object.has("completions") {
        "completions"
    } else {
        "annotations"
    };
    let made = object.list_if_any(key, |value, place| {
        let mut annotation = Object::new(value, place)?;
        if annotation.any("was_cancelled") == Some(Value::Bool(true)) {
            strays.cancelled += 1;
            return Ok(());
        }
        let by = annotation.any("completed_by");
        let made = Made::of(&mut annotation, by);
        results.add(annotation, &made, strays)
    })?;
    let predictions = object.list_if_any("predictions", |value, place| {
        if !made.is_empty() {
            return Ok(());
        }
        // Some exports list predictions by their ids alone.
        if !value.is_object() {
            return Ok(());
        }
        let mut prediction = Object::new(value, place)?;
        let by = prediction.any("model_version");
        let made = Made::of(&mut prediction, by);
        results.add(prediction, &made, strays)
    })?;
    if made.is_empty() {
        strays.predicted += usize::from(!predictions.is_empty());
    } else {
        strays.predictions += predictions.len();
    }
    let place = object.place().key("data");
    let data = object.any("data").unwrap_or_default();
    results.entry(Object::new(data, &place)?).map(|entry| Entry {
        tells_notes: true,
        ..entry
    })
}

/// A task of JSON-MIN: its data, and beside them the regions under the name of the labels. Notes and relations
/// it does not tell.
pub(super) fn least(mut object: Object<'_>, strays: &mut Strays) -> Result<Entry, ImportError> {
    let by = object.any("annotator");
    let made = Made::of(&mut object, by);
    for key in ["id", "annotation_id", "lead_time"] {
        object.any(key);
    }
    let mut results = Results::default();
    let place = object.place();
    let mut data = Fields::new();
    for (key, value) in object.rest() {
        let values = match value {
            Value::Array(values) if values.first().is_some_and(|value| labels_of(value).is_some()) => values,
            Value::Array(values) if values.is_empty() => continue,
            other => {
                data.insert(key, other);
                continue;
            }
        };
        let place = place.key(&key);
        for (index, value) in values.into_iter().enumerate() {
            let place = place.item(index);
            let Some(labels) = labels_of(&value) else {
                strays.results += 1;
                continue;
            };
            let value = Object::new(value, &place)?;
            results.region(value, labels, None, None, &made, strays)?;
        }
    }
    results
        .entry(Object::new(Value::Object(data), place)?)
        .map(|entry| Entry {
            relations_are_kept: true,
            ..entry
        })
}

/// The labels of a region's value: `labels`, or `hypertextlabels`, or whatever its control tag is called.
fn labels_of(value: &Value) -> Option<Vec<String>> {
    let (_, labels) = value
        .as_object()?
        .iter()
        .find(|(key, labels)| key.ends_with("labels") && labels.is_array())?;
    let labels = labels.as_array()?.iter().filter_map(Value::as_str);
    Some(labels.map(str::to_owned).collect())
}

impl Results {
    /// Takes in the results of one person.
    fn add(
        &mut self,
        mut annotation: Object<'_>,
        made: &Made,
        strays: &mut Strays,
    ) -> Result<(), ImportError> {
        let mut regions: HashMap<String, usize> = HashMap::new();
        let mut relations = Vec::new();
        annotation.list_if_any("result", |value, place| {
            let mut result = Object::new(value, place)?;
            let kind = result.any("type");
            if kind.as_ref().and_then(Value::as_str) == Some("relation") {
                relations.push(result.rest());
                return Ok(());
            }
            let value_place = place.key("value");
            let value = result.any("value").unwrap_or_default();
            let Some(labels) = labels_of(&value) else {
                strays.results += 1;
                return Ok(());
            };
            let id = result.any("id").and_then(|id| id.as_str().map(str::to_owned));
            let note = result.any("meta").and_then(|meta| note(&meta));
            let value = Object::new(value, &value_place)?;
            let number = self.region(value, labels, id.clone(), note, made, strays)?;
            if let (Some(id), Some(number)) = (id, number) {
                regions.entry(id).or_insert(number);
            }
            Ok(())
        })?;
        for relation in relations {
            self.relation(&relation, &regions, strays);
        }
        Ok(())
    }

    /// Takes in a region, as one span for each of its labels. The number of the first.
    fn region(
        &mut self,
        mut value: Object<'_>,
        labels: Vec<String>,
        id: Option<String>,
        note: Option<String>,
        made: &Made,
        strays: &mut Strays,
    ) -> Result<Option<usize>, ImportError> {
        if value.has("startOffset") || value.has("hypertextlabels") {
            return Err(value.error(
                "start",
                "a region of a Text, whose start and end are numbers",
                "a region of a HyperText, whose places are XPaths",
                "Label the plain text in Label Studio, with a Text tag, and export that.",
            ));
        }
        if labels.is_empty() {
            strays.unlabelled += 1;
            return Ok(None);
        }
        let start = value.whole_number("start")?;
        let end = value.whole_number("end")?;
        let words = value
            .any("text")
            .and_then(|words| words.as_str().map(str::to_owned));
        let number = self.spans.len();
        self.spans.extend(labels.into_iter().map(|label| EntrySpan {
            place: value.place().to_string(),
            start,
            end,
            label,
            words: words.clone(),
            key: id.clone(),
            note: note.clone(),
            annotator: made.by.clone(),
            created: made.created,
            updated: made.updated,
        }));
        Ok(Some(number))
    }

    fn relation(&mut self, relation: &Fields, regions: &HashMap<String, usize>, strays: &mut Strays) {
        let end = |key| regions.get(relation.get(key)?.as_str()?).copied();
        let Some((from, to)) = end("from_id").zip(end("to_id")) else {
            strays.relations += 1;
            return;
        };
        let is_leftward = relation.get("direction").and_then(Value::as_str) == Some("left");
        let (from, to) = if is_leftward { (to, from) } else { (from, to) };
        let labels = relation.get("labels").and_then(Value::as_array);
        let mut kinds: Vec<_> = labels.into_iter().flatten().filter_map(Value::as_str).collect();
        if kinds.is_empty() {
            kinds.push("");
        }
        self.links.extend(kinds.into_iter().map(|kind| EntryLink {
            kind: kind.to_owned(),
            from,
            to,
        }));
    }

    /// The article that the results are about.
    fn entry(self, mut data: Object<'_>) -> Result<Entry, ImportError> {
        let kept = match data.any(KEY) {
            Some(value) => kept::read(value, &data.place().key(KEY))?,
            None => None,
        };
        let key = self.key_of_text(&data)?;
        let text = data.string(&key)?;
        let is_address = ["http://", "https://", "s3://", "gs://", "/data/"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        if is_address && !text.contains(char::is_whitespace) {
            return Err(data.error(
                &key,
                "the text itself",
                shown(&text.into()),
                "Import the texts into Label Studio as they are, not as addresses, and export again.",
            ));
        }
        Ok(Entry {
            text,
            is_dated: self
                .spans
                .iter()
                .any(|span| span.updated.or(span.created).is_some()),
            spans: self.spans,
            links: self.links,
            fields: data.rest(),
            kept,
            ..Entry::default()
        })
    }

    /// The key of the text among the data of a task, which the labelling interface names and the file does not:
    /// `text`, or the only string, or the only one that holds the words of all regions.
    fn key_of_text(&self, data: &Object<'_>) -> Result<String, ImportError> {
        let strings = || {
            data.iter()
                .filter_map(|(key, value)| Some((key, value.as_str()?)))
        };
        if data.has(TEXT) || strings().count() == 0 {
            return Ok(TEXT.to_owned());
        }
        let holds_words = |text: &str| {
            let words = self.spans.iter().filter_map(|span| span.words.as_deref());
            words.into_iter().all(|words| text.contains(words))
        };
        let mut found = strings().take(MOST_STRINGS).filter(|(_, text)| holds_words(text));
        match (found.next(), found.next()) {
            (Some((key, _)), None) => Ok(key.to_owned()),
            _ => {
                let keys: Vec<_> = strings()
                    .take(MOST_STRINGS)
                    .map(|(key, _)| shown(&key.into()))
                    .collect();
                Err(data.error(
                    TEXT,
                    "the text that was labelled",
                    format!("several strings, {}", keys.join(", ")),
                    "Call the one that was labelled \"text\".",
                ))
            }
        }
    }
}

/// The note of a region: the lines of `meta.text`.
fn note(meta: &Value) -> Option<String> {
    match meta.get("text")? {
        Value::String(note) => Some(note.clone()),
        Value::Array(lines) => {
            let lines: Vec<_> = lines.iter().filter_map(Value::as_str).collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        }
        _ => None,
    }
}
