//! The list of annotations, and what is drawn of them.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use thirtyfour::prelude::*;

use super::Page;
use super::typing::key;
use crate::wait::until;

/// An item of the list of annotations.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Item {
    /// The annotation's id.
    pub id: String,
    /// The label's id.
    pub label: String,
    /// The quote in it.
    pub quote: String,
    /// All text of the item.
    pub text: String,
    /// Whether the annotation is the selected one.
    pub current: bool,
}

impl Page<'_> {
    /// The items of the list `Annotations`.
    ///
    /// # Errors
    /// Fails when there is no such list.
    pub async fn annotations(&self) -> Result<Vec<Item>> {
        let list = self.named("list", "Annotations").await?;
        self.about(&list, "return items(element);").await
    }

    /// Waits until the list `Annotations` has so many items.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_annotations(&self, count: usize) -> Result<Vec<Item>> {
        self.wait_items(&format!("{count} annotations"), |items| items.len() == count)
            .await
    }

    /// Waits until the items of the list `Annotations` are as `wanted` says.
    ///
    /// # Errors
    /// Fails when they never are, with the items as they are.
    pub async fn wait_items(&self, what: &str, wanted: impl Fn(&[Item]) -> bool) -> Result<Vec<Item>> {
        let mut last = Vec::new();
        let found = until(what, async || {
            last = self.annotations().await?;
            Ok(wanted(&last).then_some(()))
        })
        .await;
        found.with_context(|| format!("the list reads {last:?}"))?;
        Ok(last)
    }

    /// Waits until the list `Annotations` has exactly these labels and quotes, in reading order.
    ///
    /// # Errors
    /// Fails when it does not.
    pub async fn wait_labelled(&self, wanted: &[(&str, &str)]) -> Result<Vec<Item>> {
        self.wait_items(&format!("{wanted:?}"), |items| {
            items
                .iter()
                .map(|item| (item.label.as_str(), item.quote.as_str()))
                .eq(wanted.iter().copied())
        })
        .await
    }

    /// Clicks an item of the list `Annotations`.
    ///
    /// # Errors
    /// Fails when there is no such item.
    pub async fn click_item(&self, id: &str) -> Result<()> {
        Ok(self.item(id).await?.click().await?)
    }

    /// Clicks an item of the list `Annotations` while a key is held, such as `Control`.
    ///
    /// # Errors
    /// Fails when there is no such item.
    pub async fn click_item_holding(&self, id: &str, held: &str) -> Result<()> {
        let item = self.item(id).await?;
        item.scroll_into_view().await?;
        let held = key(held)?;
        self.browser
            .driver()
            .action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO))
            .move_to_element_center(&item)
            .key_down(held)
            .click()
            .key_up(held)
            .perform()
            .await?;
        Ok(())
    }

    async fn item(&self, id: &str) -> Result<WebElement> {
        let list = self.named("list", "Annotations").await?;
        Ok(list
            .find(By::Css(format!(r#"[data-annotation-id="{id}"]"#)))
            .await?)
    }

    /// For each annotation that is drawn, the code-point ranges that its marks cover.
    ///
    /// # Errors
    /// Fails when no article is open.
    pub async fn coverage(&self) -> Result<Vec<(String, Vec<(usize, usize)>)>> {
        let found: std::collections::BTreeMap<String, Vec<(usize, usize)>> =
            serde_json::from_value(self.ask("return coverage();", Vec::new()).await?)?;
        Ok(found.into_iter().collect())
    }
}
