//! Keys: pressed, typed into fields, and leading to a place in the text or on the page.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use thirtyfour::prelude::*;

use super::{Page, Selection};

impl Page<'_> {
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
}

fn batches(total: usize, size: usize) -> impl Iterator<Item = usize> {
    (0..total.div_ceil(size)).map(move |batch| size.min(total - batch * size))
}

pub(super) fn key(name: &str) -> Result<char> {
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
