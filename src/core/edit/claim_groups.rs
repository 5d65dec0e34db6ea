//! Claim groups: claims, in any articles, that state the same thing. They belong to the whole corpus.

use super::super::id::RecordId;
use super::super::record::{ClaimGroup, Record, RecordKey, RecordKind};
use super::super::records::Records;
use super::super::transaction::Transaction;
use super::{Refusal, change};
use std::collections::HashSet;

/// Adds a claim group, or gives the one with this id another name and other members. A member that stands twice
/// is kept once.
pub fn put_claim_group(
    corpus: &Records,
    (id, group): (RecordId, ClaimGroup),
) -> Result<Transaction, Refusal> {
    if group.name.trim().is_empty() {
        return Err(Refusal::Nameless);
    }
    let name = match corpus.get(RecordKind::ClaimGroup, &id) {
        Some(_) => "change claim group",
        None => "add claim group",
    };
    let mut group = group;
    let mut seen = HashSet::new();
    group.members.retain(|member| seen.insert(member.clone()));
    let key = RecordKey::of_corpus(RecordKind::ClaimGroup, id);
    let put = change(corpus, key, Some(Record::ClaimGroup(group)));
    Ok(Transaction::new(name, [put]))
}

/// Removes a claim group. Its claims stay as they are.
pub fn remove_claim_group(corpus: &Records, id: &RecordId) -> Result<Transaction, Refusal> {
    if corpus.get(RecordKind::ClaimGroup, id).is_none() {
        return Err(Refusal::Gone(RecordKind::ClaimGroup, id.clone()));
    }
    let key = RecordKey::of_corpus(RecordKind::ClaimGroup, id.clone());
    Ok(Transaction::new(
        "delete claim group",
        [change(corpus, key, None)],
    ))
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::*;

    #[test]
    fn a_claim_group_is_added_changed_and_removed() {
        let mut corpus = Desk::new("");
        let group = |name: &str, members: &[&str]| ClaimGroup {
            name: name.into(),
            members: members.iter().map(|&member| member.into()).collect(),
        };
        let made = put_claim_group(&corpus.records, ("g".into(), group("same", &["1", "2", "1"]))).unwrap();
        assert_eq!(made.name(), "add claim group");
        assert_eq!(
            made.changes()[0].to,
            Some(Record::ClaimGroup(group("same", &["1", "2"])))
        );
        corpus.apply(&made);
        let changed = put_claim_group(&corpus.records, ("g".into(), group("same", &[]))).unwrap();
        assert_eq!(changed.name(), "change claim group");
        let nameless = put_claim_group(&corpus.records, ("g".into(), group("", &[])));
        assert_eq!(nameless, Err(Refusal::Nameless));
        corpus.apply(&remove_claim_group(&corpus.records, &"g".into()).unwrap());
        assert!(remove_claim_group(&corpus.records, &"g".into()).is_err());
    }
}
