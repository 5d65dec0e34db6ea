//! What is seen: components that show the workspace and hand it commands. No rule about annotations lives here.

pub mod annotations;
pub mod app;
pub mod article_text;
pub mod bar;
pub mod command_palette;
mod drawing;
mod drawn;
pub mod entities;
pub mod export;
pub mod guideline;
pub mod handles;
pub mod inspector;
pub mod keys;
pub mod label_palette;
pub mod library;
pub mod margin;
pub mod modal;
pub mod notice;
pub mod overlaps;
pub mod page;
pub mod reader;
pub mod region_question;
pub mod relation_target;
pub mod same_phrase;
pub mod search;
pub mod side;
pub mod to_complete;
