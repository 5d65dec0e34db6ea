//! `hearsay.json`: what the files of an archive have no place for, written beside them.
//!
//! Formats with one file an article know spans and little else. What is known of the articles, their regions
//! and the records of the whole corpus stand in this file, which the readers of those formats pass over.

use super::archive::{Limits, is_archive, unpack};
use super::check::code_points;
use super::json::{Place, broken, text_of};
use super::{Corpus, CorpusArticle, ExportError, File, ImportError};
use crate::core::article::Article;
use crate::core::id::{ArticleId, RecordId};
use crate::core::record::{
    ClaimGroup, Entity, Fields, Metadata, Record, RecordKind, Region, RegionKind, Status,
};
use crate::core::text::CodePointOffset;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::sync::Arc;

/// The file's name.
pub(super) const NAME: &str = "hearsay.json";
/// The file's format, as it says itself.
const FORMAT: &str = "hearsay-beside";
/// The version that is written and read.
const VERSION: u32 = 1;

/// Files that were chosen, unpacked where they are archives.
pub(super) struct Opened<'f> {
    /// All but those of ours.
    pub(super) files: Vec<Cow<'f, File>>,
    /// What ours tell of the articles, by the stems of their files.
    pub(super) articles: HashMap<String, ArticleBeside>,
    /// What ours tell of the whole corpus.
    pub(super) records: Vec<(RecordId, Record)>,
}

/// Opens archives, and reads what stands beside the files of articles.
pub(super) fn open(chosen: &[File]) -> Result<Opened<'_>, ImportError> {
    let mut opened = Opened {
        files: Vec::new(),
        articles: HashMap::new(),
        records: Vec::new(),
    };
    for file in chosen {
        if is_archive(&file.bytes) {
            let inside = unpack(&file.bytes, Limits::default()).map_err(|error| error.inside(file))?;
            opened.files.extend(inside.into_iter().map(Cow::Owned));
        } else {
            opened.files.push(Cow::Borrowed(file));
        }
    }
    for file in opened.files.extract_if(.., |file| is_beside(file)) {
        let mut beside = Beside::read(&file)?;
        let articles = std::mem::take(&mut beside.articles);
        let articles = articles
            .into_iter()
            .map(|article| (article.file.clone(), article));
        opened.articles.extend(articles);
        opened.records.extend(beside.records());
    }
    Ok(opened)
}

/// Whether a file is one of ours, by its name: beside whatever has the same folder, or one inside it.
pub(super) fn is_beside(file: &File) -> bool {
    folder(file).is_some()
}

/// Whether a file says that it is one of ours.
pub(super) fn recognises(bytes: &[u8]) -> bool {
    let name = b"\"hearsay-beside\"";
    bytes.windows(name.len()).any(|words| words == name)
}

/// The folder of a file of ours: what the names of the files beside it begin with.
pub(super) fn folder(file: &File) -> Option<&str> {
    let folder = file.name.strip_suffix(NAME)?;
    (folder.is_empty() || folder.ends_with('/')).then_some(folder)
}

/// The file.
#[derive(Serialize, Deserialize)]
pub(super) struct Beside {
    format: String,
    version: u32,
    articles: Vec<ArticleBeside>,
    entities: Vec<(RecordId, Entity)>,
    claim_groups: Vec<(RecordId, ClaimGroup)>,
}

/// What an article's own file does not tell.
#[derive(Serialize, Deserialize)]
pub(super) struct ArticleBeside {
    /// The stem of the article's file.
    file: String,
    id: ArticleId,
    #[serde(flatten)]
    metadata: Metadata,
    sha256: Arc<str>,
    status: Status,
    fields: Fields,
    regions: Vec<RegionBeside>,
}

#[derive(Serialize, Deserialize)]
struct RegionBeside {
    id: RecordId,
    kind: RegionKind,
    start: u32,
    end: u32,
}

impl Beside {
    /// What stands beside the files of `corpus`, whose stems are `files`, article by article.
    ///
    /// # Errors
    /// Where a region is not one of its article's text.
    pub(super) fn of(corpus: &Corpus<'_>, files: Vec<String>) -> Result<Self, ExportError> {
        let annotations: HashSet<_> = corpus
            .articles
            .iter()
            .flat_map(|article| article.records.annotations().map(|(id, _)| id))
            .collect();
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            articles: corpus
                .articles
                .iter()
                .zip(files)
                .map(|(article, file)| ArticleBeside::of(*article, file))
                .collect::<Result<_, _>>()?,
            entities: corpus
                .records
                .of_kind(RecordKind::Entity)
                .filter_map(|(id, record)| match record {
                    Record::Entity(entity) => Some((id.clone(), entity.clone())),
                    _ => None,
                })
                .collect(),
            claim_groups: corpus
                .records
                .of_kind(RecordKind::ClaimGroup)
                .filter_map(|(id, record)| match record {
                    Record::ClaimGroup(group) => {
                        let mut group = group.clone();
                        group.members.retain(|member| annotations.contains(member));
                        Some((id.clone(), group))
                    }
                    _ => None,
                })
                .collect(),
        })
    }

    /// Writes the file.
    pub(super) fn write(&self, mut output: impl Write) -> Result<(), ExportError> {
        serde_json::to_writer_pretty(&mut output, self)?;
        output.write_all(b"\n")?;
        Ok(())
    }

    /// Reads the file.
    fn read(file: &File) -> Result<Self, ImportError> {
        let read = || {
            let text = text_of(&file.bytes)?;
            let beside: Self = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
            let told = (&*beside.format, beside.version);
            if told == (FORMAT, VERSION) {
                return Ok(beside);
            }
            let (expected, found) = (
                format!("{FORMAT}, version {VERSION}"),
                format!("{}, version {}", told.0, told.1),
            );
            Err(Place::ROOT.error(
                expected,
                found,
                "If a newer Hearsay wrote this file, reload the page to get the newest one, and import it again.",
            ))
        };
        read().map_err(|error: ImportError| error.in_file(file))
    }

    /// The records of the whole corpus.
    fn records(self) -> Vec<(RecordId, Record)> {
        let entities = self.entities.into_iter();
        let groups = self.claim_groups.into_iter();
        let mut seen = HashSet::new();
        entities
            .map(|(id, entity)| (id, Record::Entity(entity)))
            .chain(groups.map(|(id, group)| (id, Record::ClaimGroup(group))))
            .filter(|(id, record)| seen.insert((record.kind(), id.clone())))
            .collect()
    }
}

impl ArticleBeside {
    fn of(CorpusArticle { article, records }: CorpusArticle<'_>, file: String) -> Result<Self, ExportError> {
        let region = |(id, region): (&RecordId, Region)| {
            let (start, end) = code_points(id, region.span, article)?;
            Ok(RegionBeside {
                id: id.clone(),
                kind: region.kind,
                start,
                end,
            })
        };
        Ok(Self {
            file,
            id: article.id.clone(),
            metadata: article.metadata.clone(),
            sha256: article.sha256.clone(),
            status: records.status(),
            fields: records.fields(),
            regions: records
                .regions()
                .into_iter()
                .map(region)
                .collect::<Result<_, ExportError>>()?,
        })
    }

    /// The article's id.
    pub(super) fn id(&self) -> &ArticleId {
        &self.id
    }

    /// What is known of the article.
    pub(super) fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The status, the fields and, where the text is still the one that they were made on, the regions.
    pub(super) fn records(&self, article: &Article) -> Vec<(RecordId, Record)> {
        let mut records = Vec::new();
        if self.status != Status::NotStarted {
            records.push(("".into(), Record::Status(self.status)));
        }
        for (name, value) in &self.fields {
            records.push((name.as_str().into(), Record::Field(value.clone())));
        }
        if self.sha256 != article.sha256 {
            return records;
        }
        let mut seen = HashSet::new();
        for RegionBeside { id, kind, start, end } in &self.regions {
            let span = article
                .text
                .span_from_code_points(CodePointOffset(*start), CodePointOffset(*end));
            if let Some(span) = span
                && seen.insert(id)
            {
                let region = Region { kind: *kind, span };
                records.push((id.clone(), Record::Region(region)));
            }
        }
        records
    }
}
