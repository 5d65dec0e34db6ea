//! The start: the desk is laid, with the supplied articles on it. `reading.rs` reads the work of earlier visits.

use super::desk::Desk;
use super::later::{DEEDS, UNLOADED, Unloaded};
use super::workspace::Notice;
use crate::browser::chance;
use crate::browser::database::{PageDatabase, Refusal, Work};
use crate::browser::fetch::Fetch;
use crate::browser::local_storage::LocalStorage;
use crate::browser::plain::Plain;
use crate::core::article::Article;
use crate::core::id::{ArticleId, RecordId};
use crate::core::record::{Record, RecordKind, Region};
use crate::core::records::Stamp;
use crate::formats::manifest::{self, Entry};
use crate::store::key_value::KeyValue;
use crate::store::repository::{self, Repository};
use futures_util::future::join;
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
    /// The desk, with every supplied article on it that could be opened.
    pub desk: Desk,
    /// Those that could not.
    pub problems: Vec<Problem>,
    /// What the reviewer has to be told about the storage.
    pub notice: Option<Notice>,
    /// What the database holds of earlier visits; `None` where nothing is kept of them anywhere.
    pub work: Option<Work>,
}

/// Lays the desk. `database_lost` is called when the browser takes the database away.
///
/// # Errors
/// Where something is wrong with where work is kept, and the part of the page for that cannot be fetched.
pub async fn load(database_lost: impl Fn() + Clone + 'static) -> Result<Loaded, Unloaded> {
    let mut faults = Vec::new();
    // Neither waits for the other.
    let (opened, supplied) = join(open(database_lost), Supplied::fetch()).await;
    let (database, work, failure) = match opened {
        Ok((database, work)) => (Some(database), work, None),
        Err(refusal) => (
            None,
            Work::default(),
            Some((DEEDS.load().await?.explain)(&refusal)),
        ),
    };
    faults.extend(failure.as_ref().map(|reason| {
        format!("The browser's database cannot be used ({reason}), so the last seconds of work may be lost in a crash.")
    }));
    let (kept, fault): (Rc<dyn KeyValue>, _) = match LocalStorage::open() {
        Ok(storage) => (Rc::new(storage), None),
        Err(error) => ((DEEDS.load().await?.make_do)(), Some(error.to_string())),
    };
    faults.splice(0..0, fault.clone());
    let is_new = work.twin.is_empty() && work.cold.is_empty() && repository::is_empty(&kept);
    let mut desk = Desk::new(Repository::new(kept, chance::writer_id()), database, fault);
    if let Some(reason) = failure {
        desk.writes.fail(reason);
    }
    Ok(Loaded {
        problems: supplied.put_on(&mut desk),
        desk,
        notice: (!faults.is_empty()).then(|| Notice {
            title: "This browser does not keep your work".to_owned(),
            details: faults,
            is_error: true,
        }),
        work: (!is_new).then_some(work),
    })
}

async fn open(database_lost: impl Fn() + Clone + 'static) -> Result<(PageDatabase, Work), Refusal> {
    let database = PageDatabase::open(database_lost).await?;
    let work = database.work().await?;
    Ok((database, work))
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

/// The articles that come with the page.
struct Supplied {
    entries: Vec<Entry>,
    articles: Vec<(Article, Vec<(RecordId, Region)>)>,
    /// Those that could not be had.
    problems: Vec<Problem>,
}

impl Supplied {
    async fn fetch() -> Self {
        let mut supplied = Self {
            entries: Vec::new(),
            articles: Vec::new(),
            problems: Vec::new(),
        };
        match manifest_of(Fetch::start(MANIFEST, false)).await {
            Ok(entries) => supplied.entries = entries,
            Err(problem) => supplied.problems.push(problem),
        }
        // All are on their way before the first is waited for.
        let entries = supplied.entries.iter();
        let requests: Vec<_> = entries.map(|entry| request(entry, false)).collect();
        for (entry, fetch) in supplied.entries.iter().zip(requests) {
            match receive(entry, fetch).await {
                Ok(article) => supplied.articles.push(article),
                Err(problem) => supplied.problems.push(problem),
            }
        }
        supplied
    }

    /// Puts all of them on the desk, and tells of those that could not be had.
    fn put_on(self, desk: &mut Desk) -> Vec<Problem> {
        desk.supplied = self.entries;
        for (article, regions) in self.articles {
            supply(desk, article, regions);
        }
        self.problems
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
