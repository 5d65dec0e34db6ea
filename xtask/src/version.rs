//! Versions: read from what a tool prints and from the project's own files, and compared.

use std::fmt;

/// A version's first three numbers. What a tool leaves out is 0, so `132` is `132.0.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u64,
    pub(crate) minor: u64,
    pub(crate) patch: u64,
}

impl Version {
    /// The first word of `text` that starts like a version: `trunk 0.21.14` holds 0.21.14,
    /// `Chromium 156.0.8078.79 built on …` holds 156.0.8078.
    pub(crate) fn first_in(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::from_word)
    }

    fn from_word(word: &str) -> Option<Self> {
        if !word.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let numbers = word
            .split(|c: char| !c.is_ascii_digit() && c != '.')
            .next()?
            .split('.')
            .map_while(|number| number.parse().ok())
            .collect::<Vec<u64>>();
        let nth = |n: usize| numbers.get(n).copied().unwrap_or(0);
        Some(Self {
            major: nth(0),
            minor: nth(1),
            patch: nth(2),
        })
    }

    /// Whether a tool of this version serves where `wanted` is asked for, by Cargo's rule for `0.x`:
    /// the same major and minor, and at least the patch.
    pub(crate) fn serves(self, wanted: Self) -> bool {
        (self.major, self.minor) == (wanted.major, wanted.minor) && self.patch >= wanted.patch
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The version of `package` in the text of a `Cargo.lock`. Where several are locked, the first.
pub(crate) fn locked(lock: &str, package: &str) -> Option<Version> {
    lock.split("[[package]]")
        .find(|entry| quoted(entry, "name") == Some(package))
        .and_then(|entry| quoted(entry, "version"))
        .and_then(Version::first_in)
}

/// The text between the quotes of the first line `key = "…"`.
pub(crate) fn quoted<'a>(toml: &'a str, key: &str) -> Option<&'a str> {
    toml.lines().find_map(|line| {
        line.trim_start()
            .strip_prefix(key)?
            .trim_start()
            .strip_prefix('=')?
            .trim_start()
            .strip_prefix('"')?
            .split('"')
            .next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(major: u64, minor: u64, patch: u64) -> Version {
        Version { major, minor, patch }
    }

    #[test]
    fn reads_what_tools_print() {
        for (printed, read) in [
            ("trunk 0.21.14", version(0, 21, 14)),
            ("wasm-bindgen 0.2.128\n", version(0, 2, 128)),
            ("wasm-opt version 132 (version_132)", version(132, 0, 0)),
            ("rustc 1.96.0 (ac68faa20 2026-05-25)", version(1, 96, 0)),
            ("1.97.0-beta.2", version(1, 97, 0)),
            (
                "Chromium 156.0.8078.79 built on Debian GNU/Linux 12",
                version(156, 0, 8078),
            ),
            (
                "ChromeDriver 156.0.8078.79 (a21ce95c-refs/heads/8078@{#1704})",
                version(156, 0, 8078),
            ),
        ] {
            assert_eq!(Version::first_in(printed), Some(read), "{printed}");
        }
        assert_eq!(Version::first_in("no such command"), None);
        assert_eq!(Version::first_in(""), None);
    }

    #[test]
    fn orders_by_number_and_not_by_text() {
        assert!(version(1, 100, 0) > version(1, 95, 0));
        assert!(version(0, 21, 14) > version(0, 21, 9));
        assert!(version(2, 0, 0) > version(1, 99, 99));
    }

    #[test]
    fn a_later_patch_serves_and_another_minor_does_not() {
        let wanted = version(0, 21, 14);
        assert!(version(0, 21, 14).serves(wanted));
        assert!(version(0, 21, 15).serves(wanted));
        assert!(!version(0, 21, 13).serves(wanted));
        assert!(!version(0, 22, 14).serves(wanted));
        assert!(!version(1, 21, 14).serves(wanted));
    }

    #[test]
    fn finds_a_package_by_its_whole_name() {
        let lock = "version = 4\n\n\
            [[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.78\"\n\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.128\"\nsource = \"…\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some(version(0, 2, 128)));
        assert_eq!(locked(lock, "wasm-bindgen-macro"), None);
        assert_eq!(locked("", "wasm-bindgen"), None);
    }

    #[test]
    fn reads_a_quoted_value_by_its_whole_key() {
        let toml = "# wasm_opt = \"no\"\nwasm_opt_2 = \"no\"\n  wasm_opt=\"version_132\" # yes\n";
        assert_eq!(quoted(toml, "wasm_opt"), Some("version_132"));
        assert_eq!(quoted(toml, "wasm"), None);
    }
}
