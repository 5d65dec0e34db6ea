//! What the built page promises, tried in a real browser.

mod corpus;
mod editing;
mod gold;
mod lists;
mod offsets;
mod screenshots;
