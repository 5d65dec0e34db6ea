//! UIMA CAS JSON 0.4: one CAS an article, as INCEpTION, the UIMA Java SDK and DKPro Cassis read it. After the
//! specification in `apache/uima-uimaj-io-jsoncas`.
//!
//! Spans are of the type `custom.Span` and relations of `custom.Relation`, the layers of INCEpTION's own basic
//! project, with `label` as the feature that it shows; a relation runs from its `Governor` to its `Dependent`
//! and lies, as INCEpTION has it, where the latter lies. Offsets count UTF-16 code units, as Java does. What
//! else is known of an annotation stands in further features, and what belongs to none in `hearsay.json`.
//!
//! Reading takes any layer: every type of annotation with a feature that tells the label, or named as one.
//! Tokens, sentences and what tells of the document are passed over.

use super::archive::{Archive, Names, is_archive};
use super::article_json::to_millisecond;
use super::beside::{self, Beside};
use super::check::{Check, code_points};
use super::slices::Slices;
use super::{
    Corpus, CorpusArticle, ExportError, ExportFormat, File, ImportError, ImportFormat, Inventory, Loss,
    Output,
};
use crate::core::id::RecordId;
use crate::core::import::Imported;
use crate::core::record::Origin;
use crate::core::timestamp::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::collections::HashMap;
use std::io::Write;

mod reading;
#[cfg(test)]
mod tests;

/// The type of a span.
const SPAN: &str = "custom.Span";
/// The type of a relation.
const RELATION: &str = "custom.Relation";
/// What every annotation's type goes back to.
const ANNOTATION: &str = "uima.tcas.Annotation";
/// The type of what is said of a document as a whole.
const DOCUMENT: &str = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData";
/// The collection that our documents say they are of.
const COLLECTION: &str = "hearsay";
/// The view that a text stands in.
const VIEW: &str = "_InitialView";

/// UIMA CAS JSON.
#[derive(Clone, Copy, Debug)]
pub struct CasJson;

impl ExportFormat for CasJson {
    fn id(&self) -> &'static str {
        "cas-json"
    }

    fn name(&self) -> &'static str {
        "UIMA CAS JSON (zip)"
    }

    fn about(&self) -> &'static str {
        "One file an article for INCEpTION, UIMA and DKPro Cassis, with layers for spans and relations."
    }

    fn media_type(&self) -> &'static str {
        "application/zip"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-cas"
    }

    fn file_extension(&self) -> &'static str {
        "zip"
    }

    fn losses(&self, _: &Corpus<'_>, _: &Inventory) -> Vec<Loss> {
        Vec::new()
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut archive = Archive::new(output, corpus.exported_at);
        let mut stems = Names::default();
        let mut files = Vec::new();
        for article in &corpus.articles {
            let stem = stems.unique(article.article.id.as_str());
            // In a folder, so that whoever reads all the files in it finds nothing else.
            archive.start(&format!("cas/{stem}.json"))?;
            write_cas(*article, &mut archive)?;
            archive.article_written();
            files.push(stem);
        }
        archive.start(beside::NAME)?;
        Beside::of(corpus, files)?.write(&mut archive)?;
        archive.finish()
    }
}

impl ImportFormat for CasJson {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    /// A CAS by its keys, a zip file by the folder that ours have them in.
    fn recognises(&self, file: &File) -> bool {
        let name: &[u8] = if is_archive(&file.bytes) {
            b"cas/"
        } else {
            b"\"%FEATURE_STRUCTURES\""
        };
        file.bytes.windows(name.len()).any(|bytes| bytes == name)
    }

    fn reads_beside(&self) -> bool {
        true
    }

    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
        reading::read(files, now)
    }
}

// Writing

/// A type of ours: its supertype, and its features, each with what it holds.
struct Type {
    name: &'static str,
    supertype: &'static str,
    features: &'static [(&'static str, &'static str)],
}

const STRING: &str = "uima.cas.String";

/// The types that are not built in.
const TYPES: [Type; 3] = [
    Type {
        name: SPAN,
        supertype: ANNOTATION,
        features: &[
            ("label", STRING),
            ("identifier", STRING),
            ("note", STRING),
            ("annotator", STRING),
            ("created", STRING),
            ("updated", STRING),
            ("origin", STRING),
            ("fields", STRING),
        ],
    },
    Type {
        name: RELATION,
        supertype: ANNOTATION,
        features: &[
            ("Governor", SPAN),
            ("Dependent", SPAN),
            ("label", STRING),
            ("identifier", STRING),
        ],
    },
    Type {
        name: DOCUMENT,
        supertype: "uima.tcas.DocumentAnnotation",
        features: &[
            ("documentTitle", STRING),
            ("documentId", STRING),
            ("documentUri", STRING),
            ("collectionId", STRING),
            ("documentBaseUri", STRING),
            ("isLastSegment", "uima.cas.Boolean"),
        ],
    },
];

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct FeatureRow {
            #[serde(rename = "%NAME")]
            name: &'static str,
            #[serde(rename = "%RANGE")]
            range: &'static str,
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("%NAME", self.name)?;
        map.serialize_entry("%SUPER_TYPE", self.supertype)?;
        for (name, range) in self.features {
            map.serialize_entry(name, &FeatureRow { name, range })?;
        }
        map.end()
    }
}

/// A feature structure. Its number and its type come first, as the specification asks.
#[derive(Serialize)]
struct Structure<T> {
    #[serde(rename = "%ID")]
    id: usize,
    #[serde(rename = "%TYPE")]
    kind: &'static str,
    #[serde(flatten)]
    features: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SofaRow<'a> {
    sofa_num: u32,
    #[serde(rename = "sofaID")]
    sofa_id: &'static str,
    mime_type: &'static str,
    sofa_string: &'a str,
}

/// Where a structure lies: in the text, which is structure number 1, in UTF-16 code units.
#[derive(Clone, Copy, Serialize)]
struct PlaceRow {
    #[serde(rename = "@sofa")]
    sofa: u32,
    begin: u32,
    end: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DocumentRow<'a> {
    #[serde(flatten)]
    place: PlaceRow,
    language: &'static str,
    document_title: &'a str,
    document_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_uri: Option<&'a str>,
    collection_id: &'static str,
}

#[derive(Serialize)]
struct SpanRow<'a> {
    #[serde(flatten)]
    place: PlaceRow,
    label: &'a str,
    identifier: &'a RecordId,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    annotator: &'a str,
    created: String,
    updated: String,
    origin: Origin,
    /// A JSON object: the values are of all kinds, and their names anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<String>,
}

#[derive(Serialize)]
struct RelationRow<'a> {
    #[serde(flatten)]
    place: PlaceRow,
    #[serde(rename = "@Governor")]
    governor: usize,
    #[serde(rename = "@Dependent")]
    dependent: usize,
    label: &'static str,
    identifier: &'a RecordId,
}

/// Writes structures as the items of a list, one a line, and numbers them from 1.
struct Structures<'o, W> {
    output: &'o mut W,
    count: usize,
}

impl<W: Write> Structures<'_, W> {
    /// The number of the structure.
    fn write(&mut self, kind: &'static str, features: impl Serialize) -> Result<usize, ExportError> {
        let before: &[u8] = if self.count == 0 { b"\n    " } else { b",\n    " };
        self.output.write_all(before)?;
        self.count += 1;
        let id = self.count;
        serde_json::to_writer(&mut *self.output, &Structure { id, kind, features })?;
        Ok(id)
    }
}

fn write_cas(
    CorpusArticle { article, records }: CorpusArticle<'_>,
    output: &mut impl Write,
) -> Result<(), ExportError> {
    let slices = Slices::of(&article.text);
    writeln!(output, "{{\n  \"%TYPES\": {{")?;
    for (index, kind) in TYPES.iter().enumerate() {
        let comma = if index + 1 < TYPES.len() { "," } else { "" };
        writeln!(
            output,
            "    \"{}\": {}{comma}",
            kind.name,
            serde_json::to_string(kind)?
        )?;
    }
    write!(output, "  }},\n  \"%FEATURE_STRUCTURES\": [")?;
    let mut structures = Structures { output, count: 0 };
    let sofa = structures.write(
        "uima.cas.Sofa",
        SofaRow {
            sofa_num: 1,
            sofa_id: VIEW,
            mime_type: "text/plain",
            sofa_string: &article.text,
        },
    )?;
    let document = DocumentRow {
        place: PlaceRow {
            sofa: 1,
            begin: 0,
            end: article.text.utf16_units().0,
        },
        language: "x-unspecified",
        document_title: article.name(),
        document_id: article.id.as_str(),
        document_uri: article.metadata.source_url.as_deref(),
        collection_id: COLLECTION,
    };
    structures.write(DOCUMENT, document)?;
    let mut spans = HashMap::new();
    for (id, annotation) in records.annotations() {
        // That it is a span of the text.
        code_points(id, annotation.span, article)?;
        let (begin, end) = article.text.span_to_utf16(annotation.span);
        let place = PlaceRow {
            sofa: 1,
            begin: begin.0,
            end: end.0,
        };
        let words = article.text.slice(annotation.span);
        Check { article, record: id }.utf16(&slices, (place.begin, place.end), words)?;
        let row = SpanRow {
            place,
            label: annotation.label.as_str(),
            identifier: id,
            note: annotation.note.as_deref(),
            annotator: &annotation.annotator,
            created: to_millisecond(annotation.created),
            updated: to_millisecond(annotation.updated),
            origin: annotation.origin,
            fields: if annotation.attributes.is_empty() {
                None
            } else {
                Some(serde_json::to_string(&annotation.attributes)?)
            },
        };
        let number = structures.write(SPAN, row)?;
        spans.insert(id, (number, place));
    }
    for (id, relation) in records.relations() {
        let ends = spans.get(&relation.from).zip(spans.get(&relation.to));
        if let Some((&(governor, _), &(dependent, place))) = ends {
            let row = RelationRow {
                place,
                governor,
                dependent,
                label: relation.kind.as_str(),
                identifier: id,
            };
            structures.write(RELATION, row)?;
        }
    }
    let members: Vec<_> = (sofa + 1..=structures.count).collect();
    let members = serde_json::to_string(&members)?;
    writeln!(
        output,
        "\n  ],\n  \"%VIEWS\": {{\n    \"{VIEW}\": {{ \"%SOFA\": {sofa}, \"%MEMBERS\": {members} }}\n  }}\n}}"
    )?;
    Ok(())
}
