//! What a reviewer says of annotations: fields, parts, relations, and who a source is.

use super::workspace::{Waiting, Workspace};
use crate::browser::chance;
use crate::core::edit;
use crate::core::id::RecordId;
use crate::core::record::{Entity, Record, RecordKey, RecordKind};
use crate::core::records::Records;
use leptos::prelude::*;
use serde_json::Value;

impl Workspace {
    /// Sets a field of an annotation; `None` takes it away.
    pub fn set_attribute(self, id: &RecordId, name: &str, value: Option<Value>) {
        // A refusal has been told already.
        let _ = self.edit(|desk, article, records, author| {
            edit::set_attribute(article, records, &desk.scheme, (id, name, value), author)
        });
    }

    /// Sets a field of the open article; `None` takes it away.
    pub fn set_field(self, name: &str, value: Option<Value>) {
        // A refusal has been told already.
        let _ = self
            .edit(|desk, article, records, _| edit::set_field(article, records, &desk.scheme, (name, value)));
    }

    pub(super) fn set_part(self, name: &str) {
        let (Some(id), Some(span)) = (self.selected.get_untracked(), self.selected_span()) else {
            return self.announce_refusal(format!(
                "Select an annotation, then the words in it that are its {name}"
            ));
        };
        // A refusal has been told already.
        let _ = self.edit(|desk, article, records, author| {
            edit::set_part(article, records, &desk.scheme, (&id, name, Some(span)), author)
        });
    }

    pub(super) fn wait_for_target(self) {
        let Some(id) = self.selected.get_untracked() else {
            return self
                .announce_refusal("Select the annotation first that the relation starts from".to_owned());
        };
        let refusal = self.with_open(|desk, _, records| {
            let label = &records.annotation(&id)?.label;
            edit::can_start(&desk.scheme, label).err()
        });
        if let Some(Some(refusal)) = refusal {
            return self.announce_refusal(refusal.to_string());
        }
        self.waiting.set(Some(Waiting::Relate(id)));
        self.announce("Choose the target: click it, or choose it from the list".to_owned());
    }

    pub(super) fn relate(self, waiting: Option<Waiting>, to: RecordId) {
        let Some(Waiting::Relate(from)) = waiting else {
            return;
        };
        let new = chance::record_id();
        let made = self.edit(|desk, article, records, _| {
            edit::relate(article, records, &desk.scheme, (new, &from, &to))
        });
        if made.is_err() {
            // The next try may hit.
            self.waiting.set(Some(Waiting::Relate(from)));
        }
    }

    /// Relates to the smallest of the annotations that are drawn over one place and can be the target.
    pub(super) fn relate_among(self, waiting: Option<Waiting>, ids: &[RecordId]) {
        let Some(Waiting::Relate(from)) = &waiting else {
            return;
        };
        let sorted = self.smallest_first(ids);
        let fitting = self.with_open(|desk, _, records| {
            let label = &records.annotation(from)?.label;
            sorted
                .iter()
                .find(|id| {
                    records.annotation(id).is_some_and(|to| {
                        *id != from && edit::relation_kind(&desk.scheme, label, &to.label).is_some()
                    })
                })
                .or(sorted.first())
                .cloned()
        });
        if let Some(Some(id)) = fitting {
            self.relate(waiting, id);
        }
    }

    pub(super) fn unrelate(self, id: &RecordId) {
        // A refusal has been told already.
        let _ = self.edit(|_, article, records, _| edit::unrelate(article, records, id));
    }

    /// Says in the field `field` of an annotation who speaks; `None` takes that back. The words that name the
    /// source there become one of the entity's aliases.
    pub fn tie(self, id: &RecordId, field: &str, entity: Option<&RecordId>) {
        // A refusal has been told already.
        let _ = self.edit(|desk, article, records, author| {
            let spelling = records
                .annotation(id)
                .and_then(|annotation| edit::spelling(article, annotation));
            let entity = entity.map(|entity| (entity, spelling.unwrap_or_default()));
            let corpus = desk.corpus_records();
            edit::tie(
                article,
                records,
                corpus,
                &desk.scheme,
                (id, field, entity),
                author,
            )
        });
    }

    /// Adds an entity of this name, and says in the field `field` of an annotation that it speaks.
    pub fn tie_to_new(self, id: &RecordId, field: &str, name: &str) {
        let entity = chance::record_id();
        // A refusal has been told already.
        let _ = self.edit(|desk, article, records, author| {
            let new = Entity {
                name: name.trim().into(),
                aliases: Vec::new(),
            };
            let value = Some(Value::String(entity.to_string()));
            let tied = edit::set_attribute(article, records, &desk.scheme, (id, field, value), author)?;
            Ok(edit::put_entity(desk.corpus_records(), (entity, new))?.then(tied))
        });
    }

    /// Adds an entity, or changes the one with this id.
    pub fn put_entity(self, id: RecordId, entity: Entity) {
        self.edit_corpus(|records| edit::put_entity(records, (id, entity)));
    }

    /// Removes an entity. Attributions that name it keep its id.
    pub fn remove_entity(self, id: &RecordId) {
        self.edit_corpus(|records| edit::remove_entity(records, id));
    }

    /// The entity with `id`.
    pub fn entity(self, id: &RecordId) -> Option<Entity> {
        let key = RecordKey {
            article: None,
            kind: RecordKind::Entity,
            id: id.clone(),
        };
        self.with(|desk| match desk.corpus_records().get_key(&key) {
            Some(Record::Entity(entity)) => Some(entity.clone()),
            _ => None,
        })
        .flatten()
    }

    pub(super) fn edit_corpus(
        self,
        make: impl FnOnce(&Records) -> Result<crate::core::transaction::Transaction, edit::Refusal>,
    ) {
        match self.with(|desk| make(desk.corpus_records())) {
            Some(Ok(transaction)) if !transaction.is_empty() => {
                let name = transaction.name().to_owned();
                self.commit(transaction, super::keeping::Step::New);
                self.announce(name);
            }
            Some(Err(refusal)) => self.announce_refusal(refusal.to_string()),
            _ => {}
        }
    }
}
