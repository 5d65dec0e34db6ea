//! The keys, to see and to change.

use leptos::prelude::*;

/// The keys, to see and to change.
#[component]
pub fn KeysDialog() -> impl IntoView {}
