//! A Hugging Face data set: a folder in a zip file, to be unpacked and loaded, or uploaded as it is.
//!
//! `data/train.jsonl` has one article a line, with its annotations as `spans` and its relations as `links`.
//! Arrow, which `datasets` reads with, wants one type a column, so what differs from label to label and from
//! article to article, `attributes` and `fields`, is a string that holds a JSON object. `README.md` begins with
//! the YAML that `datasets` reads (`configs` with `data_files`, and the columns' types, so that a column which is
//! null throughout has one too) and goes on with a datasheet for people.

use super::archive::Archive;
use super::article_json::{AnnotationRow, ArticleRow, RegionRow, RelationRow};
use super::lines::Lines;
use super::{Corpus, ExportError, ExportFormat, Feature, Inventory, Loss, Output};
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::{Origin, Record, RecordKind, RelationKind, Status};
use crate::core::scheme::Scheme;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::Write as _;

/// A Hugging Face data set in a zip file.
#[derive(Clone, Copy, Debug)]
pub struct HuggingFace;

impl ExportFormat for HuggingFace {
    fn id(&self) -> &'static str {
        "hugging-face"
    }

    fn name(&self) -> &'static str {
        "Hugging Face data set (zip)"
    }

    fn about(&self) -> &'static str {
        "A folder for load_dataset: one article a line, with a datasheet of counts, labels and how to load it."
    }

    fn media_type(&self) -> &'static str {
        "application/zip"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-dataset"
    }

    fn file_extension(&self) -> &'static str {
        "zip"
    }

    fn losses(&self, _: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        inventory.lost(&[Feature::Entity, Feature::ClaimGroup])
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut archive = Archive::new(output, corpus.exported_at);
        archive.start("README.md")?;
        archive.write_all(Datasheet::of(corpus).to_string().as_bytes())?;
        archive.start("data/train.jsonl")?;
        let mut lines = Lines::new(&mut archive);
        for article in &corpus.articles {
            lines.add(&Row::of(&ArticleRow::of(*article, corpus.texts)?)?)?;
            lines.end_article()?;
        }
        archive.finish()
    }
}

// The data

#[derive(Serialize)]
struct Row<'a> {
    id: &'a ArticleId,
    title: Option<&'a str>,
    source_url: Option<&'a str>,
    published: Option<&'a str>,
    retrieved: Option<&'a str>,
    sha256: &'a str,
    text: Option<&'a str>,
    status: Status,
    fields: String,
    regions: &'a [RegionRow<'a>],
    spans: Vec<Span<'a>>,
    links: &'a [RelationRow<'a>],
}

#[derive(Serialize)]
struct Span<'a> {
    id: &'a RecordId,
    label: &'a LabelId,
    start: u32,
    end: u32,
    start_utf16: u32,
    end_utf16: u32,
    text: Option<&'a str>,
    prefix: Option<&'a str>,
    suffix: Option<&'a str>,
    attributes: String,
    note: Option<&'a str>,
    annotator: &'a str,
    origin: Origin,
    created: &'a str,
    updated: &'a str,
}

/// The columns of a [`Row`] and their types, as `dataset_info.features` has them.
const FEATURES: &str = "  features:
  - name: id
    dtype: string
  - name: title
    dtype: string
  - name: source_url
    dtype: string
  - name: published
    dtype: string
  - name: retrieved
    dtype: string
  - name: sha256
    dtype: string
  - name: text
    dtype: string
  - name: status
    dtype: string
  - name: fields
    dtype: string
  - name: regions
    list:
    - name: id
      dtype: string
    - name: kind
      dtype: string
    - name: start
      dtype: int64
    - name: end
      dtype: int64
    - name: text
      dtype: string
  - name: spans
    list:
    - name: id
      dtype: string
    - name: label
      dtype: string
    - name: start
      dtype: int64
    - name: end
      dtype: int64
    - name: start_utf16
      dtype: int64
    - name: end_utf16
      dtype: int64
    - name: text
      dtype: string
    - name: prefix
      dtype: string
    - name: suffix
      dtype: string
    - name: attributes
      dtype: string
    - name: note
      dtype: string
    - name: annotator
      dtype: string
    - name: origin
      dtype: string
    - name: created
      dtype: string
    - name: updated
      dtype: string
  - name: links
    list:
    - name: id
      dtype: string
    - name: kind
      dtype: string
    - name: from
      dtype: string
    - name: to
      dtype: string
";

impl<'a> Row<'a> {
    fn of(article: &'a ArticleRow<'a>) -> Result<Self, ExportError> {
        Ok(Self {
            id: article.id,
            title: article.title,
            source_url: article.source_url,
            published: article.published,
            retrieved: article.retrieved,
            sha256: article.sha256,
            text: article.text,
            status: article.status,
            fields: serde_json::to_string(&article.fields)?,
            regions: &article.regions,
            spans: article
                .annotations
                .iter()
                .map(Span::of)
                .collect::<Result<_, _>>()?,
            links: &article.relations,
        })
    }
}

impl<'a> Span<'a> {
    fn of(annotation: &'a AnnotationRow<'_>) -> Result<Self, ExportError> {
        Ok(Self {
            id: annotation.id,
            label: annotation.label,
            start: annotation.start,
            end: annotation.end,
            start_utf16: annotation.start_utf16,
            end_utf16: annotation.end_utf16,
            text: annotation.text,
            prefix: annotation.prefix,
            suffix: annotation.suffix,
            attributes: serde_json::to_string(&annotation.attributes)?,
            note: annotation.note,
            annotator: annotation.annotator,
            origin: annotation.origin,
            created: &annotation.created,
            updated: &annotation.updated,
        })
    }
}

// The datasheet

/// What `README.md` says, counted over the corpus.
struct Datasheet<'a> {
    scheme: &'a Scheme,
    day: String,
    articles: usize,
    /// How many articles have each status: not started, in progress, done.
    statuses: [usize; 3],
    /// How many spans each label has, and in how many articles, the scheme's labels in its own order first.
    labels: Vec<(&'a str, usize, usize)>,
    relations: BTreeMap<&'static str, usize>,
    annotators: usize,
    /// The languages that articles say they are in, as far as Hugging Face has a name for them.
    languages: BTreeSet<&'a str>,
}

impl<'a> Datasheet<'a> {
    fn of(corpus: &Corpus<'a>) -> Self {
        let mut statuses = [0; 3];
        let mut labels: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        let mut relations: BTreeMap<_, _> = RelationKind::ALL.map(|kind| (kind.as_str(), 0)).into();
        let mut annotators = BTreeSet::new();
        let mut languages = BTreeSet::new();
        for article in &corpus.articles {
            let records = article.records;
            statuses[records.status() as usize] += 1;
            let mut here = BTreeSet::new();
            for (_, annotation) in records.annotations() {
                let label = annotation.label.as_str();
                let (spans, articles) = labels.entry(label).or_default();
                *spans += 1;
                *articles += usize::from(here.insert(label));
                annotators.insert(&*annotation.annotator);
            }
            for (_, relation) in records.relations() {
                let ends = [&relation.from, &relation.to];
                if ends.iter().all(|id| records.annotation(id).is_some()) {
                    *relations.entry(relation.kind.as_str()).or_default() += 1;
                }
            }
            if let Some(Record::Field(Value::String(language))) =
                records.get(RecordKind::Field, &"language".into())
                && matches!(language.len(), 2..=3)
                && language.bytes().all(|byte| byte.is_ascii_lowercase())
            {
                languages.insert(&**language);
            }
        }
        let of_scheme: Vec<_> = corpus
            .scheme
            .labels
            .iter()
            .map(|label| {
                let (spans, articles) = labels.remove(label.id.as_str()).unwrap_or_default();
                (label.id.as_str(), spans, articles)
            })
            .collect();
        let others = labels
            .into_iter()
            .map(|(label, (spans, articles))| (label, spans, articles));
        Self {
            scheme: corpus.scheme,
            day: corpus.exported_at.date(),
            articles: corpus.articles.len(),
            statuses,
            labels: of_scheme.into_iter().chain(others).collect(),
            relations,
            annotators: annotators.len(),
            languages,
        }
    }

    /// The size as Hugging Face puts it into classes.
    fn size(&self) -> &'static str {
        match self.articles {
            0..1_000 => "n<1K",
            1_000..10_000 => "1K<n<10K",
            10_000..100_000 => "10K<n<100K",
            100_000..1_000_000 => "100K<n<1M",
            _ => "1M<n<10M",
        }
    }
}

impl fmt::Display for Datasheet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scheme { name, version, .. } = self.scheme;
        let title = format!("Hearsay corpus, {name}, {}", self.day);
        writeln!(f, "---\npretty_name: {}", yaml(&title))?;
        if !self.languages.is_empty() {
            writeln!(f, "language:")?;
            for language in &self.languages {
                writeln!(f, "- {}", yaml(language))?;
            }
        }
        writeln!(
            f,
            "license: other\ntask_categories:\n- token-classification\nsize_categories:\n- {}\nconfigs:\n\
             - config_name: default\n  data_files:\n  - split: train\n    path: data/train.jsonl\ndataset_info:\n\
             {FEATURES}---\n",
            self.size()
        )?;
        writeln!(
            f,
            "# {}\n\nNews articles with labelled spans: what is claimed, who says it, and what nobody has \
             verified. Made with Hearsay, exported on {}.\n",
            markdown(&title),
            self.day
        )?;
        self.counts(f)?;
        self.labels(f)?;
        writeln!(
            f,
            "## How it was made\n\nScheme and guideline: {}, version {version}. Annotators: {}. Where two people \
             labelled the same words, both spans are here. Spans whose `origin` is `rule` were proposed by a rule \
             and kept; `imported` ones came with a file.\n\nAgreement between annotators: not measured.\n",
            markdown(name),
            self.annotators
        )?;
        f.write_str(
            "## Texts and copyright\n\n\
             The articles belong to their authors and publishers. They are third-party works: this data set \
             grants no right to them. Each one's address is its `source_url`, where it is known. Before you pass \
             the data on, see what your law allows, or export the corpus without its texts. A licence for the \
             labels is yours to choose: put it here and under `license` above.\n\n\
             ## Columns and offsets\n\n\
             `start` and `end` count Unicode code points from the start of `text`, half open: in Python, \
             `text[start:end]` are the words of a span. `start_utf16` and `end_utf16` count UTF-16 code units, for \
             JavaScript, Java and C#. Spans may nest and overlap. `sha256` is that of the text in UTF-8. \
             `fields` and `attributes` are JSON objects in a string: open them with `json.loads`. `regions` are \
             stretches that are no prose to label: titles, headings, bylines, junk. `links` go from the `id` of \
             one span to that of another.\n\n\
             ## How to load it\n\n\
             Unpack the archive, then:\n\n\
             ```python\n\
             from datasets import load_dataset\n\n\
             corpus = load_dataset(\"path/to/the/folder\", split=\"train\")\n\
             for article in corpus:\n    \
                 for span in article[\"spans\"]:\n        \
                     assert article[\"text\"][span[\"start\"]:span[\"end\"]] == span[\"text\"]\n\
             ```\n",
        )
    }
}

impl Datasheet<'_> {
    fn counts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [not_started, in_progress, done] = self.statuses;
        writeln!(
            f,
            "## What is in it\n\nArticles: {}, of which {done} are done, {in_progress} in progress and \
             {not_started} not started.\n\n| label | spans | articles with it |\n| --- | ---: | ---: |",
            self.articles
        )?;
        for (label, spans, articles) in &self.labels {
            writeln!(f, "| {} | {spans} | {articles} |", markdown(label))?;
        }
        writeln!(f, "\n| link | count |\n| --- | ---: |")?;
        for (kind, count) in &self.relations {
            writeln!(f, "| {kind} | {count} |")?;
        }
        writeln!(f)
    }

    fn labels(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scheme { name, version, .. } = self.scheme;
        writeln!(f, "## Labels\n\nScheme {}, version {version}.\n", markdown(name))?;
        for label in &self.scheme.labels {
            writeln!(
                f,
                "- **{}** ({}): {}",
                markdown(label.id.as_str()),
                markdown(&label.name),
                markdown(&label.definition)
            )?;
            for attribute in &label.attributes {
                writeln!(
                    f,
                    "  - {}: {}",
                    markdown(&attribute.id),
                    markdown(&attribute.definition)
                )?;
            }
        }
        writeln!(f)
    }
}

/// A string in YAML, in double quotes. What JSON writes is YAML too, but for characters that YAML's older version
/// takes for line ends or does not take at all.
fn yaml(words: &str) -> String {
    let mut quoted = String::new();
    for character in Value::from(words).to_string().chars() {
        let is_plain = matches!(
            character,
            ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}'
        );
        // Invariant: writing to a string never fails.
        let _ = match (is_plain, u16::try_from(u32::from(character))) {
            (true, _) => write!(quoted, "{character}"),
            (false, Ok(unit)) => write!(quoted, "\\u{unit:04x}"),
            (false, Err(_)) => write!(quoted, "\\U{:08x}", u32::from(character)),
        };
    }
    quoted
}

/// Words within a line of Markdown, so that they are shown as they are and make no markup.
fn markdown(words: &str) -> String {
    let mut escaped = String::new();
    for word in words.split(|character: char| character.is_whitespace() || character.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !escaped.is_empty() {
            escaped.push(' ');
        }
        for character in word.chars() {
            if character.is_ascii_punctuation()
                && !matches!(character, ',' | '.' | ';' | '\'' | '-' | '"' | '?')
            {
                escaped.push('\\');
            }
            escaped.push(character);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::archive::{Limits, unpack};
    use super::super::generated::{self, Generated};
    use super::super::lines::for_each_line;
    use super::super::sample::{assert_golden, small};
    use super::*;
    use proptest::prelude::*;

    /// The files of the data set: README.md and data/train.jsonl.
    fn written(corpus: &Generated) -> [Vec<u8>; 2] {
        let mut file = Vec::new();
        HuggingFace.write(&corpus.corpus(), &mut file).unwrap();
        let files = unpack(&file, Limits::default()).unwrap();
        let names: Vec<_> = files.iter().map(|file| &*file.name).collect();
        assert_eq!(names, ["README.md", "data/train.jsonl"]);
        let mut files = files.into_iter().map(|file| file.bytes);
        [files.next().unwrap(), files.next().unwrap()]
    }

    #[test]
    fn a_small_corpus_with_every_feature_is_written_as_ever() {
        let [readme, data] = written(&small());
        assert_golden("hugging-face-README.md", &readme);
        assert_golden("hugging-face-train.jsonl", &data);
    }

    #[test]
    fn the_columns_are_those_of_the_declared_types() {
        let [_, data] = written(&small());
        let line: Value = serde_json::from_slice(data.split(|&byte| byte == b'\n').next().unwrap()).unwrap();
        let keys = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<BTreeSet<_>>()
        };
        let declared = |indent: &str| {
            let lines = FEATURES.lines();
            lines
                .filter_map(|line| {
                    line.strip_prefix(indent)?
                        .strip_prefix("- name: ")
                        .map(str::to_owned)
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&line), declared("  ").into_iter().collect());
        let inner = [&line["regions"][0], &line["spans"][0], &line["links"][0]];
        let counted: usize = inner.iter().map(|value| keys(value).len()).sum();
        assert_eq!(declared("    ").len(), counted);
        assert_eq!(
            inner.into_iter().flat_map(keys).collect::<BTreeSet<_>>(),
            declared("    ").into_iter().collect()
        );
    }

    #[test]
    fn names_of_a_scheme_make_no_yaml_and_no_markup() {
        for (words, expected) in [
            ("a: \"b\" # c", r##""a: \"b\" # c""##),
            (
                "a\n---\n\u{85}\u{2028}\u{7f}\u{feff}é😀",
                r#""a\n---\n\u0085\u2028\u007f\ufeffé\U0001f600""#,
            ),
        ] {
            assert_eq!(yaml(words), expected);
        }
        assert_eq!(
            markdown("a | <b>\n\n# [x](y) `z` it's"),
            r"a \| \<b\> \# \[x\]\(y\) \`z\` it's"
        );
        let mut corpus = small();
        corpus.scheme.name = "x\n---\n# <script>".into();
        let readme = String::from_utf8(written(&corpus).into_iter().next().unwrap()).unwrap();
        assert_eq!(readme.lines().filter(|line| *line == "---").count(), 2);
        assert!(!readme.split("---\n").nth(2).unwrap().contains("<script>"));
    }

    #[test]
    fn a_label_that_the_scheme_has_lost_is_counted_too() {
        let mut corpus = small();
        corpus.scheme.labels.retain(|label| label.id.as_str() != "claim");
        let [readme, _] = written(&corpus);
        let readme = String::from_utf8(readme).unwrap();
        assert!(readme.contains("| claim | 3 | 1 |"), "{readme}");
    }

    proptest! {
        #[test]
        fn every_span_is_what_its_offsets_cut_out(corpus in generated::corpus()) {
            let [readme, data] = written(&corpus);
            prop_assert!(readme.starts_with(b"---\n"));
            let mut articles = corpus.articles.iter();
            for_each_line(&data, |_, line| {
                let (article, records) = articles.next().unwrap();
                assert_eq!(line["text"], article.text.as_str());
                let spans = line["spans"].as_array().unwrap();
                assert_eq!(spans.len(), records.annotations().count());
                for (span, (id, annotation)) in spans.iter().zip(records.annotations()) {
                    assert_eq!(span["id"], id.to_string());
                    let at = |key: &str| span[key].as_u64().unwrap() as usize;
                    let cut: String = article.text.chars().skip(at("start")).take(at("end") - at("start")).collect();
                    assert_eq!(cut, article.text.slice(annotation.span));
                    assert_eq!(span["text"], cut);
                    let attributes: Value = serde_json::from_str(span["attributes"].as_str().unwrap()).unwrap();
                    assert_eq!(attributes.as_object().unwrap(), &annotation.attributes);
                }
                Ok(())
            }).unwrap();
            prop_assert!(articles.next().is_none());
        }
    }
}
