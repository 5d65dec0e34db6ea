//! The README promises, and names the test that shows each: every test that it names is there.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

fn path(within: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(within)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The Rust files in a folder and those within it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.flatten().map(|entry| entry.path());
    paths
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The names of all tests.
fn tests() -> Vec<String> {
    let folders = ["src", "tests/e2e/tests"].map(|folder| sources(&path(folder)));
    let mut names = Vec::new();
    for file in folders.concat() {
        let mut is_test = false;
        for line in read(&file).lines().map(str::trim) {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test]");
            let begins = line
                .strip_prefix("async fn ")
                .or_else(|| line.strip_prefix("fn "));
            if let (true, Some(rest)) = (is_test, begins) {
                names.extend(rest.split('(').next().map(str::to_owned));
                is_test = false;
            }
        }
    }
    names
}

/// The rows of the table of promises: each promise, and what is named beside it.
fn promises() -> Vec<(String, Vec<String>)> {
    let readme = read(&path("README.md"));
    let (_, table) = readme
        .split_once("| promise | test |\n")
        .expect("the README has a table of promises");
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| {
        let (promise, tests) = row.trim_matches('|').rsplit_once('|')?;
        let named = tests.split('`').skip(1).step_by(2).map(str::to_owned);
        Some((promise.trim().to_owned(), named.collect()))
    })
    .collect()
}

#[test]
fn every_promise_names_a_test_and_every_named_test_is_there() {
    let tests = tests();
    let promises = promises();
    assert!(promises.len() > 10, "{promises:?}");
    for (promise, named) in promises {
        assert!(!named.is_empty(), "no test shows: {promise}");
        for name in named {
            let is_there = match name.strip_suffix('…') {
                _ if name.contains('/') => path(&name).exists() || path("src").join(&name).exists(),
                Some(begins) => tests.iter().any(|test| test.starts_with(begins)),
                None => tests.contains(&name),
            };
            assert!(is_there, "{name} is not there, for: {promise}");
        }
    }
}
