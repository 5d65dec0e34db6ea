//! The cursor, as the browser's selection shows it.

use hearsay::app::keymap::Focus;
use hearsay::app::workspace::Workspace;
use hearsay::browser::idle;
use hearsay::browser::keyboard::KeyPress;
use hearsay::core::cursor::Cursor;
use hearsay::core::id::ArticleId;
use hearsay::view::article_text::ArticleText;
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

/// Longer than a page takes to come to rest, in milliseconds.
const REST: i32 = 200;

fn right() -> KeyPress {
    KeyPress {
        key: "ArrowRight".to_owned(),
        control: false,
        alt: false,
        shift: false,
    }
}

#[wasm_bindgen_test]
async fn the_cursor_moves_at_once_where_something_was_told_that_the_text_does_not_show() {
    let element: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&element).unwrap();
    let staged = StoredValue::new(None::<Workspace>);
    let mounted = leptos::mount::mount_to(element.clone(), move || {
        let stage = Workspace::stage();
        staged.set_value(Some(stage));
        provide_context(stage);
        view! { <ArticleText name="Staged".to_owned() id=ArticleId::from("rehearsal")/> }
    });
    let stage = staged.get_value().unwrap();
    idle::pause(REST).await;
    let text: HtmlElement = element.query_selector(".text").unwrap().unwrap().unchecked_into();
    text.focus().unwrap();
    // The stage has one block of one run, so the browser counts from the article's beginning.
    let shown = || {
        let selection = window().get_selection().unwrap().unwrap();
        selection.focus_offset()
    };

    stage.cursor.set(Some(Cursor::default()));
    tick().await;
    assert_eq!(shown(), 0);
    stage.changed();
    tick().await;
    stage.press(&right(), Focus::Text);
    tick().await;
    assert_eq!(shown(), 1);

    drop(mounted);
    element.remove();
}
