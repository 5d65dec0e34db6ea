//! Scheme (JSON): a label set in a file of its own, which a reviewer may write by hand.
//!
//! We write every key, in the order of the structs below. On reading, lists and definitions that are empty, and
//! a colour that the page chooses, may be left out. `public/schema/hearsay-scheme-1.schema.json` describes the
//! file.

use super::ImportError;
use super::json::{CORRECT, Object, Place, broken, quoted, text_of};
use crate::core::id::LabelId;
use crate::core::record::RelationKind;
use crate::core::scheme::{
    Attribute, AttributeKind, Choice, Colour, Column, Example, Label, RelationRule, Scheme,
};
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;

/// The format's name in the file.
const FORMAT: &str = "hearsay-scheme";
/// The version that is written and read.
const VERSION: u32 = 1;

// Writing

#[derive(Serialize)]
struct FileRow<'a> {
    format: &'static str,
    version: u32,
    name: &'a str,
    scheme_version: u32,
    labels: Vec<LabelRow<'a>>,
    fields: Vec<AttributeRow<'a>>,
    relations: Vec<RuleRow<'a>>,
}

#[derive(Serialize)]
struct LabelRow<'a> {
    id: &'a LabelId,
    name: &'a str,
    key: char,
    colour: Option<String>,
    definition: &'a str,
    attributes: Vec<AttributeRow<'a>>,
    examples: Vec<ExampleRow<'a>>,
}

#[derive(Serialize)]
struct AttributeRow<'a> {
    id: &'a str,
    name: &'a str,
    definition: &'a str,
    kind: &'static str,
    choices: Vec<NamedRow<'a>>,
    columns: Vec<NamedRow<'a>>,
}

#[derive(Serialize)]
struct NamedRow<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct ExampleRow<'a> {
    article: &'a str,
    quote: &'a str,
    is_labelled: bool,
    why: &'a str,
}

#[derive(Serialize)]
struct RuleRow<'a> {
    kind: RelationKind,
    from: &'a LabelId,
    to: &'a LabelId,
}

/// Whether a file says that it is a scheme, sound or not.
pub fn recognises(file: &[u8]) -> bool {
    // Anywhere: a program that sorts keys may put the fields before the format.
    const NAME: &[u8] = b"\"hearsay-scheme\"";
    file.windows(NAME.len()).any(|bytes| bytes == NAME)
}

/// Writes a scheme, with one line feed at its end.
pub fn write(scheme: &Scheme) -> String {
    let file = FileRow {
        format: FORMAT,
        version: VERSION,
        name: &scheme.name,
        scheme_version: scheme.version,
        labels: scheme.labels.iter().map(LabelRow::of).collect(),
        fields: attribute_rows(&scheme.fields),
        relations: scheme
            .relations
            .iter()
            .map(|rule| RuleRow {
                kind: rule.kind,
                from: &rule.from,
                to: &rule.to,
            })
            .collect(),
    };
    let mut json = serde_json::to_string_pretty(&file).expect("strings, numbers and lists are always JSON");
    json.push('\n');
    json
}

impl<'a> LabelRow<'a> {
    fn of(label: &'a Label) -> Self {
        Self {
            id: &label.id,
            name: &label.name,
            key: label.key,
            colour: label
                .colour
                .map(|Colour(red, green, blue)| format!("#{red:02x}{green:02x}{blue:02x}")),
            definition: &label.definition,
            attributes: attribute_rows(&label.attributes),
            examples: label
                .examples
                .iter()
                .map(|example| ExampleRow {
                    article: &example.article,
                    quote: &example.quote,
                    is_labelled: example.is_labelled,
                    why: &example.why,
                })
                .collect(),
        }
    }
}

fn attribute_rows(attributes: &[Attribute]) -> Vec<AttributeRow<'_>> {
    attributes
        .iter()
        .map(|attribute| {
            let (mut choices, mut columns) = (Vec::new(), Vec::new());
            let kind = match &attribute.kind {
                AttributeKind::Choice(list) => {
                    choices.extend(list.iter().map(|Choice { id, name }| NamedRow { id, name }));
                    "choice"
                }
                AttributeKind::Table(list) => {
                    columns.extend(list.iter().map(|Column { id, name }| NamedRow { id, name }));
                    "table"
                }
                AttributeKind::Text => "text",
                AttributeKind::Part => "part",
                AttributeKind::Entity => "entity",
            };
            AttributeRow {
                id: &attribute.id,
                name: &attribute.name,
                definition: &attribute.definition,
                kind,
                choices,
                columns,
            }
        })
        .collect()
}

// Reading

/// Reads a scheme and checks all of it: there is a label; ids are plain and unique in their list, keys are
/// single characters of their own; lists of choices and columns are not empty; and relations join labels of
/// this scheme.
pub fn read(file: &[u8]) -> Result<Scheme, ImportError> {
    let text = text_of(file)?;
    let value = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    let place = Place::ROOT;
    let mut file = Object::new(value, &place)?;
    let format = file.string("format")?;
    if format != FORMAT {
        return Err(file.error(
            "format",
            quoted(FORMAT),
            quoted(&format),
            "Choose a file with a scheme.",
        ));
    }
    let version = file.whole_number("version")?;
    if version != VERSION {
        return Err(file.error(
            "version",
            VERSION.to_string(),
            version.to_string(),
            "A newer Hearsay wrote this file: reload the page to get the newest one, and import it again.",
        ));
    }
    let name = file.name("name")?.into();
    let version = file.whole_number("scheme_version")?;
    let (mut ids, mut keys) = (Ids::default(), HashSet::new());
    let labels = file.objects("labels", |object| label(object, &mut ids, &mut keys))?;
    if labels.is_empty() {
        return Err(file.error(
            "labels",
            "at least one label",
            "an empty list",
            "Add a label to the list.",
        ));
    }
    let mut field_ids = Ids::default();
    let fields = file.objects_if_any("fields", |object| attribute(object, &mut field_ids))?;
    let relations = file.objects_if_any("relations", |object| rule(object, &ids))?;
    Ok(Scheme {
        name,
        version,
        labels,
        fields,
        relations,
    })
}

/// The ids of a list so far.
#[derive(Default)]
struct Ids(HashSet<String>);

impl Ids {
    /// Reads the id of the next item of the list.
    fn next(&mut self, object: &mut Object<'_>) -> Result<String, ImportError> {
        let id = object.string("id")?;
        let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if id.is_empty() || !id.bytes().all(is_plain) {
            return Err(object.error(
                "id",
                "an id of the characters a to z, 0 to 9, _ and -",
                quoted(&id),
                CORRECT,
            ));
        }
        if !self.0.insert(id.clone()) {
            let found = format!("{}, which stands in the list already", quoted(&id));
            return Err(object.error("id", "an id of its own", found, CORRECT));
        }
        Ok(id)
    }
}

fn label(mut object: Object<'_>, ids: &mut Ids, keys: &mut HashSet<char>) -> Result<Label, ImportError> {
    let id = ids.next(&mut object)?;
    let mut attribute_ids = Ids::default();
    Ok(Label {
        id: id.as_str().into(),
        name: object.name("name")?.into(),
        key: key(&mut object, keys)?,
        colour: colour(&mut object)?,
        definition: object.string_if_any("definition")?.into(),
        attributes: object.objects_if_any("attributes", |object| attribute(object, &mut attribute_ids))?,
        examples: object.objects_if_any("examples", example)?,
    })
}

fn key(object: &mut Object<'_>, keys: &mut HashSet<char>) -> Result<char, ImportError> {
    let written = object.string("key")?;
    let mut characters = written.chars();
    let key = characters
        .next()
        .filter(|key| characters.next().is_none() && !key.is_control() && !key.is_whitespace());
    let Some(key) = key else {
        return Err(object.error(
            "key",
            "one character that a key types, such as \"1\"",
            quoted(&written),
            CORRECT,
        ));
    };
    if !keys.insert(key) {
        let found = format!("{}, which another label has", quoted(&written));
        return Err(object.error("key", "a key of its own", found, CORRECT));
    }
    Ok(key)
}

fn colour(object: &mut Object<'_>) -> Result<Option<Colour>, ImportError> {
    if !object.has("colour") {
        return Ok(None);
    }
    let Some(written) = object.string_or_null("colour")? else {
        return Ok(None);
    };
    let digits = written
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
        Some(number) => {
            let [_, red, green, blue] = number.to_be_bytes();
            Ok(Some(Colour(red, green, blue)))
        }
        None => Err(object.error(
            "colour",
            "a colour such as \"#1a7f37\", or null",
            quoted(&written),
            CORRECT,
        )),
    }
}

fn attribute(mut object: Object<'_>, ids: &mut Ids) -> Result<Attribute, ImportError> {
    let id = ids.next(&mut object)?.into();
    let name = object.name("name")?.into();
    let definition = object.string_if_any("definition")?.into();
    let kind = object.string("kind")?;
    let choices = named(&mut object, "choices", &kind, "choice")?;
    let columns = named(&mut object, "columns", &kind, "table")?;
    let kind = match &*kind {
        "choice" => AttributeKind::Choice(
            choices
                .into_iter()
                .map(|(id, name)| Choice { id, name })
                .collect(),
        ),
        "table" => AttributeKind::Table(
            columns
                .into_iter()
                .map(|(id, name)| Column { id, name })
                .collect(),
        ),
        "text" => AttributeKind::Text,
        "part" => AttributeKind::Part,
        "entity" => AttributeKind::Entity,
        other => {
            return Err(object.error(
                "kind",
                "\"choice\", \"text\", \"table\", \"part\" or \"entity\"",
                quoted(other),
                CORRECT,
            ));
        }
    };
    Ok(Attribute {
        id,
        name,
        definition,
        kind,
    })
}

/// An id and a name.
type Named = (Arc<str>, Arc<str>);

/// A list of ids and names, which an attribute of the kind `owner` must have and no other may.
fn named(object: &mut Object<'_>, key: &str, kind: &str, owner: &str) -> Result<Vec<Named>, ImportError> {
    let mut ids = Ids::default();
    let list = object.objects_if_any(key, |mut item| {
        Ok((ids.next(&mut item)?.into(), item.name("name")?.into()))
    })?;
    let (expected, found) = match (kind == owner, list.is_empty()) {
        (true, true) => ("a list that is not empty".to_owned(), "none".to_owned()),
        (false, false) => (
            format!("none, since the kind is {}", quoted(kind)),
            format!("a list of {}", list.len()),
        ),
        _ => return Ok(list),
    };
    Err(object.error(key, expected, found, CORRECT))
}

fn example(mut object: Object<'_>) -> Result<Example, ImportError> {
    Ok(Example {
        article: object.name("article")?.into(),
        quote: object.name("quote")?.into(),
        is_labelled: object.truth("is_labelled")?,
        why: object.string_if_any("why")?.into(),
    })
}

fn rule(mut object: Object<'_>, labels: &Ids) -> Result<RelationRule, ImportError> {
    let kind = object.one_of("kind", "\"attributes\", \"doubts\" or \"via\"")?;
    let mut end = |key| {
        let id = object.string(key)?;
        if labels.0.contains(&id) {
            return Ok(id.as_str().into());
        }
        Err(object.error(key, "the id of a label of this file", quoted(&id), CORRECT))
    };
    Ok(RelationRule {
        kind,
        from: end("from")?,
        to: end("to")?,
    })
}

#[cfg(test)]
mod tests;
