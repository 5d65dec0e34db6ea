//! Lots: what somebody picked, dropped or pasted in one go, sorted by what is to be done with it.
//!
//! Zip archives are unpacked first. Then each file is asked what it is, the most telling signs first: a format
//! of annotated articles knows its own by their content; a scheme and a list of entities say what they are; what
//! remains is a table or a text by its name, or by its content where the name says nothing.
//!
//! A plain text belongs to the annotations beside it that have its name, as `002.txt` does to `002.ann`, and a
//! `hearsay.json` to the annotations in its folder.

use super::drafts::encoding::{self, looks_like, not_text};
use super::drafts::{Table, TextKind};
use super::import::WHOLE_FILE;
use super::json::quoted;
use super::{File, IMPORTS, ImportError, ImportFormat, archive, beside, entities_csv, limits, scheme_json};
use std::collections::BTreeMap;

/// What is to be done with a lot.
#[derive(Clone, Copy)]
pub enum LotKind {
    /// [`scheme_json`] reads it. One file.
    Scheme,
    /// [`entities_csv`] reads it. One file.
    Entities,
    /// The format reads all of it at once.
    Annotated(&'static dyn ImportFormat),
    /// [`drafts`](super::drafts) reads each file as one article.
    Texts,
    /// [`Table`] reads it, and the reviewer chooses columns. One file.
    Table,
}

impl LotKind {
    /// What the page calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheme => "Scheme (JSON)",
            Self::Entities => "Entities (CSV)",
            Self::Annotated(format) => format.name(),
            Self::Texts => "Texts",
            Self::Table => "Table",
        }
    }

    /// Where it comes among other kinds: labels and entities before the work that names them, and what asks for
    /// a choice last.
    fn rank(self) -> usize {
        match self {
            Self::Scheme => 0,
            Self::Entities => 1,
            Self::Annotated(_) => 2,
            Self::Texts => 3,
            Self::Table => 4,
        }
    }

    /// Whether files of both kinds are one lot.
    fn is_one_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Annotated(one), Self::Annotated(other)) => one.id() == other.id(),
            (Self::Texts, Self::Texts) => true,
            _ => false,
        }
    }
}

/// Files that are read together.
pub struct Lot {
    /// What is to be done with them.
    pub kind: LotKind,
    /// The files, in the order in which they were given. Those of an archive have its name before theirs.
    pub files: Vec<File>,
}

/// Files, sorted.
#[derive(Default)]
pub struct Sorted {
    /// What can be read, in the order in which it should be.
    pub lots: Vec<Lot>,
    /// What cannot, each with the reason.
    pub refused: Vec<ImportError>,
}

/// Sorts files. Whether what they hold is sound, only reading them tells.
pub fn sorted(files: Vec<File>) -> Sorted {
    sorted_among(files, IMPORTS)
}

fn sorted_among(files: Vec<File>, formats: &[&'static dyn ImportFormat]) -> Sorted {
    let mut sorted = Sorted::default();
    let mut unpacked = Vec::new();
    for file in files {
        if !archive::is_archive(&file.bytes) {
            unpacked.push(file);
            continue;
        }
        match contents(&file) {
            Ok(files) => unpacked.extend(files),
            Err(error) => sorted.refused.push(error),
        }
    }
    unpacked.retain(|file| {
        let looked = limits::file(file);
        looked.map_err(|error| sorted.refused.push(error)).is_ok()
    });
    let mut kinds: Vec<_> = unpacked
        .iter()
        .map(|file| {
            if is_plain(file) || beside::is_beside(file) {
                None
            } else {
                Some(kind_of(file, formats))
            }
        })
        .collect();
    let mut companions = BTreeMap::new();
    for (file, kind) in unpacked.iter().zip(&kinds) {
        if let Some(Ok(kind @ LotKind::Annotated(_))) = kind {
            companions.insert(path(file).to_owned(), *kind);
        }
    }
    for (file, kind) in unpacked.iter_mut().zip(&mut kinds) {
        kind.get_or_insert_with(|| match beside::folder(file) {
            Some(folder) => kind_beside(folder, &companions).map_or_else(|| kind_alone(file, formats), Ok),
            None => {
                let companion = companions.get(path(file)).copied();
                Ok(companion.unwrap_or_else(|| kind_of_plain(file, formats)))
            }
        });
    }
    for (file, kind) in unpacked.into_iter().zip(kinds.into_iter().flatten()) {
        match kind {
            Ok(kind) => match sorted.lots.iter_mut().find(|lot| lot.kind.is_one_with(kind)) {
                Some(lot) => lot.files.push(file),
                None => sorted.lots.push(Lot {
                    kind,
                    files: vec![file],
                }),
            },
            Err(error) => sorted.refused.push(error),
        }
    }
    sorted.lots.sort_by_key(|lot| lot.kind.rank());
    sorted
}

/// The files of an archive, each named after the archive and its path there.
fn contents(archive: &File) -> Result<Vec<File>, ImportError> {
    let within = |name: &str| match name {
        "" => archive.name.clone(),
        name => format!("{}/{name}", archive.name),
    };
    let mut files =
        archive::unpack(&archive.bytes, archive::Limits::default()).map_err(|error| ImportError {
            file: within(&error.file),
            ..error
        })?;
    // The first file, or one of the first, of every document that is an archive underneath.
    if files
        .iter()
        .any(|file| matches!(file.name.as_str(), "[Content_Types].xml" | "mimetype"))
    {
        let found = looks_like(&archive.bytes).unwrap_or("a document");
        return Err(not_text(found).in_file(archive));
    }
    for file in &mut files {
        file.name = within(&file.name);
    }
    Ok(files)
}

fn is_plain(file: &File) -> bool {
    matches!(file.extension().as_str(), "txt" | "text")
}

/// The name of a file without what follows its last dot.
fn path(file: &File) -> &str {
    let extension = file.name.len() - file.extension().len();
    file.name[..extension].trim_end_matches('.')
}

fn kind_of(file: &File, formats: &[&'static dyn ImportFormat]) -> Result<LotKind, ImportError> {
    if let Some(&format) = formats.iter().find(|format| format.recognises(file)) {
        return Ok(LotKind::Annotated(format));
    }
    if scheme_json::recognises(&file.bytes) {
        return Ok(LotKind::Scheme);
    }
    let extension = file.extension();
    match extension.as_str() {
        "csv" if entities_csv::recognises(&file.bytes) => Ok(LotKind::Entities),
        _ if Table::is_named_so(file) => Ok(LotKind::Table),
        "md" | "markdown" | "html" | "htm" | "xhtml" => Ok(LotKind::Texts),
        "" if file.bytes.trim_ascii_start().starts_with(b"{\"") => Ok(LotKind::Table),
        "" if encoding::decode(&file.bytes, None).is_ok() => Ok(LotKind::Texts),
        _ if TextKind::of(file) == TextKind::Html => Ok(LotKind::Texts),
        _ => Err(unknown(file, &extension, formats)),
    }
}

/// What a plain text is. Its name is withheld from the formats, since more than one of them has its texts in
/// such files: it is one of theirs only if its content says so.
fn kind_of_plain(file: &mut File, formats: &[&'static dyn ImportFormat]) -> LotKind {
    let name = std::mem::take(&mut file.name);
    let format = formats.iter().find(|format| format.recognises(file));
    file.name = name;
    match format {
        Some(&format) => LotKind::Annotated(format),
        None if scheme_json::recognises(&file.bytes) => LotKind::Scheme,
        None => LotKind::Texts,
    }
}

/// What the annotations in a folder are that a `hearsay.json` is beside, `companions` being all by their names without
/// endings.
fn kind_beside(folder: &str, companions: &BTreeMap<String, LotKind>) -> Option<LotKind> {
    companions
        .range(folder.to_owned()..)
        .take_while(|(path, _)| path.starts_with(folder))
        .map(|(_, kind)| *kind)
        .find(|kind| matches!(kind, LotKind::Annotated(format) if format.reads_beside()))
}

/// What a `hearsay.json` is that is beside nothing: of ours, nothing by itself.
fn kind_alone(file: &File, formats: &[&'static dyn ImportFormat]) -> Result<LotKind, ImportError> {
    if !beside::recognises(&file.bytes) {
        return kind_of(file, formats);
    }
    Err(ImportError {
        file: file.name.clone(),
        place: WHOLE_FILE.to_owned(),
        position: None,
        expected: "the files that it was written beside".to_owned(),
        found: "this file alone".to_owned(),
        remedy: "Choose the archive that it came in, or all files of its folder.",
    })
}

fn unknown(file: &File, extension: &str, formats: &[&'static dyn ImportFormat]) -> ImportError {
    let annotated = formats.iter().map(|format| format.name());
    let known: Vec<_> = [
        "texts (TXT, Markdown, HTML)",
        "tables (CSV, TSV, JSON, JSON Lines)",
    ]
    .into_iter()
    .chain(annotated)
    .chain([LotKind::Entities.name(), LotKind::Scheme.name()])
    .collect();
    ImportError {
        file: file.name.clone(),
        place: WHOLE_FILE.to_owned(),
        position: None,
        expected: format!("{}, or a zip archive of them", known.join(", ")),
        found: match looks_like(&file.bytes) {
            Some(found) => found.to_owned(),
            None if file.bytes.is_empty() => "an empty file".to_owned(),
            None if extension.is_empty() => "something else".to_owned(),
            None => format!("a file whose name ends in {}", quoted(extension)),
        },
        remedy: "Choose files of these kinds, or save the words as plain text.",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EXPORTS, generated};
    use super::*;
    use crate::core::import::Imported;
    use crate::core::timestamp::Timestamp;
    use proptest::prelude::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// A format that has its texts in files of their own and knows them by name, as brat does.
    struct Beside;

    impl ImportFormat for Beside {
        fn id(&self) -> &'static str {
            "beside"
        }

        fn name(&self) -> &'static str {
            "Beside"
        }

        fn recognises(&self, file: &File) -> bool {
            matches!(file.extension().as_str(), "ann" | "txt")
        }

        fn reads_beside(&self) -> bool {
            true
        }

        fn read(&self, _: &[File], _: Timestamp) -> Result<Imported, ImportError> {
            Ok(Imported::default())
        }
    }

    const FORMATS: &[&dyn ImportFormat] = &[&super::super::corpus_json::CorpusJson, &Beside];

    fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File {
        File {
            name: name.to_owned(),
            bytes: bytes.into(),
        }
    }

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// The lots, each in a line: its kind and its files.
    fn lots(files: Vec<File>) -> Vec<String> {
        let sorted = sorted_among(files, FORMATS);
        assert_eq!(sorted.refused, []);
        sorted
            .lots
            .iter()
            .map(|lot| {
                let names: Vec<_> = lot.files.iter().map(|file| file.name.as_str()).collect();
                format!("{}: {}", lot.kind.name(), names.join(" "))
            })
            .collect()
    }

    fn refused(name: &str, bytes: &[u8]) -> String {
        let sorted = sorted_among(vec![file(name, bytes)], FORMATS);
        assert!(sorted.lots.is_empty());
        sorted.refused[0].to_string()
    }

    #[test]
    fn what_stands_beside_annotations_is_read_with_them_and_is_nothing_by_itself() {
        let ours = r#"{"format": "hearsay-beside", "version": 1}"#;
        assert_eq!(
            lots(vec![
                file("corpus.json", r#"{"format": "hearsay-corpus"}"#),
                file("hearsay.json", ours),
                file("zz.ann", ""),
            ]),
            ["Corpus (JSON): corpus.json", "Beside: hearsay.json zz.ann"]
        );
        let theirs = r#"[{"text": "Somebody's own rows"}]"#;
        assert_eq!(lots(vec![file("hearsay.json", theirs)]), ["Table: hearsay.json"]);
        let error = refused("hearsay.json", ours.as_bytes());
        assert!(error.contains("Choose the archive that it came in"), "{error}");
    }

    #[test]
    fn every_kind_of_file_is_known_and_labels_come_before_the_work_that_names_them() {
        let scheme = r#"{"format": "hearsay-scheme"}"#;
        assert_eq!(
            lots(vec![
                file("rows.csv", "id,name,text\n"),
                file("one.txt", "One"),
                file("rows.jsonl", "{}"),
                file("corpus.json", r#"{"format": "hearsay-corpus"}"#),
                file("two.MD", "Two"),
                file("people.csv", "id,name,aliases\n"),
                file("labels.json", scheme),
                file("more.json", r#"{"format": "hearsay-corpus"}"#),
                file("page.htm", "<p>"),
                file("pasted", "Words"),
                file("saved", "{\"text\": 1}"),
                file("page.aspx", "<!doctype html>"),
                file("corpus.txt", r#"{"format": "hearsay-corpus"}"#),
                file("labels.txt", scheme),
            ]),
            [
                "Scheme (JSON): labels.json",
                "Scheme (JSON): labels.txt",
                "Entities (CSV): people.csv",
                "Corpus (JSON): corpus.json more.json corpus.txt",
                "Texts: one.txt two.MD page.htm pasted page.aspx",
                "Table: rows.csv",
                "Table: rows.jsonl",
                "Table: saved",
            ]
        );
    }

    #[test]
    fn a_plain_text_goes_with_the_annotations_beside_it_and_else_alone() {
        assert_eq!(
            lots(vec![
                file("a/1.txt", "One"),
                file("a/2.txt", "Two"),
                file("b/1.txt", "Three"),
                file("a/1.ann", ""),
            ]),
            ["Beside: a/1.txt a/1.ann", "Texts: a/2.txt b/1.txt"]
        );
    }

    #[test]
    fn an_archive_is_what_it_holds() {
        let archive = zip(&[
            ("x/1.ann", b""),
            ("x/1.txt", b"One"),
            ("__MACOSX/x/._1.txt", b"\0"),
            ("2.md", b"Two"),
        ]);
        assert_eq!(
            lots(vec![file("all.zip", archive)]),
            ["Beside: all.zip/x/1.ann all.zip/x/1.txt", "Texts: all.zip/2.md"]
        );
    }

    #[test]
    fn a_document_that_is_an_archive_underneath_is_no_archive() {
        let word = zip(&[("[Content_Types].xml", b""), ("word/document.xml", b"")]);
        assert!(refused("a.docx", &word).starts_with("a.docx: expected text, found a Word document (DOCX)."));
        let book = zip(&[("mimetype", b"application/epub+zip"), ("a.html", b"<p>")]);
        assert!(refused("a.epub", &book).starts_with("a.epub: expected text, found "));
        assert!(refused("cut.zip", &word[..40]).starts_with("cut.zip: expected a sound zip file"));
    }

    #[test]
    fn what_nobody_knows_is_refused_with_what_is_known_and_the_rest_is_kept() {
        assert_eq!(
            refused("a.xml", b"<TEI/>"),
            "a.xml: expected texts (TXT, Markdown, HTML), tables (CSV, TSV, JSON, JSON Lines), Corpus (JSON), \
             Beside, Entities (CSV), Scheme (JSON), or a zip archive of them, found a file whose name ends in \
             \"xml\". Choose files of these kinds, or save the words as plain text."
        );
        for (name, bytes, found) in [
            ("scan.pdf", &b"%PDF-1.7"[..], "found a PDF document."),
            ("photo", b"\x89PNG\r\n\x1A\n\0", "found an image (PNG)."),
            ("noise", b"\0\x01", "found something else."),
            ("a.bin", b"", "found an empty file."),
        ] {
            let error = refused(name, bytes);
            assert!(error.contains(found), "{error}");
        }
        let sorted = sorted(vec![file("a.xml", "<TEI/>"), file("b.txt", "Words")]);
        assert_eq!((sorted.lots.len(), sorted.refused.len()), (1, 1));
    }

    proptest! {
        #[test]
        fn every_export_that_can_be_imported_is_one_lot_that_holds_what_the_file_does(corpus in generated::corpus()) {
            let corpus = corpus.corpus();
            for export in EXPORTS.iter().filter(|export| export.lacks(&corpus).is_none()) {
                let Some(import) = IMPORTS.iter().find(|import| import.id() == export.id()) else {
                    continue;
                };
                let mut written = Vec::new();
                export.write(&corpus, &mut written).unwrap();
                // Articles without a text are in no file of some formats.
                if written.is_empty() {
                    continue;
                }
                let file = file(&export.file_name(corpus.exported_at), written);
                let files = match archive::is_archive(&file.bytes) {
                    true => archive::unpack(&file.bytes, archive::Limits::default()).unwrap(),
                    false => vec![file.clone()],
                };
                let whole = import.read(&files, corpus.exported_at).unwrap();
                let sorted = sorted(vec![file]);
                prop_assert_eq!(sorted.refused, []);
                let kinds: Vec<_> = sorted.lots.iter().map(|lot| lot.kind.name()).collect();
                prop_assert_eq!(&kinds, &[import.name()], "{}", export.name());
                let read = import.read(&sorted.lots[0].files, corpus.exported_at).unwrap();
                prop_assert_eq!(read.articles, whole.articles, "{}", export.name());
                prop_assert_eq!(read.anchored, whole.anchored, "{}", export.name());
                prop_assert_eq!(read.records, whole.records, "{}", export.name());
            }
        }

        #[test]
        fn no_file_is_lost_and_none_makes_sorting_panic(
            files in prop::collection::vec(
                (
                    "[a-b./é]{0,3}([.](txt|ann|csv|json|zip|é))?",
                    prop_oneof![
                        prop::collection::vec(any::<u8>(), 0..20),
                        "(PK\u{3}\u{4}|\\{\"|id,name\n|<html).{0,9}".prop_map(String::into_bytes),
                    ],
                ),
                0..6,
            )
        ) {
            let files: Vec<_> = files.into_iter().map(|(name, bytes)| File { name, bytes }).collect();
            let count = files.len();
            let sorted = sorted_among(files, FORMATS);
            let kept: usize = sorted.lots.iter().map(|lot| lot.files.len()).sum();
            prop_assert_eq!(kept + sorted.refused.len(), count);
        }
    }
}
