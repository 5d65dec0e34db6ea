//! Edits: what a reviewer can do to the records, checked, as transactions.
//!
//! Each function looks at the records as they are and returns the transaction that would change them, or a
//! [`Refusal`] that says why not. None changes anything itself. A transaction's name is what the button that
//! takes it back says: "label claim", "move end", "merge 2 claims".
//!
//! What an edit keeps true, if it was true before
//! - Every span lies in its text, and no two annotations of one label have the same span.
//! - A part lies inside its annotation: an edit that leaves it outside drops it.
//! - A relation has both its ends.
//! - Regions do not overlap.

mod annotations;
mod articles;
mod attributes;
mod claim_groups;
#[cfg(test)]
pub(super) mod desk;
mod entities;
mod regions;
mod relations;
#[cfg(test)]
mod session;
mod spans;

pub use annotations::{Labelling, Target, annotate, duplicate, relabel, remove, set_note};
pub use articles::{set_field, set_status};
pub use attributes::{set_attribute, set_part};
pub use claim_groups::{put_claim_group, remove_claim_group};
pub use entities::{add_alias, import_entities, put_entity, remove_entity, spelling, tie};
pub use regions::{clear_region, clear_regions, mark_region, regions_touching};
pub use relations::{can_start, relate, relation_kind, unrelate};
pub use spans::{merge, next_of_label, resize, split};

use super::article::Article;
use super::id::{LabelId, RecordId};
use super::record::{Annotation, Record, RecordKey, RecordKind};
use super::records::Records;
use super::scheme::Scheme;
use super::text::{ByteOffset, Span, Text};
use super::timestamp::Timestamp;
use super::transaction::Change;
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
    /// The record is not there (any more).
    Gone(RecordKind, RecordId),
    /// One of the halves would have no words.
    NoHalf,
    /// Fewer than two annotations were to be merged.
    TooFew,
    /// Annotations of several labels were to be merged.
    SeveralLabels,
    /// A part would not lie within its annotation.
    PartOutside {
        /// The name of the part.
        part: String,
        /// The name of the annotation's label.
        label: String,
    },
    /// The field with this name does not hold such a value.
    Unfit(String),
    /// An annotation was to be related to itself.
    Itself,
    /// No relation leads from the one label to the other.
    NoRule {
        /// The name of the label that it was to start from.
        from: String,
        /// The name of the label that it was to point to; `None` where nothing starts from `from` at all.
        to: Option<String>,
        /// What is possible instead, such as "Attribution → Claim: attributes".
        instead: String,
    },
    /// The two are related so already: the relation that says so.
    Related(RecordId),
    /// The words are marked so already: the region that covers them.
    Marked(RecordId),
    /// What is to be listed under a name has none.
    Nameless,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOfText => {
                f.write_str("The selection is not part of this article. Select the words again.")
            }
            Self::Labelled(_) => f.write_str("These words have that label already."),
            Self::Gone(kind, _) => {
                let what = match kind {
                    RecordKind::Annotation => "annotation",
                    RecordKind::Relation => "relation",
                    RecordKind::Region => "region",
                    RecordKind::Entity => "entity",
                    RecordKind::ClaimGroup => "claim group",
                    RecordKind::Article | RecordKind::Status | RecordKind::Field => "article",
                };
                write!(f, "That {what} has been removed meanwhile.")
            }
            Self::NoHalf => f.write_str("Put the cursor between two words of the annotation, then split it."),
            Self::TooFew => f.write_str("Select two annotations or more, then merge them."),
            Self::SeveralLabels => f.write_str("Only annotations of one label can be merged."),
            Self::PartOutside { part, label } => write!(f, "The {part} has to lie within its {label}."),
            Self::Unfit(field) => write!(f, "The field {field} cannot hold that."),
            Self::Itself => f.write_str("An annotation cannot be related to itself. Choose another."),
            Self::NoRule { from, to, instead } => {
                match to {
                    Some(to) => write!(f, "No relation leads from {from} to {to}.")?,
                    None => write!(f, "{from} starts no relation.")?,
                }
                write!(f, " {instead}.")
            }
            Self::Related(_) => f.write_str("These two are related so already."),
            Self::Marked(_) => f.write_str("These words are marked so already."),
            Self::Nameless => f.write_str("Give it a name."),
        }
    }
}

impl std::error::Error for Refusal {}

/// The change of the record that `key` names, from as it is in `records`.
fn change(records: &Records, key: RecordKey, to: Option<Record>) -> Change {
    Change {
        from: records.get_key(&key).cloned(),
        to,
        key,
    }
}

/// The change of an annotation, noting who changes it when.
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
        .ok_or_else(|| Refusal::Gone(RecordKind::Annotation, id.clone()))
}

/// The annotation of just that `span` with `label`.
pub fn annotation_of<'r>(records: &'r Records, span: Span, label: &LabelId) -> Option<&'r RecordId> {
    records
        .spans()
        .overlapping(span)
        .filter(|entry| entry.span == span)
        .find(|entry| {
            records
                .annotation(&entry.id)
                .is_some_and(|annotation| annotation.label == *label)
        })
        .map(|entry| &entry.id)
}

/// Drops the parts of an annotation that do not lie inside its span.
fn drop_parts_outside(text: &Text, annotation: &mut Annotation) {
    let span = annotation.span;
    annotation
        .attributes
        .retain(|_, value| super::part::from_value(text, value).is_none_or(|part| span.contains(part)));
}

/// What stands from `start` up to a cut, without the white space before the cut; `None` where that is nothing.
fn before_cut(text: &Text, start: ByteOffset, cut: ByteOffset) -> Option<Span> {
    let words = text.get(start.to_usize()..cut.to_usize())?.trim_end();
    Span::new(start, start.to_usize() + words.len())
}

/// What stands from a cut up to `end`, without the white space behind the cut; `None` where that is nothing.
fn behind_cut(text: &Text, cut: ByteOffset, end: ByteOffset) -> Option<Span> {
    let words = text.get(cut.to_usize()..end.to_usize())?.trim_start();
    Span::new(end.to_usize() - words.len(), end)
}

/// A label's name within a sentence.
fn lower_name(scheme: &Scheme, label: &LabelId) -> String {
    scheme.name_of(label).to_lowercase()
}

/// "2 claims", "2 unverified": a name that is a participle or ends as a plural does takes no s.
fn numbered(count: usize, scheme: &Scheme, label: &LabelId) -> String {
    let name = lower_name(scheme, label);
    let ending = match count {
        1 => "",
        _ if name.ends_with("ed") || name.ends_with('s') => "",
        _ => "s",
    };
    format!("{count} {name}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_are_named_in_the_plural() {
        let scheme = Scheme::news_claims();
        for (count, label, name) in [
            (1, "claim", "1 claim"),
            (7, "claim", "7 claims"),
            (2, "unverified", "2 unverified"),
            (2, "sources", "2 sources"),
        ] {
            assert_eq!(numbered(count, &scheme, &label.into()), name);
        }
    }
}
