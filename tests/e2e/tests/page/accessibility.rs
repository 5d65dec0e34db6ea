//! No barrier that axe-core knows of, in any view; and what it does not know of.

use anyhow::{Result, anyhow, ensure};
use hearsay_e2e::axe;
use hearsay_e2e::browser::{ColorScheme, Options, Viewport};
use hearsay_e2e::corpus::{Text, supplied};
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, gold, story, until};
use serde_json::json;

const ARTICLE: &str = "000_2bbe5ca255217949";

#[tokio::test]
async fn a_wide_light_page_has_no_barrier() -> Result<()> {
    no_barrier("barriers_wide_light", ColorScheme::Light, Viewport::DESKTOP).await
}

#[tokio::test]
async fn a_wide_dark_page_has_no_barrier() -> Result<()> {
    no_barrier("barriers_wide_dark", ColorScheme::Dark, Viewport::DESKTOP).await
}

#[tokio::test]
async fn a_narrow_light_page_has_no_barrier() -> Result<()> {
    no_barrier("barriers_narrow_light", ColorScheme::Light, Viewport::PHONE).await
}

#[tokio::test]
async fn a_narrow_dark_page_has_no_barrier() -> Result<()> {
    no_barrier("barriers_narrow_dark", ColorScheme::Dark, Viewport::PHONE).await
}

/// WCAG 2.2, success criterion 1.4.10: 320 px, which is also a page of 1,280 px at 400 %.
#[tokio::test]
async fn nothing_scrolls_sideways_down_to_320_pixels() -> Result<()> {
    story::tell("reflow", async |page| {
        for width in [389, 360, 320] {
            let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": true });
            page.browser()
                .devtools("Emulation.setDeviceMetricsOverride", size)
                .await?;
            for is_article in [false, true] {
                match is_article {
                    true => page.open_article(ARTICLE).await?,
                    false => page.open_library().await?,
                }
                let content = page
                    .ask("return document.documentElement.scrollWidth;", Vec::new())
                    .await?;
                ensure!(content == width, "{content} pixels of content in {width}");
            }
        }
        Ok(())
    })
    .await
}

/// Every view that has a barrier or cannot be had, with what is wrong.
#[derive(Debug, Default)]
struct Faults(Vec<String>);

impl Faults {
    fn note(&mut self, what: &str, outcome: Result<()>) {
        if let Err(error) = outcome {
            self.0.push(format!("{what}: {error:#}"));
        }
    }

    /// Looks at the page from its top: a control that is scrolled half beneath a bar which stays in sight would count
    /// as too small to hit.
    async fn look(&mut self, page: &Page<'_>, what: &str) -> Result<()> {
        // A panel of a narrow page is scrolled to when it is painted.
        page.wait_still().await?;
        page.ask("scrollTo({ top: 0, behavior: 'instant' });", Vec::new())
            .await?;
        self.note(what, axe::ensure_accessible(page, "axe-core says").await);
        Ok(())
    }

    /// Looks at the dialog that is open, and whether all of it can be seen: what is too wide for it is cut off.
    async fn look_at_dialog(&mut self, page: &Page<'_>, what: &str) -> Result<()> {
        self.look(page, what).await?;
        let cut = page
            .ask(
                "const dialog = document.querySelector('dialog[open]');
                 const edge = dialog.getBoundingClientRect().right + 1;
                 const scrolls = (element) => element.parentElement.closest('.sample-rows');
                 return [...dialog.querySelectorAll('*')]
                   .filter((element) => !scrolls(element) && element.getBoundingClientRect().right > edge)
                   .map((element) => element.outerHTML.slice(0, 120));",
                Vec::new(),
            )
            .await?;
        let is_whole = cut.as_array().is_some_and(Vec::is_empty);
        self.note(
            what,
            if is_whole {
                Ok(())
            } else {
                Err(anyhow!("cut off: {cut:#}"))
            },
        );
        Ok(())
    }
}

#[tokio::test]
async fn labelled_words_can_be_read_in_the_colours_that_a_system_forces() -> Result<()> {
    story::tell("forced_colours", async |page| {
        annotate(&page).await?;
        page.press("Escape").await?;
        for scheme in ["dark", "light"] {
            let features = json!({ "features": [
                { "name": "forced-colors", "value": "active" },
                { "name": "prefers-color-scheme", "value": scheme },
            ] });
            page.browser()
                .devtools("Emulation.setEmulatedMedia", features)
                .await?;
            let colours = page
                .ask(
                    "const mark = document.querySelector('mark:not([data-selected])');
                     return [mark, mark.closest('p')].map((element) => getComputedStyle(element).color);",
                    Vec::new(),
                )
                .await?;
            ensure!(colours[0] == colours[1], "{scheme}: {colours}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_key_for_the_card_leads_to_a_field_that_is_in_sight() -> Result<()> {
    story::tell("card_in_sight", async |page| {
        let viewport = Viewport {
            height: 600,
            ..Viewport::DESKTOP
        };
        page.browser().set_viewport(viewport).await?;
        page.open_article(ARTICLE).await?;
        page.label_by_mouse(711, 764, "2").await?;
        page.wait_annotations(1).await?;
        page.press("e").await?;
        until("a field in sight", async || {
            let is_in_sight = page
                .ask(
                    "const field = document.activeElement.getBoundingClientRect();
                     const card = document.querySelector('#inspector').getBoundingClientRect();
                     return document.activeElement.matches('#inspector :is(input, select, textarea)')
                       && field.top >= card.top && field.bottom <= card.bottom;",
                    Vec::new(),
                )
                .await?;
            Ok((is_in_sight == json!(true)).then_some(()))
        })
        .await
    })
    .await
}

async fn no_barrier(name: &str, scheme: ColorScheme, viewport: Viewport) -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let options = Options {
        scheme,
        ..Options::default()
    };
    story::tell_at(&site, name, &[], options, async |page| {
        let mut faults = Faults::default();
        annotate(&page).await?;
        page.browser().set_viewport(viewport).await?;
        routes(&page, &mut faults).await?;
        reading(&page, &mut faults).await?;
        panels(&page, &mut faults).await?;
        dialogs(&page, &mut faults).await?;
        files_out(&page, &mut faults).await?;
        files_in(&page, &mut faults).await?;
        let Faults(faults) = faults;
        ensure!(faults.is_empty(), "{}", faults.join("\n"));
        Ok(())
    })
    .await
}

/// Labels the gold spans of the article, of which some nest, and relates an attribution to its claim.
async fn annotate(page: &Page<'_>) -> Result<()> {
    page.open_article(ARTICLE).await?;
    let spans = gold::article("000")?.spans;
    for span in &spans {
        page.label_by_mouse(span.start, span.end, span.key()?).await?;
    }
    page.click_at(spans[0].start + 2).await?;
    page.press("r").await?;
    page.click_at(spans[1].start + 2).await?;
    page.wait_saved().await
}

async fn routes(page: &Page<'_>, faults: &mut Faults) -> Result<()> {
    page.open_library().await?;
    faults.look(page, "the library").await?;
    for (route, what) in [
        ("#/article/nowhere", "an unknown article"),
        ("#/entities", "the entities"),
        ("#/entity/x", "an unknown entity"),
    ] {
        page.go(route).await?;
        faults.note(what, page.named("button", "Export").await.map(drop));
        faults.look(page, what).await?;
    }
    Ok(())
}

/// What lies over the text and beside it while one works.
async fn reading(page: &Page<'_>, faults: &mut Faults) -> Result<()> {
    let text = supplied(ARTICLE)?;
    let text = Text::new(&text);
    page.open_article(ARTICLE).await?;
    faults.look(page, "the reader").await?;

    page.click_at(text.find("seemingly")?.0 + 2).await?;
    page.named("group", "Annotations here").await?;
    faults.look(page, "the list of annotations that overlap").await?;

    page.double_click_at(text.find("presidential candidates")?.0)
        .await?;
    page.named("toolbar", "Label the selection").await?;
    faults.look(page, "the palette beside a selection").await?;

    page.click_at(text.find("Gen Oleksandr")?.0).await?;
    page.named("region", "Selected annotation").await?;
    faults.look(page, "the selected annotation").await?;
    page.press("r").await?;
    page.wait_announced("Choose the target").await?;
    faults.look(page, "the choice of a relation's target").await?;
    page.press("Escape").await
}

async fn panels(page: &Page<'_>, faults: &mut Faults) -> Result<()> {
    page.open_article(ARTICLE).await?;
    for name in ["To complete", "Search", "Guideline", "Annotations"] {
        page.show_panel(name).await?;
        faults.look(page, &format!("the panel {name}")).await?;
    }
    Ok(())
}

async fn dialogs(page: &Page<'_>, faults: &mut Faults) -> Result<()> {
    let text = supplied(ARTICLE)?;
    let text = Text::new(&text);
    let word = text.find("Russia’s forces")?.0;
    let junk = text.find("Wildfires have decimated")?.0;
    for (name, place, key) in [
        ("All commands", word, "Control+k"),
        ("All keys", word, "?"),
        ("Label every same phrase", word, "a"),
        ("Not prose to label", junk, "1"),
    ] {
        page.open_article(ARTICLE).await?;
        page.double_click_at(place).await?;
        page.press(key).await?;
        let opened = page.named("dialog", name).await.map(drop);
        if opened.is_ok() {
            faults.look(page, &format!("the dialog {name}")).await?;
        }
        faults.note(&format!("the dialog {name}"), opened);
    }
    Ok(())
}

/// The dialog `Export`, with all that may be chosen in it.
async fn files_out(page: &Page<'_>, faults: &mut Faults) -> Result<()> {
    page.open_article(ARTICLE).await?;
    page.click_button("Export").await?;
    page.named_in(("dialog", "Export"), "button", "CSV").await?;
    faults.look_at_dialog(page, "the dialog Export").await?;
    page.click_named("checkbox", "Leave the texts out").await?;
    faults
        .look_at_dialog(page, "the dialog Export, without texts")
        .await?;
    page.click_named("radio", "Those done (0)").await?;
    page.wait_says("status", "Export state", "0 articles, 0 annotations")
        .await?;
    faults
        .look_at_dialog(page, "the dialog Export, with nothing chosen")
        .await?;
    page.press("Escape").await?;
    page.wait_no_dialog().await
}

/// The dialog `Import`, with all that may be in it, and what is told in the end.
async fn files_in(page: &Page<'_>, faults: &mut Faults) -> Result<()> {
    let long = "averylongnamewithoutanyplacetobreakit".repeat(4);
    let mapping = json!({ "text": "The mayor said so.", "relations": [], "entities": [
        { "id": 1, "label": "Speaker", "start_offset": 0, "end_offset": 9 },
        { "id": 2, "label": long, "start_offset": 4, "end_offset": 9 },
    ] })
    .to_string();
    let broken = mapping.replace(":9,", ":99,");
    let table =
        format!("id,headline,body,url\n7,Rivers,\"The river rose, they said.\",https://example.org/{long}\n");
    let noted = |id: &str, words: &str| {
        json!({ "@context": "http://www.w3.org/ns/anno.jsonld", "id": format!("https://example.org/{id}"),
            "type": "Annotation", "body": { "type": "TextualBody", "purpose": "tagging", "value": "claim" },
            "target": { "source": format!("urn:hearsay:article:{ARTICLE}"),
                "selector": { "type": "TextQuoteSelector", "exact": words } } })
    };
    let doubtful = json!([noted("1", "the"), noted("2", "Nobody saw the volcano")]).to_string();
    type Files<'a> = &'a [(&'a str, &'a [u8])];
    let states: [(&str, Files<'_>); 4] = [
        ("labels to map", &[("mayor.jsonl", mapping.as_bytes())]),
        ("an error", &[("broken.jsonl", broken.as_bytes())]),
        ("doubtful places", &[("notes.jsonld", doubtful.as_bytes())]),
        (
            "letters, columns and a file of no kind",
            &[
                (
                    "cafe.txt",
                    b"The Caf\xe9 was closed, he said, and the na\xefve waiter left.",
                ),
                ("table.csv", table.as_bytes()),
                ("odd.exe", b"\x00\x01\x02"),
            ],
        ),
    ];
    page.open_library().await?;
    for (what, files) in states {
        page.pick_files(files).await?;
        page.wait_preview().await?;
        faults
            .look_at_dialog(page, &format!("the dialog Import with {what}"))
            .await?;
        page.named_in(("dialog", "Import"), "button", "Cancel")
            .await?
            .click()
            .await?;
        page.wait_no_dialog().await?;
    }
    page.pick_files(states[0].1).await?;
    page.wait_preview().await?;
    page.named_in(("dialog", "Import"), "button", "Import")
        .await?
        .click()
        .await?;
    page.named("dialog", "Imported").await?;
    faults.look_at_dialog(page, "what an import has done").await
}
