//! What is told of entities: the list of them, and who names one where.

use super::desk::Desk;
use super::loading;
use super::workspace::Workspace;
use crate::browser::folding::BrowserFolding;
use crate::browser::{chance, clock};
use crate::core::article::Article;
use crate::core::edit;
use crate::core::fold::Folder;
use crate::core::id::{ArticleId, RecordId};
use crate::core::order;
use crate::core::record::{Annotation, Entity, Record, RecordKind, RelationKind};
use crate::core::records::Records;
use crate::core::scheme::{AttributeKind, Scheme};
use crate::core::transaction::Transaction;
use crate::core::wording::thousands;
use crate::formats::entities_csv;
use std::cmp::Ordering;
use std::collections::HashMap;

/// An entity in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntityRow {
    /// Its id.
    pub id: RecordId,
    /// Its name and aliases.
    pub entity: Entity,
    /// How many annotations name it.
    pub mentions: usize,
}

/// The list of entities, or what a filter leaves of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EntityRows {
    /// The first of those that were found, by name.
    pub rows: Vec<EntityRow>,
    /// How many were found.
    pub found: usize,
    /// How many there are.
    pub all: usize,
}

/// How many annotations name each entity.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Named(HashMap<String, usize>);

impl Named {
    /// How many annotations name an entity.
    pub fn times(&self, id: &RecordId) -> usize {
        self.0.get(&id.to_string()).copied().unwrap_or_default()
    }
}

/// A stretch of an article that somebody labelled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// The annotation.
    pub id: RecordId,
    /// The id of its label.
    pub label: String,
    /// The name of its label.
    pub name: String,
    /// The words.
    pub words: String,
}

/// An annotation that names an entity, and the claims that it attributes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// The annotation.
    pub quote: Quote,
    /// The claims.
    pub claims: Vec<Quote>,
}

/// The annotations of an article that name an entity, in reading order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArticleMentions {
    /// The article.
    pub article: ArticleId,
    /// Its name.
    pub name: String,
    /// The annotations.
    pub mentions: Vec<Mention>,
}

impl Workspace {
    /// The entities that have `words` in their name or an alias, whatever the accents and case; the first `most`
    /// by name, each with how often it is `named`.
    pub fn entity_rows(self, words: &str, most: usize, named: &Named) -> EntityRows {
        let mut folder = Folder::new(&BrowserFolding);
        let words = folder.fold(words.trim());
        self.with(|desk| {
            let mut all = 0;
            let mut found: Vec<(&RecordId, &Entity)> = entities(desk)
                .inspect(|_| all += 1)
                .filter(|(_, entity)| {
                    words.is_empty()
                        || std::iter::once(&entity.name)
                            .chain(&entity.aliases)
                            .any(|name| folder.fold(name).contains(&words))
                })
                .collect();
            order::sort_by(&mut found, |(a_id, a), (b_id, b)| {
                by_name(&a.name, &b.name).then(a_id.cmp(b_id))
            });
            EntityRows {
                rows: found
                    .iter()
                    .take(most)
                    .map(|&(id, entity)| EntityRow {
                        id: id.clone(),
                        entity: entity.clone(),
                        mentions: named.times(id),
                    })
                    .collect(),
                found: found.len(),
                all,
            }
        })
        .unwrap_or_default()
    }

    /// How many annotations name each entity.
    pub fn named_entities(self) -> Named {
        let mut named = Named::default();
        self.with(|desk| {
            for article in &desk.articles {
                for name in all_names(&desk.scheme, desk.records_of(&article.id)) {
                    match named.0.get_mut(name) {
                        Some(times) => *times += 1,
                        None => drop(named.0.insert(name.to_owned(), 1)),
                    }
                }
            }
        });
        named
    }

    /// Every annotation that names an entity, by article.
    pub fn mentions_by_article(self, id: &RecordId) -> Vec<ArticleMentions> {
        let written = id.to_string();
        self.with(|desk| {
            desk.articles
                .iter()
                .filter_map(|article| {
                    let records = desk.records_of(&article.id);
                    // Most articles name it nowhere, and those that do are not put in order to see that.
                    all_names(&desk.scheme, records).find(|name| *name == written)?;
                    let naming: Vec<_> = records
                        .annotations()
                        .filter(|(_, annotation)| {
                            names_of(&desk.scheme, annotation).any(|name| name == written)
                        })
                        .collect();
                    (!naming.is_empty()).then(|| ArticleMentions {
                        article: article.id.clone(),
                        name: article.name().to_owned(),
                        mentions: mentions(&desk.scheme, article, records, &naming),
                    })
                })
                .collect()
        })
        .unwrap_or_default()
    }

    /// Adds an entity.
    pub fn add_entity(self, entity: Entity) {
        self.put_entity(chance::record_id(), entity);
    }

    /// What a list of entities (CSV) changes here, and what is to be told of it.
    ///
    /// # Errors
    /// Where the file is not a sound list.
    pub(super) fn entities_of(self, file: &[u8]) -> Result<(Transaction, Vec<String>), String> {
        let entities = entities_csv::read(file).map_err(|error| error.to_string())?;
        let count = entities.len();
        let transaction = self
            .with(|desk| edit::import_entities(desk.corpus_records(), entities))
            .ok_or(loading::TOO_EARLY)?;
        let changed = transaction.changes().len();
        let added = transaction
            .changes()
            .iter()
            .filter(|change| change.from.is_none())
            .count();
        let lines = [
            (added, "added"),
            (changed - added, "got new spellings"),
            (count - changed, "here already"),
        ];
        let lines: Vec<_> = lines
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", count_entities(count)))
            .collect();
        if lines.is_empty() {
            return Ok((transaction, vec!["There is no entity in the file.".to_owned()]));
        }
        Ok((transaction, lines))
    }

    /// Hands the reviewer the list of entities as a file.
    pub fn download_entities(self) {
        if let Some(csv) = self.with(|desk| entities_csv::write(entities(desk))) {
            let name = format!("hearsay-entities-{}.csv", clock::now().date());
            self.hand_over(&name, "text/csv", &csv);
        }
    }
}

/// "1 entity", "2 entities", "1,200 entities".
pub fn count_entities(count: usize) -> String {
    let noun = if count == 1 { "entity" } else { "entities" };
    format!("{} {noun}", thousands(count))
}

fn entities(desk: &Desk) -> impl Iterator<Item = (&RecordId, &Entity)> {
    desk.corpus_records()
        .of_kind(RecordKind::Entity)
        .filter_map(|(id, record)| match record {
            Record::Entity(entity) => Some((id, entity)),
            _ => None,
        })
}

/// What the fields of an annotation that ask who speaks hold: ids of entities.
fn names_of<'a>(scheme: &'a Scheme, annotation: &'a Annotation) -> impl Iterator<Item = &'a str> {
    scheme
        .attributes_of(&annotation.label)
        .iter()
        .filter(|attribute| attribute.kind == AttributeKind::Entity)
        .filter_map(|attribute| annotation.attributes.get(&*attribute.id)?.as_str())
}

/// What all annotations of an article name, in no order.
fn all_names<'a>(scheme: &'a Scheme, records: &'a Records) -> impl Iterator<Item = &'a str> {
    records
        .of_kind(RecordKind::Annotation)
        .filter_map(|(_, record)| match record {
            Record::Annotation(annotation) if !annotation.attributes.is_empty() => Some(annotation),
            _ => None,
        })
        .flat_map(|annotation| names_of(scheme, annotation))
}

fn mentions(
    scheme: &Scheme,
    article: &Article,
    records: &Records,
    naming: &[(&RecordId, &Annotation)],
) -> Vec<Mention> {
    let quote = |id: &RecordId, annotation: &Annotation| Quote {
        id: id.clone(),
        label: annotation.label.to_string(),
        name: scheme.name_of(&annotation.label).to_owned(),
        words: article.text.slice(annotation.span).to_owned(),
    };
    let mut attributed: Vec<_> = records
        .relations()
        .filter(|(_, relation)| relation.kind == RelationKind::Attributes)
        .filter_map(|(_, relation)| {
            let claim = records.annotation(&relation.to)?;
            Some((&relation.from, claim.span, &relation.to, claim))
        })
        .collect();
    order::sort_by_key(&mut attributed, |&(from, span, to, _)| (from, span, to));
    naming
        .iter()
        .map(|&(id, annotation)| {
            let first = attributed.partition_point(|(from, ..)| *from < id);
            Mention {
                quote: quote(id, annotation),
                claims: attributed[first..]
                    .iter()
                    .take_while(|(from, ..)| *from == id)
                    .map(|(_, _, to, claim)| quote(to, claim))
                    .collect(),
            }
        })
        .collect()
}

/// By the letters of two names, whatever their case.
fn by_name(a: &str, b: &str) -> Ordering {
    a.chars()
        .flat_map(char::to_lowercase)
        .cmp(b.chars().flat_map(char::to_lowercase))
}
