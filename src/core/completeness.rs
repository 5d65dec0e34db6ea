//! What an article's annotations still lack. Nothing of it is forced: it is a list to go through.

use super::id::{LabelId, RecordId};
use super::record::RelationKind;
use super::records::Records;
use super::scheme::Scheme;
use std::collections::HashMap;

/// Something that an annotation lacks, or has too much of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    /// The annotation.
    pub id: RecordId,
    /// What.
    pub what: Lack,
}

/// What is still to be looked at in an annotation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lack {
    /// It says who states something, but not what is stated: an attribution without a claim.
    AttributesNothing,
    /// It doubts, but nothing in particular.
    DoubtsNothing,
    /// More than one attribution states it: so many.
    AttributedOften(usize),
}

/// How often an annotation attributes, doubts, and is attributed.
#[derive(Default)]
struct Tally {
    attributes: usize,
    doubts: usize,
    attributed: usize,
}

/// What the annotations of an article lack, in reading order. Linear in their number and that of the relations.
pub fn to_complete(records: &Records, scheme: &Scheme) -> Vec<Missing> {
    let mut tallies: HashMap<&RecordId, Tally> = HashMap::new();
    for (_, relation) in records.relations() {
        match relation.kind {
            RelationKind::Attributes => {
                tallies.entry(&relation.from).or_default().attributes += 1;
                tallies.entry(&relation.to).or_default().attributed += 1;
            }
            RelationKind::Doubts => tallies.entry(&relation.from).or_default().doubts += 1,
            RelationKind::Via => {}
        }
    }
    let starts = |label: &LabelId, kind| {
        let mut rules = scheme.relations.iter();
        rules.any(|rule| rule.kind == kind && rule.from == *label)
    };
    let none = Tally::default();
    let mut missing = Vec::new();
    for (id, annotation) in records.annotations() {
        let tally = tallies.get(id).unwrap_or(&none);
        let lacks = [
            (tally.attributes == 0 && starts(&annotation.label, RelationKind::Attributes))
                .then_some(Lack::AttributesNothing),
            (tally.doubts == 0 && starts(&annotation.label, RelationKind::Doubts))
                .then_some(Lack::DoubtsNothing),
            (tally.attributed > 1).then_some(Lack::AttributedOften(tally.attributed)),
        ];
        missing.extend(
            lacks
                .into_iter()
                .flatten()
                .map(|what| Missing { id: id.clone(), what }),
        );
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::super::edit::desk::Desk;
    use super::super::edit::relate;
    use super::*;

    fn lacks(desk: &Desk) -> Vec<(String, Lack)> {
        to_complete(&desk.records, &desk.scheme)
            .into_iter()
            .map(|missing| (missing.id.to_string(), missing.what))
            .collect()
    }

    #[test]
    fn what_is_not_related_and_what_is_attributed_twice_is_listed_in_reading_order() {
        let mut desk = Desk::new("⟦Kiev said⟧ it ⟦reportedly⟧ ⟦holds the town⟧, ⟦TASS wrote⟧");
        desk.annotate_each(&["attribution", "unverified", "claim", "attribution"]);
        assert_eq!(
            lacks(&desk),
            [
                ("1".into(), Lack::AttributesNothing),
                ("2".into(), Lack::DoubtsNothing),
                ("4".into(), Lack::AttributesNothing),
            ]
        );
        for from in ["1", "2", "4"] {
            let ends = (from.into(), &from.into(), &"3".into());
            let made = relate(&desk.article, &desk.records, &desk.scheme, ends).unwrap();
            desk.apply(&made);
        }
        assert_eq!(lacks(&desk), [("3".into(), Lack::AttributedOften(2))]);
    }

    #[test]
    fn passing_on_is_not_attributing() {
        let mut desk = Desk::new("⟦Kiev said⟧, ⟦TASS wrote⟧");
        desk.annotate_each(&["attribution", "attribution"]);
        let ends = ("r".into(), &"1".into(), &"2".into());
        let made = relate(&desk.article, &desk.records, &desk.scheme, ends).unwrap();
        desk.apply(&made);
        assert_eq!(lacks(&desk).len(), 2);
    }
}
