//! Schemes: the label set as data.

use super::id::LabelId;
use std::sync::Arc;

/// A label set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scheme {
    /// Its name, as files write it.
    pub name: Arc<str>,
    /// Its version: another set of labels or meanings, another number.
    pub version: u32,
    /// Its labels, in the order in which they are shown.
    pub labels: Vec<Label>,
}

/// A label: its name, its key and what it means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Its name in records and files.
    pub id: LabelId,
    /// Its name on the page.
    pub name: Arc<str>,
    /// The key that labels with it.
    pub key: char,
    /// What it marks, in a sentence.
    pub definition: Arc<str>,
}

impl Scheme {
    /// The built-in scheme: claim, attribution, unverified.
    pub fn news_claims() -> Self {
        let label = |id: &str, name: &str, key, definition: &str| Label {
            id: id.into(),
            name: name.into(),
            key,
            definition: definition.into(),
        };
        Self {
            name: "news-claims".into(),
            version: 1,
            labels: vec![
                label(
                    "claim",
                    "Claim",
                    '1',
                    "The shortest clause that says something true or false of the world, without the words \
                     that frame it.",
                ),
                label(
                    "attribution",
                    "Attribution",
                    '2',
                    "Who says it, together with the words that tell so; never what is said.",
                ),
                label(
                    "unverified",
                    "Unverified",
                    '3',
                    "Words by which the narrator lets the reader know that something is not established.",
                ),
            ],
        }
    }

    /// The label with `id`; `None` where the scheme has none.
    pub fn label(&self, id: &LabelId) -> Option<&Label> {
        self.labels.iter().find(|label| label.id == *id)
    }

    /// The name that a label is shown under: its own id where the scheme has lost it.
    pub fn name_of<'a>(&'a self, id: &'a LabelId) -> &'a str {
        self.label(id).map_or(id.as_str(), |label| &label.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_has_a_key_of_its_own() {
        let scheme = Scheme::news_claims();
        let keys: std::collections::BTreeSet<_> = scheme.labels.iter().map(|label| label.key).collect();
        assert_eq!(keys.len(), scheme.labels.len());
    }

    #[test]
    fn a_label_that_the_scheme_lost_is_shown_under_its_id() {
        assert_eq!(Scheme::news_claims().name_of(&"rumour".into()), "rumour");
    }
}
