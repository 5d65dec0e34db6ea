//! Searching: what is looked for, and what has been found so far.
//!
//! A search goes on in slices, so that the page stays quick to answer however many articles there are, and begins
//! anew whenever something else is asked.

use super::command::{Command, SearchScope};
use super::workspace::Workspace;
use crate::browser::folding::BrowserFolding;
use crate::browser::route::Route;
use crate::browser::shift::Shift;
use crate::browser::{clock, idle};
use crate::core::article::Article;
use crate::core::id::ArticleId;
use crate::core::search::{self, Query, Search};
use crate::core::text::Span;
use leptos::prelude::*;
use std::rc::Rc;

/// How many milliseconds lie at least between one showing of what has been found and the next.
const PAUSE: i64 = 100;
/// How many hits are kept to be gone through; those beyond are counted.
const KEPT: usize = 10_000;
/// Code points on either side of a hit that are read out with it.
const SPOKEN: usize = 40;

/// A place where the words stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The article.
    pub article: ArticleId,
    /// Where in its text.
    pub span: Span,
}

/// What a search has found so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Found {
    /// The first hits, in the order of the library and of the text.
    pub hits: Vec<Hit>,
    /// How many hits there are, those that are not kept among them.
    pub count: usize,
    /// In how many articles.
    pub articles: usize,
    /// Whether everything has been searched.
    pub is_complete: bool,
}

/// What is looked for. Two that are equal find the same.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Sought {
    query: Query,
    /// The article that is searched; `None` for all of them.
    article: Option<ArticleId>,
    /// How many articles there are; 0 until all are read, so that what comes in by then begins nothing anew.
    articles: usize,
}

/// The state of the search. It outlives the panel, so that an article can be opened from it and left again.
#[derive(Clone, Copy)]
pub struct Searching {
    /// The words, and how they are meant.
    pub query: RwSignal<Query>,
    /// What has been found.
    pub found: RwSignal<Found>,
    /// The hit that was opened last, by its place among those that are kept.
    pub current: RwSignal<Option<usize>>,
    sought: StoredValue<Sought>,
    /// Counts the searches: an earlier one gives up.
    run: StoredValue<u64>,
    /// Counts the times that the hits in the open article were asked for.
    shown: StoredValue<u64>,
}

/// A search under way.
struct Run {
    number: u64,
    search: Search<'static>,
    left: std::vec::IntoIter<Rc<Article>>,
    /// What has been found since something was shown last.
    unshown: Found,
    /// How many hits are kept.
    kept: usize,
    /// When something was shown last, in milliseconds; `None` before anything was.
    shown_at: Option<i64>,
}

impl Searching {
    /// Nothing is looked for.
    pub fn none() -> Self {
        Self {
            query: RwSignal::new(Query::default()),
            found: RwSignal::new(Found::default()),
            current: RwSignal::new(None),
            sought: StoredValue::new(Sought::default()),
            run: StoredValue::new(0),
            shown: StoredValue::new(0),
        }
    }
}

impl Found {
    /// Adds what was found later.
    fn append(&mut self, later: Self) {
        self.hits.extend(later.hits);
        self.count += later.count;
        self.articles += later.articles;
        self.is_complete = later.is_complete;
    }
}

impl Workspace {
    /// Looks for what is asked now, unless that is being done or was done already. Tracks what it depends on.
    pub fn search(self) {
        self.revision.track();
        let searching = self.searching;
        let sought = Sought {
            query: searching.query.get(),
            article: match (self.search_scope.get(), self.route.get()) {
                (SearchScope::Article, Route::Article(id)) => Some(id),
                _ => None,
            },
            articles: match self.is_whole.get() {
                true => self.with(|desk| desk.articles.len()).unwrap_or_default(),
                false => 0,
            },
        };
        if searching.sought.with_value(|before| *before == sought) {
            return;
        }
        searching.sought.set_value(sought.clone());
        let number = searching.run.get_value() + 1;
        searching.run.set_value(number);
        searching.current.set(None);
        if sought.query.words.trim().is_empty() {
            searching.found.set(Found::default());
            return;
        }
        let articles = self.with(|desk| match &sought.article {
            Some(id) => desk.article(id).cloned().into_iter().collect(),
            None => desk.articles.clone(),
        });
        let run = Run {
            number,
            search: sought.query.prepared(&BrowserFolding),
            left: articles.unwrap_or_default().into_iter(),
            unshown: Found::default(),
            kept: 0,
            shown_at: None,
        };
        // The key that was typed is shown first.
        idle::next_frame(move || self.search_on(run));
    }

    fn search_on(self, mut run: Run) {
        let searching = self.searching;
        if searching.run.try_get_value() != Some(run.number) {
            return;
        }
        let begun = clock::now().millis();
        let shift = Shift::begin();
        while !shift.is_over()
            && let Some(article) = run.left.next()
        {
            let before = run.unshown.count;
            for span in run.search.hits(&article.text) {
                run.unshown.count += 1;
                if run.kept < KEPT {
                    run.kept += 1;
                    let article = article.id.clone();
                    run.unshown.hits.push(Hit { article, span });
                }
            }
            run.unshown.articles += usize::from(run.unshown.count > before);
        }
        run.unshown.is_complete = run.left.as_slice().is_empty();
        let is_first = run.shown_at.is_none();
        let has_news = run.unshown.count > 0;
        let is_due = match run.shown_at {
            None => true,
            // The first hits are worth more than those behind them.
            Some(at) => {
                begun - at >= PAUSE || (has_news && searching.found.with_untracked(|found| found.count == 0))
            }
        };
        if is_due || run.unshown.is_complete {
            run.shown_at = Some(begun);
            let later = std::mem::take(&mut run.unshown);
            searching.found.update(|found| match is_first {
                true => *found = later,
                false => found.append(later),
            });
        }
        if !run.left.as_slice().is_empty() {
            idle::next(move || self.search_on(run));
        }
    }

    /// Highlights every hit in the open article. Tracks what it depends on.
    pub fn show_hits(self) {
        let searching = self.searching;
        searching.query.track();
        self.route.track();
        let number = searching.shown.get_value() + 1;
        searching.shown.set_value(number);
        idle::next_frame(move || {
            if searching.shown.try_get_value() != Some(number) {
                return;
            }
            let mut search = searching
                .query
                .with_untracked(|query| query.prepared(&BrowserFolding));
            let hits = self.with_open(|_, article, _| search.hits(&article.text).take(KEPT).collect());
            self.hits.set((
                hits.unwrap_or_default(),
                self.hit_in_open(searching.current.get_untracked()),
            ));
        });
    }

    /// Highlights the hit that was opened last among the others. Tracks which it is.
    pub fn show_current_hit(self) {
        let current = self.hit_in_open(self.searching.current.get());
        if self.hits.with_untracked(|(_, shown)| *shown != current) {
            self.hits.update(|(_, shown)| *shown = current);
        }
    }

    /// Highlights no hits any more.
    pub fn hide_hits(self) {
        self.searching.shown.update_value(|number| *number += 1);
        self.hits.set((Vec::new(), None));
    }

    /// Opens one of the hits that are kept, by its place among them.
    pub fn open_hit(self, at: usize) {
        let Some((hit, count)) = self
            .searching
            .found
            .with_untracked(|found| Some((found.hits.get(at)?.clone(), found.hits.len())))
        else {
            return;
        };
        self.searching.current.set(Some(at));
        let words = self.with(|desk| {
            let text = &desk.article(&hit.article)?.text;
            let (before, words, behind) = search::context(text, hit.span, SPOKEN);
            Some(format!("Hit {} of {count}: {before}{words}{behind}", at + 1))
        });
        self.dispatch(Command::OpenAt(hit.article, hit.span));
        self.announce(words.flatten().unwrap_or_default());
    }

    /// Opens the hit behind (1) or before (-1) the one that was opened last; where none was, the one behind or
    /// before the cursor. Behind the last comes the first.
    pub fn step_hit(self, by: isize) {
        let head = self.cursor.get_untracked().unwrap_or_default().head;
        let open = self.open_id();
        let to = self.searching.found.with_untracked(|found| {
            let len = found.hits.len();
            let from = match self.searching.current.get_untracked() {
                Some(at) => at as isize,
                None => {
                    let behind = found
                        .hits
                        .iter()
                        .position(|hit| Some(&hit.article) == open.as_ref() && hit.span.start() >= head);
                    // A step on from before it leads to it, a step back from it to the one before.
                    behind.unwrap_or_default() as isize - isize::from(by > 0)
                }
            };
            (from + by).checked_rem_euclid(len as isize)
        });
        if let Some(to) = to {
            self.open_hit(to.unsigned_abs());
        }
    }

    fn hit_in_open(self, at: Option<usize>) -> Option<Span> {
        let open = self.open_id()?;
        self.searching
            .found
            .with_untracked(|found| found.hits.get(at?).cloned())
            .filter(|hit| hit.article == open)
            .map(|hit| hit.span)
    }
}
