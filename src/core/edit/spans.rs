//! Spans of annotations: moved, cut in two, and joined.

use super::super::article::Article;
use super::super::id::RecordId;
use super::super::order;
use super::super::record::{Annotation, Origin, Record, RecordKey};
use super::super::records::Records;
use super::super::scheme::Scheme;
use super::super::text::{ByteOffset, Span};
use super::super::transaction::Transaction;
use super::relations::moved;
use super::{
    Author, Refusal, annotation_of, before_cut, behind_cut, change, drop_parts_outside, existing, lower_name,
    numbered, update,
};
use std::cmp::Reverse;
use std::sync::Arc;

/// Gives an annotation another span. Parts that do not lie inside it are dropped.
pub fn resize(
    article: &Article,
    records: &Records,
    id: &RecordId,
    span: Span,
    author: &Author,
) -> Result<Transaction, Refusal> {
    let annotation = existing(records, id)?;
    if !article.text.holds(span) {
        return Err(Refusal::NotOfText);
    }
    let before = annotation.span;
    let name = match (before.start() != span.start(), before.end() != span.end()) {
        (true, false) => "move start",
        (false, true) => "move end",
        _ => "move span",
    };
    if before == span {
        return Ok(Transaction::new(name, []));
    }
    if let Some(same) = annotation_of(records, span, &annotation.label) {
        return Err(Refusal::Labelled(same.clone()));
    }
    let resized = update(article, id, annotation, author, |annotation| {
        annotation.span = span;
        drop_parts_outside(&article.text, annotation);
    });
    Ok(Transaction::new(name, [resized]))
}

/// Cuts an annotation in two at `place`, in bytes. The first half stays the annotation `id`, with its note and
/// relations; the second becomes `new_id`, made by `author`. White space at the cut belongs to neither. Each
/// half keeps the parts that it holds whole, and both keep the other fields.
pub fn split(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (id, new_id, place): (&RecordId, RecordId, ByteOffset),
    author: &Author,
) -> Result<Transaction, Refusal> {
    let annotation = existing(records, id)?;
    let (start, end) = (annotation.span.start(), annotation.span.end());
    let halves = before_cut(&article.text, start, place).zip(behind_cut(&article.text, place, end));
    let Some((first, second)) = halves else {
        return Err(Refusal::NoHalf);
    };
    for half in [first, second] {
        if let Some(same) = annotation_of(records, half, &annotation.label) {
            return Err(Refusal::Labelled(same.clone()));
        }
    }
    let mut made = Annotation {
        span: second,
        note: None,
        annotator: author.name.clone(),
        created: author.now,
        updated: author.now,
        origin: Origin::Human,
        ..annotation.clone()
    };
    drop_parts_outside(&article.text, &mut made);
    let kept = update(article, id, annotation, author, |annotation| {
        annotation.span = first;
        drop_parts_outside(&article.text, annotation);
    });
    let key = RecordKey::annotation(&article.id, new_id);
    let made = change(records, key, Some(Record::Annotation(made)));
    let name = format!("split {}", lower_name(scheme, &annotation.label));
    Ok(Transaction::new(name, [kept, made]))
}

/// Joins annotations of one label over all their words and what stands between. The first in reading order
/// stays. It takes over the others' notes, a line each, the fields that it lacks, and their relations, except
/// those that it has already and those that would lead from it to itself.
pub fn merge(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    ids: &[RecordId],
    author: &Author,
) -> Result<Transaction, Refusal> {
    let mut merged = Vec::new();
    for id in ids {
        merged.push((id, existing(records, id)?));
    }
    order::sort_by_key(&mut merged, |(id, annotation)| {
        (annotation.span.start(), Reverse(annotation.span.end()), *id)
    });
    merged.dedup_by_key(|(id, _)| *id);
    let [(survivor, first), others @ ..] = &*merged else {
        return Err(Refusal::TooFew);
    };
    if others.is_empty() {
        return Err(Refusal::TooFew);
    }
    if others.iter().any(|(_, other)| other.label != first.label) {
        return Err(Refusal::SeveralLabels);
    }
    let hull = others
        .iter()
        .fold(first.span, |hull, (_, other)| hull.joined(other.span));
    let mut gone: Vec<_> = others.iter().map(|(id, _)| *id).collect();
    order::sort(&mut gone);
    if let Some(same) = annotation_of(records, hull, &first.label)
        && same != *survivor
        && gone.binary_search(&same).is_err()
    {
        return Err(Refusal::Labelled(same.clone()));
    }
    let mut changes = vec![update(article, survivor, first, author, |annotation| {
        annotation.span = hull;
        let mut notes: Vec<&str> = annotation.note.iter().map(|note| &**note).collect();
        for (_, other) in others {
            notes.extend(other.note.as_deref());
            for (field, value) in &other.attributes {
                if !annotation.attributes.contains_key(field) {
                    annotation.attributes.insert(field.clone(), value.clone());
                }
            }
        }
        annotation.note = (!notes.is_empty()).then(|| Arc::from(notes.join("\n")));
    })];
    for (id, _) in others {
        let key = RecordKey::annotation(&article.id, (*id).clone());
        changes.push(change(records, key, None));
    }
    changes.extend(moved(article, records, &gone, survivor));
    let name = format!("merge {}", numbered(merged.len(), scheme, &first.label));
    Ok(Transaction::new(name, changes))
}

/// The nearest annotation behind `id` that has the same label.
pub fn next_of_label(records: &Records, id: &RecordId) -> Option<RecordId> {
    let annotation = records.annotation(id)?;
    let at = records.spans().index_of(annotation.span, id)?;
    (at + 1..records.spans().len())
        .filter_map(|index| Some(&records.spans().nth(index)?.id))
        .find(|id| {
            records
                .annotation(id)
                .is_some_and(|next| next.label == annotation.label)
        })
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::super::{relate, set_attribute, set_note, set_part};
    use super::*;
    use serde_json::json;

    impl Desk {
        fn resize(&self, id: &str, span: usize) -> Result<Transaction, Refusal> {
            resize(
                &self.article,
                &self.records,
                &id.into(),
                self.spans[span],
                &self.author(),
            )
        }

        /// Splits `id` where the span number `behind` ends.
        fn split(&self, id: &str, behind: usize) -> Result<Transaction, Refusal> {
            split(
                &self.article,
                &self.records,
                &self.scheme,
                (&id.into(), "new".into(), self.spans[behind].end()),
                &self.author(),
            )
        }

        fn merge(&self, ids: &[&str]) -> Result<Transaction, Refusal> {
            let ids: Vec<RecordId> = ids.iter().map(|&id| id.into()).collect();
            merge(&self.article, &self.records, &self.scheme, &ids, &self.author())
        }

        fn set_source(&mut self, id: &str, span: usize) {
            let span = Some(self.spans[span]);
            let made = set_part(
                &self.article,
                &self.records,
                &self.scheme,
                (&id.into(), "source", span),
                &self.author(),
            );
            self.apply(&made.unwrap());
        }

        fn set_stance(&mut self, id: &str, stance: &str) {
            let made = set_attribute(
                &self.article,
                &self.records,
                &self.scheme,
                (&id.into(), "stance", Some(json!(stance))),
                &self.author(),
            );
            self.apply(&made.unwrap());
        }

        fn set_note(&mut self, id: &str, note: &str) {
            let note = Some(note.into());
            let made = set_note(&self.article, &self.records, &id.into(), note, &self.author());
            self.apply(&made.unwrap());
        }

        fn relate(&mut self, id: &str, from: &str, to: &str) {
            let made = relate(
                &self.article,
                &self.records,
                &self.scheme,
                (id.into(), &from.into(), &to.into()),
            );
            self.apply(&made.unwrap());
        }

        fn words(&self, id: &str) -> &str {
            self.article
                .text
                .slice(self.records.annotation(&id.into()).unwrap().span)
        }
    }

    #[test]
    fn a_moved_end_is_named_and_drops_the_parts_that_it_leaves_behind() {
        let mut desk = Desk::new("⟦⟦President ⟦Zelensky⟧⟧ said⟧");
        desk.annotate_each(&["attribution"]);
        desk.set_source("1", 2);
        let shorter = desk.resize("1", 1).unwrap();
        assert_eq!(shorter.name(), "move end");
        desk.apply(&shorter);
        assert_eq!(desk.part("1", "source"), Some(desk.spans[2]));
        let (text, start) = (&desk.article.text, desk.spans[0].start());
        let president = text.span(start, ByteOffset(start.0 + 9)).unwrap();
        let id = "1".into();
        let away = resize(&desk.article, &desk.records, &id, president, &desk.author()).unwrap();
        desk.apply(&away);
        assert_eq!(desk.attribute("1", "source"), None);
        assert!(desk.resize("1", 2).unwrap().name() == "move span");
    }

    #[test]
    fn a_span_is_not_moved_onto_one_of_the_same_label() {
        let mut desk = Desk::new("⟦⟦Kiev⟧ claims⟧");
        desk.annotate_each(&["attribution", "attribution"]);
        assert_eq!(desk.resize("1", 1), Err(Refusal::Labelled("2".into())));
        assert!(desk.resize("1", 0).unwrap().is_empty());
    }

    #[test]
    fn both_halves_of_a_split_lose_the_white_space_at_the_cut_and_keep_their_parts() {
        let mut desk = Desk::new("⟦⟦⟦Kiev⟧ claims,⟧ \u{a0} Moscow says⟧");
        desk.annotate_each(&["attribution"]);
        desk.set_source("1", 2);
        desk.set_stance("1", "neutral");
        desk.set_note("1", "twice");
        let made = desk.split("1", 1).unwrap();
        assert_eq!(made.name(), "split attribution");
        desk.apply(&made);
        assert_eq!(
            (desk.words("1"), desk.words("new")),
            ("Kiev claims,", "Moscow says")
        );
        assert_eq!(desk.part("1", "source"), Some(desk.spans[2]));
        assert_eq!(desk.attribute("new", "source"), None);
        assert_eq!(desk.attribute("new", "stance"), Some(&json!("neutral")));
        assert_eq!(desk.records.annotation(&"new".into()).unwrap().note, None);
        desk.apply(&made.inverted());
        assert_eq!(desk.words("1"), desk.article.text.as_str());
    }

    #[test]
    fn a_half_without_words_is_refused() {
        let mut desk = Desk::new("⟦⟦Kiev⟧ ⟧claims");
        desk.annotate_each(&["claim"]);
        assert_eq!(desk.split("1", 0), Err(Refusal::NoHalf));
        assert_eq!(desk.split("1", 1), Err(Refusal::NoHalf));
    }

    #[test]
    fn merged_annotations_become_the_first_one_with_all_that_they_had() {
        let mut desk = Desk::new("⟦Kiev claims⟧ and ⟦Kiev says⟧ that ⟦they hold it⟧");
        desk.annotate_each(&["attribution", "attribution", "claim"]);
        desk.set_stance("2", "neutral");
        desk.set_note("1", "one");
        desk.set_note("2", "two");
        desk.relate("a", "1", "3");
        desk.relate("b", "2", "3");
        desk.relate("c", "1", "2");
        let made = desk.merge(&["2", "1", "2"]).unwrap();
        assert_eq!(made.name(), "merge 2 attributions");
        desk.apply(&made);
        assert_eq!(desk.words("1"), "Kiev claims and Kiev says");
        let merged = desk.records.annotation(&"1".into()).unwrap();
        assert_eq!(merged.note.as_deref(), Some("one\ntwo"));
        assert_eq!(desk.attribute("1", "stance"), Some(&json!("neutral")));
        let relations: Vec<_> = desk.records.relations().map(|(id, _)| id.to_string()).collect();
        assert_eq!(relations, ["a"]);
        assert_eq!(desk.records.annotation(&"2".into()), None);
    }

    #[test]
    fn a_relation_of_a_merged_annotation_goes_over_to_the_one_that_stays() {
        let mut desk = Desk::new("⟦Kiev claims⟧ and ⟦Kiev says⟧ that ⟦they hold it⟧");
        desk.annotate_each(&["attribution", "attribution", "claim"]);
        desk.relate("b", "2", "3");
        desk.apply(&desk.merge(&["1", "2"]).unwrap());
        let (_, relation) = desk.records.relations().next().unwrap();
        assert_eq!((&relation.from, &relation.to), (&"1".into(), &"3".into()));
    }

    #[test]
    fn only_two_or_more_of_one_label_are_merged() {
        let mut desk = Desk::new("⟦Kiev claims⟧ ⟦control⟧");
        desk.annotate_each(&["attribution", "claim"]);
        assert_eq!(desk.merge(&["1", "1"]), Err(Refusal::TooFew));
        assert_eq!(desk.merge(&[]), Err(Refusal::TooFew));
        assert_eq!(desk.merge(&["1", "2"]), Err(Refusal::SeveralLabels));
    }
}
