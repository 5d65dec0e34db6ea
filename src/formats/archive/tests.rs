use super::*;
use proptest::prelude::*;

fn exported_at() -> Timestamp {
    Timestamp::from_millis(1_795_262_400_123)
}

/// A zip file of these files.
fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = Archive::new(&mut bytes, exported_at());
    for (name, content) in files {
        archive.start(name).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

/// A zip file whose names are as they stand here, whatever they lead to.
fn packed_as_named(names: &[&[u8]]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        let options = SimpleFileOptions::default().name(name);
        zip.start_file_with_options(options).unwrap();
        zip.write_all(b"x").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn names(files: &[File]) -> Vec<&str> {
    files.iter().map(|file| &*file.name).collect()
}

fn refusal(bytes: &[u8], limits: Limits) -> ImportError {
    unpack(bytes, limits).unwrap_err()
}

#[test]
fn what_is_packed_comes_out_in_its_order() {
    let bytes = packed(&[("b/2.txt", b"two"), ("номер 1.txt", b""), ("a.json", b"{}")]);
    assert!(is_archive(&bytes));
    let files = unpack(&bytes, Limits::default()).unwrap();
    assert_eq!(names(&files), ["b/2.txt", "номер 1.txt", "a.json"]);
    assert_eq!(files[0].bytes, b"two");
    assert_eq!(files[1].bytes, b"");
}

#[test]
fn an_archive_without_files_is_one() {
    let bytes = packed(&[]);
    assert!(is_archive(&bytes));
    assert_eq!(unpack(&bytes, Limits::default()), Ok(Vec::new()));
}

#[test]
fn entries_are_dated_with_the_export_and_the_same_files_make_the_same_bytes() {
    let bytes = packed(&[("a", b"content")]);
    assert_eq!(bytes, packed(&[("a", b"content")]));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let time = archive.by_index(0).unwrap().last_modified().unwrap();
    assert_eq!(time.to_string(), "2026-11-21 12:00:00");
}

#[test]
fn a_time_that_zip_files_cannot_hold_becomes_their_first() {
    for millis in [i64::MIN, 0, i64::MAX] {
        assert_eq!(dos_time(Timestamp::from_millis(millis)), DateTime::DEFAULT);
    }
}

#[test]
fn articles_written_into_an_archive_are_told_to_its_output() {
    #[derive(Default)]
    struct Counted(usize);
    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Output for Counted {
        fn article_written(&mut self) {
            self.0 += 1;
        }
    }
    let mut output = Counted::default();
    let mut archive = Archive::new(&mut output, exported_at());
    archive.start("a").unwrap();
    archive.article_written();
    archive.finish().unwrap();
    assert_eq!(output.0, 1);
}

#[test]
fn an_output_that_refuses_stops_the_archive() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is full"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Output for Full {}
    let mut output = Full;
    let error = Archive::new(&mut output, exported_at()).start("a").unwrap_err();
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

#[test]
fn names_are_safe_on_every_system() {
    for (wanted, given) in [
        ("2026 Київ 😀.txt", "2026 Київ 😀.txt"),
        ("../../etc/passwd", ".._.._etc_passwd".trim_start_matches('.')),
        ("..", "_"),
        ("", "_"),
        ("C:\\x", "C__x"),
        ("a\nb\u{0}\u{1b}[2J", "a_b__[2J"),
        ("gnp.\u{202e}txt", "gnp._txt"),
        (".hidden. ", "hidden"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1 .txt", "_com1 .txt"),
        ("Com²", "_Com²"),
        ("com10", "com10"),
        ("comma", "comma"),
    ] {
        assert_eq!(Names::default().unique(wanted), given, "{wanted:?}");
    }
}

#[test]
fn names_that_differ_in_case_alone_are_numbered() {
    let mut names = Names::default();
    let given = ["a", "A", "a-2", "Ä", "ä", "b"].map(|name| names.unique(name));
    assert_eq!(given, ["a", "A-2", "a-2-2", "Ä", "ä-2", "b"]);
}

#[test]
fn paths_are_made_safe_part_by_part_and_numbered_before_their_ending() {
    let bytes = packed(&[
        ("data/a.txt", b""),
        ("/Data/../A.txt", b""),
        ("x.y/b", b""),
        ("x.y/B", b""),
    ]);
    let files = unpack(&bytes, Limits::default()).unwrap();
    assert_eq!(
        names(&files),
        ["data/a.txt", "_/Data/_/A.txt", "x.y/b", "x.y/B-2"]
    );
}

#[test]
fn folders_and_what_systems_leave_behind_are_passed_over() {
    let bytes = packed_as_named(&[
        b"brat/",
        b"brat/1.ann",
        b"__MACOSX/brat/._1.ann",
        b"brat/.DS_Store",
        b".git/config",
        b"./2.ann",
        b"win\\3.ann",
    ]);
    let files = unpack(&bytes, Limits::default()).unwrap();
    assert_eq!(names(&files), ["brat/1.ann", "./2.ann", "win\\3.ann"]);
}

#[test]
fn a_name_in_any_encoding_is_some_name() {
    let utf8 = "Київ.txt";
    let bytes = packed_as_named(&[utf8.as_bytes(), b"caf\x82.txt", b"\xff\xfe"]);
    let files = unpack(&bytes, Limits::default()).unwrap();
    assert_eq!(names(&files)[..2], [utf8, "café.txt"]);
    assert_eq!(files.len(), 3);
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let bomb = packed(&[("small.txt", b"x"), ("zeros.txt", &vec![b'0'; 8 << 20])]);
    assert!(bomb.len() < 20_000);
    let error = refusal(&bomb, Limits::default());
    assert_eq!(error.file, "zeros.txt");
    assert!(error.expected.contains(&format!("of {}", bomb.len())), "{error}");
    let few = Limits {
        ratio: u64::MAX,
        ..Limits::default()
    };
    assert!(unpack(&bomb, few).is_ok());
    let error = refusal(
        &bomb,
        Limits {
            bytes: 8 << 20,
            ..few
        },
    );
    assert_eq!(error.found, "more");
    let error = refusal(&bomb, Limits { entries: 1, ..few });
    assert_eq!(
        (&*error.expected, &*error.found),
        ("at most 1 files in the archive", "2")
    );
}

#[test]
fn what_an_archive_says_of_sizes_is_not_trusted() {
    let mut bomb = packed(&[("zeros.txt", &vec![b'0'; 8 << 20])]);
    // The size once unpacked, in the central directory: 24 bytes behind its signature.
    let directory = bomb.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    bomb[directory + 24..directory + 28].copy_from_slice(&1_u32.to_le_bytes());
    assert!(unpack(&bomb, Limits::default()).is_err());
}

#[test]
fn an_encrypted_file_is_refused_by_name() {
    let mut bytes = packed(&[("a.txt", b"a"), ("secret.txt", b"b")]);
    // The flags in the central directory: 8 bytes behind the second entry's signature.
    let last = bytes
        .windows(4)
        .rposition(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    bytes[last + 8] |= 1;
    let error = refusal(&bytes, Limits::default());
    assert_eq!(
        error.to_string(),
        "secret.txt: expected a file without a password, found an encrypted one. Unpack the archive with its \
         password and choose the files themselves."
    );
}

#[test]
fn a_way_of_packing_that_we_do_not_know_is_told() {
    let mut bytes = packed(&[("a.txt", b"a")]);
    let directory = bytes.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    // The method, 10 bytes behind the signature: 14 is LZMA.
    bytes[directory + 10] = 14;
    let error = refusal(&bytes, Limits::default());
    assert!(error.expected.contains("Deflate"), "{error}");
}

#[test]
fn a_file_whose_bytes_were_changed_is_refused() {
    let mut bytes = packed(&[("a.txt", &[b'a'; 50])]);
    let directory = bytes.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    // The checksum, 16 bytes behind the signature.
    bytes[directory + 16] ^= 1;
    let error = refusal(&bytes, Limits::default());
    assert_eq!((&*error.file, &*error.expected), ("a.txt", "a sound zip file"));
    let error = refusal(b"PK\x03\x04 and no more", Limits::default());
    assert_eq!((&*error.file, &*error.expected), ("", "a sound zip file"));
}

proptest! {
    #[test]
    fn any_names_come_back_safe_and_each_its_own(wanted in prop::collection::vec(".{0,200}", 0..8)) {
        let mut names = Names::default();
        let stems: Vec<_> = wanted.iter().map(|name| names.unique(name)).collect();
        let files: Vec<_> = stems.iter().map(|stem| format!("{stem}.txt")).collect();
        let packed = packed(&files.iter().map(|name| (&**name, &b""[..])).collect::<Vec<_>>());
        let unpacked = unpack(&packed, Limits::default()).unwrap();
        prop_assert_eq!(unpacked.iter().map(|file| &file.name).collect::<Vec<_>>(), files.iter().collect::<Vec<_>>());
        let distinct: HashSet<_> = stems.iter().map(|stem| stem.to_lowercase()).collect();
        prop_assert_eq!(distinct.len(), stems.len());
        for stem in stems {
            prop_assert!(!stem.contains(['/', '\\']) && !stem.contains(char::is_control) && !stem.starts_with('.'));
        }
    }

    #[test]
    fn no_bytes_make_unpacking_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), noise in any::<Vec<u8>>()) {
        let mut bytes = packed(&[("a.txt", b"some words"), ("b/c.ann", b"T1\tclaim 0 4\tsome")]);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = unpack(&bytes, Limits::default());
        let _ = unpack(&bytes[..at], Limits::default());
        let _ = unpack(&noise, Limits::default());
    }
}
