//! What a file brings, told before it is taken in: how much of what, which labels the scheme does not have, and
//! what is to become of those.

use super::id::{LabelId, RecordId};
use super::import::Imported;
use super::record::{Annotation, Record};
use super::scheme::Scheme;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// How much of what a file brings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Articles, with their texts or without.
    pub articles: usize,
    /// Of those, the ones whose texts are not in the file.
    pub without_text: usize,
    /// Stretches that are not prose to label.
    pub regions: usize,
    /// Annotations of each label.
    pub annotations: BTreeMap<LabelId, usize>,
    /// Relations between annotations.
    pub relations: usize,
    /// Sources under all their spellings.
    pub entities: usize,
    /// Groups of claims that state the same thing.
    pub claim_groups: usize,
    /// The labels that the scheme does not have, each with its annotations. Among `annotations` too.
    pub unknown_labels: BTreeMap<LabelId, usize>,
    /// The attributes that labels of the scheme do not have there, each with the annotations that have it.
    pub unknown_attributes: BTreeMap<(LabelId, Arc<str>), usize>,
}

/// What is to become of the annotations of a label that a file has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mapping {
    /// They get this label.
    To(LabelId),
    /// They are not taken in, nor are their relations.
    LeaveOut,
    /// They keep theirs, whether the scheme has it or not.
    Keep,
}

impl Imported {
    /// How much of what the file brings, and what of it `scheme` does not have.
    pub fn summary(&self, scheme: &Scheme) -> Summary {
        let mut summary = Summary {
            articles: self.articles.len() + self.anchored.len(),
            without_text: self.anchored.len(),
            ..Summary::default()
        };
        for record in self.records() {
            match record {
                Record::Region(_) => summary.regions += 1,
                Record::Relation(_) => summary.relations += 1,
                Record::Entity(_) => summary.entities += 1,
                Record::ClaimGroup(_) => summary.claim_groups += 1,
                Record::Annotation(annotation) => summary.count(annotation, scheme),
                Record::Article(_) | Record::Status(_) | Record::Field(_) => {}
            }
        }
        summary
    }

    /// Gives annotations other labels, or leaves them out, as `mapping` has it; labels that it does not name
    /// are kept. Relations of what is left out go too, and no claim group names it any more. Returns how many
    /// annotations and relations were left out.
    pub fn relabel(&mut self, mapping: &BTreeMap<LabelId, Mapping>) -> usize {
        let mut gone = HashSet::new();
        let mut left_out = 0;
        for brought in &mut self.articles {
            let relabelled = relabel(&mut brought.records, |(id, record)| (id, record), mapping);
            left_out += relabelled.len() + drop_relations(&mut brought.records, &relabelled);
            gone.extend(relabelled);
        }
        for work in &mut self.anchored {
            let relabelled = relabel(&mut work.unplaced, |(id, record, _)| (id, record), mapping);
            left_out += relabelled.len() + drop_relations(&mut work.records, &relabelled);
            gone.extend(relabelled);
        }
        if gone.is_empty() {
            return 0;
        }
        // An id may stand in several articles.
        for (id, record) in self.placed().chain(self.unplaced()) {
            if matches!(record, Record::Annotation(_)) {
                gone.remove(id);
            }
        }
        for (_, record) in &mut self.records {
            if let Record::ClaimGroup(group) = record {
                group.members.retain(|member| !gone.contains(member));
            }
        }
        left_out
    }

    fn placed(&self) -> impl Iterator<Item = (&RecordId, &Record)> {
        let records = self.articles.iter().flat_map(|brought| &brought.records);
        records.map(|(id, record)| (id, record))
    }

    fn unplaced(&self) -> impl Iterator<Item = (&RecordId, &Record)> {
        let records = self.anchored.iter().flat_map(|work| &work.unplaced);
        records.map(|(id, record, _)| (id, record))
    }

    fn records(&self) -> impl Iterator<Item = &Record> {
        let without_span = self.anchored.iter().flat_map(|work| &work.records);
        let without_span = without_span.chain(&self.records).map(|(id, record)| (id, record));
        self.placed()
            .chain(self.unplaced())
            .chain(without_span)
            .map(|(_, record)| record)
    }
}

impl Summary {
    fn count(&mut self, annotation: &Annotation, scheme: &Scheme) {
        let label = &annotation.label;
        let count = |counts: &mut BTreeMap<LabelId, usize>| match counts.get_mut(label) {
            Some(count) => *count += 1,
            None => drop(counts.insert(label.clone(), 1)),
        };
        count(&mut self.annotations);
        let Some(known) = scheme.label(label) else {
            count(&mut self.unknown_labels);
            return;
        };
        for name in annotation.attributes.keys() {
            if known.attributes.iter().all(|attribute| *attribute.id != **name) {
                let key = (label.clone(), name.as_str().into());
                *self.unknown_attributes.entry(key).or_default() += 1;
            }
        }
    }
}

/// The label of the scheme that a file may mean by `label`: the same but for case, signs and plural; or else one
/// that a letter in five of it tells apart, if there is only one. By id or by name. `None` where none is like it.
pub fn guess(label: &LabelId, scheme: &Scheme) -> Option<LabelId> {
    if let Some(known) = scheme.label(label) {
        return Some(known.id.clone());
    }
    let wanted = singular(label.as_str());
    let names = |known: &super::scheme::Label| [singular(known.id.as_str()), singular(&known.name)];
    if let Some(same) = scheme.labels.iter().find(|known| names(known).contains(&wanted)) {
        return (!wanted.is_empty()).then(|| same.id.clone());
    }
    // Beyond this, no name of a label is meant.
    const LONGEST: usize = 64;
    let length = wanted.chars().count();
    if length > LONGEST {
        return None;
    }
    let mut like = scheme.labels.iter().filter(|known| {
        names(known)
            .iter()
            .any(|name| name.len() <= 4 * LONGEST && strsim::levenshtein(&wanted, name) <= length / 5)
    });
    let only = like.next().filter(|_| like.next().is_none())?;
    Some(only.id.clone())
}

/// A name in small letters, without signs and without the ending of a plural.
fn singular(name: &str) -> String {
    let mut name: String = name
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    if name.ends_with('s') && !name.ends_with("ss") && name.len() > 3 {
        name.pop();
    }
    name
}

/// Gives the annotations among `items` their labels; takes away those that are left out, and returns their ids.
fn relabel<T>(
    items: &mut Vec<T>,
    parts: impl Fn(&mut T) -> (&mut RecordId, &mut Record),
    mapping: &BTreeMap<LabelId, Mapping>,
) -> HashSet<RecordId> {
    let mut gone = HashSet::new();
    items.retain_mut(|item| {
        let (id, record) = parts(item);
        let Record::Annotation(annotation) = record else {
            return true;
        };
        match mapping.get(&annotation.label) {
            Some(Mapping::To(label)) => annotation.label = label.clone(),
            Some(Mapping::LeaveOut) => {
                gone.insert(id.clone());
                return false;
            }
            Some(Mapping::Keep) | None => {}
        }
        true
    });
    gone
}

/// Takes away the relations of annotations that are gone, and returns how many they were.
fn drop_relations(records: &mut Vec<(RecordId, Record)>, gone: &HashSet<RecordId>) -> usize {
    let before = records.len();
    records.retain(|(_, record)| match record {
        Record::Relation(relation) => !gone.contains(&relation.from) && !gone.contains(&relation.to),
        _ => true,
    });
    before - records.len()
}

#[cfg(test)]
mod tests {
    use super::super::article::Article;
    use super::super::import::{AnchoredWork, ImportedArticle};
    use super::super::record::{ClaimGroup, Metadata, Origin, Region, RegionKind, Relation, RelationKind};
    use super::super::selector::Anchor;
    use super::super::text::marked::spans;
    use super::super::timestamp::Timestamp;
    use super::*;
    use serde_json::json;

    /// A file of an article `a` and of work on another, with an annotation of each of the labels in both: their
    /// ids are their labels'. The first two are joined in each. A claim group holds them all.
    fn file(labels: &[&str]) -> Imported {
        let (text, found) = spans("⟦Kyiv⟧ said so");
        let annotation = |label: &str| {
            Record::Annotation(Annotation {
                label: label.into(),
                span: found[0],
                attributes: json!({ "checkable": "yes", "mood": "grim" })
                    .as_object()
                    .unwrap()
                    .clone(),
                note: None,
                annotator: "quiet-heron".into(),
                created: Timestamp::from_millis(0),
                updated: Timestamp::from_millis(0),
                origin: Origin::Imported,
            })
        };
        let relation = Record::Relation(Relation {
            kind: RelationKind::Attributes,
            from: labels[0].into(),
            to: labels[1].into(),
        });
        let region = Record::Region(Region {
            kind: RegionKind::Junk,
            span: found[0],
        });
        let mut records: Vec<_> = labels
            .iter()
            .map(|&label| (label.into(), annotation(label)))
            .collect();
        records.extend([("r".into(), relation.clone()), ("x".into(), region)]);
        Imported {
            articles: vec![ImportedArticle {
                article: Article::new("a".into(), Metadata::default(), text),
                is_named: true,
                is_dated: true,
                records,
            }],
            anchored: vec![AnchoredWork {
                article: "b".into(),
                sha256: None,
                is_dated: true,
                unplaced: labels
                    .iter()
                    .map(|&label| (label.into(), annotation(label), Anchor::default()))
                    .collect(),
                records: vec![("r".into(), relation)],
            }],
            records: vec![(
                "g".into(),
                Record::ClaimGroup(ClaimGroup {
                    name: "all".into(),
                    members: labels.iter().map(|&label| label.into()).collect(),
                }),
            )],
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_summary_counts_all_and_names_what_the_scheme_does_not_have() {
        let summary = file(&["claim", "rumour"]).summary(&Scheme::news_claims());
        let twice = |label: &str| (LabelId::from(label), 2);
        assert_eq!(
            summary,
            Summary {
                articles: 2,
                without_text: 1,
                regions: 1,
                annotations: [twice("claim"), twice("rumour")].into(),
                relations: 2,
                entities: 0,
                claim_groups: 1,
                unknown_labels: [twice("rumour")].into(),
                unknown_attributes: [(("claim".into(), "mood".into()), 2)].into(),
            }
        );
    }

    #[test]
    fn labels_are_mapped_left_out_with_their_relations_or_kept() {
        let mut file = file(&["CLAIM", "rumour", "mood"]);
        let left_out = file.relabel(
            &[
                ("CLAIM".into(), Mapping::To("claim".into())),
                ("rumour".into(), Mapping::LeaveOut),
                ("mood".into(), Mapping::Keep),
            ]
            .into(),
        );
        assert_eq!(left_out, 4);
        let summary = file.summary(&Scheme::news_claims());
        assert_eq!(
            summary.annotations,
            [("claim".into(), 2), ("mood".into(), 2)].into()
        );
        assert_eq!((summary.relations, summary.regions), (0, 1));
        let Record::ClaimGroup(group) = &file.records[0].1 else {
            panic!("no claim group");
        };
        assert_eq!(group.members, ["CLAIM".into(), "mood".into()]);
    }

    #[test]
    fn an_id_that_another_article_has_too_stays_in_its_claim_group() {
        let mut file = file(&["claim", "rumour"]);
        for (_, record, _) in &mut file.anchored[0].unplaced {
            let Record::Annotation(annotation) = record else {
                panic!("no annotation");
            };
            annotation.label = "claim".into();
        }
        assert_eq!(file.relabel(&[("rumour".into(), Mapping::LeaveOut)].into()), 2);
        let Record::ClaimGroup(group) = &file.records[0].1 else {
            panic!("no claim group");
        };
        assert_eq!(group.members.len(), 2);
    }

    #[test]
    fn a_mapping_of_nothing_changes_nothing() {
        let mut same = file(&["claim", "rumour"]);
        assert_eq!(same.relabel(&BTreeMap::new()), 0);
        assert_eq!(same, file(&["claim", "rumour"]));
    }

    #[test]
    fn a_label_is_guessed_by_its_name_but_for_case_plural_and_a_letter_in_five() {
        let scheme = Scheme::news_claims();
        for (label, expected) in [
            ("claim", Some("claim")),
            ("CLAIM", Some("claim")),
            ("Claims", Some("claim")),
            ("un-verified", Some("unverified")),
            ("Attribtion", Some("attribution")),
            ("clam", None),
            ("verified", None),
            ("rumour", None),
            ("", None),
            ("…", None),
        ] {
            assert_eq!(
                guess(&label.into(), &scheme),
                expected.map(LabelId::from),
                "{label}"
            );
        }
    }
}
