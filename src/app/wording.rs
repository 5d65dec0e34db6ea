//! How the page puts things: counts, states, and what is read out.

use super::desk::Desk;
use crate::core::article::Article;
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

/// A step's name as the words stand alone: "Merge 2 claims", "Mark junk".
pub fn sentence(name: &str) -> String {
    let mut words = name.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
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
