"""ClaimReview (schema.org JSON-LD), with rdflib."""

from collections import Counter

import pytest
from rdflib import RDF, Graph, Namespace

import contexts

SCHEMA = Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def graph(exports):
    contexts.answer_from_here()
    [file] = exports.glob("hearsay-claims-*.jsonld")
    return Graph().parse(file, format="json-ld")


def test_every_claim_is_reviewed_in_its_article(graph, corpus):
    found = Counter()
    for review in graph.subjects(RDF.type, SCHEMA.ClaimReview):
        claim = graph.value(review, SCHEMA.itemReviewed, any=False)
        article = graph.value(claim, SCHEMA.appearance, any=False)
        words = graph.value(review, SCHEMA.claimReviewed, any=False)
        found[str(graph.value(article, SCHEMA.identifier, any=False)), str(words)] += 1
    expected = Counter()
    for span, count in corpus.spans.items():
        if span.label == "claim":
            expected[span.article, span.quote] += count
    assert found == expected


def test_no_claim_is_rated(graph):
    assert not list(graph.subject_objects(SCHEMA.reviewRating))
