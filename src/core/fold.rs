//! Words compared without regard to accents, case, and the make of quotes, dashes and spaces.
//!
//! The tables that this needs are large, and every browser has them: what becomes of a character that is not
//! ASCII is asked of a [`Folding`], once for each character. A [`Folded`] text knows where in the original each
//! of its places lies.

use super::text::ByteOffset;

/// What becomes of a single character: its canonical decomposition (NFD, Unicode Standard Annex 15) in lower
/// case, without its marks. A mark by itself becomes nothing.
pub trait Folding {
    /// Appends what becomes of `character`.
    fn fold(&self, character: char, into: &mut String);
}

/// The character as a typewriter has it: straight for curly quotes, a hyphen for dashes, a space for white space.
pub fn plain(character: char) -> char {
    match character {
        '‘' | '’' | '‛' | 'ʼ' => '\'',
        '“' | '”' | '„' | '‟' => '"',
        '‐'..='―' | '−' => '-',
        _ if character.is_whitespace() => ' ',
        _ => character,
    }
}

/// Folds words, and keeps what became of each character.
pub struct Folder<'f> {
    folding: &'f dyn Folding,
    known: Known,
}

/// What became of characters, in pages of neighbours: a script is a page or two, so that the way to a character is
/// two steps, whatever was folded before.
#[derive(Default)]
struct Known(Vec<Option<Box<Page>>>);

/// What became of as many neighbours.
type Page = [Option<Fate>; 64];

/// What became of a character: mostly another.
enum Fate {
    Character(char),
    Words(Box<str>),
}

/// A folded text, with the way back.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    text: String,
    /// In the order of both texts. Between two of them, places in both texts go side by side.
    turns: Vec<Turn>,
}

/// A place where something begins or ends that has another length in the folded text than in the original.
#[derive(Clone, Copy, Debug)]
struct Turn {
    folded: u32,
    original: u32,
    /// Whether it begins here: then no place of the original lies in what follows.
    begins: bool,
}

impl<'f> Folder<'f> {
    /// A folder that knows nothing yet but ASCII.
    pub fn new(folding: &'f dyn Folding) -> Self {
        Self {
            folding,
            known: Known::default(),
        }
    }

    /// The folded words. Every run of white space in them becomes one space.
    pub fn fold(&mut self, words: &str) -> String {
        self.folded(words).text
    }

    /// The folded text, with the way back.
    pub fn folded(&mut self, text: &str) -> Folded {
        let mut folded = Folded::of(text, &mut |character, into| self.character(character, into));
        folded.text.make_ascii_lowercase();
        folded
    }

    fn character(&mut self, character: char, into: &mut String) {
        let fate = self
            .known
            .of(character)
            .get_or_insert_with(|| match plain(character) {
                plain if plain != character => Fate::Character(plain),
                _ => {
                    let mut folded = String::new();
                    self.folding.fold(character, &mut folded);
                    let mut characters = folded.chars();
                    match (characters.next(), characters.next()) {
                        (Some(only), None) => Fate::Character(only),
                        _ => Fate::Words(folded.into()),
                    }
                }
            });
        match fate {
            Fate::Character(only) => into.push(*only),
            Fate::Words(words) => into.push_str(words),
        }
    }
}

impl Known {
    /// Where what becomes of `character` is kept; `None` there until it has been asked for.
    fn of(&mut self, character: char) -> &mut Option<Fate> {
        let (page, at) = (character as usize / 64, character as usize % 64);
        if self.0.len() <= page {
            self.0.resize_with(page + 1, || None);
        }
        &mut self.0[page].get_or_insert_with(|| Box::new([const { None }; 64]))[at]
    }
}

impl Folded {
    /// The text as it is, but with every run of white space made one space.
    pub fn exact(text: &str) -> Self {
        Self::of(text, &mut |character, into| into.push(character))
    }

    /// The text as it is, but with every run of white space made one space, and every character [`plain`].
    pub fn plain(text: &str) -> Self {
        Self::of(text, &mut |character, into| into.push(plain(character)))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The place in the original where the byte `at` of the folded text comes from, behind any marks that
    /// became nothing; `None` inside what one character or one run of white space became.
    pub fn place(&self, at: usize) -> Option<ByteOffset> {
        let behind = self.turns.partition_point(|turn| turn.folded as usize <= at);
        let Some(&turn) = behind.checked_sub(1).and_then(|last| self.turns.get(last)) else {
            return Some(at.into());
        };
        let beyond = at - turn.folded as usize;
        (beyond == 0 || !turn.begins).then(|| ByteOffset::from(turn.original as usize + beyond))
    }

    fn of(text: &str, fold: &mut dyn FnMut(char, &mut String)) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            turns: Vec::new(),
        };
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let before = folded.text.len();
            let length;
            if character.is_ascii_graphic() {
                length = plain_words(rest.as_bytes());
                folded.text.push_str(&rest[..length]);
            } else if character.is_whitespace() {
                length = rest.len() - rest.trim_start().len();
                folded.text.push(' ');
            } else {
                length = character.len_utf8();
                fold(character, &mut folded.text);
            }
            if folded.text.len() - before != length {
                let at = text.len() - rest.len();
                folded.turn(before, at, true);
                folded.turn(folded.text.len(), at + length, false);
            }
            rest = &rest[length..];
        }
        folded
    }

    fn turn(&mut self, folded: usize, original: usize, begins: bool) {
        self.turns.push(Turn {
            folded: folded as u32,
            original: original as u32,
            begins,
        });
    }
}

/// How many bytes at the start are printed ASCII with no more than one space between two signs, none behind the
/// last: what a text is made of for the most part, and what is the same once it is folded, but for case. The first is
/// a sign.
fn plain_words(bytes: &[u8]) -> usize {
    /// A number in each byte of eight.
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = EACH << 7;
    const SPACES: u64 = EACH * b' ' as u64;
    let (eights, _) = bytes.as_chunks::<8>();
    let (mut length, mut is_space) = (0, 0);
    for eight in eights {
        // The high bit of a byte of each tells of that byte; wrong alarms only end the stretch too early.
        let word = u64::from_le_bytes(*eight);
        let beyond = word | word.wrapping_add(EACH);
        let below = word.wrapping_sub(SPACES) & !word;
        let differs = word ^ SPACES;
        let spaces = differs.wrapping_sub(EACH) & !differs & HIGH;
        if (beyond | below | (spaces & (spaces << 8 | is_space))) & HIGH != 0 {
            break;
        }
        is_space = spaces >> 56;
        length += 8;
    }
    let plain = |at: usize| match bytes.get(at) {
        Some(b' ') => at > 0 && bytes[at - 1] != b' ',
        byte => byte.is_some_and(u8::is_ascii_graphic),
    };
    while plain(length) {
        length += 1;
    }
    length - usize::from(length > 0 && bytes[length - 1] == b' ')
}

#[cfg(test)]
pub(crate) mod tables {
    //! The folding of the host, for tests.

    use super::Folding;
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;

    /// What a browser does, done with tables.
    pub(crate) struct Tables;

    impl Folding for Tables {
        fn fold(&self, character: char, into: &mut String) {
            // Lower case may bring marks of its own, as that of İ does.
            let lower = character.to_lowercase().nfd();
            into.extend(lower.filter(|&character| !is_combining_mark(character)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::Text;
    use super::super::text::marked::places;
    use super::tables::Tables;
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    #[test]
    fn what_differs_in_accents_case_and_signs_alone_folds_together() {
        let mut folder = Folder::new(&Tables);
        for (one, other) in [
            ("Café", "CAFE\u{301}"),
            ("Ukraine’s “red lines”", "ukraine's \"red lines\""),
            ("1941–1945 — all", "1941-1945 - all"),
            ("our\u{a0}goal\n\nnow", "Our goal now"),
            ("Київ, Ёлка", "київ, елка"),
            ("İstanbul", "istanbul"),
            ("قَالَ", "قال"),
            ("Ångström", "A\u{30a}ngstro\u{308}m"),
        ] {
            assert_eq!(folder.fold(one), folder.fold(other), "{one} and {other}");
        }
        assert_eq!(folder.fold("Straße"), "straße");
        assert_ne!(folder.fold("cafe"), folder.fold("cafes"));
    }

    #[test]
    fn each_character_is_asked_for_once_and_ascii_never() {
        struct Counting(Cell<usize>);
        impl Folding for Counting {
            fn fold(&self, character: char, into: &mut String) {
                self.0.set(self.0.get() + 1);
                Tables.fold(character, into);
            }
        }
        let counting = Counting(Cell::new(0));
        let mut folder = Folder::new(&counting);
        folder.fold("Éa éb éé “c”");
        folder.fold("É");
        assert_eq!(counting.0.get(), 2);
    }

    #[test]
    fn a_place_in_the_folded_text_leads_back_behind_marks() {
        let (text, found) = places("|cafe\u{301}| \n |한|x");
        let folded = Folder::new(&Tables).folded(&text);
        let at = |words: &str| folded.as_str().find(words).unwrap();
        assert_eq!(folded.place(at("c")), Some(found[0]));
        assert_eq!(folded.place(at(" ")), Some(found[1]));
        assert_eq!(folded.place(at(" ") + 1), Some(found[2]));
        assert_eq!(folded.place(at("x")), Some(found[3]));
        assert_eq!(folded.place(folded.as_str().len()), Some(text.end()));
        // The syllable became three letters: none of them but the first is anywhere in the original.
        assert_eq!(folded.place(at(" ") + 4), None);
    }

    proptest! {
        #[test]
        fn plain_words_go_from_sign_to_sign_over_single_spaces(
            rest in "([a-z .!~]|  |[a-z]{9}|[\n\t\u{7f}\u{1}\u{a0}é]){0,20}",
        ) {
            let text = format!("a{rest}");
            let bytes = text.as_bytes();
            let mut end = 1;
            while let Some(sign) = (end..bytes.len().min(end + 2)).find(|&at| bytes[at].is_ascii_graphic())
                && bytes[end..sign].iter().all(|&byte| byte == b' ')
            {
                end = sign + 1;
            }
            prop_assert_eq!(plain_words(bytes), end);
        }

        #[test]
        fn a_text_folds_as_its_characters_do_one_by_one(
            text in "([a-zA-Z .,!]|[a-z]{9}|[ \n\u{a0}]|é|e\u{301}|[“’–]|한|İ|Ж|𝒜|\u{301}){0,40}",
        ) {
            let mut naive = String::new();
            let mut is_white = false;
            for character in text.chars() {
                if character.is_whitespace() {
                    if !is_white {
                        naive.push(' ');
                    }
                } else if plain(character) != character {
                    naive.push(plain(character));
                } else {
                    Tables.fold(character, &mut naive);
                }
                is_white = character.is_whitespace();
            }
            prop_assert_eq!(Folder::new(&Tables).fold(&text), naive);
        }

        #[test]
        fn what_lies_between_two_places_folds_to_what_lies_between_them(
            words in "([a-zA-Z]|[ \n\u{a0}]|é|e\u{301}|[“’–]|한|İ|中|👩\u{200d}👧|\u{301}){0,30}",
            indices: [prop::sample::Index; 2],
        ) {
            let text = Text::new(words);
            let mut folder = Folder::new(&Tables);
            let folded = folder.folded(&text);
            prop_assert_eq!(folded.as_str(), &*folder.fold(&text));
            let places: Vec<_> = (0..=folded.as_str().len())
                .filter_map(|at| Some((at, folded.place(at).filter(|&place| text.is_boundary(place))?)))
                .collect();
            let (one, other) = (*indices[0].get(&places), *indices[1].get(&places));
            let ((from, start), (to, end)) = (one.min(other), one.max(other));
            prop_assert_eq!(folder.fold(&text[start.to_usize()..end.to_usize()]), &folded.as_str()[from..to]);
        }
    }
}
