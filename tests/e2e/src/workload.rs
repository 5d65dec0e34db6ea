//! Articles for the benchmark, made from a seed: news-like prose with many labelled spans.
//!
//! The text is built of words, so that spans begin and end where words do, as a reviewer's do. Seven in ten spans stand
//! for themselves, one in a slot of the text; the others lie inside one of those or across its end.

use std::fmt::Write;

use fastrand::Rng;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::corpus::{Annotation, Article, Text};

/// The sizes that are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// 5 KB, 50 spans.
    S,
    /// 100 KB, 1,000 spans.
    M,
    /// 1 MB, 10,000 spans.
    L,
    /// As L, in one single paragraph.
    P,
    /// As M, with emoji throughout.
    E,
}

impl Workload {
    /// The workload of that letter.
    #[must_use]
    pub fn named(letter: &str) -> Option<Self> {
        match letter {
            "S" => Some(Self::S),
            "M" => Some(Self::M),
            "L" => Some(Self::L),
            "P" => Some(Self::P),
            "E" => Some(Self::E),
            _ => None,
        }
    }

    /// The letter.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::M => "M",
            Self::L => "L",
            Self::P => "P",
            Self::E => "E",
        }
    }

    /// The id of the article.
    #[must_use]
    pub fn article_id(self) -> String {
        format!("workload-{}", self.name().to_lowercase())
    }

    /// The length of the text in bytes, about, and the number of spans.
    #[must_use]
    pub fn size(self) -> (usize, usize) {
        match self {
            Self::S => (5_000, 50),
            Self::M | Self::E => (100_000, 1_000),
            Self::L | Self::P => (1_000_000, 10_000),
        }
    }

    /// The article: the same for the same seed.
    #[must_use]
    pub fn article(self, seed: u64) -> Article {
        let mut rng = Rng::with_seed(seed);
        let (bytes, spans) = self.size();
        let prose = Prose::write(&mut rng, bytes, self != Self::P, self == Self::E);
        let annotations = prose.annotate(&mut rng, 0, spans);
        Article {
            status: "in_progress".into(),
            annotations,
            ..plain_article(
                &self.article_id(),
                &format!("Workload {}", self.name()),
                &prose.text,
            )
        }
    }
}

/// Workload C: a corpus of so many articles of 4 KB with 20 spans each. The same for the same seed.
pub fn corpus(seed: u64, articles: usize) -> impl Iterator<Item = Article> {
    const SPANS: usize = 20;
    let mut rng = Rng::with_seed(seed);
    (0..articles).map(move |number| {
        let prose = Prose::write(&mut rng, 4_000, true, false);
        let annotations = prose.annotate(&mut rng, number * SPANS, SPANS);
        // Titles differ from each other, and none is like another's start, so that a filter has something to do.
        let title: String = prose
            .text
            .split(' ')
            .skip(3)
            .take(8)
            .collect::<Vec<_>>()
            .join(" ");
        Article {
            status: ["not_started", "in_progress", "done"][number % 3].into(),
            annotations,
            ..plain_article(
                &format!("c-{number:05}"),
                &format!("{title} ({number})"),
                &prose.text,
            )
        }
    })
}

/// The file that holds these articles, one a line: Corpus (JSON Lines).
///
/// # Errors
/// Fails when an article cannot be written as JSON.
pub fn json_lines(articles: impl IntoIterator<Item = Article>) -> serde_json::Result<Vec<u8>> {
    let mut file = Vec::new();
    for article in articles {
        serde_json::to_writer(&mut file, &article)?;
        file.push(b'\n');
    }
    Ok(file)
}

/// A new article with this text and nothing labelled.
#[must_use]
pub fn plain_article(id: &str, title: &str, text: &str) -> Article {
    Article {
        id: id.into(),
        title: Some(title.into()),
        source_url: None,
        published: None,
        retrieved: None,
        sha256: hexadecimal(&Sha256::digest(text)),
        text: text.into(),
        status: "not_started".into(),
        fields: json!({}),
        regions: Vec::new(),
        annotations: Vec::new(),
        relations: Vec::new(),
    }
}

const NOON: &str = "2026-11-21T12:00:00Z";
const CONTEXT: usize = 32;
const PARAGRAPH: usize = 600;
/// Words of a span; with the shorter nested ones, and those cut where a paragraph ends, 60 characters in the mean.
const WORDS: std::ops::RangeInclusive<usize> = 4..=20;
const LABELS: [&str; 3] = ["claim", "attribution", "unverified"];

const OPENINGS: [&str; 10] = [
    "officials in the capital",
    "a spokesman for the ministry",
    "the governor of the region",
    "residents of the town",
    "two people with knowledge of the talks",
    "the head of the relief agency",
    "local media",
    "the army’s press office",
    "a senior diplomat",
    "analysts who follow the war",
];
const VERBS: [&str; 10] = [
    "said on Tuesday that",
    "told reporters that",
    "claimed that",
    "confirmed late on Monday that",
    "denied that",
    "reported that",
    "warned that",
    "had earlier suggested that",
    "acknowledged that",
    "insisted that",
];
const SUBJECTS: [&str; 10] = [
    "more than 1,200 people",
    "the northern bridge",
    "an oil depot near the river",
    "three villages along the border",
    "the second round of negotiations",
    "about half of the grain stocks",
    "the power station",
    "several convoys",
    "a domestically produced missile",
    "the evacuation of the hospital",
];
const DEEDS: [&str; 10] = [
    "had been moved before the shelling began",
    "would be out of service until spring",
    "came under fire overnight",
    "was reportedly abandoned by its guards",
    "could not be reached for two days",
    "had passed every inspection",
    "will be discussed in Geneva next month",
    "remained under the control of government forces",
    "was seen burning at dawn",
    "had cost some 40 million euros",
];
const TAILS: [&str; 8] = [
    "although the figures have not been verified",
    "according to reports",
    "without giving any evidence",
    "as satellite images appear to show",
    "in a statement quoted by the agency",
    "for the first time since August",
    "despite repeated promises",
    "and offered no further details",
];
const EMOJI: [&str; 12] = [
    "🔥",
    "👩‍👩‍👧‍👦",
    "🇺🇦",
    "👍🏽",
    "🏳️‍🌈",
    "📰",
    "🧑🏿‍🚒",
    "e\u{301}",
    "🕊️",
    "1️⃣",
    "🗺️",
    "😮‍💨",
];

/// Text with its words.
///
/// Invariant: `words` are code-point ranges of `text` in order, none of them empty; `paragraphs` are ranges of indices
/// into `words`, in order and without gaps.
#[derive(Debug)]
struct Prose {
    text: String,
    words: Vec<(usize, usize)>,
    paragraphs: Vec<(usize, usize)>,
}

impl Prose {
    fn write(rng: &mut Rng, bytes: usize, breaks: bool, emoji: bool) -> Self {
        let mut prose = Self {
            text: String::with_capacity(bytes + 400),
            words: Vec::new(),
            paragraphs: Vec::new(),
        };
        let mut length = 0;
        let mut paragraph_bytes = 0;
        let mut first_word = 0;
        while prose.text.len() < bytes {
            let sentence = sentence(rng, emoji);
            let ends_paragraph =
                breaks && paragraph_bytes > 0 && paragraph_bytes + sentence.len() / 2 > PARAGRAPH;
            if ends_paragraph {
                prose.paragraphs.push((first_word, prose.words.len()));
                first_word = prose.words.len();
                paragraph_bytes = 0;
            }
            if !prose.text.is_empty() {
                prose.text.push(if ends_paragraph { '\n' } else { ' ' });
                length += 1;
            }
            paragraph_bytes += sentence.len() + 1;
            for (index, word) in sentence.split(' ').enumerate() {
                if index > 0 {
                    prose.text.push(' ');
                    length += 1;
                }
                let end = length + word.chars().count();
                prose.words.push((length, end));
                prose.text.push_str(word);
                length = end;
            }
        }
        prose.paragraphs.push((first_word, prose.words.len()));
        prose
    }

    fn annotate(&self, rng: &mut Rng, earlier: usize, count: usize) -> Vec<Annotation> {
        let alone = count * 7 / 10;
        let mut spans: Vec<(usize, usize)> = Vec::with_capacity(count);
        for slot in 0..alone {
            let from = self.words.len() * slot / alone;
            let to = (self.words.len() * (slot + 1) / alone).max(from + 1);
            let first = rng.usize(from..from + (to - from).div_ceil(3));
            spans.push(self.span(first, first + rng.usize(WORDS)));
        }
        for index in alone..count {
            let (first, end) = spans[rng.usize(..alone)];
            spans.push(if index % 2 == 0 && end - first > 2 {
                let inner = rng.usize(first + 1..end - 1);
                self.span(inner, rng.usize(inner + 1..end))
            } else {
                let inner = rng.usize(first..end);
                self.span(inner, inner + rng.usize(WORDS))
            });
        }
        let text = Text::new(&self.text);
        spans
            .into_iter()
            .enumerate()
            .map(|(index, span)| self.annotation(rng, &text, earlier + index, span))
            .collect()
    }

    /// Words `first..end`, cut where the paragraph of the first ends.
    fn span(&self, first: usize, end: usize) -> (usize, usize) {
        let paragraph = self.paragraphs.partition_point(|&(_, end)| end <= first);
        (first, end.min(self.paragraphs[paragraph].1))
    }

    fn annotation(&self, rng: &mut Rng, text: &Text<'_>, index: usize, span: (usize, usize)) -> Annotation {
        let (start, end) = (self.words[span.0].0, self.words[span.1 - 1].1);
        let slice = |from, to| {
            text.slice(from, to)
                .expect("words are ranges of the text")
                .to_owned()
        };
        let utf16 = |offset| text.utf16(offset).expect("words are ranges of the text");
        Annotation {
            id: id(rng, index),
            label: LABELS[rng.usize(..LABELS.len())].into(),
            start,
            end,
            start_utf16: utf16(start),
            end_utf16: utf16(end),
            text: slice(start, end),
            prefix: slice(start.saturating_sub(CONTEXT), start),
            suffix: slice(end, (end + CONTEXT).min(text.len())),
            attributes: json!({}),
            note: None,
            annotator: "benchmark".into(),
            origin: "human".into(),
            created: NOON.into(),
            updated: NOON.into(),
        }
    }
}

fn sentence(rng: &mut Rng, emoji: bool) -> String {
    let pick = |rng: &mut Rng, words: &[&'static str]| words[rng.usize(..words.len())];
    let opening = pick(rng, &OPENINGS);
    let mut sentence: String = opening[..1].to_uppercase() + &opening[1..];
    for words in [&VERBS[..], &SUBJECTS, &DEEDS] {
        sentence.push(' ');
        sentence.push_str(pick(rng, words));
        if emoji {
            sentence.push(' ');
            sentence.push_str(pick(rng, &EMOJI));
        }
    }
    if rng.bool() {
        sentence.push_str(", ");
        sentence.push_str(pick(rng, &TAILS));
    }
    sentence.push('.');
    sentence
}

/// A UUID of version 7 of the noon of [`NOON`], in the order of the index.
fn id(rng: &mut Rng, index: usize) -> String {
    const MILLISECONDS: u64 = 1_795_262_400_000;
    let time = MILLISECONDS + index as u64;
    let random = rng.u64(..);
    let (a, b, c) = (
        rng.u16(..) & 0x0fff,
        (random >> 48) as u16 & 0x3fff | 0x8000,
        random & 0xffff_ffff_ffff,
    );
    format!(
        "{:08x}-{:04x}-7{a:03x}-{b:04x}-{c:012x}",
        time >> 16,
        time & 0xffff
    )
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes every write");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Workload; 5] = [Workload::S, Workload::M, Workload::L, Workload::P, Workload::E];

    #[test]
    fn every_workload_has_its_size_and_right_quotes() -> anyhow::Result<()> {
        for workload in ALL {
            let (bytes, spans) = workload.size();
            let article = workload.article(1);
            assert!(
                article.text.len() >= bytes && article.text.len() < bytes + 400,
                "{workload:?}"
            );
            assert_eq!(article.annotations.len(), spans, "{workload:?}");
            article.check()?;
        }
        Ok(())
    }

    #[test]
    fn paragraphs_and_spans_have_the_lengths_of_news() {
        let article = Workload::M.article(1);
        let paragraphs = article.text.lines().count();
        assert!(
            (540..=660).contains(&(article.text.len() / paragraphs)),
            "{paragraphs} paragraphs"
        );
        let total: usize = article.annotations.iter().map(|each| each.end - each.start).sum();
        assert!(
            (50..=70).contains(&(total / article.annotations.len())),
            "{total} characters labelled"
        );
        assert_eq!(Workload::P.article(1).text.lines().count(), 1);
        assert!(Workload::E.article(1).text.contains("👩‍👩‍👧‍👦"));
    }

    #[test]
    fn a_corpus_has_right_quotes_and_no_id_twice() -> anyhow::Result<()> {
        let articles: Vec<_> = corpus(1, 30).collect();
        let mut ids = std::collections::BTreeSet::new();
        for article in &articles {
            assert_eq!(article.annotations.len(), 20);
            assert!((4_000..4_400).contains(&article.text.len()));
            article.check()?;
            ids.extend(article.annotations.iter().map(|each| &each.id));
        }
        assert_eq!(ids.len(), 600);
        assert_eq!(
            json_lines(articles)?
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count(),
            30
        );
        Ok(())
    }

    #[test]
    fn the_same_seed_makes_the_same_article() {
        let texts = [1, 1, 2].map(|seed| Workload::S.article(seed));
        assert_eq!(texts[0].text, texts[1].text);
        assert_eq!(texts[0].labelled(), texts[1].labelled());
        assert_ne!(texts[0].text, texts[2].text);
    }
}
