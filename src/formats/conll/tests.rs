use super::super::generated::{self, Generated};
use super::super::sample::{self, assert_golden, small};
use super::*;
use crate::core::article::Article;
use crate::core::record::{Metadata, Record};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::text::{CodePointOffset, marked};
use crate::core::timestamp::Timestamp;
use proptest::prelude::*;

fn written(corpus: &Generated) -> String {
    let mut file = Vec::new();
    Conll.write(&corpus.corpus(), &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

fn losses(corpus: &Generated) -> Vec<Loss> {
    let corpus = corpus.corpus();
    Conll.losses(&corpus, &Inventory::of(&corpus))
}

/// A corpus of one article, whose spans have these labels in reading order.
fn one(text: &str, labels: &[&str]) -> Generated {
    let (text, found) = marked::spans(text);
    assert_eq!(found.len(), labels.len());
    let mut records = Records::default();
    for (number, (span, label)) in found.into_iter().zip(labels).enumerate() {
        let annotation = sample::annotation(label, span);
        sample::set(
            &mut records,
            &format!("a{number}"),
            Record::Annotation(annotation),
        );
    }
    Generated {
        scheme: Scheme::news_claims(),
        articles: vec![(Article::new("a".into(), Metadata::default(), text), records)],
        records: Records::default(),
        exported_at: Timestamp::from_millis(0),
    }
}

/// The tokens of a file with their tags of the first three labels, sentences parted by a bar.
fn tagged(corpus: &Generated) -> String {
    let file = written(corpus);
    let lines = file.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        match columns[..] {
            [_, token, _, _, claim, attribution, unverified, ..] => {
                let tags = [claim, attribution, unverified].map(|tag| &tag[..1]).concat();
                format!("{token}/{tags}")
            }
            _ => "|".to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_small_corpus_with_every_feature_is_written_as_ever() {
    assert_golden("conll.conllup", written(&small()).as_bytes());
}

#[test]
fn each_label_has_a_column_and_each_token_a_line() {
    let corpus = one(
        "⟦Kyiv said⟧ ⟦it ⟦reportedly⟧ holds⟧. Rain fell.\nSun.",
        &["attribution", "claim", "unverified"],
    );
    assert_eq!(
        tagged(&corpus),
        "Kyiv/OBO said/OIO it/BOO reportedly/IOB holds/IOO ./OOO | Rain/OOO fell/OOO ./OOO | Sun/OOO ./OOO |"
    );
    let file = written(&corpus);
    assert!(file.starts_with(
        "# global.columns = ID FORM START END HEARSAY:CLAIM HEARSAY:ATTRIBUTION HEARSAY:UNVERIFIED\n\
         # newdoc id = a\n# sha256 = "
    ));
    assert!(file.contains("\n1\tKyiv\t0\t4\tO\tB-attribution\tO\n"), "{file}");
}

#[test]
fn tokens_are_cut_where_spans_begin_and_end() {
    let corpus = one("un⟦veri⟧⟦fied⟧ 😀⟦😀⟧", &["claim", "claim", "claim"]);
    assert_eq!(tagged(&corpus), "un/OOO veri/BOO fied/BOO 😀/OOO 😀/BOO |");
}

#[test]
fn no_sentence_ends_within_a_span() {
    let corpus = one("He ⟦left. She\n\nstayed⟧. So.", &["claim"]);
    assert_eq!(
        tagged(&corpus),
        "He/OOO left/BOO ./IOO She/IOO stayed/IOO ./OOO | So/OOO ./OOO |"
    );
}

#[test]
fn of_overlapping_spans_of_one_label_the_longest_is_kept_and_the_others_are_told() {
    let corpus = one(
        "⟦a ⟦b⟧ ⟦⟦c⟧⟧⟧ ⟦ d⟧ ⟦ ⟧",
        &["claim", "claim", "claim", "attribution", "claim", "claim"],
    );
    assert_eq!(tagged(&corpus), "a/BOO b/IOO c/IBO d/BOO |");
    let losses: Vec<_> = losses(&corpus).iter().take(4).map(ToString::to_string).collect();
    assert_eq!(
        losses,
        [
            "2 spans that overlap longer ones of their label",
            "1 span of white space alone",
            "1 span's white space at its ends",
            "1 article's white space",
        ]
    );
}

#[test]
fn white_space_of_any_kind_stands_in_no_token() {
    let corpus = one("1\u{202f}000\u{a0}km\tof\u{1c}road\u{2028}x\ny", &[]);
    assert_eq!(
        tagged(&corpus),
        "1/OOO 000/OOO km/OOO of/OOO road/OOO | x/OOO | y/OOO |"
    );
}

#[test]
fn an_article_without_words_is_there_all_the_same() {
    let file = written(&one(" \n", &[]));
    let lines: Vec<_> = file
        .lines()
        .skip(1)
        .map(|line| line.split(" = ").next().unwrap())
        .collect();
    assert_eq!(lines, ["# newdoc id", "# sha256", ""]);
}

/// A line of the file, as its readers take it apart.
struct Line<'f> {
    form: &'f str,
    start: u32,
    end: u32,
    tags: Vec<&'f str>,
}

proptest! {
    #[test]
    fn what_is_kept_stands_in_the_columns_and_the_rest_is_told(corpus in generated::corpus()) {
        let file = written(&corpus);
        let names = corpus.corpus();
        let names = LabelNames::of(&names);
        let labels: Vec<_> = names.all().collect();
        let mut documents = file.split("# newdoc id = ").skip(1);
        let (mut told, mut kept_in_all) = (losses(&corpus), 0);
        for (article, records) in &corpus.articles {
            let document = documents.next().unwrap();
            let mut found = Vec::new();
            let mut open: Vec<Option<(u32, u32)>> = vec![None; labels.len()];
            let mut number = 0;
            for line in document.split('\n').skip(2) {
                if line.is_empty() {
                    number = 0;
                    for (column, span) in open.iter_mut().enumerate() {
                        found.extend(span.take().map(|span| (labels[column].0, span)));
                    }
                    continue;
                }
                let columns: Vec<_> = line.split('\t').collect();
                // Python splits at any white space.
                prop_assert_eq!(line.split(is_space).count(), 4 + labels.len(), "{:?}", line);
                number += 1;
                prop_assert_eq!(columns[0], number.to_string());
                let line = Line {
                    form: columns[1],
                    start: columns[2].parse().unwrap(),
                    end: columns[3].parse().unwrap(),
                    tags: columns[4..].to_vec(),
                };
                let span = article
                    .text
                    .span_from_code_points(CodePointOffset(line.start), CodePointOffset(line.end))
                    .unwrap();
                prop_assert_eq!(article.text.slice(span), line.form);
                for (column, tag) in line.tags.iter().enumerate() {
                    if !tag.starts_with("I-") {
                        found.extend(open[column].take().map(|span| (labels[column].0, span)));
                    }
                    match tag.split_once('-') {
                        Some(("B", name)) => {
                            prop_assert_eq!(name, labels[column].1);
                            open[column] = Some((line.start, line.end));
                        }
                        Some((_, name)) => {
                            prop_assert_eq!(name, labels[column].1);
                            let span = open[column].as_mut();
                            prop_assert!(span.is_some(), "{} goes on with nothing", tag);
                            if let Some(span) = span {
                                span.1 = line.end;
                            }
                        }
                        None => prop_assert_eq!(*tag, "O"),
                    }
                }
            }
            // The plain way: the longest first, each against all that are kept.
            let mut wanted: Vec<_> = records
                .annotations()
                .filter_map(|(_, annotation)| Some((trimmed(&article.text, annotation.span)?, &annotation.label)))
                .collect();
            wanted.sort_by_key(|(span, _)| (std::cmp::Reverse(span.byte_len()), span.start()));
            let mut kept: Vec<(Span, &LabelId)> = Vec::new();
            for (span, label) in wanted {
                if kept.iter().all(|(other, of)| *of != label || !other.overlaps(span)) {
                    kept.push((span, label));
                }
            }
            kept_in_all += kept.len();
            let mut expected: Vec<_> = kept
                .into_iter()
                .map(|(span, label)| {
                    let (start, end) = article.text.span_to_code_points(span);
                    (label, (start.0, end.0))
                })
                .collect();
            expected.sort();
            found.sort();
            prop_assert_eq!(found, expected);
        }
        let all: usize = corpus.articles.iter().map(|(_, records)| records.spans().len()).sum();
        told.retain(|loss| loss.noun.contains("overlap") || loss.noun.contains("space alone"));
        prop_assert_eq!(told.iter().map(|loss| loss.count).sum::<usize>(), all - kept_in_all);
    }
}
