//! The style sheet that the page makes for a scheme's labels.

use hearsay::browser::stylesheet::{self, Look};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CssStyleSheet, HtmlElement};

/// An element with this attribute, until it is dropped.
struct Sample(HtmlElement);

impl Sample {
    fn new(name: &str, attribute: &str, value: &str) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let element: HtmlElement = document.create_element(name).unwrap().unchecked_into();
        element.set_attribute(attribute, value).unwrap();
        // What the page's own style sheet brings.
        element.style().set_property("--tint", "13%").unwrap();
        document.body().unwrap().append_child(&element).unwrap();
        Self(element)
    }

    /// A mark that lies over others.
    fn stacked(attribute: &str, value: &str) -> Self {
        let mark = Self::new("mark", attribute, value);
        mark.0.set_attribute("data-stacked", "").unwrap();
        mark
    }

    fn property(&self, name: &str) -> String {
        let style = web_sys::window().unwrap().get_computed_style(&self.0).unwrap();
        style.unwrap().get_property_value(name).unwrap()
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        self.0.remove();
    }
}

fn look(label: &str, paint: Option<((u8, u8, u8), usize)>) -> Look {
    Look {
        label: label.to_owned(),
        paint,
    }
}

#[wasm_bindgen_test]
fn a_label_has_its_colour_wherever_it_is_shown() {
    let sign = Sample::new("i", "data-label", "rumour");
    let marks = ["data-lane-0", "data-lane-3", "data-selected"].map(|name| Sample::stacked(name, "rumour"));
    let alone = Sample::new("mark", "data-lane-0", "rumour");
    stylesheet::show(&[look("rumour", Some(((0x12, 0xab, 0x34), 1)))]);
    let [first, last, selected] = &marks;
    for (sample, property) in [
        (&sign, "--label"),
        (first, "--line-0"),
        (first, "--tint-0"),
        (last, "--line-3"),
        (last, "--tint-3"),
        (selected, "--selected"),
    ] {
        assert!(sample.property(property).contains("#12ab34"), "{property}");
    }
    assert!(first.property("--line-0").contains("9px"));
    assert!(alone.property("background-image").contains("9px"));
    assert_ne!(
        alone.property("background-color"),
        first.property("background-color")
    );
    stylesheet::show(&[]);
    assert_eq!(sign.property("--label"), "");
}

#[wasm_bindgen_test]
fn each_pattern_has_a_line_of_its_own() {
    let mark = Sample::stacked("data-lane-0", "x");
    let mut lines: Vec<_> = (0..stylesheet::PATTERNS)
        .map(|pattern| {
            stylesheet::show(&[look("x", Some(((0, 0, 0), pattern)))]);
            mark.property("--line-0")
        })
        .collect();
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), stylesheet::PATTERNS);
    stylesheet::show(&[]);
}

#[wasm_bindgen_test]
fn an_id_from_a_file_is_nothing_but_an_id() {
    let hostile = "a\"]{}*{--label:stolen}\\\n</style>é😀";
    let named = Sample::new("i", "data-label", hostile);
    let other = Sample::new("i", "data-label", "other");
    stylesheet::show(&[look(hostile, Some(((1, 2, 3), 0)))]);
    assert!(named.property("--label").contains("#010203"));
    assert_eq!(other.property("--label"), "");
    stylesheet::show(&[]);
}

#[wasm_bindgen_test]
fn a_lost_label_looks_as_unknown_ones_do() {
    let sign = Sample::new("i", "data-label", "claim");
    sign.0.style().set_property("--label-other", "grey").unwrap();
    stylesheet::show(&[look("claim", None)]);
    assert_eq!(sign.property("--label"), "grey");
    stylesheet::show(&[]);
}

#[wasm_bindgen_test]
fn the_page_has_one_such_sheet_however_often_it_changes() {
    stylesheet::show(&[]);
    let document = web_sys::window().unwrap().document().unwrap();
    let before = document.adopted_style_sheets().length();
    stylesheet::show(&[look("a", Some(((0, 0, 0), 0)))]);
    stylesheet::show(&[]);
    let sheets = document.adopted_style_sheets();
    assert_eq!(sheets.length(), before);
    assert!(sheets.iter().all(|sheet| sheet.is_instance_of::<CssStyleSheet>()));
}
