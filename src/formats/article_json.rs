//! The article object, which Corpus (JSON) and Corpus (JSON Lines) share: an article with all its records.
//!
//! Where texts are left out, [`Texts::LeftOut`], `null` stands for every word of the article, and `text_sha256`
//! beside it where words of a record would stand. Offsets stay, and so does what the reviewer wrote. Such an
//! article is read as [`AnchoredWork`], which is placed on whatever text has the same words there.

use super::check::{Check, code_points};
use super::json::{CORRECT, Object, Place, quoted};
use super::slices::Slices;
use super::{CorpusArticle, ExportError, ImportError, Texts};
use crate::core::article::Article;
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::import::{AnchoredWork, Imported, ImportedArticle};
use crate::core::record::{
    Annotation, Fields, Metadata, Origin, Record, Region, RegionKind, Relation, RelationKind, Status,
};
use crate::core::selector::{Anchor, quote};
use crate::core::text::{CodePointOffset, Span, Text};
use crate::core::timestamp::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;

// Writing

/// An article as it is written.
#[derive(Serialize)]
pub(super) struct ArticleRow<'a> {
    pub(super) id: &'a ArticleId,
    pub(super) title: Option<&'a str>,
    pub(super) source_url: Option<&'a str>,
    pub(super) published: Option<&'a str>,
    pub(super) retrieved: Option<&'a str>,
    pub(super) sha256: &'a str,
    pub(super) text: Option<&'a str>,
    pub(super) status: Status,
    pub(super) fields: Fields,
    pub(super) regions: Vec<RegionRow<'a>>,
    pub(super) annotations: Vec<AnnotationRow<'a>>,
    pub(super) relations: Vec<RelationRow<'a>>,
}

/// A region as it is written.
#[derive(Serialize)]
pub(super) struct RegionRow<'a> {
    pub(super) id: &'a RecordId,
    pub(super) kind: RegionKind,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text_sha256: Option<String>,
}

/// An annotation as it is written.
#[derive(Serialize)]
pub(super) struct AnnotationRow<'a> {
    pub(super) id: &'a RecordId,
    pub(super) label: &'a LabelId,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) start_utf16: u32,
    pub(super) end_utf16: u32,
    pub(super) text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text_sha256: Option<String>,
    pub(super) prefix: Option<&'a str>,
    pub(super) suffix: Option<&'a str>,
    pub(super) attributes: Cow<'a, Fields>,
    pub(super) note: Option<&'a str>,
    pub(super) annotator: &'a str,
    pub(super) origin: Origin,
    pub(super) created: String,
    pub(super) updated: String,
}

/// A relation as it is written.
#[derive(Serialize)]
pub(super) struct RelationRow<'a> {
    pub(super) id: &'a RecordId,
    pub(super) kind: RelationKind,
    pub(super) from: &'a RecordId,
    pub(super) to: &'a RecordId,
}

impl<'a> ArticleRow<'a> {
    /// The row of an article, once all of it has been held against the text. A relation is left out where one
    /// of its ends was removed elsewhere.
    pub(super) fn of(
        CorpusArticle { article, records }: CorpusArticle<'a>,
        texts: Texts,
    ) -> Result<Self, ExportError> {
        let slices = Slices::of(&article.text);
        let metadata = &article.metadata;
        Ok(Self {
            id: &article.id,
            title: metadata.title.as_deref(),
            source_url: metadata.source_url.as_deref(),
            published: metadata.published.as_deref(),
            retrieved: metadata.retrieved.as_deref(),
            sha256: &article.sha256,
            text: texts.shown(&article.text),
            status: records.status(),
            fields: records.fields(),
            regions: records
                .regions()
                .into_iter()
                .map(|(id, region)| RegionRow::of(id, region, article, &slices, texts))
                .collect::<Result<_, _>>()?,
            annotations: records
                .annotations()
                .map(|(id, annotation)| AnnotationRow::of(id, annotation, article, &slices, texts))
                .collect::<Result<_, _>>()?,
            relations: records
                .relations()
                .filter(|(_, relation)| {
                    let is_there = |id| records.annotation(id).is_some();
                    is_there(&relation.from) && is_there(&relation.to)
                })
                .map(|(id, relation)| RelationRow {
                    id,
                    kind: relation.kind,
                    from: &relation.from,
                    to: &relation.to,
                })
                .collect(),
        })
    }
}

impl<'a> RegionRow<'a> {
    fn of(
        id: &'a RecordId,
        region: Region,
        article: &'a Article,
        slices: &Slices<'_>,
        texts: Texts,
    ) -> Result<Self, ExportError> {
        let (start, end) = code_points(id, region.span, article)?;
        let words = article.text.slice(region.span);
        Check { article, record: id }.code_points(slices, (start, end), words)?;
        Ok(Self {
            id,
            kind: region.kind,
            start,
            end,
            text: texts.shown(words),
            text_sha256: texts.hashed(words),
        })
    }
}

impl<'a> AnnotationRow<'a> {
    /// The row of an annotation, once it has been held against the text.
    pub(super) fn of(
        id: &'a RecordId,
        annotation: &'a Annotation,
        article: &'a Article,
        slices: &Slices<'_>,
        texts: Texts,
    ) -> Result<Self, ExportError> {
        let (start, end) = code_points(id, annotation.span, article)?;
        let (start_utf16, end_utf16) = article.text.span_to_utf16(annotation.span);
        let (start_utf16, end_utf16) = (start_utf16.0, end_utf16.0);
        let quote = quote(&article.text, annotation.span);
        let check = Check { article, record: id };
        check.code_points(slices, (start, end), quote.exact)?;
        check.utf16(slices, (start_utf16, end_utf16), quote.exact)?;
        check.context(slices, (start, end), (quote.prefix, quote.suffix))?;
        Ok(Self {
            id,
            label: &annotation.label,
            start,
            end,
            start_utf16,
            end_utf16,
            text: texts.shown(quote.exact),
            text_sha256: texts.hashed(quote.exact),
            prefix: texts.shown(quote.prefix),
            suffix: texts.shown(quote.suffix),
            attributes: texts.fields(&annotation.attributes),
            note: annotation.note.as_deref(),
            annotator: &annotation.annotator,
            origin: annotation.origin,
            created: to_millisecond(annotation.created),
            updated: to_millisecond(annotation.updated),
        })
    }
}

/// A time with all three digits of its milliseconds, so that times sort as the strings that they are.
pub(super) fn to_millisecond(time: Timestamp) -> String {
    let second = time.to_second().to_string();
    let millis = time.millis().rem_euclid(1000);
    format!("{}.{millis:03}Z", second.trim_end_matches('Z'))
}

// Reading

/// The kinds of regions, as an error lists them.
pub(super) const REGION_KINDS: &str = "\"title\", \"heading\", \"byline\" or \"junk\"";
/// What to do about offsets and words that do not agree.
const RECOUNT: &str = "Offsets count from the start of the text, start and end in Unicode code points, \
                       start_utf16 and end_utf16 in UTF-16 code units: correct them, or export the file again.";
/// What to do about a text that was changed.
const RESTORE: &str = "The text must be as it was when the spans were made: export the file again.";

/// The articles of a file, as they are read one after another.
#[derive(Default)]
pub(super) struct Articles {
    ids: HashMap<String, usize>,
    imported: Imported,
}

impl Articles {
    /// Takes in the article that stands at `place`, the one with this number in the file. `named` says where
    /// another number is, should both articles have one id.
    pub(super) fn add(
        &mut self,
        value: Value,
        place: &Place<'_>,
        number: usize,
        named: impl Fn(usize) -> String,
    ) -> Result<(), ImportError> {
        let mut object = Object::new(value, place)?;
        let id = object.name("id")?;
        if let Some(&other) = self.ids.get(&id) {
            return Err(not_its_own(&object, &id, &named(other)));
        }
        self.add_work(object, &id)?;
        self.ids.insert(id, number);
        Ok(())
    }

    /// What was read.
    pub(super) fn into_imported(self) -> Imported {
        self.imported
    }

    fn add_work(&mut self, mut object: Object<'_>, id: &str) -> Result<(), ImportError> {
        let mut known = |key| Ok(object.string_or_null(key)?.map(Into::into));
        let metadata = Metadata {
            title: known("title")?,
            source_url: known("source_url")?,
            published: known("published")?,
            retrieved: known("retrieved")?,
        };
        let sha256 = object.string("sha256")?;
        let Some(text) = text(&mut object)? else {
            if !is_sha256(&sha256) {
                return Err(object.error("sha256", SHA256, quoted(&sha256), CORRECT));
            }
            let work = Work::of(&mut object, None)?;
            self.imported.anchored.push(AnchoredWork {
                article: id.into(),
                sha256: Some(sha256.into()),
                is_dated: true,
                unplaced: work.unplaced,
                records: work.records,
            });
            return Ok(());
        };
        let article = Article::new(id.into(), metadata, text);
        if *article.sha256 != *sha256 {
            return Err(object.error(
                "sha256",
                format!("that of the text, {}", article.sha256),
                quoted(&sha256),
                RESTORE,
            ));
        }
        let work = Work::of(&mut object, Some(&article.text))?;
        self.imported.articles.push(ImportedArticle {
            article,
            is_named: true,
            is_dated: true,
            records: work.records,
        });
        Ok(())
    }
}

/// An error about an id that something else in the file has.
fn not_its_own(object: &Object<'_>, id: &str, other: &str) -> ImportError {
    object.error(
        "id",
        "an id of its own",
        format!("{}, which {other} has too", quoted(id)),
        CORRECT,
    )
}

/// What a hash looks like, as an error says it.
const SHA256: &str = "a SHA-256 in 64 small hexadecimal digits";

fn is_sha256(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The ids of a list so far, each with its place in the list.
#[derive(Default)]
pub(super) struct Ids(HashMap<RecordId, usize>);

impl Ids {
    /// Reads and takes in the id of the next item of `list`; an error where another item has it.
    pub(super) fn next(&mut self, object: &mut Object<'_>, list: &str) -> Result<RecordId, ImportError> {
        let id = object.id("id")?;
        match self.0.insert(id.clone(), self.0.len()) {
            None => Ok(id),
            Some(other) => Err(not_its_own(object, &id.to_string(), &format!("{list}[{other}]"))),
        }
    }
}

/// The records of an article.
#[derive(Default)]
struct Work {
    /// Those whose place is known, and those that have none.
    records: Vec<(RecordId, Record)>,
    /// Those whose place is to be found, since the text is not in the file.
    unplaced: Vec<(RecordId, Record, Anchor)>,
}

impl Work {
    fn of(object: &mut Object<'_>, text: Option<&Text>) -> Result<Self, ImportError> {
        let mut work = Self::default();
        let status = object.one_of("status", "\"not_started\", \"in_progress\" or \"done\"")?;
        if status != Status::NotStarted {
            work.records.push(("".into(), Record::Status(status)));
        }
        let fields = object.fields("fields")?;
        work.records.extend(
            fields
                .into_iter()
                .map(|(name, value)| (name.as_str().into(), Record::Field(value))),
        );
        let mut regions = Ids::default();
        object.objects("regions", |object| {
            work.add(region(object, &mut regions, text)?);
            Ok(())
        })?;
        let mut annotations = Ids::default();
        object.objects("annotations", |object| {
            work.add(annotation(object, &mut annotations, text)?);
            Ok(())
        })?;
        let mut ids = Ids::default();
        work.records
            .extend(object.objects("relations", |object| relation(object, &mut ids, &annotations))?);
        Ok(work)
    }

    fn add(&mut self, (id, record, anchor): (RecordId, Record, Option<Anchor>)) {
        match anchor {
            None => self.records.push((id, record)),
            Some(anchor) => self.unplaced.push((id, record, anchor)),
        }
    }
}

/// A text, which must be normalised: to do it here would move what its offsets point at. `None` where it is left
/// out.
fn text(object: &mut Object<'_>) -> Result<Option<Text>, ImportError> {
    let Some(text) = object.string_or_null("text")? else {
        return Ok(None);
    };
    let at = if text.starts_with('\u{feff}') {
        Some((0, "a byte order mark"))
    } else {
        text.find('\r').map(|at| (at, "a carriage return"))
    };
    match at {
        None => Ok(Some(Text::new(text))),
        Some((at, what)) => {
            let at = text[..at].chars().count();
            Err(object.error(
                "text",
                "a text without a byte order mark, each line of which ends with a line feed alone",
                format!("{what} at code point {at}"),
                "Offsets would move if it were taken out here: take it out and count the offsets anew, or \
                 export the file again.",
            ))
        }
    }
}

fn region(
    mut object: Object<'_>,
    ids: &mut Ids,
    text: Option<&Text>,
) -> Result<(RecordId, Record, Option<Anchor>), ImportError> {
    let id = ids.next(&mut object, "regions")?;
    let kind = object.one_of("kind", REGION_KINDS)?;
    let (span, anchor) = span(&mut object, text)?;
    Ok((id, Record::Region(Region { kind, span }), anchor))
}

fn annotation(
    mut object: Object<'_>,
    ids: &mut Ids,
    text: Option<&Text>,
) -> Result<(RecordId, Record, Option<Anchor>), ImportError> {
    let id = ids.next(&mut object, "annotations")?;
    let label = object.name("label")?;
    let (span, mut anchor) = span(&mut object, text)?;
    match (text, &mut anchor) {
        (Some(text), _) => agrees(&mut object, text, span)?,
        (None, Some(anchor)) => {
            object.whole_number("start_utf16")?;
            object.whole_number("end_utf16")?;
            anchor.prefix = object.string_or_null("prefix")?.unwrap_or_default().into();
            anchor.suffix = object.string_or_null("suffix")?.unwrap_or_default().into();
        }
        (None, None) => {}
    }
    let annotation = Annotation {
        label: label.as_str().into(),
        span,
        attributes: object.fields("attributes")?,
        note: object.string_or_null("note")?.map(Into::into),
        annotator: object.string("annotator")?.into(),
        origin: object.one_of("origin", "\"human\", \"rule\" or \"imported\"")?,
        created: object.time("created")?,
        updated: object.time("updated")?,
    };
    Ok((id, Record::Annotation(annotation), anchor))
}

/// Sees that what an annotation says of its span beside start, end and words agrees with the text.
fn agrees(object: &mut Object<'_>, text: &Text, span: Span) -> Result<(), ImportError> {
    let (start, end) = text.span_to_utf16(span);
    for (key, expected) in [("start_utf16", start.0), ("end_utf16", end.0)] {
        let found = object.whole_number(key)?;
        if found != expected {
            return Err(object.error(key, expected.to_string(), found.to_string(), RECOUNT));
        }
    }
    let prefix = object.string("prefix")?;
    let before = &text[..span.start().to_usize()];
    if !before.ends_with(&prefix) {
        return Err(object.error("prefix", "the words before the span", quoted(&prefix), RECOUNT));
    }
    let suffix = object.string("suffix")?;
    let behind = &text[span.end().to_usize()..];
    if !behind.starts_with(&suffix) {
        return Err(object.error("suffix", "the words behind the span", quoted(&suffix), RECOUNT));
    }
    Ok(())
}

/// The span that `start` and `end` name, if it is one of `text` and its words are those of the key `text`.
/// Without a text, a span that means nothing, and where it was.
fn span(object: &mut Object<'_>, text: Option<&Text>) -> Result<(Span, Option<Anchor>), ImportError> {
    let start = object.whole_number("start")?;
    let end = object.whole_number("end")?;
    let Some(unplaced) = Span::new(start as usize, end as usize) else {
        return Err(object.error(
            "end",
            format!("more than the start, {start}"),
            end.to_string(),
            RECOUNT,
        ));
    };
    let (start, end) = (CodePointOffset(start), CodePointOffset(end));
    let Some(text) = text else {
        return Ok((unplaced, Some(anchor(object, (start, end))?)));
    };
    let Some(span) = text.span_from_code_points(start, end) else {
        let expected = format!("at most the length of the text, {}", text.code_points());
        return Err(object.error("end", expected, end.0.to_string(), RECOUNT));
    };
    let words = object.string("text")?;
    if words != text.slice(span) {
        let expected = format!("what stands in the text there, {}", quoted(text.slice(span)));
        return Err(object.error("text", expected, quoted(&words), RECOUNT));
    }
    Ok((span, None))
}

/// Where a record was in a text that is not in the file, and its words or their hash.
fn anchor(
    object: &mut Object<'_>,
    position: (CodePointOffset, CodePointOffset),
) -> Result<Anchor, ImportError> {
    let exact = object.string_or_null("text")?;
    let exact_sha256 = match exact {
        Some(_) => None,
        None => {
            let hash = object.string("text_sha256")?;
            if !is_sha256(&hash) {
                return Err(object.error("text_sha256", SHA256, quoted(&hash), CORRECT));
            }
            Some(hash.into())
        }
    };
    Ok(Anchor {
        position: Some(position),
        exact: exact.map(Into::into),
        exact_sha256,
        ..Anchor::default()
    })
}

fn relation(
    mut object: Object<'_>,
    ids: &mut Ids,
    annotations: &Ids,
) -> Result<(RecordId, Record), ImportError> {
    let id = ids.next(&mut object, "relations")?;
    let kind = object.one_of("kind", "\"attributes\", \"doubts\" or \"via\"")?;
    let mut end = |key| {
        let id = object.id(key)?;
        if annotations.0.contains_key(&id) {
            return Ok(id);
        }
        Err(object.error(
            key,
            "the id of an annotation of the same article",
            quoted(&id.to_string()),
            CORRECT,
        ))
    };
    let (from, to) = (end("from")?, end("to")?);
    Ok((id, Record::Relation(Relation { kind, from, to })))
}
