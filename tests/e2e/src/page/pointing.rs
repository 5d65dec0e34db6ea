//! Mouse and finger: points at characters, drags, clicks, taps.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::json;
use thirtyfour::prelude::*;

use super::typing::key;
use super::{Page, Selection};
use crate::wait::until;

/// How long each move of a drag takes. None, on purpose: the page must know the selection as it is when a button is
/// released or a key pressed, even if word of its change is still on the way.
const DRAG_STEP: Duration = Duration::ZERO;

/// A point of the viewport, in CSS pixels.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
}

/// Which of the two characters beside an offset a point lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// On the character after the offset: where a drag begins.
    Start,
    /// On the character before the offset: where a drag ends.
    End,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

impl Page<'_> {
    /// Scrolls to an offset and returns a point beside it, where a press puts the caret there.
    ///
    /// # Errors
    /// Fails when the offset is outside the text, within a character, or covered.
    pub async fn point_at(&self, offset: usize, side: Side) -> Result<Point> {
        self.reveal(offset, side).await?;
        self.visible_point(offset, side).await
    }

    /// Drags the mouse over `start..end`: press, moves, release.
    ///
    /// # Errors
    /// Fails when one of the ends cannot be seen while the other is in the upper half of the viewport.
    pub async fn drag(&self, start: usize, end: usize) -> Result<()> {
        self.drag_holding(start, end, &[]).await
    }

    /// As [`Page::drag`], with Alt held: the ends stay where they are, inside words too.
    ///
    /// # Errors
    /// As [`Page::drag`].
    pub async fn drag_exactly(&self, start: usize, end: usize) -> Result<()> {
        self.drag_holding(start, end, &[key("Alt")?]).await
    }

    async fn drag_holding(&self, start: usize, end: usize, held: &[char]) -> Result<()> {
        let selection = self.sweep(start, end, held).await?;
        ensure!(
            selection
                == Some(Selection {
                    anchor: start,
                    focus: end
                }),
            "dragging over {start}..{end} selected {selection:?}"
        );
        Ok(())
    }

    /// Drags the mouse from `start` to `end`, of which either may lie inside a word, and returns what the page
    /// makes of it. `held` names keys that are held meanwhile, such as `Alt`.
    ///
    /// # Errors
    /// As [`Page::drag`], but for what is selected.
    pub async fn drag_roughly(&self, start: usize, end: usize, held: &[&str]) -> Result<Option<Selection>> {
        let held: Vec<char> = held.iter().map(|name| key(name)).collect::<Result<_>>()?;
        self.sweep(start, end, &held).await
    }

    async fn sweep(&self, start: usize, end: usize, held: &[char]) -> Result<Option<Selection>> {
        // In one question, so that the press comes as soon after the scroll as a script can have it.
        let script = "const [start, end] = arguments;
            return reveal(start, 'start').then(() => [visiblePoint(start, 'start'), visiblePoint(end, 'end')]);";
        let points = self.ask(script, vec![json!(start), json!(end)]).await?;
        let [from, to]: [Point; 2] = serde_json::from_value(points)?;
        let (half_x, half_y) = (i64::midpoint(from.x, to.x), i64::midpoint(from.y, to.y));
        let mut chain = self
            .browser
            .driver()
            .action_chain_with_delay(Some(Duration::ZERO), Some(DRAG_STEP))
            .move_to(from.x, from.y);
        for &key in held {
            chain = chain.key_down(key);
        }
        chain = chain
            .click_and_hold()
            .move_to(half_x, half_y)
            .move_to(to.x, to.y)
            .release();
        for &key in held {
            chain = chain.key_up(key);
        }
        chain.perform().await?;
        self.selection().await
    }

    /// Drags a handle of the selected annotation, `start` or `end`, to an offset. `pressed` names keys that are
    /// pressed before the button is let go.
    ///
    /// # Errors
    /// Fails when there is no such handle, or the offset cannot be seen.
    pub async fn drag_handle(&self, edge: Side, offset: usize, pressed: &[&str]) -> Result<()> {
        let from = self.handle_point(edge).await?;
        let to = self.visible_point(offset, edge).await?;
        let mut chain = self
            .browser
            .driver()
            .action_chain_with_delay(Some(Duration::ZERO), Some(DRAG_STEP))
            .move_to(from.x, from.y)
            .click_and_hold()
            .move_to(i64::midpoint(from.x, to.x), i64::midpoint(from.y, to.y))
            .move_to(to.x, to.y);
        for name in pressed {
            let key = key(name)?;
            chain = chain.key_down(key).key_up(key);
        }
        Ok(chain.release().perform().await?)
    }

    /// A point on a handle of the selected annotation.
    ///
    /// # Errors
    /// Fails when there is no such handle.
    pub async fn handle_point(&self, edge: Side) -> Result<Point> {
        self.wait_still().await?;
        let arguments = vec![json!(edge.name())];
        until(&format!("the handle of the {}", edge.name()), async || {
            let point = self
                .ask("return handlePoint(arguments[0]);", arguments.clone())
                .await?;
            Ok(serde_json::from_value::<Option<Point>>(point)?)
        })
        .await
    }

    /// Clicks the character after an offset.
    ///
    /// # Errors
    /// Fails when it cannot be seen.
    pub async fn click_at(&self, offset: usize) -> Result<()> {
        self.click_times_at(offset, 1, &[]).await
    }

    /// Clicks the character after an offset while a key is held, such as `Control`.
    ///
    /// # Errors
    /// Fails when it cannot be seen.
    pub async fn click_at_holding(&self, offset: usize, held: &str) -> Result<()> {
        self.click_times_at(offset, 1, &[key(held)?]).await
    }

    /// Clicks the character after an offset twice, quickly.
    ///
    /// # Errors
    /// Fails when it cannot be seen.
    pub async fn double_click_at(&self, offset: usize) -> Result<()> {
        self.click_times_at(offset, 2, &[]).await
    }

    /// Clicks the character after an offset three times, quickly.
    ///
    /// # Errors
    /// Fails when it cannot be seen.
    pub async fn triple_click_at(&self, offset: usize) -> Result<()> {
        self.click_times_at(offset, 3, &[]).await
    }

    async fn click_times_at(&self, offset: usize, times: usize, held: &[char]) -> Result<()> {
        let point = self.point_at(offset, Side::Start).await?;
        let mut chain = self
            .browser
            .driver()
            .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO))
            .move_to(point.x, point.y);
        for &key in held {
            chain = chain.key_down(key);
        }
        for _ in 0..times {
            chain = chain.click();
        }
        for &key in held {
            chain = chain.key_up(key);
        }
        Ok(chain.perform().await?)
    }

    /// Selects `start..end` as a finger does: it presses long on the text, and the system's own handles set the
    /// ends, of which the page hears nothing but that the selection has changed.
    ///
    /// # Errors
    /// Fails when an end is outside the text.
    pub async fn select_by_touch(&self, start: usize, end: usize) -> Result<()> {
        self.reveal(start, Side::Start).await?;
        self.ask(
            "selectByTouch(arguments[0], arguments[1]);",
            vec![json!(start), json!(end)],
        )
        .await?;
        Ok(())
    }

    /// Taps an element with a finger.
    ///
    /// # Errors
    /// Fails when the element is out of sight.
    pub async fn tap(&self, element: &WebElement) -> Result<()> {
        element.scroll_into_view().await?;
        self.wait_still().await?;
        let point: Point = self
            .about(element, "return centre(element.getBoundingClientRect());")
            .await?;
        for (kind, points) in [
            ("touchStart", json!([{ "x": point.x, "y": point.y }])),
            ("touchEnd", json!([])),
        ] {
            let touch = json!({ "type": kind, "touchPoints": points });
            self.browser.devtools("Input.dispatchTouchEvent", touch).await?;
        }
        Ok(())
    }

    /// Labels `start..end` with the mouse and a label key, and waits until it is saved.
    ///
    /// # Errors
    /// Fails when the annotation does not appear in the list.
    pub async fn label_by_mouse(&self, start: usize, end: usize, key: &str) -> Result<()> {
        let before = self.annotations().await?.len();
        self.drag(start, end).await?;
        self.press(key).await?;
        self.wait_annotations(before + 1).await?;
        self.wait_saved().await
    }

    /// As [`Page::label_by_mouse`], with Alt held, so that nothing snaps to words.
    ///
    /// # Errors
    /// As [`Page::label_by_mouse`].
    pub async fn label_exactly_by_mouse(&self, start: usize, end: usize, key: &str) -> Result<()> {
        let before = self.annotations().await?.len();
        self.drag_exactly(start, end).await?;
        self.press(key).await?;
        self.wait_annotations(before + 1).await?;
        self.wait_saved().await
    }

    async fn reveal(&self, offset: usize, side: Side) -> Result<()> {
        self.ask(
            "return reveal(arguments[0], arguments[1]);",
            vec![json!(offset), json!(side.name())],
        )
        .await?;
        Ok(())
    }

    async fn visible_point(&self, offset: usize, side: Side) -> Result<Point> {
        let arguments = vec![json!(offset), json!(side.name())];
        Ok(serde_json::from_value(
            self.ask("return visiblePoint(arguments[0], arguments[1]);", arguments)
                .await?,
        )?)
    }
}
