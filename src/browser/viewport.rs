//! What is seen of the page: focus, scrolling, and things laid over the text.

use super::{bars, document, window};
use wasm_bindgen::JsCast;
pub use web_sys::DomRect;
use web_sys::{Element, HtmlElement, Node, ScrollLogicalPosition};

/// Pixels below the bars at the top of the viewport that are no good place to read, either.
const ROOM: f64 = 39.0;
/// Pixels at the bottom of the viewport that bars may cover.
const BELOW: f64 = 88.0;

/// Gives an element the focus without scrolling to it.
pub fn focus(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // Fails for no reason that the standard names.
    let _ = element.focus_with_options(&options);
}

/// Gives an element the focus where nothing has it: what had it is not there any more.
pub fn focus_if_lost(element: &HtmlElement) {
    if is_focus_lost() {
        focus(element);
    }
}

/// Whether nothing has the focus.
pub fn is_focus_lost() -> bool {
    document()
        .active_element()
        .is_none_or(|active| active.tag_name() == "BODY")
}

/// Gives the focus to the text of the open article.
pub fn focus_text() {
    let text = document().query_selector("[role=document]").ok().flatten();
    if let Some(text) = text.and_then(|text| text.dyn_into::<HtmlElement>().ok()) {
        focus(&text);
    }
}

/// Gives the focus to the element with this id, once what is being shown is shown.
pub fn focus_soon(id: &'static str) {
    super::idle::next_frame(move || {
        if let Some(element) = by_id(id) {
            focus(&element);
            if is_narrow() {
                // A key that was pressed in the text brings the cursor into view, in the same frame.
                let element = element.clone();
                super::idle::after_paint(move || to_start(&element));
            }
            if let Ok(field) = element.dyn_into::<web_sys::HtmlInputElement>() {
                field.select();
            }
        }
    });
}

/// Whether what is beside the text elsewhere stands below it (720 px in the style sheets).
fn is_narrow() -> bool {
    width() <= 720.0
}

/// Scrolls so that an element is at the top of the viewport; of a panel, its tabs.
fn to_start(element: &Element) {
    let panel = element.closest("[role=tabpanel]").ok().flatten();
    let tabs = panel.and_then(|panel| panel.previous_element_sibling());
    scroll_to_element(tabs.as_ref().unwrap_or(element), ScrollLogicalPosition::Start);
}

/// The attribute of what is shown over the page, since its own place is out of sight.
const RAISED: &str = "data-raised";

/// Gives the focus to the first thing to fill in inside the element with this id, once that is drawn. Where the element
/// is out of sight it is raised over the page, until the focus leaves it ([`lower_if_left`]).
pub fn focus_first_field(id: &'static str) {
    super::idle::after_paint(move || {
        super::idle::after_paint(move || {
            let Some(element) = by_id(id) else { return };
            let field = element.query_selector("input, select, textarea").ok().flatten();
            if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
                focus(&field);
                let bounds = field.get_bounding_client_rect();
                if !is_narrow() {
                    // It may be scrolled out of its card.
                    reveal(&field, false);
                } else if !Sight::now().holds(&bounds) {
                    // Fails only for names that are not valid.
                    let _ = element.set_attribute(RAISED, "");
                }
            }
        });
    });
}

/// Puts back what was raised over the page, where the focus has left it.
pub fn lower_if_left(event: &web_sys::FocusEvent) {
    let raised = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest(&format!("[{RAISED}]")).ok().flatten());
    let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
    if let Some(raised) = raised.filter(|raised| !raised.contains(to.as_ref())) {
        // Fails only for names that are not valid.
        let _ = raised.remove_attribute(RAISED);
    }
}

/// Presses the button with this id.
pub fn click(id: &str) {
    if let Some(element) = by_id(id) {
        element.click();
    }
}

fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Scrolls what is inside the element with this id back to its start.
pub fn scroll_back(id: &str) {
    if let Some(element) = by_id(id) {
        element.set_scroll_top(0);
    }
}

/// Scrolls the page to its top.
pub fn to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// How far the page is scrolled, in pixels.
pub fn scrolled() -> f64 {
    window().scroll_y().unwrap_or_default()
}

/// Scrolls the page so far, in pixels.
pub fn scroll_to(y: f64) {
    let options = web_sys::ScrollToOptions::new();
    options.set_top(y);
    options.set_behavior(web_sys::ScrollBehavior::Instant);
    window().scroll_to_with_scroll_to_options(&options);
}

/// Scrolls the page on so far, in pixels; by less than one it is left where it is.
pub fn scroll_by(y: f64) {
    if y.abs() >= 1.0 {
        scroll_to(scrolled() + y);
    }
}

/// Whether nothing of the page is seen: it is behind another, or about to end.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// The height of the viewport, in pixels.
pub fn height() -> f64 {
    let height = window().inner_height().ok();
    height.and_then(|height| height.as_f64()).unwrap_or_default()
}

/// The width of the viewport, in pixels.
pub fn width() -> f64 {
    let width = window().inner_width().ok();
    width.and_then(|width| width.as_f64()).unwrap_or_default()
}

/// Scrolls the page as little as it takes for an element to be in sight; `to_middle` where it is to be in the middle.
pub fn reveal(element: &Element, to_middle: bool) {
    let place = match to_middle {
        true => ScrollLogicalPosition::Center,
        false => ScrollLogicalPosition::Nearest,
    };
    scroll_to_element(element, place);
}

/// Scrolls so that an element is at that place of the viewport.
fn scroll_to_element(element: &Element, place: ScrollLogicalPosition) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(place);
    options.set_behavior(web_sys::ScrollBehavior::Instant);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Gives the focus to the link in the item of `list` that has the attribute `name` of that value.
pub fn focus_link(list: &Element, name: &str, value: &str) -> Option<HtmlElement> {
    let item = find(list, name, value)?;
    let link = item.query_selector("a").ok().flatten()?.dyn_into().ok()?;
    focus(&link);
    Some(item)
}

/// The height of a list's items in pixels; `None` where it has none.
pub fn item_height(list: &Element) -> Option<usize> {
    let item = list.first_element_child()?;
    Some(item.get_bounding_client_rect().height() as usize).filter(|&height| height > 0)
}

/// Whether a field that can be filled in has the focus.
pub fn is_field_focused() -> bool {
    document()
        .active_element()
        .is_some_and(|active| matches!(active.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Lays an element over a rectangle of the viewport, within the element that it is positioned in.
pub fn place_over(element: &HtmlElement, rect: &DomRect) {
    place_all_over(&[(element, rect)]);
}

/// Lays elements over rectangles of the viewport, as [`place_over`] does. All is read before anything is written: what
/// is read after that has the page laid out anew.
pub fn place_all_over(places: &[(&HtmlElement, &DomRect)]) {
    let origins: Vec<_> = places
        .iter()
        .map(|(element, _)| {
            let parent = element.offset_parent().or_else(|| element.parent_element());
            parent.map(|parent| parent.get_bounding_client_rect())
        })
        .collect();
    for ((element, rect), origin) in places.iter().zip(origins) {
        let Some(origin) = origin else { continue };
        let style = element.style();
        for (property, value) in [
            ("--left", rect.left() - origin.left()),
            ("--top", rect.top() - origin.top()),
            ("--height", rect.height()),
        ] {
            // A property that is not taken leaves the element where it was.
            let _ = style.set_property(property, &format!("{}px", value.round() as i32));
        }
    }
}

/// Lays an element over a point of the viewport, within the element that it is positioned in.
pub fn place_at(element: &HtmlElement, x: f64, y: f64) {
    if let Ok(rect) = DomRect::new_with_x_and_y_and_width_and_height(x, y, 0.0, 0.0) {
        place_over(element, &rect);
    }
}

/// Moves an element that was laid over a place so far to the left that it does not stand out of the page.
pub fn keep_inside(element: &HtmlElement) {
    let width = f64::from(
        document()
            .document_element()
            .map_or(0, |page| page.client_width()),
    );
    let rect = element.get_bounding_client_rect();
    let shift = (rect.right() + 8.0 - width).max(0.0).min(rect.left() - 8.0);
    let left = element.style().get_property_value("--left").unwrap_or_default();
    let left = left.trim_end_matches("px").parse::<f64>();
    if let Ok(left) = left
        && shift > 0.0
    {
        // A property that is not taken leaves the element where it was.
        let _ = element
            .style()
            .set_property("--left", &format!("{}px", (left - shift).round() as i32));
    }
}

/// How far a height of the viewport lies below the top of an element, both in pixels.
pub fn distance_down(element: &Element, y: f64) -> f64 {
    y - element.get_bounding_client_rect().top()
}

/// Whether an element has the focus.
pub fn has_focus(element: &Element) -> bool {
    document()
        .active_element()
        .is_some_and(|active| active.is_same_node(Some(element)))
}

/// Scrolls the page where a place is out of sight, so that it is in the middle. `rect` tells where the place
/// is; where that is not known, since nothing is laid out there yet, its block is brought first.
pub fn bring_into_view(block: &Element, rect: impl Fn() -> Option<DomRect>) {
    let height = height();
    let bounds = block.get_bounding_client_rect();
    if bounds.bottom() < -height || bounds.top() > 2.0 * height {
        reveal(block, true);
    }
    let Some(rect) = rect() else { return };
    if !Sight::now().holds(&rect) {
        scroll_by((rect.top() + rect.bottom() - height) / 2.0);
    }
}

/// The part of the viewport that is read well, in pixels from its top.
struct Sight {
    top: f64,
    bottom: f64,
}

impl Sight {
    fn now() -> Self {
        Self {
            top: bars::bottom() + ROOM,
            bottom: height() - BELOW,
        }
    }

    fn holds(&self, rect: &DomRect) -> bool {
        rect.top() >= self.top && rect.bottom() <= self.bottom
    }
}

/// Whether something is in sight of what reaches from one place to another: one of them, or what lies between them.
/// A place that is not laid out is `None`.
pub fn shows_between(start: Option<&DomRect>, end: Option<&DomRect>) -> bool {
    let sight = Sight::now();
    let is_around =
        |(start, end): (&DomRect, &DomRect)| start.top() < sight.top && end.bottom() > sight.bottom;
    let is_held = |rect: Option<&DomRect>| rect.is_some_and(|rect| sight.holds(rect));
    is_held(start) || is_held(end) || start.zip(end).is_some_and(is_around)
}

/// Scrolls a list, and only the list, so that one of its items is in sight.
pub fn reveal_in(list: &Element, item: &Element) {
    let (frame, bounds) = (list.get_bounding_client_rect(), item.get_bounding_client_rect());
    let by = if bounds.top() < frame.top() {
        bounds.top() - frame.top()
    } else if bounds.bottom() > frame.bottom() {
        bounds.bottom() - frame.bottom()
    } else {
        return;
    };
    list.set_scroll_top(list.scroll_top() + by.round() as i32);
}

/// Tells a screen reader which of `count` items the children of a list are, the first being number `first`,
/// counted from 0.
pub fn number_items(list: &Element, first: usize, count: usize) {
    let items = list.children();
    for index in 0..items.length() {
        let Some(item) = items.item(index) else { break };
        for (name, number) in [
            ("aria-posinset", first + index as usize + 1),
            ("aria-setsize", count),
        ] {
            // Fails only for names that are not valid.
            let _ = item.set_attribute(name, &number.to_string());
        }
    }
}

/// The element with the attribute `name` of that value inside `root`.
pub fn find(root: &Element, name: &str, value: &str) -> Option<HtmlElement> {
    let nodes = root.query_selector_all(&format!("[{name}]")).ok()?;
    (0..nodes.length())
        .filter_map(|index| nodes.item(index)?.dyn_into::<HtmlElement>().ok())
        .find(|element| element.get_attribute(name).as_deref() == Some(value))
}

/// Gives the focus to the button inside the element with the attribute `name` of that value inside `root`, and
/// scrolls `root` so that it is in sight. Returns whether there is one.
pub fn focus_button(root: &Element, name: &str, value: &str) -> bool {
    let Some(item) = find(root, name, value) else {
        return false;
    };
    reveal_in(root, &item);
    let button = item.query_selector("button").ok().flatten();
    let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    focus(&button);
    true
}

/// The value of the attribute `name` of the element inside `root` that has the focus or holds what has it.
pub fn focused_value(root: &Element, name: &str) -> Option<String> {
    let active = document().active_element()?;
    let item = active.closest(&format!("[{name}]")).ok().flatten()?;
    root.contains(Some(&item)).then(|| item.get_attribute(name))?
}
