//! What is drawn of an article: its blocks as plain text, and the runs of those that are near.

use crate::app::workspace::Workspace;
use crate::browser::surface::{Frame, Mark, Run, Surface};
use crate::core::article::Article;
use crate::core::edit;
use crate::core::id::RecordId;
use crate::core::order;
use crate::core::record::RegionKind;
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::segment::{self, Segment};
use crate::core::span_set::Entry;
use crate::core::text::Span;
use leptos::prelude::*;

/// A block before anything is drawn on it.
pub(super) fn frame<'a>(article: &'a Article, records: &Records, number: usize) -> Option<Frame<'a>> {
    let block = article.blocks().get(number)?;
    let behind = article.blocks().get(number + 1);
    Some(Frame {
        start: article.text.try_to_code_points(block.span.start())?,
        text: article.text.slice(block.span),
        goes_on: behind.is_some_and(|behind| behind.continues),
        region: records.region_over(block.span).map(RegionKind::as_str),
    })
}

/// Draws the runs of a block.
pub(super) fn draw(
    surface: &Surface,
    workspace: Workspace,
    scheme: &Scheme,
    article: &Article,
    records: &Records,
    block: usize,
) {
    let Some(span) = article.blocks().get(block).map(|block| block.span) else {
        return;
    };
    let selected = workspace.selected.get_untracked();
    let selected_too = workspace.selected_too.read_untracked();
    let entries = entries(workspace, records, span);
    let lanes = segment::lanes(&entries);
    let label = |index: usize| {
        records
            .annotation(&entries[index].id)
            .map(|annotation| &annotation.label)
    };
    let heard = |indices: &[usize], before: &str| {
        let names: Vec<_> = indices
            .iter()
            .filter_map(|&index| Some(scheme.name_of(label(index)?).to_lowercase()))
            .collect();
        (!names.is_empty()).then(|| format!("{before}{} ", names.join(", ")))
    };
    let mut regions = edit::regions_touching(records, span);
    let whole = regions.iter().find(|(_, region)| region.span.contains(span));
    let region = whole.map(|(_, region)| region.kind.as_str());
    if region.is_some() {
        // A block that is a region as a whole is marked as a whole.
        regions.clear();
    }
    let mut segments = segment::segments(span, &entries);
    if !regions.is_empty() {
        let places: Vec<_> = regions
            .iter()
            .flat_map(|(_, region)| [region.span.start(), region.span.end()])
            .collect();
        segments = segment::cut(segments, &places);
    }
    let region_of = |segment: &Segment| {
        regions
            .iter()
            .find(|(_, region)| region.span.contains(segment.span))
            .map(|(_, region)| region.kind.as_str())
    };
    let runs: Vec<Run<'_>> = segments
        .iter()
        .map(|segment| Run {
            text: article.text.slice(segment.span),
            region: region_of(segment),
            marks: segment
                .active
                .iter()
                .filter_map(|&index| {
                    let id = &entries[index].id;
                    Some(Mark {
                        id: id.to_string(),
                        label: label(index)?.as_str(),
                        lane: lanes[index],
                        selected: selected.as_ref() == Some(id) || selected_too.contains(id),
                    })
                })
                .collect(),
            opening: heard(&segment.opening, ""),
            closing: heard(&segment.closing, "end of "),
        })
        .collect();
    surface.draw(block, &runs, region);
}

/// The annotations over a block in reading order, the one whose end is being dragged as it would be.
fn entries(workspace: Workspace, records: &Records, span: Span) -> Vec<Entry<RecordId>> {
    let mut entries: Vec<Entry<RecordId>> = records.spans().overlapping(span).cloned().collect();
    workspace.draft.with_untracked(|draft| {
        if let Some((id, dragged)) = draft {
            entries.retain(|entry| entry.id != *id);
            if dragged.overlaps(span) {
                entries.push(Entry {
                    span: *dragged,
                    id: id.clone(),
                });
                order::sort_by(&mut entries, Entry::in_reading_order);
            }
        }
    });
    entries
}
