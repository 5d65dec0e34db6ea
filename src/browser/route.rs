//! The address: which page of the workbench is open, behind the `#`.

use super::window;
use crate::core::id::ArticleId;
use gloo_events::EventListener;

/// What is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Route {
    /// `#/`: the list of articles.
    Library,
    /// `#/article/{id}`: one article.
    Article(ArticleId),
}

impl Route {
    /// What the address says now; the library where it says nothing that we know.
    pub fn current() -> Self {
        Self::parse(&window().location().hash().unwrap_or_default())
    }

    /// Reads the part of an address behind the `#`, with it or without.
    pub fn parse(hash: &str) -> Self {
        hash.trim_start_matches('#')
            .strip_prefix("/article/")
            .filter(|id| !id.is_empty())
            .and_then(|id| js_sys::decode_uri_component(id).ok())
            .map_or(Self::Library, |id| {
                Self::Article(String::from(id).as_str().into())
            })
    }

    /// The address, `#` and all.
    pub fn href(&self) -> String {
        match self {
            Self::Library => "#/".to_owned(),
            Self::Article(id) => format!(
                "#/article/{}",
                String::from(js_sys::encode_uri_component(id.as_str()))
            ),
        }
    }

    /// Goes there; the address changes and [`listen`] tells of it.
    pub fn go(&self) {
        // Fails only for a document that is not shown any more.
        let _ = window().location().set_hash(&self.href());
    }
}

/// Calls `changed` whenever the address changes, until the listener is dropped.
pub fn listen(changed: impl Fn(Route) + 'static) -> EventListener {
    EventListener::new(&window(), "hashchange", move |_| changed(Route::current()))
}
