//! The clerk's copy of the corpus: made in slices, so that the page stays quick to answer meanwhile.

use super::workspace::Workspace;
use crate::browser::clerk::Clerk;
use crate::browser::shift::Shift;
use crate::clerk::{ArticleCopy, Request};
use crate::formats::scheme_json;
use crate::store::snapshot;
use wasm_bindgen::JsValue;

/// How many articles the clerk gets at a time: to pack them and to send them takes longer than to copy them.
const MOST: usize = 50;

impl Workspace {
    /// Gives the clerk a copy of the corpus as it stands, and tells after each slice how many articles are copied.
    ///
    /// # Errors
    /// Where the clerk cannot take it, with the reason.
    pub(super) async fn copy_for(self, clerk: &Clerk, on_copied: impl Fn(usize)) -> Result<(), String> {
        self.whole().await;
        let begun = self.with(|desk| {
            let request = Request::Corpus {
                scheme: scheme_json::write(&desk.scheme),
                records: snapshot::copy(desk.corpus_records())?,
            };
            Ok::<_, String>((request, desk.articles.clone()))
        });
        let Some(begun) = begun else { return Ok(()) };
        let (request, articles) = begun?;
        // The clerk takes one slice in while the next is made, so the page waits for the one before.
        let mut before = clerk.ask(&request, &JsValue::NULL);
        let mut left = articles.iter();
        while left.len() > 0 {
            let shift = Shift::begin();
            let mut copies = Vec::new();
            for article in left.by_ref() {
                let copy = self.with(|desk| ArticleCopy::of(article, desk.records_of(&article.id)));
                copies.extend(copy.transpose()?);
                if shift.is_over() || copies.len() == MOST {
                    break;
                }
            }
            let next = clerk.ask(&Request::Articles(copies), &JsValue::NULL);
            std::mem::replace(&mut before, next).await?;
            on_copied(articles.len() - left.len());
        }
        before.await.map(drop)
    }
}
