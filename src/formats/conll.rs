//! CoNLL: a token a line, with a column of IOB2 tags for each label, for trainers of sequence taggers.
//!
//! The file is CoNLL-U Plus (<https://universaldependencies.org/ext-format.html>), whose first line names the
//! columns: the token's number in its sentence, so that no line begins as a comment does; the token; its start
//! and end in code points of the article's text; and the tags. Tokens are the words of Unicode Standard Annex
//! 29, cut wherever a span begins or ends, and hold no white space. Sentences are those of the same annex, save
//! that none ends within a span, since IOB2 has no way to go on in the next.
//!
//! A column holds one span at a place. Of several spans of one label that overlap, the longest is kept, and of
//! equally long ones the first; a span that begins or ends in white space is written without it.

use super::check::{Check, code_points};
use super::naming::LabelNames;
use super::slices::Slices;
use super::{Corpus, CorpusArticle, ExportError, ExportFormat, Feature, Inventory, Loss, Output};
use crate::core::id::{LabelId, RecordId};
use crate::core::text::{ByteOffset, Span, Text};
use std::collections::BTreeMap;
use unicode_segmentation::UnicodeSegmentation;

/// CoNLL, with IOB2 tags.
#[derive(Clone, Copy, Debug)]
pub struct Conll;

/// What has no column.
const LACKS: [Feature; 12] = [
    Feature::Relation,
    Feature::Attribute,
    Feature::Note,
    Feature::Region,
    Feature::Field,
    Feature::Entity,
    Feature::ClaimGroup,
    Feature::Metadata,
    Feature::Status,
    Feature::Annotator,
    Feature::Times,
    Feature::Origin,
];

impl ExportFormat for Conll {
    fn id(&self) -> &'static str {
        "conll"
    }

    fn name(&self) -> &'static str {
        "CoNLL (IOB2)"
    }

    fn about(&self) -> &'static str {
        "A token a line with a column of tags for each label, to train sequence taggers with."
    }

    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn file_stem(&self) -> &'static str {
        "hearsay-conll"
    }

    fn file_extension(&self) -> &'static str {
        "conllup"
    }

    fn losses(&self, corpus: &Corpus<'_>, inventory: &Inventory) -> Vec<Loss> {
        let mut dropped = Dropped::default();
        for article in &corpus.articles {
            dropped.add(&Layers::of(*article).dropped);
        }
        let texts = corpus
            .articles
            .iter()
            .filter(|article| !article.article.text.is_empty());
        let mut losses: Vec<_> = [
            Loss::of(
                dropped.overlapping,
                "span that overlaps a longer one of its label",
                "spans that overlap longer ones of their label",
            ),
            Loss::of(
                dropped.blank,
                "span of white space alone",
                "spans of white space alone",
            ),
            Loss::of(
                dropped.trimmed,
                "span's white space at its ends",
                "spans' white space at their ends",
            ),
            Loss::of(texts.count(), "article's white space", "articles' white space"),
        ]
        .into_iter()
        .flatten()
        .collect();
        losses.extend(inventory.lost(&LACKS));
        losses
    }

    fn write(&self, corpus: &Corpus<'_>, output: &mut dyn Output) -> Result<(), ExportError> {
        let names = LabelNames::of(corpus);
        let mut columns = "# global.columns = ID FORM START END".to_owned();
        for (_, name) in names.all() {
            columns += &format!(" HEARSAY:{}", name.to_uppercase());
        }
        writeln!(output, "{columns}")?;
        for article in &corpus.articles {
            Tokens::write(*article, &names, output)?;
            output.article_written();
        }
        Ok(())
    }
}

/// Whether it is white space, to Unicode or to Python.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

/// The span without white space at its ends; `None` where there is nothing else.
fn trimmed(text: &Text, span: Span) -> Option<Span> {
    let words = text.slice(span);
    let start = span.start().to_usize() + words.len() - words.trim_start_matches(is_space).len();
    let end = span.end().to_usize() - (words.len() - words.trim_end_matches(is_space).len());
    Span::new(start, end)
}

/// The spans of an article that the columns hold.
#[derive(Default)]
struct Layers<'r> {
    /// Each label's spans, by their starts: the end, and the annotation.
    spans: BTreeMap<&'r LabelId, BTreeMap<ByteOffset, (Span, &'r RecordId)>>,
    dropped: Dropped,
}

/// How many spans the columns do not hold, or not as they are.
#[derive(Default)]
struct Dropped {
    overlapping: usize,
    blank: usize,
    trimmed: usize,
}

impl Dropped {
    fn add(&mut self, other: &Self) {
        self.overlapping += other.overlapping;
        self.blank += other.blank;
        self.trimmed += other.trimmed;
    }
}

impl<'r> Layers<'r> {
    fn of(CorpusArticle { article, records }: CorpusArticle<'r>) -> Self {
        let mut layers = Self::default();
        let mut wanted = Vec::new();
        for (id, annotation) in records.annotations() {
            match trimmed(&article.text, annotation.span) {
                Some(span) => wanted.push((span, id, annotation)),
                None => layers.dropped.blank += 1,
            }
        }
        wanted.sort_by_key(|(span, ..)| (std::cmp::Reverse(span.byte_len()), span.start()));
        for (span, id, annotation) in wanted {
            let layer = layers.spans.entry(&annotation.label).or_default();
            let before = layer.range(..span.end()).next_back();
            if before.is_some_and(|(_, (before, _))| before.overlaps(span)) {
                layers.dropped.overlapping += 1;
                continue;
            }
            layers.dropped.trimmed += usize::from(span != annotation.span);
            layer.insert(span.start(), (span, id));
        }
        layers
    }
}

/// A column of an article that is being written.
struct Column<'r> {
    name: &'r str,
    spans: Vec<Span>,
    /// The first span that does not end before the next token.
    next: usize,
}

impl Column<'_> {
    fn tag(&mut self, token: Span) -> String {
        while self
            .spans
            .get(self.next)
            .is_some_and(|span| span.end() <= token.start())
        {
            self.next += 1;
        }
        match self.spans.get(self.next) {
            Some(span) if span.start() == token.start() => format!("B-{}", self.name),
            Some(span) if span.start() < token.start() => format!("I-{}", self.name),
            _ => "O".to_owned(),
        }
    }

    /// Whether one of its spans goes on across `place`.
    fn crosses(&self, place: ByteOffset) -> bool {
        let mut spans = self.spans[self.next..].iter();
        spans
            .next()
            .is_some_and(|span| span.start() < place && place < span.end())
    }
}

/// The tokens of an article, written one by one.
struct Tokens<'r, 'o> {
    text: &'r Text,
    columns: Vec<Column<'r>>,
    /// Where spans begin and end, in order.
    cuts: Vec<ByteOffset>,
    /// How many tokens the sentence has so far.
    count: usize,
    /// Whether the article has no tokens so far.
    is_empty: bool,
    output: &'o mut dyn Output,
}

impl<'r> Tokens<'r, '_> {
    fn write(
        corpus_article: CorpusArticle<'r>,
        names: &'r LabelNames,
        output: &mut dyn Output,
    ) -> Result<(), ExportError> {
        let CorpusArticle { article, records } = corpus_article;
        let slices = Slices::of(&article.text);
        for (id, annotation) in records.annotations() {
            let ends = code_points(id, annotation.span, article)?;
            let check = Check { article, record: id };
            check.code_points(&slices, ends, article.text.slice(annotation.span))?;
        }
        let layers = Layers::of(corpus_article);
        let columns = names.all().map(|(label, name)| Column {
            name,
            spans: layers
                .spans
                .get(label)
                .into_iter()
                .flatten()
                .map(|(_, (span, _))| *span)
                .collect(),
            next: 0,
        });
        let columns: Vec<_> = columns.collect();
        let spans = columns.iter().flat_map(|column| &column.spans);
        let mut cuts: Vec<_> = spans.flat_map(|span| [span.start(), span.end()]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let id: String = article.id.as_str().split(is_space).collect::<Vec<_>>().join(" ");
        writeln!(output, "# newdoc id = {id}\n# sha256 = {}", article.sha256)?;
        let mut tokens = Tokens {
            text: &article.text,
            columns,
            cuts,
            count: 0,
            is_empty: true,
            output,
        };
        for (at, sentence) in article.text.split_sentence_bound_indices() {
            tokens.sentence(at, sentence)?;
        }
        if tokens.is_empty {
            // So that not even a document without words runs into the next.
            tokens.end()?;
        }
        Ok(())
    }

    fn sentence(&mut self, at: usize, sentence: &str) -> Result<(), ExportError> {
        for (word_at, word) in sentence.split_word_bound_indices() {
            let mut start = at + word_at;
            // Some white space counts as a part of words, such as the narrow one within numbers.
            for piece in word.split_inclusive(is_space) {
                let end = start + piece.trim_end_matches(is_space).len();
                self.piece(start.into(), end.into())?;
                start += piece.len();
            }
        }
        let end = ByteOffset::from(at + sentence.len());
        if self.count > 0 && !self.columns.iter().any(|column| column.crosses(end)) {
            self.end()?;
        }
        Ok(())
    }

    /// Writes what stands between two places as one token, or as several where spans begin or end in it.
    fn piece(&mut self, start: ByteOffset, end: ByteOffset) -> Result<(), ExportError> {
        let from = self.cuts.partition_point(|cut| *cut <= start);
        let to = self.cuts.partition_point(|cut| *cut < end);
        let cuts: Vec<_> = self.cuts[from..to.max(from)].to_vec();
        let mut start = start;
        for cut in cuts.into_iter().chain([end]) {
            if let Some(token) = Span::new(start, cut) {
                self.token(token)?;
            }
            start = cut;
        }
        Ok(())
    }

    fn token(&mut self, token: Span) -> Result<(), ExportError> {
        self.count += 1;
        self.is_empty = false;
        let (start, end) = self.text.span_to_code_points(token);
        write!(
            self.output,
            "{}\t{}\t{start}\t{end}",
            self.count,
            self.text.slice(token)
        )?;
        for column in &mut self.columns {
            write!(self.output, "\t{}", column.tag(token))?;
        }
        writeln!(self.output)?;
        Ok(())
    }

    /// Ends the sentence.
    fn end(&mut self) -> Result<(), ExportError> {
        self.count = 0;
        writeln!(self.output)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
