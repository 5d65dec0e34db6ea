//! ClaimReview: each claim with who states it, as schema.org's JSON-LD has it (schema.org/ClaimReview, and "Fact
//! Check (ClaimReview) structured data" of Google Search Central).
//!
//! A review is of one claim: `claimReviewed` and its `itemReviewed`, a `Claim` whose `author` is the speaker and
//! whose `appearance` is the article. A speaker comes from a relation `attributes` that points to the claim: the
//! entity of the attribution, with its other spellings, or else the words of its source. `author` is somebody's
//! name or is left out; nothing is guessed from other words. A rating is left out, since nobody has given one
//! here; so is the review's address, which it gets where it is published.
//!
//! One review a line, in a `@graph`. No `<` stands in the file, so that it can be put into a page's `script`
//! as it is, whatever words an article has.

use super::article_json::to_millisecond;
use super::check::{Check, code_points};
use super::slices::Slices;
use super::spans_jsonl::whole_texts;
use super::{Corpus, CorpusArticle, ExportError, ExportFormat, Feature, Inventory, Loss, Output};
use crate::core::id::{LabelId, RecordId};
use crate::core::part;
use crate::core::record::{Annotation, Entity, Record, RecordKind, RelationKind};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::text::Text;
use serde::Serialize;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// ClaimReview.
#[derive(Clone, Copy, Debug)]
pub struct ClaimReview;

impl ExportFormat for ClaimReview {
    fn id(&self) -> &'static str {
        "claim-review"
    }

    fn name(&self) -> &'static str {
        "ClaimReview (schema.org)"
    }

    fn about(&self) -> &'static str {
        "Each claim with who states it and in which article, for fact-checkers. Without a rating."
    }

    fn media_type(&self) -> &'static str {
        "application/ld+json"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-claims"
    }

    fn file_extension(&self) -> &'static str {
        "jsonld"
    }

    fn lacks(&self, corpus: &Corpus<'_>) -> Option<&'static str> {
        let has_any = corpus.articles.iter().any(|article| {
            let mut annotations = article.records.annotations();
            annotations.any(|(_, annotation)| is_claim(corpus.scheme, &annotation.label))
        });
        (!has_any).then_some("claims")
    }

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        let mut held = Held::default();
        let (mut annotations, mut metadata) = (0, 0);
        for article in &corpus.articles {
            let claims = claims(article, corpus);
            let told = &article.article.metadata;
            let url_lost = told.source_url.is_some() && address(told.source_url.as_deref()).is_none();
            let rest = told.title.is_some() || told.source_url.is_some() || told.published.is_some();
            let is_lost = told.retrieved.is_some() || url_lost || (rest && claims.is_empty());
            metadata += usize::from(is_lost);
            annotations += article.records.annotations().count();
            held.add(&claims);
        }
        let lost = |feature, held| inventory.count(feature).saturating_sub(held);
        let mut losses: Vec<_> = [
            Loss::of(
                annotations - held.claims - held.attributions,
                "annotation that is neither a claim nor its attribution to somebody named",
                "annotations that are neither claims nor their attributions to somebody named",
            ),
            Loss::of(
                held.claims + held.attributions,
                "span's place in its text",
                "spans' places in their texts",
            ),
            Loss::of(
                lost(Feature::Relation, held.relations),
                "relation that gives no claim a named speaker",
                "relations that give no claim a named speaker",
            ),
            Loss::of(
                lost(Feature::Attribute, held.attributes),
                "field of an annotation",
                "fields of annotations",
            ),
            Loss::of(
                lost(Feature::Entity, held.entities.len()),
                "entity that states no claim",
                "entities that state no claim",
            ),
            Loss::of(
                metadata,
                "article's address or dates",
                "articles' addresses or dates",
            ),
        ]
        .into_iter()
        .flatten()
        .collect();
        losses.extend(inventory.lost(&[
            Feature::Note,
            Feature::Region,
            Feature::Field,
            Feature::ClaimGroup,
            Feature::Status,
            Feature::Times,
            Feature::Origin,
        ]));
        losses.extend(whole_texts(corpus));
        losses
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        output.write_all(b"{\"@context\":\"https://schema.org\",\"@graph\":[")?;
        let mut separator = "\n";
        for article in &corpus.articles {
            let slices = Slices::of(&article.article.text);
            let mut lines = String::new();
            for claim in claims(article, corpus) {
                let check = Check {
                    article: article.article,
                    record: claim.id,
                };
                let span = code_points(claim.id, claim.annotation.span, article.article)?;
                let words = article.article.text.slice(claim.annotation.span);
                check.code_points(&slices, span, words)?;
                lines += separator;
                lines += &serde_json::to_string(&Review::of(article, &claim, words))?.replace('<', "\\u003c");
                separator = ",\n";
            }
            output.write_all(lines.as_bytes())?;
            output.article_written();
        }
        output.write_all(b"\n]}\n")?;
        Ok(())
    }
}

/// A claim, and the attributions that name who states it, in reading order of their relations.
struct Claim<'a> {
    id: &'a RecordId,
    annotation: &'a Annotation,
    speakers: Vec<Speaker<'a>>,
}

/// Who states a claim.
struct Speaker<'a> {
    /// The attribution that says so.
    attribution: &'a RecordId,
    name: &'a str,
    /// The id and the entity, where it is one.
    entity: Option<(&'a str, &'a Entity)>,
    /// What kind of speaker it is, where the attribution says.
    kind: Option<&'static str>,
}

/// The claims of an article, in reading order.
fn claims<'a>(CorpusArticle { article, records }: &CorpusArticle<'a>, corpus: &Corpus<'a>) -> Vec<Claim<'a>> {
    let mut speakers: HashMap<&RecordId, Vec<Speaker<'a>>> = HashMap::new();
    for (_, relation) in records.relations() {
        if relation.kind == RelationKind::Attributes
            && let Some(attribution) = records.annotation(&relation.from)
            && let Some(speaker) = Speaker::of(&relation.from, attribution, &article.text, corpus.records)
        {
            speakers.entry(&relation.to).or_default().push(speaker);
        }
    }
    records
        .annotations()
        .filter(|(_, annotation)| is_claim(corpus.scheme, &annotation.label))
        .map(|(id, annotation)| Claim {
            id,
            annotation,
            speakers: speakers.remove(id).unwrap_or_default(),
        })
        .collect()
}

/// Whether a label marks claims: `claim`, and whatever else the scheme lets an attribution point to.
fn is_claim(scheme: &Scheme, label: &LabelId) -> bool {
    let mut rules = scheme.relations.iter();
    label.as_str() == "claim" || rules.any(|rule| rule.kind == RelationKind::Attributes && rule.to == *label)
}

impl<'a> Speaker<'a> {
    /// Whom an attribution names; `None` where it names nobody.
    fn of(
        id: &'a RecordId,
        attribution: &'a Annotation,
        text: &'a Text,
        corpus: &'a Records,
    ) -> Option<Self> {
        let entity = attribution.attributes.get("entity").and_then(Value::as_str);
        let entity = entity.and_then(|id| match corpus.get(RecordKind::Entity, &id.into()) {
            Some(Record::Entity(entity)) => Some((id, entity)),
            _ => None,
        });
        let source = attribution.attributes.get("source");
        let source = source.and_then(|value| part::from_value(text, value));
        let name = match (entity, source) {
            (Some((_, entity)), _) => &entity.name,
            (None, Some(source)) => text.slice(source),
            (None, None) => return None,
        };
        let kind = attribution.attributes.get("source_type").and_then(Value::as_str);
        Some(Self {
            attribution: id,
            name,
            entity,
            kind: match kind {
                Some("person" | "official") => Some("Person"),
                Some("organisation" | "media") => Some("Organization"),
                _ => None,
            },
        })
    }
}

/// What the reviews hold, for what they do not.
#[derive(Default)]
struct Held<'a> {
    claims: usize,
    attributions: usize,
    relations: usize,
    attributes: usize,
    entities: HashSet<&'a str>,
}

impl<'a> Held<'a> {
    /// Adds an article's claims.
    fn add(&mut self, claims: &[Claim<'a>]) {
        let claimed: HashSet<_> = claims.iter().map(|claim| claim.id).collect();
        let mut attributions = HashSet::new();
        for speaker in claims.iter().flat_map(|claim| &claim.speakers) {
            self.relations += 1;
            if attributions.insert(speaker.attribution) {
                // Its name, and what kind of speaker it is.
                self.attributes += 1 + usize::from(speaker.kind.is_some());
                self.attributions += usize::from(!claimed.contains(speaker.attribution));
            }
            self.entities.extend(speaker.entity.map(|(id, _)| id));
        }
        self.claims += claims.len();
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    identifier: &'a RecordId,
    claim_reviewed: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Author<'a>>,
    date_published: String,
    item_reviewed: Item<'a>,
}

/// The claim itself.
#[derive(Serialize)]
struct Item<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Author<'a>>,
    appearance: Appearance<'a>,
}

/// The article that a claim stands in.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Appearance<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    identifier: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Author<'a> {
    #[serde(rename = "@type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternate_name: Vec<&'a str>,
}

impl<'a> Review<'a> {
    fn of(CorpusArticle { article, .. }: &CorpusArticle<'a>, claim: &Claim<'a>, words: &'a str) -> Self {
        let annotator = &*claim.annotation.annotator;
        let metadata = &article.metadata;
        Self {
            kind: "ClaimReview",
            identifier: claim.id,
            claim_reviewed: words,
            author: (!annotator.is_empty()).then_some(Author {
                kind: Some("Person"),
                name: annotator,
                alternate_name: Vec::new(),
            }),
            date_published: to_millisecond(claim.annotation.updated),
            item_reviewed: Item {
                kind: "Claim",
                author: claim.speakers.iter().map(Author::of).collect(),
                appearance: Appearance {
                    kind: "NewsArticle",
                    identifier: article.id.as_str(),
                    headline: metadata.title.as_deref(),
                    url: address(metadata.source_url.as_deref()),
                    date_published: metadata.published.as_deref(),
                },
            },
        }
    }
}

impl<'a> Author<'a> {
    fn of(speaker: &Speaker<'a>) -> Self {
        let aliases = speaker.entity.iter().flat_map(|(_, entity)| &entity.aliases);
        Self {
            kind: speaker.kind,
            name: speaker.name,
            alternate_name: aliases.map(|alias| &**alias).collect(),
        }
    }
}

/// An address, if it is one on the web: readers would resolve anything else against the page that they read.
fn address(url: Option<&str>) -> Option<&str> {
    url.filter(|url| {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty())
            && !url.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::super::generated::{self, Generated};
    use super::super::sample::{annotation, assert_golden, set, small};
    use super::*;
    use crate::core::article::Article;
    use crate::core::record::{Metadata, Relation};
    use crate::core::text::marked;
    use proptest::prelude::*;
    use serde_json::json;

    fn written(corpus: &Generated) -> Vec<u8> {
        let mut file = Vec::new();
        ClaimReview.write(&corpus.corpus(), &mut file).unwrap();
        file
    }

    fn reviews(corpus: &Generated) -> Vec<Value> {
        let mut file: Value = serde_json::from_slice(&written(corpus)).unwrap();
        assert_eq!(file["@context"], "https://schema.org");
        match file["@graph"].take() {
            Value::Array(reviews) => reviews,
            other => panic!("no list: {other}"),
        }
    }

    fn losses(corpus: &Generated) -> Vec<String> {
        let losses = ClaimReview.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
        losses.iter().map(ToString::to_string).collect()
    }

    /// "`Kyiv` said `it rains`" with an attribution of these fields.
    fn attributed(attributes: Value) -> Generated {
        let (text, found) = marked::spans("⟦⟦Kyiv⟧ said⟧ ⟦it rains⟧</script>");
        let mut records = Records::default();
        let mut attributes = attributes;
        if attributes.get("source").is_some() {
            attributes["source"] = part::to_value(&text, found[1]);
        }
        let attribution = Annotation {
            attributes: attributes.as_object().unwrap().clone(),
            ..annotation("attribution", found[0])
        };
        set(&mut records, "a", Record::Annotation(attribution));
        set(
            &mut records,
            "c",
            Record::Annotation(annotation("claim", found[2])),
        );
        let relation = Relation {
            kind: RelationKind::Attributes,
            from: "a".into(),
            to: "c".into(),
        };
        set(&mut records, "r", Record::Relation(relation));
        let mut corpus = small();
        corpus.articles = vec![(Article::new("x".into(), Metadata::default(), text), records)];
        corpus
    }

    #[test]
    fn a_small_corpus_with_every_feature_is_written_as_ever() {
        assert_golden("claim-review.jsonld", &written(&small()));
    }

    #[test]
    fn a_speaker_is_an_entity_or_the_words_of_a_source_and_else_nobody() {
        let aliases = json!(["cafe\u{301}-goers", "café-goers"]);
        for (attributes, author) in [
            (
                json!({"entity": "e1", "source": null}),
                json!([{"name": "Guests of cafés", "alternateName": aliases}]),
            ),
            (
                json!({"source": null, "source_type": "official"}),
                json!([{"@type": "Person", "name": "Kyiv"}]),
            ),
            (json!({"entity": "gone", "source_type": "person"}), Value::Null),
            (json!({}), Value::Null),
        ] {
            let reviews = reviews(&attributed(attributes.clone()));
            assert_eq!(reviews.len(), 1);
            assert_eq!(reviews[0]["claimReviewed"], "it rains");
            let item = &reviews[0]["itemReviewed"];
            assert_eq!(
                item.get("author").unwrap_or(&Value::Null),
                &author,
                "{attributes}"
            );
        }
    }

    #[test]
    fn what_is_no_claim_and_names_nobody_is_told_as_lost() {
        let named = losses(&attributed(json!({"entity": "e1", "stance": "neutral"})));
        assert_eq!(
            named,
            [
                "2 spans' places in their texts",
                "1 field of an annotation",
                "1 claim group",
                "2 annotations' times",
                "1 article's whole text",
            ]
        );
        let nameless = losses(&attributed(json!({})));
        assert_eq!(
            nameless[..4],
            [
                "1 annotation that is neither a claim nor its attribution to somebody named",
                "1 span's place in its text",
                "1 relation that gives no claim a named speaker",
                "1 entity that states no claim",
            ]
        );
    }

    #[test]
    fn only_an_address_on_the_web_is_one() {
        for (url, is_one) in [
            ("https://example.org/a?b", true),
            ("http://example.org", true),
            ("javascript:alert(1)", false),
            ("/a", false),
            ("https://", false),
            ("https://a b", false),
        ] {
            assert_eq!(address(Some(url)).is_some(), is_one, "{url}");
        }
    }

    #[test]
    fn words_never_end_the_script_that_the_file_is_put_into() {
        let mut corpus = attributed(json!({}));
        let (text, found) = marked::spans("⟦a </script><!-- claim⟧");
        let mut records = Records::default();
        set(
            &mut records,
            "c",
            Record::Annotation(annotation("claim", found[0])),
        );
        corpus.articles = vec![(Article::new("x".into(), Metadata::default(), text), records)];
        assert!(!written(&corpus).contains(&b'<'));
        assert_eq!(reviews(&corpus)[0]["claimReviewed"], "a </script><!-- claim");
    }

    proptest! {
        #[test]
        fn every_claim_has_its_review_in_its_own_words(corpus in generated::corpus()) {
            let reviews = reviews(&corpus);
            let mut expected = Vec::new();
            for (article, records) in &corpus.articles {
                for (id, annotation) in records.annotations().filter(|(_, found)| found.label.as_str() == "claim") {
                    expected.push((id.to_string(), article.text.slice(annotation.span), article.id.as_str()));
                }
            }
            prop_assert_eq!(reviews.len(), expected.len());
            for (review, (id, words, article)) in reviews.iter().zip(expected) {
                prop_assert_eq!(&review["identifier"], &id);
                prop_assert_eq!(&review["claimReviewed"], words);
                prop_assert_eq!(&review["itemReviewed"]["appearance"]["identifier"], article);
            }
            let _ = losses(&corpus);
        }
    }
}
