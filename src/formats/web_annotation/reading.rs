//! Annotations as they are read, whoever wrote them.

use super::super::json::{CORRECT, Object, Place, broken, quoted, shown, text_of};
use super::super::{File, ImportError, Loss};
use super::{REGION, article_id, record_id};
use crate::core::id::{ArticleId, RecordId};
use crate::core::import::{AnchoredWork, Imported};
use crate::core::record::{
    Annotation, ClaimGroup, Entity, Fields, Origin, Record, RecordKind, Region, RegionKind, Relation,
    RelationKind, Status,
};
use crate::core::selector::Anchor;
use crate::core::text::{CodePointOffset, Span};
use crate::core::timestamp::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Reads one file.
pub(super) fn read(file: &File, now: Timestamp) -> Result<Imported, ImportError> {
    let text = text_of(&file.bytes)?;
    let value: Value = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    let mut reading = Reading {
        now,
        source: file.stem(),
        works: Vec::new(),
        places: HashMap::new(),
        ids: HashSet::new(),
        annotations: HashMap::new(),
        links: Vec::new(),
        records: Vec::new(),
        left_out: LeftOut::default(),
    };
    reading.items(&value, &Place::ROOT)?;
    Ok(reading.finished())
}

/// The values where JSON-LD lets one stand alone or several in a list, each with its place.
fn each<'v>(
    value: Option<&'v Value>,
    place: &Place<'_>,
    mut read: impl FnMut(&'v Value, &Place<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    match value {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(values)) => values
            .iter()
            .enumerate()
            .try_for_each(|(index, value)| read(value, &place.item(index))),
        Some(value) => read(value, place),
    }
}

/// The first of those strings that is one, without the prefix that older contexts have.
fn first_name(value: Option<&Value>) -> Option<&str> {
    let name = match value? {
        Value::Array(values) => values.iter().find_map(Value::as_str)?,
        value => value.as_str()?,
    };
    Some(name.strip_prefix("oa:").unwrap_or(name))
}

/// The name of a thing that is written as its name, or as an object that has one.
fn iri(value: &Value) -> Option<&str> {
    let names = ["id", "@id", "source"];
    value
        .as_str()
        .or_else(|| names.into_iter().find_map(|name| value.get(name).and_then(iri)))
}

/// The time under the first of `keys` that stands in one of `objects`.
fn time(objects: &[&Value], keys: &[&str], place: &Place<'_>) -> Result<Option<Timestamp>, ImportError> {
    const EXPECTED: &str = "a time as RFC 3339 writes it, such as \"2026-11-21T12:00:00Z\"";
    for key in keys {
        for object in objects {
            match object.get(key) {
                None | Some(Value::Null) => {}
                Some(value) => {
                    let time = value.as_str().and_then(Timestamp::parse);
                    let error = || place.key(key).error(EXPECTED, shown(value), CORRECT);
                    return Ok(Some(time.ok_or_else(error)?));
                }
            }
        }
    }
    Ok(None)
}

/// Who made something: a name, or an object with one.
fn creator(value: &Value) -> Option<&str> {
    match value {
        Value::String(name) => Some(name),
        Value::Array(values) => values.iter().find_map(creator),
        value => ["name", "nickname", "id"]
            .into_iter()
            .find_map(|key| value.get(key)?.as_str()),
    }
}

/// One of the names that `T` is written as under one of our own keys; `None` where the key is not there.
fn ours<T: DeserializeOwned>(
    object: &Value,
    key: &str,
    expected: &str,
    place: &Place<'_>,
) -> Result<Option<T>, ImportError> {
    object
        .get(key)
        .map(|value| {
            let error = |_| place.key(key).error(expected, shown(value), CORRECT);
            serde_json::from_value(value.clone()).map_err(error)
        })
        .transpose()
}

/// What an annotation says.
struct Body<'v> {
    purpose: Option<&'v str>,
    /// Its words, or the name of what it points to.
    words: &'v str,
    /// The name of what it points to.
    iri: Option<&'v str>,
}

impl<'v> Body<'v> {
    fn of(value: &'v Value) -> Option<Self> {
        let words = |value: &'v Value| {
            let named = ["label", "name", "id"];
            let named = || named.into_iter().find_map(|key| value.get(key)?.as_str());
            value.as_str().or_else(named)
        };
        let iri = iri(value);
        Some(Self {
            purpose: first_name(value.get("purpose")),
            words: match value.get("value").or_else(|| value.get("chars")) {
                Some(value) => words(value)?,
                None => iri?,
            },
            iri,
        })
    }

    /// Whether it says what something is, and not what somebody thinks of it.
    fn is_label(&self, motivation: Option<&str>) -> bool {
        let labels = ["tagging", "classifying", "identifying"];
        !self.words.is_empty()
            && self
                .purpose
                .or(motivation)
                .is_some_and(|purpose| labels.contains(&purpose))
    }
}

/// What an annotation is about.
struct Target<'v> {
    source: Option<&'v str>,
    sha256: Option<&'v str>,
    has_selector: bool,
    anchor: Anchor,
}

impl<'v> Target<'v> {
    fn of(value: &'v Value, place: &Place<'_>) -> Result<Self, ImportError> {
        let source = match value {
            Value::String(source) => Some(source.as_str()),
            Value::Object(_) => value
                .get("source")
                .or_else(|| value.get("id"))
                .or_else(|| value.get("@id"))
                .and_then(iri),
            other => return Err(place.error("an IRI or an object", shown(other), CORRECT)),
        };
        let selector = value.get("selector");
        Ok(Self {
            source,
            sha256: value.get("hearsay:sha256").and_then(Value::as_str),
            has_selector: selector.is_some(),
            anchor: anchor(selector, &place.key("selector"))?,
        })
    }
}

/// Where selectors point. Several are several ways to say the same (section 4), so each adds what it knows.
fn anchor(selectors: Option<&Value>, place: &Place<'_>) -> Result<Anchor, ImportError> {
    let mut anchor = Anchor::default();
    each(selectors, place, |selector, place| {
        let outer = said(selector, place)?;
        let refined = selector.get("refinedBy");
        let inner = self::anchor(refined, &place.key("refinedBy"))?;
        let one = if inner == Anchor::default() {
            outer
        } else {
            within(&outer, inner)
        };
        anchor.position = anchor.position.or(one.position);
        if anchor.exact_sha256.is_none() {
            anchor.exact_sha256 = one.exact_sha256;
        }
        if anchor.exact.is_none() {
            (anchor.exact, anchor.prefix, anchor.suffix) = (one.exact, one.prefix, one.suffix);
        }
        Ok(())
    })?;
    Ok(anchor)
}

/// What one selector says itself.
fn said(selector: &Value, place: &Place<'_>) -> Result<Anchor, ImportError> {
    let kind = first_name(selector.get("type").or_else(|| selector.get("@type")));
    // Recogito's own objects have no type, and both kinds of keys.
    let is = |name| kind.is_none_or(|kind| kind == name);
    let mut anchor = Anchor::default();
    if is("TextQuoteSelector") {
        let words = |key: &str| match selector.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(words)) => Ok(Some(words.as_str())),
            Some(other) => Err(place.key(key).error("a string", shown(other), CORRECT)),
        };
        let exact = words("exact")?
            .or(words("quote")?)
            .filter(|words| !words.is_empty());
        anchor.exact = exact.map(Into::into);
        anchor.prefix = words("prefix")?.unwrap_or_default().into();
        anchor.suffix = words("suffix")?.unwrap_or_default().into();
    }
    anchor.exact_sha256 = selector
        .get("hearsay:exact_sha256")
        .and_then(Value::as_str)
        .map(Into::into);
    if is("TextPositionSelector") {
        let offset = |key: &str| match selector.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let offset = value.as_u64().and_then(|offset| u32::try_from(offset).ok());
                let error = || {
                    place
                        .key(key)
                        .error("a whole number, 0 or more", shown(value), CORRECT)
                };
                Ok(Some(CodePointOffset(offset.ok_or_else(error)?)))
            }
        };
        anchor.position = offset("start")?
            .zip(offset("end")?)
            .filter(|(start, end)| start < end);
    }
    Ok(anchor)
}

/// What `inner` says, which counts from where `outer` begins (section 4.2.9).
fn within(outer: &Anchor, inner: Anchor) -> Anchor {
    let position = outer
        .position
        .zip(inner.position)
        .and_then(|((from, _), (start, end))| {
            let moved = |offset: CodePointOffset| from.0.checked_add(offset.0).map(CodePointOffset);
            moved(start).zip(moved(end))
        });
    Anchor { position, ..inner }
}

/// A relation as it is read, its ends still to be found.
struct Link {
    id: RecordId,
    kind: Option<RelationKind>,
    from: String,
    to: String,
}

/// How many of a file's annotations have no place here.
#[derive(Default)]
struct LeftOut {
    unanchored: usize,
    links: usize,
    pages: usize,
}

impl LeftOut {
    fn notes(&self) -> Vec<String> {
        [
            Loss::of(
                self.unanchored,
                "annotation was left out: it has neither a quote nor a place in the text.",
                "annotations were left out: they have neither a quote nor a place in the text.",
            ),
            Loss::of(
                self.links,
                "link was left out: it does not attribute, doubt or pass on between two annotations of one \
                 article.",
                "links were left out: they do not attribute, doubt or pass on between two annotations of one \
                 article.",
            ),
            Loss::of(
                self.pages,
                "page of annotations was left out: the file only names its address.",
                "pages of annotations were left out: the file only names their addresses.",
            ),
        ]
        .into_iter()
        .flatten()
        .map(|loss| loss.to_string())
        .collect()
    }
}

/// A file that is being read.
struct Reading<'f> {
    now: Timestamp,
    /// The article of annotations that do not say what they are about.
    source: &'f str,
    works: Vec<AnchoredWork>,
    /// Where each article's work is among `works`.
    places: HashMap<ArticleId, usize>,
    /// The ids so far, each with its work; `None` for records of the whole corpus.
    ids: HashSet<(Option<usize>, RecordKind, RecordId)>,
    /// The annotation that each name of one stands for, with its work.
    annotations: HashMap<String, (usize, RecordId)>,
    links: Vec<Link>,
    records: Vec<(RecordId, Record)>,
    left_out: LeftOut,
}

impl Reading<'_> {
    /// Reads whatever holds annotations: one, a list, a page, a collection, a graph, rows of a search.
    fn items(&mut self, value: &Value, place: &Place<'_>) -> Result<(), ImportError> {
        let container = ["first", "items", "@graph", "rows", "annotations"];
        match value {
            Value::Array(_) => each(Some(value), place, |value, place| self.items(value, place)),
            Value::Object(object) if object.contains_key("target") => self.annotation(value, place),
            Value::Object(object) if container.iter().any(|key| object.contains_key(*key)) => {
                self.ours(value, place)?;
                for key in container {
                    match object.get(key) {
                        Some(Value::String(_)) => self.left_out.pages += 1,
                        held => each(held, &place.key(key), |value, place| self.items(value, place))?,
                    }
                }
                match object.get("next") {
                    Some(Value::String(_)) => self.left_out.pages += 1,
                    Some(page) => self.items(page, &place.key("next"))?,
                    None => {}
                }
                Ok(())
            }
            // A graph has nodes of all kinds in it.
            Value::Object(object)
                if first_name(object.get("type")) != Some("Annotation") && !place.is_root() =>
            {
                Ok(())
            }
            other => Err(place.error(
                "an annotation, or a list or a page of them",
                shown(other),
                CORRECT,
            )),
        }
    }

    /// Reads what a collection of ours says of its articles and of the corpus.
    fn ours(&mut self, value: &Value, place: &Place<'_>) -> Result<(), ImportError> {
        each(
            value.get("hearsay:articles"),
            &place.key("hearsay:articles"),
            |value, place| {
                let name = value.get("id").and_then(Value::as_str);
                let error = || place.key("id").error("an IRI", "nothing", CORRECT);
                let sha256 = value.get("hearsay:sha256").and_then(Value::as_str);
                let work = self.work(article_id(name.ok_or_else(error)?), sha256);
                let status = "\"not_started\", \"in_progress\" or \"done\"";
                let status = ours(value, "hearsay:status", status, place)?;
                let status = status.filter(|status| *status != Status::NotStarted);
                let fields = ours::<Fields>(value, "hearsay:fields", "an object", place)?;
                let records = &mut self.works[work].records;
                records.extend(status.map(|status| ("".into(), Record::Status(status))));
                records.extend(
                    fields
                        .into_iter()
                        .flatten()
                        .map(|(name, value)| (name.as_str().into(), Record::Field(value))),
                );
                Ok(())
            },
        )?;
        for (key, kind) in [
            ("hearsay:entities", RecordKind::Entity),
            ("hearsay:claim_groups", RecordKind::ClaimGroup),
        ] {
            each(value.get(key), &place.key(key), |value, place| {
                let mut object = Object::new(value.clone(), place)?;
                let id = object.id("id")?;
                let name = object.string("name")?.into();
                let record = if kind == RecordKind::Entity {
                    let aliases = object.strings("aliases")?.into_iter().map(Into::into).collect();
                    Record::Entity(Entity { name, aliases })
                } else {
                    let members = object.strings("members")?;
                    let members = members.iter().map(|member| member.as_str().into()).collect();
                    Record::ClaimGroup(ClaimGroup { name, members })
                };
                self.take_id((None, kind, id.clone()), place)?;
                self.records.push((id, record));
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The number of an article's work.
    fn work(&mut self, article: ArticleId, sha256: Option<&str>) -> usize {
        let next = self.works.len();
        let place = *self.places.entry(article.clone()).or_insert(next);
        if place == next {
            self.works.push(AnchoredWork {
                article,
                sha256: None,
                is_dated: true,
                unplaced: Vec::new(),
                records: Vec::new(),
            });
        }
        let work = &mut self.works[place];
        if work.sha256.is_none() {
            work.sha256 = sha256.map(Into::into);
        }
        place
    }

    /// Takes in an id; an error where another record of its kind has it.
    fn take_id(
        &mut self,
        key: (Option<usize>, RecordKind, RecordId),
        place: &Place<'_>,
    ) -> Result<(), ImportError> {
        let found = || format!("{}, which stands here twice", quoted(&key.2.to_string()));
        if self.ids.contains(&key) {
            return Err(place.key("id").error("an id of its own", found(), CORRECT));
        }
        self.ids.insert(key);
        Ok(())
    }

    fn annotation(&mut self, value: &Value, place: &Place<'_>) -> Result<(), ImportError> {
        let motivation = first_name(value.get("motivation"));
        let mut bodies = Vec::new();
        let held = ["body", "bodies"].into_iter().find_map(|key| value.get(key));
        each(held, place, |value, _| {
            bodies.extend(Body::of(value));
            Ok(())
        })?;
        let mut targets = Vec::new();
        each(value.get("target"), &place.key("target"), |value, place| {
            targets.push(Target::of(value, place)?);
            Ok(())
        })?;
        let name = value
            .get("id")
            .or_else(|| value.get("@id"))
            .and_then(Value::as_str);
        if motivation == Some("linking") && targets.iter().all(|target| !target.has_selector) {
            self.link(name, &bodies, &targets);
            return Ok(());
        }
        let mut labels = Vec::new();
        let mut remarks = Vec::new();
        for body in &bodies {
            let list = if body.is_label(motivation) {
                &mut labels
            } else {
                &mut remarks
            };
            list.push(body.words);
        }
        remarks.extend(value.get("bodyValue").and_then(Value::as_str));
        if held.is_none() {
            // Rows of Hypothesis.
            let words = value.get("text").and_then(Value::as_str);
            remarks.extend(words.filter(|words| !words.is_empty()));
            let tags = value.get("tags").and_then(Value::as_array).into_iter().flatten();
            labels.extend(tags.filter_map(Value::as_str).filter(|tag| !tag.is_empty()));
        }
        if labels.is_empty() {
            labels.push(motivation.unwrap_or("highlighting"));
        }
        let region = bodies.iter().find_map(|body| region_kind(body.iri?));
        let dated: Vec<_> = [value]
            .into_iter()
            .chain(value.get("target"))
            .chain(first(held))
            .collect();
        let created = time(&dated, &["created"], place)?;
        let updated = time(&dated, &["modified", "updated"], place)?;
        let made_by = ["creator", "user"];
        let annotator = made_by
            .into_iter()
            .find_map(|key| dated.iter().find_map(|object| creator(object.get(key)?)));
        let origins = "\"human\", \"rule\" or \"imported\"";
        let annotation = Annotation {
            label: labels[0].into(),
            span: Span::UNPLACED,
            attributes: ours(value, "hearsay:attributes", "an object", place)?.unwrap_or_default(),
            note: (!remarks.is_empty()).then(|| remarks.join("\n\n").into()),
            annotator: annotator.unwrap_or_default().into(),
            created: created.or(updated).unwrap_or(self.now),
            updated: updated.or(created).unwrap_or(self.now),
            origin: ours(value, "hearsay:origin", origins, place)?.unwrap_or(Origin::Imported),
        };
        for (number, target) in targets.into_iter().enumerate() {
            if target.anchor.exact.is_none() && target.anchor.position.is_none() {
                self.left_out.unanchored += 1;
                continue;
            }
            let source = target.source.or_else(|| value.get("uri")?.as_str());
            let work = self.work(article_id(source.unwrap_or(self.source)), target.sha256);
            let made = |label: &str| {
                let anchor = &target.anchor;
                let content = (
                    name,
                    number,
                    label,
                    anchor.position.map(|(from, to)| (from.0, to.0)),
                    &anchor.exact,
                );
                RecordId::of_content(format!("{content:?}").as_bytes())
            };
            if let Some(kind) = region {
                let id = name.map_or_else(|| made(kind.as_str()), record_id);
                self.take_id((Some(work), RecordKind::Region, id.clone()), place)?;
                let region = Region {
                    kind,
                    span: Span::UNPLACED,
                };
                self.works[work]
                    .unplaced
                    .push((id, Record::Region(region), target.anchor));
                continue;
            }
            self.works[work].is_dated &= created.or(updated).is_some();
            for (tag, label) in labels.iter().enumerate() {
                let id = match name {
                    Some(name) if tag == 0 && number == 0 => record_id(name),
                    _ => made(label),
                };
                if tag == 0
                    && let Some(name) = name
                {
                    self.annotations
                        .entry(name.to_owned())
                        .or_insert((work, id.clone()));
                }
                self.take_id((Some(work), RecordKind::Annotation, id.clone()), place)?;
                let annotation = Annotation {
                    label: (*label).into(),
                    ..annotation.clone()
                };
                let record = Record::Annotation(annotation);
                self.works[work]
                    .unplaced
                    .push((id, record, target.anchor.clone()));
            }
        }
        Ok(())
    }

    /// Reads an annotation that says how others hang together: as its target and its body, or, as Recogito once
    /// wrote it, as its two targets.
    fn link(&mut self, name: Option<&str>, bodies: &[Body<'_>], targets: &[Target<'_>]) {
        let to = bodies
            .iter()
            .find(|body| body.purpose.is_none_or(|purpose| purpose == "linking"))
            .and_then(|body| body.iri);
        let kind = bodies.iter().find_map(|body| {
            RelationKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == body.words)
        });
        let ends = match targets {
            [from] => from.source.zip(to),
            [from, to] => from.source.zip(to.source),
            _ => None,
        };
        let Some((from, to)) = ends else {
            self.left_out.links += 1;
            return;
        };
        self.links.push(Link {
            id: name.map_or_else(
                || RecordId::of_content(format!("{from}\n{to}\n{kind:?}").as_bytes()),
                record_id,
            ),
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
        });
    }

    /// What has been read, with the links between what turned out to be annotations of one article.
    fn finished(mut self) -> Imported {
        for link in std::mem::take(&mut self.links) {
            let ends = self
                .annotations
                .get(&link.from)
                .zip(self.annotations.get(&link.to));
            match (ends, link.kind) {
                (Some(((from_work, from), (to_work, to))), Some(kind)) if from_work == to_work => {
                    let relation = Relation {
                        kind,
                        from: from.clone(),
                        to: to.clone(),
                    };
                    if self
                        .ids
                        .insert((Some(*from_work), RecordKind::Relation, link.id.clone()))
                    {
                        self.works[*from_work]
                            .records
                            .push((link.id, Record::Relation(relation)));
                    }
                }
                _ => self.left_out.links += 1,
            }
        }
        Imported {
            notes: self.left_out.notes(),
            anchored: self.works,
            records: self.records,
            ..Imported::default()
        }
    }
}

/// The one value, or the first of several.
fn first(value: Option<&Value>) -> Option<&Value> {
    match value? {
        Value::Array(values) => values.first(),
        value => Some(value),
    }
}

/// The kind of region that goes by `iri`.
fn region_kind(iri: &str) -> Option<RegionKind> {
    let name = iri.strip_prefix(REGION)?;
    RegionKind::ALL.into_iter().find(|kind| kind.as_str() == name)
}
