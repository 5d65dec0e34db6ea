//! Components on the page, one at a time.

use hearsay::app::command::Command;
use hearsay::app::workspace::{Notice, Workspace};
use hearsay::view::bar::Bar;
use hearsay::view::export::ExportDialog;
use hearsay::view::notice::NoticeDialog;
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

/// An element of its own on the page, taken away when dropped.
struct Stage(HtmlElement);

impl Stage {
    fn new() -> Self {
        let element: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&element).unwrap();
        Self(element)
    }

    fn find(&self, selector: &str) -> HtmlElement {
        let found = self.0.query_selector(selector).unwrap();
        found
            .unwrap_or_else(|| panic!("there is no {selector}"))
            .unchecked_into()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.0.remove();
    }
}

#[wasm_bindgen_test]
async fn the_bar_has_every_tool_by_its_name() {
    let stage = Stage::new();
    let _mounted = leptos::mount::mount_to(stage.0.clone(), || {
        provide_context(Workspace::empty());
        view! { <Bar>"where"</Bar> }
    });
    tick().await;
    for name in ["Undo", "Redo"] {
        let button = stage.find(&format!("button[aria-label={name}]"));
        assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("true"));
    }
    let status = stage.find("[role=status][aria-label='Save state']");
    assert_eq!(status.inner_text(), "✓ Saved".replace("✓ ", ""));
    let texts: Vec<_> = ["button.quiet", "button.solid"]
        .map(|button| stage.find(button).inner_text())
        .into();
    assert_eq!(texts, ["Import", "Export"]);
}

#[wasm_bindgen_test]
async fn the_export_dialog_opens_and_asks_which_articles() {
    let stage = Stage::new();
    let opened = StoredValue::new(None::<Workspace>);
    let _mounted = leptos::mount::mount_to(stage.0.clone(), move || {
        let workspace = Workspace::empty();
        opened.set_value(Some(workspace));
        provide_context(workspace);
        view! { <ExportDialog/> }
    });
    let workspace = opened.get_value().unwrap();
    tick().await;
    let dialog: web_sys::HtmlDialogElement = stage.find("dialog").unchecked_into();
    assert!(!dialog.open());
    workspace.dialog.set(Some(hearsay::app::command::Dialog::Export));
    tick().await;
    assert!(dialog.open());
    let all: web_sys::HtmlInputElement = stage.find("input[type=radio]").unchecked_into();
    assert!(all.checked());
    stage.find("button[aria-label=Close]").click();
    tick().await;
    assert!(!dialog.open());
}

#[wasm_bindgen_test]
async fn a_notice_shows_hostile_words_as_text() {
    let stage = Stage::new();
    let opened = StoredValue::new(None::<Workspace>);
    let _mounted = leptos::mount::mount_to(stage.0.clone(), move || {
        let workspace = Workspace::empty();
        opened.set_value(Some(workspace));
        provide_context(workspace);
        view! { <NoticeDialog/> }
    });
    tick().await;
    let hostile = "<img src=x onerror=alert(1)>";
    opened.get_value().unwrap().notice.set(Some(Notice {
        title: hostile.to_owned(),
        details: vec![hostile.to_owned()],
        is_error: true,
    }));
    tick().await;
    assert_eq!(stage.find("h2").text_content().as_deref(), Some(hostile));
    assert_eq!(stage.find("p").text_content().as_deref(), Some(hostile));
    assert!(stage.0.query_selector("img").unwrap().is_none());
    opened.get_value().unwrap().notice.set(None);
    tick().await;
}

#[wasm_bindgen_test]
async fn a_command_before_anything_is_loaded_does_no_harm() {
    let stage = Stage::new();
    let opened = StoredValue::new(None::<Workspace>);
    let _mounted = leptos::mount::mount_to(stage.0.clone(), move || {
        opened.set_value(Some(Workspace::empty()));
    });
    let workspace = opened.get_value().unwrap();
    for command in [
        Command::Undo,
        Command::Redo,
        Command::Delete,
        Command::Escape,
        Command::NextAnnotation,
    ] {
        workspace.dispatch(command);
    }
    assert_eq!(workspace.revision.get_untracked(), 0);
}
