//! CSV: one annotation a row, as RFC 4180 has it, in UTF-8, the first row naming the columns.
//!
//! The columns are the keys of Spans (JSON Lines). What is null there is an empty cell here, and so is an empty
//! string.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, and
//! whoever wrote an article could have one run. As OWASP advises ("CSV Injection"), such a cell gets an
//! apostrophe before it. Ids, which tables are joined by, hashes, times and offsets are written as they are.

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

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        let (mut guarded, mut empty) = (0, 0);
        for article in &corpus.articles {
            for cell in cells(article, corpus.texts) {
                guarded += usize::from(is_formula(cell));
                empty += usize::from(cell.is_empty());
            }
        }
        let mut losses: Vec<_> = Loss::of(
            guarded,
            "cell that gets an apostrophe, since it begins as a formula does",
            "cells that get an apostrophe, since they begin as formulas do",
        )
        .into_iter()
        .collect();
        losses.extend(Loss::of(
            empty,
            "empty note, title or context, told from none",
            "empty notes, titles or contexts, told from none",
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
                rows.serialize(guarded(SpanRow::of(&article, annotation)?))?;
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

/// The cells that [`guarded`] looks at, in every row of an article.
fn cells<'a>(article: &CorpusArticle<'a>, texts: Texts) -> impl Iterator<Item = &'a str> {
    let CorpusArticle { article, records } = *article;
    records.annotations().flat_map(move |(_, annotation)| {
        let whole = texts == Texts::Whole && article.text.holds(annotation.span);
        let quote = whole.then(|| quote(&article.text, annotation.span));
        [
            article.metadata.title.as_deref(),
            quote.map(|quote| quote.exact),
            quote.map(|quote| quote.prefix),
            quote.map(|quote| quote.suffix),
            annotation.note.as_deref(),
            Some(&*annotation.annotator),
        ]
        .into_iter()
        .flatten()
    })
}

/// The row with an apostrophe wherever a cell would be taken for a formula. Fields are a JSON object, which
/// begins with a brace.
fn guarded(row: SpanRow<'_>) -> SpanRow<'_> {
    SpanRow {
        article_title: row.article_title.map(harmless),
        text: row.text.map(harmless),
        prefix: row.prefix.map(harmless),
        suffix: row.suffix.map(harmless),
        note: row.note.map(harmless),
        annotator: harmless(row.annotator),
        ..row
    }
}

fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    if is_formula(&cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        cell
    }
}

fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
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
            ("article_id", "=article"),
            ("id", "=id"),
            ("start", "1"),
        ] {
            assert_eq!(rows[0][column], cell, "{column}");
        }
        assert_eq!(rows[1]["text"], "harmless");
        let losses = Csv.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
        // All six of the first row; the title and the words before it in the second.
        assert_eq!(losses[0].count, 8);
        let without = Corpus {
            texts: Texts::LeftOut,
            ..corpus.corpus()
        };
        assert_eq!(Csv.losses(&without, &Inventory::of(&without))[0].count, 4);
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
                prop_assert_eq!(&row["id"], &id.to_string());
                prop_assert_eq!(&row["article_id"], article.id.as_str());
                let quote = quote(&article.text, annotation.span);
                for (column, cell) in [
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
