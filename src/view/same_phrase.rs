//! The dialog that labels every place where the selected words stand.

use leptos::prelude::*;

/// The dialog that labels every place where the selected words stand.
#[component]
pub fn SamePhraseDialog() -> impl IntoView {}
