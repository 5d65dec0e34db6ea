//! Files on their way in: whatever the bytes, the clerk shows a preview and hands over what there is.
#![no_main]

use hearsay::clerk::{Answer, Clerk, Request};
use hearsay::formats::File;
use libfuzzer_sys::fuzz_target;

/// What a file's name ends with has a say in how it is read. The first byte chooses.
const NAMES: [&str; 10] = [
    "a.json", "a.jsonl", "a.jsonld", "a.csv", "a.tsv", "a.txt", "a.html", "a.ann", "a.zip", "a",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, bytes)) = bytes.split_first() else {
        return;
    };
    let file = File {
        name: NAMES[usize::from(first) % NAMES.len()].to_owned(),
        bytes: bytes.to_vec(),
    };
    let mut clerk = Clerk::default();
    let answer = clerk.answer(Request::Read { now: 0 }, vec![file], &mut Vec::new());
    assert!(matches!(answer, Answer::Preview(_)), "{answer:?}");
    while let Answer::Piece(_) = clerk.answer(Request::Take, Vec::new(), &mut Vec::new()) {}
});
