//! Files: downloads, and those that the reviewer picks.

use super::{document, explain};
use crate::formats::limits;
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
    /// The file's name.
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// The first `length` bytes of the file, or all of one that is no longer.
    ///
    /// # Errors
    /// Where it cannot be read, with the reason.
    pub async fn head(&self, length: u32) -> Result<Vec<u8>, String> {
        let unread = |error| format!("{} cannot be read: {}", self.name(), explain(&error));
        let head = self
            .0
            .slice_with_f64_and_f64(0.0, f64::from(length))
            .map_err(unread)?;
        let buffer = JsFuture::from(head.array_buffer()).await.map_err(unread)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    /// The files that an input holds, which is emptied so that the same file can be picked again.
    pub fn take_from(input: &web_sys::HtmlInputElement) -> Vec<Self> {
        let picked = input.files().map(|files| listed(&files)).unwrap_or_default();
        input.set_value("");
        picked
    }

    /// The files that are dropped or pasted; words that are, as a text file.
    pub fn carried_by(data: &web_sys::DataTransfer) -> Vec<Self> {
        let picked: Vec<_> = data.files().map(|files| listed(&files)).unwrap_or_default();
        if !picked.is_empty() {
            return picked;
        }
        data.get_data("text/plain")
            .ok()
            .filter(|words| !words.trim().is_empty())
            .and_then(|words| {
                let words = Array::of1(&words.into());
                web_sys::File::new_with_str_sequence(&words, "pasted text.txt").ok()
            })
            .map(Self)
            .into_iter()
            .collect()
    }
}

/// The files of a list.
fn listed(files: &web_sys::FileList) -> Vec<PickedFile> {
    (0..files.length())
        .filter_map(|index| files.get(index))
        .map(PickedFile)
        .collect()
}

/// Whether files are being dragged.
pub fn has_files(data: &web_sys::DataTransfer) -> bool {
    data.types().includes(&"Files".into(), 0)
}

/// Files as they are enclosed in a letter to the clerk, who reads them himself.
pub fn enclosed(picked: &[PickedFile]) -> JsValue {
    picked
        .iter()
        .map(|PickedFile(file)| file)
        .collect::<Array>()
        .into()
}

/// The content of files that were enclosed. In a worker alone: it waits until they are read.
///
/// # Errors
/// Where they are limited and more than [`limits::picked`] allows, or one cannot be read, with the reason.
pub fn read_enclosed(enclosed: &JsValue, are_limited: bool) -> Result<Vec<crate::formats::File>, String> {
    let Some(enclosed) = enclosed.dyn_ref::<Array>() else {
        return Ok(Vec::new());
    };
    let sizes: Vec<_> = enclosed
        .iter()
        .map(|file| {
            let file: web_sys::File = file.unchecked_into();
            // A size is a whole number; what is beyond `usize` is beyond every limit.
            (file.name(), file.size() as usize)
        })
        .collect();
    if are_limited {
        limits::picked(&sizes).map_err(|error| error.to_string())?;
    }
    let reader = web_sys::FileReaderSync::new().map_err(|error| explain(&error))?;
    enclosed
        .iter()
        .map(|file| {
            let file: web_sys::File = file.unchecked_into();
            let name = file.name();
            let content = reader
                .read_as_array_buffer(&file)
                .map_err(|error| format!("{name} cannot be read: {}", explain(&error)))?;
            Ok(crate::formats::File {
                name,
                bytes: Uint8Array::new(&content).to_vec(),
            })
        })
        .collect()
}
