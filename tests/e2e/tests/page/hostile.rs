//! Words that would like to be more than words: in every place that a file can fill, they are shown and nothing else.

use anyhow::{Context, Result, ensure};
use hearsay_e2e::page::Page;
use hearsay_e2e::{story, until, workspace};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

/// Runs where it becomes an element.
const IMAGE: &str = "<img src=x onerror=top.pwned=1>";
/// Runs where it becomes one while the page is read.
const SCRIPT: &str = "</title></script><script>top.pwned=1</script>";
/// Runs where it becomes the address of a link that is followed.
const LINK: &str = "javascript:top.pwned=1";
/// Runs where a spreadsheet takes it for a formula.
const FORMULA: &str = "=cmd|'/C calc'!A0";

#[tokio::test]
async fn words_from_a_corpus_file_are_shown_as_words_wherever_they_go() -> Result<()> {
    story::tell("hostile", async |page| {
        page.open_library().await?;
        let name = format!("{IMAGE}.json");
        page.pick_files(&[(&name, corpus().to_string().as_bytes())])
            .await?;
        shows(&page, "the preview", &[&name, "\"><b>label"]).await?;
        page.wait_preview().await?;
        let told = page.take_in().await?;
        ensure!(told.contains("1 article"), "{told}");
        shows(&page, "the library", &[&format!("{IMAGE}{SCRIPT}")]).await?;

        page.go(&format!("#/article/{}", encoded(IMAGE))).await?;
        page.wait_article(IMAGE).await?;
        let quotes = page.wait_annotations(2).await?;
        shows(&page, "the reader", &[IMAGE, SCRIPT, LINK, FORMULA]).await?;
        ensure!(quotes.iter().any(|item| item.text.contains(IMAGE)), "{quotes:?}");
        let title = page.browser().driver().title().await?;
        ensure!(title.contains(IMAGE) && title.contains(SCRIPT), "{title}");
        for item in &quotes {
            page.click_item(&item.id).await?;
            shows(&page, "the inspector", &[FORMULA]).await?;
        }
        page.press("Shift+f").await?;
        page.type_words("onerror").await?;
        shows(&page, "the search", &["onerror"]).await?;

        page.go("#/entities").await?;
        page.named("link", IMAGE).await?.click().await?;
        shows(&page, "the entity", &[IMAGE, LINK]).await?;

        page.click_button("Export").await?;
        page.named_in(("dialog", "Export"), "button", "CSV")
            .await?
            .click()
            .await?;
        let table = String::from_utf8(page.wait_download().await?.bytes)?;
        ensure!(
            table.contains(&format!("'{FORMULA}")),
            "no guarded formula in {table}"
        );
        for cell in [",=", "\n=", ",\"="] {
            ensure!(!table.contains(cell), "a formula in {table}");
        }
        harmless(&page, "the end").await
    })
    .await
}

#[tokio::test]
async fn words_from_lists_schemes_texts_and_the_keyboard_are_shown_as_words() -> Result<()> {
    let scheme = std::fs::read_to_string(workspace().join("tests/golden/formats/scheme.json"))?;
    let mut scheme: Value = serde_json::from_str(&scheme)?;
    scheme["name"] = json!(SCRIPT);
    for label in scheme["labels"].as_array_mut().context("labels")? {
        label["name"] = json!(IMAGE);
        label["definition"] = json!(SCRIPT);
    }
    let quoted = |words: &str| format!("\"{}\"", words.replace('"', "\"\""));
    let entities = format!(
        "id,name,aliases\nE1,{},{}\n",
        quoted(IMAGE),
        quoted(&format!("{LINK}|{SCRIPT}"))
    );
    let text = format!("# {SCRIPT}\n\n{IMAGE} said {FORMULA}.\n");
    let html = "<title>&lt;img src=x onerror=top.pwned=1&gt;</title><p>Words <img src=x onerror=top.pwned=1>\
                <script>top.pwned=1</script> &lt;script>top.pwned=1&lt;/script></p>";
    story::tell("hostile_lists", async |page| {
        page.open_library().await?;
        let name = format!("{IMAGE}.md");
        page.pick_files(&[
            ("scheme.json", scheme.to_string().as_bytes()),
            ("people.csv", entities.as_bytes()),
            (&name, text.as_bytes()),
            ("page.html", html.as_bytes()),
        ])
        .await?;
        page.wait_preview().await?;
        harmless(&page, "the preview").await?;
        page.take_in().await?;
        page.fill("Reviewer", IMAGE).await?;
        page.press("Tab").await?;
        shows(&page, "the library", &[IMAGE]).await?;

        page.go("#/article/page").await?;
        page.wait_article("page").await?;
        shows(
            &page,
            "an article from a web page",
            &["<script>top.pwned=1</script>"],
        )
        .await?;
        page.double_click_at(1).await?;
        page.press("1").await?;
        page.wait_annotations(1).await?;
        shows(&page, "the inspector", &[IMAGE]).await?;
        page.fill("Note", SCRIPT).await?;
        page.press("Tab").await?;
        shows(&page, "the note", &[SCRIPT]).await?;
        page.show_panel("Guideline").await?;
        harmless(&page, "the guideline").await?;
        page.press("Control+k").await?;
        page.named("dialog", "All commands").await?;
        harmless(&page, "the commands").await?;
        page.press("Escape").await?;
        page.go("#/entities").await?;
        page.named("link", IMAGE).await?;
        shows(&page, "the entities", &[IMAGE]).await
    })
    .await
}

#[tokio::test]
async fn words_of_a_file_that_is_refused_are_shown_as_words() -> Result<()> {
    story::tell("hostile_refused", async |page| {
        page.open_library().await?;
        let mut corpus = corpus();
        corpus["articles"][0]["status"] = json!(IMAGE);
        let name = format!("{SCRIPT}.json").replace('/', "");
        page.pick_files(&[(&name, corpus.to_string().as_bytes())]).await?;
        shows(&page, "the refusal", &[&name, IMAGE]).await?;
        page.press("Escape").await?;
        page.wait_no_dialog().await?;
        page.go(&format!("#/article/{}", encoded(SCRIPT))).await?;
        until("what is shown for an article that is not there", async || {
            let words = page.ask("return document.body.innerText;", Vec::new()).await?;
            Ok(words.as_str().is_some_and(|words| words.len() > 20).then_some(()))
        })
        .await?;
        harmless(&page, "an address that leads nowhere").await
    })
    .await
}

/// A corpus file that says it everywhere.
fn corpus() -> Value {
    let text = format!("{IMAGE}\n\n{SCRIPT} said {LINK}.\n\n{FORMULA}\n");
    let at = |words: &str| {
        let start = text.find(words).unwrap_or_default();
        (start, start + words.len())
    };
    let annotation = |number: u8, label: &str, words: &str| {
        let (start, end) = at(words);
        json!({
            "id": format!("019ab001-0000-7000-8000-00000000000{number}"), "label": label,
            "start": start, "end": end, "start_utf16": start, "end_utf16": end, "text": words,
            "prefix": text[start.saturating_sub(32)..start], "suffix": text[end..(end + 32).min(text.len())],
            "attributes": { "speaker": IMAGE, "checkable": SCRIPT, IMAGE: { LINK: [FORMULA] } }, "note": FORMULA,
            "annotator": format!("{FORMULA}{IMAGE}"), "origin": "imported",
            "created": "2026-11-21T12:00:00.000Z", "updated": "2026-11-21T12:00:00.000Z",
        })
    };
    let hash = Sha256::digest(text.as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "format": "hearsay-corpus", "version": 1, "offset_unit": "unicode code point",
        "exported_at": "2026-11-21T12:00:00Z", "generator": { "name": IMAGE, "version": SCRIPT },
        "scheme": { "name": IMAGE, "version": 1, "labels": [
            { "id": "\"><b>label", "name": IMAGE, "definition": SCRIPT },
        ] },
        "articles": [{
            "id": IMAGE, "title": format!("{IMAGE}{SCRIPT}"), "source_url": LINK, "published": SCRIPT,
            "retrieved": FORMULA, "sha256": hash, "text": text, "status": "in_progress",
            "fields": { "note": IMAGE, "dateline": SCRIPT, LINK: FORMULA },
            "regions": [], "annotations": [
                annotation(1, "claim", IMAGE),
                annotation(2, "\"><b>label", FORMULA),
            ], "relations": [],
        }],
        "entities": [{ "id": "019ab001-0000-7000-8000-000000000009", "name": IMAGE, "aliases": [LINK, FORMULA] }],
        "claim_groups": [{
            "id": "019ab001-0000-7000-8000-000000000008", "name": SCRIPT,
            "members": ["019ab001-0000-7000-8000-000000000001"],
        }],
    })
}

/// As a part of an address.
fn encoded(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The promise of the README is two seconds; here others work on the same machine.
const HELD_UP: Duration = Duration::from_secs(8);

#[tokio::test]
async fn a_file_of_ten_megabytes_is_previewed_or_refused_without_a_hang() -> Result<()> {
    story::tell("hostile-large", async |page| {
        page.open_library().await?;
        for (name, before, piece) in [
            ("brackets.json", "", "["),
            ("objects.jsonl", "", "{\"a\":"),
            ("open.html", "", "<div><p>word "),
            ("table.csv", "id,text\n", "1,\"word, word\"\n"),
            ("quoted.csv", "text\n\"", "word, \n"),
            ("words.txt", "", "word — слово 😀 "),
            (
                "doccano.jsonl",
                "",
                r#"{"text":"It rained.","label":[[0,9,"claim"]]}
"#,
            ),
            ("noise.zip", "PK\u{3}\u{4}", "PK\u{1}\u{2}\u{0}"),
        ] {
            let file = [before, &piece.repeat(10_000_000 / piece.len())].concat();
            let picked = Instant::now();
            page.pick_files(&[(name, file.as_bytes())]).await?;
            page.wait_preview().await?;
            let took = picked.elapsed();
            println!("{name}: {took:.1?} until its preview");
            ensure!(took < HELD_UP, "{name} took {took:?}");
            page.named_in(("dialog", "Import"), "button", "Cancel")
                .await?
                .click()
                .await?;
            page.wait_no_dialog().await?;
        }
        Ok(())
    })
    .await
}

/// Waits until the page shows the words, in its text or in a field, and sees that they do nothing.
async fn shows(page: &Page<'_>, place: &str, words: &[&str]) -> Result<()> {
    let script = "
        const fields = [...document.querySelectorAll('input, textarea, option')].map((field) => field.value);
        return [document.body.innerText, ...fields].join('\\n');";
    for words in words {
        until(&format!("{words:?} in {place}"), async || {
            let shown = page.ask(script, Vec::new()).await?;
            Ok(shown.as_str().context("words")?.contains(words).then_some(()))
        })
        .await?;
    }
    harmless(page, place).await
}

/// Sees that nothing ran, and that nothing stands ready to run.
async fn harmless(page: &Page<'_>, place: &str) -> Result<()> {
    let script = "
        const all = [...document.querySelectorAll('*')];
        const found = all.filter((element) =>
            ['IMG', 'B', 'IFRAME', 'OBJECT', 'EMBED'].includes(element.tagName)
            || (element.tagName === 'SCRIPT' && !element.src)
            || element.getAttributeNames().some((name) => name.startsWith('on') || name === 'srcdoc')
            || ['href', 'src', 'action', 'formaction', 'xlink:href'].some((name) =>
                /^\\s*(javascript|data|vbscript):/i.test(element.getAttribute(name) ?? '')));
        return [window.pwned ?? null, found.map((element) => element.outerHTML.slice(0, 200))];";
    let found = page.ask(script, Vec::new()).await?;
    ensure!(found == json!([null, []]), "{place}: {found}");
    Ok(())
}
