//! CASes as they are read, whoever wrote them.

use super::super::beside::{self, ArticleBeside};
use super::super::counting::Counting;
use super::super::json::{CORRECT, Place, broken, shown, text_of};
use super::super::naming::Naming;
use super::super::{File, ImportError, Loss};
use super::{ANNOTATION, COLLECTION, DOCUMENT, RELATION, SPAN};
use crate::core::article::{Article, normalised};
use crate::core::id::{ArticleId, RecordId};
use crate::core::import::{Imported, ImportedArticle};
use crate::core::record::{Annotation, Fields, Metadata, Origin, Record, RecordKind, Relation, RelationKind};
use crate::core::text::{Span, Text};
use crate::core::timestamp::Timestamp;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Types that tell of the text's form, or of the document, and not of what it says.
const PASSED_OVER: [&str; 3] = [
    "uima.tcas.DocumentAnnotation",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.",
];
/// The features that tell the label, in the order in which they are asked.
const LABELS: [&str; 4] = ["label", "Label", "value", "Value"];
/// The features of [`SPAN`] that are no fields of the label's.
const OURS: [&str; 7] = [
    "identifier",
    "note",
    "annotator",
    "created",
    "updated",
    "origin",
    "fields",
];

/// Reads archives and single CASes.
pub(super) fn read(files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
    let opened = beside::open(files)?;
    let mut imported = Imported {
        records: opened.records,
        ..Imported::default()
    };
    let mut left_out = LeftOut::default();
    let mut ids = HashSet::new();
    for file in opened.files.iter().filter(|file| file.extension() == "json") {
        let article = cas(
            file,
            opened.articles.get(file.stem()),
            now,
            &mut ids,
            &mut left_out,
        )
        .map_err(|error| error.in_file(file))?;
        imported.articles.push(article);
    }
    imported.notes = left_out.notes();
    Ok(imported)
}

/// How much of the files has no place here.
#[derive(Default)]
struct LeftOut {
    /// Annotations without any words.
    empty: usize,
    /// Annotations of a view other than the first with a text.
    elsewhere: usize,
    /// Relations of another kind, or with an end that is not here.
    relations: usize,
}

impl LeftOut {
    fn notes(&self) -> Vec<String> {
        [
            Loss::of(
                self.empty,
                "annotation without any words was left out.",
                "annotations without any words were left out.",
            ),
            Loss::of(
                self.elsewhere,
                "annotation was left out: it is not of the view that has the text.",
                "annotations were left out: they are not of the view that has the text.",
            ),
            Loss::of(
                self.relations,
                "relation was left out: it does not attribute, doubt or pass on between two spans that were \
                 taken over.",
                "relations were left out: they do not attribute, doubt or pass on between two spans that were \
                 taken over.",
            ),
        ]
        .into_iter()
        .flatten()
        .map(|loss| loss.to_string())
        .collect()
    }
}

/// The structures of a CAS with their numbers: a list, or, in older files, an object.
type Structures<'v> = Vec<(i64, &'v Value)>;

fn structures<'v>(cas: &'v Value, place: &Place<'_>) -> Result<Structures<'v>, ImportError> {
    const EXPECTED: &str = "a list of feature structures";
    let number = |id: Option<i64>, place: &Place<'_>| {
        id.ok_or_else(|| {
            place
                .key("%ID")
                .error("a whole number", "something else", CORRECT)
        })
    };
    match cas.get("%FEATURE_STRUCTURES") {
        Some(Value::Array(structures)) => structures
            .iter()
            .enumerate()
            .map(|(index, structure)| {
                let id = structure.get("%ID").and_then(Value::as_i64);
                Ok((number(id, &place.item(index))?, structure))
            })
            .collect(),
        Some(Value::Object(structures)) => structures
            .iter()
            .map(|(key, structure)| Ok((number(key.parse().ok(), &place.key(key))?, structure)))
            .collect(),
        Some(other) => Err(place.error(EXPECTED, shown(other), CORRECT)),
        None => Err(place.error(EXPECTED, "nothing", CORRECT)),
    }
}

/// The types of a CAS, each with its supertype.
struct Types<'v>(HashMap<&'v str, &'v str>);

impl<'v> Types<'v> {
    fn of(cas: &'v Value) -> Self {
        let types = cas.get("%TYPES").and_then(Value::as_object).into_iter().flatten();
        let supertype =
            |(name, kind): (&'v String, &'v Value)| Some((name.as_str(), kind.get("%SUPER_TYPE")?.as_str()?));
        Self(types.filter_map(supertype).collect())
    }

    /// The type and all its supertypes, as far as the file tells them.
    fn above(&self, kind: &'v str) -> Vec<&'v str> {
        let mut above = vec![kind];
        while let Some(supertype) = above.last().and_then(|kind| self.0.get(kind))
            && !above.contains(supertype)
        {
            above.push(supertype);
        }
        above
    }

    /// Whether annotations of the type are labels. A type that the file does not explain is taken for one.
    fn is_label(&self, kind: &'v str) -> bool {
        let above = self.above(kind);
        let is_known = self.0.contains_key(kind) || kind.starts_with("uima.");
        let is_annotation = above.contains(&ANNOTATION) || !is_known;
        is_annotation
            && !above
                .iter()
                .any(|kind| PASSED_OVER.iter().any(|form| kind.starts_with(form)))
    }
}

fn string<'v>(structure: &'v Value, feature: &str) -> Option<&'v str> {
    structure.get(feature)?.as_str()
}

/// Both names of the ends that a relation may have, as INCEpTION's layers and others call them.
fn ends(structure: &Value) -> Option<(i64, i64)> {
    [("@Governor", "@Dependent"), ("@source", "@target")]
        .into_iter()
        .find_map(|(from, to)| Some((structure.get(from)?.as_i64()?, structure.get(to)?.as_i64()?)))
}

fn cas(
    file: &File,
    beside: Option<&ArticleBeside>,
    now: Timestamp,
    ids: &mut HashSet<ArticleId>,
    left_out: &mut LeftOut,
) -> Result<ImportedArticle, ImportError> {
    let json = text_of(&file.bytes)?;
    let cas: Value = serde_json::from_str(json).map_err(|error| broken(json, &error))?;
    let types = Types::of(&cas);
    let place = Place::ROOT;
    let place = place.key("%FEATURE_STRUCTURES");
    let structures = structures(&cas, &place)?;
    let is = |structure: &Value, kind| string(structure, "%TYPE") == Some(kind);
    let texts = structures
        .iter()
        .filter(|(_, structure)| is(structure, "uima.cas.Sofa"));
    let mut texts = texts.filter_map(|(id, sofa)| Some((*id, string(sofa, "sofaString")?)));
    let (sofa, raw) = texts.next().ok_or_else(|| {
        place.error(
            "a structure of the type uima.cas.Sofa with a sofaString",
            "none",
            CORRECT,
        )
    })?;
    let document = structures
        .iter()
        .map(|(_, structure)| *structure)
        .find(|structure| is(structure, DOCUMENT));
    let told = |feature| document.and_then(|document| string(document, feature));
    let ours = told("collectionId") == Some(COLLECTION);
    let (id, metadata) = match beside {
        Some(beside) => (beside.id().clone(), beside.metadata().clone()),
        None => {
            let id = told("documentId")
                .filter(|id| !id.is_empty())
                .unwrap_or(file.stem());
            let title = told("documentTitle").filter(|title| *title != id && !title.is_empty());
            let metadata = Metadata {
                title: title.map(Into::into),
                source_url: told("documentUri").filter(|_| ours).map(Into::into),
                ..Metadata::default()
            };
            (id.into(), metadata)
        }
    };
    let mut own = id.clone();
    let mut number = 2;
    while !ids.insert(own.clone()) {
        own = format!("{id}-{number}").as_str().into();
        number += 1;
    }
    let article = Article::new(own, metadata, Text::new(normalised(raw)));
    let mut records = beside.map_or_else(Vec::new, |beside| beside.records(&article));
    let counting = Counting::utf16(raw);
    let mut naming = Naming::default();
    let mut spans: HashMap<i64, RecordId> = HashMap::new();
    let mut is_dated = true;
    let mut relations = Vec::new();
    for (index, (number, structure)) in structures.iter().enumerate() {
        let Some(kind) = string(structure, "%TYPE").filter(|kind| types.is_label(kind)) else {
            continue;
        };
        if structure.get("@sofa").is_some_and(|of| of.as_i64() != Some(sofa)) {
            left_out.elsewhere += 1;
            continue;
        }
        if let Some((from, to)) = ends(structure) {
            relations.push((*structure, from, to));
            continue;
        }
        let place = place.item(index);
        let Some(span) = span(structure, &article.text, &counting, &place)? else {
            left_out.empty += 1;
            continue;
        };
        let annotation = annotation(structure, kind, span, now, &place)?;
        is_dated &= structure.get("updated").is_some() || structure.get("created").is_some();
        let content = format!("{kind} {} {:?}", annotation.label, annotation.span);
        let id = naming.id(
            RecordKind::Annotation,
            &article.id,
            string(structure, "identifier").map(Into::into),
            &content,
        );
        spans.insert(*number, id.clone());
        records.push((id, Record::Annotation(annotation)));
    }
    for (structure, from, to) in relations {
        let label = LABELS.iter().find_map(|feature| string(structure, feature));
        let kind = RelationKind::ALL
            .into_iter()
            .find(|kind| Some(kind.as_str()) == label);
        let Some((kind, (from, to))) = kind.zip(spans.get(&from).zip(spans.get(&to))) else {
            left_out.relations += 1;
            continue;
        };
        let content = format!("{} {from} {to}", kind.as_str());
        let ours = string(structure, "identifier")
            .filter(|_| is(structure, RELATION))
            .map(Into::into);
        let id = naming.id(RecordKind::Relation, &article.id, ours, &content);
        let (from, to) = (from.clone(), to.clone());
        records.push((id, Record::Relation(Relation { kind, from, to })));
    }
    Ok(ImportedArticle {
        article,
        is_named: beside.is_some() || ours,
        is_dated,
        records,
    })
}

/// Where an annotation lies; `None` where it has no words.
fn span(
    structure: &Value,
    text: &Text,
    counting: &Counting,
    place: &Place<'_>,
) -> Result<Option<Span>, ImportError> {
    // Offsets may be marked as such, with a caret.
    let offset = |key: &'static str, marked: &'static str| {
        let expected = format!("a whole number, at most {}", counting.length());
        let found = structure.get(key).or_else(|| structure.get(marked));
        let offset = found
            .and_then(Value::as_u64)
            .and_then(|offset| u32::try_from(offset).ok());
        offset
            .filter(|offset| *offset <= counting.length())
            .ok_or_else(|| {
                place
                    .key(key)
                    .error(expected, found.map_or("nothing".into(), shown), CORRECT)
            })
    };
    let (begin, end) = (offset("begin", "^begin")?, offset("end", "^end")?);
    if end < begin {
        return Err(place
            .key("end")
            .error(format!("at least {begin}"), end.to_string(), CORRECT));
    }
    Ok(counting.span(text, (begin, end)))
}

fn annotation(
    structure: &Value,
    kind: &str,
    span: Span,
    now: Timestamp,
    place: &Place<'_>,
) -> Result<Annotation, ImportError> {
    let is_ours = kind == SPAN;
    let is_feature = |key: &str| {
        let is_own = key.starts_with(['%', '@', '^']) || ["begin", "end"].contains(&key);
        !is_own && (!is_ours || !OURS.contains(&key))
    };
    let features: Vec<_> = structure
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, value)| {
            is_feature(key) && (value.is_string() || value.is_number() || value.is_boolean())
        })
        .map(|(key, value)| (key.trim_start_matches('#'), value))
        .collect();
    let words = |key: &str| {
        let feature = features.iter().find(|(name, _)| *name == key)?;
        feature.1.as_str().filter(|words| !words.is_empty())
    };
    let mut strings = features
        .iter()
        .filter(|(_, value)| value.is_string())
        .map(|(name, _)| *name);
    let only = strings.next().filter(|_| strings.next().is_none());
    let told = LABELS
        .into_iter()
        .chain(only)
        .find_map(|key| Some((key, words(key)?)));
    let short = kind.rsplit('.').next().unwrap_or(kind);
    let label = told.map_or(short, |(_, label)| label);
    let mut attributes = Fields::new();
    if let Some(json) = string(structure, "fields").filter(|_| is_ours) {
        let error = |_| {
            place
                .key("fields")
                .error("a JSON object in a string", shown(&json.into()), CORRECT)
        };
        attributes = serde_json::from_str(json).map_err(error)?;
    }
    for (name, value) in features {
        if told.is_none_or(|(key, _)| key != name) {
            attributes.insert(name.to_owned(), value.clone());
        }
    }
    let time = |key: &str| {
        let expected = "a time as RFC 3339 writes it, such as \"2026-11-21T12:00:00Z\"";
        let time = string(structure, key).filter(|_| is_ours);
        time.map(|time| {
            let error = || place.key(key).error(expected, shown(&time.into()), CORRECT);
            Timestamp::parse(time).ok_or_else(error)
        })
        .transpose()
    };
    let (created, updated) = (time("created")?, time("updated")?);
    let said = |key| string(structure, key).filter(|_| is_ours);
    Ok(Annotation {
        label: label.into(),
        span,
        attributes,
        note: said("note").map(Into::into),
        annotator: said("annotator").unwrap_or_default().into(),
        created: created.or(updated).unwrap_or(now),
        updated: updated.or(created).unwrap_or(now),
        origin: match said("origin") {
            Some("human") => Origin::Human,
            Some("rule") => Origin::Rule,
            _ => Origin::Imported,
        },
    })
}
