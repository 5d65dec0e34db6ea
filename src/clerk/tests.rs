use super::*;
use crate::core::id::{ArticleId, WriterId};
use crate::core::record::{Annotation, Fields, Metadata, Origin, Record, RecordKey, RecordKind};
use crate::core::records::Stamp;
use crate::core::text::{Span, Text};
use crate::core::transaction::Change;

pub(super) const TEXT: &str = "The mayor said that nothing had changed.";

/// Asks a clerk who has no file to read or to write.
fn ask(clerk: &mut Clerk, request: Request) -> Answer {
    clerk.answer(request, Vec::new(), &mut Vec::new())
}

/// A clerk who has a copy of a corpus of one article, with nothing done to it.
pub(super) fn clerk() -> Clerk {
    let mut clerk = Clerk::default();
    let request = Request::Corpus {
        scheme: scheme_json::write(&Scheme::news_claims()),
        records: snapshot::copy(&Records::default()).unwrap(),
    };
    assert_eq!(ask(&mut clerk, request), Answer::Ready);
    let article = Article::new("mayor".into(), Metadata::default(), Text::new(TEXT));
    let copy = ArticleCopy::of(&article, &Records::default()).unwrap();
    assert_eq!(ask(&mut clerk, Request::Articles(vec![copy])), Answer::Ready);
    clerk
}

/// The id of an article of `TEXT`, its address, and its annotations: their labels and places.
type Held<'h> = (&'h str, Option<&'h str>, &'h [(&'h str, usize, usize)]);

/// A clerk who has these articles.
fn holding(articles: &[Held<'_>]) -> Clerk {
    let mut clerk = clerk();
    clerk.articles.clear();
    for (id, address, annotations) in articles {
        let metadata = Metadata {
            source_url: address.map(|address| address.into()),
            ..Metadata::default()
        };
        let mut records = Records::default();
        for (number, (label, start, end)) in annotations.iter().enumerate() {
            let annotation = Annotation {
                label: (*label).into(),
                span: Span::new(*start, *end).unwrap(),
                attributes: Fields::new(),
                note: None,
                annotator: "quiet-heron".into(),
                created: Timestamp::from_millis(0),
                updated: Timestamp::from_millis(0),
                origin: Origin::Human,
            };
            let stamp = Stamp {
                time: 1,
                writer: WriterId(1),
            };
            let id = number.to_string();
            let record = Some(Record::Annotation(annotation));
            records.merge(RecordKind::Annotation, id.as_str().into(), stamp, record);
        }
        let article = Article::new((*id).into(), metadata, Text::new(TEXT));
        clerk.articles.push((article, records));
    }
    clerk
}

fn read(clerk: &mut Clerk, name: &str, content: &str) -> Preview {
    let file = File {
        name: name.to_owned(),
        bytes: content.as_bytes().to_vec(),
    };
    match clerk.answer(Request::Read { now: 0 }, vec![file], &mut Vec::new()) {
        Answer::Preview(preview) => preview,
        other => panic!("no preview: {other:?}"),
    }
}

fn choose(clerk: &mut Clerk, choosing: Choosing) -> Preview {
    match ask(clerk, Request::Choose(choosing)) {
        Answer::Preview(preview) => preview,
        other => panic!("no preview: {other:?}"),
    }
}

/// Everything that is handed over, piece by piece.
pub(super) fn take(clerk: &mut Clerk) -> (Vec<ArticleId>, Vec<Change>, Taken) {
    let (mut articles, mut changes) = (Vec::new(), Vec::new());
    loop {
        match ask(clerk, Request::Take) {
            Answer::Piece(piece) => {
                articles.extend(piece.articles.into_iter().map(|article| article.id));
                let rows: Vec<(RecordKey, Option<Record>, Option<Record>)> =
                    serde_json::from_str(&piece.changes).unwrap();
                changes.extend(rows.into_iter().map(|(key, from, to)| Change { key, from, to }));
            }
            Answer::Taken(taken) => return (articles, changes, taken),
            other => panic!("no piece: {other:?}"),
        }
    }
}

/// A line of doccano's with one entity over the words of `TEXT` between two code points.
pub(super) fn line(text: &str, label: &str, start: usize, end: usize) -> String {
    serde_json::json!({ "text": text, "entities": [
        { "id": 1, "label": label, "start_offset": start, "end_offset": end },
    ], "relations": [] })
    .to_string()
}

#[test]
fn a_file_that_would_hold_nothing_is_neither_offered_nor_written() {
    let mut clerk = clerk();
    let lacking = |clerk: &mut Clerk, choice: &Choice| {
        let Answer::Offer(offer) = ask(clerk, Request::Offer(choice.clone())) else {
            panic!("no offer");
        };
        let lacking = offer.formats.into_iter();
        let lacking = lacking.filter_map(|format| Some((format.id, format.lacks?)));
        Vec::from_iter(lacking)
    };
    let of = |id: &str, lacks: &str| (id.to_owned(), lacks.to_owned());
    let all = Choice::default();
    let without_annotations = [
        of("spans-jsonl", "annotations"),
        of("links-jsonl", "relations"),
        of("csv", "annotations"),
        of("web-annotation", "annotations"),
        of("claim-review", "claims"),
    ];
    assert_eq!(lacking(&mut clerk, &all), without_annotations);
    for (format, lacks) in without_annotations {
        let request = Request::Export {
            format,
            choice: all.clone(),
            exported_at: 0,
        };
        let answer = ask(&mut clerk, request);
        assert!(
            matches!(&answer, Answer::Failed(why) if why.contains(&format!("no {lacks}"))),
            "{answer:?}"
        );
    }
    let done = Choice {
        selection: Selection::Done,
        ..all.clone()
    };
    let none_done = lacking(&mut clerk, &done);
    assert_eq!(none_done.len(), formats::EXPORTS.len());
    assert_eq!(none_done[0], of("corpus-json", "articles"));

    let mut clerk = holding(&[("mayor", None, &[("attribution", 0, 9), ("claim", 15, 39)])]);
    assert_eq!(lacking(&mut clerk, &all), [of("links-jsonl", "relations")]);
}

#[test]
fn each_format_is_offered_and_written_under_the_name_of_its_day() {
    let mut clerk = clerk();
    let Answer::Offer(offer) = ask(&mut clerk, Request::Offer(Choice::default())) else {
        panic!("no offer");
    };
    assert_eq!((offer.articles, offer.annotations), (1, 0));
    for format in offer.formats {
        if format.lacks.is_some() {
            continue;
        }
        let request = Request::Export {
            format: format.id,
            choice: Choice::default(),
            exported_at: 1_795_262_400_123,
        };
        match ask(&mut clerk, request) {
            Answer::Exported { name, .. } => assert!(name.contains("2026-11-21"), "{name}"),
            other => panic!("{}: {other:?}", format.name),
        }
    }
}

#[test]
fn what_is_chosen_decides_which_articles_are_offered() {
    let mut clerk = clerk();
    for (selection, expected) in [
        (Selection::All, 1),
        (Selection::Done, 0),
        (Selection::One("mayor".into()), 1),
        (Selection::One("other".into()), 0),
    ] {
        let choice = Choice {
            selection,
            leaves_out_texts: false,
        };
        let Answer::Offer(offer) = ask(&mut clerk, Request::Offer(choice)) else {
            panic!("no offer");
        };
        assert_eq!(offer.articles, expected);
    }
}

#[test]
fn work_on_a_text_that_is_here_is_taken_in_without_the_text_again() {
    let mut clerk = clerk();
    let preview = read(&mut clerk, "any.jsonl", &line(TEXT, "claim", 15, 39));
    assert!(preview.is_ready);
    assert_eq!(preview.lots[0].kind, "doccano (JSON Lines)");
    assert_eq!(preview.outcome, ["1 article here already", "1 annotation added"]);
    let (articles, changes, taken) = take(&mut clerk);
    assert!(articles.is_empty());
    assert_eq!(taken.lines, preview.outcome);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].key.article, Some("mayor".into()));
    assert_eq!(taken.step, "import 1 article");
}

#[test]
fn a_new_text_is_handed_over_once_with_its_record() {
    let mut clerk = clerk();
    read(&mut clerk, "new.txt", "One new sentence.");
    let (articles, changes, taken) = take(&mut clerk);
    assert_eq!(articles, ["new".into()]);
    assert_eq!(taken.lines, ["1 article added"]);
    assert_eq!(changes.len(), 1);
    assert!(matches!(changes[0].to, Some(Record::Article(_))));
}

#[test]
fn a_label_that_the_scheme_lacks_becomes_stays_or_is_left_out_as_is_chosen() {
    for (mapped, expected) in [
        (Mapped::To("attribution".into()), Some("attribution")),
        (Mapped::Kept, Some("Speaker")),
        (Mapped::LeftOut, None),
    ] {
        let mut clerk = clerk();
        let preview = read(&mut clerk, "any.jsonl", &line(TEXT, "Speaker", 0, 9));
        assert_eq!(preview.lots[0].labels[0].label, "Speaker".into());
        choose(
            &mut clerk,
            Choosing::Lot(0, LotChoice::Label("Speaker".into(), mapped)),
        );
        let (_, changes, _) = take(&mut clerk);
        let labels: Vec<_> = changes
            .iter()
            .filter_map(|change| match &change.to {
                Some(Record::Annotation(annotation)) => Some(annotation.label.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(labels, Vec::from_iter(expected));
    }
}

#[test]
fn what_is_left_out_or_broken_changes_nothing() {
    let mut clerk = clerk();
    read(&mut clerk, "any.jsonl", &line(TEXT, "claim", 0, 9));
    let preview = choose(&mut clerk, Choosing::Lot(0, LotChoice::LeaveOut(true)));
    assert!(!preview.is_ready && preview.outcome.is_empty());
    assert!(take(&mut clerk).1.is_empty());

    let preview = read(&mut clerk, "broken.jsonl", &line(TEXT, "claim", 0, 999));
    assert!(!preview.is_ready);
    let problem = preview.lots[0].problem.as_deref().unwrap();
    assert!(
        problem.contains("broken.jsonl") && problem.contains("999"),
        "{problem}"
    );
    assert!(take(&mut clerk).1.is_empty());
}

/// An annotation of another tool's, of words at some address.
fn noted(address: &str, words: &str) -> String {
    serde_json::json!({ "@context": "http://www.w3.org/ns/anno.jsonld", "id": "https://example.org/1",
        "type": "Annotation", "motivation": "tagging", "body": { "type": "TextualBody", "value": "claim" },
        "target": { "source": address, "selector": { "type": "TextQuoteSelector", "exact": words } } })
    .to_string()
}

#[test]
fn an_annotation_of_another_tool_finds_its_article_by_the_address() {
    const ADDRESS: &str = "https://example.org/mayor?a=1";
    let mut clerk = holding(&[
        ("a", Some(ADDRESS), &[]),
        ("b", Some("https://example.org/other"), &[]),
    ]);
    for address in [ADDRESS, "http://example.org/mayor?a=1#top"] {
        let preview = read(&mut clerk, "notes.jsonld", &noted(address, "nothing had changed"));
        assert_eq!(preview.outcome, ["1 annotation added"], "{address}");
        let (_, changes, _) = take(&mut clerk);
        assert_eq!(changes[0].key.article, Some("a".into()));
    }
    let elsewhere = noted("https://example.org/mayor", "nothing had changed");
    assert!(!read(&mut clerk, "notes.jsonld", &elsewhere).is_ready);
    let mut clerk = holding(&[("a", Some(ADDRESS), &[]), ("b", Some(ADDRESS), &[])]);
    let either = read(&mut clerk, "notes.jsonld", &noted(ADDRESS, "nothing had changed"));
    assert!(
        !either.is_ready && either.missing.len() == 1,
        "two have that address"
    );
}

#[test]
fn what_finds_no_place_or_only_a_doubtful_one_is_told_and_cannot_be_taken_in() {
    let mut clerk = holding(&[("a", Some("https://example.org/a"), &[])]);
    let preview = read(
        &mut clerk,
        "notes.jsonld",
        &noted("https://example.org/a", "volcano"),
    );
    assert!(!preview.is_ready);
    assert_eq!(preview.outcome, ["Nothing: it has no place here"]);
    assert_eq!(preview.lots[0].contents[0], "Work on 1 article without its text");
    let preview = read(&mut clerk, "notes.jsonld", &noted("https://example.org/a", "th"));
    assert!(!preview.is_ready);
    assert_eq!(
        preview.outcome,
        ["Nothing, unless you tick something that is doubtful"]
    );
    let preview = choose(&mut clerk, Choosing::Doubt(0, true));
    assert!(preview.is_ready);
    assert_eq!(preview.outcome[0], "1 annotation added");
}

#[test]
fn the_columns_of_a_table_are_guessed_and_can_be_chosen() {
    let mut clerk = clerk();
    let table = "a,b\nshort,a much longer text of an article\n";
    let preview = read(&mut clerk, "table.csv", table);
    let shown = preview.lots[0].table.as_ref().unwrap();
    assert_eq!(shown.roles[0], (Role::Text, Some(1)));
    let preview = choose(
        &mut clerk,
        Choosing::Lot(0, LotChoice::Column(Role::Title, Some(0))),
    );
    let shown = preview.lots[0].table.as_ref().unwrap();
    assert_eq!(shown.roles[1], (Role::Title, Some(0)));
    let (_, changes, _) = take(&mut clerk);
    match &changes[0].to {
        Some(Record::Article(article)) => assert_eq!(article.metadata.title.as_deref(), Some("short")),
        other => panic!("no article: {other:?}"),
    }
}

#[test]
fn letters_are_read_in_the_encoding_that_is_chosen() {
    let mut clerk = clerk();
    let file = File {
        name: "cafe.txt".to_owned(),
        bytes: b"The Caf\xe9 was closed, he said.".to_vec(),
    };
    let answer = clerk.answer(Request::Read { now: 0 }, vec![file], &mut Vec::new());
    let Answer::Preview(preview) = answer else {
        panic!("no preview: {answer:?}");
    };
    assert!(preview.lots[0].encoding.is_some());
    let preview = choose(
        &mut clerk,
        Choosing::Lot(0, LotChoice::Encoding("windows-1253".to_owned())),
    );
    let encoding = preview.lots[0].encoding.as_ref().unwrap();
    assert!(encoding.sample.contains("Cafι"), "{}", encoding.sample);
}

#[test]
fn a_list_of_entities_is_handed_over_as_it_is() {
    let mut clerk = clerk();
    let list = "id,name,aliases\nQ1,Ada,\n";
    assert!(read(&mut clerk, "people.csv", list).is_ready);
    let (_, changes, taken) = take(&mut clerk);
    assert!(changes.is_empty());
    assert_eq!(taken.entities, [("people.csv".to_owned(), list.to_owned())]);
}
