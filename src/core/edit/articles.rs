//! What is said about an article as a whole: its status and its fields.

use super::super::article::Article;
use super::super::record::{Record, RecordKey, RecordKind, Status};
use super::super::records::Records;
use super::super::scheme::Scheme;
use super::super::transaction::{Change, Transaction};
use super::attributes::checked;
use super::{Refusal, change};
use serde_json::Value;

/// Sets how far the work on an article is.
pub fn set_status(article: &Article, records: &Records, status: Status) -> Transaction {
    let name = match status {
        Status::NotStarted => "mark not started",
        Status::InProgress => "mark in progress",
        Status::Done => "mark done",
    };
    Transaction::new(name, [status_change(article, records, status)])
}

/// Sets the field `field` of an article; `None` and blank values take it away. A field that the scheme does not
/// have takes any value.
pub fn set_field(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (field, value): (&str, Option<Value>),
) -> Result<Transaction, Refusal> {
    let known = scheme.fields.iter().find(|known| *known.id == *field);
    let name = known.map_or(field, |known| &known.name).to_lowercase();
    let value = checked(known, &article.text, value).map_err(|()| Refusal::Unfit(name.clone()))?;
    let key = RecordKey::of_article(&article.id, RecordKind::Field, field.into());
    let set = change(records, key, value.map(Record::Field));
    Ok(Transaction::new(format!("set {name}"), [set]))
}

/// The change that begins the work on an article, unless it has begun.
pub(super) fn begun(article: &Article, records: &Records) -> Option<Change> {
    (records.status() == Status::NotStarted).then(|| status_change(article, records, Status::InProgress))
}

fn status_change(article: &Article, records: &Records, status: Status) -> Change {
    change(
        records,
        RecordKey::status(&article.id),
        Some(Record::Status(status)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_is_set_named_and_taken_away_again() {
        let mut desk = Desk::new("text");
        let set =
            |desk: &Desk, value| set_field(&desk.article, &desk.records, &desk.scheme, ("genre", value));
        let made = set(&desk, Some(json!("opinion"))).unwrap();
        assert_eq!(made.name(), "set genre");
        desk.apply(&made);
        let field = desk.records.get(RecordKind::Field, &"genre".into());
        assert_eq!(field, Some(&Record::Field(json!("opinion"))));
        desk.apply(&set(&desk, Some(json!(""))).unwrap());
        assert_eq!(desk.records.get(RecordKind::Field, &"genre".into()), None);
    }

    #[test]
    fn a_field_refuses_what_is_not_among_its_choices() {
        let desk = Desk::new("text");
        let refused = set_field(
            &desk.article,
            &desk.records,
            &desk.scheme,
            ("genre", Some(json!("sonnet"))),
        );
        assert_eq!(refused, Err(Refusal::Unfit("genre".into())));
    }
}
