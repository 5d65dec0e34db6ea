//! The page, by the names it promises.
//!
//! Controls are found by role and accessible name as the browser computes them, so a test that passes also shows
//! that a screen reader finds them. Offsets are code points of the article's text.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::browser::{Browser, Named};
use crate::wait::{until, until_within};

/// How long each move of a drag takes. None, on purpose: the page must know the selection as it is when a button is
/// released or a key pressed, even if word of its change is still on the way.
const DRAG_STEP: Duration = Duration::ZERO;

/// How long an import may take: one of ten thousand articles takes minutes.
const IMPORT: Duration = Duration::from_secs(600);

const FUNCTIONS: &str = include_str!("page.js");

/// A page in a browser.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    browser: &'a Browser,
    address: &'a str,
}

/// A row of the library.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// The article's id.
    pub id: String,
    /// The text of the link to the article.
    pub title: String,
    /// All text of the row, as it is seen.
    pub text: String,
    /// The count of each label: claim, attribution, unverified.
    pub counts: [Option<u32>; 3],
}

/// An item of the list of annotations.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Item {
    /// The annotation's id.
    pub id: String,
    /// The label's id.
    pub label: String,
    /// The quote in it.
    pub quote: String,
    /// All text of the item.
    pub text: String,
    /// Whether the annotation is the selected one.
    pub current: bool,
}

/// A selection in the article's text. Both are equal for a caret.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
pub struct Selection {
    /// Where the selection began.
    pub anchor: usize,
    /// Where it ends, and where the next key moves from.
    pub focus: usize,
}

/// A file that the page offered as a download.
#[derive(Debug, Clone)]
pub struct Download {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

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

impl<'a> Page<'a> {
    /// The page at `address`, which ends with a slash.
    #[must_use]
    pub fn new(browser: &'a Browser, address: &'a str) -> Self {
        Self { browser, address }
    }

    /// The browser that shows the page.
    #[must_use]
    pub fn browser(&self) -> &'a Browser {
        self.browser
    }

    /// Lets the page read and write the clipboard.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn allow_clipboard(&self) -> Result<()> {
        self.browser.allow_clipboard(self.address).await
    }

    /// Loads the library and waits for its rows.
    ///
    /// # Errors
    /// Fails when no row appears.
    pub async fn open_library(&self) -> Result<()> {
        self.go("#/").await?;
        until("a row in the list `Articles`", async || {
            Ok((!self.articles().await?.is_empty()).then_some(()))
        })
        .await
    }

    /// Loads the page anew.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.browser.driver().refresh().await?)
    }

    /// Loads the page at a route, such as `#/`, as if its address had been typed.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn go(&self, route: &str) -> Result<()> {
        let driver = self.browser.driver();
        let target = format!("{}{route}", self.address);
        let here = driver.current_url().await?;
        driver.goto(&target).await?;
        if route.starts_with('#') && here.as_str().split('#').next() == Some(self.address) {
            // A change of the hash alone loads nothing.
            driver.refresh().await?;
        }
        Ok(())
    }

    /// The rows of the list `Articles`; none while there is no such list.
    ///
    /// # Errors
    /// Fails when a row has no link to its article.
    pub async fn articles(&self) -> Result<Vec<Row>> {
        let Some(list) = self.maybe("list", "Articles").await? else {
            return Ok(Vec::new());
        };
        self.about(&list, "return rows(element);").await
    }

    /// The row of one article.
    ///
    /// # Errors
    /// Fails when the library has no such row.
    pub async fn article_row(&self, id: &str) -> Result<Row> {
        until(&format!("a row for {id}"), async || {
            Ok(self.articles().await?.into_iter().find(|row| row.id == id))
        })
        .await
    }

    /// Goes to an article by its address and waits for its text.
    ///
    /// # Errors
    /// Fails when the text does not appear.
    pub async fn open_article(&self, id: &str) -> Result<()> {
        self.go(&format!("#/article/{id}")).await?;
        self.wait_article(id).await
    }

    /// Clicks an article's link in the library and waits for its text.
    ///
    /// # Errors
    /// Fails when there is no link or the text does not appear.
    pub async fn click_article(&self, id: &str) -> Result<()> {
        let link = self
            .browser
            .driver()
            .find(By::Css(format!(r##"a[href$="#/article/{id}"]"##)))
            .await?;
        link.click().await?;
        self.wait_article(id).await
    }

    /// Waits until the reader shows the article.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_article(&self, id: &str) -> Result<()> {
        let shown =
            "const root = reader(); return root?.dataset.articleId === arguments[0] && blocks().length > 0;";
        until(&format!("the text of {id}"), async || {
            Ok((self.ask(shown, vec![json!(id)]).await? == json!(true)).then_some(()))
        })
        .await
    }

    /// The blocks of the open article: offset of the first character, and text.
    ///
    /// # Errors
    /// Fails when no article is open.
    pub async fn blocks(&self) -> Result<Vec<(usize, String)>> {
        let blocks = self.ask("return articleText();", Vec::new()).await?;
        Ok(serde_json::from_value(blocks)?)
    }

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
        let from = self.point_at(start, Side::Start).await?;
        let to = self.visible_point(end, Side::End).await?;
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

    /// Presses a key or chord such as `1`, `Escape` or `Control+Shift+z`.
    ///
    /// # Errors
    /// Fails when the chord has an unknown key.
    pub async fn press(&self, chord: &str) -> Result<()> {
        self.press_times(chord, 1).await
    }

    /// Presses a key or chord several times while its modifiers are held.
    ///
    /// # Errors
    /// Fails when the chord has an unknown key.
    pub async fn press_times(&self, chord: &str, times: usize) -> Result<()> {
        let mut keys: Vec<char> = chord.split('+').map(key).collect::<Result<_>>()?;
        let last = keys.pop().context("a chord without a key")?;
        // ChromeDriver works on each key for a while: keep one request well under its time limit.
        for batch in batches(times, 100) {
            let mut chain = self
                .browser
                .driver()
                .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO));
            for &modifier in &keys {
                chain = chain.key_down(modifier);
            }
            for _ in 0..batch {
                chain = chain.key_down(last).key_up(last);
            }
            for &modifier in keys.iter().rev() {
                chain = chain.key_up(modifier);
            }
            chain.perform().await?;
        }
        Ok(())
    }

    /// Types words to whatever has the focus.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn type_words(&self, words: &str) -> Result<()> {
        let chain = self
            .browser
            .driver()
            .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO));
        Ok(chain.send_keys(words).perform().await?)
    }

    /// Puts words into the field of that name, in place of what is there, and leaves it.
    ///
    /// # Errors
    /// Fails when there is no such field.
    pub async fn fill(&self, field: &str, words: &str) -> Result<()> {
        let field = self.named("textbox", field).await?;
        field.scroll_into_view().await?;
        field.click().await?;
        self.press("Control+a").await?;
        match words.is_empty() {
            true => self.press("Backspace").await?,
            false => self.type_words(words).await?,
        }
        self.press("Tab").await
    }

    /// Chooses an option of the list of that name by the option's words.
    ///
    /// # Errors
    /// Fails when there is no such list or option.
    pub async fn choose(&self, list: &str, option: &str) -> Result<()> {
        let list = self.named("combobox", list).await?;
        list.scroll_into_view().await?;
        let option = list
            .find(By::XPath(format!("./option[normalize-space()='{option}']")))
            .await?;
        Ok(option.click().await?)
    }

    /// Clicks the element of that role and name, once it is in view.
    ///
    /// # Errors
    /// Fails when there is none, or it cannot be clicked.
    pub async fn click_named(&self, role: &str, name: &str) -> Result<()> {
        let element = self.named(role, name).await?;
        element.scroll_into_view().await?;
        Ok(element.click().await?)
    }

    /// Waits until the element of that role and name contains `words`, as they are seen.
    ///
    /// # Errors
    /// Fails when it does not, with what it says.
    pub async fn wait_says(&self, role: &str, name: &str, words: &str) -> Result<()> {
        let mut last = String::new();
        let said = until(&format!("the {role} `{name}` to say `{words}`"), async || {
            let Some(element) = self.maybe(role, name).await? else {
                return Ok(None);
            };
            last = self.about(&element, "return element.innerText;").await?;
            Ok(last.contains(words).then_some(()))
        })
        .await;
        said.with_context(|| format!("it says `{last}`"))
    }

    /// Waits until `start..end` is selected in the article's text.
    ///
    /// # Errors
    /// Fails when it never is, with what is.
    pub async fn wait_selected(&self, (start, end): (usize, usize)) -> Result<()> {
        let mut last = None;
        let selected = until(&format!("{start}..{end} to be selected"), async || {
            last = self.selection().await?;
            Ok(last
                .is_some_and(|last| {
                    (last.anchor.min(last.focus), last.anchor.max(last.focus)) == (start, end)
                })
                .then_some(()))
        })
        .await;
        selected.with_context(|| format!("the selection is {last:?}"))
    }

    /// Waits until the character at an offset is in view, with nothing over it.
    ///
    /// # Errors
    /// Fails when it never is, with where it stands.
    pub async fn wait_in_view(&self, offset: usize) -> Result<()> {
        let script = "
            const point = pointAt(arguments[0], 'start');
            return atPoint(point);";
        let mut fault = String::new();
        let seen = until(&format!("the character at {offset} to be in view"), async || {
            let answer = self.ask(script, vec![json!(offset)]).await?;
            fault = answer.as_str().unwrap_or_default().to_owned();
            Ok(answer.is_null().then_some(()))
        })
        .await;
        seen.with_context(|| format!("it is {fault}"))
    }

    /// The names of all elements of a role inside the element of another role and name.
    ///
    /// # Errors
    /// Fails when there is no such element to look in.
    pub async fn names_in(&self, scope: (&str, &str), role: &str) -> Result<Vec<String>> {
        let scopes = self.browser.by_role(scope.0, None).await?;
        let scope = scopes
            .iter()
            .find(|each| each.name == scope.1)
            .with_context(|| format!("no {} named `{}`", scope.0, scope.1))?;
        let found = self.browser.by_role(role, Some(scope)).await?;
        Ok(found.into_iter().map(|each| each.name).collect())
    }

    /// Moves the focus with Tab alone to the element that the selector describes.
    ///
    /// # Errors
    /// Fails when a hundred presses do not lead there.
    pub async fn tab_to(&self, selector: &str) -> Result<()> {
        for _ in 0..100 {
            let here = "return document.activeElement?.matches(arguments[0]) ?? false;";
            if self.ask(here, vec![json!(selector)]).await? == json!(true) {
                return Ok(());
            }
            self.press("Tab").await?;
        }
        bail!("Tab does not lead to `{selector}`")
    }

    /// Moves the focus with Tab alone to the element of that role and name.
    ///
    /// # Errors
    /// Fails when there is none, or a hundred presses do not lead there.
    pub async fn tab_to_named(&self, role: &str, name: &str) -> Result<()> {
        let element = self.named(role, name).await?;
        for _ in 0..100 {
            if self
                .about(&element, "return element === document.activeElement;")
                .await?
            {
                return Ok(());
            }
            self.press("Tab").await?;
        }
        bail!("Tab does not lead to the {role} `{name}`")
    }

    /// Moves the focus to the article's text with Tab alone.
    ///
    /// # Errors
    /// Fails when a hundred presses do not lead there.
    pub async fn tab_to_document(&self) -> Result<()> {
        self.tab_to("[role=document]").await
    }

    /// Selects `start..end` with the keyboard alone. The document must have the focus.
    ///
    /// # Errors
    /// Fails when the keys do not lead there.
    pub async fn select_by_keyboard(&self, start: usize, end: usize) -> Result<()> {
        self.caret_to(start).await?;
        self.move_focus(start, end, "Shift+").await?;
        let selection = self.selection().await?;
        ensure!(
            selection
                == Some(Selection {
                    anchor: start,
                    focus: end
                }),
            "the keys selected {selection:?}, not {start}..{end}"
        );
        Ok(())
    }

    /// Moves the caret to an offset with the keyboard alone: from the beginning by paragraphs, words, characters.
    ///
    /// # Errors
    /// Fails when the keys do not lead there.
    pub async fn caret_to(&self, target: usize) -> Result<()> {
        self.press("Control+Home").await?;
        let blocks = self.blocks().await?;
        let before = blocks.partition_point(|&(start, _)| start <= target);
        self.press_times("Control+Down", before.saturating_sub(1)).await?;
        let mut at = self.focus().await?;
        // Whatever the page counts as a paragraph, do not begin beyond the target.
        while at > target {
            self.press("Control+Up").await?;
            let up = self.focus().await?;
            ensure!(up < at, "Control+Up stays at {at}");
            at = up;
        }
        self.move_focus(at, target, "").await
    }

    /// The selection in the article's text, or `None` where there is none.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn selection(&self) -> Result<Option<Selection>> {
        Ok(serde_json::from_value(
            self.ask("return selected();", Vec::new()).await?,
        )?)
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

    /// Labels `start..end` with the keyboard alone, and waits until it is saved.
    ///
    /// # Errors
    /// Fails when the annotation does not appear in the list.
    pub async fn label_by_keyboard(&self, start: usize, end: usize, key: &str) -> Result<()> {
        let before = self.annotations().await?.len();
        self.select_by_keyboard(start, end).await?;
        self.press(key).await?;
        self.wait_annotations(before + 1).await?;
        self.wait_saved().await
    }

    /// The items of the list `Annotations`.
    ///
    /// # Errors
    /// Fails when there is no such list.
    pub async fn annotations(&self) -> Result<Vec<Item>> {
        let list = self.named("list", "Annotations").await?;
        self.about(&list, "return items(element);").await
    }

    /// Waits until the list `Annotations` has so many items.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_annotations(&self, count: usize) -> Result<Vec<Item>> {
        self.wait_items(&format!("{count} annotations"), |items| items.len() == count)
            .await
    }

    /// Waits until the items of the list `Annotations` are as `wanted` says.
    ///
    /// # Errors
    /// Fails when they never are, with the items as they are.
    pub async fn wait_items(&self, what: &str, wanted: impl Fn(&[Item]) -> bool) -> Result<Vec<Item>> {
        let mut last = Vec::new();
        let found = until(what, async || {
            last = self.annotations().await?;
            Ok(wanted(&last).then_some(()))
        })
        .await;
        found.with_context(|| format!("the list reads {last:?}"))?;
        Ok(last)
    }

    /// Waits until the list `Annotations` has exactly these labels and quotes, in reading order.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_labelled(&self, wanted: &[(&str, &str)]) -> Result<Vec<Item>> {
        self.wait_items(&format!("{wanted:?}"), |items| {
            items
                .iter()
                .map(|item| (item.label.as_str(), item.quote.as_str()))
                .eq(wanted.iter().copied())
        })
        .await
    }

    /// Clicks an item of the list `Annotations`.
    ///
    /// # Errors
    /// Fails when there is no such item.
    pub async fn click_item(&self, id: &str) -> Result<()> {
        Ok(self.item(id).await?.click().await?)
    }

    /// Clicks an item of the list `Annotations` while a key is held, such as `Control`.
    ///
    /// # Errors
    /// Fails when there is no such item.
    pub async fn click_item_holding(&self, id: &str, held: &str) -> Result<()> {
        let item = self.item(id).await?;
        item.scroll_into_view().await?;
        let held = key(held)?;
        self.browser
            .driver()
            .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO))
            .move_to_element_center(&item)
            .key_down(held)
            .click()
            .key_up(held)
            .perform()
            .await?;
        Ok(())
    }

    async fn item(&self, id: &str) -> Result<WebElement> {
        let list = self.named("list", "Annotations").await?;
        Ok(list
            .find(By::Css(format!(r#"[data-annotation-id="{id}"]"#)))
            .await?)
    }

    /// Shows the panel of that name beside the text.
    ///
    /// # Errors
    /// Fails when there is no tab of that name.
    pub async fn show_panel(&self, name: &str) -> Result<()> {
        let tab = self.named("tab", name).await?;
        tab.scroll_into_view().await?;
        Ok(tab.click().await?)
    }

    /// Waits until the page tells a screen reader something that contains `words`.
    ///
    /// # Errors
    /// Fails when it does not, with what it tells.
    pub async fn wait_announced(&self, words: &str) -> Result<()> {
        let log = self.named("log", "Announcements").await?;
        let mut last = String::new();
        let told = until(&format!("word of `{words}`"), async || {
            last = self.about(&log, "return element.textContent;").await?;
            Ok(last.contains(words).then_some(()))
        })
        .await;
        told.with_context(|| format!("it tells `{last}`"))
    }

    /// Waits until the tip of the button of that name begins with `words`.
    ///
    /// # Errors
    /// Fails when it does not, with what it is.
    pub async fn wait_tip(&self, button: &str, words: &str) -> Result<()> {
        let mut last = String::new();
        let found = until(&format!("the tip `{words}`"), async || {
            let button = self.named("button", button).await?;
            last = button.attr("title").await?.unwrap_or_default();
            Ok(last.starts_with(words).then_some(()))
        })
        .await;
        found.with_context(|| format!("the tip is `{last}`"))
    }

    /// For each annotation that is drawn, the code-point ranges that its marks cover.
    ///
    /// # Errors
    /// Fails when no article is open.
    pub async fn coverage(&self) -> Result<Vec<(String, Vec<(usize, usize)>)>> {
        let found: std::collections::BTreeMap<String, Vec<(usize, usize)>> =
            serde_json::from_value(self.ask("return coverage();", Vec::new()).await?)?;
        Ok(found.into_iter().collect())
    }

    /// Waits until the status `Save state` reads `Saved`.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_saved(&self) -> Result<()> {
        let mut last = String::new();
        let saved = until("the status `Save state` to read `Saved`", async || {
            let state = self.named("status", "Save state").await?;
            last = self.about(&state, "return element.innerText.trim();").await?;
            Ok((last == "Saved").then_some(()))
        })
        .await;
        saved.with_context(|| format!("it reads `{last}`"))
    }

    /// The one element of a role and accessible name; waits for it.
    ///
    /// # Errors
    /// Fails when there is none or more than one, with the names that there are.
    pub async fn named(&self, role: &str, name: &str) -> Result<WebElement> {
        let mut names = Vec::new();
        let found = until(&format!("a {role} named `{name}`"), async || {
            let all = self.browser.by_role(role, None).await?;
            names = all.iter().map(|each| each.name.clone()).collect();
            self.only(all, name).await
        })
        .await;
        found.with_context(|| format!("the page has these of role {role}: {names:?}"))
    }

    /// The one element of a role and name at this moment, if any.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn maybe(&self, role: &str, name: &str) -> Result<Option<WebElement>> {
        let all = self.browser.by_role(role, None).await?;
        self.only(all, name).await
    }

    /// The one element of a role and name inside the element of another role and name; waits for it.
    ///
    /// # Errors
    /// Fails when there is none.
    pub async fn named_in(&self, scope: (&str, &str), role: &str, name: &str) -> Result<WebElement> {
        until(
            &format!("a {role} named `{name}` in the {} `{}`", scope.0, scope.1),
            async || {
                let scopes = self.browser.by_role(scope.0, None).await?;
                let Some(scope) = scopes.iter().find(|each| each.name == scope.1) else {
                    return Ok(None);
                };
                let all = self.browser.by_role(role, Some(scope)).await?;
                self.only(all, name).await
            },
        )
        .await
    }

    /// Clicks the button of that name.
    ///
    /// # Errors
    /// Fails when there is none, or it cannot be clicked.
    pub async fn click_button(&self, name: &str) -> Result<()> {
        let button = self.named("button", name).await?;
        button.scroll_into_view().await?;
        // What comes near the viewport is laid out only then, and may move the button once more.
        let mut before = button.rect().await?;
        until("the button to stand still", async || {
            let now = button.rect().await?;
            let still = (now.x, now.y) == (before.x, before.y);
            before = now;
            Ok(still.then_some(()))
        })
        .await?;
        Ok(button.click().await?)
    }

    /// Exports the corpus as JSON through the dialog, and returns the downloaded file.
    ///
    /// # Errors
    /// Fails when a name is missing or no download arrives.
    pub async fn export_corpus(&self) -> Result<Download> {
        self.click_button("Export").await?;
        let format = self
            .named_in(("dialog", "Export"), "button", "Corpus (JSON)")
            .await?;
        format.click().await?;
        let download = self.wait_download().await?;
        if self.maybe("dialog", "Export").await?.is_some() {
            self.press("Escape").await?;
        }
        self.wait_no_dialog().await?;
        Ok(download)
    }

    /// Fills local storage to the last unit, under keys that begin with `filler`.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn fill_local_storage(&self) -> Result<()> {
        let fill = "let size = 1 << 20;
            for (let at = 0; size > 0; at += 1) {
              try { localStorage.setItem(`filler${at}`, 'x'.repeat(size)); } catch { size >>= 1; }
            }";
        self.ask(fill, Vec::new()).await.map(drop)
    }

    /// Hands a file to the page's import, takes in what the preview shows, and closes what says so.
    ///
    /// # Errors
    /// Fails when the page has no file input or refuses the file; then with what it says.
    pub async fn import_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.pick_files(&[(name, bytes)]).await?;
        self.wait_preview().await?;
        self.take_in().await.map(drop)
    }

    /// Hands files to the page's import.
    ///
    /// # Errors
    /// Fails when the page has no file input.
    pub async fn pick_files(&self, files: &[(&str, &[u8])]) -> Result<()> {
        let mut paths = Vec::new();
        for (name, bytes) in files {
            let path = self.browser.folder().join(name);
            std::fs::write(&path, bytes)?;
            paths.push(path.to_string_lossy().into_owned());
        }
        self.named("button", "Import").await?;
        let input = self.browser.driver().find(By::Css("input[type=file]")).await?;
        input.send_keys(paths.join("\n")).await?;
        Ok(())
    }

    /// Waits until the import dialog shows what is in the files, and returns its words.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_preview(&self) -> Result<String> {
        until_within(IMPORT, "the preview of the import", async || {
            let ready = "const dialog = document.querySelector('dialog.import[open]');
                return dialog?.querySelector('.lot') && !dialog.querySelector('[inert]') ? dialog.innerText : null;";
            Ok(self.ask(ready, Vec::new()).await?.as_str().map(str::to_owned))
        })
        .await
    }

    /// Takes in what the import dialog shows, closes what says so, and returns its words.
    ///
    /// # Errors
    /// Fails when the page takes nothing in; then with what it says.
    pub async fn take_in(&self) -> Result<String> {
        self.named_in(("dialog", "Import"), "button", "Import")
            .await?
            .click()
            .await?;
        let heading = until_within(IMPORT, "word of the import", async || {
            let dialogs = self.browser.by_role("dialog", None).await?;
            Ok(dialogs
                .into_iter()
                .map(|dialog| dialog.name)
                .find(|heading| heading != "Import"))
        })
        .await?;
        let words = self.named("dialog", &heading).await?.text().await?;
        ensure!(heading == "Imported", "the page says: {words}");
        self.named_in(("dialog", &heading), "button", "Close")
            .await?
            .click()
            .await?;
        self.wait_no_dialog().await?;
        Ok(words)
    }

    /// Waits until nothing moves any more but what moves for ever, such as a caret: animations have ended, and the page
    /// stays where it is scrolled to for two frames and the tasks behind them, in which it scrolls to what is painted.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn wait_still(&self) -> Result<()> {
        let still = "return (async () => {
            await document.fonts.ready;
            await frame();
            const moving = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < 1e6);
            await Promise.all(moving.map((each) => each.finished.catch(() => null)));
            let scrolled;
            do {
                scrolled = scrollY;
                await frame();
                await frame();
            } while (scrollY !== scrolled);
        })();";
        self.ask(still, Vec::new()).await?;
        Ok(())
    }

    /// Writes a picture of the page as it is on screen, once nothing moves.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        self.wait_still().await?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, self.browser.picture().await?).with_context(|| path.display().to_string())
    }

    /// Runs a script that knows the functions of `page.js`, and waits for a promise it returns.
    ///
    /// # Errors
    /// Fails when the script throws.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.browser
            .execute(&format!("{FUNCTIONS}\n{script}"), arguments)
            .await
    }

    async fn about<T: serde::de::DeserializeOwned>(&self, element: &WebElement, script: &str) -> Result<T> {
        let answer = self
            .ask(
                &format!("const element = arguments[0];\n{script}"),
                vec![element.to_json()?],
            )
            .await?;
        Ok(serde_json::from_value(answer)?)
    }

    async fn only(&self, all: Vec<Named>, name: &str) -> Result<Option<WebElement>> {
        let mut matching = all.into_iter().filter(|each| each.name == name);
        let Some(first) = matching.next() else {
            return Ok(None);
        };
        ensure!(matching.next().is_none(), "several elements are named `{name}`");
        Ok(Some(self.browser.element(&first).await?))
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

    /// Waits until no dialog is open.
    ///
    /// # Errors
    /// Fails when one stays.
    pub async fn wait_no_dialog(&self) -> Result<()> {
        until("the dialog to close", async || {
            Ok(self
                .browser
                .by_role("dialog", None)
                .await?
                .is_empty()
                .then_some(()))
        })
        .await
    }

    async fn focus(&self) -> Result<usize> {
        let selection = self
            .selection()
            .await?
            .context("there is no caret in the article")?;
        Ok(selection.focus)
    }

    /// Moves the selection's focus from `at` to `target`: word by word while far, then character by character.
    /// What the keys did is read back each time, so the page may count words as it likes.
    async fn move_focus(&self, mut at: usize, target: usize, held: &str) -> Result<()> {
        const WORD: usize = 8;
        for _ in 0..60 {
            let distance = at.abs_diff(target);
            if distance == 0 {
                return Ok(());
            }
            let direction = if at < target { "Right" } else { "Left" };
            if distance > 2 * WORD {
                self.press_times(&format!("{held}Control+{direction}"), distance / WORD)
                    .await?;
            } else {
                let ends = vec![json!(at.min(target)), json!(at.max(target))];
                let clusters = self
                    .ask("return clustersBetween(arguments[0], arguments[1]);", ends)
                    .await?;
                let times = clusters.as_u64().map_or(1, |times| times.max(1));
                self.press_times(&format!("{held}{direction}"), usize::try_from(times)?)
                    .await?;
            }
            at = self.focus().await?;
        }
        bail!("the keys {held}Left and {held}Right end at {at}, not at {target}")
    }

    /// Waits for a file that the page offers as a download, and takes it out of the browser's folder.
    ///
    /// # Errors
    /// Fails when none arrives.
    pub async fn wait_download(&self) -> Result<Download> {
        let folder = self.browser.downloads();
        let path = until_within(Duration::from_secs(60), "a download", async || {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                // The browser writes to a hidden file and moves it once it is whole; what is empty or named
                // `crdownload` only keeps a name.
                let kept = name.starts_with('.') || name.ends_with(".crdownload");
                if !kept && path.metadata().is_ok_and(|file| file.len() > 0) {
                    return Ok(Some(path));
                }
            }
            Ok(None)
        })
        .await?;
        let name = path
            .file_name()
            .context("a download without a name")?
            .to_string_lossy()
            .into_owned();
        let bytes = std::fs::read(&path)?;
        std::fs::remove_file(&path)?;
        Ok(Download { name, bytes })
    }
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

fn batches(total: usize, size: usize) -> impl Iterator<Item = usize> {
    (0..total.div_ceil(size)).map(move |batch| size.min(total - batch * size))
}

fn key(name: &str) -> Result<char> {
    let key = match name {
        "Alt" => Key::Alt,
        "Backspace" => Key::Backspace,
        "F3" => Key::F3,
        "Control" => Key::Control,
        "Shift" => Key::Shift,
        "Tab" => Key::Tab,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Delete" => Key::Delete,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageDown" => Key::PageDown,
        _ => {
            let mut characters = name.chars();
            return match (characters.next(), characters.next()) {
                (Some(character), None) => Ok(character),
                _ => bail!("no key `{name}`"),
            };
        }
    };
    Ok(key.value())
}
