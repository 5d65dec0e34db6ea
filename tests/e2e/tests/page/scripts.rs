//! Right-to-left scripts, scripts without spaces, and characters of several code points: the cursor, nudging and
//! snapping never stop inside a character.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::corpus::{Corpus, Text};
use hearsay_e2e::page::Page;
use hearsay_e2e::story;
use hearsay_e2e::workload::plain_article;

const ARTICLE: &str = "scripts";
const ARABIC: &str = "تقول الوزارة إن الجِسرَ القديم مغلق.";
const HEBREW: &str = "העיתון דיווח כי הגֶשֶׁר נפתח מחדש.";
const JAPANESE: &str = "日本語の記事は東京で書かれた。が🗾と言う。";
const EMOJI: &str = "Ada 👩‍👩‍👧‍👦 said the cafe\u{301} 🧑🏿‍🚒 in 🇺🇦🇵🇱 has 👍🏽 1️⃣ e\u{301}.";

#[tokio::test]
async fn the_cursor_goes_through_every_character_and_stops_in_none() -> Result<()> {
    story::tell("scripts_cursor", async |page| {
        let text = import(&page).await?;
        let text = Text::new(&text);
        for line in [ARABIC, HEBREW, JAPANESE, EMOJI] {
            let (start, end) = text.find(line)?;
            let mut edges = vec![start];
            page.caret_to(start).await?;
            while edges.last().is_some_and(|&at| at < end) {
                page.press("Right").await?;
                let at = caret(&page).await?;
                ensure!(edges.last() < Some(&at), "the cursor stays at {at} in {line}");
                edges.push(at);
            }
            assert_eq!(edges, clusters(&page, start, line).await?, "{line}");
            for edge in edges.iter().rev().skip(1) {
                page.press("Left").await?;
                assert_eq!(caret(&page).await?, *edge, "back in {line}");
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn ends_are_nudged_over_whole_characters() -> Result<()> {
    story::tell("scripts_nudge", async |page| {
        let text = import(&page).await?;
        let text = Text::new(&text);
        for (words, shorter, later) in [
            ("الجِسرَ", "الجِس", "لجِسرَ"),
            ("הגֶשֶׁר", "הגֶשֶׁ", "גֶשֶׁר"),
            ("が🗾", "が", "🗾"),
            ("👩‍👩‍👧‍👦 said", "👩‍👩‍👧‍👦 sai", " said"),
            ("cafe\u{301}", "caf", "afe\u{301}"),
            ("🧑🏿‍🚒 in", "🧑🏿‍🚒 i", " in"),
            ("🇺🇦🇵🇱", "🇺🇦", "🇵🇱"),
            ("👍🏽 1️⃣", "👍🏽 ", " 1️⃣"),
        ] {
            let (start, end) = text.find(words)?;
            page.label_exactly_by_mouse(start, end, "1")
                .await
                .with_context(|| words.to_owned())?;
            for (key, quote) in [("{", shorter), ("}", words), ("Alt+}", later), ("Alt+{", words)] {
                page.press(key).await?;
                page.wait_labelled(&[("claim", quote)])
                    .await
                    .with_context(|| format!("{key} of {words}"))?;
            }
            // Reading the file checks every offset in both units.
            Corpus::read(&page.export_corpus().await?.bytes)?;
            page.press("Delete").await?;
            page.wait_annotations(0).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn ends_are_nudged_by_word_in_every_script() -> Result<()> {
    story::tell("scripts_words", async |page| {
        let text = import(&page).await?;
        let text = Text::new(&text);
        for (words, longer) in [
            ("الوزارة", "الوزارة إن"),
            ("דיווח", "דיווח כי"),
            ("said the", "said the cafe\u{301}"),
        ] {
            let (start, end) = text.find(words)?;
            page.label_by_mouse(start, end, "1").await?;
            for (key, quote) in [("]", longer), ("[", words)] {
                page.press(key).await?;
                page.wait_labelled(&[("claim", quote)])
                    .await
                    .with_context(|| format!("{key} of {words}"))?;
            }
            page.press("Delete").await?;
            page.wait_annotations(0).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn rough_selections_snap_to_the_words_of_every_script() -> Result<()> {
    story::tell("scripts_snap", async |page| {
        let text = import(&page).await?;
        let text = Text::new(&text);
        for (rough, words) in [
            ("زارة إن الجِس", "الوزارة إن الجِسرَ"),
            ("תון דיו", "העיתון דיווח"),
            ("👩‍👩‍👧‍👦 sai", "👩‍👩‍👧‍👦 said"),
            ("he cafe\u{301} 🧑🏿‍🚒 i", "the cafe\u{301} 🧑🏿‍🚒 in"),
        ] {
            let (start, end) = text.find(rough)?;
            page.drag_roughly(start, end, &[]).await?;
            page.press("1").await?;
            page.wait_labelled(&[("claim", words)])
                .await
                .with_context(|| rough.to_owned())?;
            page.press("Delete").await?;
            page.wait_annotations(0).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_double_click_selects_a_word_of_every_script() -> Result<()> {
    story::tell("scripts_double_click", async |page| {
        let text = import(&page).await?;
        let text = Text::new(&text);
        for word in ["القديم", "דיווח", "cafe\u{301}"] {
            let (start, _) = text.find(word)?;
            page.double_click_at(start + 1).await?;
            page.press("2").await?;
            page.wait_labelled(&[("attribution", word)])
                .await
                .with_context(|| word.to_owned())?;
            page.press("Delete").await?;
            page.wait_annotations(0).await?;
        }
        Ok(())
    })
    .await
}

/// Imports an article of these lines, opens it and returns its text.
async fn import(page: &Page<'_>) -> Result<String> {
    let text = [ARABIC, HEBREW, JAPANESE, EMOJI].join("\n");
    page.open_library().await?;
    let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
    let file = corpus.file_with(vec![plain_article(ARTICLE, "Scripts", &text)])?;
    page.import_file("scripts.json", &file).await?;
    page.article_row(ARTICLE).await?;
    page.wait_saved().await?;
    page.click_article(ARTICLE).await?;
    Ok(text)
}

/// Where the grapheme clusters of a line begin and end, as the browser has it.
async fn clusters(page: &Page<'_>, start: usize, line: &str) -> Result<Vec<usize>> {
    let script =
        "const segments = new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(arguments[0]);
        return [...segments].map((each) => points(each.segment));";
    let lengths: Vec<usize> = serde_json::from_value(page.ask(script, vec![line.into()]).await?)?;
    let mut edges = vec![start];
    for length in lengths {
        edges.push(edges[edges.len() - 1] + length);
    }
    Ok(edges)
}

async fn caret(page: &Page<'_>) -> Result<usize> {
    Ok(page.selection().await?.context("there is no caret")?.focus)
}
