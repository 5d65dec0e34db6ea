//! The list of the open article's annotations, in reading order, and the filter above it.
//!
//! A long list draws only the items in sight and a few beyond, so that it costs the same at ten thousand.

use super::filter::FilterBar;
use super::unhurried;
use crate::app::command::Command;
use crate::app::workspace::Workspace;
use crate::browser::folding::BrowserFolding;
use crate::browser::{idle, viewport};
use crate::core::filter::Filter;
use crate::core::fold::Folder;
use crate::core::id::RecordId;
use crate::core::order;
use crate::core::record::RelationKind;
use crate::core::wording::{plural, thousands};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Ol;
use leptos::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// A list up to this long is drawn as a whole.
const WHOLE: usize = 150;
/// The height of an item in pixels, until one is drawn and can be asked.
const ITEM: usize = 34;
/// The height of the list in pixels, until it is drawn and can be asked.
const ROOM: usize = 1000;
/// Items drawn beyond those in sight, on either side: as many as a turning wheel passes in three frames.
const BEYOND: usize = 12;
/// The longest quote in an item, in characters; the style sheet cuts it to the width.
const QUOTE: usize = 160;
/// The attribute that carries an item's id.
const ID: &str = "data-annotation-id";

#[derive(Clone, PartialEq, Eq)]
struct Item {
    id: RecordId,
    label: String,
    name: String,
    quote: String,
    /// Whether the scheme has lost its label.
    is_lost: bool,
    has_note: bool,
    links: Vec<Link>,
}

/// How many relations of one kind leave an annotation, or lead to it.
#[derive(Clone, PartialEq, Eq)]
struct Link {
    leaves: bool,
    kind: RelationKind,
    count: usize,
}

/// The two ends of every relation: the annotation, whether the relation leaves it, and the kind; sorted.
type Ends = Arc<Vec<(RecordId, bool, RelationKind)>>;

/// The annotations that the filter lets through, in reading order; `None` where that is all of them.
type Filtered = Option<Arc<Vec<RecordId>>>;

/// The list `Annotations`.
#[component]
pub fn Annotations() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let list = NodeRef::<Ol>::new();
    let scrolled = RwSignal::new(0_usize);
    let height = RwSignal::new(ITEM);
    let room = RwSignal::new(ROOM);
    let measure_room = move || {
        if let Some(Some(list)) = list.try_get_untracked() {
            let drawn = list.client_height().max(0) as usize;
            if room.get_untracked() != drawn {
                room.set(drawn);
            }
        }
    };
    let resized = window_event_listener(leptos::ev::resize, move |_| measure_room());
    on_cleanup(move || resized.remove());
    let total = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .with_open(|_, _, records| records.spans().len())
            .unwrap_or_default()
    });
    let filtered = Memo::new(move |_| {
        workspace.revision.track();
        workspace
            .filter
            .with(|filter| (!filter.is_empty()).then(|| Arc::new(let_through(workspace, filter))))
    });
    let count =
        Memo::new(move |_| filtered.with(|ids| ids.as_ref().map_or_else(|| total.get(), |ids| ids.len())));
    let window = Memo::new(move |_| {
        let count = count.get();
        if count <= WHOLE {
            return 0..count;
        }
        let first = (scrolled.get() / height.get()).min(count);
        let in_sight = room.get().div_ceil(height.get());
        first.saturating_sub(BEYOND)..(first + in_sight + BEYOND).min(count)
    });
    let ends = Memo::new(move |_| {
        workspace.revision.track();
        ends(workspace)
    });
    let items = Memo::new(move |_| {
        workspace.revision.track();
        items(workspace, window.get(), &filtered.get(), &ends.get())
    });
    // One more or less of those below is out of sight, and to tell has the browser style the whole list anew.
    let counted = unhurried::after_paint(count);
    let below = Memo::new(move |_| {
        let (count, counted) = (count.get(), counted.get());
        let count = if count.abs_diff(counted) <= BEYOND {
            counted
        } else {
            count
        };
        (count - window.get().end.min(count)) * height.get()
    });
    let selected = unhurried::after_paint(Memo::new(move |_| workspace.selected.get()));
    // One stop on the way of the Tab key: the selected item, or the first.
    let stop = Memo::new(move |_| {
        selected.with(|selected| {
            items.with(|items| {
                let is_selected = |item: &&Item| Some(&item.id) == selected.as_ref();
                let item = items.iter().find(is_selected).or(items.first())?;
                Some(item.id.clone())
            })
        })
    });

    Effect::new(move || {
        items.track();
        let (window, count) = (window.get(), count.get());
        idle::unhurried(move || {
            if let Some(Some(list)) = list.try_get_untracked() {
                viewport::number_items(&list, window.start, count);
                let drawn = viewport::item_height(&list).unwrap_or(ITEM);
                if height.get_untracked() != drawn {
                    height.set(drawn);
                }
                measure_room();
            }
        });
    });

    Effect::new(move || {
        let Some(id) = workspace.selected.get() else {
            return;
        };
        // The text is looked at first, and far away in the list all items are others.
        idle::unhurried(move || {
            let Some(Some(list)) = list.try_get_untracked() else {
                return;
            };
            // A key held down goes on to the next in the meantime.
            if workspace
                .selected
                .with_untracked(|selected| selected.as_ref() != Some(&id))
            {
                return;
            }
            let Some(index) = index_of(workspace, &filtered.get_untracked(), &id) else {
                return;
            };
            match viewport::find(&list, ID, &id.to_string()) {
                Some(item) => viewport::reveal_in(&list, &item),
                None => list.set_scroll_top((index.saturating_sub(3) * height.get_untracked()) as i32),
            }
        });
    });

    view! {
        <section class="annotations" aria-labelledby="annotations-title">
            <h2 class="quiet-h" id="annotations-title">
                "Annotations "
                <span>
                    {move || match filtered.with(Option::is_some) {
                        true => format!("{} of {}", thousands(count.get()), thousands(total.get())),
                        false => thousands(total.get()),
                    }}
                </span>
            </h2>
            <Show when=move || { total.get() > 0 || filtered.with(Option::is_some) }>
                <FilterBar shown=count count=total/>
            </Show>
            {move || {
                let words = match (total.get(), count.get()) {
                    (0, _) => "None yet. Select words in the text, with the mouse or with Shift and the arrow keys, and press 1, 2 or 3.",
                    (_, 0) => "The filter lets none through.",
                    _ => return None,
                };
                Some(view! { <p class="quiet-text">{words}</p> })
            }}
            <ol
                node_ref=list
                class="list"
                aria-label="Annotations"
                style:--above=move || format!("{}px", window.get().start * height.get())
                style:--below=move || format!("{}px", below.get())
                on:scroll=move |_| {
                    if let Some(list) = list.get_untracked() {
                        scrolled.set(list.scroll_top().max(0) as usize);
                    }
                }
                on:keydown=move |event| press(workspace, list, filtered, &event)
            >
                <For each=move || items.get() key=|item| item.id.clone() let:item>
                    <AnnotationItem id=item.id items selected stop/>
                </For>
            </ol>
        </section>
    }
}

#[component]
fn AnnotationItem(
    id: RecordId,
    items: Memo<Vec<Item>>,
    selected: RwSignal<Option<RecordId>>,
    stop: Memo<Option<RecordId>>,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let name = id.to_string();
    let id = StoredValue::new(id);
    // The row stays when its annotation changes, and with it the focus.
    let item =
        Memo::new(move |_| items.with(|items| items.iter().find(|item| item.id == id.get_value()).cloned()));
    let label = move || item.get().map(|item| item.label);
    let is_selected =
        Memo::new(move |_| selected.with(|selected| selected.as_ref() == Some(&id.get_value())));
    let is_selected_too = Memo::new(move |_| {
        workspace
            .selected_too
            .with(|too| !is_selected.get() && too.contains(&id.get_value()))
    });
    let is_stop = Memo::new(move |_| stop.with(|stop| stop.as_ref() == Some(&id.get_value())));
    let click = move |event: MouseEvent| {
        let id = id.get_value();
        workspace.dispatch(if event.shift_key() {
            Command::SelectTo(id)
        } else if event.ctrl_key() || event.meta_key() {
            Command::SelectAlso(id)
        } else {
            Command::Select(id)
        });
    };
    view! {
        <li
            data-annotation-id=name
            data-label=label
            data-selected=move || is_selected_too.get().then_some("true")
            aria-current=move || is_selected.get().then_some("true")
        >
            <button
                tabindex=move || if is_stop.get() { "0" } else { "-1" }
                // With Shift held, a press would select the words of the page up to here.
                on:mousedown=|event| if event.shift_key() { event.prevent_default() }
                on:click=click
            >
                <i class="dot" data-label=label></i>
                <span class="unseen">{move || item.get().map(|item| format!("{}: ", item.name))}</span>
                <span class="quote" dir="auto">{move || item.get().map(|item| item.quote)}</span>
                {move || item.with(|item| item.as_ref().map(signs))}
                {move || is_selected_too.get().then(|| view! { <span class="unseen">", selected too"</span> })}
            </button>
        </li>
    }
}

/// The small signs at the end of an item: its relations, whether it has a note, and a label that is not known.
fn signs(item: &Item) -> AnyView {
    let lost = item
        .is_lost
        .then(|| view! { <span class="chip lost">"not in the scheme"</span> });
    let note = item.has_note.then(|| {
        view! {
            <span class="has-note" title="Has a note">
                <span class="unseen">", has a note"</span>
            </span>
        }
    });
    let chips = [true, false].map(|leaves| {
        let links = item.links.iter().filter(|link| link.leaves == leaves);
        let count: usize = links.clone().map(|link| link.count).sum();
        let words = links.map(link_words).collect::<Vec<_>>().join(", ");
        let arrow = if leaves { '→' } else { '←' };
        (count > 0).then(|| {
            view! {
                <span class="chip" title=words.clone()>
                    <span aria-hidden="true">{format!("{arrow} {count}")}</span>
                    <span class="unseen">{format!(", {words}")}</span>
                </span>
            }
        })
    });
    view! { {lost} {note} {Vec::from(chips)} }.into_any()
}

fn link_words(link: &Link) -> String {
    let times = match link.count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    };
    match (link.kind, link.leaves) {
        (RelationKind::Attributes, true) => format!("attributes {}", plural(link.count, "claim")),
        (RelationKind::Attributes, false) => format!("attributed {times}"),
        (RelationKind::Doubts, true) => format!("doubts {}", plural(link.count, "claim")),
        (RelationKind::Doubts, false) => format!("doubted {times}"),
        (RelationKind::Via, true) => format!("passed on {times}"),
        (RelationKind::Via, false) => format!("passes on {}", plural(link.count, "attribution")),
    }
}

/// Keys in the list. The arrow keys select; with Shift they extend what is selected, and with Control they only
/// go to the next item, which Control and the space bar then adds or takes off.
fn press(workspace: Workspace, list: NodeRef<Ol>, filtered: Memo<Filtered>, event: &KeyboardEvent) {
    let Some(list) = list.get_untracked() else { return };
    let control = event.ctrl_key() || event.meta_key();
    let focused = viewport::focused_value(&list, ID).map(|id| RecordId::from(id.as_str()));
    let by = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        " " if control => {
            event.prevent_default();
            if let Some(id) = focused {
                workspace.dispatch(Command::SelectAlso(id));
            }
            return;
        }
        "Escape"
            if workspace.selected.with_untracked(Option::is_none)
                && workspace.waiting.with_untracked(Option::is_none) =>
        {
            event.prevent_default();
            return viewport::focus_text();
        }
        _ => return,
    };
    event.prevent_default();
    let filtered = filtered.get_untracked();
    let to = focused.and_then(|id| neighbour(workspace, &filtered, &id, by));
    let target = match (to, event.shift_key(), control) {
        (Some(to), true, _) => {
            workspace.dispatch(Command::SelectTo(to.clone()));
            Some(to)
        }
        (to, false, true) => to,
        (Some(to), false, false) if workspace.selected.with_untracked(Option::is_some) => {
            workspace.dispatch(Command::Select(to.clone()));
            Some(to)
        }
        (_, false, false) => {
            workspace.dispatch(if by > 0 {
                Command::NextAnnotation
            } else {
                Command::PreviousAnnotation
            });
            workspace.selected.get_untracked()
        }
        (None, true, _) => None,
    };
    request_animation_frame(move || {
        if let Some(id) = target {
            viewport::focus_button(&list, ID, &id.to_string());
        }
    });
}

fn let_through(workspace: Workspace, filter: &Filter) -> Vec<RecordId> {
    let mut folder = Folder::new(&BrowserFolding);
    workspace
        .with_open(|desk, article, records| {
            records
                .annotations()
                .filter(|(_, annotation)| {
                    filter.matches(&desk.scheme, &article.text, annotation, &mut folder)
                })
                .map(|(id, _)| id.clone())
                .collect()
        })
        .unwrap_or_default()
}

/// The place of an annotation in the list as it is filtered.
fn index_of(workspace: Workspace, filtered: &Filtered, id: &RecordId) -> Option<usize> {
    match filtered {
        Some(ids) => ids.iter().position(|shown| shown == id),
        None => workspace
            .with_open(|_, _, records| records.spans().index_of(records.annotation(id)?.span, id))
            .flatten(),
    }
}

fn neighbour(workspace: Workspace, filtered: &Filtered, id: &RecordId, by: isize) -> Option<RecordId> {
    let at = index_of(workspace, filtered, id)?.checked_add_signed(by)?;
    match filtered {
        Some(ids) => ids.get(at).cloned(),
        None => workspace
            .with_open(|_, _, records| Some(records.spans().nth(at)?.id.clone()))
            .flatten(),
    }
}

fn ends(workspace: Workspace) -> Ends {
    let ends = workspace.with_open(|_, _, records| {
        let mut ends: Vec<_> = records
            .relations()
            .flat_map(|(_, relation)| {
                [
                    (relation.from.clone(), true, relation.kind),
                    (relation.to.clone(), false, relation.kind),
                ]
            })
            .collect();
        order::sort(&mut ends);
        ends
    });
    Arc::new(ends.unwrap_or_default())
}

fn links(ends: &Ends, id: &RecordId) -> Vec<Link> {
    let first = ends.partition_point(|(of, ..)| of < id);
    let own = ends[first..].iter().take_while(|(of, ..)| of == id);
    let mut links: Vec<Link> = Vec::new();
    for (_, leaves, kind) in own {
        match links.last_mut() {
            Some(last) if (last.leaves, last.kind) == (*leaves, *kind) => last.count += 1,
            _ => links.push(Link {
                leaves: *leaves,
                kind: *kind,
                count: 1,
            }),
        }
    }
    links
}

fn items(workspace: Workspace, window: Range<usize>, filtered: &Filtered, ends: &Ends) -> Vec<Item> {
    workspace
        .with_open(|desk, article, records| {
            window
                .filter_map(|index| {
                    let id = match filtered {
                        Some(ids) => ids.get(index)?,
                        None => &records.spans().nth(index)?.id,
                    };
                    let annotation = records.annotation(id)?;
                    let quote = article.text.slice(annotation.span);
                    let end = quote.char_indices().nth(QUOTE).map_or(quote.len(), |(at, _)| at);
                    Some(Item {
                        id: id.clone(),
                        label: annotation.label.to_string(),
                        name: desk.scheme.name_of(&annotation.label).to_owned(),
                        quote: quote[..end].to_owned(),
                        is_lost: desk.scheme.label(&annotation.label).is_none(),
                        has_note: annotation.note.as_deref().is_some_and(|note| !note.is_empty()),
                        links: links(ends, id),
                    })
                })
                .collect()
        })
        .unwrap_or_default()
}
