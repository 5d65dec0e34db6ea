//! What is ours and a peer's format has no key for, kept under one key of ours: ids, notes, fields, who and
//! when, regions, and how offsets are counted.
//!
//! Peers carry keys that they do not know along, so an article comes back from them as it went, with what was
//! done to its spans there. The offsets of the regions and spans are in the unit of the file around them.

use super::article_json::{REGION_KINDS, to_millisecond};
use super::check::{self, Check};
use super::json::{CORRECT, Object, Place, quoted};
use super::slices::Slices;
use super::unit::Unit;
use super::{CorpusArticle, ExportError, ImportError};
use crate::core::article::Article;
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::{Annotation, Fields, Metadata, Origin, RegionKind, RelationKind, Status};
use crate::core::text::Span;
use crate::core::timestamp::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// The key that it is kept under.
pub(super) const KEY: &str = "hearsay";
/// The version that is written and read.
const VERSION: u32 = 1;

// Writing

/// An article as peers have it: spans, links between them, and what is kept for us.
pub(super) struct Labelled<'a> {
    /// The spans, in reading order.
    pub(super) spans: Vec<LabelledSpan<'a>>,
    /// The links between two spans that are both there.
    pub(super) links: Vec<Link<'a>>,
    /// What goes under [`KEY`].
    pub(super) kept: Kept<'a>,
}

/// An annotation, with its place in the unit of the file.
pub(super) struct LabelledSpan<'a> {
    pub(super) id: &'a RecordId,
    pub(super) annotation: &'a Annotation,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A relation, its ends told by their number among the spans.
pub(super) struct Link<'a> {
    pub(super) id: &'a RecordId,
    pub(super) kind: RelationKind,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// What goes under [`KEY`].
#[derive(Serialize)]
pub(super) struct Kept<'a> {
    version: u32,
    offset_unit: &'static str,
    id: &'a ArticleId,
    title: Option<&'a str>,
    source_url: Option<&'a str>,
    published: Option<&'a str>,
    retrieved: Option<&'a str>,
    sha256: &'a str,
    status: Status,
    fields: Fields,
    regions: Vec<KeptRegion<'a>>,
    annotations: Vec<KeptAnnotation<'a>>,
    relations: Vec<KeptRelation<'a>>,
}

#[derive(Serialize)]
struct KeptRegion<'a> {
    id: &'a RecordId,
    kind: RegionKind,
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct KeptAnnotation<'a> {
    id: &'a RecordId,
    label: &'a LabelId,
    start: u32,
    end: u32,
    attributes: &'a Fields,
    note: Option<&'a str>,
    annotator: &'a str,
    origin: Origin,
    created: String,
    updated: String,
}

#[derive(Serialize)]
struct KeptRelation<'a> {
    id: &'a RecordId,
    kind: RelationKind,
    from: &'a RecordId,
    to: &'a RecordId,
}

impl<'a> Labelled<'a> {
    /// The article with those of its spans that `holds` finds the format able to hold. Checks what its offsets
    /// cut out of the text.
    pub(super) fn of(
        CorpusArticle { article, records }: CorpusArticle<'a>,
        unit: Unit,
        holds: impl Fn(&'a Annotation) -> bool,
    ) -> Result<Self, ExportError> {
        let counted = Counted {
            article,
            slices: Slices::of(&article.text),
            unit,
        };
        let spans = records
            .annotations()
            .filter(|(_, annotation)| holds(annotation))
            .map(|(id, annotation)| {
                let (start, end) = counted.ends(id, annotation.span)?;
                Ok(LabelledSpan {
                    id,
                    annotation,
                    start,
                    end,
                })
            })
            .collect::<Result<Vec<_>, ExportError>>()?;
        let numbers: HashMap<_, _> = spans
            .iter()
            .enumerate()
            .map(|(number, span)| (span.id, number))
            .collect();
        let links: Vec<_> = records
            .relations()
            .filter_map(|(id, relation)| {
                Some(Link {
                    id,
                    kind: relation.kind,
                    from: *numbers.get(&relation.from)?,
                    to: *numbers.get(&relation.to)?,
                })
            })
            .collect();
        let regions = records
            .regions()
            .into_iter()
            .map(|(id, region)| {
                let (start, end) = counted.ends(id, region.span)?;
                Ok(KeptRegion {
                    id,
                    kind: region.kind,
                    start,
                    end,
                })
            })
            .collect::<Result<_, ExportError>>()?;
        let metadata = &article.metadata;
        let kept = Kept {
            version: VERSION,
            offset_unit: unit.as_str(),
            id: &article.id,
            title: metadata.title.as_deref(),
            source_url: metadata.source_url.as_deref(),
            published: metadata.published.as_deref(),
            retrieved: metadata.retrieved.as_deref(),
            sha256: &article.sha256,
            status: records.status(),
            fields: records.fields(),
            regions,
            annotations: spans.iter().map(KeptAnnotation::of).collect(),
            relations: links
                .iter()
                .map(|link| KeptRelation {
                    id: link.id,
                    kind: link.kind,
                    from: spans[link.from].id,
                    to: spans[link.to].id,
                })
                .collect(),
        };
        Ok(Self { spans, links, kept })
    }
}

impl<'a> KeptAnnotation<'a> {
    fn of(span: &LabelledSpan<'a>) -> Self {
        let annotation = span.annotation;
        Self {
            id: span.id,
            label: &annotation.label,
            start: span.start,
            end: span.end,
            attributes: &annotation.attributes,
            note: annotation.note.as_deref(),
            annotator: &annotation.annotator,
            origin: annotation.origin,
            created: to_millisecond(annotation.created),
            updated: to_millisecond(annotation.updated),
        }
    }
}

/// An article whose spans are counted in one unit, and checked against what that unit cuts out of the text.
struct Counted<'a> {
    article: &'a Article,
    slices: Slices<'a>,
    unit: Unit,
}

impl Counted<'_> {
    fn ends(&self, id: &RecordId, span: Span) -> Result<(u32, u32), ExportError> {
        let ends = check::code_points(id, span, self.article)?;
        let words = self.article.text.slice(span);
        let check = Check {
            article: self.article,
            record: id,
        };
        match self.unit {
            Unit::CodePoints => check.code_points(&self.slices, ends, words).map(|()| ends),
            Unit::Utf16 => {
                let (start, end) = self.article.text.span_to_utf16(span);
                let ends = (start.0, end.0);
                check.utf16(&self.slices, ends, words).map(|()| ends)
            }
            Unit::Graphemes => Err(ExportError::NotWritten(format!("no reader counts {}", self.unit))),
        }
    }
}

// Reading

/// What stood under [`KEY`].
pub(super) struct KeptArticle {
    pub(super) id: ArticleId,
    pub(super) metadata: Metadata,
    pub(super) sha256: String,
    pub(super) unit: Unit,
    pub(super) status: Status,
    pub(super) fields: Fields,
    pub(super) regions: Vec<(RecordId, RegionKind, u32, u32)>,
    pub(super) annotations: Vec<KeptSpan>,
    pub(super) relations: Vec<(RecordId, RelationKind, RecordId, RecordId)>,
}

/// An annotation as it was exported, and the place that it had in the file.
pub(super) struct KeptSpan {
    pub(super) id: RecordId,
    pub(super) label: String,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) attributes: Fields,
    pub(super) note: Option<String>,
    pub(super) annotator: String,
    pub(super) origin: Origin,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
}

/// Reads what stands under [`KEY`] at `place`; `None` where that is null, as where a peer has a table with a
/// column for it.
pub(super) fn read(value: Value, place: &Place<'_>) -> Result<Option<KeptArticle>, ImportError> {
    if value.is_null() {
        return Ok(None);
    }
    let mut object = Object::new(value, place)?;
    let version = object.whole_number("version")?;
    if version != VERSION {
        return Err(object.error(
            "version",
            VERSION.to_string(),
            version.to_string(),
            "A newer Hearsay wrote this file: reload the page to get the newest one, and import it again.",
        ));
    }
    let unit = object.name("offset_unit")?;
    let Some(unit) = Unit::named(&unit) else {
        return Err(object.error(
            "offset_unit",
            "a unit, such as \"unicode code point\"",
            quoted(&unit),
            CORRECT,
        ));
    };
    let id = object.name("id")?.as_str().into();
    let mut known = |key| Ok(object.string_or_null(key)?.map(Into::into));
    let metadata = Metadata {
        title: known("title")?,
        source_url: known("source_url")?,
        published: known("published")?,
        retrieved: known("retrieved")?,
    };
    Ok(Some(KeptArticle {
        id,
        metadata,
        unit,
        sha256: object.string("sha256")?,
        status: object.one_of("status", "\"not_started\", \"in_progress\" or \"done\"")?,
        fields: object.fields("fields")?,
        regions: object.objects("regions", |mut region| {
            Ok((
                region.id("id")?,
                region.one_of("kind", REGION_KINDS)?,
                region.whole_number("start")?,
                region.whole_number("end")?,
            ))
        })?,
        annotations: object.objects("annotations", span)?,
        relations: object.objects("relations", |mut relation| {
            Ok((
                relation.id("id")?,
                relation.one_of("kind", "\"attributes\", \"doubts\" or \"via\"")?,
                relation.id("from")?,
                relation.id("to")?,
            ))
        })?,
    }))
}

fn span(mut object: Object<'_>) -> Result<KeptSpan, ImportError> {
    Ok(KeptSpan {
        id: object.id("id")?,
        label: object.name("label")?,
        start: object.whole_number("start")?,
        end: object.whole_number("end")?,
        attributes: object.fields("attributes")?,
        note: object.string_or_null("note")?,
        annotator: object.string("annotator")?,
        origin: object.one_of("origin", "\"human\", \"rule\" or \"imported\"")?,
        created: object.time("created")?,
        updated: object.time("updated")?,
    })
}
