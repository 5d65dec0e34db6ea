//! Imports: what a file brings, taken into the work that is here already.
//!
//! Work is merged by record id and never overwritten. A record that we do not have, or have no longer, is
//! added. One that we have as it is in the file stays untouched. Where the two differ, an annotation follows
//! whichever was changed last, and any other record stays as ours; a status yields to the file's where ours
//! says that nobody has begun. Annotations are told apart by id alone, so two that label the same words are
//! both kept.
//!
//! The result is one [`Transaction`], so an import is undone as one step.

use super::article::Article;
use super::id::{ArticleId, RecordId};
use super::record::{ArticleRecord, Record, RecordKey, RecordKind, Status};
use super::records::Records;
use super::selector::Anchor;
use super::transaction::{Change, Transaction};
use std::fmt;
use std::sync::Arc;

/// What a file brings, read and checked: every span lies in its article's text, and no id stands twice for one
/// kind of record in one article.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Imported {
    /// The articles, in the file's order.
    pub articles: Vec<ImportedArticle>,
    /// Work on articles whose texts are not in the file.
    pub anchored: Vec<AnchoredWork>,
    /// The records that belong to no single article: entities and claim groups.
    pub records: Vec<(RecordId, Record)>,
}

impl Imported {
    /// Adds what another file brings.
    pub fn extend(&mut self, other: Self) {
        self.articles.extend(other.articles);
        self.anchored.extend(other.anchored);
        self.records.extend(other.records);
    }
}

/// An article that a file brings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedArticle {
    /// The article, text and all.
    pub article: Article,
    /// Whether the file itself names the article. Where it does not, the id was made of the file's name, and the
    /// article is the one of ours with the same text, if there is one.
    pub is_named: bool,
    /// Whether the file tells when its annotations were made. Where it does not, ours count as the newer.
    pub is_dated: bool,
    /// Its records, without the article's own. Spans are of its own text.
    pub records: Vec<(RecordId, Record)>,
}

/// Work on an article whose text is not in the file, so that its words are still to be found in ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnchoredWork {
    /// The article, as the file names it.
    pub article: ArticleId,
    /// The SHA-256 of the text that the work was done on, in small hexadecimal digits, where the file tells it.
    pub sha256: Option<Arc<str>>,
    /// Whether the file tells when its annotations were made. Where it does not, ours count as the newer.
    pub is_dated: bool,
    /// The annotations and regions, each with where it was. The span within each record is without meaning.
    pub unplaced: Vec<(RecordId, Record, Anchor)>,
    /// The records that have no span.
    pub records: Vec<(RecordId, Record)>,
}

/// What we have of an article.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held<'r> {
    /// The article; `None` where we do not know it, or its text is missing. One that was removed while its text
    /// is still at hand may be passed.
    pub article: Option<&'r Article>,
    /// Its records; `None` where it has none.
    pub records: Option<&'r Records>,
}

impl Held<'_> {
    fn record(&self, kind: RecordKind, id: &RecordId) -> Option<&Record> {
        self.records?.get(kind, id)
    }

    /// Whether the article was added and removed again. A supplied article never had a record of its own.
    fn was_removed(&self) -> bool {
        self.records.is_some_and(|records| {
            // Articles come first among the kinds.
            records
                .versions()
                .take_while(|(kind, ..)| *kind == RecordKind::Article)
                .any(|(.., versioned)| versioned.record.is_none())
        })
    }

    /// The SHA-256 of the text that we have, or had.
    fn sha256(&self) -> Option<&Arc<str>> {
        if let Some(article) = self.article {
            return Some(&article.sha256);
        }
        match self.record(RecordKind::Article, &"".into())? {
            Record::Article(article) => Some(&article.sha256),
            _ => None,
        }
    }
}

/// An import that can be applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// The changes that it makes; empty where the file brings nothing new.
    pub transaction: Transaction,
    /// The articles that we do not have. Their texts are to be stored under their SHA-256 before the
    /// transaction is applied, so that no record ever names a text that is not there.
    pub articles: Vec<Article>,
    /// What became of the file's records.
    pub counts: Counts,
}

/// What became of the records of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Those that we did not have. Articles are not counted among them.
    pub added: usize,
    /// Those that were newer in the file.
    pub updated: usize,
    /// Those that differ from ours, and of which ours stayed; an article is one where its metadata differ.
    pub kept: usize,
    /// Those that we have just so.
    pub same: usize,
}

/// Why a sound file cannot be imported. Nothing is changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The file has another text under the id of an article of ours.
    OtherText {
        /// The article.
        article: ArticleId,
        /// The SHA-256 of our text.
        expected: Arc<str>,
        /// The SHA-256 of the file's text.
        found: Arc<str>,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherText {
                article,
                expected,
                found,
            } => write!(
                f,
                "article {article}: expected the text with SHA-256 {expected}, as it is here, found one with \
                 {found}. Give the article another id in the file, then import it again."
            ),
        }
    }
}

impl std::error::Error for Refusal {}

/// Works out what taking in `imported` changes. `held` looks up what we have of an article, and `corpus` holds
/// the records that belong to no single article.
pub fn import<'r>(
    imported: Imported,
    held: impl Fn(&ArticleId) -> Held<'r>,
    corpus: &'r Records,
) -> Result<Import, Refusal> {
    let name = match imported.articles.len() {
        1 => "import 1 article".to_owned(),
        count => format!("import {count} articles"),
    };
    let mut changes = Vec::new();
    let mut counts = Counts::default();
    let mut articles = Vec::new();
    for ImportedArticle { article, records, .. } in imported.articles {
        let ours = held(&article.id);
        if let Some(sha256) = ours.sha256().filter(|sha256| **sha256 != article.sha256) {
            return Err(Refusal::OtherText {
                expected: sha256.clone(),
                found: article.sha256,
                article: article.id,
            });
        }
        let id = article.id.clone();
        changes.extend(article_change(&article, ours, &mut counts));
        if ours.article.is_none() {
            articles.push(article);
        }
        for (record_id, record) in records {
            let key = RecordKey::of_article(&id, record.kind(), record_id);
            let before = ours.record(key.kind, &key.id);
            changes.extend(merged(key, before, record, &mut counts));
        }
    }
    for (id, record) in imported.records {
        let key = RecordKey {
            article: None,
            kind: record.kind(),
            id,
        };
        let before = corpus.get_key(&key);
        changes.extend(merged(key, before, record, &mut counts));
    }
    Ok(Import {
        transaction: Transaction::new(name, changes),
        articles,
        counts,
    })
}

/// The change that makes an article known; `None` where it is, with a count where its metadata differ.
fn article_change(article: &Article, ours: Held<'_>, counts: &mut Counts) -> Option<Change> {
    let key = RecordKey::article(&article.id);
    let metadata = match ours.record(key.kind, &key.id) {
        Some(Record::Article(held)) => Some(&held.metadata),
        _ if ours.was_removed() => None,
        _ => ours.article.map(|held| &held.metadata),
    };
    if let Some(metadata) = metadata {
        counts.kept += usize::from(*metadata != article.metadata);
        return None;
    }
    Some(Change {
        key,
        from: None,
        to: Some(Record::Article(ArticleRecord {
            sha256: article.sha256.clone(),
            metadata: article.metadata.clone(),
        })),
    })
}

/// The change that takes one record in; `None` where ours stays.
fn merged(key: RecordKey, ours: Option<&Record>, theirs: Record, counts: &mut Counts) -> Option<Change> {
    let count = match (ours, &theirs) {
        (None, _) => &mut counts.added,
        (Some(ours), theirs) if ours == theirs => &mut counts.same,
        (Some(Record::Annotation(ours)), Record::Annotation(theirs)) if ours.updated < theirs.updated => {
            &mut counts.updated
        }
        (Some(Record::Status(Status::NotStarted)), _) => &mut counts.updated,
        _ => {
            counts.kept += 1;
            return None;
        }
    };
    *count += 1;
    (ours != Some(&theirs)).then(|| Change {
        key,
        from: ours.cloned(),
        to: Some(theirs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::WriterId;
    use crate::core::record::{Annotation, Entity, Metadata, Origin};
    use crate::core::records::Stamp;
    use crate::core::text::marked::spans;
    use crate::core::timestamp::Timestamp;
    use std::collections::BTreeMap;

    /// A little page: articles and records, and a clock that counts changes.
    #[derive(Default)]
    struct Page {
        articles: BTreeMap<ArticleId, Article>,
        records: BTreeMap<Option<ArticleId>, Records>,
        time: u64,
    }

    impl Page {
        fn import(&mut self, imported: Imported) -> Result<Import, Refusal> {
            let nothing = Records::default();
            let import = import(
                imported,
                |id| Held {
                    article: self.articles.get(id),
                    records: self.records.get(&Some(id.clone())),
                },
                self.records.get(&None).unwrap_or(&nothing),
            )?;
            for change in import.transaction.changes() {
                self.set(change.key.clone(), change.to.clone());
            }
            for article in &import.articles {
                self.articles.insert(article.id.clone(), article.clone());
            }
            Ok(import)
        }

        fn set(&mut self, key: RecordKey, record: Option<Record>) {
            self.time += 1;
            let stamp = Stamp {
                time: self.time,
                writer: WriterId(1),
            };
            self.records
                .entry(key.article)
                .or_default()
                .merge(key.kind, key.id, stamp, record);
        }

        fn get(&self, key: &RecordKey) -> Option<&Record> {
            self.records.get(&key.article)?.get_key(key)
        }
    }

    fn annotation(note: &str, updated: i64) -> Record {
        let (_, found) = spans("⟦Kyiv⟧ said so");
        Record::Annotation(Annotation {
            label: "claim".into(),
            span: found[0],
            attributes: Default::default(),
            note: Some(note.into()),
            annotator: "quiet-heron".into(),
            created: Timestamp::from_millis(0),
            updated: Timestamp::from_millis(updated),
            origin: Origin::Human,
        })
    }

    fn file(records: Vec<(RecordId, Record)>) -> Imported {
        Imported {
            articles: vec![ImportedArticle {
                article: Article::new("a".into(), Metadata::default(), spans("⟦Kyiv⟧ said so").0),
                is_named: true,
                is_dated: true,
                records,
            }],
            ..Imported::default()
        }
    }

    fn key(id: &str) -> RecordKey {
        RecordKey::annotation(&"a".into(), id.into())
    }

    fn counts(added: usize, updated: usize, kept: usize, same: usize) -> Counts {
        Counts {
            added,
            updated,
            kept,
            same,
        }
    }

    #[test]
    fn an_unknown_article_comes_with_its_record_its_text_and_its_work() {
        let mut page = Page::default();
        let import = page.import(file(vec![("1".into(), annotation("", 1))])).unwrap();
        assert_eq!(import.transaction.name(), "import 1 article");
        assert_eq!(import.transaction.changes().len(), 2);
        assert_eq!(import.articles[0].text.as_str(), "Kyiv said so");
        assert_eq!(import.counts, counts(1, 0, 0, 0));
        match page.get(&RecordKey::article(&"a".into())) {
            Some(Record::Article(record)) => assert_eq!(record.sha256, import.articles[0].sha256),
            other => panic!("no article: {other:?}"),
        }
    }

    #[test]
    fn the_same_file_again_changes_nothing() {
        let mut page = Page::default();
        let brought = file(vec![
            ("1".into(), annotation("", 1)),
            ("".into(), Record::Status(Status::Done)),
        ]);
        page.import(brought.clone()).unwrap();
        let again = page.import(brought).unwrap();
        assert!(again.transaction.is_empty() && again.articles.is_empty());
        assert_eq!(again.counts, counts(0, 0, 0, 2));
    }

    #[test]
    fn of_two_annotations_with_one_id_the_one_changed_last_counts() {
        for (ours, theirs, expected, counted) in [
            (1, 2, "theirs", counts(0, 1, 0, 0)),
            (2, 1, "ours", counts(0, 0, 1, 0)),
            (1, 1, "ours", counts(0, 0, 1, 0)),
        ] {
            let mut page = Page::default();
            page.import(file(vec![("1".into(), annotation("ours", ours))]))
                .unwrap();
            let import = page
                .import(file(vec![("1".into(), annotation("theirs", theirs))]))
                .unwrap();
            let Some(Record::Annotation(kept)) = page.get(&key("1")) else {
                panic!("the annotation is gone");
            };
            assert_eq!(kept.note.as_deref(), Some(expected));
            assert_eq!(import.counts, counted);
        }
    }

    #[test]
    fn other_records_stay_ours() {
        let article = ArticleId::from("a");
        let field = |value: u8| ("topic".into(), Record::Field(value.into()));
        let mut page = Page::default();
        page.import(file(vec![field(1)])).unwrap();
        let import = page.import(file(vec![field(2)])).unwrap();
        assert!(import.transaction.is_empty());
        assert_eq!(import.counts, counts(0, 0, 1, 0));
        let key = RecordKey::of_article(&article, RecordKind::Field, "topic".into());
        assert_eq!(page.get(&key), Some(&Record::Field(1.into())));
    }

    #[test]
    fn a_status_is_taken_over_only_where_nobody_has_begun() {
        for (ours, expected) in [
            (None, Status::Done),
            (Some(Status::NotStarted), Status::Done),
            (Some(Status::InProgress), Status::InProgress),
        ] {
            let mut page = Page::default();
            page.set(RecordKey::status(&"a".into()), ours.map(Record::Status));
            page.import(file(vec![("".into(), Record::Status(Status::Done))]))
                .unwrap();
            assert_eq!(
                page.get(&RecordKey::status(&"a".into())),
                Some(&Record::Status(expected))
            );
        }
    }

    #[test]
    fn what_we_removed_comes_back_and_undo_takes_it_away_again() {
        let mut page = Page::default();
        let brought = file(vec![("1".into(), annotation("", 1))]);
        page.import(brought.clone()).unwrap();
        page.set(key("1"), None);
        let import = page.import(brought).unwrap();
        assert!(page.get(&key("1")).is_some());
        assert_eq!(import.counts, counts(1, 0, 0, 0));
        for change in import.transaction.inverted().changes() {
            page.set(change.key.clone(), change.to.clone());
        }
        assert_eq!(page.get(&key("1")), None);
    }

    #[test]
    fn an_article_that_we_removed_comes_back_though_its_text_is_still_at_hand() {
        let mut page = Page::default();
        page.import(file(Vec::new())).unwrap();
        let key = RecordKey::article(&"a".into());
        page.set(key.clone(), None);
        let import = page.import(file(Vec::new())).unwrap();
        assert!(import.articles.is_empty(), "its text is here");
        assert!(page.get(&key).is_some());
    }

    #[test]
    fn a_supplied_article_needs_no_record_of_its_own() {
        let mut page = Page::default();
        let article = file(Vec::new()).articles.remove(0).article;
        page.articles.insert(article.id.clone(), article);
        let import = page.import(file(vec![("1".into(), annotation("", 1))])).unwrap();
        assert!(import.articles.is_empty());
        assert_eq!(page.get(&RecordKey::article(&"a".into())), None);
        assert!(page.get(&key("1")).is_some());
    }

    #[test]
    fn two_annotations_that_say_the_same_are_both_kept() {
        let mut page = Page::default();
        page.import(file(vec![("1".into(), annotation("", 1))])).unwrap();
        page.import(file(vec![("2".into(), annotation("", 1))])).unwrap();
        assert!(page.get(&key("1")).is_some() && page.get(&key("2")).is_some());
    }

    #[test]
    fn another_text_under_a_known_id_is_refused_with_both_named() {
        let mut page = Page::default();
        page.import(file(Vec::new())).unwrap();
        let mut other = file(Vec::new());
        other.articles[0].article = Article::new("a".into(), Metadata::default(), spans("⟦Kyiv⟧ said no").0);
        let found = other.articles[0].article.sha256.clone();
        let refusal = page.import(other.clone()).unwrap_err();
        assert_eq!(
            refusal,
            Refusal::OtherText {
                article: "a".into(),
                expected: page.articles[&"a".into()].sha256.clone(),
                found: found.clone(),
            }
        );
        assert!(refusal.to_string().contains(&*found));
        page.articles.clear();
        assert_eq!(
            page.import(other).unwrap_err(),
            refusal,
            "the record still names our text"
        );
    }

    #[test]
    fn an_article_whose_text_is_missing_gets_it_back_and_keeps_our_work() {
        let mut page = Page::default();
        page.import(file(vec![("1".into(), annotation("ours", 2))]))
            .unwrap();
        page.articles.clear();
        let import = page
            .import(file(vec![("1".into(), annotation("theirs", 1))]))
            .unwrap();
        assert!(import.transaction.is_empty());
        assert_eq!(import.articles.len(), 1);
        assert_eq!(import.counts, counts(0, 0, 1, 0));
    }

    #[test]
    fn records_of_the_whole_corpus_are_merged_alike() {
        let entity = Record::Entity(Entity {
            name: "Volodymyr Zelensky".into(),
            aliases: vec!["Zelenskyy".into()],
        });
        let mut page = Page::default();
        let brought = Imported {
            records: vec![("e".into(), entity.clone())],
            ..Imported::default()
        };
        let first = page.import(brought.clone()).unwrap();
        assert_eq!(first.transaction.name(), "import 0 articles");
        assert!(page.import(brought).unwrap().transaction.is_empty());
        let key = RecordKey {
            article: None,
            kind: RecordKind::Entity,
            id: "e".into(),
        };
        assert_eq!(page.get(&key), Some(&entity));
    }
}
