use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

const GOLDEN: &str = "tests/golden/formats/scheme.json";
const SCHEMA: &str = include_str!("../../../public/schema/hearsay-scheme-1.schema.json");

fn schema() -> jsonschema::Validator {
    let schema = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// The least that is a scheme.
fn least() -> Value {
    json!({
        "format": "hearsay-scheme", "version": 1, "name": "mine", "scheme_version": 7,
        "labels": [{ "id": "a", "name": "A", "key": "1" }],
    })
}

fn read_value(value: &Value) -> Result<Scheme, ImportError> {
    read(value.to_string().as_bytes())
}

#[test]
fn the_built_in_scheme_is_written_as_the_golden_file_has_it() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    let actual = write(&Scheme::news_claims());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    assert_eq!(actual, std::fs::read_to_string(path).unwrap());
    assert_eq!(read(actual.as_bytes()), Ok(Scheme::news_claims()));
}

#[test]
fn what_is_empty_may_be_left_out() {
    let scheme = read_value(&least()).unwrap();
    assert_eq!((&*scheme.name, scheme.version), ("mine", 7));
    assert_eq!(scheme.labels[0].colour, None);
    assert!(scheme.labels[0].attributes.is_empty() && scheme.relations.is_empty());
    assert!(schema().is_valid(&least()));
}

#[test]
fn a_byte_order_mark_does_not_matter() {
    assert!(read(format!("\u{feff}{}", least()).as_bytes()).is_ok());
}

/// A scheme with everything in it, small enough to break it in each place.
fn whole() -> Value {
    json!({
        "format": "hearsay-scheme", "version": 1, "name": "mine", "scheme_version": 1,
        "labels": [
            { "id": "a", "name": "A", "key": "1", "colour": "#1A7f37", "definition": "",
              "attributes": [
                { "id": "x", "name": "X", "definition": "", "kind": "choice",
                  "choices": [{ "id": "yes", "name": "Yes" }, { "id": "no", "name": "No" }], "columns": [] },
                { "id": "y", "name": "Y", "definition": "", "kind": "table",
                  "choices": [], "columns": [{ "id": "value", "name": "Value" }] },
                { "id": "z", "name": "Z", "definition": "", "kind": "text", "choices": [], "columns": [] },
              ],
              "examples": [{ "article": "1", "quote": "Q", "is_labelled": true, "why": "" }] },
            { "id": "b", "name": "B", "key": "2" },
        ],
        "fields": [], "relations": [{ "kind": "via", "from": "a", "to": "b" }],
    })
}

#[test]
fn an_error_says_where_it_is_what_should_stand_there_and_what_does() {
    for (pointer, value, place, expected, found) in [
        (
            "/format",
            json!("hearsay-corpus"),
            "format",
            "\"hearsay-scheme\"",
            "\"hearsay-corpus\"",
        ),
        ("/version", json!(2), "version", "1", "2"),
        ("/name", json!(""), "name", "a string that is not empty", "\"\""),
        (
            "/scheme_version",
            json!(-1),
            "scheme_version",
            "a whole number, 0 or more",
            "-1",
        ),
        (
            "/labels",
            json!([]),
            "labels",
            "at least one label",
            "an empty list",
        ),
        (
            "/labels/0/id",
            json!("A"),
            "labels[0].id",
            "an id of the characters a to z, 0 to 9, _ and -",
            "\"A\"",
        ),
        (
            "/labels/1/id",
            json!("a"),
            "labels[1].id",
            "an id of its own",
            "\"a\", which stands in the list already",
        ),
        (
            "/labels/1/key",
            json!("1"),
            "labels[1].key",
            "a key of its own",
            "\"1\", which another label has",
        ),
        (
            "/labels/1/key",
            json!("12"),
            "labels[1].key",
            "one character that a key types, such as \"1\"",
            "\"12\"",
        ),
        (
            "/labels/1/key",
            json!(" "),
            "labels[1].key",
            "one character that a key types, such as \"1\"",
            "\" \"",
        ),
        (
            "/labels/0/colour",
            json!("#+1a7f3"),
            "labels[0].colour",
            "a colour such as \"#1a7f37\", or null",
            "\"#+1a7f3\"",
        ),
        (
            "/labels/0/colour",
            json!("red"),
            "labels[0].colour",
            "a colour such as \"#1a7f37\", or null",
            "\"red\"",
        ),
        (
            "/labels/0/attributes/0/choices",
            json!([]),
            "labels[0].attributes[0].choices",
            "a list that is not empty",
            "none",
        ),
        (
            "/labels/0/attributes/1/columns",
            json!([]),
            "labels[0].attributes[1].columns",
            "a list that is not empty",
            "none",
        ),
        (
            "/labels/0/attributes/2/choices",
            json!([{ "id": "x", "name": "X" }]),
            "labels[0].attributes[2].choices",
            "none, since the kind is \"text\"",
            "a list of 1",
        ),
        (
            "/labels/0/attributes/0/choices/1/id",
            json!("yes"),
            "labels[0].attributes[0].choices[1].id",
            "an id of its own",
            "\"yes\", which stands in the list already",
        ),
        (
            "/labels/0/attributes/2/kind",
            json!("date"),
            "labels[0].attributes[2].kind",
            "\"choice\", \"text\", \"table\", \"part\" or \"entity\"",
            "\"date\"",
        ),
        (
            "/labels/0/attributes/2/id",
            json!("x"),
            "labels[0].attributes[2].id",
            "an id of its own",
            "\"x\", which stands in the list already",
        ),
        (
            "/labels/0/examples/0/quote",
            json!(""),
            "labels[0].examples[0].quote",
            "a string that is not empty",
            "\"\"",
        ),
        (
            "/relations/0/kind",
            json!("is"),
            "relations[0].kind",
            "\"attributes\", \"doubts\" or \"via\"",
            "\"is\"",
        ),
        (
            "/relations/0/to",
            json!("c"),
            "relations[0].to",
            "the id of a label of this file",
            "\"c\"",
        ),
    ] {
        let mut bad = whole();
        *bad.pointer_mut(pointer).unwrap() = value;
        let error = read_value(&bad).unwrap_err();
        assert_eq!(
            (&*error.place, &*error.expected, &*error.found),
            (place, expected, found),
            "{pointer}"
        );
    }
    assert!(read_value(&whole()).is_ok());
}

#[test]
fn what_is_no_json_is_refused_with_its_position() {
    assert_eq!(
        read(b"{\n \"format\": }").unwrap_err().to_string(),
        "the file, line 2, column 12: expected JSON, found an error in it (expected value). \
         Correct the file at this place, or export it again where it comes from."
    );
    assert_eq!(read(b"[]").unwrap_err().expected, "an object");
}

#[test]
fn the_schema_refuses_what_the_format_does_not_have() {
    let schema = schema();
    assert!(schema.is_valid(&whole()));
    for (pointer, value) in [
        ("/format", json!("hearsay-corpus")),
        ("/version", json!(2)),
        ("/labels", json!([])),
        ("/labels/0/id", json!("A")),
        ("/labels/0/key", json!("12")),
        ("/labels/0/colour", json!("red")),
        ("/labels/0/attributes/0/choices", json!([])),
        ("/labels/0/attributes/1/columns", json!([])),
        (
            "/labels/0/attributes/2/choices",
            json!([{ "id": "x", "name": "X" }]),
        ),
        ("/labels/0/attributes/2/kind", json!("date")),
        ("/relations/0/kind", json!("is")),
    ] {
        let mut bad = whole();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
}

fn id() -> impl Strategy<Value = String> {
    "[a-z0-9_-]{1,8}"
}

fn name() -> impl Strategy<Value = Arc<str>> {
    "[ -~]{1,8}|[é中😀\u{301}\"\\\\\n]{1,4}".prop_map(Into::into)
}

fn any_words() -> impl Strategy<Value = Arc<str>> {
    prop_oneof![Just("".into()), name()]
}

/// Ids of their own, each with a name.
fn named_list() -> impl Strategy<Value = Vec<(String, Arc<str>)>> {
    prop::collection::btree_map(id(), name(), 1..4).prop_map(|list| list.into_iter().collect())
}

fn kind() -> impl Strategy<Value = AttributeKind> {
    prop_oneof![
        Just(AttributeKind::Text),
        Just(AttributeKind::Part),
        Just(AttributeKind::Entity),
        named_list().prop_map(|list| {
            let choice = |(id, name): (String, _)| Choice { id: id.into(), name };
            AttributeKind::Choice(list.into_iter().map(choice).collect())
        }),
        named_list().prop_map(|list| {
            let column = |(id, name): (String, _)| Column { id: id.into(), name };
            AttributeKind::Table(list.into_iter().map(column).collect())
        }),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    prop::collection::btree_map(id(), (name(), any_words(), kind()), 0..4).prop_map(|list| {
        list.into_iter()
            .map(|(id, (name, definition, kind))| Attribute {
                id: id.into(),
                name,
                definition,
                kind,
            })
            .collect()
    })
}

fn examples() -> impl Strategy<Value = Vec<Example>> {
    let example =
        (name(), name(), any::<bool>(), any_words()).prop_map(|(article, quote, is_labelled, why)| Example {
            article,
            quote,
            is_labelled,
            why,
        });
    prop::collection::vec(example, 0..3)
}

fn labels() -> impl Strategy<Value = Vec<Label>> {
    let colour = prop::option::of(any::<[u8; 3]>().prop_map(|[red, green, blue]| Colour(red, green, blue)));
    let label = (name(), colour, any_words(), attributes(), examples());
    prop::collection::btree_map(id(), label, 1..4).prop_map(|list| {
        list.into_iter()
            .zip(['1', 'é', '"', '\\'])
            .map(
                |((id, (name, colour, definition, attributes, examples)), key)| Label {
                    id: id.as_str().into(),
                    name,
                    key,
                    colour,
                    definition,
                    attributes,
                    examples,
                },
            )
            .collect()
    })
}

fn scheme() -> impl Strategy<Value = Scheme> {
    let kind = prop::sample::select(vec![
        RelationKind::Attributes,
        RelationKind::Doubts,
        RelationKind::Via,
    ]);
    let rules = prop::collection::vec((kind, any::<[prop::sample::Index; 2]>()), 0..4);
    (name(), any::<u32>(), labels(), attributes(), rules).prop_map(
        |(name, version, labels, fields, rules)| {
            let relations = rules
                .into_iter()
                .map(|(kind, [from, to])| RelationRule {
                    kind,
                    from: from.get(&labels).id.clone(),
                    to: to.get(&labels).id.clone(),
                })
                .collect();
            Scheme {
                name,
                version,
                labels,
                fields,
                relations,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_was_written_comes_back_the_same_and_is_what_the_schema_says(scheme in scheme()) {
        let file = write(&scheme);
        let schema = schema();
        let json = serde_json::from_str(&file).unwrap();
        let errors: Vec<_> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
        prop_assert!(errors.is_empty(), "{errors:?}");
        prop_assert_eq!(read(file.as_bytes()), Ok(scheme));
    }

    #[test]
    fn no_file_makes_reading_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = write(&Scheme::news_claims()).into_bytes();
        let at = at.index(file.len());
        file[at] = byte;
        let _ = read(&file);
        let _ = read(&file[..at]);
    }
}
