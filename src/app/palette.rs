//! What the command palette offers, and what it finds.

use super::command::Command;
use super::keymap::Chord;
use super::workspace::Workspace;
use crate::core::order;
use leptos::prelude::*;

/// Something that can be chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// What it belongs to.
    pub group: &'static str,
    /// The keys that would give it.
    pub keys: Vec<Chord>,
    /// What it does.
    pub command: Command,
}

impl Workspace {
    /// Every command of the catalogue, and every article to open.
    pub fn choices(self) -> Vec<Choice> {
        let commands = self.keymap.with_untracked(|keymap| {
            self.catalogue()
                .iter()
                .map(|entry| Choice {
                    keys: keymap.keys_of(entry),
                    name: entry.name.clone(),
                    group: entry.group.name(),
                    command: entry.command.clone(),
                })
                .collect::<Vec<_>>()
        });
        let articles = self.with(|desk| {
            desk.articles
                .iter()
                .map(|article| Choice {
                    name: format!("Open: {}", article.name()),
                    group: "Articles",
                    keys: Vec::new(),
                    command: Command::Open(article.id.clone()),
                })
                .collect::<Vec<_>>()
        });
        let mut choices = commands;
        choices.extend(articles.unwrap_or_default());
        choices
    }
}

/// Which of the choices have all typed words in their name or group, by index, the best first: those whose name
/// begins with a typed word, then those in which another word does.
pub fn found(choices: &[Choice], typed: &str) -> Vec<usize> {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut found: Vec<(usize, usize)> = choices
        .iter()
        .enumerate()
        .filter_map(|(index, choice)| {
            let (name, group) = (choice.name.to_lowercase(), choice.group.to_lowercase());
            let distance: Option<usize> = words.iter().map(|word| distance(&name, &group, word)).sum();
            Some((distance?, index))
        })
        .collect();
    order::sort(&mut found);
    found.into_iter().map(|(_, index)| index).collect()
}

/// How far a word is from what it would best be; `None` where it is nowhere.
fn distance(name: &str, group: &str, word: &str) -> Option<usize> {
    let begins_a_word = || {
        name.match_indices(word).any(|(at, _)| {
            name[..at]
                .chars()
                .next_back()
                .is_some_and(|before| !before.is_alphanumeric())
        })
    };
    if name.starts_with(word) {
        Some(0)
    } else if begins_a_word() {
        Some(1)
    } else if name.contains(word) {
        Some(2)
    } else {
        group.contains(word).then_some(3)
    }
}
