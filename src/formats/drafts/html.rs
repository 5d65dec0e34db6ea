//! HTML: the readable text of a web page, out of its markup.
//!
//! Nothing of the page is ever rendered or run. The markup is taken apart into tags and text as the
//! [HTML Standard](https://html.spec.whatwg.org/multipage/parsing.html) has it, and read once from front to back:
//! no tree is built, so that neither the depth of a page nor its missing end tags cost more than its length.
//!
//! A block of the page is a paragraph of the text, a blank line between two; `<br>` is a line feed, and a tab
//! parts the cells of a row. White space is taken as a browser takes it, so a no-break space stays. Left out is
//! what nobody reads: scripts, styles, templates, pictures, buttons and lists to choose from; what the markup
//! hides; navigation; and the footers and asides of the page itself. Where the page says which part of it is
//! the article, and that holds the better part of its words, the rest is left out as well.

use super::field;
use encoding_rs::Encoding;
use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer, naive_next_state};
use std::sync::Arc;

/// What is readable in a page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// Its title: that which it gives to whoever links to it (`og:title`), else that of its window.
    pub title: Option<Arc<str>>,
    /// Its address, where it says it: the canonical one, else `og:url`.
    pub source_url: Option<Arc<str>>,
    /// When it was published, as it says it: `article:published_time` or `datePublished`, else its first
    /// `<time datetime>`.
    pub published: Option<Arc<str>>,
    /// Its text.
    pub text: String,
}

/// Reads a page. Every text is one, however broken its markup.
pub fn read(markup: &str) -> Page {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = Reader::default();
    for Ok(token) in Tokenizer::new_with_emitter(markup, emitter) {
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(words) => reader.words(&String::from_utf8_lossy(&words)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.page()
}

/// The encoding that a page names at its start, in `<meta charset>`, `<meta http-equiv>` or its XML
/// declaration.
pub fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    /// How much of a page is looked at, in bytes, as the HTML Standard has it.
    const HEAD: usize = 1024;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let is_xml = head.trim_start().starts_with("<?xml");
    let key = ["charset", "encoding"]
        .into_iter()
        .filter(|&key| is_xml || key == "charset");
    let labels = key.flat_map(|key| head.match_indices(key).map(move |(at, _)| at + key.len()));
    let encoding = labels
        .filter_map(|at| {
            let label = head[at..].trim_start().strip_prefix('=')?.trim_start();
            let label = label.trim_start_matches(['"', '\'']);
            let end = label.find(|character: char| " \t\n\r\"'/>;?".contains(character))?;
            Encoding::for_label(&label.as_bytes()[..end])
        })
        .next()?;
    // A page whose declaration can be read is not in UTF-16, whatever it says.
    let is_utf16 = encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE;
    Some(if is_utf16 { encoding_rs::UTF_8 } else { encoding })
}

/// The deepest that elements are nested. What lies deeper is taken to stand side by side, as in browsers.
const DEEPEST: usize = 512;

/// Elements that have no content.
#[rustfmt::skip]
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
];

/// Elements that stand on lines of their own.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2",
    "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main",
    "menu", "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section", "summary",
    "table", "tbody", "tfoot", "thead", "tr", "ul", "xmp",
];

/// The cells of a row.
const CELLS: &[&str] = &["td", "th"];

/// Elements whose content nobody reads.
#[rustfmt::skip]
const SILENT: &[&str] = &[
    "applet", "audio", "button", "canvas", "datalist", "iframe", "nav", "noembed", "noframes", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
];

/// What is true of every word within an element.
#[derive(Clone, Copy, Default)]
struct Place {
    is_hidden: bool,
    is_preformatted: bool,
    /// The number of the outermost article around it.
    article: Option<usize>,
    is_main: bool,
    /// Whether it belongs to a part of the page, so that a footer here is that part's and not the page's.
    is_part: bool,
}

struct Open {
    name: String,
    is_block: bool,
    place: Place,
}

struct Paragraph {
    text: String,
    place: Place,
}

#[derive(Default)]
struct Reader {
    /// The elements around what is read now: blocks and cells, those that hide, and all within those.
    open: Vec<Open>,
    articles: usize,
    paragraphs: Vec<Paragraph>,
    line: Line,
    /// Whether the text that comes next is the title.
    is_title: bool,
    window_title: Option<Arc<str>>,
    shared_title: Option<Arc<str>>,
    canonical_url: Option<Arc<str>>,
    shared_url: Option<Arc<str>>,
    published: Option<Arc<str>>,
    first_time: Option<Arc<str>>,
}

impl Reader {
    fn place(&self) -> Place {
        self.open.last().map(|open| open.place).unwrap_or_default()
    }

    fn words(&mut self, words: &str) {
        let place = self.place();
        if std::mem::take(&mut self.is_title) {
            self.window_title = field(words);
        } else if place.is_preformatted && !place.is_hidden {
            self.line.push_as_it_is(words);
        } else if !place.is_hidden {
            self.line.push(words);
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name);
        let name = name.as_ref();
        self.take_metadata(name, tag);
        let is_block = BLOCKS.contains(&name);
        let is_cell = CELLS.contains(&name);
        if is_block {
            self.end_paragraph();
        }
        if is_block || is_cell {
            self.end_what_ends_before(name);
        }
        let outer = self.place();
        if is_cell && !outer.is_hidden {
            self.line.tab();
        } else if name == "br" && !outer.is_hidden {
            self.line.feed();
        }
        // Within raw text the tokenizer looks for the end tag, whatever the slash says.
        let is_closed = tag.self_closing && naive_next_state(&tag.name).is_none();
        if VOID.contains(&name) || is_closed {
            return;
        }
        self.is_title = name == "title" && !outer.is_hidden && self.window_title.is_none();
        if self.open.len() == DEEPEST {
            self.open.pop();
        }
        let place = self.place_in(name, tag);
        if is_block || is_cell || place.is_hidden {
            self.open.push(Open {
                name: name.to_owned(),
                is_block,
                place,
            });
        }
    }

    fn end(&mut self, name: &HtmlString) {
        let name = String::from_utf8_lossy(name);
        let is_block = BLOCKS.contains(&name.as_ref());
        self.is_title = false;
        if is_block {
            self.end_paragraph();
        }
        // As in a browser, what stands within a line never ends the block that the line is in.
        let is_strong = is_block || CELLS.contains(&name.as_ref()) || SILENT.contains(&name.as_ref());
        let mut reach = self
            .open
            .iter()
            .rev()
            .take_while(|open| is_strong || !open.is_block || open.name == name);
        if let Some(above) = reach.position(|open| open.name == name) {
            self.open.truncate(self.open.len() - 1 - above);
        }
    }

    /// Ends the elements whose end tags may be left out before `name`.
    fn end_what_ends_before(&mut self, name: &str) {
        while let Some(open) = self.open.last() {
            let is_ended = match open.name.as_str() {
                "p" => true,
                "li" => name == "li",
                "dt" | "dd" => matches!(name, "dt" | "dd"),
                "td" | "th" => matches!(name, "td" | "th" | "tr" | "tbody" | "tfoot" | "thead"),
                "tr" => matches!(name, "tr" | "tbody" | "tfoot" | "thead"),
                "option" => matches!(name, "option" | "optgroup"),
                _ => false,
            };
            if !is_ended {
                return;
            }
            self.open.pop();
        }
    }

    /// What is true within an element that begins here.
    fn place_in(&mut self, name: &str, tag: &StartTag<()>) -> Place {
        let mut place = self.place();
        let role = attribute(tag, "role").unwrap_or_default();
        let is_hidden = match name {
            // Some pages are hidden until their script has run.
            "html" | "body" => false,
            "dialog" => !tag.attributes.contains_key(b"open".as_slice()) || hides(tag),
            "aside" | "footer" => !place.is_part || hides(tag),
            _ => SILENT.contains(&name) || role == "navigation" || hides(tag),
        };
        place.is_hidden |= is_hidden;
        place.is_preformatted |= matches!(name, "pre" | "listing" | "plaintext" | "xmp");
        place.is_main |= name == "main" || role == "main";
        if (name == "article" || role == "article") && !place.is_hidden && place.article.is_none() {
            place.article = Some(self.articles);
            self.articles += 1;
        }
        place.is_part |=
            place.is_main || place.article.is_some() || matches!(name, "section" | "blockquote" | "figure");
        place
    }

    fn take_metadata(&mut self, name: &str, tag: &StartTag<()>) {
        let value = |key| attribute(tag, key).and_then(|value| field(&value));
        match name {
            "meta" => {
                let key = ["property", "name", "itemprop"]
                    .into_iter()
                    .find_map(|key| attribute(tag, key));
                let slot = match key.unwrap_or_default().to_ascii_lowercase().as_str() {
                    "og:title" => &mut self.shared_title,
                    "og:url" => &mut self.shared_url,
                    "article:published_time" | "datepublished" => &mut self.published,
                    _ => return,
                };
                if slot.is_none() {
                    *slot = value("content");
                }
            }
            "link" if self.canonical_url.is_none() => {
                let rel = attribute(tag, "rel").unwrap_or_default();
                if rel
                    .split_ascii_whitespace()
                    .any(|rel| rel.eq_ignore_ascii_case("canonical"))
                {
                    self.canonical_url = value("href");
                }
            }
            "time" if self.first_time.is_none() => self.first_time = value("datetime"),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let text = self.line.take();
        if !text.trim().is_empty() {
            let place = self.place();
            self.paragraphs.push(Paragraph { text, place });
        }
    }

    fn page(mut self) -> Page {
        self.end_paragraph();
        let length = |is_in: &dyn Fn(&Place) -> bool| -> usize {
            self.paragraphs
                .iter()
                .filter(|paragraph| is_in(&paragraph.place))
                .map(|it| it.text.len())
                .sum()
        };
        let mut lengths = vec![0; self.articles];
        for paragraph in &self.paragraphs {
            if let Some(article) = paragraph.place.article {
                lengths[article] += paragraph.text.len();
            }
        }
        let longest =
            (0..self.articles).max_by_key(|&article| (lengths[article], std::cmp::Reverse(article)));
        let main = length(&|place| place.is_main);
        let whole = length(&|_| true);
        let body = if main > 0 { main } else { whole };
        let chosen = longest.filter(|&article| lengths[article] * 2 > body);
        let paragraphs: Vec<_> = self
            .paragraphs
            .iter()
            .filter(|Paragraph { place, .. }| match chosen {
                Some(_) => place.article == chosen,
                None => main == 0 || place.is_main,
            })
            .map(|paragraph| paragraph.text.as_str())
            .collect();
        let is_address = |url: &Arc<str>| url.starts_with("https://") || url.starts_with("http://");
        Page {
            text: paragraphs.join("\n\n"),
            title: self.shared_title.or(self.window_title),
            source_url: self
                .canonical_url
                .filter(is_address)
                .or(self.shared_url.filter(is_address)),
            published: self.published.or(self.first_time),
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Whether an element's own markup hides it. `aria-hidden` does not: it hides what is seen from those who
/// listen, and a page that was saved with a dialog open says it of all the rest.
fn hides(tag: &StartTag<()>) -> bool {
    let style = attribute(tag, "style").unwrap_or_default();
    let style: String = style
        .split_ascii_whitespace()
        .collect::<String>()
        .to_ascii_lowercase();
    tag.attributes.contains_key(b"hidden".as_slice())
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

/// The paragraph that is being read.
#[derive(Default)]
struct Line {
    text: String,
    /// What stands between its words and those to come: nothing, a blank, or a tab.
    gap: Option<char>,
}

impl Line {
    fn push(&mut self, words: &str) {
        for (number, word) in words
            .split(|character: char| character.is_ascii_whitespace())
            .enumerate()
        {
            if number > 0 {
                self.gap = self.gap.or(Some(' '));
            }
            if !word.is_empty() {
                self.push_as_it_is(word);
            }
        }
    }

    fn push_as_it_is(&mut self, words: &str) {
        let gap = self
            .gap
            .take()
            .filter(|_| !self.text.is_empty() && !self.text.ends_with('\n'));
        self.text.extend(gap);
        self.text.push_str(words);
    }

    fn feed(&mut self) {
        self.gap = None;
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn tab(&mut self) {
        self.gap = Some('\t');
    }

    fn take(&mut self) -> String {
        self.gap = None;
        let mut text = std::mem::take(&mut self.text);
        let end = text
            .trim_end_matches(|character: char| character.is_ascii_whitespace())
            .len();
        text.truncate(end);
        match text.trim_start_matches(['\n', '\r']) {
            start if start.len() < text.len() => start.to_owned(),
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn text(markup: &str) -> String {
        read(markup).text
    }

    #[test]
    fn blocks_are_paragraphs_and_lines_within_them_lines() {
        let markup = "<h1>A  title</h1>\n<p>One <b>bold</b>\n word.<p>Two<br>lines<br/>\n here\n\
                      <ul><li>first<li>second</ul><div>outer<div>inner</div>rest</div>";
        assert_eq!(
            text(markup),
            "A title\n\nOne bold word.\n\nTwo\nlines\nhere\n\nfirst\n\nsecond\n\nouter\n\ninner\n\nrest"
        );
    }

    #[test]
    fn white_space_is_taken_as_a_browser_takes_it() {
        assert_eq!(
            text("<p> a&nbsp; b <i> c</i> <p>&nbsp;</p><p>d"),
            "a\u{a0} b c\n\nd"
        );
        assert_eq!(text("<pre>\n  two\n\n    four</pre>"), "  two\n\n    four");
        assert_eq!(
            text("<table><tr><td>1<td> 2 <tr><td>3</td><td>4</table>"),
            "1\t2\n\n3\t4"
        );
        assert_eq!(text("one<br><br><br>two"), "one\n\ntwo");
    }

    #[test]
    fn characters_are_decoded_once() {
        assert_eq!(
            text("&amp;lt; &#128512; &eacute; &unknown; &lt;p&gt;"),
            "&lt; 😀 é &unknown; <p>"
        );
    }

    #[test]
    fn what_nobody_reads_is_left_out() {
        for left_out in [
            "<script>if (a < b) document.write('<p>no</p>')</script>",
            "<style>p { color: red }</style>",
            "<template><p>no</p></template>",
            "<noscript><p>no</p></noscript>",
            "<svg><title>no</title><path/><text>no</text></svg>",
            "<nav><ul><li>no</ul></nav>",
            "<div role=navigation>no</div>",
            "<p hidden>no</p>",
            "<div style='DISPLAY: none'><div>no</div>no</div>",
            "<span hidden>no <span>no</span> no</span>",
            "<select><option>no</select>",
            "<button>no</button>",
            "<textarea>no</textarea>",
            "<iframe src=x>no</iframe>",
            "<dialog>no</dialog>",
            "<footer>no</footer>",
            "<!-- no -->",
            "<title>no</title>",
        ] {
            assert_eq!(
                text(&format!("<p>before</p>{left_out}<p>after")),
                "before\n\nafter",
                "{left_out}"
            );
        }
    }

    #[test]
    fn an_end_tag_that_is_missing_hides_nothing_behind_the_element_around_it() {
        assert_eq!(text("<div><nav>no</div><p>yes"), "yes");
        assert_eq!(text("<ul><li hidden>no<li>yes</ul>"), "yes");
        assert_eq!(text("<p hidden>no<p>yes"), "yes");
        assert_eq!(text("<div hidden>no</b></span>no</div>yes"), "yes");
        let deep = "<div>".repeat(DEEPEST + 9);
        assert_eq!(
            text(&format!("{deep}<nav>no</nav>yes<div hidden>no</div><p>yes")),
            "yes\n\nyes"
        );
    }

    #[test]
    fn the_article_is_taken_where_it_holds_the_better_part() {
        let page = "<body><p>Cookies?</p><main><p>Menu</p><article><h1>Title</h1><p>Words of the article.</p>\
                    <footer>By us</footer></article><article>More</article></main><p>Imprint</p></body>";
        assert_eq!(text(page), "Title\n\nWords of the article.\n\nBy us");
        let list = "<p>Top</p><main><article>One</article><article>Two</article><p>Three</p></main>";
        assert_eq!(text(list), "One\n\nTwo\n\nThree");
        assert_eq!(
            text("<p>A long introduction</p><article>End</article>"),
            "A long introduction\n\nEnd"
        );
    }

    #[test]
    fn a_page_says_what_it_is() {
        let page = read(
            "<title>\n Strike &amp; truce – Example </title><meta property='og:title' content='Strike &amp; truce'>\
             <meta property=og:url content='https://example.org/shared'>\
             <link rel='stylesheet canonical' href='https://example.org/1'>\
             <time datetime=2026-01-01>today</time>\
             <META NAME='article:published_time' CONTENT='2026-11-21T10:00:00Z'>",
        );
        assert_eq!(page.title.as_deref(), Some("Strike & truce"));
        assert_eq!(page.source_url.as_deref(), Some("https://example.org/1"));
        assert_eq!(page.published.as_deref(), Some("2026-11-21T10:00:00Z"));
        assert_eq!(page.text, "today");
        let page =
            read("<title>Only</title><link rel=canonical href='javascript:alert(1)'><time datetime=2026>");
        assert_eq!(page.title.as_deref(), Some("Only"));
        assert_eq!((page.source_url, page.published.as_deref()), (None, Some("2026")));
    }

    #[test]
    fn a_page_declares_its_encoding() {
        for (head, encoding) in [
            ("<meta charset=windows-1251>", Some("windows-1251")),
            (
                "<META content=\"text/html; charset = 'koi8-r'\" http-equiv=Content-Type>",
                Some("KOI8-R"),
            ),
            (
                "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><html>",
                Some("Shift_JIS"),
            ),
            ("<meta charset=utf-16>", Some("UTF-8")),
            ("<meta charset=nonsense><meta charset=big5>", Some("Big5")),
            ("<p>charset", None),
            ("", None),
        ] {
            assert_eq!(
                declared_encoding(head.as_bytes()).map(Encoding::name),
                encoding,
                "{head}"
            );
        }
    }

    #[test]
    fn depth_and_missing_end_tags_cost_no_more_than_length() {
        const MANY: usize = 100_000;
        for (markup, kept) in [
            ("<div>".repeat(MANY) + "x", "x"),
            ("<b>".repeat(MANY) + "x", "x"),
            ("<p><span hidden>".repeat(MANY), ""),
            ("<div>".repeat(MANY) + &"</span>".repeat(MANY), ""),
            ("<table><tr><td>".repeat(MANY) + "x", "x"),
            ("<article>".repeat(MANY) + "x", "x"),
            ("<a x".repeat(MANY), ""),
            ("<!--".repeat(MANY), ""),
            ("<script>".repeat(MANY), ""),
        ] {
            assert_eq!(text(&markup), kept);
        }
    }

    proptest! {
        #[test]
        fn paragraphs_come_back_from_their_markup(
            paragraphs in prop::collection::vec("[a-z<>&\"'é中😀\u{a0}\u{301}]{1,9}( [a-z<>&;#é中😀]{1,9}){0,5}", 1..6),
            block in select(vec!["p", "div", "li", "h2", "blockquote", "section"]),
            is_closed in any::<bool>(),
        ) {
            let paragraphs: Vec<_> = paragraphs.into_iter().filter(|words| !words.trim().is_empty()).collect();
            let markup: String = paragraphs
                .iter()
                .map(|words| {
                    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('\u{a0}', "&nbsp;");
                    let end = if is_closed { format!("</{block}>") } else { String::new() };
                    format!("<{block} class=x>\n  {}\n{end}\n", words.replace(' ', "\n\t"))
                })
                .collect();
            prop_assert_eq!(text(&markup), paragraphs.join("\n\n"));
        }

        #[test]
        fn no_markup_makes_reading_panic(
            pieces in prop::collection::vec(
                prop_oneof![
                    ".{0,6}",
                    (select(vec!["<", "</", "<!", "<?"]), select(
                        [BLOCKS, SILENT, VOID, CELLS].concat()
                    ), select(vec![">", "/>", " hidden>", " role=main>", "", " a='"]))
                        .prop_map(|(start, name, end)| format!("{start}{name}{end}")),
                ],
                0..40,
            )
        ) {
            let page = read(&pieces.concat());
            prop_assert!(page.text.len() <= pieces.concat().len() * 3);
        }
    }
}
