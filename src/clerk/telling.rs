//! What a preview says of files and of what taking them in would do, in sentences.

use crate::core::import::{Counts, Import};
use crate::core::mapping;
use crate::core::record::RecordKind;
use crate::core::scheme::Scheme;
use crate::core::wording::{plural, thousands};
use crate::formats::File;
use std::collections::BTreeMap;

/// The name of one file, or of the first of several.
pub(super) fn names(files: &[File]) -> String {
    match files {
        [] => String::new(),
        [file] => file.name.clone(),
        [file, rest @ ..] => format!("{} and {} more", file.name, rest.len()),
    }
}

/// What a scheme is, and what taking it in does.
pub(super) fn of_scheme(scheme: &Scheme) -> Vec<String> {
    let labels: Vec<_> = scheme.labels.iter().map(|label| &*label.name).collect();
    vec![
        format!(
            "{}, version {}: {}",
            scheme.name,
            scheme.version,
            labels.join(", ")
        ),
        "It takes the place of the scheme in use.".to_owned(),
    ]
}

/// What a list of so many entities holds.
pub(super) fn of_entities(count: usize) -> Vec<String> {
    let noun = if count == 1 { "entity" } else { "entities" };
    vec![format!("{} {noun}", thousands(count))]
}

pub(super) fn contents(summary: &mapping::Summary, scheme: &Scheme) -> Vec<String> {
    let annotations: usize = summary.annotations.values().sum();
    let labels: Vec<_> = summary
        .annotations
        .iter()
        .map(|(label, count)| format!("{} {count}", scheme.name_of(label)))
        .collect();
    let mut lines: Vec<_> = [
        (summary.articles - summary.without_text, "article"),
        (summary.regions, "region"),
        (summary.relations, "relation"),
        (summary.claim_groups, "claim group"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, noun)| plural(count, noun))
    .collect();
    if summary.without_text > 0 {
        let (noun, its) = match summary.without_text {
            1 => ("article", "its text"),
            _ => ("articles", "their texts"),
        };
        lines.push(format!("Work on {} {noun} without {its}", summary.without_text));
    }
    if summary.entities > 0 {
        lines.extend(of_entities(summary.entities));
    }
    if annotations > 0 {
        lines.push(format!(
            "{}: {}",
            plural(annotations, "annotation"),
            labels.join(", ")
        ));
    }
    let unknown: Vec<_> = summary
        .unknown_attributes
        .keys()
        .map(|(label, name)| format!("{name} of {}", scheme.name_of(label)))
        .collect();
    if !unknown.is_empty() {
        lines.push(format!(
            "Fields that the scheme does not have, kept as they are: {}",
            unknown.join(", ")
        ));
    }
    lines
}

/// What an import does, a line each.
pub(super) fn outcome(articles: usize, import: &Import) -> Vec<String> {
    let brought = |is_new: bool| {
        let changes = import.transaction.changes().iter();
        let mut kinds = BTreeMap::<_, usize>::new();
        for change in changes.filter(|change| change.from.is_none() == is_new) {
            *kinds.entry(change.key.kind).or_default() += 1;
        }
        // Articles are counted by their texts.
        kinds.remove(&RecordKind::Article);
        let done = if is_new { "added" } else { "brought up to date" };
        let told = |(kind, count)| format!("{count} {} {done}", noun(kind, count));
        kinds.into_iter().map(told).collect::<Vec<_>>()
    };
    let Counts {
        kept,
        same,
        moved,
        left_out,
        parts,
        renamed,
        ..
    } = import.counts;
    let told = |(count, noun, what)| (count > 0).then(|| format!("{} {what}", plural(count, noun)));
    let here = articles.saturating_sub(import.articles.len());
    [
        (import.articles.len(), "article", "added"),
        (here, "article", "here already"),
    ]
    .into_iter()
    .filter_map(told)
    .chain(brought(true))
    .chain(brought(false))
    .chain(
        [
            (kept, "record", "not as yours: yours stay"),
            (same, "record", "here already"),
            (moved, "span", "found elsewhere in your text"),
            (parts, "part", "left out: the words are not there"),
            (left_out, "relation", "left out: an end is not there"),
            (renamed, "article", "under another name: yours has another text"),
        ]
        .into_iter()
        .filter_map(told),
    )
    .collect()
}

/// What so many records of a kind are called.
fn noun(kind: RecordKind, count: usize) -> &'static str {
    let (one, many) = match kind {
        RecordKind::Article => ("article", "articles"),
        RecordKind::Status => ("status", "statuses"),
        RecordKind::Field => ("field of an article", "fields of articles"),
        RecordKind::Region => ("region", "regions"),
        RecordKind::Annotation => ("annotation", "annotations"),
        RecordKind::Relation => ("relation", "relations"),
        RecordKind::Entity => ("entity", "entities"),
        RecordKind::ClaimGroup => ("claim group", "claim groups"),
    };
    if count == 1 { one } else { many }
}

/// The first of many sentences, and how many more there are.
pub(super) fn at_most(sentences: impl Iterator<Item = String>, most: usize) -> Vec<String> {
    let mut shown: Vec<_> = sentences.collect();
    if shown.len() > most {
        let more = shown.split_off(most).len();
        shown.push(format!("And {more} more."));
    }
    shown
}
