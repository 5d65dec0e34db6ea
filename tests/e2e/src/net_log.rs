//! What the browser has asked the network for, from its own log (`--log-net-log`).
//!
//! The log has every request of the whole browser: those of the page, of its workers and of the service worker, and
//! those that it makes for itself.

use anyhow::{Context, Result};
use serde_json::Value;

/// A request, as it was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What was asked for.
    pub url: String,
    /// The origin on whose behalf; `None` for an address that was typed, and for what the browser wants itself.
    pub initiator: Option<String>,
}

/// Reads a log.
///
/// # Errors
/// Fails when it has another shape.
pub fn read(log: &[u8]) -> Result<Vec<Request>> {
    let log: Value = serde_json::from_slice(log).context("the log of the network is no JSON")?;
    let begun = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
        .as_u64()
        .context("the log of the network knows no requests")?;
    let events = log["events"]
        .as_array()
        .context("the log of the network has no events")?;
    Ok(events
        .iter()
        .filter(|event| event["type"] == begun)
        .filter_map(|event| {
            let initiator = event["params"]["initiator"].as_str();
            Some(Request {
                url: event["params"]["url"].as_str()?.to_owned(),
                initiator: initiator
                    .filter(|origin| origin.contains("://"))
                    .map(str::to_owned),
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_with_their_origin() -> Result<()> {
        let log = r#"{"constants": {"logEventTypes": {"OTHER": 1, "URL_REQUEST_START_JOB": 2}}, "events": [
            {"type": 2, "params": {"url": "http://a/x", "initiator": "http://a"}},
            {"type": 1, "params": {"url": "http://a/y"}}, {"type": 2},
            {"type": 2, "params": {"url": "http://a/", "initiator": "not an origin"}}]}"#;
        let request = |url: &str, initiator: Option<&str>| Request {
            url: url.to_owned(),
            initiator: initiator.map(str::to_owned),
        };
        assert_eq!(
            read(log.as_bytes())?,
            [
                request("http://a/x", Some("http://a")),
                request("http://a/", None)
            ]
        );
        Ok(())
    }
}
