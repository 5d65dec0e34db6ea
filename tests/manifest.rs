//! The manifest of the supplied articles agrees with their files, and with the gold data.
#![cfg(not(target_arch = "wasm32"))]

use hearsay::core::article::Article;
use hearsay::core::id::RecordId;
use hearsay::core::record::{Region, RegionKind};
use hearsay::formats::manifest::{self, Entry};
use serde_json::Value;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

fn path(within: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(within)
}

fn read(within: &str) -> Vec<u8> {
    std::fs::read(path(within)).unwrap_or_else(|error| panic!("{within}: {error}"))
}

type Opened = (Entry, Article, Vec<(RecordId, Region)>);

fn opened() -> Vec<Opened> {
    manifest::read(&read("public/articles/manifest.json"))
        .unwrap_or_else(|error| panic!("manifest.json: {error}"))
        .into_iter()
        .map(|entry| {
            let bytes = read(&format!("public/articles/{}", entry.file));
            let (article, regions) = entry.article(&bytes).unwrap_or_else(|error| panic!("{error}"));
            (entry, article, regions)
        })
        .collect()
}

#[test]
fn every_article_file_is_listed_and_is_what_the_manifest_says() {
    let listed: Vec<_> = opened().into_iter().map(|(entry, ..)| entry.file).collect();
    let mut files: Vec<_> = std::fs::read_dir(path("public/articles"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".txt"))
        .collect();
    files.sort();
    assert_eq!(listed, files);
}

#[test]
fn an_article_is_named_by_the_stem_of_its_file_and_has_a_title() {
    for (entry, article, regions) in opened() {
        assert_eq!(format!("{}.txt", article.id), entry.file);
        let title = article.metadata.title.as_deref().unwrap();
        let own = regions
            .iter()
            .find(|(_, region)| region.kind == RegionKind::Title)
            .map(|(_, region)| article.text.slice(region.span));
        assert_eq!(article.title_is_ours, own.is_none(), "{}", entry.file);
        assert_eq!(own.unwrap_or(title), title);
    }
}

#[test]
fn region_ids_are_unique_and_regions_stand_in_reading_order_on_whole_lines() {
    let mut ids = HashSet::new();
    for (_, article, regions) in opened() {
        assert!(regions.is_sorted_by_key(|(_, region)| region.span));
        for (id, region) in regions {
            assert!(ids.insert(id.clone()), "{id}");
            let block = article.blocks()[article.blocks_in(region.span).start];
            assert_eq!(block.span, region.span, "{}", article.text.slice(region.span));
        }
    }
}

#[test]
fn every_region_of_the_gold_data_is_in_the_manifest() {
    let gold: Value = serde_json::from_slice(&read("tests/gold/articles.gold.json")).unwrap();
    let opened = opened();
    let mut seen = 0;
    for of_gold in gold.as_array().unwrap() {
        let (entry, article, regions) = opened
            .iter()
            .find(|(entry, ..)| of_gold["file"] == entry.file.as_str())
            .unwrap();
        assert_eq!(of_gold["sha256"], entry.sha256.as_str());
        assert_eq!(of_gold["chars"], article.text.code_points().0);
        for (list, kinds) in [
            ("junk", &[RegionKind::Junk][..]),
            ("headings", &[RegionKind::Heading, RegionKind::Title]),
        ] {
            let expected: Vec<_> = of_gold[list]
                .as_array()
                .unwrap()
                .iter()
                .map(|region| {
                    (
                        region["start"].clone(),
                        region["end"].clone(),
                        region["text"].clone(),
                    )
                })
                .collect();
            let actual: Vec<_> = regions
                .iter()
                .filter(|(_, region)| kinds.contains(&region.kind))
                .map(|(_, region)| {
                    let (start, end) = article.text.span_to_code_points(region.span);
                    let words = article.text.slice(region.span);
                    (start.0.into(), end.0.into(), words.into())
                })
                .collect();
            assert_eq!(actual, expected, "{list} of {}", entry.file);
            seen += expected.len();
        }
    }
    assert_eq!(seen, 9);
}
