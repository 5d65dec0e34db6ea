//! Text with records, made from a seed. Accents and curly quotes keep the text from being ASCII, which is indexed in a
//! way of its own.

use fastrand::Rng;
use hearsay::core::article::Article;
use hearsay::core::id::{RecordId, WriterId};
use hearsay::core::record::{Annotation, Fields, Metadata, Origin, Record, RecordKind};
use hearsay::core::records::{Records, Stamp};
use hearsay::core::text::{ByteOffset, Span, Text};
use hearsay::core::timestamp::Timestamp;

/// As in the workloads of the benchmark.
pub(crate) const BYTES_A_SPAN: usize = 100;
const PARAGRAPH: usize = 600;
/// 2026-11-21T12:00:00Z.
const NOON: i64 = 1_795_262_400_000;
const WORDS: [&str; 16] = [
    "officials",
    "said",
    "on",
    "Tuesday",
    "that",
    "the",
    "bridge",
    "near",
    "Kraków",
    "had",
    "been",
    "“wholly",
    "destroyed”",
    "according",
    "to",
    "witnesses",
];

/// Text of about so many bytes.
pub(crate) fn text(rng: &mut Rng, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 16);
    let mut paragraph = 0;
    while text.len() < bytes {
        let word = WORDS[rng.usize(..WORDS.len())];
        if !text.is_empty() {
            let ends = text.len() - paragraph > PARAGRAPH;
            text.push(if ends { '\n' } else { ' ' });
            if ends {
                paragraph = text.len();
            }
        }
        text.push_str(word);
    }
    text
}

/// An article with so many annotations.
pub(crate) fn article(rng: &mut Rng, number: usize, spans: usize) -> (Article, Records) {
    let text = Text::new(text(rng, spans * BYTES_A_SPAN));
    let mut records = Records::default();
    for at in 0..spans {
        let (id, record) = annotation(rng, &text, at as u64);
        records.merge(RecordKind::Annotation, id, stamp(at as u64 + 1), Some(record));
    }
    let id = format!("article-{number:06}");
    (
        Article::new(id.as_str().into(), Metadata::default(), text),
        records,
    )
}

/// An annotation over some words, the `number`th that its annotator has made.
pub(crate) fn annotation(rng: &mut Rng, text: &Text, number: u64) -> (RecordId, Record) {
    let made = NOON + 5_000 * number as i64;
    let annotation = Annotation {
        label: ["claim", "attribution", "unverified"][rng.usize(..3)].into(),
        span: span(rng, text),
        attributes: Fields::new(),
        note: None,
        annotator: "quiet-heron".into(),
        created: Timestamp::from_millis(made),
        updated: Timestamp::from_millis(made),
        origin: Origin::Human,
    };
    let id = RecordId::new_v7(made as u64, &std::array::from_fn(|_| rng.u8(..)));
    (id, Record::Annotation(annotation))
}

/// 60 bytes in the mean, moved to where characters begin.
fn span(rng: &mut Rng, text: &Text) -> Span {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        ByteOffset::from(at)
    };
    let start = rng.usize(..text.len() - 150);
    let end = start + rng.usize(10..110);
    Span::new(boundary(start), boundary(end)).expect("ten bytes hold a character")
}

/// The stamp of the change at that time.
pub(crate) fn stamp(time: u64) -> Stamp {
    Stamp {
        time,
        writer: WriterId(1),
    }
}
