//! Rescue files out, piece by piece.

use super::{FORMAT, OURS, VERSION};
use crate::core::records::{Records, Stamp, Versioned};
use crate::core::timestamp::Timestamp;
use crate::store::key::{Key, Scope};
use crate::store::{log, snapshot};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes a rescue file piece by piece, so that who writes a large one can do something else in between: first the
/// records as the page has them in memory, then what storage holds besides, then the texts.
pub struct Writer<W> {
    entries: Entries<W>,
    /// The keys of local storage that are written.
    kept: BTreeSet<String>,
}

impl<W: Write> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Where `output` refuses.
    pub fn begin(mut output: W, made_at: Timestamp) -> io::Result<Self> {
        write!(
            output,
            "{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"made_at\":\"{made_at}\",\"local_storage\":{{"
        )?;
        Ok(Self {
            entries: Entries::of(output),
            kept: BTreeSet::new(),
        })
    }

    /// Writes the records of a scope, if the reviewer has made any.
    ///
    /// # Errors
    /// Where a record holds something that JSON cannot, or the output refuses.
    pub fn records(&mut self, scope: &Scope, records: &Records) -> Result<(), String> {
        let is_supplied = |version: &Versioned| version.stamp == Stamp::SUPPLIED;
        if records.versions().all(|(.., version)| is_supplied(version)) {
            return Ok(());
        }
        let key = Key::Snapshot(scope.clone()).to_string();
        let value = snapshot::encode(&key, records)?;
        self.entries
            .add(&key, &value)
            .map_err(|error| error.to_string())?;
        self.kept.insert(key);
        Ok(())
    }

    /// Writes what stands under `key` in storage, where memory has not got it: a setting, or what the page cannot read.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn stored(&mut self, key: &str, value: &str) -> io::Result<()> {
        let is_in_memory = match Key::parse(key) {
            Some(Key::Log { .. }) => log::decode(key, value).is_ok(),
            Some(Key::Snapshot(_)) => snapshot::decode(key, value).is_ok(),
            Some(Key::Setting(_) | Key::Quarantine(_)) => false,
            None => !key.starts_with(OURS),
        };
        if is_in_memory {
            return Ok(());
        }
        let aside = (1..).map(|attempt| Key::quarantine(key, attempt).to_string());
        let name = std::iter::once(key.to_owned())
            .chain(aside)
            .find(|name| !self.kept.contains(name));
        let Some(name) = name else { return Ok(()) };
        self.entries.add(&name, value)?;
        self.kept.insert(name);
        Ok(())
    }

    /// Goes on to the texts.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn texts(self) -> io::Result<TextWriter<W>> {
        let texts = self.entries.next("},\"database\":{\"log\":{},\"texts\":{");
        texts.map(TextWriter)
    }
}

/// A rescue file that has its records, and gets its texts.
pub struct TextWriter<W>(Entries<W>);

impl<W: Write> TextWriter<W> {
    /// Writes the text of an added article.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn text(&mut self, sha256: &str, text: &str) -> io::Result<()> {
        self.0.add(sha256, text)
    }

    /// Writes the cold snapshots that the page cannot read, and ends the file.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn finish(self, unreadable: &[(String, String)]) -> io::Result<W> {
        let mut snapshots = self.0.next("},\"snapshots\":{")?;
        for (key, value) in unreadable {
            snapshots.add(key, value)?;
        }
        Ok(snapshots.next("}}}")?.output)
    }
}

/// The entries of a JSON object, one behind the other.
struct Entries<W> {
    output: W,
    is_empty: bool,
}

impl<W: Write> Entries<W> {
    fn of(output: W) -> Self {
        Self {
            output,
            is_empty: true,
        }
    }

    fn add(&mut self, key: &str, value: &str) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.output.write_all(b",")?;
        }
        serde_json::to_writer(&mut self.output, key)?;
        self.output.write_all(b":")?;
        Ok(serde_json::to_writer(&mut self.output, value)?)
    }

    /// Writes what stands between these entries and those of the next object.
    fn next(mut self, between: &str) -> io::Result<Self> {
        self.output.write_all(between.as_bytes())?;
        Ok(Self::of(self.output))
    }
}
