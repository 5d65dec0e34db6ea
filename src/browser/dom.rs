//! Places in the drawn article: from the DOM to the text and back.
//!
//! A block's text is the article's text there and nothing else, in one text node or in several, some of them
//! inside `mark` elements. So a place in the DOM is a block and a number of UTF-16 units into its text.

use crate::core::text::{CodePointOffset, Utf16Offset};
use wasm_bindgen::JsCast;
pub use web_sys::Element;
use web_sys::{CharacterData, Node};

/// The attribute that carries the code-point offset of a block's first character.
pub const BLOCK_START: &str = "data-block-start";

/// A place in the document, as seen from the drawn article.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DomPlace {
    /// Somewhere before the article's text.
    Before,
    /// In a block.
    Within {
        /// The block, by the offset of its first character.
        block_start: CodePointOffset,
        /// How far into the block's text.
        offset: Utf16Offset,
    },
    /// Somewhere behind the article's text.
    Behind,
}

/// The place that the DOM calls `offset` in `node`, as seen from the article drawn in `root`. `None` where
/// nothing is drawn in `root`.
pub fn place_of(root: &Element, node: &Node, offset: u32) -> Option<DomPlace> {
    if !root.contains(Some(node)) {
        return Some(outside(root, node, offset));
    }
    let element = node
        .dyn_ref::<Element>()
        .cloned()
        .or_else(|| node.parent_element())?;
    if let Ok(Some(block)) = element.closest(&format!("[{BLOCK_START}]")) {
        return within(&block, node, offset);
    }
    // Between blocks: the start of the block that comes next, or the end of the article.
    let next = node
        .child_nodes()
        .item(offset)
        .and_then(|next| next.dyn_into::<Element>().ok())
        .or_else(|| behind(root, &element));
    match next.as_ref().and_then(first_block) {
        Some(block) => within(&block, &block, 0),
        None => Some(DomPlace::Behind),
    }
}

/// The element that comes behind another one, inside `root`.
fn behind(root: &Element, element: &Element) -> Option<Element> {
    let mut element = element.clone();
    while !element.is_same_node(Some(root)) {
        if let Some(next) = element.next_element_sibling() {
            return Some(next);
        }
        element = element.parent_element()?;
    }
    None
}

/// The text node that holds the place `offset` units into a block's text, and the place in that node. `None`
/// where the block has no text.
pub fn text_node_at(block: &Element, offset: Utf16Offset) -> Option<(CharacterData, u32)> {
    let mut left = offset.0;
    let mut last = None;
    for text in texts(block) {
        let length = text.length();
        if left <= length {
            return Some((text, left));
        }
        left -= length;
        last = Some((text, length));
    }
    last
}

fn outside(root: &Element, node: &Node, offset: u32) -> DomPlace {
    let order = super::document().create_range().and_then(|range| {
        range.set_start(node, offset)?;
        range.collapse_with_to_start(true);
        range.compare_point(root, 0)
    });
    match order {
        Ok(order) if order >= 0 => DomPlace::Before,
        _ => DomPlace::Behind,
    }
}

fn within(block: &Element, node: &Node, offset: u32) -> Option<DomPlace> {
    let block_start = CodePointOffset(block.get_attribute(BLOCK_START)?.parse().ok()?);
    let mut before = 0;
    // In a text node the DOM counts UTF-16 units; in an element, children.
    let (stop, inside) = match node.dyn_ref::<CharacterData>() {
        Some(text) => (Some(Node::from(text.clone())), offset),
        None => (node.child_nodes().item(offset), 0),
    };
    let behind_node = stop.is_none() && !block.is_same_node(Some(node));
    for text in texts(block) {
        let text: &Node = &text;
        let reached = stop.as_ref().is_some_and(|stop| stop.contains(Some(text)));
        if reached {
            break;
        }
        before += text.unchecked_ref::<CharacterData>().length();
        if behind_node && node.contains(Some(text)) {
            // The place is behind the last child of a `mark`.
            break;
        }
    }
    Some(DomPlace::Within {
        block_start,
        offset: Utf16Offset(before + inside),
    })
}

fn first_block(element: &Element) -> Option<Element> {
    if element.has_attribute(BLOCK_START) {
        return Some(element.clone());
    }
    element.query_selector(&format!("[{BLOCK_START}]")).ok().flatten()
}

/// The text nodes of a block, in order: its children, or the only children of its `mark` and `span` children.
fn texts(block: &Element) -> impl Iterator<Item = CharacterData> {
    let mut next = block.first_child();
    std::iter::from_fn(move || {
        let node = next.take()?;
        next = node.next_sibling();
        Some(node)
    })
    .filter_map(|node| match node.dyn_into::<CharacterData>() {
        Ok(text) => Some(text),
        Err(element) => element.first_child()?.dyn_into().ok(),
    })
}
