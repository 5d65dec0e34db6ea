//! The drawn article.

use hearsay::browser::dom::{self, DomPlace};
use hearsay::browser::idle;
use hearsay::browser::selection;
use hearsay::browser::surface::{Frame, Mark, Run, Surface};
use hearsay::core::article::Article;
use hearsay::core::boundary;
use hearsay::core::cursor::Cursor;
use hearsay::core::record::Metadata;
use hearsay::core::segment;
use hearsay::core::span_set::Entry;
use hearsay::core::text::{ByteOffset, Span, Text};
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

/// An article drawn on the page, until it is dropped.
pub(crate) struct Drawn {
    pub(crate) root: Element,
    pub(crate) article: Rc<Article>,
    pub(crate) surface: Surface,
}

impl Drawn {
    pub(crate) fn plain(text: &str) -> Self {
        let article = Article::new("a".into(), Metadata::default(), Text::new(text));
        let document = web_sys::window().unwrap().document().unwrap();
        let root = document.create_element("div").unwrap();
        // As the style sheet has it: white space is drawn, so that a caret can stand beside it.
        root.set_attribute("style", "white-space: pre-wrap").unwrap();
        document.body().unwrap().append_child(&root).unwrap();
        let article = Rc::new(article);
        let shown = article.clone();
        let frames = move |blocks: Range<usize>, give: &mut dyn FnMut(Frame<'_>)| {
            for number in blocks {
                let block = shown.blocks()[number];
                let behind = shown.blocks().get(number + 1);
                give(Frame {
                    start: shown.text.try_to_code_points(block.span.start()).unwrap(),
                    text: shown.text.slice(block.span),
                    goes_on: behind.is_some_and(|behind| behind.continues),
                    region: None,
                });
            }
        };
        let surface = Surface::new(&root, article.blocks(), frames, |_| {});
        Self {
            root,
            article,
            surface,
        }
    }

    /// The first element that a selector finds in what is drawn.
    pub(crate) fn first(&self, selector: &str) -> Element {
        self.root.query_selector(selector).unwrap().unwrap()
    }

    pub(crate) fn mark(&self, span: Span) {
        for number in self.article.blocks_in(span) {
            let block = self.article.blocks()[number].span;
            let segments = segment::segments(block, &[Entry { span, id: 1 }]);
            let runs: Vec<_> = segments
                .iter()
                .map(|segment| Run {
                    text: self.article.text.slice(segment.span),
                    region: None,
                    marks: segment
                        .active
                        .iter()
                        .map(|_| Mark {
                            id: "1".into(),
                            label: "claim",
                            lane: 0,
                            selected: false,
                        })
                        .collect(),
                    opening: Some("claim ".into()),
                    closing: Some("end of claim ".into()),
                })
                .collect();
            self.surface.draw(number, &runs, None);
        }
    }

    pub(crate) fn select(&self, cursor: Cursor) {
        let place = |offset| {
            let (block, offset) = self.article.block_place(offset).unwrap();
            (self.surface.block(block).unwrap(), offset)
        };
        selection::select(place(cursor.anchor), place(cursor.head));
    }

    pub(crate) fn selected(&self) -> Option<Cursor> {
        let (anchor, head) = selection::read(&self.root)?;
        let text = &self.article.text;
        let offset = |place| match place {
            DomPlace::Before => Some(ByteOffset(0)),
            DomPlace::Behind => Some(text.end()),
            DomPlace::Within { block_start, offset } => {
                let start = text.try_from_code_points(block_start)?;
                self.article.place_in_block(self.article.block_at(start)?, offset)
            }
        };
        Some(Cursor {
            anchor: offset(anchor)?,
            head: offset(head)?,
        })
    }

    /// Every place between two characters of a block.
    pub(crate) fn places(&self) -> Vec<ByteOffset> {
        let mut places = Vec::new();
        for block in self.article.blocks().iter() {
            let mut place = block.span.start();
            while place <= block.span.end() {
                places.push(place);
                let next = boundary::next_character(&self.article.text, place);
                if next == place {
                    break;
                }
                place = next;
            }
        }
        places
    }
}

impl Drop for Drawn {
    fn drop(&mut self) {
        self.root.remove();
    }
}

#[wasm_bindgen_test]
fn every_block_carries_its_start_and_its_text_and_nothing_else() {
    let drawn = Drawn::plain("one 😀\n\ntwo\n<b>not bold</b> &amp;");
    let blocks = drawn
        .root
        .query_selector_all(&format!("[{}]", dom::BLOCK_START))
        .unwrap();
    assert_eq!(blocks.length() as usize, drawn.article.blocks().len());
    for (index, block) in drawn.article.blocks().iter().enumerate() {
        let element = drawn.surface.block(index).unwrap();
        let start = drawn.article.text.try_to_code_points(block.span.start()).unwrap();
        assert_eq!(element.get_attribute(dom::BLOCK_START), Some(start.to_string()));
        assert_eq!(
            element.text_content().as_deref(),
            Some(drawn.article.text.slice(block.span))
        );
    }
}

#[wasm_bindgen_test]
fn marks_leave_the_text_of_a_block_as_it_is() {
    let drawn = Drawn::plain("Ukraine has reportedly won.\nNobody knows.");
    let start = drawn.article.text.find("reportedly").unwrap();
    let end = drawn.article.text.find("body").unwrap();
    drawn.mark(Span::new(start, end).unwrap());
    for (index, block) in drawn.article.blocks().iter().enumerate() {
        let element = drawn.surface.block(index).unwrap();
        assert_eq!(
            element.text_content().as_deref(),
            Some(drawn.article.text.slice(block.span))
        );
    }
    let marks = drawn.root.query_selector_all("mark").unwrap();
    assert_eq!(marks.length(), 2);
}

#[wasm_bindgen_test]
fn a_run_that_looks_as_before_keeps_its_node() {
    let drawn = Drawn::plain("Ukraine has reportedly won.");
    let block = drawn.surface.block(0).unwrap();
    let words = |words: &str| {
        let start = drawn.article.text.find(words).unwrap();
        Span::new(start, start + words.len()).unwrap()
    };
    drawn.mark(words("reportedly"));
    let before = block.first_child().unwrap();
    assert_eq!(before.text_content().as_deref(), Some("Ukraine has "));
    for (marked, is_kept) in [
        ("reportedly won", true),
        ("reportedly won.", true),
        ("reportedly", true),
        ("has reportedly", false),
        ("Ukraine has reportedly won.", false),
        ("won", false),
    ] {
        drawn.mark(words(marked));
        assert_eq!(block.first_child().as_ref() == Some(&before), is_kept, "{marked}");
        assert_eq!(block.text_content().as_deref(), Some(drawn.article.text.as_str()));
        let marks = block.query_selector_all("mark").unwrap();
        assert_eq!(marks.length(), 1);
        assert_eq!(marks.item(0).unwrap().text_content().as_deref(), Some(marked));
    }
}

#[wasm_bindgen_test]
fn only_the_last_block_of_a_paragraph_has_room_behind_it() {
    let sentence = "Nobody knows what has happened to the bridge. ";
    let drawn = Drawn::plain(&format!("{}\nThe next.", sentence.repeat(300)));
    let blocks = drawn.article.blocks();
    assert!(blocks.len() > 3);
    for (number, behind) in blocks.iter().skip(1).enumerate() {
        let goes_on = drawn.surface.block(number).unwrap().has_attribute("data-goes-on");
        assert_eq!(goes_on, behind.continues, "{number}");
    }
}

/// Lines enough that not all of them are drawn at once.
const MANY: usize = 6000;

fn texts(root: &Element) -> Vec<String> {
    let blocks = root
        .query_selector_all(&format!("[{}]", dom::BLOCK_START))
        .unwrap();
    (0..blocks.length())
        .map(|at| blocks.item(at).unwrap().text_content().unwrap())
        .collect()
}

fn many_lines() -> (Vec<String>, Drawn) {
    let lines: Vec<_> = (0..MANY).map(|number| format!("Line {number}.")).collect();
    let drawn = Drawn::plain(&lines.join("\n"));
    (lines, drawn)
}

#[wasm_bindgen_test]
async fn a_long_article_is_drawn_in_turns_and_whole_in_the_end() {
    let (lines, drawn) = many_lines();
    let first = texts(&drawn.root);
    assert!(!first.is_empty() && first.len() < MANY, "{}", first.len());
    assert_eq!(first, lines[..first.len()]);
    while texts(&drawn.root).len() < MANY {
        idle::painted().await;
    }
    assert_eq!(texts(&drawn.root), lines);
}

#[wasm_bindgen_test]
fn a_block_that_is_asked_for_is_there_before_its_turn() {
    let (lines, drawn) = many_lines();
    let last = drawn.surface.block(MANY - 1).unwrap();
    assert_eq!(last.text_content().as_ref(), lines.last());
    assert!(drawn.root.contains(Some(last)));
    assert!(texts(&drawn.root).len() < MANY);
}

#[wasm_bindgen_test]
fn a_long_article_is_whole_on_paper() {
    let (lines, drawn) = many_lines();
    let event = web_sys::Event::new("beforeprint").unwrap();
    web_sys::window().unwrap().dispatch_event(&event).unwrap();
    assert_eq!(texts(&drawn.root), lines);
}
