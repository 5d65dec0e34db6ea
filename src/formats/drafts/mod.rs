//! Drafts: the articles of files that hold nobody's work on them.
//!
//! A text file is one article: as it is (`.txt`, `.md`), or what is readable in it (`.html`). A [`Table`] is
//! many: one a record, from the column that the reviewer chooses. Either way the result is a [`Draft`] an
//! article, and [`imported`] makes of drafts what an import takes.

use super::import::WHOLE_FILE;
use super::limits::{LONGEST_TEXT, MOST_ARTICLES, SPLIT};
use super::{File, ImportError, limits};
use crate::core::article::{Article, normalised};
use crate::core::import::{Imported, ImportedArticle};
use crate::core::record::Metadata;
use crate::core::text::Text;
use encoding_rs::Encoding;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use unicode_segmentation::UnicodeSegmentation;

pub mod encoding;
pub mod html;
pub mod table;

pub use encoding::Decoded;
pub use table::Table;

/// The longest title, address or date, in characters. What is longer is cut, and ends in `…`.
pub const LONGEST_FIELD: usize = 1000;
/// The longest id that is made of a name, in characters.
pub const LONGEST_ID: usize = 80;

/// How a text file is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextKind {
    /// As it is. It has no title.
    Plain,
    /// As it is. Its title is its first heading of the first level.
    Markdown,
    /// What is readable in it: see [`html`].
    Html,
}

impl TextKind {
    /// How `file` is read, by what follows the last dot of its name; by its first characters where the name
    /// says nothing that is known.
    pub fn of(file: &File) -> Self {
        match file.extension().as_str() {
            "html" | "htm" | "xhtml" => return Self::Html,
            "md" | "markdown" => return Self::Markdown,
            "txt" | "text" => return Self::Plain,
            _ => {}
        }
        let start = file.bytes.trim_ascii_start();
        let starts_with = |tag: &[u8]| {
            start
                .get(..tag.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(tag))
        };
        if starts_with(b"<!doctype html") || starts_with(b"<html") {
            Self::Html
        } else {
            Self::Plain
        }
    }
}

/// An article that is yet to be imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// A name for it, fit for an address, but not yet told apart from those of other drafts.
    pub id: String,
    /// Its title.
    pub title: Option<Arc<str>>,
    /// Where it was published.
    pub source_url: Option<Arc<str>>,
    /// When it was published, as its source wrote it.
    pub published: Option<Arc<str>>,
    /// Its text, normalised.
    pub text: String,
}

/// A text file that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextFile {
    /// The article in it.
    pub draft: Draft,
    /// The encoding that it was read in.
    pub encoding: &'static Encoding,
    /// Whether there is no doubt about the encoding: see [`Decoded::is_sure`].
    pub is_sure: bool,
    /// Whether every byte of it means something: see [`Decoded::is_whole`].
    pub is_whole: bool,
}

/// Reads a text file, in `encoding` where the reviewer has chosen one.
///
/// # Errors
/// Where the file is too large, is not text, or has no words.
pub fn read(file: &File, encoding: Option<&'static Encoding>) -> Result<TextFile, ImportError> {
    let kind = TextKind::of(file);
    let declared = match kind {
        TextKind::Html => html::declared_encoding(&file.bytes),
        TextKind::Plain | TextKind::Markdown => None,
    };
    let decoded = decoded(file, encoding, declared)?;
    let id = safe_id(file.stem());
    let draft = match kind {
        TextKind::Html => {
            let page = html::read(&decoded.text);
            Draft {
                id,
                title: page.title,
                source_url: page.source_url,
                published: page.published,
                text: normalised(&page.text),
            }
        }
        TextKind::Plain | TextKind::Markdown => {
            let text = normalised(&decoded.text);
            let title = if kind == TextKind::Markdown {
                first_heading(&text)
            } else {
                None
            };
            Draft {
                id,
                title,
                source_url: None,
                published: None,
                text,
            }
        }
    };
    if draft.text.trim().is_empty() {
        let error = whole_file_error(
            "words",
            "none".to_owned(),
            "Choose a file that holds the article's text.",
        );
        return Err(error.in_file(file));
    }
    if draft.text.len() > LONGEST_TEXT {
        return Err(too_long(draft.text.len()).in_file(file));
    }
    Ok(TextFile {
        draft,
        encoding: decoded.encoding,
        is_sure: decoded.is_sure,
        is_whole: decoded.is_whole,
    })
}

/// What an import takes: the drafts, each under an id that no other has.
///
/// # Errors
/// Where there are more than [`MOST_ARTICLES`].
pub fn imported(drafts: Vec<Draft>) -> Result<Imported, ImportError> {
    if drafts.len() > MOST_ARTICLES {
        return Err(too_many(drafts.len()));
    }
    let mut taken = HashSet::new();
    let mut last_number = HashMap::new();
    let articles = drafts.into_iter().map(|draft| {
        let mut id = draft.id.clone();
        while !taken.insert(id.clone()) {
            let number = last_number.entry(draft.id.clone()).or_insert(1_usize);
            *number += 1;
            id = format!("{}-{number}", draft.id);
        }
        let metadata = Metadata {
            title: draft.title,
            source_url: draft.source_url,
            published: draft.published,
            retrieved: None,
        };
        ImportedArticle {
            article: Article::new(id.as_str().into(), metadata, Text::new(draft.text)),
            is_named: false,
            is_dated: false,
            records: Vec::new(),
        }
    });
    Ok(Imported {
        articles: articles.collect(),
        ..Imported::default()
    })
}

/// A name as an id that can be read in an address: letters, digits, `-`, `_` and `.` stay, in any script;
/// whatever else there is becomes one `-`.
pub fn safe_id(name: &str) -> String {
    let mut id = String::new();
    for cluster in name.graphemes(true) {
        let is_kept = |character: char| character.is_alphanumeric() || "-_.".contains(character);
        if cluster.starts_with(is_kept) {
            id.push_str(cluster);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    if let Some((end, _)) = id.char_indices().nth(LONGEST_ID) {
        id.truncate(end);
    }
    match id.trim_matches(['-', '.']) {
        "" => "article".to_owned(),
        id => id.to_owned(),
    }
}

/// Words as a field of an article holds them: on one line, without white space around them, and not too long.
/// `None` where there are none.
fn field(words: &str) -> Option<Arc<str>> {
    let words: Vec<_> = words.split_whitespace().collect();
    let words = cut(&words.join(" "), LONGEST_FIELD);
    (!words.is_empty()).then(|| words.into())
}

/// At most the first `length` characters of `words`, the last of them `…` where there were more.
fn cut(words: &str, length: usize) -> String {
    if words.char_indices().nth(length).is_none() {
        return words.to_owned();
    }
    words.chars().take(length - 1).chain(['…']).collect()
}

/// The first heading of the first level in Markdown, outside of code.
fn first_heading(text: &str) -> Option<Arc<str>> {
    let mut fence = None;
    for line in text.lines() {
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, None) => {
                let heading = line
                    .strip_prefix("# ")
                    .map(|heading| heading.trim_end().trim_end_matches('#'));
                if let Some(title) = heading.and_then(field) {
                    return Some(title);
                }
            }
            (None, mark) => fence = mark,
            (open, mark) if open == mark => fence = None,
            _ => {}
        }
    }
    None
}

fn decoded(
    file: &File,
    encoding: Option<&'static Encoding>,
    declared: Option<&'static Encoding>,
) -> Result<Decoded, ImportError> {
    limits::file(file)?;
    let decoded = match encoding {
        Some(encoding) => encoding::decode_as(&file.bytes, encoding),
        None => encoding::decode(&file.bytes, declared),
    };
    decoded.map_err(|error| error.in_file(file))
}

fn whole_file_error(expected: impl Into<String>, found: String, remedy: &'static str) -> ImportError {
    ImportError {
        file: String::new(),
        place: WHOLE_FILE.to_owned(),
        position: None,
        expected: expected.into(),
        found,
        remedy,
    }
}

fn too_long(length: usize) -> ImportError {
    whole_file_error(
        format!("a text of at most {LONGEST_TEXT} bytes"),
        format!("one of {length}"),
        "Split the text into several articles.",
    )
}

fn too_many(count: usize) -> ImportError {
    whole_file_error(
        format!("at most {MOST_ARTICLES} articles"),
        count.to_string(),
        SPLIT,
    )
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

    fn draft(name: &str, bytes: &str) -> Draft {
        read(&file(name, bytes), None).unwrap().draft
    }

    fn error(name: &str, bytes: &[u8]) -> String {
        read(&file(name, bytes), None).unwrap_err().to_string()
    }

    #[test]
    fn a_plain_text_stays_as_it_is() {
        let draft = draft("news/002 Strike.txt", "\u{feff}# One\r\n\r\n two \rthree\n");
        assert_eq!(draft.text, "# One\n\n two \nthree\n");
        assert_eq!((draft.id.as_str(), draft.title), ("002-Strike", None));
    }

    #[test]
    fn markdown_stays_as_it_is_and_its_first_heading_is_the_title() {
        let text = "```\n# no\n~~~\n```\n## no\n#no\n#  A *title* ##\n# no\n";
        let draft = draft("a.md", text);
        assert_eq!(draft.text, text);
        assert_eq!(draft.title.as_deref(), Some("A *title*"));
    }

    #[test]
    fn a_page_is_read_in_the_encoding_that_it_declares() {
        let mut page = b"<meta charset=koi8-r><title>t</title><p>".to_vec();
        page.extend(encoding_rs::KOI8_R.encode("Киев").0.iter());
        let read_page = |name: &str, encoding| read(&file(name, page.clone()), encoding).unwrap();
        let found = read_page("a.html", None);
        assert_eq!(found.draft.text, "Киев");
        assert_eq!((found.draft.title.as_deref(), found.is_sure), (Some("t"), true));
        assert_eq!(
            read_page("a.htm", Some(encoding_rs::WINDOWS_1251)).draft.text,
            "лЙЕЧ"
        );
        assert_eq!(
            draft("page", "\n<!DOCTYPE HTML><p>Told by its start").text,
            "Told by its start"
        );
    }

    #[test]
    fn a_file_without_words_is_refused() {
        assert_eq!(
            error("b/a.txt", b" \n"),
            "b/a.txt: expected words, found none. Choose a file that holds the article's text."
        );
        assert!(error("a.html", b"<script>only</script>").starts_with("a.html: expected words, found none."));
        assert!(error("a.txt", b"%PDF-1.4").starts_with("a.txt: expected text, found a PDF document."));
    }

    #[test]
    fn a_text_that_is_too_long_is_refused() {
        assert!(read(&file("a.txt", vec![b'a'; LONGEST_TEXT]), None).is_ok());
        assert_eq!(
            error("a.txt", &vec![b'a'; LONGEST_TEXT + 1]),
            "a.txt: expected a text of at most 16777216 bytes, found one of 16777217. \
             Split the text into several articles."
        );
    }

    #[test]
    fn an_id_can_be_read_in_an_address() {
        for (name, id) in [
            ("002_Strike-on.v2", "002_Strike-on.v2"),
            ("Київ, / 中?", "Київ-中"),
            ("e\u{301}te\u{301}", "e\u{301}te\u{301}"),
            ("..", "article"),
            ("", "article"),
            ("😀#%", "article"),
        ] {
            assert_eq!(safe_id(name), id);
        }
    }

    #[test]
    fn articles_of_one_name_are_numbered() {
        let one = |id: &str| Draft {
            id: id.to_owned(),
            title: None,
            source_url: None,
            published: None,
            text: "Words.".to_owned(),
        };
        let imported = imported(["a", "a", "a-2", "b", "a"].map(one).to_vec()).unwrap();
        let ids: Vec<_> = imported
            .articles
            .iter()
            .map(|it| it.article.id.as_str())
            .collect();
        assert_eq!(ids, ["a", "a-2", "a-2-2", "b", "a-3"]);
        assert!(
            imported
                .articles
                .iter()
                .all(|it| !it.is_named && it.records.is_empty())
        );
    }

    #[test]
    fn a_field_is_one_line_of_some_length() {
        assert_eq!(field(" \n a\n\tb ").as_deref(), Some("a b"));
        assert_eq!(field(" \n"), None);
        let long = field(&"é".repeat(LONGEST_FIELD + 1)).unwrap();
        assert_eq!((long.chars().count(), long.ends_with('…')), (LONGEST_FIELD, true));
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(
            name in "[a-z.]{0,3}(txt|md|html|)",
            bytes in prop::collection::vec(any::<u8>(), 0..60)
        ) {
            if let Ok(text) = read(&file(&name, bytes), None) {
                prop_assert!(!text.draft.text.trim().is_empty());
                prop_assert!(!text.draft.text.contains('\r'));
            }
        }

        #[test]
        fn an_id_made_safe_is_safe_already(name in ".{0,100}") {
            let id = safe_id(&name);
            prop_assert_eq!(safe_id(&id), id);
        }
    }
}
