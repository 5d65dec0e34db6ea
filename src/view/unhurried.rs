//! What changes once the rest is painted: a key that changes the text is not to wait for what is looked at later.

use crate::browser::idle;
use leptos::prelude::*;

/// What a memo holds, told on when what else changes with it is painted and nobody waits for it any more.
pub(super) fn after_paint<T>(value: Memo<T>) -> RwSignal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let told = RwSignal::new(value.get_untracked());
    Effect::new(move || {
        value.track();
        idle::unhurried(move || {
            if let Some(value) = value.try_get_untracked()
                && told.try_with_untracked(|told| *told != value) == Some(true)
            {
                told.set(value);
            }
        });
    });
    told
}

/// What a memo holds, told at once where it becomes true, and where it becomes false once that is painted.
pub(super) fn until_paint(value: Memo<bool>) -> Signal<bool> {
    let told = after_paint(value);
    Signal::derive(move || value.get() || told.get())
}
