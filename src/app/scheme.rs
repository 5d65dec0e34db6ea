//! The scheme in use: loaded from a file, kept for the next visit, and what its labels look like.

use super::loading;
use super::workspace::{Notice, Workspace};
use crate::browser::stylesheet::{self, Look, PATTERNS};
use crate::browser::{clock, files};
use crate::core::id::LabelId;
use crate::core::order;
use crate::core::record::{Record, RecordKind};
use crate::core::scheme::{Colour, Scheme};
use crate::core::wording::plural;
use crate::formats::scheme_json;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The name of the setting that keeps the scheme, as JSON; empty for the built-in one.
pub(super) const SCHEME: &str = "scheme";
/// The labels that the page's own style sheets have a look for, in the order of their patterns.
const BUILT_IN: [&str; 3] = ["claim", "attribution", "unverified"];
/// The colours of labels that bring none, by turns.
const COLOURS: [Colour; 8] = [
    Colour(0x00, 0x7a, 0x5a),
    Colour(0xb0, 0x40, 0x1c),
    Colour(0x5b, 0x4f, 0xc9),
    Colour(0x8a, 0x6b, 0x00),
    Colour(0x0b, 0x76, 0x96),
    Colour(0xa3, 0x2d, 0x6b),
    Colour(0x4f, 0x74, 0x1a),
    Colour(0x6e, 0x5a, 0x50),
];

impl Workspace {
    /// Goes on with the scheme of the last visit. One that cannot be read stays where it is kept, and the
    /// built-in one takes its place.
    pub(super) fn read_scheme(self) {
        let kept = self.with(|desk| desk.repository.setting(SCHEME));
        let read = match kept {
            None | Some(Ok(None)) => return,
            Some(Ok(Some(json))) if json.is_empty() => return,
            Some(Ok(Some(json))) => scheme_json::read(json.as_bytes()).map_err(|error| error.to_string()),
            Some(Err(error)) => Err(error.to_string()),
        };
        match read {
            Ok(scheme) => {
                self.update(|desk| desk.scheme = scheme);
                self.commands.set_value(None);
                self.show_looks();
            }
            Err(reason) => {
                let details = [
                    reason,
                    "The built-in scheme is used for now, and no annotation is changed. What is kept stays as it is \
                     until you load a scheme from its file or choose the built-in one for good."
                        .to_owned(),
                ];
                self.notice.update(|notice| match notice {
                    Some(notice) => notice.details.extend(details),
                    None => {
                        *notice = Some(Notice {
                            title: "The scheme kept in this browser cannot be read".to_owned(),
                            details: details.into(),
                            is_error: true,
                        });
                    }
                });
            }
        }
    }

    /// Takes a scheme from a file in place of the one in use, and keeps it. Answers with what is to be told.
    ///
    /// # Errors
    /// Where the file is not a sound scheme. Nothing is changed then.
    pub(super) fn load_scheme(self, file: &[u8]) -> Result<Vec<String>, String> {
        let scheme = scheme_json::read(file).map_err(|error| error.to_string())?;
        if self.with(|_| ()).is_none() {
            return Err(loading::TOO_EARLY.to_owned());
        }
        self.keep_setting(SCHEME, &scheme_json::write(&scheme));
        Ok(self.use_scheme(scheme))
    }

    /// Keeps the scheme in use again, unless it is the built-in one.
    pub(super) fn keep_scheme(self) {
        let scheme = self.with(|desk| desk.scheme.clone());
        if let Some(scheme) = scheme.filter(|scheme| *scheme != Scheme::news_claims()) {
            self.keep_setting(SCHEME, &scheme_json::write(&scheme));
        }
    }

    /// Takes the scheme among the settings of a rescue file, where this browser has the built-in one alone. Answers with
    /// what is to be told.
    pub(super) fn adopt_scheme(self, settings: &BTreeMap<String, String>) -> Vec<String> {
        let json = settings
            .get(SCHEME)
            .filter(|json| !json.is_empty() && self.has_built_in_scheme());
        match json.map(|json| self.load_scheme(json.as_bytes())) {
            None => Vec::new(),
            Some(Ok(told)) => told,
            Some(Err(reason)) => vec![format!("The scheme in the file is not used: {reason}")],
        }
    }

    /// Whether the built-in scheme is in use and no other one is kept, not even one that cannot be read.
    pub fn has_built_in_scheme(self) -> bool {
        self.with(|desk| {
            let is_kept = match desk.repository.setting(SCHEME) {
                Ok(kept) => kept.is_some_and(|kept| !kept.is_empty()),
                Err(_) => true,
            };
            !is_kept && desk.scheme == Scheme::news_claims()
        }) == Some(true)
    }

    /// Takes the built-in scheme in place of the one in use.
    pub fn use_built_in_scheme(self) {
        self.later(move |deeds| (deeds.use_built_in_scheme)(self));
    }

    pub(super) fn use_built_in_scheme_now(self) {
        self.keep_setting(SCHEME, "");
        let details = self.use_scheme(Scheme::news_claims());
        self.notice.set(Some(Notice {
            title: "The built-in scheme is in use".to_owned(),
            details,
            is_error: false,
        }));
    }

    /// Hands the reviewer the scheme in use as a file.
    pub fn download_scheme(self) {
        self.later(move |deeds| (deeds.download_scheme)(self));
    }

    pub(super) fn download_scheme_now(self) {
        let Some(json) = self.with(|desk| scheme_json::write(&desk.scheme)) else {
            return;
        };
        let name = format!("hearsay-scheme-{}.json", clock::now().date());
        self.hand_over(&name, "application/json", &json);
    }

    /// Hands the reviewer a file other than the corpus.
    pub(super) fn hand_over(self, name: &str, media_type: &str, content: &str) {
        match files::download(name, media_type, content.as_bytes()) {
            Ok(()) => self.announce(format!("{name} downloaded")),
            Err(reason) => self.notice.set(Some(Notice {
                title: format!("{name} could not be downloaded"),
                details: vec![reason, "Your work is unchanged.".to_owned()],
                is_error: true,
            })),
        }
    }

    fn use_scheme(self, scheme: Scheme) -> Vec<String> {
        let open = self.open_id();
        let has = |label: &LabelId| scheme.label(label).is_some();
        if self
            .sticky
            .with_untracked(|label| label.as_ref().is_some_and(|label| !has(label)))
        {
            self.sticky.set(None);
        }
        let is_filtered = |label: &Option<LabelId>| label.as_ref().is_some_and(|label| !has(label));
        if self.filter.with_untracked(|filter| is_filtered(&filter.label)) {
            self.filter.update(|filter| filter.label = None);
        }
        let told = self.update(|desk| {
            let whole = open.and_then(|id| desk.article(&id)?.text.whole());
            // What a screen reader hears at the ends of annotations names their labels.
            desk.redraw.extend(whole);
            let mut lost: Vec<_> = desk
                .articles
                .iter()
                .flat_map(|article| desk.records_of(&article.id).of_kind(RecordKind::Annotation))
                .filter_map(|(_, record)| match record {
                    Record::Annotation(annotation) => Some(&annotation.label),
                    _ => None,
                })
                .filter(|label| scheme.label(label).is_none())
                .collect();
            let count = lost.len();
            order::sort(&mut lost);
            lost.dedup();
            let lost: Vec<_> = lost.into_iter().map(LabelId::as_str).collect();
            let mut told = vec![format!(
                "The scheme {}, version {}, is in use from now on: {}.",
                scheme.name,
                scheme.version,
                plural(scheme.labels.len(), "label")
            )];
            if count > 0 {
                told.push(format!(
                    "Labels that it does not have: {}. What they mark is kept ({}) and shown under their ids.",
                    lost.join(", "),
                    plural(count, "annotation")
                ));
            }
            desk.scheme = scheme;
            told
        });
        self.commands.set_value(None);
        self.show_looks();
        self.changed();
        told.unwrap_or_default()
    }

    fn show_looks(self) {
        stylesheet::show(&self.with(|desk| looks(&desk.scheme)).unwrap_or_default());
    }
}

/// The looks of the labels that the page's own style sheets do not draw as they are to be drawn: those that are
/// not built in or bring a colour, and built-in ones that the scheme has lost.
fn looks(scheme: &Scheme) -> Vec<Look> {
    let has = |id: &str| scheme.label(&id.into()).is_some();
    // The patterns of built-in labels are theirs alone, as long as there are such.
    let mut patterns = (0..PATTERNS)
        .filter(|&pattern| !BUILT_IN.get(pattern).is_some_and(|id| has(id)))
        .cycle();
    let mut colours = COLOURS.iter().cycle();
    let lost = BUILT_IN.iter().filter(|id| !has(id)).map(|id| Look {
        label: (*id).to_owned(),
        paint: None,
    });
    let mut looks: Vec<_> = lost.collect();
    for label in &scheme.labels {
        let built_in = BUILT_IN.iter().position(|id| *id == label.id.as_str());
        if built_in.is_some() && label.colour.is_none() {
            continue;
        }
        let pattern = built_in.or_else(|| patterns.next());
        let colour = label.colour.as_ref().or_else(|| colours.next());
        looks.push(Look {
            label: label.id.to_string(),
            paint: colour
                .zip(pattern)
                .map(|(&Colour(red, green, blue), pattern)| ((red, green, blue), pattern)),
        });
    }
    looks
}
