//! The rescue file: all work as it is kept, in one file that Import takes in again.
//!
//! JSON, UTF-8: `format` is `hearsay-rescue`, `version` is 1, `made_at` is when. `local_storage` has keys and values
//! as in local storage; `database` has `log`, the log's twin, `texts`, the texts of added articles by their SHA-256, and
//! `snapshots`, those that were moved out of local storage, by their keys there. It is written by [`Writer`] from what
//! the page holds in memory, where storage may have failed, and by `public/rescue.js` from storage as it stands, where
//! the page itself has. A value that is not well-formed UTF-16 stands there as the list of its units, so that nothing
//! is left out; it is not read, which is told. `problems`, where it is there, tells in sentences what could not be had
//! when the file was made.

mod reading;
#[cfg(test)]
mod tests;
mod writing;

pub use reading::{Contents, Piece, Rescue, changes};
pub use writing::{TextWriter, Writer};

const FORMAT: &str = "hearsay-rescue";
const VERSION: u32 = 1;

/// How many bytes tell whether a file is a rescue file.
pub const HEAD: u32 = 200;

/// What every key of ours begins with.
pub const OURS: &str = "hearsay/";

/// Whether a file says that it is a rescue file.
pub fn recognises(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD as usize)];
    let name = br#""hearsay-rescue""#;
    head.windows(name.len()).any(|words| words == name)
}
