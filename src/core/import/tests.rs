//! What an import takes in, and what it leaves alone.

use super::*;
use crate::core::anchor::Doubt;
use crate::core::id::WriterId;
use crate::core::part;
use crate::core::record::{Annotation, Entity, Metadata, Origin, Relation, RelationKind, Status};
use crate::core::records::Stamp;
use crate::core::text::Text;
use crate::core::text::marked::spans;
use crate::core::timestamp::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// A little page: articles and records, and a clock that counts changes.
#[derive(Default)]
struct Page {
    articles: BTreeMap<ArticleId, Article>,
    records: BTreeMap<Option<ArticleId>, Records>,
    time: u64,
}

impl Page {
    fn import(&mut self, imported: Imported) -> Import {
        let import = self.worked_out(imported);
        self.apply(&import);
        import
    }

    fn worked_out(&self, imported: Imported) -> Import {
        let nothing = Records::default();
        import(
            imported,
            |id| Held {
                article: self.articles.get(id),
                records: self.records.get(&Some(id.clone())),
            },
            |sha256| {
                let mut articles = self.articles.values();
                Some(articles.find(|article| *article.sha256 == *sha256)?.id.clone())
            },
            |address| {
                let mut articles = self.articles.values();
                let has_it = |url: &str| bare_address(url) == address;
                let found =
                    articles.find(|article| article.metadata.source_url.as_deref().is_some_and(has_it));
                Some(found?.id.clone())
            },
            self.records.get(&None).unwrap_or(&nothing),
        )
    }

    fn apply(&mut self, import: &Import) {
        for change in import.transaction.changes() {
            assert_eq!(self.get(&change.key), change.from.as_ref(), "{:?}", change.key);
            self.set(change.key.clone(), change.to.clone());
        }
        for article in &import.articles {
            self.articles.insert(article.id.clone(), article.clone());
        }
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
        ..Counts::default()
    }
}

#[test]
fn an_unknown_article_comes_with_its_record_its_text_and_its_work() {
    let mut page = Page::default();
    let import = page.import(file(vec![("1".into(), annotation("", 1))]));
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
    page.import(brought.clone());
    let again = page.import(brought);
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
        page.import(file(vec![("1".into(), annotation("ours", ours))]));
        let import = page.import(file(vec![("1".into(), annotation("theirs", theirs))]));
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
    page.import(file(vec![field(1)]));
    let import = page.import(file(vec![field(2)]));
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
        page.import(file(vec![("".into(), Record::Status(Status::Done))]));
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
    page.import(brought.clone());
    page.set(key("1"), None);
    let import = page.import(brought);
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
    page.import(file(Vec::new()));
    let key = RecordKey::article(&"a".into());
    page.set(key.clone(), None);
    let import = page.import(file(Vec::new()));
    assert!(import.articles.is_empty(), "its text is here");
    assert!(page.get(&key).is_some());
}

#[test]
fn a_supplied_article_needs_no_record_of_its_own() {
    let mut page = Page::default();
    let article = file(Vec::new()).articles.remove(0).article;
    page.articles.insert(article.id.clone(), article);
    let import = page.import(file(vec![("1".into(), annotation("", 1))]));
    assert!(import.articles.is_empty());
    assert_eq!(page.get(&RecordKey::article(&"a".into())), None);
    assert!(page.get(&key("1")).is_some());
}

#[test]
fn two_annotations_that_say_the_same_are_both_kept() {
    let mut page = Page::default();
    page.import(file(vec![("1".into(), annotation("", 1))]));
    page.import(file(vec![("2".into(), annotation("", 1))]));
    assert!(page.get(&key("1")).is_some() && page.get(&key("2")).is_some());
}

#[test]
fn an_article_whose_text_is_missing_gets_it_back_and_keeps_our_work() {
    let mut page = Page::default();
    page.import(file(vec![("1".into(), annotation("ours", 2))]));
    page.articles.clear();
    let import = page.import(file(vec![("1".into(), annotation("theirs", 1))]));
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
    let first = page.import(brought.clone());
    assert_eq!(first.transaction.name(), "import 0 articles");
    assert!(page.import(brought).transaction.is_empty());
    let key = RecordKey {
        article: None,
        kind: RecordKind::Entity,
        id: "e".into(),
    };
    assert_eq!(page.get(&key), Some(&entity));
}

/// A file with one article, whose marked spans are claims called `1`, `2` and so on.
fn marked(id: &str, text: &str) -> Imported {
    let (text, found) = spans(text);
    let claims = found.into_iter().enumerate().map(|(number, span)| {
        let Record::Annotation(claim) = annotation("", 1) else {
            unreachable!()
        };
        let claim = Annotation { span, ..claim };
        (
            (number + 1).to_string().as_str().into(),
            Record::Annotation(claim),
        )
    });
    Imported {
        articles: vec![ImportedArticle {
            records: claims.collect(),
            article: Article::new(id.into(), Metadata::default(), text),
            is_named: true,
            is_dated: true,
        }],
        ..Imported::default()
    }
}

fn unnamed(mut file: Imported) -> Imported {
    for brought in &mut file.articles {
        brought.is_named = false;
    }
    file
}

/// The same work without its text.
fn without_text(file: Imported, is_told: bool) -> Imported {
    let anchored = file.articles.into_iter().map(|brought| {
        let (unplaced, records): (Vec<_>, Vec<_>) = brought
            .records
            .into_iter()
            .partition(|(_, record)| record.span().is_some());
        let text = &brought.article.text;
        AnchoredWork {
            article: brought.article.id.clone(),
            sha256: is_told.then(|| brought.article.sha256.clone()),
            is_dated: brought.is_dated,
            unplaced: unplaced
                .into_iter()
                .map(|(id, record)| {
                    let anchor = Anchor::of(text, record.span().unwrap());
                    (id, record, anchor)
                })
                .collect(),
            records,
        }
    });
    Imported {
        anchored: anchored.collect(),
        records: file.records,
        ..Imported::default()
    }
}

fn relation(from: &str, to: &str) -> Record {
    Record::Relation(Relation {
        kind: RelationKind::Attributes,
        from: from.into(),
        to: to.into(),
    })
}

impl Page {
    /// The words of an annotation of article `a`, with what stands around them.
    fn words(&self, article: &str, id: &str) -> Option<&str> {
        let key = RecordKey::annotation(&article.into(), id.into());
        Some(self.articles[&article.into()].text.slice(self.get(&key)?.span()?))
    }
}

const OURS: &str = "Corrected. Kyiv said so, and Moscow said no. Nobody said more.";

#[test]
fn where_our_text_is_another_the_spans_move_with_their_parts_in_one_step() {
    let mut page = Page::default();
    page.import(marked("a", OURS));
    let mut file = marked("a", "Kyiv said so, and ⟦Moscow ⟦said⟧⟧ no. Nobody said more.");
    let text = file.articles[0].article.text.clone();
    let cue = file.articles[0].records.pop().unwrap().1.span().unwrap();
    let Record::Annotation(claim) = &mut file.articles[0].records[0].1 else {
        unreachable!()
    };
    claim.attributes.insert("cue".into(), part::to_value(&text, cue));
    claim.attributes.insert(
        "source".into(),
        json!({ "start": 18, "end": 24, "text": "Tehran" }),
    );
    claim.attributes.insert("by".into(), "nobody".into());
    let import = page.import(file.clone());
    assert!(import.articles.is_empty() && import.doubtful.is_empty() && import.missing.is_empty());
    assert_eq!(
        (import.counts.added, import.counts.moved, import.counts.parts),
        (1, 1, 1)
    );
    let Some(Record::Annotation(claim)) = page.get(&key("1")) else {
        panic!("no annotation");
    };
    let ours = &page.articles[&"a".into()].text;
    assert_eq!(ours.slice(claim.span), "Moscow said");
    let cue = part::from_value(ours, &claim.attributes["cue"]).unwrap();
    assert_eq!((ours.slice(cue), claim.attributes.len()), ("said", 2));
    assert_eq!(page.articles[&"a".into()].text.as_str(), OURS);
    let again = page.import(file);
    assert!(again.transaction.is_empty());
    assert_eq!(again.counts, counts(0, 0, 0, 1));
}

#[test]
fn what_is_doubtful_is_listed_and_comes_with_its_relations_only_where_it_is_accepted() {
    let mut page = Page::default();
    page.import(marked("a", OURS));
    let mut file = marked(
        "a",
        "⟦Kyiv said so, and Moscow⟧ fell. ⟦Nobody⟧ was hurt. ⟦Kherson⟧ too.",
    );
    file.articles[0]
        .records
        .extend([("r".into(), relation("1", "2")), ("s".into(), relation("1", "3"))]);
    let import = page.worked_out(file);
    let lines: Vec<_> = import.doubtful.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        ["Article a, claim: “Nobody” stands there once, but among other words"]
    );
    let lines: Vec<_> = import.missing.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["Article a, claim: “Kherson” does not stand there"]);
    assert_eq!((import.counts.added, import.counts.left_out), (1, 2));
    assert_eq!(import.transaction.changes().len(), 1);

    let accepted = import.clone().accept(|doubtful| doubtful.key == key("2"));
    assert_eq!(import.clone().accept(|_| false), import);
    page.apply(&accepted);
    assert!(accepted.doubtful.is_empty());
    assert_eq!((accepted.counts.added, accepted.counts.left_out), (3, 1));
    assert_eq!(accepted.transaction.name(), import.transaction.name());
    assert_eq!(page.words("a", "2"), Some("Nobody"));
    let relation = |id: &str| RecordKey::of_article(&"a".into(), RecordKind::Relation, id.into());
    assert!(page.get(&relation("r")).is_some());
    assert_eq!(page.get(&relation("s")), None);
}

#[test]
fn what_was_accepted_is_not_doubted_again() {
    let mut page = Page::default();
    page.import(marked("a", OURS));
    let file = marked("a", "⟦Nobody⟧ was hurt.");
    let import = page.worked_out(file.clone());
    page.apply(&import.accept(|_| true));
    let again = page.worked_out(file);
    assert!(again.doubtful.is_empty() && again.transaction.is_empty());
    assert_eq!(again.counts, counts(0, 0, 0, 1));
}

#[test]
fn an_article_is_the_one_of_ours_with_its_text_whatever_its_name() {
    let mut page = Page::default();
    page.import(marked("a", "Kyiv said so"));
    for file in [
        unnamed(marked("b", "⟦Kyiv⟧ said so")),
        marked("c", "⟦Kyiv⟧ said so"),
    ] {
        let import = page.import(file);
        assert!(import.articles.is_empty());
        assert_eq!(page.words("a", "1"), Some("Kyiv"));
    }
    assert_eq!(page.articles.len(), 1);
}

#[test]
fn two_articles_that_a_file_names_stay_two_though_they_have_one_text() {
    let mut page = Page::default();
    page.import(marked("a", "⟦Kyiv⟧ said so"));
    let mut file = marked("a", "⟦Kyiv⟧ said so");
    file.extend(marked("b", "Kyiv ⟦said⟧ so"));
    page.import(file.clone());
    assert_eq!(
        (page.words("a", "1"), page.words("b", "1")),
        (Some("Kyiv"), Some("said"))
    );
    assert!(page.import(file).transaction.is_empty());
}

#[test]
fn an_article_without_a_name_gives_way_to_one_that_has_its_id() {
    let mut page = Page::default();
    page.import(marked("a", "Kyiv said so"));
    let mut file = unnamed(marked("a", "⟦Moscow⟧ said no"));
    file.extend(unnamed(marked("a", "⟦Tehran⟧ said nothing")));
    let import = page.import(file.clone());
    assert_eq!(import.counts.renamed, 2);
    assert_eq!(page.words("a", "1"), None);
    assert_eq!(page.words("a-2", "1"), Some("Moscow"));
    assert_eq!(page.words("a-3", "1"), Some("Tehran"));
    let again = page.import(file);
    assert!(again.transaction.is_empty() && again.articles.is_empty());
}

#[test]
fn another_text_than_one_that_is_lost_comes_beside_it() {
    let mut page = Page::default();
    page.import(marked("a", "⟦Kyiv⟧ said so"));
    page.articles.clear();
    let file = marked("a", "⟦Moscow⟧ said no");
    page.import(file.clone());
    assert_eq!(page.words("a-2", "1"), Some("Moscow"));
    assert!(page.import(file).transaction.is_empty());
    page.import(marked("a", "Kyiv said so"));
    assert_eq!(
        page.words("a", "1"),
        Some("Kyiv"),
        "the record still names its text"
    );
}

#[test]
fn work_without_a_text_finds_its_article_by_id_or_by_sha256_or_is_listed() {
    let mut page = Page::default();
    page.import(marked("a", "Oh, Kyiv said so"));
    page.import(marked("b", "Moscow said no"));
    let mut file = without_text(marked("a", "⟦Kyiv said so⟧"), true);
    file.extend(without_text(marked("other", "⟦Moscow⟧ said no"), true));
    file.extend(without_text(marked("gone", "⟦Tehran⟧ said ⟦nothing⟧"), true));
    let import = page.import(file.clone());
    assert_eq!(page.words("a", "1"), Some("Kyiv said so"));
    assert_eq!(page.words("b", "1"), Some("Moscow"));
    assert_eq!(
        import.absent,
        [Absent {
            article: "gone".into(),
            records: 2
        }]
    );
    assert_eq!(import.transaction.name(), "import 3 articles");
    assert!(page.import(file).transaction.is_empty());
}

#[test]
fn work_without_a_text_stands_where_it_says_in_the_text_that_it_was_done_on() {
    let mut page = Page::default();
    page.import(marked("a", "no no no no"));
    let mut file = without_text(marked("a", "no no ⟦no⟧ no"), true);
    let anchor = &mut file.anchored[0].unplaced[0].2;
    *anchor = Anchor {
        position: anchor.position,
        ..Anchor::default()
    };
    let import = page.import(file.clone());
    assert_eq!((import.doubtful.len(), import.counts.added), (0, 1));
    page.set(key("1"), None);
    file.anchored[0].sha256 = None;
    assert_eq!(page.import(file).doubtful[0].why, Doubt::NoWords);
}

#[test]
fn a_file_without_dates_changes_nothing_of_ours() {
    let mut page = Page::default();
    page.import(file(vec![
        ("1".into(), annotation("ours", 1)),
        ("2".into(), annotation("", 1)),
    ]));
    page.set(
        RecordKey::status(&"a".into()),
        Some(Record::Status(Status::NotStarted)),
    );
    let mut undated = file(vec![
        ("1".into(), annotation("theirs", 9)),
        ("2".into(), annotation("", 9)),
        ("3".into(), annotation("", 9)),
        ("".into(), Record::Status(Status::Done)),
    ]);
    undated.articles[0].is_dated = false;
    let import = page.import(undated);
    assert_eq!(import.counts, counts(1, 0, 2, 1));
    assert_eq!(import.transaction.changes().len(), 1);
}

#[test]
fn a_relation_needs_both_its_ends() {
    let mut page = Page::default();
    page.import(marked("a", "⟦Kyiv⟧ said so"));
    let mut file = marked("a", "Kyiv ⟦said⟧ so");
    file.articles[0].records[0].0 = "2".into();
    file.articles[0]
        .records
        .insert(0, ("r".into(), relation("1", "2")));
    file.articles[0]
        .records
        .insert(0, ("s".into(), relation("1", "gone")));
    let import = page.import(file);
    assert_eq!((import.counts.added, import.counts.left_out), (2, 1));
}

/// A few articles under few names, of few texts, some of them alike, with work on any words of them.
fn files() -> impl Strategy<Value = Vec<Imported>> {
    let texts = [
        "Kyiv said so, and Moscow said that it had not been so.",
        "Corrected. Kyiv said so, and Moscow said that it had not been so.",
        "Kyiv said so, and Moscow – “Moscow”! – said that it had not been so. Nobody said more.",
        "no no no no no no",
    ];
    let words = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..3_i64,
    );
    let article = (
        prop::sample::select(vec!["a", "b"]),
        prop::sample::select(texts.to_vec()),
        prop::collection::vec((0..6_u8, words), 0..4),
        prop::collection::vec((0..6_u8, 0..6_u8), 0..2),
        any::<[bool; 3]>(),
    );
    let file = article.prop_map(|(id, text, work, relations, [is_named, is_dated, has_text])| {
        let text = Text::new(text);
        let mut records = BTreeMap::new();
        for (id, (from, to, updated)) in work {
            let (from, to) = (from.index(text.len()), to.index(text.len()));
            let span = text.span(from.min(to).into(), from.max(to).into());
            if let (Some(span), Record::Annotation(claim)) = (span, annotation("", updated)) {
                let id = RecordId::from(&*id.to_string());
                records.insert(id, Record::Annotation(Annotation { span, ..claim }));
            }
        }
        let mut records: Vec<_> = records.into_iter().collect();
        records.extend(relations.iter().enumerate().map(|(number, (from, to))| {
            let id = format!("r{number}");
            (id.as_str().into(), relation(&from.to_string(), &to.to_string()))
        }));
        let file = Imported {
            articles: vec![ImportedArticle {
                article: Article::new(id.into(), Metadata::default(), text),
                is_named,
                is_dated,
                records,
            }],
            ..Imported::default()
        };
        if has_text {
            file
        } else {
            without_text(file, is_named)
        }
    });
    prop::collection::vec(file, 1..5)
}

fn together(files: &[Imported]) -> Imported {
    let mut all = Imported::default();
    files.iter().cloned().for_each(|file| all.extend(file));
    all
}

proptest! {
    #[test]
    fn importing_twice_is_importing_once(
        before in files(), files in files(), accepts in any::<bool>()
    ) {
        let mut page = Page::default();
        before.into_iter().for_each(|file| { page.import(file); });
        let import = page.worked_out(together(&files)).accept(|_| accepts);
        page.apply(&import);
        let again = page.worked_out(together(&files)).accept(|_| accepts);
        prop_assert!(again.articles.is_empty());
        prop_assert!(again.transaction.is_empty(), "{:?}", again.transaction);
    }

    #[test]
    fn every_span_that_is_taken_in_lies_in_our_text_and_every_relation_has_its_ends(
        before in files(), files in files(), accepts in any::<bool>()
    ) {
        let mut page = Page::default();
        before.into_iter().for_each(|file| { page.import(file); });
        let texts = page.articles.clone();
        let import = page.worked_out(together(&files)).accept(|_| accepts);
        page.apply(&import);
        for (id, article) in &texts {
            prop_assert_eq!(&page.articles[id].text, &article.text);
        }
        for (id, records) in &page.records {
            let Some(id) = id else { continue };
            for (_, annotation) in records.annotations() {
                prop_assert!(page.articles[id].text.holds(annotation.span));
            }
            for (_, relation) in records.relations() {
                prop_assert!(records.annotation(&relation.from).is_some());
                prop_assert!(records.annotation(&relation.to).is_some());
            }
        }
    }

    #[test]
    fn nothing_of_ours_is_ever_changed_by_an_undated_file(before in files(), files in files()) {
        let mut page = Page::default();
        before.into_iter().for_each(|file| { page.import(file); });
        let mut undated = together(&files);
        undated.articles.iter_mut().for_each(|brought| brought.is_dated = false);
        undated.anchored.iter_mut().for_each(|work| work.is_dated = false);
        let import = page.worked_out(undated).accept(|_| true);
        for change in import.transaction.changes() {
            prop_assert_eq!(&change.from, &None);
        }
    }

    #[test]
    fn the_order_of_files_does_not_matter_for_what_does_not_conflict(
        before in files(), files in files()
    ) {
        let mut page = Page::default();
        before.into_iter().for_each(|file| { page.import(file); });
        // A name and a text for each file, and records with ids of its own.
        let mut files = files;
        for (number, file) in files.iter_mut().enumerate() {
            let own = |id: &RecordId| RecordId::from(&*format!("{number} {id}"));
            let records = |records: &mut Vec<(RecordId, Record)>| for (id, record) in records {
                *id = own(id);
                if let Record::Relation(relation) = record {
                    (relation.from, relation.to) = (own(&relation.from), own(&relation.to));
                }
            };
            for brought in &mut file.articles {
                if !page.articles.contains_key(&brought.article.id) {
                    brought.article.id = format!("{} {number}", brought.article.id).as_str().into();
                }
                brought.is_named = true;
                records(&mut brought.records);
            }
            for work in &mut file.anchored {
                records(&mut work.records);
                work.unplaced.iter_mut().for_each(|(id, ..)| *id = own(id));
            }
        }
        let sorted = |import: Import| {
            let mut changes = import.transaction.changes().to_vec();
            changes.sort_by_key(|change| change.key.clone());
            changes
        };
        let one = sorted(page.worked_out(together(&files)));
        files.reverse();
        prop_assert_eq!(one, sorted(page.worked_out(together(&files))));
    }
}
