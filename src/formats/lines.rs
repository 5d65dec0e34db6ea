//! JSON Lines: one JSON value a line, each line ended by a line feed (jsonlines.org).

use super::json::{CORRECT, broken, text_of};
use super::{ExportError, ImportError, Output, Position};
use serde::Serialize;
use serde_json::Value;

/// Writes values as lines, and gives an article's lines to the output at once.
pub(super) struct Lines<'o> {
    output: &'o mut dyn Output,
    lines: Vec<u8>,
}

impl<'o> Lines<'o> {
    pub(super) fn new(output: &'o mut dyn Output) -> Self {
        Self {
            output,
            lines: Vec::new(),
        }
    }

    /// Adds a line to those of the article.
    pub(super) fn add(&mut self, value: &impl Serialize) -> Result<(), ExportError> {
        serde_json::to_writer(&mut self.lines, value)?;
        self.lines.push(b'\n');
        Ok(())
    }

    /// Writes the article's lines, and tells that they are written.
    pub(super) fn end_article(&mut self) -> Result<(), ExportError> {
        self.output.write_all(&self.lines)?;
        self.output.article_written();
        self.lines.clear();
        Ok(())
    }
}

/// Hands each line's value to `read`, with the number of the line. Lines without anything on them are passed over.
///
/// # Errors
/// Where the file is not UTF-8 or a line no JSON, and whatever `read` finds; each error says its line.
pub(super) fn for_each_line(
    file: &[u8],
    mut read: impl FnMut(usize, Value) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let text = text_of(file)?;
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() {
            continue;
        }
        let number = index + 1;
        let value = serde_json::from_str(line).map_err(|error| {
            let error = broken_line(line, &error);
            let column = error.position.map_or(1, |position| position.column);
            at_line(error, number, column)
        })?;
        read(number, value).map_err(|error| at_line(error, number, 1))?;
    }
    Ok(())
}

/// What is broken in a line. Its end is not the file's, and a line that was broken in two is no file cut short.
fn broken_line(line: &str, error: &serde_json::Error) -> ImportError {
    let found = broken(line, error);
    if error.is_eof() {
        return ImportError {
            found: "the end of the line".to_owned(),
            remedy: CORRECT,
            ..found
        };
    }
    found
}

fn at_line(error: ImportError, line: usize, column: usize) -> ImportError {
    ImportError {
        position: Some(Position { line, column }),
        ..error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(file: &[u8]) -> Result<Vec<(usize, Value)>, ImportError> {
        let mut lines = Vec::new();
        for_each_line(file, |number, value| {
            lines.push((number, value));
            Ok(())
        })?;
        Ok(lines)
    }

    #[test]
    fn what_is_written_line_by_line_is_read_line_by_line() {
        let mut file = Vec::new();
        let mut written = Lines::new(&mut file);
        written.add(&"a\nb\u{2028}").unwrap();
        written.add(&[1]).unwrap();
        written.end_article().unwrap();
        assert_eq!(file, "\"a\\nb\u{2028}\"\n[1]\n".as_bytes());
        assert_eq!(
            lines(&file),
            Ok(vec![(1, json!("a\nb\u{2028}")), (2, json!([1]))])
        );
    }

    #[test]
    fn a_mark_at_the_start_empty_lines_and_other_line_ends_are_no_error() {
        let file = "\u{feff}1\r\n\n \t\n2".as_bytes();
        assert_eq!(lines(file), Ok(vec![(1, json!(1)), (4, json!(2))]));
        assert_eq!(lines(b""), Ok(Vec::new()));
    }

    #[test]
    fn an_error_says_its_line_and_its_column() {
        for (file, line, column, found) in [
            (&b"1\n{\"a\": oops}\n"[..], 2, 7, "expected value"),
            (b"1\n{\"a\":\n1}", 2, 6, "the end of the line"),
            (b"1 2", 1, 3, "trailing characters"),
        ] {
            let error = lines(file).unwrap_err();
            assert_eq!(error.position, Some(Position { line, column }), "{error}");
            assert!(error.found.contains(found), "{error}");
        }
    }
}
