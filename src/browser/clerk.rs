//! The page's end of the line to the clerk, who sits in a web worker.

use super::{document, explain};
use crate::clerk::{Answer, Request};
use js_sys::{Array, Function, Promise};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The script that loads the clerk, where the page does not name another.
const SCRIPT: &str = "./clerk_loader.js";
/// The attribute in which a page to release names it (`xtask/src/finish.rs`).
const NAMED: &str = "data-clerk";
/// What is said when the clerk is no longer there.
const GONE: &str = "the part of the page that reads and writes files has stopped. Your work is unharmed: close \
                    this dialog and try again.";

/// A clerk at work.
pub struct Clerk {
    worker: web_sys::Worker,
    line: Rc<Line>,
    _on_message: Closure<dyn FnMut(web_sys::MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

/// What is under way on the line.
#[derive(Default)]
struct Line {
    /// Whether the clerk has said that he listens. What was said before would be lost.
    listens: Cell<bool>,
    is_dead: Cell<bool>,
    /// Who waits for answers, in the order in which they will come.
    waiting: RefCell<VecDeque<Waiting>>,
    /// What is to be said once he listens.
    unsaid: RefCell<Vec<JsValue>>,
}

/// Somebody who waits for an answer.
struct Waiting {
    /// Where the answer is laid.
    answer: Rc<RefCell<Option<(Answer, JsValue)>>>,
    /// Fulfils his promise, once it is there.
    fulfil: Function,
    /// Breaks his promise.
    break_: Function,
}

impl Clerk {
    /// Calls a clerk. `on_progress` is told how many articles have been gone through, of a long piece of work.
    ///
    /// # Errors
    /// Where the browser refuses, in its own words.
    pub fn call(on_progress: impl Fn(usize) + 'static) -> Result<Self, String> {
        let options = web_sys::WorkerOptions::new();
        options.set_type(web_sys::WorkerType::Module);
        let worker =
            web_sys::Worker::new_with_options(&script(), &options).map_err(|error| explain(&error))?;
        let line = Rc::new(Line::default());
        let on_message = Closure::new({
            let (line, worker) = (line.clone(), worker.clone());
            move |event: web_sys::MessageEvent| {
                let said: Array = event.data().unchecked_into();
                match serde_wasm_bindgen::from_value(said.get(0)) {
                    Ok(Answer::Listening) => line.begin(&worker),
                    Ok(Answer::Progress(articles)) => on_progress(articles),
                    Ok(answer) => line.answer(answer, said.get(1)),
                    Err(error) => line.answer(Answer::Failed(error.to_string()), JsValue::NULL),
                }
            }
        });
        let on_error = Closure::new({
            let line = line.clone();
            move |event: web_sys::Event| {
                event.prevent_default();
                line.cut();
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            line,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Asks for something at once, and hands `enclosed` over with it. Comes back with the answer and what is
    /// enclosed in that. What is asked is answered in order.
    ///
    /// # Errors
    /// Where the clerk cannot answer, or answers that it cannot be done, with the reason.
    pub fn ask(
        &self,
        request: &Request,
        enclosed: &JsValue,
    ) -> impl Future<Output = Result<(Answer, JsValue), String>> + 'static {
        // Listened to from now on: an answer that nobody waits for any more must not be told as an error of the page's.
        let answer = Rc::default();
        let asked = self.send(request, enclosed, &answer).map(JsFuture::from);
        async move {
            asked?.await.map_err(|error| explain(&error))?;
            match answer.take() {
                Some((Answer::Failed(reason), _)) => Err(reason),
                Some(answered) => Ok(answered),
                None => Err(GONE.to_owned()),
            }
        }
    }

    /// Sends a request, and promises that its answer will lie in `answer`.
    fn send(
        &self,
        request: &Request,
        enclosed: &JsValue,
        answer: &Rc<RefCell<Option<(Answer, JsValue)>>>,
    ) -> Result<Promise, String> {
        if self.line.is_dead.get() {
            return Err(GONE.to_owned());
        }
        let request = serde_wasm_bindgen::to_value(request).map_err(|error| error.to_string())?;
        let letter = Array::of2(&request, enclosed);
        if self.line.listens.get() {
            self.worker
                .post_message(&letter)
                .map_err(|error| explain(&error))?;
        } else {
            self.line.unsaid.borrow_mut().push(letter.into());
        }
        Ok(Promise::new(&mut |fulfil, break_| {
            self.line.waiting.borrow_mut().push_back(Waiting {
                answer: answer.clone(),
                fulfil,
                break_,
            });
        }))
    }
}

/// The script that loads the clerk.
fn script() -> String {
    document()
        .query_selector(&format!("script[{NAMED}]"))
        .ok()
        .flatten()
        .and_then(|start| start.get_attribute(NAMED))
        .unwrap_or_else(|| SCRIPT.to_owned())
}

impl Clerk {
    /// Ends the work, wherever it is. Who waits for an answer is told so as an error.
    pub fn dismiss(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        self.line.cut();
    }
}

impl Line {
    /// Says what was to be said before the clerk listened. Who has asked for what cannot be sent is told so, and gets
    /// nobody else's answer.
    fn begin(&self, worker: &web_sys::Worker) {
        self.listens.set(true);
        let waiting = self.waiting.take();
        for (letter, waiting) in self.unsaid.take().iter().zip(waiting) {
            match worker.post_message(letter) {
                Ok(()) => self.waiting.borrow_mut().push_back(waiting),
                Err(error) => waiting.break_off(&error),
            }
        }
    }

    /// Hands an answer to who has waited longest.
    fn answer(&self, answer: Answer, enclosed: JsValue) {
        let waiting = self.waiting.borrow_mut().pop_front();
        if let Some(waiting) = waiting {
            waiting.answer.replace(Some((answer, enclosed)));
            // The functions of a promise never throw.
            let _ = waiting.fulfil.call0(&JsValue::NULL);
        }
    }

    /// Ends it: whoever waits, waits in vain.
    fn cut(&self) {
        self.is_dead.set(true);
        for waiting in self.waiting.take() {
            waiting.break_off(&GONE.into());
        }
    }
}

impl Waiting {
    fn break_off(self, reason: &JsValue) {
        // The functions of a promise never throw.
        let _ = self.break_.call1(&JsValue::NULL, reason);
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        self.dismiss();
    }
}
