//! The relations as lines in the margin beside the text. Who does not see them finds them in the inspector and in
//! the list.

use super::drawn::Drawn;
use crate::core::id::RecordId;
use crate::core::order;
use leptos::prelude::*;

/// The most lines that are drawn: those whose ends are nearest to what is selected, or to the top.
const MOST: usize = 200;
/// How many lines stand side by side before they share a place.
const LANES: usize = 4;

#[derive(Clone, PartialEq, Eq)]
struct Line {
    id: RecordId,
    kind: &'static str,
    is_selected: bool,
    /// Pixels from the top of the text to the start and to the end of the relation.
    from: i32,
    to: i32,
    lane: usize,
}

/// The lines.
#[component]
pub fn Margin() -> impl IntoView {
    let drawn = expect_context::<Drawn>();
    let workspace = drawn.workspace;
    let lines = RwSignal::new(Vec::<Line>::new());
    Effect::new(move || {
        drawn.layout.track();
        workspace.revision.track();
        workspace.selected.track();
        let has_any = workspace.with_open(|_, _, records| records.relations().next().is_some());
        if has_any != Some(true) && lines.with_untracked(Vec::is_empty) {
            return;
        }
        // Where the ends stand is asked once everything is drawn.
        request_animation_frame(move || {
            let found = find(drawn);
            if lines.try_get_untracked().is_some_and(|before| before != found) {
                lines.set(found);
            }
        });
    });
    view! {
        <svg class="margin" aria-hidden="true">
            <For each=move || lines.get() key=|line| (line.id.clone(), line.from, line.to, line.lane, line.is_selected) let:line>
                <path
                    d=path(&line)
                    data-kind=line.kind
                    data-selected=line.is_selected.then_some("")
                ></path>
            </For>
        </svg>
    }
}

fn find(drawn: Drawn) -> Vec<Line> {
    let workspace = drawn.workspace;
    let selected = workspace.selected.get_untracked();
    let ends = workspace.with_open(|_, _, records| {
        let mut ends: Vec<_> = records
            .relations()
            .filter_map(|(id, relation)| {
                let from = records.annotation(&relation.from)?.span.start();
                let to = records.annotation(&relation.to)?.span.start();
                let is_selected = [&relation.from, &relation.to].contains(&selected.as_ref()?);
                Some((id.clone(), relation.kind.as_str(), is_selected, from, to))
            })
            .collect();
        order::sort_by_key(&mut ends, |(_, _, is_selected, from, to)| {
            (!is_selected, *from.min(to))
        });
        ends.truncate(MOST);
        ends
    });
    let mut lines: Vec<Line> = ends
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(id, kind, is_selected, from, to)| {
            Some(Line {
                id,
                kind,
                is_selected,
                from: drawn.height_of(from)? as i32,
                to: drawn.height_of(to)? as i32,
                lane: 0,
            })
        })
        .collect();
    // The shorter a line, the nearer to the text; lines side by side do not share a lane while there is room.
    order::sort_by_key(&mut lines, |line| (line.to - line.from).abs());
    let mut taken: Vec<(usize, i32, i32)> = Vec::new();
    for line in &mut lines {
        let (top, bottom) = (line.from.min(line.to), line.from.max(line.to));
        let is_free = |lane: usize| {
            taken
                .iter()
                .all(|&(other, from, to)| other != lane || to < top || from > bottom)
        };
        line.lane = (0..LANES).find(|&lane| is_free(lane)).unwrap_or(LANES - 1);
        taken.push((line.lane, top, bottom));
    }
    lines
}

/// From the text out into the margin, along it, and back with an arrow's head.
fn path(line: &Line) -> String {
    let out = 6 + 5 * line.lane as i32;
    let (from, to) = (line.from, line.to);
    if from == to {
        return format!("M0 {} h-{out} v6 h{out} m-3 -3 l3 3 l-3 3", from - 3);
    }
    format!("M0 {from} h-{out} V{to} h{out} m-3 -3 l3 3 l-3 3")
}
