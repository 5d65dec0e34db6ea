//! The reader: one article, its annotations beside it, and the keys and gestures that label it.

use super::annotations::Annotations;
use super::bar::Bar;
use super::inspector::Inspector;
use super::library::DoneButton;
use crate::app::command::Command;
use crate::app::keymap;
use crate::app::wording::{plural, status_name};
use crate::app::workspace::Workspace;
use crate::browser::dom::{DomPlace, Element};
use crate::browser::keyboard::KeyPress;
use crate::browser::route::Route;
use crate::browser::selection::{self, LineMotion};
use crate::browser::surface::{Frame, Mark, Run, Surface, annotations_under};
use crate::browser::viewport;
use crate::core::article::Article;
use crate::core::cursor::Cursor;
use crate::core::id::{ArticleId, RecordId};
use crate::core::record::RegionKind;
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::segment;
use crate::core::span_set::Entry;
use crate::core::text::{ByteOffset, Utf16Offset};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The page `#/article/{id}`.
#[component]
pub fn Reader(
    /// Which article.
    id: ArticleId,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    // An article that could not be opened may be there after another try.
    let is_there = Memo::new(move |_| {
        workspace.revision.track();
        workspace.with_open(|_, article, _| article.name().to_owned())
    });
    view! {
        <Bar>
            <Place/>
            <Labels/>
        </Bar>
        {move || match is_there.get() {
            Some(name) => view! { <OpenArticle name id=id.clone()/> }.into_any(),
            None => view! {
                <main class="shelf">
                    <h1>"No such article"</h1>
                    <p>
                        "There is no article here under this address. It may not have been opened, or not be in this corpus. "
                        <a href=Route::Library.href()>"See all articles"</a>
                    </p>
                </main>
            }
            .into_any(),
        }}
    }
}

/// Where in the corpus one is, and the way to the articles beside it.
#[component]
fn Place() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let place = Memo::new(move |_| {
        workspace.revision.track();
        workspace.with_open(|desk, open, _| {
            let at = desk.articles.iter().position(|article| article.id == open.id);
            (at.unwrap_or_default() + 1, desk.articles.len())
        })
    });
    let neighbour = move |name: &'static str, sign: &'static str, by: isize| {
        view! {
            <button
                class="icon"
                aria-label=name
                aria-disabled=move || {
                    place.track();
                    workspace.neighbour(by).is_none().to_string()
                }
                on:click=move |_| workspace.dispatch(Command::OpenNeighbour(by))
            >
                {sign}
            </button>
        }
    };
    view! {
        <nav class="where" aria-label="Article">
            {neighbour("Previous article", "‹", -1)}
            <span>{move || place.get().map(|(at, of)| format!("{at} of {of}"))}</span>
            {neighbour("Next article", "›", 1)}
        </nav>
    }
}

/// The toolbar `Labels`.
#[component]
fn Labels() -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let labels = workspace
        .with(|desk| desk.scheme.labels.clone())
        .unwrap_or_default();
    let buttons = labels
        .into_iter()
        .map(|label| {
            let command = Command::Label(label.id.clone());
            view! {
                <button
                    class="label"
                    data-label=label.id.to_string()
                    title=label.definition.to_string()
                    aria-keyshortcuts=label.key.to_string()
                    // The selection in the text has to outlive the press.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| workspace.dispatch(command.clone())
                >
                    {label.name.to_string()}
                    <kbd aria-hidden="true">{label.key.to_string()}</kbd>
                </button>
            }
        })
        .collect_view();
    view! { <div class="labels" role="toolbar" aria-label="Labels">{buttons}</div> }
}

#[component]
fn OpenArticle(name: String, id: ArticleId) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let about = Memo::new(move |_| {
        workspace.revision.track();
        workspace.with_open(|_, article, records| {
            let ours = if article.title_is_ours {
                " · title given by us"
            } else {
                ""
            };
            format!(
                "{} · {}{ours}",
                status_name(records.status()),
                plural(records.spans().len(), "annotation")
            )
        })
    });
    view! {
        <main class="desk">
            <div class="column">
                <p class="kicker">{move || about.get()}</p>
                <h1>{name.clone()}</h1>
                <ArticleText name id/>
                <p class="column-end"><DoneButton/></p>
            </div>
            <aside class="side" aria-label="Annotations of this article">
                <Inspector/>
                <Annotations/>
            </aside>
        </main>
        <footer class="hints" aria-hidden="true">
            <span><kbd>"Shift"</kbd> <kbd>"→"</kbd> " select"</span>
            <span><kbd>"1"</kbd> <kbd>"2"</kbd> <kbd>"3"</kbd> " label"</span>
            <span><kbd>"N"</kbd> <kbd>"P"</kbd> " next, previous"</span>
            <span><kbd>"Del"</kbd> " delete"</span>
            <span><kbd>"Ctrl"</kbd> <kbd>"Z"</kbd> " undo"</span>
        </footer>
    }
}

/// The drawn text, with the selection and the cursor in it.
#[component]
fn ArticleText(name: String, id: ArticleId) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let root = NodeRef::<Div>::new();
    let caret = NodeRef::<Div>::new();
    let surface = StoredValue::new_local(None::<Surface>);

    Effect::new(move || {
        let Some(root) = root.get() else { return };
        let drawn = workspace.with_open(|_, article, records| {
            let frames: Vec<Frame<'_>> = (0..article.blocks.len())
                .filter_map(|block| frame(article, records, block))
                .collect();
            let drawn_in = root.clone();
            Surface::new(&root, &frames, move |blocks, is_near| {
                workspace.read_selection();
                // The article may be closed by the time the browser tells.
                surface.try_with_value(|surface| {
                    let Some(surface) = surface else { return };
                    workspace.with_open(|desk, article, records| {
                        for block in blocks {
                            if is_near {
                                draw(surface, workspace, &desk.scheme, article, records, block);
                            } else if let Some(frame) = frame(article, records, block) {
                                surface.clear(block, frame.text);
                            }
                        }
                    });
                });
                // Drawing takes the browser's selection away where it was in one of these blocks.
                place_selection(workspace, &drawn_in, surface);
            })
        });
        workspace.take_redraws();
        surface.set_value(drawn);
        let read_in = root.clone();
        workspace.set_selection_reader(Some(Rc::new(move || selected_in(workspace, &read_in))));
        // Without it, keys would go nowhere until the text is clicked.
        viewport::focus(&root);
        viewport::to_top();
    });

    Effect::new(move || {
        workspace.redraws.track();
        workspace.read_selection();
        let touched = workspace.take_redraws();
        surface.with_value(|surface| {
            let Some(surface) = surface else { return };
            workspace.with_open(|desk, article, records| {
                let blocks: BTreeSet<usize> = touched
                    .into_iter()
                    .flat_map(|span| article.blocks_in(span))
                    .collect();
                for block in blocks.into_iter().filter(|&block| surface.is_near(block)) {
                    draw(surface, workspace, &desk.scheme, article, records, block);
                }
            });
        });
        // Drawing again takes the browser's selection away.
        show_cursor(workspace, root, surface, caret);
    });

    Effect::new(move || {
        workspace.cursor.track();
        show_cursor(workspace, root, surface, caret);
    });

    Effect::new(move || {
        let Some(id) = workspace.selected.get() else {
            return;
        };
        let start = workspace.with_open(|_, _, records| Some(records.annotation(&id)?.span.start()));
        if let Some(start) = start.flatten() {
            bring_into_view(workspace, surface, start);
        }
    });

    // A deletion, say, takes away what had the focus.
    Effect::new(move || {
        workspace.revision.track();
        workspace.selected.track();
        request_animation_frame(move || {
            if let Some(Some(root)) = root.try_get_untracked() {
                viewport::focus_if_lost(&root);
            }
        });
    });

    let selections = StoredValue::new_local(selection::listen(move || {
        workspace.read_selection();
        let is_elsewhere = root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| selects_elsewhere(&root));
        if is_elsewhere {
            workspace.lose_selection();
        }
    }));
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        show_cursor(workspace, root, surface, caret);
    });
    on_cleanup(move || {
        workspace.set_selection_reader(None);
        selections.dispose();
        resized.remove();
    });

    let keydown = move |event: KeyboardEvent| {
        let Some(root) = root.get_untracked() else { return };
        let press = KeyPress::from(&event);
        let line = match press.key.as_str() {
            _ if press.control || press.alt => None,
            "ArrowUp" => Some(LineMotion::Up),
            "ArrowDown" => Some(LineMotion::Down),
            "Home" => Some(LineMotion::LineStart),
            "End" => Some(LineMotion::LineEnd),
            _ => None,
        };
        if let Some(line) = line {
            event.prevent_default();
            if workspace.cursor.get_untracked().is_none() {
                workspace.cursor.set(Some(Cursor::default()));
            }
            place_selection(workspace, &root, surface);
            workspace.cursor_is_shown();
            selection::modify(line, press.shift);
            workspace.read_selection();
        } else if let Some(command) = keymap::cursor_command(&press) {
            event.prevent_default();
            workspace.dispatch(command);
        } else {
            return;
        }
        if let Some(cursor) = workspace.cursor.get_untracked() {
            bring_into_view(workspace, surface, cursor.head);
        }
    };
    let click = move |event: MouseEvent| {
        workspace.read_selection();
        let is_collapsed = workspace.cursor.get_untracked().is_none_or(Cursor::is_collapsed);
        if !is_collapsed {
            return;
        }
        match annotations_under(&event) {
            ids if ids.is_empty() => workspace.dispatch(Command::Escape),
            ids => workspace.dispatch(Command::SelectAmong(ids)),
        }
    };
    view! {
        <div class="text-frame">
            <div
                node_ref=root
                class="text"
                role="document"
                tabindex="0"
                aria-label=name
                data-article-id=id.to_string()
                on:keydown=keydown
                on:click=click
                on:focus=move |_| {
                    if workspace.cursor.get_untracked().is_none() {
                        workspace.cursor.set(Some(Cursor::default()));
                    }
                }
            ></div>
            <div node_ref=caret class="caret" aria-hidden="true"></div>
        </div>
    }
}

/// What the browser has selected in the open article.
fn selected_in(workspace: Workspace, root: &Element) -> Option<Cursor> {
    let (anchor, head) = selection::read(root)?;
    workspace
        .with_open(|_, article, _| {
            Some(Cursor {
                anchor: byte_offset(article, anchor)?,
                head: byte_offset(article, head)?,
            })
        })
        .flatten()
}

fn byte_offset(article: &Article, place: DomPlace) -> Option<ByteOffset> {
    match place {
        DomPlace::Before => Some(ByteOffset(0)),
        DomPlace::Behind => Some(article.text.end()),
        DomPlace::Within { block_start, offset } => {
            let start = article.text.try_from_code_points(block_start)?;
            article.place_in_block(article.block_at(start)?, offset)
        }
    }
}

/// Whether the reviewer fills in a field, or has selected words outside the text.
fn selects_elsewhere(root: &Element) -> bool {
    viewport::is_field_focused() || (selection::is_range() && selection::read(root).is_none())
}

/// Gives the browser the selection that the workspace has, where it has another.
fn place_selection(
    workspace: Workspace,
    root: &Element,
    surface: StoredValue<Option<Surface>, LocalStorage>,
) {
    let Some(cursor) = workspace.cursor.get_untracked() else {
        return;
    };
    if selected_in(workspace, root) == Some(cursor) {
        return;
    }
    surface.with_value(|surface| {
        let Some(surface) = surface else { return };
        workspace.with_open(|_, article, _| {
            let place = |offset| {
                let (block, offset) = article.block_place(offset)?;
                Some((surface.block(block)?, offset))
            };
            if let (Some(anchor), Some(head)) = (place(cursor.anchor), place(cursor.head)) {
                selection::select(anchor, head);
            }
        });
    });
}

/// Shows the workspace's cursor: as the browser's selection, and as a caret at its head.
fn show_cursor(
    workspace: Workspace,
    root: NodeRef<Div>,
    surface: StoredValue<Option<Surface>, LocalStorage>,
    caret: NodeRef<Div>,
) {
    let (Some(Some(root)), Some(Some(caret))) = (root.try_get_untracked(), caret.try_get_untracked()) else {
        return;
    };
    if workspace.cursor.get_untracked().is_none() {
        return;
    }
    // Words selected in the inspector, say, are to be copied: they stay selected.
    if !selects_elsewhere(&root) {
        place_selection(workspace, &root, surface);
    }
    workspace.cursor_is_shown();
    // Where the caret stands is asked once everything is drawn: asking sooner would lay the page out twice.
    request_animation_frame(move || {
        let place = workspace
            .cursor
            .try_get_untracked()
            .flatten()
            .and_then(|cursor| place_of(workspace, cursor.head));
        surface.try_with_value(|surface| {
            let rect = place
                .zip(surface.as_ref())
                .and_then(|((block, offset), surface)| selection::caret_rect(surface.block(block)?, offset));
            if let Some(rect) = rect {
                viewport::place_over(&caret, &rect);
            }
        });
    });
}

/// Scrolls to a place that is out of sight, once everything is drawn.
fn bring_into_view(
    workspace: Workspace,
    surface: StoredValue<Option<Surface>, LocalStorage>,
    place: ByteOffset,
) {
    request_animation_frame(move || {
        let place = place_of(workspace, place);
        surface.try_with_value(|surface| {
            if let Some(((block, offset), surface)) = place.zip(surface.as_ref())
                && let Some(element) = surface.block(block)
            {
                viewport::bring_into_view(element, || selection::caret_rect(element, offset));
            }
        });
    });
}

/// The block that holds a place of the open article, and how far into its text the place stands.
fn place_of(workspace: Workspace, place: ByteOffset) -> Option<(usize, Utf16Offset)> {
    workspace
        .with_open(|_, article, _| article.block_place(place))
        .flatten()
}

fn frame<'a>(article: &'a Article, records: &Records, block: usize) -> Option<Frame<'a>> {
    let block = article.blocks.get(block)?;
    Some(Frame {
        start: article.text.try_to_code_points(block.span.start())?,
        text: article.text.slice(block.span),
        continues: block.continues,
        region: records.region_over(block.span).map(RegionKind::as_str),
    })
}

fn draw(
    surface: &Surface,
    workspace: Workspace,
    scheme: &Scheme,
    article: &Article,
    records: &Records,
    block: usize,
) {
    let Some(span) = article.blocks.get(block).map(|block| block.span) else {
        return;
    };
    let selected = workspace.selected.get_untracked();
    let entries: Vec<Entry<RecordId>> = records.spans().overlapping(span).cloned().collect();
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
    let segments = segment::segments(span, &entries);
    let runs: Vec<Run<'_>> = segments
        .iter()
        .map(|segment| Run {
            text: article.text.slice(segment.span),
            marks: segment
                .active
                .iter()
                .filter_map(|&index| {
                    Some(Mark {
                        id: entries[index].id.to_string(),
                        label: label(index)?.as_str(),
                        lane: lanes[index],
                        selected: selected.as_ref() == Some(&entries[index].id),
                    })
                })
                .collect(),
            opening: heard(&segment.opening, ""),
            closing: heard(&segment.closing, "end of "),
        })
        .collect();
    surface.draw(block, &runs, records.region_over(span).map(RegionKind::as_str));
}
