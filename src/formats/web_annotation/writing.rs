//! The collection as it is written.

use super::super::article_json::to_millisecond;
use super::super::check::{Check, code_points};
use super::super::slices::Slices;
use super::super::{Corpus, CorpusArticle, ExportError, Output, Texts};
use super::{CONTEXT, OURS, REGION, SOFTWARE, article_iri, id_of, record_iri};
use crate::core::article::Article;
use crate::core::id::RecordId;
use crate::core::record::{ClaimGroup, Entity, Fields, Origin, Record, RecordKind, Relation, Status};
use crate::core::records::Records;
use crate::core::selector::quote;
use crate::core::text::Span;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// Writes the whole collection.
pub(super) fn write(corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
    let mut head = serde_json::to_string_pretty(&CollectionRow::of(corpus))?;
    // Its last key, the page, is written item by item.
    head.truncate(head.trim_end_matches(['\n', '}']).len());
    writeln!(output, "{head},")?;
    writeln!(output, "  \"first\": {{")?;
    writeln!(output, "    \"id\": \"urn:uuid:{}\",", id_of(corpus, "page"))?;
    writeln!(output, "    \"type\": \"AnnotationPage\",")?;
    writeln!(
        output,
        "    \"partOf\": \"urn:uuid:{}\",",
        id_of(corpus, "collection")
    )?;
    writeln!(output, "    \"startIndex\": 0,")?;
    write!(output, "    \"items\": [")?;
    let mut items = Items {
        output,
        texts: corpus.texts,
        is_first: true,
    };
    for article in &corpus.articles {
        items.article(*article)?;
        items.output.article_written();
    }
    output.write_all(b"\n    ]\n  }\n}\n")?;
    Ok(())
}

/// The collection but for its page, which is written behind it annotation by annotation.
#[derive(Serialize)]
struct CollectionRow<'a> {
    #[serde(rename = "@context")]
    context: (&'static str, ContextRow),
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    label: &'a str,
    generator: GeneratorRow,
    generated: String,
    total: usize,
    #[serde(rename = "hearsay:articles")]
    articles: Vec<SourceRow<'a>>,
    #[serde(rename = "hearsay:entities")]
    entities: Vec<EntityRow<'a>>,
    #[serde(rename = "hearsay:claim_groups")]
    claim_groups: Vec<ClaimGroupRow<'a>>,
}

/// What `hearsay:` stands for, and which of our values are JSON as it is.
#[derive(Serialize)]
struct ContextRow {
    hearsay: &'static str,
    #[serde(rename = "hearsay:attributes")]
    attributes: JsonTermRow,
    #[serde(rename = "hearsay:fields")]
    fields: JsonTermRow,
    #[serde(rename = "hearsay:entities")]
    entities: JsonTermRow,
    #[serde(rename = "hearsay:claim_groups")]
    claim_groups: JsonTermRow,
}

#[derive(Serialize)]
struct JsonTermRow {
    #[serde(rename = "@id")]
    id: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct GeneratorRow {
    id: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    #[serde(rename = "schema:softwareVersion")]
    version: &'static str,
}

/// An article: what its annotations are about, and what is known of it.
#[derive(Serialize)]
struct SourceRow<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    format: &'static str,
    #[serde(rename = "schema:headline", skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(rename = "schema:url", skip_serializing_if = "Option::is_none")]
    source_url: Option<&'a str>,
    #[serde(rename = "schema:datePublished", skip_serializing_if = "Option::is_none")]
    published: Option<&'a str>,
    #[serde(rename = "hearsay:retrieved", skip_serializing_if = "Option::is_none")]
    retrieved: Option<&'a str>,
    #[serde(rename = "hearsay:sha256")]
    sha256: &'a str,
    #[serde(rename = "hearsay:status")]
    status: Status,
    #[serde(rename = "hearsay:fields")]
    fields: Fields,
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

/// Any annotation of the file. Keys without a value are left out.
#[derive(Serialize)]
struct AnnotationRow<'a, T> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    motivation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<CreatorRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    generator: &'static str,
    body: Vec<BodyRow<'a>>,
    target: T,
    #[serde(rename = "hearsay:origin", skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
    #[serde(rename = "hearsay:attributes", skip_serializing_if = "Option::is_none")]
    attributes: Option<Cow<'a, Fields>>,
}

#[derive(Serialize)]
struct CreatorRow<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum BodyRow<'a> {
    TextualBody {
        purpose: &'static str,
        format: &'static str,
        value: &'a str,
    },
    SpecificResource {
        purpose: &'static str,
        source: String,
    },
}

impl<'a> BodyRow<'a> {
    fn words(purpose: &'static str, value: &'a str) -> Self {
        Self::TextualBody {
            purpose,
            format: "text/plain",
            value,
        }
    }
}

/// A stretch of an article.
#[derive(Serialize)]
struct TargetRow<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    source: &'a str,
    #[serde(rename = "hearsay:sha256")]
    sha256: &'a str,
    selector: Vec<SelectorRow<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum SelectorRow<'a> {
    TextQuoteSelector {
        exact: &'a str,
        prefix: &'a str,
        suffix: &'a str,
    },
    TextPositionSelector {
        start: u32,
        end: u32,
        #[serde(rename = "hearsay:exact_sha256", skip_serializing_if = "Option::is_none")]
        exact_sha256: Option<String>,
    },
}

impl<'a> CollectionRow<'a> {
    fn of(corpus: &Corpus<'a>) -> Self {
        let json = |id| JsonTermRow { id, kind: "@json" };
        let annotations: HashSet<_> = corpus
            .articles
            .iter()
            .flat_map(|article| article.records.annotations().map(|(id, _)| id))
            .collect();
        let total = corpus.articles.iter().map(|article| {
            let regions = article.records.of_kind(RecordKind::Region).count();
            regions + article.records.spans().len() + relations(article.records).count()
        });
        Self {
            context: (
                CONTEXT,
                ContextRow {
                    hearsay: OURS,
                    attributes: json("urn:hearsay:attributes"),
                    fields: json("urn:hearsay:fields"),
                    entities: json("urn:hearsay:entities"),
                    claim_groups: json("urn:hearsay:claim_groups"),
                },
            ),
            id: format!("urn:uuid:{}", id_of(corpus, "collection")),
            kind: "AnnotationCollection",
            label: &corpus.scheme.name,
            generator: GeneratorRow {
                id: SOFTWARE,
                kind: "Software",
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            generated: corpus.exported_at.to_second().to_string(),
            total: total.sum(),
            articles: corpus
                .articles
                .iter()
                .map(|article| SourceRow::of(*article))
                .collect(),
            entities: corpus
                .records
                .of_kind(RecordKind::Entity)
                .filter_map(|(id, record)| match record {
                    Record::Entity(Entity { name, aliases }) => Some(EntityRow { id, name, aliases }),
                    _ => None,
                })
                .collect(),
            claim_groups: corpus
                .records
                .of_kind(RecordKind::ClaimGroup)
                .filter_map(|(id, record)| match record {
                    Record::ClaimGroup(ClaimGroup { name, members }) => Some(ClaimGroupRow {
                        id,
                        name,
                        members: members
                            .iter()
                            .filter(|member| annotations.contains(member))
                            .collect(),
                    }),
                    _ => None,
                })
                .collect(),
        }
    }
}

impl<'a> SourceRow<'a> {
    fn of(CorpusArticle { article, records }: CorpusArticle<'a>) -> Self {
        let metadata = &article.metadata;
        Self {
            id: article_iri(&article.id),
            kind: "Text",
            format: "text/plain",
            title: metadata.title.as_deref(),
            source_url: metadata.source_url.as_deref(),
            published: metadata.published.as_deref(),
            retrieved: metadata.retrieved.as_deref(),
            sha256: &article.sha256,
            status: records.status(),
            fields: records.fields(),
        }
    }
}

/// The relations whose ends are both there.
fn relations(records: &Records) -> impl Iterator<Item = (&RecordId, &Relation)> {
    records.relations().filter(|(_, relation)| {
        records.annotation(&relation.from).is_some() && records.annotation(&relation.to).is_some()
    })
}

/// Writes the items of the page, line by line.
struct Items<'o> {
    output: &'o mut dyn Output,
    texts: Texts,
    is_first: bool,
}

impl Items<'_> {
    fn write(&mut self, row: &impl Serialize) -> Result<(), ExportError> {
        let before = if self.is_first { "\n      " } else { ",\n      " };
        self.is_first = false;
        self.output.write_all(before.as_bytes())?;
        serde_json::to_writer(&mut self.output, row)?;
        Ok(())
    }

    fn article(&mut self, CorpusArticle { article, records }: CorpusArticle<'_>) -> Result<(), ExportError> {
        let slices = Slices::of(&article.text);
        let source = article_iri(&article.id);
        for (id, region) in records.regions() {
            self.write(&AnnotationRow {
                id: record_iri(&article.id, id),
                kind: "Annotation",
                motivation: "classifying",
                creator: None,
                created: None,
                modified: None,
                generator: SOFTWARE,
                body: vec![BodyRow::SpecificResource {
                    purpose: "classifying",
                    source: format!("{REGION}{}", region.kind.as_str()),
                }],
                target: TargetRow::of(id, region.span, article, &slices, &source, self.texts)?,
                origin: None,
                attributes: None,
            })?;
        }
        for (id, annotation) in records.annotations() {
            let mut body = vec![BodyRow::words("tagging", annotation.label.as_str())];
            body.extend(
                annotation
                    .note
                    .as_deref()
                    .map(|note| BodyRow::words("commenting", note)),
            );
            self.write(&AnnotationRow {
                id: record_iri(&article.id, id),
                kind: "Annotation",
                motivation: "tagging",
                creator: (!annotation.annotator.is_empty()).then_some(CreatorRow {
                    kind: "Person",
                    name: &annotation.annotator,
                }),
                created: Some(to_millisecond(annotation.created)),
                modified: Some(to_millisecond(annotation.updated)),
                generator: SOFTWARE,
                body,
                target: TargetRow::of(id, annotation.span, article, &slices, &source, self.texts)?,
                origin: Some(annotation.origin),
                attributes: Some(self.texts.fields(&annotation.attributes)),
            })?;
        }
        for (id, relation) in relations(records) {
            self.write(&AnnotationRow {
                id: record_iri(&article.id, id),
                kind: "Annotation",
                motivation: "linking",
                creator: None,
                created: None,
                modified: None,
                generator: SOFTWARE,
                body: vec![
                    BodyRow::SpecificResource {
                        purpose: "linking",
                        source: record_iri(&article.id, &relation.to),
                    },
                    BodyRow::words("tagging", relation.kind.as_str()),
                ],
                target: record_iri(&article.id, &relation.from),
                origin: None,
                attributes: None,
            })?;
        }
        Ok(())
    }
}

impl<'a> TargetRow<'a> {
    fn of(
        record: &RecordId,
        span: Span,
        article: &'a Article,
        slices: &Slices<'_>,
        source: &'a str,
        texts: Texts,
    ) -> Result<Self, ExportError> {
        let (start, end) = code_points(record, span, article)?;
        let quote = quote(&article.text, span);
        let check = Check { article, record };
        check.code_points(slices, (start, end), quote.exact)?;
        check.context(slices, (start, end), (quote.prefix, quote.suffix))?;
        let words = texts
            .shown(quote.exact)
            .map(|exact| SelectorRow::TextQuoteSelector {
                exact,
                prefix: quote.prefix,
                suffix: quote.suffix,
            });
        let place = SelectorRow::TextPositionSelector {
            start,
            end,
            exact_sha256: texts.hashed(quote.exact),
        };
        Ok(Self {
            kind: "SpecificResource",
            source,
            sha256: &article.sha256,
            selector: words.into_iter().chain([place]).collect(),
        })
    }
}
