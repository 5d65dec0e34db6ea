//! A file on its way to the browser, piece by piece.

use super::explain;
use js_sys::{Array, Uint8Array};
use std::io::{self, Write};
use wasm_bindgen::JsValue;

/// How many bytes of a file are held here before they are handed to the browser, which may put them on disk.
const PIECE: usize = 1 << 20;

/// A file that is being written, larger than memory if need be.
#[derive(Default)]
pub struct WrittenFile {
    piece: Vec<u8>,
    pieces: Array,
}

impl WrittenFile {
    fn hand_over(&mut self) -> io::Result<()> {
        let bytes = Array::of1(&Uint8Array::from(self.piece.as_slice()));
        let blob = web_sys::Blob::new_with_u8_array_sequence(&bytes)
            .map_err(|error| io::Error::other(explain(&error)))?;
        self.pieces.push(&blob);
        self.piece.clear();
        Ok(())
    }

    /// The whole file, as a `Blob`.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub fn finish(mut self, media_type: &str) -> io::Result<JsValue> {
        self.hand_over()?;
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(media_type);
        web_sys::Blob::new_with_blob_sequence_and_options(&self.pieces, &options)
            .map(JsValue::from)
            .map_err(|error| io::Error::other(explain(&error)))
    }
}

impl Write for WrittenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.hand_over()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
