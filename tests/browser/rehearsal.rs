//! The rehearsal of an edit.

use hearsay::app::workspace::Workspace;
use hearsay::browser::database::PageDatabase;
use hearsay::browser::local_storage::LocalStorage;
use hearsay::store::key_value::KeyValue;
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen_test::wasm_bindgen_test;

/// Longer than an edit waits before it is written to the database, in milliseconds.
const LATER: i32 = 200;

async fn kept() -> (Vec<String>, usize) {
    let twin = PageDatabase::open(|| ())
        .await
        .unwrap()
        .work()
        .await
        .unwrap()
        .twin;
    (LocalStorage::open().unwrap().keys().unwrap(), twin.len())
}

#[wasm_bindgen_test]
async fn an_edit_is_rehearsed_from_the_label_to_the_undo_and_nothing_of_it_is_kept() {
    let before = kept().await;
    let owner = Owner::new();
    let stage = owner.with(Workspace::stage);
    let labels = RefCell::new(Vec::new());
    let label = async || {
        let label = stage.with_open(|_, _, records| {
            let (_, annotation) = records.annotations().next()?;
            Some(annotation.label.to_string())
        });
        labels.borrow_mut().push(label.flatten());
    };
    stage.rehearse(label).await;
    let relabelled = Some("attribution".to_owned());
    assert_eq!(
        labels.take(),
        [Some("claim".to_owned()), relabelled.clone(), None, relabelled]
    );
    hearsay::browser::idle::pause(LATER).await;
    assert_eq!(kept().await, before);
    owner.cleanup();
}
