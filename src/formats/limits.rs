//! Limits: how much is taken in. What is beyond them is refused with a reason, before it fills the memory.
//!
//! [`picked`] looks at files before they are read, [`file()`] at each, those in archives too, and [`imported`] at what
//! came of them, whatever the format. What an archive may unpack to, [`archive::Limits`](super::archive::Limits) says.

use super::import::WHOLE_FILE;
use super::{File, ImportError};
use crate::core::import::Imported;
use crate::core::record::{Fields, Metadata, Record};
use serde_json::Value;

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 256 * 1024 * 1024;
/// The most bytes of all files that are picked in one go. They are in memory together, several times over.
pub const LARGEST_PICK: usize = 512 * 1024 * 1024;
/// The most files that are picked in one go, as many as an archive may hold.
pub const MOST_FILES: usize = 100_000;
/// The most articles that are imported at once.
pub const MOST_ARTICLES: usize = 100_000;
/// The longest text that an article may have, in bytes of UTF-8.
pub const LONGEST_TEXT: usize = 16 * 1024 * 1024;
/// The longest name, note or other value, in bytes of UTF-8.
pub const LONGEST_VALUE: usize = 1024 * 1024;
/// The most UTF-16 code units that a field of the page takes, so that what is typed there can be read back from any
/// file: each is at most three bytes of UTF-8.
pub const LONGEST_TYPED: usize = LONGEST_VALUE / 3;
/// The deepest that the lists and objects of a value are nested. A file around them adds a few levels, and
/// readers of JSON, ours among them, stop at 128.
pub const DEEPEST_VALUE: usize = 64;

/// What to do about a file, or a number of articles, that is too large.
pub(super) const SPLIT: &str = "Split the file and import its parts one after the other.";
const FEWER: &str = "Choose fewer files at a time.";
const SHORTEN: &str = "Shorten it where the file comes from, then import again.";

/// Looks at files that are not read yet: each by its name and its length in bytes.
///
/// # Errors
/// Where one is too large, or all of them together are, or there are too many.
pub fn picked(files: &[(String, usize)]) -> Result<(), ImportError> {
    let of_all = |expected: String, found: String| refused("", "the files", expected, found, FEWER);
    if files.len() > MOST_FILES {
        let expected = format!("at most {MOST_FILES} in one go");
        return Err(of_all(expected, files.len().to_string()));
    }
    for (name, length) in files {
        of_length(name, *length)?;
    }
    let all = files
        .iter()
        .fold(0_usize, |all, (_, length)| all.saturating_add(*length));
    if all > LARGEST_PICK {
        let expected = format!("at most {LARGEST_PICK} bytes in one go");
        return Err(of_all(expected, format!("{all} bytes")));
    }
    Ok(())
}

/// Looks at a file, before anything is made of it.
///
/// # Errors
/// Where it is too large.
pub fn file(file: &File) -> Result<(), ImportError> {
    of_length(&file.name, file.bytes.len())
}

fn of_length(name: &str, length: usize) -> Result<(), ImportError> {
    if length > LARGEST_FILE {
        let expected = format!("at most {LARGEST_FILE} bytes");
        return Err(refused(
            name,
            WHOLE_FILE,
            expected,
            format!("{length} bytes"),
            SPLIT,
        ));
    }
    Ok(())
}

/// Looks at what came of files.
///
/// # Errors
/// Where there are too many articles, a text or a value is too long, or a value is nested too deep.
pub fn imported(imported: &Imported) -> Result<(), ImportError> {
    let count = imported.articles.len().max(imported.anchored.len());
    if count > MOST_ARTICLES {
        let expected = format!("at most {MOST_ARTICLES}");
        return Err(refused("", "the articles", expected, count.to_string(), SPLIT));
    }
    for (_, record) in &imported.records {
        of_record(record, "the corpus")?;
    }
    for brought in &imported.articles {
        let article = &brought.article;
        let within = format!("the article {}", shown(article.id.as_str()));
        short("its id", article.id.as_str(), &within)?;
        if article.text.len() > LONGEST_TEXT {
            let expected = format!("a text of at most {LONGEST_TEXT} bytes");
            let found = format!("one of {}", article.text.len());
            return Err(refused(
                "",
                &within,
                expected,
                found,
                "Split the text into several articles.",
            ));
        }
        of_metadata(&article.metadata, &within)?;
        for (_, record) in &brought.records {
            of_record(record, &within)?;
        }
    }
    for work in &imported.anchored {
        let within = format!("the article {}", shown(work.article.as_str()));
        short("its id", work.article.as_str(), &within)?;
        for record in work
            .records
            .iter()
            .map(|(_, record)| record)
            .chain(work.unplaced.iter().map(|(_, record, _)| record))
        {
            of_record(record, &within)?;
        }
    }
    Ok(())
}

fn of_record(record: &Record, within: &str) -> Result<(), ImportError> {
    match record {
        Record::Article(article) => of_metadata(&article.metadata, within),
        Record::Field(field) => of_value("a field", field, within),
        Record::Annotation(annotation) => {
            short("a label", annotation.label.as_str(), within)?;
            short("an annotator's name", &annotation.annotator, within)?;
            if let Some(note) = &annotation.note {
                short("a note", note, within)?;
            }
            of_fields(&annotation.attributes, within)
        }
        Record::Entity(entity) => std::iter::once(&entity.name)
            .chain(&entity.aliases)
            .try_for_each(|name| short("an entity's name", name, within)),
        Record::ClaimGroup(group) => short("a claim group's name", &group.name, within),
        Record::Status(_) | Record::Region(_) | Record::Relation(_) => Ok(()),
    }
}

fn of_metadata(metadata: &Metadata, within: &str) -> Result<(), ImportError> {
    let Metadata {
        title,
        source_url,
        published,
        retrieved,
    } = metadata;
    [title, source_url, published, retrieved]
        .into_iter()
        .flatten()
        .try_for_each(|words| short("what is known about it", words, within))
}

fn of_fields(fields: &Fields, within: &str) -> Result<(), ImportError> {
    fields.iter().try_for_each(|(name, value)| {
        short("an attribute's name", name, within)?;
        of_value("an attribute", value, within)
    })
}

fn of_value(what: &str, value: &Value, within: &str) -> Result<(), ImportError> {
    let mut level = vec![value];
    for _ in 0..=DEEPEST_VALUE {
        let mut next = Vec::new();
        for value in level {
            match value {
                Value::String(string) => short(what, string, within)?,
                // As long as its digits: a number is kept as it was written.
                Value::Number(number) => short(what, &number.to_string(), within)?,
                Value::Array(items) => next.extend(items),
                Value::Object(fields) => {
                    for (name, value) in fields {
                        short(what, name, within)?;
                        next.push(value);
                    }
                }
                Value::Null | Value::Bool(_) => {}
            }
        }
        if next.is_empty() {
            return Ok(());
        }
        level = next;
    }
    let expected = format!("{what} nested at most {DEEPEST_VALUE} levels deep");
    Err(refused("", within, expected, "a deeper one", SHORTEN))
}

fn short(what: &str, value: &str, within: &str) -> Result<(), ImportError> {
    if value.len() > LONGEST_VALUE {
        let expected = format!("{what} of at most {LONGEST_VALUE} bytes");
        return Err(refused(
            "",
            within,
            expected,
            format!("{} bytes", value.len()),
            SHORTEN,
        ));
    }
    Ok(())
}

/// A name as an error shows it.
fn shown(name: &str) -> String {
    super::json::quoted(name)
}

/// An error about a part of a file.
pub(super) fn refused(
    file: &str,
    place: &str,
    expected: impl Into<String>,
    found: impl Into<String>,
    remedy: &'static str,
) -> ImportError {
    ImportError {
        file: file.to_owned(),
        place: place.to_owned(),
        position: None,
        expected: expected.into(),
        found: found.into(),
        remedy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::article::Article;
    use crate::core::id::RecordId;
    use crate::core::import::ImportedArticle;
    use crate::core::record::Entity;
    use crate::core::text::Text;
    use serde_json::json;
    use std::sync::Arc;

    fn said(result: Result<(), ImportError>) -> String {
        result.expect_err("it is refused").to_string()
    }

    #[test]
    fn a_file_is_refused_by_its_length_before_it_is_read() {
        let named = |length| [("a.json".to_owned(), length)];
        assert_eq!(picked(&named(LARGEST_FILE)), Ok(()));
        assert_eq!(
            said(picked(&named(LARGEST_FILE + 1))),
            "a.json: expected at most 268435456 bytes, found 268435457 bytes. Split the file and import its parts \
             one after the other."
        );
    }

    #[test]
    fn files_are_refused_when_they_are_too_much_together() {
        let files = |count, length| vec![(String::new(), length); count];
        assert_eq!(picked(&files(2, LARGEST_PICK / 2)), Ok(()));
        assert!(
            said(picked(&files(3, LARGEST_PICK / 2))).starts_with("the files: expected at most 536870912")
        );
        assert!(said(picked(&files(MOST_FILES + 1, 1))).contains("at most 100000 in one go"));
        assert!(picked(&files(MOST_FILES, usize::MAX)).is_err());
    }

    fn article(title: Option<&str>, text: String, records: Vec<Record>) -> Imported {
        let metadata = Metadata {
            title: title.map(Arc::from),
            ..Metadata::default()
        };
        let id = |number: usize| RecordId::of_content(&number.to_le_bytes());
        Imported {
            articles: vec![ImportedArticle {
                article: Article::new("a".into(), metadata, Text::new(text)),
                is_named: true,
                is_dated: true,
                records: records
                    .into_iter()
                    .enumerate()
                    .map(|(number, record)| (id(number), record))
                    .collect(),
            }],
            ..Imported::default()
        }
    }

    fn nested(depth: usize) -> Imported {
        let value = (0..depth).fold(json!(1), |value, level| match level % 2 {
            0 => json!([value]),
            _ => json!({ "in": value }),
        });
        article(None, "text".to_owned(), vec![Record::Field(value)])
    }

    #[test]
    fn a_text_or_a_value_that_is_too_long_is_refused_with_its_article() {
        let letters = |count| "x".repeat(count);
        assert_eq!(
            imported(&article(None, letters(LONGEST_TEXT), Vec::new())),
            Ok(())
        );
        assert_eq!(
            said(imported(&article(None, letters(LONGEST_TEXT + 1), Vec::new()))),
            "the article \"a\": expected a text of at most 16777216 bytes, found one of 16777217. Split the text into \
             several articles."
        );
        let entity = |name: String, alias: String| {
            Record::Entity(Entity {
                name: name.into(),
                aliases: vec![alias.into()],
            })
        };
        let values = |length: usize| {
            let long: &str = &letters(length);
            [
                article(Some(long), "text".to_owned(), Vec::new()),
                article(
                    None,
                    "text".to_owned(),
                    vec![Record::Field(json!({ "a": [long] }))],
                ),
                article(None, "text".to_owned(), vec![Record::Field(json!({ long: 1 }))]),
                article(
                    None,
                    "text".to_owned(),
                    vec![entity(long.to_owned(), String::new())],
                ),
                article(
                    None,
                    "text".to_owned(),
                    vec![entity(String::new(), long.to_owned())],
                ),
            ]
        };
        for value in values(LONGEST_VALUE) {
            assert_eq!(imported(&value), Ok(()));
        }
        for value in values(LONGEST_VALUE + 1) {
            assert!(said(imported(&value)).contains("of at most 1048576 bytes, found 1048577 bytes."));
        }
    }

    #[test]
    fn a_number_is_as_long_as_it_is_written() {
        let digits: Value = serde_json::from_str(&"9".repeat(LONGEST_VALUE + 1)).expect("a number");
        assert!(imported(&article(None, "text".to_owned(), vec![Record::Field(digits)])).is_err());
    }

    #[test]
    fn a_value_is_nested_only_so_deep() {
        assert_eq!(imported(&nested(DEEPEST_VALUE)), Ok(()));
        assert!(said(imported(&nested(DEEPEST_VALUE + 1))).contains("nested at most 64 levels deep"));
    }

    #[test]
    fn articles_are_counted_in_every_format() {
        let mut many = article(None, "text".to_owned(), Vec::new());
        let one = many.articles[0].clone();
        many.articles = vec![one; MOST_ARTICLES + 1];
        assert!(said(imported(&many)).starts_with("the articles: expected at most 100000, found 100001."));
    }
}
