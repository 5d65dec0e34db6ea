//! The workspace: what is open, what is selected, what can be done, and whether it is saved.
//!
//! It holds the records and lets the core decide what an edit does to them. It knows nothing of elements and
//! components.

pub mod backup;
pub mod catalogue;
pub mod command;
mod copying;
pub mod desk;
mod editing;
pub mod entities;
pub mod exporting;
pub mod importing;
mod keeping;
pub mod keymap;
pub mod later;
pub mod loading;
pub mod long_edit;
pub mod palette;
pub mod phrases;
mod reading;
mod rehearsal;
mod relating;
mod rescuing;
pub mod returning;
pub mod safekeeping;
pub mod saving;
mod scheme;
pub mod searching;
mod selecting;
mod settings;
mod starting;
mod tabs;
mod typing;
pub mod wording;
pub mod workspace;
