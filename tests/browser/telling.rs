//! What is told of an edit, and when.

use hearsay::app::workspace::Workspace;
use hearsay::browser::idle;
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen_test::wasm_bindgen_test;

/// Longer than what stands beside the text waits, in milliseconds.
const LATER: i32 = 200;

#[wasm_bindgen_test]
async fn the_text_hears_of_each_edit_at_once_and_what_stands_beside_it_of_all_once_they_are_painted() {
    let owner = Owner::new();
    let stage = owner.with(Workspace::stage);
    let told = || (stage.redraws.get_untracked(), stage.revision.get_untracked());
    let (redraws, revision) = told();
    let heard = RefCell::new(vec![redraws]);
    // Four edits, with no frame between two.
    stage
        .rehearse(async || {
            let (redraws, beside) = told();
            assert_eq!(beside, revision);
            heard.borrow_mut().push(redraws);
        })
        .await;
    let heard = heard.take();
    assert_eq!(heard.len(), 5);
    assert!(heard.is_sorted_by(|before, after| before < after), "{heard:?}");
    idle::pause(LATER).await;
    assert_eq!(told(), (heard[4], revision + 1));
    owner.cleanup();
}

#[wasm_bindgen_test]
async fn a_field_hears_at_once_of_what_was_typed_in_it_so_that_it_never_shows_less_than_was_typed_on() {
    let owner = Owner::new();
    let stage = owner.with(Workspace::stage);
    stage.rehearse(async || ()).await;
    idle::pause(LATER).await;
    let annotation = stage.with_open(|_, _, records| {
        let (id, _) = records.annotations().next()?;
        Some(id.clone())
    });
    let annotation = annotation.flatten().unwrap();
    let note = || {
        let note = stage.with_open(|_, _, records| records.annotation(&annotation)?.note.clone());
        note.flatten()
    };

    let before = stage.revision.get_untracked();
    stage.type_note(annotation.clone(), "doubtful".to_owned());
    stage.keep_note();
    assert_eq!(note().as_deref(), Some("doubtful"));
    assert_eq!(stage.revision.get_untracked(), before + 1);

    stage.type_field(move || stage.set_attribute(&annotation, "words", Some("so".into())));
    stage.keep_typed();
    assert_eq!(stage.revision.get_untracked(), before + 2);

    owner.cleanup();
}
