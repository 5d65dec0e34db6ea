//! What the page and the clerk say to each other, and the form in which articles and records travel.

use super::preview::{Choosing, Piece, Preview, Taken};
use crate::core::article::Article;
use crate::core::id::ArticleId;
use crate::core::record::Metadata;
use crate::core::records::Records;
use crate::core::text::Text;
use crate::store::{rescue, snapshot};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the page asks of the clerk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Begin a new copy of the corpus.
    Corpus {
        /// The scheme, as a scheme file has it.
        scheme: String,
        /// The records that belong to no single article, as [`snapshot::copy`] makes them.
        records: String,
    },
    /// Add these to the copy.
    Articles(Vec<ArticleCopy>),
    /// Tell which formats there are, and what each would lose.
    Offer(Choice),
    /// Write a file.
    Export {
        /// The format's id.
        format: String,
        /// What goes into the file.
        choice: Choice,
        /// When, in milliseconds since 1970.
        exported_at: i64,
    },
    /// Read the files that come with this, and show what is in them.
    Read {
        /// What dates that which the files leave undated, in milliseconds since 1970.
        now: i64,
    },
    /// Show them anew, with something chosen.
    Choose(Choosing),
    /// Hand over the first, or the next, piece of what was read.
    Take,
    /// Read the rescue file that comes with this, and tell what is in it.
    ReadRescue,
    /// Hand over the first, or the next, piece of the rescue file.
    TakeRescued,
}

impl Request {
    /// Whether the files that come with it are as small as files of articles may be. All work in one file may be larger,
    /// and cannot be split.
    pub fn is_limited(&self) -> bool {
        !matches!(self, Self::ReadRescue)
    }
}

/// What the clerk answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The clerk is there and listens; said once, unasked.
    Listening,
    /// It is done; there is nothing to say.
    Ready,
    /// The formats that there are.
    Offer(Offer),
    /// What is in the files.
    Preview(Preview),
    /// A piece of an import.
    Piece(Piece),
    /// There are no more pieces.
    Taken(Taken),
    /// What is in the rescue file.
    Rescue(rescue::Contents),
    /// A piece of the rescue file; `None` after the last.
    Rescued(Option<rescue::Piece>),
    /// So many articles have been written.
    Progress(usize),
    /// The file is written; it comes with this answer.
    Exported {
        /// Its name.
        name: String,
        /// Its media type.
        media_type: String,
    },
    /// It could not be done, for this reason, in words for the reviewer.
    Failed(String),
}

/// What goes into an export.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Choice {
    /// Which articles.
    pub selection: Selection,
    /// Whether the texts stay behind.
    pub leaves_out_texts: bool,
}

/// Which articles are exported.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Selection {
    /// All of them.
    #[default]
    All,
    /// Those whose status is done.
    Done,
    /// This one.
    One(ArticleId),
}

/// What an export would hold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// How many articles are chosen.
    pub articles: usize,
    /// How many annotations they have.
    pub annotations: usize,
    /// The formats, in the order in which they are offered.
    pub formats: Vec<Offered>,
}

/// A format on offer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offered {
    /// Its id.
    pub id: String,
    /// Its name: "Corpus (JSON)".
    pub name: String,
    /// What it is good for, in a sentence.
    pub about: String,
    /// Whether it has a form without texts.
    pub can_leave_out_texts: bool,
    /// What a file of it is made of, where nothing of that is chosen: "relations". There is no file then.
    pub lacks: Option<String>,
    /// What it cannot hold of what is chosen, with counts: "3 notes".
    pub losses: Vec<String>,
}

/// An article and its records on their way to the clerk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ArticleCopy {
    id: ArticleId,
    metadata: Metadata,
    sha256: Arc<str>,
    text: String,
    records: String,
}

impl ArticleCopy {
    /// A copy to send.
    ///
    /// # Errors
    /// Where a record holds something that JSON cannot.
    pub fn of(article: &Article, records: &Records) -> Result<Self, String> {
        Ok(Self {
            id: article.id.clone(),
            metadata: article.metadata.clone(),
            sha256: article.sha256.clone(),
            text: article.text.as_str().to_owned(),
            records: snapshot::copy(records)?,
        })
    }

    /// What was sent.
    ///
    /// # Errors
    /// Where that is not what [`ArticleCopy::of`] has made.
    pub fn unpacked(self) -> Result<(Article, Records), String> {
        let records = snapshot::copied(&self.records)?;
        Ok((
            Article::hashed(self.id, self.metadata, Text::new(self.text), self.sha256),
            records,
        ))
    }
}
