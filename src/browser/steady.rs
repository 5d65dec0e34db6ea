//! What is read stays in view when the page gets another width, as it does on a phone that is turned.
//!
//! All lines break elsewhere then, and the browser leaves the page scrolled by as many pixels as it was.

use super::nearness::Nearness;
use super::{document, viewport, window};
use gloo_events::EventListener;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::Element;

/// How often at most the page is moved, as heights that were guessed turn out other than they were.
const MOVES: usize = 3;

/// Keeps what is read in view, until it is dropped.
pub(super) struct Steady {
    _listeners: [EventListener; 2],
}

/// What is in the middle of the viewport.
struct Place {
    block: Element,
    /// How much of the block's height stands above the middle, between 0 and 1.
    share: f64,
    /// How wide the viewport was, in pixels.
    width: f64,
}

impl Steady {
    pub(super) fn watch(nearness: &Rc<Nearness>) -> Self {
        // At first an article is at its top, where every width shows its beginning.
        let place = Rc::new(RefCell::new(None::<Place>));
        let scrolled = {
            let (nearness, place) = (Rc::downgrade(nearness), place.clone());
            move |_: &_| {
                if let Some(nearness) = nearness.upgrade() {
                    place.replace(Place::now(&nearness));
                }
            }
        };
        let nearness = Rc::downgrade(nearness);
        let resized = move |_: &_| {
            if let (Some(nearness), Some(place)) = (nearness.upgrade(), place.borrow_mut().as_mut())
                && place.width != viewport::width()
            {
                place.width = viewport::width();
                for _ in 0..MOVES {
                    viewport::scroll_by(place.distance());
                    nearness.look();
                }
            }
        };
        Self {
            _listeners: [
                EventListener::new(&document(), "scrollend", scrolled),
                EventListener::new(&window(), "resize", resized),
            ],
        }
    }
}

impl Place {
    fn now(nearness: &Nearness) -> Option<Self> {
        let (block, top) = nearness.middle()?;
        let height = block.get_bounding_client_rect().height().max(1.0);
        Some(Self {
            share: ((viewport::height() / 2.0 - top) / height).clamp(0.0, 1.0),
            block,
            width: viewport::width(),
        })
    }

    /// How far down from the middle of the viewport it is now, in pixels.
    fn distance(&self) -> f64 {
        let bounds = self.block.get_bounding_client_rect();
        bounds.top() + self.share * bounds.height() - viewport::height() / 2.0
    }
}
