//! Label Studio: a zip file of `tasks.json`, the annotated tasks, and `config.xml`, the labelling interface that
//! they are for, which is pasted into the settings of a project before the tasks are imported.
//!
//! Offsets in `Text` count code points: the editor has done so since 1.6 and tests it ("Should calculate offsets
//! by code points in text" in its `ner` tests; pull request 308 of label-studio-frontend). Before that it counted
//! UTF-16 code units (issues 1008 and 1347 of label-studio), so a file is read in the unit in which its offsets
//! cut out the words that it tells beside them.
//!
//! Who made an annotation is left to Label Studio, which refuses people that it does not know. What is ours
//! stands among the task's data under one key, since that is what every one of its exports gives out again; a
//! region goes by its record's id, and its note is the region's own.
//!
//! Read are tasks with annotations, or with predictions where nobody has annotated them, and JSON-MIN. Regions of
//! `HyperText`, whose places are XPaths into a page that is not in the file, are refused.

mod reading;

use self::reading::{Strays, least, task};
use super::archive::Archive;
use super::json::Object;
use super::kept::{Kept, Labelled};
use super::peer::{Gathering, Peer, key_of};
use super::unit::Unit;
use super::values::{each_value, first_value};
use super::{
    Corpus, CorpusArticle, ExportError, ExportFormat, Feature, File, ImportError, ImportFormat, Inventory,
    Loss, Output,
};
use crate::core::id::LabelId;
use crate::core::import::Imported;
use crate::core::record::{RelationKind, Status};
use crate::core::timestamp::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Label Studio (zip).
#[derive(Clone, Copy, Debug)]
pub struct LabelStudio;

static PEER: Peer = Peer {
    name: "Label Studio",
    units: &[Unit::CodePoints, Unit::Utf16],
    links_words: false,
};

/// What the labels are called in the labelling interface, and in each result.
const LABELS: &str = "label";
/// What the text is called there, and among a task's data.
const TEXT: &str = "text";
/// Among how many strings of a task its text is looked for.
const MOST_STRINGS: usize = 20;

impl ExportFormat for LabelStudio {
    fn id(&self) -> &'static str {
        "label-studio"
    }

    fn name(&self) -> &'static str {
        "Label Studio (zip)"
    }

    fn about(&self) -> &'static str {
        "Annotated tasks for Label Studio, and the labelling interface for its settings."
    }

    fn media_type(&self) -> &'static str {
        "application/zip"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-label-studio"
    }

    fn file_extension(&self) -> &'static str {
        "zip"
    }

    fn losses(&self, _: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        inventory.lost(&[Feature::Entity, Feature::ClaimGroup])
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut archive = Archive::new(output, corpus.exported_at);
        archive.start("config.xml")?;
        write_interface(corpus, &mut archive)?;
        archive.start("tasks.json")?;
        for (number, &article) in corpus.articles.iter().enumerate() {
            archive.write_all(if number == 0 { b"[\n" } else { b",\n" })?;
            serde_json::to_writer(&mut archive, &TaskRow::of(article)?)?;
            archive.article_written();
        }
        archive.write_all(if corpus.articles.is_empty() {
            b"[]\n"
        } else {
            b"\n]\n"
        })?;
        archive.finish()
    }
}

/// Writes the labelling interface: the labels of the scheme, and those that only annotations have.
fn write_interface(corpus: &Corpus<'_>, output: &mut dyn Write) -> io::Result<()> {
    let scheme = &corpus.scheme.labels;
    let others: BTreeSet<&LabelId> = corpus
        .articles
        .iter()
        .flat_map(|article| article.records.annotations())
        .map(|(_, annotation)| &annotation.label)
        .filter(|id| scheme.iter().all(|label| label.id != **id))
        .collect();
    writeln!(output, "<View>")?;
    writeln!(output, "  <Style>.htx-text {{ white-space: pre-wrap; }}</Style>")?;
    writeln!(output, "  <Relations>")?;
    for kind in RelationKind::ALL {
        writeln!(output, "    <Relation value=\"{}\"/>", kind.as_str())?;
    }
    writeln!(output, "  </Relations>")?;
    writeln!(output, "  <Labels name=\"{LABELS}\" toName=\"{TEXT}\">")?;
    for label in scheme {
        let id = attribute(label.id.as_str());
        let key = attribute(label.key.encode_utf8(&mut [0; 4]));
        let hint = attribute(&label.definition);
        write!(
            output,
            "    <Label value=\"{id}\" hotkey=\"{key}\" hint=\"{hint}\""
        )?;
        if let Some(colour) = label.colour {
            let (red, green, blue) = (colour.0, colour.1, colour.2);
            write!(output, " background=\"#{red:02x}{green:02x}{blue:02x}\"")?;
        }
        writeln!(output, "/>")?;
    }
    for id in others {
        writeln!(output, "    <Label value=\"{}\"/>", attribute(id.as_str()))?;
    }
    writeln!(output, "  </Labels>")?;
    writeln!(
        output,
        "  <Text name=\"{TEXT}\" value=\"${TEXT}\" granularity=\"symbol\" saveTextResult=\"yes\"/>"
    )?;
    writeln!(output, "</View>")
}

/// Words as the value of an attribute in XML 1.0. What XML cannot hold becomes U+FFFD.
fn attribute(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' => escaped += "&#9;",
            '\n' => escaped += "&#10;",
            '\r' => escaped += "&#13;",
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[derive(Serialize)]
struct TaskRow<'a> {
    data: DataRow<'a>,
    annotations: Vec<AnnotationRow<'a>>,
}

#[derive(Serialize)]
struct DataRow<'a> {
    text: &'a str,
    hearsay: Kept<'a>,
}

/// What one person has made of a task.
#[derive(Serialize)]
struct AnnotationRow<'a> {
    result: Vec<ResultRow<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ResultRow<'a> {
    Region {
        id: String,
        from_name: &'static str,
        to_name: &'static str,
        r#type: &'static str,
        origin: &'static str,
        value: ValueRow<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        meta: Option<MetaRow<'a>>,
    },
    Relation {
        from_id: String,
        to_id: String,
        r#type: &'static str,
        direction: &'static str,
        labels: [&'static str; 1],
    },
}

#[derive(Serialize)]
struct ValueRow<'a> {
    start: u32,
    end: u32,
    text: &'a str,
    labels: [&'a LabelId; 1],
}

#[derive(Serialize)]
struct MetaRow<'a> {
    text: [&'a str; 1],
}

impl<'a> TaskRow<'a> {
    fn of(article: CorpusArticle<'a>) -> Result<Self, ExportError> {
        let labelled = Labelled::of(article, Unit::CodePoints, |_| true)?;
        let text = &article.article.text;
        let regions = labelled.spans.iter().map(|span| {
            let annotation = span.annotation;
            let note = annotation.note.as_deref().filter(|note| !note.is_empty());
            ResultRow::Region {
                id: key_of(span.id),
                from_name: LABELS,
                to_name: TEXT,
                r#type: "labels",
                origin: "manual",
                value: ValueRow {
                    start: span.start,
                    end: span.end,
                    text: text.slice(annotation.span),
                    labels: [&annotation.label],
                },
                meta: note.map(|note| MetaRow { text: [note] }),
            }
        });
        let relations = labelled.links.iter().map(|link| ResultRow::Relation {
            from_id: key_of(labelled.spans[link.from].id),
            to_id: key_of(labelled.spans[link.to].id),
            r#type: "relation",
            direction: "right",
            labels: [link.kind.as_str()],
        });
        let result: Vec<_> = regions.chain(relations).collect();
        let is_begun = !result.is_empty() || article.records.status() != Status::NotStarted;
        Ok(Self {
            annotations: is_begun.then_some(AnnotationRow { result }).into_iter().collect(),
            data: DataRow {
                text,
                hearsay: labelled.kept,
            },
        })
    }
}

impl ImportFormat for LabelStudio {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    fn recognises(&self, file: &File) -> bool {
        if is_interface(file) {
            return true;
        }
        let Some(Value::Object(first)) = first_value(&file.bytes) else {
            return false;
        };
        let is_task = first.get("data").is_some_and(Value::is_object)
            && ["annotations", "completions", "predictions"]
                .iter()
                .any(|key| first.get(*key).is_some_and(Value::is_array));
        let is_least = first.contains_key("annotation_id") && first.contains_key("lead_time");
        is_task || is_least
    }

    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
        let mut gathering = Gathering::new(&PEER, now);
        let mut strays = Strays::default();
        for file in files.iter().filter(|file| !is_interface(file)) {
            each_value(&file.bytes, |value, whence, place| {
                let object = Object::new(value, place)?;
                let entry = if object.has("data") {
                    task(object, &mut strays)?
                } else {
                    least(object, &mut strays)?
                };
                gathering.add(file, whence, place, entry)
            })
            .map_err(|error| error.in_file(file))?;
        }
        strays.tell(&mut gathering);
        Ok(gathering.finish())
    }
}

/// Whether the file is a labelling interface, of which nothing is read.
fn is_interface(file: &File) -> bool {
    let start = file.bytes.trim_ascii_start();
    start.starts_with(b"<View") && file.extension() == "xml"
}

#[cfg(test)]
mod tests;
