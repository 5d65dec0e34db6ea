//! Transactions: sets of record changes that apply, invert and persist as one.
//!
//! One type serves an edit, its undo, another tab's edit, an import and replay at start. A change names the
//! record as it was and as it is to be, so a transaction can be turned round without looking anything up, and
//! an undo can see whether somebody else has changed the record since.

use super::id::{ArticleId, RecordId};
use super::order;
use super::record::{Record, RecordKey};
use super::text::Span;
use std::ops::Range;

/// One record, before and after. `None` stands for a record that does not exist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Which record.
    pub key: RecordKey,
    /// As it was.
    pub from: Option<Record>,
    /// As it is to be.
    pub to: Option<Record>,
}

impl Change {
    fn shows_in_text(&self) -> bool {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => !from.looks_like(to),
            (from, to) => from.as_ref().or(to.as_ref()).and_then(Record::span).is_some(),
        }
    }

    /// The change that takes this one back.
    pub fn inverted(&self) -> Self {
        Self {
            key: self.key.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        }
    }
}

/// Which way a transaction is applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// As it was made.
    Forward,
    /// Taken back.
    Back,
}

impl Way {
    /// The other one.
    pub fn inverted(self) -> Self {
        match self {
            Self::Forward => Self::Back,
            Self::Back => Self::Forward,
        }
    }
}

/// A set of record changes that apply as one.
///
/// Invariant: no two changes have one key, and none leaves its record as it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transaction {
    name: String,
    changes: Vec<Change>,
}

impl Transaction {
    /// A transaction called `name` in menus ("label claim"). Of changes with one key the first `from` and the
    /// last `to` count; a change that changes nothing is left out.
    pub fn new(name: impl Into<String>, changes: impl IntoIterator<Item = Change>) -> Self {
        let mut kept: Vec<Change> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for change in changes {
            match places.entry(change.key.clone()) {
                std::collections::hash_map::Entry::Occupied(place) => {
                    let kept: &mut Change = &mut kept[*place.get()];
                    kept.to = change.to;
                }
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(kept.len());
                    kept.push(change);
                }
            }
        }
        kept.retain(|change| change.from != change.to);
        Self {
            name: name.into(),
            changes: kept,
        }
    }

    /// A transaction of changes that are known to be of one record each, without another look at every one: for an
    /// import, which has hundreds of thousands.
    pub fn of_distinct(name: impl Into<String>, changes: Vec<Change>) -> Self {
        let name = name.into();
        Self { name, changes }
    }

    /// What it is called in menus and announcements: "label claim".
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The changes, one a record.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Some of its changes, as they are to be applied that way.
    pub fn part(&self, which: Range<usize>, way: Way) -> impl Iterator<Item = Change> {
        self.changes[which].iter().map(move |change| match way {
            Way::Forward => change.clone(),
            Way::Back => change.inverted(),
        })
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Whether the text looks another way when it is applied: a span comes, goes, moves, or gets another label.
    pub fn shows_in_text(&self) -> bool {
        self.changes.iter().any(Change::shows_in_text)
    }

    /// The annotations of an article that it leaves changed, applied that way, and the spans of annotations and regions
    /// that it takes away, each in reading order: where a reviewer looks for what was done.
    pub fn places_in(&self, article: &ArticleId, way: Way) -> (Vec<RecordId>, Vec<Span>) {
        let (mut left, mut gone) = (Vec::new(), Vec::new());
        for change in self
            .changes
            .iter()
            .filter(|change| change.key.article.as_ref() == Some(article))
        {
            let (from, to) = match way {
                Way::Forward => (&change.from, &change.to),
                Way::Back => (&change.to, &change.from),
            };
            match (from, to) {
                (_, Some(Record::Annotation(annotation))) => {
                    left.push((annotation.span, change.key.id.clone()))
                }
                (Some(before), None) => gone.extend(before.span()),
                _ => {}
            }
        }
        order::sort(&mut left);
        order::sort(&mut gone);
        (left.into_iter().map(|(_, id)| id).collect(), gone)
    }

    /// The transaction that takes this one back, under the same name.
    pub fn inverted(&self) -> Self {
        Self {
            name: self.name.clone(),
            changes: self.changes.iter().rev().map(Change::inverted).collect(),
        }
    }

    /// Both as one, under this one's name.
    pub fn then(self, next: Self) -> Self {
        Self::new(self.name, self.changes.into_iter().chain(next.changes))
    }

    /// The same without the changes that `keep` refuses.
    pub fn filtered(mut self, keep: impl FnMut(&Change) -> bool) -> Self {
        self.changes.retain(keep);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::record::{Annotation, Origin, RecordKind, Region, RegionKind, Status};
    use crate::core::text::{ByteOffset, Span};
    use crate::core::timestamp::Timestamp;

    fn status(from: Option<Status>, to: Option<Status>) -> Change {
        Change {
            key: RecordKey::status(&"a".into()),
            from: from.map(Record::Status),
            to: to.map(Record::Status),
        }
    }

    #[test]
    fn changes_of_one_record_become_one() {
        let transaction = Transaction::new(
            "x",
            [
                status(None, Some(Status::InProgress)),
                status(Some(Status::InProgress), Some(Status::Done)),
            ],
        );
        assert_eq!(transaction.changes(), [status(None, Some(Status::Done))]);
    }

    #[test]
    fn changes_that_cancel_out_leave_nothing() {
        let there = status(None, Some(Status::Done));
        let back = status(Some(Status::Done), None);
        assert!(Transaction::new("x", [there, back]).is_empty());
    }

    #[test]
    fn inverted_twice_is_the_same() {
        let transaction = Transaction::new("x", [status(None, Some(Status::Done))]);
        assert_eq!(transaction.inverted().inverted(), transaction);
    }

    fn claim(start: u32, end: u32) -> Annotation {
        Annotation {
            label: "claim".into(),
            span: Span::new(ByteOffset(start), ByteOffset(end)).unwrap(),
            attributes: Default::default(),
            note: None,
            annotator: "a".into(),
            created: Timestamp::default(),
            updated: Timestamp::default(),
            origin: Origin::default(),
        }
    }

    #[test]
    fn what_was_done_is_looked_for_in_reading_order_in_its_own_article() {
        let change = |article: &str, id: &str, from: Option<Annotation>, to: Option<Annotation>| Change {
            key: RecordKey::annotation(&article.into(), id.into()),
            from: from.map(Record::Annotation),
            to: to.map(Record::Annotation),
        };
        let (early, late, later) = (claim(0, 4), claim(6, 9), claim(10, 12));
        let transaction = Transaction::new(
            "x",
            [
                status(None, Some(Status::Done)),
                change("a", "3", Some(later.clone()), None),
                change("a", "2", None, Some(late.clone())),
                Change {
                    key: RecordKey::of_article(&"a".into(), RecordKind::Region, "4".into()),
                    from: Some(Record::Region(Region {
                        kind: RegionKind::Junk,
                        span: late.span,
                    })),
                    to: None,
                },
                change("a", "1", Some(late.clone()), Some(early.clone())),
                change("b", "5", None, Some(early.clone())),
            ],
        );
        let places = transaction.places_in(&"a".into(), Way::Forward);
        assert_eq!(
            places,
            (vec!["1".into(), "2".into()], vec![late.span, later.span])
        );
        let places = transaction.places_in(&"b".into(), Way::Back);
        assert_eq!(places, (vec![], vec![early.span]));
    }

    #[test]
    fn only_spans_and_their_labels_show_in_the_text() {
        let span = |end| Span::new(ByteOffset(0), ByteOffset(end)).unwrap();
        let annotation = claim(0, 4);
        let plain = Some(Record::Annotation(annotation.clone()));
        let noted = Some(Record::Annotation(Annotation {
            note: Some("Why?".into()),
            ..annotation.clone()
        }));
        let relabelled = Some(Record::Annotation(Annotation {
            label: "unverified".into(),
            ..annotation.clone()
        }));
        let moved = Some(Record::Annotation(Annotation {
            span: span(3),
            ..annotation
        }));
        let region = |kind| Some(Record::Region(Region { kind, span: span(4) }));
        let (junk, title) = (region(RegionKind::Junk), region(RegionKind::Title));
        let done = Some(Record::Status(Status::Done));
        for (from, to, expected) in [
            (None, plain.clone(), true),
            (plain.clone(), None, true),
            (plain.clone(), relabelled, true),
            (plain.clone(), moved, true),
            (plain, noted, false),
            (None, junk.clone(), true),
            (junk, title, true),
            (None, done, false),
        ] {
            let key = RecordKey::annotation(&"a".into(), "1".into());
            let transaction = Transaction::new("x", [Change { key, from, to }]);
            assert_eq!(transaction.shows_in_text(), expected, "{transaction:?}");
            assert_eq!(transaction.inverted().shows_in_text(), expected);
        }
    }
}
