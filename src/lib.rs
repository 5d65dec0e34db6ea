//! Hearsay: a workbench in the browser for labelling what the news claims, who says it, and what nobody has
//! verified.

pub mod core;
pub mod formats;
pub mod store;
