//! The clerk's end of the line: what runs in the web worker.

use super::written_file::WrittenFile;
use super::{clock, files};
use crate::clerk::{Answer, Clerk, Request};
use crate::formats::Output;
use js_sys::Array;
use std::io::{self, Write};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// How many milliseconds lie at least between one word about progress and the next.
const PAUSE: i64 = 100;

/// Answers whatever the page asks from now on.
pub fn serve() {
    let mut clerk = Clerk::default();
    let on_message = Closure::<dyn FnMut(_)>::new(move |event: web_sys::MessageEvent| {
        let said: Array = event.data().unchecked_into();
        let mut file = TellingFile::default();
        let answer = match serde_wasm_bindgen::from_value::<Request>(said.get(0)) {
            Ok(request) => match files::read_enclosed(&said.get(1), request.is_limited()) {
                Ok(files) => clerk.answer(request, files, &mut file),
                Err(reason) => Answer::Failed(reason),
            },
            Err(error) => Answer::Failed(error.to_string()),
        };
        match &answer {
            Answer::Exported { media_type, .. } => match file.file.finish(media_type) {
                Ok(blob) => say(&answer, &blob),
                Err(error) => say(&Answer::Failed(error.to_string()), &JsValue::NULL),
            },
            _ => say(&answer, &JsValue::NULL),
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // For as long as the worker lives.
    on_message.forget();
    say(&Answer::Listening, &JsValue::NULL);
}

fn scope() -> web_sys::DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Whatever the page has asked is answered: who waits for the next answer must not get that of somebody else.
fn say(answer: &Answer, enclosed: &JsValue) {
    let answer = serde_wasm_bindgen::to_value(answer)
        .or_else(|error| serde_wasm_bindgen::to_value(&Answer::Failed(error.to_string())))
        .unwrap_or_default();
    // Fails only for what cannot be copied, which no answer holds.
    let _ = scope().post_message(&Array::of2(&answer, enclosed));
}

/// The file that is written, and the word about how far it is.
#[derive(Default)]
struct TellingFile {
    file: WrittenFile,
    articles: usize,
    /// When progress was told last, in milliseconds since 1970.
    told: i64,
}

impl Write for TellingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Output for TellingFile {
    fn article_written(&mut self) {
        self.articles += 1;
        let now = clock::now().millis();
        if now - self.told >= PAUSE {
            self.told = now;
            say(&Answer::Progress(self.articles), &JsValue::NULL);
        }
    }
}
