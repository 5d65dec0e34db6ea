//! A selection in the DOM and the span that it stands for, there and back.

use crate::surface::Drawn;
use hearsay::browser::dom::DomPlace;
use hearsay::browser::selection;
use hearsay::core::cursor::Cursor;
use hearsay::core::text::{ByteOffset, Span};
use wasm_bindgen_test::wasm_bindgen_test;

/// Texts in which UTF-8, UTF-16 and code points all count differently, with `⟦⟧` around what is selected.
const TEXTS: [&str; 11] = [
    "plain ⟦ascii⟧ words",
    "after an emoji 😀 comes ⟦a claim⟧ 😀",
    "a family ⟦👩\u{200d}👩\u{200d}👧\u{200d}👦⟧ of one glyph",
    "combining: e\u{301} then ⟦cafe\u{301} na\u{308}ive⟧ ",
    "no-break\u{a0}space ⟦our\u{a0}strategic\u{a0}goal⟧,\u{a0}he said",
    "中文，⟦乌克兰控制一百个定居点⟧。",
    "العربية ⟦قال الرئيس⟧ ثم",
    "flags 🇺🇦⟦🇪🇺⟧🇺🇦",
    "from one 😀 par⟦agraph\n\ninto 👍 the⟧ next",
    "a Windows\r\nfile with ⟦two\r\nlines⟧ in it",
    "⟦the whole of it 😀⟧",
];

/// Takes the marks out, turns CR LF into LF as an article does, and tells what was marked.
fn marked(text: &str) -> (String, Span) {
    let text = hearsay::core::article::normalised(text);
    let start = text.find('⟦').expect("a text has a start mark");
    let text = text.replace('⟦', "");
    let end = text.find('⟧').expect("a text has an end mark");
    (
        text.replace('⟧', ""),
        Span::new(start, end).expect("something is marked"),
    )
}

#[wasm_bindgen_test]
fn a_span_selected_in_the_dom_is_read_back_as_the_same_span() {
    for text in TEXTS {
        let (text, span) = marked(text);
        let drawn = Drawn::plain(&text);
        drawn.select(Cursor::over(span));
        assert_eq!(drawn.selected(), Some(Cursor::over(span)), "in {text:?}");
    }
}

#[wasm_bindgen_test]
fn a_selection_made_backwards_keeps_its_direction() {
    for text in TEXTS {
        let (text, span) = marked(text);
        let drawn = Drawn::plain(&text);
        let backwards = Cursor {
            anchor: span.end(),
            head: span.start(),
        };
        drawn.select(backwards);
        assert_eq!(drawn.selected(), Some(backwards), "in {text:?}");
    }
}

#[wasm_bindgen_test]
fn marks_in_the_dom_do_not_move_a_selection() {
    for text in TEXTS {
        let (text, span) = marked(text);
        let drawn = Drawn::plain(&text);
        drawn.mark(span);
        for place in drawn.places() {
            let cursor = Cursor {
                anchor: span.start(),
                head: place,
            };
            drawn.select(cursor);
            assert_eq!(drawn.selected(), Some(cursor), "in {text:?}");
        }
    }
}

#[wasm_bindgen_test]
fn what_the_browser_says_is_selected_is_what_the_span_says() {
    for text in TEXTS {
        let (text, span) = marked(text);
        let drawn = Drawn::plain(&text);
        drawn.select(Cursor::over(span));
        let said = web_sys::window()
            .unwrap()
            .get_selection()
            .unwrap()
            .unwrap()
            .to_string();
        let words = drawn.article.text.slice(span).replace('\n', "");
        assert_eq!(String::from(said).replace('\n', ""), words);
    }
}

#[wasm_bindgen_test]
fn a_selection_that_reaches_out_of_the_article_ends_with_it() {
    let drawn = Drawn::plain("one 😀\ntwo");
    let body = web_sys::window().unwrap().document().unwrap().body().unwrap();
    let selection = web_sys::window().unwrap().get_selection().unwrap().unwrap();
    selection.select_all_children(&body).unwrap();
    let whole = Cursor {
        anchor: ByteOffset(0),
        head: drawn.article.text.end(),
    };
    assert_eq!(drawn.selected(), Some(whole));
}

#[wasm_bindgen_test]
fn a_selection_elsewhere_on_the_page_is_none_of_the_article() {
    let drawn = Drawn::plain("one");
    let document = web_sys::window().unwrap().document().unwrap();
    let other = document.create_element("p").unwrap();
    other.set_text_content(Some("something else"));
    document.body().unwrap().append_child(&other).unwrap();
    let selection = web_sys::window().unwrap().get_selection().unwrap().unwrap();
    selection.select_all_children(&other).unwrap();
    assert_eq!(selection::read(&drawn.root), None);
    other.remove();
}

#[wasm_bindgen_test]
fn a_place_between_blocks_is_the_start_of_the_next_block() {
    let drawn = Drawn::plain("one\n\ntwo");
    let stretch = drawn.first(".stretch");
    let place = hearsay::browser::dom::place_of(&drawn.root, &stretch, 1);
    let second = drawn.article.blocks()[1].span.start();
    let start = drawn.article.text.try_to_code_points(second).unwrap();
    assert!(
        matches!(place, Some(DomPlace::Within { block_start, offset }) if block_start == start && offset.0 == 0)
    );
    assert_eq!(
        hearsay::browser::dom::place_of(&drawn.root, &stretch, 2),
        Some(DomPlace::Behind)
    );
}

#[wasm_bindgen_test]
fn a_place_at_the_end_of_a_stretch_is_the_start_of_the_next_one() {
    assert_end_is_start_of_next(&Drawn::plain(&"line\n".repeat(20)), ".stretch");
}

#[wasm_bindgen_test]
fn a_place_at_the_end_of_a_section_is_the_start_of_the_next_one() {
    assert_end_is_start_of_next(&Drawn::plain(&"line\n".repeat(1000)), ".section");
}

/// The place behind the last child of the first part of a kind is the start of the block that comes next.
fn assert_end_is_start_of_next(drawn: &Drawn, part: &str) {
    let part = drawn.first(part);
    let blocks = part.query_selector_all("[data-block-start]").unwrap().length();
    let next = drawn.article.blocks()[blocks as usize].span.start();
    let start = drawn.article.text.try_to_code_points(next).unwrap();
    let place = hearsay::browser::dom::place_of(&drawn.root, &part, part.child_element_count());
    assert!(
        matches!(place, Some(DomPlace::Within { block_start, offset }) if block_start == start && offset.0 == 0)
    );
}

#[wasm_bindgen_test]
fn a_caret_has_a_place_on_the_screen_at_every_character() {
    for text in TEXTS {
        let (text, span) = marked(text);
        let drawn = Drawn::plain(&text);
        drawn.mark(span);
        for place in drawn.places() {
            let (block, offset) = drawn.article.block_place(place).unwrap();
            let rect = selection::caret_rect(drawn.surface.block(block).unwrap(), offset);
            assert!(
                rect.is_some_and(|rect| rect.height() > 0.0),
                "at {place} in {text:?}"
            );
        }
    }
}
