//! The rows of a table in JSON: the objects of a list, or one on each line.

use super::super::{cut, whole_file_error};
use super::rows::{Each, Row, RowPlace};
use super::{DEEPEST_JSON, SAMPLE_LENGTH};
use crate::formats::json::{CORRECT, broken, position_behind, quoted};
use crate::formats::{ImportError, Position};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Hands over the object on each line.
pub(super) fn each_line(text: &str, each: &mut Each<'_>) -> Result<(), ImportError> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let place = RowPlace::At(text, at);
        if !line.trim().is_empty() {
            let value = serde_json::from_str(line).map_err(|error| {
                let error = json_error(line, &error);
                let Position { line, .. } = position_behind(&text.as_bytes()[..at]);
                let column = error.position.map_or(1, |position| position.column);
                ImportError {
                    position: Some(Position { line, column }),
                    ..error
                }
            })?;
            each(row(value, place)?, place)?;
        }
        at += line.len();
    }
    Ok(())
}

/// Hands over the records of a whole file, as [`Records`] finds them.
pub(super) fn each_record(text: &str, each: &mut Each<'_>) -> Result<(), ImportError> {
    let mut refused = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = deserializer
        .deserialize_any(Records {
            each,
            refused: &mut refused,
        })
        .and_then(|()| deserializer.end());
    match (refused, read) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(json_error(text, &error)),
        (None, Ok(())) => Ok(()),
    }
}

fn json_error(text: &str, error: &serde_json::Error) -> ImportError {
    if error.to_string().starts_with("recursion limit") {
        return whole_file_error(nesting(), "a deeper one".to_owned(), CORRECT);
    }
    if error.is_data() {
        return whole_file_error("a list or an object", "another value".to_owned(), CORRECT);
    }
    broken(text, error)
}

fn nesting() -> String {
    format!("a nesting of at most {DEEPEST_JSON} levels")
}

/// Hands over the records of a JSON file one by one: the items of its list, or those of the longest list of
/// objects in its one object, or that object.
struct Records<'r, 'e> {
    each: &'r mut Each<'e>,
    refused: &'r mut Option<ImportError>,
}

impl Records<'_, '_> {
    fn take(&mut self, value: Json, place: RowPlace<'_>) -> Result<(), ImportError> {
        (self.each)(row(value, place)?, place)
    }

    fn noted<E: serde::de::Error>(&mut self, result: Result<(), ImportError>) -> Result<(), E> {
        result.map_err(|error| {
            *self.refused = Some(error);
            E::custom("refused")
        })
    }

    fn take_whole(&mut self, value: Json) -> Result<(), ImportError> {
        let Json::Object(mut fields) = value else {
            return Err(whole_file_error("a list or an object", value.shown(), CORRECT));
        };
        let length = |value: &Json| match value {
            Json::List(items) if items.iter().all(|item| matches!(item, Json::Object(_))) => items.len(),
            _ => 0,
        };
        // Of several that are as long, the first.
        let fields_back = fields.iter().enumerate().rev();
        let longest = fields_back.max_by_key(|(_, (_, value))| length(value));
        match longest.filter(|(_, (_, value))| length(value) > 0) {
            Some((at, _)) => {
                let (key, Json::List(items)) = fields.swap_remove(at) else {
                    return Ok(());
                };
                let mut items = items.into_iter().enumerate();
                items.try_for_each(|(number, item)| self.take(item, RowPlace::Item(Some(&key), number)))
            }
            None => self.take(Json::Object(fields), RowPlace::Item(None, 0)),
        }
    }
}

impl<'de> Visitor<'de> for Records<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(item) = items.next_element()? {
            let result = self.take(item, RowPlace::Item(None, number));
            self.noted(result)?;
            number += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, fields: A) -> Result<(), A::Error> {
        let value = Json::deserialize(MapAccessDeserializer::new(fields))?;
        let result = self.take_whole(value);
        self.noted(result)
    }
}

/// A JSON value, the keys of its objects in the file's order.
enum Json {
    Null,
    /// A truth or a number, as it is written.
    Bare(String),
    String(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The key under which serde_json hands over a number that is no integer, as it is written, to whoever takes any
    /// value. That is how its feature `arbitrary_precision` does it.
    const NUMBER: &str = "$serde_json::private::Number";

    /// As an error shows it.
    fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bare(written) => written.clone(),
            Self::String(string) => quoted(string),
            Self::List(items) => format!("a list of {}", items.len()),
            Self::Object(_) => "an object".to_owned(),
        }
    }

    fn is_nested(&self) -> bool {
        matches!(self, Self::List(_) | Self::Object(_))
    }

    /// Whether it is nested in more than `levels`.
    fn is_deeper(&self, levels: usize) -> bool {
        let within = |item: &Self| levels == 0 || item.is_deeper(levels - 1);
        match self {
            Self::List(items) => levels == 0 || items.iter().any(within),
            Self::Object(fields) => levels == 0 || fields.iter().map(|(_, value)| value).any(within),
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

/// Takes whatever value comes.
struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Bare(truth.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Bare(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Bare(number.to_string()))
    }

    fn visit_str<E>(self, string: &str) -> Result<Json, E> {
        Ok(Json::String(string.to_owned()))
    }

    fn visit_string<E>(self, string: String) -> Result<Json, E> {
        Ok(Json::String(string))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = entries.next_entry::<String, Json>()? {
            fields.push(field);
        }
        match fields.as_mut_slice() {
            [(key, Json::String(written))] if key == Json::NUMBER => Ok(Json::Bare(std::mem::take(written))),
            _ => Ok(Json::Object(fields)),
        }
    }
}

/// The values of a JSON object and of the objects in it, each under its path.
fn row(value: Json, place: RowPlace<'_>) -> Result<Row, ImportError> {
    let Json::Object(_) = value else {
        return Err(place.error("", "an object", value.shown(), CORRECT));
    };
    let mut row = Vec::new();
    flatten(value, String::new(), 1, &mut row).map_err(|TooDeep { path }| {
        place.error(&cut(&path, SAMPLE_LENGTH), nesting(), "a deeper one", CORRECT)
    })?;
    Ok(row)
}

struct TooDeep {
    path: String,
}

fn flatten(value: Json, path: String, depth: usize, row: &mut Row) -> Result<(), TooDeep> {
    if depth > DEEPEST_JSON && value.is_nested() {
        return Err(TooDeep { path });
    }
    match value {
        Json::Null => {}
        Json::String(value) | Json::Bare(value) => row.push((path, value)),
        Json::List(items) => {
            let strings: Option<Vec<_>> = items
                .iter()
                .map(|item| match item {
                    Json::String(string) => Some(string.as_str()),
                    _ => None,
                })
                .collect();
            match strings {
                Some(strings) => row.push((path, strings.join("\n\n"))),
                None if items.iter().any(|item| item.is_deeper(DEEPEST_JSON - depth)) => {
                    return Err(TooDeep { path });
                }
                None => {}
            }
        }
        Json::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() {
                    key
                } else {
                    format!("{path}.{key}")
                };
                flatten(value, path, depth + 1, row)?;
            }
        }
    }
    Ok(())
}
