//! Tables: files of many records, each with a text among its columns (`.csv`, `.tsv`, `.json`, `.jsonl`).
//!
//! A table is read twice. [`Table::read`] goes through all of it, so that a broken file is refused before
//! anybody chooses anything, and keeps what a preview shows. [`Table::articles`] goes through it again and
//! makes an article of each record that has a text.
//!
//! A value inside a JSON object is in the column of its path, `source.url`; a list of strings is one value, its
//! items paragraphs. Lists of anything else are passed over. Columns come in the file's own order, which
//! serde_json's own values do not keep.

use super::{
    Draft, LONGEST_TEXT, MOST_ARTICLES, SPLIT, cut, decoded, field, safe_id, too_long, whole_file_error,
};
use crate::core::article::normalised;
use crate::formats::json::{CORRECT, broken, position_behind, quoted};
use crate::formats::{File, ImportError, Position};
use encoding_rs::Encoding;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashMap;
use std::fmt;

/// The most columns that a table may have.
pub const MOST_COLUMNS: usize = 1000;
/// The deepest that JSON may be nested.
pub const DEEPEST_JSON: usize = 64;
/// The rows that a preview shows.
pub const SAMPLE_ROWS: usize = 5;
/// The longest value that a preview shows, in characters.
pub const SAMPLE_LENGTH: usize = 200;

/// A column of a table, with what tells its purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name: from the first row, or the path in JSON.
    pub name: String,
    /// In how many rows it holds more than white space.
    pub filled: usize,
    /// How long its values are together, in bytes.
    length: usize,
}

impl Column {
    /// How long its values are where it has any, in bytes.
    pub fn mean_length(&self) -> usize {
        self.length.checked_div(self.filled).unwrap_or_default()
    }

    /// The last part of its name, as names of columns are compared.
    fn key(&self) -> String {
        let key = self.name.rsplit('.').next().unwrap_or_default();
        key.to_lowercase().replace([' ', '-'], "_")
    }
}

/// Which columns an article is made of, each by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The text.
    pub text: usize,
    /// The title.
    pub title: Option<usize>,
    /// Where it was published.
    pub source_url: Option<usize>,
    /// When it was published.
    pub published: Option<usize>,
    /// Its name; where there is none, it is named after the file and numbered.
    pub id: Option<usize>,
}

/// The articles of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Articles {
    /// Those with a text, in the table's order.
    pub drafts: Vec<Draft>,
    /// How many rows have none.
    pub skipped: usize,
}

/// A table, read through and found sound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Its columns, in the order in which they come up.
    pub columns: Vec<Column>,
    /// How many rows it has, without the names of the columns.
    pub rows: usize,
    /// Its first rows, a value for each column, cut short.
    pub sample: Vec<Vec<String>>,
    /// The encoding that it was read in.
    pub encoding: &'static Encoding,
    /// Whether there is no doubt about the encoding: see [`Decoded::is_sure`](super::Decoded::is_sure).
    pub is_sure: bool,
    /// Whether every byte of it means something: see [`Decoded::is_whole`](super::Decoded::is_whole).
    pub is_whole: bool,
    file: String,
    stem: String,
    text: String,
    layout: Layout,
}

/// How the records of a table are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Layout {
    /// A row each, its values parted by this.
    Delimited(u8),
    /// A JSON object each, in one list.
    Json,
    /// A JSON object each, on a line of its own.
    JsonLines,
}

/// Names that columns of texts have, and those of what is known about them.
const TEXTS: &[&str] = &[
    "text",
    "body",
    "content",
    "article",
    "article_text",
    "article_body",
    "articlebody",
    "full_text",
    "fulltext",
    "maintext",
    "document",
    "story",
];
const TITLES: &[&str] = &["title", "headline", "heading", "header"];
const ADDRESSES: &[&str] = &[
    "url",
    "source_url",
    "link",
    "permalink",
    "href",
    "uri",
    "canonical_url",
];
const DATES: &[&str] = &[
    "published",
    "published_at",
    "publish_date",
    "published_date",
    "publication_date",
    "date_published",
    "datepublished",
    "pub_date",
    "pubdate",
    "date",
    "date_publish",
    "datetime",
    "created_at",
];
const IDS: &[&str] = &[
    "id",
    "_id",
    "uid",
    "uuid",
    "guid",
    "doc_id",
    "document_id",
    "article_id",
    "key",
];

impl Table {
    /// Whether the name of `file` is one of a table.
    pub fn is_named_so(file: &File) -> bool {
        matches!(
            file.extension().as_str(),
            "csv" | "tsv" | "tab" | "json" | "jsonl" | "ndjson"
        )
    }

    /// Reads a table through, in `encoding` where the reviewer has chosen one. What its name does not tell of
    /// how it is written is told by its start.
    ///
    /// # Errors
    /// Where the file is too large, is not text, is broken anywhere, or has no rows.
    pub fn read(file: &File, encoding: Option<&'static Encoding>) -> Result<Self, ImportError> {
        let decoded = decoded(file, encoding, None)?;
        let mut table = Self {
            columns: Vec::new(),
            rows: 0,
            sample: Vec::new(),
            encoding: decoded.encoding,
            is_sure: decoded.is_sure,
            is_whole: decoded.is_whole,
            file: file.name.clone(),
            stem: file.stem().to_owned(),
            layout: Layout::of(&file.extension(), &decoded.text),
            text: decoded.text,
        };
        table.survey().map_err(|error| error.in_file(file))?;
        Ok(table)
    }

    /// Goes through the table and takes in its columns.
    fn survey(&mut self) -> Result<(), ImportError> {
        let mut numbers = HashMap::new();
        let mut columns: Vec<Column> = Vec::new();
        let mut sample: Vec<Vec<String>> = Vec::new();
        let mut rows = 0;
        self.each_row(|row, _| {
            rows += 1;
            let mut shown = vec![String::new(); columns.len()];
            for (name, value) in row {
                let number = match numbers.get(name.as_str()) {
                    Some(&number) => number,
                    None if columns.len() == MOST_COLUMNS => {
                        let expected = format!("at most {MOST_COLUMNS} columns");
                        return Err(whole_file_error(expected, "more".to_owned(), CORRECT));
                    }
                    None => {
                        numbers.insert(name.clone(), columns.len());
                        columns.push(Column {
                            name,
                            filled: 0,
                            length: 0,
                        });
                        columns.len() - 1
                    }
                };
                if !value.trim().is_empty() {
                    columns[number].filled += 1;
                    columns[number].length += value.len();
                }
                if sample.len() < SAMPLE_ROWS {
                    shown.resize(columns.len(), String::new());
                    shown[number] = cut(&value, SAMPLE_LENGTH);
                }
            }
            if sample.len() < SAMPLE_ROWS {
                sample.push(shown);
            }
            Ok(())
        })?;
        if columns.is_empty() {
            return Err(whole_file_error(
                "rows",
                "none".to_owned(),
                "Choose a file that holds articles.",
            ));
        }
        for row in &mut sample {
            row.resize(columns.len(), String::new());
        }
        (self.columns, self.sample, self.rows) = (columns, sample, rows);
        Ok(())
    }

    /// What the columns seem to be for. The text is the longest of those that are called like one; the longest
    /// of all, where those are much shorter.
    pub fn guess(&self) -> Choice {
        let longest = self
            .columns
            .iter()
            .map(Column::mean_length)
            .max()
            .unwrap_or_default();
        let is_called = |number: usize, names: &[&str]| names.contains(&self.columns[number].key().as_str());
        let text = (0..self.columns.len())
            .rev()
            .max_by_key(|&number| {
                let length = self.columns[number].mean_length();
                (
                    is_called(number, TEXTS) && length.saturating_mul(4) >= longest,
                    length,
                )
            })
            .unwrap_or_default();
        let called = |names: &[&str]| {
            names.iter().find_map(|name| {
                (0..self.columns.len()).find(|&number| number != text && is_called(number, &[name]))
            })
        };
        Choice {
            text,
            title: called(TITLES),
            source_url: called(ADDRESSES),
            published: called(DATES),
            id: called(IDS),
        }
    }

    /// The articles, made of the columns that are chosen. Rows without a text are passed over and counted.
    ///
    /// # Errors
    /// Where a text is too long, or there are more than [`MOST_ARTICLES`].
    pub fn articles(&self, choice: Choice) -> Result<Articles, ImportError> {
        let mut articles = Articles {
            drafts: Vec::new(),
            skipped: 0,
        };
        let name = |number: usize| self.columns.get(number).map(|column| column.name.as_str());
        let mut count = 0;
        let read = self.each_row(|mut row, place| {
            count += 1;
            let at = |row: &Row, number| {
                let name = name(number)?;
                // Of a key that stands twice, the last counts, as in JSON everywhere.
                row.iter().rposition(|(column, _)| column == name)
            };
            let [title, source_url, published, id] =
                [choice.title, choice.source_url, choice.published, choice.id]
                    .map(|number| field(&row[at(&row, number?)?].1));
            let text = at(&row, choice.text)
                .map(|at| row.swap_remove(at).1)
                .unwrap_or_default();
            if text.trim().is_empty() {
                articles.skipped += 1;
                return Ok(());
            }
            if articles.drafts.len() == MOST_ARTICLES {
                let expected = format!("at most {MOST_ARTICLES} articles");
                return Err(place.error("", expected, "more", SPLIT));
            }
            if text.len() > LONGEST_TEXT {
                let ImportError {
                    expected,
                    found,
                    remedy,
                    ..
                } = too_long(text.len());
                return Err(place.error(name(choice.text).unwrap_or_default(), expected, found, remedy));
            }
            let id = id.unwrap_or_else(|| format!("{}-{count}", self.stem).into());
            articles.drafts.push(Draft {
                id: safe_id(&id),
                title,
                source_url,
                published,
                text: normalised(&text),
            });
            Ok(())
        });
        match read {
            Ok(()) => Ok(articles),
            Err(error) => Err(ImportError {
                file: self.file.clone(),
                ..error
            }),
        }
    }

    /// Hands over each row: its values, each with the name of its column, and its place.
    fn each_row(
        &self,
        mut each: impl FnMut(Row, RowPlace<'_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        match self.layout {
            Layout::Delimited(delimiter) => each_delimited(&self.text, delimiter, &mut each),
            Layout::Json => each_json(&self.text, &mut each),
            Layout::JsonLines => each_line(&self.text, &mut each),
        }
    }
}

/// The values of a row, each with the name of its column.
type Row = Vec<(String, String)>;

type Each<'e> = dyn FnMut(Row, RowPlace<'_>) -> Result<(), ImportError> + 'e;

/// Where a row stands.
#[derive(Clone, Copy)]
enum RowPlace<'t> {
    /// In the list under this key, or in the only one there is; its number, counted from 0.
    Item(Option<&'t str>, usize),
    /// At this byte of the text.
    At(&'t str, usize),
}

impl RowPlace<'_> {
    /// An error in the row; in its column `name`, unless that is empty.
    fn error(
        self,
        name: &str,
        expected: impl Into<String>,
        found: impl Into<String>,
        remedy: &'static str,
    ) -> ImportError {
        let (place, position) = match self {
            Self::Item(list, number) => {
                let list = list.unwrap_or_default();
                let dot = if name.is_empty() { "" } else { "." };
                (format!("{list}[{number}]{dot}{name}"), None)
            }
            Self::At(text, at) => {
                let Position { line, .. } = position_behind(&text.as_bytes()[..at]);
                let name = if name.is_empty() { "row" } else { name };
                (name.to_owned(), Some(Position { line, column: 1 }))
            }
        };
        ImportError {
            place,
            position,
            ..whole_file_error(expected, found.into(), remedy)
        }
    }
}

impl Layout {
    fn of(extension: &str, text: &str) -> Self {
        let start = text.trim_start();
        match extension {
            "tsv" | "tab" => Self::Delimited(b'\t'),
            "csv" => Self::Delimited(delimiter(text)),
            "jsonl" | "ndjson" => Self::JsonLines,
            _ if start.starts_with('{') => {
                let (line, rest) = start.split_once('\n').unwrap_or((start, ""));
                let is_whole = serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
                if is_whole && !rest.trim().is_empty() {
                    Self::JsonLines
                } else {
                    Self::Json
                }
            }
            _ if start.starts_with('[') || extension == "json" => Self::Json,
            _ => Self::Delimited(delimiter(text)),
        }
    }
}

/// What parts the names of the columns: whichever of the usual signs stands most often outside of quotes.
fn delimiter(text: &str) -> u8 {
    const USUAL: [u8; 4] = [b',', b';', b'\t', b'|'];
    let mut counts = [0; USUAL.len()];
    let mut is_quoted = false;
    for &byte in text.trim_start().as_bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                if let Some(number) = USUAL.iter().position(|&usual| usual == byte) {
                    counts[number] += 1;
                }
            }
        }
    }
    let most = (0..USUAL.len()).rev().max_by_key(|&number| counts[number]);
    USUAL[most.unwrap_or_default()]
}

fn each_delimited(text: &str, delimiter: u8, each: &mut Each<'_>) -> Result<(), ImportError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    // A position stands before the empty lines that are passed over.
    let place = |position: Option<&csv::Position>| {
        let at = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        RowPlace::At(text, text.len() - rest.trim_start_matches(['\r', '\n']).len())
    };
    let error = |error: csv::Error| match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => place(pos.as_ref()).error(
            "",
            format!("{expected_len} values, as in the first row"),
            format!("{len} values"),
            "Quote values that hold what parts them, and leave none out.",
        ),
        _ => place(error.position()).error("", "a row", error.to_string(), CORRECT),
    };
    let names = columns(reader.headers().map_err(error)?)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(error)? {
        let values = record.iter().map(str::to_owned);
        each(
            names.iter().cloned().zip(values).collect(),
            place(record.position()),
        )?;
    }
    Ok(())
}

/// The names of the columns, each another: one that is missing is numbered, and so is one that was there before.
fn columns(header: &csv::StringRecord) -> Result<Vec<String>, ImportError> {
    if header.len() > MOST_COLUMNS {
        let expected = format!("at most {MOST_COLUMNS} columns");
        return Err(whole_file_error(expected, header.len().to_string(), CORRECT));
    }
    let mut names: Vec<String> = Vec::new();
    for (number, name) in header.iter().enumerate() {
        let name = match name.trim() {
            "" => format!("column {}", number + 1),
            name => name.to_owned(),
        };
        let same = (1..).map(|count| {
            if count == 1 {
                name.clone()
            } else {
                format!("{name} ({count})")
            }
        });
        names.extend(same.into_iter().find(|name| !names.contains(name)));
    }
    Ok(names)
}

fn each_line(text: &str, each: &mut Each<'_>) -> Result<(), ImportError> {
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

fn each_json(text: &str, each: &mut Each<'_>) -> Result<(), ImportError> {
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

#[cfg(test)]
mod tests {
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
}
