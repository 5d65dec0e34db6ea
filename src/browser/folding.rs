//! Characters without accents and case, and words in small letters, from the tables that every browser has.

use crate::core::fold::Folding;
use js_sys::{JsString, RegExp};

/// `words` in small letters.
pub fn small(words: &str) -> String {
    JsString::from(words).to_lower_case().into()
}

/// The browser's folding.
#[derive(Clone, Copy, Debug)]
pub struct BrowserFolding;

impl Folding for BrowserFolding {
    fn fold(&self, character: char, into: &mut String) {
        thread_local! {
            static MARKS: RegExp = RegExp::new("\\p{M}", "gu");
        }
        let mut unit = [0; 4];
        let letter = JsString::from(&*character.encode_utf8(&mut unit));
        let bare = MARKS.with(|marks| letter.normalize("NFD").replace_by_pattern(marks, ""));
        into.push_str(&String::from(bare.to_lower_case()));
    }
}
