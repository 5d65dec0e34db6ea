//! The page, by the names it promises.
//!
//! Controls are found by role and accessible name as the browser computes them, so a test that passes also shows
//! that a screen reader finds them. Offsets are code points of the article's text.

mod annotations;
mod files;
mod pointing;
mod typing;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::browser::{Browser, Named};
use crate::wait::until;

pub use annotations::Item;
pub use files::Download;
pub use pointing::{Point, Side};

const FUNCTIONS: &str = include_str!("page.js");

/// A page in a browser.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    browser: &'a Browser,
    address: &'a str,
}

/// A row of the library.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// The article's id.
    pub id: String,
    /// The text of the link to the article.
    pub title: String,
    /// All text of the row, as it is seen.
    pub text: String,
    /// The count of each label: claim, attribution, unverified.
    pub counts: [Option<u32>; 3],
}

/// A selection in the article's text. Both are equal for a caret.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
pub struct Selection {
    /// Where the selection began.
    pub anchor: usize,
    /// Where it ends, and where the next key moves from.
    pub focus: usize,
}

impl<'a> Page<'a> {
    /// The page at `address`, which ends with a slash.
    #[must_use]
    pub fn new(browser: &'a Browser, address: &'a str) -> Self {
        Self { browser, address }
    }

    /// The browser that shows the page.
    #[must_use]
    pub fn browser(&self) -> &'a Browser {
        self.browser
    }

    /// Lets the page read and write the clipboard.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn allow_clipboard(&self) -> Result<()> {
        self.browser.allow_clipboard(self.address).await
    }

    /// Loads the library and waits for its rows.
    ///
    /// # Errors
    /// Fails when no row appears.
    pub async fn open_library(&self) -> Result<()> {
        self.go("#/").await?;
        until("a row in the list `Articles`", async || {
            Ok((!self.articles().await?.is_empty()).then_some(()))
        })
        .await
    }

    /// Loads the page anew.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.browser.driver().refresh().await?)
    }

    /// Loads the page at a route, such as `#/`, as if its address had been typed.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn go(&self, route: &str) -> Result<()> {
        let driver = self.browser.driver();
        let target = format!("{}{route}", self.address);
        let here = driver.current_url().await?;
        driver.goto(&target).await?;
        if route.starts_with('#') && here.as_str().split('#').next() == Some(self.address) {
            // A change of the hash alone loads nothing.
            driver.refresh().await?;
        }
        Ok(())
    }

    /// The rows of the list `Articles`; none while there is no such list.
    ///
    /// # Errors
    /// Fails when a row has no link to its article.
    pub async fn articles(&self) -> Result<Vec<Row>> {
        let Some(list) = self.maybe("list", "Articles").await? else {
            return Ok(Vec::new());
        };
        self.about(&list, "return rows(element);").await
    }

    /// The row of one article.
    ///
    /// # Errors
    /// Fails when the library has no such row.
    pub async fn article_row(&self, id: &str) -> Result<Row> {
        until(&format!("a row for {id}"), async || {
            Ok(self.articles().await?.into_iter().find(|row| row.id == id))
        })
        .await
    }

    /// Goes to an article by its address and waits for its text.
    ///
    /// # Errors
    /// Fails when the text does not appear.
    pub async fn open_article(&self, id: &str) -> Result<()> {
        self.go(&format!("#/article/{id}")).await?;
        self.wait_article(id).await
    }

    /// Clicks an article's link in the library and waits for its text.
    ///
    /// # Errors
    /// Fails when there is no link or the text does not appear.
    pub async fn click_article(&self, id: &str) -> Result<()> {
        let link = self
            .browser
            .driver()
            .find(By::Css(format!(r##"a[href$="#/article/{id}"]"##)))
            .await?;
        link.click().await?;
        self.wait_article(id).await
    }

    /// Waits until the reader shows the article.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_article(&self, id: &str) -> Result<()> {
        let shown =
            "const root = reader(); return root?.dataset.articleId === arguments[0] && blocks().length > 0;";
        until(&format!("the text of {id}"), async || {
            Ok((self.ask(shown, vec![json!(id)]).await? == json!(true)).then_some(()))
        })
        .await
    }

    /// The blocks of the open article: offset of the first character, and text.
    ///
    /// # Errors
    /// Fails when no article is open.
    pub async fn blocks(&self) -> Result<Vec<(usize, String)>> {
        let blocks = self.ask("return articleText();", Vec::new()).await?;
        Ok(serde_json::from_value(blocks)?)
    }

    /// Chooses an option of the list of that name by the option's words.
    ///
    /// # Errors
    /// Fails when there is no such list or option.
    pub async fn choose(&self, list: &str, option: &str) -> Result<()> {
        let list = self.named("combobox", list).await?;
        list.scroll_into_view().await?;
        let option = list
            .find(By::XPath(format!("./option[normalize-space()='{option}']")))
            .await?;
        Ok(option.click().await?)
    }

    /// Clicks the element of that role and name, once it is in view.
    ///
    /// # Errors
    /// Fails when there is none, or it cannot be clicked.
    pub async fn click_named(&self, role: &str, name: &str) -> Result<()> {
        let element = self.named(role, name).await?;
        element.scroll_into_view().await?;
        Ok(element.click().await?)
    }

    /// Waits until the element of that role and name contains `words`, as they are seen.
    ///
    /// # Errors
    /// Fails when it does not, with what it says.
    pub async fn wait_says(&self, role: &str, name: &str, words: &str) -> Result<()> {
        let mut last = String::new();
        let said = until(&format!("the {role} `{name}` to say `{words}`"), async || {
            let Some(element) = self.maybe(role, name).await? else {
                return Ok(None);
            };
            last = self.about(&element, "return element.innerText;").await?;
            Ok(last.contains(words).then_some(()))
        })
        .await;
        said.with_context(|| format!("it says `{last}`"))
    }

    /// Waits until `start..end` is selected in the article's text.
    ///
    /// # Errors
    /// Fails when it never is, with what is.
    pub async fn wait_selected(&self, (start, end): (usize, usize)) -> Result<()> {
        let mut last = None;
        let selected = until(&format!("{start}..{end} to be selected"), async || {
            last = self.selection().await?;
            Ok(last
                .is_some_and(|last| {
                    (last.anchor.min(last.focus), last.anchor.max(last.focus)) == (start, end)
                })
                .then_some(()))
        })
        .await;
        selected.with_context(|| format!("the selection is {last:?}"))
    }

    /// Waits until the character at an offset is in view, with nothing over it.
    ///
    /// # Errors
    /// Fails when it never is, with where it stands.
    pub async fn wait_in_view(&self, offset: usize) -> Result<()> {
        let script = "
            const point = pointAt(arguments[0], 'start');
            return atPoint(point);";
        let mut fault = String::new();
        let seen = until(&format!("the character at {offset} to be in view"), async || {
            let answer = self.ask(script, vec![json!(offset)]).await?;
            fault = answer.as_str().unwrap_or_default().to_owned();
            Ok(answer.is_null().then_some(()))
        })
        .await;
        seen.with_context(|| format!("it is {fault}"))
    }

    /// The names of all elements of a role inside the element of another role and name.
    ///
    /// # Errors
    /// Fails when there is no such element to look in.
    pub async fn names_in(&self, scope: (&str, &str), role: &str) -> Result<Vec<String>> {
        let scopes = self.browser.by_role(scope.0, None).await?;
        let scope = scopes
            .iter()
            .find(|each| each.name == scope.1)
            .with_context(|| format!("no {} named `{}`", scope.0, scope.1))?;
        let found = self.browser.by_role(role, Some(scope)).await?;
        Ok(found.into_iter().map(|each| each.name).collect())
    }

    /// The selection in the article's text, or `None` where there is none.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn selection(&self) -> Result<Option<Selection>> {
        Ok(serde_json::from_value(
            self.ask("return selected();", Vec::new()).await?,
        )?)
    }

    /// Shows the panel of that name beside the text.
    ///
    /// # Errors
    /// Fails when there is no tab of that name.
    pub async fn show_panel(&self, name: &str) -> Result<()> {
        let tab = self.named("tab", name).await?;
        tab.scroll_into_view().await?;
        Ok(tab.click().await?)
    }

    /// Waits until the page tells a screen reader something that contains `words`.
    ///
    /// # Errors
    /// Fails when it does not, with what it tells.
    pub async fn wait_announced(&self, words: &str) -> Result<()> {
        let log = self.named("log", "Announcements").await?;
        let mut last = String::new();
        let told = until(&format!("word of `{words}`"), async || {
            last = self.about(&log, "return element.textContent;").await?;
            Ok(last.contains(words).then_some(()))
        })
        .await;
        told.with_context(|| format!("it tells `{last}`"))
    }

    /// Waits until the tip of the button of that name begins with `words`.
    ///
    /// # Errors
    /// Fails when it does not, with what it is.
    pub async fn wait_tip(&self, button: &str, words: &str) -> Result<()> {
        let mut last = String::new();
        let found = until(&format!("the tip `{words}`"), async || {
            let button = self.named("button", button).await?;
            last = button.attr("title").await?.unwrap_or_default();
            Ok(last.starts_with(words).then_some(()))
        })
        .await;
        found.with_context(|| format!("the tip is `{last}`"))
    }

    /// Waits until the status `Save state` reads `Saved`.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_saved(&self) -> Result<()> {
        let mut last = String::new();
        let saved = until("the status `Save state` to read `Saved`", async || {
            let state = self.named("status", "Save state").await?;
            last = self.about(&state, "return element.innerText.trim();").await?;
            Ok((last == "Saved").then_some(()))
        })
        .await;
        saved.with_context(|| format!("it reads `{last}`"))
    }

    /// The one element of a role and accessible name; waits for it.
    ///
    /// # Errors
    /// Fails when there is none or more than one, with the names that there are.
    pub async fn named(&self, role: &str, name: &str) -> Result<WebElement> {
        let mut names = Vec::new();
        let found = until(&format!("a {role} named `{name}`"), async || {
            let all = self.browser.by_role(role, None).await?;
            names = all.iter().map(|each| each.name.clone()).collect();
            self.only(all, name).await
        })
        .await;
        found.with_context(|| format!("the page has these of role {role}: {names:?}"))
    }

    /// The one element of a role and name at this moment, if any.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn maybe(&self, role: &str, name: &str) -> Result<Option<WebElement>> {
        let all = self.browser.by_role(role, None).await?;
        self.only(all, name).await
    }

    /// The one element of a role and name inside the element of another role and name; waits for it.
    ///
    /// # Errors
    /// Fails when there is none.
    pub async fn named_in(&self, scope: (&str, &str), role: &str, name: &str) -> Result<WebElement> {
        until(
            &format!("a {role} named `{name}` in the {} `{}`", scope.0, scope.1),
            async || {
                let scopes = self.browser.by_role(scope.0, None).await?;
                let Some(scope) = scopes.iter().find(|each| each.name == scope.1) else {
                    return Ok(None);
                };
                let all = self.browser.by_role(role, Some(scope)).await?;
                self.only(all, name).await
            },
        )
        .await
    }

    /// Clicks the button of that name.
    ///
    /// # Errors
    /// Fails when there is none, or it cannot be clicked.
    pub async fn click_button(&self, name: &str) -> Result<()> {
        let button = self.named("button", name).await?;
        button.scroll_into_view().await?;
        // What comes near the viewport is laid out only then, and may move the button once more.
        let mut before = button.rect().await?;
        until("the button to stand still", async || {
            let now = button.rect().await?;
            let still = (now.x, now.y) == (before.x, before.y);
            before = now;
            Ok(still.then_some(()))
        })
        .await?;
        Ok(button.click().await?)
    }

    /// Waits until nothing moves any more but what moves for ever, such as a caret: animations have ended, and the page
    /// stays where it is scrolled to for two frames and the tasks behind them, in which it scrolls to what is painted.
    ///
    /// # Errors
    /// Fails when the browser refuses.
    pub async fn wait_still(&self) -> Result<()> {
        let still = "return (async () => {
            await document.fonts.ready;
            await frame();
            const moving = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < 1e6);
            await Promise.all(moving.map((each) => each.finished.catch(() => null)));
            let scrolled;
            do {
                scrolled = scrollY;
                await frame();
                await frame();
            } while (scrollY !== scrolled);
        })();";
        self.ask(still, Vec::new()).await?;
        Ok(())
    }

    /// Writes a picture of the page as it is on screen, once nothing moves.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        self.wait_still().await?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, self.browser.picture().await?).with_context(|| path.display().to_string())
    }

    /// Runs a script that knows the functions of `page.js`, and waits for a promise it returns.
    ///
    /// # Errors
    /// Fails when the script throws.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.browser
            .execute(&format!("{FUNCTIONS}\n{script}"), arguments)
            .await
    }

    async fn about<T: serde::de::DeserializeOwned>(&self, element: &WebElement, script: &str) -> Result<T> {
        let answer = self
            .ask(
                &format!("const element = arguments[0];\n{script}"),
                vec![element.to_json()?],
            )
            .await?;
        Ok(serde_json::from_value(answer)?)
    }

    async fn only(&self, all: Vec<Named>, name: &str) -> Result<Option<WebElement>> {
        let mut matching = all.into_iter().filter(|each| each.name == name);
        let Some(first) = matching.next() else {
            return Ok(None);
        };
        ensure!(matching.next().is_none(), "several elements are named `{name}`");
        Ok(Some(self.browser.element(&first).await?))
    }

    /// Waits until no dialog is open.
    ///
    /// # Errors
    /// Fails when one stays.
    pub async fn wait_no_dialog(&self) -> Result<()> {
        until("the dialog to close", async || {
            Ok(self
                .browser
                .by_role("dialog", None)
                .await?
                .is_empty()
                .then_some(()))
        })
        .await
    }
}
