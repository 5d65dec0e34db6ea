//! Corpus (JSON): the whole work in one file, which this page reads back.
//!
//! Every key is always present, in the order of the structs below; offsets count Unicode code points,
//! and an annotation also says its place in UTF-16 code units, for readers whose strings are made of those.
//! `public/schema/hearsay-corpus-1.schema.json` describes the file.
//!
//! A file names nothing that is not in it. A relation whose end was removed elsewhere, and a claim group's
//! member that is no longer there, or not among the exported articles, are left out, and reading refuses them.
//!
//! Reading takes the text apart one article at a time, so that only one of them is held as JSON values.

use super::check::{Check, code_points};
use super::json::{CORRECT, Object, Place, broken, quoted, shown, text_of};
use super::slices::Slices;
use super::{
    Corpus, CorpusArticle, ExportError, ExportFormat, File, ImportError, ImportFormat, Inventory, Loss,
    Output,
};
use crate::core::article::Article;
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::import::{Imported, ImportedArticle};
use crate::core::record::{
    Annotation, ClaimGroup, Entity, Fields, Metadata, Origin, Record, RecordKind, Region, RegionKind,
    Relation, RelationKind, Status,
};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::selector::quote;
use crate::core::text::{CodePointOffset, Span, Text};
use crate::core::timestamp::Timestamp;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

/// The format's name in the file.
const FORMAT: &str = "hearsay-corpus";
/// The version that is written and read.
const VERSION: u32 = 1;
/// The unit of `start` and `end`.
const OFFSET_UNIT: &str = "unicode code point";

/// Corpus (JSON), version 1.
#[derive(Clone, Copy, Debug)]
pub struct CorpusJson;

impl ExportFormat for CorpusJson {
    fn id(&self) -> &'static str {
        "corpus-json"
    }

    fn name(&self) -> &'static str {
        "Corpus (JSON)"
    }

    fn about(&self) -> &'static str {
        "Everything in one file: texts, labels, relations, notes. Import takes it back as it is."
    }

    fn media_type(&self) -> &'static str {
        "application/json"
    }

    fn file_stem(&self) -> &'static str {
        FORMAT
    }

    fn file_extension(&self) -> &'static str {
        "json"
    }

    fn losses(&self, _: &Corpus<'_>, _: &Inventory) -> Vec<Loss> {
        Vec::new()
    }

    fn write(&self, corpus: &Corpus<'_>, mut output: &mut dyn Output) -> Result<(), ExportError> {
        serde_json::to_writer_pretty(&mut output, &FileRow::of(corpus)?)?;
        output.write_all(b"\n")?;
        Ok(())
    }
}

impl ImportFormat for CorpusJson {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    fn recognises(&self, file: &File) -> bool {
        // Anywhere: a program that sorts keys puts the articles before the format.
        const NAME: &[u8] = b"\"hearsay-corpus\"";
        file.bytes.windows(NAME.len()).any(|bytes| bytes == NAME)
    }

    fn read(&self, files: &[File], _: Timestamp) -> Result<Imported, ImportError> {
        let mut imported = Imported::default();
        for file in files {
            imported.extend(read(&file.bytes).map_err(|error| error.in_file(file))?);
        }
        Ok(imported)
    }
}

/// Reads and checks one corpus file.
fn read(file: &[u8]) -> Result<Imported, ImportError> {
    let text = text_of(file)?;
    let file: FileRead = serde_json::from_str(text).map_err(|error| {
        if !error.is_data() {
            return broken(text, &error);
        }
        // Nothing but these two is asked of the JSON before it is looked at value by value.
        if text.trim_start().starts_with('{') {
            Place::ROOT
                .key("articles")
                .error("a list", "another value", CORRECT)
        } else {
            Place::ROOT.error("an object", "another value", CORRECT)
        }
    })?;
    file.checked()
}

// Writing

#[derive(Serialize)]
struct FileRow<'a> {
    format: &'static str,
    version: u32,
    offset_unit: &'static str,
    exported_at: String,
    generator: GeneratorRow,
    scheme: SchemeRow<'a>,
    articles: Vec<ArticleRow<'a>>,
    entities: Vec<EntityRow<'a>>,
    claim_groups: Vec<ClaimGroupRow<'a>>,
}

#[derive(Serialize)]
struct GeneratorRow {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct SchemeRow<'a> {
    name: &'a str,
    version: u32,
    labels: Vec<LabelRow<'a>>,
}

#[derive(Serialize)]
struct LabelRow<'a> {
    id: &'a LabelId,
    name: &'a str,
    definition: &'a str,
}

#[derive(Serialize)]
struct ArticleRow<'a> {
    id: &'a ArticleId,
    title: Option<&'a str>,
    source_url: Option<&'a str>,
    published: Option<&'a str>,
    retrieved: Option<&'a str>,
    sha256: &'a str,
    text: &'a str,
    status: Status,
    fields: Fields,
    regions: Vec<RegionRow<'a>>,
    annotations: Vec<AnnotationRow<'a>>,
    relations: Vec<RelationRow<'a>>,
}

#[derive(Serialize)]
struct RegionRow<'a> {
    id: &'a RecordId,
    kind: RegionKind,
    start: u32,
    end: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct AnnotationRow<'a> {
    id: &'a RecordId,
    label: &'a LabelId,
    start: u32,
    end: u32,
    start_utf16: u32,
    end_utf16: u32,
    text: &'a str,
    prefix: &'a str,
    suffix: &'a str,
    attributes: &'a Fields,
    note: Option<&'a str>,
    annotator: &'a str,
    origin: Origin,
    created: String,
    updated: String,
}

#[derive(Serialize)]
struct RelationRow<'a> {
    id: &'a RecordId,
    kind: RelationKind,
    from: &'a RecordId,
    to: &'a RecordId,
}

#[derive(Serialize)]
struct EntityRow<'a> {
    id: &'a RecordId,
    name: &'a str,
    aliases: &'a [Arc<str>],
}

#[derive(Serialize)]
struct ClaimGroupRow<'a> {
    id: &'a RecordId,
    name: &'a str,
    members: Vec<&'a RecordId>,
}

impl<'a> FileRow<'a> {
    fn of(corpus: &Corpus<'a>) -> Result<Self, ExportError> {
        let articles = corpus
            .articles
            .iter()
            .map(|article| ArticleRow::of(*article))
            .collect::<Result<Vec<_>, _>>()?;
        let annotations = articles
            .iter()
            .flat_map(|article| article.annotations.iter().map(|annotation| annotation.id))
            .collect();
        Ok(Self {
            format: FORMAT,
            version: VERSION,
            offset_unit: OFFSET_UNIT,
            exported_at: corpus.exported_at.to_second().to_string(),
            generator: GeneratorRow {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            scheme: SchemeRow::of(corpus.scheme),
            entities: entities(corpus.records),
            claim_groups: claim_groups(corpus.records, &annotations),
            articles,
        })
    }
}

impl<'a> SchemeRow<'a> {
    fn of(scheme: &'a Scheme) -> Self {
        Self {
            name: &scheme.name,
            version: scheme.version,
            labels: scheme
                .labels
                .iter()
                .map(|label| LabelRow {
                    id: &label.id,
                    name: &label.name,
                    definition: &label.definition,
                })
                .collect(),
        }
    }
}

impl<'a> ArticleRow<'a> {
    fn of(CorpusArticle { article, records }: CorpusArticle<'a>) -> Result<Self, ExportError> {
        let slices = Slices::of(&article.text);
        let metadata = &article.metadata;
        Ok(Self {
            id: &article.id,
            title: metadata.title.as_deref(),
            source_url: metadata.source_url.as_deref(),
            published: metadata.published.as_deref(),
            retrieved: metadata.retrieved.as_deref(),
            sha256: &article.sha256,
            text: &article.text,
            status: records.status(),
            fields: records
                .of_kind(RecordKind::Field)
                .filter_map(|(name, record)| match record {
                    Record::Field(value) => Some((name.to_string(), value.clone())),
                    _ => None,
                })
                .collect(),
            regions: records
                .regions()
                .into_iter()
                .map(|(id, region)| RegionRow::of(id, region, article, &slices))
                .collect::<Result<_, _>>()?,
            annotations: records
                .annotations()
                .map(|(id, annotation)| AnnotationRow::of(id, annotation, article, &slices))
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
    ) -> Result<Self, ExportError> {
        let (start, end) = code_points(id, region.span, article)?;
        let row = Self {
            id,
            kind: region.kind,
            start,
            end,
            text: article.text.slice(region.span),
        };
        Check { article, record: id }.code_points(slices, (start, end), row.text)?;
        Ok(row)
    }
}

impl<'a> AnnotationRow<'a> {
    fn of(
        id: &'a RecordId,
        annotation: &'a Annotation,
        article: &'a Article,
        slices: &Slices<'_>,
    ) -> Result<Self, ExportError> {
        let (start, end) = code_points(id, annotation.span, article)?;
        let (start_utf16, end_utf16) = article.text.span_to_utf16(annotation.span);
        let quote = quote(&article.text, annotation.span);
        let row = Self {
            id,
            label: &annotation.label,
            start,
            end,
            start_utf16: start_utf16.0,
            end_utf16: end_utf16.0,
            text: quote.exact,
            prefix: quote.prefix,
            suffix: quote.suffix,
            attributes: &annotation.attributes,
            note: annotation.note.as_deref(),
            annotator: &annotation.annotator,
            origin: annotation.origin,
            created: to_millisecond(annotation.created),
            updated: to_millisecond(annotation.updated),
        };
        let check = Check { article, record: id };
        check.code_points(slices, (start, end), row.text)?;
        check.utf16(slices, (row.start_utf16, row.end_utf16), row.text)?;
        check.context(slices, (start, end), (row.prefix, row.suffix))?;
        Ok(row)
    }
}

/// A time with all three digits of its milliseconds, so that times sort as the strings that they are.
fn to_millisecond(time: Timestamp) -> String {
    let second = time.to_second().to_string();
    let millis = time.millis().rem_euclid(1000);
    format!("{}.{millis:03}Z", second.trim_end_matches('Z'))
}

fn entities(records: &Records) -> Vec<EntityRow<'_>> {
    records
        .of_kind(RecordKind::Entity)
        .filter_map(|(id, record)| match record {
            Record::Entity(entity) => Some(EntityRow {
                id,
                name: &entity.name,
                aliases: &entity.aliases,
            }),
            _ => None,
        })
        .collect()
}

fn claim_groups<'a>(records: &'a Records, annotations: &HashSet<&RecordId>) -> Vec<ClaimGroupRow<'a>> {
    records
        .of_kind(RecordKind::ClaimGroup)
        .filter_map(|(id, record)| match record {
            Record::ClaimGroup(group) => Some(ClaimGroupRow {
                id,
                name: &group.name,
                members: group
                    .members
                    .iter()
                    .filter(|member| annotations.contains(member))
                    .collect(),
            }),
            _ => None,
        })
        .collect()
}

// Reading

/// The kinds of regions, as an error lists them.
pub(super) const REGION_KINDS: &str = "\"title\", \"heading\", \"byline\" or \"junk\"";
/// What to do about offsets and words that do not agree.
const RECOUNT: &str = "Offsets count from the start of the text, start and end in Unicode code points, \
                       start_utf16 and end_utf16 in UTF-16 code units: correct them, or export the file again.";
/// What to do about a text that was changed.
const RESTORE: &str = "The text must be as it was when the spans were made: export the file again.";

/// A file whose articles are read, and the rest of which is not looked at yet.
struct FileRead {
    rest: Fields,
    articles: Option<Result<Vec<ImportedArticle>, ImportError>>,
}

impl<'de> Deserialize<'de> for FileRead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FileVisitor)
    }
}

struct FileVisitor;

impl<'de> Visitor<'de> for FileVisitor {
    type Value = FileRead;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FileRead, A::Error> {
        let mut file = FileRead {
            rest: Fields::new(),
            articles: None,
        };
        while let Some(key) = map.next_key::<String>()? {
            if key == "articles" {
                file.articles = Some(map.next_value::<ArticlesRead>()?.0);
            } else {
                file.rest.insert(key, map.next_value()?);
            }
        }
        Ok(file)
    }
}

struct ArticlesRead(Result<Vec<ImportedArticle>, ImportError>);

impl<'de> Deserialize<'de> for ArticlesRead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ArticlesVisitor).map(Self)
    }
}

struct ArticlesVisitor;

impl<'de> Visitor<'de> for ArticlesVisitor {
    type Value = Result<Vec<ImportedArticle>, ImportError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let place = Place::ROOT;
        let place = place.key("articles");
        let mut articles = Vec::new();
        let mut ids = Ids::default();
        while let Some(value) = seq.next_element::<Value>()? {
            let index = articles.len();
            let place = place.item(index);
            let read = Object::new(value, &place).and_then(|mut object| {
                let id = object.name("id")?;
                ids.add(&object, "articles", index, id.as_str().into())?;
                article(object, &id)
            });
            match read {
                Ok(article) => articles.push(article),
                Err(error) => {
                    while seq.next_element::<IgnoredAny>()?.is_some() {}
                    return Ok(Err(error));
                }
            }
        }
        Ok(Ok(articles))
    }
}

impl FileRead {
    /// The file's content. What the file as a whole says of itself is looked at before its articles are, so
    /// that a file of a newer version is called that, and not a broken one.
    fn checked(self) -> Result<Imported, ImportError> {
        let place = Place::ROOT;
        let mut file = Object::new(Value::Object(self.rest), &place)?;
        says(&mut file, "format", FORMAT)?;
        let version = file.whole_number("version")?;
        if version != VERSION {
            return Err(file.error(
                "version",
                VERSION.to_string(),
                version.to_string(),
                "A newer Hearsay wrote this file: reload the page to get the newest one, and import it again.",
            ));
        }
        says(&mut file, "offset_unit", OFFSET_UNIT)?;
        file.time("exported_at")?;
        file.fields("generator")?;
        file.fields("scheme")?;
        let articles = self
            .articles
            .unwrap_or_else(|| Err(file.error("articles", "a list", "nothing", CORRECT)))?;
        let annotations = articles
            .iter()
            .flat_map(|article| &article.records)
            .filter(|(_, record)| record.kind() == RecordKind::Annotation)
            .map(|(id, _)| id)
            .collect();
        let mut records = Vec::new();
        let mut ids = Ids::default();
        records.extend(file.objects("entities", |object| entity(object, &mut ids))?);
        let mut ids = Ids::default();
        records.extend(file.objects("claim_groups", |object| {
            claim_group(object, &mut ids, &annotations)
        })?);
        Ok(Imported {
            articles,
            records,
            ..Imported::default()
        })
    }
}

/// Sees that a string is the one that every file of this format has there.
fn says(file: &mut Object<'_>, key: &str, expected: &str) -> Result<(), ImportError> {
    let found = file.string(key)?;
    if found == expected {
        return Ok(());
    }
    Err(file.error(key, quoted(expected), quoted(&found), CORRECT))
}

/// The ids of a list so far, each with its place in the list.
#[derive(Default)]
struct Ids(HashMap<RecordId, usize>);

impl Ids {
    /// Takes in the id of `object`, the item `index` of `list`; an error where another item has it.
    fn add(
        &mut self,
        object: &Object<'_>,
        list: &str,
        index: usize,
        id: RecordId,
    ) -> Result<(), ImportError> {
        match self.0.insert(id.clone(), index) {
            None => Ok(()),
            Some(other) => Err(object.error(
                "id",
                "an id of its own",
                format!("{}, which {list}[{other}] has too", quoted(&id.to_string())),
                CORRECT,
            )),
        }
    }

    /// Reads and takes in the id of the next item of `list`.
    fn next(&mut self, object: &mut Object<'_>, list: &str) -> Result<RecordId, ImportError> {
        let id = object.id("id")?;
        self.add(object, list, self.0.len(), id.clone())?;
        Ok(id)
    }
}

fn article(mut object: Object<'_>, id: &str) -> Result<ImportedArticle, ImportError> {
    let mut known = |key| Ok(object.string_or_null(key)?.map(Into::into));
    let metadata = Metadata {
        title: known("title")?,
        source_url: known("source_url")?,
        published: known("published")?,
        retrieved: known("retrieved")?,
    };
    let sha256 = object.string("sha256")?;
    let text = text(&mut object)?;
    let article = Article::new(id.into(), metadata, text);
    if *article.sha256 != *sha256 {
        return Err(object.error(
            "sha256",
            format!("that of the text, {}", article.sha256),
            quoted(&sha256),
            RESTORE,
        ));
    }
    let mut records = Vec::new();
    let status = object.one_of("status", "\"not_started\", \"in_progress\" or \"done\"")?;
    if status != Status::NotStarted {
        records.push(("".into(), Record::Status(status)));
    }
    let fields = object.fields("fields")?;
    records.extend(
        fields
            .into_iter()
            .map(|(name, value)| (name.as_str().into(), Record::Field(value))),
    );
    let mut ids = Ids::default();
    records.extend(object.objects("regions", |object| region(object, &mut ids, &article.text))?);
    let mut annotations = Ids::default();
    records.extend(object.objects("annotations", |object| {
        annotation(object, &mut annotations, &article.text)
    })?);
    let mut ids = Ids::default();
    records.extend(object.objects("relations", |object| relation(object, &mut ids, &annotations))?);
    Ok(ImportedArticle {
        article,
        is_named: true,
        is_dated: true,
        records,
    })
}

/// A text, which must be normalised: to do it here would move what its offsets point at.
fn text(object: &mut Object<'_>) -> Result<Text, ImportError> {
    let text = object.string("text")?;
    let at = if text.starts_with('\u{feff}') {
        Some((0, "a byte order mark"))
    } else {
        text.find('\r').map(|at| (at, "a carriage return"))
    };
    match at {
        None => Ok(Text::new(text)),
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

fn region(mut object: Object<'_>, ids: &mut Ids, text: &Text) -> Result<(RecordId, Record), ImportError> {
    let id = ids.next(&mut object, "regions")?;
    let kind = object.one_of("kind", REGION_KINDS)?;
    let span = span(&mut object, text)?;
    Ok((id, Record::Region(Region { kind, span })))
}

fn annotation(mut object: Object<'_>, ids: &mut Ids, text: &Text) -> Result<(RecordId, Record), ImportError> {
    let id = ids.next(&mut object, "annotations")?;
    let label = object.name("label")?;
    let span = span(&mut object, text)?;
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
    Ok((id, Record::Annotation(annotation)))
}

/// The span that `start` and `end` name, if it is one of `text` and its words are those of the key `text`.
fn span(object: &mut Object<'_>, text: &Text) -> Result<Span, ImportError> {
    let start = object.whole_number("start")?;
    let end = object.whole_number("end")?;
    if end <= start {
        return Err(object.error(
            "end",
            format!("more than the start, {start}"),
            end.to_string(),
            RECOUNT,
        ));
    }
    let Some(span) = text.span_from_code_points(CodePointOffset(start), CodePointOffset(end)) else {
        let expected = format!("at most the length of the text, {}", text.code_points());
        return Err(object.error("end", expected, end.to_string(), RECOUNT));
    };
    let words = object.string("text")?;
    if words != text.slice(span) {
        let expected = format!("what stands in the text there, {}", quoted(text.slice(span)));
        return Err(object.error("text", expected, quoted(&words), RECOUNT));
    }
    Ok(span)
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

fn entity(mut object: Object<'_>, ids: &mut Ids) -> Result<(RecordId, Record), ImportError> {
    let id = ids.next(&mut object, "entities")?;
    let entity = Entity {
        name: object.string("name")?.into(),
        aliases: object.strings("aliases")?.into_iter().map(Into::into).collect(),
    };
    Ok((id, Record::Entity(entity)))
}

fn claim_group(
    mut object: Object<'_>,
    ids: &mut Ids,
    annotations: &HashSet<&RecordId>,
) -> Result<(RecordId, Record), ImportError> {
    let id = ids.next(&mut object, "claim_groups")?;
    let name = object.string("name")?.into();
    let members = object.list("members", |value, place| {
        let id = value.as_str().map(RecordId::from);
        id.filter(|id| annotations.contains(id))
            .ok_or_else(|| place.error("the id of an annotation of this file", shown(&value), CORRECT))
    })?;
    Ok((id, Record::ClaimGroup(ClaimGroup { name, members })))
}

#[cfg(test)]
mod tests;
