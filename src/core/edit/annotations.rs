//! Labelling: annotations made, relabelled, remarked on and removed.

use super::super::article::Article;
use super::super::id::{LabelId, RecordId};
use super::super::order;
use super::super::record::{Annotation, Fields, Origin, Record, RecordKey, RecordKind};
use super::super::records::Records;
use super::super::scheme::Scheme;
use super::super::span_set::SpanSet;
use super::super::text::Span;
use super::super::transaction::{Change, Transaction};
use super::articles::begun;
use super::{Author, Refusal, annotation_of, change, existing, lower_name, numbered, update};
use std::sync::Arc;

/// Labels a span as the annotation `id`. An article that was not started is in progress from then on.
pub fn annotate(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (id, span, label): (RecordId, Span, LabelId),
    author: &Author,
) -> Result<Transaction, Refusal> {
    let name = format!("label {}", lower_name(scheme, &label));
    let made = labelled(article, records, (id, span, &label), author)?;
    Ok(Transaction::new(
        name,
        [made].into_iter().chain(begun(article, records)),
    ))
}

/// Spans of one article that are to be labelled.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    /// The article.
    pub article: &'a Article,
    /// Its records.
    pub records: &'a Records,
    /// The spans, each with the id of the annotation that it would become.
    pub spans: Vec<(RecordId, Span)>,
}

/// Labels many spans, in any number of articles, as one step. Spans that have the label already are passed
/// over. Articles that were not started, and in which something is labelled, are in progress from then on.
#[derive(Debug)]
pub struct Labelling {
    label: LabelId,
    changes: Vec<Change>,
    count: usize,
}

impl Labelling {
    /// Begins with no spans.
    pub fn new(label: LabelId) -> Self {
        Self {
            label,
            changes: Vec::new(),
            count: 0,
        }
    }

    /// Adds the spans of an article, each article once.
    ///
    /// # Errors
    /// Where a span cannot be labelled. What was added before stays.
    pub fn add(&mut self, target: &Target<'_>, author: &Author) -> Result<(), Refusal> {
        let mut taken = SpanSet::default();
        for (id, span) in &target.spans {
            if with_span(&taken, *span).is_some() {
                continue;
            }
            let new = (id.clone(), *span, &self.label);
            match labelled(target.article, target.records, new, author) {
                Ok(made) => self.changes.push(made),
                Err(Refusal::Labelled(_)) => continue,
                Err(refusal) => return Err(refusal),
            }
            taken.insert(*span, id.clone());
        }
        if !taken.is_empty() {
            self.count += taken.len();
            self.changes.extend(begun(target.article, target.records));
        }
        Ok(())
    }

    /// All of it as one step.
    pub fn done(self, scheme: &Scheme) -> Transaction {
        let name = match self.count {
            1 => format!("label {}", lower_name(scheme, &self.label)),
            count => format!("label {}", numbered(count, scheme, &self.label)),
        };
        Transaction::of_distinct(name, self.changes)
    }
}

/// Labels the words of the annotation `id` with another label too, as the annotation `new_id`, which starts
/// without fields and note.
pub fn duplicate(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (id, new_id, label): (&RecordId, RecordId, &LabelId),
    author: &Author,
) -> Result<Transaction, Refusal> {
    let span = existing(records, id)?.span;
    let made = labelled(article, records, (new_id, span, label), author)?;
    let name = format!("duplicate as {}", lower_name(scheme, label));
    Ok(Transaction::new(
        name,
        [made].into_iter().chain(begun(article, records)),
    ))
}

/// Gives annotations another label. Those that have it already are left as they are.
pub fn relabel(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (ids, label): (&[RecordId], &LabelId),
    author: &Author,
) -> Result<Transaction, Refusal> {
    let mut changes = Vec::new();
    let mut taken = SpanSet::default();
    for id in ids {
        let annotation = existing(records, id)?;
        if annotation.label == *label {
            continue;
        }
        let same = annotation_of(records, annotation.span, label)
            .or_else(|| with_span(&taken, annotation.span).filter(|same| *same != id));
        if let Some(same) = same {
            return Err(Refusal::Labelled(same.clone()));
        }
        taken.insert(annotation.span, id.clone());
        changes.push(update(article, id, annotation, author, |annotation| {
            annotation.label = label.clone();
            // The fields were the other label's.
            annotation.attributes = Fields::new();
        }));
    }
    let name = format!("change to {}", lower_name(scheme, label));
    Ok(Transaction::new(name, changes))
}

/// Sets the note of an annotation; `None` takes it away.
pub fn set_note(
    article: &Article,
    records: &Records,
    id: &RecordId,
    note: Option<Arc<str>>,
    author: &Author,
) -> Result<Transaction, Refusal> {
    let annotation = existing(records, id)?;
    if annotation.note == note {
        return Ok(Transaction::new("edit note", []));
    }
    let change = update(article, id, annotation, author, |annotation| {
        annotation.note = note
    });
    Ok(Transaction::new("edit note", [change]))
}

/// Removes annotations, and the relations that start or end at one of them. Claim groups go on naming them, so
/// that they are members again when the removal is undone.
pub fn remove(article: &Article, records: &Records, ids: &[RecordId]) -> Result<Transaction, Refusal> {
    let mut gone: Vec<_> = ids.iter().collect();
    order::sort(&mut gone);
    gone.dedup();
    let mut changes = Vec::new();
    for id in &gone {
        existing(records, id)?;
        let key = RecordKey::annotation(&article.id, (*id).clone());
        changes.push(change(records, key, None));
    }
    for (id, relation) in records.relations() {
        let is_gone = |end| gone.binary_search(&end).is_ok();
        if is_gone(&relation.from) || is_gone(&relation.to) {
            let key = RecordKey::of_article(&article.id, RecordKind::Relation, id.clone());
            changes.push(change(records, key, None));
        }
    }
    let name = match gone.len() {
        1 => "delete annotation".to_owned(),
        count => format!("delete {count} annotations"),
    };
    Ok(Transaction::new(name, changes))
}

/// The change that makes `span` the annotation `id`.
fn labelled(
    article: &Article,
    records: &Records,
    (id, span, label): (RecordId, Span, &LabelId),
    author: &Author,
) -> Result<Change, Refusal> {
    if !article.text.holds(span) {
        return Err(Refusal::NotOfText);
    }
    if let Some(same) = annotation_of(records, span, label) {
        return Err(Refusal::Labelled(same.clone()));
    }
    let annotation = Annotation {
        label: label.clone(),
        span,
        attributes: Fields::new(),
        note: None,
        annotator: author.name.clone(),
        created: author.now,
        updated: author.now,
        origin: Origin::Human,
    };
    let key = RecordKey::annotation(&article.id, id);
    Ok(change(records, key, Some(Record::Annotation(annotation))))
}

/// Whose span exactly `span` is.
fn with_span(spans: &SpanSet<RecordId>, span: Span) -> Option<&RecordId> {
    spans
        .overlapping(span)
        .find(|entry| entry.span == span)
        .map(|entry| &entry.id)
}

#[cfg(test)]
mod tests {
    use super::super::super::record::{Relation, RelationKind, Status};
    use super::super::desk::Desk;
    use super::super::set_status;
    use super::*;

    impl Desk {
        fn relabel(&self, ids: &[&str], label: &str) -> Result<Transaction, Refusal> {
            let ids: Vec<RecordId> = ids.iter().map(|&id| id.into()).collect();
            relabel(
                &self.article,
                &self.records,
                &self.scheme,
                (&ids, &label.into()),
                &self.author(),
            )
        }
    }

    #[test]
    fn the_first_label_puts_an_article_in_progress_and_its_undo_takes_that_back() {
        let mut desk = Desk::new("⟦Kiev claims⟧ to control");
        let made = desk.annotate("1", 0, "attribution").unwrap();
        assert_eq!(made.name(), "label attribution");
        desk.apply(&made);
        assert_eq!(desk.records.status(), Status::InProgress);
        assert_eq!(desk.records.annotation(&"1".into()).unwrap().span, desk.spans[0]);
        desk.apply(&made.inverted());
        assert_eq!(desk.records.status(), Status::NotStarted);
        assert!(desk.records.spans().is_empty());
    }

    #[test]
    fn a_done_article_stays_done_when_something_is_added() {
        let mut desk = Desk::new("⟦Kiev claims⟧");
        desk.apply(&set_status(&desk.article, &desk.records, Status::Done));
        desk.apply(&desk.annotate("1", 0, "claim").unwrap());
        assert_eq!(desk.records.status(), Status::Done);
    }

    #[test]
    fn one_span_takes_two_labels_but_not_one_label_twice() {
        let mut desk = Desk::new("⟦reportedly⟧");
        desk.apply(&desk.annotate("1", 0, "unverified").unwrap());
        assert_eq!(
            desk.annotate("2", 0, "unverified"),
            Err(Refusal::Labelled("1".into()))
        );
        desk.apply(&desk.annotate("2", 0, "claim").unwrap());
        assert_eq!(
            desk.relabel(&["2"], "unverified"),
            Err(Refusal::Labelled("1".into()))
        );
    }

    #[test]
    fn a_span_of_another_text_is_refused() {
        let desk = Desk::new("⟦short⟧");
        let behind = Span::new(3_usize, 9_usize).unwrap();
        let refused = annotate(
            &desk.article,
            &desk.records,
            &Scheme::news_claims(),
            ("1".into(), behind, "claim".into()),
            &desk.author(),
        );
        assert_eq!(refused, Err(Refusal::NotOfText));
    }

    #[test]
    fn relabelling_keeps_the_annotation_and_notes_the_time() {
        let mut desk = Desk::new("⟦reportedly⟧");
        desk.apply(&desk.annotate("1", 0, "claim").unwrap());
        desk.apply(&desk.relabel(&["1"], "unverified").unwrap());
        let annotation = desk.records.annotation(&"1".into()).unwrap();
        assert_eq!(annotation.label, "unverified".into());
        assert!(annotation.updated > annotation.created);
        assert!(desk.relabel(&["1"], "unverified").unwrap().is_empty());
    }

    #[test]
    fn removing_an_annotation_removes_its_relations_and_one_undo_brings_all_back() {
        let mut desk = Desk::new("⟦Kiev claims⟧ ⟦to control it⟧");
        desk.apply(&desk.annotate("1", 0, "attribution").unwrap());
        desk.apply(&desk.annotate("2", 1, "claim").unwrap());
        let relation = Change {
            key: RecordKey::of_article(&desk.article.id, RecordKind::Relation, "r".into()),
            from: None,
            to: Some(Record::Relation(Relation {
                kind: RelationKind::Attributes,
                from: "1".into(),
                to: "2".into(),
            })),
        };
        desk.apply(&Transaction::new("relate", [relation]));
        let removed = remove(&desk.article, &desk.records, &["2".into()]).unwrap();
        desk.apply(&removed);
        assert_eq!(desk.records.relations().count(), 0);
        assert_eq!(desk.records.spans().len(), 1);
        desk.apply(&removed.inverted());
        assert_eq!(desk.records.relations().count(), 1);
        assert_eq!(desk.records.spans().len(), 2);
    }

    #[test]
    fn what_is_gone_cannot_be_edited() {
        let desk = Desk::new("⟦x⟧");
        let gone = Err(Refusal::Gone(RecordKind::Annotation, "1".into()));
        assert_eq!(desk.relabel(&["1"], "claim"), gone);
        assert_eq!(remove(&desk.article, &desk.records, &["1".into()]), gone);
    }

    #[test]
    fn two_annotations_of_one_span_do_not_get_one_label_together() {
        let mut desk = Desk::new("⟦reportedly⟧");
        desk.apply(&desk.annotate("1", 0, "claim").unwrap());
        desk.apply(&desk.annotate("2", 0, "attribution").unwrap());
        let refused = desk.relabel(&["1", "2"], "unverified");
        assert_eq!(refused, Err(Refusal::Labelled("1".into())));
        assert_eq!(
            desk.relabel(&["1", "1"], "unverified").unwrap().changes().len(),
            1
        );
    }

    #[test]
    fn a_duplicate_has_the_words_and_none_of_the_rest() {
        let mut desk = Desk::new("⟦reportedly⟧");
        desk.apply(&desk.annotate("1", 0, "claim").unwrap());
        let note = Some("hm".into());
        desk.apply(&set_note(&desk.article, &desk.records, &"1".into(), note, &desk.author()).unwrap());
        let copy = |desk: &Desk, id: &str| {
            duplicate(
                &desk.article,
                &desk.records,
                &desk.scheme,
                (&"1".into(), id.into(), &"unverified".into()),
                &desk.author(),
            )
        };
        let made = copy(&desk, "2").unwrap();
        assert_eq!(made.name(), "duplicate as unverified");
        desk.apply(&made);
        let annotation = desk.records.annotation(&"2".into()).unwrap();
        assert_eq!((annotation.span, &annotation.note), (desk.spans[0], &None));
        assert_eq!(copy(&desk, "3"), Err(Refusal::Labelled("2".into())));
    }

    #[test]
    fn many_spans_in_several_articles_are_labelled_as_one_step() {
        let mut here = Desk::new("⟦reportedly⟧ this, ⟦reportedly⟧ that");
        let mut there = Desk::new("⟦reportedly⟧");
        there.article.id = "b".into();
        here.apply(&here.annotate("1", 0, "unverified").unwrap());
        let label = |desks: &[&Desk]| {
            let targets: Vec<_> = desks
                .iter()
                .map(|desk| Target {
                    article: &desk.article,
                    records: &desk.records,
                    spans: desk
                        .spans
                        .iter()
                        .chain(&desk.spans)
                        .enumerate()
                        .map(|(at, &span)| (format!("n{at}").as_str().into(), span))
                        .collect(),
                })
                .collect();
            let mut labelling = Labelling::new("unverified".into());
            for target in &targets {
                labelling.add(target, &here.author()).unwrap();
            }
            labelling.done(&here.scheme)
        };
        let made = label(&[&here, &there]);
        assert_eq!(made.name(), "label 2 unverified");
        let keys: Vec<_> = made
            .changes()
            .iter()
            .map(|change| (change.key.article.as_ref().unwrap().as_str(), change.key.kind))
            .collect();
        assert_eq!(
            keys,
            [
                ("a", RecordKind::Annotation),
                ("b", RecordKind::Annotation),
                ("b", RecordKind::Status)
            ]
        );
        assert_eq!(label(&[&there]).name(), "label unverified");
    }
}
