//! Files in: import.

use super::loading;
use super::wording::{plural, summary};
use super::workspace::{Notice, Workspace};
use crate::browser::clock;
use crate::browser::files::PickedFile;
use crate::core::article;
use crate::core::id::ArticleId;
use crate::core::import::{self, Held};
use crate::formats;
use crate::store::rescue::{self, Rescue};
use leptos::prelude::*;
use std::rc::Rc;

impl Workspace {
    /// Takes in files that the reviewer picked. One with an error changes nothing and says what is wrong.
    pub async fn import(self, picked: Vec<PickedFile>) {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for file in picked {
            let result = match file.read().await {
                Ok(bytes) => self.import_file(&file.name(), &bytes).await,
                Err(reason) => Err(reason),
            };
            match result {
                Ok(lines) => good.push((file.name(), lines)),
                Err(reason) => bad.push((file.name(), vec![reason])),
            }
        }
        let is_error = !bad.is_empty();
        let title = match (good.as_slice(), bad.as_slice()) {
            ([], []) => return,
            ([(name, _)], []) => format!("{name} is imported"),
            ([], [(name, _)]) => format!("{name} was not imported"),
            _ => format!("{} imported, {} not", plural(good.len(), "file"), bad.len()),
        };
        let is_one = good.len() + bad.len() == 1;
        let mut details = Vec::new();
        for (name, lines) in bad.into_iter().chain(good) {
            details.extend((!is_one).then_some(name));
            details.extend(lines);
        }
        if is_error {
            details.push("A file that was not imported has changed nothing.".to_owned());
        }
        self.notice.set(Some(Notice {
            title,
            details,
            is_error,
        }));
    }

    /// Takes in a list of entities, a scheme or a corpus.
    async fn import_file(self, name: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
        const SCHEME: &[u8] = b"\"hearsay-scheme\"";
        let file = || formats::File {
            name: name.to_owned(),
            bytes: bytes.to_owned(),
        };
        let is_corpus = || formats::IMPORTS.iter().any(|format| format.recognises(&file()));
        let is_scheme = || bytes.windows(SCHEME.len()).any(|bytes| bytes == SCHEME);
        if rescue::recognises(bytes) {
            self.import_rescue(bytes).await
        } else if name.to_ascii_lowercase().ends_with(".csv") {
            self.import_entities(bytes)
        } else if is_scheme() && !is_corpus() {
            self.load_scheme(bytes)
        } else {
            self.import_corpus(file()).await
        }
    }

    /// Takes in all work of a rescue file: of each record, what its latest edit made of it, here or there.
    async fn import_rescue(self, bytes: &[u8]) -> Result<Vec<String>, String> {
        let rescue = Rescue::read(bytes)?;
        let transaction = self
            .update(|desk| {
                desk.repository.observe(rescue.latest());
                rescue.changes(|scope| desk.records.get(scope))
            })
            .ok_or(loading::TOO_EARLY)?;
        let texts: Vec<_> = rescue
            .texts
            .iter()
            .filter(|(sha256, text)| *article::sha256(text.as_bytes()) == **sha256)
            .map(|(sha256, text)| (sha256.clone(), text.clone()))
            .collect();
        if !texts.is_empty() {
            self.keep_texts(&texts).await?;
        }
        let mut told = vec![format!(
            "{} brought up to date.",
            plural(transaction.changes().len(), "record")
        )];
        told.extend(self.adopt_scheme(&rescue));
        if !rescue.findings.is_empty() {
            told.push("Some of the file cannot be read, so keep the file:".to_owned());
            told.extend(rescue.findings.iter().map(ToString::to_string));
        }
        if !transaction.is_empty() {
            let before = self.edits();
            self.commit(transaction, super::keeping::Step::New);
            self.has_imported(before);
            self.restore_missing().await;
        }
        Ok(told)
    }

    /// Keeps texts of articles in the database.
    async fn keep_texts(self, texts: &[(String, String)]) -> Result<(), String> {
        let Some(database) = self.with(|desk| desk.database.clone()).flatten() else {
            return Err(
                "The browser does not let this page keep texts. Allow it to store data, then try again."
                    .to_owned(),
            );
        };
        database.add_texts(texts).await
    }

    async fn import_corpus(self, file: formats::File) -> Result<Vec<String>, String> {
        let imported = formats::import(file, clock::now()).map_err(|error| error.to_string())?;
        let articles = imported.articles.len();
        let import = self
            .with(|desk| {
                let held = |id: &ArticleId| Held {
                    article: desk.known.get(id).map(|article| &**article),
                    records: desk.records.get(&Some(id.clone())),
                };
                import::import(imported, held, desk.corpus_records())
            })
            .ok_or(loading::TOO_EARLY)?
            .map_err(|error| error.to_string())?;
        if !import.articles.is_empty() {
            let texts: Vec<_> = import
                .articles
                .iter()
                .map(|article| (article.sha256.to_string(), article.text.as_str().to_owned()))
                .collect();
            self.keep_texts(&texts).await?;
            self.update(|desk| {
                for article in import.articles {
                    desk.known.insert(article.id.clone(), Rc::new(article));
                }
            });
        }
        if !import.transaction.is_empty() {
            let before = self.edits();
            self.commit(import.transaction, super::keeping::Step::New);
            self.has_imported(before);
        }
        Ok(summary(articles, import.counts))
    }
}
