//! A stage on which edits are rehearsed, for nothing.

use super::command::Command;
use super::desk::Desk;
use super::keymap::Focus;
use super::saving::Writes;
use super::workspace::Workspace;
use crate::browser::keyboard::{self, KeyPress};
use crate::browser::route::Route;
use crate::browser::{chance, idle};
use crate::core::article::Article;
use crate::core::cursor::Cursor;
use crate::core::id::ArticleId;
use crate::core::record::Metadata;
use crate::core::text::Text;
use crate::store::key_value::KeyValue;
use crate::store::memory::Memory;
use crate::store::repository::Repository;
use leptos::prelude::*;
use std::rc::Rc;

/// The text of the article on the stage.
const WORDS: &str = "They said so.";
/// A sign that no keyboard has, since Unicode leaves it to private use.
const NO_KEY: char = '\u{e000}';

impl Workspace {
    /// A workspace to rehearse in, with an article of its own. What is done in it is kept in memory alone, and no other
    /// tab hears of it.
    pub fn stage() -> Self {
        let id = ArticleId::from("rehearsal");
        let article = Article::new(id.clone(), Metadata::default(), Text::new(WORDS));
        let storage: Rc<dyn KeyValue> = Rc::new(Memory::default());
        let mut desk = Desk::new(Repository::new(storage, chance::writer_id()), None, None);
        desk.writes = Writes::to_nowhere();
        desk.show_alone(Rc::new(article));

        let stage = Self::empty();
        stage.lay(desk);
        stage.route.set(Route::Article(id));
        stage
    }

    /// Does on this stage what a reviewer does most: selects all words, labels them, gives them another label, deletes
    /// that, and takes the deletion back. Each time `show` is called, and waited for, before it goes on.
    pub async fn rehearse(self, show: impl AsyncFn()) {
        let words = self.with_open(|_, article, _| article.text.whole());
        self.cursor.set(words.flatten().map(Cursor::over));
        let press = |key| {
            if let Some(event) = keyboard::unpressed(key)
                && self.press(&KeyPress::from(&event), Focus::Text)
            {
                event.prevent_default();
            }
        };
        // The first key has all commands gathered, which takes a while.
        press(NO_KEY);
        idle::turn().await;
        let labels = self.with(|desk| desk.scheme.labels.clone()).unwrap_or_default();
        for label in labels.iter().take(2) {
            press(label.key);
            show().await;
        }
        for command in [Command::Delete, Command::Undo] {
            self.dispatch(command);
            show().await;
        }
    }
}
