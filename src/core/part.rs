//! Parts: stretches of an annotation's own words, such as the source and the cue of an attribution.
//!
//! A part is one of its annotation's attributes, so every file that can hold attributes holds parts too. There
//! it is an object with `start` and `end`, which count code points of the article's text, and the words
//! themselves as `text`.

use super::text::{CodePointOffset, Span, Text};
use serde_json::{Value, json};

/// A part as it is written among the attributes.
pub fn to_value(text: &Text, span: Span) -> Value {
    let (start, end) = text.span_to_code_points(span);
    json!({ "start": start.0, "end": end.0, "text": text.slice(span) })
}

/// The span of a part; `None` where the value is not that of a part of this text.
pub fn from_value(text: &Text, value: &Value) -> Option<Span> {
    let offset = |name: &str| {
        let offset = value.get(name)?.as_u64()?;
        u32::try_from(offset).ok().map(CodePointOffset)
    };
    let span = text.span_from_code_points(offset("start")?, offset("end")?)?;
    (value.get("text")?.as_str()? == text.slice(span)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::super::text::marked::spans;
    use super::*;

    #[test]
    fn a_part_is_written_in_code_points_and_found_again() {
        let (text, found) = spans("😀 ⟦Zelensky⟧ said");
        let value = to_value(&text, found[0]);
        assert_eq!(value, json!({ "start": 2, "end": 10, "text": "Zelensky" }));
        assert_eq!(from_value(&text, &value), Some(found[0]));
    }

    #[test]
    fn what_is_no_part_of_the_text_is_none() {
        let text = Text::new("Zelensky said");
        for value in [
            json!("Zelensky"),
            json!({ "start": 0, "end": 8, "text": "Zelenskyy" }),
            json!({ "start": 8, "end": 8, "text": "" }),
            json!({ "start": 0, "end": 99, "text": "Zelensky" }),
        ] {
            assert_eq!(from_value(&text, &value), None, "{value}");
        }
    }
}
