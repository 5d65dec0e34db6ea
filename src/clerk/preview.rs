//! What the clerk shows of files before they are imported, and what the reviewer may choose about them.

use crate::core::id::{ArticleId, LabelId};
use crate::core::record::Metadata;
use serde::{Deserialize, Serialize};

/// What was found in the files that were picked, and what taking them in would do.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Preview {
    /// The files, those that belong together as one.
    pub lots: Vec<LotPreview>,
    /// What would become of it all, a line each: "12 records added".
    pub outcome: Vec<String>,
    /// Annotations whose words do not stand clearly in one place of our text.
    pub doubts: Vec<DoubtPreview>,
    /// What finds no place here and stays behind, a sentence each.
    pub missing: Vec<String>,
    /// Whether anything would be taken in.
    pub is_ready: bool,
}

/// What was found in files that belong together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LotPreview {
    /// The file's name, or those of several.
    pub name: String,
    /// What it is: "Corpus (JSON)", "Text".
    pub kind: String,
    /// Whether the reviewer leaves it out.
    pub is_left_out: bool,
    /// Why it cannot be taken in; it changes nothing then.
    pub problem: Option<String>,
    /// What is in it, a line each.
    pub contents: Vec<String>,
    /// What was left out of it or is doubtful, a sentence each.
    pub notes: Vec<String>,
    /// How its letters are read, where the file does not tell.
    pub encoding: Option<EncodingPreview>,
    /// Its columns, where it is a table that has texts in one of them.
    pub table: Option<TablePreview>,
    /// The labels that the scheme does not have.
    pub labels: Vec<LabelPreview>,
}

/// How the letters of a text are read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EncodingPreview {
    /// The encoding's label.
    pub chosen: String,
    /// What may be chosen: the label, and its name for people.
    pub choices: Vec<(String, String)>,
    /// Whether the letters leave no doubt.
    pub is_sure: bool,
    /// The first words, read so.
    pub sample: String,
}

/// The columns of a table of texts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TablePreview {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The first rows, each value cut short.
    pub rows: Vec<Vec<String>>,
    /// Which column holds what.
    pub roles: Vec<(Role, Option<usize>)>,
}

/// What a column of a table holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Role {
    /// The article's text.
    Text,
    /// Its title.
    Title,
    /// Where it was published.
    SourceUrl,
    /// When it was published.
    Published,
    /// Its name.
    Id,
}

impl Role {
    /// Its name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Title => "Title",
            Self::SourceUrl => "Address",
            Self::Published => "Published",
            Self::Id => "Name",
        }
    }
}

/// A label that the scheme does not have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LabelPreview {
    /// The label, as the file has it.
    pub label: LabelId,
    /// How many annotations have it.
    pub count: usize,
    /// What becomes of them.
    pub mapping: Mapped,
}

/// What becomes of annotations with a label that the scheme does not have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Mapped {
    /// They get this label.
    To(LabelId),
    /// They keep theirs.
    Kept,
    /// They are left out.
    LeftOut,
}

/// An annotation whose words do not stand clearly in one place of our text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DoubtPreview {
    /// What is doubtful, in a sentence.
    pub sentence: String,
    /// Whether it is taken in at the likeliest place.
    pub is_taken: bool,
}

/// Something that the reviewer chooses about a preview. Lots and doubts are named by their places in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Choosing {
    /// Something about a lot.
    Lot(usize, LotChoice),
    /// Take a doubtful annotation in at the likeliest place, or not.
    Doubt(usize, bool),
}

/// Something that the reviewer chooses about a lot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LotChoice {
    /// Leave it out, or not.
    LeaveOut(bool),
    /// Read its letters so.
    Encoding(String),
    /// A column of its table holds this; `None` where none does.
    Column(Role, Option<usize>),
    /// What becomes of a label that the scheme does not have.
    Label(LabelId, Mapped),
}

/// An article that an import brings, text and all.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewArticle {
    /// Its id.
    pub id: ArticleId,
    /// What is known about it.
    pub metadata: Metadata,
    /// Its text.
    pub text: String,
}

/// A piece of an import that is taken in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Piece {
    /// Articles that are not here yet.
    pub articles: Vec<NewArticle>,
    /// Changes, as JSON: a list of keys, each with the record before and after.
    pub changes: String,
}

/// How an import ends, when all its pieces are there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Taken {
    /// The step's name in the history.
    pub step: String,
    /// What was done, a line each.
    pub lines: Vec<String>,
    /// Lists of entities: each file's name and content.
    pub entities: Vec<(String, String)>,
    /// Schemes: each file's name and content.
    pub schemes: Vec<(String, String)>,
}
