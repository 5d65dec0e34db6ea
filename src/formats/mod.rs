//! Corpus formats: one file each, all behind two traits.
//!
//! A format that writes is an [`ExportFormat`] in [`EXPORTS`], one that reads is an [`ImportFormat`] in
//! [`IMPORTS`]; the dialogs are made from those two lists, so a new format is a new file and a line in one or
//! both. A format turns a [`Corpus`] into bytes, or bytes into an [`Imported`](crate::core::import::Imported). What an
//! import then does to the records that are here already is no format's business: see
//! [`core::import`](crate::core::import).
//!
//! Pure, as the core is: the time of an export is passed in, and files are read and written elsewhere.

pub mod archive;
mod article_json;
mod beside;
pub mod brat;
pub mod cas_json;
mod check;
pub mod claim_review;
pub mod conll;
pub mod corpus_json;
pub mod corpus_jsonl;
mod counting;
pub mod csv;
pub mod doccano;
pub mod drafts;
pub mod entities_csv;
mod export;
#[cfg(test)]
mod generated;
pub mod hugging_face;
mod import;
mod json;
mod kept;
pub mod label_studio;
pub mod limits;
mod lines;
pub mod links_jsonl;
mod losses;
pub mod lots;
pub mod manifest;
mod naming;
mod peer;
pub mod prodigy;
#[cfg(test)]
mod sample;
pub mod scheme_json;
mod slices;
pub mod spacy;
pub mod spans_jsonl;
mod texts;
mod tokens;
mod unit;
mod values;
pub mod web_annotation;

pub use export::{Corpus, CorpusArticle, ExportError, ExportFormat, Output, Texts};
pub use import::{File, ImportError, ImportFormat, Position};
pub use losses::{Feature, Inventory, Loss};

/// The formats that a corpus is exported in, in the order in which they are offered.
pub static EXPORTS: &[&dyn ExportFormat] = &[
    &corpus_json::CorpusJson,
    &corpus_jsonl::CorpusJsonLines,
    &spans_jsonl::SpansJsonLines,
    &links_jsonl::LinksJsonLines,
    &csv::Csv,
    &web_annotation::WebAnnotation,
    &brat::Brat,
    &doccano::Doccano,
    &label_studio::LabelStudio,
    &prodigy::Prodigy,
    &spacy::Spacy,
    &conll::Conll,
    &cas_json::CasJson,
    &claim_review::ClaimReview,
    &hugging_face::HuggingFace,
];

/// The formats that a corpus is imported from, in the order in which they are tried.
pub static IMPORTS: &[&dyn ImportFormat] = &[
    &corpus_json::CorpusJson,
    &corpus_jsonl::CorpusJsonLines,
    &web_annotation::WebAnnotation,
    &cas_json::CasJson,
    &label_studio::LabelStudio,
    &doccano::Doccano,
    &prodigy::Prodigy,
    &spacy::Spacy,
    &brat::Brat,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::timestamp::Timestamp;
    use std::collections::HashSet;

    #[test]
    fn a_file_is_named_by_the_day_of_its_export() {
        let exported_at = Timestamp::from_millis(1_795_262_400_123);
        assert_eq!(
            EXPORTS[0].file_name(exported_at),
            "hearsay-corpus-2026-11-21.json"
        );
        let names: HashSet<_> = EXPORTS
            .iter()
            .map(|format| format.file_name(exported_at))
            .collect();
        assert_eq!(names.len(), EXPORTS.len());
    }

    #[test]
    fn every_export_has_an_id_of_its_own() {
        let ids: HashSet<_> = EXPORTS.iter().map(|format| format.id()).collect();
        assert_eq!(ids.len(), EXPORTS.len());
    }

    #[test]
    fn the_first_export_is_the_corpus() {
        assert_eq!(EXPORTS[0].name(), "Corpus (JSON)");
    }

    #[test]
    fn what_a_format_writes_no_other_takes_for_its_own() {
        let corpus = sample::small();
        for format in EXPORTS {
            let mut bytes = Vec::new();
            format.write(&corpus.corpus(), &mut bytes).unwrap();
            let name = format.file_name(corpus.exported_at);
            let files = if archive::is_archive(&bytes) {
                archive::unpack(&bytes, archive::Limits::default()).unwrap()
            } else {
                vec![File { name, bytes }]
            };
            for file in files {
                let takers = IMPORTS.iter().filter(|taker| taker.recognises(&file));
                let others = takers.filter(|taker| taker.id() != format.id());
                let others: Vec<_> = others.map(|taker| taker.id()).collect();
                assert!(others.is_empty(), "{}: {others:?}", file.name);
            }
        }
    }
}
