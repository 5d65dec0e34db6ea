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
    let file = file("set.jsonl", content);
    assert!(Prodigy.recognises(&file), "{content}");
    Prodigy.read(&[file], now())
}

#[test]
fn a_small_corpus_is_written_as_ever() {
    assert_golden("prodigy.jsonl", &written(&Prodigy, &small()));
}

#[test]
fn what_it_loses_is_told() {
    let corpus = small();
    let losses = Prodigy.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
    let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
    assert_eq!(losses, ["1 entity", "1 claim group"]);
}

/// A task of rel.manual as Prodigy's documentation and its tutorials have it.
const TASK: &str = r##"{
    "text": "My mother’s name is Sasha Smith.",
    "tokens": [
        {"text": "My", "start": 0, "end": 2, "id": 0, "ws": true},
        {"text": "mother", "start": 3, "end": 9, "id": 1, "ws": false},
        {"text": "’s", "start": 9, "end": 11, "id": 2, "ws": true},
        {"text": "name", "start": 12, "end": 16, "id": 3, "ws": true},
        {"text": "is", "start": 17, "end": 19, "id": 4, "ws": true},
        {"text": "Sasha", "start": 20, "end": 25, "id": 5, "ws": true, "disabled": false},
        {"text": "Smith", "start": 26, "end": 31, "id": 6, "ws": false},
        {"text": ".", "start": 31, "end": 32, "id": 7, "ws": false}
    ],
    "spans": [
        {"start": 0, "end": 9, "token_start": 0, "token_end": 1, "label": "REF", "text": "My mother"},
        {"start": 20, "end": 31, "token_start": 5, "token_end": 6, "label": "PERSON", "type": "span"},
        {"start": 12, "end": 16}
    ],
    "relations": [
        {
            "head": 1,
            "child": 6,
            "head_span": {"start": 0, "end": 9, "token_start": 0, "token_end": 1, "label": "REF"},
            "child_span": {"start": 20, "end": 31, "token_start": 5, "token_end": 6, "label": "PERSON"},
            "color": "#c5bdf4",
            "label": "via"
        },
        {"head": 6, "child": 1, "label": "doubts"},
        {"head": 3, "child": 1, "label": "COREF"},
        {"head": 6, "child": 1, "label": "COREF"}
    ],
    "meta": {"source": "a page"},
    "answer": "accept",
    "_input_hash": -1,
    "_task_hash": 2,
    "_timestamp": 1700000000,
    "_annotator_id": "set-alex"
}"##;

#[test]
fn a_task_as_prodigy_documents_it_is_read() {
    let imported = read(TASK).unwrap();
    assert_eq!(labelled(&imported), ["REF: My mother", "PERSON: Sasha Smith"]);
    let article = &imported.articles[0];
    assert!(!article.is_named && article.is_dated);
    let annotation = article
        .records
        .iter()
        .find_map(|(_, record)| match record {
            Record::Annotation(annotation) => Some(annotation),
            _ => None,
        })
        .unwrap();
    assert_eq!(&*annotation.annotator, "set-alex");
    assert_eq!(annotation.created, Timestamp::from_millis(1_700_000_000_000));
    let kinds: Vec<_> = article
        .records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Relation(relation) => Some(relation.kind),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [RelationKind::Via, RelationKind::Doubts]);
    let notes = [
        "1 span has no label, and was left out.",
        "1 relation is not between two spans, and was left out.",
        "1 link named \"COREF\" left out: only \"attributes\", \"doubts\" and \"via\" are known here.",
    ];
    assert_eq!(imported.notes, notes);
}

#[test]
fn a_task_without_tokens_is_read() {
    let line = r#"{"text": "😀 said so", "spans": [{"start": 2, "end": 6, "label": "claim"}]}"#;
    assert_eq!(labelled(&read(line).unwrap()), ["claim: said"]);
}

#[test]
fn rejected_and_ignored_tasks_are_left_out_and_counted() {
    let task = |answer: &str| {
        format!(r#"{{"text": "a", "spans": [{{"start": 0, "end": 1, "label": "x"}}], "answer": "{answer}"}}"#)
    };
    let lines = [task("reject"), task("ignore"), task("accept")].join("\n");
    let imported = read(&lines).unwrap();
    assert_eq!(labelled(&imported), ["x: a"]);
    assert_eq!(
        imported.notes,
        ["2 tasks were rejected or ignored, and were left out."]
    );
}

#[test]
fn two_annotators_of_one_text_are_both_read() {
    let task = |who: &str| {
        format!(
            r#"{{"text": "a", "spans": [{{"start": 0, "end": 1, "label": "x"}}], "_annotator_id": "{who}"}}"#
        )
    };
    let imported = read(&[task("ann"), task("bo")].join("\n")).unwrap();
    assert_eq!(labelled(&imported).len(), 2);
}

#[test]
fn an_error_is_told_with_its_line_and_its_place() {
    for (bad, place) in [
        (r#"{"text": 1, "spans": []}"#, "text"),
        (
            r#"{"text": "a", "spans": [{"start": 0, "label": "x"}]}"#,
            "spans[0].end",
        ),
        (
            r#"{"text": "a", "spans": [{"start": 0, "end": 2, "label": "x"}]}"#,
            "spans[0]",
        ),
        (
            r#"{"text": "a", "relations": [{"head": 0}]}"#,
            "relations[0].label",
        ),
        (r#"{"text": "a", "tokens": [{"id": 0}]}"#, "tokens[0].end"),
    ] {
        let error = read(&format!("{TASK}\n{bad}")).unwrap_err();
        assert_eq!(error.place, place, "{error}");
        assert_eq!(error.position.unwrap().line, TASK.lines().count() + 1);
    }
}

#[test]
fn what_other_formats_hold_is_not_taken_for_it() {
    for other in [
        "",
        r#"{"text": "a"}"#,
        r#"{"text": "a", "spans": [[0, 1, "x"]]}"#,
        r#"{"text": "a", "tokens": [], "spans": {"sc": []}}"#,
        r#"{"text": "a", "entities": [], "relations": []}"#,
    ] {
        assert!(!Prodigy.recognises(&file("a.jsonl", other)), "{other}");
    }
}

proptest! {
    #[test]
    fn what_was_exported_comes_back_the_same(corpus in generated::corpus()) {
        let imported = Prodigy.read(&[file("a", written(&Prodigy, &corpus))], now()).unwrap();
        prop_assert_eq!(brought(&imported), held(&corpus, |_| true, |_, _| true));
        prop_assert!(imported.notes.is_empty());
    }

    #[test]
    fn the_tokens_of_a_span_are_its_words(corpus in generated::corpus()) {
        for line in String::from_utf8(written(&Prodigy, &corpus)).unwrap().lines() {
            let task: Value = serde_json::from_str(line).unwrap();
            let text: Vec<char> = task["text"].as_str().unwrap().chars().collect();
            let number = |value: &Value| value.as_u64().unwrap() as usize;
            for span in task["spans"].as_array().unwrap() {
                let tokens = &task["tokens"].as_array().unwrap()
                    [number(&span["token_start"])..=number(&span["token_end"])];
                prop_assert_eq!(&tokens[0]["start"], &span["start"]);
                prop_assert_eq!(&tokens[tokens.len() - 1]["end"], &span["end"]);
                for token in tokens {
                    let words: String = text[number(&token["start"])..number(&token["end"])].iter().collect();
                    prop_assert_eq!(&token["text"], &words);
                }
            }
        }
    }

    #[test]
    fn no_file_makes_reading_panic(corpus in generated::corpus(), at: prop::sample::Index, byte: u8) {
        bears_mangled_files(&Prodigy, &written(&Prodigy, &corpus), at, byte);
    }
}
