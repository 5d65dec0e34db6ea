//! What the built page promises, tried in a real browser.

mod corpus;
mod editing;
mod gold;
mod offsets;
mod screenshots;
