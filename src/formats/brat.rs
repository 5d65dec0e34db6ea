//! brat standoff: a folder of texts, each with a file of annotations, as brat, its kin and the tools around
//! them have it. After <https://brat.nlplab.org/standoff.html> and <https://brat.nlplab.org/configuration.html>.
//!
//! Offsets count the code points of the `.txt` file as it lies on the disk, byte order mark and carriage
//! returns among them, since brat is written in Python and opens it so. brat reads both files line by line and
//! has no span across lines: one that has a line break in it is written as several fragments, its words joined
//! by spaces. Line breaks are all that Python takes for one, and tabs, which part the columns.
//!
//! A label or a value that is no name to brat is written as one that is; what brat has no line for stands as
//! JSON in a note of the type `Hearsay`, which brat keeps and shows like any other, and what belongs to no
//! span in `hearsay.json`. What is changed in brat counts: the JSON only adds what brat's own lines do not say.

use super::archive::{Archive, is_archive};
use super::{Corpus, ExportError, ExportFormat, File, ImportError, ImportFormat, Inventory, Loss, Output};
use crate::core::id::{LabelId, RecordId};
use crate::core::import::Imported;
use crate::core::record::{Fields, Origin};
use crate::core::text::Span;
use crate::core::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

mod reading;
#[cfg(test)]
mod tests;
mod writing;

/// The type of a note that a reviewer reads.
const NOTE: &str = "AnnotatorNotes";
/// The type of a note that holds what brat has no line for.
const OURS: &str = "Hearsay";

/// brat standoff.
#[derive(Clone, Copy, Debug)]
pub struct Brat;

impl ExportFormat for Brat {
    fn id(&self) -> &'static str {
        "brat"
    }

    fn name(&self) -> &'static str {
        "brat standoff (zip)"
    }

    fn about(&self) -> &'static str {
        "A text and a file of annotations for each article, with the configuration: unpack it in brat's data \
         folder."
    }

    fn media_type(&self) -> &'static str {
        "application/zip"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-brat"
    }

    fn file_extension(&self) -> &'static str {
        "zip"
    }

    fn losses(&self, corpus: &Corpus<'_>, _: &Inventory) -> Vec<Loss> {
        let (mut spans, mut relations) = (0, 0);
        for article in &corpus.articles {
            let is_lost = |span: Span| fragments(article.article.text.slice(span)).next().is_none();
            let records = article.records;
            spans += records
                .annotations()
                .filter(|(_, annotation)| is_lost(annotation.span))
                .count();
            let ends = |id: &RecordId| records.annotation(id).is_some_and(|end| is_lost(end.span));
            relations += records
                .relations()
                .filter(|(_, relation)| ends(&relation.from) || ends(&relation.to))
                .count();
        }
        [
            Loss::of(spans, "span of line breaks alone", "spans of line breaks alone"),
            Loss::of(relations, "relation of such a span", "relations of such spans"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        writing::write(corpus, Archive::new(output, corpus.exported_at))
    }
}

impl ImportFormat for Brat {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    /// A `.ann` file, an `annotation.conf`, or a zip file with one of the former. A text alone is not: it is
    /// read here where it was chosen together with one of those.
    fn recognises(&self, file: &File) -> bool {
        if is_archive(&file.bytes) {
            // The directory at the archive's end has the names as they are.
            return file.bytes.windows(4).any(|bytes| bytes == b".ann");
        }
        file.extension() == "ann" || file.name.ends_with("annotation.conf")
    }

    fn reads_beside(&self) -> bool {
        true
    }

    fn read(&self, files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
        reading::read(files, now)
    }
}

/// What brat has no line for, of an annotation.
#[derive(Serialize, Deserialize)]
struct AnnotationExtra {
    id: RecordId,
    /// The label, and the name that it goes by in brat, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<(LabelId, String)>,
    /// Both ends in code points, where the fragments do not reach them.
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<(u32, u32)>,
    /// The fields that are no attributes in brat.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    attributes: Fields,
    /// The note, where it does not go into a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Arc<str>>,
    annotator: Arc<str>,
    origin: Origin,
    created: String,
    updated: String,
}

/// What brat has no line for, of a relation.
#[derive(Serialize, Deserialize)]
struct RelationExtra {
    id: RecordId,
}

/// Whether a line of brat's, or a column of it, ends at the character: what Python's `splitlines` takes for a
/// line break, and tabs.
fn is_break(character: char) -> bool {
    matches!(
        character,
        '\t'..='\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// The stretches between line breaks, in bytes; none where there is nothing else.
fn fragments(words: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    words
        .split_inclusive(is_break)
        .map(move |line| {
            let at = start;
            start += line.len();
            (at, line.trim_end_matches(is_break))
        })
        .filter(|(_, line)| !line.is_empty())
}
