//! Every place where the same words stand: found, and labelled as one step.

use super::desk::Desk;
use super::workspace::Workspace;
use crate::browser::shift::Shift;
use crate::browser::{chance, idle};
use crate::core::article::Article;
use crate::core::edit::{Labelling, Refusal, Target, annotation_of};
use crate::core::id::{ArticleId, LabelId};
use crate::core::record::RegionKind;
use crate::core::search::{context, same_phrases};
use crate::core::snap;
use crate::core::text::Span;
use crate::core::transaction::Transaction;
use crate::core::wording::plural;
use leptos::prelude::*;

/// How many characters of a place's context are shown on either side.
const AROUND: usize = 40;

/// Words to look for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phrase {
    /// The words.
    pub words: String,
    /// The article that they were selected in.
    pub article: ArticleId,
    /// Where in it.
    pub span: Span,
    /// The label to give them at first.
    pub label: LabelId,
}

/// A place where the words stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The article.
    pub article: ArticleId,
    /// Where in it.
    pub span: Span,
    /// Whether it has the label already.
    pub is_labelled: bool,
    /// The kind of region that it lies in, if it lies in one.
    pub region: Option<RegionKind>,
}

impl Place {
    /// Whether it is to be labelled unless the reviewer says otherwise.
    pub fn is_wanted(&self) -> bool {
        !self.is_labelled && self.region.is_none()
    }
}

/// A place as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Context {
    /// What stands before the words.
    pub before: String,
    /// The words.
    pub words: String,
    /// What stands behind them.
    pub behind: String,
}

impl Workspace {
    /// The words that are selected in the text, else those of the selected annotation; `None` where nothing is
    /// selected.
    pub fn phrase(self) -> Option<Phrase> {
        let selected = self.selected_span();
        self.with_open(|desk, article, records| {
            let annotation = self
                .selected
                .get_untracked()
                .and_then(|id| records.annotation(&id));
            let label = match selected {
                Some(_) => self.sticky.get_untracked(),
                None => annotation.map(|annotation| annotation.label.clone()),
            };
            let span = snap::trimmed(&article.text, selected.or_else(|| Some(annotation?.span))?)?;
            Some(Phrase {
                words: article.text.slice(span).to_owned(),
                article: article.id.clone(),
                span,
                label: label.or_else(|| Some(desk.scheme.labels.first()?.id.clone()))?,
            })
        })
        .flatten()
    }

    /// Every place where the words stand in the article that they were selected in.
    pub fn places_here(self, phrase: &Phrase, label: &LabelId) -> Vec<Place> {
        self.with(|desk| {
            let mut places = Vec::new();
            if let Some(article) = desk.article(&phrase.article) {
                places_in(desk, article, (phrase, Some(phrase.span), label), &mut places);
            }
            places
        })
        .unwrap_or_default()
    }

    /// Every place where the words stand in any article. They are looked for in slices, so that the page stays quick
    /// to answer; `None` where nobody waits for them any more, as `is_wanted` tells.
    pub async fn places_everywhere(
        self,
        phrase: Phrase,
        label: LabelId,
        is_wanted: impl Fn() -> bool,
    ) -> Option<Vec<Place>> {
        let articles = self.with(|desk| desk.articles.clone())?;
        let mut places = Vec::new();
        let mut left = articles.iter();
        while !left.as_slice().is_empty() {
            self.with(|desk| {
                let shift = Shift::begin();
                while !shift.is_over()
                    && let Some(article) = left.next()
                {
                    let original = (article.id == phrase.article).then_some(phrase.span);
                    places_in(desk, article, (&phrase, original, &label), &mut places);
                }
            })?;
            idle::turn().await;
            if !is_wanted() {
                return None;
            }
        }
        Some(places)
    }

    /// A place with the words around it.
    pub fn context_of(self, place: &Place) -> Option<Context> {
        self.with(|desk| {
            let article = desk.article(&place.article)?;
            let (before, words, behind) = context(&article.text, place.span, AROUND);
            // Line feeds are spaces here: a place takes one line.
            let one_line = |words: &str| words.replace('\n', " ");
            Some(Context {
                before: one_line(before),
                words: one_line(words),
                behind: one_line(behind),
            })
        })
        .flatten()
    }

    /// The name of an article.
    pub fn article_name(self, id: &ArticleId) -> String {
        self.with(|desk| desk.article(id).map(|article| article.name().to_owned()))
            .flatten()
            .unwrap_or_default()
    }

    /// Labels places, all in one step. They are in the order of the library.
    pub fn label_places<'p>(self, label: &LabelId, places: impl Iterator<Item = &'p Place>) {
        let mut targets: Vec<(ArticleId, Vec<Span>)> = Vec::new();
        for place in places {
            match targets.last_mut() {
                Some((article, spans)) if *article == place.article => spans.push(place.span),
                _ => targets.push((place.article.clone(), vec![place.span])),
            }
        }
        leptos::task::spawn_local(self.label_all(label.clone(), targets));
    }

    async fn label_all(self, label: LabelId, targets: Vec<(ArticleId, Vec<Span>)>) {
        let places: usize = targets.iter().map(|(_, spans)| spans.len()).sum();
        self.show_long_edit(format!("Labelling {}", plural(places, "place")), places);
        let transaction = self.labelled(label, targets).await;
        self.long_edit.set(None);
        match transaction {
            Ok(transaction) if !transaction.is_empty() => {
                if self.commit_shown(transaction).await.is_some() {
                    self.announce(format!("{} labelled", plural(places, "place")));
                }
            }
            Err(Some(refusal)) => self.announce_refusal(refusal.to_string()),
            _ => {}
        }
    }

    /// The step that labels these spans; `None` for an error stands for one that was cancelled.
    async fn labelled(
        self,
        label: LabelId,
        targets: Vec<(ArticleId, Vec<Span>)>,
    ) -> Result<Transaction, Option<Refusal>> {
        let author = self.author();
        let mut labelling = Labelling::new(label);
        let mut shift = Shift::begin();
        let mut done = 0;
        for (id, spans) in targets {
            done += spans.len();
            let added = self.with(|desk| {
                let Some(article) = desk.article(&id) else {
                    return Ok(());
                };
                let target = Target {
                    article,
                    records: desk.records_of(&id),
                    spans: spans.iter().map(|&span| (chance::record_id(), span)).collect(),
                };
                labelling.add(&target, &author)
            });
            added.unwrap_or(Ok(()))?;
            shift.pause().await;
            if !self.long_edit_goes_on(done) {
                return Err(None);
            }
        }
        self.with(|desk| labelling.done(&desk.scheme)).ok_or(None)
    }
}

fn places_in(
    desk: &Desk,
    article: &Article,
    (phrase, original, label): (&Phrase, Option<Span>, &LabelId),
    places: &mut Vec<Place>,
) {
    let spans = same_phrases(&article.text, &phrase.words, original);
    if spans.is_empty() {
        return;
    }
    let records = desk.records_of(&article.id);
    let regions = records.regions();
    for span in spans {
        let region = regions
            .iter()
            .find(|(_, region)| region.span.overlaps(span))
            .map(|(_, region)| region.kind);
        places.push(Place {
            article: article.id.clone(),
            span,
            is_labelled: annotation_of(records, span, label).is_some(),
            region,
        });
    }
}
