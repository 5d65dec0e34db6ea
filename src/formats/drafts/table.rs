//! Tables: files of many records, each with a text among its columns (`.csv`, `.tsv`, `.json`, `.jsonl`).
//!
//! A table is read twice. [`Table::read`] goes through all of it, so that a broken file is refused before
//! anybody chooses anything, and keeps what a preview shows. [`Table::articles`] goes through it again and
//! makes an article of each record that has a text.
//!
//! A value inside a JSON object is in the column of its path, `source.url`; a list of strings is one value, its
//! items paragraphs. Lists of anything else are passed over. Columns come in the file's own order, which
//! serde_json's own values do not keep.

mod json;
mod rows;
#[cfg(test)]
mod tests;

use super::{
    Draft, LONGEST_TEXT, MOST_ARTICLES, SPLIT, cut, decoded, field, safe_id, too_long, whole_file_error,
};
use crate::core::article::normalised;
use crate::formats::json::CORRECT;
use crate::formats::{File, ImportError};
use encoding_rs::Encoding;
use rows::{Layout, Row, RowPlace};
use std::collections::HashMap;

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
        self.layout.each_row(&self.text, &mut each)
    }
}
