//! Regions: stretches of an article that are not prose to label.

use super::super::article::Article;
use super::super::id::RecordId;
use super::super::record::{Record, RecordKey, RecordKind, Region, RegionKind};
use super::super::records::Records;
use super::super::text::Span;
use super::super::transaction::Transaction;
use super::{Refusal, before_cut, behind_cut, change};

/// Marks a stretch as a region, the first of `new_ids`. It takes the place of what is marked there: regions
/// wholly inside go, and those that reach in are cut back, without the white space at the cut. One that reaches
/// out on both sides keeps its id for what stands before, and what stands behind becomes a region under the
/// second of `new_ids`.
///
/// Refused where a region of that kind covers the stretch already. Regions that a file brought may overlap: of
/// several that reach out on both sides only the first goes on behind.
pub fn mark_region(
    article: &Article,
    records: &Records,
    (new_ids, span, kind): ([RecordId; 2], Span, RegionKind),
) -> Result<Transaction, Refusal> {
    if !article.text.holds(span) {
        return Err(Refusal::NotOfText);
    }
    let touching = regions_touching(records, span);
    let covers = |region: &Region| region.kind == kind && region.span.contains(span);
    if let Some((id, _)) = touching.iter().find(|(_, region)| covers(region)) {
        return Err(Refusal::Marked((*id).clone()));
    }
    let set = |id: &RecordId, region: Option<Region>| {
        let key = RecordKey::of_article(&article.id, RecordKind::Region, id.clone());
        change(records, key, region.map(Record::Region))
    };
    let [id, id_behind] = new_ids;
    let mut id_behind = Some(id_behind);
    let mut changes = vec![set(&id, Some(Region { kind, span }))];
    for (id, region) in touching {
        let front = before_cut(&article.text, region.span.start(), span.start());
        let back = behind_cut(&article.text, span.end(), region.span.end());
        let piece = |span| Region {
            kind: region.kind,
            span,
        };
        changes.push(set(id, front.or(back).map(piece)));
        if let Some(back) = front.and(back)
            && let Some(id) = id_behind.take()
        {
            changes.push(set(&id, Some(piece(back))));
        }
    }
    Ok(Transaction::new(format!("mark {}", kind.as_str()), changes))
}

/// Makes a region prose again.
pub fn clear_region(article: &Article, records: &Records, id: &RecordId) -> Result<Transaction, Refusal> {
    let Some(Record::Region(region)) = records.get(RecordKind::Region, id) else {
        return Err(Refusal::Gone(RecordKind::Region, id.clone()));
    };
    let key = RecordKey::of_article(&article.id, RecordKind::Region, id.clone());
    let name = format!("clear {}", region.kind.as_str());
    Ok(Transaction::new(name, [change(records, key, None)]))
}

/// Makes regions prose again, as one step.
pub fn clear_regions(article: &Article, records: &Records, ids: &[RecordId]) -> Result<Transaction, Refusal> {
    let mut all = Transaction::new("mark as prose", []);
    for id in ids {
        all = all.then(clear_region(article, records, id)?);
    }
    Ok(all)
}

/// The regions that share at least one byte with `span`, in reading order.
pub fn regions_touching(records: &Records, span: Span) -> Vec<(&RecordId, Region)> {
    let mut regions = records.regions();
    regions.retain(|(_, region)| region.span.overlaps(span));
    regions
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::*;
    use proptest::prelude::*;

    fn mark(desk: &Desk, id: &str, span: Span, kind: RegionKind) -> Result<Transaction, Refusal> {
        let ids = [id.into(), format!("{id}-behind").as_str().into()];
        mark_region(&desk.article, &desk.records, (ids, span, kind))
    }

    fn words(desk: &Desk) -> Vec<(String, RegionKind, &str)> {
        desk.records
            .regions()
            .into_iter()
            .map(|(id, region)| (id.to_string(), region.kind, desk.article.text.slice(region.span)))
            .collect()
    }

    #[test]
    fn a_heading_within_junk_cuts_the_junk_in_two() {
        let mut desk = Desk::new("⟦Share this ⟦What next?⟧ Read more⟧");
        desk.apply(&mark(&desk, "j", desk.spans[0], RegionKind::Junk).unwrap());
        let made = mark(&desk, "h", desk.spans[1], RegionKind::Heading).unwrap();
        assert_eq!(made.name(), "mark heading");
        desk.apply(&made);
        assert_eq!(
            words(&desk),
            [
                ("j".into(), RegionKind::Junk, "Share this"),
                ("h".into(), RegionKind::Heading, "What next?"),
                ("h-behind".into(), RegionKind::Junk, "Read more"),
            ]
        );
        desk.apply(&made.inverted());
        assert_eq!(words(&desk).len(), 1);
    }

    #[test]
    fn what_is_marked_so_already_is_refused_and_what_lies_inside_goes() {
        let mut desk = Desk::new("⟦Share ⟦this⟧⟧");
        desk.apply(&mark(&desk, "b", desk.spans[1], RegionKind::Byline).unwrap());
        desk.apply(&mark(&desk, "j", desk.spans[0], RegionKind::Junk).unwrap());
        assert_eq!(words(&desk).len(), 1);
        for span in [0, 1] {
            assert_eq!(
                mark(&desk, "k", desk.spans[span], RegionKind::Junk),
                Err(Refusal::Marked("j".into()))
            );
        }
        let cleared = clear_region(&desk.article, &desk.records, &"j".into()).unwrap();
        assert_eq!(cleared.name(), "clear junk");
        desk.apply(&cleared);
        assert!(words(&desk).is_empty());
    }

    proptest! {
        #[test]
        fn the_last_mark_on_a_character_counts_and_regions_never_overlap(
            marks in prop::collection::vec((0..20_usize, 1..20_usize, 0..4_usize), 0..12)
        ) {
            let kinds = [RegionKind::Title, RegionKind::Heading, RegionKind::Byline, RegionKind::Junk];
            let mut desk = Desk::new("ab 😀  é قال \u{a0} 中文, e");
            let places: Vec<usize> = desk.article.text.char_indices().map(|(place, _)| place).collect();
            let mut painted = vec![None; places.len()];
            for (number, &(start, length, kind)) in marks.iter().enumerate() {
                let (start, kind) = (start % places.len(), kinds[kind]);
                let end = (start + length).min(places.len());
                let to = places.get(end).map_or(desk.article.text.len(), |&place| place);
                let span = Span::new(places[start], to).unwrap();
                if let Ok(made) = mark(&desk, &number.to_string(), span, kind) {
                    desk.apply(&made);
                }
                painted[start..end].fill(Some(kind));
            }
            let regions = desk.records.regions();
            for pair in regions.windows(2) {
                prop_assert!(pair[0].1.span.end() <= pair[1].1.span.start());
            }
            for (character, &place) in desk.article.text.chars().zip(&places) {
                if !character.is_whitespace() {
                    let one = Span::new(place, place + character.len_utf8()).unwrap();
                    let index = places.iter().position(|&other| other == place).unwrap();
                    prop_assert_eq!(desk.records.region_over(one), painted[index]);
                }
            }
        }
    }
}
