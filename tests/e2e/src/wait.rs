use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a condition may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(10);

const POLL: Duration = Duration::from_millis(25);

/// Asks `question` until it answers, at most for [`PATIENCE`].
///
/// # Errors
/// Fails with `what` when no answer came in time, and at once when the question itself fails.
pub async fn until<T>(what: &str, question: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    until_within(PATIENCE, what, question).await
}

/// Asks `question` until it answers, at most for `patience`.
pub(crate) async fn until_within<T>(
    patience: Duration,
    what: &str,
    mut question: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = question().await? {
            return Ok(answer);
        }
        if start.elapsed() > patience {
            bail!("waited {} s in vain for {what}", patience.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
}
