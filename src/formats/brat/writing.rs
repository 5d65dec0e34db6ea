//! The archive as it is written.

use super::super::archive::{Archive, Names};
use super::super::article_json::to_millisecond;
use super::super::beside::{self, Beside};
use super::super::check::{Check, code_points};
use super::super::naming::{LabelNames, is_name};
use super::super::slices::Slices;
use super::super::{Corpus, CorpusArticle, ExportError, Output};
use super::{AnnotationExtra, NOTE, OURS, RelationExtra, fragments, is_break};
use crate::core::id::{LabelId, RecordId};
use crate::core::record::{Annotation, Fields, RelationKind};
use crate::core::scheme::{AttributeKind, Scheme};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io::Write as _;

/// Writes the archive.
pub(super) fn write(corpus: &Corpus<'_>, mut archive: Archive<'_>) -> Result<(), ExportError> {
    let names = LabelNames::of(corpus);
    let attributes = attributes(corpus.scheme);
    archive.start("annotation.conf")?;
    archive.write_all(configuration(corpus, &names, &attributes).as_bytes())?;
    let mut stems = Names::default();
    let mut files = Vec::new();
    for article in &corpus.articles {
        let stem = stems.unique(article.article.id.as_str());
        archive.start(&format!("{stem}.txt"))?;
        archive.write_all(article.article.text.as_bytes())?;
        archive.start(&format!("{stem}.ann"))?;
        archive.write_all(standoff(*article, &names, &attributes)?.as_bytes())?;
        archive.article_written();
        files.push(stem);
    }
    archive.start(beside::NAME)?;
    Beside::of(corpus, files)?.write(&mut archive)?;
    archive.finish()
}

/// The fields that brat has as attributes, with the labels that have them and the values that they may have.
type Attributes<'s> = BTreeMap<&'s str, (BTreeSet<&'s LabelId>, BTreeSet<&'s str>)>;

fn attributes(scheme: &Scheme) -> Attributes<'_> {
    let mut attributes = Attributes::new();
    for label in &scheme.labels {
        for attribute in &label.attributes {
            let AttributeKind::Choice(choices) = &attribute.kind else {
                continue;
            };
            if is_name(&attribute.id) && choices.iter().all(|choice| is_name(&choice.id)) {
                let (labels, values) = attributes.entry(&attribute.id).or_default();
                labels.insert(&label.id);
                values.extend(choices.iter().map(|choice| &*choice.id));
            }
        }
    }
    attributes
}

/// `annotation.conf`: what may be annotated, relations as the scheme has them and as they are.
fn configuration(corpus: &Corpus<'_>, names: &LabelNames, attributes: &Attributes<'_>) -> String {
    let labels: Vec<_> = names.all().map(|(_, name)| name).collect();
    let mut joined: BTreeMap<RelationKind, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for rule in &corpus.scheme.relations {
        let (from, to) = joined.entry(rule.kind).or_default();
        from.insert(names.get(&rule.from));
        to.insert(names.get(&rule.to));
    }
    for article in &corpus.articles {
        for (_, relation) in article.records.relations() {
            let label = |id| Some(names.get(&article.records.annotation(id)?.label));
            if let Some((from, to)) = label(&relation.from).zip(label(&relation.to)) {
                let (froms, tos) = joined.entry(relation.kind).or_default();
                froms.insert(from);
                tos.insert(to);
            }
        }
    }
    let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join("|");
    let mut file = format!("[entities]\n{}\n\n[relations]\n", labels.join("\n"));
    for (kind, (from, to)) in &joined {
        file += &format!("{}\tArg1:{}, Arg2:{}\n", kind.as_str(), list(from), list(to));
    }
    file += "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n\n[events]\n\n[attributes]\n";
    for (name, (labels, values)) in attributes {
        let labels = labels.iter().map(|label| names.get(label)).collect();
        file += &format!("{name}\tArg:{}, Value:{}\n", list(&labels), list(values));
    }
    file
}

/// The lines of an article, each counted from 1 by its letter.
#[derive(Default)]
struct Lines {
    file: String,
    attributes: usize,
    notes: usize,
}

impl Lines {
    fn note(&mut self, kind: &str, of: &str, words: &str) {
        self.notes += 1;
        self.file += &format!("#{}\t{kind} {of}\t{words}\n", self.notes);
    }

    /// A note that holds JSON, in which line breaks stand as escapes.
    fn extra(&mut self, of: &str, extra: &impl Serialize) -> Result<(), ExportError> {
        let mut json = String::new();
        for character in serde_json::to_string(extra)?.chars() {
            if is_break(character) {
                // Infallible for strings.
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            } else {
                json.push(character);
            }
        }
        self.note(OURS, of, &json);
        Ok(())
    }
}

fn standoff(
    CorpusArticle { article, records }: CorpusArticle<'_>,
    names: &LabelNames,
    attributes: &Attributes<'_>,
) -> Result<String, ExportError> {
    let slices = Slices::of(&article.text);
    let mut lines = Lines::default();
    let mut numbers: HashMap<&RecordId, String> = HashMap::new();
    for (id, annotation) in records.annotations() {
        let ends = code_points(id, annotation.span, article)?;
        let words = article.text.slice(annotation.span);
        let check = Check { article, record: id };
        check.code_points(&slices, ends, words)?;
        let mut places = Vec::new();
        for (at, line) in fragments(words) {
            let start = ends.0 + words[..at].chars().count() as u32;
            let end = start + line.chars().count() as u32;
            check.code_points(&slices, (start, end), line)?;
            places.push((start, end));
        }
        let (Some((start, _)), Some((_, end))) = (places.first(), places.last()) else {
            continue;
        };
        let reach = (*start, *end);
        let number = format!("T{}", numbers.len() + 1);
        let name = names.get(&annotation.label);
        let places: Vec<_> = places
            .iter()
            .map(|(start, end)| format!("{start} {end}"))
            .collect();
        let words: Vec<_> = fragments(words).map(|(_, line)| line).collect();
        lines.file += &format!("{number}\t{name} {}\t{}\n", places.join(";"), words.join(" "));
        let mut rest = Fields::new();
        for (field, value) in &annotation.attributes {
            match value_in_brat(annotation, field, value, attributes) {
                Some(value) => {
                    lines.attributes += 1;
                    lines.file += &format!("A{}\t{field} {number} {value}\n", lines.attributes);
                }
                None => {
                    rest.insert(field.clone(), value.clone());
                }
            }
        }
        let goes_into_a_line =
            |note: &&str| !note.is_empty() && note.trim() == *note && !note.contains(is_break);
        let note = annotation.note.as_deref().filter(goes_into_a_line);
        if let Some(note) = note {
            lines.note(NOTE, &number, note);
        }
        let extra = AnnotationExtra {
            id: id.clone(),
            label: (name != annotation.label.as_str()).then(|| (annotation.label.clone(), name.to_owned())),
            span: (ends != reach).then_some(ends),
            attributes: rest,
            note: annotation.note.clone().filter(|_| note.is_none()),
            annotator: annotation.annotator.clone(),
            origin: annotation.origin,
            created: to_millisecond(annotation.created),
            updated: to_millisecond(annotation.updated),
        };
        lines.extra(&number, &extra)?;
        numbers.insert(id, number);
    }
    let mut count = 0;
    for (id, relation) in records.relations() {
        if let Some((from, to)) = numbers.get(&relation.from).zip(numbers.get(&relation.to)) {
            count += 1;
            lines.file += &format!("R{count}\t{} Arg1:{from} Arg2:{to}\n", relation.kind.as_str());
            lines.extra(&format!("R{count}"), &RelationExtra { id: id.clone() })?;
        }
    }
    Ok(lines.file)
}

/// A field's value, if brat has it as an attribute of that label.
fn value_in_brat<'v>(
    annotation: &Annotation,
    field: &str,
    value: &'v Value,
    attributes: &Attributes<'_>,
) -> Option<&'v str> {
    let (labels, values) = attributes.get(field)?;
    let value = value.as_str()?;
    (labels.contains(&annotation.label) && values.contains(value)).then_some(value)
}
