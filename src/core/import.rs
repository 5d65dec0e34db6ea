//! Imports: what a file brings, taken into the work that is here already.
//!
//! An article that the file names is ours of that id; one that it does not name, or whose id we do not know, is
//! ours of the same text. Any other is added. Where its id was ours to choose, and another text has that, it gets
//! one that is free. Where the file has another text than ours under the id that it names, its spans are looked
//! for in our text ([`anchor`]): what is found without doubt moves there with its parts, and what is doubtful is
//! listed, to be taken in only where somebody says so ([`Import::accept`]). Nothing is guessed in silence.
//!
//! Work is merged by record id and never overwritten. A record that we do not have, or have no longer, is
//! added. One that we have as it is in the file stays untouched. Where the two differ, an annotation follows
//! whichever was changed last, and any other record stays as ours; a status yields to the file's where ours
//! says that nobody has begun. A file that does not say when its annotations were made changes nothing of ours.
//! Annotations are told apart by id alone, so two that label the same words are both kept.
//!
//! The result is one [`Transaction`], so an import is undone as one step.

use super::anchor::{self, Doubt, Placed};
use super::article::Article;
use super::id::{ArticleId, RecordId};
use super::part;
use super::record::{ArticleRecord, Record, RecordKey, RecordKind, Status};
use super::records::Records;
use super::selector::Anchor;
use super::text::{Span, Text};
use super::transaction::{Change, Transaction};
use std::collections::{HashMap, HashSet};
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
    /// What was left out or is doubtful, each in a sentence for the reviewer.
    pub notes: Vec<String>,
}

impl Imported {
    /// Adds what another file brings.
    pub fn extend(&mut self, other: Self) {
        self.articles.extend(other.articles);
        self.anchored.extend(other.anchored);
        self.records.extend(other.records);
        self.notes.extend(other.notes);
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
    /// The records whose places are in doubt. None of them is in the transaction, unless it is accepted.
    pub doubtful: Vec<Doubtful>,
    /// The records whose words our text does not have.
    pub missing: Vec<Missing>,
    /// The articles that the file has work on, without a text, and that are not here.
    pub absent: Vec<Absent>,
    /// What became of the file's records.
    pub counts: Counts,
    /// Relations of doubtful annotations. Each has its ends here or among the doubtful.
    waiting: Vec<Change>,
}

impl Import {
    /// The same import with those of the doubtful records that are chosen, at their best places, and with the
    /// relations that then have both ends. It is still one step.
    #[must_use]
    pub fn accept(mut self, is_chosen: impl Fn(&Doubtful) -> bool) -> Self {
        let (chosen, rest): (Vec<_>, Vec<_>) = self.doubtful.into_iter().partition(is_chosen);
        // What has become of a record that stands more than once in what was imported together.
        let mut records: HashMap<_, _> = self
            .transaction
            .changes()
            .iter()
            .map(|change| (change.key.clone(), change.to.clone()))
            .collect();
        let mut changes = Vec::new();
        for doubtful in chosen {
            let ours = records.remove(&doubtful.key).unwrap_or(doubtful.ours);
            let verdict = Verdict::of(ours.as_ref(), &doubtful.record, doubtful.is_dated);
            self.counts.count(verdict);
            if !verdict.is_change() {
                records.insert(doubtful.key, ours);
                continue;
            }
            self.counts.moved += usize::from(doubtful.is_moved);
            self.counts.parts += doubtful.parts;
            records.insert(doubtful.key.clone(), Some(doubtful.record.clone()));
            changes.push(Change {
                key: doubtful.key,
                from: ours,
                to: Some(doubtful.record),
            });
        }
        let doubted: HashSet<_> = rest.iter().map(|doubtful| &doubtful.key).collect();
        let (waiting, ready): (Vec<_>, Vec<_>) = self
            .waiting
            .into_iter()
            .partition(|change| ends(change).iter().flatten().any(|end| doubted.contains(end)));
        self.counts.left_out -= ready.len();
        self.counts.added += ready.len();
        changes.extend(ready);
        self.waiting = waiting;
        self.doubtful = rest;
        self.transaction = self.transaction.then(Transaction::new("", changes));
        self
    }
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
    /// Of those that were added or updated, the ones that stand elsewhere in our text than in the file's.
    pub moved: usize,
    /// Relations one end of which was not taken in.
    pub left_out: usize,
    /// Parts of annotations whose words our text does not have there.
    pub parts: usize,
    /// Articles that got another id than the file suggests, since another text has that.
    pub renamed: usize,
}

/// A record that may belong in one place or another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doubtful {
    /// Which record it would be.
    pub key: RecordKey,
    /// The record, at its best place.
    pub record: Record,
    /// Where that is, in our text.
    pub best: Span,
    /// The words that the file has; empty where it tells none.
    pub words: Box<str>,
    /// The words at the best place.
    pub found: Box<str>,
    /// How many places there are.
    pub candidates: usize,
    /// What is in doubt.
    pub why: Doubt,
    /// What we have of it now.
    ours: Option<Record>,
    /// Whether its file tells when it was made.
    is_dated: bool,
    is_moved: bool,
    /// Parts that it would lose.
    parts: usize,
}

impl fmt::Display for Doubtful {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (found, candidates) = (Quoted(&self.found), self.candidates);
        told(f, &self.key, &self.record)?;
        match self.why {
            Doubt::Repeated => write!(
                f,
                "{found} stands there {candidates} times, and what is around it does not tell which is meant"
            ),
            Doubt::OtherContext => write!(f, "{found} stands there once, but among other words"),
            Doubt::OtherWords => write!(
                f,
                "{} does not stand there; most like it is {found}",
                Quoted(&self.words)
            ),
            Doubt::NoWords => write!(f, "the file tells its position alone, where {found} stands now"),
        }
    }
}

/// A record whose words our text does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Missing {
    /// Which record it would be.
    pub key: RecordKey,
    /// The record, with a span that is without meaning.
    pub record: Record,
    /// The words that the file has; empty where it tells none.
    pub words: Box<str>,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        told(f, &self.key, &self.record)?;
        match &*self.words {
            "" => f.write_str("its position does not fit the text, and the file does not tell its words"),
            words => write!(f, "{} does not stand there", Quoted(words)),
        }
    }
}

/// Work on an article that is not here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Absent {
    /// The article, as the file names it.
    pub article: ArticleId,
    /// How many records the file has for it.
    pub records: usize,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { article, records } = self;
        write!(
            f,
            "Article {article} is not here, and the file does not have its text: {records} of its records \
             left out"
        )
    }
}

/// Begins a line about a record: "Article a, claim: ".
fn told(f: &mut fmt::Formatter<'_>, key: &RecordKey, record: &Record) -> fmt::Result {
    if let Some(article) = &key.article {
        write!(f, "Article {article}, ")?;
    }
    match record {
        Record::Annotation(annotation) => write!(f, "{}: ", annotation.label),
        Record::Region(region) => write!(f, "{}: ", region.kind.as_str()),
        _ => Ok(()),
    }
}

/// Words as a line quotes them: the first of many.
struct Quoted<'w>(&'w str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 80;
        match self.0.char_indices().nth(MOST) {
            Some((at, _)) => write!(f, "“{}…”", &self.0[..at]),
            None => write!(f, "“{}”", self.0),
        }
    }
}

/// An address without what may differ where the same page is meant: how it is fetched, a place in the page, a slash at
/// the end.
pub fn bare_address(address: &str) -> &str {
    let address = address.split_once('#').map_or(address, |(address, _)| address);
    let address = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .unwrap_or(address);
    address.strip_suffix('/').unwrap_or(address)
}

/// Works out what taking in `imported` changes. `held` looks up what we have of an article, `with_text` the
/// article of ours whose text has a SHA-256, `with_address` the only one of ours that was published at a
/// [`bare_address`], and `corpus` holds the records that belong to no single article.
pub fn import<'r>(
    imported: Imported,
    held: impl Fn(&ArticleId) -> Held<'r>,
    with_text: impl Fn(&str) -> Option<ArticleId>,
    with_address: impl Fn(&str) -> Option<ArticleId>,
    corpus: &'r Records,
) -> Import {
    let name = match imported.articles.len() + imported.anchored.len() {
        1 => "import 1 article".to_owned(),
        count => format!("import {count} articles"),
    };
    // Articles that are named come first, so that none gives way to one whose name was ours to choose.
    let (named, unnamed): (Vec<_>, Vec<_>) = imported
        .articles
        .into_iter()
        .partition(|brought| brought.is_named);
    let mut intake = Intake {
        held: &held,
        with_text: &with_text,
        with_address: &with_address,
        corpus,
        named: named.iter().map(|brought| brought.article.id.clone()).collect(),
        aliases: HashMap::new(),
        arrived: HashMap::new(),
        arrived_texts: HashMap::new(),
        changes: Vec::new(),
        places: HashMap::new(),
        relations: Vec::new(),
        import: Import {
            transaction: Transaction::new(name, []),
            articles: Vec::new(),
            doubtful: Vec::new(),
            missing: Vec::new(),
            absent: Vec::new(),
            counts: Counts::default(),
            waiting: Vec::new(),
        },
    };
    for brought in named.into_iter().chain(unnamed) {
        intake.article(brought);
    }
    for work in imported.anchored {
        intake.anchored(work);
    }
    for (id, record) in imported.records {
        intake.merge(RecordKey::of_corpus(record.kind(), id), record, true);
    }
    intake.finished()
}

/// What is to become of a record of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Added,
    Updated,
    Kept,
    Same,
}

impl Verdict {
    fn of(ours: Option<&Record>, theirs: &Record, is_dated: bool) -> Self {
        match (ours, theirs) {
            (None, _) => Self::Added,
            (Some(ours), theirs) if ours == theirs => Self::Same,
            (Some(Record::Annotation(ours)), Record::Annotation(theirs)) if is_dated => {
                if ours.updated < theirs.updated {
                    Self::Updated
                } else {
                    Self::Kept
                }
            }
            (Some(Record::Annotation(ours)), Record::Annotation(theirs)) => {
                let (mut theirs, ours) = (theirs.clone(), ours);
                (theirs.created, theirs.updated) = (ours.created, ours.updated);
                if theirs == *ours { Self::Same } else { Self::Kept }
            }
            (Some(Record::Status(Status::NotStarted)), _) if is_dated => Self::Updated,
            _ => Self::Kept,
        }
    }

    /// Whether our record becomes theirs.
    fn is_change(self) -> bool {
        matches!(self, Self::Added | Self::Updated)
    }
}

impl Counts {
    fn count(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Added => &mut self.added,
            Verdict::Updated => &mut self.updated,
            Verdict::Kept => &mut self.kept,
            Verdict::Same => &mut self.same,
        } += 1;
    }
}

/// The annotations that a change of a relation joins.
fn ends(change: &Change) -> Option<[RecordKey; 2]> {
    match (&change.key.article, &change.to) {
        (Some(article), Some(Record::Relation(relation))) => {
            Some([&relation.from, &relation.to].map(|end| RecordKey::annotation(article, end.clone())))
        }
        _ => None,
    }
}

/// An import under way.
struct Intake<'f, 'r> {
    held: &'f dyn Fn(&ArticleId) -> Held<'r>,
    with_text: &'f dyn Fn(&str) -> Option<ArticleId>,
    with_address: &'f dyn Fn(&str) -> Option<ArticleId>,
    corpus: &'r Records,
    /// The articles that the file itself names.
    named: HashSet<ArticleId>,
    /// Under which id an article is here that the file names otherwise.
    aliases: HashMap<ArticleId, ArticleId>,
    /// The articles of the file that we did not have, and which of them has which text.
    arrived: HashMap<ArticleId, Article>,
    arrived_texts: HashMap<Arc<str>, ArticleId>,
    changes: Vec<Change>,
    /// Where in `changes` each record is.
    places: HashMap<RecordKey, usize>,
    /// The relations, and whether their file is dated. They are looked at when all annotations are in.
    relations: Vec<(RecordKey, Record, bool)>,
    import: Import,
}

impl Intake<'_, '_> {
    fn article(&mut self, brought: ImportedArticle) {
        let (id, ours) = self.destination(&brought);
        if brought.is_named && id != brought.article.id {
            self.aliases.insert(brought.article.id.clone(), id.clone());
        }
        let ImportedArticle {
            mut article,
            is_named,
            is_dated,
            records,
        } = brought;
        if let Some(ours) = ours {
            let (spans, rest): (Vec<_>, Vec<_>) = records
                .into_iter()
                .partition(|(_, record)| record.span().is_some());
            let unplaced = spans
                .into_iter()
                .filter_map(|(id, record)| {
                    let anchor = Anchor::of(&article.text, record.span()?);
                    Some((id, record, anchor))
                })
                .collect();
            self.place(&ours, Some(&article.text), unplaced, is_dated);
            self.take(&id, rest, is_dated);
            return;
        }
        let is_told = is_named && id == article.id;
        article.id = id.clone();
        self.know(article, is_told);
        self.take(&id, records, is_dated);
    }

    /// The id under which an article of the file is taken in; and the article of ours that has it, where that
    /// has another text.
    fn destination(&mut self, brought: &ImportedArticle) -> (ArticleId, Option<Article>) {
        let Article { id, sha256, .. } = &brought.article;
        let id = self.aliases.get(id).filter(|_| brought.is_named).unwrap_or(id);
        let ours = self.sha256_of(id);
        if ours.as_ref() == Some(sha256) {
            return (id.clone(), None);
        }
        if brought.is_named
            && let Some(ours) = self.ours(id)
        {
            return (id.clone(), Some(ours));
        }
        // Of two articles that the file names, neither is the other, though they have one text.
        let same = if brought.is_named {
            (self.with_text)(sha256).filter(|same| !self.named.contains(same))
        } else {
            self.same_text(sha256)
        };
        if let Some(same) = same {
            return (same, None);
        }
        // What the file names may have gone elsewhere, but its name is not free.
        if ours.is_none() && (brought.is_named || !self.named.contains(id)) {
            return (id.clone(), None);
        }
        let free = self.free_id(id, sha256);
        self.import.counts.renamed += 1;
        (free, None)
    }

    /// The article, ours or of the file, that has a text; of several of the file, the one with the first id.
    fn same_text(&self, sha256: &str) -> Option<ArticleId> {
        (self.with_text)(sha256).or_else(|| self.arrived_texts.get(sha256).cloned())
    }

    /// The first of `id-2`, `id-3` and so on that no other text has, and the file does not name.
    fn free_id(&self, id: &ArticleId, sha256: &Arc<str>) -> ArticleId {
        (2..)
            .map(|number: u64| ArticleId::from(&*format!("{id}-{number}")))
            .find(|id| match self.sha256_of(id) {
                Some(taken) => taken == *sha256,
                None => (self.held)(id).records.is_none() && !self.named.contains(id),
            })
            .unwrap_or_else(|| id.clone())
    }

    /// The SHA-256 of the text that an article has here, or had.
    fn sha256_of(&self, id: &ArticleId) -> Option<Arc<str>> {
        match self.arrived.get(id) {
            Some(article) => Some(article.sha256.clone()),
            None => (self.held)(id).sha256().cloned(),
        }
    }

    /// An article whose text is here, and that was not removed.
    fn ours(&self, id: &ArticleId) -> Option<Article> {
        let held = (self.held)(id);
        let held = held.article.filter(|_| !held.was_removed());
        self.arrived.get(id).or(held).cloned()
    }

    /// Sees that an article is among ours, and its text here. `is_told` says whether its metadata are those of
    /// the file, and not merely unknown.
    fn know(&mut self, article: Article, is_told: bool) {
        if self.arrived.contains_key(&article.id) {
            return;
        }
        let ours = (self.held)(&article.id);
        let key = RecordKey::article(&article.id);
        let metadata = match ours.record(key.kind, &key.id) {
            Some(Record::Article(held)) => Some(&held.metadata),
            _ if ours.was_removed() => None,
            _ => ours.article.map(|held| &held.metadata),
        };
        match metadata {
            Some(metadata) => {
                self.import.counts.kept += usize::from(is_told && *metadata != article.metadata);
            }
            None => self.change(Change {
                key,
                from: None,
                to: Some(Record::Article(ArticleRecord {
                    sha256: article.sha256.clone(),
                    metadata: match ours.article {
                        Some(held) if !is_told => held.metadata.clone(),
                        _ => article.metadata.clone(),
                    },
                })),
            }),
        }
        if ours.article.is_none() {
            let first = self.arrived_texts.entry(article.sha256.clone());
            let first = first.or_insert_with(|| article.id.clone());
            *first = article.id.clone().min(first.clone());
            self.arrived.insert(article.id.clone(), article.clone());
            self.import.articles.push(article);
        }
    }

    fn anchored(&mut self, work: AnchoredWork) {
        let sha256 = work.sha256.as_ref();
        let named = self.ours(self.aliases.get(&work.article).unwrap_or(&work.article));
        let ours = match (named, sha256) {
            (Some(ours), None) => Some(ours),
            (Some(ours), Some(sha256)) if ours.sha256 == *sha256 => Some(ours),
            (named, Some(sha256)) => self.same_text(sha256).and_then(|id| self.ours(&id)).or(named),
            (None, None) => None,
        };
        // Other tools name a text by its address.
        let addressed = || (self.with_address)(bare_address(work.article.as_str()));
        let ours = ours.or_else(|| self.ours(&addressed()?));
        let Some(ours) = ours else {
            self.import.absent.push(Absent {
                records: work.unplaced.len() + work.records.len(),
                article: work.article,
            });
            return;
        };
        let is_same = sha256.is_some_and(|sha256| ours.sha256 == *sha256);
        let mut unplaced = Vec::new();
        for (id, record, anchor) in work.unplaced {
            let standing = anchor::standing(&ours.text, &anchor).filter(|_| is_same);
            match standing {
                // The text is the one that the work was done on: where the words stand is where they are meant.
                Some(span) => {
                    let (record, parts) = moved(&ours.text, record, &anchor, span);
                    self.settle(&ours, id, record, (false, parts), work.is_dated);
                }
                None => unplaced.push((id, record, anchor)),
            }
        }
        self.place(&ours, None, unplaced, work.is_dated);
        self.take(&ours.id, work.records, work.is_dated);
    }

    /// Takes in records whose spans are still to be found in our text. `old` is the text that they were made on,
    /// where that is at hand.
    fn place(
        &mut self,
        ours: &Article,
        old: Option<&Text>,
        unplaced: Vec<(RecordId, Record, Anchor)>,
        is_dated: bool,
    ) {
        let placed = anchor::place(unplaced.iter().map(|(.., anchor)| anchor), old, &ours.text);
        for ((id, record, anchor), placed) in unplaced.into_iter().zip(placed) {
            match placed {
                Placed::Same(span) | Placed::Found(span) => {
                    let is_moved = is_elsewhere(&ours.text, &anchor, span);
                    let (record, parts) = moved(&ours.text, record, &anchor, span);
                    self.settle(ours, id, record, (is_moved, parts), is_dated);
                }
                Placed::Doubtful {
                    best,
                    candidates,
                    why,
                } => {
                    let key = RecordKey::of_article(&ours.id, record.kind(), id);
                    let is_moved = is_elsewhere(&ours.text, &anchor, best);
                    let (record, parts) = moved(&ours.text, record, &anchor, best);
                    let held = self.current(&key);
                    let verdict = Verdict::of(held, &record, is_dated);
                    if !verdict.is_change() {
                        self.import.counts.count(verdict);
                        continue;
                    }
                    let doubtful = Doubtful {
                        ours: held.cloned(),
                        key,
                        record,
                        best,
                        words: anchor.exact.unwrap_or_default(),
                        found: ours.text.slice(best).into(),
                        candidates,
                        why,
                        is_dated,
                        is_moved,
                        parts,
                    };
                    self.import.doubtful.push(doubtful);
                }
                Placed::Missing => {
                    let key = RecordKey::of_article(&ours.id, record.kind(), id);
                    if !Verdict::of(self.current(&key), &record, is_dated).is_change() {
                        self.import.counts.kept += 1;
                        continue;
                    }
                    self.import.missing.push(Missing {
                        key,
                        record,
                        words: anchor.exact.unwrap_or_default(),
                    });
                }
            }
        }
    }

    /// Takes in a record that has found its place, given whether that is another than it had, and how many of
    /// its parts it has lost.
    fn settle(
        &mut self,
        ours: &Article,
        id: RecordId,
        record: Record,
        (is_moved, parts): (bool, usize),
        is_dated: bool,
    ) {
        let key = RecordKey::of_article(&ours.id, record.kind(), id);
        if self.merge(key, record, is_dated).is_change() {
            self.import.counts.moved += usize::from(is_moved);
            self.import.counts.parts += parts;
        }
    }

    /// Takes in records of an article that need no place, or have theirs.
    fn take(&mut self, article: &ArticleId, records: Vec<(RecordId, Record)>, is_dated: bool) {
        for (id, record) in records {
            let key = RecordKey::of_article(article, record.kind(), id);
            if record.kind() == RecordKind::Relation {
                self.relations.push((key, record, is_dated));
            } else {
                self.merge(key, record, is_dated);
            }
        }
    }

    /// Takes one record in, and tells what became of it.
    fn merge(&mut self, key: RecordKey, theirs: Record, is_dated: bool) -> Verdict {
        let ours = self.current(&key);
        let verdict = Verdict::of(ours, &theirs, is_dated);
        if verdict.is_change() {
            let from = ours.cloned();
            self.change(Change {
                key,
                from,
                to: Some(theirs),
            });
        }
        self.import.counts.count(verdict);
        verdict
    }

    fn change(&mut self, change: Change) {
        match self.places.get(&change.key) {
            Some(&place) => self.changes[place].to = change.to,
            None => {
                self.places.insert(change.key.clone(), self.changes.len());
                self.changes.push(change);
            }
        }
    }

    /// What a record is, once the changes so far are made.
    fn current(&self, key: &RecordKey) -> Option<&Record> {
        match (self.places.get(key), &key.article) {
            (Some(&place), _) => self.changes[place].to.as_ref(),
            (None, Some(article)) => (self.held)(article).records?.get_key(key),
            (None, None) => self.corpus.get_key(key),
        }
    }

    /// Takes in the relations that have both ends, and makes a transaction of it all.
    fn finished(mut self) -> Import {
        let doubted: HashSet<_> = self
            .import
            .doubtful
            .iter()
            .map(|doubtful| doubtful.key.clone())
            .collect();
        for (key, record, is_dated) in std::mem::take(&mut self.relations) {
            let change = Change {
                from: None,
                to: Some(record),
                key,
            };
            let ends = ends(&change);
            let is_here = |end: &RecordKey| self.current(end).is_some();
            let has_both = ends.iter().flatten().all(is_here);
            if has_both || is_here(&change.key) {
                if let Some(record) = change.to {
                    self.merge(change.key, record, is_dated);
                }
                continue;
            }
            let may_have_both = ends
                .iter()
                .flatten()
                .all(|end| is_here(end) || doubted.contains(end));
            self.import.waiting.extend(may_have_both.then_some(change));
            self.import.counts.left_out += 1;
        }
        self.import.transaction = self.import.transaction.then(Transaction::new("", self.changes));
        self.import
    }
}

/// Whether a file tells another place than the one at which its words were found.
fn is_elsewhere(text: &Text, anchor: &Anchor, span: Span) -> bool {
    let found = text.span_to_code_points(span);
    anchor.position.is_some_and(|told| told != found)
}

/// A record at another place than the file has it, and how many of its parts were lost on the way.
fn moved(text: &Text, record: Record, anchor: &Anchor, span: Span) -> (Record, usize) {
    match record {
        Record::Annotation(mut annotation) => {
            annotation.span = span;
            let before = annotation.attributes.len();
            let from = anchor.position.map(|(start, _)| start);
            annotation.attributes = std::mem::take(&mut annotation.attributes)
                .into_iter()
                .filter_map(|(name, value)| {
                    if part::is_part(&value) {
                        Some((name, part::moved(text, &value, from, span)?))
                    } else if part::is_wordless(&value) {
                        Some((name, part::with_words(text, &value, from, span)?))
                    } else {
                        Some((name, value))
                    }
                })
                .collect();
            let lost = before - annotation.attributes.len();
            (Record::Annotation(annotation), lost)
        }
        Record::Region(mut region) => {
            region.span = span;
            (Record::Region(region), 0)
        }
        other => (other, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::id::WriterId;
    use crate::core::record::{Annotation, Entity, Metadata, Origin, Relation, RelationKind};
    use crate::core::records::Stamp;
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
}
