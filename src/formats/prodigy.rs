//! Prodigy: JSON Lines, one task a line, with tokens, spans and relations.
//!
//! Offsets count code points, as Python's strings do. Prodigy wants every span to begin and end with a token, so
//! the tokens are cut at the ends of spans; it keeps them instead of making its own. A relation names the last
//! token of its ends, `head` and `child` (`parse_data.py` of the relation extraction tutorial in
//! explosion/projects says so), and beside them the spans themselves. Keys that Prodigy does not know stay with
//! a task through its database, so what is ours comes back.
//!
//! Tasks that were rejected or ignored are not read.

use super::json::Object;
use super::kept::{self, KEY, Kept, Labelled, LabelledSpan};
use super::lines::Lines;
use super::peer::{Entry, EntryLink, EntrySpan, Gathering, Peer};
use super::tokens::{Tokens, WhiteSpace};
use super::unit::Unit;
use super::values::{each_value, first_value};
use super::{
    Corpus, CorpusArticle, ExportError, ExportFormat, Feature, File, ImportError, ImportFormat, Inventory,
    Loss, Output,
};
use crate::core::id::LabelId;
use crate::core::import::Imported;
use crate::core::record::Fields;
use crate::core::timestamp::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// Prodigy (JSON Lines).
#[derive(Clone, Copy, Debug)]
pub struct Prodigy;

static PEER: Peer = Peer {
    name: "Prodigy",
    units: &[Unit::CodePoints],
    links_words: true,
};

impl ExportFormat for Prodigy {
    fn id(&self) -> &'static str {
        "prodigy"
    }

    fn name(&self) -> &'static str {
        "Prodigy (JSON Lines)"
    }

    fn about(&self) -> &'static str {
        "For Prodigy's spans.manual and rel.manual, one task an article, with tokens that fit the spans."
    }

    fn media_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-prodigy"
    }

    fn file_extension(&self) -> &'static str {
        "jsonl"
    }

    fn losses(&self, _: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        inventory.lost(&[Feature::Entity, Feature::ClaimGroup])
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut lines = Lines::new(output);
        for &article in &corpus.articles {
            lines.add(&TaskRow::of(article)?)?;
            lines.end_article()?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct TaskRow<'a> {
    text: &'a str,
    tokens: Vec<TokenRow<'a>>,
    spans: Vec<SpanRow<'a>>,
    relations: Vec<RelationRow<'a>>,
    hearsay: Kept<'a>,
}

#[derive(Serialize)]
struct TokenRow<'a> {
    text: &'a str,
    start: u32,
    end: u32,
    id: usize,
    ws: bool,
}

#[derive(Clone, Copy, Serialize)]
struct SpanRow<'a> {
    start: u32,
    end: u32,
    token_start: usize,
    token_end: usize,
    label: &'a LabelId,
}

#[derive(Serialize)]
struct RelationRow<'a> {
    head: usize,
    child: usize,
    head_span: SpanRow<'a>,
    child_span: SpanRow<'a>,
    label: &'static str,
}

impl<'a> TaskRow<'a> {
    fn of(article: CorpusArticle<'a>) -> Result<Self, ExportError> {
        let labelled = Labelled::of(article, Unit::CodePoints, |_| true)?;
        let text = &article.article.text;
        let annotations = labelled.spans.iter().map(|span| span.annotation.span);
        let tokens = Tokens::of(text, annotations, WhiteSpace::Cut);
        let spans = labelled
            .spans
            .iter()
            .map(|span| SpanRow::of(span, &tokens).ok_or_else(|| not_of_tokens(article, span)))
            .collect::<Result<Vec<_>, _>>()?;
        let relations = labelled
            .links
            .iter()
            .map(|link| {
                let (head, child) = (spans[link.from], spans[link.to]);
                RelationRow {
                    head: head.token_end,
                    child: child.token_end,
                    head_span: head,
                    child_span: child,
                    label: link.kind.as_str(),
                }
            })
            .collect();
        let tokens = tokens.list.iter().enumerate().map(|(id, token)| TokenRow {
            text: token.words,
            start: token.range.start,
            end: token.range.end,
            id,
            ws: token.has_space,
        });
        Ok(Self {
            text,
            tokens: tokens.collect(),
            spans,
            relations,
            hearsay: labelled.kept,
        })
    }
}

impl<'a> SpanRow<'a> {
    fn of(span: &LabelledSpan<'a>, tokens: &Tokens<'_>) -> Option<Self> {
        let (token_start, token_end) = tokens.of_span(span.annotation.span)?;
        Some(Self {
            start: span.start,
            end: span.end,
            token_start,
            token_end,
            label: &span.annotation.label,
        })
    }
}

/// The tokens were cut at every end of a span, so this says that something is wrong here.
fn not_of_tokens(article: CorpusArticle<'_>, span: &LabelledSpan<'_>) -> ExportError {
    ExportError::NotOfText {
        article: article.article.id.clone(),
        record: span.id.clone(),
    }
}

impl ImportFormat for Prodigy {
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
        let has_spans = first.get("spans").and_then(Value::as_array).is_some_and(|spans| {
            spans
                .first()
                .map_or(first.contains_key("tokens"), |span| span.get("start").is_some())
        });
        let is_task = ["_input_hash", "_task_hash", "answer"]
            .iter()
            .any(|key| first.contains_key(*key));
        // The rows of a data set folder have spans too, and say which text they are of.
        let is_row = first.contains_key("sha256");
        first.get("text").is_some_and(Value::is_string) && (has_spans || is_task) && !is_row
    }

    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
        let mut gathering = Gathering::new(&PEER, now);
        let mut strays = Strays::default();
        for file in files {
            each_value(&file.bytes, |value, whence, place| {
                match entry(Object::new(value, place)?, &mut strays)? {
                    Some(entry) => gathering.add(file, whence, place, entry),
                    None => Ok(()),
                }
            })
            .map_err(|error| error.in_file(file))?;
        }
        gathering.count(strays.tasks, "task was", "tasks were", "rejected or ignored");
        gathering.count(strays.spans, "span has", "spans have", "no label");
        gathering.count(
            strays.links,
            "relation is",
            "relations are",
            "not between two spans",
        );
        Ok(gathering.finish())
    }
}

/// What a Prodigy file may hold and is left out.
#[derive(Default)]
struct Strays {
    /// Tasks that were rejected or ignored.
    tasks: usize,
    /// Spans without a label.
    spans: usize,
    /// Relations that are not between two spans.
    links: usize,
}

/// The task as an article; `None` where it was rejected or ignored.
fn entry(mut object: Object<'_>, strays: &mut Strays) -> Result<Option<Entry>, ImportError> {
    if matches!(object.any("answer"), Some(Value::String(answer)) if answer != "accept") {
        strays.tasks += 1;
        return Ok(None);
    }
    let text = object.string("text")?;
    let kept = match object.any(KEY) {
        Some(value) => kept::read(value, &object.place().key(KEY))?,
        None => None,
    };
    let mut annotator = object.any("_annotator_id").or_else(|| object.any("_session_id"));
    let annotator = annotator.take().and_then(|name| name.as_str().map(str::to_owned));
    let made = object.any("_timestamp").and_then(|time| time.as_f64());
    let made = made.map(|seconds| Timestamp::from_millis((seconds * 1000.0) as i64));
    let spans = object.list_if_any("spans", |value, place| {
        let mut object = Object::new(value, place)?;
        let (start, end) = (object.whole_number("start")?, object.whole_number("end")?);
        let Some(label) = object.any("label") else {
            strays.spans += 1;
            return Ok(None);
        };
        let words = object
            .any("text")
            .and_then(|words| words.as_str().map(str::to_owned));
        Ok(Some(EntrySpan {
            place: place.to_string(),
            start,
            end,
            label: label.as_str().map_or_else(|| label.to_string(), str::to_owned),
            words,
            annotator: annotator.clone(),
            created: made,
            ..EntrySpan::default()
        }))
    })?;
    let spans: Vec<_> = spans.into_iter().flatten().collect();
    let ends = Ends::of(&mut object, &spans)?;
    let links = object.list_if_any("relations", |value, place| {
        let link = link(Object::new(value, place)?, &ends)?;
        strays.links += usize::from(link.is_none());
        Ok(link)
    })?;
    let meta = match object.any("meta") {
        Some(Value::Object(meta)) => meta,
        _ => Fields::new(),
    };
    Ok(Some(Entry {
        text,
        spans,
        links: links.into_iter().flatten().collect(),
        fields: meta,
        kept,
        is_dated: made.is_some(),
        ..Entry::default()
    }))
}

/// The spans of a task, by what a relation tells of its ends.
struct Ends {
    /// By start, end and label.
    labelled: HashMap<(u32, u32, String), usize>,
    /// By start and end.
    placed: HashMap<(u32, u32), usize>,
    /// By end.
    ended: HashMap<u32, usize>,
    /// The end of each token, by its id.
    tokens: HashMap<u64, u32>,
}

impl Ends {
    fn of(object: &mut Object<'_>, spans: &[EntrySpan]) -> Result<Self, ImportError> {
        let tokens = object.list_if_any("tokens", |value, place| {
            let mut token = Object::new(value, place)?;
            Ok((u64::from(token.whole_number("id")?), token.whole_number("end")?))
        })?;
        // Of several that are alike, the first.
        let each = || spans.iter().enumerate().rev();
        Ok(Self {
            labelled: each()
                .map(|(number, span)| ((span.start, span.end, span.label.clone()), number))
                .collect(),
            placed: each()
                .map(|(number, span)| ((span.start, span.end), number))
                .collect(),
            ended: each().map(|(number, span)| (span.end, number)).collect(),
            tokens: tokens.into_iter().collect(),
        })
    }

    /// The span that is an end of `relation`.
    fn find(&self, relation: &mut Object<'_>, span: &str, token: &str) -> Option<usize> {
        let token = relation.any(token);
        if let Some(span) = relation.any(span) {
            let offset = |key| u32::try_from(span.get(key)?.as_u64()?).ok();
            let place = (offset("start")?, offset("end")?);
            let label = span.get("label").and_then(Value::as_str).unwrap_or_default();
            return self
                .labelled
                .get(&(place.0, place.1, label.to_owned()))
                .or_else(|| self.placed.get(&place))
                .copied();
        }
        let end = self.tokens.get(&token?.as_u64()?)?;
        self.ended.get(end).copied()
    }
}

fn link(mut relation: Object<'_>, ends: &Ends) -> Result<Option<EntryLink>, ImportError> {
    let kind = relation.name("label")?;
    let head = ends.find(&mut relation, "head_span", "head");
    let child = ends.find(&mut relation, "child_span", "child");
    Ok(head.zip(child).map(|(from, to)| EntryLink { kind, from, to }))
}

#[cfg(test)]
mod tests;
