//! The list of the annotations that the selected one can be related to.

use leptos::prelude::*;

/// The list of the annotations that the selected one can be related to.
#[component]
pub fn RelationTarget() -> impl IntoView {}
