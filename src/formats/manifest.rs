//! The manifest of the supplied articles: what they are called, what their files must hold, and which
//! stretches of them are no prose to label.
//!
//! `public/articles/manifest.json` lists them in the order of the library. Its offsets count Unicode code
//! points of the text as an article keeps it. A file that is not what the manifest says is refused by itself;
//! the other articles open all the same.
//!
//! The manifest is read at every start, before anything can be shown. So what it is made of is written for any
//! [`Source`]: the page reads it with the browser's own JSON, and [`read`], which brings a reader of JSON along, is
//! asked only for what is wrong with a manifest that cannot be read so.

use super::ImportError;
use super::article_json::REGION_KINDS;
use super::json::{Object, Place, broken, text_of};
use crate::core::article::{Article, normalised, sha256};
use crate::core::id::{ArticleId, RecordId};
use crate::core::record::{Metadata, Region, RegionKind};
use crate::core::text::{CodePointOffset, Text};
use std::fmt;

/// A supplied article, as the manifest has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The article's id: the stem of its file's name.
    pub id: ArticleId,
    /// The file's name, beside the manifest.
    pub file: String,
    /// SHA-256 of the file's bytes, in 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// What is known about the article.
    pub metadata: Metadata,
    /// Whether the title was given by us, since the article has none.
    pub title_is_ours: bool,
    /// Its regions, in reading order.
    pub regions: Vec<EntryRegion>,
}

/// A region of a supplied article, as the manifest has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRegion {
    /// Its id, the same wherever the page runs, so that the region is one record in every corpus.
    pub id: RecordId,
    /// What it is.
    pub kind: RegionKind,
    /// Its first code point.
    pub start: CodePointOffset,
    /// The code point after its last.
    pub end: CodePointOffset,
    /// Its words.
    pub text: String,
}

/// Why a supplied article cannot be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ArticleError {
    /// The file is not the one that the manifest means.
    Altered {
        /// The file's name.
        file: String,
        /// The SHA-256 that the manifest has.
        expected: String,
        /// The SHA-256 of the bytes.
        found: String,
    },
    /// The file is the right one, but it is not text in UTF-8.
    NotUtf8 {
        /// The file's name.
        file: String,
        /// How many of its bytes are sound.
        sound: usize,
    },
    /// The manifest has a region that does not agree with the text.
    Region {
        /// The file's name.
        file: String,
        /// The region.
        id: RecordId,
        /// The words that the manifest has.
        expected: String,
        /// The words that stand in the text there; `None` where it holds no such span.
        found: Option<String>,
    },
}

impl fmt::Display for ArticleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered {
                file,
                expected,
                found,
            } => write!(
                f,
                "{file}: expected a file with SHA-256 {expected}, found one with {found}. The file was altered \
                 or did not arrive whole: try again, or put the original back."
            ),
            Self::NotUtf8 { file, sound } => write!(
                f,
                "{file}: expected UTF-8, found something else behind byte {sound}. Save the file as UTF-8 and \
                 write its new SHA-256 into manifest.json."
            ),
            Self::Region {
                file,
                id,
                expected,
                found,
            } => {
                write!(f, "{file}, region {id}: expected {expected:?}, found ")?;
                match found {
                    Some(found) => write!(f, "{found:?}")?,
                    None => f.write_str("no such place")?,
                }
                f.write_str(". Correct the region's offsets in manifest.json; they count code points.")
            }
        }
    }
}

impl std::error::Error for ArticleError {}

/// Reads the manifest.
///
/// # Errors
/// At the first thing that is not as it should be, with its place.
pub fn read(file: &[u8]) -> Result<Vec<Entry>, ImportError> {
    let text = text_of(file)?;
    let value = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    entries(Object::new(value, &Place::ROOT)?)
}

/// An object of the manifest, whoever has read it. Each method fails where something else stands under `key`.
pub trait Source {
    /// What is said of a value that is not what it should be.
    type Error;
    /// An object within this one.
    type Inner<'s>: Source<Error = Self::Error>;

    /// A string that is not empty.
    fn name(&mut self, key: &str) -> Result<String, Self::Error>;
    /// A string.
    fn string(&mut self, key: &str) -> Result<String, Self::Error>;
    /// A string or null.
    fn string_or_null(&mut self, key: &str) -> Result<Option<String>, Self::Error>;
    /// True or false.
    fn truth(&mut self, key: &str) -> Result<bool, Self::Error>;
    /// A whole number, 0 or more.
    fn whole_number(&mut self, key: &str) -> Result<u32, Self::Error>;
    /// The name of a kind of region.
    fn region_kind(&mut self, key: &str) -> Result<RegionKind, Self::Error>;
    /// A list of objects, each read by `read`.
    fn objects<T>(
        &mut self,
        key: &str,
        read: impl FnMut(Self::Inner<'_>) -> Result<T, Self::Error>,
    ) -> Result<Vec<T>, Self::Error>;
}

impl Source for Object<'_> {
    type Error = ImportError;
    type Inner<'s> = Object<'s>;

    fn name(&mut self, key: &str) -> Result<String, ImportError> {
        Object::name(self, key)
    }

    fn string(&mut self, key: &str) -> Result<String, ImportError> {
        Object::string(self, key)
    }

    fn string_or_null(&mut self, key: &str) -> Result<Option<String>, ImportError> {
        Object::string_or_null(self, key)
    }

    fn truth(&mut self, key: &str) -> Result<bool, ImportError> {
        Object::truth(self, key)
    }

    fn whole_number(&mut self, key: &str) -> Result<u32, ImportError> {
        Object::whole_number(self, key)
    }

    fn region_kind(&mut self, key: &str) -> Result<RegionKind, ImportError> {
        self.one_of(key, REGION_KINDS)
    }

    fn objects<T>(
        &mut self,
        key: &str,
        read: impl FnMut(Object<'_>) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        Object::objects(self, key, read)
    }
}

/// The articles that the manifest lists.
///
/// # Errors
/// At the first thing that is not as it should be.
pub fn entries<S: Source>(mut manifest: S) -> Result<Vec<Entry>, S::Error> {
    manifest.objects("articles", |object| entry(object))
}

impl Entry {
    /// The article and its regions, from the bytes of its file, if they are what the manifest says.
    pub fn article(&self, bytes: &[u8]) -> Result<(Article, Vec<(RecordId, Region)>), ArticleError> {
        let found = sha256(bytes);
        if found != self.sha256 {
            return Err(ArticleError::Altered {
                file: self.file.clone(),
                expected: self.sha256.clone(),
                found,
            });
        }
        let text = str::from_utf8(bytes).map_err(|error| ArticleError::NotUtf8 {
            file: self.file.clone(),
            sound: error.valid_up_to(),
        })?;
        let text = Text::new(normalised(text));
        let regions = self
            .regions
            .iter()
            .map(|region| Ok((region.id.clone(), self.region(region, &text)?)))
            .collect::<Result<_, _>>()?;
        let mut article = Article::new(self.id.clone(), self.metadata.clone(), text);
        article.title_is_ours = self.title_is_ours;
        Ok((article, regions))
    }

    fn region(&self, region: &EntryRegion, text: &Text) -> Result<Region, ArticleError> {
        let span = text.span_from_code_points(region.start, region.end);
        let found = span.map(|span| text.slice(span));
        match span {
            Some(span) if found == Some(&*region.text) => Ok(Region {
                kind: region.kind,
                span,
            }),
            _ => Err(ArticleError::Region {
                file: self.file.clone(),
                id: region.id.clone(),
                expected: region.text.clone(),
                found: found.map(str::to_owned),
            }),
        }
    }
}

fn entry<S: Source>(mut object: S) -> Result<Entry, S::Error> {
    let id = object.name("id")?.as_str().into();
    let file = object.name("file")?;
    let sha256 = object.string("sha256")?;
    let mut known = |key| Ok(object.string_or_null(key)?.map(Into::into));
    let metadata = Metadata {
        title: known("title")?,
        source_url: known("source_url")?,
        published: known("published")?,
        retrieved: known("retrieved")?,
    };
    Ok(Entry {
        id,
        file,
        sha256,
        metadata,
        title_is_ours: object.truth("title_is_ours")?,
        regions: object.objects("regions", |object| region(object))?,
    })
}

fn region<S: Source>(mut object: S) -> Result<EntryRegion, S::Error> {
    Ok(EntryRegion {
        id: object.name("id")?.as_str().into(),
        kind: object.region_kind("kind")?,
        start: CodePointOffset(object.whole_number("start")?),
        end: CodePointOffset(object.whole_number("end")?),
        text: object.string("text")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(regions: &str, bytes: &[u8]) -> Entry {
        let json = format!(
            r#"{{"articles": [{{"id": "a", "file": "a.txt", "sha256": "{}", "title": "Ours",
            "title_is_ours": true, "source_url": null, "published": null, "retrieved": null,
            "regions": [{regions}]}}]}}"#,
            sha256(bytes)
        );
        read(json.as_bytes()).unwrap().remove(0)
    }

    fn junk(start: u32, end: u32, text: &str) -> String {
        format!(r#"{{"id": "r", "kind": "junk", "start": {start}, "end": {end}, "text": "{text}"}}"#)
    }

    #[test]
    fn an_article_is_opened_with_its_regions_in_the_normalised_text() {
        let bytes = "\u{feff}😀 said\r\nread more".as_bytes();
        let (article, regions) = entry(&junk(7, 16, "read more"), bytes).article(bytes).unwrap();
        assert_eq!(article.text.as_str(), "😀 said\nread more");
        assert_eq!(article.name(), "Ours");
        assert!(article.title_is_ours);
        let [(id, region)] = &regions[..] else {
            panic!("one region")
        };
        assert_eq!(*id, "r".into());
        assert_eq!(region.kind, RegionKind::Junk);
        assert_eq!(article.text.slice(region.span), "read more");
    }

    #[test]
    fn an_altered_file_is_named_with_both_hashes() {
        let error = entry("", b"as it was").article(b"as it is").unwrap_err();
        let message = error.to_string();
        for part in ["a.txt", &sha256(b"as it was"), &sha256(b"as it is"), "try again"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_file_that_is_not_utf8_is_refused_with_the_place() {
        let error = entry("", b"ab\xFF").article(b"ab\xFF").unwrap_err();
        assert_eq!(
            error,
            ArticleError::NotUtf8 {
                file: "a.txt".into(),
                sound: 2
            }
        );
    }

    #[test]
    fn a_region_with_other_words_or_none_is_refused() {
        for (start, end, found) in [(0, 4, Some("said".to_owned())), (2, 90, None), (2, 2, None)] {
            let error = entry(&junk(start, end, "more"), b"said more")
                .article(b"said more")
                .unwrap_err();
            assert_eq!(
                error,
                ArticleError::Region {
                    file: "a.txt".into(),
                    id: "r".into(),
                    expected: "more".into(),
                    found
                }
            );
        }
    }

    #[test]
    fn a_manifest_that_is_wrong_says_where() {
        let error = read(br#"{"articles": [{"id": "a", "file": 5}]}"#).unwrap_err();
        assert_eq!(error.place, "articles[0].file");
        let error = read(b"{").unwrap_err();
        assert_eq!(error.found, "the end of the file");
    }
}
