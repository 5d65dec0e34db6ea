//! Spans (JSON Lines): one annotation a line, flat, for data frames.
//!
//! Every line has the same keys with the same types, so that a reader which guesses a table's columns from its
//! first rows guesses right. An annotation's fields differ from label to label and a column of objects would
//! change its type with them (Arrow, which `datasets` reads with, refuses that; Spark turns it to strings where
//! it notices), so `attributes` is always a string that holds a JSON object. It is opened with `json.loads`,
//! `attributes::JSON` in DuckDB, `from_json` in Spark. Texts are in Corpus (JSON Lines), under the same ids.
//! `public/schema/hearsay-span-1.schema.json` describes a line.

use super::article_json::{AnnotationRow, ArticleRow};
use super::lines::Lines;
use super::{Corpus, ExportError, ExportFormat, Feature, Inventory, Loss, Output};
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::Origin;
use serde::Serialize;
use std::borrow::Cow;

/// Spans (JSON Lines), version 1.
#[derive(Clone, Copy, Debug)]
pub struct SpansJsonLines;

impl ExportFormat for SpansJsonLines {
    fn id(&self) -> &'static str {
        "spans-jsonl"
    }

    fn name(&self) -> &'static str {
        "Spans (JSON Lines)"
    }

    fn about(&self) -> &'static str {
        "One annotation a line, every line with the same keys, for data frames. Fields are a string of JSON."
    }

    fn media_type(&self) -> &'static str {
        "application/jsonl"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-spans"
    }

    fn file_extension(&self) -> &'static str {
        "jsonl"
    }

    fn can_leave_out_texts(&self) -> bool {
        true
    }

    fn lacks(&self, corpus: &Corpus<'_>) -> Option<&'static str> {
        corpus.lacks_annotations()
    }

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        losses(corpus, inventory)
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut lines = Lines::new(output);
        for article in &corpus.articles {
            let article = ArticleRow::of(*article, corpus.texts)?;
            for annotation in &article.annotations {
                lines.add(&SpanRow::of(&article, annotation)?)?;
            }
            lines.end_article()?;
        }
        Ok(())
    }
}

/// What rows of annotations do not hold.
pub(super) fn losses(corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
    let placed = corpus.articles.iter().filter(|article| {
        let metadata = &article.article.metadata;
        let told = [&metadata.source_url, &metadata.published, &metadata.retrieved];
        told.iter().any(|value| value.is_some())
    });
    let lacks = [
        Feature::Relation,
        Feature::Region,
        Feature::Field,
        Feature::Entity,
        Feature::ClaimGroup,
        Feature::Unlabelled,
        Feature::Status,
    ];
    let mut losses = inventory.lost(&lacks);
    losses.extend(Loss::of(
        placed.count(),
        "article's address or dates",
        "articles' addresses or dates",
    ));
    losses.extend(whole_texts(corpus));
    losses
}

/// The loss of everything in the texts that has no label.
pub(super) fn whole_texts(corpus: &Corpus<'_>) -> Option<Loss> {
    Loss::of(
        corpus.articles.len(),
        "article's whole text",
        "articles' whole texts",
    )
}

/// An annotation and its article in one row.
#[derive(Serialize)]
pub(super) struct SpanRow<'a> {
    pub(super) article_id: &'a ArticleId,
    pub(super) article_title: Option<Cow<'a, str>>,
    pub(super) article_sha256: &'a str,
    pub(super) id: &'a RecordId,
    pub(super) label: &'a LabelId,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) start_utf16: u32,
    pub(super) end_utf16: u32,
    pub(super) text: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text_sha256: Option<&'a str>,
    pub(super) prefix: Option<Cow<'a, str>>,
    pub(super) suffix: Option<Cow<'a, str>>,
    pub(super) attributes: String,
    pub(super) note: Option<Cow<'a, str>>,
    pub(super) annotator: Cow<'a, str>,
    pub(super) origin: Origin,
    pub(super) created: &'a str,
    pub(super) updated: &'a str,
}

impl<'a> SpanRow<'a> {
    pub(super) fn of(
        article: &ArticleRow<'a>,
        annotation: &'a AnnotationRow<'_>,
    ) -> Result<Self, ExportError> {
        Ok(Self {
            article_id: article.id,
            article_title: article.title.map(Cow::Borrowed),
            article_sha256: article.sha256,
            id: annotation.id,
            label: annotation.label,
            start: annotation.start,
            end: annotation.end,
            start_utf16: annotation.start_utf16,
            end_utf16: annotation.end_utf16,
            text: annotation.text.map(Cow::Borrowed),
            text_sha256: annotation.text_sha256.as_deref(),
            prefix: annotation.prefix.map(Cow::Borrowed),
            suffix: annotation.suffix.map(Cow::Borrowed),
            attributes: serde_json::to_string(&annotation.attributes)?,
            note: annotation.note.map(Cow::Borrowed),
            annotator: annotation.annotator.into(),
            origin: annotation.origin,
            created: &annotation.created,
            updated: &annotation.updated,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Texts;
    use super::super::generated::{self, Generated};
    use super::super::lines::for_each_line;
    use super::super::sample::{assert_golden, small};
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;
    use std::collections::HashSet;

    const SCHEMA: &str = include_str!("../../public/schema/hearsay-span-1.schema.json");

    fn written(corpus: &Generated, texts: Texts) -> Vec<u8> {
        let mut file = Vec::new();
        let corpus = Corpus {
            texts,
            ..corpus.corpus()
        };
        SpansJsonLines.write(&corpus, &mut file).unwrap();
        file
    }

    fn lines(file: &[u8]) -> Vec<Value> {
        let mut lines = Vec::new();
        for_each_line(file, |_, line| {
            lines.push(line);
            Ok(())
        })
        .unwrap();
        lines
    }

    #[test]
    fn a_small_corpus_with_every_feature_is_written_as_ever() {
        assert_golden("spans.jsonl", &written(&small(), Texts::Whole));
        assert_golden("spans-without-texts.jsonl", &written(&small(), Texts::LeftOut));
    }

    #[test]
    fn what_a_row_does_not_hold_is_told_with_counts() {
        let corpus = small();
        let losses = SpansJsonLines.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
        let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
        assert_eq!(
            losses,
            [
                "3 relations",
                "4 regions",
                "2 articles' fields",
                "1 entity",
                "1 claim group",
                "1 article without annotations",
                "1 article's status",
                "1 article's address or dates",
                "2 articles' whole texts",
            ]
        );
    }

    proptest! {
        #[test]
        fn every_line_has_the_same_keys_and_is_what_the_schema_says(
            corpus in generated::corpus(),
            left_out in any::<bool>(),
        ) {
            let schema = jsonschema::options()
                .should_validate_formats(true)
                .build(&serde_json::from_str(SCHEMA).unwrap())
                .unwrap();
            let texts = if left_out { Texts::LeftOut } else { Texts::Whole };
            let mut keys = HashSet::new();
            for line in lines(&written(&corpus, texts)) {
                let errors: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
                prop_assert!(errors.is_empty(), "{errors:?}");
                keys.insert(line.as_object().unwrap().keys().cloned().collect::<Vec<_>>());
            }
            prop_assert!(keys.len() <= 1);
        }

        #[test]
        fn a_row_holds_its_annotation_as_it_is(corpus in generated::corpus()) {
            let lines = lines(&written(&corpus, Texts::Whole));
            let annotations: Vec<_> = corpus
                .articles
                .iter()
                .flat_map(|(article, records)| records.annotations().map(move |found| (article, found)))
                .collect();
            prop_assert_eq!(lines.len(), annotations.len());
            for (line, (article, (id, annotation))) in lines.iter().zip(annotations) {
                let offset = |key: &str| line[key].as_u64().unwrap() as usize;
                let cut: String = article.text.chars().skip(offset("start")).take(offset("end") - offset("start")).collect();
                let words = article.text.slice(annotation.span);
                prop_assert_eq!(&*cut, words);
                prop_assert_eq!(&line["text"], words);
                prop_assert_eq!(&line["id"], &id.to_string());
                prop_assert_eq!(&line["article_id"], article.id.as_str());
                prop_assert_eq!(line["note"].as_str(), annotation.note.as_deref());
                let attributes: Value = serde_json::from_str(line["attributes"].as_str().unwrap()).unwrap();
                prop_assert_eq!(attributes.as_object().unwrap(), &annotation.attributes);
            }
        }
    }
}
