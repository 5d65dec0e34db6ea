//! The drawn article.
//!
//! Blocks are grouped in stretches of a few thousand bytes, and stretches in sections. What is far from the viewport
//! is laid out by the browser only when it comes near (`content-visibility: auto`), and each of its blocks is one
//! plain text node, so find-in-page works and the page stays light. When a stretch comes near, the caller is asked
//! to draw its blocks' runs, with a `mark` element for each run that is annotated. A block that is drawn again keeps
//! the nodes of the runs that look as before.
//!
//! In each frame the browser goes through all that is not far from the viewport, down to what is: without sections,
//! through every stretch of the article.

use super::document;
use super::dom::BLOCK_START;
use super::nearness::{Moved, Nearness, STRETCH};
use crate::core::id::RecordId;
use crate::core::text::CodePointOffset;
use js_sys::Array;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node};

/// The attribute that carries the ids of the annotations over a run, with a space between two.
const ANNOTATIONS: &str = "data-annotations";
/// The most blocks in a stretch.
const MOST_BLOCKS: usize = 16;
/// A stretch ends with the block that brings it to so many bytes. What comes into view is laid out by the stretch, so
/// the larger it is, the likelier a frame is late (docs/PERFORMANCE.md has what was tried).
const ENOUGH: usize = 1000;
/// The stretches in a section: with about as many sections in the longest articles, the fewest elements to go through.
const IN_SECTION: usize = 24;
/// Characters in a line of the reading column, about: for the height of what is not laid out yet.
const LINE: usize = 62;

/// A block before anything is drawn on it.
pub struct Frame<'a> {
    /// The offset of its first character.
    pub start: CodePointOffset,
    /// Its text.
    pub text: &'a str,
    /// Whether the block before it is the same paragraph's.
    pub continues: bool,
    /// The region that covers it, if one does: `junk` and so on.
    pub region: Option<&'static str>,
}

/// A run of text with one look.
pub struct Run<'a> {
    /// The words.
    pub text: &'a str,
    /// The region that they lie in, where that is not the whole block's.
    pub region: Option<&'static str>,
    /// What is drawn over them, none for plain text.
    pub marks: Vec<Mark<'a>>,
    /// What a screen reader hears before them: the annotations that begin here.
    pub opening: Option<String>,
    /// What a screen reader hears behind them: the annotations that end here.
    pub closing: Option<String>,
}

/// One annotation's share in a run.
pub struct Mark<'a> {
    /// The annotation's id.
    pub id: String,
    /// The annotation's label.
    pub label: &'a str,
    /// Which of the stacked lines is its.
    pub lane: usize,
    /// Whether the annotation is selected.
    pub selected: bool,
}

/// How a run looks, whatever its words are.
#[derive(PartialEq, Eq)]
struct Look {
    /// Length of its text in bytes.
    len: usize,
    region: Option<&'static str>,
    /// The ids of its annotations, with a space between two; empty for plain text.
    annotations: String,
    /// Lanes and the labels in them.
    lanes: Vec<(usize, String)>,
    /// The label of the selected annotation, if one is.
    selected: Option<String>,
    opening: Option<String>,
    closing: Option<String>,
}

impl Look {
    fn of(run: &Run<'_>) -> Self {
        let ids: Vec<&str> = run.marks.iter().map(|mark| mark.id.as_str()).collect();
        Self {
            len: run.text.len(),
            region: run.region,
            annotations: ids.join(" "),
            lanes: run
                .marks
                .iter()
                .map(|mark| (mark.lane, mark.label.to_owned()))
                .collect(),
            selected: run
                .marks
                .iter()
                .find(|mark| mark.selected)
                .map(|mark| mark.label.to_owned()),
            opening: run.opening.clone(),
            closing: run.closing.clone(),
        }
    }

    /// Whether more has to be drawn than one line and its tint.
    fn is_stacked(&self) -> bool {
        self.selected.is_some() || !matches!(self.lanes.as_slice(), [] | [(0, _)])
    }
}

/// A drawn article.
pub struct Surface {
    blocks: Vec<Element>,
    /// How each block that is drawn looks, run by run. Invariant: its element has one child a run.
    looks: RefCell<BTreeMap<usize, Vec<Look>>>,
    nearness: Nearness,
}

impl Surface {
    /// Draws plain text into `root`, in place of what was there. `moved` is told the blocks that came near the
    /// viewport (draw them) or went far (clear them), to take as many as it is given: at once those that are in view,
    /// the others a few at a time.
    pub fn new(root: &Element, frames: &[Frame<'_>], moved: impl Fn(&mut Moved<'_>) + 'static) -> Self {
        let mut firsts = firsts(frames);
        let mut blocks = Vec::with_capacity(frames.len());
        firsts.push(frames.len());
        let stretches: Vec<(Element, usize)> = firsts
            .windows(2)
            .enumerate()
            .map(|(number, bounds)| {
                let (drawn, lines) = stretch(frames, bounds[0]..bounds[1], &mut blocks);
                set(&drawn, STRETCH, &number.to_string());
                (drawn, lines)
            })
            .collect();
        let sections: Vec<Element> = stretches
            .chunks(IN_SECTION)
            .map(|stretches| {
                let lines = stretches.iter().map(|(_, lines)| lines).sum();
                part("section", stretches.iter().map(|(drawn, _)| drawn), lines)
            })
            .collect();
        root.replace_children_with_node(&sections.iter().map(JsValue::from).collect::<Array>());
        Self {
            blocks,
            looks: RefCell::default(),
            nearness: Nearness::watch(&sections, firsts, moved),
        }
    }

    /// The element of a block.
    pub fn block(&self, number: usize) -> Option<&Element> {
        self.blocks.get(number)
    }

    /// Whether a block is near the viewport, so that its annotations are drawn, or are about to be.
    pub fn is_near(&self, block: usize) -> bool {
        self.nearness.is_near(block)
    }

    /// Draws a block's runs, and the region that covers it, if one does.
    pub fn draw(&self, block: usize, runs: &[Run<'_>], region: Option<&'static str>) {
        let Some(element) = self.blocks.get(block) else {
            return;
        };
        if element.get_attribute("data-region").as_deref() != region {
            match region {
                Some(region) => set(element, "data-region", region),
                // Fails only for names that are not valid.
                None => drop(element.remove_attribute("data-region")),
            }
        }
        let looks: Vec<Look> = runs.iter().map(Look::of).collect();
        let node = |at: usize| node_of(&looks[at], runs[at].text);
        let mut drawn = self.looks.borrow_mut();
        match drawn.get(&block) {
            // A text never changes: what looks as before, counted from an end of the block, has the same words.
            Some(before) => {
                let most = before.len().min(looks.len());
                let same = |pairs: &mut dyn Iterator<Item = (&Look, &Look)>| {
                    pairs.take(most).take_while(|(old, new)| old == new).count()
                };
                let head = same(&mut before.iter().zip(&looks));
                let tail = same(&mut before.iter().rev().zip(looks.iter().rev())).min(most - head);
                let children = element.child_nodes();
                let behind = children.item((before.len() - tail) as u32);
                let old: Vec<Node> = (head..before.len() - tail)
                    .filter_map(|at| children.item(at as u32))
                    .collect();
                for at in head..looks.len() - tail {
                    insert_before(element, &node(at), behind.as_ref());
                }
                for node in old {
                    // Fails only for a node that is none of its children.
                    let _ = element.remove_child(&node);
                }
            }
            None => {
                let nodes: Array = (0..looks.len()).map(node).collect();
                element.replace_children_with_node(&nodes);
            }
        }
        drawn.insert(block, looks);
    }

    /// Draws a block as plain text.
    pub fn clear(&self, block: usize, text: &str) {
        self.looks.borrow_mut().remove(&block);
        if let Some(element) = self.blocks.get(block) {
            element.set_text_content(Some(text));
        }
    }
}

/// The number of the first block of each stretch.
fn firsts(frames: &[Frame<'_>]) -> Vec<usize> {
    let mut firsts = Vec::new();
    let mut bytes = ENOUGH;
    for (number, frame) in frames.iter().enumerate() {
        let is_full = firsts.last().is_some_and(|first| number - first == MOST_BLOCKS);
        if is_full || bytes >= ENOUGH {
            firsts.push(number);
            bytes = 0;
        }
        bytes += frame.text.len();
    }
    firsts
}

/// A stretch, and about how many lines it takes. Its blocks come behind the others.
fn stretch(frames: &[Frame<'_>], numbers: Range<usize>, blocks: &mut Vec<Element>) -> (Element, usize) {
    let first = blocks.len();
    let mut lines = 0;
    for number in numbers {
        let frame = &frames[number];
        let block = element("p");
        set(&block, BLOCK_START, &frame.start.to_string());
        if frames.get(number + 1).is_some_and(|behind| behind.continues) {
            set(&block, "data-goes-on", "");
        }
        if let Some(region) = frame.region {
            set(&block, "data-region", region);
        }
        block.set_text_content(Some(frame.text));
        lines += frame.text.len() / LINE + 1 + usize::from(!frame.continues);
        blocks.push(block);
    }
    (part("stretch", &blocks[first..], lines), lines)
}

/// An element that the browser lays out when it comes near, and about how many lines high it then is.
fn part<'a>(class: &str, children: impl IntoIterator<Item = &'a Element>, lines: usize) -> Element {
    let part = element("div");
    set(&part, "class", class);
    let style = part.unchecked_ref::<HtmlElement>().style();
    // Only a guess at a height: nothing is wrong where it is not taken.
    let _ = style.set_property("--lines", &lines.to_string());
    let children: Array = children.into_iter().map(JsValue::from).collect();
    part.replace_children_with_node(&children);
    part
}

/// The ids of the annotations whose highlight an event hit.
pub fn annotations_under(event: &Event) -> Vec<RecordId> {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest("mark").ok().flatten())
        .and_then(|mark| mark.get_attribute(ANNOTATIONS))
        .map(|ids| ids.split(' ').map(RecordId::from).collect())
        .unwrap_or_default()
}

fn node_of(look: &Look, text: &str) -> Node {
    if look.annotations.is_empty() {
        let Some(region) = look.region else {
            return document().create_text_node(text).into();
        };
        let stretch = element("span");
        set(&stretch, "data-region", region);
        stretch.set_text_content(Some(text));
        return stretch.into();
    }
    let mark = element("mark");
    if let Some(region) = look.region {
        set(&mark, "data-region", region);
    }
    set(&mark, ANNOTATIONS, &look.annotations);
    for (lane, label) in &look.lanes {
        set(&mark, &format!("data-lane-{}", lane.min(&(LANES - 1))), label);
    }
    if look.is_stacked() {
        set(&mark, "data-stacked", "");
    }
    let rest = [
        ("data-selected", &look.selected),
        ("data-opening", &look.opening),
        ("data-closing", &look.closing),
    ];
    for (name, value) in rest {
        if let Some(value) = value {
            set(&mark, name, value);
        }
    }
    mark.set_text_content(Some(text));
    mark.into()
}

/// How many stacked lines there are. What lies deeper shares the last.
const LANES: usize = 4;

fn element(name: &str) -> Element {
    document()
        .create_element(name)
        .expect("the names of elements here are valid")
}

fn set(element: &Element, name: &str, value: &str) {
    element
        .set_attribute(name, value)
        .expect("the names of attributes here are valid");
}

fn insert_before(parent: &Element, child: &Node, behind: Option<&Node>) {
    parent
        .insert_before(child, behind)
        .expect("a new node can stand before any child");
}
