//! Passing highlights over the text, such as search hits: the CSS Custom Highlight API, which draws without
//! changing the page. The style sheet has a `::highlight(…)` for each name. A browser without it shows none.

use super::dom::text_node_at;
use super::{document, window};
use crate::core::text::Utf16Offset;
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// A place in the drawn article: a block, and how far into its text.
pub type Place<'a> = (&'a Element, Utf16Offset);

/// Highlights these stretches under `name`, and nothing else under that name.
pub fn show<'a>(name: &str, stretches: impl IntoIterator<Item = (Place<'a>, Place<'a>)>) {
    let ranges: Array = stretches
        .into_iter()
        .filter_map(|(start, end)| range(start, end))
        .collect();
    // `web-sys` counts the API among the unstable ones, so it is called by name.
    let call = || -> Result<(), JsValue> {
        let highlights = Reflect::get(&Reflect::get(&window(), &"CSS".into())?, &"highlights".into())?;
        let name = JsValue::from(name);
        if ranges.length() == 0 {
            method(&highlights, "delete")?.call1(&highlights, &name)?;
            return Ok(());
        }
        let make: Function = Reflect::get(&window(), &"Highlight".into())?.dyn_into()?;
        let highlight = Reflect::construct(&make, &ranges)?;
        method(&highlights, "set")?.call2(&highlights, &name, &highlight)?;
        Ok(())
    };
    // Nothing is wrong where nothing is shown.
    let _ = call();
}

fn range(start: Place<'_>, end: Place<'_>) -> Option<web_sys::Range> {
    let range = document().create_range().ok()?;
    let (from, at) = text_node_at(start.0, start.1)?;
    range.set_start(&from, at).ok()?;
    let (to, at) = text_node_at(end.0, end.1)?;
    range.set_end(&to, at).ok()?;
    Some(range)
}

fn method(object: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(object, &name.into())?.dyn_into()
}
