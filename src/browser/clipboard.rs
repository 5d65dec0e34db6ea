//! The clipboard.

use super::{explain, window};
use wasm_bindgen_futures::JsFuture;

/// Puts words on the clipboard.
///
/// # Errors
/// Where the browser does not let the page, in its own words.
pub async fn write(words: &str) -> Result<(), String> {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return Err("the browser keeps the clipboard from pages that were not opened over https".to_owned());
    }
    JsFuture::from(clipboard.write_text(words))
        .await
        .map(drop)
        .map_err(|error| explain(&error))
}
