//! What of a drawn article is near the viewport.
//!
//! The browser tells which sections come near, and within those that are, which stretches. It looks at whatever it is
//! to tell about in each frame: the stretches of sections that are far are not looked at.
//!
//! It tells after the frame. That is early enough where the page moves on a little at a time; where it jumps, what is in
//! view then is looked for at once, or the reader would see a blank frame, and a press would hit no text.

use super::sections::{Part, Sections};
use super::shift::Shift;
use super::surface::set;
use super::{idle, viewport, window};
use gloo_events::EventListener;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DomRect, Element, IntersectionObserver, IntersectionObserverEntry};

/// The attribute of a section that is near, and of a stretch that the page has jumped to. The browser lays out what is
/// about to come into view, one level of parts after the other: a stretch would be late where its section is not laid
/// out before.
const LAID_OUT: &str = "data-laid-out";
/// How near something comes, in heights of the viewport beyond it, before its annotations are drawn: early enough for
/// that to be done in turns before it is in view.
const NEAR: f64 = 2.0;
/// By how many heights of the viewport the page has to move at once for what is in view to be looked for: what was
/// beyond that before is not surely laid out.
const JUMP: f64 = 1.0;
/// How often at most what is near is looked for, as heights that were guessed turn out other than they were.
const LOOKS: usize = 4;

/// Blocks that came near (`true`) or went far.
pub type Moved<'a> = dyn Iterator<Item = (usize, bool)> + 'a;

/// Which stretches of an article are near the viewport.
pub(super) struct Nearness {
    stretches: Rc<Stretches>,
    queue: Rc<Queue>,
    observer: Option<IntersectionObserver>,
    _came_near: Closure<dyn FnMut(Array, IntersectionObserver)>,
    _scrolled: EventListener,
}

impl Nearness {
    /// Watches sections. `moved` is told which blocks came near or went far.
    pub(super) fn watch(sections: &Rc<Sections>, moved: impl Fn(&mut Moved<'_>) + 'static) -> Rc<Self> {
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
        Rc::new_cyclic(|this: &Weak<Self>| Self {
            stretches,
            queue,
            observer,
            _came_near: came_near,
            _scrolled: look_after_jumps(this.clone()),
        })
    }

    /// Whether a block is near the viewport.
    pub(super) fn is_near(&self, block: usize) -> bool {
        let stretch = self.stretches.sections.stretch_of(block);
        stretch.is_some_and(|stretch| self.stretches.near.borrow().get(stretch) == Some(&true))
    }

    /// Lays out what is near now, and has what is in view drawn, where the browser has not told of it yet.
    pub(super) fn look(&self) {
        // Heights were guessed of what was not laid out. What is in the middle of the viewport stays there.
        let anchor = self.middle();
        for _ in 0..LOOKS {
            let is_new = self.lay_out();
            if let Some((block, top)) = &anchor {
                viewport::scroll_by(block.get_bounding_client_rect().top() - top);
            }
            if !is_new {
                break;
            }
        }
        let mut news = News::of(&self.stretches, &self.queue);
        for (number, stretch) in self.stretches_in_sections() {
            let bounds = stretch.get_bounding_client_rect();
            if is_within(NEAR, &bounds) {
                news.note(number, true, is_within(0.0, &bounds));
            }
        }
        news.tell();
    }

    /// Has what is near laid out. Returns whether some of it was not.
    fn lay_out(&self) -> bool {
        let is_new = |part: &Element| {
            !part.has_attribute(LAID_OUT) && is_within(NEAR, &part.get_bounding_client_rect())
        };
        let sections = &self.stretches.sections;
        let new: Vec<_> = sections.elements().filter(|section| is_new(section)).collect();
        for &section in &new {
            set(section, LAID_OUT, "");
            // The browser is to tell of it in any case, though it may be far again by then.
            if let Some(observer) = &self.observer {
                observer.unobserve(section);
                observer.observe(section);
            }
        }
        let new_stretches: Vec<_> = self
            .stretches_in_sections()
            .map(|(_, stretch)| stretch)
            .filter(is_new)
            .collect();
        for stretch in &new_stretches {
            set(stretch, LAID_OUT, "");
        }
        !new.is_empty() || !new_stretches.is_empty()
    }

    /// The block in the middle of the viewport, and how far from its top it stands, in pixels.
    pub(super) fn middle(&self) -> Option<(Element, f64)> {
        let middle = viewport::height() / 2.0;
        let sections = &self.stretches.sections;
        let holds = |part: &Element| {
            let bounds = part.get_bounding_client_rect();
            bounds.top() <= middle && bounds.bottom() > middle
        };
        let section = sections.elements().position(holds)?;
        let mut stretches = sections.stretches(section, true).into_iter();
        let (stretch, _) = stretches.find(|(_, stretch)| holds(stretch))?;
        let mut blocks = sections
            .blocks_of(stretch)?
            .filter_map(|block| sections.block(block));
        let block = blocks.find(|block| block.get_bounding_client_rect().bottom() > middle)?;
        Some((block.clone(), block.get_bounding_client_rect().top()))
    }

    /// The stretches of the sections that are laid out, by number.
    fn stretches_in_sections(&self) -> impl Iterator<Item = (usize, Element)> {
        let sections = &self.stretches.sections;
        let laid_out = sections
            .elements()
            .enumerate()
            .filter(|(_, section)| section.has_attribute(LAID_OUT));
        laid_out.flat_map(|(number, _)| sections.stretches(number, true))
    }
}

/// Looks for what is in view whenever the page has moved so far at once that the browser may not have laid it out.
fn look_after_jumps(nearness: Weak<Nearness>) -> EventListener {
    // An article is opened at its top. To ask where the page is now would have all of it laid out once more.
    let last = Cell::new(0.0);
    EventListener::new(&window(), "scroll", move |_| {
        let top = viewport::scrolled();
        if (top - last.replace(top)).abs() >= JUMP * viewport::height()
            && let Some(nearness) = nearness.upgrade()
        {
            nearness.look();
        }
    })
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
        let mut news = News::of(&stretches, &this);
        for entry in entries.iter() {
            let entry: IntersectionObserverEntry = entry.unchecked_into();
            let element = entry.target();
            // The browser tells of a frame that may be over: since then the page may have jumped there.
            let is_near = entry.is_intersecting()
                || element.has_attribute(LAID_OUT) && is_within(NEAR, &element.get_bounding_client_rect());
            match Part::of(&element) {
                Some(Part::Stretch(stretch)) => {
                    if !is_near {
                        leave(&element);
                    }
                    let bounds: DomRect = entry.bounding_client_rect().unchecked_into();
                    news.note(stretch, is_near, is_within(0.0, &bounds));
                }
                Some(Part::Section(section)) => {
                    match is_near {
                        true => set(&element, LAID_OUT, ""),
                        false => leave(&element),
                    }
                    for (number, stretch) in stretches.sections.stretches(section, is_near) {
                        if is_near {
                            observer.observe(&stretch);
                            // The browser tells in the next frame, and what is in view is wanted in this one.
                            let bounds = stretch.get_bounding_client_rect();
                            news.note(number, is_within(NEAR, &bounds), is_within(0.0, &bounds));
                        } else {
                            observer.unobserve(&stretch);
                            leave(&stretch);
                            news.note(number, false, false);
                        }
                    }
                }
                None => {}
            }
        }
        news.tell();
    }
}

/// What has come near or gone far: what is in view is told at once, the rest in turns.
struct News<'a> {
    stretches: &'a Stretches,
    queue: &'a Rc<Queue>,
    in_view: Vec<(usize, bool)>,
}

impl<'a> News<'a> {
    fn of(stretches: &'a Stretches, queue: &'a Rc<Queue>) -> Self {
        Self {
            stretches,
            queue,
            in_view: Vec::new(),
        }
    }

    /// Notes that a stretch is near or far, and whether it is in view.
    fn note(&mut self, stretch: usize, is_near: bool, is_in_view: bool) {
        let new = self.stretches.note(stretch, is_near);
        if !(is_near && is_in_view) {
            if let Some(blocks) = new {
                self.queue.add(blocks, is_near);
            }
            return;
        }
        let waiting = || {
            let blocks = self.stretches.sections.blocks_of(stretch)?;
            self.queue.has(&blocks).then_some(blocks)
        };
        if let Some(blocks) = new.or_else(waiting) {
            self.queue.forget(&blocks);
            self.in_view.extend(blocks.map(|block| (block, true)));
        }
    }

    fn tell(self) {
        if !self.in_view.is_empty() {
            (self.queue.moved)(&mut self.in_view.into_iter());
        }
        Queue::work_off(Rc::downgrade(self.queue));
    }
}

/// Leaves it to the browser whether a part is laid out.
fn leave(part: &Element) {
    // Fails only for names that are not valid.
    let _ = part.remove_attribute(LAID_OUT);
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

    /// Whether something is to happen to these blocks.
    fn has(&self, blocks: &Range<usize>) -> bool {
        let waiting = self.waiting.borrow();
        waiting.iter().any(|(block, _)| blocks.contains(block))
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
            let mut is_first = true;
            let mut some = std::iter::from_fn(|| {
                let has_time = std::mem::replace(&mut is_first, false) || !shift.is_over();
                has_time.then(|| this.waiting.borrow_mut().pop_front())?
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
