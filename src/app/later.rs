//! The later part of the page: all that the list of articles can do without.
//!
//! The released page is split (`cargo xtask finish`): what is reached through a [`Later`] alone stands in a file of its
//! own, which is asked for when the list is drawn, or at once where an article is opened or earlier work is read. In
//! any other build the page is whole, and what is later is there from the start.

use super::command::Command;
use super::keymap::Focus;
use super::loading::MANIFEST;
use super::workspace::Workspace;
use crate::browser::database::{Refusal, Work};
use crate::browser::files::PickedFile;
use crate::browser::keyboard::KeyPress;
use crate::browser::tabs;
use crate::formats::manifest::{self, Entry};
use crate::store::key_value::KeyValue;
use crate::store::memory::Memory;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};

/// Why something later is not there: its file could not be fetched. Another try may help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unloaded;

impl From<wasm_split_helpers::SplitLoaderError> for Unloaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// What is told where something later was needed and could not be had.
pub(super) const UNLOADED: &str =
    "This part of the page could not be loaded. Check the connection, then do the same again.";

/// The way to something in the later part of the page.
pub type Loading<T> = Pin<Box<dyn Future<Output = Result<&'static T, Unloaded>>>>;

/// Something in the later part of the page.
pub struct Later<T: 'static> {
    there: OnceLock<&'static T>,
    load: fn() -> Loading<T>,
}

impl<T> Later<T> {
    /// What `load` gives.
    pub const fn new(load: fn() -> Loading<T>) -> Self {
        let there = OnceLock::new();
        Self { there, load }
    }

    /// It, where it is there. Fetches nothing.
    pub fn now(&self) -> Option<&'static T> {
        if cfg!(not(split)) && self.there.get().is_none() {
            let mut context = Context::from_waker(Waker::noop());
            if let Poll::Ready(Ok(there)) = (self.load)().as_mut().poll(&mut context) {
                return Some(self.there.get_or_init(|| there));
            }
        }
        self.there.get().copied()
    }

    /// It, once it is there.
    ///
    /// # Errors
    /// Where it cannot be fetched.
    pub async fn load(&self) -> Result<&'static T, Unloaded> {
        match self.now() {
            Some(there) => Ok(there),
            None => (self.load)().await.map(|there| *self.there.get_or_init(|| there)),
        }
    }
}

/// What the workspace does with the later part of the page. Each is a method of [`Workspace`] under the same name.
pub struct Deeds {
    pub(super) dispatch: fn(Workspace, Command),
    pub(super) leave: fn(Workspace),
    pub(super) set_reviewer: fn(Workspace, String),
    pub(super) press: fn(Workspace, &KeyPress, Focus) -> bool,
    pub(super) keep_note: fn(Workspace),
    pub(super) end_note: fn(Workspace),
    pub(super) receive: fn(Workspace, tabs::Entry),
    pub(super) read_choices: fn(Workspace),
    pub(super) settle_in: fn(Workspace, Entries),
    pub(super) catch_up: fn(Workspace),
    pub(super) refill_storage: fn(Workspace, bool),
    pub(super) reopen_database: fn(Workspace),
    pub(super) download_all: fn(Workspace),
    pub(super) put_reminder_off: fn(Workspace),
    pub(super) import: fn(Workspace, Vec<PickedFile>),
    pub(super) save_again_later: fn(Workspace),
    pub(super) download_scheme: fn(Workspace),
    pub(super) use_built_in_scheme: fn(Workspace),
    pub(super) begin_reading: fn(Workspace, Work) -> Begun,
    pub(super) make_do: fn() -> Rc<dyn KeyValue>,
    pub(super) restore_missing: fn(Workspace),
    pub(super) explain: fn(&Refusal) -> String,
    pub(super) read_manifest: fn(&[u8]) -> Result<Vec<Entry>, String>,
}

/// Entries of the log's twin, key and value.
pub(super) type Entries = Vec<(String, String)>;

/// The damaged entries of the log's twin, once the first of earlier work is read.
pub(super) type Begun = Pin<Box<dyn Future<Output = Entries>>>;

/// What the workspace does with the later part of the page.
pub static DEEDS: Later<Deeds> = Later::new(|| {
    #[cfg(split)]
    return Box::pin(deeds());
    #[cfg(not(split))]
    return Box::pin(std::future::ready(deeds()));
});

#[cfg_attr(split, wasm_split_helpers::wasm_split(later, fallible))]
fn deeds() -> Result<&'static Deeds, Unloaded> {
    Ok(&Deeds {
        dispatch: Workspace::dispatch_now,
        leave: Workspace::leave,
        set_reviewer: Workspace::set_reviewer_now,
        press: Workspace::press_now,
        keep_note: Workspace::keep_note_now,
        end_note: Workspace::end_note_now,
        receive: Workspace::receive_now,
        read_choices: Workspace::read_choices,
        settle_in: Workspace::settle_in,
        catch_up: Workspace::catch_up_now,
        refill_storage: Workspace::refill_storage_now,
        reopen_database: Workspace::reopen_database_now,
        download_all: Workspace::download_all_now,
        put_reminder_off: Workspace::put_reminder_off_now,
        import: Workspace::import_now,
        save_again_later: Workspace::save_again_later,
        download_scheme: Workspace::download_scheme_now,
        use_built_in_scheme: Workspace::use_built_in_scheme_now,
        begin_reading: |workspace, work| Box::pin(workspace.read_first(work)),
        make_do: || Rc::new(Memory::default()),
        restore_missing: |workspace| leptos::task::spawn_local(workspace.restore_missing()),
        explain: Refusal::to_string,
        read_manifest: |file| manifest::read(file).map_err(|error| format!("{MANIFEST}: {error}")),
    })
}

impl Workspace {
    /// Does what the later part of the page does, at once or as soon as that is there. Where it cannot be had, the
    /// reviewer is told.
    pub(super) fn later(self, deed: impl FnOnce(&Deeds) + 'static) {
        match DEEDS.now() {
            Some(deeds) => deed(deeds),
            None => leptos::task::spawn_local(async move {
                match DEEDS.load().await {
                    Ok(deeds) => deed(deeds),
                    Err(_) => self.announce_refusal(UNLOADED.to_owned()),
                }
            }),
        }
    }
}
