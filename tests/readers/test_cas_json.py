"""UIMA CAS JSON, with DKPro Cassis, which counts code points once a file is loaded."""

from collections import Counter

import pytest

import readme
from corpus import Span

DOCUMENT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"


@pytest.fixture(scope="module")
def cases(exports):
    """Each article's CAS, by the article's id."""
    loaded = readme.load("cassis")["cases"]
    return {cas.select(DOCUMENT)[0].documentId: cas for cas in loaded}


def test_every_article_is_a_cas_with_its_whole_text(cases, corpus):
    # Cassis has None for an empty text.
    assert {id: cas.sofa_string or "" for id, cas in cases.items()} == corpus.texts


def test_every_span_covers_the_same_words(cases, corpus):
    found = Counter(
        Span(id, span.label, span.begin, span.end, span.get_covered_text())
        for id, cas in cases.items()
        for span in cas.select("custom.Span")
    )
    assert found == corpus.spans


def test_relations_join_the_spans_that_they_join(cases, corpus):
    found = Counter(
        (id, relation.label, relation.Governor.identifier, relation.Dependent.identifier)
        for id, cas in cases.items()
        for relation in cas.select("custom.Relation")
    )
    assert found == Counter(
        (id, relation["kind"], relation["from"], relation["to"])
        for id, article in corpus.articles.items()
        for relation in article["relations"]
    )
