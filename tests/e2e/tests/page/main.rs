//! What the built page promises, tried in a real browser.

mod accessibility;
mod boundaries;
mod commands;
mod corpus;
mod editing;
mod entities;
mod fields;
mod files;
mod finding;
mod gold;
mod hostile;
mod keyboard;
mod lists;
mod network;
mod offline;
mod offsets;
mod regions;
mod relations;
mod safety;
mod scale;
mod screenshots;
mod scripts;
mod selecting;
mod several;
mod steps;
mod touch;
