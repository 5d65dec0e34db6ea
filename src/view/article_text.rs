//! The text of the open article: drawn, selected and clicked.

use super::drawing::{draw, frame};
use super::drawn::Drawn;
use super::handles::Handles;
use super::label_palette::LabelPalette;
use super::margin::Margin;
use super::overlaps::Overlaps;
use super::rehearsal::rehearse_soon;
use crate::app::command::Command;
use crate::app::keymap::Focus;
use crate::app::workspace::Workspace;
use crate::browser::keyboard::KeyPress;
use crate::browser::selection::{self, LineMotion};
use crate::browser::surface::{Frame, Moved, Surface, annotations_under};
use crate::browser::viewport;
use crate::core::boundary;
use crate::core::cursor::Cursor;
use crate::core::id::ArticleId;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// The drawn text, with the selection and the cursor in it, and what lies over it.
#[component]
pub fn ArticleText(
    /// The article's title.
    name: String,
    /// The article.
    id: ArticleId,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let drawn = Drawn {
        workspace,
        root: NodeRef::<Div>::new(),
        caret: NodeRef::<Div>::new(),
        surface: StoredValue::new_local(None::<Surface>),
        is_drawing: StoredValue::new(false),
        layout: RwSignal::new(0),
    };
    provide_context(drawn);
    draw_when_needed(drawn, id.clone());
    follow_selection(drawn);
    view! {
        <div class="text-frame">
            <Margin/>
            <div
                node_ref=drawn.root
                class="text"
                role="document"
                tabindex="0"
                aria-label=name
                data-article-id=id.to_string()
                on:keydown=move |event| press(drawn, &event)
                on:pointerdown=move |event| begin(drawn, &event)
                on:mousedown=move |event| select_sentence(drawn, &event)
                on:click=move |event| click(drawn, &event)
                on:focus=move |_| {
                    if workspace.cursor.get_untracked().is_none() {
                        workspace.cursor.set(Some(Cursor::default()));
                    }
                }
            ></div>
            <div node_ref=drawn.caret class="caret" aria-hidden="true"></div>
            <Handles/>
            <LabelPalette/>
            <Overlaps/>
        </div>
    }
}

fn draw_when_needed(drawn: Drawn, id: ArticleId) {
    let workspace = drawn.workspace;
    Effect::new(move || {
        let Some(root) = drawn.root.get() else { return };
        let id = id.clone();
        let frames = move |blocks: Range<usize>, give: &mut dyn FnMut(Frame<'_>)| {
            workspace.with_open(|_, article, records| {
                // The article may be closed, and another be open, by the time that its last blocks are asked for.
                if article.id == id {
                    blocks
                        .filter_map(|block| frame(article, records, block))
                        .for_each(give);
                }
            });
        };
        let moved = move |moved: &mut Moved<'_>| {
            workspace.read_selection();
            // The article may be closed by the time the browser tells.
            drawn.surface.try_with_value(|surface| {
                let Some(surface) = surface else { return };
                workspace.with_open(|desk, article, records| {
                    for (block, is_near) in moved {
                        if is_near {
                            draw(surface, workspace, &desk.scheme, article, records, block);
                        } else if let Some(frame) = frame(article, records, block) {
                            surface.clear(block, frame.text);
                        }
                    }
                });
            });
            // Drawing takes the browser's selection away where it was in one of these blocks.
            drawn.show_cursor();
            drawn.show_highlights();
            drawn.layout.try_update(|layout| *layout += 1);
        };
        let made = workspace.with_open(|_, article, _| Surface::new(&root, article.blocks(), frames, moved));
        workspace.take_redraws();
        drawn.surface.set_value(made);
        drawn.is_drawing.set_value(true);
        workspace.set_selection_reader(Some(Rc::new(move || drawn.selected())));
        // Without it, keys would go nowhere until the text is clicked.
        viewport::focus(&root);
        viewport::to_top();
        workspace.arrive();
        rehearse_soon(drawn);
    });

    Effect::new(move || {
        workspace.redraws.track();
        workspace.read_selection();
        let touched = workspace.take_redraws();
        let mut is_drawn = false;
        drawn.surface.with_value(|surface| {
            let Some(surface) = surface else { return };
            workspace.with_open(|desk, article, records| {
                let blocks: BTreeSet<usize> = touched
                    .into_iter()
                    .flat_map(|span| article.blocks_in(span))
                    .collect();
                for block in blocks.into_iter().filter(|&block| surface.is_near(block)) {
                    draw(surface, workspace, &desk.scheme, article, records, block);
                    is_drawn = true;
                }
            });
        });
        // Drawing again takes the browser's selection away. Where nothing was drawn, the next key need not wait.
        if is_drawn {
            drawn.is_drawing.set_value(true);
        }
        drawn.show_cursor();
        drawn.show_highlights();
        drawn.layout.update(|layout| *layout += 1);
    });

    Effect::new(move || {
        workspace.hits.track();
        drawn.show_highlights();
    });
}

fn follow_selection(drawn: Drawn) {
    let workspace = drawn.workspace;
    Effect::new(move || {
        workspace.cursor.track();
        drawn.show_cursor();
    });

    Effect::new(move || {
        if let Some(span) = workspace.sought.get() {
            workspace.sought.set(None);
            drawn.bring_span_into_view(span);
        }
    });

    // A deletion, say, takes away what had the focus.
    Effect::new(move || {
        workspace.revision.track();
        workspace.selected.track();
        request_animation_frame(move || {
            if let Some(Some(root)) = drawn.root.try_get_untracked() {
                viewport::focus_if_lost(&root);
            }
        });
    });

    let selections = StoredValue::new_local(selection::listen(move || {
        workspace.read_selection();
        workspace.selection_changed();
        let is_elsewhere = drawn
            .root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| Drawn::selects_elsewhere(&root));
        if is_elsewhere {
            workspace.lose_selection();
        }
    }));
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        drawn.show_cursor();
        drawn.layout.update(|layout| *layout += 1);
    });
    // Wherever the button is let go: a drag may end beside the text.
    let released = window_event_listener(leptos::ev::pointerup, move |_| workspace.end_selection());
    let copied = window_event_listener(leptos::ev::copy, move |event| {
        let is_text = drawn
            .root
            .get_untracked()
            .is_some_and(|root| viewport::has_focus(&root));
        // Where words are selected, the browser copies them.
        if is_text
            && !selection::is_range()
            && let Some(quote) = workspace.quote_to_copy()
            && let Some(data) = event.clipboard_data()
            && data.set_data("text/plain", &quote).is_ok()
        {
            event.prevent_default();
            workspace.announce("Quote and offsets copied".to_owned());
        }
    });
    on_cleanup(move || {
        workspace.set_selection_reader(None);
        selections.dispose();
        resized.remove();
        released.remove();
        copied.remove();
    });
}

fn press(drawn: Drawn, event: &KeyboardEvent) {
    let workspace = drawn.workspace;
    let press = KeyPress::from(event);
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
        drawn.place_selection();
        workspace.cursor_is_shown();
        workspace.select_exactly();
        selection::modify(line, press.shift);
        workspace.read_selection();
    } else if workspace.press(&press, Focus::Text) {
        event.prevent_default();
    } else {
        return;
    }
    if let Some(cursor) = workspace.cursor.get_untracked() {
        drawn.bring_into_view(cursor.head);
    }
}

fn begin(drawn: Drawn, event: &PointerEvent) {
    if event.button() == 0 {
        drawn.with_surface(|surface, _| surface.look_under(event));
        let is_touch = event.pointer_type() == "touch";
        // A press on what is selected would take hold of the words, to drag them elsewhere.
        if !is_touch && !event.shift_key() {
            drawn.workspace.read_selection();
            drawn.workspace.lose_selection();
            drawn.place_selection();
            drawn.workspace.cursor_is_shown();
        }
        drawn.workspace.begin_selection(event.alt_key(), is_touch);
    }
}

/// A third click selects the sentence, where the browser would select the whole paragraph.
fn select_sentence(drawn: Drawn, event: &MouseEvent) {
    if event.detail() < 3 || event.button() != 0 {
        return;
    }
    let sentence = drawn
        .place_at_point(event.client_x().into(), event.client_y().into())
        .and_then(|place| {
            drawn
                .workspace
                .with_open(|_, article, _| boundary::sentence_at(&article.text, place))
                .flatten()
        });
    if let Some(sentence) = sentence {
        event.prevent_default();
        drawn.workspace.select_span(sentence, false);
    }
}

fn click(drawn: Drawn, event: &MouseEvent) {
    let workspace = drawn.workspace;
    if workspace.ends_selection() {
        return;
    }
    let ids = annotations_under(event);
    if ids.is_empty() {
        return workspace.dispatch(Command::Escape);
    }
    if event.ctrl_key() || event.meta_key() || event.shift_key() {
        if let Some(id) = workspace.smallest_first(&ids).first() {
            workspace.dispatch(Command::SelectAlso(id.clone()));
        }
        return;
    }
    let is_stack = ids.len() > 1;
    workspace.dispatch(Command::SelectAmong(ids.clone()));
    if is_stack {
        workspace.show_overlap(&ids, (event.client_x().into(), event.client_y().into()));
    }
}
