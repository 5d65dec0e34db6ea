//! Relations: which annotation says who states another, doubts it, or passes it on.

use super::super::article::Article;
use super::super::id::{LabelId, RecordId};
use super::super::record::{Record, RecordKey, RecordKind, Relation, RelationKind};
use super::super::records::Records;
use super::super::scheme::Scheme;
use super::super::transaction::{Change, Transaction};
use super::{Refusal, change, existing};

/// The kind of relation that may lead from an annotation with the one label to one with the other: the first
/// that a rule of the scheme allows, else the first that no rule is about. `None` where there is none.
pub fn relation_kind(scheme: &Scheme, from: &LabelId, to: &LabelId) -> Option<RelationKind> {
    scheme
        .relations
        .iter()
        .find(|rule| rule.from == *from && rule.to == *to)
        .map(|rule| rule.kind)
        .or_else(|| {
            let mut kinds = RelationKind::ALL.into_iter();
            kinds.find(|kind| scheme.relations.iter().all(|rule| rule.kind != *kind))
        })
}

/// Whether a relation may start at an annotation with this label.
pub fn can_start(scheme: &Scheme, from: &LabelId) -> Result<(), Refusal> {
    let leads_somewhere = |to: &LabelId| relation_kind(scheme, from, to).is_some();
    if scheme.labels.iter().any(|label| leads_somewhere(&label.id)) {
        return Ok(());
    }
    Err(no_rule(scheme, (from, from)))
}

/// Relates two annotations as the relation `id`. The scheme's rules say which kind it is.
pub fn relate(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (id, from, to): (RecordId, &RecordId, &RecordId),
) -> Result<Transaction, Refusal> {
    let labels = (&existing(records, from)?.label, &existing(records, to)?.label);
    if from == to {
        return Err(Refusal::Itself);
    }
    let kind = relation_kind(scheme, labels.0, labels.1).ok_or_else(|| no_rule(scheme, labels))?;
    let relation = Relation {
        kind,
        from: from.clone(),
        to: to.clone(),
    };
    if let Some((same, _)) = records.relations().find(|(_, other)| **other == relation) {
        return Err(Refusal::Related(same.clone()));
    }
    let made = change(records, key(article, &id), Some(Record::Relation(relation)));
    Ok(Transaction::new(format!("relate: {}", kind.as_str()), [made]))
}

/// Removes a relation.
pub fn unrelate(article: &Article, records: &Records, id: &RecordId) -> Result<Transaction, Refusal> {
    if records.get(RecordKind::Relation, id).is_none() {
        return Err(Refusal::Gone(RecordKind::Relation, id.clone()));
    }
    let removed = change(records, key(article, id), None);
    Ok(Transaction::new("delete relation", [removed]))
}

/// The changes that give the relations of the annotations `gone`, which are sorted, to `survivor`. One that it
/// has already, or that would lead from it to itself, is removed.
pub(super) fn moved(
    article: &Article,
    records: &Records,
    gone: &[&RecordId],
    survivor: &RecordId,
) -> Vec<Change> {
    let is_gone = |id: &RecordId| gone.binary_search(&id).is_ok();
    let (moving, staying): (Vec<_>, Vec<_>) = records
        .relations()
        .partition(|(_, relation)| is_gone(&relation.from) || is_gone(&relation.to));
    let mut had: Vec<Relation> = staying
        .into_iter()
        .filter(|(_, relation)| relation.from == *survivor || relation.to == *survivor)
        .map(|(_, relation)| relation.clone())
        .collect();
    let end = |id: &RecordId| if is_gone(id) { survivor } else { id }.clone();
    moving
        .into_iter()
        .map(|(id, relation)| {
            let relation = Relation {
                kind: relation.kind,
                from: end(&relation.from),
                to: end(&relation.to),
            };
            let stays = relation.from != relation.to && !had.contains(&relation);
            if stays {
                had.push(relation.clone());
            }
            change(
                records,
                key(article, id),
                stays.then_some(Record::Relation(relation)),
            )
        })
        .collect()
}

fn key(article: &Article, id: &RecordId) -> RecordKey {
    RecordKey::of_article(&article.id, RecordKind::Relation, id.clone())
}

/// Why no relation leads from the one label to the other, and which ones there are.
fn no_rule(scheme: &Scheme, (from, to): (&LabelId, &LabelId)) -> Refusal {
    let starts_any = scheme.relations.iter().any(|rule| rule.from == *from);
    let instead: Vec<String> = scheme
        .relations
        .iter()
        .filter(|rule| !starts_any || rule.from == *from)
        .map(|rule| {
            let (from, to) = (scheme.name_of(&rule.from), scheme.name_of(&rule.to));
            format!("{from} → {to}: {}", rule.kind.as_str())
        })
        .collect();
    Refusal::NoRule {
        from: scheme.name_of(from).to_owned(),
        to: starts_any.then(|| scheme.name_of(to).to_owned()),
        instead: instead.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::*;

    fn desk() -> Desk {
        let mut desk = Desk::new("⟦Kiev said⟧ it ⟦reportedly⟧ ⟦holds the town⟧, ⟦TASS wrote⟧");
        desk.annotate_each(&["attribution", "unverified", "claim", "attribution"]);
        desk
    }

    #[test]
    fn nothing_starts_at_a_label_that_no_rule_starts_from() {
        let scheme = Scheme::news_claims();
        assert_eq!(can_start(&scheme, &"attribution".into()), Ok(()));
        let refusal = can_start(&scheme, &"claim".into()).unwrap_err();
        assert!(
            refusal.to_string().starts_with("Claim starts no relation."),
            "{refusal}"
        );
    }

    fn relate_as(desk: &Desk, id: &str, from: &str, to: &str) -> Result<Transaction, Refusal> {
        relate(
            &desk.article,
            &desk.records,
            &desk.scheme,
            (id.into(), &from.into(), &to.into()),
        )
    }

    #[test]
    fn the_labels_of_its_ends_decide_what_a_relation_says() {
        let desk = desk();
        for (from, to, name) in [
            ("1", "3", "relate: attributes"),
            ("2", "3", "relate: doubts"),
            ("1", "4", "relate: via"),
        ] {
            assert_eq!(relate_as(&desk, "r", from, to).unwrap().name(), name);
        }
    }

    #[test]
    fn a_refusal_says_what_is_possible_instead() {
        let desk = desk();
        let refused = |from, to| relate_as(&desk, "r", from, to).unwrap_err().to_string();
        assert_eq!(
            refused("3", "1"),
            "Claim starts no relation. Attribution → Claim: attributes; Unverified → Claim: doubts; \
             Attribution → Attribution: via."
        );
        assert_eq!(
            refused("1", "2"),
            "No relation leads from Attribution to Unverified. Attribution → Claim: attributes; \
             Attribution → Attribution: via."
        );
        assert_eq!(relate_as(&desk, "r", "1", "1"), Err(Refusal::Itself));
    }

    #[test]
    fn two_annotations_are_related_once() {
        let mut desk = desk();
        desk.apply(&relate_as(&desk, "r", "1", "3").unwrap());
        assert_eq!(relate_as(&desk, "s", "1", "3"), Err(Refusal::Related("r".into())));
        desk.apply(&unrelate(&desk.article, &desk.records, &"r".into()).unwrap());
        assert!(relate_as(&desk, "s", "1", "3").is_ok());
        assert_eq!(
            unrelate(&desk.article, &desk.records, &"r".into()),
            Err(Refusal::Gone(RecordKind::Relation, "r".into()))
        );
    }

    #[test]
    fn a_kind_without_a_rule_joins_any_two() {
        let mut scheme = Scheme::news_claims();
        scheme.relations.pop();
        assert_eq!(
            relation_kind(&scheme, &"claim".into(), &"claim".into()),
            Some(RelationKind::Via)
        );
    }

    #[test]
    fn a_kind_is_named_as_files_name_it() {
        for kind in RelationKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
