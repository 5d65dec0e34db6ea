//! The browser's own selection, and where the cursor stands on the screen.

use super::dom::{self, DomPlace};
use super::{document, window};
use crate::core::snap::Edge;
use crate::core::text::Utf16Offset;
use gloo_events::EventListener;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CharacterData, DomRect, Element, Node, Range};

/// The two ends of what is selected, as seen from the article drawn in `root`: where it was begun, and where it
/// was taken to. `None` where there is no selection, or none that touches the article.
pub fn read(root: &Element) -> Option<(DomPlace, DomPlace)> {
    let selection = window().get_selection().ok()??;
    let anchor = dom::place_of(root, &selection.anchor_node()?, selection.anchor_offset())?;
    let head = dom::place_of(root, &selection.focus_node()?, selection.focus_offset())?;
    let touches = matches!(anchor, DomPlace::Within { .. })
        || matches!(head, DomPlace::Within { .. })
        || anchor != head;
    touches.then_some((anchor, head))
}

/// Selects from one place to another, each a block and a number of units into its text.
pub fn select(anchor: (&Element, Utf16Offset), head: (&Element, Utf16Offset)) {
    let ends = dom::text_node_at(anchor.0, anchor.1).zip(dom::text_node_at(head.0, head.1));
    let (Some(((from, from_at), (to, to_at))), Ok(Some(selection))) = (ends, window().get_selection()) else {
        return;
    };
    // Fails only for places outside their nodes, and these were just counted.
    let _ = selection.set_base_and_extent(&from, from_at, &to, to_at);
}

/// Whether the browser has selected anything at all, wherever.
pub fn is_range() -> bool {
    let Ok(Some(selection)) = window().get_selection() else {
        return false;
    };
    // `isCollapsed` would have the page laid out first.
    selection.anchor_node() != selection.focus_node() || selection.anchor_offset() != selection.focus_offset()
}

/// A move that depends on how the text is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineMotion {
    /// To the line above.
    Up,
    /// To the line below.
    Down,
    /// To the start of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
}

/// Moves the browser's selection, or extends it.
pub fn modify(motion: LineMotion, extend: bool) {
    let (direction, granularity) = match motion {
        LineMotion::Up => ("backward", "line"),
        LineMotion::Down => ("forward", "line"),
        LineMotion::LineStart => ("backward", "lineboundary"),
        LineMotion::LineEnd => ("forward", "lineboundary"),
    };
    if let Ok(Some(selection)) = window().get_selection() {
        // A browser that knows no lines leaves the selection as it is.
        let _ = selection.modify(if extend { "extend" } else { "move" }, direction, granularity);
    }
}

/// Where a caret stands at a place, in pixels of the viewport: a rectangle without width. `None` where the
/// place is not drawn now.
pub fn caret_rect(block: &Element, offset: Utf16Offset) -> Option<DomRect> {
    let (text, at) = dom::text_node_at(block, offset)?;
    let range = document().create_range().ok()?;
    let rect = |from: u32, to: u32| {
        range.set_start(&text, from).ok()?;
        range.set_end(&text, to).ok()?;
        last_rect(&range)
    };
    let found = rect(at, at).or_else(|| {
        // Some places have a rectangle only together with a character beside them.
        if at < text.length() {
            let next = rect(at, at + 1)?;
            next.set_width(0.0);
            return Some(next);
        }
        let before = rect(at.checked_sub(1)?, at)?;
        before.set_x(before.x() + before.width());
        before.set_width(0.0);
        Some(before)
    })?;
    (found.height() > 0.0).then_some(found)
}

/// Where a caret at the start of a stretch stands: before its first character, though the place itself may stand
/// at the end of the line above.
pub fn start_rect(block: &Element, offset: Utf16Offset) -> Option<DomRect> {
    let (text, at) = dom::text_node_at(block, Utf16Offset(offset.0 + 1))?;
    let at = at.checked_sub(1)?;
    let units = text.substring_data(at, 2).ok()?;
    let length = units.chars().next()?.len_utf16() as u32;
    edge_of(&text, (at, at + length), Edge::Start)
}

/// Where a caret at the end of a stretch stands: behind its last character, though the place itself may stand at
/// the start of the next line.
pub fn end_rect(block: &Element, offset: Utf16Offset) -> Option<DomRect> {
    let (text, at) = dom::text_node_at(block, offset)?;
    let before = at.min(2);
    let units = text.substring_data(at - before, before).ok()?;
    let length = units.chars().next_back()?.len_utf16() as u32;
    edge_of(&text, (at.checked_sub(length)?, at), Edge::End)
}

/// The edge of a character at which its stretch starts or ends, as a rectangle without width. What runs from
/// right to left starts at its right edge.
fn edge_of(text: &CharacterData, (from, to): (u32, u32), edge: Edge) -> Option<DomRect> {
    let range = document().create_range().ok()?;
    range.set_start(text, from).ok()?;
    range.set_end(text, to).ok()?;
    let rect = last_rect(&range)?;
    let is_right_to_left = String::from(range.to_string())
        .chars()
        .next()
        .is_some_and(is_right_to_left);
    if is_right_to_left == (edge == Edge::Start) {
        rect.set_x(rect.right());
    }
    rect.set_width(0.0);
    Some(rect)
}

/// Whether a character is of the blocks of scripts that run from right to left (Unicode 16, DerivedBidiClass,
/// classes R and AL).
fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The place in the article drawn in `root` that a point of the viewport lies nearest to; `None` where the point
/// is not over the article.
pub fn place_at_point(root: &Element, x: f64, y: f64) -> Option<DomPlace> {
    // Safari has the second of the two, and other browsers the first.
    let at_point = |name: &str| {
        let document = document();
        let find = Reflect::get(&document, &name.into())
            .ok()?
            .dyn_into::<Function>()
            .ok()?;
        find.call2(&document, &x.into(), &y.into())
            .ok()
            .filter(|found| found.is_object())
    };
    let part = |found: &JsValue, name: &str| Reflect::get(found, &name.into()).ok();
    let (node, offset) = match at_point("caretPositionFromPoint") {
        Some(found) => (part(&found, "offsetNode")?, part(&found, "offset")?),
        None => {
            let found = at_point("caretRangeFromPoint")?;
            (part(&found, "startContainer")?, part(&found, "startOffset")?)
        }
    };
    let node: Node = node.dyn_into().ok()?;
    let place = dom::place_of(root, &node, offset.as_f64()? as u32)?;
    matches!(place, DomPlace::Within { .. }).then_some(place)
}

fn last_rect(range: &Range) -> Option<DomRect> {
    let rects = range.get_client_rects()?;
    rects.item(rects.length().checked_sub(1)?)
}

/// Calls `changed` whenever the browser's selection has changed, until the listener is dropped.
pub fn listen(changed: impl Fn() + 'static) -> EventListener {
    EventListener::new(&document(), "selectionchange", move |_| changed())
}
