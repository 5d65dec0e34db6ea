//! Files: downloads, and those that the reviewer picks.

use super::{document, explain};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Hands the reviewer a file to keep.
///
/// # Errors
/// Where the browser refuses, in its own words.
pub fn download(name: &str, media_type: &str, content: &[u8]) -> Result<(), String> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(content));
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)
        .map_err(|error| explain(&error))?;
    download_blob(name, &blob)
}

/// Hands the reviewer a file to keep that the browser holds already.
///
/// # Errors
/// Where the browser refuses, in its own words.
pub fn download_blob(name: &str, blob: &JsValue) -> Result<(), String> {
    let start = || -> Result<(), JsValue> {
        let url = web_sys::Url::create_object_url_with_blob(blob.unchecked_ref())?;
        let link: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
        // The download holds the file by now; what is left is only its address.
        super::idle::after(60_000, move || {
            let _ = web_sys::Url::revoke_object_url(&url);
        });
        Ok(())
    };
    start().map_err(|error| explain(&error))
}

/// A file that the reviewer picked.
pub struct PickedFile(web_sys::File);

impl PickedFile {
    /// The files that an input holds, which is emptied so that the same file can be picked again.
    pub fn take_from(input: &web_sys::HtmlInputElement) -> Vec<Self> {
        let picked = input
            .files()
            .map(|files| {
                (0..files.length())
                    .filter_map(|index| files.get(index))
                    .map(Self)
                    .collect()
            })
            .unwrap_or_default();
        input.set_value("");
        picked
    }

    /// The file's name.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// The file's content.
    ///
    /// # Errors
    /// Where it cannot be read, with the reason.
    pub async fn read(&self) -> Result<Vec<u8>, String> {
        let buffer = JsFuture::from(self.0.array_buffer())
            .await
            .map_err(|error| format!("{} cannot be read: {}", self.name(), explain(&error)))?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}
