//! The panel that tells what the labels mean, with examples that open in their article.

use leptos::prelude::*;

/// The panel that tells what the labels mean, with examples that open in their article.
#[component]
pub fn Guideline() -> impl IntoView {}
