//! The line to the other tabs: opened and closed, and what comes in over it.

use super::workspace::Workspace;
use crate::browser::tabs::{Entry, Tabs};
use leptos::prelude::*;

impl Workspace {
    /// Opens the line to the other tabs. A page without it finds what others wrote when it is opened again.
    pub(super) fn open_line(self) {
        let tabs = Tabs::open(move |entry| self.receive(entry)).ok();
        self.tabs.set_value(tabs);
    }

    /// Closes the line to the other tabs, for a page that is being left. The browser may keep it for the way back, and
    /// clears it away when something is sent to it, which takes as long as drawing a frame and falls on whoever sent it
    /// (Chromium, where both share a process).
    pub fn close_line(self) {
        self.tabs.set_value(None);
    }

    /// Goes on after the browser had kept this page for the way back, or frozen it: what other tabs wrote meanwhile is
    /// read from storage.
    pub fn come_back(self) {
        if self.tabs.with_value(Option::is_none) {
            self.open_line();
        }
        self.later(move |deeds| (deeds.catch_up)(self));
    }

    /// Reads storage again, for a page that has not heard what other tabs wrote meanwhile.
    pub(super) fn catch_up_now(self) {
        leptos::task::spawn_local(self.read_again());
    }

    /// Takes in what another tab has written.
    pub(super) fn receive(self, entry: Entry) {
        self.later(move |deeds| (deeds.receive)(self, entry));
    }

    pub(super) fn receive_now(self, entry: Entry) {
        let open = self.open_id();
        let received = self.update(|desk| {
            // What cannot be read is told of when the page is opened again and meets it in storage.
            let changes = desk
                .repository
                .receive(&entry.key, &entry.value)
                .unwrap_or_default();
            let adds = desk.merge(&changes, open.as_ref());
            if adds {
                desk.arrange();
            }
            (!changes.is_empty(), adds)
        });
        let Some((is_new, adds_article)) = received else {
            return self.early.update_value(|early| early.push(entry));
        };
        if is_new {
            self.forget_lost_selection();
            self.changed();
        }
        if adds_article {
            leptos::task::spawn_local(self.restore_missing());
        }
    }
}
