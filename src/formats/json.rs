//! JSON values as they are read from a file, each with its place, so that every error can say where it is.
//!
//! A place is a chain of borrowed steps on the stack: nothing is written out unless there is an error.

use super::import::WHOLE_FILE;
use super::{ImportError, Position};
use crate::core::id::RecordId;
use crate::core::record::Fields;
use crate::core::timestamp::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// What to do about a value that is not what it should be.
pub(super) const CORRECT: &str = "Correct the file at this place, or export it again where it comes from.";

/// Where a value stands in a file.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    outer: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Key(&'p str),
    Item(usize),
}

impl<'p> Place<'p> {
    /// The file as a whole.
    pub(super) const ROOT: Self = Self {
        outer: None,
        step: Step::Root,
    };

    /// The value under `key` here.
    pub(super) const fn key(&'p self, key: &'p str) -> Self {
        Self {
            outer: Some(self),
            step: Step::Key(key),
        }
    }

    /// The value number `index` here, counted from 0.
    pub(super) const fn item(&'p self, index: usize) -> Self {
        Self {
            outer: Some(self),
            step: Step::Item(index),
        }
    }

    /// Whether it is the file as a whole.
    pub(super) const fn is_root(&self) -> bool {
        matches!(self.step, Step::Root)
    }

    /// An error here.
    pub(super) fn error(
        &self,
        expected: impl Into<String>,
        found: impl Into<String>,
        remedy: &'static str,
    ) -> ImportError {
        ImportError {
            file: String::new(),
            place: self.to_string(),
            position: None,
            expected: expected.into(),
            found: found.into(),
            remedy,
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nested = self.outer.filter(|outer| !matches!(outer.step, Step::Root));
        if let Some(outer) = nested {
            outer.fmt(f)?;
        }
        match self.step {
            Step::Root => f.write_str(WHOLE_FILE),
            Step::Key(key) if nested.is_some() => write!(f, ".{key}"),
            Step::Key(key) => f.write_str(key),
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

/// An object of a file, from which values are taken by their keys. Keys that nobody takes are passed over, so
/// that a file may carry more than we know of.
pub(super) struct Object<'p> {
    values: Fields,
    place: &'p Place<'p>,
}

impl<'p> Object<'p> {
    pub(super) fn new(value: Value, place: &'p Place<'p>) -> Result<Self, ImportError> {
        match value {
            Value::Object(values) => Ok(Self { values, place }),
            other => Err(place.error("an object", shown(&other), CORRECT)),
        }
    }

    /// Where the object stands.
    pub(super) fn place(&self) -> &'p Place<'p> {
        self.place
    }

    /// An error about the value under `key`.
    pub(super) fn error(
        &self,
        key: &str,
        expected: impl Into<String>,
        found: impl Into<String>,
        remedy: &'static str,
    ) -> ImportError {
        self.place.key(key).error(expected, found, remedy)
    }

    /// Whether anything stands under `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Whatever stands under `key`; `None` where nothing or null does.
    pub(super) fn any(&mut self, key: &str) -> Option<Value> {
        self.values.remove(key).filter(|value| !value.is_null())
    }

    /// The keys and values that nobody has taken.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// What nobody has taken.
    pub(super) fn rest(self) -> Fields {
        self.values
    }

    /// Whatever stands under `key`.
    fn take(&mut self, key: &str, expected: &str) -> Result<Value, ImportError> {
        match self.values.remove(key) {
            Some(value) => Ok(value),
            None => Err(self.error(key, expected, "nothing", CORRECT)),
        }
    }

    fn other(&self, key: &str, expected: &str, found: &Value) -> ImportError {
        self.error(key, expected, shown(found), CORRECT)
    }

    pub(super) fn string(&mut self, key: &str) -> Result<String, ImportError> {
        const EXPECTED: &str = "a string";
        match self.take(key, EXPECTED)? {
            Value::String(string) => Ok(string),
            other => Err(self.other(key, EXPECTED, &other)),
        }
    }

    pub(super) fn string_or_null(&mut self, key: &str) -> Result<Option<String>, ImportError> {
        const EXPECTED: &str = "a string or null";
        match self.take(key, EXPECTED)? {
            Value::String(string) => Ok(Some(string)),
            Value::Null => Ok(None),
            other => Err(self.other(key, EXPECTED, &other)),
        }
    }

    pub(super) fn id(&mut self, key: &str) -> Result<RecordId, ImportError> {
        Ok(RecordId::from(self.name(key)?.as_str()))
    }

    /// A string that is not empty.
    pub(super) fn name(&mut self, key: &str) -> Result<String, ImportError> {
        const EXPECTED: &str = "a string that is not empty";
        match self.take(key, EXPECTED)? {
            Value::String(string) if !string.is_empty() => Ok(string),
            other => Err(self.other(key, EXPECTED, &other)),
        }
    }

    pub(super) fn whole_number(&mut self, key: &str) -> Result<u32, ImportError> {
        const EXPECTED: &str = "a whole number, 0 or more";
        let value = self.take(key, EXPECTED)?;
        value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| self.other(key, EXPECTED, &value))
    }

    pub(super) fn time(&mut self, key: &str) -> Result<Timestamp, ImportError> {
        const EXPECTED: &str = "a time as RFC 3339 writes it, such as \"2026-11-21T12:00:00Z\"";
        let value = self.take(key, EXPECTED)?;
        value
            .as_str()
            .and_then(Timestamp::parse)
            .ok_or_else(|| self.other(key, EXPECTED, &value))
    }

    /// One of the names that `expected` lists and `T` is written as.
    pub(super) fn one_of<T: DeserializeOwned>(
        &mut self,
        key: &str,
        expected: &str,
    ) -> Result<T, ImportError> {
        let value = self.take(key, expected)?;
        // An enum may also be written as an object of one key, which no file of ours does.
        let error = self.other(key, expected, &value);
        if !value.is_string() {
            return Err(error);
        }
        serde_json::from_value(value).map_err(|_| error)
    }

    pub(super) fn truth(&mut self, key: &str) -> Result<bool, ImportError> {
        const EXPECTED: &str = "true or false";
        match self.take(key, EXPECTED)? {
            Value::Bool(truth) => Ok(truth),
            other => Err(self.other(key, EXPECTED, &other)),
        }
    }

    /// An object of whatever keys and values.
    pub(super) fn fields(&mut self, key: &str) -> Result<Fields, ImportError> {
        const EXPECTED: &str = "an object";
        match self.take(key, EXPECTED)? {
            Value::Object(fields) => Ok(fields),
            other => Err(self.other(key, EXPECTED, &other)),
        }
    }

    /// A list, each item of it read by `read`.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(Value, &Place<'_>) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        const EXPECTED: &str = "a list";
        let values = match self.take(key, EXPECTED)? {
            Value::Array(values) => values,
            other => return Err(self.other(key, EXPECTED, &other)),
        };
        let place = self.place.key(key);
        values
            .into_iter()
            .enumerate()
            .map(|(index, value)| read(value, &place.item(index)))
            .collect()
    }

    /// A list, each item of it read by `read`. The key may be left out, or be null, for one that is empty.
    pub(super) fn list_if_any<T>(
        &mut self,
        key: &str,
        read: impl FnMut(Value, &Place<'_>) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        match self.values.get(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(_) => self.list(key, read),
        }
    }

    /// A list, where the key may be left out for one that is empty.
    pub(super) fn objects_if_any<T>(
        &mut self,
        key: &str,
        read: impl FnMut(Object<'_>) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        if self.has(key) {
            self.objects(key, read)
        } else {
            Ok(Vec::new())
        }
    }

    /// A string, where the key may be left out for one that is empty.
    pub(super) fn string_if_any(&mut self, key: &str) -> Result<String, ImportError> {
        if self.has(key) {
            self.string(key)
        } else {
            Ok(String::new())
        }
    }

    /// A list of objects, each read by `read`.
    pub(super) fn objects<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(Object<'_>) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        self.list(key, |value, place| read(Object::new(value, place)?))
    }

    /// A list of strings.
    pub(super) fn strings(&mut self, key: &str) -> Result<Vec<String>, ImportError> {
        self.list(key, |value, place| match value {
            Value::String(string) => Ok(string),
            other => Err(place.error("a string", shown(&other), CORRECT)),
        })
    }
}

/// A value as an error shows it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(string) => quoted(string),
        Value::Array(values) => format!("a list of {}", values.len()),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// Words as an error shows them: as JSON writes them, cut short where they are long.
pub(super) fn quoted(words: &str) -> String {
    const LONGEST: usize = 60;
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => Value::from(format!("{}…", &words[..end])).to_string(),
        None => Value::from(words).to_string(),
    }
}

/// The text of a file in UTF-8, without a byte order mark at its start.
pub(super) fn text_of(file: &[u8]) -> Result<&str, ImportError> {
    match str::from_utf8(file) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let sound = &file[..error.valid_up_to()];
            Err(ImportError {
                position: Some(position_behind(sound)),
                ..Place::ROOT.error(
                    "UTF-8",
                    format!("the byte {:#04X}", file[sound.len()]),
                    "Save the file as UTF-8 and import it again.",
                )
            })
        }
    }
}

/// What serde_json could not read in `text`.
pub(super) fn broken(text: &str, error: &serde_json::Error) -> ImportError {
    if error.is_eof() {
        return ImportError {
            position: Some(position_behind(text.as_bytes())),
            ..Place::ROOT.error(
                "more JSON",
                "the end of the file",
                "The file was cut short: download or copy it again.",
            )
        };
    }
    // serde_json counts columns in bytes, from 1; an editor counts characters.
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    let message = error.to_string();
    let message = message
        .rsplit_once(" at line ")
        .map_or(message.as_str(), |(message, _)| message);
    ImportError {
        position: Some(position_behind(&text.as_bytes()[..at.min(text.len())])),
        ..Place::ROOT.error("JSON", format!("an error in it ({message})"), CORRECT)
    }
}

/// The position of what follows `sound`.
pub(super) fn position_behind(sound: &[u8]) -> Position {
    let line_start = sound
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    Position {
        line: sound.iter().filter(|&&byte| byte == b'\n').count() + 1,
        column: String::from_utf8_lossy(&sound[line_start..]).chars().count() + 1,
    }
}
