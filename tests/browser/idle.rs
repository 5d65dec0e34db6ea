//! Work for later, and when it is done.

use hearsay::browser::idle::{self, Lulls};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// Less than a lull, in milliseconds.
const SHORT: i32 = 5;
/// A good deal more, in milliseconds.
const LONG: i32 = 400;

fn flag_in_lull() -> Rc<Cell<bool>> {
    let is_done = Rc::new(Cell::new(false));
    let flag = Rc::clone(&is_done);
    let lulls = Lulls::watch();
    wasm_bindgen_futures::spawn_local(async move {
        lulls.turn().await;
        flag.set(true);
    });
    is_done
}

#[wasm_bindgen_test]
async fn a_lull_comes_on_a_page_that_is_left_alone_and_draws_nothing() {
    // The last frame is over.
    idle::pause(LONG).await;
    let is_done = flag_in_lull();
    idle::pause(LONG).await;
    assert!(is_done.get());
}

#[wasm_bindgen_test]
async fn no_lull_comes_while_the_page_is_scrolled_or_typed_in() {
    for name in ["scroll", "wheel", "touchmove", "keydown"] {
        let is_done = flag_in_lull();
        for _ in 0..10 {
            // As the events of an element that scrolls do, these do not bubble.
            let event = web_sys::Event::new(name).unwrap();
            document().body().unwrap().dispatch_event(&event).unwrap();
            idle::pause(SHORT).await;
            assert!(!is_done.get(), "after {name}");
        }
        idle::pause(LONG).await;
        assert!(is_done.get(), "after {name}");
    }
}

#[wasm_bindgen_test]
async fn a_key_that_is_held_for_something_else_ends_no_lull() {
    let is_done = flag_in_lull();
    for _ in 0..LONG / SHORT {
        let options = web_sys::KeyboardEventInit::new();
        options.set_key("Alt");
        let event = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
        document().body().unwrap().dispatch_event(&event).unwrap();
        idle::pause(SHORT).await;
    }
    assert!(is_done.get());
}
