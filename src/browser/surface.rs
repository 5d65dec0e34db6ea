//! The drawn article.
//!
//! Blocks are grouped in stretches of a few thousand bytes. A stretch far from the viewport is laid out by the
//! browser only when it comes near (`content-visibility: auto`), and each of its blocks is one plain text node,
//! so find-in-page works and the page stays light. When a stretch comes near, the caller is asked to draw its
//! blocks' runs, with a `mark` element for each run that is annotated. A block that is drawn again keeps the
//! nodes of the runs that look as before.

use super::dom::BLOCK_START;
use super::{clock, document, idle, viewport};
use crate::core::id::RecordId;
use crate::core::text::CodePointOffset;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::rc::{Rc, Weak};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, IntersectionObserver, IntersectionObserverEntry, Node};

/// The attribute that carries the ids of the annotations over a run, with a space between two.
const ANNOTATIONS: &str = "data-annotations";
/// The most blocks in a stretch.
const MOST_BLOCKS: usize = 16;
/// A stretch ends with the block that brings it to so many bytes. What comes into view is laid out by the
/// stretch: one of twice the size takes longer than a frame.
const ENOUGH: usize = 2500;
/// How near a stretch comes, as a share of the viewport's height beyond it, before its annotations are drawn: early
/// enough for that to be done in turns before it is in view.
const NEAR: &str = "200% 0px";
/// How many milliseconds blocks are drawn that came near but not into view before the browser may paint.
const SLICE: i64 = 4;
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
    /// The number of the first block of each stretch.
    stretches: Rc<[usize]>,
    /// How each block that is drawn looks, run by run. Invariant: its element has one child a run.
    looks: RefCell<BTreeMap<usize, Vec<Look>>>,
    near: Rc<RefCell<Vec<bool>>>,
    observer: Option<IntersectionObserver>,
    _queue: Rc<Queue>,
    _came_near: Closure<dyn FnMut(Array)>,
}

impl Surface {
    /// Draws plain text into `root`, in place of what was there. `moved` is told the blocks that came near the
    /// viewport (draw them) or went far (clear them), to take as many as it is given: at once those that are in view,
    /// the others a few at a time.
    pub fn new(root: &Element, frames: &[Frame<'_>], moved: impl Fn(&mut Moved<'_>) + 'static) -> Self {
        let firsts = stretches(frames);
        let mut stretches = Vec::with_capacity(firsts.len());
        let mut blocks = Vec::with_capacity(frames.len());
        for (number, &first) in firsts.iter().enumerate() {
            let end = firsts.get(number + 1).copied().unwrap_or(frames.len());
            let stretch = element("div");
            set(&stretch, "class", "stretch");
            set(&stretch, "data-stretch", &number.to_string());
            let lines: usize = frames[first..end]
                .iter()
                .map(|frame| frame.text.len() / LINE + 1 + usize::from(!frame.continues))
                .sum();
            let style = stretch.unchecked_ref::<HtmlElement>().style();
            // Only a guess at a height: nothing is wrong where it is not taken.
            let _ = style.set_property("--lines", &lines.to_string());
            for (frame, behind) in (first..end).map(|at| (&frames[at], frames.get(at + 1))) {
                let block = element("p");
                set(&block, BLOCK_START, &frame.start.to_string());
                if behind.is_some_and(|behind| behind.continues) {
                    set(&block, "data-goes-on", "");
                }
                if let Some(region) = frame.region {
                    set(&block, "data-region", region);
                }
                block.set_text_content(Some(frame.text));
                append(&stretch, &block);
                blocks.push(block);
            }
            stretches.push(stretch);
        }
        root.replace_children_with_node(&stretches.iter().map(JsValue::from).collect::<Array>());
        let near = Rc::new(RefCell::new(vec![false; stretches.len()]));
        let queue = Rc::new(Queue {
            moved: Box::new(moved),
            waiting: RefCell::default(),
            is_worked_off: Cell::new(false),
        });
        let came_near = Closure::new(came_near(
            near.clone(),
            firsts.clone(),
            frames.len(),
            Rc::downgrade(&queue),
        ));
        let options = web_sys::IntersectionObserverInit::new();
        options.set_root_margin(NEAR);
        let observer =
            IntersectionObserver::new_with_options(came_near.as_ref().unchecked_ref(), &options).ok();
        if let Some(observer) = &observer {
            for stretch in &stretches {
                observer.observe(stretch);
            }
        }
        Self {
            blocks,
            stretches: firsts,
            looks: RefCell::default(),
            near,
            observer,
            _queue: queue,
            _came_near: came_near,
        }
    }

    /// The element of a block.
    pub fn block(&self, number: usize) -> Option<&Element> {
        self.blocks.get(number)
    }

    /// Whether a block is near the viewport, so that its annotations are drawn, or are about to be.
    pub fn is_near(&self, block: usize) -> bool {
        let behind = self.stretches.partition_point(|&first| first <= block);
        let stretch = behind.checked_sub(1);
        stretch.is_some_and(|stretch| self.near.borrow().get(stretch) == Some(&true))
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
fn stretches(frames: &[Frame<'_>]) -> Rc<[usize]> {
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
    firsts.into()
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

impl Drop for Surface {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Blocks that came near (`true`) or went far.
pub type Moved<'a> = dyn Iterator<Item = (usize, bool)> + 'a;

/// Blocks that came near or went far and are not in view: what happens to them is not to hold up what is.
struct Queue {
    moved: Box<dyn Fn(&mut Moved<'_>)>,
    waiting: RefCell<VecDeque<(usize, bool)>>,
    /// Whether somebody works it off.
    is_worked_off: Cell<bool>,
}

impl Queue {
    fn add(&self, blocks: Range<usize>, is_near: bool) {
        self.forget(&blocks);
        let blocks = blocks.map(|block| (block, is_near));
        self.waiting.borrow_mut().extend(blocks);
    }

    /// Whatever was to happen to these blocks is out of date.
    fn forget(&self, blocks: &Range<usize>) {
        self.waiting
            .borrow_mut()
            .retain(|(block, _)| !blocks.contains(block));
    }

    fn work_off(queue: Weak<Self>) {
        // The article may be closed by then.
        let Some(this) = queue.upgrade() else { return };
        if this.waiting.borrow().is_empty() || this.is_worked_off.replace(true) {
            return;
        }
        idle::next(move || {
            let Some(this) = queue.upgrade() else { return };
            let until = clock::now().millis() + SLICE;
            let mut some = std::iter::from_fn(|| {
                let is_time = clock::now().millis() < until;
                is_time.then(|| this.waiting.borrow_mut().pop_front())?
            });
            let before = this.waiting.borrow().len();
            (this.moved)(&mut some);
            this.is_worked_off.set(false);
            // Where none is taken, the article is being closed.
            if this.waiting.borrow().len() < before {
                Self::work_off(queue);
            }
        });
    }
}

fn came_near(
    near: Rc<RefCell<Vec<bool>>>,
    firsts: Rc<[usize]>,
    blocks: usize,
    queue: Weak<Queue>,
) -> impl FnMut(Array) {
    move |entries| {
        let Some(this) = queue.upgrade() else { return };
        let mut in_view = Vec::new();
        for entry in entries.iter() {
            let entry: IntersectionObserverEntry = entry.unchecked_into();
            let number = entry
                .target()
                .get_attribute("data-stretch")
                .and_then(|number| number.parse::<usize>().ok());
            let Some(number) = number else { continue };
            let is_near = entry.is_intersecting();
            let was_near = near
                .borrow_mut()
                .get_mut(number)
                .map(|near| std::mem::replace(near, is_near));
            if was_near.is_none_or(|was_near| was_near == is_near) {
                continue;
            }
            let end = firsts.get(number + 1).copied().unwrap_or(blocks);
            let stretch = firsts[number]..end;
            let bounds = entry.bounding_client_rect();
            if is_near && bounds.bottom() > 0.0 && bounds.top() < viewport::height() {
                this.forget(&stretch);
                in_view.extend(stretch.map(|block| (block, true)));
            } else {
                this.add(stretch, is_near);
            }
        }
        if !in_view.is_empty() {
            (this.moved)(&mut in_view.into_iter());
        }
        Queue::work_off(queue.clone());
    }
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

fn append(parent: &Element, child: &Element) {
    parent
        .append_child(child)
        .expect("a new element can stand in any other");
}
