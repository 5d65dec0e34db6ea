//! Filtering the list, searching in one article and in all, and the examples of the guideline.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Text, supplied};
use hearsay_e2e::page::{Item, Page};
use hearsay_e2e::{gold, story, until};
use serde_json::json;

const ARTICLE: &str = "000_2bbe5ca255217949";
const OTHER: &str = "003_d1e73b3c1ae907db";
/// In reading order.
const LABELLED: [(&str, &str); 4] = [
    ("claim", "Russia has so far"),
    ("attribution", "Gen Oleksandr Syrskyi, said"),
    ("claim", "Ukraine now controls"),
    ("unverified", "have not been verified"),
];

#[tokio::test]
async fn a_filter_by_label_hides_the_others_from_the_list_and_from_next_and_previous() -> Result<()> {
    story::tell("filter_label", async |page| {
        label_all(&page).await?;
        page.choose("Filter by label", "Claim").await?;
        page.wait_labelled(&[LABELLED[0], LABELLED[2]]).await?;
        page.wait_announced("2 of 4 shown").await?;
        page.click_at(find("Speaking at a forum")?.0 + 2).await?;
        for (key, at) in [("n", 0), ("n", 2), ("p", 0)] {
            page.press(key).await?;
            wait_current(&page, LABELLED[at]).await?;
        }
        page.click_button("Clear filter").await?;
        page.wait_labelled(&LABELLED).await?;
        page.click_at(find("Speaking at a forum")?.0 + 2).await?;
        for labelled in LABELLED {
            page.press("n").await?;
            wait_current(&page, labelled).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_filter_by_words_looks_in_quotes_and_notes_whatever_the_accents_and_case() -> Result<()> {
    story::tell("filter_words", async |page| {
        label_all(&page).await?;
        page.fill("Note", "Señor Nobody says so").await?;
        page.press("Escape").await?;
        page.press("f").await?;
        page.type_words("SYRSKÝI").await?;
        page.wait_labelled(&[LABELLED[1]]).await?;
        page.press("Escape").await?;
        page.wait_labelled(&LABELLED).await?;
        page.type_words("senor").await?;
        page.wait_labelled(&[LABELLED[3]]).await?;
        page.choose("Filter by label", "Claim").await?;
        page.wait_labelled(&[]).await?;
        page.click_button("Clear filter").await?;
        page.wait_labelled(&LABELLED).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_filter_leaves_what_lacks_a_choice_or_a_source() -> Result<()> {
    story::tell("filter_missing", async |page| {
        label_all(&page).await?;
        page.choose("Kind", "Verification statement").await?;
        page.click_button("More filters").await?;
        page.click_named("checkbox", "Missing fields").await?;
        page.wait_labelled(&LABELLED[..3]).await?;
        page.click_at(find(LABELLED[0].1)?.0 + 2).await?;
        page.choose("Checkable", "Yes").await?;
        page.wait_labelled(&LABELLED[1..3]).await?;
        page.choose("Checkable", "–").await?;
        page.wait_labelled(&LABELLED[..3]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_search_in_the_article_counts_no_accents_and_no_case_unless_it_is_told_to() -> Result<()> {
    story::tell("search_article", async |page| {
        page.open_article(ARTICLE).await?;
        let text = supplied(ARTICLE)?;
        let lower = text.to_lowercase();
        let all = lower.matches("for").count();
        let whole = lower
            .split(|character: char| !character.is_alphanumeric())
            .filter(|&word| word == "for")
            .count();
        let exact = text.matches("For").count();
        ensure!(exact < whole && whole < all, "{exact}, {whole}, {all}");

        page.press("/").await?;
        page.named("searchbox", "Search").await?;
        page.type_words("FÓR").await?;
        wait_hits(&page, all).await?;
        page.click_named("checkbox", "Whole words").await?;
        wait_hits(&page, whole).await?;
        page.click_named("checkbox", "Exact letters").await?;
        wait_hits(&page, 0).await?;
        page.wait_says("region", "Search", "Nothing found").await?;
        page.click_named("searchbox", "Search").await?;
        page.press("Escape").await?;
        page.type_words("For").await?;
        wait_hits(&page, exact).await?;
        page.click_named("checkbox", "Whole words").await?;
        wait_hits(&page, exact).await
    })
    .await
}

#[tokio::test]
async fn arrows_and_enter_select_a_hit_in_the_text_ready_to_be_labelled() -> Result<()> {
    story::tell("search_keys", async |page| {
        page.open_article(ARTICLE).await?;
        let places = places(&supplied(ARTICLE)?, "Zelensky");
        page.press("/").await?;
        page.type_words("zelensky").await?;
        wait_hits(&page, places.len()).await?;
        page.press_times("Down", 3).await?;
        page.press("Up").await?;
        page.press("Enter").await?;
        page.wait_selected(places[1]).await?;
        let role = "return document.activeElement.getAttribute('role');";
        assert_eq!(page.ask(role, Vec::new()).await?, json!("document"));
        page.press("2").await?;
        page.show_panel("Annotations").await?;
        page.wait_labelled(&[("attribution", "Zelensky")]).await?;

        // Enter in the field goes to the first.
        page.press("/").await?;
        page.press("Control+a").await?;
        page.type_words("peskov").await?;
        wait_hits(&page, 1).await?;
        page.press("Enter").await?;
        let place = find("Peskov")?;
        page.wait_selected(place).await?;
        page.wait_in_view(place.0).await
    })
    .await
}

#[tokio::test]
async fn a_hit_in_another_article_opens_it_there_and_f3_goes_on_to_the_next() -> Result<()> {
    story::tell("search_corpus", async |page| {
        page.open_article(ARTICLE).await?;
        page.press("Shift+f").await?;
        page.named("searchbox", "Search").await?;
        page.type_words("zalizne").await?;
        wait_hits(&page, 1).await?;
        page.press("Enter").await?;
        page.wait_article(OTHER).await?;
        page.wait_selected(Text::new(&supplied(OTHER)?).find("Zalizne")?)
            .await?;

        let mut hits = Vec::new();
        for id in [ARTICLE, "002_4c57fd194f00d551", OTHER] {
            let of_article = places(&supplied(id)?, "Pokrovsk");
            ensure!(!of_article.is_empty(), "no Pokrovsk in {id}");
            hits.extend(of_article.into_iter().map(|place| (id, place)));
        }
        page.press("Shift+f").await?;
        page.press("Control+a").await?;
        page.type_words("Pokrovsk").await?;
        wait_hits(&page, hits.len()).await?;
        page.wait_says("region", "Search", &format!("{} hits in 3 articles", hits.len()))
            .await?;
        page.press("Enter").await?;
        let (first, last) = (hits[0], hits[hits.len() - 1]);
        at_hit(&page, first).await?;
        for &hit in &hits[1..] {
            page.press("F3").await?;
            at_hit(&page, hit).await?;
        }
        page.press("F3").await?;
        at_hit(&page, first).await?;
        page.press("Shift+F3").await?;
        at_hit(&page, last).await
    })
    .await
}

#[tokio::test]
async fn an_example_of_the_guideline_opens_its_article_with_the_words_selected() -> Result<()> {
    story::tell("guideline", async |page| {
        page.open_article(ARTICLE).await?;
        page.press("g").await?;
        for (id, words) in [
            (
                ARTICLE,
                "Ukraine now controls 1,294 sq km (500 sq miles) of Russian territory and 100 settlements",
            ),
            (OTHER, "to have seized the nearby town of Zalizne"),
            (ARTICLE, "Russia is seeking to capture the town of Pokrovsk"),
        ] {
            page.click_button(&format!("“{words}”")).await?;
            let place = Text::new(&supplied(id)?).find(words)?;
            at_hit(&page, (id, place)).await.context(words)?;
        }
        Ok(())
    })
    .await
}

/// Opens the article and labels the words, of which the last are then selected.
async fn label_all(page: &Page<'_>) -> Result<()> {
    page.open_article(ARTICLE).await?;
    for (label, words) in LABELLED {
        let (start, end) = find(words)?;
        page.label_by_mouse(start, end, gold::label_key(label)?).await?;
    }
    page.wait_labelled(&LABELLED).await?;
    Ok(())
}

async fn wait_current(page: &Page<'_>, (label, quote): (&str, &str)) -> Result<()> {
    page.wait_items(&format!("{label}: {quote} alone to be selected"), |items| {
        let current: Vec<&Item> = items.iter().filter(|item| item.current).collect();
        matches!(current.as_slice(), [item] if item.label == label && item.quote == quote)
    })
    .await?;
    Ok(())
}

async fn wait_hits(page: &Page<'_>, count: usize) -> Result<()> {
    let mut last = Vec::new();
    let found = until(&format!("{count} hits"), async || {
        last = match page.maybe("list", "Search results").await? {
            Some(_) => page.names_in(("list", "Search results"), "button").await?,
            None => Vec::new(),
        };
        Ok((last.len() == count).then_some(()))
    })
    .await;
    found.with_context(|| format!("found: {last:?}"))
}

/// Waits until the place is selected in its article, and in view.
async fn at_hit(page: &Page<'_>, (id, place): (&str, (usize, usize))) -> Result<()> {
    page.wait_article(id).await?;
    page.wait_selected(place).await?;
    page.wait_in_view(place.0).await
}

/// Where the words stand, in code points.
fn places(text: &str, words: &str) -> Vec<(usize, usize)> {
    text.match_indices(words)
        .map(|(at, _)| text[..at].chars().count())
        .map(|start| (start, start + words.chars().count()))
        .collect()
}

fn find(words: &str) -> Result<(usize, usize)> {
    Text::new(&supplied(ARTICLE)?).find(words)
}
