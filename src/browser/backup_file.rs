//! A file on disk that the page may write, where the browser allows such (File System Access).
//!
//! The browser's handle of the file is kept in a database of its own, so that the next visit can go on. Permission is
//! not kept: after a reload most browsers want to be asked again, by a click.

use super::explain;
use super::idle::property;
use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

const STORE: &str = "file";
const HANDLE: &str = "handle";

/// A file that the reviewer chose. Cheap to clone.
#[derive(Clone, PartialEq, Debug)]
pub struct BackupFile(JsValue);

/// Whether the browser lets the reviewer choose a file for the page to write.
pub fn is_available() -> bool {
    property(&super::window(), "showSaveFilePicker").is_function()
}

impl BackupFile {
    /// Lets the reviewer choose a file, and remembers it. `None` where none was chosen. Must come of a click.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn choose(name: &str) -> Result<Option<Self>, String> {
        let kind = object(&[
            ("description", "Hearsay".into()),
            (
                "accept",
                object(&[("application/json", Array::of1(&".json".into()).into())]),
            ),
        ]);
        let options = object(&[
            ("id", "hearsay-backup".into()),
            ("suggestedName", name.into()),
            ("types", Array::of1(&kind).into()),
        ]);
        let handle = match call(&super::window(), "showSaveFilePicker", Some(&options)).await {
            Ok(handle) => handle,
            Err(error) if property(&error, "name") == "AbortError" => return Ok(None),
            Err(error) => return Err(explain(&error)),
        };
        // One that cannot be remembered serves this visit.
        let _ = store(TransactionMode::ReadWrite, async |store| {
            store.put(&handle, Some(&HANDLE.into()))?.await.map(drop)
        })
        .await;
        Ok(Some(Self(handle)))
    }

    /// The file that was chosen in an earlier visit.
    pub async fn remembered() -> Option<Self> {
        let handle = store(TransactionMode::ReadOnly, async |store| {
            store.get(JsValue::from(HANDLE))?.await
        });
        handle.await.ok().flatten().map(Self)
    }

    /// Writes it no more: the next visit does not know of it.
    pub async fn forget() {
        // One that is not forgotten asks for permission at the next visit, and gets none by itself.
        let _ = store(TransactionMode::ReadWrite, async |store| {
            store.delete(JsValue::from(HANDLE))?.await
        })
        .await;
    }

    /// Its name.
    pub fn name(&self) -> String {
        property(&self.0, "name").as_string().unwrap_or_default()
    }

    /// Whether the page may write it now.
    pub async fn is_allowed(&self) -> bool {
        self.permission("queryPermission").await
    }

    /// Asks the reviewer whether the page may write it. Must come of a click.
    pub async fn ask(&self) -> bool {
        self.permission("requestPermission").await
    }

    async fn permission(&self, method: &str) -> bool {
        let options = object(&[("mode", "readwrite".into())]);
        call(&self.0, method, Some(&options))
            .await
            .is_ok_and(|state| state == "granted")
    }

    /// Writes all of the file anew, as a `Blob` has it. What was there stays until all of it is written.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub async fn write(&self, content: &JsValue) -> Result<(), String> {
        let write = async {
            let stream = call(&self.0, "createWritable", None).await?;
            call(&stream, "write", Some(content)).await?;
            call(&stream, "close", None).await
        };
        write.await.map(drop).map_err(|error| explain(&error))
    }
}

/// Calls a method that `web-sys` does not know, and waits for what it promises.
async fn call(on: &JsValue, method: &str, argument: Option<&JsValue>) -> Result<JsValue, JsValue> {
    let method: Function = property(on, method).dyn_into()?;
    let arguments = argument.map_or_else(Array::new, Array::of1);
    JsFuture::from(Promise::resolve(&method.apply(on, &arguments)?)).await
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        // Fails only for an object that is frozen.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

async fn store<T>(
    mode: TransactionMode,
    work: impl AsyncFnOnce(idb::ObjectStore) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut request = Factory::new()?.open("hearsay-backup", Some(1))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // A failure here fails the opening itself.
            let _ = database.create_object_store(STORE, ObjectStoreParams::new());
        }
    });
    let database: Database = request.await?;
    let result = async {
        let transaction = database.transaction(&[STORE], mode)?;
        work(transaction.object_store(STORE)?).await
    };
    let result = result.await;
    database.close();
    result
}
