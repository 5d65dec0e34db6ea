//! Lists that are one stop on the way of the Tab key: the arrow keys go from item to item.

use super::{document, viewport};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Gives the focus to another item's button in the list, as the key says, and tells the number of that item.
/// `None` for any other key.
pub fn step(list: &Element, key: &str) -> Option<usize> {
    let buttons = list.query_selector_all(":scope > li > button").ok()?;
    let buttons: Vec<HtmlElement> = (0..buttons.length())
        .filter_map(|index| buttons.item(index)?.dyn_into().ok())
        .collect();
    let last = buttons.len().checked_sub(1)?;
    let active = document().active_element();
    let at = buttons.iter().position(|button| {
        active
            .as_ref()
            .is_some_and(|active| button.is_same_node(Some(active)))
    });
    let to = match (key, at) {
        ("ArrowDown", Some(at)) => (at + 1).min(last),
        ("ArrowUp", Some(at)) => at.saturating_sub(1),
        ("ArrowDown" | "ArrowUp" | "Home", _) => 0,
        ("End", _) => last,
        _ => return None,
    };
    viewport::focus(&buttons[to]);
    viewport::reveal_in(list, &buttons[to]);
    Some(to)
}
