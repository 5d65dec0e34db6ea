//! How the page puts things: states, and what is read out.

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
