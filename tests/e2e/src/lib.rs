//! The built page, used in a real browser as people use it.
//!
//! The tests know the page only by what it promises: routes, roles, accessible names and the few data
//! attributes that place text. They serve `dist/` from a server of their own, drive a headless Chromium through
//! ChromeDriver with real pointer and key events, and read the files that the page downloads.
//!
//! - [`axe`] looks for barriers with axe-core
//! - [`server`] serves `dist/`, under any path, with single files missing or altered at will
//! - [`browser`] starts ChromeDriver and sessions, keeps the console and the downloads
//! - [`page`] finds things by their promised names, points at characters, drags, presses keys
//! - [`story`] is one test: a server, a browser, what happens, and a console without errors
//! - [`corpus`] reads and writes the corpus file, with code of its own and not the page's
//! - [`gold`] holds the checked spans of three of the supplied articles
//! - [`memory`] asks Linux for the memory of the processes that show the page
//! - [`net_log`] reads what the browser has asked the network for
//! - [`probe`] reads the instruments that the benchmark puts into the page
//! - [`static_page`] makes the floor that the benchmark measures against
//! - [`timing`] measures from a click or a key to the paint
//! - [`trace`] measures main-thread work of one interaction from the browser's trace
//! - [`workload`] makes seeded articles with many spans for the benchmark
//!
//! Environment: `HEARSAY_DIST` (default: `dist` of the workspace), `CHROMEDRIVER` (default: on the path),
//! `CHROME` (default: what ChromeDriver finds).

pub mod axe;
pub mod browser;
pub mod corpus;
pub mod gold;
pub mod memory;
pub mod net_log;
pub mod page;
pub mod probe;
pub mod server;
pub mod static_page;
pub mod story;
pub mod timing;
pub mod trace;
mod wait;
pub mod workload;

use std::path::{Path, PathBuf};

pub use wait::{PATIENCE, until};

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
        .to_path_buf()
}

/// The folder of the built page: `HEARSAY_DIST`, or `dist` of the workspace.
#[must_use]
pub fn dist() -> PathBuf {
    std::env::var_os("HEARSAY_DIST").map_or_else(|| workspace().join("dist"), PathBuf::from)
}
