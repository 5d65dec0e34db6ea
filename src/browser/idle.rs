//! Work for later: when the page has nothing else to do, or after a while.

use super::{clock, window};
use gloo_events::{EventListener, EventListenerOptions};
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How many milliseconds without a key or a scroll are a lull: as long as three frames of a scroll take.
const LULL: i64 = 50;
/// What ends a lull. `scroll` is told while the page still moves after the wheel has stopped.
const STIR: [&str; 4] = ["keydown", "wheel", "touchmove", "scroll"];
/// Keys that are held while something else is done, and do nothing by themselves.
const HELD: [&str; 4] = ["Alt", "Control", "Meta", "Shift"];
/// After how many milliseconds work is done that waits for a browser which does not tell when it has nothing to do.
const NO_IDLE: i32 = 200;

/// Does `work` once, `millis` milliseconds from now.
pub fn after(millis: i32, work: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(work);
    // Fails only for a callback that is no function.
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), millis);
}

/// Does `work` once the browser has done what waits, such as answering a key.
///
/// Timers that call one another come 4 milliseconds late (HTML standard, section 8.6), which makes half as much again of
/// work in slices of 8; a task comes at once.
pub fn next(work: impl FnOnce() + 'static) {
    post("user-visible", work);
}

/// Does `work` in a task of that priority (Prioritized Task Scheduling API).
fn post(priority: &str, work: impl FnOnce() + 'static) {
    // `web-sys` counts this API among the unstable ones, so it is called by name.
    let scheduler = property(&window(), "scheduler");
    let Ok(post) = property(&scheduler, "postTask").dyn_into::<Function>() else {
        return after(0, work);
    };
    let options = Object::new();
    // Fails only for an object that is frozen.
    let _ = Reflect::set(&options, &"priority".into(), &priority.into());
    // Fails only for a callback that is no function.
    let _ = post.call2(&scheduler, &Closure::once_into_js(work), &options);
}

/// Lets the browser do what waits, such as answering a key, before the work goes on.
pub async fn turn() {
    waited(next).await;
}

/// Lets `millis` milliseconds pass before the work goes on.
pub async fn pause(millis: i32) {
    waited(move |go_on| after(millis, go_on)).await;
}

/// Lets what has changed by now be painted before the work goes on.
pub async fn painted() {
    waited(after_paint).await;
}

/// Waits until `begin` has done the work that it is given.
async fn waited(begin: impl FnOnce(Box<dyn FnOnce()>)) {
    let mut begin = Some(begin);
    let promise = Promise::new(&mut |fulfil, _| {
        if let Some(begin) = begin.take() {
            begin(Box::new(move || drop(fulfil.call0(&JsValue::NULL))));
        }
    });
    // A promise that is only ever fulfilled.
    let _ = JsFuture::from(promise).await;
}

/// Does `work` once, before the browser paints next.
pub fn next_frame(work: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(work);
    // Fails only for a callback that is no function.
    let _ = window().request_animation_frame(callback.unchecked_ref());
}

/// Does `work` once, when what has changed by now is painted.
pub fn after_paint(work: impl FnOnce() + 'static) {
    next_frame(move || after(0, work));
}

/// Does `work` once, when what has changed by now is painted and the next frame has begun: work that would hold up
/// neither, and that nobody looks at before.
pub fn unhurried(work: impl FnOnce() + 'static) {
    next_frame(move || after_paint(work));
}

/// Does `work` once, when the browser has a moment, or after two seconds at the latest.
pub fn when_idle(work: impl FnOnce() + 'static) {
    if !property(&window(), "requestIdleCallback").is_function() {
        return after(NO_IDLE, work);
    }
    let callback = Closure::once_into_js(work);
    let options = web_sys::IdleRequestOptions::new();
    options.set_timeout(2000);
    // Fails only for a callback that is no function.
    let _ = window().request_idle_callback_with_options(callback.unchecked_ref(), &options);
}

/// The lulls of a page, in which nothing is typed or scrolled.
///
/// They are seen by the page's own eyes: of the browser's idle periods a page at rest, which draws no more frames, may
/// never be told (Chromium 156, after every second start of a page).
pub struct Lulls {
    /// When something has stirred last, in milliseconds since 1970.
    stirred: Rc<Cell<i64>>,
    _listeners: Vec<EventListener>,
}

impl Lulls {
    /// Looks out for lulls, the first a while from now.
    pub fn watch() -> Self {
        let stirred = Rc::new(Cell::new(clock::now().millis()));
        let options = EventListenerOptions::run_in_capture_phase();
        let listeners = STIR.map(|name| {
            let stirred = Rc::clone(&stirred);
            EventListener::new_with_options(&window(), name, options, move |event| {
                let key = event.dyn_ref().map(web_sys::KeyboardEvent::key);
                if key.is_none_or(|key| !HELD.contains(&&*key)) {
                    stirred.set(clock::now().millis());
                }
            })
        });
        Self {
            stirred,
            _listeners: listeners.into(),
        }
    }

    /// Lets the browser do all else that waits, and a lull come, before the work goes on.
    pub async fn turn(&self) {
        waited(|go_on| post("background", go_on)).await;
        // By a clock that was set back meanwhile there is a lull, too.
        while let left @ 1..=LULL = self.stirred.get() + LULL - clock::now().millis() {
            pause(left as i32).await;
            waited(|go_on| post("background", go_on)).await;
        }
    }
}

/// Does `work` while no other page of this origin does work under the same name. Where the browser has no
/// locks, or another page holds this one, the work is left for another time.
pub fn under_lock<F: Future<Output = ()> + 'static>(name: &str, work: impl FnOnce() -> F + 'static) {
    let locks = locks();
    let Ok(request) = property(&locks, "request").dyn_into::<Function>() else {
        return;
    };
    let options = Object::new();
    // Fails only for an object that is frozen.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
    // The lock is held until the promise is fulfilled that this gives back.
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            return JsValue::UNDEFINED;
        }
        let work = work();
        wasm_bindgen_futures::future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        })
        .into()
    });
    if let Ok(held) = request.call3(&locks, &name.into(), &options, &callback) {
        wasm_bindgen_futures::spawn_local(async move {
            // A refusal leaves the work for another time.
            let _ = JsFuture::from(Promise::resolve(&held)).await;
        });
    }
}

/// Whether the browser has locks for this page; it has none where the page did not come over a safe line.
pub fn has_locks() -> bool {
    property(&locks(), "request").is_function()
}

fn locks() -> JsValue {
    // `web-sys` counts the Web Locks API among the unstable ones, so it is called by name.
    property(&window().navigator(), "locks")
}

pub(super) fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}
