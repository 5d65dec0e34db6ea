//! What offsets cut out of a text, found the plain way.
//!
//! Exports check themselves with it: it shares no code with the index that the offsets come from, so a mistake
//! in one shows against the other.

/// A text taken apart into code points and into UTF-16 code units.
pub(super) struct Slices<'t> {
    text: &'t str,
    /// The byte at which each code point begins, and the text's length.
    code_points: Vec<usize>,
    utf16: Vec<u16>,
}

impl<'t> Slices<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            code_points: text
                .char_indices()
                .map(|(at, _)| at)
                .chain([text.len()])
                .collect(),
            utf16: text.encode_utf16().collect(),
        }
    }

    /// What stands between two code points; `None` where the text is shorter.
    pub(super) fn by_code_points(&self, start: u32, end: u32) -> Option<&'t str> {
        let byte = |offset| self.code_points.get(offset as usize).copied();
        self.text.get(byte(start)?..byte(end)?)
    }

    /// What stands between two UTF-16 code units, half a pair shown as U+FFFD; `None` where the text is
    /// shorter.
    pub(super) fn by_utf16(&self, start: u32, end: u32) -> Option<String> {
        let units = self.utf16.get(start as usize..end as usize)?;
        Some(String::from_utf16_lossy(units))
    }

    /// What stands before a code point, and from another on; `None` where the text is shorter.
    pub(super) fn around(&self, start: u32, end: u32) -> Option<(&'t str, &'t str)> {
        Some((
            self.by_code_points(0, start)?,
            self.text.get(*self.code_points.get(end as usize)?..)?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_code_points_and_by_utf16_units() {
        let slices = Slices::of("a😀é中");
        assert_eq!(slices.by_code_points(1, 3), Some("😀é"));
        assert_eq!(slices.by_utf16(1, 4).as_deref(), Some("😀é"));
        assert_eq!(slices.by_utf16(2, 4).as_deref(), Some("\u{fffd}é"));
        assert_eq!(slices.around(1, 3), Some(("a", "中")));
    }

    #[test]
    fn what_the_text_does_not_hold_is_none() {
        let slices = Slices::of("a😀");
        assert_eq!(slices.by_code_points(0, 3), None);
        assert_eq!(slices.by_code_points(2, 1), None);
        assert_eq!(slices.by_utf16(0, 4), None);
        assert_eq!(slices.around(0, 3), None);
    }
}
