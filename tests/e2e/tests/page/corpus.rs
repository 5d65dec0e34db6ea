//! The library, the files that leave and enter the page, and what it does when an article cannot be had.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::Options;
use hearsay_e2e::corpus::Corpus;
use hearsay_e2e::page::{Download, Page};
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, gold, story, until};
use serde_json::Value;
use thirtyfour::prelude::*;

const ARTICLES: [&str; 5] = [
    "000_2bbe5ca255217949",
    "001_f47330885fb6930d",
    "002_4c57fd194f00d551",
    "003_d1e73b3c1ae907db",
    "004_13e725e55e912996",
];

#[tokio::test]
async fn the_library_shows_five_articles_with_status_counts_and_progress() -> Result<()> {
    story::tell("library", async |page| {
        page.open_library().await?;
        ensure!(
            page.browser().driver().title().await?.starts_with("Hearsay"),
            "the title of the document"
        );

        let rows = page.articles().await?;
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ARTICLES);
        for row in &rows {
            ensure!(row.text.contains("Not started"), "no status in {row:?}");
            assert_eq!(row.counts, [Some(0); 3], "{row:?}");
        }
        let title = &gold::article("003")?.headings[0].text;
        ensure!(rows[3].text.contains(title.as_str()), "no title in {:?}", rows[3]);

        assert_eq!(progress(&page).await?, "0");

        page.click_article(ARTICLES[3]).await?;
        page.named("document", title).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_label_changes_counts_and_status_in_the_library() -> Result<()> {
    story::tell("status", async |page| {
        label_some(&page).await?;
        page.open_library().await?;
        let row = page.article_row(ARTICLES[0]).await?;
        assert_eq!(row.counts, [Some(1), Some(1), Some(1)], "{row:?}");
        ensure!(row.text.contains("In progress"), "no status in {row:?}");
        let untouched = page.article_row(ARTICLES[1]).await?;
        ensure!(
            untouched.text.contains("Not started"),
            "no status in {untouched:?}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_export_is_valid_and_named_by_its_day() -> Result<()> {
    story::tell("export", async |page| {
        page.open_library().await?;
        valid(&page.export_corpus().await?)?;
        label_some(&page).await?;
        let download = page.export_corpus().await?;
        let corpus = valid(&download)?;
        assert_eq!(
            corpus
                .articles
                .iter()
                .map(|each| each.id.as_str())
                .collect::<Vec<_>>(),
            ARTICLES
        );
        assert_eq!(corpus.article(ARTICLES[0])?.annotations.len(), 3);

        let day = corpus.exported_at.get(..10).context("exported_at has no day")?;
        assert_eq!(download.name, format!("hearsay-corpus-{day}.json"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_export_imported_into_an_empty_profile_is_exported_the_same() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let mut exported = None;
    story::tell_at(&site, "import_from", &[], Options::default(), async |page| {
        label_some(&page).await?;
        exported = Some(page.export_corpus().await?);
        Ok(())
    })
    .await?;
    let exported = exported.context("nothing was exported")?;

    story::tell_at(&site, "import_into", &[], Options::default(), async |page| {
        page.open_library().await?;
        page.import_file(&exported.name, &exported.bytes).await?;
        until("the counts of the imported article", async || {
            Ok((page.article_row(ARTICLES[0]).await?.counts == [Some(1); 3]).then_some(()))
        })
        .await?;
        page.wait_saved().await?;
        page.reload().await?;
        page.open_library().await?;
        let again = page.export_corpus().await?;
        valid(&again)?;
        assert_eq!(without_time(&again)?, without_time(&exported)?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_page_works_from_any_path_of_a_host() -> Result<()> {
    let site = Site::serve_under(&dist(), "/some/deep/path/").await?;
    story::tell_at(&site, "sub_path", &[], Options::default(), async |page| {
        label_some(&page).await?;
        page.reload().await?;
        page.wait_annotations(3).await?;
        let corpus = valid(&page.export_corpus().await?)?;
        assert_eq!(corpus.article(ARTICLES[0])?.annotations.len(), 3);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_missing_and_an_altered_article_are_named_with_a_retry_and_the_others_open() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let file = |id: &str| format!("articles/{id}.txt");
    let broken = [ARTICLES[1], ARTICLES[2]];

    story::tell_at(
        &site,
        "missing_article",
        &["404"],
        Options::default(),
        async |page| {
            page.open_library().await?;
            let rows = page.articles().await?;
            site.hide(&file(broken[0]));
            site.replace(&file(broken[1]), "text/plain", "Somebody rewrote this.");
            page.open_library().await?;
            for id in [ARTICLES[0], ARTICLES[3], ARTICLES[4]] {
                page.click_article(id).await?;
                page.open_library().await?;
            }
            for id in broken {
                let row = rows.iter().find(|row| row.id == id).context("no such row")?;
                let problem = problem_of(&page, &row.title).await?;
                let text = problem.text().await?;
                ensure!(
                    !text.contains("Somebody rewrote this."),
                    "the altered text is shown: {text}"
                );

                site.restore(&file(id));
                let retry = problem.find(By::XPath(
                    "./ancestor-or-self::li//button[starts-with(., 'Retry')]",
                ));
                retry.await.context("a button `Retry` beside it")?.click().await?;
                assert_eq!(page.article_row(id).await?.title, row.title);
                page.click_article(id).await?;
                page.open_library().await?;
            }
            let ids: Vec<String> = page.articles().await?.into_iter().map(|row| row.id).collect();
            assert_eq!(ids, ARTICLES, "the order of the articles after a retry");
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn a_manifest_that_is_wrong_says_where_and_is_read_again_on_retry() -> Result<()> {
    const MANIFEST: &str = "articles/manifest.json";
    let site = Site::serve(&dist()).await?;
    let wrong = r#"{"articles": [{"id": "a", "file": 5}]}"#;
    site.replace(MANIFEST, "application/json", wrong);
    story::tell_at(&site, "wrong_manifest", &[], Options::default(), async |page| {
        page.go("#/").await?;
        let problem = problem_of(&page, "The supplied articles").await?;
        let text = problem.text().await?;
        for part in [
            MANIFEST,
            "articles[0].file",
            "a string that is not empty",
            "found 5",
        ] {
            ensure!(text.contains(part), "no `{part}` in: {text}");
        }

        site.restore(MANIFEST);
        let retry = problem.find(By::XPath(
            "./ancestor-or-self::li//button[starts-with(., 'Retry')]",
        ));
        retry.await.context("a button `Retry` beside it")?.click().await?;
        for id in ARTICLES {
            page.article_row(id).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_article_marked_as_done_moves_the_progress_bar() -> Result<()> {
    story::tell("done", async |page| {
        page.open_article(ARTICLES[0]).await?;
        page.click_button("Mark as done").await?;
        page.wait_saved().await?;
        page.reload().await?;
        page.open_library().await?;
        let row = page.article_row(ARTICLES[0]).await?;
        ensure!(row.text.contains("Done"), "no status in {row:?}");
        assert_eq!(progress(&page).await?, "20");
        let corpus = valid(&page.export_corpus().await?)?;
        assert_eq!(corpus.article(ARTICLES[0])?.status, "done");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_reviewers_name_is_filled_kept_and_written_into_annotations() -> Result<()> {
    story::tell("reviewer", async |page| {
        page.open_library().await?;
        let first = reviewer(&page).await?;
        ensure!(!first.trim().is_empty(), "the reviewer has no name at first");
        page.reload().await?;
        page.open_library().await?;
        assert_eq!(reviewer(&page).await?, first);

        let span = gold::article("000")?.spans.remove(0);
        page.open_article(ARTICLES[0]).await?;
        page.label_by_mouse(span.start, span.end, span.key()?).await?;

        page.open_library().await?;
        let field = page.named("textbox", "Reviewer").await?;
        field.click().await?;
        page.press("Control+a").await?;
        field.send_keys("Ada 🦉" + Key::Enter).await?;
        page.wait_saved().await?;
        page.open_article(ARTICLES[1]).await?;
        let span = gold::article("001")?.spans.remove(0);
        page.label_by_mouse(span.start, span.end, span.key()?).await?;
        page.reload().await?;
        page.open_library().await?;
        assert_eq!(reviewer(&page).await?, "Ada 🦉");

        let corpus = valid(&page.export_corpus().await?)?;
        assert_eq!(corpus.article(ARTICLES[0])?.annotations[0].annotator, first);
        assert_eq!(corpus.article(ARTICLES[1])?.annotations[0].annotator, "Ada 🦉");
        Ok(())
    })
    .await
}

/// Labels a claim, an attribution and a statement of not having verified, in the first article.
async fn label_some(page: &Page<'_>) -> Result<()> {
    let article = gold::article("000")?;
    page.open_article(article.id()).await?;
    for span in &article.spans[..3] {
        page.label_by_mouse(span.start, span.end, span.key()?).await?;
    }
    Ok(())
}

async fn reviewer(page: &Page<'_>) -> Result<String> {
    let field = page.named("textbox", "Reviewer").await?;
    field
        .prop("value")
        .await?
        .context("the field of the reviewer's name has no value")
}

/// The alert that names an article.
async fn problem_of(page: &Page<'_>, title: &str) -> Result<WebElement> {
    until(&format!("an alert that names `{title}`"), async || {
        for alert in page.browser().driver().find_all(By::Css("[role=alert]")).await? {
            if alert.text().await?.contains(title) {
                return Ok(Some(alert));
            }
        }
        Ok(None)
    })
    .await
}

/// What the progress bar of the corpus reads, in hundredths.
async fn progress(page: &Page<'_>) -> Result<String> {
    let bar = page.named("progressbar", "Corpus").await?;
    let (least, most) = (bar.attr("aria-valuemin").await?, bar.attr("aria-valuemax").await?);
    assert_eq!((least.as_deref(), most.as_deref()), (Some("0"), Some("100")));
    bar.attr("aria-valuenow")
        .await?
        .context("the progress bar says nothing")
}

/// Validates a corpus file by its JSON Schema, and by reading every range.
fn valid(download: &Download) -> Result<Corpus> {
    let schema = std::fs::read(dist().join("schema/hearsay-corpus-1.schema.json")).context("the schema")?;
    let schema: Value = serde_json::from_slice(&schema)?;
    jsonschema::meta::validate(&schema)
        .map_err(|error| anyhow::anyhow!("the schema is no schema: {error}"))?;
    let validator = jsonschema::validator_for(&schema)?;
    let file: Value = serde_json::from_slice(&download.bytes)?;
    let faults: Vec<String> = validator
        .iter_errors(&file)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    ensure!(
        faults.is_empty(),
        "by its schema the export is wrong: {faults:#?}"
    );
    // A schema that lets everything through holds nothing.
    let mut broken = file;
    broken["articles"][0]["text"] = Value::Null;
    ensure!(
        !validator.is_valid(&broken),
        "the schema lets an article without text pass"
    );
    Corpus::read(&download.bytes)
}

/// The file, but for the one value that tells when it was written.
fn without_time(download: &Download) -> Result<String> {
    let text = str::from_utf8(&download.bytes)?;
    let time = Corpus::read(&download.bytes)?.exported_at;
    ensure!(
        text.matches(&time).count() >= 1,
        "exported_at is written otherwise than it reads"
    );
    Ok(text.replacen(&time, "", 1))
}
