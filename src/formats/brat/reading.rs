//! Texts and their files of annotations as they are read.

use super::super::beside::{self, ArticleBeside};
use super::super::counting::Counting;
use super::super::import::WHOLE_FILE;
use super::super::json::{CORRECT, quoted, text_of};
use super::super::naming::Naming;
use super::super::peer::Listed;
use super::super::{File, ImportError, Loss, Position};
use super::{AnnotationExtra, OURS, RelationExtra, fragments, is_break};
use crate::core::article::{Article, normalised};
use crate::core::id::{ArticleId, RecordId};
use crate::core::import::{AnchoredWork, Imported, ImportedArticle};
use crate::core::record::{Annotation, Fields, Metadata, Origin, Record, RecordKind, Relation, RelationKind};
use crate::core::selector::Anchor;
use crate::core::text::{CodePointOffset, Span, Text};
use crate::core::timestamp::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Reads archives and loose files, each text with the annotations that have its name.
pub(super) fn read(files: &[File], now: Timestamp) -> Result<Imported, ImportError> {
    let opened = beside::open(files)?;
    let mut imported = Imported {
        records: opened.records,
        ..Imported::default()
    };
    let mut documents: BTreeMap<&str, Document<'_>> = BTreeMap::new();
    for file in &opened.files {
        // Folders stay in the name: two of them may have a file of one name.
        let (stem, extension) = file.name.rsplit_once('.').unwrap_or((&file.name, ""));
        match extension {
            "txt" => documents.entry(stem).or_default().text = Some(file),
            "ann" => documents.entry(stem).or_default().standoff = Some(file),
            _ => {}
        }
    }
    let mut left_out = LeftOut::default();
    let mut ids: HashMap<ArticleId, usize> = HashMap::new();
    for document in documents.into_values() {
        let Some(file) = document.standoff.or(document.text) else {
            continue;
        };
        let beside = opened.articles.get(file.stem());
        let mut id = beside.map_or_else(|| file.stem().into(), |beside| beside.id().clone());
        let same = ids.entry(id.clone()).or_default();
        *same += 1;
        if *same > 1 {
            id = format!("{id}-{same}").as_str().into();
        }
        let standoff = document
            .standoff
            .map(Standoff::read)
            .transpose()?
            .unwrap_or_default();
        left_out.lines += standoff.others;
        let mut reading = Reading {
            article: &id,
            standoff: &standoff,
            now,
            is_dated: true,
            naming: Naming::default(),
            names: HashMap::new(),
        };
        match document.text {
            Some(text) => {
                let article = reading.with_text(text, beside, &mut left_out)?;
                imported.articles.push(article);
            }
            None => imported.anchored.push(reading.without_text(&mut left_out)),
        }
    }
    imported.notes = left_out.notes();
    Ok(imported)
}

/// A text and its annotations, each of which may be missing.
#[derive(Default)]
struct Document<'f> {
    text: Option<&'f File>,
    standoff: Option<&'f File>,
}

/// How much of the files has no place here.
#[derive(Default)]
struct LeftOut {
    /// Lines of a kind that is not read.
    lines: usize,
    /// Spans whose fragments lie apart.
    apart: usize,
    /// Spans whose words are not at their place, as file, line and words.
    elsewhere: Listed,
    /// Relations of another kind, or with an end that is not here.
    relations: usize,
}

impl LeftOut {
    fn notes(self) -> Vec<String> {
        let counts = [
            Loss::of(
                self.lines,
                "event, normalisation or equivalence was left out: there is no such thing here.",
                "events, normalisations or equivalences were left out: there are no such things here.",
            ),
            Loss::of(
                self.apart,
                "span was left out: other words stand between its fragments.",
                "spans were left out: other words stand between their fragments.",
            ),
            Loss::of(
                self.relations,
                "relation was left out: it does not attribute, doubt or pass on between two spans that were \
                 taken over.",
                "relations were left out: they do not attribute, doubt or pass on between two spans that were \
                 taken over.",
            ),
        ];
        let counts = counts.into_iter().flatten().map(|loss| loss.to_string());
        let mut notes = counts.collect();
        self.elsewhere.tell(&mut notes, "spans");
        notes
    }
}

/// A `.ann` file, line by line.
#[derive(Default)]
struct Standoff<'f> {
    file: &'f str,
    spans: Vec<TextBound<'f>>,
    relations: Vec<RelationLine<'f>>,
    attributes: HashMap<&'f str, Fields>,
    notes: HashMap<&'f str, Vec<&'f str>>,
    annotation_extras: HashMap<&'f str, AnnotationExtra>,
    relation_extras: HashMap<&'f str, RelationExtra>,
    others: usize,
}

/// A `T` line.
struct TextBound<'f> {
    line: usize,
    id: &'f str,
    kind: &'f str,
    /// Starts and ends in the file's own unit, in order.
    fragments: Vec<(u32, u32)>,
    words: &'f str,
}

/// An `R` line.
struct RelationLine<'f> {
    id: &'f str,
    kind: &'f str,
    from: &'f str,
    to: &'f str,
}

impl<'f> Standoff<'f> {
    fn read(file: &'f File) -> Result<Self, ImportError> {
        let text = text_of(&file.bytes).map_err(|error| error.in_file(file))?;
        let mut standoff = Self {
            file: &file.name,
            ..Self::default()
        };
        let mut seen = HashSet::new();
        for (index, line) in text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.trim().is_empty() {
                continue;
            }
            standoff
                .line(index + 1, line, &mut seen)
                .map_err(|Wrong(expected)| ImportError {
                    file: file.name.clone(),
                    place: WHOLE_FILE.to_owned(),
                    position: Some(Position {
                        line: index + 1,
                        column: 1,
                    }),
                    expected,
                    found: quoted(line),
                    remedy: CORRECT,
                })?;
        }
        Ok(standoff)
    }

    fn line(&mut self, number: usize, line: &'f str, seen: &mut HashSet<&'f str>) -> Result<(), Wrong> {
        let (id, data) = line.split_once('\t').unwrap_or((line, ""));
        let (data, tail) = data.split_once('\t').unwrap_or((data, ""));
        let mut words = data.split(' ').filter(|word| !word.is_empty());
        let mut word = || words.next();
        if matches!(id.as_bytes().first(), Some(b'T' | b'R')) && !seen.insert(id) {
            return Err(Wrong(format!("an id of its own, as {id} stands above already")));
        }
        match id.as_bytes().first() {
            Some(b'T') => {
                let expected = "a span, such as \"T1\\tclaim 0 5\\twords\"";
                let (kind, places) = data.split_once(' ').ok_or_else(|| Wrong(expected.to_owned()))?;
                let fragments = places.split(';').map(fragment).collect::<Option<Vec<_>>>();
                let fragments = fragments.filter(|fragments| {
                    fragments.is_sorted() && fragments.windows(2).all(|pair| pair[0].1 <= pair[1].0)
                });
                let Some(fragments) = fragments.filter(|_| !kind.is_empty()) else {
                    return Err(Wrong(expected.to_owned()));
                };
                self.spans.push(TextBound {
                    line: number,
                    id,
                    kind,
                    fragments,
                    words: tail,
                });
            }
            Some(b'R') => {
                let end = |word: Option<&'f str>| Some(word?.split_once(':')?.1);
                let ends = (word(), end(word()), end(word()));
                let (Some(kind), Some(from), Some(to)) = ends else {
                    return Err(Wrong(
                        "a relation, such as \"R1\\tattributes Arg1:T2 Arg2:T1\"".to_owned(),
                    ));
                };
                self.relations.push(RelationLine { id, kind, from, to });
            }
            Some(b'A' | b'M') => {
                let (Some(name), Some(of)) = (word(), word()) else {
                    return Err(Wrong(
                        "an attribute, such as \"A1\\tcheckable T1 yes\"".to_owned(),
                    ));
                };
                let value = word().map_or(Value::Bool(true), Value::from);
                self.attributes
                    .entry(of)
                    .or_default()
                    .insert(name.to_owned(), value);
            }
            Some(b'#') => match (word(), word()) {
                (Some(OURS), Some(of)) if of.starts_with('R') => {
                    self.relation_extras.insert(of, extra(tail)?);
                }
                (Some(OURS), Some(of)) => {
                    let extra: AnnotationExtra = extra(tail)?;
                    for time in [&extra.created, &extra.updated] {
                        let expected = || Wrong("times as RFC 3339 writes them in the JSON".to_owned());
                        Timestamp::parse(time).ok_or_else(expected)?;
                    }
                    self.annotation_extras.insert(of, extra);
                }
                (Some(_), Some(of)) => self.notes.entry(of).or_default().push(tail),
                _ => {}
            },
            Some(b'E' | b'N' | b'*') => self.others += 1,
            _ => {
                return Err(Wrong(
                    "a line that begins with T, R, A, M, E, N, * or #".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// The note of a span: the one in brat's own lines, which people may have changed.
    fn note(&self, id: &str) -> Option<String> {
        self.notes.get(id).map(|notes| notes.join("\n"))
    }
}

/// What was expected instead of a line.
struct Wrong(String);

fn fragment(places: &str) -> Option<(u32, u32)> {
    let (start, end) = places.split_once(' ')?;
    let (start, end) = (start.parse().ok()?, end.parse().ok()?);
    (start < end).then_some((start, end))
}

fn extra<T: DeserializeOwned>(json: &str) -> Result<T, Wrong> {
    serde_json::from_str(json)
        .map_err(|error| Wrong(format!("JSON as Hearsay writes it in a note ({error})")))
}

/// The span of all fragments together, if each is one of the text and they hold the words of the line.
fn found(counting: &Counting, text: &Text, line: &TextBound<'_>) -> Option<Span> {
    let mut joined: Option<Span> = None;
    let mut words = String::new();
    for fragment in &line.fragments {
        let span = counting.span(text, *fragment)?;
        words = words + text.slice(span) + " ";
        joined = Some(joined.map_or(span, |joined| joined.joined(span)));
    }
    // White space is written in more than one way.
    let is_space = |character: char| character.is_whitespace() || is_break(character);
    let words = words.split(is_space).filter(|word| !word.is_empty());
    let said = line.words.split(is_space).filter(|word| !word.is_empty());
    joined.filter(|_| words.eq(said))
}

/// Whether nothing but white space stands between the fragments of a span.
fn is_whole(counting: &Counting, text: &Text, line: &TextBound<'_>) -> bool {
    line.fragments.windows(2).all(|pair| {
        let gap = (pair[0].1, pair[1].0);
        let gap = counting.span(text, gap).map_or("", |gap| text.slice(gap));
        gap.chars()
            .all(|character| character.is_whitespace() || is_break(character))
    })
}

/// One article that is being read.
struct Reading<'r> {
    article: &'r ArticleId,
    standoff: &'r Standoff<'r>,
    now: Timestamp,
    is_dated: bool,
    naming: Naming,
    /// The annotation that each `T` stands for.
    names: HashMap<&'r str, RecordId>,
}

impl<'r> Reading<'r> {
    fn with_text(
        &mut self,
        file: &File,
        beside: Option<&ArticleBeside>,
        left_out: &mut LeftOut,
    ) -> Result<ImportedArticle, ImportError> {
        // Not without its byte order mark, which counts.
        text_of(&file.bytes).map_err(|error| error.in_file(file))?;
        let raw = String::from_utf8_lossy(&file.bytes);
        let text = Text::new(normalised(&raw));
        let metadata = beside.map_or_else(Metadata::default, |beside| beside.metadata().clone());
        let article = Article::new(self.article.clone(), metadata, text);
        let mut records = beside.map_or_else(Vec::new, |beside| beside.records(&article));
        let text = &article.text;
        // brat counts code points, Python's text files line breaks as one, and JavaScript in UTF-16.
        let countings = [
            Counting::utf16(&raw),
            Counting::code_points_of_lines(&raw),
            Counting::code_points(&raw),
        ];
        let fitting = |counting: &&Counting| {
            let lines = self.standoff.spans.iter();
            lines.filter(|line| found(counting, text, line).is_some()).count()
        };
        // The last of those that fit best.
        let counting = countings.iter().max_by_key(fitting);
        for line in &self.standoff.spans {
            let fits = counting.and_then(|counting| Some((counting, found(counting, text, line)?)));
            let Some((counting, span)) = fits else {
                left_out.elsewhere.add(|| {
                    format!(
                        "{}, line {}: the span {} was left out: its words, {}, are not at its place.",
                        self.standoff.file,
                        line.line,
                        line.id,
                        quoted(line.words),
                    )
                });
                continue;
            };
            if !is_whole(counting, text, line) {
                left_out.apart += 1;
                continue;
            }
            let span = self.reach(text, span, line).unwrap_or(span);
            records.push(self.annotation(line, span));
        }
        records.extend(self.relations(left_out));
        Ok(ImportedArticle {
            is_named: beside.is_some(),
            is_dated: self.is_dated,
            article,
            records,
        })
    }

    /// The span that ours had, where its fragments are still those of the line.
    fn reach(&self, text: &Text, span: Span, line: &TextBound<'_>) -> Option<Span> {
        let (start, end) = self.standoff.annotation_extras.get(line.id)?.span?;
        let whole = text.span_from_code_points(CodePointOffset(start), CodePointOffset(end))?;
        let (first, _) = fragments(text.slice(whole)).next()?;
        let (last, words) = fragments(text.slice(whole)).last()?;
        let from = whole.start().to_usize();
        (Span::new(from + first, from + last + words.len()) == Some(span)).then_some(whole)
    }

    fn without_text(&mut self, left_out: &mut LeftOut) -> AnchoredWork {
        let mut unplaced = Vec::new();
        for line in &self.standoff.spans {
            let (Some((start, _)), Some((_, end))) = (line.fragments.first(), line.fragments.last()) else {
                continue;
            };
            let (id, record) = self.annotation(line, Span::UNPLACED);
            // What stands between fragments is not told.
            let is_whole = line.fragments.len() == 1 && !line.words.is_empty();
            let anchor = Anchor {
                position: Some((CodePointOffset(*start), CodePointOffset(*end))),
                exact: is_whole.then(|| line.words.into()),
                ..Anchor::default()
            };
            unplaced.push((id, record, anchor));
        }
        AnchoredWork {
            article: self.article.clone(),
            sha256: None,
            records: self.relations(left_out),
            is_dated: self.is_dated,
            unplaced,
        }
    }

    fn annotation(&mut self, line: &TextBound<'r>, span: Span) -> (RecordId, Record) {
        let extra = self.standoff.annotation_extras.get(line.id);
        self.is_dated &= extra.is_some();
        let content = format!("{} {:?}", line.kind, line.fragments);
        let own = extra.map(|extra| extra.id.clone());
        let id = self
            .naming
            .id(RecordKind::Annotation, self.article, own, &content);
        self.names.insert(line.id, id.clone());
        let label = extra.and_then(|extra| extra.label.as_ref());
        let mut attributes = extra.map_or_else(Fields::new, |extra| extra.attributes.clone());
        attributes.extend(self.standoff.attributes.get(line.id).cloned().unwrap_or_default());
        let time = |time: fn(&AnnotationExtra) -> &str| {
            let told = extra.and_then(|extra| Timestamp::parse(time(extra)));
            told.unwrap_or(self.now)
        };
        let annotation = Annotation {
            label: match label {
                Some((label, name)) if name == line.kind => label.clone(),
                _ => line.kind.into(),
            },
            span,
            attributes,
            note: self
                .standoff
                .note(line.id)
                .map(Into::into)
                .or_else(|| extra?.note.clone()),
            annotator: extra.map_or_else(|| "".into(), |extra| extra.annotator.clone()),
            created: time(|extra| &extra.created),
            updated: time(|extra| &extra.updated),
            origin: extra.map_or(Origin::Imported, |extra| extra.origin),
        };
        (id, Record::Annotation(annotation))
    }

    fn relations(&mut self, left_out: &mut LeftOut) -> Vec<(RecordId, Record)> {
        let standoff = self.standoff;
        let mut relations = Vec::new();
        for line in &standoff.relations {
            let kind = RelationKind::ALL
                .into_iter()
                .find(|kind| kind.as_str() == line.kind);
            let ends = self.names.get(line.from).zip(self.names.get(line.to));
            let Some((kind, (from, to))) = kind.zip(ends) else {
                left_out.relations += 1;
                continue;
            };
            let (from, to) = (from.clone(), to.clone());
            let content = format!("{} {from} {to}", line.kind);
            let own = standoff
                .relation_extras
                .get(line.id)
                .map(|extra| extra.id.clone());
            let id = self.naming.id(RecordKind::Relation, self.article, own, &content);
            relations.push((id, Record::Relation(Relation { kind, from, to })));
        }
        relations
    }
}
