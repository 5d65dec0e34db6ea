//! The start: the supplied articles are fetched while the work of earlier visits is read.

use super::desk::Desk;
use super::later::{DEEDS, UNLOADED, Unloaded};
use super::workspace::Notice;
use crate::browser::chance;
use crate::browser::database::PageDatabase;
use crate::browser::fetch::Fetch;
use crate::browser::local_storage::LocalStorage;
use crate::browser::plain::Plain;
use crate::core::article::{Article, sha256};
use crate::core::id::{ArticleId, RecordId};
use crate::core::record::{ArticleRecord, Record, RecordKey, RecordKind, Region};
use crate::core::records::Stamp;
use crate::core::text::Text;
use crate::formats::manifest::{self, Entry};
use crate::store::key_value::KeyValue;
use crate::store::repository::{self, Finding, Opened, Repository};
use std::rc::Rc;

/// Where the supplied articles are, relative to the page.
const ARTICLES: &str = "articles";
/// The manifest of the supplied articles. Also stands for all of them where it cannot be had.
pub const MANIFEST: &str = "articles/manifest.json";

/// Why nothing can be taken in before the desk is laid.
pub(super) const TOO_EARLY: &str = "The page is still loading. Try again in a moment.";

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
    /// The damaged entries of the log's twin, key and value: to be kept aside.
    pub damaged: Vec<(String, String)>,
}

/// Lays the desk. `database_lost` is called when the browser takes the database away.
///
/// # Errors
/// Where there is earlier work, or the browser keeps none, and the part of the page for that cannot be fetched.
pub async fn load(database_lost: impl Fn() + Clone + 'static) -> Result<Loaded, Unloaded> {
    let manifest = Fetch::start(MANIFEST, false);
    let mut faults = Vec::new();
    let opened = match PageDatabase::open(database_lost).await {
        Ok(database) => database.log().await.map(|twin| (database, twin)),
        Err(reason) => Err(reason),
    };
    let (database, twin, failure) = match opened {
        Ok((database, twin)) => (Some(database), twin, None),
        Err(reason) => (None, Vec::new(), Some(reason)),
    };
    faults.extend(failure.as_ref().map(|reason| {
        format!("The browser's database cannot be used ({reason}), so the last seconds of work may be lost in a crash.")
    }));
    let (kept, fault): (Rc<dyn KeyValue>, _) = match LocalStorage::open() {
        Ok(storage) => (Rc::new(storage), None),
        Err(error) => ((DEEDS.load().await?.make_do)(), Some(error.to_string())),
    };
    faults.splice(0..0, fault.clone());
    let (repository, opened) = if twin.is_empty() && repository::is_empty(&kept) {
        (Repository::new(kept, chance::writer_id()), Opened::default())
    } else {
        let deeds = DEEDS.load().await?;
        (deeds.open_store)(kept, chance::writer_id(), twin)
    };
    let mut desk = Desk::new(repository, database, fault);
    if let Some(reason) = failure {
        desk.writes.fail(reason);
    }
    desk.records = opened.records;

    let mut problems = supply_all(&mut desk, manifest).await;
    for (id, record) in missing(&desk) {
        match (DEEDS.load().await?.restore)(desk.database.clone(), id, record).await {
            Ok(article) => desk.shelve(Rc::new(article)),
            Err(problem) => problems.push(problem),
        }
    }
    Ok(Loaded {
        desk,
        problems,
        notice: notice(faults, &opened.findings),
        damaged: opened
            .findings
            .into_iter()
            .filter_map(|finding| match finding {
                Finding::Damaged {
                    key,
                    value,
                    in_twin: true,
                    ..
                } => Some((key, value)),
                _ => None,
            })
            .collect(),
    })
}

/// Reads the manifest again, past the browser's cache.
///
/// # Errors
/// Where it cannot be had.
pub async fn manifest_again() -> Result<Vec<Entry>, Problem> {
    manifest_of(Fetch::start(MANIFEST, true)).await
}

async fn manifest_of(fetch: Fetch) -> Result<Vec<Entry>, Problem> {
    let problem = |reason: String| Problem {
        id: MANIFEST.into(),
        name: "The supplied articles".to_owned(),
        reason,
    };
    let bytes = fetch.bytes().await.map_err(problem)?;
    if let Some(entries) = entries_of(&bytes) {
        return Ok(entries);
    }
    match DEEDS.load().await {
        Ok(deeds) => (deeds.read_manifest)(&bytes).map_err(problem),
        Err(_) => Err(problem(UNLOADED.to_owned())),
    }
}

/// The manifest's entries, as the browser reads them; `None` where something is wrong, which it cannot tell of.
fn entries_of(file: &[u8]) -> Option<Vec<Entry>> {
    manifest::entries(Plain::read(str::from_utf8(file).ok()?).ok()?).ok()
}

/// Puts all supplied articles on the desk, and tells of those that could not be had.
async fn supply_all(desk: &mut Desk, manifest: Fetch) -> Vec<Problem> {
    match manifest_of(manifest).await {
        Ok(entries) => desk.supplied = entries,
        Err(problem) => return vec![problem],
    }
    // All are on their way before the first is waited for.
    let requests: Vec<_> = desk.supplied.iter().map(|entry| request(entry, false)).collect();
    let mut problems = Vec::new();
    for (entry, fetch) in desk.supplied.clone().iter().zip(requests) {
        match receive(entry, fetch).await {
            Ok((article, regions)) => supply(desk, article, regions),
            Err(problem) => problems.push(problem),
        }
    }
    problems
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

/// The articles that a reviewer has added, and whose texts are not on the desk yet.
pub fn missing(desk: &Desk) -> Vec<(ArticleId, ArticleRecord)> {
    desk.records
        .iter()
        .filter_map(|(scope, records)| {
            let id = scope.as_ref()?;
            match records.get_key(&RecordKey::article(id))? {
                Record::Article(record) => Some((id.clone(), record.clone())),
                _ => None,
            }
        })
        .filter(|(id, _)| !desk.known.contains_key(id))
        .collect()
}

/// Reads the text of an added article from the database.
///
/// # Errors
/// Where it is gone, damaged or cannot be read.
pub async fn restore(
    database: Option<PageDatabase>,
    id: ArticleId,
    record: ArticleRecord,
) -> Result<Article, Problem> {
    let text = match &database {
        Some(database) => database.text(&record.sha256).await,
        None => Err("the browser does not let this page read what it has kept".to_owned()),
    };
    let reason = match text {
        Ok(Some(text)) if sha256(text.as_bytes()) == *record.sha256 => {
            return Ok(Article::new(id, record.metadata, Text::new(text)));
        }
        Ok(Some(_)) => {
            "The text that was kept is damaged. Import the corpus file it came from again.".to_owned()
        }
        Ok(None) => {
            "The text is gone from the browser. Import the corpus file it came from again.".to_owned()
        }
        Err(reason) => format!("The text cannot be read: {reason}."),
    };
    Err(Problem {
        name: record.metadata.title.as_deref().unwrap_or(id.as_str()).to_owned(),
        id,
        reason,
    })
}

fn notice(faults: Vec<String>, findings: &[Finding]) -> Option<Notice> {
    let title = match (faults.is_empty(), findings.is_empty()) {
        (true, true) => return None,
        (false, _) => "This browser does not keep your work",
        (true, false) => "Some of the work kept in this browser cannot be read",
    };
    Some(Notice {
        title: title.to_owned(),
        details: faults
            .into_iter()
            .chain(findings.iter().map(Finding::to_string))
            .collect(),
        is_error: true,
    })
}
