//! The page of all entities, and the page of one with all its claims.

use leptos::prelude::*;

/// The page of all entities, and the page of one with all its claims.
#[component]
pub fn EntitiesPage() -> impl IntoView {}
