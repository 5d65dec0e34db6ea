//! Reading: files on their way in, from what was picked to what is handed over.

use super::preview::{
    Choosing, DoubtPreview, EncodingPreview, LabelPreview, LotChoice, LotPreview, Mapped, NewArticle, Piece,
    Preview, Role, TablePreview, Taken,
};
use super::telling::{at_most, contents, names, of_entities, of_scheme, outcome};
use crate::core::article::Article;
use crate::core::id::{ArticleId, LabelId};
use crate::core::import::{self, Held, Import, Imported};
use crate::core::mapping::{self, Mapping};
use crate::core::record::{Record, RecordKey};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::timestamp::Timestamp;
use crate::core::transaction::Change;
use crate::formats::drafts::{self, Table, encoding, table};
use crate::formats::lots::{self, Lot, LotKind};
use crate::formats::{File, ImportError};
use crate::formats::{entities_csv, limits, scheme_json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many changes are handed over at a time.
const CHANGES: usize = 500;
/// How many bytes of texts are handed over at a time, or one text where that is longer.
const TEXTS: usize = 1 << 20;
/// How many sentences of one kind a preview has at most.
const SENTENCES: usize = 100;
/// How many characters of a text a preview shows.
const SAMPLE: usize = 300;

/// The files that were picked, and what the reviewer has chosen about them.
#[derive(Default)]
pub(super) struct Reading {
    lots: Vec<Sorted>,
    /// Files that nothing can be made of.
    refused: Vec<ImportError>,
    /// The doubtful records that are taken in all the same.
    accepted: BTreeSet<RecordKey>,
    import: Option<Import>,
    /// What taking it in does, a line each, told before anything is handed over.
    told: Vec<String>,
    handed_over: usize,
}

/// A lot, and what was made of it.
struct Sorted {
    lot: Lot,
    is_left_out: bool,
    encoding: Option<&'static encoding_rs::Encoding>,
    columns: Option<table::Choice>,
    mapping: BTreeMap<LabelId, Mapping>,
    read: Result<Read, ImportError>,
}

/// What is in a lot.
#[derive(Default)]
struct Read {
    imported: Imported,
    /// What else is in it, a line each.
    contents: Vec<String>,
    notes: Vec<String>,
    encoding: Option<EncodingPreview>,
    table: Option<TablePreview>,
}

/// The corpus that files are read into.
#[derive(Clone, Copy)]
pub(super) struct Into<'c> {
    pub(super) scheme: &'c Scheme,
    pub(super) articles: &'c [(Article, Records)],
    pub(super) records: &'c Records,
}

impl Reading {
    /// Sorts and reads files.
    pub(super) fn of(files: Vec<File>, now: Timestamp, scheme: &Scheme) -> Self {
        let lots::Sorted { lots, refused } = lots::sorted(files);
        let lots = lots.into_iter().map(|lot| {
            let mut sorted = Sorted {
                lot,
                is_left_out: false,
                encoding: None,
                columns: None,
                mapping: BTreeMap::new(),
                read: Ok(Read::default()),
            };
            sorted.read(now);
            sorted.guess(scheme);
            sorted
        });
        Self {
            lots: lots.collect(),
            refused,
            ..Self::default()
        }
    }

    /// Takes in what the reviewer has chosen.
    pub(super) fn choose(&mut self, choosing: Choosing, now: Timestamp, scheme: &Scheme) {
        match choosing {
            Choosing::Lot(number, choice) => {
                if let Some(lot) = self.lots.get_mut(number) {
                    lot.choose(choice, now, scheme);
                }
            }
            Choosing::Doubt(number, is_taken) => {
                let doubtful = self
                    .import
                    .as_ref()
                    .and_then(|import| import.doubtful.get(number));
                match doubtful.map(|doubtful| &doubtful.key) {
                    Some(key) if is_taken => drop(self.accepted.insert(key.clone())),
                    Some(key) => drop(self.accepted.remove(key)),
                    None => {}
                }
            }
        }
    }

    /// What is in the files, and what taking them in would do.
    pub(super) fn preview(&mut self, into: Into<'_>) -> Preview {
        let mut imported = Imported::default();
        for lot in self.lots.iter().filter(|lot| !lot.is_left_out) {
            if let Ok(read) = &lot.read {
                let mut mapped = read.imported.clone();
                mapped.relabel(&lot.mapping);
                imported.extend(mapped);
            }
        }
        let places: HashMap<&ArticleId, usize> = into
            .articles
            .iter()
            .enumerate()
            .map(|(place, (article, _))| (&article.id, place))
            .collect();
        let texts: HashMap<&str, &ArticleId> = into
            .articles
            .iter()
            .map(|(article, _)| (&*article.sha256, &article.id))
            .collect();
        // `None` where several articles have one address: which is meant, nobody can tell.
        let mut addresses: HashMap<&str, Option<&ArticleId>> = HashMap::new();
        for (article, _) in into.articles {
            if let Some(address) = &article.metadata.source_url {
                let only = addresses.entry(import::bare_address(address));
                only.and_modify(|only| *only = None).or_insert(Some(&article.id));
            }
        }
        let articles = imported.articles.len();
        let import = import::import(
            imported,
            |id| match places.get(id).and_then(|place| into.articles.get(*place)) {
                Some((article, records)) => Held {
                    article: Some(article),
                    records: Some(records),
                },
                None => Held::default(),
            },
            |sha256| texts.get(sha256).map(|id| (*id).clone()),
            |address| addresses.get(address).copied().flatten().cloned(),
            into.records,
        );
        let doubts = import
            .doubtful
            .iter()
            .map(|doubtful| DoubtPreview {
                sentence: doubtful.to_string(),
                is_taken: self.accepted.contains(&doubtful.key),
            })
            .collect();
        let accepted = import
            .clone()
            .accept(|doubtful| self.accepted.contains(&doubtful.key));
        let missing = import
            .missing
            .iter()
            .map(ToString::to_string)
            .chain(import.absent.iter().map(ToString::to_string));
        let brings_more = self
            .lots
            .iter()
            .any(|lot| !lot.is_left_out && matches!(lot.lot.kind, LotKind::Scheme | LotKind::Entities));
        let mut outcome = outcome(articles, &accepted);
        let is_ready = brings_more || !outcome.is_empty();
        if !is_ready && self.brings_any() {
            outcome.push(if import.doubtful.is_empty() {
                "Nothing: it has no place here".to_owned()
            } else {
                "Nothing, unless you tick something that is doubtful".to_owned()
            });
        }
        let preview = Preview {
            lots: self
                .lots
                .iter()
                .map(|lot| lot.preview(into.scheme))
                .chain(self.refused.iter().map(refused))
                .collect(),
            outcome,
            doubts,
            missing: at_most(missing, SENTENCES),
            is_ready,
        };
        self.import = Some(import);
        preview
    }

    /// The first, or the next, piece of what is taken in; how it ends, where there are no more.
    pub(super) fn take(&mut self) -> Result<Piece, Taken> {
        if self.handed_over == 0
            && let Some(import) = self.import.take()
        {
            let import = import.accept(|doubtful| self.accepted.contains(&doubtful.key));
            if self.told.is_empty() {
                self.told = outcome(self.articles(), &import);
            }
            self.import = Some(import);
        }
        let Some(import) = &mut self.import else {
            return Err(Taken::default());
        };
        let mut size = 0;
        let mut articles = Vec::new();
        while size < TEXTS
            && let Some(article) = import.articles.pop()
        {
            size += article.text.len();
            articles.push(NewArticle {
                id: article.id,
                metadata: article.metadata,
                text: article.text.as_str().to_owned(),
            });
        }
        let changes = import.transaction.changes();
        let end = (self.handed_over + CHANGES).min(changes.len());
        let piece = &changes[self.handed_over..end];
        if articles.is_empty() && piece.is_empty() {
            return Err(self.taken());
        }
        self.handed_over = end;
        Ok(Piece {
            articles,
            changes: written(piece),
        })
    }

    /// Whether there is anything in the lots that are not left out.
    fn brings_any(&self) -> bool {
        let mut lots = self.lots.iter().filter(|lot| !lot.is_left_out);
        lots.any(|lot| lot.read.as_ref().is_ok_and(Read::has_any))
    }

    /// How many articles the lots bring with their texts.
    fn articles(&self) -> usize {
        self.lots
            .iter()
            .filter(|lot| !lot.is_left_out)
            .filter_map(|lot| Some(lot.read.as_ref().ok()?.imported.articles.len()))
            .sum()
    }

    fn taken(&self) -> Taken {
        let of_kind = |is_kind: fn(&LotKind) -> bool| {
            self.lots
                .iter()
                .filter(|lot| !lot.is_left_out && lot.read.is_ok() && is_kind(&lot.lot.kind))
                .flat_map(|lot| &lot.lot.files)
                // Both are UTF-8, or they would not have been read.
                .map(|file| {
                    (
                        file.name.clone(),
                        String::from_utf8_lossy(&file.bytes).into_owned(),
                    )
                })
                .collect()
        };
        Taken {
            step: self
                .import
                .as_ref()
                .map(|import| import.transaction.name().to_owned())
                .unwrap_or_default(),
            lines: self.told.clone(),
            entities: of_kind(|kind| matches!(kind, LotKind::Entities)),
            schemes: of_kind(|kind| matches!(kind, LotKind::Scheme)),
        }
    }
}

impl Sorted {
    fn read(&mut self, now: Timestamp) {
        self.read = match self.lot.kind {
            LotKind::Scheme => self.read_alone(|bytes| Ok(of_scheme(&scheme_json::read(bytes)?))),
            LotKind::Entities => self.read_alone(|bytes| Ok(of_entities(entities_csv::read(bytes)?.len()))),
            LotKind::Annotated(format) => format.read(&self.lot.files, now).map(|mut imported| Read {
                notes: std::mem::take(&mut imported.notes),
                imported,
                ..Read::default()
            }),
            LotKind::Texts => self.read_texts(),
            LotKind::Table => self.read_table(),
        }
        .and_then(|read| limits::imported(&read.imported).map(|()| read));
    }

    /// Looks whether a file is sound that the page takes in by itself, and what `told` tells of it.
    fn read_alone(
        &self,
        told: impl Fn(&[u8]) -> Result<Vec<String>, ImportError>,
    ) -> Result<Read, ImportError> {
        let mut read = Read::default();
        for file in &self.lot.files {
            read.contents
                .extend(told(&file.bytes).map_err(|error| error.in_file(file))?);
        }
        Ok(read)
    }

    /// Reads each file as an article. The encoding that was chosen is that of the files that leave it in doubt.
    fn read_texts(&self) -> Result<Read, ImportError> {
        let mut read = Read::default();
        let mut texts = Vec::new();
        let mut first_error = None;
        for file in &self.lot.files {
            let mut text = drafts::read(file, None);
            let is_sure = text.as_ref().is_ok_and(|text| text.is_sure);
            if !is_sure && self.encoding.is_some() {
                text = drafts::read(file, self.encoding);
            }
            let text = match text {
                Ok(text) => text,
                Err(error) => {
                    read.notes.push(format!("Left out: {error}"));
                    first_error.get_or_insert(error);
                    continue;
                }
            };
            if !text.is_whole {
                let encoding = text.encoding.name();
                read.notes.push(format!(
                    "{}: some bytes mean nothing in {encoding}; � stands for them.",
                    file.name
                ));
            }
            if !is_sure && read.encoding.is_none() {
                let sample = text.draft.text.chars().take(SAMPLE).collect();
                read.encoding = Some(encodings(text.encoding, self.encoding.is_some(), sample));
            }
            texts.push(text.draft);
        }
        match first_error {
            Some(error) if texts.is_empty() => Err(error),
            _ => {
                read.imported = drafts::imported(texts)?;
                Ok(read)
            }
        }
    }

    fn read_table(&mut self) -> Result<Read, ImportError> {
        let Some(file) = self.lot.files.first() else {
            return Ok(Read::default());
        };
        let mut table = Table::read(file, None)?;
        let is_sure = table.is_sure;
        if !is_sure && self.encoding.is_some() {
            table = Table::read(file, self.encoding)?;
        }
        let choice = *self.columns.get_or_insert_with(|| table.guess());
        let articles = table.articles(choice).map_err(|error| error.in_file(file))?;
        let mut read = Read::default();
        if articles.skipped > 0 {
            read.notes
                .push(format!("Rows without a text, left out: {}.", articles.skipped));
        }
        if !table.is_whole {
            read.notes.push(format!(
                "Some bytes mean nothing in {}; � stands for them.",
                table.encoding.name()
            ));
        }
        if !is_sure {
            let sample = table.sample.iter().flatten().find(|value| !value.is_ascii());
            let sample = sample.cloned().unwrap_or_default();
            read.encoding = Some(encodings(table.encoding, self.encoding.is_some(), sample));
        }
        read.table = Some(TablePreview {
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
            rows: table.sample.clone(),
            roles: vec![
                (Role::Text, Some(choice.text)),
                (Role::Title, choice.title),
                (Role::SourceUrl, choice.source_url),
                (Role::Published, choice.published),
                (Role::Id, choice.id),
            ],
        });
        read.imported = drafts::imported(articles.drafts)?;
        Ok(read)
    }

    fn choose(&mut self, choice: LotChoice, now: Timestamp, scheme: &Scheme) {
        match choice {
            LotChoice::LeaveOut(is_left_out) => self.is_left_out = is_left_out,
            LotChoice::Encoding(label) => {
                self.encoding = encoding_rs::Encoding::for_label(label.as_bytes());
                self.columns = None;
                self.read(now);
                self.guess(scheme);
            }
            LotChoice::Column(role, column) => {
                self.set_column(role, column);
                self.read(now);
            }
            LotChoice::Label(label, mapped) => {
                let mapping = match mapped {
                    Mapped::To(label) => Mapping::To(label),
                    Mapped::Kept => Mapping::Keep,
                    Mapped::LeftOut => Mapping::LeaveOut,
                };
                self.mapping.insert(label, mapping);
            }
        }
    }

    fn set_column(&mut self, role: Role, column: Option<usize>) {
        let Some(columns) = &mut self.columns else { return };
        match role {
            // There is always a text.
            Role::Text => columns.text = column.unwrap_or(columns.text),
            Role::Title => columns.title = column,
            Role::SourceUrl => columns.source_url = column,
            Role::Published => columns.published = column,
            Role::Id => columns.id = column,
        }
    }

    /// Maps each label that the scheme does not have to the one that it seems to be.
    fn guess(&mut self, scheme: &Scheme) {
        let Ok(read) = &self.read else { return };
        for label in read.imported.summary(scheme).unknown_labels.into_keys() {
            let mapping = match mapping::guess(&label, scheme) {
                Some(known) => Mapping::To(known),
                None => Mapping::Keep,
            };
            self.mapping.entry(label).or_insert(mapping);
        }
    }

    fn preview(&self, scheme: &Scheme) -> LotPreview {
        let mut preview = LotPreview {
            name: names(&self.lot.files),
            kind: self.lot.kind.name().to_owned(),
            is_left_out: self.is_left_out,
            problem: None,
            contents: Vec::new(),
            notes: Vec::new(),
            encoding: None,
            table: None,
            labels: Vec::new(),
        };
        let read = match &self.read {
            Ok(read) => read,
            Err(error) => {
                preview.problem = Some(error.to_string());
                return preview;
            }
        };
        let summary = read.imported.summary(scheme);
        preview.contents.clone_from(&read.contents);
        preview.contents.extend(contents(&summary, scheme));
        preview.notes = at_most(read.notes.iter().cloned(), SENTENCES);
        preview.encoding.clone_from(&read.encoding);
        preview.table.clone_from(&read.table);
        preview.labels = summary
            .unknown_labels
            .into_iter()
            .map(|(label, count)| LabelPreview {
                mapping: match self.mapping.get(&label) {
                    Some(Mapping::To(known)) => Mapped::To(known.clone()),
                    Some(Mapping::LeaveOut) => Mapped::LeftOut,
                    Some(Mapping::Keep) | None => Mapped::Kept,
                },
                label,
                count,
            })
            .collect();
        preview
    }
}

impl Read {
    fn has_any(&self) -> bool {
        !(self.imported.articles.is_empty()
            && self.imported.anchored.is_empty()
            && self.imported.records.is_empty())
    }
}

/// A file that nothing can be made of.
fn refused(error: &ImportError) -> LotPreview {
    LotPreview {
        name: error.file.clone(),
        kind: "Not known here".to_owned(),
        is_left_out: true,
        problem: Some(error.to_string()),
        contents: Vec::new(),
        notes: Vec::new(),
        encoding: None,
        table: None,
        labels: Vec::new(),
    }
}

fn encodings(chosen: &'static encoding_rs::Encoding, is_sure: bool, sample: String) -> EncodingPreview {
    EncodingPreview {
        chosen: chosen.name().to_owned(),
        choices: encoding::CHOICES
            .iter()
            .map(|choice| {
                let name = choice.encoding.name();
                (name.to_owned(), format!("{name} ({})", choice.scripts))
            })
            .collect(),
        is_sure,
        sample,
    }
}

/// Changes as they are handed over.
fn written(changes: &[Change]) -> String {
    let rows: Vec<(&RecordKey, &Option<Record>, &Option<Record>)> = changes
        .iter()
        .map(|change| (&change.key, &change.from, &change.to))
        .collect();
    // Every record is stored as JSON too, so none holds what JSON cannot.
    serde_json::to_string(&rows).unwrap_or_default()
}
