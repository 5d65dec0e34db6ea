//! The start: the supplied articles are fetched while the work of earlier visits is read.

use super::workspace::{Desk, Notice};
use crate::browser::chance;
use crate::browser::database::PageDatabase;
use crate::browser::fetch::Fetch;
use crate::browser::local_storage::LocalStorage;
use crate::core::article::{Article, sha256};
use crate::core::id::{ArticleId, RecordId};
use crate::core::record::{ArticleRecord, Record, RecordKey, RecordKind, Region};
use crate::core::records::Stamp;
use crate::core::text::Text;
use crate::formats::manifest::{self, Entry};
use crate::store::key_value::KeyValue;
use crate::store::memory::Memory;
use crate::store::repository::{Finding, Repository};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where the supplied articles are, relative to the page.
const ARTICLES: &str = "articles";

/// An article that could not be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Which.
    pub id: ArticleId,
    /// What it is called.
    pub name: String,
    /// Why, and what to do.
    pub reason: String,
}

/// What the page starts with.
pub struct Loaded {
    /// The desk, with every article on it that could be opened.
    pub desk: Desk,
    /// The articles that could not.
    pub problems: Vec<Problem>,
    /// What the reviewer has to be told about the work of earlier visits.
    pub notice: Option<Notice>,
}

/// Lays the desk.
pub async fn load() -> Loaded {
    let manifest_file = format!("{ARTICLES}/manifest.json");
    let manifest = Fetch::start(&manifest_file, false);
    let database = PageDatabase::open().await.ok();
    let manifest = manifest
        .bytes()
        .await
        .and_then(|bytes| manifest::read(&bytes).map_err(|error| format!("{manifest_file}: {error}")));
    let mut problems = Vec::new();
    let supplied = manifest.unwrap_or_else(|reason| {
        problems.push(Problem {
            id: manifest_file.as_str().into(),
            name: "The supplied articles".to_owned(),
            reason,
        });
        Vec::new()
    });
    let on_their_way: Vec<_> = supplied.iter().map(|entry| request(entry, false)).collect();

    let twin = match &database {
        Some(database) => database.log().await.unwrap_or_default(),
        None => Vec::new(),
    };
    let kept: Rc<dyn KeyValue> = match LocalStorage::open() {
        Ok(storage) => Rc::new(storage),
        Err(_) => Rc::new(Memory::default()),
    };
    let (repository, opened) = Repository::open(kept, chance::writer_id(), BTreeMap::new(), twin);
    let mut desk = Desk::new(repository, database);
    desk.records = opened.records;
    desk.supplied = supplied;

    for (entry, fetch) in desk.supplied.clone().iter().zip(on_their_way) {
        match receive(entry, fetch).await {
            Ok((article, regions)) => supply(&mut desk, article, regions),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(restore_added(&mut desk).await);
    Loaded {
        desk,
        problems,
        notice: notice(&opened.findings),
    }
}

/// Fetches a supplied article; a `fresh` one passes by the browser's cache.
///
/// # Errors
/// Where it is missing or is not the text that the manifest means.
pub async fn fetch(entry: &Entry, fresh: bool) -> Result<(Article, Vec<(RecordId, Region)>), Problem> {
    receive(entry, request(entry, fresh)).await
}

/// Puts a supplied article on the desk, with its regions as they are supplied: earlier than every change of a
/// reviewer.
pub fn supply(desk: &mut Desk, article: Article, regions: Vec<(RecordId, Region)>) {
    let records = desk.records.entry(Some(article.id.clone())).or_default();
    for (id, region) in regions {
        records.merge(
            RecordKind::Region,
            id,
            Stamp::SUPPLIED,
            Some(Record::Region(region)),
        );
    }
    desk.shelve(Rc::new(article));
}

fn request(entry: &Entry, fresh: bool) -> Fetch {
    Fetch::start(&format!("{ARTICLES}/{}", entry.file), fresh)
}

async fn receive(entry: &Entry, fetch: Fetch) -> Result<(Article, Vec<(RecordId, Region)>), Problem> {
    let problem = |reason: String| Problem {
        id: entry.id.clone(),
        name: entry.metadata.title.as_deref().unwrap_or(&entry.file).to_owned(),
        reason,
    };
    let bytes = fetch.bytes().await.map_err(problem)?;
    entry.article(&bytes).map_err(|error| problem(error.to_string()))
}

/// Puts the articles on the desk that the reviewer has added.
async fn restore_added(desk: &mut Desk) -> Vec<Problem> {
    let added: Vec<(ArticleId, ArticleRecord)> = desk
        .records
        .iter()
        .filter_map(|(scope, records)| {
            let id = scope.as_ref()?;
            match records.get_key(&RecordKey::article(id))? {
                Record::Article(record) => Some((id.clone(), record.clone())),
                _ => None,
            }
        })
        .filter(|(id, _)| !desk.known.contains_key(id))
        .collect();
    let mut problems = Vec::new();
    for (id, record) in added {
        let text = match &desk.database {
            Some(database) => database.text(&record.sha256).await,
            None => Err("the browser does not let this page read what it has kept".to_owned()),
        };
        let reason = match text {
            Ok(Some(text)) if sha256(text.as_bytes()) == *record.sha256 => {
                let article = Article::new(id, record.metadata, Text::new(text));
                desk.known.insert(article.id.clone(), Rc::new(article));
                continue;
            }
            Ok(Some(_)) => {
                "The text that was kept is damaged. Import the corpus file it came from again.".to_owned()
            }
            Ok(None) => {
                "The text is gone from the browser. Import the corpus file it came from again.".to_owned()
            }
            Err(reason) => format!("The text cannot be read: {reason}."),
        };
        problems.push(Problem {
            name: record.metadata.title.as_deref().unwrap_or(id.as_str()).to_owned(),
            id,
            reason,
        });
    }
    desk.arrange();
    problems
}

fn notice(findings: &[Finding]) -> Option<Notice> {
    (!findings.is_empty()).then(|| Notice {
        title: "Some of the work kept in this browser cannot be read".to_owned(),
        details: findings.iter().map(Finding::to_string).collect(),
        is_error: true,
    })
}
