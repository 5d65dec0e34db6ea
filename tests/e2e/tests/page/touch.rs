//! The main job with a finger on a phone.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::{Options, Viewport};
use hearsay_e2e::corpus::{Corpus, Labelled};
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, gold, story};
use thirtyfour::prelude::*;

#[tokio::test]
async fn gold_spans_are_labelled_with_a_finger_alone() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    story::tell_at(&site, "touch", &[], phone(), async |page| {
        page.browser().emulate_touch().await?;
        page.open_library().await?;
        let article = gold::article("000")?;
        let link = page
            .browser()
            .driver()
            .find(By::Css(format!(r##"a[href$="#/article/{}"]"##, article.id())))
            .await?;
        page.tap(&link).await?;
        page.wait_article(article.id()).await?;
        for (count, span) in (1..).zip(&article.spans) {
            page.select_by_touch(span.start, span.end).await?;
            tap_palette(&page, &span.label)
                .await
                .with_context(|| span.id.clone())?;
            page.wait_annotations(count).await?;
        }
        page.wait_saved().await?;

        let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
        let spans: BTreeSet<Labelled> = article
            .spans
            .iter()
            .map(|span| (span.label.clone(), span.start, span.end, span.text.clone()))
            .collect();
        assert_eq!(corpus.article(article.id())?.labelled(), spans);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_finger_has_selected_roughly_snaps_to_words_once_it_rests() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    story::tell_at(&site, "touch_snap", &[], phone(), async |page| {
        page.browser().emulate_touch().await?;
        let article = gold::article("000")?;
        page.open_article(article.id()).await?;
        let span = article
            .spans
            .iter()
            .find(|span| span.text == "seemingly")
            .context("no such span")?;
        page.select_by_touch(span.start + 2, span.end - 3).await?;
        tap_palette(&page, "unverified").await?;
        page.wait_labelled(&[("unverified", "seemingly")]).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_finger_taps_is_at_least_44_pixels_wide_and_high() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    story::tell_at(&site, "touch_targets", &[], phone(), async |page| {
        page.browser().emulate_touch().await?;
        let article = gold::article("000")?;
        let mut small = Vec::new();
        page.open_library().await?;
        small.extend(small_targets(&page, "library").await?);
        page.open_article(article.id()).await?;
        let span = &article.spans[0];
        page.select_by_touch(span.start, span.end).await?;
        page.named("toolbar", "Label the selection").await?;
        small.extend(small_targets(&page, "reader with a palette").await?);
        tap_palette(&page, &span.label).await?;
        page.wait_annotations(1).await?;
        small.extend(small_targets(&page, "reader with an annotation selected").await?);
        ensure!(small.is_empty(), "too small:\n{}", small.join("\n"));
        Ok(())
    })
    .await
}

fn phone() -> Options {
    Options {
        viewport: Viewport::PHONE,
        ..Options::default()
    }
}

async fn tap_palette(page: &Page<'_>, label: &str) -> Result<()> {
    let name = match label {
        "claim" => "Label as Claim",
        "attribution" => "Label as Attribution",
        _ => "Label as Unverified",
    };
    let button = page
        .named_in(("toolbar", "Label the selection"), "button", name)
        .await?;
    page.tap(&button).await
}

/// Controls that take a tap and are smaller than that, but for links within a line of text.
async fn small_targets(page: &Page<'_>, view: &str) -> Result<Vec<String>> {
    page.wait_still().await?;
    let script = "return [...document.querySelectorAll('button, input, select, textarea, [role=tab], a')]
        .filter((each) => each.checkVisibility() && !each.closest('p, .unseen') && !each.matches('.unseen'))
        .map((each) => [each.getBoundingClientRect(), each])
        .filter(([rect]) => rect.width > 1 && (rect.width < 43.5 || rect.height < 43.5))
        .map(([rect, each]) => `${rect.width.toFixed(0)}×${rect.height.toFixed(0)} ${each.outerHTML.slice(0, 120)}`);";
    let found: Vec<String> = serde_json::from_value(page.ask(script, Vec::new()).await?)?;
    Ok(found.into_iter().map(|each| format!("{view}: {each}")).collect())
}
