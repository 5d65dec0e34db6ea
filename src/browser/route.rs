//! The address: which page of the workbench is open, behind the `#`.

use super::window;
use crate::core::id::{ArticleId, RecordId};
use gloo_events::EventListener;

/// What is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Route {
    /// `#/`: the list of articles.
    Library,
    /// `#/article/{id}`: one article.
    Article(ArticleId),
    /// `#/entities`: the list of entities.
    Entities,
    /// `#/entity/{id}`: one entity.
    Entity(RecordId),
}

impl Route {
    /// What the address says now; the library where it says nothing that we know.
    pub fn current() -> Self {
        Self::parse(&window().location().hash().unwrap_or_default())
    }

    /// Reads the part of an address behind the `#`, with it or without.
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#');
        let id_behind = |prefix: &str| {
            let id = path.strip_prefix(prefix).filter(|id| !id.is_empty())?;
            js_sys::decode_uri_component(id).ok().map(String::from)
        };
        if path == "/entities" {
            Self::Entities
        } else if let Some(id) = id_behind("/article/") {
            Self::Article(id.as_str().into())
        } else if let Some(id) = id_behind("/entity/") {
            Self::Entity(id.as_str().into())
        } else {
            Self::Library
        }
    }

    /// The address, `#` and all.
    pub fn href(&self) -> String {
        let behind =
            |prefix: &str, id: &str| format!("#/{prefix}/{}", String::from(js_sys::encode_uri_component(id)));
        match self {
            Self::Library => "#/".to_owned(),
            Self::Article(id) => behind("article", id.as_str()),
            Self::Entities => "#/entities".to_owned(),
            Self::Entity(id) => behind("entity", &id.to_string()),
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
