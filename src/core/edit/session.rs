//! Tests of whole sessions: any sequence of edits keeps the records sound, and can be taken back.

use super::super::article::Article;
use super::super::history::History;
use super::super::id::{ArticleId, RecordId, WriterId};
use super::super::part;
use super::super::record::{ClaimGroup, Entity, Metadata, Record, RecordKey, RecordKind, RegionKind, Status};
use super::super::records::{Records, Stamp};
use super::super::scheme::Scheme;
use super::super::text::{ByteOffset, Span, Text};
use super::super::timestamp::Timestamp;
use super::super::transaction::Transaction;
use super::*;
use proptest::prelude::*;
use serde_json::json;

/// How many kinds of steps [`Session::made`] knows.
const KINDS: u8 = 24;

/// What one step of a session does, and numbers to choose from what is there.
type Step = (u8, [usize; 4]);

struct Session {
    articles: Vec<Article>,
    /// The records of each article, and behind them those of the corpus.
    records: Vec<Records>,
    scheme: Scheme,
    history: History,
    time: u64,
}

impl Session {
    fn new() -> Self {
        let articles: Vec<Article> = [
            "Зеленський 😀 said: “Kyiv holds 1,294 km²”, reportedly.",
            "قال الرئيس إن المدينة 👩‍👩‍👧‍👦 سقطت אמר",
            "乌克兰控制，\n\n 了该地区 cafe\u{301}\u{a0} 🇺🇦!",
        ]
        .into_iter()
        .enumerate()
        .map(|(number, text)| {
            let id = format!("a{number}");
            Article::new(id.as_str().into(), Metadata::default(), Text::new(text))
        })
        .collect();
        Self {
            records: vec![Records::default(); articles.len() + 1],
            articles,
            scheme: Scheme::news_claims(),
            history: History::default(),
            time: 0,
        }
    }

    fn author(&self) -> Author {
        Author {
            name: "quiet-heron".into(),
            now: Timestamp::from_millis(self.time as i64),
        }
    }

    fn place_of(&self, article: Option<&ArticleId>) -> usize {
        self.articles
            .iter()
            .position(|known| Some(&known.id) == article)
            .unwrap_or(self.articles.len())
    }

    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records[self.place_of(key.article.as_ref())].get_key(key)
    }

    fn apply(&mut self, transaction: &Transaction) {
        self.time += 1;
        let stamp = Stamp {
            time: self.time,
            writer: WriterId(1),
        };
        for change in transaction.changes() {
            assert_eq!(self.record(&change.key), change.from.as_ref());
            let place = self.place_of(change.key.article.as_ref());
            let key = change.key.clone();
            self.records[place].merge(key.kind, key.id, stamp, change.to.clone());
        }
    }

    /// Does one step. Returns whether it changed anything.
    fn take(&mut self, step: Step) -> bool {
        let Ok(made) = self.made(step) else {
            return false;
        };
        if made.is_empty() {
            return false;
        }
        if made.name() == "edit note" {
            let made = self
                .history
                .push_grouped(made, &format!("note {}", step.1[1] % 2));
            self.apply(&made);
        } else {
            self.apply(&made);
            self.history.push(made);
        }
        true
    }

    fn made(&self, (kind, [a, b, c, d]): Step) -> Result<Transaction, Refusal> {
        let (article, records) = (&self.articles[a % 3], &self.records[a % 3]);
        let (corpus, scheme, author) = (&self.records[3], &self.scheme, &self.author());
        let new_id = RecordId::from(format!("n{}", self.time).as_str());
        let nth = |kind, number: usize| nth(records, kind, number);
        let id = nth(RecordKind::Annotation, b);
        let span = span(&article.text, c, d);
        let label = self.scheme.labels[d % 3].id.clone();
        let entity = ["Q1", "Q2", "Q3"][c % 3];
        match kind {
            0 => annotate(article, records, scheme, (new_id, span, label), author),
            1 => {
                let ids = [id, nth(RecordKind::Annotation, c)];
                relabel(article, records, scheme, (&ids, &label), author)
            }
            2 => {
                let note = [None, Some("да".into()), Some("hm 😀".into())][c % 3].clone();
                set_note(article, records, &id, note, author)
            }
            3 => remove(article, records, &[id]),
            4 => {
                let status = [Status::NotStarted, Status::InProgress, Status::Done][b % 3];
                Ok(set_status(article, records, status))
            }
            5 => resize(article, records, &id, span, author),
            6 => {
                let place = span.end();
                split(article, records, scheme, (&id, new_id, place), author)
            }
            7 => {
                let ids = [id, nth(RecordKind::Annotation, c), nth(RecordKind::Annotation, d)];
                merge(article, records, scheme, &ids[..2 + d % 2], author)
            }
            8 => duplicate(article, records, scheme, (&id, new_id, &label), author),
            9 => {
                let targets: Vec<_> = [a % 3, b % 3]
                    .into_iter()
                    .take(1 + usize::from(a % 3 != b % 3))
                    .map(|place| Target {
                        article: &self.articles[place],
                        records: &self.records[place],
                        spans: (0..3)
                            .map(|number| {
                                let id = format!("n{}-{number}", self.time);
                                let text = &self.articles[place].text;
                                (id.as_str().into(), self::span(text, c + number * d, d))
                            })
                            .collect(),
                    })
                    .collect();
                let mut labelling = Labelling::new(label.clone());
                targets
                    .iter()
                    .try_for_each(|target| labelling.add(target, author))
                    .map(|()| labelling.done(scheme))
            }
            10 => {
                let (field, value) = [
                    ("stance", Some(json!("neutral"))),
                    ("stance", None),
                    ("figures", Some(json!([{ "value": "1,294", "unit": "km²" }]))),
                    ("of another scheme", Some(part::to_value(&article.text, span))),
                ][c % 4]
                    .clone();
                set_attribute(article, records, scheme, (&id, field, value), author)
            }
            11 => {
                let within = records.annotation(&id).map(|annotation| annotation.span);
                let part = within.and_then(|within| within.intersection(span));
                let field = ["source", "cue"][d % 2];
                set_part(article, records, scheme, (&id, field, part), author)
            }
            12 => {
                let to = nth(RecordKind::Annotation, c);
                relate(article, records, scheme, (new_id, &id, &to))
            }
            13 => unrelate(article, records, &nth(RecordKind::Relation, b)),
            14 => {
                let behind = format!("n{}-behind", self.time);
                let ids = [new_id, behind.as_str().into()];
                let kinds = [RegionKind::Junk, RegionKind::Heading];
                mark_region(article, records, (ids, span, kinds[b % 2]))
            }
            15 => clear_region(article, records, &nth(RecordKind::Region, b)),
            16 => {
                let value = [None, Some(json!("uk"))][c % 2].clone();
                set_field(article, records, scheme, ("language", value))
            }
            17 => put_entity(corpus, (entity.into(), self::entity(b))),
            18 => remove_entity(corpus, &entity.into()),
            19 => add_alias(corpus, &entity.into(), &self::entity(b).name),
            20 => {
                let list = (0..3).map(|number| {
                    let id = ["Q1", "Q2", "Q3"][(c * number) % 3];
                    (id.into(), self::entity(b + number))
                });
                Ok(import_entities(corpus, list.collect()))
            }
            21 => {
                let words = records
                    .annotation(&id)
                    .and_then(|annotation| spelling(article, annotation))
                    .unwrap_or_default();
                let entity = entity.into();
                let to = (!d.is_multiple_of(4)).then_some((&entity, words));
                tie(article, records, corpus, scheme, (&id, "entity", to), author)
            }
            22 => {
                let group = ClaimGroup {
                    name: "same".into(),
                    members: vec![id.clone(), nth(RecordKind::Annotation, c), id],
                };
                put_claim_group(corpus, (["g", "h"][d % 2].into(), group))
            }
            _ => remove_claim_group(corpus, &["g", "h"][d % 2].into()),
        }
    }

    fn undo(&mut self) -> bool {
        let mut history = std::mem::take(&mut self.history);
        let taken = history.undo(|key| self.record(key));
        self.history = history;
        taken.as_ref().map(|taken| self.apply(taken)).is_some()
    }

    fn redo(&mut self) -> bool {
        let mut history = std::mem::take(&mut self.history);
        let taken = history.redo(|key| self.record(key));
        self.history = history;
        taken.as_ref().map(|taken| self.apply(taken)).is_some()
    }

    /// Everything that is there, without the traces of what was removed.
    fn state(&self) -> Vec<Vec<(RecordKind, RecordId, Record)>> {
        let living = |records: &Records| {
            records
                .versions()
                .filter_map(|(kind, id, versioned)| Some((kind, id.clone(), versioned.record.clone()?)))
                .collect()
        };
        self.records.iter().map(living).collect()
    }

    fn check(&self) {
        for (article, records) in self.articles.iter().zip(&self.records) {
            let mut spans = Vec::new();
            let mut labelled = Vec::new();
            for (id, record) in records.of_kind(RecordKind::Annotation) {
                let Record::Annotation(annotation) = record else {
                    panic!("{id} is kept as an annotation");
                };
                assert!(article.text.holds(annotation.span), "{annotation:?}");
                for value in annotation.attributes.values() {
                    let part = part::from_value(&article.text, value);
                    assert!(
                        part.is_none_or(|part| annotation.span.contains(part)),
                        "{annotation:?}"
                    );
                }
                spans.push((annotation.span, id));
                labelled.push((&annotation.label, annotation.span));
            }
            spans.sort_by_key(|(span, id)| (span.start(), std::cmp::Reverse(span.end()), *id));
            let kept: Vec<_> = records
                .spans()
                .iter()
                .map(|entry| (entry.span, &entry.id))
                .collect();
            assert_eq!(kept, spans);
            labelled.sort();
            assert!(labelled.windows(2).all(|pair| pair[0] != pair[1]), "{labelled:?}");
            for (_, relation) in records.relations() {
                assert!(records.annotation(&relation.from).is_some(), "{relation:?}");
                assert!(records.annotation(&relation.to).is_some(), "{relation:?}");
                assert_ne!(relation.from, relation.to);
            }
            let regions = records.regions();
            for pair in regions.windows(2) {
                assert!(pair[0].1.span.end() <= pair[1].1.span.start(), "{regions:?}");
            }
            for (_, region) in regions {
                assert!(article.text.holds(region.span), "{region:?}");
            }
        }
    }
}

/// A record of one kind; an id that nothing has where there is none.
fn nth(records: &Records, kind: RecordKind, number: usize) -> RecordId {
    let count = records.of_kind(kind).count().max(1);
    let found = records.of_kind(kind).nth(number % count);
    found.map_or("gone".into(), |(id, _)| id.clone())
}

/// A span of at most twelve characters.
fn span(text: &Text, start: usize, length: usize) -> Span {
    let mut places: Vec<ByteOffset> = text.char_indices().map(|(place, _)| place.into()).collect();
    places.push(text.end());
    let start = start % (places.len() - 1);
    let end = (start + 1 + length % 12).min(places.len() - 1);
    text.span(places[start], places[end]).unwrap()
}

fn entity(number: usize) -> Entity {
    let names = ["Zelensky", "Зеленський", "泽连斯基", " "];
    Entity {
        name: names[number % 4].into(),
        aliases: vec![names[number / 4 % 4].into()],
    }
}

/// Labels are made more often than anything else, so that there is something to work on.
fn step() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![1 => Just(0), 4 => 0..KINDS];
    (kind, prop::array::uniform4(0..1000_usize))
}

#[test]
fn every_kind_of_step_is_taken_in_a_long_session() {
    let mut session = Session::new();
    let mut taken = [0; KINDS as usize];
    // Marsaglia's xorshift.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut number = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % 1000
    };
    for round in 0..4000 {
        let kind = if round % 5 == 0 {
            0
        } else {
            (round % usize::from(KINDS)) as u8
        };
        let step = (kind, [number(), number(), number(), number()]);
        taken[usize::from(kind)] += usize::from(session.take(step));
    }
    assert!(taken.iter().all(|&count| count > 0), "{taken:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_200_steps_keep_the_records_sound_and_are_undone_and_redone_one_by_one(
        steps in prop::collection::vec((step(), 0..12_u8), 200)
    ) {
        let mut session = Session::new();
        let first = session.state();
        for (step, then) in steps {
            session.take(step);
            session.check();
            let state = session.state();
            match then {
                0 if session.undo() => prop_assert!(session.redo()),
                1 => session.history.close_group(),
                _ => {}
            }
            prop_assert_eq!(session.state(), state);
        }
        let last = session.state();
        let mut count = 0;
        while session.undo() {
            count += 1;
            session.check();
        }
        prop_assert_eq!(session.state(), first);
        while session.redo() {
            count -= 1;
        }
        prop_assert_eq!(count, 0);
        prop_assert_eq!(session.state(), last);
    }
}
