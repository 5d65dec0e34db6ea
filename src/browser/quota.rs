//! How much the browser lets the page keep, and whether for good.
//!
//! `web-sys` knows the Storage API; it is called by name all the same, since a page that did not come over a safe
//! line has none.

use super::idle::property;
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What is used and how much there may be, in bytes, of all that is not local storage. `None` where the browser does
/// not say.
pub async fn estimate() -> Option<(f64, f64)> {
    let estimate = ask("estimate").await?;
    let number = |name| property(&estimate, name).as_f64();
    Some((number("usage")?, number("quota")?))
}

/// Whether the browser keeps the page's storage until the reviewer deletes it. `None` where it does not say.
pub async fn is_persisted() -> Option<bool> {
    ask("persisted").await?.as_bool()
}

/// Asks the browser to keep the page's storage until the reviewer deletes it; some browsers ask the reviewer. Returns
/// whether it does.
pub async fn persist() -> bool {
    ask("persist").await.and_then(|answer| answer.as_bool()) == Some(true)
}

async fn ask(method: &str) -> Option<JsValue> {
    let storage = property(&super::window().navigator(), "storage");
    let method: Function = property(&storage, method).dyn_into().ok()?;
    let promise: Promise = method.call0(&storage).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}
