//! A rehearsal of an edit, for nothing.
//!
//! Browsers may compile a function of a program when it is first called (Chromium's trace tells so:
//! `wasm.CompileLazy`), and the first label key on a fresh page would wait for more than a hundred of them. So an edit
//! is gone through once before, in lulls soon after an article was opened, a little at a time: in a workspace of its own,
//! shown in elements that are never part of the page.

use super::annotations::Annotations;
use super::drawing::{draw, frame};
use super::drawn::Drawn;
use super::inspector::card::Card;
use crate::app::workspace::Workspace;
use crate::browser::idle::Lulls;
use crate::browser::surface::{Frame, Surface};
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::JsCast;

/// Rehearses an edit in the next lulls of the page, once in its life. In the end what is shown of the article is asked
/// again, as after an edit.
pub(super) fn rehearse_soon(drawn: Drawn) {
    static IS_DONE: AtomicBool = AtomicBool::new(false);
    if !IS_DONE.swap(true, Ordering::Relaxed) {
        leptos::task::spawn_local(rehearse(drawn));
    }
}

async fn rehearse(drawn: Drawn) {
    let lulls = Lulls::watch();
    lulls.turn().await;
    let element = || document().create_element("div").ok();
    let (Some(root), Some(list)) = (element(), element()) else {
        return;
    };
    let owner = Owner::new();
    let stage = owner.with(Workspace::stage);
    let frames = move |blocks: Range<usize>, give: &mut dyn FnMut(Frame<'_>)| {
        stage.with_open(|_, article, records| {
            blocks
                .filter_map(|block| frame(article, records, block))
                .for_each(give);
        });
    };
    let surface = stage.with_open(|_, article, _| Surface::new(&root, article.blocks(), frames, |_| ()));
    let (shows_list, shows_card) = owner.with(|| (RwSignal::new(false), RwSignal::new(false)));
    let shown = owner.with(|| {
        mount_to(list.unchecked_into(), move || {
            provide_context(stage);
            view! {
                {move || shows_list.get().then(|| view! { <Annotations/> })}
                {move || shows_card.get().then(|| stage.selected.get().map(|id| view! { <Card id/> }))}
            }
        })
    });
    lulls.turn().await;
    stage
        .rehearse(async || {
            stage.take_redraws();
            stage.with_open(|desk, article, records| {
                if let Some(surface) = &surface {
                    draw(surface, stage, &desk.scheme, article, records, 0);
                }
            });
            // What stands beside the text follows, a little at a time: a frame may be due, or a key have come.
            lulls.turn().await;
            stage.changed();
            lulls.turn().await;
            for part in [shows_list, shows_card] {
                if !part.get_untracked() {
                    part.set(true);
                    lulls.turn().await;
                }
            }
        })
        .await;
    drop(shown);
    owner.cleanup();
    lulls.turn().await;
    drawn.show_again();
}
