//! The released page's style sheets, put together: one that the list of articles needs, one for the rest.
//!
//! `index.html` marks those of the rest with `data-later`. They stay where they are in it, but disabled, which keeps
//! the browser from fetching them: the page does so with its later part (`browser/stylesheet.rs`). The files bear
//! a hash of what they hold, as those of Trunk do.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::folder::{REMEDY, failed, read, write};

/// How Trunk writes a link to a style sheet, up to the file's name.
const LINK: &str = "<link rel=\"stylesheet\" href=\"./";
/// What marks one that is not needed for the list of articles.
const LATER: &str = "data-later";

/// Puts the style sheets of the page together.
///
/// # Errors
/// If they are not where Trunk puts them.
pub(crate) fn put_together(page: &Path) -> Outcome {
    let index = page.join("index.html");
    let html = read(&index)?;
    let links = links_of(&html);
    let together = |is_later: bool| {
        let files = links.iter().filter(|link| link.is_later == is_later);
        files
            .map(|link| read(&page.join(link.file)))
            .collect::<Outcome<String>>()
    };
    let (first, later) = (together(false)?, together(true)?);
    if first.is_empty() || later.is_empty() {
        return Err(Failure::new(
            "to put the page's style sheets together",
            "they are not where Trunk puts them",
            REMEDY,
        ));
    }
    let (first_name, later_name) = (named("first", &first), named("later", &later));
    for link in &links {
        let file = page.join(link.file);
        fs::remove_file(&file).map_err(|error| failed("remove", &file, &error))?;
    }
    write(&page.join(&first_name), &first)?;
    write(&page.join(&later_name), &later)?;
    write(&index, &linking(&html, &first_name, &later_name))
}

/// A line of the page that links a style sheet.
struct Link<'h> {
    file: &'h str,
    is_later: bool,
}

impl<'h> Link<'h> {
    fn of(line: &'h str) -> Option<Self> {
        let (file, rest) = line.trim_start().strip_prefix(LINK)?.split_once('"')?;
        let is_later = rest.contains(LATER);
        Some(Self { file, is_later })
    }
}

fn links_of(html: &str) -> Vec<Link<'_>> {
    html.lines().filter_map(Link::of).collect()
}

/// The page with links to these two in place of all others.
fn linking(html: &str, first: &str, later: &str) -> String {
    let both = format!("    {LINK}{first}\">\n    {LINK}{later}\" {LATER} disabled>\n");
    let mut both = Some(both.as_str());
    html.split_inclusive('\n')
        .map(|line| match Link::of(line) {
            Some(_) => both.take().unwrap_or_default(),
            None => line,
        })
        .collect()
}

fn named(stem: &str, css: &str) -> String {
    let mut hasher = DefaultHasher::new();
    css.hash(&mut hasher);
    format!("{stem}-{:016x}.css", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<head>
    <link rel="icon" href="icon.svg" />
    <link rel="stylesheet" href="./base-12.css" data-integrity="none"/>
    <link rel="stylesheet" href="./reader-34.css" data-later data-integrity="none"/>
    <link rel="stylesheet" href="./version-56.css" data-integrity="none"/>
</head>
"#;

    #[test]
    fn what_is_later_is_told_by_its_mark() {
        let links: Vec<_> = links_of(HTML)
            .iter()
            .map(|link| (link.file, link.is_later))
            .collect();
        assert_eq!(
            links,
            [
                ("base-12.css", false),
                ("reader-34.css", true),
                ("version-56.css", false)
            ],
        );
    }

    #[test]
    fn two_links_stand_where_all_were_and_the_later_one_is_disabled() {
        assert_eq!(
            linking(HTML, "first-1.css", "later-2.css"),
            r#"<head>
    <link rel="icon" href="icon.svg" />
    <link rel="stylesheet" href="./first-1.css">
    <link rel="stylesheet" href="./later-2.css" data-later disabled>
</head>
"#,
        );
    }

    #[test]
    fn the_name_tells_what_a_style_sheet_holds() {
        assert_eq!(named("first", "a {}"), named("first", "a {}"));
        assert_ne!(named("first", "a {}"), named("first", "b {}"));
    }
}
