"""spaCy (JSON Lines), with spaCy: a blank vocabulary, no model."""

import json
from collections import Counter

import pytest

import readme
from corpus import Span


@pytest.fixture(scope="module")
def docs(exports):
    return readme.load("spaCy")["docs"]


@pytest.fixture(scope="module")
def ids(exports):
    """The articles' ids, which spaCy passes over."""
    [file] = exports.glob("hearsay-spacy-*.jsonl")
    return [
        json.loads(line)["hearsay"]["id"] for line in file.read_text(encoding="utf-8").split("\n") if line
    ]


def test_a_doc_has_the_whole_text(docs, ids, corpus):
    for id, doc in zip(ids, docs, strict=True):
        assert doc.text == corpus.texts[id]


def test_spans_are_in_the_group_sc_and_cut_the_same_words(docs, ids, corpus):
    found = Counter(
        Span(id, span.label_, span.start_char, span.end_char, span.text)
        for id, doc in zip(ids, docs, strict=True)
        for span in doc.spans["sc"]
    )
    assert found <= corpus.spans
    # spaCy has no token for a single space: the export says so before it drops what begins or ends with one.
    assert all(span.quote != span.quote.strip() for span in corpus.spans - found)
