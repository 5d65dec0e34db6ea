//! Records: what a reviewer makes, and what is stored, merged, exported and imported.

use super::id::{ArticleId, LabelId, RecordId};
use super::text::{Span, Text};
use super::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Free-form fields, sorted by name.
pub type Fields = serde_json::Map<String, serde_json::Value>;

/// Names one record among all: the article it belongs to, its kind, and its id.
///
/// An article's own record and its status have an empty id, and a field's id is the field's name, since an
/// article has one of each. Entities and claim groups belong to the whole corpus, so their article is `None`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RecordKey {
    /// The article it belongs to; `None` where it belongs to the whole corpus.
    #[serde(rename = "a")]
    pub article: Option<ArticleId>,
    /// What kind of record it is.
    #[serde(rename = "k")]
    pub kind: RecordKind,
    /// Its id among the records of that kind.
    #[serde(rename = "i")]
    pub id: RecordId,
}

impl RecordKey {
    /// The key of a record that belongs to `article`.
    pub fn of_article(article: &ArticleId, kind: RecordKind, id: RecordId) -> Self {
        Self {
            article: Some(article.clone()),
            kind,
            id,
        }
    }

    /// The key of a record that belongs to the whole corpus.
    pub fn of_corpus(kind: RecordKind, id: RecordId) -> Self {
        Self {
            article: None,
            kind,
            id,
        }
    }

    /// The key of an article's own record.
    pub fn article(article: &ArticleId) -> Self {
        Self::of_article(article, RecordKind::Article, "".into())
    }

    /// The key of an article's status.
    pub fn status(article: &ArticleId) -> Self {
        Self::of_article(article, RecordKind::Status, "".into())
    }

    /// The key of an annotation.
    pub fn annotation(article: &ArticleId, id: RecordId) -> Self {
        Self::of_article(article, RecordKind::Annotation, id)
    }
}

/// The kinds of records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// An article that the reviewer added, and its metadata.
    Article,
    /// How far the work on an article is.
    Status,
    /// A field about an article as a whole.
    Field,
    /// A stretch of an article that is not prose to label.
    Region,
    /// A labelled span.
    Annotation,
    /// A directed link between two annotations.
    Relation,
    /// A source under all its spellings.
    Entity,
    /// Claims that state the same thing.
    ClaimGroup,
}

/// One record's content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// An article that the reviewer added.
    Article(ArticleRecord),
    /// How far the work on an article is.
    Status(Status),
    /// A field about an article as a whole; the key's id is its name.
    Field(serde_json::Value),
    /// A stretch of an article that is not prose to label.
    Region(Region),
    /// A labelled span.
    Annotation(Annotation),
    /// A directed link between two annotations.
    Relation(Relation),
    /// A source under all its spellings.
    Entity(Entity),
    /// Claims that state the same thing.
    ClaimGroup(ClaimGroup),
}

impl Record {
    /// The kind of record that this is.
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Article(_) => RecordKind::Article,
            Self::Status(_) => RecordKind::Status,
            Self::Field(_) => RecordKind::Field,
            Self::Region(_) => RecordKind::Region,
            Self::Annotation(_) => RecordKind::Annotation,
            Self::Relation(_) => RecordKind::Relation,
            Self::Entity(_) => RecordKind::Entity,
            Self::ClaimGroup(_) => RecordKind::ClaimGroup,
        }
    }

    /// The stretch of text that the record is about, where it is about one.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Annotation(annotation) => Some(annotation.span),
            Self::Region(region) => Some(region.span),
            _ => None,
        }
    }

    /// Whether two states of one record look the same in the text: the same span, and the same label. What else is said
    /// of an annotation stands beside the text.
    pub fn looks_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Annotation(one), Self::Annotation(other)) => {
                (one.span, &one.label) == (other.span, &other.label)
            }
            (Self::Region(one), Self::Region(other)) => one == other,
            _ => self.span() == other.span(),
        }
    }

    /// Whether `text` holds the record's span, where it has one.
    pub fn fits(&self, text: &Text) -> bool {
        self.span().is_none_or(|span| text.holds(span))
    }
}

/// An article that the reviewer added: its metadata, and the hash under which its text is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ArticleRecord {
    /// SHA-256 of the text in UTF-8, in 64 lower-case hexadecimal digits.
    pub sha256: Arc<str>,
    /// What is known about the article.
    pub metadata: Metadata,
}

/// What is known about an article besides its text; `None` where it is not known.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Metadata {
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Where it was published.
    pub source_url: Option<Arc<str>>,
    /// When it was published, as its source wrote it.
    pub published: Option<Arc<str>>,
    /// When it was taken from there.
    pub retrieved: Option<Arc<str>>,
}

/// How far the work on an article is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has labelled anything.
    #[default]
    NotStarted,
    /// Somebody has begun.
    InProgress,
    /// The reviewer has said that it is complete.
    Done,
}

/// What a stretch of an article is that is not prose to label.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionKind {
    /// The article's title.
    Title,
    /// A heading within it.
    Heading,
    /// Who wrote it.
    Byline,
    /// What is left of the page it was taken from: links, forms, pieces of other articles.
    Junk,
}

impl RegionKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Title, Self::Heading, Self::Byline, Self::Junk];

    /// The kind's name, as files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Heading => "heading",
            Self::Byline => "byline",
            Self::Junk => "junk",
        }
    }
}

/// A stretch of an article that is not prose to label. Never a label itself; left out of statistics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Region {
    /// What it is.
    pub kind: RegionKind,
    /// Where it is.
    pub span: Span,
}

/// Where an annotation comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A reviewer made it here.
    #[default]
    Human,
    /// A rule proposed it.
    Rule,
    /// It came with a file.
    Imported,
}

impl Origin {
    /// The origin's name, as files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Rule => "rule",
            Self::Imported => "imported",
        }
    }
}

/// A labelled span.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Annotation {
    /// Which label. The scheme may have lost it; the annotation is kept all the same.
    pub label: LabelId,
    /// Where.
    pub span: Span,
    /// The label's own fields.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub attributes: Fields,
    /// The reviewer's remark; `None` and an empty note are not the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Arc<str>>,
    /// Who made it, under the name that the reviewer chose.
    pub annotator: Arc<str>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Where it comes from.
    #[serde(default)]
    pub origin: Origin,
}

/// What a relation says of its two annotations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// An attribution says who states a claim.
    Attributes,
    /// An unverified mark doubts a claim.
    Doubts,
    /// An attribution was itself passed on by another.
    Via,
}

impl RelationKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Attributes, Self::Doubts, Self::Via];

    /// The kind's name, as files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attributes => "attributes",
            Self::Doubts => "doubts",
            Self::Via => "via",
        }
    }
}

/// A directed link from one annotation of an article to another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Relation {
    /// What it says.
    pub kind: RelationKind,
    /// The annotation that it starts from.
    pub from: RecordId,
    /// The annotation that it points to.
    pub to: RecordId,
}

/// A source under all its spellings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entity {
    /// The name that it is listed under.
    pub name: Arc<str>,
    /// Other spellings.
    pub aliases: Vec<Arc<str>>,
}

/// Claims, in any articles, that state the same thing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClaimGroup {
    /// What they state, in the reviewer's words.
    pub name: Arc<str>,
    /// The annotations, by id.
    pub members: Vec<RecordId>,
}
