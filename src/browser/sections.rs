//! The elements of an article's blocks, as plain text.
//!
//! Blocks are grouped in stretches of a thousand bytes and more, and stretches in sections. What is far from the
//! viewport is laid out by the browser only when it comes near (`content-visibility: auto`), and each of its blocks is
//! one plain text node, so find-in-page works and the page stays light.
//!
//! In each frame the browser goes through all that is not far from the viewport, down to what is: without sections,
//! through every stretch of the article.
//!
//! Making the elements of a long article takes longer than a reader should wait, so most sections are empty at first
//! and are filled in turns.

use super::dom::BLOCK_START;
use super::shift::Shift;
use super::surface::{element, set};
use super::{idle, window};
use crate::core::article::Block;
use crate::core::text::CodePointOffset;
use gloo_events::EventListener;
use js_sys::Array;
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// The attribute of a section that holds its number.
const SECTION: &str = "data-section";
/// The attribute of a stretch that holds its number.
const STRETCH: &str = "data-stretch";
/// The most blocks in a stretch.
const MOST_BLOCKS: usize = 16;
/// A stretch ends with the block that brings it to so many bytes. What comes into view is laid out by the stretch, so
/// the larger it is, the likelier a frame is late (docs/PERFORMANCE.md has what was tried).
const ENOUGH: usize = 1000;
/// The stretches in a section: with about as many sections in the longest articles, the fewest elements to go through.
const IN_SECTION: usize = 24;
/// Characters in a line of the reading column, about: for the height of what is not laid out yet.
const LINE: usize = 62;
/// Sections that begin among so many blocks are filled at once: all of an article of some 1 MB, in about ten
/// milliseconds.
const AT_ONCE: usize = 2000;

/// A block before anything is drawn on it.
pub struct Frame<'a> {
    /// The offset of its first character.
    pub start: CodePointOffset,
    /// Its text.
    pub text: &'a str,
    /// Whether the block behind it is the same paragraph's.
    pub goes_on: bool,
    /// The region that covers it, if one does: `junk` and so on.
    pub region: Option<&'static str>,
}

/// The sections of an article.
pub(super) struct Sections {
    sections: Vec<Section>,
    /// The number of the first block of each stretch, and behind them how many blocks there are.
    firsts: Vec<usize>,
    frames: Box<Frames>,
    printing: OnceCell<EventListener>,
}

/// Gives the blocks of a range, one after the other.
type Frames = dyn Fn(Range<usize>, &mut dyn FnMut(Frame<'_>));

struct Section {
    element: Element,
    stretches: Range<usize>,
    /// The elements of its blocks, once they are made.
    blocks: OnceCell<Vec<Element>>,
}

/// A part of an article that the browser tells about.
pub(super) enum Part {
    /// A section, by its number.
    Section(usize),
    /// A stretch, by its number.
    Stretch(usize),
}

impl Part {
    /// Which part an element is.
    pub(super) fn of(element: &Element) -> Option<Self> {
        let number = |name| element.get_attribute(name)?.parse().ok();
        number(STRETCH)
            .map(Self::Stretch)
            .or_else(|| number(SECTION).map(Self::Section))
    }
}

impl Sections {
    /// Puts sections for these blocks into `root`, in place of what was there, and fills the first; the others when they
    /// are asked for, or else a few at a time once the first are painted.
    pub(super) fn new(
        root: &Element,
        blocks: &[Block],
        frames: impl Fn(Range<usize>, &mut dyn FnMut(Frame<'_>)) + 'static,
    ) -> Rc<Self> {
        let mut firsts = firsts(blocks);
        let behind = firsts.len();
        firsts.push(blocks.len());
        let sections = (0..behind)
            .step_by(IN_SECTION)
            .enumerate()
            .map(|(number, first)| {
                let stretches = first..behind.min(first + IN_SECTION);
                let blocks = &blocks[firsts[first]..firsts[stretches.end]];
                let lines = blocks
                    .iter()
                    .map(|block| lines_of(block.span.byte_len() as usize, block.continues))
                    .sum();
                let element = part("section", lines);
                set(&element, SECTION, &number.to_string());
                Section {
                    element,
                    stretches,
                    blocks: OnceCell::new(),
                }
            });
        let this = Rc::new(Self {
            sections: sections.collect(),
            firsts,
            frames: Box::new(frames),
            printing: OnceCell::new(),
        });
        for section in &this.sections {
            if this.firsts[section.stretches.start] < AT_ONCE {
                this.fill(section);
            }
        }
        put(root, this.elements());
        if this.sections.iter().any(Section::is_empty) {
            this.fill_rest();
        }
        this
    }

    /// The element of each section.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.sections.iter().map(|section| &section.element)
    }

    /// The element of a block.
    pub(super) fn block(&self, number: usize) -> Option<&Element> {
        let section = self.sections.get(self.stretch_of(number)? / IN_SECTION)?;
        self.fill(section)?
            .get(number - self.firsts[section.stretches.start])
    }

    /// Where a block stands: its element, or that of its section as long as that is empty.
    pub(super) fn whereabouts(&self, number: usize) -> Option<&Element> {
        let section = self.sections.get(self.stretch_of(number)? / IN_SECTION)?;
        if section.is_empty() {
            return Some(&section.element);
        }
        self.block(number)
    }

    /// A section's stretches, by number. `makes` tells whether they are to be made if they are not there yet.
    pub(super) fn stretches(&self, section: usize, makes: bool) -> Vec<(usize, Element)> {
        let Some(section) = self.sections.get(section) else {
            return Vec::new();
        };
        if makes {
            self.fill(section);
        }
        let children = section.element.children();
        section
            .stretches
            .clone()
            .zip((0..children.length()).filter_map(|at| children.item(at)))
            .collect()
    }

    /// How many stretches there are.
    pub(super) fn stretch_count(&self) -> usize {
        self.firsts.len() - 1
    }

    /// The stretch that holds a block.
    pub(super) fn stretch_of(&self, block: usize) -> Option<usize> {
        let behind = self.firsts.partition_point(|&first| first <= block);
        behind
            .checked_sub(1)
            .filter(|&stretch| stretch < self.stretch_count())
    }

    /// The blocks of a stretch.
    pub(super) fn blocks_of(&self, stretch: usize) -> Option<Range<usize>> {
        Some(*self.firsts.get(stretch)?..*self.firsts.get(stretch + 1)?)
    }

    /// The elements of a section's blocks, which are made if they are not there yet. `None` where the article is being
    /// closed.
    fn fill<'a>(&self, section: &'a Section) -> Option<&'a [Element]> {
        if section.is_empty() {
            let Range { start, end } = section.stretches;
            let first = self.firsts[start];
            let (mut blocks, mut lines) = (Vec::new(), Vec::new());
            (self.frames)(first..self.firsts[end], &mut |frame| {
                lines.push(lines_of(frame.text.len(), frame.goes_on));
                blocks.push(block(&frame));
            });
            if first + blocks.len() < self.firsts[end] {
                return None;
            }
            let stretches = section.stretches.clone().map(|number| {
                let blocks_in = self.firsts[number] - first..self.firsts[number + 1] - first;
                let stretch = part("stretch", lines[blocks_in.clone()].iter().sum());
                set(&stretch, STRETCH, &number.to_string());
                put(&stretch, &blocks[blocks_in]);
                stretch
            });
            put(&section.element, &stretches.collect::<Vec<_>>());
            // It was empty.
            let _ = section.blocks.set(blocks);
        }
        section.blocks.get().map(Vec::as_slice)
    }

    /// Fills what is empty: a few milliseconds at a time, since a key may have come, and at once for paper.
    fn fill_rest(self: &Rc<Self>) {
        let this = Rc::downgrade(self);
        let fill_all = move |_: &_| {
            if let Some(this) = this.upgrade() {
                for section in &this.sections {
                    this.fill(section);
                }
            }
        };
        // It was empty.
        let _ = self
            .printing
            .set(EventListener::new(&window(), "beforeprint", fill_all));
        let this = Rc::downgrade(self);
        idle::after_paint(move || Self::fill_on(this));
    }

    fn fill_on(this: Weak<Self>) {
        // The article may be closed by then.
        let Some(sections) = this.upgrade() else { return };
        let shift = Shift::begin_short();
        for section in sections.sections.iter().filter(|section| section.is_empty()) {
            if shift.is_over() {
                return idle::next(move || Self::fill_on(this));
            }
            if sections.fill(section).is_none() {
                return;
            }
        }
    }
}

impl Section {
    fn is_empty(&self) -> bool {
        self.blocks.get().is_none()
    }
}

/// The number of the first block of each stretch.
fn firsts(blocks: &[Block]) -> Vec<usize> {
    let mut firsts = Vec::new();
    let mut bytes = ENOUGH;
    for (number, block) in blocks.iter().enumerate() {
        let is_full = firsts.last().is_some_and(|first| number - first == MOST_BLOCKS);
        if is_full || bytes >= ENOUGH {
            firsts.push(number);
            bytes = 0;
        }
        bytes += block.span.byte_len() as usize;
    }
    firsts
}

/// About how many lines a block of so many bytes takes, with the room between paragraphs on one side of it; `is_joined`
/// tells that there is none on that side.
fn lines_of(bytes: usize, is_joined: bool) -> usize {
    bytes / LINE + 1 + usize::from(!is_joined)
}

/// An element that the browser lays out when it comes near, and about how many lines high it then is.
fn part(class: &str, lines: usize) -> Element {
    let part = element("div");
    set(&part, "class", class);
    let style = part.unchecked_ref::<HtmlElement>().style();
    // Only a guess at a height: nothing is wrong where it is not taken.
    let _ = style.set_property("--lines", &lines.to_string());
    part
}

fn block(frame: &Frame<'_>) -> Element {
    let block = element("p");
    set(&block, BLOCK_START, &frame.start.to_string());
    if frame.goes_on {
        set(&block, "data-goes-on", "");
    }
    if let Some(region) = frame.region {
        set(&block, "data-region", region);
    }
    block.set_text_content(Some(frame.text));
    block
}

/// Puts elements into another, in place of what was there.
fn put<'a>(parent: &Element, children: impl IntoIterator<Item = &'a Element>) {
    let children: Array = children.into_iter().map(JsValue::from).collect();
    parent.replace_children_with_node(&children);
}
