//! The command palette: every command with its key, found by typing.

use leptos::prelude::*;

/// The command palette: every command with its key, found by typing.
#[component]
pub fn CommandPalette() -> impl IntoView {}
