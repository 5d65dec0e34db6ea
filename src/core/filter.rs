//! Filters: which annotations of a list are shown.

use super::fold::Folder;
use super::id::LabelId;
use super::order;
use super::part;
use super::record::{Annotation, Origin};
use super::records::Records;
use super::scheme::{AttributeKind, Scheme};
use super::text::Text;
use serde_json::Value;
use std::sync::Arc;

/// The part of an attribution that names who says it.
const SOURCE: &str = "source";

/// What an annotation must be to be shown. What is not set lets every annotation through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Its label.
    pub label: Option<LabelId>,
    /// Where it comes from.
    pub origin: Option<Origin>,
    /// Who made it.
    pub annotator: Option<Arc<str>>,
    /// Whether its label must ask for a choice or a source that it lacks.
    pub is_missing_fields: bool,
    /// Words in its quote or in its note, whatever their accents and case.
    pub words: String,
}

impl Filter {
    /// Whether every annotation is let through.
    pub fn is_empty(&self) -> bool {
        let Self {
            label,
            origin,
            annotator,
            is_missing_fields,
            words,
        } = self;
        label.is_none()
            && origin.is_none()
            && annotator.is_none()
            && !is_missing_fields
            && words.trim().is_empty()
    }

    /// Whether an annotation of `text` is let through.
    pub fn matches(
        &self,
        scheme: &Scheme,
        text: &Text,
        annotation: &Annotation,
        folder: &mut Folder<'_>,
    ) -> bool {
        self.label.as_ref().is_none_or(|label| *label == annotation.label)
            && self.origin.is_none_or(|origin| origin == annotation.origin)
            && self
                .annotator
                .as_ref()
                .is_none_or(|annotator| *annotator == annotation.annotator)
            && (!self.is_missing_fields || is_missing_fields(scheme, text, annotation))
            && self.has_words(text, annotation, folder)
    }

    fn has_words(&self, text: &Text, annotation: &Annotation, folder: &mut Folder<'_>) -> bool {
        let words = folder.fold(self.words.trim());
        words.is_empty()
            || folder.fold(text.slice(annotation.span)).contains(&words)
            || annotation
                .note
                .as_deref()
                .is_some_and(|note| folder.fold(note).contains(&words))
    }
}

/// Whether an annotation lacks a choice, or a source, that its label asks for.
pub fn is_missing_fields(scheme: &Scheme, text: &Text, annotation: &Annotation) -> bool {
    scheme.attributes_of(&annotation.label).iter().any(|attribute| {
        let value = annotation.attributes.get(&*attribute.id);
        match attribute.kind {
            AttributeKind::Choice(_) => value.and_then(Value::as_str).is_none_or(str::is_empty),
            AttributeKind::Part if *attribute.id == *SOURCE => {
                value.and_then(|value| part::from_value(text, value)).is_none()
            }
            _ => false,
        }
    })
}

/// Everybody who made an annotation among the records, by name.
pub fn annotators(records: &Records) -> Vec<Arc<str>> {
    let mut names: Vec<_> = records
        .annotations()
        .map(|(_, annotation)| annotation.annotator.clone())
        .collect();
    order::sort(&mut names);
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::super::fold::tables::Tables;
    use super::super::record::{Fields, Record, RecordKind};
    use super::super::records::Stamp;
    use super::super::text::Span;
    use super::super::text::marked::spans;
    use super::super::timestamp::Timestamp;
    use super::*;
    use serde_json::json;

    fn annotation(label: &str, span: Span) -> Annotation {
        Annotation {
            label: label.into(),
            span,
            attributes: Fields::new(),
            note: Some("See the  Café".into()),
            annotator: "quiet-heron".into(),
            created: Timestamp::from_millis(0),
            updated: Timestamp::from_millis(0),
            origin: Origin::Rule,
        }
    }

    fn lets_through(filter: Filter) -> bool {
        let (text, found) = spans("⟦Zelenskyy said⟧ so");
        let annotation = annotation("unverified", found[0]);
        filter.matches(
            &Scheme::news_claims(),
            &text,
            &annotation,
            &mut Folder::new(&Tables),
        )
    }

    #[test]
    fn an_empty_filter_lets_everything_through() {
        assert!(Filter::default().is_empty());
        assert!(lets_through(Filter::default()));
    }

    #[test]
    fn each_condition_counts() {
        let empty = Filter::default;
        for (is_met, filter) in [
            (
                true,
                Filter {
                    label: Some("unverified".into()),
                    ..empty()
                },
            ),
            (
                false,
                Filter {
                    label: Some("claim".into()),
                    ..empty()
                },
            ),
            (
                true,
                Filter {
                    origin: Some(Origin::Rule),
                    ..empty()
                },
            ),
            (
                false,
                Filter {
                    origin: Some(Origin::Human),
                    ..empty()
                },
            ),
            (
                true,
                Filter {
                    annotator: Some("quiet-heron".into()),
                    ..empty()
                },
            ),
            (
                false,
                Filter {
                    annotator: Some("loud-heron".into()),
                    ..empty()
                },
            ),
            (
                true,
                Filter {
                    is_missing_fields: true,
                    ..empty()
                },
            ),
            (
                true,
                Filter {
                    words: " zelenskyy ".into(),
                    ..empty()
                },
            ),
            (
                true,
                Filter {
                    words: "the cafe".into(),
                    ..empty()
                },
            ),
            (
                false,
                Filter {
                    words: "said so".into(),
                    ..empty()
                },
            ),
            (
                false,
                Filter {
                    label: Some("unverified".into()),
                    words: "so".into(),
                    ..empty()
                },
            ),
        ] {
            assert!(!filter.is_empty());
            assert_eq!(lets_through(filter.clone()), is_met, "{filter:?}");
        }
    }

    #[test]
    fn choices_and_the_source_are_missed_and_nothing_else() {
        let (text, found) = spans("⟦⟦Zelenskyy⟧ said⟧ so");
        let scheme = Scheme::news_claims();
        let mut attribution = annotation("attribution", found[0]);
        let mut set = |name: &str, value| {
            attribution.attributes.insert(name.into(), value);
            is_missing_fields(&scheme, &text, &attribution)
        };
        assert!(set("source_type", "person".into()));
        assert!(set("stance", "neutral".into()));
        assert!(set("source", json!({"start": 0, "end": 3, "text": "Zelenskyy"})));
        assert!(!set("source", part::to_value(&text, found[1])));
        assert!(set("stance", Value::Null));
        assert!(!is_missing_fields(
            &scheme,
            &text,
            &annotation("rumour", found[0])
        ));
    }

    #[test]
    fn every_annotator_is_named_once() {
        let (_, found) = spans("⟦a⟧⟦b⟧⟦c⟧");
        let mut records = Records::default();
        for (id, (span, name)) in found.into_iter().zip(["heron", "crane", "heron"]).enumerate() {
            let annotation = Annotation {
                annotator: name.into(),
                ..annotation("claim", span)
            };
            let id = id.to_string().as_str().into();
            records.merge(
                RecordKind::Annotation,
                id,
                Stamp::SUPPLIED,
                Some(Record::Annotation(annotation)),
            );
        }
        assert_eq!(annotators(&records), ["crane".into(), "heron".into()]);
    }
}
