//! Barriers that axe-core finds in the page as it stands.

use std::fmt;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::page::Page;

/// What is looked for: WCAG 2.0 to 2.2, levels A and AA, and what axe-core calls best practice. No rule of these
/// is left out.
const RULES: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// A rule that the page breaks.
#[derive(Debug, Clone, Deserialize)]
pub struct Violation {
    /// The rule's id, such as `color-contrast`.
    pub id: String,
    /// How bad it is: `minor`, `moderate`, `serious` or `critical`.
    pub impact: Option<String>,
    /// What the rule asks for.
    pub help: String,
    /// Where it is broken.
    pub nodes: Vec<Barrier>,
}

/// An element that breaks a rule.
#[derive(Debug, Clone, Deserialize)]
pub struct Barrier {
    /// Selectors that lead to the element.
    pub target: Vec<String>,
    /// The beginning of its markup.
    pub html: String,
    /// What is wrong with it, and by how much.
    #[serde(rename = "failureSummary")]
    pub summary: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impact = self.impact.as_deref().unwrap_or("unknown");
        writeln!(f, "{} ({impact}): {}", self.id, self.help)?;
        for Barrier {
            target,
            html,
            summary,
        } in &self.nodes
        {
            writeln!(f, "  {}", target.join(" "))?;
            writeln!(f, "    {html}")?;
            for line in summary.iter().flat_map(|summary| summary.lines().skip(1)) {
                writeln!(f, "    {}", line.trim())?;
            }
        }
        Ok(())
    }
}

/// Every rule that the page breaks as it stands, once nothing moves any more.
///
/// # Errors
/// Fails when axe-core is not installed or cannot run in the page.
pub async fn violations(page: &Page<'_>) -> Result<Vec<Violation>> {
    let file = crate::workspace().join("tests/e2e/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&file).with_context(|| {
        format!(
            "cannot read {}: run `cargo xtask setup`, or `npm ci` in tests/e2e",
            file.display()
        )
    })?;
    page.wait_still().await?;
    if page.ask("return typeof axe;", Vec::new()).await? == json!("undefined") {
        page.browser()
            .devtools("Runtime.evaluate", json!({ "expression": source }))
            .await?;
    }
    let script = "const shown = ({ html, target, failureSummary }) =>
            ({ html: html.slice(0, 200), target: target.flat(), failureSummary });
        const options = { resultTypes: ['violations'], runOnly: { type: 'tag', values: arguments[0] } };
        return axe.run(document, options).then(({ violations }) => violations.map(
            ({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(shown) })));";
    let found = page.ask(script, vec![json!(RULES)]).await?;
    serde_json::from_value(found).context("axe-core reports otherwise than it did")
}

/// Checks that axe-core finds no barrier in the page as it stands. `what` says what the page shows.
///
/// # Errors
/// Fails with everything that it finds.
pub async fn ensure_accessible(page: &Page<'_>, what: &str) -> Result<()> {
    let found = violations(page).await?;
    if found.is_empty() {
        return Ok(());
    }
    let list: String = found.iter().map(ToString::to_string).collect();
    bail!("{what}:\n{list}")
}
