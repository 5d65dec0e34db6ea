//! Work for later, and when it is done.

use hearsay::browser::idle;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// Less than a page has to be left alone for to be quiet, in milliseconds.
const SHORT: i32 = 30;
/// A good deal more, in milliseconds.
const LONG: i32 = 400;

fn flag_when_quiet() -> Rc<Cell<bool>> {
    let is_done = Rc::new(Cell::new(false));
    let flag = Rc::clone(&is_done);
    idle::when_quiet(move || flag.set(true));
    is_done
}

#[wasm_bindgen_test]
async fn a_page_that_is_left_alone_and_draws_nothing_is_quiet() {
    // The last frame is over.
    idle::pause(LONG).await;
    let is_done = flag_when_quiet();
    idle::pause(LONG).await;
    assert!(is_done.get());
}

#[wasm_bindgen_test]
async fn a_page_that_is_scrolled_pointed_at_or_typed_in_is_not_quiet_until_it_rests() {
    for name in ["scroll", "wheel", "pointermove", "keydown"] {
        let is_done = flag_when_quiet();
        for _ in 0..10 {
            idle::pause(SHORT).await;
            // As the events of an element that scrolls do, these do not bubble.
            let event = web_sys::Event::new(name).unwrap();
            document().body().unwrap().dispatch_event(&event).unwrap();
            assert!(!is_done.get(), "after {name}");
        }
        idle::pause(LONG).await;
        assert!(is_done.get(), "after {name}");
    }
}
