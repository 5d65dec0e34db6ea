//! The browser's storage, as the store sees it.

use hearsay::browser::database::PageDatabase;
use hearsay::browser::local_storage::LocalStorage;
use hearsay::browser::tabs::{Entry, Tabs};
use hearsay::core::id::WriterId;
use hearsay::core::record::{Record, RecordKey, Status};
use hearsay::core::timestamp::Timestamp;
use hearsay::core::transaction::Change;
use hearsay::store::key_value::{KeyValue, StorageError};
use hearsay::store::repository::Repository;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

fn empty() -> LocalStorage {
    let storage = LocalStorage::open().unwrap();
    for key in storage.keys().unwrap() {
        storage.remove(&key).unwrap();
    }
    storage
}

#[wasm_bindgen_test]
fn local_storage_gives_back_what_it_was_given() {
    let storage = empty();
    for value in ["", "plain", "emoji 😀 and \u{0} and \u{a0}"] {
        storage.set("hearsay/test", value).unwrap();
        assert_eq!(storage.get("hearsay/test").unwrap().as_deref(), Some(value));
    }
    assert_eq!(storage.keys().unwrap(), ["hearsay/test"]);
    storage.remove("hearsay/test").unwrap();
    assert_eq!(storage.get("hearsay/test"), Ok(None));
}

#[wasm_bindgen_test]
fn full_local_storage_says_so_and_keeps_what_it_had() {
    let storage = empty();
    storage.set("hearsay/test", "kept").unwrap();
    let large = "x".repeat(6_000_000);
    assert_eq!(storage.set("hearsay/test", &large), Err(StorageError::Full));
    assert_eq!(storage.get("hearsay/test").unwrap().as_deref(), Some("kept"));
    storage.remove("hearsay/test").unwrap();
}

#[wasm_bindgen_test]
async fn the_twin_in_the_database_restores_an_edit_that_local_storage_has_lost() {
    let database = PageDatabase::open(|| ()).await.unwrap();
    let before: Vec<_> = database
        .work()
        .await
        .unwrap()
        .twin
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    database.remove_from_log(&before).await.unwrap();

    let (mut repository, _) = Repository::open(empty(), WriterId(1), BTreeMap::new(), Vec::new());
    let key = RecordKey::status(&"a".into());
    let done = Some(Record::Status(Status::Done));
    let change = Change {
        key: key.clone(),
        from: None,
        to: done.clone(),
    };
    let committed = repository.commit(&[change], Timestamp::from_millis(1));
    committed.written.unwrap();
    database
        .add_to_log(&[Entry {
            key: committed.key.clone(),
            value: committed.value,
        }])
        .await
        .unwrap();

    let twin = database.work().await.unwrap().twin;
    let (_, opened) = Repository::open(empty(), WriterId(2), BTreeMap::new(), twin);
    let records = &opened.records[&Some("a".into())];
    assert_eq!(records.get_key(&key), done.as_ref());
    database.remove_from_log(&[committed.key]).await.unwrap();
    assert_eq!(database.work().await.unwrap().twin, []);
}

#[wasm_bindgen_test]
async fn a_text_is_found_again_under_its_sha256() {
    let database = PageDatabase::open(|| ()).await.unwrap();
    let text = "an article with 😀 and\nlines";
    database
        .add_texts(&[("abc".to_owned(), text.to_owned())])
        .await
        .unwrap();
    let found = database
        .texts(&["abd".to_owned(), "abc".to_owned()])
        .await
        .unwrap();
    assert_eq!(found, [None, Some(text.to_owned())]);
}

#[wasm_bindgen_test]
async fn a_snapshot_that_moves_is_found_again_under_its_key_and_counts_as_work() {
    let database = PageDatabase::open(|| ()).await.unwrap();
    let key = "hearsay/snapshot/article/moved".to_owned();
    database
        .add_snapshots(&[(key.clone(), "a snapshot".to_owned())])
        .await
        .unwrap();
    assert!(database.work().await.unwrap().cold.contains(&key));
    let found = database.snapshots(&["other".to_owned(), key]).await.unwrap();
    assert_eq!(found, [None, Some("a snapshot".to_owned())]);
}

#[wasm_bindgen_test]
async fn an_entry_that_one_tab_sends_reaches_the_others_and_not_itself() {
    let (own, others) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(Vec::new())));
    let heard = own.clone();
    let sender = Tabs::open(move |_| heard.set(heard.get() + 1)).unwrap();
    let received = others.clone();
    let _receiver = Tabs::open(move |entry| received.borrow_mut().push(entry)).unwrap();
    let entry = Entry {
        key: "hearsay/log/1".to_owned(),
        value: "😀 \u{0}".to_owned(),
    };
    sender.send(&entry);
    for _ in 0..100 {
        if !others.borrow().is_empty() {
            break;
        }
        pause().await;
    }
    assert_eq!(*others.borrow(), [entry]);
    assert_eq!(own.get(), 0);
}

/// Lets the browser deliver what is on its way.
async fn pause() {
    let waited = js_sys::Promise::new(&mut |resolve, _| {
        let window = web_sys::window().unwrap();
        window
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 10)
            .unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(waited).await.unwrap();
}
