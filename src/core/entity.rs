//! Whom a source's spelling may mean.

use super::fold::Folder;
use super::id::RecordId;
use super::order;
use super::record::Entity;
use std::cmp::Reverse;

/// The most that are suggested.
pub const MOST_SUGGESTIONS: usize = 8;

/// How well a spelling fits an entity; the better, the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Likeness {
    /// Each word of the one stands in the other, give or take a letter or two. With minus the letters that
    /// differ.
    Similar(i32),
    /// All words of the one stand in the other: a surname alone, or a name with a title before it. With the
    /// letters that they share.
    Shared(usize),
    /// The name or an alias, but for accents, case and signs.
    Same,
}

/// The entities that a spelling may mean, best first: those that have it as a name or an alias, those that
/// share all words of the shorter of the two, those whose words are similar. Of equally good ones, by name and
/// id. At most [`MOST_SUGGESTIONS`].
pub fn suggestions<'e>(
    spelling: &str,
    entities: impl Iterator<Item = (&'e RecordId, &'e Entity)>,
    folder: &mut Folder<'_>,
) -> Vec<(RecordId, Likeness)> {
    let spelling = folder.fold(spelling);
    let spelling = words(&spelling);
    let mut found: Vec<_> = entities
        .filter_map(|(id, entity)| Some((id, entity, likeness(&spelling, entity, folder)?)))
        .collect();
    order::sort_by_key(&mut found, |&(id, entity, likeness)| {
        (Reverse(likeness), &entity.name, id)
    });
    found.truncate(MOST_SUGGESTIONS);
    found
        .into_iter()
        .map(|(id, _, likeness)| (id.clone(), likeness))
        .collect()
}

/// How well the best of the entity's names fits; `None` where none does.
fn likeness(spelling: &[&str], entity: &Entity, folder: &mut Folder<'_>) -> Option<Likeness> {
    std::iter::once(&entity.name)
        .chain(&entity.aliases)
        .filter_map(|name| {
            let name = folder.fold(name);
            likeness_of(spelling, &words(&name))
        })
        .max()
}

fn likeness_of(spelling: &[&str], name: &[&str]) -> Option<Likeness> {
    if spelling.is_empty() || name.is_empty() {
        return None;
    }
    if spelling == name {
        return Some(Likeness::Same);
    }
    let (few, many) = if spelling.len() < name.len() {
        (spelling, name)
    } else {
        (name, spelling)
    };
    if few.iter().all(|word| many.contains(word)) {
        return Some(Likeness::Shared(few.iter().map(|word| word.len()).sum()));
    }
    let differing = few
        .iter()
        .map(|word| many.iter().filter_map(|other| difference(word, other)).min())
        .sum::<Option<i32>>()?;
    Some(Likeness::Similar(-differing))
}

/// The words of a folded name.
fn words(name: &str) -> Vec<&str> {
    name.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// How many letters of two words differ; `None` where they are too many for the words' length, or the words
/// too long to be names.
fn difference(one: &str, other: &str) -> Option<i32> {
    const LONGEST: usize = 64;
    let (shorter, longer) = (one.len().min(other.len()), one.len().max(other.len()));
    let most = match shorter {
        0..4 => 0,
        4..6 => 1,
        _ => 2,
    };
    // A letter is at most four bytes.
    if one == other {
        return Some(0);
    }
    if most == 0 || longer > LONGEST || longer - shorter > 4 * most {
        return None;
    }
    let distance = strsim::levenshtein(one, other);
    (distance <= most).then_some(distance as i32)
}

#[cfg(test)]
mod tests {
    use super::super::fold::tables::Tables;
    use super::*;

    /// The ids that are suggested for `spelling` among entities of these names, the first name the entity's
    /// own; its id is that name too.
    fn suggested(spelling: &str, entities: &[&[&str]]) -> Vec<String> {
        let entities: Vec<_> = entities
            .iter()
            .map(|names| {
                let entity = Entity {
                    name: names[0].into(),
                    aliases: names[1..].iter().map(|&alias| alias.into()).collect(),
                };
                (RecordId::from(names[0]), entity)
            })
            .collect();
        let entities = entities.iter().map(|(id, entity)| (id, entity));
        suggestions(spelling, entities, &mut Folder::new(&Tables))
            .into_iter()
            .map(|(id, _)| id.to_string())
            .collect()
    }

    const ZELENSKYY: &[&str] = &["Volodymyr Zelenskyy", "Zelensky", "Владимир Зеленский"];

    #[test]
    fn every_spelling_of_a_name_finds_it() {
        for spelling in [
            "Zelensky",
            "ZELENSKYY",
            "Zelenskiy",
            "President Volodymyr Zelensky",
            "Volodymyr Zelenskyy’s",
            "зеленский",
        ] {
            assert_eq!(
                suggested(spelling, &[ZELENSKYY, &["Oleksandr Syrskyi"]]),
                [ZELENSKYY[0]],
                "{spelling}"
            );
        }
    }

    #[test]
    fn an_alias_comes_before_a_shared_word_and_that_before_a_similar_one() {
        let entities: &[&[&str]] = &[
            &["Petrow"],
            &["Ivan Petrov"],
            &["The general", "Petrov"],
            &["Petra Novak"],
        ];
        assert_eq!(
            suggested("Petrov", entities),
            ["The general", "Ivan Petrov", "Petrow"]
        );
    }

    #[test]
    fn more_shared_letters_come_first() {
        let entities: &[&[&str]] = &[&["Ukraine"], &["Ukraine Defence Ministry"]];
        assert_eq!(
            suggested("the Ukraine Defence Ministry said", entities),
            ["Ukraine Defence Ministry", "Ukraine"]
        );
    }

    #[test]
    fn short_words_must_be_the_same() {
        assert!(suggested("CIA", &[&["CIS"], &["CNA"], &[""]]).is_empty());
        assert!(suggested("“”", &[&["Reuters"], &["!"]]).is_empty());
    }

    #[test]
    fn there_are_at_most_eight_in_one_order_whatever_order_they_come_in() {
        let names: Vec<String> = (0..20).map(|number| format!("Reuters {number:02}")).collect();
        let mut entities: Vec<_> = names.iter().map(|name| [name.as_str()]).collect();
        let lists = |entities: &[[&str; 1]]| {
            let entities: Vec<&[&str]> = entities.iter().map(|names| &names[..]).collect();
            suggested("Reuters", &entities)
        };
        let straight = lists(&entities);
        entities.reverse();
        assert_eq!(lists(&entities), straight);
        assert_eq!(straight, names[..8]);
    }
}
