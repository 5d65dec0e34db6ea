use super::super::archive::{Limits, unpack};
use super::super::generated::{self, Generated};
use super::super::sample::{assert_golden, small};
use super::*;
use crate::core::import::ImportedArticle;
use crate::core::record::{Annotation, Record, RecordKind};
use proptest::prelude::*;
use serde_json::{Value, json};

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_262_400_000)
}

fn written(corpus: &Generated) -> File {
    let mut bytes = Vec::new();
    CasJson.write(&corpus.corpus(), &mut bytes).unwrap();
    File {
        name: "hearsay-cas.zip".to_owned(),
        bytes,
    }
}

fn read(cas: &Value) -> Result<Imported, ImportError> {
    let file = File {
        name: "admin/notes.json".to_owned(),
        bytes: cas.to_string().into(),
    };
    assert!(CasJson.recognises(&file));
    CasJson.read(&[file], now())
}

/// A CAS of one text with these types and structures; the text is structure number 1.
fn cas(types: &Value, text: &str, structures: Vec<Value>) -> Value {
    let mut all = vec![json!({
        "%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": VIEW, "mimeType": "text", "sofaString": text,
    })];
    all.extend(structures);
    json!({ "%TYPES": types, "%FEATURE_STRUCTURES": all, "%VIEWS": { VIEW: { "%SOFA": 1, "%MEMBERS": [] } } })
}

fn structure(id: u32, kind: &str, begin: u32, end: u32) -> Value {
    json!({ "%ID": id, "%TYPE": kind, "@sofa": 1, "begin": begin, "end": end })
}

fn with(mut structure: Value, features: &Value) -> Value {
    for (name, value) in features.as_object().unwrap() {
        structure[name] = value.clone();
    }
    structure
}

fn layer() -> Value {
    json!({ "%SUPER_TYPE": ANNOTATION })
}

/// Each annotation's words and label.
fn labels(article: &ImportedArticle) -> Vec<(&str, &str)> {
    let annotations = article.records.iter().filter_map(|(_, record)| match record {
        Record::Annotation(annotation) => Some(annotation),
        _ => None,
    });
    annotations
        .map(|annotation| {
            (
                article.article.text.slice(annotation.span),
                annotation.label.as_str(),
            )
        })
        .collect()
}

fn first(imported: &Imported) -> &Annotation {
    let mut records = imported.articles[0].records.iter();
    records
        .find_map(|(_, record)| match record {
            Record::Annotation(annotation) => Some(annotation),
            _ => None,
        })
        .unwrap()
}

/// What a reader must find in the export of `corpus`, records in order of kind and id.
fn expected(corpus: &Generated) -> Imported {
    let is_there = |id: &RecordId| {
        let mut articles = corpus.articles.iter();
        articles.any(|(_, records)| records.annotation(id).is_some())
    };
    let mut imported = Imported::default();
    for (article, records) in &corpus.articles {
        let all = records
            .versions()
            .filter_map(|(_, id, versioned)| Some((id, versioned.record.as_ref()?)));
        imported.articles.push(ImportedArticle {
            article: article.clone(),
            is_named: true,
            is_dated: true,
            records: all
                .filter(|(_, record)| match record {
                    Record::Status(status) => *status != Default::default(),
                    Record::Relation(relation) => {
                        records.annotation(&relation.from).is_some()
                            && records.annotation(&relation.to).is_some()
                    }
                    _ => true,
                })
                .map(|(id, record)| (id.clone(), record.clone()))
                .collect(),
        });
    }
    for kind in [RecordKind::Entity, RecordKind::ClaimGroup] {
        for (id, record) in corpus.records.of_kind(kind) {
            let mut record = record.clone();
            if let Record::ClaimGroup(group) = &mut record {
                group.members.retain(is_there);
            }
            imported.records.push((id.clone(), record));
        }
    }
    imported
}

fn sorted(mut imported: Imported) -> Imported {
    imported.articles.sort_by(|a, b| a.article.id.cmp(&b.article.id));
    for article in &mut imported.articles {
        article
            .records
            .sort_by_key(|(id, record)| (record.kind(), id.clone()));
    }
    imported
}

#[test]
fn a_small_corpus_with_every_feature_is_written_as_ever() {
    let files = unpack(&written(&small()).bytes, Limits::default()).unwrap();
    let files = files.iter().map(|file| {
        let content = str::from_utf8(&file.bytes).unwrap();
        format!("==> {} <==\n{content}\n", file.name)
    });
    assert_golden("cas-json.txt", files.collect::<String>().as_bytes());
}

#[test]
fn the_number_and_the_type_come_first_and_the_text_before_what_lies_in_it() {
    let files = unpack(&written(&small()).bytes, Limits::default()).unwrap();
    let cas = str::from_utf8(&files[0].bytes).unwrap();
    let structures = cas
        .lines()
        .filter(|line| line.starts_with("    {"))
        .collect::<Vec<_>>();
    assert!(structures[0].contains("\"%TYPE\":\"uima.cas.Sofa\""));
    for (index, structure) in structures.iter().enumerate() {
        let start = format!("    {{\"%ID\":{},\"%TYPE\":\"", index + 1);
        assert!(structure.starts_with(&start), "{structure}");
    }
}

#[test]
fn nothing_is_said_to_be_lost() {
    let corpus = small();
    let corpus = corpus.corpus();
    assert_eq!(CasJson.losses(&corpus, &Inventory::of(&corpus)), []);
}

#[test]
fn a_document_of_inception_is_read_without_its_tokens() {
    let segments = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type";
    let types = json!({
        "webanno.custom.Claim": layer(),
        "webanno.custom.Speech": {
            "%NAME": "webanno.custom.Speech", "%SUPER_TYPE": "webanno.custom.Claim",
            "kind": { "%NAME": "kind", "%RANGE": "uima.cas.String" },
        },
        "custom.Span": layer(),
        "custom.Relation": layer(),
        format!("{segments}.Token"): layer(),
        format!("{segments}.Sentence"): layer(),
        DOCUMENT: { "%SUPER_TYPE": "uima.tcas.DocumentAnnotation" },
    });
    let value = cas(
        &types,
        "😀 Kyiv said it holds.",
        vec![
            with(
                structure(2, DOCUMENT, 0, 22),
                &json!({ "documentTitle": "a.txt", "documentId": "a.txt" }),
            ),
            structure(3, &format!("{segments}.Token"), 3, 7),
            structure(4, &format!("{segments}.Sentence"), 0, 22),
            structure(5, "webanno.custom.Claim", 13, 21),
            with(
                structure(6, "webanno.custom.Speech", 3, 12),
                &json!({ "kind": "attribution" }),
            ),
            with(
                structure(7, "custom.Span", 3, 7),
                &json!({ "label": "source", "weight": 2, "sure": true }),
            ),
            with(
                structure(8, "custom.Relation", 13, 21),
                &json!({ "@Governor": 6, "@Dependent": 5, "label": "attributes" }),
            ),
            with(
                structure(9, "custom.Relation", 13, 21),
                &json!({ "@Governor": 6, "@Dependent": 5 }),
            ),
            structure(10, "custom.Span", 4, 4),
            json!({ "%ID": 11, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [7] }),
            structure(12, "uima.tcas.DocumentAnnotation", 0, 22),
        ],
    );
    let imported = read(&value).unwrap();
    let article = &imported.articles[0];
    assert_eq!(
        (article.article.id.as_str(), article.is_named, article.is_dated),
        ("a.txt", false, false)
    );
    assert_eq!(article.article.metadata.title, None);
    assert_eq!(
        labels(article),
        [
            ("it holds", "Claim"),
            ("Kyiv said", "attribution"),
            ("Kyiv", "source")
        ]
    );
    let relations: Vec<_> = article
        .records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Relation(relation) => Some((relation.from.clone(), relation.to.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(
        relations,
        [(article.records[1].0.clone(), article.records[0].0.clone())]
    );
    match &article.records[2].1 {
        Record::Annotation(annotation) => assert_eq!(
            serde_json::to_string(&annotation.attributes).unwrap(),
            r#"{"sure":true,"weight":2}"#
        ),
        other => panic!("{other:?}"),
    }
    assert_eq!(imported.notes.len(), 2, "{:?}", imported.notes);
    assert!(imported.notes[0].starts_with("1 annotation without any words"));
    assert!(imported.notes[1].starts_with("1 relation was left out"));
    // The older form of the list.
    let mut older = value.clone();
    let structures = value["%FEATURE_STRUCTURES"].as_array().unwrap();
    let keyed = structures
        .iter()
        .map(|structure| (structure["%ID"].to_string(), structure.clone()));
    older["%FEATURE_STRUCTURES"] = Value::Object(keyed.collect());
    let older = read(&older).unwrap();
    assert_eq!(sorted(older).articles[0].records.len(), article.records.len());
}

#[test]
fn offsets_are_those_of_the_text_as_the_file_has_it() {
    for (text, begin, end) in [
        ("😀 it\r\nholds", 3, 12),
        ("\u{feff}😀 it\rholds", 4, 12),
        ("😀 it\nholds", 3, 11),
    ] {
        let imported = read(&cas(
            &json!({}),
            text,
            vec![structure(2, "custom.Span", begin, end)],
        ))
        .unwrap();
        assert_eq!(labels(&imported.articles[0]), [("it\nholds", "Span")], "{text:?}");
    }
    let marked = json!({ "%ID": 2, "%TYPE": "custom.Span", "@sofa": 1, "^begin": 0, "^end": 2 });
    let imported = read(&cas(&json!({}), "it", vec![marked])).unwrap();
    assert_eq!(labels(&imported.articles[0]), [("it", "Span")]);
}

#[test]
fn annotations_of_another_view_are_left_out_and_told() {
    let other =
        json!({ "%ID": 2, "%TYPE": "uima.cas.Sofa", "sofaNum": 2, "sofaID": "html", "sofaString": "<p>" });
    let mut elsewhere = structure(3, "custom.Span", 0, 1);
    elsewhere["@sofa"] = 2.into();
    let imported = read(&cas(&json!({}), "it", vec![other, elsewhere])).unwrap();
    assert_eq!(labels(&imported.articles[0]), []);
    assert_eq!(imported.notes.len(), 1, "{:?}", imported.notes);
}

#[test]
fn a_feature_of_ours_is_no_feature_of_ours_in_a_layer_of_others() {
    let types = json!({ "webanno.custom.Note": layer() });
    let features = json!({ "label": "x", "note": "y", "created": "yesterday" });
    let note = with(structure(2, "webanno.custom.Note", 0, 2), &features);
    let imported = read(&cas(&types, "it", vec![note])).unwrap();
    let annotation = first(&imported);
    assert_eq!((annotation.note.as_deref(), annotation.created), (None, now()));
    assert_eq!(annotation.attributes["note"], "y");
}

#[test]
fn a_wrong_value_is_refused_with_its_place() {
    let span = |begin: u32, end: u32| vec![structure(2, SPAN, begin, end)];
    let one = |features: &Value| vec![with(structure(2, SPAN, 0, 2), features)];
    let at = |key: &str| format!("%FEATURE_STRUCTURES[1].{key}");
    let types = json!({ SPAN: layer() });
    for (structures, place, expected, found) in [
        (span(0, 9), at("end"), "a whole number, at most 2", "9"),
        (span(2, 1), at("end"), "at least 2", "1"),
        (
            one(&json!({ "begin": "0" })),
            at("begin"),
            "a whole number",
            "\"0\"",
        ),
        (
            one(&json!({ "fields": "[]" })),
            at("fields"),
            "a JSON object in a string",
            "\"[]\"",
        ),
        (
            one(&json!({ "created": "today" })),
            at("created"),
            "a time as RFC 3339",
            "\"today\"",
        ),
        (
            vec![json!({ "%TYPE": SPAN })],
            at("%ID"),
            "a whole number",
            "something else",
        ),
    ] {
        let error = read(&cas(&types, "it", structures)).unwrap_err();
        assert_eq!(
            (&*error.file, &*error.place),
            ("admin/notes.json", &*place),
            "{error}"
        );
        assert!(error.expected.contains(expected), "{error}");
        assert!(error.found.contains(found), "{error}");
    }
    let error = read(&json!({ "%FEATURE_STRUCTURES": [] })).unwrap_err();
    assert!(error.expected.contains("uima.cas.Sofa"), "{error}");
    let error = read(&json!({ "%FEATURE_STRUCTURES": 1 })).unwrap_err();
    assert_eq!(
        (&*error.expected, &*error.found),
        ("a list of feature structures", "1")
    );
}

proptest! {
    #[test]
    fn everything_comes_back_the_same(corpus in generated::corpus()) {
        let archive = written(&corpus);
        prop_assert!(corpus.articles.is_empty() || CasJson.recognises(&archive));
        let imported = CasJson.read(&[archive], now()).unwrap();
        prop_assert_eq!(sorted(imported), sorted(expected(&corpus)));
    }

    #[test]
    fn no_file_makes_reading_panic(
        corpus in generated::corpus(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut archive = written(&corpus);
        for mut file in unpack(&archive.bytes, Limits::default()).unwrap() {
            let at = at.index(file.bytes.len());
            file.bytes[at] = byte;
            let _ = CasJson.read(&[file.clone()], now());
            file.bytes.truncate(at);
            let _ = CasJson.read(&[file], now());
        }
        let at = at.index(archive.bytes.len());
        archive.bytes[at] = byte;
        let _ = CasJson.read(&[archive], now());
    }
}
