//! Text, articles, records and the rules about them.
//!
//! Pure: nothing here reads a clock, draws a random number, or touches storage or the browser. What it
//! needs of those is passed in, so the same input always gives the same result and the host can test it.

pub mod anchor;
pub mod article;
pub mod boundary;
pub mod completeness;
pub mod cursor;
pub mod edit;
pub mod entity;
pub mod filter;
pub mod fold;
pub mod history;
pub mod id;
pub mod import;
pub mod mapping;
pub mod order;
pub mod part;
pub mod record;
pub mod records;
pub mod scheme;
pub mod search;
pub mod segment;
pub mod selector;
pub mod shelf;
pub mod snap;
pub mod span_set;
pub mod text;
pub mod timestamp;
pub mod transaction;
pub mod wording;
