//! Keeps the records where a closed, crashed or killed page finds them again.
//!
//! One edit is one small [`log`] entry, written under a key of its own writer, so that no two open pages ever
//! write the same key. The page puts the same key and value into a second store (the *twin*, IndexedDB), which
//! survives a kill that local storage does not. At start the log is read ([`Repository::read_log`]), then the twin
//! ([`Repository::read_twin`]) and, a few articles at a time, the [`snapshot`]s ([`Repository::read_stored`]); all are
//! merged, and [`Repository::open`] does all of it at once. The merge is the last-writer-wins rule of [`crate::core::records`], so
//! what is read twice counts once, and order does not matter.
//!
//! In idle time [`Repository::fold`] merges log entries into one snapshot per [`key::Scope`] (an article, or
//! the corpus as a whole). A snapshot is written, read back and compared before the entries that it covers are
//! removed, so whatever moment the page stops at, each edit is in the log, in a snapshot, or in both. An
//! entry's twin may go a minute later, once the snapshot is seen to hold it still ([`Repository::prunable`]).
//!
//! Storage is small. Where it runs short, snapshots of articles long untouched move to the database
//! (`repository/cooling.rs`), which a page reads as well; a scope is what snapshot, cold snapshot, log and twin give
//! together, in whatever order they are read.
//!
//! Every value stands in an [`envelope`] with version and checksum. An older one goes through the numbered
//! [`migration`]s; a newer one is left alone and makes its scope read-only; a damaged one is moved aside under
//! another key, never written over. The ring is pure: storage is a [`KeyValue`], and times are passed in.
//!
//! # Limitations
//! - Two pages that fold at once could each miss the other's snapshot: the page folds under a Web Lock. Where
//!   storage shows one page another's writes late all the same, the twin and the second look before pruning
//!   mend it.
//! - A snapshot that moves is as safe as a transaction of IndexedDB, which browsers keep when they are killed, but may
//!   lose in the first seconds where the machine itself loses power.
//! - The checksum finds damage; it is no protection against somebody who means to deceive.
//! - A free-form value nested more than about 120 levels deep cannot be stored: its edit is reported as not
//!   saved, and never as saved.

#[cfg(test)]
mod crash;
pub mod envelope;
pub mod key;
pub mod key_value;
pub mod log;
pub mod memory;
pub mod migration;
mod packed;
pub mod repository;
pub mod rescue;
#[cfg(test)]
mod sample;
pub mod snapshot;

pub use key::Scope;
pub use key_value::{KeyValue, StorageError};
pub use memory::Memory;
pub use repository::{Committed, Finding, Folded, Opened, Pending, Repository};
