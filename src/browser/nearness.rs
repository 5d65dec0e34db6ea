//! What of a drawn article is near the viewport.
//!
//! The browser tells which sections come near, and within those that are, which stretches. It looks at whatever it is
//! to tell about in each frame: the stretches of sections that are far are not looked at.

use super::sections::{Part, Sections};
use super::shift::Shift;
use super::{idle, viewport};
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DomRect, IntersectionObserver, IntersectionObserverEntry};

/// The attribute of a section that is near. The browser lays out what is about to come into view, one level of parts
/// after the other: a stretch would be late where its section is not laid out before.
const LAID_OUT: &str = "data-laid-out";
/// How near something comes, in heights of the viewport beyond it, before its annotations are drawn: early enough for
/// that to be done in turns before it is in view.
const NEAR: f64 = 2.0;

/// Blocks that came near (`true`) or went far.
pub type Moved<'a> = dyn Iterator<Item = (usize, bool)> + 'a;

/// Which stretches of an article are near the viewport.
pub(super) struct Nearness {
    stretches: Rc<Stretches>,
    observer: Option<IntersectionObserver>,
    _queue: Rc<Queue>,
    _came_near: Closure<dyn FnMut(Array, IntersectionObserver)>,
}

impl Nearness {
    /// Watches sections. `moved` is told which blocks came near or went far.
    pub(super) fn watch(sections: &Rc<Sections>, moved: impl Fn(&mut Moved<'_>) + 'static) -> Self {
        let stretches = Rc::new(Stretches {
            near: RefCell::new(vec![false; sections.stretch_count()]),
            sections: sections.clone(),
        });
        let queue = Rc::new(Queue {
            moved: Box::new(moved),
            waiting: RefCell::default(),
            is_worked_off: Cell::new(false),
        });
        let came_near = Closure::new(came_near(stretches.clone(), Rc::downgrade(&queue)));
        let options = web_sys::IntersectionObserverInit::new();
        options.set_root_margin(&format!("{}% 0px", NEAR * 100.0));
        let observer =
            IntersectionObserver::new_with_options(came_near.as_ref().unchecked_ref(), &options).ok();
        if let Some(observer) = &observer {
            for section in sections.elements() {
                observer.observe(section);
            }
        }
        Self {
            stretches,
            observer,
            _queue: queue,
            _came_near: came_near,
        }
    }

    /// Whether a block is near the viewport.
    pub(super) fn is_near(&self, block: usize) -> bool {
        let stretch = self.stretches.sections.stretch_of(block);
        stretch.is_some_and(|stretch| self.stretches.near.borrow().get(stretch) == Some(&true))
    }
}

impl Drop for Nearness {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

struct Stretches {
    sections: Rc<Sections>,
    near: RefCell<Vec<bool>>,
}

impl Stretches {
    /// Notes that a stretch is near or far. Returns its blocks where that is new.
    fn note(&self, stretch: usize, is_near: bool) -> Option<Range<usize>> {
        let blocks = self.sections.blocks_of(stretch)?;
        let was_near = std::mem::replace(self.near.borrow_mut().get_mut(stretch)?, is_near);
        (was_near != is_near).then_some(blocks)
    }
}

fn came_near(stretches: Rc<Stretches>, queue: Weak<Queue>) -> impl FnMut(Array, IntersectionObserver) {
    move |entries, observer| {
        let Some(this) = queue.upgrade() else { return };
        let mut in_view = Vec::new();
        let mut note = |stretch: usize, is_near: bool, is_in_view: bool| {
            let Some(blocks) = stretches.note(stretch, is_near) else {
                return;
            };
            if is_near && is_in_view {
                this.forget(&blocks);
                in_view.extend(blocks.map(|block| (block, true)));
            } else {
                this.add(blocks, is_near);
            }
        };
        for entry in entries.iter() {
            let entry: IntersectionObserverEntry = entry.unchecked_into();
            let (element, is_near) = (entry.target(), entry.is_intersecting());
            match Part::of(&element) {
                Some(Part::Stretch(stretch)) => {
                    let bounds: DomRect = entry.bounding_client_rect().unchecked_into();
                    note(stretch, is_near, is_within(0.0, &bounds));
                }
                Some(Part::Section(section)) => {
                    // Fails only for names that are not valid.
                    let _ = element.toggle_attribute_with_force(LAID_OUT, is_near);
                    for (number, stretch) in stretches.sections.stretches(section, is_near) {
                        if is_near {
                            observer.observe(&stretch);
                            // The browser tells in the next frame, and what is in view is wanted in this one.
                            let bounds = stretch.get_bounding_client_rect();
                            note(number, is_within(NEAR, &bounds), is_within(0.0, &bounds));
                        } else {
                            observer.unobserve(&stretch);
                            note(number, false, false);
                        }
                    }
                }
                None => {}
            }
        }
        if !in_view.is_empty() {
            (this.moved)(&mut in_view.into_iter());
        }
        Queue::work_off(queue.clone());
    }
}

/// Whether something is in view, or at most so many heights of the viewport beyond it.
fn is_within(heights: f64, bounds: &DomRect) -> bool {
    let height = viewport::height();
    bounds.bottom() > -heights * height && bounds.top() < (1.0 + heights) * height
}

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
            let shift = Shift::begin_short();
            let mut some =
                std::iter::from_fn(|| (!shift.is_over()).then(|| this.waiting.borrow_mut().pop_front())?);
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
