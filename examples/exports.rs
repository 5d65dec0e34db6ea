//! Writes one corpus in every format that Hearsay exports, for the formats' own readers to try:
//! `cargo run --example exports -- FOLDER`.
//!
//! The corpus is the supplied articles with their gold spans, the small one of the golden files, which has every
//! feature, and a few articles that readers stumble over. Each file has the name that a download would have; in
//! `without-texts/` are those of the formats that can leave the texts out.

use hearsay::core::article::{Article, normalised};
use hearsay::core::id::{ArticleId, RecordId};
use hearsay::core::record::{Annotation, Fields, Metadata, Origin, Record, Relation, RelationKind};
use hearsay::core::records::{Records, Stamp};
use hearsay::core::scheme::Scheme;
use hearsay::core::text::{CodePointOffset, Span, Text};
use hearsay::core::timestamp::Timestamp;
use hearsay::formats::corpus_json::CorpusJson;
use hearsay::formats::{Corpus, CorpusArticle, EXPORTS, File, ImportFormat, Texts, manifest};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;
/// An article with its records.
type Labelled = (Article, Records);

/// 2026-11-21T12:00:00Z, so that the files are always the same.
const NOW: i64 = 1_795_262_400_000;

fn main() -> Result {
    let folder = std::env::args_os().nth(1).ok_or("usage: exports FOLDER")?;
    let folder = PathBuf::from(folder);
    let mut articles = gold()?;
    let (small, records) = golden()?;
    articles.extend(small);
    articles.extend(stumbling_blocks()?);
    let mut corpus = Corpus {
        scheme: &Scheme::news_claims(),
        articles: articles
            .iter()
            .map(|(article, records)| CorpusArticle { article, records })
            .collect(),
        records: &records,
        exported_at: Timestamp::from_millis(NOW),
        texts: Texts::Whole,
    };
    write_all(&corpus, &folder)?;
    corpus.texts = Texts::LeftOut;
    write_all(&corpus, &folder.join("without-texts"))
}

/// Writes `corpus` in every format that has the form that it asks for.
fn write_all(corpus: &Corpus<'_>, folder: &Path) -> Result {
    fs::create_dir_all(folder)?;
    let mut names = HashSet::new();
    for format in EXPORTS {
        if corpus.texts == Texts::LeftOut && !format.can_leave_out_texts() {
            continue;
        }
        let name = format.file_name(corpus.exported_at);
        let mut file = Vec::new();
        format
            .write(corpus, &mut file)
            .map_err(|error| format!("{name}: {error}"))?;
        fs::write(folder.join(&name), file)?;
        if !names.insert(name.clone()) {
            return Err(format!("two formats write {name}").into());
        }
    }
    Ok(())
}

/// The supplied articles. Three have the spans and the relations of the gold data, two have none.
fn gold() -> Result<Vec<Labelled>> {
    let gold: Value = serde_json::from_slice(&read("tests/gold/articles.gold.json")?)?;
    let mut articles = Vec::new();
    for entry in manifest::read(&read("public/articles/manifest.json")?)? {
        let (article, regions) = entry.article(&read(&format!("public/articles/{}", entry.file))?)?;
        let mut records = Records::default();
        for (id, region) in regions {
            add(&mut records, id, Record::Region(region));
        }
        let spans = gold
            .as_array()
            .into_iter()
            .flatten()
            .find(|of_gold| of_gold["file"] == entry.file.as_str())
            .and_then(|of_gold| of_gold["spans"].as_array());
        for span in spans.into_iter().flatten() {
            label_gold(span, &article, &mut records)?;
        }
        articles.push((article, records));
    }
    Ok(articles)
}

fn label_gold(gold: &Value, article: &Article, records: &mut Records) -> Result {
    let word = |key: &str| gold[key].as_str().ok_or(format!("gold data: {key} of {gold}"));
    let place = |key: &str| {
        let place = gold[key].as_u64().ok_or(format!("gold data: {key} of {gold}"))?;
        Ok::<_, Box<dyn Error>>(CodePointOffset(u32::try_from(place)?))
    };
    // Spans are called alike in all articles of the gold data.
    let named = |name: &str| RecordId::from(format!("{}-{name}", article.id).as_str());
    let span = article
        .text
        .span_from_code_points(place("start")?, place("end")?)
        .filter(|span| word("text").is_ok_and(|words| article.text.slice(*span) == words))
        .ok_or(format!("gold data: {gold} is not in {}", article.id))?;
    let id = named(word("id")?);
    add(
        records,
        id.clone(),
        Record::Annotation(annotation(word("label")?, span)),
    );
    for target in gold["targets"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        let kind = match (word("label")?, target.chars().next()) {
            ("attribution", Some('c')) => RelationKind::Attributes,
            ("attribution", Some('a')) => RelationKind::Via,
            ("unverified", Some('c')) => RelationKind::Doubts,
            // "(quotes before it)"
            _ => continue,
        };
        let relation = Relation {
            kind,
            from: id.clone(),
            to: named(target),
        };
        add(
            records,
            named(&format!("{}-{target}", word("id")?)),
            Record::Relation(relation),
        );
    }
    Ok(())
}

/// The small corpus with every feature, and what of it belongs to no article.
fn golden() -> Result<(Vec<Labelled>, Records)> {
    let file = File {
        name: "corpus.json".to_owned(),
        bytes: read("tests/golden/formats/corpus.json")?,
    };
    let imported = CorpusJson.read(&[file], Timestamp::from_millis(NOW))?;
    let gathered = |of: Vec<(RecordId, Record)>| {
        let mut records = Records::default();
        for (id, record) in of {
            add(&mut records, id, record);
        }
        records
    };
    let articles = imported
        .articles
        .into_iter()
        .map(|imported| (imported.article, gathered(imported.records)))
        .collect();
    Ok((articles, gathered(imported.records)))
}

/// Articles with what readers are known to get wrong: characters of two UTF-16 units, glyphs of several code points,
/// text from right to left, line breaks of other systems, and ids and words that mean something to a file format.
fn stumbling_blocks() -> Result<Vec<Labelled>> {
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    let mut articles = Vec::new();
    for (id, text, labelled) in [
        (
            "astral 😀/plane",
            format!("😀😀 {family} “𝐁𝐨𝐥𝐝 news” 🇺🇦, 🏽 it said.\r\n\r\n基辅官员说，没有伤亡。\rقال الرئيس إن شيئا لم يحدث."),
            vec![
                ("claim", "😀😀 ".to_owned() + family),
                ("claim", family.to_owned()),
                ("unverified", "👩".to_owned()),
                ("claim", "“𝐁𝐨𝐥𝐝 news” 🇺🇦".to_owned()),
                ("claim", "𝐁𝐨𝐥𝐝".to_owned()),
                ("attribution", "it said".to_owned()),
                ("attribution", "said.\n\n基辅官员说".to_owned()),
                ("claim", "没有伤亡".to_owned()),
                ("attribution", "قال الرئيس".to_owned()),
                ("claim", "شيئا لم يحدث".to_owned()),
            ],
        ),
        (
            "=markup&\"quotes\"",
            "\t\"a\",\"b\";'c'\u{a0}<b>bold</b> &amp; \\n {\"x\": [1]} | T1\tclaim 0 3 ## –\n\n-DOCSTART- O\n\n\u{2028}cafe\u{301} \u{1}end ".to_owned(),
            vec![
                ("claim", "\t\"a\",\"b\";'c'\u{a0}<b>bold</b>".to_owned()),
                ("claim", "\"b\"".to_owned()),
                ("unverified", "\\n".to_owned()),
                ("attribution", "{\"x\": [1]} | T1\tclaim".to_owned()),
                ("claim", "-DOCSTART- O".to_owned()),
                ("claim", "e\u{301} \u{1}end ".to_owned()),
            ],
        ),
        ("nothing labelled", "😀 Nobody has read this yet.\n".to_owned(), vec![]),
        ("blank", " \n\u{a0}\n".to_owned(), vec![]),
    ] {
        let metadata = Metadata {
            title: Some(format!("{id}:\t\"{family}\",\n=1+1").as_str().into()),
            ..Metadata::default()
        };
        let article = Article::new(ArticleId::from(id), metadata, Text::new(normalised(&text)));
        let mut records = Records::default();
        for (number, (label, words)) in labelled.into_iter().enumerate() {
            let start = article.text.find(&words).ok_or(format!("{words:?} is not in {id}"))?;
            let span = Span::new(start, start + words.len()).ok_or("an empty span")?;
            let labelled = Annotation {
                note: (number % 2 == 0).then(|| "A tab\there, \"quotes\", a line\nand 😀".into()),
                attributes: Fields::from_iter([("checkable".into(), json!("yes"))]),
                ..annotation(label, span)
            };
            add(&mut records, format!("{id}-{number}").as_str().into(), Record::Annotation(labelled));
        }
        articles.push((article, records));
    }
    Ok(articles)
}

fn annotation(label: &str, span: Span) -> Annotation {
    Annotation {
        label: label.into(),
        span,
        attributes: Fields::new(),
        note: None,
        annotator: "quiet-heron".into(),
        created: Timestamp::from_millis(NOW),
        updated: Timestamp::from_millis(NOW),
        origin: Origin::Human,
    }
}

fn add(records: &mut Records, id: RecordId, record: Record) {
    records.merge(record.kind(), id, Stamp::SUPPLIED, Some(record));
}

fn read(within: &str) -> Result<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(within);
    fs::read(&file).map_err(|error| format!("{}: {error}", file.display()).into())
}
