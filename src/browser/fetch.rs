//! Fetching the page's own files.

use super::explain;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A file that is on its way. The request goes out when this is made, not when it is awaited, so several can
/// be on their way at once.
pub struct Fetch {
    url: String,
    response: JsFuture,
}

impl Fetch {
    /// Asks for a file, by its address relative to the page. A `fresh` one passes by the browser's cache.
    pub fn start(url: &str, fresh: bool) -> Self {
        let options = web_sys::RequestInit::new();
        if fresh {
            options.set_cache(web_sys::RequestCache::Reload);
        }
        Self {
            url: url.to_owned(),
            // Listens at once: a refusal that nobody waits for yet would be called unhandled.
            response: super::window().fetch_with_str_and_init(url, &options).into(),
        }
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// Where it cannot be had, with the reason.
    pub async fn bytes(self) -> Result<Vec<u8>, String> {
        let response = self
            .response
            .await
            .map_err(|error| format!("{} cannot be fetched: {}", self.url, explain(&error)))?;
        let response: web_sys::Response = response.unchecked_into();
        if !response.ok() {
            return Err(format!(
                "{} cannot be fetched: the server answered {}",
                self.url,
                response.status()
            ));
        }
        let broken = |error| format!("{} broke off: {}", self.url, explain(&error));
        let buffer = JsFuture::from(response.array_buffer().map_err(broken)?)
            .await
            .map_err(broken)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}
