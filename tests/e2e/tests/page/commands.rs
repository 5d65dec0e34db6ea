//! Commands by name, keys of one's own, and labelling every same phrase.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use hearsay_e2e::corpus::{Article, Corpus, Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until};
use thirtyfour::prelude::*;

const ARTICLE: &str = "000_2bbe5ca255217949";
const OTHER: &str = "002_4c57fd194f00d551";
const WORD: &str = "seemingly";
/// Words that stand in every article, in some of them inside of regions too.
const PHRASE: &str = "Kursk";
/// A key that no command has at first.
const FREE: &str = "y";

#[tokio::test]
async fn a_command_is_found_by_typing_and_is_done_to_the_words_that_were_selected() -> Result<()> {
    story::tell("command", async |page| {
        page.open_article(ARTICLE).await?;
        page.double_click_at(find(WORD)?.0 + 2).await?;
        give_command(&page, "junk").await?;
        page.wait_tip("Undo", "Undo: mark junk").await?;
        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        let (start, end) = find(WORD)?;
        let junk = corpus.article(ARTICLE)?.regions_of(&["junk"]);
        ensure!(junk.contains(&(start, end, WORD.to_owned())), "{junk:?}");

        page.double_click_at(find("incursion into")?.0 + 2).await?;
        give_command(&page, "label unver").await?;
        page.wait_labelled(&[("unverified", "incursion")]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_article_is_opened_by_its_title() -> Result<()> {
    story::tell("command_article", async |page| {
        page.open_article(ARTICLE).await?;
        give_command(&page, "evacuation of Pokrovsk").await?;
        page.wait_article(OTHER).await?;
        // From the library too.
        page.open_library().await?;
        give_command(&page, "plan wants to show Biden").await?;
        page.wait_article(ARTICLE).await
    })
    .await
}

#[tokio::test]
async fn every_command_is_among_the_keys() -> Result<()> {
    story::tell("keys_listed", async |page| {
        page.open_article(ARTICLE).await?;
        page.press("Control+k").await?;
        page.named("dialog", "All commands").await?;
        let commands: BTreeSet<String> = page
            .names_in(("listbox", "Commands"), "option")
            .await?
            .into_iter()
            .filter(|name| !name.starts_with("Open: "))
            .map(|name| name.trim_end_matches('…').to_owned())
            .collect();
        ensure!(commands.len() > 50, "only these commands: {commands:?}");
        page.press("Escape").await?;
        page.wait_no_dialog().await?;

        page.press("?").await?;
        page.named("dialog", "All keys").await?;
        let mut keys: BTreeSet<String> = page
            .names_in(("dialog", "All keys"), "button")
            .await?
            .iter()
            .filter_map(|name| name.strip_prefix("Change the key of "))
            .map(str::to_owned)
            .collect();
        // The way out of everything cannot be changed.
        ensure!(keys.insert("Leave".to_owned()), "the key of Leave can be changed");
        assert_eq!(keys, commands);
        for (command, key) in [("Leave", "Esc"), ("Mark as junk", "J"), ("Guideline", "G")] {
            assert_eq!(key_of(&page, command).await?, key, "{command}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_key_is_changed_and_works_at_once_and_after_a_reload() -> Result<()> {
    story::tell("keys_changed", async |page| {
        page.open_article(ARTICLE).await?;
        change_key(&page, "Mark as junk", FREE).await?;
        page.wait_says("dialog", "All keys", "Mark as junk has Y now.")
            .await?;
        leave(&page).await?;
        mark(&page, WORD, FREE).await?;
        page.wait_tip("Undo", "Undo: mark junk").await?;
        // The key that it had does nothing more.
        page.press("Control+z").await?;
        page.wait_tip("Undo", "Undo: nothing").await?;
        mark(&page, WORD, "j").await?;
        page.wait_tip("Undo", "Undo: nothing").await?;

        page.reload().await?;
        page.wait_article(ARTICLE).await?;
        mark(&page, WORD, FREE).await?;
        page.wait_tip("Undo", "Undo: mark junk").await
    })
    .await
}

#[tokio::test]
async fn a_key_that_another_command_has_is_taken_from_it_and_the_page_says_so() -> Result<()> {
    story::tell("keys_conflict", async |page| {
        page.open_article(ARTICLE).await?;
        change_key(&page, "Guideline", "j").await?;
        page.wait_says(
            "dialog",
            "All keys",
            "Guideline has J now. J was the key of Mark as junk; it has none now.",
        )
        .await?;
        assert_eq!(key_of(&page, "Guideline").await?, "J");
        assert_eq!(key_of(&page, "Mark as junk").await?, "none");
        leave(&page).await?;
        page.press("j").await?;
        page.named("region", "Guideline").await?;

        page.press("Escape").await?;
        page.press("?").await?;
        page.click_button("Reset all keys").await?;
        page.wait_says("dialog", "All keys", "All keys are as they were at first.")
            .await?;
        assert_eq!(key_of(&page, "Guideline").await?, "G");
        assert_eq!(key_of(&page, "Mark as junk").await?, "J");
        leave(&page).await?;
        mark(&page, WORD, "j").await?;
        page.wait_tip("Undo", "Undo: mark junk").await
    })
    .await
}

#[tokio::test]
async fn escape_leaves_a_key_as_it_is_and_tab_does_not_become_one() -> Result<()> {
    story::tell("keys_left", async |page| {
        page.open_article(ARTICLE).await?;
        for key in ["Escape", "Tab"] {
            change_key(&page, "Guideline", key).await?;
            page.named("dialog", "All keys").await?;
            assert_eq!(key_of(&page, "Guideline").await?, "G", "after {key}");
        }
        leave(&page).await
    })
    .await
}

#[tokio::test]
async fn every_same_phrase_of_the_article_is_labelled_as_one_step_but_what_is_unchecked() -> Result<()> {
    story::tell("same_phrase", async |page| {
        page.open_article(ARTICLE).await?;
        let words = "Zelensky";
        let places = places(&supplied(ARTICLE)?, words);
        ensure!(places.len() > 2, "{places:?}");
        page.double_click_at(places[0] + 2).await?;
        page.press("a").await?;
        page.wait_says("dialog", SAME, &summary(places.len(), places.len()))
            .await?;
        check(&page, 1).await?;
        page.wait_says("dialog", SAME, &summary(places.len(), places.len() - 1))
            .await?;
        page.click_button(&format!("Label {} places", places.len() - 1))
            .await?;
        page.wait_no_dialog().await?;
        page.wait_announced(&format!("{} places labelled", places.len() - 1))
            .await?;
        page.wait_labelled(&vec![("claim", words); places.len() - 1])
            .await?;
        let starts: Vec<usize> = labelled(&page, ARTICLE).await?;
        let wanted: Vec<usize> = places.iter().copied().filter(|&at| at != places[1]).collect();
        assert_eq!(starts, wanted);

        page.wait_tip("Undo", &format!("Undo: label {} claims", places.len() - 1))
            .await?;
        page.press("Control+z").await?;
        page.wait_annotations(0).await?;
        page.wait_tip("Undo", "Undo: nothing").await?;
        page.press("Control+y").await?;
        page.wait_annotations(places.len() - 1).await?;
        page.wait_saved().await
    })
    .await
}

#[tokio::test]
async fn a_phrase_is_labelled_in_all_articles_but_not_in_what_is_no_prose() -> Result<()> {
    story::tell("same_phrase_corpus", async |page| {
        page.open_article(ARTICLE).await?;
        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        let wanted: Vec<Vec<usize>> = corpus.articles.iter().map(in_prose).collect();
        let count: usize = wanted.iter().map(Vec::len).sum();
        let all: usize = corpus
            .articles
            .iter()
            .map(|each| places(&each.text, PHRASE).len())
            .sum();
        ensure!(count < all, "none of the places is in a region");

        page.double_click_at(wanted[0][0] + 2).await?;
        page.press("a").await?;
        page.named("dialog", SAME).await?;
        page.click_named("radio", "All articles").await?;
        page.wait_says("dialog", SAME, &summary(all, count)).await?;
        page.choose("Label", "Unverified").await?;
        page.click_button(&format!("Label {count} places")).await?;
        page.wait_no_dialog().await?;
        page.wait_announced(&format!("{count} places labelled")).await?;
        page.wait_saved().await?;
        for (article, wanted) in corpus.articles.iter().zip(&wanted) {
            assert_eq!(&labelled(&page, &article.id).await?, wanted, "{}", article.id);
        }
        page.press("Control+z").await?;
        page.wait_annotations(0).await?;
        for article in &corpus.articles {
            ensure!(labelled(&page, &article.id).await?.is_empty(), "{}", article.id);
        }
        page.press("Control+y").await?;
        page.wait_annotations(wanted[0].len()).await?;
        page.wait_saved().await?;

        page.open_library().await?;
        for (article, wanted) in corpus.articles.iter().zip(&wanted) {
            let unverified = u32::try_from(wanted.len())?;
            let row = page.article_row(&article.id).await?;
            assert_eq!(row.counts, [Some(0), Some(0), Some(unverified)], "{row:?}");
        }
        Ok(())
    })
    .await
}

const SAME: &str = "Label every same phrase";

/// Finds a command by these words, and gives it.
async fn give_command(page: &Page<'_>, words: &str) -> Result<()> {
    page.press("Control+k").await?;
    page.named("dialog", "All commands").await?;
    // The field has the focus.
    page.type_words(words).await?;
    page.press("Enter").await?;
    page.wait_no_dialog().await
}

/// Opens the list of keys, and presses the new key of a command.
async fn change_key(page: &Page<'_>, command: &str, key: &str) -> Result<()> {
    if page.maybe("dialog", "All keys").await?.is_none() {
        page.press("?").await?;
    }
    page.named("dialog", "All keys").await?;
    page.click_button(&format!("Change the key of {command}")).await?;
    page.wait_says("dialog", "All keys", &format!("Press the new key of {command}."))
        .await?;
    page.press(key).await
}

async fn leave(page: &Page<'_>) -> Result<()> {
    page.press("Escape").await?;
    page.wait_no_dialog().await
}

/// Selects a word and presses a key.
async fn mark(page: &Page<'_>, word: &str, key: &str) -> Result<()> {
    page.double_click_at(find(word)?.0 + 2).await?;
    page.wait_selected(find(word)?).await?;
    page.press(key).await
}

/// What the list of keys says of a command.
async fn key_of(page: &Page<'_>, command: &str) -> Result<String> {
    let row = page
        .browser()
        .driver()
        .find(By::XPath(format!(
            "//dialog//li[span[@class='command-name'][normalize-space()='{command}']]"
        )))
        .await?;
    Ok(row.find(By::Css(".chords")).await?.text().await?)
}

/// Clicks the check box of a place in the dialog.
async fn check(page: &Page<'_>, at: usize) -> Result<()> {
    let boxes = until("the places", async || {
        let boxes = page
            .browser()
            .driver()
            .find_all(By::Css("dialog ul[aria-label^='Places in'] input[type=checkbox]"))
            .await?;
        Ok((boxes.len() > at).then_some(boxes))
    })
    .await?;
    boxes[at].scroll_into_view().await?;
    Ok(boxes[at].click().await?)
}

fn summary(places: usize, checked: usize) -> String {
    format!("{places} places, {checked} checked")
}

/// Where the words stand as whole words, in code points.
fn places(text: &str, words: &str) -> Vec<usize> {
    text.match_indices(words)
        .filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            let behind = text[at + words.len()..].chars().next();
            ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
        })
        .map(|(at, _)| text[..at].chars().count())
        .collect()
}

/// Where the phrase stands outside of regions.
fn in_prose(article: &Article) -> Vec<usize> {
    let mut places = places(&article.text, PHRASE);
    places.retain(|at| {
        !article
            .regions
            .iter()
            .any(|region| (region.start..region.end).contains(at))
    });
    places
}

/// Where the annotations of an article begin, as the exported file has it.
async fn labelled(page: &Page<'_>, id: &str) -> Result<Vec<usize>> {
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    Ok(corpus
        .article(id)?
        .annotations
        .iter()
        .map(|each| each.start)
        .collect())
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
