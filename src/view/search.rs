//! The search panel: words, how they are meant, and every place where they stand.

use leptos::prelude::*;

/// The search panel: words, how they are meant, and every place where they stand.
#[component]
pub fn Search() -> impl IntoView {}
