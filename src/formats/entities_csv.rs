//! Entities (CSV): a list of sources under all their spellings, one a row, as RFC 4180 has it.
//!
//! The first row names the columns: `id`, `name` and, if there is one, `aliases`, where a `|` stands between
//! two aliases; one that belongs to an alias is written `\|`, and a backslash `\\`. A table from the Wikidata
//! query service is read as it comes: `item`, `itemLabel` and `itemAltLabel`, the item's address shortened to
//! its number, aliases parted by a comma and a space. Other columns are passed over. Rows of one id are one
//! entity.

use super::ImportError;
use super::import::WHOLE_FILE;
use super::json::{CORRECT, Place, position_behind, quoted, text_of};
use crate::core::id::RecordId;
use crate::core::record::Entity;
use csv_core::{ReadFieldResult, Reader};
use std::collections::HashMap;
use std::sync::Arc;

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// The most rows that are read, without the first.
pub const MOST_ROWS: usize = 100_000;
/// The longest cell that is read, in bytes.
pub const LONGEST_CELL: usize = 4096;

/// The header that is written.
const HEADER: &str = "id,name,aliases\n";

/// What to do about a file that is too large.
const SPLIT: &str = "Split the file and import its parts one after the other.";
/// What to do about a header without the columns.
const NAME_COLUMNS: &str = "The first row names the columns: write id, name and aliases there.";

/// Whether the first row of a file names the columns of entities: theirs with aliases or with no others, or those
/// of Wikidata. A table of something else may well have an id and a name.
pub fn recognises(file: &[u8]) -> bool {
    let line = file.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let header = text_of(line).and_then(|line| Rows::of(line).next());
    let Ok(Some(header)) = header else {
        return false;
    };
    Columns::of(&header)
        .is_ok_and(|columns| columns.is_wikidata || columns.aliases.is_some() || header.len() == 2)
}

/// Writes entities as CSV.
pub fn write<'e>(entities: impl Iterator<Item = (&'e RecordId, &'e Entity)>) -> String {
    let mut csv = HEADER.to_owned();
    for (id, entity) in entities {
        push_cell(&mut csv, &id.to_string());
        csv.push(',');
        push_cell(&mut csv, &entity.name);
        csv.push(',');
        let aliases: Vec<_> = entity
            .aliases
            .iter()
            .map(|alias| alias.replace('\\', "\\\\").replace('|', "\\|"))
            .collect();
        push_cell(&mut csv, &aliases.join("|"));
        csv.push('\n');
    }
    csv
}

/// Reads the entities of a CSV file, in the order of their first rows.
pub fn read(file: &[u8]) -> Result<Vec<(RecordId, Entity)>, ImportError> {
    if file.len() > LARGEST_FILE {
        return Err(Place::ROOT.error(
            format!("at most {LARGEST_FILE} bytes"),
            format!("{} bytes", file.len()),
            SPLIT,
        ));
    }
    let mut rows = Rows::of(text_of(file)?);
    let header = rows.next()?.unwrap_or_default();
    let columns = Columns::of(&header)?;
    let mut entities: Vec<(RecordId, Entity)> = Vec::new();
    let mut places = HashMap::new();
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        let first = row.first().map_or(0, |cell| cell.at);
        if count > MOST_ROWS {
            let expected = format!("at most {MOST_ROWS} rows");
            return Err(rows.error(WHOLE_FILE, first, expected, "more", SPLIT));
        }
        if row.len() != header.len() {
            return Err(rows.error(
                "row",
                first,
                format!("{} cells, as in the first row", header.len()),
                format!("{} cells", row.len()),
                "Quote cells that hold a comma, and leave no cell out.",
            ));
        }
        let filled = |column: usize| {
            let cell = &row[column];
            let words = cell.words.trim();
            if words.is_empty() {
                let name = header[column].words.trim();
                return Err(rows.error(name, cell.at, "words", "an empty cell", CORRECT));
            }
            Ok(words)
        };
        let id = columns.id_in(filled(columns.id)?);
        let name = filled(columns.name)?;
        let aliases = columns
            .aliases
            .map_or_else(Vec::new, |column| columns.aliases_in(&row[column].words));
        let index = *places.entry(id.to_owned()).or_insert(entities.len());
        if index == entities.len() {
            let entity = Entity {
                name: name.into(),
                aliases: Vec::new(),
            };
            entities.push((id.into(), entity));
        }
        let entity = &mut entities[index].1;
        for alias in std::iter::once(name).chain(aliases.iter().map(|alias| alias.trim())) {
            let is_new = !alias.is_empty()
                && *alias != *entity.name
                && !entity.aliases.iter().any(|other| **other == *alias);
            if is_new {
                entity.aliases.push(Arc::from(alias));
            }
        }
    }
    Ok(entities)
}

/// Appends a cell, in quotes where it needs them.
fn push_cell(csv: &mut String, words: &str) {
    let needs_quotes = words.contains([',', '"', '\n', '\r']) || words.trim() != words;
    if needs_quotes {
        csv.push('"');
        csv.push_str(&words.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(words);
    }
}

/// Where what is wanted stands in a row.
struct Columns {
    id: usize,
    name: usize,
    aliases: Option<usize>,
    is_wikidata: bool,
}

impl Columns {
    fn of(header: &[Cell]) -> Result<Self, ImportError> {
        let column = |name: &str| header.iter().position(|cell| cell.words.trim() == name);
        for (id, name, aliases, is_wikidata) in [
            ("id", "name", "aliases", false),
            ("item", "itemLabel", "itemAltLabel", true),
        ] {
            if let (Some(id), Some(name)) = (column(id), column(name)) {
                return Ok(Self {
                    id,
                    name,
                    aliases: column(aliases),
                    is_wikidata,
                });
            }
        }
        let names: Vec<_> = header.iter().map(|cell| cell.words.trim()).collect();
        let found = match names[..] {
            [] => "an empty file".to_owned(),
            _ => quoted(&names.join(",")),
        };
        Err(Place::ROOT.error(
            "the columns id and name, or item and itemLabel",
            found,
            NAME_COLUMNS,
        ))
    }

    /// The id in a cell, without the address that Wikidata puts before it.
    fn id_in<'c>(&self, cell: &'c str) -> &'c str {
        let is_number = |id: &&str| {
            id.strip_prefix('Q')
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let last = cell.rsplit('/').next().filter(is_number);
        last.filter(|_| self.is_wikidata).unwrap_or(cell)
    }

    fn aliases_in(&self, cell: &str) -> Vec<String> {
        if self.is_wikidata {
            return cell.split(", ").map(str::to_owned).collect();
        }
        let mut aliases = vec![String::new()];
        let mut characters = cell.chars().peekable();
        while let Some(character) = characters.next() {
            let escaped = (character == '\\')
                .then(|| characters.next_if(|&next| next == '|' || next == '\\'))
                .flatten();
            match (character, aliases.last_mut()) {
                ('|', _) => aliases.push(String::new()),
                (_, Some(alias)) => alias.push(escaped.unwrap_or(character)),
                (_, None) => {}
            }
        }
        aliases
    }
}

/// A cell, and the byte of the text where it begins.
struct Cell {
    words: String,
    at: usize,
}

/// The rows of a text that are not empty.
struct Rows<'t> {
    text: &'t str,
    at: usize,
    reader: Reader,
    /// Holds one cell. The reader calls it full before it has seen where the cell ends.
    buffer: Vec<u8>,
}

impl<'t> Rows<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            reader: Reader::new(),
            buffer: vec![0; LONGEST_CELL + 1],
        }
    }

    fn next(&mut self) -> Result<Option<Vec<Cell>>, ImportError> {
        let mut row = Vec::new();
        let mut from = self.at;
        let mut length = 0;
        loop {
            let (result, read, written) = self
                .reader
                .read_field(&self.text.as_bytes()[self.at..], &mut self.buffer[length..]);
            self.at += read;
            length += written;
            match result {
                // At the end of the text the reader is called once more, with nothing.
                ReadFieldResult::InputEmpty => {}
                ReadFieldResult::OutputFull => {
                    let expected = format!("a cell of at most {LONGEST_CELL} bytes");
                    return Err(self.error(
                        WHOLE_FILE,
                        from,
                        expected,
                        "a longer one",
                        "Close every quote, and shorten the cell.",
                    ));
                }
                ReadFieldResult::Field { record_end } => {
                    // Only ASCII signs are taken out of the text, so that what is left is UTF-8 still.
                    let words = String::from_utf8_lossy(&self.buffer[..length]).into_owned();
                    // What parts rows and ends the last one is read with the cell behind it.
                    let before = &self.text[from..self.at];
                    let feeds = before.len() - before.trim_start_matches(['\r', '\n']).len();
                    row.push(Cell {
                        words,
                        at: from + if row.is_empty() { feeds } else { 0 },
                    });
                    if record_end {
                        return Ok(Some(row));
                    }
                    (from, length) = (self.at, 0);
                }
                ReadFieldResult::End => return Ok(None),
            }
        }
    }

    /// An error about what begins at the byte `at`.
    fn error(
        &self,
        place: &str,
        at: usize,
        expected: impl Into<String>,
        found: impl Into<String>,
        remedy: &'static str,
    ) -> ImportError {
        ImportError {
            file: String::new(),
            place: place.to_owned(),
            position: Some(position_behind(&self.text.as_bytes()[..at])),
            expected: expected.into(),
            found: found.into(),
            remedy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The entities of a file, each as its id, its name and its aliases.
    fn entities(file: &str) -> Vec<String> {
        read(file.as_bytes())
            .unwrap()
            .into_iter()
            .map(|(id, entity)| format!("{id}: {} ({})", entity.name, entity.aliases.join("; ")))
            .collect()
    }

    fn error(file: &str) -> String {
        read(file.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn rows_are_entities_whatever_the_order_of_the_columns() {
        let file = "\u{feff}name, id ,born,aliases\r\n\
                    Volodymyr Zelenskyy,Q3874799,1978,Zelensky|Zelenskiy| Zelensky\r\n\r\n\
                    \"Peskov, Dmitry\",peskov,,\"the \"\"voice\"\"\"";
        assert_eq!(
            entities(file),
            [
                "Q3874799: Volodymyr Zelenskyy (Zelensky; Zelenskiy)",
                "peskov: Peskov, Dmitry (the \"voice\")"
            ]
        );
        assert_eq!(entities("id,name\na,b\n"), ["a: b ()"]);
    }

    #[test]
    fn a_list_of_entities_is_told_from_other_tables_by_its_columns() {
        for file in [
            "id,name",
            "\u{feff}name, id ,born,aliases\r\n1,2",
            "item,itemLabel\n",
            "id,\"name\"\n\"open",
        ] {
            assert!(recognises(file.as_bytes()), "{file}");
        }
        for file in [
            "",
            "id,name,text\n",
            "id;name\n",
            "\"id,name",
            "{\"id\": 1}",
            "name,aliases\n",
        ] {
            assert!(!recognises(file.as_bytes()), "{file}");
        }
        assert!(!recognises(b"\xFF"));
    }

    #[test]
    fn a_table_from_wikidata_is_read_as_it_comes() {
        let file = "item,itemLabel,itemAltLabel\n\
                    http://www.wikidata.org/entity/Q3874799,Volodymyr Zelenskyy,\"Zelensky, V. Zelensky\"\n";
        assert_eq!(
            entities(file),
            ["Q3874799: Volodymyr Zelenskyy (Zelensky; V. Zelensky)"]
        );
    }

    #[test]
    fn rows_of_one_id_are_one_entity() {
        let file = "id,name,aliases\na,Kyiv,Kiev\nb,Lviv,\na,Київ,Kiev|Kyiv\n";
        assert_eq!(entities(file), ["a: Kyiv (Kiev; Київ)", "b: Lviv ()"]);
    }

    #[test]
    fn an_error_says_where_it_is() {
        assert_eq!(
            error(""),
            "the file: expected the columns id and name, or item and itemLabel, found an empty file. \
             The first row names the columns: write id, name and aliases there."
        );
        assert_eq!(
            error("id;name\n"),
            "the file: expected the columns id and name, or item and itemLabel, found \"id;name\". \
             The first row names the columns: write id, name and aliases there."
        );
        assert_eq!(
            error("id,name\nä,b\n\nc, \n"),
            "name, line 4, column 3: expected words, found an empty cell. \
             Correct the file at this place, or export it again where it comes from."
        );
        assert_eq!(
            error("id,name\na,b\nc,d,e\n"),
            "row, line 3, column 1: expected 2 cells, as in the first row, found 3 cells. \
             Quote cells that hold a comma, and leave no cell out."
        );
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let cell = |length| format!("id,name\na,{}\n", "x".repeat(length));
        assert_eq!(entities(&cell(LONGEST_CELL)).len(), 1);
        assert_eq!(
            error(&cell(LONGEST_CELL + 1)),
            "the file, line 2, column 3: expected a cell of at most 4096 bytes, found a longer one. \
             Close every quote, and shorten the cell."
        );
        let rows = |count| format!("id,name\n{}", "a,b\n".repeat(count));
        assert_eq!(entities(&rows(MOST_ROWS)).len(), 1);
        assert!(
            error(&rows(MOST_ROWS + 1))
                .starts_with("the file, line 100002, column 1: expected at most 100000")
        );
        assert!(read(&vec![b'a'; LARGEST_FILE + 1]).is_err());
        assert!(read(b"id,name\n\xFF,b").is_err());
    }

    fn words() -> impl Strategy<Value = String> {
        "[a-c|\\\\\",\n\r;é中😀' ]{1,6}".prop_filter_map("nothing but blanks", |words| {
            let words = words.trim().to_owned();
            (!words.is_empty()).then_some(words)
        })
    }

    proptest! {
        #[test]
        fn what_was_written_comes_back_the_same(
            rows in prop::collection::btree_map(words(), (words(), prop::collection::btree_set(words(), 0..4)), 0..5)
        ) {
            let entities: Vec<(RecordId, Entity)> = rows
                .into_iter()
                .map(|(id, (name, aliases))| {
                    let aliases = aliases.into_iter().filter(|alias| *alias != name).map(Into::into).collect();
                    (id.as_str().into(), Entity { name: name.into(), aliases })
                })
                .collect();
            let csv = write(entities.iter().map(|(id, entity)| (id, entity)));
            prop_assert_eq!(read(csv.as_bytes()), Ok(entities));
        }

        #[test]
        fn no_file_makes_reading_panic(file in "(id,name,aliases\n)?[a,\"\n\r|\\\\é ]{0,40}") {
            let _ = read(file.as_bytes());
        }
    }
}
