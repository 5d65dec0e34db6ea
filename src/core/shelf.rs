//! The shelf: what the list of articles tells of each, and which of them a filter leaves.
//!
//! A row is made of an article and its records once, and anew only when those have changed, so that an edit costs
//! the list the same however many articles there are. A row may also be put there before its article is: made of
//! what was known of it earlier.

use super::article::Article;
use super::fold::Folder;
use super::id::{ArticleId, LabelId};
use super::record::Status;
use super::records::Records;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are drawn beyond those in sight, on either side, and by how many the window moves at a time.
const BEYOND: usize = 12;

/// What the list tells of an article.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its title; its id where it has none.
    pub name: Arc<str>,
    /// Whether the title was given by us.
    pub title_is_ours: bool,
    /// How many code points its text has; `None` while that is not known.
    pub code_points: Option<usize>,
    /// How far the work on it is.
    pub status: Status,
    /// How many annotations of each label count in statistics, by label.
    pub counts: Vec<(LabelId, usize)>,
}

/// What the list tells of all articles together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// How many there are.
    pub articles: usize,
    /// How many of them are done.
    pub done: usize,
    /// How many annotations count in statistics.
    pub annotations: usize,
}

/// Which articles the list shows. What is not set lets every article through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ShelfFilter {
    /// Words in the title or the id, whatever their accents and case.
    pub words: String,
    /// How far the work is.
    pub status: Option<Status>,
}

/// The rows of the list, in its order.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    slots: Vec<Slot>,
    /// Where each article is among `slots`.
    places: BTreeMap<ArticleId, usize>,
    /// The articles whose rows are to be made anew; some may have left since.
    stale: Vec<ArticleId>,
    /// Those of the rows that are there.
    totals: Totals,
}

/// An article on the shelf.
#[derive(Clone, Debug)]
struct Slot {
    id: ArticleId,
    /// `None` until there is one.
    row: Option<Row>,
    is_stale: bool,
    /// The folded title and id, a line each, once a filter has asked for them.
    folded: Option<Box<str>>,
}

impl Row {
    /// What is to be told of an article with these records.
    pub fn of(article: &Article, records: &Records) -> Self {
        Self {
            name: match &article.metadata.title {
                Some(title) => title.clone(),
                None => article.id.as_str().into(),
            },
            title_is_ours: article.title_is_ours,
            code_points: Some(article.text.code_points().to_usize()),
            status: records.status(),
            counts: records
                .counts_by_label()
                .into_iter()
                .map(|(label, count)| (label.clone(), count))
                .collect(),
        }
    }

    fn annotations(&self) -> usize {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

impl ShelfFilter {
    /// Whether every article is let through.
    pub fn is_empty(&self) -> bool {
        self.status.is_none() && self.words.trim().is_empty()
    }
}

impl Shelf {
    /// Takes up the articles of the library in their order. Rows of those that stay are kept, those of new ones are
    /// to be made.
    pub fn arrange<'a>(&mut self, ids: impl Iterator<Item = &'a ArticleId>) {
        let mut before: Vec<_> = std::mem::take(&mut self.slots).into_iter().map(Some).collect();
        let places = std::mem::take(&mut self.places);
        self.totals = Totals::default();
        for id in ids {
            let kept = places.get(id).and_then(|&at| before[at].take());
            let slot = kept.unwrap_or_else(|| {
                self.stale.push(id.clone());
                Slot {
                    id: id.clone(),
                    row: None,
                    is_stale: true,
                    folded: None,
                }
            });
            self.totals.articles += 1;
            self.count(slot.row.as_ref(), |total, own| total + own);
            self.places.insert(id.clone(), self.slots.len());
            self.slots.push(slot);
        }
    }

    /// Has the row of an article made anew: the article or its records have changed.
    pub fn forget(&mut self, id: &ArticleId) {
        if let Some(&at) = self.places.get(id)
            && !std::mem::replace(&mut self.slots[at].is_stale, true)
        {
            self.stale.push(id.clone());
        }
    }

    /// Takes at most `most` articles whose rows are to be made anew, to be [`Shelf::put`] back. One that cannot be made
    /// yet is to be forgotten again once it can.
    pub fn take_stale(&mut self, most: usize) -> Vec<ArticleId> {
        let kept = self.stale.len().saturating_sub(most);
        let stale = self.stale.split_off(kept);
        for id in &stale {
            if let Some(&at) = self.places.get(id) {
                self.slots[at].is_stale = false;
            }
        }
        stale
    }

    /// Puts the row of an article in the place of the one before. Nothing is done for an article that is not here.
    pub fn put(&mut self, id: &ArticleId, row: Row) {
        let Some(&at) = self.places.get(id) else { return };
        let before = self.slots[at].row.take();
        self.count(before.as_ref(), |total, own| total - own);
        self.count(Some(&row), |total, own| total + own);
        let slot = &mut self.slots[at];
        if before.is_none_or(|before| before.name != row.name) {
            slot.folded = None;
        }
        slot.row = Some(row);
    }

    /// What is to be told of all articles together.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// The article at a place in the list, and its row, if there is one yet.
    pub fn at(&self, place: usize) -> Option<(&ArticleId, Option<&Row>)> {
        let slot = self.slots.get(place)?;
        Some((&slot.id, slot.row.as_ref()))
    }

    /// Where an article is in the list.
    pub fn place(&self, id: &ArticleId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The places of the articles that a filter leaves, in their order. Titles are folded once.
    pub fn filtered(&mut self, filter: &ShelfFilter, folder: &mut Folder<'_>) -> Vec<usize> {
        let words = folder.fold(filter.words.trim());
        let mut left = Vec::new();
        for (place, slot) in self.slots.iter_mut().enumerate() {
            let status = slot.row.as_ref().map(|row| row.status).unwrap_or_default();
            if filter.status.is_some_and(|wanted| wanted != status) {
                continue;
            }
            let has_words = words.is_empty() || {
                let folded = slot.folded.get_or_insert_with(|| {
                    let name = slot.row.as_ref().map_or("", |row| &row.name);
                    let mut folded = folder.fold(name);
                    // No folded words hold a line feed, so none is found across it.
                    folded.push('\n');
                    folded.push_str(&folder.fold(slot.id.as_str()));
                    folded.into()
                });
                folded.contains(&words)
            };
            if has_words {
                left.push(place);
            }
        }
        left
    }

    /// The rows as text, so that the next visit can show them before the articles are read: a line each, its fields
    /// divided by tabs. It is a hint, no more: an article whose fields cannot stand in a line is left out.
    pub fn written(&self) -> String {
        let mut text = String::new();
        for slot in &self.slots {
            let Some(row) = &slot.row else { continue };
            let code_points = row.code_points.map(|count| count.to_string());
            let counts: Vec<_> = row
                .counts
                .iter()
                .map(|(label, count)| (label.as_str(), count.to_string()))
                .collect();
            let fields = [
                slot.id.as_str(),
                &row.name,
                if row.title_is_ours { OURS } else { "" },
                code_points.as_deref().unwrap_or_default(),
                status_word(row.status),
            ];
            let counts = counts.iter().flat_map(|(label, count)| [*label, count]);
            let line: Vec<&str> = fields.into_iter().chain(counts).collect();
            if line.iter().all(|field| !field.contains(['\t', '\n'])) {
                text.push_str(&line.join("\t"));
                text.push('\n');
            }
        }
        text
    }

    /// The rows that [`Shelf::written`] wrote, to be made anew as the articles are read. Lines that are none of its
    /// are left out.
    pub fn read(text: &str) -> Self {
        let mut shelf = Self::default();
        let lines: Vec<_> = text.lines().filter_map(read_line).collect();
        shelf.arrange(lines.iter().map(|(id, _)| id));
        shelf.take_stale(usize::MAX);
        for (id, row) in lines {
            shelf.put(&id, row);
        }
        shelf
    }

    /// The articles in their order.
    pub fn ids(&self) -> impl Iterator<Item = &ArticleId> {
        self.slots.iter().map(|slot| &slot.id)
    }

    fn count(&mut self, row: Option<&Row>, with: impl Fn(usize, usize) -> usize) {
        let Some(row) = row else { return };
        let totals = &mut self.totals;
        totals.done = with(totals.done, usize::from(row.status == Status::Done));
        totals.annotations = with(totals.annotations, row.annotations());
    }
}

/// Which of `count` rows, each of the same `height`, to draw where the first begins at `top` and what lies from 0 to
/// `end` is seen, all in one unit: those in sight and some beyond.
pub fn window(count: usize, height: f64, top: f64, end: f64) -> Range<usize> {
    // As many as there are where nothing can be told of their height. A cast takes what is less than 0 for 0.
    let row_at = |place: f64| (((place - top) / height.max(1.0)) as usize).min(count);
    let first = row_at(0.0).saturating_sub(BEYOND) / BEYOND * BEYOND;
    let last = (row_at(end) / BEYOND + 2) * BEYOND;
    first..last.min(count)
}

/// What stands in a line where the title was given by us.
const OURS: &str = "ours";

const STATUSES: [Status; 3] = [Status::NotStarted, Status::InProgress, Status::Done];

fn status_word(status: Status) -> &'static str {
    match status {
        Status::NotStarted => "not_started",
        Status::InProgress => "in_progress",
        Status::Done => "done",
    }
}

fn read_line(line: &str) -> Option<(ArticleId, Row)> {
    let mut fields = line.split('\t');
    let id = fields.next()?;
    let name = fields.next()?;
    let title_is_ours = fields.next()? == OURS;
    let code_points = fields.next()?.parse().ok();
    let word = fields.next()?;
    let status = STATUSES.into_iter().find(|status| status_word(*status) == word)?;
    let mut counts = Vec::new();
    while let Some(label) = fields.next() {
        counts.push((label.into(), fields.next()?.parse().ok()?));
    }
    let row = Row {
        name: name.into(),
        title_is_ours,
        code_points,
        status,
        counts,
    };
    Some((id.into(), row))
}

#[cfg(test)]
mod tests {
    use super::super::edit::desk::Desk;
    use super::super::fold::tables::Tables;
    use super::*;
    use proptest::prelude::*;

    fn row(name: &str, status: Status, annotations: usize) -> Row {
        Row {
            name: name.into(),
            title_is_ours: false,
            code_points: None,
            status,
            counts: vec![("claim".into(), annotations)],
        }
    }

    fn ids(numbers: &[usize]) -> Vec<ArticleId> {
        numbers
            .iter()
            .map(|number| number.to_string().as_str().into())
            .collect()
    }

    #[test]
    fn a_row_tells_the_title_the_length_the_status_and_what_counts_by_label() {
        let mut desk = Desk::new("⟦One⟧ ⟦two⟧ ⟦thrée⟧");
        desk.annotate_each(&["claim", "unverified", "claim"]);
        let told = Row::of(&desk.article, &desk.records);
        assert_eq!(
            told,
            Row {
                name: "a".into(),
                title_is_ours: false,
                code_points: Some(13),
                status: desk.records.status(),
                counts: vec![("claim".into(), 2), ("unverified".into(), 1)],
            }
        );
        desk.article.metadata.title = Some("Numbers".into());
        assert_eq!(&*Row::of(&desk.article, &desk.records).name, "Numbers");
    }

    #[test]
    fn only_what_has_changed_is_made_anew_and_once() {
        let all = ids(&[1, 2, 3]);
        let mut shelf = Shelf::default();
        shelf.arrange(all.iter());
        assert_eq!(shelf.take_stale(usize::MAX), all);
        for id in &all {
            shelf.put(id, row("x", Status::Done, 1));
        }
        shelf.forget(&all[1]);
        shelf.forget(&all[1]);
        shelf.forget(&"elsewhere".into());
        assert_eq!(shelf.take_stale(usize::MAX), all[1..2]);
        shelf.arrange(ids(&[4, 3, 2]).iter());
        assert_eq!(shelf.take_stale(usize::MAX), ids(&[4]));
        assert_eq!(
            shelf.totals(),
            Totals {
                articles: 3,
                done: 2,
                annotations: 2
            }
        );
        assert_eq!(shelf.place(&all[2]), Some(1));
        assert_eq!(shelf.place(&all[0]), None);
    }

    #[test]
    fn a_filter_finds_titles_and_ids_whatever_the_accents_and_case_but_not_across_them() {
        let mut shelf = Shelf::default();
        let id = ArticleId::from("007_Café");
        shelf.arrange(std::iter::once(&id));
        shelf.put(&id, row("Zelenskyy’s  Visit", Status::InProgress, 0));
        let mut finds = |words: &str, status| {
            let filter = ShelfFilter {
                words: words.into(),
                status,
            };
            !shelf.filtered(&filter, &mut Folder::new(&Tables)).is_empty()
        };
        for words in ["", "zelenskyy's visit ", "CAFE", "007"] {
            assert!(
                finds(words, None) && finds(words, Some(Status::InProgress)),
                "{words}"
            );
            assert!(!finds(words, Some(Status::Done)), "{words}");
        }
        assert!(!finds("visit 007", None) && !finds("visit\n007", None));
    }

    /// What happens to a shelf.
    #[derive(Clone, Debug)]
    enum Deed {
        Arrange(Vec<usize>),
        Put(usize, usize, usize),
        Forget(usize),
    }

    const NAMES: [&str; 4] = ["Café one", "cafe TWO", "three", ""];
    #[test]
    fn rows_are_read_as_they_were_written_and_what_is_no_row_is_left_out() {
        let told = [
            ("plain", row("Zelenskyy’s visit 😀", Status::InProgress, 3)),
            (
                "ours",
                Row {
                    title_is_ours: true,
                    code_points: Some(4000),
                    counts: Vec::new(),
                    ..row("", Status::Done, 0)
                },
            ),
            ("a\ttab", row("left out", Status::Done, 0)),
            ("broken", row("two\nlines", Status::Done, 0)),
        ];
        let all: Vec<ArticleId> = told.iter().map(|(id, _)| (*id).into()).collect();
        let mut shelf = Shelf::default();
        shelf.arrange(all.iter());
        for (id, (_, row)) in all.iter().zip(&told) {
            shelf.put(id, row.clone());
        }
        let mut read = Shelf::read(&format!("{}nothing\nof\tours\t\t\tbegun\n", shelf.written()));
        assert_eq!(read.ids().collect::<Vec<_>>(), [&all[0], &all[1]]);
        for (place, (_, row)) in told.iter().take(2).enumerate() {
            assert_eq!(read.at(place), Some((&all[place], Some(row))));
        }
        assert_eq!((read.totals().articles, read.totals().done), (2, 1));
        // What is read of an article takes the place of the hint.
        read.forget(&all[0]);
        assert_eq!(read.take_stale(usize::MAX), all[..1]);
    }

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let deed = prop_oneof![
            Just((0..6).collect::<Vec<_>>())
                .prop_shuffle()
                .prop_flat_map(|all| (0..=all.len()).prop_map(move |len| Deed::Arrange(all[..len].to_vec()))),
            (0..6_usize, 0..4_usize, 0..5_usize).prop_map(|(id, name, count)| Deed::Put(id, name, count)),
            (0..6_usize).prop_map(Deed::Forget),
        ];
        prop::collection::vec(deed, 0..24)
    }

    proptest! {
        #[test]
        fn a_shelf_tells_what_a_plain_list_of_rows_tells(deeds in deeds(), words in "(CAFÉ|two|t|1| )?", status in 0..4_usize) {
            let (mut shelf, mut order) = (Shelf::default(), Vec::new());
            let mut rows: BTreeMap<ArticleId, Row> = BTreeMap::new();
            for deed in deeds {
                match deed {
                    Deed::Arrange(numbers) => {
                        order = ids(&numbers);
                        rows.retain(|id, _| order.contains(id));
                        shelf.arrange(order.iter());
                    }
                    Deed::Put(id, name, count) => {
                        let id = &ids(&[id])[0];
                        let row = row(NAMES[name], STATUSES[count % 3], count);
                        shelf.put(id, row.clone());
                        if order.contains(id) {
                            rows.insert(id.clone(), row);
                        }
                    }
                    Deed::Forget(id) => shelf.forget(&ids(&[id])[0]),
                }
                // The names are folded now, so that a later change has something to spoil.
                let filter = ShelfFilter { words: "e".into(), status: None };
                shelf.filtered(&filter, &mut Folder::new(&Tables));
            }
            let told: Vec<_> = (0..order.len()).map(|at| shelf.at(at).unwrap()).collect();
            let expected: Vec<_> = order.iter().map(|id| (id, rows.get(id))).collect();
            prop_assert_eq!(told, expected);
            prop_assert_eq!(shelf.at(order.len()), None);
            prop_assert_eq!(shelf.totals(), Totals {
                articles: order.len(),
                done: rows.values().filter(|row| row.status == Status::Done).count(),
                annotations: rows.values().map(|row| row.counts[0].1).sum(),
            });
            let filter = ShelfFilter { words, status: STATUSES.get(status).copied() };
            let mut folder = Folder::new(&Tables);
            let wanted = folder.fold(filter.words.trim());
            let naive: Vec<_> = (0..order.len())
                .filter(|&at| {
                    let row = rows.get(&order[at]);
                    let status = row.map(|row| row.status).unwrap_or_default();
                    let name = row.map(|row| row.name.to_string()).unwrap_or_default();
                    filter.status.is_none_or(|wanted| wanted == status)
                        && [&*name, order[at].as_str()].iter().any(|words| folder.fold(words).contains(&wanted))
                })
                .collect();
            prop_assert_eq!(shelf.filtered(&filter, &mut folder), naive);
            prop_assert!(!filter.is_empty() || naive_is_all(&order, &mut shelf));
        }
    }

    proptest! {
        #[test]
        fn what_is_in_sight_is_drawn_and_not_much_more(
            count in 0..3000_usize,
            height in 20.0..200.0_f64,
            top in -300_000.0..2000.0_f64,
            end in 0.0..2000.0_f64,
        ) {
            let drawn = window(count, height, top, end);
            prop_assert!(drawn.end <= count);
            for row in 0..count {
                let above = top + row as f64 * height;
                if above < end && above + height > 0.0 {
                    prop_assert!(drawn.contains(&row), "{} of {:?}", row, drawn);
                }
            }
            prop_assert!(drawn.len() <= (end / height) as usize + 4 * BEYOND + 2);
        }
    }

    fn naive_is_all(order: &[ArticleId], shelf: &mut Shelf) -> bool {
        let all = shelf.filtered(&ShelfFilter::default(), &mut Folder::new(&Tables));
        all.into_iter().eq(0..order.len())
    }
}
