//! What the command palette offers, and what it finds.

use super::command::Command;
use super::keymap::Chord;
use super::workspace::Workspace;
use leptos::prelude::*;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Something that can be chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its name in small letters, once somebody has typed.
    small: OnceCell<String>,
    /// What it belongs to.
    pub group: &'static str,
    /// The keys that would give it.
    pub keys: Vec<Chord>,
    /// What it does.
    pub command: Command,
}

impl Choice {
    /// A choice under its name.
    pub fn new(name: String, group: &'static str, keys: Vec<Chord>, command: Command) -> Self {
        Self {
            small: OnceCell::new(),
            name,
            group,
            keys,
            command,
        }
    }

    fn small(&self) -> &str {
        self.small.get_or_init(|| self.name.to_lowercase())
    }
}

impl Workspace {
    /// Every command of the catalogue, and every article to open.
    pub fn choices(self) -> Vec<Choice> {
        let commands = self.keymap.with_untracked(|keymap| {
            self.catalogue()
                .iter()
                .map(|entry| {
                    let (name, keys) = (entry.name.clone(), keymap.keys_of(entry));
                    Choice::new(name, entry.group.name(), keys, entry.command.clone())
                })
                .collect::<Vec<_>>()
        });
        let articles = self.with(|desk| {
            desk.articles
                .iter()
                .map(|article| {
                    let (name, command) = (
                        format!("Open: {}", article.name()),
                        Command::Open(article.id.clone()),
                    );
                    Choice::new(name, "Articles", Vec::new(), command)
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
    if words.is_empty() {
        return (0..choices.len()).collect();
    }
    // There are few distances and, with an article each, many choices.
    let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, choice) in choices.iter().enumerate() {
        let distances = words
            .iter()
            .map(|word| distance(choice.small(), choice.group, word));
        if let Some(distance) = distances.sum::<Option<usize>>() {
            found.entry(distance).or_default().push(index);
        }
    }
    found.into_values().flatten().collect()
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
    } else if !name.contains(word) {
        group.to_lowercase().contains(word).then_some(3)
    } else if begins_a_word() {
        Some(1)
    } else {
        Some(2)
    }
}
