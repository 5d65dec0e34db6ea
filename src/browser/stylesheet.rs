//! Style sheets that come while the page is open: that of its later part, and what the labels of a loaded scheme look
//! like, which is made by the page.
//!
//! That one is a constructed one (CSSOM, `adoptedStyleSheets`), which the strictest content security policy allows. Its
//! rules stand in no layer, so that they win over those of the page's own style sheets. A label's sign is a line
//! and a shape as well as a colour, since colour must never be the only one.

use super::document;
use js_sys::Promise;
use std::cell::RefCell;
use std::fmt::Write;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::CssStyleSheet;

/// The link to the style sheet of the page's later part, where the page is in parts (`cargo xtask split`).
const LATER: &str = "link[data-later]";
const DISABLED: &str = "disabled";

/// How many patterns there are. The first three are those of the built-in labels.
pub const PATTERNS: usize = 8;

/// The dashes and gaps of the patterns' lines, in pixels by turns; a line without any is solid.
const LINES: [&[u8]; PATTERNS] = [
    &[],
    &[9, 4],
    &[3, 3],
    &[9, 3, 3, 3],
    &[18, 4],
    &[3, 3, 3, 9],
    &[9, 3, 2, 2, 2, 3],
    &[4, 9],
];
/// The line of a label that the scheme does not have, as `style/reader.css` has it.
const OTHER_LINE: &[u8] = &[1, 4];
/// The shapes of the patterns' signs.
const SHAPES: [&str; PATTERNS] = [
    SQUARE,
    "border-radius:50%;clip-path:none",
    "border-radius:0;clip-path:polygon(50% 0,100% 100%,0 100%)",
    "border-radius:0;clip-path:polygon(50% 0,100% 50%,50% 100%,0 50%)",
    "border-radius:0;clip-path:inset(30% 0)",
    "border-radius:0;clip-path:polygon(0 0,100% 0,50% 100%)",
    "border-radius:0;clip-path:polygon(35% 0,65% 0,65% 35%,100% 35%,100% 65%,65% 65%,65% 100%,35% 100%,35% 65%,\
     0 65%,0 35%,35% 35%)",
    "border-radius:0;clip-path:inset(0 30%)",
];
const SQUARE: &str = "border-radius:3px;clip-path:none";
/// What is left of the lines where the reader has chosen the colours.
const FORCED: [&str; 5] = ["solid", "dashed", "dotted", "double", "wavy"];
/// How many lanes of lines there are, as `style/reader.css` has it.
const LANES: usize = 4;

/// What a label looks like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// The label's id, as `data-label` and the lanes of marks have it.
    pub label: String,
    /// Its colour, as red, green and blue, and which of the [`PATTERNS`] it has; `None` for a label that is to
    /// look as those do that the page does not know.
    pub paint: Option<((u8, u8, u8), usize)>,
}

/// Asks for the style sheet of the page's later part, unless somebody has. What is awaited is its arrival.
///
/// # Errors
/// Where it cannot be had. It can be asked for again.
pub fn later() -> impl Future<Output = Result<(), JsValue>> {
    thread_local! {
        static ARRIVAL: RefCell<Option<Promise>> = const { RefCell::new(None) };
    }
    let arrival = ARRIVAL.with_borrow_mut(|known| known.get_or_insert_with(arrival).clone());
    let arrival = JsFuture::from(arrival);
    async move { arrival.await.map(drop).inspect_err(|_| ARRIVAL.set(None)) }
}

fn arrival() -> Promise {
    let Ok(Some(link)) = document().query_selector(LATER) else {
        return Promise::resolve(&JsValue::UNDEFINED);
    };
    Promise::new(&mut |there, failed| {
        for (event, told) in [("load", there), ("error", failed)] {
            // Fails for no event of this name.
            let _ = link.add_event_listener_with_callback(event, &told);
        }
        // The browser fetches a style sheet once it is no longer disabled; one that it could not have, then again.
        let _ = link.set_attribute(DISABLED, "");
        let _ = link.remove_attribute(DISABLED);
    })
}

/// Gives labels these looks, and all others the page's own.
pub fn show(looks: &[Look]) {
    thread_local! {
        static SHEET: Option<CssStyleSheet> = adopted();
    }
    SHEET.with(|sheet| {
        if let Some(sheet) = sheet {
            // Fails only for a sheet that another document made.
            let _ = sheet.replace_sync(&looks.iter().map(rules).collect::<String>());
        }
    });
}

/// An empty style sheet of this page; `None` in a browser without them, where labels look as unknown ones do.
fn adopted() -> Option<CssStyleSheet> {
    let sheet = CssStyleSheet::new().ok()?;
    document().adopted_style_sheets().push(&sheet);
    Some(sheet)
}

fn rules(look: &Look) -> String {
    let label = escaped(&look.label);
    let (colour, lengths, shape, forced) = match look.paint {
        Some(((red, green, blue), pattern)) => (
            // Light or dark enough to be told from the page, whatever colour was chosen: 3 to 1 at least
            // (WCAG 2.2, 1.4.11).
            format!(
                "light-dark(oklch(from #{red:02x}{green:02x}{blue:02x} min(l,0.6) c h),\
                 oklch(from #{red:02x}{green:02x}{blue:02x} max(l,0.72) c h))"
            ),
            LINES[pattern % PATTERNS],
            SHAPES[pattern % PATTERNS],
            FORCED[pattern % FORCED.len()],
        ),
        None => ("var(--label-other)".to_owned(), OTHER_LINE, SQUARE, FORCED[0]),
    };
    let line = line(&colour, lengths);
    let tint = format!("color-mix(in oklch,{colour} var(--tint),transparent)");
    let mut css = format!(
        "[data-label=\"{label}\"]{{--label:{colour}}}\
         .dot[data-label=\"{label}\"],.label[data-label=\"{label}\"]::before{{{shape}}}\
         mark[data-selected=\"{label}\"]{{--selected:{colour}}}\
         @media (forced-colors:none){{mark[data-lane-0=\"{label}\"]:not([data-stacked])\
         {{background-color:{tint};background-image:{line}}}}}\
         @media (forced-colors:active){{mark[data-lane-0=\"{label}\"]{{text-decoration-style:{forced}}}}}"
    );
    for lane in 0..LANES {
        // Writing to a string does not fail.
        let _ = write!(
            css,
            "mark[data-stacked][data-lane-{lane}=\"{label}\"]{{--line-{lane}:{line};--tint-{lane}:{tint}}}"
        );
    }
    css
}

/// A line of these dashes and gaps.
fn line(colour: &str, lengths: &[u8]) -> String {
    if lengths.is_empty() {
        return format!("linear-gradient({colour} 0 0)");
    }
    let mut stops = String::new();
    let mut from = 0;
    for (index, length) in lengths.iter().enumerate() {
        let paint = if index % 2 == 0 { colour } else { "transparent" };
        let to = from + u32::from(*length);
        // Writing to a string does not fail.
        let _ = write!(stops, ",{paint} {from}px {to}px");
        from = to;
    }
    format!("repeating-linear-gradient(90deg{stops})")
}

/// An id as it is written in a string of a style sheet: every sign by its number (CSS Syntax, 4.3.7), since a
/// file may say anything.
fn escaped(id: &str) -> String {
    let mut escaped = String::new();
    for character in id.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') {
            escaped.push(character);
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "\\{:x} ", u32::from(character));
        }
    }
    escaped
}
