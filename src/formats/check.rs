//! What every export does before it lets a record out: it holds the offsets against the words.

use super::ExportError;
use super::slices::Slices;
use crate::core::article::Article;
use crate::core::id::RecordId;
use crate::core::text::Span;

/// Both ends of a record's span, if it is one of the article's text.
pub(super) fn code_points(id: &RecordId, span: Span, article: &Article) -> Result<(u32, u32), ExportError> {
    if !article.text.holds(span) {
        return Err(ExportError::NotOfText {
            article: article.id.clone(),
            record: id.clone(),
        });
    }
    let (start, end) = article.text.span_to_code_points(span);
    Ok((start.0, end.0))
}

/// Holds a record that is about to be written against its article's text: what its offsets cut out, found the
/// plain way by [`Slices`], must be the words that are written beside them.
pub(super) struct Check<'a> {
    pub(super) article: &'a Article,
    pub(super) record: &'a RecordId,
}

impl Check<'_> {
    /// `words` stand between two code points.
    pub(super) fn code_points(
        &self,
        slices: &Slices<'_>,
        (start, end): (u32, u32),
        words: &str,
    ) -> Result<(), ExportError> {
        let found = slices.by_code_points(start, end).unwrap_or_default();
        self.same("code points", words, found)
    }

    /// `words` stand between two UTF-16 code units.
    pub(super) fn utf16(
        &self,
        slices: &Slices<'_>,
        (start, end): (u32, u32),
        words: &str,
    ) -> Result<(), ExportError> {
        let found = slices.by_utf16(start, end).unwrap_or_default();
        self.same("UTF-16 code units", words, &found)
    }

    /// The words of the context stand right before and right behind two code points.
    pub(super) fn context(
        &self,
        slices: &Slices<'_>,
        (start, end): (u32, u32),
        (prefix, suffix): (&str, &str),
    ) -> Result<(), ExportError> {
        let (before, behind) = slices.around(start, end).unwrap_or_default();
        if !before.ends_with(prefix) {
            return self.same("code points before it", prefix, before);
        }
        if !behind.starts_with(suffix) {
            return self.same("code points behind it", suffix, behind);
        }
        Ok(())
    }

    /// The words found are those expected. For a format that counts in a unit of its own.
    pub(super) fn same(
        &self,
        counted_in: &'static str,
        expected: &str,
        found: &str,
    ) -> Result<(), ExportError> {
        if expected == found {
            return Ok(());
        }
        Err(ExportError::OtherWords {
            article: self.article.id.clone(),
            record: self.record.clone(),
            counted_in,
            expected: expected.to_owned(),
            found: found.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::record::Metadata;
    use crate::core::text::Text;

    #[test]
    fn the_check_of_an_export_tells_other_words() {
        let article = Article::new("a".into(), Metadata::default(), Text::new("😀 said so"));
        let slices = Slices::of(&article.text);
        let record = RecordId::from("x");
        let check = Check {
            article: &article,
            record: &record,
        };
        assert_eq!(check.code_points(&slices, (2, 6), "said"), Ok(()));
        assert_eq!(check.utf16(&slices, (3, 7), "said"), Ok(()));
        assert_eq!(check.context(&slices, (2, 6), (" ", " so")), Ok(()));
        let other = |counted_in, expected: &str, found: &str| {
            Err(ExportError::OtherWords {
                article: "a".into(),
                record: "x".into(),
                counted_in,
                expected: expected.into(),
                found: found.into(),
            })
        };
        assert_eq!(
            check.code_points(&slices, (3, 7), "said"),
            other("code points", "said", "aid ")
        );
        assert_eq!(
            check.utf16(&slices, (2, 6), "said"),
            other("UTF-16 code units", "said", " sai")
        );
        assert_eq!(
            check.code_points(&slices, (2, 99), "said"),
            other("code points", "said", "")
        );
        assert_eq!(
            check.context(&slices, (2, 6), ("x", "")),
            other("code points before it", "x", "😀 ")
        );
        assert_eq!(
            check.context(&slices, (2, 6), ("", "x")),
            other("code points behind it", "x", " so")
        );
    }
}
