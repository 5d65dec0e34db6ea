//! The fields of an annotation, parts among them.

use super::super::article::Article;
use super::super::id::RecordId;
use super::super::part;
use super::super::record::Annotation;
use super::super::records::Records;
use super::super::scheme::{Attribute, AttributeKind, Scheme, is_blank};
use super::super::text::{Span, Text};
use super::super::transaction::{Change, Transaction};
use super::{Author, Refusal, existing, lower_name, update};
use serde_json::Value;

/// Sets the field `field` of an annotation; `None` and blank values take it away. A field that the scheme does
/// not have takes any value, except a part that lies outside the annotation.
pub fn set_attribute(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (id, field, value): (&RecordId, &str, Option<Value>),
    author: &Author,
) -> Result<Transaction, Refusal> {
    let annotation = existing(records, id)?;
    let name = name_of(scheme, annotation, field);
    let set = attribute_change(article, scheme, (id, annotation), (field, value), author)?;
    Ok(Transaction::new(format!("set {name}"), set))
}

/// Says which of an annotation's words are its part `field`; `None` takes the part away.
pub fn set_part(
    article: &Article,
    records: &Records,
    scheme: &Scheme,
    (id, field, span): (&RecordId, &str, Option<Span>),
    author: &Author,
) -> Result<Transaction, Refusal> {
    if span.is_some_and(|span| !article.text.holds(span)) {
        return Err(Refusal::NotOfText);
    }
    let value = span.map(|span| part::to_value(&article.text, span));
    set_attribute(article, records, scheme, (id, field, value), author)
}

/// The change that gives a field of an annotation another value; `None` where it has that value already.
pub(super) fn attribute_change(
    article: &Article,
    scheme: &Scheme,
    (id, annotation): (&RecordId, &Annotation),
    (field, value): (&str, Option<Value>),
    author: &Author,
) -> Result<Option<Change>, Refusal> {
    let known = scheme
        .attributes_of(&annotation.label)
        .iter()
        .find(|known| *known.id == *field);
    let name = || name_of(scheme, annotation, field);
    let value = checked(known, &article.text, value).map_err(|()| Refusal::Unfit(name()))?;
    let part = value
        .as_ref()
        .and_then(|value| part::from_value(&article.text, value));
    if part.is_some_and(|part| !annotation.span.contains(part)) {
        return Err(Refusal::PartOutside {
            part: name(),
            label: lower_name(scheme, &annotation.label),
        });
    }
    if annotation.attributes.get(field) == value.as_ref() {
        return Ok(None);
    }
    Ok(Some(update(article, id, annotation, author, |annotation| {
        match value {
            Some(value) => annotation.attributes.insert(field.to_owned(), value),
            None => annotation.attributes.remove(field),
        };
    })))
}

/// The value as it is kept: `None` where it is blank, an error where a field of this kind cannot hold it.
pub(super) fn checked(
    known: Option<&Attribute>,
    text: &Text,
    value: Option<Value>,
) -> Result<Option<Value>, ()> {
    let Some(value) = value.filter(|value| !is_blank(value)) else {
        return Ok(None);
    };
    let fits = known.is_none_or(|known| match &known.kind {
        AttributeKind::Choice(choices) => choices.iter().any(|choice| Some(&*choice.id) == value.as_str()),
        AttributeKind::Text | AttributeKind::Entity => value.is_string(),
        AttributeKind::Table(_) => value
            .as_array()
            .is_some_and(|rows| rows.iter().all(Value::is_object)),
        AttributeKind::Part => part::from_value(text, &value).is_some(),
    });
    if fits { Ok(Some(value)) } else { Err(()) }
}

fn name_of(scheme: &Scheme, annotation: &Annotation, field: &str) -> String {
    scheme
        .attributes_of(&annotation.label)
        .iter()
        .find(|known| *known.id == *field)
        .map_or(field, |known| &known.name)
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::*;
    use serde_json::json;

    fn set(desk: &Desk, field: &str, value: Value) -> Result<Transaction, Refusal> {
        set_attribute(
            &desk.article,
            &desk.records,
            &desk.scheme,
            (&"1".into(), field, Some(value)),
            &desk.author(),
        )
    }

    fn set_source(desk: &Desk, span: Option<Span>) -> Result<Transaction, Refusal> {
        set_part(
            &desk.article,
            &desk.records,
            &desk.scheme,
            (&"1".into(), "source", span),
            &desk.author(),
        )
    }

    #[test]
    fn a_blank_value_takes_a_field_away() {
        let mut desk = Desk::new("⟦Kiev claims⟧ to control");
        desk.annotate_each(&["attribution"]);
        let made = set(&desk, "stance", json!("distancing")).unwrap();
        assert_eq!(made.name(), "set stance");
        desk.apply(&made);
        assert_eq!(desk.attribute("1", "stance"), Some(&json!("distancing")));
        assert!(set(&desk, "stance", json!("distancing")).unwrap().is_empty());
        desk.apply(&set(&desk, "stance", json!(" ")).unwrap());
        assert_eq!(desk.attribute("1", "stance"), None);
    }

    #[test]
    fn a_field_refuses_what_it_cannot_hold() {
        let mut desk = Desk::new("⟦Kiev claims⟧ to control");
        desk.annotate_each(&["attribution"]);
        for (field, name, value) in [
            ("stance", "stance", json!("angry")),
            ("source", "source", json!("Kiev")),
            ("entity", "entity", json!(["Q1"])),
        ] {
            assert_eq!(set(&desk, field, value), Err(Refusal::Unfit(name.into())));
        }
        assert!(set(&desk, "colour", json!(["of another scheme"])).is_ok());
    }

    #[test]
    fn a_part_lies_within_its_annotation() {
        let mut desk = Desk::new("⟦⟦Kiev⟧ claims⟧ to ⟦control⟧");
        desk.annotate_each(&["attribution"]);
        let (inside, outside) = (desk.spans[1], desk.spans[2]);
        let refusal = set_source(&desk, Some(outside)).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "The source has to lie within its attribution."
        );
        let made = set_source(&desk, Some(inside)).unwrap();
        assert_eq!(made.name(), "set source");
        desk.apply(&made);
        assert_eq!(desk.part("1", "source"), Some(inside));
        desk.apply(&set_source(&desk, None).unwrap());
        assert_eq!(desk.attribute("1", "source"), None);
    }
}
