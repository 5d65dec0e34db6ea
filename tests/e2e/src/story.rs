//! One test: a server, a browser, what happens, and a console without errors at the end.

use std::panic::AssertUnwindSafe;

use anyhow::{Context, Result, ensure};
use futures_util::FutureExt;

use crate::browser::{Browser, Options};
use crate::page::Page;
use crate::server::Site;

/// Serves the built page at the root of a host, opens a browser with an empty profile, and tells the story.
///
/// # Errors
/// As [`tell_at`].
pub async fn tell(name: &str, story: impl AsyncFnOnce(Page<'_>) -> Result<()>) -> Result<()> {
    let site = Site::serve(&crate::dist()).await?;
    tell_at(&site, name, &[], Options::default(), story).await
}

/// Opens a browser with an empty profile at a site, tells the story, and checks that the console has no error but
/// those that contain one of `expected`.
///
/// # Errors
/// Fails as the story does; then a picture of the page is in `tests/screenshots/failed`, named after the story, and
/// the errors of the console are part of the message. Fails too when the console has an error.
///
/// # Panics
/// Panics as the story does, when the browser has ended.
pub async fn tell_at(
    site: &Site,
    name: &str,
    expected: &[&str],
    options: Options,
    story: impl AsyncFnOnce(Page<'_>) -> Result<()>,
) -> Result<()> {
    let browser = Browser::start(options).await?;
    let address = site.url();
    let page = Page::new(&browser, &address);
    let outcome = AssertUnwindSafe(story(page)).catch_unwind().await;

    let console = browser.console_errors().await;
    if !matches!(outcome, Ok(Ok(()))) {
        let path = crate::workspace().join(format!("tests/screenshots/failed/{name}.png"));
        if let Err(error) = page.picture(&path).await {
            eprintln!("{name}: no picture of the failure: {error:#}");
        }
        eprintln!("{name}: picture at {}; console: {console:#?}", path.display());
    }
    browser.quit().await?;

    match outcome {
        Ok(outcome) => outcome.with_context(|| name.to_owned())?,
        Err(panic) => std::panic::resume_unwind(panic),
    }
    let mut errors = console?;
    errors.retain(|error| !expected.iter().any(|part| error.contains(part)));
    ensure!(errors.is_empty(), "{name}: the console has errors: {errors:#?}");
    Ok(())
}
