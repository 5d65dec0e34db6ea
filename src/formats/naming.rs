//! Names: of labels in formats that do not take any, and of records that come without one of ours.

use super::Corpus;
use crate::core::id::{ArticleId, LabelId, RecordId};
use crate::core::record::RecordKind;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Whether every format takes it for a name: Latin letters, digits, hyphens and underscores.
pub(super) fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !name.is_empty() && name.bytes().all(is_plain)
}

/// What each label of a corpus is called where it must be a name ([`is_name`]).
pub(super) struct LabelNames {
    names: Vec<(LabelId, String)>,
    places: HashMap<LabelId, usize>,
}

impl LabelNames {
    /// The labels of the scheme, in its order, and then those that only annotations have. One that is a name
    /// keeps it; in others each character that may not stand in one becomes `_`.
    pub(super) fn of(corpus: &Corpus<'_>) -> Self {
        let used: BTreeSet<_> = corpus
            .articles
            .iter()
            .flat_map(|article| {
                article
                    .records
                    .annotations()
                    .map(|(_, annotation)| &annotation.label)
            })
            .collect();
        let labels: Vec<_> = corpus
            .scheme
            .labels
            .iter()
            .map(|label| &label.id)
            .chain(used)
            .collect();
        let plain = labels
            .iter()
            .map(|label| label.as_str())
            .filter(|label| is_name(label));
        let mut taken: HashSet<String> = plain.map(str::to_owned).collect();
        let mut names = Self {
            names: Vec::new(),
            places: HashMap::new(),
        };
        for label in labels {
            if names.places.contains_key(label) {
                continue;
            }
            let name = if is_name(label.as_str()) {
                label.to_string()
            } else {
                free_name(label.as_str(), &mut taken)
            };
            names.places.insert(label.clone(), names.names.len());
            names.names.push((label.clone(), name));
        }
        names
    }

    /// The name of a label of the corpus.
    pub(super) fn get<'n>(&'n self, label: &'n LabelId) -> &'n str {
        match self.places.get(label) {
            Some(place) => &self.names[*place].1,
            None => label.as_str(),
        }
    }

    /// All labels with their names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&LabelId, &str)> {
        self.names.iter().map(|(label, name)| (label, name.as_str()))
    }
}

/// A name as near to `label` as may be that is not taken yet, and that is taken now.
fn free_name(label: &str, taken: &mut HashSet<String>) -> String {
    let plain = |character: char| {
        if is_name(character.encode_utf8(&mut [0; 4])) {
            character
        } else {
            '_'
        }
    };
    let stem: String = label.chars().map(plain).collect();
    let stem = if stem.is_empty() { "_".to_owned() } else { stem };
    let mut name = stem.clone();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{stem}-{number}");
        number += 1;
    }
    name
}

/// The ids of an article's records so far.
#[derive(Default)]
pub(super) struct Naming {
    ids: HashSet<(RecordKind, RecordId)>,
    /// How often a record that says the same was given an id.
    ordinals: HashMap<String, usize>,
}

impl Naming {
    /// The record's own id where it has one that no other of its kind has; else one made of what it says, which
    /// is the same whenever the same file is read.
    pub(super) fn id(
        &mut self,
        kind: RecordKind,
        article: &ArticleId,
        own: Option<RecordId>,
        content: &str,
    ) -> RecordId {
        let own = own.filter(|id| !self.ids.contains(&(kind, id.clone())));
        let id = own.unwrap_or_else(|| {
            let content = format!("{kind:?}\n{article}\n{content}");
            let same = self.ordinals.entry(content.clone()).or_default();
            *same += 1;
            RecordId::of_content(format!("{content}\n{same}").as_bytes())
        });
        self.ids.insert((kind, id.clone()));
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_that_is_no_name_becomes_one_that_no_other_has() {
        let mut taken = HashSet::from(["ru_or".to_owned()]);
        let mut name = |label| free_name(label, &mut taken);
        assert_eq!(name("ru or"), "ru_or-2");
        assert_eq!(name("ru/or"), "ru_or-3");
        assert_eq!(name("слух"), "____");
        assert_eq!((name(""), name("")), ("_".to_owned(), "_-2".to_owned()));
    }

    #[test]
    fn an_id_is_kept_once_and_made_of_what_the_record_says_after_that() {
        let article = ArticleId::from("a");
        let ids = || {
            let mut naming = Naming::default();
            ["T1", "T1", "T1"].map(|id| {
                naming
                    .id(RecordKind::Annotation, &article, Some(id.into()), "claim 0 5")
                    .to_string()
            })
        };
        let [first, second, third] = ids();
        assert_eq!(first, "T1");
        assert_ne!(second, third);
        assert_eq!(ids(), [first, second, third]);
    }
}
