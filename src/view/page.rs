//! The page around the components: its title.

use crate::app::workspace::Workspace;
use crate::browser::route::Route;
use leptos::prelude::*;

/// Sets the document's title after what is open.
pub fn set_title(workspace: Workspace) {
    let route = workspace.route.get();
    workspace.is_ready.track();
    let name = match route {
        Route::Library => None,
        Route::Entities => Some("Entities".to_owned()),
        Route::Entity(id) => workspace.entity(&id).map(|entity| entity.name.to_string()),
        Route::Article(_) => workspace.with_open(|_, article, _| article.name().to_owned()),
    };
    document().set_title(&match name {
        Some(name) => format!("Hearsay · {name}"),
        None => "Hearsay".to_owned(),
    });
}
