//! Pictures of the page for people to look at, in `tests/screenshots`, and what can be checked of them without eyes.

use anyhow::{Result, ensure};
use hearsay_e2e::browser::{ColorScheme, Options, Viewport};
use hearsay_e2e::page::{Page, Side};
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, gold, story, workspace};

#[tokio::test]
async fn pictures_of_library_and_reader_in_light() -> Result<()> {
    pictures("light", ColorScheme::Light).await
}

#[tokio::test]
async fn pictures_of_library_and_reader_in_dark() -> Result<()> {
    pictures("dark", ColorScheme::Dark).await
}

async fn pictures(name: &str, scheme: ColorScheme) -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let options = Options {
        scheme,
        ..Options::default()
    };
    story::tell_at(&site, &format!("pictures_{name}"), &[], options, async |page| {
        for number in ["001", "000"] {
            let article = gold::article(number)?;
            page.open_article(article.id()).await?;
            for span in &article.spans {
                page.label_by_mouse(span.start, span.end, span.key()?).await?;
            }
        }
        // One more that overlaps a claim's end, and one claim selected.
        page.label_exactly_by_mouse(747, 790, "2").await?;
        let id = gold::article("000")?.id().to_owned();
        for viewport in [Viewport::DESKTOP, Viewport::PHONE] {
            page.browser().set_viewport(viewport).await?;
            let size = format!("{name}-{}x{}", viewport.width, viewport.height);
            page.open_article(&id).await?;
            page.click_at(870).await?;
            page.point_at(794, Side::Start).await?;
            picture(&page, viewport, &format!("reader-{size}")).await?;
            page.open_library().await?;
            picture(&page, viewport, &format!("library-{size}")).await?;
        }
        Ok(())
    })
    .await
}

async fn picture(page: &Page<'_>, viewport: Viewport, name: &str) -> Result<()> {
    page.picture(&workspace().join(format!("tests/screenshots/{name}.png")))
        .await?;
    let script = "return [innerWidth, innerHeight, document.documentElement.scrollWidth];";
    let [width, height, content]: [u32; 3] = serde_json::from_value(page.ask(script, Vec::new()).await?)?;
    ensure!(
        (width, height) == (viewport.width, viewport.height),
        "{name}: the page is {width}×{height}"
    );
    ensure!(
        content <= width,
        "{name}: {content} pixels of content scroll sideways in {width}"
    );
    Ok(())
}
