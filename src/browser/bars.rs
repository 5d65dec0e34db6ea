//! The bars at the top of the page, which cover what is scrolled below them.
//!
//! How high they are depends on the width of the page, the labels of the scheme and the size of the letters. The styles
//! are told, so that what sticks below the bars, or is scrolled to, stands clear of them.

use super::{document, idle, window};
use std::cell::OnceCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver};

/// Each bar, the lowest last, and the property that holds its height.
const BARS: [(&str, &str); 2] = [(".bar", "--bar-height"), (".safety", "--line")];

/// Keeps the styles told, until it is dropped.
pub struct Bars {
    observer: Rc<OnceCell<ResizeObserver>>,
    _resized: Closure<dyn FnMut()>,
}

/// Tells the styles how high the bars are that are there with the next frame, and whenever that changes.
pub fn follow() -> Bars {
    let resized = Closure::new(tell);
    let observer = Rc::new(OnceCell::new());
    let made = ResizeObserver::new(resized.as_ref().unchecked_ref());
    let weak = Rc::downgrade(&observer);
    idle::next_frame(move || {
        if let (Some(observer), Ok(made)) = (weak.upgrade(), made) {
            for (selector, _) in BARS {
                if let Some(bar) = bar(selector) {
                    made.observe(&bar);
                }
            }
            // It was empty.
            let _ = observer.set(made);
        }
    });
    Bars {
        observer,
        _resized: resized,
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        if let Some(observer) = self.observer.get() {
            observer.disconnect();
        }
    }
}

/// Down to where the bars reach, in pixels from the top of the viewport.
pub(super) fn bottom() -> f64 {
    BARS.iter()
        .filter_map(|(selector, _)| bar(selector))
        .map(|bar| bar.get_bounding_client_rect().bottom())
        .fold(0.0, f64::max)
}

fn tell() {
    let Some(page) = document().document_element() else {
        return;
    };
    let style = page.unchecked_ref::<HtmlElement>().style();
    for (selector, property) in BARS {
        let height = bar(selector).map_or(0.0, |bar| bar.get_bounding_client_rect().height());
        let height = format!("{height}px");
        let told = window().get_computed_style(&page).ok().flatten();
        let told = told.and_then(|told| told.get_property_value(property).ok());
        // To say it again would have the whole page styled anew.
        if told.as_deref() != Some(&*height) {
            // A height that is not taken leaves the one that is usual.
            let _ = style.set_property(property, &height);
        }
    }
}

fn bar(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}
