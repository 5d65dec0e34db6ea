//! Edits: what a reviewer can do to an article, checked, as transactions.
//!
//! Each function looks at the records as they are and returns the [`Transaction`] that would change them, or a
//! [`Refusal`] that says why not. None changes anything itself.

use super::article::Article;
use super::id::{LabelId, RecordId};
use super::record::{Annotation, Fields, Origin, Record, RecordKey, RecordKind, Status};
use super::records::Records;
use super::scheme::Scheme;
use super::text::Span;
use super::timestamp::Timestamp;
use super::transaction::{Change, Transaction};
use std::fmt;
use std::sync::Arc;

/// Who makes an edit, and when.
#[derive(Clone, Debug)]
pub struct Author {
    /// The name that the reviewer goes by.
    pub name: Arc<str>,
    /// The time of the edit.
    pub now: Timestamp,
}

/// Why an edit was not made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The span is not of this article's text.
    NotOfText,
    /// The span has the label already: the annotation that says so.
    Labelled(RecordId),
    /// There is no annotation with this id (any more).
    NoSuchAnnotation(RecordId),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOfText => {
                f.write_str("The selection is not part of this article. Select the words again.")
            }
            Self::Labelled(_) => f.write_str("These words have that label already."),
            Self::NoSuchAnnotation(_) => f.write_str("That annotation has been removed meanwhile."),
        }
    }
}

impl std::error::Error for Refusal {}

/// Labels a span as the annotation `id`. An article that was not started is in progress from then on.
pub fn annotate(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (id, span, label): (RecordId, Span, LabelId),
    author: &Author,
) -> Result<Transaction, Refusal> {
    if !article.text.holds(span) {
        return Err(Refusal::NotOfText);
    }
    if let Some(same) = annotation_of(records, span, &label) {
        return Err(Refusal::Labelled(same));
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
    let made = Change {
        key: RecordKey::annotation(&article.id, id),
        from: None,
        to: Some(Record::Annotation(annotation)),
    };
    let name = format!("label {}", scheme.name_of(&label).to_lowercase());
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
    for id in ids {
        let annotation = existing(records, id)?;
        if annotation.label == *label {
            continue;
        }
        if let Some(same) = annotation_of(records, annotation.span, label) {
            return Err(Refusal::Labelled(same));
        }
        changes.push(update(article, id, annotation, author, |annotation| {
            annotation.label = label.clone();
            // The fields were the other label's.
            annotation.attributes = Fields::new();
        }));
    }
    let name = format!("change to {}", scheme.name_of(label).to_lowercase());
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

/// Removes annotations, and the relations that start or end at one of them.
pub fn remove(article: &Article, records: &Records, ids: &[RecordId]) -> Result<Transaction, Refusal> {
    let mut changes = Vec::new();
    for id in ids {
        let annotation = existing(records, id)?;
        changes.push(Change {
            key: RecordKey::annotation(&article.id, id.clone()),
            from: Some(Record::Annotation(annotation.clone())),
            to: None,
        });
    }
    for (id, relation) in records.relations() {
        if ids.contains(&relation.from) || ids.contains(&relation.to) {
            changes.push(Change {
                key: RecordKey::of_article(&article.id, RecordKind::Relation, id.clone()),
                from: Some(Record::Relation(relation.clone())),
                to: None,
            });
        }
    }
    let name = match ids {
        [_] => "delete annotation".to_owned(),
        _ => format!("delete {} annotations", ids.len()),
    };
    Ok(Transaction::new(name, changes))
}

/// Sets how far the work on an article is.
pub fn set_status(article: &Article, records: &Records, status: Status) -> Transaction {
    let name = match status {
        Status::NotStarted => "mark not started",
        Status::InProgress => "mark in progress",
        Status::Done => "mark done",
    };
    Transaction::new(name, [status_change(article, records, status)])
}

fn status_change(article: &Article, records: &Records, status: Status) -> Change {
    let key = RecordKey::status(&article.id);
    Change {
        from: records.get_key(&key).cloned(),
        to: Some(Record::Status(status)),
        key,
    }
}

fn begun(article: &Article, records: &Records) -> Option<Change> {
    (records.status() == Status::NotStarted).then(|| status_change(article, records, Status::InProgress))
}

fn update(
    article: &Article,
    id: &RecordId,
    annotation: &Annotation,
    author: &Author,
    change: impl FnOnce(&mut Annotation),
) -> Change {
    let mut updated = annotation.clone();
    change(&mut updated);
    updated.updated = author.now;
    Change {
        key: RecordKey::annotation(&article.id, id.clone()),
        from: Some(Record::Annotation(annotation.clone())),
        to: Some(Record::Annotation(updated)),
    }
}

fn existing<'r>(records: &'r Records, id: &RecordId) -> Result<&'r Annotation, Refusal> {
    records
        .annotation(id)
        .ok_or_else(|| Refusal::NoSuchAnnotation(id.clone()))
}

fn annotation_of(records: &Records, span: Span, label: &LabelId) -> Option<RecordId> {
    records
        .spans()
        .overlapping(span)
        .filter(|entry| entry.span == span)
        .find(|entry| {
            records
                .annotation(&entry.id)
                .is_some_and(|annotation| annotation.label == *label)
        })
        .map(|entry| entry.id.clone())
}

#[cfg(test)]
mod tests {
    use super::super::id::WriterId;
    use super::super::record::{Metadata, Relation, RelationKind};
    use super::super::records::Stamp;
    use super::super::text::marked::spans;
    use super::*;

    struct Desk {
        article: Article,
        records: Records,
        spans: Vec<Span>,
        time: u64,
    }

    impl Desk {
        fn new(marked: &str) -> Self {
            let (text, spans) = spans(marked);
            Self {
                article: Article::new("a".into(), Metadata::default(), text),
                records: Records::default(),
                spans,
                time: 0,
            }
        }

        fn author(&self) -> Author {
            Author {
                name: "quiet-heron".into(),
                now: Timestamp::from_millis(self.time as i64),
            }
        }

        fn apply(&mut self, transaction: &Transaction) {
            self.time += 1;
            for change in transaction.changes() {
                assert_eq!(self.records.get_key(&change.key), change.from.as_ref());
                let stamp = Stamp {
                    time: self.time,
                    writer: WriterId(1),
                };
                self.records
                    .merge(change.key.kind, change.key.id.clone(), stamp, change.to.clone());
            }
        }

        fn annotate(&self, id: &str, span: usize, label: &str) -> Result<Transaction, Refusal> {
            annotate(
                &self.article,
                &self.records,
                &Scheme::news_claims(),
                (id.into(), self.spans[span], label.into()),
                &self.author(),
            )
        }

        fn relabel(&self, id: &str, label: &str) -> Result<Transaction, Refusal> {
            relabel(
                &self.article,
                &self.records,
                &Scheme::news_claims(),
                (&[id.into()], &label.into()),
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
            desk.relabel("2", "unverified"),
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
        desk.apply(&desk.relabel("1", "unverified").unwrap());
        let annotation = desk.records.annotation(&"1".into()).unwrap();
        assert_eq!(annotation.label, "unverified".into());
        assert!(annotation.updated > annotation.created);
        assert!(desk.relabel("1", "unverified").unwrap().is_empty());
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
        let gone = Err(Refusal::NoSuchAnnotation("1".into()));
        assert_eq!(desk.relabel("1", "claim"), gone);
        assert_eq!(remove(&desk.article, &desk.records, &["1".into()]), gone);
    }
}
