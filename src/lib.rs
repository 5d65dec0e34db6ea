//! Hearsay: a workbench in the browser for labelling what the news claims, who says it, and what nobody has
//! verified.
//!
//! ARCHITECTURE.md tells what each ring may know of the others. The three pure ones are compiled for every
//! target; the page's own are compiled for the browser alone.

pub mod core;
