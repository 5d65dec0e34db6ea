//! How the page puts things: counts, states, and what is read out.

use super::desk::Desk;
use crate::core::article::Article;
use crate::core::import::Counts;
use crate::core::record::{Annotation, Status};

/// An annotation in words: "Claim: “the first words of it…”".
pub fn spoken(desk: &Desk, article: &Article, annotation: &Annotation) -> String {
    let quote = article.text.slice(annotation.span);
    let mut words: String = quote.chars().take(120).collect();
    if words.len() < quote.len() {
        words.push('…');
    }
    format!("{}: “{words}”", desk.scheme.name_of(&annotation.label))
}

/// What an import has done, a line each.
pub(super) fn summary(articles: usize, counts: Counts) -> Vec<String> {
    [
        (articles, "article", "in the file"),
        (counts.added, "record", "added"),
        (counts.updated, "record", "brought up to date"),
        (counts.kept, "record", "not as yours: yours stay"),
        (counts.same, "record", "here already"),
        (counts.moved, "record", "found elsewhere in your text"),
        (counts.parts, "part", "left out: the words are not there"),
        (counts.left_out, "relation", "left out: an end is not there"),
        (
            counts.renamed,
            "article",
            "under another id: yours has another text",
        ),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, noun, what)| format!("{} {what}", plural(count, noun)))
    .collect()
}

/// The name of a status on the page.
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::NotStarted => "Not started",
        Status::InProgress => "In progress",
        Status::Done => "Done",
    }
}

/// "1 annotation", "2 annotations", "1,200 annotations".
pub fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", thousands(count))
}

/// A number with a comma before each three digits.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
