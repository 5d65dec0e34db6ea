//! Links (JSON Lines): one relation a line, flat, with what is needed of the annotations at its ends.
//!
//! The companion of Spans (JSON Lines): `from_id` and `to_id` are ids there. Every line has the same keys with
//! the same types. `public/schema/hearsay-link-1.schema.json` describes a line.

use super::article_json::{AnnotationRow, ArticleRow, RelationRow};
use super::lines::Lines;
use super::spans_jsonl::whole_texts;
use super::{Corpus, CorpusArticle, ExportError, ExportFormat, Feature, Inventory, Loss, Output};
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::RelationKind;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Links (JSON Lines), version 1.
#[derive(Clone, Copy, Debug)]
pub struct LinksJsonLines;

impl ExportFormat for LinksJsonLines {
    fn id(&self) -> &'static str {
        "links-jsonl"
    }

    fn name(&self) -> &'static str {
        "Links (JSON Lines)"
    }

    fn about(&self) -> &'static str {
        "One relation a line: who states which claim, what doubts it, who passed it on. Goes with the spans."
    }

    fn media_type(&self) -> &'static str {
        "application/jsonl"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-links"
    }

    fn file_extension(&self) -> &'static str {
        "jsonl"
    }

    fn can_leave_out_texts(&self) -> bool {
        true
    }

    fn lacks(&self, corpus: &Corpus<'_>) -> Option<&'static str> {
        let has_any = corpus.articles.iter().any(|CorpusArticle { records, .. }| {
            let is_here = |id| records.annotation(id).is_some();
            let mut relations = records.relations();
            relations.any(|(_, relation)| is_here(&relation.from) && is_here(&relation.to))
        });
        (!has_any).then_some("relations")
    }

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        let alone = corpus.articles.iter().map(unlinked).sum();
        let mut losses: Vec<_> = Loss::of(
            alone,
            "annotation without a relation",
            "annotations without a relation",
        )
        .into_iter()
        .collect();
        let held = [Feature::Relation, Feature::Overlap];
        let lacks: Vec<_> = Feature::ALL
            .into_iter()
            .filter(|feature| !held.contains(feature))
            .collect();
        losses.extend(inventory.lost(&lacks));
        losses.extend(whole_texts(corpus));
        losses
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut lines = Lines::new(output);
        for article in &corpus.articles {
            let article = ArticleRow::of(*article, corpus.texts)?;
            let annotations: HashMap<_, _> = article
                .annotations
                .iter()
                .map(|annotation| (annotation.id, annotation))
                .collect();
            for relation in &article.relations {
                // Both ends are there: a relation that lacks one has no row.
                if let (Some(from), Some(to)) = (annotations.get(relation.from), annotations.get(relation.to))
                {
                    lines.add(&LinkRow::of(&article, relation, from, to))?;
                }
            }
            lines.end_article()?;
        }
        Ok(())
    }
}

/// How many annotations of an article no relation joins.
fn unlinked(article: &CorpusArticle<'_>) -> usize {
    let linked: HashSet<_> = article
        .records
        .relations()
        .flat_map(|(_, relation)| [&relation.from, &relation.to])
        .collect();
    let annotations = article.records.annotations();
    annotations.filter(|(id, _)| !linked.contains(id)).count()
}

#[derive(Serialize)]
struct LinkRow<'a> {
    article_id: &'a ArticleId,
    article_sha256: &'a str,
    id: &'a RecordId,
    kind: RelationKind,
    from_id: &'a RecordId,
    from_label: &'a LabelId,
    from_start: u32,
    from_end: u32,
    from_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_text_sha256: Option<&'a str>,
    to_id: &'a RecordId,
    to_label: &'a LabelId,
    to_start: u32,
    to_end: u32,
    to_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_text_sha256: Option<&'a str>,
}

impl<'a> LinkRow<'a> {
    fn of(
        article: &ArticleRow<'a>,
        relation: &RelationRow<'a>,
        from: &'a AnnotationRow<'_>,
        to: &'a AnnotationRow<'_>,
    ) -> Self {
        Self {
            article_id: article.id,
            article_sha256: article.sha256,
            id: relation.id,
            kind: relation.kind,
            from_id: from.id,
            from_label: from.label,
            from_start: from.start,
            from_end: from.end,
            from_text: from.text,
            from_text_sha256: from.text_sha256.as_deref(),
            to_id: to.id,
            to_label: to.label,
            to_start: to.start,
            to_end: to.end,
            to_text: to.text,
            to_text_sha256: to.text_sha256.as_deref(),
        }
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

    const SCHEMA: &str = include_str!("../../public/schema/hearsay-link-1.schema.json");

    fn written(corpus: &Generated, texts: Texts) -> Vec<u8> {
        let mut file = Vec::new();
        let corpus = Corpus {
            texts,
            ..corpus.corpus()
        };
        LinksJsonLines.write(&corpus, &mut file).unwrap();
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
        assert_golden("links.jsonl", &written(&small(), Texts::Whole));
        assert_golden("links-without-texts.jsonl", &written(&small(), Texts::LeftOut));
    }

    #[test]
    fn annotations_that_nothing_joins_are_told_first() {
        let corpus = small();
        let losses = LinksJsonLines.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
        assert_eq!(losses[0].to_string(), "4 annotations without a relation");
        assert!(losses.iter().all(|loss| !loss.noun.contains("overlapping")));
    }

    proptest! {
        #[test]
        fn every_line_is_what_the_schema_says(corpus in generated::corpus(), left_out in any::<bool>()) {
            let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
            let texts = if left_out { Texts::LeftOut } else { Texts::Whole };
            for line in lines(&written(&corpus, texts)) {
                let errors: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
                prop_assert!(errors.is_empty(), "{errors:?}");
            }
        }

        #[test]
        fn a_row_joins_the_annotations_of_its_relation(corpus in generated::corpus()) {
            let mut rows = Vec::new();
            for (article, records) in &corpus.articles {
                for (id, relation) in records.relations() {
                    let ends = (records.annotation(&relation.from), records.annotation(&relation.to));
                    if let (Some(from), Some(to)) = ends {
                        rows.push((article.clone(), id.to_string(), relation.clone(), from.clone(), to.clone()));
                    }
                }
            }
            let lines = lines(&written(&corpus, Texts::Whole));
            prop_assert_eq!(lines.len(), rows.len());
            for (line, (article, id, relation, from, to)) in lines.iter().zip(rows) {
                prop_assert_eq!(&line["article_id"], article.id.as_str());
                prop_assert_eq!(&line["id"], &id);
                prop_assert_eq!(&line["kind"], relation.kind.as_str());
                for (end, id, annotation) in [("from", relation.from, from), ("to", relation.to, to)] {
                    prop_assert_eq!(&line[format!("{end}_id")], &id.to_string());
                    prop_assert_eq!(&line[format!("{end}_label")], annotation.label.as_str());
                    let words = article.text.slice(annotation.span);
                    prop_assert_eq!(&line[format!("{end}_text")], words);
                    let (start, _) = article.text.span_to_code_points(annotation.span);
                    prop_assert_eq!(&line[format!("{end}_start")], start.0);
                }
            }
        }
    }
}
