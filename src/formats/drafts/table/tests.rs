//! What becomes of a table, and what is said of one that is broken.

use super::*;
use proptest::prelude::*;

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    File {
        name: name.to_owned(),
        bytes: bytes.into(),
    }
}

fn table(name: &str, bytes: &str) -> Table {
    Table::read(&file(name, bytes), None).unwrap()
}

fn error(name: &str, bytes: &str) -> String {
    Table::read(&file(name, bytes), None).unwrap_err().to_string()
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

/// The articles of the columns that are guessed, each in a line.
fn articles(table: &Table) -> Vec<String> {
    let articles = table.articles(table.guess()).unwrap();
    let shown = |field: &Option<_>| field.clone().unwrap_or_else(|| "–".into());
    articles
        .drafts
        .iter()
        .map(|draft| {
            let fields = [&draft.title, &draft.source_url, &draft.published].map(shown);
            format!("{}: {} | {}", draft.id, fields.join(" | "), draft.text)
        })
        .collect()
}

#[test]
fn a_row_is_an_article_whatever_parts_its_values() {
    for delimiter in [",", ";", "\t", "|"] {
        let rows = [
            "id,Headline,body,URL,pub-date\n\n1,First,".replace(',', delimiter),
            "\"One,\r\ntwo ;\t| \"\"three\"\"\"".to_owned(),
            ",https://example.org,2026\n2,,Four,,\n3,,,,\n".replace(',', delimiter),
        ];
        assert_eq!(
            articles(&table("news.csv", &rows.concat())),
            [
                "1: First | https://example.org | 2026 | One,\ntwo ;\t| \"three\"",
                "2: – | – | – | Four"
            ]
        );
    }
}

#[test]
fn every_column_has_a_name_of_its_own() {
    assert_eq!(
        names(&table("a.tsv", "text,\ttext\t\na,b\tc\td\n")),
        ["text,", "text", "column 3"]
    );
    assert_eq!(names(&table("a.csv", "a,a,a\n1,2,3")), ["a", "a (2)", "a (3)"]);
}

#[test]
fn json_is_read_in_all_its_usual_shapes() {
    let expected = ["a-1: – | – | – | One", "a-2: – | – | – | Two"];
    for (name, json) in [
        ("a.json", r#"[{"text": "One"}, {"text": "Two"}]"#),
        (
            "a.json",
            r#"{"n": 2, "tags": [{}], "rows": [{"text": "One"}, {"text": "Two"}]}"#,
        ),
        ("a.json", "{\"text\": \"One\"}\n{\"text\": \"Two\"}\n"),
        (
            "a.jsonl",
            "\u{feff}{\"text\": \"One\"}\r\n\r\n{\"text\": \"Two\"}",
        ),
    ] {
        assert_eq!(articles(&table(name, json)), expected, "{json}");
    }
    assert_eq!(articles(&table("a.json", "{\n\"text\": \"One\"}")), expected[..1]);
}

#[test]
fn a_value_within_an_object_is_in_the_column_of_its_path() {
    let table = table(
        "a.jsonl",
        "{\"meta\": {\"url\": \"u\", \"n\": 1.50}, \"paragraphs\": [\"One\", \"Two\"], \"tags\": [1, {}], \
         \"no\": null}\n{\"late\": true}",
    );
    assert_eq!(names(&table), ["meta.url", "meta.n", "paragraphs", "late"]);
    assert_eq!(
        table.sample,
        [["u", "1.50", "One\n\nTwo", ""], ["", "", "", "true"]]
    );
    let choice = Choice {
        text: 2,
        title: Some(3),
        source_url: Some(0),
        published: Some(1),
        id: Some(0),
    };
    assert_eq!(
        table.guess(),
        Choice {
            title: None,
            published: None,
            id: None,
            ..choice
        }
    );
    let articles = table.articles(choice).unwrap();
    assert_eq!((articles.drafts.len(), articles.skipped), (1, 1));
    let draft = &articles.drafts[0];
    assert_eq!((draft.id.as_str(), draft.source_url.as_deref()), ("u", Some("u")));
    assert_eq!(
        (draft.title.as_deref(), draft.published.as_deref()),
        (None, Some("1.50"))
    );
}

#[test]
fn columns_come_in_the_order_of_the_file() {
    let rows =
        r#"{"title": "T", "body": "Words", "author": {"name": "A", "age": 4.50}, "body": "Later words"}"#;
    for (name, json) in [("a.jsonl", rows.to_owned()), ("a.json", format!("[{rows}]"))] {
        let table = table(name, &json);
        assert_eq!(names(&table), ["title", "body", "author.name", "author.age"]);
        assert_eq!(table.sample, [["T", "Later words", "A", "4.50"]]);
        assert_eq!(articles(&table), ["a-1: T | – | – | Later words"]);
    }
    let lists = r#"{"zebras": [{"text": "Z"}], "apes": [{"text": "A"}]}"#;
    assert_eq!(articles(&table("a.json", lists)), ["a-1: – | – | – | Z"]);
}

#[test]
fn the_text_is_the_longest_column_of_those_that_are_called_so() {
    let guess = |rows: &str| {
        let table = table("a.csv", rows);
        table.columns[table.guess().text].name.clone()
    };
    assert_eq!(
        guess("title,body,notes\na,some words,some longer words\n"),
        "body"
    );
    assert_eq!(guess("title,text,notes\na,no,some much longer words\n"), "notes");
    assert_eq!(guess("a,b\n,\n"), "a");
}

#[test]
fn a_preview_is_short() {
    let line = format!("{{\"text\": \"{}\"}}\n", "é".repeat(999));
    let table = table("a.jsonl", &line.repeat(9));
    assert_eq!((table.rows, table.sample.len()), (9, SAMPLE_ROWS));
    assert_eq!(table.sample[0][0].chars().count(), SAMPLE_LENGTH);
    assert_eq!(table.columns[0].mean_length(), 2 * 999);
}

#[test]
fn an_error_says_where_it_is() {
    assert_eq!(
        error("a.csv", "id,text\n\n1,a\n\n2,b,c\n"),
        "a.csv, row, line 5, column 1: expected 2 values, as in the first row, found 3 values. \
         Quote values that hold what parts them, and leave none out."
    );
    assert_eq!(
        error("a.jsonl", "{\"text\": \"é\"}\n\n{\"text\": é}\n"),
        "a.jsonl, line 3, column 10: expected JSON, found an error in it (expected value). \
         Correct the file at this place, or export it again where it comes from."
    );
    assert_eq!(
        error("a.jsonl", "{}\n[]\n"),
        "a.jsonl, row, line 2, column 1: expected an object, found a list of 0. \
         Correct the file at this place, or export it again where it comes from."
    );
    for (json, start) in [
        ("[{}, 7]", "a.json, [1]: expected an object, found 7."),
        ("12", "a.json: expected a list or an object, found another value."),
        (
            "\"a\"",
            "a.json: expected a list or an object, found another value.",
        ),
        ("[{}]]", "a.json, line 1, column 5: expected JSON"),
        ("", "a.json, line 1, column 1: expected more JSON"),
        ("[]", "a.json: expected rows, found none."),
        ("{\"rows\": [{}, 7]}", "a.json: expected rows, found none."),
    ] {
        let error = error("a.json", json);
        assert!(error.starts_with(start), "{error}");
    }
    assert!(error("a.csv", "").starts_with("a.csv: expected rows, found none."));
}

#[test]
fn what_is_too_large_is_refused() {
    let nested = |depth| format!("[{}1{}]", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert_eq!(table("a.json", &nested(DEEPEST_JSON)).rows, 1);
    for depth in [DEEPEST_JSON + 1, 200, 100_000] {
        let error = error("a.json", &nested(depth));
        assert!(
            error.contains("expected a nesting of at most 64 levels"),
            "{error}"
        );
    }
    let lists = format!("[{{\"a\": {}{}}}]", "[".repeat(80), "]".repeat(80));
    let error_in_lists = error("a.json", &lists);
    assert!(
        error_in_lists.starts_with("a.json, [0].a: expected a nesting"),
        "{error_in_lists}"
    );
    let wide: Vec<_> = (0..=MOST_COLUMNS).map(|number| format!("c{number}")).collect();
    assert!(error("a.csv", &wide.join(",")).contains("expected at most 1000 columns, found 1001"));
    let text = |length| {
        table(
            "a.jsonl",
            &format!("{{}}\n{{\"text\": \"{}\"}}", "x".repeat(length)),
        )
    };
    let choice = text(1).guess();
    assert!(text(LONGEST_TEXT).articles(choice).is_ok());
    let error = text(LONGEST_TEXT + 1).articles(choice).unwrap_err().to_string();
    assert!(error.starts_with("a.jsonl, text, line 2, column 1: expected a text of at most 16777216"));
    let many = table("a.csv", &format!("text\n{}", "x\n".repeat(MOST_ARTICLES + 1)));
    let error = many.articles(many.guess()).unwrap_err().to_string();
    assert!(error.starts_with("a.csv, row, line 100002, column 1: expected at most 100000 articles"));
}

proptest! {
    #[test]
    fn texts_come_back_from_every_layout(
        texts in prop::collection::vec("[a-c,;\t\"\\\\\n é中😀]{0,12}[a-z]", 1..6)
    ) {
        let mut csv = "text\n".to_owned();
        let mut lines = String::new();
        for text in &texts {
            csv += &format!("\"{}\"\n", text.replace('"', "\"\""));
            lines += &format!("{}\n", serde_json::json!({ "text": text }));
        }
        let list = format!("[{}]", lines.trim_end().replace('\n', ","));
        for (name, rows) in [("a.csv", &csv), ("a.jsonl", &lines), ("a.json", &list)] {
            let table = table(name, rows);
            let articles = table.articles(table.guess()).unwrap();
            let read: Vec<_> = articles.drafts.into_iter().map(|draft| draft.text).collect();
            prop_assert_eq!(&read, &texts);
        }
    }

    #[test]
    fn no_file_makes_reading_panic(
        name in "a[.](csv|tsv|json|jsonl|dat)",
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            "[\\[\\]{}\"a:,;1\n ]{0,60}".prop_map(String::into_bytes),
            "(\\{\"a\":[\\[{1\"]{0,3}[\\]}]{0,4}\n?){0,6}".prop_map(String::into_bytes),
        ],
        text in 0..3_usize,
    ) {
        if let Ok(table) = Table::read(&file(&name, bytes), None) {
            prop_assert!(table.sample.iter().all(|row| row.len() == table.columns.len()));
            let articles = table.articles(Choice { text, ..table.guess() }).unwrap();
            prop_assert_eq!(articles.drafts.len() + articles.skipped, table.rows);
        }
    }
}
