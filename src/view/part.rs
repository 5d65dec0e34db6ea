//! What is drawn by the later part of the page.

use super::command_palette::CommandPalette;
use super::entities::EntitiesPage;
use super::export::ExportDialog;
use super::import::ImportDialog;
use super::keys::KeysDialog;
use super::long_edit::LongEditDialog;
use super::new_version::NewVersion;
use super::notice::NoticeDialog;
use super::reader::Reader;
use super::region_question::RegionQuestion;
use super::same_phrase::SamePhraseDialog;
use super::shelving::Shelving;
use super::storage::{SafetyLine, StorageDialog};
use crate::app::later::{DEEDS, Later, Unloaded};
use crate::app::workspace::Workspace;
use crate::browser::idle;
use crate::browser::route::Route;
use leptos::prelude::*;

/// Draws something.
pub type Draw = fn() -> AnyView;

/// What the later part of the page draws.
pub struct Scenes {
    /// The open article.
    pub reader: Draw,
    /// The pages of the entities.
    pub entities: Draw,
    /// What a long list of articles needs: its filter, and what draws the rows in sight alone.
    pub shelving: Draw,
    /// The line below the bar.
    pub safety: Draw,
    /// What lies over the page while there is something to tell or to ask.
    pub over: Draw,
}

/// What the later part of the page draws.
static SCENES: Later<Scenes> = Later::new(|| {
    #[cfg(split)]
    return Box::pin(async {
        let styles = crate::browser::stylesheet::later();
        let scenes = scenes().await?;
        styles.await.map_err(|_| Unloaded)?;
        Ok(scenes)
    });
    #[cfg(not(split))]
    return Box::pin(std::future::ready(scenes()));
});

#[cfg_attr(split, wasm_split_helpers::wasm_split(later, fallible))]
fn scenes() -> Result<&'static Scenes, Unloaded> {
    Ok(&Scenes {
        reader: || {
            let workspace = expect_context::<Workspace>();
            match workspace.route.get_untracked() {
                Route::Article(id) => view! { <Reader id/> }.into_any(),
                Route::Library | Route::Entities | Route::Entity(_) => ().into_any(),
            }
        },
        entities: || view! { <EntitiesPage/> }.into_any(),
        safety: || view! { <SafetyLine/> }.into_any(),
        over: || {
            view! {
                <NewVersion/>
                <ExportDialog/>
                <ImportDialog/>
                <StorageDialog/>
                <CommandPalette/>
                <KeysDialog/>
                <SamePhraseDialog/>
                <RegionQuestion/>
                <LongEditDialog/>
                <NoticeDialog/>
            }
            .into_any()
        },
        shelving: || view! { <Shelving/> }.into_any(),
    })
}

/// A page that the later part draws, once that is there.
#[component]
pub fn Page(
    /// Which.
    scene: fn(&Scenes) -> Draw,
) -> impl IntoView {
    if let Some(scenes) = SCENES.now() {
        return scene(scenes)();
    }
    let workspace = expect_context::<Workspace>();
    let there = RwSignal::new(None);
    let fetch = move || {
        there.set(None);
        workspace.is_page_due.set(true);
        leptos::task::spawn_local(async move {
            let scenes = SCENES.load().await;
            there.try_set(Some(scenes.map(scene).map_err(drop)));
            workspace.is_page_due.set(false);
        });
    };
    fetch();
    (move || match there.get() {
        None => view! { <p class="waiting">"Opening the page…"</p> }.into_any(),
        Some(Ok(draw)) => draw(),
        Some(Err(())) => view! {
            <main class="shelf">
                <p role="alert">"This part of the page could not be loaded. Check the connection, then try again."</p>
                <button class="solid" on:click=move |_| fetch()>"Retry"</button>
            </main>
        }
        .into_any(),
    })
    .into_any()
}

/// Something that the later part draws, once that is there: nothing until then. It is asked for when the page is
/// painted, so as not to be in its way. Where it could not be had, the next command that opens a dialog tries again.
#[component]
pub fn Soon(
    /// What.
    scene: fn(&Scenes) -> Draw,
) -> impl IntoView {
    let workspace = expect_context::<Workspace>();
    let there = RwSignal::new(SCENES.now().map(scene));
    Effect::new(move || {
        let (is_ready, is_asked) = (workspace.is_ready.get(), workspace.dialog.with(Option::is_some));
        if (is_ready || is_asked) && there.with_untracked(Option::is_none) {
            leptos::task::spawn_local(async move {
                if !is_asked {
                    idle::painted().await;
                }
                // A key for what is shown is not to come before what it does.
                if let (Ok(scenes), Ok(_)) = (SCENES.load().await, DEEDS.load().await) {
                    there.try_set(Some(scene(scenes)));
                }
            });
        }
    });
    move || there.get().map(|draw| draw())
}
