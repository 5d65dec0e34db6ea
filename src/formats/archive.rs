//! Zip files: those that a format writes, and those that are read.
//!
//! Writing goes straight to the output, entry by entry, and the same corpus makes the same bytes: every entry is
//! dated with the export. Reading trusts nothing that the file says of itself; what it holds is counted while it
//! is unpacked, and a file that would unpack to more than anybody exports is refused before it fills the memory.

use super::export::SharedOutput;
use super::import::WHOLE_FILE;
use super::{ExportError, File, ImportError, Output};
use crate::core::timestamp::Timestamp;
use std::collections::HashSet;
use std::io::{self, Cursor, Read, Write};
use time::OffsetDateTime;
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

// Writing

/// A zip file that is being written. What is written to it goes into the file that was started last; articles
/// that are written are told on to its output.
pub struct Archive<'o> {
    zip: ZipWriter<StreamWriter<SharedOutput<'o>>>,
    output: SharedOutput<'o>,
    options: SimpleFileOptions,
    names: Names,
}

impl<'o> Archive<'o> {
    /// An archive that goes to `output`, all of it dated `exported_at` in UTC.
    pub fn new(output: &'o mut dyn Output, exported_at: Timestamp) -> Self {
        let output = SharedOutput::new(output);
        Self {
            zip: ZipWriter::new_stream(output.clone()),
            output,
            options: SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(dos_time(exported_at))
                .unix_permissions(0o644),
            names: Names::default(),
        }
    }

    /// Starts the next file, and ends the one before it. Folders in `path` are parted by `/`; each part of it is
    /// made safe, and the whole path unique, so that what the file is called may differ from what was asked for.
    /// Names made by [`Names::unique`] are taken as they are.
    pub fn start(&mut self, path: &str) -> Result<(), ExportError> {
        let path = self.names.unique_path(path);
        Ok(self.zip.start_file(path, self.options)?)
    }

    /// Ends the last file, and the archive.
    pub fn finish(self) -> Result<(), ExportError> {
        self.zip.finish()?;
        Ok(())
    }
}

impl Write for Archive<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.zip.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.flush()
    }
}

impl Output for Archive<'_> {
    fn article_written(&mut self) {
        self.output.article_written();
    }
}

impl From<ZipError> for ExportError {
    fn from(error: ZipError) -> Self {
        Self::NotWritten(error.to_string())
    }
}

/// A time as zip files have it, which know the years 1980 to 2107.
fn dos_time(time: Timestamp) -> DateTime {
    OffsetDateTime::from_unix_timestamp(time.millis().div_euclid(1000))
        .ok()
        .and_then(|time| {
            let year = u16::try_from(time.year()).ok()?;
            let ((hour, minute, second), month) = (time.to_hms(), time.month().into());
            DateTime::from_date_and_time(year, month, time.day(), hour, minute, second).ok()
        })
        .unwrap_or(DateTime::DEFAULT)
}

/// The names that were given to files so far, told apart as Windows and macOS do: large and small letters are
/// the same.
#[derive(Clone, Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// `name` as one part of a path that every system takes, and that nothing else was called yet. The names of
    /// files that belong together are made of one such name and their endings.
    pub fn unique(&mut self, name: &str) -> String {
        self.take(safe(name, 100), "")
    }

    /// The same for a path, numbered before the ending of its last part.
    fn unique_path(&mut self, path: &str) -> String {
        let path: Vec<_> = path.split('/').map(|part| safe(part, 200)).collect();
        let path = path.join("/");
        match path.rfind(['.', '/']) {
            Some(at) if path[at..].starts_with('.') => self.take(path[..at].to_owned(), &path[at..]),
            _ => self.take(path, ""),
        }
    }

    /// `stem` and `ending`, with a number between them where something else is called so.
    fn take(&mut self, stem: String, ending: &str) -> String {
        let mut name = format!("{stem}{ending}");
        let mut number = 2;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{stem}-{number}{ending}");
            number += 1;
        }
        name
    }
}

/// `name` without what some system takes amiss in a file's name: characters that part paths, steer a terminal or
/// turn the direction of writing, dots and spaces at its ends, names of devices, and more than `longest` bytes.
fn safe(name: &str, longest: usize) -> String {
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    let is_bad = |character: char| {
        character.is_control()
            || matches!(
                character,
                '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'
                    | '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2066}'..='\u{2069}' | '\u{feff}'
            )
    };
    let name: String = name
        .chars()
        .map(|character| if is_bad(character) { '_' } else { character })
        .collect();
    let is_end = |character: char| character == '.' || character.is_whitespace();
    let name = &name[..name.floor_char_boundary(longest)];
    let name = name.trim_start_matches(is_end).trim_end_matches(is_end);
    let device = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_lowercase();
    let is_port = (device.strip_prefix("com").or(device.strip_prefix("lpt"))).is_some_and(|number| {
        matches!(number.chars().next(), Some('0'..='9' | '¹' | '²' | '³')) && number.chars().count() == 1
    });
    if name.is_empty() || is_port || DEVICES.contains(&&*device) {
        return format!("_{name}");
    }
    name.to_owned()
}

// Reading

/// How much an archive may unpack to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The most entries, folders among them.
    pub entries: usize,
    /// The most bytes of all files together.
    pub bytes: u64,
    /// How many times its own size an archive may grow. What is smaller than a MiB unpacked may grow more.
    pub ratio: u64,
}

impl Default for Limits {
    /// Room for a hundred thousand files and 1 GiB. Prose packs to a quarter, and annotations to a thirtieth.
    fn default() -> Self {
        Self {
            entries: 100_000,
            bytes: 1 << 30,
            ratio: 200,
        }
    }
}

/// Whether a file begins as zip files do.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The files of a zip file, in its order. Folders are passed over, and so is what systems leave beside the files
/// that people chose: `__MACOSX`, and names that begin with a dot.
///
/// A name is read as UTF-8, and as code page 437 where it is none; it may hold anything, and leads nowhere.
///
/// # Errors
/// Where it is no sound zip file, one of its files is encrypted or packed in a way that few readers know, or it
/// would unpack to more than `limits` have.
pub fn unpack(bytes: &[u8], limits: Limits) -> Result<Vec<File>, ImportError> {
    const DAMAGED: &str = "The file was cut short or changed on its way: download or copy it again.";
    let unsound = |file: &str, error: ZipError| refused(file, "a sound zip file", error.to_string(), DAMAGED);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unsound("", error))?;
    if archive.len() > limits.entries {
        return Err(refused(
            "",
            format!("at most {} files in the archive", limits.entries),
            archive.len().to_string(),
            "Unpack the archive and choose fewer files at a time.",
        ));
    }
    let packed = bytes.len() as u64;
    let most = limits.bytes.min(packed.saturating_mul(limits.ratio).max(1 << 20));
    let mut left = most;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(|error| unsound("", error))?;
        let name = name_of(&raw);
        if raw.is_dir() || name.ends_with(['/', '\\']) || is_passed_over(&name) {
            continue;
        }
        if raw.encrypted() {
            return Err(refused(
                &name,
                "a file without a password",
                "an encrypted one",
                "Unpack the archive with its password and choose the files themselves.",
            ));
        }
        if !matches!(
            raw.compression(),
            CompressionMethod::Stored | CompressionMethod::Deflated
        ) {
            return Err(refused(
                &name,
                "a file packed with Deflate, or not at all",
                raw.compression().to_string(),
                "Unpack the archive and choose the files themselves.",
            ));
        }
        drop(raw);
        let entry = archive.by_index(index).map_err(|error| unsound(&name, error))?;
        let mut content = Vec::new();
        entry
            .take(left + 1)
            .read_to_end(&mut content)
            .map_err(|error| unsound(&name, error.into()))?;
        left = left.checked_sub(content.len() as u64).ok_or_else(|| {
            refused(
                &name,
                format!("files of at most {most} bytes altogether in an archive of {packed}"),
                "more",
                "Unpack the archive and choose fewer files at a time.",
            )
        })?;
        files.push(File { name, bytes: content });
    }
    Ok(files)
}

/// An error about a file of an archive, or, where it has no name, about the archive.
fn refused(
    file: &str,
    expected: impl Into<String>,
    found: impl Into<String>,
    remedy: &'static str,
) -> ImportError {
    super::limits::refused(file, WHOLE_FILE, expected, found, remedy)
}

fn name_of<R: Read>(entry: &ZipFile<'_, R>) -> String {
    let raw = entry.name_raw();
    match (str::from_utf8(raw), entry.name()) {
        (Ok(name), _) => name.to_owned(),
        (_, Ok(name)) => name.into_owned(),
        _ => String::from_utf8_lossy(raw).into_owned(),
    }
}

/// Whether a file is one that a system put there.
fn is_passed_over(name: &str) -> bool {
    name.split(['/', '\\'])
        .any(|part| part == "__MACOSX" || (part.starts_with('.') && !matches!(part, "." | "..")))
}

#[cfg(test)]
mod tests;
