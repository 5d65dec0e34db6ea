//! The manifest as the browser's own JSON has it.

use hearsay::browser::plain::{Plain, Unlike};
use hearsay::formats::manifest::{self, Entry};
use wasm_bindgen_test::wasm_bindgen_test;

const SUPPLIED: &str = include_str!("../../public/articles/manifest.json");

fn plainly(json: &str) -> Result<Vec<Entry>, Unlike> {
    manifest::entries(Plain::read(json)?)
}

#[wasm_bindgen_test]
fn the_supplied_manifest_is_read_as_the_careful_reader_reads_it() {
    assert_eq!(
        plainly(SUPPLIED),
        Ok(manifest::read(SUPPLIED.as_bytes()).expect("it is sound"))
    );
}

#[wasm_bindgen_test]
fn what_the_careful_reader_refuses_is_refused() {
    let whole = SUPPLIED.replace('\n', "");
    let altered = |from: &str, to: &str| whole.replacen(from, to, 1);
    for json in [
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        r#"{"articles": {}}"#.to_owned(),
        r#"{"articles": [5]}"#.to_owned(),
        altered(r#""title_is_ours": true"#, r#""title_is_ours": 1"#),
        altered(r#""source_url": null"#, r#""source_link": null"#),
        altered(r#""kind": "junk""#, r#""kind": "advert""#),
        altered(r#""start": 2724"#, r#""start": -1"#),
        altered(r#""start": 2724"#, r#""start": 1.5"#),
        altered(r#""start": 2724"#, r#""start": 4294967296"#),
        altered(r#""start": 2724"#, r#""start": "2724""#),
        altered(r#""id": "000_2bbe5ca255217949""#, r#""id": """#),
    ] {
        assert_ne!(json, whole);
        assert!(manifest::read(json.as_bytes()).is_err(), "{json}");
        assert_eq!(plainly(&json), Err(Unlike), "{json}");
    }
}
