//! What every row works with: the page's server, generated articles, and browsers whose profile holds them.

use std::time::Duration;

use anyhow::Result;
use hearsay_e2e::browser::{Browser, Options};
use hearsay_e2e::corpus::Article;
use hearsay_e2e::page::Page;
use hearsay_e2e::server::Site;
use hearsay_e2e::static_page::{self, Show};
use hearsay_e2e::workload::{self, Workload};
use hearsay_e2e::{probe, timing};

use crate::settings::Settings;

/// The seed of every workload: the same articles in every run on every machine.
const SEED: u64 = 2026;

pub(crate) struct Bench {
    pub(crate) settings: Settings,
    pub(crate) site: Site,
    pub(crate) address: String,
}

impl Bench {
    pub(crate) async fn new(settings: Settings) -> Result<Self> {
        let site = Site::serve(&hearsay_e2e::dist()).await?;
        let address = site.url();
        Ok(Self {
            settings,
            site,
            address,
        })
    }

    pub(crate) fn runs(&self) -> std::ops::Range<usize> {
        0..self.settings.runs
    }

    pub(crate) fn page<'a>(&'a self, browser: &'a Browser) -> Page<'a> {
        Page::new(browser, &self.address)
    }

    /// A browser with an empty profile and the instruments in every page. What a page has left behind is cleared away
    /// before the next is measured.
    pub(crate) async fn browser(&self, trace: bool) -> Result<Browser> {
        let browser = Browser::start(Options {
            trace,
            keeps_pages: false,
            script_timeout: Duration::from_secs(120),
            ..Options::default()
        })
        .await?;
        probe::install(&browser).await?;
        Ok(browser)
    }

    /// A browser whose profile holds these articles, brought in as a reviewer does.
    pub(crate) async fn browser_with(&self, articles: &[Article], trace: bool) -> Result<Browser> {
        let browser = self.browser(trace).await?;
        let page = self.page(&browser);
        page.open_library().await?;
        let file = workload::json_lines(articles.iter().cloned())?;
        page.import_file("workloads.jsonl", &file).await?;
        page.wait_saved().await?;
        Ok(browser)
    }

    /// A browser whose profile holds workload C.
    pub(crate) async fn browser_with_corpus(&self) -> Result<Browser> {
        progress(&format!("importing {} articles", self.settings.articles));
        let articles = workload::corpus(SEED, self.settings.articles);
        let browser = self.browser(false).await?;
        let page = self.page(&browser);
        page.open_library().await?;
        let file = workload::json_lines(articles)?;
        page.import_file("corpus.jsonl", &file).await?;
        page.wait_saved().await?;
        tidied_up().await;
        Ok(browser)
    }

    /// Serves the static pages of an article.
    pub(crate) fn serve_static(&self, article: &Article) -> Result<()> {
        for show in [Show::Text, Show::Marks] {
            let html = static_page::html(article, show)?;
            self.site.replace(&static_name(article, show), "text/html", html);
        }
        Ok(())
    }

    /// Opens a static page that [`Bench::serve_static`] has laid out, and returns how long its article took to paint.
    pub(crate) async fn open_static(&self, page: &Page<'_>, article: &Article, show: Show) -> Result<f64> {
        page.go(&static_name(article, show)).await?;
        timing::click_to_article(page, "#open", &article.id).await
    }
}

/// Waits until the page has put away what an import brought: it is folded into snapshots in idle time, and a minute
/// later its log is pruned.
pub(crate) async fn tidied_up() {
    progress("waiting until the page has tidied up");
    tokio::time::sleep(Duration::from_secs(75)).await;
}

/// The generated article.
pub(crate) fn article(workload: Workload) -> Article {
    workload.article(SEED)
}

/// Says on standard error what is going on: standard output is for the figures.
pub(crate) fn progress(what: &str) {
    eprintln!("measuring: {what}");
}

fn static_name(article: &Article, show: Show) -> String {
    let shown = match show {
        Show::Text => "text",
        Show::Marks => "marks",
    };
    format!("static-{}-{shown}.html", article.id)
}
