//! CSV: one annotation a row, as RFC 4180 has it, in UTF-8, the first row naming the columns.
//!
//! The columns are the keys of Spans (JSON Lines). What is null there is an empty cell here, and so is an empty
//! string.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, and
//! whoever wrote an article could have one run. As OWASP advises ("CSV Injection"; ASVS 5.0, 1.2.10), such a cell
//! gets an apostrophe before it, whatever column it is in: ids and labels come out of files too.

use super::article_json::ArticleRow;
use super::export::SharedOutput;
use super::spans_jsonl::{self, SpanRow};
use super::{Corpus, CorpusArticle, ExportError, ExportFormat, Inventory, Loss, Output, Texts};
use crate::core::selector::quote;
use std::borrow::Cow;

/// The columns of a file with words, and of one without.
const COLUMNS: [&str; 18] = [
    "article_id",
    "article_title",
    "article_sha256",
    "id",
    "label",
    "start",
    "end",
    "start_utf16",
    "end_utf16",
    "text",
    "prefix",
    "suffix",
    "attributes",
    "note",
    "annotator",
    "origin",
    "created",
    "updated",
];

/// CSV.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl ExportFormat for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn name(&self) -> &'static str {
        "CSV"
    }

    fn about(&self) -> &'static str {
        "One annotation a row, for spreadsheets. A cell that would be taken for a formula gets an apostrophe \
         before it."
    }

    fn media_type(&self) -> &'static str {
        "text/csv"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-spans"
    }

    fn file_extension(&self) -> &'static str {
        "csv"
    }

    fn can_leave_out_texts(&self) -> bool {
        true
    }

    fn lacks(&self, corpus: &Corpus<'_>) -> Option<&'static str> {
        corpus.lacks_annotations()
    }

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        let (mut guarded, mut empty) = (0, 0);
        for article in &corpus.articles {
            for cell in foreign_cells(article, corpus.texts) {
                guarded += usize::from(is_formula(&cell));
                empty += usize::from(cell.is_empty());
            }
        }
        let mut losses: Vec<_> = Loss::of(
            guarded,
            "cell as it is, since it begins as a formula does and gets an apostrophe",
            "cells as they are, since they begin as formulas do and get an apostrophe",
        )
        .into_iter()
        .collect();
        losses.extend(Loss::of(
            empty,
            "empty cell, told from one that is not there",
            "empty cells, told from those that are not there",
        ));
        losses.extend(spans_jsonl::losses(corpus, inventory));
        losses
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let output = SharedOutput::new(output);
        let mut rows = csv::WriterBuilder::new()
            .has_headers(false)
            .terminator(csv::Terminator::CRLF)
            .from_writer(output.clone());
        rows.write_record(columns(corpus.texts))?;
        for article in &corpus.articles {
            let article = ArticleRow::of(*article, corpus.texts)?;
            for annotation in &article.annotations {
                for cell in cells(&SpanRow::of(&article, annotation)?) {
                    rows.write_field(harmless(cell).as_bytes())?;
                }
                rows.write_record(None::<&[u8]>)?;
            }
            rows.flush()?;
            output.article_written();
        }
        Ok(rows.flush()?)
    }
}

impl From<csv::Error> for ExportError {
    fn from(error: csv::Error) -> Self {
        Self::NotWritten(error.to_string())
    }
}

/// The first row. A hash stands behind words that are left out.
fn columns(texts: Texts) -> Vec<&'static str> {
    let mut columns = COLUMNS.to_vec();
    if texts == Texts::LeftOut {
        let behind = columns
            .iter()
            .position(|column| *column == "text")
            .map_or(0, |at| at + 1);
        columns.insert(behind, "text_sha256");
    }
    columns
}

/// The cells of a row, in the order of [`columns`].
fn cells<'r>(row: &'r SpanRow<'_>) -> impl Iterator<Item = Cow<'r, str>> {
    let shown = |cell: &'r Option<Cow<'_, str>>| Some(cell.as_deref().unwrap_or_default().into());
    [
        Some(row.article_id.as_str().into()),
        shown(&row.article_title),
        Some(row.article_sha256.into()),
        Some(row.id.to_string().into()),
        Some(row.label.as_str().into()),
        Some(row.start.to_string().into()),
        Some(row.end.to_string().into()),
        Some(row.start_utf16.to_string().into()),
        Some(row.end_utf16.to_string().into()),
        shown(&row.text),
        row.text_sha256.map(Cow::Borrowed),
        shown(&row.prefix),
        shown(&row.suffix),
        Some(row.attributes.as_str().into()),
        shown(&row.note),
        Some(row.annotator.as_ref().into()),
        Some(row.origin.as_str().into()),
        Some(row.created.into()),
        Some(row.updated.into()),
    ]
    .into_iter()
    .flatten()
}

/// The cells of an article's rows that may hold anything, being out of a file or a reviewer's. Fields are not among
/// them: they are a JSON object, which begins with a brace.
fn foreign_cells<'a>(article: &CorpusArticle<'a>, texts: Texts) -> impl Iterator<Item = Cow<'a, str>> {
    let CorpusArticle { article, records } = *article;
    records.annotations().flat_map(move |(id, annotation)| {
        let whole = texts == Texts::Whole && article.text.holds(annotation.span);
        let quote = whole.then(|| quote(&article.text, annotation.span));
        [
            Some(article.id.as_str().into()),
            article.metadata.title.as_deref().map(Cow::Borrowed),
            // A UUID begins with a digit or a letter.
            (!id.is_uuid()).then(|| id.to_string().into()),
            Some(annotation.label.as_str().into()),
            quote.map(|quote| quote.exact.into()),
            quote.map(|quote| quote.prefix.into()),
            quote.map(|quote| quote.suffix.into()),
            annotation.note.as_deref().map(Cow::Borrowed),
            Some(annotation.annotator.as_ref().into()),
        ]
        .into_iter()
        .flatten()
    })
}

/// The cell with an apostrophe before it where it would be taken for a formula.
fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    if is_formula(&cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}

/// Whether a spreadsheet would take the cell for a formula; in East Asian versions, in full width too.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::super::generated::{self, Generated};
    use super::super::sample::{annotation, assert_golden, set, small};
    use super::*;
    use crate::core::article::Article;
    use crate::core::record::{Annotation, Metadata, Record};
    use crate::core::records::Records;
    use crate::core::text::marked;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn written(corpus: &Generated, texts: Texts) -> Vec<u8> {
        let mut file = Vec::new();
        let corpus = Corpus {
            texts,
            ..corpus.corpus()
        };
        Csv.write(&corpus, &mut file).unwrap();
        file
    }

    /// The rows of a file, each cell by its column.
    fn rows(file: &[u8]) -> Vec<HashMap<String, String>> {
        csv::Reader::from_reader(file)
            .deserialize()
            .collect::<Result<_, _>>()
            .unwrap()
    }

    #[test]
    fn a_small_corpus_with_every_feature_is_written_as_ever() {
        assert_golden("spans.csv", &written(&small(), Texts::Whole));
        assert_golden("spans-without-texts.csv", &written(&small(), Texts::LeftOut));
    }

    #[test]
    fn a_corpus_without_annotations_is_a_row_of_columns() {
        let mut corpus = small();
        corpus.articles.clear();
        let file = String::from_utf8(written(&corpus, Texts::Whole)).unwrap();
        assert_eq!(file, format!("{}\r\n", COLUMNS.join(",")));
    }

    #[test]
    fn what_begins_as_a_formula_gets_an_apostrophe_and_is_counted() {
        let (text, found) = marked::spans("-⟦=1+1⟧@x\n⟦harmless⟧");
        let metadata = Metadata {
            title: Some("+title".into()),
            ..Metadata::default()
        };
        let mut records = Records::default();
        let formula = Annotation {
            note: Some("\tnote".into()),
            annotator: "-me".into(),
            ..annotation("=label", found[0])
        };
        set(&mut records, "=id", Record::Annotation(formula));
        set(
            &mut records,
            "plain",
            Record::Annotation(annotation("claim", found[1])),
        );
        let mut corpus = small();
        corpus.articles = vec![(Article::new("=article".into(), metadata, text), records)];
        let rows = rows(&written(&corpus, Texts::Whole));
        for (column, cell) in [
            ("article_title", "'+title"),
            ("text", "'=1+1"),
            ("prefix", "'-"),
            ("suffix", "'@x\nharmless"),
            ("note", "'\tnote"),
            ("annotator", "'-me"),
            ("article_id", "'=article"),
            ("id", "'=id"),
            ("label", "'=label"),
            ("start", "1"),
        ] {
            assert_eq!(rows[0][column], cell, "{column}");
        }
        assert_eq!(rows[1]["text"], "harmless");
        let losses = Csv.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
        // All nine of the first row; the article's id and title and the words before it in the second.
        assert_eq!(losses[0].count, 12);
        let without = Corpus {
            texts: Texts::LeftOut,
            ..corpus.corpus()
        };
        assert_eq!(Csv.losses(&without, &Inventory::of(&without))[0].count, 8);
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_but_for_its_apostrophe(corpus in generated::corpus()) {
            let rows = rows(&written(&corpus, Texts::Whole));
            let annotations: Vec<_> = corpus
                .articles
                .iter()
                .flat_map(|(article, records)| records.annotations().map(move |found| (article, found)))
                .collect();
            prop_assert_eq!(rows.len(), annotations.len());
            let mut apostrophes = 0;
            for (row, (article, (id, annotation))) in rows.iter().zip(annotations) {
                let quote = quote(&article.text, annotation.span);
                for (column, cell) in [
                    ("article_id", article.id.as_str()),
                    ("id", &id.to_string()),
                    ("label", annotation.label.as_str()),
                    ("article_title", article.metadata.title.as_deref().unwrap_or_default()),
                    ("text", quote.exact),
                    ("prefix", quote.prefix),
                    ("suffix", quote.suffix),
                    ("note", annotation.note.as_deref().unwrap_or_default()),
                    ("annotator", &annotation.annotator),
                ] {
                    apostrophes += usize::from(row[column] != cell);
                    prop_assert_eq!(row[column].strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(&row[column]), cell);
                    prop_assert!(!is_formula(&row[column]));
                }
                let (start, end): (usize, usize) = (row["start"].parse().unwrap(), row["end"].parse().unwrap());
                let cut: String = article.text.chars().skip(start).take(end - start).collect();
                prop_assert_eq!(&*cut, quote.exact);
            }
            let losses = Csv.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
            let told = losses.iter().find(|loss| loss.noun.contains("apostrophe"));
            prop_assert_eq!(told.map_or(0, |loss| loss.count), apostrophes);
        }
    }
}
