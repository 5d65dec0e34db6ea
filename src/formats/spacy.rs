//! spaCy: JSON Lines, each line a `Doc` as `Doc.to_json` writes it and `Doc.from_json` reads it.
//!
//! Spans are in the group `sc`, which spaCy's span categoriser reads, and may nest and overlap there. Offsets
//! count code points, as Python's strings do. `from_json` finds the tokens anew from the words and the text and
//! wants every span to begin and end with one, so words are cut at the ends of spans; white space it does not
//! cut, and a span that begins or ends with some cannot be held.
//!
//! What is ours stands beside: `from_json` passes over keys that it does not know. It would take what stands
//! under `_` into `Doc._`, but only where that extension has been registered before.

use super::json::{CORRECT, Object, Place, shown};
use super::kept::{self, KEY, Kept, Labelled};
use super::lines::Lines;
use super::peer::{Entry, EntrySpan, Gathering, Peer};
use super::tokens::{Tokens, WhiteSpace};
use super::unit::Unit;
use super::values::{each_value, first_value};
use super::{
    Corpus, CorpusArticle, ExportError, ExportFormat, Feature, File, ImportError, ImportFormat, Inventory,
    Loss, Output,
};
use crate::core::id::LabelId;
use crate::core::import::Imported;
use crate::core::timestamp::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;

/// spaCy (JSON Lines).
#[derive(Clone, Copy, Debug)]
pub struct Spacy;

static PEER: Peer = Peer {
    name: "spaCy",
    units: &[Unit::CodePoints],
    links_words: false,
};

impl ExportFormat for Spacy {
    fn id(&self) -> &'static str {
        "spacy"
    }

    fn name(&self) -> &'static str {
        "spaCy (JSON Lines)"
    }

    fn about(&self) -> &'static str {
        "One spaCy Doc a line, its spans under the key sc, for Doc.from_json."
    }

    fn media_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-spacy"
    }

    fn file_extension(&self) -> &'static str {
        "jsonl"
    }

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        let (mut spans, mut relations) = (0, 0);
        for &article in &corpus.articles {
            let tokens = tokens(article);
            let is_held = |id| {
                let annotation = article.records.annotation(id);
                annotation.is_some_and(|annotation| tokens.of_span(annotation.span).is_some())
            };
            let annotations = article.records.annotations();
            spans += annotations.filter(|(id, _)| !is_held(id)).count();
            let links = article.records.relations();
            relations += links
                .filter(|(_, relation)| !is_held(&relation.from) || !is_held(&relation.to))
                .count();
        }
        let mut losses = Vec::new();
        losses.extend(Loss::of(
            spans,
            "span that begins or ends in white space that spaCy does not cut",
            "spans that begin or end in white space that spaCy does not cut",
        ));
        losses.extend(Loss::of(
            relations,
            "relation of such a span",
            "relations of such spans",
        ));
        losses.extend(inventory.lost(&[Feature::Entity, Feature::ClaimGroup]));
        losses
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut lines = Lines::new(output);
        for &article in &corpus.articles {
            lines.add(&DocRow::of(article)?)?;
            lines.end_article()?;
        }
        Ok(())
    }
}

fn tokens(article: CorpusArticle<'_>) -> Tokens<'_> {
    let spans = article.records.annotations();
    // A span that is not of the text is told where it is written.
    let spans = spans
        .map(|(_, annotation)| annotation.span)
        .filter(|&span| article.article.text.holds(span));
    Tokens::of(&article.article.text, spans, WhiteSpace::Whole)
}

#[derive(Serialize)]
struct DocRow<'a> {
    text: &'a str,
    tokens: Vec<TokenRow>,
    spans: GroupsRow<'a>,
    hearsay: Kept<'a>,
}

#[derive(Serialize)]
struct TokenRow {
    id: usize,
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct GroupsRow<'a> {
    sc: Vec<SpanRow<'a>>,
}

#[derive(Serialize)]
struct SpanRow<'a> {
    start: u32,
    end: u32,
    label: &'a LabelId,
    kb_id: &'static str,
}

impl<'a> DocRow<'a> {
    fn of(article: CorpusArticle<'a>) -> Result<Self, ExportError> {
        let tokens = tokens(article);
        let text = &article.article.text;
        let labelled = Labelled::of(article, Unit::CodePoints, |annotation| {
            !text.holds(annotation.span) || tokens.of_span(annotation.span).is_some()
        })?;
        let sc = labelled.spans.iter().map(|span| SpanRow {
            start: span.start,
            end: span.end,
            label: &span.annotation.label,
            kb_id: "",
        });
        Ok(Self {
            text,
            spans: GroupsRow { sc: sc.collect() },
            tokens: tokens
                .list
                .iter()
                .enumerate()
                .map(|(id, token)| TokenRow {
                    id,
                    start: token.range.start,
                    end: token.range.end,
                })
                .collect(),
            hearsay: labelled.kept,
        })
    }
}

impl ImportFormat for Spacy {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    fn recognises(&self, file: &File) -> bool {
        match first_value(&file.bytes) {
            Some(Value::Object(first)) => {
                let is_doc = first.get("spans").is_some_and(Value::is_object)
                    || first.get("ents").is_some_and(Value::is_array);
                first.get("text").is_some_and(Value::is_string) && is_doc
            }
            Some(Value::Array(first)) => matches!(
                &first[..],
                [Value::String(_), Value::Object(annotations)] if annotations.contains_key("entities")
            ),
            _ => false,
        }
    }

    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
        let mut gathering = Gathering::new(&PEER, now);
        let mut groups = HashSet::new();
        for file in files {
            each_value(&file.bytes, |value, whence, place| {
                let entry = match value {
                    Value::Array(pair) => pair_entry(pair, place)?,
                    doc => doc_entry(Object::new(doc, place)?, &mut groups)?,
                };
                gathering.add(file, whence, place, entry)
            })
            .map_err(|error| error.in_file(file))?;
        }
        if groups.len() > 1 {
            let mut groups: Vec<_> = groups.into_iter().collect();
            groups.sort_unstable();
            gathering.note(format!(
                "The spans come from several groups, which are one here: {}.",
                groups.join(", ")
            ));
        }
        Ok(gathering.finish())
    }
}

/// A `Doc`. Spans are those of all groups, and entities that are in none of them.
fn doc_entry(mut object: Object<'_>, groups: &mut HashSet<String>) -> Result<Entry, ImportError> {
    let text = object.string("text")?;
    let kept = match object.any(KEY) {
        Some(value) => kept::read(value, &object.place().key(KEY))?,
        None => None,
    };
    let mut spans: Vec<EntrySpan> = Vec::new();
    if let Some(value) = object.any("spans") {
        let place = object.place().key("spans");
        for (group, value) in Object::new(value, &place)?.rest() {
            let place = place.key(&group);
            let Value::Array(values) = value else {
                return Err(place.error("a list", shown(&value), CORRECT));
            };
            if !values.is_empty() {
                groups.insert(group.clone());
            }
            for (index, value) in values.into_iter().enumerate() {
                spans.push(span(value, &place.item(index))?);
            }
        }
    }
    let known: HashSet<_> = spans
        .iter()
        .map(|span| (span.start, span.end, span.label.clone()))
        .collect();
    let entities = object.list_if_any("ents", span)?;
    spans.extend(
        entities
            .into_iter()
            .filter(|span| !known.contains(&(span.start, span.end, span.label.clone()))),
    );
    Ok(Entry {
        text,
        spans,
        kept,
        relations_are_kept: true,
        ..Entry::default()
    })
}

fn span(value: Value, place: &Place<'_>) -> Result<EntrySpan, ImportError> {
    let mut object = Object::new(value, place)?;
    Ok(EntrySpan {
        place: place.to_string(),
        start: object.whole_number("start")?,
        end: object.whole_number("end")?,
        label: object.name("label")?,
        ..EntrySpan::default()
    })
}

/// A pair of a text and its entities, as training data were written for spaCy 2:
/// `["…", {"entities": [[start, end, label]]}]`.
fn pair_entry(pair: Vec<Value>, place: &Place<'_>) -> Result<Entry, ImportError> {
    let pair = <[Value; 2]>::try_from(pair).map_err(|values| {
        place.error(
            "a text and its entities",
            format!("a list of {}", values.len()),
            CORRECT,
        )
    })?;
    let (text, annotations) = match pair {
        [Value::String(text), annotations] => (text, annotations),
        [other, _] => return Err(place.item(0).error("a string", shown(&other), CORRECT)),
    };
    let second = place.item(1);
    let spans = Object::new(annotations, &second)?.list_if_any("entities", |value, place| {
        let items = match value {
            Value::Array(items) => items,
            other => return Err(place.error("a start, an end and a label", shown(&other), CORRECT)),
        };
        let keys = ["start", "end", "label"].map(str::to_owned);
        span(Value::Object(keys.into_iter().zip(items).collect()), place)
    })?;
    Ok(Entry {
        text,
        spans,
        ..Entry::default()
    })
}

#[cfg(test)]
mod tests;
