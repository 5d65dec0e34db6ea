use super::super::archive::{Limits, unpack};
use super::super::generated::{self, Generated};
use super::super::lots::sorted;
use super::super::peer::tests::{bears_mangled_files, brought, file, held, labelled, written};
use super::super::sample::{assert_golden, small};
use super::*;
use crate::core::record::{Record, Relation};
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::from_millis(0)
}

fn unpacked(corpus: &Generated) -> Vec<File> {
    unpack(&written(&LabelStudio, corpus), Limits::default()).unwrap()
}

fn read(content: &str) -> Result<Imported, ImportError> {
    let file = file("project.json", content);
    assert!(LabelStudio.recognises(&file), "{content}");
    LabelStudio.read(&[file], now())
}

#[test]
fn a_small_corpus_is_written_as_ever() {
    let files = unpacked(&small());
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["config.xml", "tasks.json"]);
    assert!(files.iter().all(|file| LabelStudio.recognises(file)));
    assert_golden("label-studio-config.xml", &files[0].bytes);
    assert_golden("label-studio-tasks.json", &files[1].bytes);
}

#[test]
fn the_zip_file_is_read_as_it_was_written() {
    let zip = file("export.zip", written(&LabelStudio, &small()));
    let mut sorted = sorted(vec![zip]);
    assert!(sorted.refused.is_empty());
    let lot = sorted.lots.remove(0);
    assert_eq!(lot.kind.name(), "Label Studio (zip)");
    assert_eq!((sorted.lots.len(), lot.files.len()), (0, 2));
    let imported = LabelStudio.read(&lot.files, now()).unwrap();
    assert_eq!(imported.articles.len(), 2);
}

#[test]
fn a_corpus_without_articles_is_an_empty_list() {
    let mut corpus = small();
    corpus.articles.clear();
    assert_eq!(unpacked(&corpus)[1].bytes, b"[]\n");
}

#[test]
fn what_it_loses_is_told() {
    let corpus = small();
    let losses = LabelStudio.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
    let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
    assert_eq!(losses, ["1 entity", "1 claim group"]);
}

#[test]
fn nothing_in_a_label_is_markup_in_the_interface() {
    assert_eq!(
        attribute("<a b=\"c\">\n\t&'\u{0}😀"),
        "&lt;a b=&quot;c&quot;&gt;&#10;&#9;&amp;'\u{fffd}😀"
    );
}

/// An export as Label Studio's documentation and its issues have it.
const TASKS: &str = r#"[{
    "id": 5,
    "annotations": [{
        "id": 9,
        "completed_by": {"id": 1, "email": "ann@example.org", "first_name": "Ann", "last_name": ""},
        "result": [
            {"value": {"start": 3, "end": 7, "text": "said", "labels": ["claim", "other"]}, "id": "gew3t9fgkg",
             "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual",
             "meta": {"text": ["one", "two"]}},
            {"value": {"start": 8, "end": 10, "text": "so", "labels": ["attribution"]}, "id": "0gpIsb7s27",
             "from_name": "label", "to_name": "text", "type": "labels", "origin": "prediction"},
            {"value": {"start": 0, "end": 2, "text": "😀 ", "labels": []}, "id": "none", "type": "labels"},
            {"value": {"choices": ["Neutral"]}, "id": "c", "from_name": "sentiment", "type": "choices"},
            {"from_id": "0gpIsb7s27", "to_id": "gew3t9fgkg", "type": "relation", "direction": "right",
             "labels": ["attributes"]},
            {"from_id": "0gpIsb7s27", "to_id": "gew3t9fgkg", "type": "relation", "direction": "left",
             "labels": ["via"]},
            {"from_id": "0gpIsb7s27", "to_id": "gone", "type": "relation", "direction": "right"}
        ],
        "was_cancelled": false,
        "created_at": "2021-03-09T22:16:08.728353Z",
        "updated_at": "2021-03-09T22:16:09.728378Z",
        "lead_time": 4.288
    }, {"id": 10, "was_cancelled": true, "result": [{"nonsense": 1}]}],
    "predictions": [{"model_version": "one", "result": []}],
    "data": {"text": "😀 said so", "source": "a page"},
    "meta": {}, "created_at": "2021-03-09T21:52:49.513742Z", "project": 83
}]"#;

#[test]
fn an_export_as_label_studio_documents_it_is_read() {
    // It counts UTF-16 code units, as Label Studio did before 1.6, and the words show it.
    let imported = read(TASKS).unwrap();
    assert_eq!(
        labelled(&imported),
        ["claim: said", "other: said", "attribution: so"]
    );
    let article = &imported.articles[0];
    assert!(!article.is_named && article.is_dated);
    let annotations: Vec<_> = article
        .records
        .iter()
        .filter_map(|(id, record)| match record {
            Record::Annotation(annotation) => Some((id, annotation)),
            _ => None,
        })
        .collect();
    let first = annotations[0].1;
    assert_eq!(first.note.as_deref(), Some("one\ntwo"));
    assert_eq!(&*first.annotator, "ann@example.org");
    assert_eq!(first.updated.to_string(), "2021-03-09T22:16:09.728Z");
    let relations: Vec<_> = article
        .records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Relation(relation) => Some(relation.clone()),
            _ => None,
        })
        .collect();
    let (said, so) = (annotations[0].0.clone(), annotations[2].0.clone());
    let expected = [
        (RelationKind::Attributes, &so, &said),
        (RelationKind::Via, &said, &so),
    ];
    assert_eq!(
        relations,
        expected.map(|(kind, from, to)| Relation {
            kind,
            from: from.clone(),
            to: to.clone()
        })
    );
    let notes = [
        "1 annotation was skipped, and was left out.",
        "1 result is no labelled span, and was left out.",
        "1 region has no label, and was left out.",
        "1 relation is not between two labelled spans, and was left out.",
        "1 prediction stands beside what people have annotated, and was left out.",
    ];
    assert_eq!(imported.notes, notes);
}

#[test]
fn the_least_json_is_read() {
    let imported = read(
        r#"[{"id": 5, "body": "😀 said so", "topic": "war", "label": [
            {"start": 2, "end": 6, "text": "said", "labels": ["claim"]}
        ], "annotator": 1, "annotation_id": 2, "created_at": "2021-03-09T21:52:49Z",
        "updated_at": "2021-03-09T21:52:49Z", "lead_time": 6.5}]"#,
    )
    .unwrap();
    assert_eq!(labelled(&imported), ["claim: said"]);
    assert!(imported.notes.is_empty(), "{:?}", imported.notes);
}

#[test]
fn an_article_of_ours_comes_back_whole_from_the_least_json() {
    let tasks = unpacked(&small()).remove(1);
    let values: Value = serde_json::from_slice(&tasks.bytes).unwrap();
    let regions = values[0]["annotations"][0]["result"].as_array().unwrap();
    let regions: Vec<_> = regions.iter().filter_map(|result| result.get("value")).collect();
    let least = serde_json::json!([{
        "id": 1, "text": values[0]["data"]["text"], "hearsay": values[0]["data"]["hearsay"], "label": regions,
        "annotator": 1, "annotation_id": 2, "created_at": "2021-03-09T21:52:49Z", "lead_time": 1.5
    }]);
    let least = read(&least.to_string()).unwrap();
    let whole = LabelStudio.read(&[tasks], now()).unwrap();
    assert_eq!(brought(&least)[0], brought(&whole)[0]);
}

#[test]
fn predictions_are_read_where_nobody_has_annotated() {
    let region = r#"{"value": {"start": 0, "end": 4, "labels": ["claim"]}, "type": "labels"}"#;
    let imported = read(&format!(
        r#"[{{"data": {{"body": "said so"}}, "annotations": [],
              "predictions": [{{"model_version": "m", "result": [{region}]}}, 17]}}]"#
    ))
    .unwrap();
    assert_eq!(labelled(&imported), ["claim: said"]);
    assert_eq!(imported.notes.len(), 1);
}

#[test]
fn what_was_done_in_label_studio_comes_back_to_the_annotation_it_was_done_to() {
    let tasks = String::from_utf8(unpacked(&small()).remove(1).bytes).unwrap();
    let mut tasks: Value = serde_json::from_str(&tasks).unwrap();
    let annotation = &mut tasks[0]["annotations"][0];
    annotation["updated_at"] = "2027-01-01T00:00:00Z".into();
    let region = &mut annotation["result"][0];
    region["value"]["labels"][0] = "unverified".into();
    region["meta"]["text"][0] = "Now doubted.".into();
    let id = region["id"].as_str().unwrap().to_owned();
    let imported = read(&tasks.to_string()).unwrap();
    let before = read(&String::from_utf8(unpacked(&small()).remove(1).bytes).unwrap()).unwrap();
    let mut changed = Vec::new();
    for (old, new) in before.articles[0]
        .records
        .iter()
        .zip(&imported.articles[0].records)
    {
        assert_eq!(old.0, new.0);
        if old.1 != new.1 {
            changed.push(new);
        }
    }
    let [(changed_id, Record::Annotation(changed))] = changed[..] else {
        panic!("{changed:?}");
    };
    assert_eq!(changed_id.to_string(), id);
    assert_eq!(changed.label.as_str(), "unverified");
    assert_eq!(changed.note.as_deref(), Some("Now doubted."));
    assert_eq!(changed.updated.to_string(), "2027-01-01T00:00:00Z");
    assert_eq!(changed.attributes.len(), 2);
}

#[test]
fn an_error_is_told_with_its_place() {
    let task = |data: &str, value: &str| {
        format!(
            r#"[{{"data": {data}, "annotations": [{{"result": [{{"type": "labels", "value": {value}}}]}}]}}]"#
        )
    };
    let text = r#"{"text": "He said so"}"#;
    let value = "[0].annotations[0].result[0].value";
    let xpath = r#"{"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0, "endOffset": 1,
        "globalOffsets": {"start": 0, "end": 1}, "hypertextlabels": ["x"]}"#;
    for (data, region, place, expected) in [
        (
            text,
            r#"{"start": 0, "end": 99, "labels": ["x"]}"#,
            value.to_owned(),
            "10 code points",
        ),
        (
            text,
            r#"{"start": 0, "labels": ["x"]}"#,
            format!("{value}.end"),
            "a whole number",
        ),
        (text, xpath, format!("{value}.start"), "a region of a Text"),
        (
            "{}",
            r#"{"choices": ["x"]}"#,
            "[0].data.text".to_owned(),
            "a string",
        ),
        (
            r#"{"a": "x", "b": "x"}"#,
            r#"{"choices": ["x"]}"#,
            "[0].data.text".to_owned(),
            "the text",
        ),
        (
            r#"{"text": "https://x.org/a.txt"}"#,
            r#"{"choices": []}"#,
            "[0].data.text".to_owned(),
            "the text itself",
        ),
        (
            r#"{"text": "a", "hearsay": 1}"#,
            r#"{"choices": []}"#,
            "[0].data.hearsay".to_owned(),
            "an object",
        ),
    ] {
        let error = read(&task(data, region)).unwrap_err();
        assert_eq!(error.place, place, "{error}");
        assert!(error.expected.contains(expected), "{error}");
    }
}

#[test]
fn words_that_differ_are_listed_and_line_breaks_in_two_characters_are_no_difference() {
    let task = |words: &str| {
        format!(
            r#"[{{"data": {{"text": "a\nb said"}}, "annotations": [{{"result": [
                {{"type": "labels", "value": {{"start": 0, "end": 3, "text": "{words}", "labels": ["x"]}}}}]}}]}}]"#
        )
    };
    assert!(read(&task("a\\\\nb")).unwrap().notes.is_empty());
    assert_eq!(read(&task("a c")).unwrap().notes.len(), 1);
}

#[test]
fn what_other_formats_hold_is_not_taken_for_it() {
    for other in [
        "",
        "[]",
        r#"[{"text": "a"}]"#,
        r#"{"data": "a", "label": []}"#,
        r#"{"data": {"text": "a"}}"#,
        "<View>",
    ] {
        assert!(!LabelStudio.recognises(&file("a.json", other)), "{other}");
    }
}

proptest! {
    #[test]
    fn what_was_exported_comes_back_the_same(corpus in generated::corpus()) {
        let imported = LabelStudio.read(&unpacked(&corpus), now()).unwrap();
        prop_assert_eq!(brought(&imported), held(&corpus, |_| true, |_, _| true));
        prop_assert!(imported.notes.is_empty());
    }

    #[test]
    fn no_file_makes_reading_panic(corpus in generated::corpus(), at: prop::sample::Index, byte: u8) {
        bears_mangled_files(&LabelStudio, &unpacked(&corpus)[1].bytes, at, byte);
    }
}
