//! What a format cannot hold of a corpus, counted before anything is downloaded.

use super::export::Corpus;
use crate::core::record::{Origin, RecordKind, Status};
use std::fmt;

/// Something that a corpus can hold, and a format perhaps not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Feature {
    /// An article's title, address and dates.
    Metadata,
    /// How far the work on an article is, where it has begun.
    Status,
    /// A field about an article as a whole.
    Field,
    /// A stretch of an article that is not prose to label.
    Region,
    /// A value in an annotation's fields, its parts among them.
    Attribute,
    /// A note, an empty one too.
    Note,
    /// Who made an annotation.
    Annotator,
    /// When an annotation was made and last changed.
    Times,
    /// That an annotation was made by a rule or came from a file.
    Origin,
    /// A directed link between two annotations.
    Relation,
    /// A source under all its spellings.
    Entity,
    /// Claims that state the same thing.
    ClaimGroup,
    /// An annotation that overlaps one before it, in reading order, of any label.
    Overlap,
    /// An article without annotations.
    Unlabelled,
}

impl Feature {
    /// Every feature, in the order in which losses are told.
    pub const ALL: [Self; 14] = [
        Self::Overlap,
        Self::Relation,
        Self::Attribute,
        Self::Note,
        Self::Region,
        Self::Field,
        Self::Entity,
        Self::ClaimGroup,
        Self::Unlabelled,
        Self::Metadata,
        Self::Status,
        Self::Annotator,
        Self::Times,
        Self::Origin,
    ];

    /// What one and several of it are called.
    fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Metadata => (
                "article's title, address or dates",
                "articles' titles, addresses or dates",
            ),
            Self::Status => ("article's status", "articles' statuses"),
            Self::Field => ("article's field", "articles' fields"),
            Self::Region => ("region", "regions"),
            Self::Attribute => ("field of an annotation", "fields of annotations"),
            Self::Note => ("note", "notes"),
            Self::Annotator => ("annotator's name", "annotators' names"),
            Self::Times => ("annotation's times", "annotations' times"),
            Self::Origin => ("annotation's origin", "annotations' origins"),
            Self::Relation => ("relation", "relations"),
            Self::Entity => ("entity", "entities"),
            Self::ClaimGroup => ("claim group", "claim groups"),
            Self::Overlap => ("nested or overlapping span", "nested or overlapping spans"),
            Self::Unlabelled => ("article without annotations", "articles without annotations"),
        }
    }
}

/// How often each [`Feature`] stands in a corpus. Counted once and shown to every format.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// By the feature's number, `feature as usize`.
    counts: [usize; Feature::ALL.len()],
}

impl Inventory {
    /// Counts everything in `corpus`.
    pub fn of(corpus: &Corpus<'_>) -> Self {
        let mut inventory = Self::default();
        for article in &corpus.articles {
            let (metadata, records) = (&article.article.metadata, article.records);
            let told = [
                &metadata.title,
                &metadata.source_url,
                &metadata.published,
                &metadata.retrieved,
            ];
            inventory.add(
                Feature::Metadata,
                usize::from(told.iter().any(|value| value.is_some())),
            );
            inventory.add(
                Feature::Status,
                usize::from(records.status() != Status::NotStarted),
            );
            inventory.add(Feature::Field, records.of_kind(RecordKind::Field).count());
            inventory.add(Feature::Region, records.of_kind(RecordKind::Region).count());
            inventory.add(Feature::Relation, records.relations().count());
            let mut reach = None;
            let mut annotations = 0;
            for (_, annotation) in records.annotations() {
                annotations += 1;
                inventory.add(Feature::Attribute, annotation.attributes.len());
                inventory.add(Feature::Note, usize::from(annotation.note.is_some()));
                inventory.add(Feature::Origin, usize::from(annotation.origin != Origin::Human));
                inventory.add(
                    Feature::Overlap,
                    usize::from(reach.is_some_and(|reach| reach > annotation.span.start())),
                );
                reach = reach.max(Some(annotation.span.end()));
            }
            inventory.add(Feature::Annotator, annotations);
            inventory.add(Feature::Times, annotations);
            inventory.add(Feature::Unlabelled, usize::from(annotations == 0));
        }
        let kinds = [
            (Feature::Entity, RecordKind::Entity),
            (Feature::ClaimGroup, RecordKind::ClaimGroup),
        ];
        for (feature, kind) in kinds {
            inventory.add(feature, corpus.records.of_kind(kind).count());
        }
        inventory
    }

    fn add(&mut self, feature: Feature, count: usize) {
        self.counts[feature as usize] += count;
    }

    /// How often the corpus holds `feature`.
    pub fn count(&self, feature: Feature) -> usize {
        self.counts[feature as usize]
    }

    /// The losses of a format that holds all features but `lacks`.
    pub fn lost(&self, lacks: &[Feature]) -> Vec<Loss> {
        Feature::ALL
            .into_iter()
            .filter(|feature| lacks.contains(feature))
            .filter_map(|feature| {
                let (one, many) = feature.nouns();
                Loss::of(self.count(feature), one, many)
            })
            .collect()
    }
}

/// So many of something that a file will not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loss {
    /// How many.
    pub count: usize,
    /// What they are called, in the number that `count` asks for.
    pub noun: &'static str,
}

impl Loss {
    /// The loss of `count` things; `None` where there are none to lose.
    pub fn of(count: usize, one: &'static str, many: &'static str) -> Option<Self> {
        let noun = if count == 1 { one } else { many };
        (count > 0).then_some(Self { count, noun })
    }
}

impl fmt::Display for Loss {
    /// "3 nested or overlapping spans".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.noun)
    }
}
