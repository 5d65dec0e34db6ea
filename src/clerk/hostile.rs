//! Hostile files, at least 300 and the same in every run: a clerk who is given any of them shows a preview, hands over
//! what there is to take in, and neither panics nor hangs.
//!
//! Each sample of a format, golden files among them, is spoilt in every way of [`SPOILERS`]; beside them stand files
//! that are hostile from the first byte ([`made_up`]), and large ones ([`large`]). `fuzz/` goes on from here for as
//! long as one likes.

use super::tests::{TEXT, clerk, line, take};
use super::*;
use crate::core::article::sha256;
use crate::store::rescue;
use std::io::Write;
use std::time::{Duration, Instant};

/// The longest that a file of 10 MB may take, as it is promised.
const PROMISED: Duration = Duration::from_secs(2);
/// The longest that it may take here, where tests run side by side on slower code.
const BORNE: Duration = Duration::from_secs(60);
/// What is large.
const LARGE: usize = 10_000_000;

/// A file of every kind that Import takes, as it should be.
const SAMPLES: [(&str, &[u8]); 20] = [
    ("brat.txt", include_bytes!("../../tests/golden/formats/brat.txt")),
    (
        "cas.json",
        include_bytes!("../../tests/golden/formats/cas-json.txt"),
    ),
    (
        "claims.jsonld",
        include_bytes!("../../tests/golden/formats/claim-review.jsonld"),
    ),
    (
        "conll.conllup",
        include_bytes!("../../tests/golden/formats/conll.conllup"),
    ),
    (
        "bare.json",
        include_bytes!("../../tests/golden/formats/corpus-without-texts.json"),
    ),
    (
        "bare.jsonl",
        include_bytes!("../../tests/golden/formats/corpus-without-texts.jsonl"),
    ),
    (
        "corpus.json",
        include_bytes!("../../tests/golden/formats/corpus.json"),
    ),
    (
        "corpus.jsonl",
        include_bytes!("../../tests/golden/formats/corpus.jsonl"),
    ),
    (
        "doccano.jsonl",
        include_bytes!("../../tests/golden/formats/doccano.jsonl"),
    ),
    (
        "train.jsonl",
        include_bytes!("../../tests/golden/formats/hugging-face-train.jsonl"),
    ),
    (
        "tasks.json",
        include_bytes!("../../tests/golden/formats/label-studio-tasks.json"),
    ),
    (
        "links.jsonl",
        include_bytes!("../../tests/golden/formats/links.jsonl"),
    ),
    (
        "prodigy.jsonl",
        include_bytes!("../../tests/golden/formats/prodigy.jsonl"),
    ),
    (
        "scheme.json",
        include_bytes!("../../tests/golden/formats/scheme.json"),
    ),
    (
        "spacy.jsonl",
        include_bytes!("../../tests/golden/formats/spacy.jsonl"),
    ),
    (
        "spans.csv",
        include_bytes!("../../tests/golden/formats/spans.csv"),
    ),
    (
        "spans.jsonl",
        include_bytes!("../../tests/golden/formats/spans.jsonl"),
    ),
    (
        "notes.jsonld",
        include_bytes!("../../tests/golden/formats/web-annotation.jsonld"),
    ),
    (
        "people.csv",
        b"id,name,aliases\nQ1,Ada,Countess|Lovelace\nQ2,Bob,\n",
    ),
    (
        "page.html",
        b"<!doctype html><title>T</title><article><h1>H</h1><p>One <b>two</b> &amp; three.</p></article>",
    ),
];

/// A way to spoil a file.
type Spoiler = (&'static str, fn(&[u8]) -> Vec<u8>);

const SPOILERS: [Spoiler; 17] = [
    ("cut in the middle", |file| file[..file.len() / 2].to_vec()),
    ("cut before its end", |file| {
        file[..file.len().saturating_sub(3)].to_vec()
    }),
    ("without its first byte", |file| file[1..].to_vec()),
    ("twice", |file| [file, file].concat()),
    ("in UTF-16", |file| {
        let text = String::from_utf8_lossy(file);
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xFF, 0xFE].into_iter().chain(units).collect()
    }),
    ("with CRLF", |file| replaced(file, "\n", "\r\n")),
    ("with NUL", |file| replaced(file, " ", "\0")),
    ("with bytes of no letter", |file| {
        file.iter()
            .enumerate()
            .map(|(at, byte)| if at % 97 == 5 { 0xC3 } else { *byte })
            .collect()
    }),
    ("with half a surrogate pair", |file| {
        replaced(file, "said", "\\ud83d")
    }),
    ("with negative numbers", |file| replaced(file, ": 1", ": -1")),
    ("with numbers beyond any", |file| {
        numbers(file, "99999999999999999999999")
    }),
    ("with numbers at the edge", |file| numbers(file, "4294967295")),
    ("with powers", |file| numbers(file, "1e308")),
    ("with null for words", |file| replaced(file, "\"claim\"", "null")),
    ("with lists for objects", |file| {
        replaced(&replaced(file, "{", "["), "}", "]")
    }),
    ("with names of ours for keys", |file| {
        replaced(file, "\"text\"", "\"__proto__\"")
    }),
    ("with markup", |file| {
        replaced(file, "a", "<img src=x onerror=alert(1)>")
    }),
];

fn replaced(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    String::from_utf8_lossy(file).replace(old, new).into_bytes()
}

/// The file with each run of digits for another number.
fn numbers(file: &[u8], number: &str) -> Vec<u8> {
    let mut changed = Vec::new();
    let mut is_within = false;
    for &byte in file {
        if !byte.is_ascii_digit() {
            changed.push(byte);
        } else if !is_within {
            changed.extend_from_slice(number.as_bytes());
        }
        is_within = byte.is_ascii_digit();
    }
    changed
}

/// Files that were never sound, each under every name that decides how it is read.
fn made_up() -> Vec<(String, Vec<u8>)> {
    let contents: [(&str, Vec<u8>); 8] = [
        ("nothing", Vec::new()),
        (
            "noise",
            (0..4096_u32)
                .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect(),
        ),
        ("brackets", vec![b'['; 100_000]),
        ("objects", b"{\"a\":".repeat(50_000)),
        ("quotes", vec![b'"'; 100_001]),
        ("commas", vec![b','; 100_000]),
        ("tags", b"<div>".repeat(20_000)),
        ("entities", b"&#x110000;&#0;&nosuch;".repeat(1000)),
    ];
    let names = [
        "a.json", "a.jsonl", "a.csv", "a.tsv", "a.txt", "a.md", "a.html", "a.ann", "a.zip", "a",
    ];
    contents
        .iter()
        .flat_map(|(_, bytes)| names.map(|name| (name.to_owned(), bytes.clone())))
        .collect()
}

/// Files of 10 MB, sound and not.
fn large() -> Vec<(&'static str, Vec<u8>)> {
    let filled = |before: &str, piece: &str, behind: &str| {
        let mut file = before.to_owned();
        while file.len() < LARGE {
            file += piece;
        }
        (file + behind).into_bytes()
    };
    let line = line(TEXT, "claim", 0, 9) + "\n";
    vec![
        ("brackets.json", vec![b'['; LARGE]),
        ("objects.jsonl", filled("", "{\"a\":", "")),
        ("open.html", filled("", "<div><p>word ", "")),
        ("table.csv", filled("id,text\n", "1,\"word, word\"\n", "")),
        ("quoted.csv", filled("text\n\"", "word, \n", "")),
        ("words.txt", filled("", "word — слово 😀 ", "")),
        ("doccano.jsonl", filled("", &line, "")),
        ("noise.zip", filled("PK\u{3}\u{4}", "PK\u{1}\u{2}\u{0}", "")),
    ]
}

/// Has a clerk read files, and take in whatever there is. Returns how long that took.
fn survived(files: Vec<File>) -> Duration {
    let begin = Instant::now();
    let mut clerk = clerk();
    let answer = clerk.answer(Request::Read { now: 0 }, files, &mut Vec::new());
    let Answer::Preview(preview) = answer else {
        panic!("no preview: {answer:?}");
    };
    for lot in &preview.lots {
        assert!(lot.problem.is_none() || lot.contents.is_empty(), "{lot:?}");
    }
    take(&mut clerk);
    begin.elapsed()
}

/// Has a clerk read these bytes as a rescue file, and hand over what is in it.
fn rescued(bytes: Vec<u8>) {
    let mut clerk = clerk();
    let files = vec![file("rescue.json", bytes)];
    match clerk.answer(Request::ReadRescue, files, &mut Vec::new()) {
        Answer::Rescue(_) => while hands_over(&mut clerk) {},
        answer => assert!(matches!(answer, Answer::Failed(_)), "{answer:?}"),
    }
}

fn hands_over(clerk: &mut Clerk) -> bool {
    match clerk.answer(Request::TakeRescued, Vec::new(), &mut Vec::new()) {
        Answer::Rescued(Some(piece)) => {
            let _ = piece.records();
            true
        }
        answer => {
            assert!(
                matches!(answer, Answer::Rescued(None) | Answer::Failed(_)),
                "{answer:?}"
            );
            false
        }
    }
}

fn file(name: &str, bytes: Vec<u8>) -> File {
    File {
        name: name.to_owned(),
        bytes,
    }
}

/// A zip archive of one file.
fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn three_hundred_hostile_files_are_read_or_refused_without_a_panic() {
    let mut count = 0;
    let mut try_one = |what: &str, files: Vec<File>| {
        let took = survived(files);
        assert!(took < BORNE, "{what}: {took:?}");
        count += 1;
    };
    for (name, bytes) in SAMPLES {
        for (way, spoil) in SPOILERS {
            try_one(&format!("{name} {way}"), vec![file(name, spoil(bytes))]);
        }
        try_one(
            &format!("{name} zipped"),
            vec![file("a.zip", zipped(&format!("../{name}"), bytes))],
        );
        // Under a name that promises something else.
        try_one(&format!("{name} as text"), vec![file("a.txt", bytes.to_vec())]);
    }
    for (name, bytes) in made_up() {
        try_one(&name, vec![file(&name, bytes)]);
    }
    assert!(count >= 300, "{count} files");
}

#[test]
fn spoilt_rescue_files_are_read_or_refused_without_a_panic() {
    let mut writer = rescue::Writer::begin(Vec::new(), Timestamp::from_millis(0)).unwrap();
    for key in [
        "hearsay/snapshot/corpus",
        "hearsay/setting/scheme",
        "hearsay/log/0",
    ] {
        writer.stored(key, "1:00000000:{}").unwrap();
    }
    let mut texts = writer.texts().unwrap();
    texts.text(&sha256(TEXT.as_bytes()), TEXT).unwrap();
    let sound = texts.finish(&[]).unwrap();
    rescued(sound.clone());
    for (_, spoil) in SPOILERS {
        rescued(spoil(&sound));
    }
    for (_, bytes) in SAMPLES {
        rescued(bytes.to_vec());
    }
}

#[test]
fn ten_megabytes_do_not_hang() {
    let mut slow = Vec::new();
    for (name, bytes) in large() {
        let took = survived(vec![file(name, bytes)]);
        eprintln!("{name}: {took:.1?}");
        assert!(took < BORNE, "{name}: {took:?}");
        if took > PROMISED {
            slow.push(name);
        }
    }
    eprintln!("longer than {PROMISED:?} here, unoptimised: {slow:?}");
}
