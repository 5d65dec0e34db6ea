//! Hearsay: a workbench in the browser for labelling what the news claims, who says it, and what nobody has
//! verified.
//!
//! ARCHITECTURE.md tells what each ring may know of the others. The three pure ones are compiled for every
//! target; the page's own are compiled for the browser alone.

pub mod clerk;
pub mod core;
pub mod formats;
pub mod store;

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod view;

/// Puts the page together.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        browser::last_words::tell(&info.to_string());
    }));
    leptos::mount::mount_to_body(view::app::App);
}

/// Sets the clerk to work: the program of the web worker.
#[cfg(target_arch = "wasm32")]
pub fn serve_clerk() {
    console_error_panic_hook::set_once();
    browser::clerk_worker::serve();
}
