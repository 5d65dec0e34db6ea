//! What the service worker (`public/sw.js`) is told of the page to release: its version, and every file's hash.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::failure::{Failure, Outcome};
use crate::folder::{REMEDY, names, read, read_bytes, write};

/// The file of the worker.
pub(crate) const WORKER: &str = "sw.js";
/// Where the worker is told.
const UNTOLD: &str = "const PAGE = null;";

/// Tells the worker of the page in the folder, which is otherwise complete.
///
/// # Errors
/// If a file cannot be read, or the worker has no place to be told.
pub(crate) fn run(page: &Path) -> Outcome {
    let mut files = Vec::new();
    list(page, "", &mut files)?;
    files.sort();
    let worker = page.join(WORKER);
    let told = told(&read(&worker)?, &files).ok_or_else(|| {
        Failure::new(
            "to tell the service worker of the page",
            format!("it has no line `{UNTOLD}`"),
            REMEDY,
        )
    })?;
    write(&worker, &told)
}

/// A few letters that stand for these bytes and no others.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8]
        .iter()
        .fold(String::new(), |mut hash, byte| {
            // Writing to a string does not fail.
            let _ = write!(hash, "{byte:02x}");
            hash
        })
}

/// Adds the files of a folder and of those in it, each by its path in the page and its hash.
fn list(folder: &Path, path: &str, files: &mut Vec<(String, String)>) -> Outcome {
    for name in names(folder)? {
        let file = folder.join(&name);
        let path = format!("{path}{name}");
        if file.is_dir() {
            list(&file, &format!("{path}/"), files)?;
        } else if path != WORKER {
            let hash = STANDARD.encode(Sha256::digest(read_bytes(&file)?));
            // The page itself by the path that people ask for: some hosts redirect the other.
            let path = if path == "index.html" {
                "./".to_owned()
            } else {
                path
            };
            files.push((path, format!("sha256-{hash}")));
        }
    }
    Ok(())
}

/// The worker's script, told of these files. The version stands for them and for the script; `None` where it has no
/// place for them.
fn told(script: &str, files: &[(String, String)]) -> Option<String> {
    let mut list = String::new();
    for (path, hash) in files {
        // Rust writes a string with the escapes that JavaScript reads. Writing to a string does not fail.
        let _ = write!(list, "\n    {path:?}: {hash:?},");
    }
    let version = short_hash(format!("{script}{list}").as_bytes());
    let page = format!("const PAGE = {{\n  version: \"{version}\",\n  files: {{{list}\n  }},\n}};");
    script.contains(UNTOLD).then(|| script.replacen(UNTOLD, &page, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(script: &str, hash: &str) -> Option<String> {
        told(script, &[("articles/a.txt".to_owned(), hash.to_owned())])
    }

    #[test]
    fn the_worker_is_told_every_file_and_a_version() {
        let told = told_of("'use strict';\nconst PAGE = null;\nrest", "sha256-ab=").expect("a place");
        assert!(told.starts_with("'use strict';\nconst PAGE = {\n  version: \""));
        assert!(told.ends_with("\",\n  files: {\n    \"articles/a.txt\": \"sha256-ab=\",\n  },\n};\nrest"));
    }

    #[test]
    fn another_file_or_another_worker_is_another_version() {
        let version = |script, hash| {
            let told = told_of(script, hash).expect("a place");
            told.split('"').nth(1).map(str::to_owned)
        };
        let first = version(UNTOLD, "1");
        assert_eq!(first, version(UNTOLD, "1"));
        assert_ne!(first, version(UNTOLD, "2"));
        assert_ne!(first, version("const PAGE = null; // better", "1"));
    }

    #[test]
    fn the_worker_in_the_checkout_has_the_place() {
        assert!(include_str!("../../public/sw.js").contains(UNTOLD));
        assert_eq!(told("nothing", &[]), None);
    }
}
