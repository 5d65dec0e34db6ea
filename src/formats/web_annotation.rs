//! W3C Web Annotation (JSON-LD): every annotation with its quote and its place, for annotation servers and for
//! readers of linked data. After the Web Annotation Data Model, W3C Recommendation of 23 February 2017.
//!
//! The file is one collection with one page. A label is a tagging body, a note a commenting one, a region is
//! classified by a body that names its kind, and a relation is an annotation that links two others. Places
//! count code points, as section 4.2.5 has it. The model has no text of the source, so the texts stay behind:
//! what is read becomes work on articles that are here, or still to come.
//!
//! Where even the quotes are left out ([`Texts::LeftOut`](super::Texts::LeftOut)), an annotation has its place
//! alone, and the SHA-256 of its words.
//!
//! What only Hearsay knows stands under `hearsay:`, which the file's own context spells out, so that no
//! processor of JSON-LD drops it. Names of ours are URNs: a record's UUID as it is (RFC 9562, section 4),
//! anything else below `urn:hearsay:`.
//!
//! Reading takes files of others too: one annotation, a list, a page, a collection, a graph; bodies and
//! selectors alone or in lists; rows of Hypothesis and the objects of Recogito. Several tags on one annotation
//! become several annotations, since each has one label here.

use super::{
    Corpus, CorpusArticle, ExportError, ExportFormat, File, ImportError, ImportFormat, Inventory, Loss,
    Output,
};
use crate::core::id::{ArticleId, RecordId};
use crate::core::import::Imported;
use crate::core::record::RecordKind;
use crate::core::timestamp::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

mod reading;
#[cfg(test)]
mod tests;
mod writing;

/// The context that every Web Annotation has.
const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";
/// What our own names begin with.
const OURS: &str = "urn:hearsay:";
/// The name of the page as the program that made an annotation.
const SOFTWARE: &str = "urn:hearsay:software";
/// What the name of a kind of region begins with.
const REGION: &str = "urn:hearsay:region:";

/// W3C Web Annotation (JSON-LD).
#[derive(Clone, Copy, Debug)]
pub struct WebAnnotation;

impl ExportFormat for WebAnnotation {
    fn id(&self) -> &'static str {
        "web-annotation"
    }

    fn name(&self) -> &'static str {
        "Web Annotation (JSON-LD)"
    }

    fn about(&self) -> &'static str {
        "The W3C's own form: every annotation with its quote and its place, for annotation servers and linked \
         data."
    }

    fn media_type(&self) -> &'static str {
        // Section 5.2 of the Web Annotation Vocabulary names it, with the context as its profile.
        "application/ld+json"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-web-annotation"
    }

    fn file_extension(&self) -> &'static str {
        "jsonld"
    }

    fn can_leave_out_texts(&self) -> bool {
        true
    }

    fn lacks(&self, corpus: &Corpus<'_>) -> Option<&'static str> {
        let mut articles = corpus.articles.iter();
        let has_region = articles.any(|article| article.records.of_kind(RecordKind::Region).next().is_some());
        corpus.lacks_annotations().filter(|_| !has_region)
    }

    fn losses(&self, corpus: &Corpus<'_>, _: &Inventory) -> Vec<Loss> {
        Loss::of(corpus.articles.len(), "article's text", "articles' texts")
            .into_iter()
            .collect()
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        writing::write(corpus, output)
    }
}

impl ImportFormat for WebAnnotation {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    fn recognises(&self, file: &File) -> bool {
        let holds = |name: &str| {
            file.bytes
                .windows(name.len())
                .any(|bytes| bytes == name.as_bytes())
        };
        let bytes = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&file.bytes);
        matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
            && (holds("ns/anno.jsonld")
                || holds("\"TextQuoteSelector\"")
                || holds("\"TextPositionSelector\"")
                || (holds("\"bodies\"") && holds("\"selector\"")))
    }

    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
        let mut imported = Imported::default();
        for file in files {
            imported.extend(reading::read(file, now).map_err(|error| error.in_file(file))?);
        }
        Ok(imported)
    }
}

// Names

/// What stays as it is in our URNs.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encoded(name: &str) -> impl std::fmt::Display {
    utf8_percent_encode(name, PLAIN)
}

fn decoded(name: &str) -> String {
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}

fn article_iri(article: &ArticleId) -> String {
    format!("{OURS}article:{}", encoded(article.as_str()))
}

/// An annotation's, a region's or a relation's name: unlike its id, it is one of a kind in the whole world.
fn record_iri(article: &ArticleId, id: &RecordId) -> String {
    if id.is_uuid() {
        return format!("urn:uuid:{id}");
    }
    let (article, id) = (encoded(article.as_str()), id.to_string());
    format!("{OURS}record:{article}:{}", encoded(&id))
}

/// The id of a record that goes by `iri`; a name that is not of our making stays as it is.
fn record_id(iri: &str) -> RecordId {
    if let Some(uuid) = iri.strip_prefix("urn:uuid:") {
        return uuid.into();
    }
    let ours = iri
        .strip_prefix(OURS)
        .and_then(|name| name.strip_prefix("record:"))
        .and_then(|name| name.split_once(':'));
    match ours {
        Some((_, id)) => decoded(id).as_str().into(),
        None => iri.into(),
    }
}

/// The id of the article that goes by `iri`.
fn article_id(iri: &str) -> ArticleId {
    let ours = iri
        .strip_prefix(OURS)
        .and_then(|name| name.strip_prefix("article:"));
    match ours {
        Some(id) => decoded(id).as_str().into(),
        None => iri.into(),
    }
}

/// A name for the collection or its page: the same for the same articles and time.
fn id_of(corpus: &Corpus<'_>, what: &str) -> RecordId {
    let mut content = format!("{what}\n{}\n{}", corpus.scheme.name, corpus.exported_at);
    for CorpusArticle { article, .. } in &corpus.articles {
        content += &format!("\n{}\t{}", article.sha256, article.id);
    }
    RecordId::of_content(content.as_bytes())
}
