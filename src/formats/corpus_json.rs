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

use super::article_json::{ArticleRow, Articles, Ids};
use super::export::SharedOutput;
use super::json::{CORRECT, Object, Place, broken, quoted, shown, text_of};
use super::{Corpus, ExportError, ExportFormat, File, ImportError, ImportFormat, Inventory, Loss, Output};
use crate::core::id::{LabelId, RecordId};
use crate::core::import::Imported;
use crate::core::record::{ClaimGroup, Entity, Fields, Record, RecordKind};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::timestamp::Timestamp;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error, SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;
use std::io::{BufWriter, Write};
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

    fn can_leave_out_texts(&self) -> bool {
        true
    }

    fn losses(&self, _: &Corpus<'_>, _: &Inventory) -> Vec<Loss> {
        Vec::new()
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let output = SharedOutput::new(output);
        let refusal = Cell::new(None);
        let mut file = BufWriter::new(output.clone());
        serde_json::to_writer_pretty(&mut file, &FileRow::of(corpus, &output, &refusal))
            .map_err(|error| refusal.take().unwrap_or_else(|| error.into()))?;
        file.write_all(b"\n")?;
        Ok(file.flush()?)
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
struct FileRow<'a, 'o> {
    format: &'static str,
    version: u32,
    offset_unit: &'static str,
    exported_at: String,
    generator: GeneratorRow,
    scheme: SchemeRow<'a>,
    articles: ArticleRows<'a, 'o>,
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

/// The articles, each of which is made, checked and told of as it is written, so that only one is held at a time.
struct ArticleRows<'a, 'o> {
    corpus: &'a Corpus<'a>,
    output: &'a SharedOutput<'o>,
    /// Why an article could not be made, which serde would turn to words.
    refusal: &'a Cell<Option<ExportError>>,
}

impl Serialize for ArticleRows<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let articles = &self.corpus.articles;
        let mut rows = serializer.serialize_seq(Some(articles.len()))?;
        for article in articles {
            let row = ArticleRow::of(*article, self.corpus.texts).map_err(|error| {
                let shown = S::Error::custom(&error);
                self.refusal.set(Some(error));
                shown
            })?;
            rows.serialize_element(&row)?;
            self.output.article_written();
        }
        rows.end()
    }
}

impl<'a, 'o> FileRow<'a, 'o> {
    fn of(
        corpus: &'a Corpus<'a>,
        output: &'a SharedOutput<'o>,
        refusal: &'a Cell<Option<ExportError>>,
    ) -> Self {
        let annotations = corpus
            .articles
            .iter()
            .flat_map(|article| article.records.annotations().map(|(id, _)| id))
            .collect();
        Self {
            format: FORMAT,
            version: VERSION,
            offset_unit: OFFSET_UNIT,
            exported_at: corpus.exported_at.to_second().to_string(),
            generator: GeneratorRow {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            scheme: SchemeRow::of(corpus.scheme),
            articles: ArticleRows {
                corpus,
                output,
                refusal,
            },
            entities: entities(corpus.records),
            claim_groups: claim_groups(corpus.records, &annotations),
        }
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

/// A file whose articles are read, and the rest of which is not looked at yet.
struct FileRead {
    rest: Fields,
    articles: Option<Result<Imported, ImportError>>,
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

struct ArticlesRead(Result<Imported, ImportError>);

impl<'de> Deserialize<'de> for ArticlesRead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ArticlesVisitor).map(Self)
    }
}

struct ArticlesVisitor;

impl<'de> Visitor<'de> for ArticlesVisitor {
    type Value = Result<Imported, ImportError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let place = Place::ROOT;
        let place = place.key("articles");
        let mut articles = Articles::default();
        let mut index = 0;
        while let Some(value) = seq.next_element::<Value>()? {
            let read = articles.add(value, &place.item(index), index, |other| {
                format!("articles[{other}]")
            });
            if let Err(error) = read {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Err(error));
            }
            index += 1;
        }
        Ok(Ok(articles.into_imported()))
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
        let mut imported = self
            .articles
            .unwrap_or_else(|| Err(file.error("articles", "a list", "nothing", CORRECT)))?;
        let annotations = annotations_of(&imported);
        let mut records = Vec::new();
        let mut ids = Ids::default();
        records.extend(file.objects("entities", |object| entity(object, &mut ids))?);
        let mut ids = Ids::default();
        records.extend(file.objects("claim_groups", |object| {
            claim_group(object, &mut ids, &annotations)
        })?);
        imported.records = records;
        Ok(imported)
    }
}

/// The ids of all annotations that were read, whether their texts were or not.
fn annotations_of(imported: &Imported) -> HashSet<&RecordId> {
    let placed = imported.articles.iter().flat_map(|article| &article.records);
    let unplaced = imported.anchored.iter().flat_map(|work| &work.unplaced);
    placed
        .map(|(id, record)| (id, record))
        .chain(unplaced.map(|(id, record, _)| (id, record)))
        .filter(|(_, record)| record.kind() == RecordKind::Annotation)
        .map(|(id, _)| id)
        .collect()
}

/// Sees that a string is the one that every file of this format has there.
fn says(file: &mut Object<'_>, key: &str, expected: &str) -> Result<(), ImportError> {
    let found = file.string(key)?;
    if found == expected {
        return Ok(());
    }
    Err(file.error(key, quoted(expected), quoted(&found), CORRECT))
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
