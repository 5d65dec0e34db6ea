//! The panel of what is still to complete.

use leptos::prelude::*;

/// The panel of what is still to complete.
#[component]
pub fn ToComplete() -> impl IntoView {}
