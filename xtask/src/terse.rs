//! Scripts and style sheets without what only people read: comments, and the white space at the ends of lines.
//!
//! Lines stay lines, and what stands within one stays as it is: nothing here needs to know the languages. A comment is
//! taken for one where it has its lines for itself.

use std::path::Path;

use crate::failure::Outcome;
use crate::folder::{names, read, write};

/// Makes every script and style sheet of the page terse.
///
/// # Errors
/// If one cannot be read or written.
pub(crate) fn run(page: &Path) -> Outcome {
    for name in names(page)? {
        if name.ends_with(".js") || name.ends_with(".css") {
            let file = page.join(name);
            write(&file, &terse(&read(&file)?))?;
        }
    }
    Ok(())
}

fn terse(text: &str) -> String {
    let mut terse = String::with_capacity(text.len());
    let mut is_in_comment = false;
    for line in text.lines().map(str::trim) {
        is_in_comment |= line.starts_with("/*");
        if !is_in_comment && !line.is_empty() && !line.starts_with("//") {
            terse.push_str(line);
            terse.push('\n');
        }
        is_in_comment &= !line.ends_with("*/");
    }
    terse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indents_go() {
        let script = "// Starts.\nstart(() => {\n  // Soon.\n  soon();\n\n  /**\n   * Later.\n   */\n  later(2 * 3);\n});\n";
        assert_eq!(terse(script), "start(() => {\nsoon();\nlater(2 * 3);\n});\n");
        assert_eq!(terse("/* All. */\n* {\n  margin: 0;\n}"), "* {\nmargin: 0;\n}\n");
    }

    #[test]
    fn what_stands_within_a_line_stays() {
        let script = "a('https://example.org/*'); // why\nb(1 /* one */, '  ');\n";
        assert_eq!(terse(script), script);
    }
}
