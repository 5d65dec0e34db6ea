use super::super::archive::{Limits, unpack};
use super::super::generated::{self, Generated};
use super::super::sample::{assert_golden, small};
use super::super::{Position, sample};
use super::*;
use crate::core::article::Article;
use crate::core::import::ImportedArticle;
use crate::core::record::{Annotation, Metadata, Record, RecordKind};
use crate::core::records::Records;
use crate::core::scheme::Scheme;
use crate::core::text::marked;
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_262_400_000)
}

fn file(name: &str, content: impl AsRef<[u8]>) -> File {
    File {
        name: name.to_owned(),
        bytes: content.as_ref().to_vec(),
    }
}

fn written(corpus: &Generated) -> File {
    let mut bytes = Vec::new();
    Brat.write(&corpus.corpus(), &mut bytes).unwrap();
    file("hearsay-brat.zip", bytes)
}

fn read(text: &str, standoff: &str) -> Result<Imported, ImportError> {
    Brat.read(&[file("a/1.txt", text), file("a/1.ann", standoff)], now())
}

fn annotations(article: &ImportedArticle) -> Vec<(&str, &Annotation)> {
    let mut annotations: Vec<_> = article
        .records
        .iter()
        .filter_map(|(_, record)| match record {
            Record::Annotation(annotation) => Some((article.article.text.slice(annotation.span), annotation)),
            _ => None,
        })
        .collect();
    annotations.sort_by_key(|(_, annotation)| annotation.span);
    annotations
}

/// The words of all spans.
fn words(imported: &Imported) -> Vec<&str> {
    let article = &imported.articles[0];
    annotations(article).into_iter().map(|(words, _)| words).collect()
}

/// What a reader must find in the export of `corpus`, records in order of kind and id.
fn expected(corpus: &Generated) -> Imported {
    let is_there = |id: &RecordId| {
        corpus
            .articles
            .iter()
            .any(|(_, records)| records.annotation(id).is_some())
    };
    let mut imported = Imported::default();
    for (article, records) in &corpus.articles {
        let is_held = |id: &RecordId| {
            let span = records.annotation(id).map(|annotation| annotation.span);
            span.is_some_and(|span| {
                article
                    .text
                    .slice(span)
                    .contains(|character| !is_break(character))
            })
        };
        let kinds = [
            RecordKind::Status,
            RecordKind::Field,
            RecordKind::Region,
            RecordKind::Annotation,
            RecordKind::Relation,
        ];
        let records = kinds.into_iter().flat_map(|kind| records.of_kind(kind));
        imported.articles.push(ImportedArticle {
            article: article.clone(),
            is_named: true,
            is_dated: true,
            records: records
                .filter(|(id, record)| match record {
                    Record::Status(status) => *status != Default::default(),
                    Record::Annotation(_) => is_held(id),
                    Record::Relation(relation) => is_held(&relation.from) && is_held(&relation.to),
                    _ => true,
                })
                .map(|(id, record)| (id.clone(), record.clone()))
                .collect(),
        });
    }
    for kind in [RecordKind::Entity, RecordKind::ClaimGroup] {
        for (id, record) in corpus.records.of_kind(kind) {
            let mut record = record.clone();
            if let Record::ClaimGroup(group) = &mut record {
                group.members.retain(is_there);
            }
            imported.records.push((id.clone(), record));
        }
    }
    imported
}

fn sorted(mut imported: Imported) -> Imported {
    imported.articles.sort_by(|a, b| a.article.id.cmp(&b.article.id));
    for article in &mut imported.articles {
        article
            .records
            .sort_by_key(|(id, record)| (record.kind(), id.clone()));
    }
    imported
}

#[test]
fn a_small_corpus_with_every_feature_is_written_as_ever() {
    let files = unpack(&written(&small()).bytes, Limits::default()).unwrap();
    let files = files.iter().map(|file| {
        let content = str::from_utf8(&file.bytes).unwrap();
        format!("==> {} <==\n{content}\n", file.name)
    });
    assert_golden("brat.txt", files.collect::<String>().as_bytes());
}

#[test]
fn a_span_with_a_line_break_is_written_in_fragments_and_read_as_one() {
    let (text, found) = marked::spans("a 😀 ⟦b c\n\n d\u{2028}e\tf⟧ g ⟦\nh\n⟧ ⟦\n\n⟧");
    let mut records = Records::default();
    for (number, span) in found.iter().enumerate() {
        let annotation = sample::annotation("claim", *span);
        sample::set(
            &mut records,
            &format!("c{number}"),
            Record::Annotation(annotation),
        );
    }
    let corpus = Generated {
        scheme: Scheme::news_claims(),
        articles: vec![(Article::new("a".into(), Metadata::default(), text), records)],
        records: Records::default(),
        exported_at: now(),
    };
    let losses = Brat.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
    let losses: Vec<_> = losses.iter().map(ToString::to_string).collect();
    assert_eq!(losses, ["1 span of line breaks alone"]);
    let archive = written(&corpus);
    let files = unpack(&archive.bytes, Limits::default()).unwrap();
    let standoff = files.iter().find(|file| file.name == "a.ann").unwrap();
    let standoff = str::from_utf8(&standoff.bytes).unwrap();
    let lines: Vec<_> = standoff.lines().filter(|line| line.starts_with('T')).collect();
    assert_eq!(
        lines,
        ["T1\tclaim 4 7;9 11;12 13;14 15\tb c  d e f", "T2\tclaim 19 20\th"]
    );
    let imported = Brat.read(&[archive], now()).unwrap();
    assert_eq!(words(&imported), ["b c\n\n d\u{2028}e\tf", "\nh\n"]);
}

#[test]
fn the_configuration_names_what_there_is_in_the_words_that_brat_takes() {
    let files = unpack(&written(&small()).bytes, Limits::default()).unwrap();
    assert_eq!(files[0].name, "annotation.conf");
    let configuration = str::from_utf8(&files[0].bytes).unwrap();
    for section in [
        "[entities]\nclaim\nattribution\nunverified\nsource\n",
        "\n[relations]\n",
        "\n[events]\n",
    ] {
        assert!(configuration.contains(section), "{configuration}");
    }
    for line in [
        "attributes\tArg1:attribution, Arg2:claim",
        "via\tArg1:attribution, Arg2:attribution",
        "checkable\tArg:claim, Value:future|no|yes",
    ] {
        assert!(
            configuration.lines().any(|found| found == line),
            "{line}: {configuration}"
        );
    }
}

#[test]
fn a_file_as_the_documentation_has_it_is_read() {
    let text = "Sony formed a joint venture with Ericsson, a mobile phone company based in Sweden.\n";
    let imported = read(
        text,
        "T1\tOrganization 0 4\tSony\n\
         T2\tMERGE-ORG 14 27\tjoint venture\n\
         T3\tOrganization 33 41\tEricsson\n\
         T4\tCountry 75 81\tSweden\n\
         E1\tMERGE-ORG:T2 Org1:T1 Org2:T3\n\
         R1\tOrigin Arg1:T3 Arg2:T4\n\
         R2\tattributes Arg1:T1 Arg2:T2\t\n\
         *\tEquiv T1 T3\n\
         A1\tNegation T2\n\
         A2\tConfidence T2 High\n\
         N1\tReference T1 Wikipedia:534366\tSony\n\
         #1\tAnnotatorNotes T1\tthis is fine\n",
    )
    .unwrap();
    assert_eq!(words(&imported), ["Sony", "joint venture", "Ericsson", "Sweden"]);
    let article = &imported.articles[0];
    assert_eq!(article.article.id.as_str(), "1");
    assert_eq!((article.is_named, article.is_dated), (false, false));
    let found = annotations(article);
    assert_eq!(found[0].1.label.as_str(), "Organization");
    assert_eq!(found[0].1.note.as_deref(), Some("this is fine"));
    assert_eq!(
        serde_json::to_string(&found[1].1.attributes).unwrap(),
        r#"{"Confidence":"High","Negation":true}"#
    );
    let relations = article
        .records
        .iter()
        .filter(|(_, record)| record.kind() == RecordKind::Relation);
    assert_eq!(relations.count(), 1);
    assert_eq!(imported.notes.len(), 2, "{:?}", imported.notes);
    assert!(imported.notes[0].starts_with("3 events"), "{:?}", imported.notes);
    assert!(
        imported.notes[1].starts_with("1 relation"),
        "{:?}",
        imported.notes
    );
}

#[test]
fn offsets_are_those_of_the_file_as_it_lies_on_the_disk() {
    let text = "\u{feff}é 😀\r\nRivne\r\nholds\rout";
    for (counted_in, standoff) in [
        (
            "code points of the file",
            "T1\tclaim 6 11;13 18\tRivne holds\nT2\tclaim 19 22\tout\n",
        ),
        (
            "code points with one for a line break",
            "T1\tclaim 5 10;11 16\tRivne holds\nT2\tclaim 17 20\tout\n",
        ),
        (
            "UTF-16 code units",
            "T1\tclaim 7 12;14 19\tRivne holds\nT2\tclaim 20 23\tout\n",
        ),
    ] {
        let imported = read(text, standoff).unwrap();
        assert_eq!(words(&imported), ["Rivne\nholds", "out"], "{counted_in}");
        assert_eq!(
            imported.articles[0].article.text.as_str(),
            "é 😀\nRivne\nholds\nout"
        );
        assert_eq!(imported.notes, Vec::<String>::new());
    }
}

#[test]
fn fragments_with_words_between_them_and_words_at_another_place_are_left_out_and_told() {
    let imported = read(
        "North and South America",
        "T1\tplace 0 5;16 23\tNorth America\nT2\tplace 10 23\tSouth America\nT3\tplace 1 6\tNorth\n\
         R1\tvia Arg1:T1 Arg2:T2\n",
    )
    .unwrap();
    assert_eq!(words(&imported), ["South America"]);
    assert_eq!(imported.notes.len(), 3, "{:?}", imported.notes);
    assert!(imported.notes[0].starts_with("1 span was left out: other words stand between"));
    assert!(imported.notes[1].starts_with("1 relation was left out"));
    assert_eq!(
        imported.notes[2],
        "a/1.ann, line 3: the span T3 was left out: its words, \"North\", are not at its place."
    );
}

#[test]
fn without_a_text_the_words_are_to_be_found_in_ours() {
    let imported = Brat
        .read(
            &[file(
                "1.ann",
                "T1\tclaim 3 8\tRivne\nT2\tclaim 3 8;9 14\tRivne holds\n",
            )],
            now(),
        )
        .unwrap();
    let work = &imported.anchored[0];
    assert_eq!((work.article.as_str(), work.unplaced.len()), ("1", 2));
    let anchors: Vec<_> = work
        .unplaced
        .iter()
        .map(|(_, _, anchor)| {
            let (start, end) = anchor.position.unwrap();
            (start.0, end.0, anchor.exact.as_deref())
        })
        .collect();
    assert_eq!(anchors, [(3, 8, Some("Rivne")), (3, 14, None)]);
}

#[test]
fn what_was_changed_in_brat_counts() {
    let files = unpack(&written(&small()).bytes, Limits::default()).unwrap();
    let changed: Vec<_> = files
        .into_iter()
        .map(|mut file| {
            if file.name == "who.ann" {
                let standoff = String::from_utf8(file.bytes).unwrap();
                assert!(standoff.contains("\tcheckable T1 yes\n"), "{standoff}");
                let standoff = standoff
                    .replace("T1\tclaim", "T1\tunverified")
                    .replace("T1 yes", "T1 no");
                file.bytes = format!("{standoff}#99\tAnnotatorNotes T1\tNo.\n").into_bytes();
            }
            file
        })
        .collect();
    let imported = sorted(Brat.read(&changed, now()).unwrap());
    let who = imported
        .articles
        .iter()
        .find(|article| article.article.id.as_str() == "who")
        .unwrap();
    let id = RecordId::from("019ab001-0000-7000-8000-000000000001");
    match who.records.iter().find(|(found, _)| *found == id) {
        Some((_, Record::Annotation(annotation))) => {
            assert_eq!(annotation.label.as_str(), "unverified");
            assert_eq!(annotation.note.as_deref(), Some("No."));
            assert_eq!(annotation.attributes["checkable"], "no");
            assert!(annotation.attributes.contains_key("figures"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_line_is_refused_with_its_number() {
    for (line, expected) in [
        ("T1 claim 0 1 a", "a span"),
        ("T1\tclaim 0 1.5\ta", "a span"),
        ("T1\tclaim 1 1\t", "a span"),
        ("T1\tclaim 0 5;3 8\ta", "a span"),
        ("R1\tvia T1 T2", "a relation"),
        ("A1\tcheckable", "an attribute"),
        ("#1\tHearsay T1\t{", "JSON as Hearsay writes it"),
        ("words", "a line that begins with"),
        ("T9\tclaim 0 1\ta", "an id of its own"),
    ] {
        let error = read("a b c", &format!("T9\tclaim 0 1\ta\r\n\r\n{line}\r\n")).unwrap_err();
        assert_eq!(error.file, "a/1.ann");
        assert_eq!(error.position, Some(Position { line: 3, column: 1 }), "{error}");
        assert!(error.expected.starts_with(expected), "{error}");
        assert!(error.to_string().contains(", line 3"), "{error}");
    }
    let text = [file("1.txt", b"a\n\xFF"), file("1.ann", "")];
    let error = Brat.read(&text, now()).unwrap_err();
    assert_eq!((&*error.file, &*error.expected), ("1.txt", "UTF-8"));
}

#[test]
fn a_span_without_an_id_gets_the_same_one_each_time() {
    let once = read("a a", "T1\tclaim 0 1\ta\nT2\tclaim 0 1\ta\n").unwrap();
    let again = read("a a", "T1\tclaim 0 1\ta\nT2\tclaim 0 1\ta\n").unwrap();
    assert_eq!(once, again);
    let ids: Vec<_> = once.articles[0].records.iter().map(|(id, _)| id).collect();
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn files_are_told_by_their_content_or_by_brats_endings() {
    assert!(Brat.recognises(&written(&small())));
    assert!(Brat.recognises(&file("1.ann", "")));
    assert!(!Brat.recognises(&file("1.txt", "T1\tclaim 0 1\ta")));
    assert!(!Brat.recognises(&file("1.zip", "PK\u{3}\u{4}")));
}

proptest! {
    #[test]
    fn everything_comes_back_but_spans_of_line_breaks_alone(corpus in generated::corpus()) {
        let imported = Brat.read(&[written(&corpus)], now()).unwrap();
        prop_assert_eq!(sorted(imported), sorted(expected(&corpus)));
        let lost = |records: &Records, kind| records.of_kind(kind).count();
        let kept = expected(&corpus);
        let kept = kept.articles.iter().flat_map(|article| &article.records);
        let kept = kept.filter(|(_, record)| record.kind() == RecordKind::Annotation).count();
        let all: usize = corpus.articles.iter().map(|(_, records)| lost(records, RecordKind::Annotation)).sum();
        let losses = Brat.losses(&corpus.corpus(), &Inventory::of(&corpus.corpus()));
        let told = losses.iter().find(|loss| loss.noun.contains("line breaks alone"));
        prop_assert_eq!(told.map_or(0, |loss| loss.count), all - kept);
    }

    #[test]
    fn no_line_of_an_export_is_broken_in_two_by_python(corpus in generated::corpus()) {
        for file in unpack(&written(&corpus).bytes, Limits::default()).unwrap() {
            if file.extension() != "ann" {
                continue;
            }
            for line in String::from_utf8(file.bytes).unwrap().split_terminator('\n') {
                let first = line.chars().next().unwrap_or(' ');
                prop_assert!("TRA#".contains(first), "{:?}", line);
                prop_assert!(!line.contains(|character| character != '\t' && is_break(character)), "{:?}", line);
                prop_assert!(line.matches('\t').count() <= 2, "{:?}", line);
            }
        }
    }

    #[test]
    fn no_file_makes_reading_panic(
        corpus in generated::corpus(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        text in ".{0,40}",
        standoff in "(([TRA#][12]|[ENx*])\t(claim|via|Hearsay|x) [0-9T]{1,2}[ ;:][0-9T]{1,2}\t.{0,5}\r?\n){0,6}",
    ) {
        let mut archive = written(&corpus);
        let at = at.index(archive.bytes.len());
        archive.bytes[at] = byte;
        let _ = Brat.read(&[archive.clone()], now());
        archive.bytes.truncate(at);
        let _ = Brat.read(&[archive], now());
        let _ = read(&text, &standoff);
    }
}
