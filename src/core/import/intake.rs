//! An import under way: the place of each article and of each record among ours.

use super::outcome::{Absent, Doubtful, Import, Missing, ends};
use super::verdict::Verdict;
use super::{AnchoredWork, Held, ImportedArticle, bare_address};
use crate::core::anchor::{self, Placed};
use crate::core::article::Article;
use crate::core::id::{ArticleId, RecordId};
use crate::core::part;
use crate::core::record::{ArticleRecord, Record, RecordKey, RecordKind};
use crate::core::records::Records;
use crate::core::selector::Anchor;
use crate::core::text::{Span, Text};
use crate::core::transaction::{Change, Transaction};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How to find what is here already.
pub(super) struct Here<'f, 'r> {
    /// What we have of an article.
    pub(super) held: &'f dyn Fn(&ArticleId) -> Held<'r>,
    /// The article of ours whose text has a SHA-256.
    pub(super) with_text: &'f dyn Fn(&str) -> Option<ArticleId>,
    /// The only article of ours that was published at a [`bare_address`].
    pub(super) with_address: &'f dyn Fn(&str) -> Option<ArticleId>,
    /// The records that belong to no single article.
    pub(super) corpus: &'r Records,
}

/// An import under way.
pub(super) struct Intake<'f, 'r> {
    here: Here<'f, 'r>,
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

impl<'f, 'r> Intake<'f, 'r> {
    /// Begins an import, named so, of a file that names these articles itself.
    pub(super) fn begin(name: String, named: HashSet<ArticleId>, here: Here<'f, 'r>) -> Self {
        Self {
            here,
            named,
            aliases: HashMap::new(),
            arrived: HashMap::new(),
            arrived_texts: HashMap::new(),
            changes: Vec::new(),
            places: HashMap::new(),
            relations: Vec::new(),
            import: Import::of_nothing(name),
        }
    }
}

impl Intake<'_, '_> {
    /// Takes in an article with its work.
    pub(super) fn article(&mut self, brought: ImportedArticle) {
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
            (self.here.with_text)(sha256).filter(|same| !self.named.contains(same))
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
        (self.here.with_text)(sha256).or_else(|| self.arrived_texts.get(sha256).cloned())
    }

    /// The first of `id-2`, `id-3` and so on that no other text has, and the file does not name.
    fn free_id(&self, id: &ArticleId, sha256: &Arc<str>) -> ArticleId {
        (2..)
            .map(|number: u64| ArticleId::from(&*format!("{id}-{number}")))
            .find(|id| match self.sha256_of(id) {
                Some(taken) => taken == *sha256,
                None => (self.here.held)(id).records.is_none() && !self.named.contains(id),
            })
            .unwrap_or_else(|| id.clone())
    }

    /// The SHA-256 of the text that an article has here, or had.
    fn sha256_of(&self, id: &ArticleId) -> Option<Arc<str>> {
        match self.arrived.get(id) {
            Some(article) => Some(article.sha256.clone()),
            None => (self.here.held)(id).sha256().cloned(),
        }
    }

    /// An article whose text is here, and that was not removed.
    fn ours(&self, id: &ArticleId) -> Option<Article> {
        let held = (self.here.held)(id);
        let held = held.article.filter(|_| !held.was_removed());
        self.arrived.get(id).or(held).cloned()
    }

    /// Sees that an article is among ours, and its text here. `is_told` says whether its metadata are those of
    /// the file, and not merely unknown.
    fn know(&mut self, article: Article, is_told: bool) {
        if self.arrived.contains_key(&article.id) {
            return;
        }
        let ours = (self.here.held)(&article.id);
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

    /// Takes in work on an article whose text is not in the file.
    pub(super) fn anchored(&mut self, work: AnchoredWork) {
        let sha256 = work.sha256.as_ref();
        let named = self.ours(self.aliases.get(&work.article).unwrap_or(&work.article));
        let ours = match (named, sha256) {
            (Some(ours), None) => Some(ours),
            (Some(ours), Some(sha256)) if ours.sha256 == *sha256 => Some(ours),
            (named, Some(sha256)) => self.same_text(sha256).and_then(|id| self.ours(&id)).or(named),
            (None, None) => None,
        };
        // Other tools name a text by its address.
        let addressed = || (self.here.with_address)(bare_address(work.article.as_str()));
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
    pub(super) fn merge(&mut self, key: RecordKey, theirs: Record, is_dated: bool) -> Verdict {
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
            (None, Some(article)) => (self.here.held)(article).records?.get_key(key),
            (None, None) => self.here.corpus.get_key(key),
        }
    }

    /// Takes in the relations that have both ends, and makes a transaction of it all.
    pub(super) fn finished(mut self) -> Import {
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
