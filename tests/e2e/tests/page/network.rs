//! What leaves the browser: nothing.

use anyhow::{Result, ensure};
use hearsay_e2e::browser::{Browser, Options};
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::{dist, until};

const ARTICLE: &str = "000_2bbe5ca255217949";

#[tokio::test]
async fn no_request_of_a_whole_session_leaves_the_origin_of_the_page() -> Result<()> {
    let site = Site::serve(&dist()).await?.with_worker();
    let options = Options {
        net_log: true,
        ..Options::default()
    };
    let browser = Browser::start(options).await?;
    let address = site.url();
    let page = Page::new(&browser, &address);

    page.open_library().await?;
    page.click_article(ARTICLE).await?;
    page.label_by_mouse(711, 764, "1").await?;
    page.wait_saved().await?;
    let file = page.export_corpus().await?;
    page.import_file("again.json", &file.bytes).await?;
    let foreign = "<title>Links</title><p>One <a href='https://example.com/'>link</a> and \
                   <img src='https://example.com/a.png'> a picture.</p>";
    page.import_file("foreign.html", foreign.as_bytes()).await?;
    page.press("Shift+F").await?;
    page.type_words("forum").await?;
    page.wait_saved().await?;
    page.go("#/article/foreign").await?;
    page.wait_article("foreign").await?;
    page.ask(
        "return navigator.serviceWorker.ready.then(() => true);",
        Vec::new(),
    )
    .await?;
    page.reload().await?;
    page.wait_article("foreign").await?;
    let errors = browser.console_errors().await?;
    ensure!(errors.is_empty(), "{errors:#?}");

    let requests = browser.quit_with_net_log().await?;
    let origin = address.trim_end_matches('/');
    let of_page: Vec<_> = requests
        .iter()
        .filter(|request| request.initiator.is_some())
        .collect();
    for needed in ["/sw.js", "_bg.wasm", "_loader.js", "/articles/"] {
        ensure!(
            of_page.iter().any(|request| request.url.contains(needed)),
            "the log has no {needed}: {of_page:#?}"
        );
    }
    let is_own = |url: &str| url.starts_with(&address) || url.starts_with(&format!("blob:{origin}"));
    for request in of_page {
        ensure!(is_own(&request.url), "{request:?} leaves {origin}");
        ensure!(
            request.initiator.as_deref() == Some(origin),
            "{request:?} is of another origin than {origin}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_policy_of_the_page_forbids_what_words_could_bring() -> Result<()> {
    hearsay_e2e::story::tell("policy", async |page| {
        page.open_library().await?;
        // What this page does not do itself, done in its place. The browser tells each in the console, so it is heard
        // here, and the console read.
        let script = "
            const refused = new Set();
            addEventListener('securitypolicyviolation', ({ effectiveDirective }) => refused.add(effectiveDirective));
            const image = new Image();
            image.src = 'https://example.com/a.png';
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            const form = Object.assign(document.createElement('form'), { action: 'https://example.com/' });
            const base = Object.assign(document.createElement('base'), { href: 'https://example.com/' });
            const inset = Object.assign(document.createElement('iframe'), { src: 'https://example.com/' });
            document.body.append(script, form, base, inset, image);
            form.submit();
            document.body.setAttribute('onclick', 'window.ran = true');
            document.body.setAttribute('style', 'color: red');
            fetch('https://example.com/').catch(() => {});
            // A script of the driver's own may evaluate words; what it leaves for later may not.
            setTimeout(() => { try { window.ran = Function('return true')(); } catch {} });
            return new Promise((done) => setTimeout(() => {
                for (const added of [script, form, base, inset, image]) added.remove();
                document.body.removeAttribute('onclick');
                done([window.ran ?? false, ...refused].map(String));
            }, 500));";
        let seen = page.ask(script, Vec::new()).await?;
        let mut seen: Vec<String> = serde_json::from_value(seen)?;
        ensure!(seen.remove(0) == "false", "a script ran");
        seen.sort();
        assert_eq!(
            seen,
            [
                "base-uri",
                "connect-src",
                "form-action",
                "frame-src",
                "img-src",
                "script-src",
                "script-src-attr",
                "script-src-elem",
                "style-src-attr",
            ]
        );
        until("the refusals in the console", async || {
            Ok((page.browser().console_errors().await?.len() >= 8).then_some(()))
        })
        .await
    })
    .await
}
