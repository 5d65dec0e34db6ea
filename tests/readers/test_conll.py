"""CoNLL (IOB2), by the rules of CoNLL-U Plus (https://universaldependencies.org/ext-format.html)."""

from collections import Counter
from typing import NamedTuple

import pytest

from corpus import Span


class Token(NamedTuple):
    """A line with its columns."""

    number: int
    form: str
    start: int
    end: int
    tags: dict[str, str]


@pytest.fixture(scope="module")
def documents(exports):
    """The sentences of each article, by its id."""
    [file] = exports.glob("hearsay-conll-*.conllup")
    head, *lines = file.read_text(encoding="utf-8").split("\n")
    columns = head.removeprefix("# global.columns = ").split(" ")
    assert columns[:4] == ["ID", "FORM", "START", "END"]
    found, sentences = {}, None
    for line in lines:
        if line.startswith("# newdoc id = "):
            sentences = found[line.removeprefix("# newdoc id = ")] = [[]]
        elif line.startswith("# "):
            continue
        elif line == "":
            if sentences and sentences[-1]:
                sentences.append([])
        else:
            cells = line.split("\t")
            tags = dict(zip(columns[4:], cells[4:], strict=True))
            sentences[-1].append(Token(int(cells[0]), cells[1], int(cells[2]), int(cells[3]), tags))
    return found


def spans(id, sentence, text):
    """What IOB2 says, by label: B begins a span, I goes on in it, O is outside."""
    for column in sentence[0].tags if sentence else ():
        start = end = label = None
        for token in [*sentence, None]:
            tag = token.tags[column] if token else "O"
            if tag.startswith("I-"):
                assert tag == f"I-{label}"
                end = token.end
                continue
            if label is not None:
                yield Span(id, label, start, end, text[start:end])
            label = None
            if tag.startswith("B-"):
                start, end, label = token.start, token.end, tag.removeprefix("B-")
            else:
                assert tag == "O"


def test_every_article_is_a_document(documents, corpus):
    assert list(documents) == list(corpus.articles)


def test_every_token_is_its_slice_and_the_tokens_of_a_sentence_are_counted(documents, corpus):
    for id, sentences in documents.items():
        for sentence in sentences:
            assert [token.number for token in sentence] == list(range(1, len(sentence) + 1))
            for token in sentence:
                assert corpus.texts[id][token.start : token.end] == token.form


def test_the_tags_are_the_spans_but_for_what_overlaps_within_a_label(documents, corpus):
    found = Counter(
        span
        for id, sentences in documents.items()
        for sentence in sentences
        for span in spans(id, sentence, corpus.texts[id])
    )
    expected = Counter({trimmed(span): 1 for span in corpus.spans})
    assert found <= expected
    for span in expected - found:
        assert any(
            (kept.article, kept.label) == (span.article, span.label)
            and kept.start < span.end
            and span.start < kept.end
            for kept in found
        )


def trimmed(span):
    """A span without white space at its ends, which belongs to no token."""
    before = len(span.quote) - len(span.quote.lstrip())
    quote = span.quote.strip()
    return span._replace(start=span.start + before, end=span.start + before + len(quote), quote=quote)
