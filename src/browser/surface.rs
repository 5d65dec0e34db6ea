//! The drawn article.
//!
//! What is far from the viewport is plain text (`browser/sections.rs`). When blocks come near, the caller is asked to
//! draw their runs, with a `mark` element for each run that is annotated. A block that is drawn again keeps the nodes of
//! the runs that look as before.

pub use super::nearness::Moved;
pub use super::sections::Frame;

use super::document;
use super::nearness::Nearness;
use super::sections::{Part, Sections};
use super::steady::Steady;
use crate::core::article::Block;
use crate::core::id::RecordId;
use js_sys::Array;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, Node};

/// The attribute that carries the ids of the annotations over a run, with a space between two.
const ANNOTATIONS: &str = "data-annotations";

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
    sections: Rc<Sections>,
    /// How each block that is drawn looks, run by run. Invariant: its element has one child a run.
    looks: RefCell<BTreeMap<usize, Vec<Look>>>,
    nearness: Rc<Nearness>,
    _steady: Steady,
}

impl Surface {
    /// Draws plain text into `root`, in place of what was there. `frames` gives the blocks of a range, one after the
    /// other; those of a long article are asked for once the first are painted. `moved` is told the blocks that came
    /// near the viewport (draw them) or went far (clear them), to take as many as it is given: at once those that are
    /// in view, the others a few at a time.
    pub fn new(
        root: &Element,
        blocks: &[Block],
        frames: impl Fn(Range<usize>, &mut dyn FnMut(Frame<'_>)) + 'static,
        moved: impl Fn(&mut Moved<'_>) + 'static,
    ) -> Self {
        let sections = Sections::new(root, blocks, frames);
        let nearness = Nearness::watch(&sections, moved);
        Self {
            _steady: Steady::watch(&nearness),
            nearness,
            sections,
            looks: RefCell::default(),
        }
    }

    /// The element of a block.
    pub fn block(&self, number: usize) -> Option<&Element> {
        self.sections.block(number)
    }

    /// The element of a block, or one that stands about there as long as that is not made. None is made for this.
    pub fn whereabouts(&self, number: usize) -> Option<&Element> {
        self.sections.whereabouts(number)
    }

    /// Whether a block is near the viewport, so that its annotations are drawn, or are about to be.
    pub fn is_near(&self, block: usize) -> bool {
        self.nearness.is_near(block)
    }

    /// Lays out and draws what is in view, where an event hit a part of the article that is not: by the time that what
    /// is pressed is selected, there is text.
    pub fn look_under(&self, event: &Event) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| Part::of(&target).is_some()) {
            self.nearness.look();
        }
    }

    /// Draws a block's runs, and the region that covers it, if one does.
    pub fn draw(&self, block: usize, runs: &[Run<'_>], region: Option<&'static str>) {
        let Some(element) = self.block(block) else {
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
        if let Some(element) = self.block(block) {
            element.set_text_content(Some(text));
        }
    }
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

pub(super) fn element(name: &str) -> Element {
    document()
        .create_element(name)
        .expect("the names of elements here are valid")
}

pub(super) fn set(element: &Element, name: &str, value: &str) {
    element
        .set_attribute(name, value)
        .expect("the names of attributes here are valid");
}

fn insert_before(parent: &Element, child: &Node, behind: Option<&Node>) {
    parent
        .insert_before(child, behind)
        .expect("a new node can stand before any child");
}
