//! Encodings: what the bytes of a text file say.
//!
//! A byte order mark settles the matter, and bytes that are UTF-8 are taken for it. Anything else is a guess,
//! and is said to be one, so that the reviewer can see the text and choose another of the [`CHOICES`]. Names
//! and tables are those of the [Encoding Standard](https://encoding.spec.whatwg.org/).

use crate::formats::ImportError;
use crate::formats::import::WHOLE_FILE;
use crate::formats::json::position_behind;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use std::borrow::Cow;

/// An encoding that a reviewer may choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The encoding. Its `name()` is what the Encoding Standard calls it: "windows-1252".
    pub encoding: &'static Encoding,
    /// What is written in it: "Western European".
    pub scripts: &'static str,
}

const fn choice(encoding: &'static Encoding, scripts: &'static str) -> Choice {
    Choice { encoding, scripts }
}

/// The encodings to choose from, those of most texts first.
pub static CHOICES: &[Choice] = &[
    choice(encoding_rs::UTF_8, "every script"),
    choice(encoding_rs::WINDOWS_1252, "Western European"),
    choice(encoding_rs::WINDOWS_1250, "Central European, Windows"),
    choice(encoding_rs::ISO_8859_2, "Central European"),
    choice(encoding_rs::WINDOWS_1251, "Cyrillic, Windows"),
    choice(encoding_rs::KOI8_R, "Cyrillic, Russian"),
    choice(encoding_rs::KOI8_U, "Cyrillic, Ukrainian"),
    choice(encoding_rs::ISO_8859_5, "Cyrillic, ISO"),
    choice(encoding_rs::IBM866, "Cyrillic, DOS"),
    choice(encoding_rs::WINDOWS_1253, "Greek"),
    choice(encoding_rs::WINDOWS_1254, "Turkish"),
    choice(encoding_rs::WINDOWS_1255, "Hebrew"),
    choice(encoding_rs::WINDOWS_1256, "Arabic"),
    choice(encoding_rs::WINDOWS_1257, "Baltic"),
    choice(encoding_rs::WINDOWS_1258, "Vietnamese"),
    choice(encoding_rs::WINDOWS_874, "Thai"),
    choice(encoding_rs::SHIFT_JIS, "Japanese"),
    choice(encoding_rs::EUC_JP, "Japanese, Unix"),
    choice(encoding_rs::ISO_2022_JP, "Japanese, mail"),
    choice(encoding_rs::GB18030, "Chinese, simplified"),
    choice(encoding_rs::BIG5, "Chinese, traditional"),
    choice(encoding_rs::EUC_KR, "Korean"),
    choice(encoding_rs::MACINTOSH, "Western European, old Macintosh"),
    choice(encoding_rs::UTF_16LE, "every script, little-endian"),
    choice(encoding_rs::UTF_16BE, "every script, big-endian"),
];

/// What the bytes of a file say, read in one encoding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding that it was read in.
    pub encoding: &'static Encoding,
    /// Whether there is no doubt that it is that encoding: it has a byte order mark, or is UTF-8, or the
    /// reviewer has chosen it.
    pub is_sure: bool,
    /// Whether every byte means something in that encoding. Where not, `�` stands for those that mean nothing.
    pub is_whole: bool,
}

/// Reads bytes of which nobody has told the encoding. `declared` is what the file itself says inside, as an
/// HTML page does: it is believed if the bytes can be read so, and is in doubt if they are UTF-8 as well.
///
/// # Errors
/// Where the file is not text at all, or breaks the encoding that its byte order mark names.
pub fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> Result<Decoded, ImportError> {
    refuse_documents(bytes)?;
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return marked(&bytes[length..], encoding);
    }
    let utf8 = str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    if let Some(encoding) = declared.filter(|&encoding| encoding != encoding_rs::UTF_8 && !bytes.contains(&0))
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
    {
        let is_sure = utf8.is_none_or(str::is_ascii);
        return Ok(Decoded {
            text: text.into_owned(),
            encoding,
            is_sure,
            is_whole: true,
        });
    }
    if let Some(text) = utf8 {
        return Ok(Decoded {
            text: text.to_owned(),
            encoding: encoding_rs::UTF_8,
            is_sure: true,
            is_whole: true,
        });
    }
    if let Some((encoding, text)) = utf16_without_mark(bytes) {
        return Ok(Decoded {
            text: text.into_owned(),
            encoding,
            is_sure: false,
            is_whole: true,
        });
    }
    if bytes.iter().any(|&byte| is_no_text(byte)) {
        return Err(not_text(
            looks_like(bytes).unwrap_or("something that is not text"),
        ));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    Ok(Decoded {
        text: text.into_owned(),
        encoding,
        is_sure: false,
        is_whole: !has_errors,
    })
}

/// Reads bytes in the encoding that a reviewer has chosen. A byte order mark of that encoding is left out.
///
/// # Errors
/// Where what comes out is not text: it holds NUL characters.
pub fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, ImportError> {
    refuse_documents(bytes)?;
    let (text, has_errors) = encoding.decode_with_bom_removal(bytes);
    if text.contains('\0') {
        return Err(not_text(
            looks_like(bytes).unwrap_or("something that is not text"),
        ));
    }
    Ok(Decoded {
        text: text.into_owned(),
        encoding,
        is_sure: true,
        is_whole: !has_errors,
    })
}

/// Bytes whose byte order mark, left out already, says that they are `encoding`.
fn marked(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, ImportError> {
    let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) else {
        let position = str::from_utf8(bytes)
            .err()
            .filter(|_| encoding == encoding_rs::UTF_8)
            .map(|error| position_behind(&bytes[..error.valid_up_to()]));
        return Err(ImportError {
            file: String::new(),
            place: WHOLE_FILE.to_owned(),
            position,
            expected: format!("{}, as the mark at its start says", encoding.name()),
            found: "bytes that are not".to_owned(),
            remedy: "The file was damaged or cut short: download or copy it again, or choose its encoding.",
        });
    };
    if text.contains('\0') {
        return Err(not_text(looks_like(bytes).unwrap_or("NUL characters")));
    }
    Ok(Decoded {
        text: text.into_owned(),
        encoding,
        is_sure: true,
        is_whole: true,
    })
}

/// UTF-16 whose byte order mark was left off gives itself away by the zero bytes of its blanks and line ends, all
/// on one side of the pairs; on the other there are few. Fewer than one in this many bytes, and they are no blanks.
const BYTES_A_BLANK: usize = 64;

fn utf16_without_mark(bytes: &[u8]) -> Option<(&'static Encoding, Cow<'_, str>)> {
    let zeros = |side: usize| {
        bytes
            .iter()
            .skip(side)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    if even.max(odd) <= bytes.len() / BYTES_A_BLANK {
        return None;
    }
    let encoding = if odd / 4 >= even {
        encoding_rs::UTF_16LE
    } else if even / 4 >= odd {
        encoding_rs::UTF_16BE
    } else {
        return None;
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    (!text.contains(|character: char| u8::try_from(character).is_ok_and(is_no_text)))
        .then_some((encoding, text))
}

/// Whether no text holds the byte in any encoding that keeps ASCII: a control character other than tab, line
/// feed, vertical tab, form feed, carriage return, the end mark of DOS, and the escape of ISO-2022.
fn is_no_text(byte: u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0E..=0x19 | 0x1C..=0x1F)
}

/// Refuses documents that may be text to the last byte, and yet are not to be read as it.
fn refuse_documents(bytes: &[u8]) -> Result<(), ImportError> {
    match looks_like(bytes) {
        Some(found @ (PDF | RTF | UTF_32)) => Err(not_text(found)),
        _ => Ok(()),
    }
}

const PDF: &str = "a PDF document";
const RTF: &str = "a rich text document (RTF)";
const UTF_32: &str = "text in UTF-32";

/// What a file looks like that is not text, by the bytes at its start.
pub(in crate::formats) fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    const STARTS: &[(&[u8], &str)] = &[
        (b"%PDF-", PDF),
        (b"{\\rtf", RTF),
        (b"\xFF\xFE\0\0", UTF_32),
        (b"\0\0\xFE\xFF", UTF_32),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            "an old Office document (DOC, XLS or PPT)",
        ),
        (b"\x89PNG\r\n\x1A\n", "an image (PNG)"),
        (b"\xFF\xD8\xFF", "an image (JPEG)"),
        (b"GIF87a", "an image (GIF)"),
        (b"GIF89a", "an image (GIF)"),
        (b"II*\0", "an image (TIFF)"),
        (b"MM\0*", "an image (TIFF)"),
        (b"RIFF", "an image, a sound or a film (RIFF)"),
        (b"OggS", "a sound or a film (Ogg)"),
        (b"ID3", "a sound (MP3)"),
        (b"\x1A\x45\xDF\xA3", "a film (Matroska)"),
        (b"\x1F\x8B", "a compressed file (gzip)"),
        (b"BZh", "a compressed file (bzip2)"),
        (b"\xFD7zXZ\0", "a compressed file (xz)"),
        (b"\x28\xB5\x2F\xFD", "a compressed file (Zstandard)"),
        (b"7z\xBC\xAF\x27\x1C", "an archive (7z)"),
        (b"Rar!\x1A\x07", "an archive (RAR)"),
        (b"PAR1", "a table (Parquet)"),
        (b"SQLite format 3\0", "a database (SQLite)"),
        (b"\0asm", "a program (WebAssembly)"),
        (b"\x7FELF", "a program"),
        (b"MZ", "a program"),
    ];
    /// What the first files of a zip archive are called in the documents that are zip archives underneath.
    const ZIPPED: &[(&[u8], &str)] = &[
        (b"word/", "a Word document (DOCX)"),
        (b"xl/", "an Excel workbook (XLSX)"),
        (b"ppt/", "a PowerPoint presentation (PPTX)"),
        (b"application/epub+zip", "an electronic book (EPUB)"),
        (
            b"application/vnd.oasis.opendocument",
            "an OpenDocument file (ODT, ODS or ODP)",
        ),
    ];
    /// How much of an archive is looked at, in bytes.
    const HEAD: usize = 8192;
    if bytes.starts_with(b"PK\x03\x04") {
        let head = &bytes[..bytes.len().min(HEAD)];
        let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
        let document = ZIPPED.iter().find(|(name, _)| holds(name));
        return Some(document.map_or("a zip archive", |&(_, found)| found));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some("a film or an image (MP4, HEIF)");
    }
    STARTS
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
        .map(|&(_, found)| found)
}

pub(in crate::formats) fn not_text(found: &str) -> ImportError {
    ImportError {
        file: String::new(),
        place: WHOLE_FILE.to_owned(),
        position: None,
        expected: "text".to_owned(),
        found: found.to_owned(),
        remedy: "Save its words as plain text in UTF-8, or as a web page, and import that.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn bytes_in(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        // The crate writes no UTF-16: the standard has browsers send UTF-8 instead.
        if encoding == encoding_rs::UTF_16LE {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else if encoding == encoding_rs::UTF_16BE {
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        } else {
            let (bytes, _, has_errors) = encoding.encode(text);
            assert!(!has_errors, "{text:?} in {}", encoding.name());
            bytes.into_owned()
        }
    }

    /// A sentence in what an encoding is for.
    fn sentence(encoding: &'static Encoding) -> &'static str {
        match encoding.name() {
            "windows-1250" | "ISO-8859-2" => "Rząd ogłosił, że żadna z tych wiadomości nie była prawdziwa.",
            "windows-1251" | "KOI8-R" | "ISO-8859-5" | "IBM866" => {
                "Правительство сообщило, что ни одно из этих известий не подтвердилось."
            }
            "KOI8-U" => "Уряд повідомив, що жодна з їхніх звісток не є правдивою.",
            "windows-1253" => "Η κυβέρνηση ανακοίνωσε ότι καμία από αυτές τις ειδήσεις δεν ήταν αληθινή.",
            "windows-1254" => "Hükümet bu haberlerin hiçbirinin doğru olmadığını açıkladı.",
            "windows-1255" => "הממשלה הודיעה כי אף אחת מהידיעות הללו לא הייתה נכונה",
            "windows-1256" => "أعلنت الحكومة أن أيا من هذه الأنباء لم يكن صحيحا",
            "windows-1257" => "Vyriausybė pranešė, kad nė viena iš šių žinių nebuvo teisinga.",
            "windows-1258" => "Chinh phu noi rang \u{111}ây là s\u{1b0}.",
            "windows-874" => "รัฐบาลแถลงว่าข่าวเหล่านี้ไม่เป็นความจริง",
            "Shift_JIS" | "EUC-JP" | "ISO-2022-JP" => {
                "日本の首相は昨日の会見で、新しい経済政策について説明しました。"
            }
            "GB18030" => "政府宣布，这些消息都不属实。",
            "Big5" => "政府宣布，這些消息都不屬實。",
            "EUC-KR" => "정부는 이 소식들이 모두 사실이 아니라고 밝혔다.",
            "UTF-8" | "UTF-16LE" | "UTF-16BE" => "é, Ж, 中, العربية, 😀 and e\u{301}",
            _ => "Le gouvernement a déclaré qu’aucune de ces nouvelles n’était « vraie » à l’été.",
        }
    }

    /// Words that the encoding can write, in any order, lines and all.
    fn text_in(encoding: &'static Encoding) -> impl Strategy<Value = String> {
        let letters: Vec<char> = sentence(encoding).chars().chain("abc ,.\n\t".chars()).collect();
        prop::collection::vec(select(letters), 0..40).prop_map(String::from_iter)
    }

    fn found(bytes: &[u8]) -> String {
        decode(bytes, None).unwrap_err().found
    }

    #[test]
    fn utf_8_is_known_with_its_mark_and_without() {
        for bytes in ["\u{feff}Київ 😀", "Київ 😀"] {
            let decoded = decode(bytes.as_bytes(), None).unwrap();
            assert_eq!(decoded.text, "Київ 😀");
            assert_eq!(
                (decoded.encoding.name(), decoded.is_sure, decoded.is_whole),
                ("UTF-8", true, true)
            );
        }
        assert_eq!(decode(b"", None).unwrap().text, "");
    }

    #[test]
    fn a_file_that_breaks_the_encoding_of_its_mark_is_refused_with_the_place() {
        let error = decode(b"\xEF\xBB\xBFone\ntwo \xFF", None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the file, line 2, column 5: expected UTF-8, as the mark at its start says, found bytes that are not. \
             The file was damaged or cut short: download or copy it again, or choose its encoding."
        );
        for half_a_pair in [&b"\xFF\xFE\x3D\xD8"[..], b"\xFE\xFF\xD8\x3D", b"\xFF\xFEa\0b"] {
            assert!(decode(half_a_pair, None).is_err());
        }
    }

    #[test]
    fn a_sentence_is_read_right_in_most_encodings_and_said_to_be_a_guess() {
        // ISO-2022-JP is written in ASCII; these others differ from their sisters in too few bytes.
        let is_hard = ["UTF-8", "ISO-2022-JP", "windows-1258", "macintosh"];
        for choice in CHOICES {
            let name = choice.encoding.name();
            if is_hard.contains(&name) {
                continue;
            }
            let decoded = decode(&bytes_in(choice.encoding, sentence(choice.encoding)), None).unwrap();
            assert_eq!(decoded.text, sentence(choice.encoding), "{name}");
            assert!(!decoded.is_sure && decoded.is_whole, "{name}");
        }
    }

    #[test]
    fn what_a_page_declares_is_believed_unless_its_bytes_cannot_be_read_so() {
        let encoded = bytes_in(encoding_rs::WINDOWS_1251, "Київ");
        let decoded = decode(&encoded, Some(encoding_rs::WINDOWS_1251)).unwrap();
        assert_eq!((&*decoded.text, decoded.is_sure), ("Київ", true));
        let decoded = decode("Київ".as_bytes(), Some(encoding_rs::EUC_KR)).unwrap();
        assert_eq!((&*decoded.text, decoded.encoding.name()), ("Київ", "UTF-8"));
        let decoded = decode("é".as_bytes(), Some(encoding_rs::WINDOWS_1252)).unwrap();
        assert_eq!(
            (&*decoded.text, decoded.is_sure),
            ("Ã©", false),
            "both are possible"
        );
    }

    #[test]
    fn a_wrong_choice_shows_what_means_nothing() {
        let decoded = decode_as(b"caf\xE9", encoding_rs::UTF_8).unwrap();
        assert_eq!((&*decoded.text, decoded.is_whole), ("caf�", false));
    }

    #[test]
    fn what_is_no_text_is_refused_by_what_it_looks_like() {
        assert_eq!(found(b"%PDF-1.7\nplain"), "a PDF document");
        assert_eq!(
            found(b"PK\x03\x04\x14\0\x06\0[Content_Types].xml word/document.xml"),
            "a Word document (DOCX)"
        );
        assert_eq!(found(b"PK\x03\x04\x14\0a.txt"), "a zip archive");
        assert_eq!(found(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), "an image (PNG)");
        assert_eq!(found(b"\xFF\xFE\0\0a\0\0\0"), "text in UTF-32");
        assert_eq!(found(b"a\0b"), "something that is not text");
        assert_eq!(found(b"\xEF\xBB\xBFa\0b"), "NUL characters");
        assert_eq!(
            decode_as(b"%PDF-1.7\nplain", encoding_rs::WINDOWS_1252)
                .unwrap_err()
                .to_string(),
            "the file: expected text, found a PDF document. \
             Save its words as plain text in UTF-8, or as a web page, and import that."
        );
        for text in ["MZ is not a program", "BMW, ID3 and RIFF", "PARIS (PAR1)"] {
            assert_eq!(decode(text.as_bytes(), None).unwrap().text, text);
        }
    }

    proptest! {
        #[test]
        fn a_text_comes_back_from_every_encoding((encoding, text) in select(CHOICES)
            .prop_flat_map(|choice| (Just(choice.encoding), text_in(choice.encoding))))
        {
            let decoded = decode_as(&bytes_in(encoding, &text), encoding).unwrap();
            prop_assert_eq!(&decoded.text, &text);
            prop_assert!(decoded.is_whole);
        }

        #[test]
        fn a_mark_settles_the_encoding_of_any_text(
            text in "[^\0]{0,40}",
            encoding in select(vec![encoding_rs::UTF_8, encoding_rs::UTF_16LE, encoding_rs::UTF_16BE])
        ) {
            let decoded = decode(&bytes_in(encoding, &format!("\u{feff}{text}")), None).unwrap();
            prop_assert_eq!(decoded.encoding, encoding);
            prop_assert_eq!(decoded.text, text);
            prop_assert!(decoded.is_sure);
        }

        #[test]
        fn no_bytes_make_reading_panic_and_none_become_nul(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), select(&b"\0a \n\xFF\xFE\xEF\xBB\xBF"[..])], 0..40),
            choice in select(CHOICES)
        ) {
            for decoded in [decode(&bytes, None), decode(&bytes, Some(choice.encoding)), decode_as(&bytes, choice.encoding)] {
                prop_assert!(decoded.map_or(true, |decoded| !decoded.text.contains('\0')));
            }
        }
    }
}
