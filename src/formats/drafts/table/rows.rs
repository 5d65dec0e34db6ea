//! The rows of a table, however they are written.

use super::super::whole_file_error;
use super::{MOST_COLUMNS, json};
use crate::formats::json::{CORRECT, position_behind};
use crate::formats::{ImportError, Position};

/// How the records of a table are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layout {
    /// A row each, its values parted by this.
    Delimited(u8),
    /// A JSON object each, in one list.
    Json,
    /// A JSON object each, on a line of its own.
    JsonLines,
}

/// The values of a row, each with the name of its column.
pub(super) type Row = Vec<(String, String)>;

/// What is done with each row.
pub(super) type Each<'e> = dyn FnMut(Row, RowPlace<'_>) -> Result<(), ImportError> + 'e;

/// Where a row stands.
#[derive(Clone, Copy)]
pub(super) enum RowPlace<'t> {
    /// In the list under this key, or in the only one there is; its number, counted from 0.
    Item(Option<&'t str>, usize),
    /// At this byte of the text.
    At(&'t str, usize),
}

impl RowPlace<'_> {
    /// An error in the row; in its column `name`, unless that is empty.
    pub(super) fn error(
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
    /// How a text is written, by the extension of its file and by its start.
    pub(super) fn of(extension: &str, text: &str) -> Self {
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

    /// Hands over each row of a text that is written so.
    ///
    /// # Errors
    /// Where the text is broken, or `each` refuses a row.
    pub(super) fn each_row(self, text: &str, each: &mut Each<'_>) -> Result<(), ImportError> {
        match self {
            Self::Delimited(delimiter) => each_delimited(text, delimiter, each),
            Self::Json => json::each_record(text, each),
            Self::JsonLines => json::each_line(text, each),
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
