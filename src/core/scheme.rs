//! Schemes: the label set as data: labels with fields of their own, fields about articles, and which labels a
//! relation may join.

use super::id::LabelId;
use super::record::RelationKind;
use serde_json::Value;
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
    /// The fields about an article as a whole.
    pub fields: Vec<Attribute>,
    /// Which labels each kind of relation joins. A kind that is not listed joins any two.
    pub relations: Vec<RelationRule>,
}

/// A label: its name, its key, what it means, and what else is asked about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Its name in records and files.
    pub id: LabelId,
    /// Its name on the page.
    pub name: Arc<str>,
    /// The key that labels with it.
    pub key: char,
    /// Its colour; `None` where the page's own style sheet has one for it.
    pub colour: Option<Colour>,
    /// What it marks, in a sentence.
    pub definition: Arc<str>,
    /// What is asked about an annotation with this label.
    pub attributes: Vec<Attribute>,
    /// Words that have the label, and words that only look as if.
    pub examples: Vec<Example>,
}

/// A colour in sRGB, eight bits each of red, green and blue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colour(pub u8, pub u8, pub u8);

/// A field: of the annotations with one label, or of articles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// Its name in records and files.
    pub id: Arc<str>,
    /// Its name on the page.
    pub name: Arc<str>,
    /// What it means, in a sentence; may be empty.
    pub definition: Arc<str>,
    /// What it holds.
    pub kind: AttributeKind,
}

/// What a field holds, and how that is written among an annotation's `attributes` or an article's `fields`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AttributeKind {
    /// One of a few values, written as its id.
    Choice(Vec<Choice>),
    /// Words of the reviewer's own, written as a string.
    Text,
    /// Rows of words under these columns, written as a list of objects; a cell that is empty is left out.
    Table(Vec<Column>),
    /// A stretch of the annotation's own words, written as [`super::part`] has it.
    Part,
    /// Somebody on the list of entities, written as the entity's id.
    Entity,
}

/// A value that a field may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Its name in records and files.
    pub id: Arc<str>,
    /// Its name on the page.
    pub name: Arc<str>,
}

/// A column of a [`AttributeKind::Table`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name in records and files.
    pub id: Arc<str>,
    /// Its name on the page.
    pub name: Arc<str>,
}

/// Words from an article, to show what a label is and what it is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// The id of the article that they stand in.
    pub article: Arc<str>,
    /// The words, exactly as they stand there.
    pub quote: Arc<str>,
    /// Whether they have the label.
    pub is_labelled: bool,
    /// Why; may be empty.
    pub why: Arc<str>,
}

/// Which labels a kind of relation joins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelationRule {
    /// The kind.
    pub kind: RelationKind,
    /// The label that it starts from.
    pub from: LabelId,
    /// The label that it points to.
    pub to: LabelId,
}

impl Scheme {
    /// The built-in scheme: claim, attribution, unverified.
    pub fn news_claims() -> Self {
        let rule = |kind, from: &str, to: &str| RelationRule {
            kind,
            from: from.into(),
            to: to.into(),
        };
        Self {
            name: "news-claims".into(),
            version: 1,
            labels: vec![claim(), attribution(), unverified()],
            fields: vec![
                field(
                    "genre",
                    "Genre",
                    "What kind of text it is.",
                    choices(&[
                        ("news", "News"),
                        ("analysis", "Analysis"),
                        ("opinion", "Opinion"),
                        ("interview", "Interview"),
                        ("live", "Live coverage"),
                        ("other", "Other"),
                    ]),
                ),
                field(
                    "language",
                    "Language",
                    "The language of the text, such as en or uk (BCP 47).",
                    AttributeKind::Text,
                ),
                field(
                    "remark",
                    "Remark",
                    "Anything about the article as a whole.",
                    AttributeKind::Text,
                ),
            ],
            relations: vec![
                rule(RelationKind::Attributes, "attribution", "claim"),
                rule(RelationKind::Doubts, "unverified", "claim"),
                rule(RelationKind::Via, "attribution", "attribution"),
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

    /// What is asked about an annotation with this label; nothing where the scheme has lost it.
    pub fn attributes_of(&self, id: &LabelId) -> &[Attribute] {
        self.label(id).map_or(&[], |label| &label.attributes)
    }
}

/// Whether the value of a field says nothing: null, white space, or a list or object of nothing else.
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(words) => words.trim().is_empty(),
        Value::Array(rows) => rows.iter().all(is_blank),
        Value::Object(cells) => cells.values().all(is_blank),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn claim() -> Label {
    Label {
        id: "claim".into(),
        name: "Claim".into(),
        key: '1',
        colour: None,
        definition:
            "The shortest clause that says something true or false of the world, without the words that \
                     frame it."
                .into(),
        attributes: vec![
            field(
                "checkable",
                "Checkable",
                "Whether somebody could find out if it is true.",
                choices(&[("yes", "Yes"), ("future", "Not yet"), ("no", "No")]),
            ),
            field(
                "figures",
                "Figures",
                "The numbers in it: how much, of what unit, how exact, and what is counted.",
                AttributeKind::Table(
                    [
                        ("value", "Value"),
                        ("unit", "Unit"),
                        ("bound", "Bound"),
                        ("counted", "What is counted"),
                    ]
                    .map(|(id, name)| Column {
                        id: id.into(),
                        name: name.into(),
                    })
                    .into(),
                ),
            ),
        ],
        examples: vec![
            example(
                "000_2bbe5ca255217949",
                "Ukraine now controls 1,294 sq km (500 sq miles) of Russian territory and 100 settlements",
                true,
                "Two figures, one statement: one span.",
            ),
            example(
                "004_13e725e55e912996",
                "The Ukrainian Army entered the Kursk region on August 6",
                true,
                "The narrator states it; no source is named, and it is a claim all the same.",
            ),
            example(
                "003_d1e73b3c1ae907db",
                "to have seized the nearby town of Zalizne",
                true,
                "The “to” belongs to it.",
            ),
            example(
                "003_d1e73b3c1ae907db",
                "We need brave decisions for Ukraine",
                false,
                "An appeal is neither true nor false.",
            ),
            example(
                "002_4c57fd194f00d551",
                "Ukraine destroys vital Russian bridge",
                false,
                "A link to another article: junk, not prose.",
            ),
        ],
    }
}

fn attribution() -> Label {
    Label {
        id: "attribution".into(),
        name: "Attribution".into(),
        key: '2',
        colour: None,
        definition: "Who says it, together with the words that tell so; never what is said.".into(),
        attributes: vec![
            field(
                "source",
                "Source",
                "The words that name who says it.",
                AttributeKind::Part,
            ),
            field(
                "cue",
                "Cue",
                "The words that tell that it is said.",
                AttributeKind::Part,
            ),
            field(
                "entity",
                "Entity",
                "Who that is, under whatever spelling.",
                AttributeKind::Entity,
            ),
            field(
                "source_type",
                "Source type",
                "What kind of source it is.",
                choices(&[
                    ("person", "Person"),
                    ("official", "Official"),
                    ("organisation", "Organisation"),
                    ("media", "Media"),
                    ("anonymous", "Anonymous"),
                    ("collective", "Collective"),
                ]),
            ),
            field(
                "stance",
                "Stance",
                "How the narrator stands to what is said.",
                choices(&[
                    ("neutral", "Neutral"),
                    ("supportive", "Supportive"),
                    ("distancing", "Distancing"),
                ]),
            ),
        ],
        examples: vec![
            example(
                "002_4c57fd194f00d551",
                "According to Ukraine’s president Volodymyr Zelenskyy",
                true,
                "Source and cue together.",
            ),
            example(
                "000_2bbe5ca255217949",
                "Kremlin spokesman Dmitry Peskov said",
                true,
                "The day on which he said it stays outside.",
            ),
            example(
                "004_13e725e55e912996",
                "a source in Kyiv’s security services told AFP",
                true,
                "Whom it was told may stay in.",
            ),
            example(
                "002_4c57fd194f00d551",
                "“red lines” set by Russian President Vladimir Putin",
                false,
                "Marks of distance round two words; nobody is quoted.",
            ),
            example(
                "000_2bbe5ca255217949",
                "Russia is seeking to capture the town of Pokrovsk",
                false,
                "What somebody wants is not what somebody says.",
            ),
        ],
    }
}

fn unverified() -> Label {
    Label {
        id: "unverified".into(),
        name: "Unverified".into(),
        key: '3',
        colour: None,
        definition: "Words by which the narrator lets the reader know that something is not established."
            .into(),
        attributes: vec![
            field(
                "kind",
                "Kind",
                "How the doubt is put.",
                choices(&[
                    ("verification_statement", "Verification statement"),
                    ("hearsay", "Hearsay"),
                    ("conditional", "Conditional"),
                    ("appearance", "Appearance"),
                ]),
            ),
            field("by", "By", "Who could not verify it.", AttributeKind::Text),
        ],
        examples: vec![
            example(
                "000_2bbe5ca255217949",
                "these figures have not been verified by the BBC",
                true,
                "It says outright what nobody has checked.",
            ),
            example(
                "003_d1e73b3c1ae907db",
                "reportedly",
                true,
                "One word inside a claim: the spans nest.",
            ),
            example(
                "002_4c57fd194f00d551",
                "If confirmed",
                true,
                "It doubts a claim of an earlier sentence.",
            ),
            example(
                "002_4c57fd194f00d551",
                "approximately 53,000",
                false,
                "Not exact is not the same as not verified.",
            ),
            example(
                "002_4c57fd194f00d551",
                "it could compromise Kyiv’s ability",
                false,
                "What might happen is no doubt about what did.",
            ),
        ],
    }
}

fn field(id: &str, name: &str, definition: &str, kind: AttributeKind) -> Attribute {
    Attribute {
        id: id.into(),
        name: name.into(),
        definition: definition.into(),
        kind,
    }
}

fn choices(list: &[(&str, &str)]) -> AttributeKind {
    AttributeKind::Choice(
        list.iter()
            .map(|&(id, name)| Choice {
                id: id.into(),
                name: name.into(),
            })
            .collect(),
    )
}

fn example(article: &str, quote: &str, is_labelled: bool, why: &str) -> Example {
    Example {
        article: article.into(),
        quote: quote.into(),
        is_labelled,
        why: why.into(),
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

    #[test]
    fn a_value_is_blank_where_nothing_in_it_says_anything() {
        use serde_json::json;
        for blank in [json!(null), json!(" \n"), json!([]), json!([{}, { "unit": "" }])] {
            assert!(is_blank(&blank), "{blank}");
        }
        for said in [json!(0), json!(false), json!("x"), json!([{ "unit": "km" }])] {
            assert!(!is_blank(&said), "{said}");
        }
    }

    #[test]
    fn every_example_stands_in_its_article_word_for_word() {
        let articles = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public/articles");
        for example in Scheme::news_claims()
            .labels
            .iter()
            .flat_map(|label| &label.examples)
        {
            let text = std::fs::read_to_string(articles.join(format!("{}.txt", example.article))).unwrap();
            assert!(
                text.contains(&*example.quote),
                "{} has no {:?}",
                example.article,
                example.quote
            );
        }
    }
}
