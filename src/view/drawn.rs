//! The article as it is drawn: where places stand on the screen, and the browser's selection in it.

use crate::app::workspace::Workspace;
use crate::browser::dom::{DomPlace, Element};
use crate::browser::selection;
use crate::browser::surface::Surface;
use crate::browser::{highlight, viewport};
use crate::core::article::Article;
use crate::core::cursor::Cursor;
use crate::core::part;
use crate::core::scheme::AttributeKind;
use crate::core::text::{ByteOffset, Span, Utf16Offset};
use leptos::html::Div;
use leptos::prelude::*;

/// The name under which search hits are highlighted, as the style sheet has it.
const HITS: &str = "hit";
/// The name under which the search hit one is at is highlighted.
const CURRENT_HIT: &str = "current-hit";
/// The name under which the parts of the selected annotation are highlighted.
const PARTS: &str = "part";

/// A drawn article. Cheap to copy; what lies over the text finds it in the context.
#[derive(Clone, Copy)]
pub(super) struct Drawn {
    pub(super) workspace: Workspace,
    pub(super) root: NodeRef<Div>,
    pub(super) caret: NodeRef<Div>,
    pub(super) surface: StoredValue<Option<Surface>, LocalStorage>,
    /// Whether blocks were drawn since the last frame.
    pub(super) is_drawing: StoredValue<bool>,
    /// Counts the times that something may stand elsewhere on the screen.
    pub(super) layout: RwSignal<u64>,
}

impl Drawn {
    /// What the browser has selected in the open article.
    pub(super) fn selected(self) -> Option<Cursor> {
        let root = self.root.try_get_untracked().flatten()?;
        let (anchor, head) = selection::read(&root)?;
        self.workspace
            .with_open(|_, article, _| {
                Some(Cursor {
                    anchor: byte_offset(article, anchor)?,
                    head: byte_offset(article, head)?,
                })
            })
            .flatten()
    }

    /// The place in the text that a point of the viewport lies nearest to.
    pub(super) fn place_at_point(self, x: f64, y: f64) -> Option<ByteOffset> {
        let root = self.root.try_get_untracked().flatten()?;
        let place = selection::place_at_point(&root, x, y)?;
        self.workspace
            .with_open(|_, article, _| byte_offset(article, place))
            .flatten()
    }

    /// Whether the reviewer fills in a field, or has selected words outside the text.
    pub(super) fn selects_elsewhere(root: &Element) -> bool {
        viewport::is_field_focused() || (selection::is_range() && selection::read(root).is_none())
    }

    /// Gives the browser the selection that the workspace has, where it has another.
    pub(super) fn place_selection(self) {
        let Some(cursor) = self.workspace.cursor.get_untracked() else {
            return;
        };
        if self.selected() == Some(cursor) {
            return;
        }
        self.with_surface(|surface, article| {
            let place = |offset| {
                let (block, offset) = article.block_place(offset)?;
                Some((surface.block(block)?, offset))
            };
            if let (Some(anchor), Some(head)) = (place(cursor.anchor), place(cursor.head)) {
                selection::select(anchor, head);
            }
        });
    }

    /// Shows the workspace's cursor: as the browser's selection, and as a caret at its head.
    ///
    /// Where blocks were drawn again the browser is given it once everything is drawn: selecting has the page laid
    /// out, and sooner it would be laid out twice.
    pub(super) fn show_cursor(self) {
        let (Some(Some(root)), Some(Some(caret))) =
            (self.root.try_get_untracked(), self.caret.try_get_untracked())
        else {
            return;
        };
        let Some(cursor) = self.workspace.cursor.get_untracked() else {
            return;
        };
        let place = move || {
            // Words selected in the inspector, say, are to be copied: they stay selected.
            if !Self::selects_elsewhere(&root) {
                self.place_selection();
            }
            self.workspace.cursor_is_shown();
        };
        let is_drawing = self.is_drawing.get_value() || self.workspace.has_redraws();
        if !is_drawing {
            place();
        } else if self.selected() != Some(cursor) {
            // Until the browser has the cursor, what the browser has selected is not asked for.
            self.workspace.cursor_is_due();
        }
        request_animation_frame(move || {
            self.is_drawing.try_set_value(false);
            if self.workspace.is_cursor_due() {
                place();
            }
            let cursor = self.workspace.cursor.try_get_untracked().flatten();
            if let Some(rect) = cursor.and_then(|cursor| self.rect_of(cursor.head)) {
                viewport::place_over(&caret, &rect);
            }
        });
    }

    /// Shows again what is shown already, as an edit in the middle of the viewport would have it: the block there is drawn
    /// as it is, and looked for where it is in sight. To the reader nothing changes.
    pub(super) fn show_again(self) {
        let middle = self.root.try_get_untracked().flatten().and_then(|root| {
            let bounds = root.get_bounding_client_rect();
            self.place_at_point(bounds.left() + bounds.width() / 2.0, viewport::height() / 2.0)
        });
        if let Some(place) = middle {
            self.scroll_to(place);
            self.workspace.draw_block_again(place);
        }
        self.workspace.changed();
    }

    /// Scrolls to a place that is out of sight, once everything is drawn.
    pub(super) fn bring_into_view(self, place: ByteOffset) {
        request_animation_frame(move || self.scroll_to(place));
    }

    /// Scrolls to a span of which nothing is in sight, once everything is drawn: to its start.
    pub(super) fn bring_span_into_view(self, span: Span) {
        request_animation_frame(move || {
            let [start, end] = [span.start(), span.end()].map(|place| self.rect_of(place));
            if !viewport::shows_between(start.as_ref(), end.as_ref()) {
                self.scroll_to(span.start());
            }
        });
    }

    fn scroll_to(self, place: ByteOffset) {
        self.with_surface(|surface, article| {
            if let Some((block, offset)) = article.block_place(place)
                && let Some(element) = surface.block(block)
            {
                viewport::bring_into_view(element, || selection::caret_rect(element, offset));
            }
        });
    }

    /// Where a caret at a place stands, in pixels of the viewport; `None` where the place is not laid out now.
    pub(super) fn rect_of(self, place: ByteOffset) -> Option<viewport::DomRect> {
        self.with_surface(|surface, article| {
            let (block, offset) = article.block_place(place)?;
            selection::caret_rect(surface.block(block)?, offset)
        })
        .flatten()
    }

    /// Where a caret at the start of a stretch stands: before its first character, and not at the end of the line
    /// above.
    pub(super) fn start_rect_of(self, span: Span) -> Option<viewport::DomRect> {
        self.with_surface(|surface, article| {
            let (block, offset) = article.block_place(span.start())?;
            selection::start_rect(surface.block(block)?, offset)
        })
        .flatten()
    }

    /// Where a caret at the end of a stretch stands: behind its last character, and not before the first of the
    /// next line.
    pub(super) fn end_rect_of(self, span: Span) -> Option<viewport::DomRect> {
        self.with_surface(|surface, article| {
            let (block, offset) = article.block_place(span.end())?;
            selection::end_rect(surface.block(block)?, offset)
        })
        .flatten()
    }

    /// How far down a place stands in pixels from the top of the text, as far as that is known: for what is not
    /// laid out, where its block stands.
    pub(super) fn height_of(self, place: ByteOffset) -> Option<f64> {
        let root = self.root.try_get_untracked().flatten()?;
        self.with_surface(|surface, article| {
            let (block, offset) = article.block_place(place)?;
            let element = surface.whereabouts(block)?;
            let rect = surface
                .is_near(block)
                .then(|| selection::start_rect(element, offset))
                .flatten();
            Some(match rect {
                Some(rect) => viewport::distance_down(&root, rect.top() + rect.height() / 2.0),
                None => viewport::distance_down(&root, element.get_bounding_client_rect().top()),
            })
        })
        .flatten()
    }

    /// Highlights search hits and the parts of the selected annotation, where they are near.
    pub(super) fn show_highlights(self) {
        let (hits, current) = self.workspace.hits.get_untracked();
        let parts = self.parts_of_selected();
        let current: Vec<Span> = current.into_iter().collect();
        for (name, spans) in [(HITS, &hits), (CURRENT_HIT, &current), (PARTS, &parts)] {
            self.with_surface(|surface, article| {
                let stretches = spans
                    .iter()
                    .flat_map(|span| article.blocks_in(*span).map(|block| (block, *span)))
                    .filter(|(block, _)| surface.is_near(*block))
                    .filter_map(|(block, span)| {
                        let bounds = article.blocks()[block].span;
                        let span = span.intersection(bounds)?;
                        let element = surface.block(block)?;
                        let base = article.text.try_to_utf16(bounds.start())?.0;
                        let (start, end) = article.text.span_to_utf16(span);
                        Some((
                            (element, Utf16Offset(start.0 - base)),
                            (element, Utf16Offset(end.0 - base)),
                        ))
                    });
                highlight::show(name, stretches);
            });
        }
    }

    fn parts_of_selected(self) -> Vec<Span> {
        self.workspace
            .with_open(|desk, article, records| {
                let id = self.workspace.selected.get_untracked()?;
                let annotation = records.annotation(&id)?;
                let spans = desk
                    .scheme
                    .attributes_of(&annotation.label)
                    .iter()
                    .filter(|attribute| attribute.kind == AttributeKind::Part)
                    .filter_map(|attribute| {
                        part::from_value(&article.text, annotation.attributes.get(&*attribute.id)?)
                    });
                Some(spans.collect())
            })
            .flatten()
            .unwrap_or_default()
    }

    /// Asks the surface and the article that it shows.
    pub(super) fn with_surface<T>(self, read: impl FnOnce(&Surface, &Article) -> T) -> Option<T> {
        // The article may be closed by the time that this is asked.
        self.surface
            .try_with_value(|surface| {
                let surface = surface.as_ref()?;
                self.workspace.with_open(|_, article, _| read(surface, article))
            })
            .flatten()
    }
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
