//! Corpus (JSON Lines): one article a line, each the article object of Corpus (JSON).
//!
//! A reader expects nothing but articles, so the file has no head and no foot: entities and claim groups, which
//! belong to no single article, are not in it. `public/schema/hearsay-article-1.schema.json` describes a line.

use super::article_json::{ArticleRow, Articles};
use super::json::Place;
use super::lines::{Lines, for_each_line};
use super::{
    Corpus, ExportError, ExportFormat, Feature, File, ImportError, ImportFormat, Inventory, Loss, Output,
};
use crate::core::import::Imported;
use crate::core::timestamp::Timestamp;

/// Corpus (JSON Lines), with the articles of Corpus (JSON), version 1.
#[derive(Clone, Copy, Debug)]
pub struct CorpusJsonLines;

impl ExportFormat for CorpusJsonLines {
    fn id(&self) -> &'static str {
        "corpus-jsonl"
    }

    fn name(&self) -> &'static str {
        "Corpus (JSON Lines)"
    }

    fn about(&self) -> &'static str {
        "One article a line with all its work, for data frames and large corpora. Import takes it back."
    }

    fn media_type(&self) -> &'static str {
        "application/jsonl"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-corpus"
    }

    fn file_extension(&self) -> &'static str {
        "jsonl"
    }

    fn can_leave_out_texts(&self) -> bool {
        true
    }

    fn losses(&self, _: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        inventory.lost(&[Feature::Entity, Feature::ClaimGroup])
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let mut lines = Lines::new(output);
        for article in &corpus.articles {
            lines.add(&ArticleRow::of(*article, corpus.texts)?)?;
            lines.end_article()?;
        }
        Ok(())
    }
}

impl ImportFormat for CorpusJsonLines {
    fn id(&self) -> &'static str {
        ExportFormat::id(self)
    }

    fn name(&self) -> &'static str {
        ExportFormat::name(self)
    }

    fn recognises(&self, file: &File) -> bool {
        let mut lines = file.bytes.split(|&byte| byte == b'\n');
        let first = lines
            .find(|line| !line.trim_ascii().is_empty())
            .unwrap_or_default();
        let first = first.strip_prefix("\u{feff}".as_bytes()).unwrap_or(first);
        let has = |key: &[u8]| first.windows(key.len()).any(|bytes| bytes == key);
        // Hash and relations never stand together in other tools' files, unless they carry something of ours,
        // which says its unit.
        first.trim_ascii_start().starts_with(b"{")
            && has(b"\"annotations\"")
            && has(b"\"sha256\"")
            && has(b"\"relations\"")
            && !has(b"\"offset_unit\"")
    }

    fn read(&self, files: &[File], _: Timestamp) -> Result<Imported, ImportError> {
        let mut imported = Imported::default();
        for file in files {
            imported.extend(read(&file.bytes).map_err(|error| error.in_file(file))?);
        }
        Ok(imported)
    }
}

fn read(file: &[u8]) -> Result<Imported, ImportError> {
    let mut articles = Articles::default();
    for_each_line(file, |number, value| {
        articles.add(value, &Place::ROOT, number, |other| format!("line {other}"))
    })?;
    Ok(articles.into_imported())
}

#[cfg(test)]
mod tests {
    use super::super::generated::{self, Generated};
    use super::super::sample::{assert_golden, small};
    use super::super::{Position, Texts, corpus_json::CorpusJson};
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    const SCHEMA: &str = include_str!("../../public/schema/hearsay-article-1.schema.json");

    fn written(corpus: &Generated, texts: Texts) -> Vec<u8> {
        let mut file = Vec::new();
        let corpus = Corpus {
            texts,
            ..corpus.corpus()
        };
        CorpusJsonLines.write(&corpus, &mut file).unwrap();
        file
    }

    fn file(bytes: &[u8]) -> File {
        File {
            name: "corpus.jsonl".to_owned(),
            bytes: bytes.to_owned(),
        }
    }

    fn corpus_json(corpus: &Generated, texts: Texts) -> Vec<u8> {
        let corpus = Corpus {
            texts,
            ..corpus.corpus()
        };
        let mut file = Vec::new();
        CorpusJson.write(&corpus, &mut file).unwrap();
        file
    }

    #[test]
    fn a_small_corpus_with_every_feature_is_written_as_ever() {
        assert_golden("corpus.jsonl", &written(&small(), Texts::Whole));
        assert_golden("corpus-without-texts.jsonl", &written(&small(), Texts::LeftOut));
    }

    #[test]
    fn a_file_is_told_from_corpus_json_by_its_first_line() {
        let lines = file(&written(&small(), Texts::Whole));
        assert!(CorpusJsonLines.recognises(&lines) && !CorpusJson.recognises(&lines));
        let pretty = file(&corpus_json(&small(), Texts::Whole));
        assert!(!CorpusJsonLines.recognises(&pretty));
        for other in ["", "\n", "[]", "{\"text\": \"\", \"label\": []}"] {
            assert!(!CorpusJsonLines.recognises(&file(other.as_bytes())), "{other}");
        }
    }

    #[test]
    fn an_error_says_the_line_and_the_field() {
        let good = String::from_utf8(written(&small(), Texts::Whole)).unwrap();
        let bad = good.replacen("\"label\":\"claim\"", "\"label\":7", 1);
        let error = read(format!("\n{bad}").as_bytes()).unwrap_err();
        assert_eq!(error.place, "annotations[0].label");
        assert_eq!(error.position, Some(Position { line: 2, column: 1 }));
        let error = read(format!("{good}{good}").as_bytes()).unwrap_err();
        assert_eq!(
            (&*error.place, &*error.found),
            ("id", "\"who\", which line 1 has too")
        );
        assert_eq!(error.position, Some(Position { line: 3, column: 1 }));
        let error = CorpusJsonLines
            .read(&[file(b"{\n")], Timestamp::from_millis(0))
            .unwrap_err();
        assert_eq!(error.file, "corpus.jsonl");
    }

    #[test]
    fn keys_that_we_do_not_know_and_their_order_do_not_matter() {
        // A line as another program writes it: keys sorted, no white space, a key of its own.
        let line = "{\"annotations\":[],\"colour\":\"red\",\"fields\":{},\"id\":\"a\",\"published\":null,\
                    \"regions\":[],\"relations\":[],\"retrieved\":null,\"sha256\":\
                    \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\"source_url\":null,\
                    \"status\":\"done\",\"text\":\"abc\",\"title\":null}\r\n";
        assert!(CorpusJsonLines.recognises(&file(line.as_bytes())));
        let imported = read(line.as_bytes()).unwrap();
        assert_eq!(imported.articles[0].article.text.as_str(), "abc");
    }

    #[test]
    fn the_schema_of_a_line_is_that_of_an_article_of_corpus_json() {
        let whole = include_str!("../../public/schema/hearsay-corpus-1.schema.json");
        let whole: Value = serde_json::from_str(whole).unwrap();
        let line: Value = serde_json::from_str(SCHEMA).unwrap();
        for (name, definition) in line["$defs"].as_object().unwrap() {
            assert_eq!(definition, &whole["$defs"][name], "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_line_is_what_the_schema_says(corpus in generated::corpus(), left_out in any::<bool>()) {
            let schema = jsonschema::options()
                .should_validate_formats(true)
                .build(&serde_json::from_str(SCHEMA).unwrap())
                .unwrap();
            let texts = if left_out { Texts::LeftOut } else { Texts::Whole };
            for_each_line(&written(&corpus, texts), |_, line| {
                let errors: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{errors:?}");
                Ok(())
            }).unwrap();
        }

        #[test]
        fn a_line_is_an_article_of_corpus_json(corpus in generated::corpus(), left_out in any::<bool>()) {
            let texts = if left_out { Texts::LeftOut } else { Texts::Whole };
            let whole: Value = serde_json::from_slice(&corpus_json(&corpus, texts)).unwrap();
            let mut lines = Vec::new();
            for_each_line(&written(&corpus, texts), |_, line| {
                lines.push(line);
                Ok(())
            }).unwrap();
            prop_assert_eq!(&whole["articles"], &Value::Array(lines));
        }

        #[test]
        fn everything_but_what_belongs_to_no_article_comes_back(
            corpus in generated::corpus(),
            left_out in any::<bool>(),
        ) {
            let texts = if left_out { Texts::LeftOut } else { Texts::Whole };
            let lines = read(&written(&corpus, texts)).unwrap();
            let whole = [file(&corpus_json(&corpus, texts))];
            let whole = CorpusJson.read(&whole, corpus.exported_at).unwrap();
            prop_assert_eq!(&lines.articles, &whole.articles);
            prop_assert_eq!(&lines.anchored, &whole.anchored);
            let lost: usize = CorpusJsonLines
                .losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()))
                .iter()
                .map(|loss| loss.count)
                .sum();
            prop_assert_eq!(lost, whole.records.len());
        }

        #[test]
        fn no_file_makes_reading_panic(
            corpus in generated::corpus(),
            left_out in any::<bool>(),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let texts = if left_out { Texts::LeftOut } else { Texts::Whole };
            let mut file = written(&corpus, texts);
            file.push(b'\n');
            let at = at.index(file.len());
            file[at] = byte;
            let _ = read(&file);
            let _ = read(&file[..at]);
        }
    }
}
