//! Entities: who is speaking, under all spellings. They belong to the whole corpus.

use super::super::article::Article;
use super::super::id::RecordId;
use super::super::order;
use super::super::part;
use super::super::record::{Annotation, Entity, Record, RecordKey, RecordKind};
use super::super::records::Records;
use super::super::scheme::Scheme;
use super::super::transaction::{Change, Transaction};
use super::attributes::attribute_change;
use super::{Author, Refusal, change, existing};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// Adds an entity, or gives the one with this id another name and other aliases. Aliases that are blank, stand
/// twice, or are the name, are left out.
pub fn put_entity(corpus: &Records, (id, entity): (RecordId, Entity)) -> Result<Transaction, Refusal> {
    let name = match get(corpus, &id) {
        Some(_) => "change entity",
        None => "add entity",
    };
    let entity = tidied(entity);
    if entity.name.is_empty() {
        return Err(Refusal::Nameless);
    }
    Ok(Transaction::new(name, [set(corpus, id, Some(entity))]))
}

/// Removes an entity. Annotations that are tied to it go on naming its id.
pub fn remove_entity(corpus: &Records, id: &RecordId) -> Result<Transaction, Refusal> {
    known(corpus, id)?;
    Ok(Transaction::new("delete entity", [set(corpus, id.clone(), None)]))
}

/// Adds another spelling to an entity, unless it has it.
pub fn add_alias(corpus: &Records, id: &RecordId, alias: &str) -> Result<Transaction, Refusal> {
    Ok(Transaction::new("add spelling", alias_change(corpus, id, alias)?))
}

/// Takes in a list of entities as one step. One that is here already keeps its name and gets the other's name
/// and aliases as further aliases; so does one that stands in the list twice. Those without a name are left out.
pub fn import_entities(corpus: &Records, entities: Vec<(RecordId, Entity)>) -> Transaction {
    let mut entities = entities;
    entities.retain(|(_, entity)| !entity.name.trim().is_empty());
    // Stable: of several with one id, the first gives the name.
    order::sort_by(&mut entities, |(a, _), (b, _)| a.cmp(b));
    let mut changes = Vec::new();
    for same in entities.chunk_by(|(a, _), (b, _)| a == b) {
        let (id, first) = &same[0];
        let mut entity = get(corpus, id).unwrap_or(first).clone();
        for (_, other) in same {
            entity.aliases.push(other.name.clone());
            entity.aliases.extend(other.aliases.iter().cloned());
        }
        changes.push(set(corpus, id.clone(), Some(tidied(entity))));
    }
    let name = match changes.len() {
        1 => "import 1 entity".to_owned(),
        count => format!("import {count} entities"),
    };
    Transaction::new(name, changes)
}

/// Says in the field `field` of an annotation which entity speaks; `None` takes that away. The entity comes
/// with the words that name it there, which become one of its aliases where they are new and not blank.
pub fn tie(
    article: &Article,
    records: &Records,
    corpus: &Records,
    scheme: &Scheme,
    (id, field, entity): (&RecordId, &str, Option<(&RecordId, &str)>),
    author: &Author,
) -> Result<Transaction, Refusal> {
    let annotation = existing(records, id)?;
    let (name, spelt) = match entity {
        Some((entity, spelling)) => {
            let name = format!("tie to {}", known(corpus, entity)?.name);
            (name, alias_change(corpus, entity, spelling)?)
        }
        None => ("untie entity".to_owned(), None),
    };
    let value = entity.map(|(entity, _)| Value::String(entity.to_string()));
    let tied = attribute_change(article, scheme, (id, annotation), (field, value), author)?;
    Ok(Transaction::new(name, tied.into_iter().chain(spelt)))
}

/// How an annotation spells who is speaking: the words of its part `source`. `None` where it has none.
pub fn spelling<'a>(article: &'a Article, annotation: &Annotation) -> Option<&'a str> {
    let source = part::from_value(&article.text, annotation.attributes.get("source")?)?;
    Some(article.text.slice(source).trim())
}

fn get<'r>(corpus: &'r Records, id: &RecordId) -> Option<&'r Entity> {
    match corpus.get(RecordKind::Entity, id)? {
        Record::Entity(entity) => Some(entity),
        _ => None,
    }
}

fn known<'r>(corpus: &'r Records, id: &RecordId) -> Result<&'r Entity, Refusal> {
    get(corpus, id).ok_or_else(|| Refusal::Gone(RecordKind::Entity, id.clone()))
}

fn alias_change(corpus: &Records, id: &RecordId, alias: &str) -> Result<Option<Change>, Refusal> {
    let mut entity = known(corpus, id)?.clone();
    let alias = alias.trim();
    if alias.is_empty() || *entity.name == *alias || entity.aliases.iter().any(|other| **other == *alias) {
        return Ok(None);
    }
    entity.aliases.push(alias.into());
    Ok(Some(set(corpus, id.clone(), Some(entity))))
}

fn set(corpus: &Records, id: RecordId, entity: Option<Entity>) -> Change {
    let key = RecordKey::of_corpus(RecordKind::Entity, id);
    change(corpus, key, entity.map(Record::Entity))
}

/// The entity without white space round its name and aliases, and with each spelling once.
fn tidied(entity: Entity) -> Entity {
    let name = trimmed(&entity.name);
    let mut seen = HashSet::from([name.clone(), Arc::from("")]);
    let aliases = entity
        .aliases
        .iter()
        .map(trimmed)
        .filter(|alias| seen.insert(alias.clone()))
        .collect();
    Entity { name, aliases }
}

fn trimmed(spelling: &Arc<str>) -> Arc<str> {
    match spelling.trim() {
        trimmed if trimmed.len() == spelling.len() => spelling.clone(),
        trimmed => trimmed.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::desk::Desk;
    use super::super::set_part;
    use super::*;
    use serde_json::json;

    fn entity(name: &str, aliases: &[&str]) -> Entity {
        Entity {
            name: name.into(),
            aliases: aliases.iter().map(|&alias| alias.into()).collect(),
        }
    }

    /// A desk whose records are those of the corpus.
    fn corpus() -> Desk {
        Desk::new("")
    }

    #[test]
    fn an_entity_is_added_changed_and_removed() {
        let mut corpus = corpus();
        let made = put_entity(
            &corpus.records,
            ("e".into(), entity(" Zelensky", &["Z", " Z ", ""])),
        )
        .unwrap();
        assert_eq!(made.name(), "add entity");
        corpus.apply(&made);
        assert_eq!(
            get(&corpus.records, &"e".into()),
            Some(&entity("Zelensky", &["Z"]))
        );
        let renamed = put_entity(&corpus.records, ("e".into(), entity("Zelenskyy", &[]))).unwrap();
        assert_eq!(renamed.name(), "change entity");
        corpus.apply(&remove_entity(&corpus.records, &"e".into()).unwrap());
        assert!(remove_entity(&corpus.records, &"e".into()).is_err());
        let nameless = put_entity(&corpus.records, ("e".into(), entity(" ", &[])));
        assert_eq!(nameless, Err(Refusal::Nameless));
    }

    #[test]
    fn a_list_of_entities_adds_its_spellings_to_those_that_are_here() {
        let mut corpus = corpus();
        corpus.apply(&put_entity(&corpus.records, ("Q1".into(), entity("Zelensky", &["Z"]))).unwrap());
        let list = vec![
            ("Q1".into(), entity("Zelenskyy", &["Z", "Ze"])),
            ("Q2".into(), entity("TASS", &[])),
            ("Q1".into(), entity("Zelensky", &["Zelenskiy"])),
            ("Q3".into(), entity(" ", &["nobody"])),
        ];
        let made = import_entities(&corpus.records, list.clone());
        assert_eq!(made.name(), "import 2 entities");
        corpus.apply(&made);
        assert_eq!(
            get(&corpus.records, &"Q1".into()),
            Some(&entity("Zelensky", &["Z", "Zelenskyy", "Ze", "Zelenskiy"]))
        );
        assert!(import_entities(&corpus.records, list).is_empty());
    }

    #[test]
    fn tying_an_attribution_teaches_the_entity_a_spelling_in_the_same_step() {
        let mut corpus = corpus();
        corpus.apply(&put_entity(&corpus.records, ("Q1".into(), entity("Zelensky", &[]))).unwrap());
        let mut desk = Desk::new("⟦⟦Zelenskyy⟧ said⟧");
        desk.annotate_each(&["attribution"]);
        let id = RecordId::from("1");
        let source = set_part(
            &desk.article,
            &desk.records,
            &desk.scheme,
            (&id, "source", Some(desk.spans[1])),
            &desk.author(),
        );
        desk.apply(&source.unwrap());
        let words = spelling(&desk.article, desk.records.annotation(&id).unwrap()).unwrap();
        let tie_to = |entity: Option<(&str, &str)>| {
            let entity = entity.map(|(id, words)| (RecordId::from(id), words));
            tie(
                &desk.article,
                &desk.records,
                &corpus.records,
                &desk.scheme,
                (&id, "entity", entity.as_ref().map(|(id, words)| (id, *words))),
                &desk.author(),
            )
        };
        let made = tie_to(Some(("Q1", words))).unwrap();
        assert_eq!(made.name(), "tie to Zelensky");
        let [tied, spelt] = made.changes() else {
            panic!("one change of the annotation, one of the entity");
        };
        let Some(Record::Annotation(annotation)) = &tied.to else {
            panic!("the annotation comes first");
        };
        assert_eq!(annotation.attributes["entity"], json!("Q1"));
        assert_eq!(spelt.to, Some(Record::Entity(entity("Zelensky", &["Zelenskyy"]))));
        let known = tie_to(Some(("Q1", "Zelensky"))).unwrap();
        assert_eq!(known.changes().len(), 1);
        assert!(tie_to(None).unwrap().is_empty());
        assert!(tie_to(Some(("Q9", words))).is_err());
    }
}
