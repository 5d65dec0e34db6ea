use super::super::generated;
use super::super::peer::tests::{bears_mangled_files, brought, file, held, labelled, written};
use super::super::sample::{annotation, assert_golden, set, small};
use super::*;
use crate::core::record::{Record, Relation, RelationKind};
use crate::core::text::Text;
use crate::core::text::marked::spans;
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::from_millis(0)
}

fn read(content: &str) -> Result<Imported, ImportError> {
    let file = file("docs.jsonl", content);
    assert!(Spacy.recognises(&file), "{content}");
    Spacy.read(&[file], now())
}

#[test]
fn a_small_corpus_is_written_as_ever() {
    assert_golden("spacy.jsonl", &written(&Spacy, &small()));
}

#[test]
fn spans_with_white_space_at_their_ends_are_told_as_lost() {
    let mut corpus = small();
    let (text, found) = spans("He⟦ said⟧ ⟦so⟧");
    corpus.articles[1].0.text = Text::new(text.as_str());
    for (id, span) in [("a", found[0]), ("b", found[1])] {
        set(
            &mut corpus.articles[1].1,
            id,
            Record::Annotation(annotation("claim", span)),
        );
    }
    let via = Relation {
        kind: RelationKind::Via,
        from: "a".into(),
        to: "b".into(),
    };
    set(&mut corpus.articles[1].1, "l", Record::Relation(via));
    let losses = Spacy.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
    let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
    let expected = [
        "1 span that begins or ends in white space that spaCy does not cut",
        "1 relation of such a span",
        "1 entity",
        "1 claim group",
    ];
    assert_eq!(losses, expected);
}

#[test]
fn a_doc_as_spacy_writes_it_is_read() {
    let imported = read(
        r#"{"text": "😀 He said so", "ents": [
                {"start": 2, "end": 4, "label": "PERSON"},
                {"start": 5, "end": 9, "label": "claim", "kb_id": ""}
            ],
            "sents": [{"start": 0, "end": 12}], "cats": {"good": 1.0},
            "tokens": [{"id": 0, "start": 0, "end": 1, "tag": "NN"}],
            "spans": {"sc": [{"start": 5, "end": 9, "label": "claim", "kb_id": ""}], "other": []}}"#,
    )
    .unwrap();
    assert_eq!(labelled(&imported), ["claim: said", "PERSON: He"]);
    assert!(imported.notes.is_empty(), "{:?}", imported.notes);
}

#[test]
fn spans_of_several_groups_are_one_and_that_is_told() {
    let imported = read(
        r#"[{"text": "ab", "spans": {
            "sc": [{"start": 0, "end": 1, "label": "x"}],
            "other": [{"start": 1, "end": 2, "label": "y"}]}}]"#,
    )
    .unwrap();
    assert_eq!(labelled(&imported).len(), 2);
    assert!(imported.notes[0].ends_with("other, sc."), "{:?}", imported.notes);
}

#[test]
fn training_data_of_version_2_are_read() {
    let imported =
        read(r#"[["He said so", {"entities": [[3, 7, "claim"]]}], ["He", {"entities": []}]]"#).unwrap();
    assert_eq!(labelled(&imported), ["claim: said"]);
    assert_eq!(imported.articles.len(), 2);
}

#[test]
fn an_error_is_told_with_its_place() {
    for (bad, place) in [
        (r#"{"text": "a", "spans": {"sc": 1}}"#, "spans.sc"),
        (
            r#"{"text": "a", "spans": {"sc": [{"start": 0, "end": 1}]}}"#,
            "spans.sc[0].label",
        ),
        (
            r#"{"text": "a", "spans": {"sc": [{"start": 0, "end": 2, "label": "x"}]}}"#,
            "spans.sc[0]",
        ),
        (r#"{"text": "a", "ents": [1]}"#, "ents[0]"),
        (r#"[["a", {"entities": [[0, 1]]}]]"#, "[0][1].entities[0].label"),
        (r#"[["a", {"entities": []}], ["a"]]"#, "[1]"),
        (r#"[["a", {"entities": []}], [1, {}]]"#, "[1][0]"),
    ] {
        let error = read(bad).unwrap_err();
        assert_eq!(error.place, place, "{error}");
    }
}

#[test]
fn what_other_formats_hold_is_not_taken_for_it() {
    for other in [
        "",
        r#"{"text": "a"}"#,
        r#"{"text": "a", "tokens": [], "spans": []}"#,
        r#"{"text": "a", "entities": []}"#,
    ] {
        assert!(!Spacy.recognises(&file("a.jsonl", other)), "{other}");
    }
}

proptest! {
    #[test]
    fn what_was_exported_comes_back_the_same(corpus in generated::corpus()) {
        let imported = Spacy.read(&[file("a", written(&Spacy, &corpus))], now()).unwrap();
        let held_spans: Vec<_> = corpus.corpus().articles.iter().map(|held| (held.article.id.clone(), tokens(*held))).collect();
        let expected = held(&corpus, |_| true, |article, annotation| {
            let (_, tokens) = held_spans.iter().find(|(id, _)| *id == article.id).unwrap();
            tokens.of_span(annotation.span).is_some()
        });
        prop_assert_eq!(brought(&imported), expected);
        prop_assert!(imported.notes.is_empty());
    }

    #[test]
    fn no_file_makes_reading_panic(corpus in generated::corpus(), at: prop::sample::Index, byte: u8) {
        bears_mangled_files(&Spacy, &written(&Spacy, &corpus), at, byte);
    }
}
