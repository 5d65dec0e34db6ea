//! Parts: stretches of an annotation's own words, such as the source and the cue of an attribution.
//!
//! A part is one of its annotation's attributes, so every file that can hold attributes holds parts too. There
//! it is an object with `start` and `end`, which count code points of the article's text, and the words
//! themselves as `text`.

use super::article::sha256;
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

/// Whether the value is written as a part of some text is.
pub fn is_part(value: &Value) -> bool {
    let Value::Object(fields) = value else {
        return false;
    };
    fields.len() == 3
        && fields.get("start").is_some_and(Value::is_u64)
        && fields.get("end").is_some_and(Value::is_u64)
        && fields.get("text").is_some_and(Value::is_string)
}

/// A part of an annotation that was moved to `span` of `text`, wherever its text was before: the same words,
/// as far behind the annotation's start as they were behind `from`, its start before; or else where they stand
/// in `span`, if that is one place alone. `None` where it is neither.
pub fn moved(text: &Text, value: &Value, from: Option<CodePointOffset>, span: Span) -> Option<Value> {
    let words = value.get("text")?.as_str().filter(|words| !words.is_empty())?;
    let (start, _) = text.span_to_code_points(span);
    let kept = || {
        let was = u32::try_from(value.get("start")?.as_u64()?).ok()?;
        let place = start.0.checked_add(was.checked_sub(from?.0)?)?;
        let start = text.try_from_code_points(CodePointOffset(place))?;
        text.span(start, (start.to_usize() + words.len()).into())
    };
    let only = || {
        let within = text.slice(span);
        let at = within.find(words).filter(|&at| within.rfind(words) == Some(at))?;
        let start = span.start().to_usize() + at;
        Span::new(start, start + words.len())
    };
    kept()
        .filter(|&part| span.contains(part) && text.slice(part) == words)
        .or_else(only)
        .map(|part| to_value(text, part))
}

/// Whether the value is written as a part is where texts are left out: its words by their SHA-256 alone.
pub fn is_wordless(value: &Value) -> bool {
    let Value::Object(fields) = value else {
        return false;
    };
    fields.len() == 4
        && fields.get("start").is_some_and(Value::is_u64)
        && fields.get("end").is_some_and(Value::is_u64)
        && fields.get("text").is_some_and(Value::is_null)
        && fields.get("text_sha256").is_some_and(Value::is_string)
}

/// A part that was written without its words, of an annotation that stands at `span` of `text` and stood at `from`
/// where it was written: with the words that stand there, if they are the same. `None` where they are not.
pub fn with_words(text: &Text, value: &Value, from: Option<CodePointOffset>, span: Span) -> Option<Value> {
    let offset = |name: &str| {
        u32::try_from(value.get(name)?.as_u64()?)
            .ok()?
            .checked_sub(from?.0)
    };
    let (start, _) = text.span_to_code_points(span);
    let moved = |behind: u32| start.0.checked_add(behind).map(CodePointOffset);
    let part = text.span_from_code_points(moved(offset("start")?)?, moved(offset("end")?)?)?;
    let is_same = value.get("text_sha256")?.as_str()? == sha256(text.slice(part).as_bytes());
    (is_same && span.contains(part)).then(|| to_value(text, part))
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

    #[test]
    fn a_part_without_words_gets_them_where_they_stand_and_nowhere_else() {
        let (old, marked) = spans("Then ⟦he ⟦said 😀⟧⟧");
        let whole = to_value(&old, marked[1]);
        let wordless = json!({ "start": whole["start"], "end": whole["end"], "text": null,
            "text_sha256": sha256("said 😀".as_bytes()) });
        assert!(is_wordless(&wordless) && !is_wordless(&whole) && !is_part(&wordless));
        let from = Some(CodePointOffset(5));
        assert_eq!(with_words(&old, &wordless, from, marked[0]), Some(whole));
        let (new, found) = spans("😀 ⟦he ⟦said 😀⟧⟧");
        let moved = with_words(&new, &wordless, from, found[0]);
        assert_eq!(moved, Some(to_value(&new, found[1])));
        for other in ["⟦he says 😀⟧", "⟦he⟧ said 😀", "⟦said 😀⟧"] {
            let (other, found) = spans(other);
            assert_eq!(with_words(&other, &wordless, from, found[0]), None);
        }
        assert_eq!(with_words(&old, &wordless, None, marked[0]), None);
    }

    #[test]
    fn a_part_moves_with_its_annotation_by_place_else_by_words_else_not_at_all() {
        let (old, marked) = spans("⟦He, he ⟦said⟧⟧");
        let part = to_value(&old, marked[1]);
        assert!(is_part(&part));
        let moved = |new: &str, from| {
            let (new, found) = spans(new);
            moved(&new, &part, from, found[0]).map(|value| from_value(&new, &value).unwrap().start().0)
        };
        let from = Some(CodePointOffset(0));
        assert_eq!(moved("Oh: ⟦He, he said⟧", from), Some(11));
        assert_eq!(
            moved("⟦He, he said, said⟧", from),
            Some(7),
            "at its place, though it is there twice"
        );
        assert_eq!(moved("⟦He said⟧", from), Some(3));
        assert_eq!(moved("⟦He said, said⟧", from), None);
        assert_eq!(moved("⟦He, he⟧ said", from), None, "outside of it");
        assert_eq!(moved("⟦said⟧", None), Some(0));
    }
}
