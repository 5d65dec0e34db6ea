//! What the tests of edits work on: one article with marked spans, and its records.

use super::super::article::Article;
use super::super::id::{RecordId, WriterId};
use super::super::part;
use super::super::record::Metadata;
use super::super::records::{Records, Stamp};
use super::super::scheme::Scheme;
use super::super::text::{Span, marked};
use super::super::timestamp::Timestamp;
use super::super::transaction::Transaction;
use super::{Author, Refusal, annotate};
use serde_json::Value;

pub(in crate::core) struct Desk {
    pub(in crate::core) article: Article,
    pub(in crate::core) records: Records,
    pub(in crate::core) scheme: Scheme,
    pub(in crate::core) spans: Vec<Span>,
    time: u64,
}

impl Desk {
    pub(in crate::core) fn new(marked: &str) -> Self {
        let (text, spans) = marked::spans(marked);
        Self {
            article: Article::new("a".into(), Metadata::default(), text),
            records: Records::default(),
            scheme: Scheme::news_claims(),
            spans,
            time: 0,
        }
    }

    pub(in crate::core) fn author(&self) -> Author {
        Author {
            name: "quiet-heron".into(),
            now: Timestamp::from_millis(self.time as i64),
        }
    }

    pub(in crate::core) fn apply(&mut self, transaction: &Transaction) {
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

    pub(in crate::core) fn annotate(
        &self,
        id: &str,
        span: usize,
        label: &str,
    ) -> Result<Transaction, Refusal> {
        annotate(
            &self.article,
            &self.records,
            &self.scheme,
            (id.into(), self.spans[span], label.into()),
            &self.author(),
        )
    }

    /// Labels the first spans with these labels, as the annotations 1, 2, 3 and so on.
    pub(in crate::core) fn annotate_each(&mut self, labels: &[&str]) {
        for (span, label) in labels.iter().enumerate() {
            let made = self.annotate(&(span + 1).to_string(), span, label);
            self.apply(&made.unwrap());
        }
    }

    pub(in crate::core) fn attribute(&self, id: &str, field: &str) -> Option<&Value> {
        let id = RecordId::from(id);
        self.records.annotation(&id).unwrap().attributes.get(field)
    }

    pub(in crate::core) fn part(&self, id: &str, field: &str) -> Option<Span> {
        part::from_value(&self.article.text, self.attribute(id, field)?)
    }
}
