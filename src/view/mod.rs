//! What is seen: components that show the workspace and hand it commands. No rule about annotations lives here.

pub mod annotations;
pub mod app;
pub mod bar;
pub mod export;
pub mod inspector;
pub mod library;
pub mod notice;
pub mod page;
pub mod reader;
