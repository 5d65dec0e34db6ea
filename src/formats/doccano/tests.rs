use super::super::generated;
use super::super::peer::tests::{bears_mangled_files, brought, file, held, labelled, written};
use super::super::sample::{assert_golden, small};
use super::*;
use crate::core::record::{Record, RelationKind};
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::from_millis(0)
}

fn read(content: &str) -> Result<Imported, ImportError> {
    let file = file("project.jsonl", content);
    assert!(Doccano.recognises(&file), "{content}");
    Doccano.read(&[file], now())
}

#[test]
fn a_small_corpus_is_written_as_ever() {
    assert_golden("doccano.jsonl", &written(&Doccano, &small()));
}

#[test]
fn what_it_loses_is_told() {
    let corpus = small();
    let losses = Doccano.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
    let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
    assert_eq!(
        losses,
        [
            "1 entity",
            "1 claim group",
            "1 article without text, which doccano refuses"
        ]
    );
}

#[test]
fn entities_are_told_apart_over_the_whole_file() {
    let mut corpus = small();
    corpus.articles[1] = corpus.articles[0].clone();
    let file = String::from_utf8(written(&Doccano, &corpus)).unwrap();
    let ids: Vec<u64> = file
        .lines()
        .flat_map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["entities"]
                .as_array()
                .unwrap()
                .clone()
        })
        .map(|entity| entity["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, (0..ids.len() as u64).collect::<Vec<_>>());
}

#[test]
fn a_relation_file_as_doccano_documents_it_is_read() {
    let imported = read(
        r#"
{
    "text": "Google was founded on September 4, 1998, by Larry Page.",
    "entities": [
        {"id": 0, "start_offset": 0, "end_offset": 6, "label": "ORG"},
        {"id": 7, "start_offset": 22, "end_offset": 39, "label": "DATE"}
    ],
    "relations": [
        {"from_id": 0, "to_id": 7, "type": "foundedAt"},
        {"id": 3, "from_id": 7, "to_id": 0, "type": "via"},
        {"from_id": 7, "to_id": 8, "type": "via"}
    ],
    "Comments": [],
    "source": "a page"
}"#,
    )
    .unwrap();
    assert_eq!(labelled(&imported), ["ORG: Google", "DATE: September 4, 1998"]);
    let article = &imported.articles[0];
    assert_eq!(article.article.id.as_str(), "project-1");
    assert!(!article.is_named && !article.is_dated);
    let relations: Vec<_> = article
        .records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Relation(relation) => Some(relation.kind),
            _ => None,
        })
        .collect();
    assert_eq!(relations, [RelationKind::Via]);
    let fields: Vec<_> = article
        .records
        .iter()
        .filter(|(_, record)| matches!(record, Record::Field(_)))
        .map(|(id, _)| id.to_string())
        .collect();
    assert_eq!(fields, ["source"]);
    assert_eq!(imported.notes.len(), 2, "{:?}", imported.notes);
}

#[test]
fn the_spans_of_every_version_are_read() {
    for line in [
        r#"{"id": 4, "text": "He said so", "label": [[3, 7, "claim"]]}"#,
        r#"{"id": 4, "data": "He said so", "label": [[3, 7, "claim"]]}"#,
        r#"{"text": "He said so", "labels": [[3, 7, "claim"]], "meta": {"page": 1}}"#,
        r#"{"text": "He said so", "spans": [[3, 7, "claim"]]}"#,
        r#"{"text": "He said so", "entities": [{"start_offset": 3, "end_offset": 7, "label": "claim"}]}"#,
        r#"[{"text": "He said so", "label": [{"start_offset": 3, "end_offset": 7, "label": "claim"}]}]"#,
    ] {
        assert_eq!(labelled(&read(line).unwrap()), ["claim: said"], "{line}");
    }
}

#[test]
fn without_a_word_about_it_offsets_are_utf_16_units_unless_words_would_be_cut() {
    for (start, end, note) in [(3, 7, "UTF-16"), (2, 6, "code points")] {
        let line = format!(r#"{{"text": "😀 said so", "label": [[{start}, {end}, "claim"]]}}"#);
        let imported = read(&line).unwrap();
        assert_eq!(labelled(&imported), ["claim: said"]);
        assert!(imported.notes[0].contains(note), "{:?}", imported.notes);
    }
    let line = r#"{"text": "👩‍👧 said so", "label": [[2, 6, "claim"]]}"#;
    assert_eq!(labelled(&read(line).unwrap()), ["claim: said"]);
}

#[test]
fn offsets_count_the_carriage_returns_of_the_file() {
    let imported = read(r#"{"text": "a\r\nb said", "label": [[5, 9, "claim"]]}"#).unwrap();
    assert_eq!(labelled(&imported), ["claim: said"]);
    assert_eq!(imported.articles[0].article.text.as_str(), "a\nb said");
}

#[test]
fn labels_of_whole_texts_are_left_out_and_counted() {
    let imported = Doccano
        .read(&[file("a", r#"{"text": "a", "label": ["good", "bad"]}"#)], now())
        .unwrap();
    assert!(imported.articles[0].records.is_empty());
    assert!(imported.notes[0].starts_with("2 labels"));
}

#[test]
fn an_error_is_told_with_its_line_and_its_place() {
    let good = r#"{"text": "He said so", "label": [[3, 7, "claim"]]}"#;
    for (bad, place, expected) in [
        (r#"{"text": 1, "label": []}"#, "text", "a string"),
        (
            r#"{"text": "a", "label": [[0, 1]]}"#,
            "label[0]",
            "a start, an end and a label",
        ),
        (
            r#"{"text": "a", "label": [[0, "1", "x"]]}"#,
            "label[0].end_offset",
            "a whole number",
        ),
        (
            r#"{"text": "a", "label": [[0, 9, "x"]]}"#,
            "label[0]",
            "which has 1 UTF-16 code units",
        ),
        (r#"{"text": "a", "label": 3}"#, "label", "a list"),
        (
            r#"{"text": "a", "entities": [], "hearsay": {"version": 2}}"#,
            "hearsay.version",
            "1",
        ),
        (
            r#"{"text": "a", "entities": [], "hearsay": 3}"#,
            "hearsay",
            "an object",
        ),
    ] {
        let error = read(&format!("{good}\n{bad}\n")).unwrap_err();
        assert_eq!(error.place, place, "{error}");
        assert!(error.expected.contains(expected), "{error}");
        assert_eq!(error.position.unwrap().line, 2);
    }
}

#[test]
fn two_texts_under_one_id_are_refused() {
    let line = String::from_utf8(written(&Doccano, &small())).unwrap();
    let other = line.replace("Herald", "Heralt");
    let error = read(&format!("{line}{other}")).unwrap_err();
    assert_eq!(error.place, "hearsay.id");
}

#[test]
fn what_other_formats_hold_is_not_taken_for_it() {
    for other in [
        "",
        "[]",
        "{",
        r#"{"text": "a"}"#,
        r#"{"text": "a", "spans": [{"start": 0, "end": 1, "label": "x"}]}"#,
        r#"{"text": "a", "tokens": [], "spans": {"sc": []}}"#,
        r#"[{"data": {"text": "a"}, "annotations": []}]"#,
    ] {
        assert!(!Doccano.recognises(&file("a.jsonl", other)), "{other}");
    }
}

proptest! {
    #[test]
    fn what_was_exported_comes_back_the_same(corpus in generated::corpus()) {
        let imported = Doccano.read(&[file("a", written(&Doccano, &corpus))], now()).unwrap();
        prop_assert_eq!(brought(&imported), held(&corpus, |article| !article.text.is_empty(), |_, _| true));
        prop_assert!(imported.notes.is_empty());
    }

    #[test]
    fn no_file_makes_reading_panic(corpus in generated::corpus(), at: prop::sample::Index, byte: u8) {
        bears_mangled_files(&Doccano, &written(&Doccano, &corpus), at, byte);
    }
}
