use super::super::Texts;
use super::super::generated::{self, Generated};
use super::super::sample::{assert_golden, small};
use super::*;
use crate::core::import::AnchoredWork;
use crate::core::record::{Annotation, Origin, Record, RecordKind, RegionKind, Status};
use crate::core::selector::{Anchor, quote};
use crate::core::text::{CodePointOffset, Span};
use proptest::prelude::*;
use serde_json::{Value, json};

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_262_400_000)
}

fn written(corpus: &Generated, texts: Texts) -> Vec<u8> {
    let mut file = Vec::new();
    let corpus = Corpus {
        texts,
        ..corpus.corpus()
    };
    WebAnnotation.write(&corpus, &mut file).unwrap();
    file
}

fn file(bytes: impl Into<Vec<u8>>) -> File {
    File {
        name: "notes.json".to_owned(),
        bytes: bytes.into(),
    }
}

fn read(value: &Value) -> Result<Imported, ImportError> {
    let file = file(value.to_string());
    assert!(WebAnnotation.recognises(&file), "{value}");
    WebAnnotation.read(&[file], now())
}

/// The annotations of the only article in a file.
fn only(value: &Value) -> (AnchoredWork, Vec<(String, Annotation, Anchor)>) {
    let mut imported = read(value).unwrap();
    assert_eq!(imported.anchored.len(), 1, "{imported:?}");
    let work = imported.anchored.remove(0);
    let annotations = work
        .unplaced
        .iter()
        .map(|(id, record, anchor)| match record {
            Record::Annotation(annotation) => (id.to_string(), annotation.clone(), anchor.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    (work, annotations)
}

fn exact(words: &str) -> Anchor {
    Anchor {
        exact: Some(words.into()),
        ..Anchor::default()
    }
}

fn position(start: u32, end: u32) -> Option<(CodePointOffset, CodePointOffset)> {
    Some((CodePointOffset(start), CodePointOffset(end)))
}

/// What a reader must find in the export of `corpus`: everything but the texts and the articles' metadata.
fn expected(corpus: &Generated, texts: Texts) -> Imported {
    let annotations = |id: &RecordId| {
        let mut articles = corpus.articles.iter();
        articles.any(|(_, records)| records.annotation(id).is_some())
    };
    let anchored = corpus.articles.iter().map(|(article, records)| {
        let place = |id: &RecordId, span: Span, record: Record| {
            let quote = quote(&article.text, span);
            let anchor = Anchor {
                position: Some(article.text.span_to_code_points(span)),
                exact: texts.shown(quote.exact).map(Into::into),
                prefix: texts.shown(quote.prefix).unwrap_or_default().into(),
                suffix: texts.shown(quote.suffix).unwrap_or_default().into(),
                exact_sha256: texts.hashed(quote.exact).map(Into::into),
            };
            (id.clone(), record, anchor)
        };
        let mut unplaced = Vec::new();
        for (id, mut region) in records.regions() {
            let span = std::mem::replace(&mut region.span, Span::UNPLACED);
            unplaced.push(place(id, span, Record::Region(region)));
        }
        for (id, annotation) in records.annotations() {
            let mut annotation = annotation.clone();
            let span = std::mem::replace(&mut annotation.span, Span::UNPLACED);
            annotation.attributes = texts.fields(&annotation.attributes).into_owned();
            unplaced.push(place(id, span, Record::Annotation(annotation)));
        }
        let mut kept = Vec::new();
        if records.status() != Status::NotStarted {
            kept.push(("".into(), Record::Status(records.status())));
        }
        for kind in [RecordKind::Field, RecordKind::Relation] {
            let of_kind = records.of_kind(kind).filter(|(_, record)| match record {
                Record::Relation(relation) => annotations(&relation.from) && annotations(&relation.to),
                _ => true,
            });
            kept.extend(of_kind.map(|(id, record)| (id.clone(), record.clone())));
        }
        AnchoredWork {
            article: article.id.clone(),
            sha256: Some(article.sha256.clone()),
            is_dated: true,
            unplaced,
            records: kept,
        }
    });
    let of_corpus = [RecordKind::Entity, RecordKind::ClaimGroup];
    let of_corpus = of_corpus
        .into_iter()
        .flat_map(|kind| corpus.records.of_kind(kind));
    Imported {
        anchored: anchored.collect(),
        records: of_corpus
            .map(|(id, record)| {
                let mut record = record.clone();
                if let Record::ClaimGroup(group) = &mut record {
                    group.members.retain(annotations);
                }
                (id.clone(), record)
            })
            .collect(),
        ..Imported::default()
    }
}

#[test]
fn a_small_corpus_with_every_feature_is_written_as_ever() {
    assert_golden("web-annotation.jsonld", &written(&small(), Texts::Whole));
}

#[test]
fn without_texts_it_holds_places_and_hashes_and_no_word_of_an_article() {
    let file = written(&small(), Texts::LeftOut);
    assert_golden("web-annotation-without-texts.jsonld", &file);
    let file = String::from_utf8(file).unwrap();
    for words in ["Rivne\u{a0}", "goers in", "Herald", "Subscribe", "قال"] {
        assert!(!file.contains(words), "{words}");
    }
    assert!(!file.contains("TextQuoteSelector"));
}

#[test]
fn only_the_texts_are_said_to_be_lost() {
    let corpus = small();
    let corpus = corpus.corpus();
    let losses = WebAnnotation.losses(&corpus, &Inventory::of(&corpus));
    let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
    assert_eq!(losses, ["2 articles' texts"]);
}

#[test]
fn the_total_is_the_number_of_items() {
    let value: Value = serde_json::from_slice(&written(&small(), Texts::Whole)).unwrap();
    let items = value["first"]["items"].as_array().unwrap().len();
    assert_eq!(value["total"].as_u64(), Some(items as u64));
}

#[test]
fn a_page_a_list_a_graph_and_a_single_annotation_are_read_alike() {
    let one = json!({
        "@context": CONTEXT,
        "id": "http://example.org/anno1",
        "type": "Annotation",
        "motivation": "tagging",
        "created": "2026-11-21T12:00:00Z",
        "creator": { "id": "http://example.org/ada", "type": "Person", "nickname": "ada" },
        "body": { "type": "TextualBody", "value": "claim" },
        "target": {
            "source": "http://example.org/page",
            "selector": { "type": "TextQuoteSelector", "exact": "Rivne holds", "prefix": "said " },
        },
    });
    let (work, annotations) = only(&one);
    assert_eq!(work.article.as_str(), "http://example.org/page");
    assert_eq!((work.sha256.as_deref(), work.is_dated), (None, true));
    let (id, annotation, anchor) = &annotations[0];
    assert_eq!(id, "http://example.org/anno1");
    assert_eq!(
        (annotation.label.as_str(), annotation.note.as_deref()),
        ("claim", None)
    );
    assert_eq!(
        (&*annotation.annotator, annotation.origin),
        ("ada", Origin::Imported)
    );
    assert_eq!((annotation.created, annotation.updated), (now(), now()));
    assert_eq!((anchor.position, &*anchor.prefix), (None, "said "));
    for held in [
        json!([one]),
        json!({ "@context": CONTEXT, "@graph": [one] }),
        json!({ "@context": CONTEXT, "type": "AnnotationPage", "items": [one] }),
        json!({ "@context": CONTEXT, "type": "AnnotationPage", "items": one }),
        json!({ "@context": CONTEXT, "type": "AnnotationCollection", "first": { "items": [one] } }),
    ] {
        assert_eq!(only(&held).1, annotations, "{held}");
    }
}

#[test]
fn a_row_of_hypothesis_is_one_annotation_for_each_of_its_tags() {
    let (work, annotations) = only(&json!({ "total": 1, "rows": [{
        "id": "FsYmfCTwEe-x", "created": "2026-11-20T09:14:00.123456+00:00",
        "updated": "2026-11-21T12:00:00.000000+00:00", "user": "acct:ada@hypothes.is",
        "uri": "https://example.org/page", "text": "Says who?", "tags": ["claim", "war"],
        "group": "__world__", "document": { "title": ["A page"] },
        "target": [{ "source": "https://example.org/page", "selector": [
            { "type": "RangeSelector", "startContainer": "/div[1]/p[2]", "startOffset": 4,
              "endContainer": "/div[1]/p[2]", "endOffset": 15 },
            { "type": "TextPositionSelector", "start": 104, "end": 115 },
            { "type": "TextQuoteSelector", "exact": "Rivne holds", "prefix": "“", "suffix": "”" },
        ]}],
    }]}));
    assert_eq!(work.article.as_str(), "https://example.org/page");
    let labels: Vec<_> = annotations
        .iter()
        .map(|(_, annotation, _)| annotation.label.as_str())
        .collect();
    assert_eq!(labels, ["claim", "war"]);
    assert_eq!(annotations[0].0, "FsYmfCTwEe-x");
    assert_ne!(annotations[0].0, annotations[1].0);
    for (_, annotation, anchor) in &annotations {
        assert_eq!(annotation.note.as_deref(), Some("Says who?"));
        assert_eq!(&*annotation.annotator, "acct:ada@hypothes.is");
        assert_eq!(annotation.updated, now());
        assert_eq!(
            (anchor.exact.as_deref(), anchor.position),
            (Some("Rivne holds"), position(104, 115))
        );
        assert_eq!((&*anchor.prefix, &*anchor.suffix), ("“", "”"));
    }
}

#[test]
fn the_objects_of_recogito_are_read_and_so_are_its_links() {
    let user = json!({ "id": "u1", "name": "Ada" });
    let one = |id: &str, label: &str, quote: &str, start: u32, end: u32| {
        json!({ "id": id, "bodies": [
            { "id": "b", "annotation": id, "purpose": "tagging", "value": { "label": label, "id": "t" },
              "creator": user, "created": "2026-11-21T12:00:00.000Z" },
            { "id": "c", "annotation": id, "purpose": "commenting", "value": "Look again." },
        ], "target": { "annotation": id, "creator": user, "created": "2026-11-21T12:00:00.000Z",
            "selector": [{ "quote": quote, "start": start, "end": end }] } })
    };
    let (work, annotations) = only(&json!([
        one("a1", "attribution", "he said", 0, 7),
        one("a2", "claim", "it holds", 8, 16),
        { "id": "r1", "motivation": "linking", "body": [{ "purpose": "tagging", "value": "attributes" }],
          "target": [{ "id": "a1" }, { "id": "a2" }] },
    ]));
    assert_eq!(work.article.as_str(), "notes");
    assert_eq!(annotations.len(), 2);
    let (_, annotation, anchor) = &annotations[1];
    assert_eq!(
        (annotation.label.as_str(), annotation.note.as_deref()),
        ("claim", Some("Look again."))
    );
    assert_eq!((&*annotation.annotator, annotation.created), ("Ada", now()));
    assert_eq!(
        anchor,
        &Anchor {
            position: position(8, 16),
            ..exact("it holds")
        }
    );
    match &work.records[..] {
        [(id, Record::Relation(relation))] => {
            assert_eq!(
                (id.to_string().as_str(), relation.kind.as_str()),
                ("r1", "attributes")
            );
            assert_eq!((&relation.from, &relation.to), (&"a1".into(), &"a2".into()));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refined_selector_counts_from_where_the_outer_begins() {
    let anchor = |selector: Value| {
        let one = json!({ "@context": CONTEXT, "target": { "source": "x", "selector": selector } });
        only(&one).1.remove(0).2
    };
    let place = |start: u32, end: u32| json!({ "type": "TextPositionSelector", "start": start, "end": end });
    let words = |words: &str| json!({ "type": "oa:TextQuoteSelector", "exact": words });
    let refined = |mut outer: Value, inner: Value| {
        outer["refinedBy"] = inner;
        outer
    };
    let part = json!({ "type": "FragmentSelector", "value": "para5" });
    assert_eq!(anchor(refined(part.clone(), words("b"))), exact("b"));
    assert_eq!(anchor(refined(words("abc"), words("b"))), exact("b"));
    assert_eq!(
        anchor(refined(place(10, 20), place(2, 5))).position,
        position(12, 15)
    );
    assert_eq!(anchor(refined(place(10, 20), words("b"))), exact("b"));
    assert_eq!(anchor(refined(words("abc"), part)), exact("abc"));
    let both = anchor(json!([place(1, 2), words("b")]));
    assert_eq!(
        both,
        Anchor {
            position: position(1, 2),
            ..exact("b")
        }
    );
}

#[test]
fn words_without_a_purpose_are_a_note_and_a_bare_mark_is_called_by_its_motivation() {
    let mut one = json!({
        "@context": CONTEXT,
        "motivation": "highlighting",
        "target": { "selector": { "type": "TextQuoteSelector", "exact": "b" } },
    });
    let said = |value: &Value| {
        let annotation = only(value).1.remove(0).1;
        (
            annotation.label.to_string(),
            annotation.note.map(|note| note.to_string()),
        )
    };
    let label = "highlighting".to_owned();
    assert_eq!(said(&one), (label.clone(), None));
    for body in [
        json!("Why?"),
        json!(["Why?"]),
        json!({ "type": "TextualBody", "value": "Why?" }),
    ] {
        one["body"] = body;
        assert_eq!(said(&one), (label.clone(), Some("Why?".to_owned())));
    }
    one["body"] = json!(["Why?", { "value": "Who?" }]);
    assert_eq!(said(&one).1.as_deref(), Some("Why?\n\nWho?"));
    one["body"] = Value::Null;
    one["bodyValue"] = "Why?".into();
    assert_eq!(said(&one).1.as_deref(), Some("Why?"));
}

#[test]
fn what_has_no_place_here_is_left_out_and_told() {
    let imported = read(&json!({ "@context": CONTEXT, "type": "AnnotationCollection", "last": "p9",
        "first": { "next": "http://example.org/page2", "items": [
            { "id": "a", "motivation": "commenting", "body": "Fine.", "target": "http://example.org/page" },
            { "id": "b", "motivation": "linking", "body": "http://example.org/x", "target": "a" },
            { "id": "c", "target": { "source": "p", "selector": { "type": "TextPositionSelector", "start": 3, "end": 3 } } },
        ] } }))
    .unwrap();
    assert!(
        imported
            .anchored
            .iter()
            .all(|work| work.unplaced.is_empty() && work.records.is_empty())
    );
    assert_eq!(imported.notes.len(), 3, "{:?}", imported.notes);
    assert!(imported.notes[0].starts_with("2 annotations were left out"));
    assert!(imported.notes[1].starts_with("1 link was left out"));
    assert!(imported.notes[2].starts_with("1 page of annotations was left out"));
}

#[test]
fn a_wrong_value_is_refused_with_its_place_what_was_expected_and_what_was_found() {
    let selector = |selector: Value| {
        json!({ "@context": CONTEXT, "items": [
            { "id": "a", "target": { "selector": [{ "type": "TextQuoteSelector", "exact": "b" }, selector] } },
        ] })
    };
    let item = |key: &str, value: Value| {
        let mut file = selector(json!({}));
        file["items"][0][key] = value;
        file
    };
    let at = "items[0].target.selector[1]";
    for (file, place, expected, found) in [
        (
            selector(json!({ "type": "TextPositionSelector", "start": -1, "end": 2 })),
            format!("{at}.start"),
            "a whole number, 0 or more",
            "-1",
        ),
        (
            selector(json!({ "type": "TextQuoteSelector", "exact": 1 })),
            format!("{at}.exact"),
            "a string",
            "1",
        ),
        (
            item("created", "today".into()),
            "items[0].created".into(),
            "a time as RFC 3339",
            "\"today\"",
        ),
        (
            item("target", 7.into()),
            "items[0].target".into(),
            "an IRI or an object",
            "7",
        ),
        (
            item("hearsay:origin", 7.into()),
            "items[0].hearsay:origin".into(),
            "\"human\", \"rule\"",
            "7",
        ),
        (
            item("hearsay:attributes", json!([])),
            "items[0].hearsay:attributes".into(),
            "an object",
            "a list of 0",
        ),
        (json!([CONTEXT]), "[0]".into(), "an annotation", "ns/anno.jsonld"),
        (
            json!({ "@context": CONTEXT }),
            "the file".into(),
            "an annotation",
            "an object",
        ),
    ] {
        let error = read(&file).unwrap_err();
        assert_eq!((&*error.place, &*error.file), (&*place, "notes.json"), "{error}");
        assert!(error.expected.contains(expected), "{error}");
        assert!(error.found.contains(found), "{error}");
    }
    let twice = json!([
        item("id", "a".into())["items"][0],
        item("id", "a".into())["items"][0]
    ]);
    let error = read(&twice).unwrap_err();
    assert_eq!((&*error.place, &*error.expected), ("[1].id", "an id of its own"));
}

#[test]
fn a_region_keeps_its_kind() {
    for kind in RegionKind::ALL {
        let one = json!({ "@context": CONTEXT, "body": format!("{REGION}{}", kind.as_str()),
            "target": { "selector": { "type": "TextQuoteSelector", "exact": "b" } } });
        match &read(&one).unwrap().anchored[0].unplaced[0].1 {
            Record::Region(region) => assert_eq!(region.kind, kind),
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #[test]
    fn everything_but_texts_and_metadata_comes_back_the_same(corpus in generated::corpus(), left_out in any::<bool>()) {
        let texts = if left_out { Texts::LeftOut } else { Texts::Whole };
        let file = file(written(&corpus, texts));
        prop_assert!(WebAnnotation.recognises(&file));
        let imported = WebAnnotation.read(&[file], now()).unwrap();
        prop_assert_eq!(imported, expected(&corpus, texts));
    }

    #[test]
    fn no_file_makes_reading_panic(
        corpus in generated::corpus(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let texts = Texts::Whole;
        let mut bytes = written(&corpus, texts);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = WebAnnotation.read(&[file(&bytes[..at])], now());
        let _ = WebAnnotation.read(&[file(bytes)], now());
    }
}
