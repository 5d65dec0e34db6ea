//! The clerk: it writes the corpus to files and reads files for the page, from a copy of the corpus of its own.
//!
//! In the browser it sits in a web worker, a second and smaller program that is loaded when it is first asked
//! for something. So the page stays quick to answer however much is written or read, what is not wanted is
//! stopped by ending the worker, and a file that brings the clerk down leaves the page and the work unharmed.
//!
//! Pure: messages come in and go out as [`Request`] and [`Answer`]; `browser/clerk.rs` and `browser/clerk_worker.rs`
//! carry them.

#[cfg(test)]
mod hostile;
mod message;
mod preview;
mod reading;
mod telling;
#[cfg(test)]
mod tests;

pub use message::{Answer, ArticleCopy, Choice, Offer, Offered, Request, Selection};
pub use preview::{
    Choosing, DoubtPreview, EncodingPreview, LabelPreview, LotChoice, LotPreview, Mapped, NewArticle, Piece,
    Preview, Role, TablePreview, Taken,
};

use crate::core::article::Article;
use crate::core::record::Status;
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::timestamp::Timestamp;
use crate::formats::{self, Corpus, CorpusArticle, File, Inventory, Output, Texts, scheme_json};
use crate::store::rescue::Rescue;
use crate::store::snapshot;
use reading::{Into, Reading};

/// The clerk, with a copy of the corpus as the page has sent it so far.
#[derive(Default)]
pub struct Clerk {
    scheme: Option<Scheme>,
    articles: Vec<(Article, Records)>,
    records: Records,
    reading: Reading,
    /// When the files were picked.
    now: Timestamp,
    /// The rescue file that is being handed over.
    rescue: Rescue,
}

impl Clerk {
    /// Does what the page asks. A file that is written goes to `output`, piece by piece.
    /// `files` are those that come with the request.
    pub fn answer(&mut self, request: Request, files: Vec<File>, output: &mut dyn Output) -> Answer {
        let answer = match request {
            Request::Corpus { scheme, records } => self.begin(&scheme, &records),
            Request::Articles(copies) => self.add(copies),
            Request::Offer(choice) => Ok(Answer::Offer(self.offer(&choice))),
            Request::Export {
                format,
                choice,
                exported_at,
            } => self.export(&format, &choice, Timestamp::from_millis(exported_at), output),
            Request::Read { now } => {
                self.now = Timestamp::from_millis(now);
                self.reading = Reading::of(files, self.now, self.scheme());
                Ok(self.preview())
            }
            Request::Choose(choosing) => {
                let mut reading = std::mem::take(&mut self.reading);
                reading.choose(choosing, self.now, self.scheme());
                self.reading = reading;
                Ok(self.preview())
            }
            Request::ReadRescue => self.read_rescue(&files),
            Request::TakeRescued => self.rescue.take().map(Answer::Rescued),
            Request::Take => Ok(match self.reading.take() {
                Ok(piece) => Answer::Piece(piece),
                Err(taken) => Answer::Taken(taken),
            }),
        };
        answer.unwrap_or_else(Answer::Failed)
    }

    fn begin(&mut self, scheme: &str, records: &str) -> Result<Answer, String> {
        self.scheme = Some(scheme_json::read(scheme.as_bytes()).map_err(|error| error.to_string())?);
        self.records = snapshot::copied(records)?;
        self.articles.clear();
        Ok(Answer::Ready)
    }

    fn add(&mut self, copies: Vec<ArticleCopy>) -> Result<Answer, String> {
        for copy in copies {
            self.articles.push(copy.unpacked()?);
        }
        Ok(Answer::Ready)
    }

    fn offer(&self, choice: &Choice) -> Offer {
        let corpus = self.corpus(choice, Timestamp::from_millis(0));
        let inventory = Inventory::of(&corpus);
        let formats = formats::EXPORTS.iter().map(|format| Offered {
            id: format.id().to_owned(),
            name: format.name().to_owned(),
            about: format.about().to_owned(),
            can_leave_out_texts: format.can_leave_out_texts(),
            lacks: format.lacks(&corpus).map(str::to_owned),
            losses: format
                .losses(&corpus, &inventory)
                .iter()
                .map(ToString::to_string)
                .collect(),
        });
        Offer {
            articles: corpus.articles.len(),
            annotations: corpus
                .articles
                .iter()
                .map(|article| article.records.spans().len())
                .sum(),
            formats: formats.collect(),
        }
    }

    fn export(
        &self,
        format: &str,
        choice: &Choice,
        exported_at: Timestamp,
        output: &mut dyn Output,
    ) -> Result<Answer, String> {
        let format = formats::EXPORTS
            .iter()
            .find(|known| known.id() == format)
            .ok_or_else(|| format!("the format {format} is not known. Reload the page and export again."))?;
        let corpus = self.corpus(choice, exported_at);
        if let Some(lacks) = format.lacks(&corpus) {
            return Err(format!(
                "there are no {lacks} in what is chosen, so the file would be empty."
            ));
        }
        format.write(&corpus, output).map_err(|error| error.to_string())?;
        Ok(Answer::Exported {
            name: format.file_name(exported_at),
            media_type: format.media_type().to_owned(),
        })
    }

    fn read_rescue(&mut self, files: &[File]) -> Result<Answer, String> {
        let file = files.first().ok_or("there is no file.")?;
        self.rescue = Rescue::read(&file.bytes)?;
        Ok(Answer::Rescue(self.rescue.contents().clone()))
    }

    fn preview(&mut self) -> Answer {
        let mut reading = std::mem::take(&mut self.reading);
        let preview = reading.preview(Into {
            scheme: self.scheme(),
            articles: &self.articles,
            records: &self.records,
        });
        self.reading = reading;
        Answer::Preview(preview)
    }

    /// The scheme that the page has sent; the built-in one before it has.
    fn scheme(&self) -> &Scheme {
        static BUILT_IN: std::sync::LazyLock<Scheme> = std::sync::LazyLock::new(Scheme::news_claims);
        self.scheme.as_ref().unwrap_or(&BUILT_IN)
    }

    /// The part of the corpus that is chosen.
    fn corpus(&self, choice: &Choice, exported_at: Timestamp) -> Corpus<'_> {
        let is_chosen = |article: &Article, records: &Records| match &choice.selection {
            Selection::All => true,
            Selection::Done => records.status() == Status::Done,
            Selection::One(id) => article.id == *id,
        };
        Corpus {
            scheme: self.scheme(),
            articles: self
                .articles
                .iter()
                .filter(|(article, records)| is_chosen(article, records))
                .map(|(article, records)| CorpusArticle { article, records })
                .collect(),
            records: &self.records,
            exported_at,
            texts: if choice.leaves_out_texts {
                Texts::LeftOut
            } else {
                Texts::Whole
            },
        }
    }
}
