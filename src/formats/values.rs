//! Values read one by one, from JSON Lines and from JSON lists: what most formats of peers are.

use super::json::{Place, broken, text_of};
use super::{ImportError, Position};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// Where a value of a file stands: its number in a list, or its line.
#[derive(Clone, Copy)]
pub(super) struct Whence {
    /// Its number among the values of the file, counted from 0.
    pub(super) number: usize,
    /// The line that it begins on, where the file is no list.
    pub(super) line: Option<usize>,
}

impl Whence {
    /// Calls `read` with the place of the value, and dates its error with the line.
    pub(super) fn at<T>(
        self,
        read: impl FnOnce(&Place<'_>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let root = Place::ROOT;
        let Some(line) = self.line else {
            return read(&root.item(self.number));
        };
        read(&root).map_err(|error| ImportError {
            position: error.position.or(Some(Position { line, column: 1 })),
            ..error
        })
    }
}

/// Hands `read` one value after the other: of a list, or of a file that has one a line. Values may stretch over
/// lines there too, as peers print them in their documentation.
pub(super) fn each_value(
    bytes: &[u8],
    mut read: impl FnMut(Value, Whence, &Place<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let text = text_of(bytes)?;
    if text.trim_start().starts_with('[') {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        return List(&mut read)
            .deserialize(&mut deserializer)
            .and_then(|result| deserializer.end().map(|()| result))
            .map_err(|error| broken(text, &error))?;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let (mut line, mut counted) = (1, 0);
    let mut number = 0;
    loop {
        let begun = values.byte_offset();
        let begun = begun + (text[begun..].len() - text[begun..].trim_start().len());
        line += text[counted..begun].bytes().filter(|&byte| byte == b'\n').count();
        counted = begun;
        let Some(value) = values.next() else {
            return Ok(());
        };
        let value = value.map_err(|error| broken(text, &error))?;
        let whence = Whence {
            number,
            line: Some(line),
        };
        whence.at(|place| read(value, whence, place))?;
        number += 1;
    }
}

/// The first value of a file that [`each_value`] reads: enough to tell a format by.
pub(super) fn first_value(bytes: &[u8]) -> Option<Value> {
    let text = text_of(bytes).ok()?.trim_start();
    let text = text.strip_prefix('[').unwrap_or(text);
    serde_json::Deserializer::from_str(text)
        .into_iter::<Value>()
        .next()?
        .ok()
}

/// A list whose items are handed on one by one, so that only one is held at a time.
struct List<'r, R>(&'r mut R);

impl<'de, R> DeserializeSeed<'de> for List<'_, R>
where
    R: FnMut(Value, Whence, &Place<'_>) -> Result<(), ImportError>,
{
    type Value = Result<(), ImportError>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, R> Visitor<'de> for List<'_, R>
where
    R: FnMut(Value, Whence, &Place<'_>) -> Result<(), ImportError>,
{
    type Value = Result<(), ImportError>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut number = 0;
        while let Some(value) = seq.next_element::<Value>()? {
            let whence = Whence { number, line: None };
            if let Err(error) = whence.at(|place| (self.0)(value, whence, place)) {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Err(error));
            }
            number += 1;
        }
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::Object;
    use super::*;

    fn values(text: &str) -> Result<Vec<(Value, Option<usize>)>, ImportError> {
        let mut values = Vec::new();
        each_value(text.as_bytes(), |value, whence, _| {
            values.push((value, whence.line));
            Ok(())
        })?;
        Ok(values)
    }

    #[test]
    fn values_are_read_from_lines_from_a_list_and_over_several_lines() {
        let found = values("\u{feff}\n{\"a\": 1}\n\n{\n \"a\": 2\n}\n{\"a\": 3}").unwrap();
        let lines: Vec<_> = found.iter().map(|(_, line)| line.unwrap()).collect();
        assert_eq!(lines, [2, 4, 7]);
        let listed = values(" [{\"a\": 1}, {\"a\": 2}, {\"a\": 3}] ").unwrap();
        assert!(found.iter().zip(&listed).all(|(one, other)| one.0 == other.0));
        assert!(values("").unwrap().is_empty());
    }

    #[test]
    fn broken_json_is_told_with_its_line() {
        let error = values("{\"a\": 1}\n{\"a\": }\n").unwrap_err();
        assert_eq!(error.position, Some(Position { line: 2, column: 7 }));
        assert!(values("[{}").is_err() && values("[{}] x").is_err() && values("{").is_err());
    }

    #[test]
    fn an_error_about_a_value_is_told_with_its_line_or_its_number() {
        let refuse = |text: &str| {
            each_value(text.as_bytes(), |value, _, place| {
                Object::new(value, place).map(|_| ())
            })
            .unwrap_err()
        };
        let error = refuse("{}\n\n7");
        assert_eq!(
            error.to_string().split(':').next(),
            Some("the file, line 3, column 1")
        );
        assert_eq!(refuse("[{}, 7, {}]").place, "[1]");
    }
}
