//! Leaving out the words of articles, for texts that are under copyright.

use super::Texts;
use crate::core::article::sha256;
use crate::core::record::Fields;
use serde_json::{Map, Value};
use std::borrow::Cow;

impl Texts {
    /// The words of an article as they are written: `None` where they are left out.
    pub(super) fn shown(self, words: &str) -> Option<&str> {
        (self == Self::Whole).then_some(words)
    }

    /// The SHA-256 of words that are left out, in small hexadecimal digits.
    pub(super) fn hashed(self, words: &str) -> Option<String> {
        (self == Self::LeftOut).then(|| sha256(words.as_bytes()))
    }

    /// Fields as they are written: where words are left out, each part among them has `text_sha256` and no
    /// `text`. What the reviewer wrote in a field stays.
    pub(super) fn fields(self, fields: &Fields) -> Cow<'_, Fields> {
        match self {
            Self::Whole => Cow::Borrowed(fields),
            Self::LeftOut => {
                let mut fields = fields.clone();
                leave_out(&mut fields);
                Cow::Owned(fields)
            }
        }
    }
}

fn leave_out(fields: &mut Map<String, Value>) {
    // As core::part writes a part. Its offsets may be of another text; its words are an article's all the same.
    if fields.contains_key("start")
        && fields.contains_key("end")
        && let Some(Value::String(words)) = fields.get("text")
    {
        let hash = sha256(words.as_bytes());
        fields.insert("text".to_owned(), Value::Null);
        fields.insert("text_sha256".to_owned(), hash.into());
    }
    fields.values_mut().for_each(leave_out_within);
}

fn leave_out_within(value: &mut Value) {
    match value {
        Value::Object(fields) => leave_out(fields),
        Value::Array(values) => values.iter_mut().for_each(leave_out_within),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn words_that_are_left_out_are_known_by_their_hash() {
        assert_eq!(
            (Texts::Whole.shown("abc"), Texts::Whole.hashed("abc")),
            (Some("abc"), None)
        );
        assert_eq!(Texts::LeftOut.shown("abc"), None);
        assert_eq!(Texts::LeftOut.hashed("abc").as_deref(), Some(ABC));
    }

    #[test]
    fn parts_lose_their_words_wherever_they_stand_and_nothing_else_does() {
        let part = json!({ "start": 1, "end": 4, "text": "abc" });
        let left_out = json!({ "start": 1, "end": 4, "text": null, "text_sha256": ABC });
        let fields = |part: &Value| {
            let value =
                json!({ "source": part, "rows": [[part], { "in": part }], "text": "abc", "entity": "e1" });
            value.as_object().unwrap().clone()
        };
        assert_eq!(*Texts::LeftOut.fields(&fields(&part)), fields(&left_out));
        assert_eq!(*Texts::Whole.fields(&fields(&part)), fields(&part));
        assert_eq!(*Texts::LeftOut.fields(&fields(&left_out)), fields(&left_out));
    }
}
