//! What the formats of peers share: articles made of what they say.
//!
//! An article that went out from here comes back under its own id, each annotation under its own, with what
//! the peer has no key for (see [`kept`](super::kept)). What a peer has made gets ids made of what it says, so
//! that the same file read twice brings the same records.

mod keepsakes;

use self::keepsakes::Keepsakes;
use super::json::{CORRECT, Place, quoted};
use super::kept::{KEY, KeptArticle, KeptSpan};
use super::unit::{Received, Told, Unit, same_words};
use super::values::Whence;
use super::{File, ImportError};
use crate::core::article::Article;
use crate::core::id::{ArticleId, RecordId};
use crate::core::import::{Imported, ImportedArticle};
use crate::core::record::{
    Annotation, Fields, Metadata, Origin, Record, RecordKind, Region, Relation, RelationKind, Status,
};
use crate::core::text::{Span, Text};
use crate::core::timestamp::Timestamp;
use crate::core::wording::plural;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What is so of all files of a peer.
pub(super) struct Peer {
    /// Its name; who made an annotation of which the file does not say it.
    pub(super) name: &'static str,
    /// What its offsets may count, the most likely first.
    pub(super) units: &'static [Unit],
    /// Whether its links name the words and the label of a span and not the span, so that of two spans alike
    /// either may be meant.
    pub(super) links_words: bool,
}

/// An article as a peer's file has it.
#[derive(Default)]
pub(super) struct Entry {
    /// The text, with whatever ends its lines.
    pub(super) text: String,
    /// The labelled spans.
    pub(super) spans: Vec<EntrySpan>,
    /// The links between them.
    pub(super) links: Vec<EntryLink>,
    /// What is told about the article besides, under whatever keys.
    pub(super) fields: Fields,
    /// What was kept for us.
    pub(super) kept: Option<KeptArticle>,
    /// Whether the file tells notes, so that one may have been changed or taken away there.
    pub(super) tells_notes: bool,
    /// Whether the file tells no links, and relations are those that were kept.
    pub(super) relations_are_kept: bool,
    /// Whether the peer tells when its spans were made.
    pub(super) is_dated: bool,
}

/// A labelled span as a peer's file has it.
#[derive(Default)]
pub(super) struct EntrySpan {
    /// Where in the file it stands, for an error about it.
    pub(super) place: String,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) label: String,
    /// Its words, where the file tells them.
    pub(super) words: Option<String>,
    /// What the file calls it, where it keeps the name that we gave it.
    pub(super) key: Option<String>,
    pub(super) note: Option<String>,
    pub(super) annotator: Option<String>,
    pub(super) created: Option<Timestamp>,
    pub(super) updated: Option<Timestamp>,
}

/// A link as a peer's file has it, its ends told by their number among the spans.
pub(super) struct EntryLink {
    pub(super) kind: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// What the files of a peer bring, while they are read.
pub(super) struct Gathering {
    peer: &'static Peer,
    now: Timestamp,
    articles: Vec<ImportedArticle>,
    /// The records of each article, by kind and id: the same words may come several times, from several people.
    taken: Vec<HashSet<(RecordKind, RecordId)>>,
    named: HashMap<ArticleId, usize>,
    unnamed: HashMap<Arc<str>, usize>,
    notes: Vec<String>,
    /// Articles whose offsets may count something else.
    units: Listed,
    /// Spans whose words are not those that the file tells.
    words: Listed,
    /// Articles whose texts are no longer those that were exported.
    texts: Listed,
    /// The names of links that are no relations of ours, and how often they came.
    other_links: BTreeMap<String, usize>,
}

/// Doubts of one sort, of which the first few are told one by one.
#[derive(Default)]
pub(super) struct Listed {
    told: Vec<String>,
    more: usize,
}

impl Listed {
    const MOST: usize = 20;

    pub(super) fn add(&mut self, doubt: impl FnOnce() -> String) {
        if self.told.len() < Self::MOST {
            self.told.push(doubt());
        } else {
            self.more += 1;
        }
    }

    /// Tells them all; `more` is what those are called that are not told one by one.
    pub(super) fn tell(self, notes: &mut Vec<String>, more: &str) {
        notes.extend(self.told);
        if self.more > 0 {
            notes.push(format!("The same holds of {} more {more}.", self.more));
        }
    }
}

impl Gathering {
    pub(super) fn new(peer: &'static Peer, now: Timestamp) -> Self {
        Self {
            peer,
            now,
            articles: Vec::new(),
            taken: Vec::new(),
            named: HashMap::new(),
            unnamed: HashMap::new(),
            notes: Vec::new(),
            units: Listed::default(),
            words: Listed::default(),
            texts: Listed::default(),
            other_links: BTreeMap::new(),
        }
    }

    /// Tells the reviewer something about the files.
    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Tells that `count` things were left out, if any were, and why: "3 spans have no label".
    pub(super) fn count(&mut self, count: usize, one: &str, many: &str, why: &str) {
        match count {
            0 => {}
            1 => self.note(format!("1 {one} {why}, and was left out.")),
            _ => self.note(format!("{count} {many} {why}, and were left out.")),
        }
    }

    /// Takes in an article that stands at `place` of `file`.
    pub(super) fn add(
        &mut self,
        file: &File,
        whence: Whence,
        place: &Place<'_>,
        entry: Entry,
    ) -> Result<(), ImportError> {
        let received = Received::new(entry.text);
        let (unit, is_sure) = match &entry.kept {
            Some(kept) => (kept.unit, true),
            None => {
                let told: Vec<_> = entry.spans.iter().map(EntrySpan::told).collect();
                received.decide(self.peer.units, &told)
            }
        };
        let spans = entry
            .spans
            .iter()
            .map(|span| {
                received
                    .span(unit, span.start, span.end)
                    .ok_or_else(|| ImportError {
                        place: span.place.clone(),
                        ..place.error(
                            format!(
                                "two places of the text, which has {} {unit}, the end behind the start",
                                received.len(unit)
                            ),
                            format!("{} and {}", span.start, span.end),
                            CORRECT,
                        )
                    })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let number = self.article(file, whence, place, &received, entry.kept.as_ref())?;
        self.articles[number].is_dated |= entry.is_dated;
        let id = self.articles[number].article.id.clone();
        if !is_sure {
            self.units.add(|| {
                format!(
                    "Article {id}: the file does not say what its offsets count. They were read as {unit}."
                )
            });
        }
        self.doubt_words(&id, &entry.spans, &spans, received.text());
        self.about_article(number, entry.fields, entry.kept.as_ref(), &received, unit);

        let mut kept = Keepsakes::of(entry.kept);
        let mut ids = Vec::with_capacity(spans.len());
        for (ordinal, (told, span)) in entry.spans.into_iter().zip(spans).enumerate() {
            let (id, annotation) = match kept.take(&told) {
                Some(ours) => self.changed(ours, told, span, entry.tells_notes),
                None => self.made(number, whence, ordinal, told, span),
            };
            self.put(number, id.clone(), Record::Annotation(annotation));
            ids.push(id);
        }
        let links = if entry.relations_are_kept {
            let known: HashSet<_> = ids.iter().collect();
            kept.relations()
                .filter(|relation| known.contains(&relation.1.from) && known.contains(&relation.1.to))
                .collect()
        } else {
            self.links(number, entry.links, &ids, kept)
        };
        for (id, relation) in links {
            self.put(number, id, Record::Relation(relation));
        }
        Ok(())
    }

    /// Everything that was brought.
    pub(super) fn finish(mut self) -> Imported {
        let mut links = Listed::default();
        for (name, count) in self.other_links {
            let noun = if count == 1 { "link" } else { "links" };
            links.add(|| {
                format!(
                    "{count} {noun} named {} left out: only \"attributes\", \"doubts\" and \"via\" are known \
                     here.",
                    quoted(&name)
                )
            });
        }
        self.units.tell(&mut self.notes, "articles");
        self.words.tell(&mut self.notes, "spans");
        self.texts.tell(&mut self.notes, "articles");
        links.tell(&mut self.notes, "names of links");
        Imported {
            articles: self.articles,
            notes: self.notes,
            ..Imported::default()
        }
    }

    /// The number of the article, old or new.
    fn article(
        &mut self,
        file: &File,
        whence: Whence,
        place: &Place<'_>,
        received: &Received,
        kept: Option<&KeptArticle>,
    ) -> Result<usize, ImportError> {
        let (id, metadata) = match kept {
            Some(kept) => (kept.id.clone(), kept.metadata.clone()),
            None => (
                format!("{}-{}", file.stem(), whence.number + 1).as_str().into(),
                Metadata::default(),
            ),
        };
        let article = Article::new(id, metadata, received.text().clone());
        let known = match kept {
            Some(_) => self.named.get(&article.id),
            None => self.unnamed.get(&article.sha256),
        };
        if let Some(&number) = known {
            if self.articles[number].article.sha256 == article.sha256 {
                return Ok(number);
            }
            return Err(place.key(KEY).key("id").error(
                "an id of its own",
                format!("{}, which another text has too", quoted(article.id.as_str())),
                CORRECT,
            ));
        }
        let number = self.articles.len();
        if kept.is_some() {
            self.named.insert(article.id.clone(), number);
        } else {
            self.unnamed.insert(article.sha256.clone(), number);
        }
        self.articles.push(ImportedArticle {
            article,
            is_named: kept.is_some(),
            is_dated: kept.is_some(),
            records: Vec::new(),
        });
        self.taken.push(HashSet::new());
        Ok(number)
    }

    fn put(&mut self, number: usize, id: RecordId, record: Record) {
        if self.taken[number].insert((record.kind(), id.clone())) {
            self.articles[number].records.push((id, record));
        }
    }

    /// Status, fields and regions.
    fn about_article(
        &mut self,
        number: usize,
        told: Fields,
        kept: Option<&KeptArticle>,
        received: &Received,
        unit: Unit,
    ) {
        if let Some(kept) = kept {
            if kept.status != Status::NotStarted {
                self.put(number, "".into(), Record::Status(kept.status));
            }
            for (name, value) in &kept.fields {
                self.put(number, name.as_str().into(), Record::Field(value.clone()));
            }
            let is_same = *kept.sha256 == *self.articles[number].article.sha256;
            let mut lost = 0;
            for (id, kind, start, end) in &kept.regions {
                match received.span(unit, *start, *end).filter(|_| is_same) {
                    Some(span) => self.put(number, id.clone(), Record::Region(Region { kind: *kind, span })),
                    None => lost += 1,
                }
            }
            if !is_same {
                self.texts.add(|| {
                    let regions = match lost {
                        0 => String::new(),
                        lost => format!(" Left out: {}.", plural(lost, "region")),
                    };
                    format!(
                        "Article {}: its text is no longer the one that was exported.{regions}",
                        kept.id
                    )
                });
            }
        }
        for (name, value) in told.into_iter().filter(|(_, value)| !value.is_null()) {
            self.put(number, name.as_str().into(), Record::Field(value));
        }
    }

    /// Lists the spans whose words are not those that the file tells.
    fn doubt_words(&mut self, article: &ArticleId, told: &[EntrySpan], spans: &[Span], text: &Text) {
        for (told, span) in told.iter().zip(spans) {
            let found = text.slice(*span);
            let Some(words) = told.words.as_deref().filter(|words| !same_words(words, found)) else {
                continue;
            };
            self.words.add(|| {
                format!(
                    "Article {article}, {}: the file has the words {}, at its offsets stand {}.",
                    told.place,
                    quoted(words),
                    quoted(found)
                )
            });
        }
    }

    /// An annotation of ours as it comes back.
    fn changed(
        &self,
        ours: KeptSpan,
        told: EntrySpan,
        span: Span,
        tells_notes: bool,
    ) -> (RecordId, Annotation) {
        let words = |note: &Option<String>| note.clone().unwrap_or_default();
        let note = if tells_notes && words(&ours.note) != words(&told.note) {
            told.note
        } else {
            ours.note.clone()
        };
        let is_same =
            (ours.start, ours.end) == (told.start, told.end) && ours.label == told.label && ours.note == note;
        let updated = if is_same {
            ours.updated
        } else {
            told.updated.unwrap_or(self.now).max(ours.updated)
        };
        let annotation = Annotation {
            label: told.label.as_str().into(),
            span,
            attributes: ours.attributes,
            note: note.map(Into::into),
            annotator: ours.annotator.into(),
            created: ours.created,
            updated,
            origin: ours.origin,
        };
        (ours.id, annotation)
    }

    /// An annotation that was made by the peer.
    fn made(
        &self,
        number: usize,
        whence: Whence,
        ordinal: usize,
        told: EntrySpan,
        span: Span,
    ) -> (RecordId, Annotation) {
        let sha256 = &self.articles[number].article.sha256;
        let content = serde_json::json!([
            self.peer.name,
            sha256,
            told.label,
            told.key,
            told.annotator,
            told.start,
            told.end,
            whence.number,
            ordinal,
        ]);
        let created = told.created.or(told.updated).unwrap_or(self.now);
        let annotation = Annotation {
            label: told.label.as_str().into(),
            span,
            attributes: Fields::new(),
            note: told.note.map(Into::into),
            annotator: told.annotator.map_or_else(|| self.peer.name.into(), Into::into),
            created,
            updated: told.updated.unwrap_or(created),
            origin: Origin::Imported,
        };
        (RecordId::of_content(content.to_string().as_bytes()), annotation)
    }

    /// The relations that the links are.
    fn links(
        &mut self,
        number: usize,
        links: Vec<EntryLink>,
        ids: &[RecordId],
        mut kept: Keepsakes,
    ) -> Vec<(RecordId, Relation)> {
        let mut relations = Vec::with_capacity(links.len());
        let mut open = Vec::new();
        for (ordinal, link) in links.into_iter().enumerate() {
            let kind = RelationKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == link.kind);
            let ends = ids.get(link.from).zip(ids.get(link.to));
            let (Some(kind), Some((from, to))) = (kind, ends) else {
                *self.other_links.entry(link.kind).or_default() += 1;
                continue;
            };
            let relation = Relation {
                kind,
                from: from.clone(),
                to: to.clone(),
            };
            match kept.take_relation(&relation) {
                Some(ours) => relations.push(ours),
                None => open.push((ordinal, relation)),
            }
        }
        for (ordinal, relation) in open {
            let alike = self
                .peer
                .links_words
                .then(|| kept.take_relation_alike(&relation))
                .flatten();
            relations.push(alike.unwrap_or_else(|| {
                let sha256 = &self.articles[number].article.sha256;
                let Relation { kind, from, to } = &relation;
                let content = serde_json::json!([self.peer.name, sha256, kind.as_str(), from, to, ordinal]);
                (RecordId::of_content(content.to_string().as_bytes()), relation)
            }));
        }
        relations
    }
}

impl EntrySpan {
    fn told(&self) -> Told<'_> {
        Told {
            start: self.start,
            end: self.end,
            words: self.words.as_deref(),
        }
    }
}

/// The name that a record goes by in formats whose names are of letters, digits, `-` and `_` alone.
pub(super) fn key_of(id: &RecordId) -> String {
    let name = id.to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.bytes().all(is_plain) {
        name
    } else {
        RecordId::of_content(name.as_bytes()).to_string()
    }
}

#[cfg(test)]
pub(super) mod tests;
