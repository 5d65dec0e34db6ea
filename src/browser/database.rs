//! IndexedDB: the log's twin, the texts of articles that the reviewer added, and cold snapshots.
//!
//! What a completed transaction here has written is still there after the browser was killed, which local
//! storage cannot promise of its last seconds.

use super::tabs::Entry;
use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::JsString;
use std::fmt;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// The log's twin: the same keys and values as in local storage.
const LOG: &str = "log";
/// Texts of articles, by their SHA-256.
const TEXTS: &str = "texts";
/// Snapshots that were moved out of local storage, by their key there.
const SNAPSHOTS: &str = "snapshots";
/// What the list of articles showed last: one text under [`ROWS`].
const SHELF: &str = "shelf";
const ROWS: &str = "rows";
const STORES: [&str; 4] = [LOG, TEXTS, SNAPSHOTS, SHELF];
/// How many entries of the log's twin are read at once: all, but behind an import.
const FIRST: u32 = 64;

/// Opens the database in a version, or in the one that it has.
async fn open_as(version: Option<u32>) -> Result<Database, Error> {
    let mut request = Factory::new()?.open("hearsay", version)?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        let there = database.store_names();
        for store in STORES {
            if !there.iter().any(|name| name == store) {
                // A failure here fails the opening itself, which is where it is told.
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        }
    });
    request.await
}

/// What the database holds of the work, besides texts.
#[derive(Debug, Default)]
pub struct Work {
    /// The first entries of the log's twin: keys and values as in local storage.
    pub twin: Vec<(String, String)>,
    /// The keys of its other entries, which [`PageDatabase::log`] reads.
    pub twin_left: Vec<String>,
    /// The keys of the cold snapshots.
    pub cold: Vec<String>,
    /// What the list of articles showed last; empty where nobody has kept it.
    pub shelf: String,
}

/// Why the browser refuses the database, in its own words.
#[derive(Debug)]
pub struct Refusal(Error);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The page's database. Cheap to clone.
#[derive(Clone)]
pub struct PageDatabase(Rc<Database>);

impl PageDatabase {
    /// Opens the database, and makes it, or what it lacks, where there is none. `lost` is called once when the
    /// browser closes it, or somebody means to delete it: nothing can be read or written then until it is opened
    /// again.
    ///
    /// # Errors
    /// Where the browser refuses.
    pub async fn open(lost: impl Fn() + Clone + 'static) -> Result<Self, Refusal> {
        let open = async {
            let mut database = open_as(None).await?;
            let stores = database.store_names();
            if STORES
                .iter()
                .any(|store| !stores.iter().any(|name| name == store))
            {
                // Somebody else has made it, or it was made only in part.
                let next = database.version()? + 1;
                database.close();
                database = open_as(Some(next)).await?;
            }
            let closed = lost.clone();
            database.on_close(move |_| closed());
            database.on_version_change(move |event| {
                if let Some(database) = event.target().and_then(|target| Database::try_from(target).ok()) {
                    database.close();
                }
                lost();
            });
            Ok::<_, Error>(database)
        };
        match open.await {
            Ok(database) => Ok(Self(Rc::new(database))),
            Err(error) => Err(Refusal(error)),
        }
    }

    /// The first entries of the log's twin, and the keys of the others and of the cold snapshots.
    ///
    /// # Errors
    /// Where the browser refuses.
    pub async fn work(&self) -> Result<Work, Refusal> {
        let read = async {
            let stores = [LOG, SNAPSHOTS, SHELF];
            let transaction = self.0.transaction(&stores, TransactionMode::ReadOnly)?;
            let log = transaction.object_store(LOG)?;
            let keys = log.get_all_keys(None, None)?;
            let values = log.get_all(None, Some(FIRST))?;
            let cold = transaction.object_store(SNAPSHOTS)?.get_all_keys(None, None)?;
            let shelf = transaction.object_store(SHELF)?.get(JsValue::from(ROWS))?;
            Ok::<_, Error>((keys.await?, values.await?, cold.await?, shelf.await?))
        };
        let (keys, values, cold, shelf) = read.await.map_err(Refusal)?;
        let mut keys = keys.into_iter();
        Ok(Work {
            // The values come in the order of their keys.
            twin: keys
                .by_ref()
                .take(values.len())
                .zip(values)
                .filter_map(|(key, value)| Some((key.as_string()?, value.as_string()?)))
                .collect(),
            twin_left: keys.filter_map(|key| key.as_string()).collect(),
            cold: cold.into_iter().filter_map(|key| key.as_string()).collect(),
            shelf: shelf.and_then(|rows| rows.as_string()).unwrap_or_default(),
        })
    }

    /// The entries of the log's twin under these keys, as key and value, that are still there.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn log(&self, keys: &[String]) -> Result<Vec<(String, String)>, String> {
        let values = self.read(LOG, keys).await?;
        let entries = keys.iter().cloned().zip(values);
        Ok(entries.filter_map(|(key, value)| Some((key, value?))).collect())
    }

    /// Writes entries of the log's twin. Once this returns they survive a crash of the browser.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn add_to_log(&self, entries: &[Entry]) -> Result<(), String> {
        self.write(LOG, |store| {
            for Entry { key, value } in entries {
                store.put(&value.into(), Some(&key.into()))?;
            }
            Ok(())
        })
        .await
    }

    /// Removes entries of the log's twin.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn remove_from_log(&self, keys: &[String]) -> Result<(), String> {
        self.write(LOG, |store| {
            for key in keys {
                store.delete(JsValue::from(key))?;
            }
            Ok(())
        })
        .await
    }

    /// The texts kept under each SHA-256; `None` where there is none.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn texts(&self, sha256: &[String]) -> Result<Vec<Option<String>>, String> {
        self.read(TEXTS, sha256).await
    }

    /// Keeps texts under their SHA-256.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn add_texts(&self, texts: &[(String, String)]) -> Result<(), String> {
        self.put(TEXTS, texts).await
    }

    /// The cold snapshots under keys; `None` where there is none.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn snapshots(&self, keys: &[String]) -> Result<Vec<Option<String>>, String> {
        self.read(SNAPSHOTS, keys).await
    }

    /// Keeps cold snapshots under their keys.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn add_snapshots(&self, snapshots: &[(String, String)]) -> Result<(), String> {
        self.put(SNAPSHOTS, snapshots).await
    }

    /// Keeps what the list of articles shows.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn keep_shelf(&self, rows: String) -> Result<(), String> {
        self.put(SHELF, &[(ROWS.to_owned(), rows)]).await
    }

    /// What stands under each key of a store.
    async fn read(&self, store: &str, keys: &[String]) -> Result<Vec<Option<String>>, String> {
        let read = async {
            let transaction = self.0.transaction(&[store], TransactionMode::ReadOnly)?;
            let store = transaction.object_store(store)?;
            // All are asked for before the first is waited for.
            let requests = keys
                .iter()
                .map(|key| store.get(JsValue::from(key)))
                .collect::<Result<Vec<_>, _>>()?;
            let mut values = Vec::with_capacity(requests.len());
            for request in requests {
                values.push(request.await?.as_ref().and_then(text_of));
            }
            Ok(values)
        };
        read.await.map_err(|error: Error| error.to_string())
    }

    async fn put(&self, store: &str, values: &[(String, String)]) -> Result<(), String> {
        self.write(store, |store| {
            for (key, value) in values {
                store.put(&value.into(), Some(&key.into()))?;
            }
            Ok(())
        })
        .await
    }

    async fn write(
        &self,
        store: &str,
        requests: impl FnOnce(&idb::ObjectStore) -> Result<(), Error>,
    ) -> Result<(), String> {
        let write = async {
            let transaction = self.0.transaction(&[store], TransactionMode::ReadWrite)?;
            requests(&transaction.object_store(store)?)?;
            transaction.commit()?.await
        };
        match write.await {
            Ok(result) if result.is_committed() => Ok(()),
            Ok(_) => Err("the browser gave the write up".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The text of a string; `None` of anything else. It is handed over piece by piece: three bytes are laid out for each
/// unit that is yet to come, which would be three times a large text. Room for all of it is made by what the first
/// piece took, since a text that outgrows its room gets twice as much.
fn text_of(value: &JsValue) -> Option<String> {
    const PIECE: u32 = 1 << 15;
    let string: &JsString = value.dyn_ref()?;
    let length = string.length();
    let mut text = String::new();
    let mut at = 0;
    while at < length {
        let mut end = (at + PIECE).min(length);
        // A pair of surrogates stays together.
        if end < length && (0xD800..0xDC00).contains(&(string.char_code_at(end - 1) as u32)) {
            end += 1;
        }
        let piece = String::from(string.slice(at, end));
        if at == 0 {
            let expected = piece.len() as f64 / f64::from(end) * f64::from(length);
            text.reserve_exact((expected * 1.05) as usize);
        }
        text.push_str(&piece);
        at = end;
    }
    Some(text)
}
