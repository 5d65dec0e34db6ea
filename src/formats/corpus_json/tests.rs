use super::super::generated::{self, Generated};
use super::super::sample::{annotation, assert_golden, set, small};
use super::super::{EXPORTS, Position, Texts};
use super::*;
use crate::core::article::Article;
use crate::core::id::ArticleId;
use crate::core::id::WriterId;
use crate::core::import::{Counts, Held, import};
use crate::core::records::Stamp;
use crate::core::text::{Span, Text};
use proptest::prelude::*;
use std::collections::BTreeMap;

const SCHEMA: &str = include_str!("../../../public/schema/hearsay-corpus-1.schema.json");

fn written(corpus: &Generated) -> Vec<u8> {
    let mut file = Vec::new();
    CorpusJson.write(&corpus.corpus(), &mut file).unwrap();
    file
}

fn written_without_texts(corpus: &Generated) -> Vec<u8> {
    let mut file = Vec::new();
    let corpus = Corpus {
        texts: Texts::LeftOut,
        ..corpus.corpus()
    };
    CorpusJson.write(&corpus, &mut file).unwrap();
    file
}

/// What an import of `file` makes of `before`.
fn taken_in(file: &[u8], before: &Generated) -> (Generated, Counts) {
    let mut after = before.clone();
    let mut articles: BTreeMap<ArticleId, (Article, Records)> = after
        .articles
        .iter()
        .map(|(article, records)| (article.id.clone(), (article.clone(), records.clone())))
        .collect();
    let import = import(
        read(file).unwrap(),
        |id| {
            let held = before.articles.iter().find(|(article, _)| article.id == *id);
            Held {
                article: held.map(|(article, _)| article),
                records: held.map(|(_, records)| records),
            }
        },
        |sha256| {
            let same = before
                .articles
                .iter()
                .find(|(article, _)| *article.sha256 == *sha256);
            same.map(|(article, _)| article.id.clone())
        },
        |_| None,
        &before.records,
    );
    for article in import.articles {
        articles.insert(article.id.clone(), (article, Records::default()));
    }
    let stamp = Stamp {
        time: 9,
        writer: WriterId(9),
    };
    for change in import.transaction.changes() {
        let records = match &change.key.article {
            Some(id) => &mut articles.get_mut(id).unwrap().1,
            None => &mut after.records,
        };
        if change.key.kind != RecordKind::Article {
            records.merge(change.key.kind, change.key.id.clone(), stamp, change.to.clone());
        }
    }
    after.articles = articles.into_values().collect();
    (after, import.counts)
}

fn empty(exported_at: Timestamp) -> Generated {
    Generated {
        scheme: Scheme::news_claims(),
        articles: Vec::new(),
        records: Records::default(),
        exported_at,
    }
}

#[test]
fn a_small_corpus_with_every_feature_is_written_as_ever() {
    assert_golden("corpus.json", &written(&small()));
}

#[test]
fn without_texts_it_is_written_as_ever_and_holds_no_word_of_an_article() {
    let file = written_without_texts(&small());
    assert_golden("corpus-without-texts.json", &file);
    let file = String::from_utf8(file).unwrap();
    for words in ["Rivne\u{a0}", "goers in", "Herald", "Subscribe", "قال"] {
        assert!(!file.contains(words), "{words}");
    }
}

#[test]
fn an_article_without_its_text_is_read_as_work_to_be_placed() {
    let file = written_without_texts(&small());
    let imported = read(&file).unwrap();
    assert!(imported.articles.is_empty());
    let [who, bare] = &imported.anchored[..] else {
        panic!("expected two articles");
    };
    let (article, _) = &small().articles[0];
    assert_eq!(
        (who.article.as_str(), who.sha256.as_ref()),
        ("who", Some(&article.sha256))
    );
    assert!(who.is_dated && bare.unplaced.is_empty());
    // Four regions and eight annotations; a status, two fields and three relations.
    assert_eq!((who.unplaced.len(), who.records.len()), (12, 6));
    let (id, record, anchor) = &who.unplaced[4];
    assert_eq!(id.to_string(), "019ab001-0000-7000-8000-000000000001");
    assert_eq!(record.kind(), RecordKind::Annotation);
    let (start, end) = anchor.position.unwrap();
    let span = article.text.span_from_code_points(start, end).unwrap();
    let words = article.text.slice(span);
    assert_eq!(words, "“Rivne\u{a0}holds”");
    assert_eq!(
        anchor.exact_sha256.as_deref(),
        Some(&*crate::core::article::sha256(words.as_bytes()))
    );
    assert_eq!((&anchor.exact, &*anchor.prefix, &*anchor.suffix), (&None, "", ""));
    assert_eq!(imported.records.len(), 2, "the claim group's members are known");
}

#[test]
fn words_that_somebody_left_in_are_read() {
    let mut file: Value = serde_json::from_slice(&written(&small())).unwrap();
    file["articles"][0]["text"] = Value::Null;
    let imported = read(file.to_string().as_bytes()).unwrap();
    let (_, _, anchor) = &imported.anchored[0].unplaced[4];
    assert_eq!(anchor.exact.as_deref(), Some("“Rivne\u{a0}holds”"));
    assert_eq!(anchor.exact_sha256, None);
    assert!(anchor.prefix.ends_with("Lovelace\n\n") && anchor.suffix.starts_with(", cafe"));
}

#[test]
fn a_hash_that_is_none_is_refused() {
    let good: Value = serde_json::from_slice(&written_without_texts(&small())).unwrap();
    for (pointer, value, found) in [
        ("/articles/0/sha256", Value::from("00"), "\"00\""),
        (
            "/articles/0/annotations/0/text_sha256",
            "A".repeat(64).into(),
            "\"AAAA",
        ),
        ("/articles/0/regions/1/text_sha256", Value::Null, "null"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        let error = read(bad.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.place, place_of(pointer), "{error}");
        assert!(error.found.contains(found), "{error}");
    }
}

#[test]
fn articles_are_told_to_the_output_one_by_one() {
    #[derive(Default)]
    struct Counted(usize);
    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    impl Output for Counted {
        fn article_written(&mut self) {
            self.0 += 1;
        }
    }
    for format in EXPORTS {
        let mut output = Counted::default();
        format.write(&small().corpus(), &mut output).unwrap();
        assert_eq!(output.0, 2, "{}", format.name());
    }
}

#[test]
fn the_keys_stand_in_the_order_of_the_format() {
    let json = String::from_utf8(written(&small())).unwrap();
    assert!(json.starts_with("{\n  \"format\": \"hearsay-corpus\",\n  \"version\": 1,\n"));
    assert!(json.ends_with("\n}\n"));
    assert!(json.contains("\"exported_at\": \"2026-11-21T12:00:00Z\""));
    assert!(json.contains("\"created\": \"2026-11-21T12:00:00.000Z\""));
    assert!(json.contains("\"updated\": \"2026-11-21T12:00:00.123Z\""));
    let keys = [
        "\"id\"",
        "\"label\"",
        "\"start\"",
        "\"end\"",
        "\"start_utf16\"",
        "\"end_utf16\"",
        "\"text\"",
        "\"prefix\"",
        "\"suffix\"",
        "\"attributes\"",
        "\"note\"",
        "\"annotator\"",
        "\"origin\"",
        "\"created\"",
        "\"updated\"",
    ];
    let annotations = &json[json.find("\"annotations\"").unwrap()..];
    let places: Vec<_> = keys.iter().map(|key| annotations.find(key).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_byte_order_mark_sorted_keys_and_unknown_keys_are_no_error() {
    let corpus = small();
    let mut sorted: Value = serde_json::from_slice(&written(&corpus)).unwrap();
    sorted["articles"][0]["annotations"][0]["colour"] = "red".into();
    sorted["more"] = Value::Null;
    let file = format!("\u{feff}{sorted}");
    let expected = read(&written(&corpus)).unwrap();
    assert_eq!(read(file.as_bytes()).unwrap(), expected);
}

#[test]
fn what_was_removed_elsewhere_is_not_named_in_the_file() {
    let mut corpus = small();
    let later = Stamp {
        time: 1,
        writer: WriterId(1),
    };
    let first = "019ab001-0000-7000-8000-000000000001";
    corpus.articles[0]
        .1
        .merge(RecordKind::Annotation, first.into(), later, None);
    let file = written(&corpus);
    assert!(!String::from_utf8_lossy(&file).contains(first));
    assert!(read(&file).is_ok());
}

#[test]
fn a_record_that_is_not_of_its_text_stops_the_export_by_name() {
    let mut corpus = small();
    corpus.articles[1].0.text = Text::new("né");
    let inside = Span::new(0_usize, 2_usize).unwrap();
    set(
        &mut corpus.articles[1].1,
        "x",
        Record::Annotation(annotation("claim", inside)),
    );
    let error = CorpusJson.write(&corpus.corpus(), &mut Vec::new()).unwrap_err();
    assert_eq!(
        error,
        ExportError::NotOfText {
            article: "bare".into(),
            record: "x".into()
        }
    );
    let message = error.to_string();
    assert!(message.contains("article bare, record x"), "{message}");
}

/// The error that the small corpus is refused with once the value at `pointer` is `value`. It must hold
/// `expected` and `found`.
fn refused(pointer: &str, value: impl Into<Value>, expected: &str, found: &str) -> ImportError {
    let mut bad: Value = serde_json::from_slice(&written(&small())).unwrap();
    let value = value.into();
    *bad.pointer_mut(pointer).unwrap() = value.clone();
    let Err(error) = read(bad.to_string().as_bytes()) else {
        panic!("{pointer}: {value} was taken");
    };
    assert!(error.expected.contains(expected), "{error}");
    assert!(error.found.contains(found), "{error}");
    assert!(error.remedy.ends_with('.'), "{error}");
    assert_eq!(error.position, None, "{error}");
    error
}

/// A JSON pointer as an error writes it: `/articles/0/id` as `articles[0].id`.
fn place_of(pointer: &str) -> String {
    let mut place = String::new();
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(index) => place += &format!("[{index}]"),
            Err(_) if place.is_empty() => place += step,
            Err(_) => place += &format!(".{step}"),
        }
    }
    place
}

#[test]
fn a_bad_value_is_refused_with_its_place_what_was_expected_and_what_was_found() {
    let good: Value = serde_json::from_slice(&written(&small())).unwrap();
    let first = &good["articles"][0]["annotations"][0];
    let number = |key: &str| first[key].to_string();
    let start = first["start"].as_u64().unwrap();
    let sha256 = good["articles"][0]["sha256"].as_str().unwrap();
    let length = good["articles"][0]["text"].as_str().unwrap().chars().count();
    let at_most = format!("at most the length of the text, {length}");
    let more_than = format!("more than the start, {start}");
    let statuses = r#""not_started", "in_progress" or "done""#;
    let kinds = r#""title", "heading", "byline" or "junk""#;
    let relations = r#""attributes", "doubts" or "via""#;
    let whole = "a whole number, 0 or more";
    let time = "a time as RFC 3339 writes it";
    let table: &[(&str, Value, &str, &str)] = &[
        ("/format", "other".into(), "\"hearsay-corpus\"", "\"other\""),
        ("/version", 2.into(), "1", "2"),
        ("/version", "1".into(), whole, "\"1\""),
        (
            "/offset_unit",
            "byte".into(),
            "\"unicode code point\"",
            "\"byte\"",
        ),
        ("/exported_at", "today".into(), time, "\"today\""),
        ("/generator", Value::Null, "an object", "null"),
        ("/scheme", 1.into(), "an object", "1"),
        ("/articles", "none".into(), "a list", "another value"),
        ("/articles/1", 7.into(), "an object", "7"),
        ("/articles/1/id", "".into(), "a string that is not empty", "\"\""),
        (
            "/articles/1/id",
            "who".into(),
            "an id of its own",
            "\"who\", which articles[0] has too",
        ),
        ("/articles/0/title", 5.into(), "a string or null", "5"),
        ("/articles/0/sha256", "00".into(), sha256, "\"00\""),
        (
            "/articles/1/text",
            "é\r\n".into(),
            "a line feed alone",
            "a carriage return at code point 1",
        ),
        (
            "/articles/1/text",
            "\u{feff}".into(),
            "without a byte order mark",
            "mark at code point 0",
        ),
        ("/articles/0/status", "begun".into(), statuses, "\"begun\""),
        (
            "/articles/0/status",
            serde_json::json!({"done": null}),
            statuses,
            "an object",
        ),
        (
            "/articles/0/fields",
            serde_json::json!([1]),
            "an object",
            "a list of 1",
        ),
        ("/articles/0/regions", Value::Null, "a list", "null"),
        ("/articles/0/regions/1/kind", "ad".into(), kinds, "\"ad\""),
        (
            "/articles/0/regions/1/text",
            "By".into(),
            "\"By Ada Lovelace\"",
            "\"By\"",
        ),
        (
            "/articles/0/regions/1/id",
            "r1".into(),
            "an id of its own",
            "\"r1\", which regions[0] has too",
        ),
        (
            "/articles/0/annotations/1/id",
            first["id"].clone(),
            "an id of its own",
            "annotations[0] has too",
        ),
        (
            "/articles/0/annotations/0/label",
            "".into(),
            "a string that is not empty",
            "\"\"",
        ),
        ("/articles/0/annotations/0/start", (-1).into(), whole, "-1"),
        ("/articles/0/annotations/0/end", 4.5.into(), whole, "4.5"),
        (
            "/articles/0/annotations/0/end",
            start.into(),
            &more_than,
            &number("start"),
        ),
        ("/articles/0/annotations/0/end", 999.into(), &at_most, "999"),
        (
            "/articles/0/annotations/0/text",
            "Rivne".into(),
            "\"“Rivne\u{a0}holds”\"",
            "\"Rivne\"",
        ),
        ("/articles/0/annotations/0/text", Value::Null, "a string", "null"),
        (
            "/articles/0/annotations/0/start_utf16",
            0.into(),
            &number("start_utf16"),
            "0",
        ),
        (
            "/articles/0/annotations/0/end_utf16",
            0.into(),
            &number("end_utf16"),
            "0",
        ),
        (
            "/articles/0/annotations/0/prefix",
            "x".into(),
            "the words before the span",
            "\"x\"",
        ),
        (
            "/articles/0/annotations/0/suffix",
            "x".into(),
            "the words behind the span",
            "\"x\"",
        ),
        (
            "/articles/0/annotations/0/attributes",
            Value::Null,
            "an object",
            "null",
        ),
        (
            "/articles/0/annotations/0/note",
            false.into(),
            "a string or null",
            "false",
        ),
        (
            "/articles/0/annotations/0/annotator",
            Value::Null,
            "a string",
            "null",
        ),
        (
            "/articles/0/annotations/0/origin",
            "bot".into(),
            r#""human", "rule" or "imported""#,
            "\"bot\"",
        ),
        (
            "/articles/0/annotations/0/created",
            "2026-11-21".into(),
            time,
            "\"2026-11-21\"",
        ),
        ("/articles/0/annotations/0/updated", 0.into(), time, "0"),
        ("/articles/0/relations/0/kind", "is".into(), relations, "\"is\""),
        (
            "/articles/0/relations/2/from",
            "T9".into(),
            "an annotation of the same article",
            "\"T9\"",
        ),
        (
            "/articles/0/relations/0/to",
            "r1".into(),
            "an annotation of the same article",
            "\"r1\"",
        ),
        ("/entities/0/aliases/1", 1.into(), "a string", "1"),
        (
            "/claim_groups/0/members/1",
            "T9".into(),
            "an annotation of this file",
            "\"T9\"",
        ),
    ];
    for (pointer, value, expected, found) in table {
        let error = refused(pointer, value.clone(), expected, found);
        assert_eq!(error.place, place_of(pointer), "{error}");
    }
}

#[test]
fn a_value_that_does_not_agree_with_another_is_refused_where_that_shows() {
    let error = refused(
        "/articles/1/text",
        "x",
        "that of the text, 2d711642",
        "\"e3b0c442",
    );
    assert_eq!(error.place, "articles[1].sha256");
    let good: Value = serde_json::from_slice(&written(&small())).unwrap();
    let end = good["articles"][0]["annotations"][0]["end"].as_u64().unwrap();
    let words = ["\"“Rivne\u{a0}holds\"", "\"“Rivne\u{a0}holds”\""];
    let error = refused("/articles/0/annotations/0/end", end - 1, words[0], words[1]);
    assert_eq!(error.place, "articles[0].annotations[0].text");
}

#[test]
fn a_key_that_is_missing_is_named() {
    let good: Value = serde_json::from_slice(&written(&small())).unwrap();
    for (pointer, place) in [
        ("", ""),
        ("/articles/0", "articles[0]."),
        ("/articles/0/regions/0", "articles[0].regions[0]."),
        ("/articles/0/annotations/0", "articles[0].annotations[0]."),
        ("/articles/0/relations/0", "articles[0].relations[0]."),
        ("/entities/0", "entities[0]."),
        ("/claim_groups/0", "claim_groups[0]."),
    ] {
        let keys: Vec<String> = good
            .pointer(pointer)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        for key in keys {
            let mut bad = good.clone();
            bad.pointer_mut(pointer)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(&key);
            let error = read(bad.to_string().as_bytes()).unwrap_err();
            assert_eq!((error.place, &*error.found), (format!("{place}{key}"), "nothing"));
        }
    }
}

#[test]
fn a_file_that_is_no_json_or_no_utf8_is_refused_with_line_and_column() {
    let at = |line, column| Some(Position { line, column });
    let table: &[(&[u8], _, &str, &str)] = &[
        ("{\n \"é\": oops".as_bytes(), at(2, 7), "JSON", "expected value"),
        (b"{\n \"format\": ", at(2, 12), "more JSON", "the end of the file"),
        (
            "{\n \"é😀 ".as_bytes(),
            at(2, 6),
            "more JSON",
            "the end of the file",
        ),
        ("{\n\"é\u{0}".as_bytes(), at(2, 3), "JSON", "control character"),
        (b"{\n\"ab\xFF\"}", at(2, 4), "UTF-8", "0xFF"),
        (b"[]", None, "an object", "another value"),
        (b"{} {}", at(1, 4), "JSON", "trailing characters"),
    ];
    for (file, position, expected, found) in table {
        let error = read(file).unwrap_err();
        assert_eq!(error.place, "the file", "{error}");
        assert_eq!(error.position, *position, "{error}");
        assert_eq!(error.expected, *expected, "{error}");
        assert!(error.found.contains(found), "{error}");
    }
}

#[test]
fn an_error_is_one_sentence_about_the_place_and_one_about_what_to_do() {
    let mut bad: Value = serde_json::from_slice(&written(&small())).unwrap();
    bad["articles"][0]["annotations"][2]["end"] = 999.into();
    assert_eq!(
        read(bad.to_string().as_bytes()).unwrap_err().to_string(),
        "articles[0].annotations[2].end: expected at most the length of the text, 158, found 999. Offsets \
         count from the start of the text, start and end in Unicode code points, start_utf16 and end_utf16 in \
         UTF-16 code units: correct them, or export the file again."
    );
    assert_eq!(
        read(b"{").unwrap_err().to_string(),
        "the file, line 1, column 2: expected more JSON, found the end of the file. The file was cut short: \
         download or copy it again."
    );
}

#[test]
fn a_file_of_a_newer_version_is_called_newer_whatever_else_is_in_it() {
    let file = br#"{"articles": [{"new": true}], "version": 2, "format": "hearsay-corpus"}"#;
    let error = read(file).unwrap_err();
    assert_eq!((&*error.place, &*error.found), ("version", "2"));
    assert!(error.remedy.contains("newer"), "{error}");
}

#[test]
fn the_schema_refuses_what_the_format_does_not_have() {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let good: Value = serde_json::from_slice(&written(&small())).unwrap();
    assert!(schema.is_valid(&good));
    for (pointer, value) in [
        ("/version", 2.into()),
        ("/articles/0/sha256", "E3B0".into()),
        ("/articles/0/status", "begun".into()),
        ("/articles/0/annotations/0/start", 0.5.into()),
        ("/articles/0/annotations/0/text", "".into()),
        ("/articles/0/annotations/0/text", Value::Null),
        ("/articles/0/annotations/0/prefix", Value::Null),
        ("/articles/0/text", Value::Null),
        ("/articles/0/annotations/0/created", "2026-11-21T12:00:00Z".into()),
        ("/articles/0/relations/0/kind", "is".into()),
        (
            "/entities/0",
            serde_json::json!({"id": "e", "name": "", "aliases": [], "more": 1}),
        ),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
}

proptest! {
    #[test]
    fn every_export_is_what_the_schema_says(corpus in generated::corpus()) {
        let schema = jsonschema::options()
            .should_validate_formats(true)
            .build(&serde_json::from_str(SCHEMA).unwrap())
            .unwrap();
        for file in [written(&corpus), written_without_texts(&corpus)] {
            let json = serde_json::from_slice(&file).unwrap();
            let errors: Vec<_> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
            prop_assert!(errors.is_empty(), "{errors:?}");
        }
    }

    #[test]
    fn what_was_exported_comes_back_the_same(corpus in generated::corpus()) {
        let file = written(&corpus);
        let (once, _) = taken_in(&file, &empty(corpus.exported_at));
        prop_assert_eq!(written(&once), &file[..]);
        let (twice, counts) = taken_in(&file, &once);
        prop_assert_eq!(written(&twice), &file[..]);
        prop_assert_eq!(&twice.records, &once.records);
        prop_assert_eq!(twice.articles, once.articles);
        prop_assert_eq!((counts.added, counts.updated, counts.kept), (0, 0, 0));
    }

    #[test]
    fn what_was_exported_without_texts_comes_back_whole_where_the_texts_are(corpus in generated::corpus()) {
        for mut corpus in [corpus, small()] {
            corpus.articles.sort_by(|(one, _), (other, _)| one.id.cmp(&other.id));
            let mut bare = corpus.clone();
            bare.records = Records::default();
            for (_, records) in &mut bare.articles {
                *records = Records::default();
            }
            let (after, counts) = taken_in(&written_without_texts(&corpus), &bare);
            prop_assert_eq!(String::from_utf8(written(&after)).unwrap(), String::from_utf8(written(&corpus)).unwrap());
            prop_assert_eq!((counts.moved, counts.parts), (0, 0));
        }
    }

    #[test]
    fn our_own_export_changes_nothing_here(corpus in generated::corpus()) {
        let (after, counts) = taken_in(&written(&corpus), &corpus);
        prop_assert_eq!(after.records, corpus.records);
        prop_assert_eq!(after.articles, corpus.articles);
        prop_assert_eq!((counts.added, counts.updated), (0, 0));
    }

    #[test]
    fn no_file_makes_reading_panic(corpus in generated::corpus(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for mut file in [written(&corpus), written_without_texts(&corpus)] {
            let at = at.index(file.len());
            file[at] = byte;
            let _ = read(&file);
            let _ = read(&file[..at]);
        }
    }
}

#[test]
fn every_format_writes_the_small_corpus() {
    for format in EXPORTS {
        assert!(
            format.write(&small().corpus(), &mut Vec::new()).is_ok(),
            "{}",
            format.name()
        );
    }
}
