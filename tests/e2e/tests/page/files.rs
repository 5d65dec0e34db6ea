//! Files out and in: every format, what it says it loses, and what is shown before anything is taken in.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::browser::Options;
use hearsay_e2e::corpus::Corpus;
use hearsay_e2e::page::{Download, Page};
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, story, until, workspace};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

const ARTICLE: &str = "000_2bbe5ca255217949";
/// A claim, and words of it that nobody has verified.
const CLAIM: (usize, usize) = (711, 764);
const DOUBT: (usize, usize) = (729, 738);
/// A claim within a claim.
const NESTED: (usize, usize) = (740, 764);

/// Every format in the order of the dialog, with what its file's name begins and ends with.
const FORMATS: [(&str, &str, &str); 15] = [
    ("Corpus (JSON)", "hearsay-corpus-", ".json"),
    ("Corpus (JSON Lines)", "hearsay-corpus-", ".jsonl"),
    ("Spans (JSON Lines)", "hearsay-spans-", ".jsonl"),
    ("Links (JSON Lines)", "hearsay-links-", ".jsonl"),
    ("CSV", "hearsay-spans-", ".csv"),
    ("Web Annotation (JSON-LD)", "hearsay-web-annotation-", ".jsonld"),
    ("brat standoff (zip)", "hearsay-brat-", ".zip"),
    ("doccano (JSON Lines)", "hearsay-doccano-", ".jsonl"),
    ("Label Studio (zip)", "hearsay-label-studio-", ".zip"),
    ("Prodigy (JSON Lines)", "hearsay-prodigy-", ".jsonl"),
    ("spaCy (JSON Lines)", "hearsay-spacy-", ".jsonl"),
    ("CoNLL (IOB2)", "hearsay-conll-", ".conllup"),
    ("UIMA CAS JSON (zip)", "hearsay-cas-", ".zip"),
    ("ClaimReview (schema.org)", "hearsay-claims-", ".jsonld"),
    ("Hugging Face data set (zip)", "hearsay-dataset-", ".zip"),
];

#[tokio::test]
async fn every_format_of_the_dialog_is_downloaded_under_its_name() -> Result<()> {
    let golden = workspace().join("tests/golden/formats/corpus.json");
    story::tell("formats", async |page| {
        page.open_library().await?;
        page.import_file("corpus.json", &std::fs::read(&golden)?).await?;
        let names: Vec<&str> = FORMATS.iter().map(|(name, ..)| *name).collect();
        open_export(&page).await?;
        assert_eq!(page.names_in(("dialog", "Export"), "button").await?[1..], names);
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        for (name, begins, ends) in FORMATS {
            let file = export(&page, name).await?;
            ensure!(
                file.name.starts_with(begins) && file.name.ends_with(ends),
                "{name}: {}",
                file.name
            );
            ensure!(!file.bytes.is_empty(), "{name} is empty");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_dialog_says_with_counts_what_a_format_loses_of_this_corpus() -> Result<()> {
    story::tell("losses", async |page| {
        label_nested(&page).await?;
        open_export(&page).await?;
        let told = loss(&page, "conll").await?;
        ensure!(
            told.contains("1 span that overlaps a longer one of its label"),
            "{told}"
        );
        let told = loss(&page, "corpus-json").await?;
        ensure!(told.contains("everything"), "{told}");
        page.click_named("radio", "Those done (0)").await?;
        page.wait_says("status", "Export state", "0 articles, 0 annotations")
            .await?;
        let told = loss(&page, "conll").await?;
        ensure!(!told.contains("overlaps"), "{told}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_format_that_would_hold_nothing_says_so_and_downloads_nothing() -> Result<()> {
    story::tell("empty_export", async |page| {
        page.open_article(ARTICLE).await?;
        page.label_exactly_by_mouse(DOUBT.0, DOUBT.1, "3").await?;
        page.wait_annotations(1).await?;
        open_export(&page).await?;
        for (id, name, lacks) in [
            ("links-jsonl", "Links (JSON Lines)", "relations"),
            ("claim-review", "ClaimReview (schema.org)", "claims"),
        ] {
            until("what would be empty to be told", async || {
                let told = loss(&page, id).await?;
                Ok(
                    (told == format!("Nothing to download: there are no {lacks} in what is chosen."))
                        .then_some(()),
                )
            })
            .await?;
            let button = page.named_in(("dialog", "Export"), "button", name).await?;
            assert_eq!(button.attr("aria-disabled").await?.as_deref(), Some("true"));
            assert_eq!(
                button.attr("disabled").await?,
                None,
                "Tab reaches it, and so its reason"
            );
            button.scroll_into_view().await?;
            button.click().await?;
        }
        let told = loss(&page, "spans-jsonl").await?;
        ensure!(!told.contains("Nothing"), "{told}");
        page.click_named("radio", "Those done (0)").await?;
        page.wait_says("status", "Export state", "0 articles, 0 annotations")
            .await?;
        let told = loss(&page, "corpus-json").await?;
        ensure!(told.contains("there are no articles in what is chosen"), "{told}");
        page.named("dialog", "Export").await?;
        let files = std::fs::read_dir(page.browser().downloads())?.count();
        assert_eq!(files, 0, "something was downloaded");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_each_format_loses_of_the_supplied_articles_is_told_in_number_and_words() -> Result<()> {
    const ALL: &str = "Holds everything that is chosen.";
    const NO_ANNOTATIONS: &str = "Nothing to download: there are no annotations in what is chosen.";
    let expected = [
        ("corpus-json", ALL),
        ("corpus-jsonl", ALL),
        ("spans-jsonl", NO_ANNOTATIONS),
        (
            "links-jsonl",
            "Nothing to download: there are no relations in what is chosen.",
        ),
        ("csv", NO_ANNOTATIONS),
        ("web-annotation", "Does not keep: 5 articles' texts."),
        ("brat", ALL),
        ("doccano", ALL),
        ("label-studio", ALL),
        ("prodigy", ALL),
        ("spacy", ALL),
        (
            "conll",
            "Does not keep: 5 articles' white space; 21 regions; 5 articles' titles, addresses or dates.",
        ),
        ("cas-json", ALL),
        (
            "claim-review",
            "Nothing to download: there are no claims in what is chosen.",
        ),
        ("hugging-face", ALL),
    ];
    story::tell("losses_supplied", async |page| {
        page.open_library().await?;
        open_export(&page).await?;
        for (id, words) in expected {
            assert_eq!(loss(&page, id).await?, words, "{id}");
        }
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        label_nested(&page).await?;
        open_export(&page).await?;
        page.wait_says("status", "Export state", "5 articles, 3 annotations")
            .await?;
        for (id, words) in [
            (
                "spans-jsonl",
                "Does not keep: 21 regions; 4 articles without annotations; 1 article's status; 5 articles' whole \
                 texts.",
            ),
            (
                "conll",
                "Does not keep: 1 span that overlaps a longer one of its label; 5 articles' white space; 21 regions; \
                 5 articles' titles, addresses or dates; 1 article's status; 3 annotators' names; 3 annotations' \
                 times.",
            ),
        ] {
            assert_eq!(loss(&page, id).await?, words, "{id}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_export_that_is_cancelled_says_so_and_downloads_nothing() -> Result<()> {
    story::tell("cancelled_export", async |page| {
        page.open_library().await?;
        open_export(&page).await?;
        page.wait_says("status", "Export state", "5 articles, 0 annotations")
            .await?;
        // Before the clerk can have written five articles.
        let cancel = "const dialog = document.querySelector('dialog.export');
             const button = (name) => [...dialog.querySelectorAll('button')]
               .find((button) => button.textContent === name);
             button('Corpus (JSON)').click();
             return (async () => {
               for (let turn = 0; turn < 1000 && !button('Cancel'); turn++) await null;
               button('Cancel').click();
               return true;
             })();";
        let cancelled = page.ask(cancel, Vec::new()).await?;
        assert_eq!(cancelled, json!(true));
        page.wait_says(
            "status",
            "Export state",
            "Cancelled: nothing was downloaded. 5 articles, 0 annotations",
        )
        .await?;
        let files = std::fs::read_dir(page.browser().downloads())?.count();
        assert_eq!(files, 0, "something was downloaded");
        press_format(&page, "Corpus (JSON)").await?;

        // And away at once, while the next clerk is told of the corpus.
        open_export(&page).await?;
        page.wait_says("status", "Export state", "5 articles, 0 annotations")
            .await?;
        page.ask(cancel, Vec::new()).await?;
        page.press("Escape").await?;
        page.wait_no_dialog().await
    })
    .await
}

#[tokio::test]
async fn files_as_the_peers_write_them_are_taken_in_when_dropped() -> Result<()> {
    // As brat keeps a text that came with CRLF: it counts both.
    let brat = json!([
        ["story.txt", "The mayor said so.\r\nNobody checked it.\r\n"],
        [
            "story.ann",
            "T1\tUnchecked 20 37\tNobody checked it\r\n#1\tAnnotatorNotes T1\tdoubtful\r\n"
        ],
    ]);
    let label_studio = json!([{ "id": 1, "data": { "text": "To have faith is to trust yourself to the water" },
        "annotations": [{ "id": 1001, "was_cancelled": false, "ground_truth": false, "result": [
            { "from_name": "label", "to_name": "text", "id": "qZ1", "type": "labels",
              "value": { "start": 3, "end": 13, "labels": ["Faith"], "text": "have faith" } },
        ] }], "predictions": [] }]);
    let doccano = json!({ "id": 1, "text": "EU rejects German call to boycott British lamb.",
        "label": [[0, 2, "ORG"], [11, 17, "MISC"]] });
    story::tell("peers_dropped", async |page| {
        page.open_library().await?;
        for (files, kind, annotations) in [
            (brat, "brat", 1),
            (
                json!([["tasks.json", label_studio.to_string()]]),
                "Label Studio",
                1,
            ),
            (json!([["all.jsonl", doccano.to_string()]]), "doccano", 2),
        ] {
            drop_files(&page, files).await?;
            let preview = page.wait_preview().await?;
            for wanted in [kind, "1 article", "Labels that the scheme does not have"] {
                ensure!(preview.contains(wanted), "no {wanted:?} in {preview}");
            }
            let told = page.take_in().await?;
            let plural = if annotations == 1 { "" } else { "s" };
            for wanted in [
                "1 article added",
                &format!("{annotations} annotation{plural} added"),
            ] {
                ensure!(told.contains(wanted), "no {wanted:?} in {told}");
            }
        }
        assert_eq!(page.articles().await?.len(), 8);
        page.click_article("story").await?;
        let items = page.wait_annotations(1).await?;
        ensure!(items[0].text.contains("Nobody checked it"), "{items:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn one_article_or_those_done_are_exported_with_or_without_their_texts() -> Result<()> {
    story::tell("selection_of_articles", async |page| {
        label_nested(&page).await?;
        open_export(&page).await?;
        page.click_named("radio", "This article").await?;
        page.wait_says("status", "Export state", "1 article, 3 annotations")
            .await?;
        let file = press_format(&page, "Corpus (JSON)").await?;
        let corpus = Corpus::read(&file.bytes)?;
        assert_eq!(corpus.articles.len(), 1);
        assert_eq!(corpus.articles[0].id, ARTICLE);

        open_export(&page).await?;
        page.click_named("checkbox", "Leave the texts out").await?;
        let off = page
            .named_in(("dialog", "Export"), "button", "spaCy (JSON Lines)")
            .await?;
        until("a format without such a form to be off", async || {
            Ok((off.attr("aria-disabled").await?.as_deref() == Some("true")).then_some(()))
        })
        .await?;
        let file = press_format(&page, "Corpus (JSON)").await?;
        let corpus: Value = serde_json::from_slice(&file.bytes)?;
        let article = &corpus["articles"][0];
        ensure!(
            article["text"].is_null() && article["sha256"].is_string(),
            "{article}"
        );
        let claim = &article["annotations"][0];
        ensure!(claim["text"].is_null() && claim["start"] == CLAIM.0, "{claim}");
        ensure!(
            claim["text_sha256"].as_str().is_some_and(|hash| hash.len() == 64),
            "{claim}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_is_exported_for_a_peer_comes_back_into_an_empty_page() -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let mut files = Vec::new();
    story::tell_at(&site, "peers_from", &[], Options::default(), async |page| {
        label_nested(&page).await?;
        for (name, ..) in FORMATS {
            let reads_back = [
                "Corpus", "Web", "brat", "doccano", "Label", "Prodigy", "spaCy", "UIMA",
            ];
            if reads_back.iter().any(|peer| name.starts_with(peer)) {
                files.push((name, export(&page, name).await?));
            }
        }
        Ok(())
    })
    .await?;
    assert_eq!(files.len(), 9);
    for (name, file) in files {
        story::tell_at(&site, "peers_into", &[], Options::default(), async |page| {
            page.open_library().await?;
            page.import_file(&file.name, &file.bytes).await?;
            page.open_article(ARTICLE).await?;
            page.wait_annotations(3).await.context(name)?;
            let corpus = Corpus::read(&page.export_corpus().await?.bytes)?;
            let spans: Vec<_> = corpus
                .article(ARTICLE)?
                .annotations
                .iter()
                .map(|each| (each.label.clone(), each.start, each.end))
                .collect();
            let label = |label: &str, (start, end): (usize, usize)| (label.to_owned(), start, end);
            let wanted = [
                label("claim", CLAIM),
                label("unverified", DOUBT),
                label("claim", NESTED),
            ];
            assert_eq!(spans, wanted, "{name}");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test]
async fn labels_that_the_scheme_lacks_are_mapped_in_the_preview_and_undone_as_one_step() -> Result<()> {
    let text = "The mayor said 😀 that nothing had changed.";
    let lines = [json!({ "text": text, "entities": [
            { "id": 1, "label": "Claims", "start_offset": 22, "end_offset": 41 },
            { "id": 2, "label": "Speaker", "start_offset": 0, "end_offset": 9 },
        ], "relations": [] })];
    let file = lines.map(|line| line.to_string()).join("\n");
    story::tell("mapping", async |page| {
        page.open_library().await?;
        page.pick_files(&[("mayor.jsonl", file.as_bytes())]).await?;
        let words = page.wait_preview().await?;
        for wanted in ["doccano", "1 article", "2 annotations", "Claims (1 annotation)"] {
            ensure!(words.contains(wanted), "no {wanted:?} in {words:?}");
        }
        page.choose("Speaker (1 annotation)", "becomes Attribution")
            .await?;
        page.wait_preview().await?;
        page.take_in().await?;
        page.click_article("mayor-1").await?;
        let items = page.wait_annotations(2).await?;
        let labels: Vec<_> = items.iter().map(|item| item.label.as_str()).collect();
        assert_eq!(labels, ["attribution", "claim"]);
        page.named("link", "Hearsay").await?.click().await?;
        page.click_button("Undo").await?;
        until("the article to be gone", async || {
            Ok((page.articles().await?.len() == 5).then_some(()))
        })
        .await
    })
    .await
}

#[tokio::test]
async fn work_and_a_list_of_entities_taken_in_together_are_taken_back_in_one_step() -> Result<()> {
    story::tell("one_step", async |page| {
        page.open_library().await?;
        page.pick_files(&[
            ("bridge.txt", b"The mayor said that the bridge had fallen."),
            ("people.csv", b"id,name,aliases\nQ1,Ada Lovelace,Ada\nQ2,Bob,\n"),
        ])
        .await?;
        page.wait_preview().await?;
        let told = page.take_in().await?;
        for wanted in ["1 article added", "2 entities added"] {
            ensure!(told.contains(wanted), "no {wanted:?} in {told}");
        }
        // By the page's own link: loaded anew, it has nothing to take back.
        page.named("link", "Entities").await?.click().await?;
        page.named("link", "Ada Lovelace").await?;
        page.click_button("Undo").await?;
        until("the entities to be gone", async || {
            Ok(page.maybe("link", "Ada Lovelace").await?.is_none().then_some(()))
        })
        .await?;
        page.open_library().await?;
        assert_eq!(page.articles().await?.len(), 5);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_with_an_error_says_where_and_changes_nothing() -> Result<()> {
    let file = "{\"text\": \"one two\", \"entities\": [{\"id\": 1, \"label\": \"claim\", \"start_offset\": 0, \
                \"end_offset\": 3}], \"relations\": []}\n{\"text\": \"one two\", \"entities\": [{\"id\": 2, \
                \"label\": \"claim\", \"start_offset\": 4, \"end_offset\": 99}], \"relations\": []}";
    story::tell("import_error", async |page| {
        page.open_library().await?;
        page.pick_files(&[("broken.jsonl", file.as_bytes())]).await?;
        let words = page.wait_preview().await?;
        for wanted in ["broken.jsonl", "line 2", "99", "expected"] {
            ensure!(words.contains(wanted), "no {wanted:?} in {words:?}");
        }
        let button = page.named_in(("dialog", "Import"), "button", "Import").await?;
        assert_eq!(button.attr("aria-disabled").await?.as_deref(), Some("true"));
        page.named_in(("dialog", "Import"), "button", "Cancel")
            .await?
            .click()
            .await?;
        page.wait_no_dialog().await?;
        assert_eq!(page.articles().await?.len(), 5);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn spans_are_found_again_by_their_words_and_doubtful_ones_are_taken_only_if_chosen() -> Result<()> {
    let annotation = |id: &str, exact: &str, prefix: &str| {
        json!({ "@context": "http://www.w3.org/ns/anno.jsonld", "id": format!("https://example.org/{id}"),
            "type": "Annotation", "motivation": "tagging", "body": { "type": "TextualBody", "value": "claim" },
            "target": { "source": format!("urn:hearsay:article:{ARTICLE}"), "selector": [
                { "type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": "" },
                { "type": "TextPositionSelector", "start": 5, "end": 9 },
            ] } })
    };
    story::tell("found_again", async |page| {
        page.open_article(ARTICLE).await?;
        let text = page.blocks().await?;
        let (start, block) = text
            .iter()
            .find(|(_, block)| block.contains("forum"))
            .context("a forum")?;
        let words: String = block.chars().take(60).collect();
        let file = json!([
            annotation("found", &words, ""),
            annotation("doubtful", "the", ""),
            annotation("missing", "Nobody in Reykjavik saw the volcano", ""),
        ]);
        page.pick_files(&[("notes.jsonld", file.to_string().as_bytes())])
            .await?;
        let preview = page.wait_preview().await?;
        for wanted in ["Web Annotation", "3 annotations", "stands there", "Reykjavik"] {
            ensure!(preview.contains(wanted), "no {wanted:?} in {preview:?}");
        }
        page.take_in().await?;
        let items = page.wait_annotations(1).await?;
        ensure!(
            items[0].text.contains(words.trim()),
            "{items:?} for {words:?} at {start}"
        );

        page.pick_files(&[("notes.jsonld", file.to_string().as_bytes())])
            .await?;
        page.wait_preview().await?;
        page.browser()
            .driver()
            .find(By::Css(".doubts input"))
            .await?
            .click()
            .await?;
        page.wait_preview().await?;
        page.take_in().await?;
        page.wait_annotations(2).await?;
        page.click_button("Undo").await?;
        page.wait_annotations(1).await.map(drop)
    })
    .await
}

#[tokio::test]
async fn texts_web_pages_and_tables_become_articles() -> Result<()> {
    let page_of = "<html><head><title>Bridges</title><script>alert(1)</script></head><body><nav>Menu</nav>\
                   <article><h1>Bridges</h1><p>Two bridges <b>fell</b> &amp; one stands.</p></article></body></html>";
    let table = "id,headline,body,url\n7,Rivers,\"The river rose, they said.\",https://example.org/7\n\
                 8,Roads,The road was closed.,https://example.org/8\n";
    // "Café" in windows-1252.
    let letters = b"The Caf\xe9 was closed, he said, and the na\xefve waiter left.".as_slice();
    story::tell("texts", async |page| {
        page.open_library().await?;
        page.pick_files(&[
            ("bridges.html", page_of.as_bytes()),
            ("cafe.txt", letters),
            ("table.csv", table.as_bytes()),
        ])
        .await?;
        let words = page.wait_preview().await?;
        for wanted in [
            "windows-1252",
            "The Café was closed",
            "Rivers",
            "4 articles added",
        ] {
            ensure!(words.contains(wanted), "no {wanted:?} in {words:?}");
        }
        page.picture(&workspace().join("tests/screenshots/import.png"))
            .await?;
        page.take_in().await?;
        let names: Vec<_> = page.articles().await?.into_iter().map(|row| row.text).collect();
        assert_eq!(names.len(), 9, "{names:?}");
        page.go("#/article/bridges").await?;
        page.named("document", "Bridges").await?;
        let text: String = page
            .blocks()
            .await?
            .into_iter()
            .map(|(_, text)| text + "\n")
            .collect();
        ensure!(text.contains("Two bridges fell & one stands."), "{text}");
        ensure!(!text.contains("alert") && !text.contains("Menu"), "{text}");
        page.reload().await?;
        page.named("document", "Bridges").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn files_are_taken_in_by_drop_and_words_by_paste() -> Result<()> {
    story::tell("drop_and_paste", async |page| {
        page.open_library().await?;
        drop_files(&page, json!([["dropped.txt", "One sentence that was dropped."]])).await?;
        let words = page.wait_preview().await?;
        ensure!(words.contains("dropped.txt"), "{words}");
        let told = page.take_in().await?;
        ensure!(told.contains("1 article added"), "{told}");
        let paste = "const data = new DataTransfer();
            data.setData('text/plain', 'One sentence that was pasted.');
            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));";
        page.ask(paste, Vec::new()).await?;
        page.wait_preview().await?;
        page.take_in().await?;
        assert_eq!(page.articles().await?.len(), 7);
        Ok(())
    })
    .await
}

/// Drops files on the page: a list of names, each with its words.
async fn drop_files(page: &Page<'_>, files: Value) -> Result<()> {
    let drop = "const data = new DataTransfer();
        for (const [name, words] of arguments[0]) data.items.add(new File([words], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));";
    page.ask(drop, vec![files]).await.map(std::mem::drop)
}

/// Labels a claim, a claim in it, and words of it that nobody has verified.
async fn label_nested(page: &Page<'_>) -> Result<()> {
    page.open_article(ARTICLE).await?;
    page.label_exactly_by_mouse(CLAIM.0, CLAIM.1, "1").await?;
    page.wait_annotations(1).await?;
    page.label_exactly_by_mouse(DOUBT.0, DOUBT.1, "3").await?;
    page.wait_annotations(2).await?;
    page.label_exactly_by_mouse(NESTED.0, NESTED.1, "1").await?;
    page.wait_annotations(3).await.map(drop)
}

async fn open_export(page: &Page<'_>) -> Result<()> {
    page.click_button("Export").await?;
    page.named_in(("dialog", "Export"), "button", "Corpus (JSON)")
        .await
        .map(drop)
}

async fn export(page: &Page<'_>, format: &str) -> Result<Download> {
    open_export(page).await?;
    press_format(page, format).await
}

/// Presses a format's button once it can be pressed, and returns the file.
async fn press_format(page: &Page<'_>, format: &str) -> Result<Download> {
    let button = until(&format!("the format {format} to be ready"), async || {
        let button = page.named_in(("dialog", "Export"), "button", format).await?;
        Ok((button.attr("aria-disabled").await?.as_deref() == Some("false")).then_some(button))
    })
    .await?;
    button.scroll_into_view().await?;
    button.click().await?;
    let download = page.wait_download().await?;
    page.wait_no_dialog().await?;
    Ok(download)
}

/// What the dialog says that a format loses.
async fn loss(page: &Page<'_>, id: &str) -> Result<String> {
    let line = page
        .browser()
        .driver()
        .find(By::Id(format!("losses-{id}")))
        .await?;
    Ok(line.text().await?)
}
