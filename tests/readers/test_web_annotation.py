"""Web Annotation (JSON-LD), with rdflib and with PyLD, each with a processor of its own."""

import json
from collections import Counter
from urllib.parse import unquote

import pytest
from pyld import jsonld
from rdflib import RDF, Graph
from rdflib.compare import isomorphic

import contexts
import readme
from corpus import Span

PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
"""
PLACED = """
    ?annotation oa:hasTarget ?target .
    ?target oa:hasSource ?article ; oa:hasSelector ?quote, ?place .
    ?quote a oa:TextQuoteSelector ; oa:exact ?exact .
    ?place a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end .
"""


@pytest.fixture(scope="module")
def graph(exports):
    contexts.answer_from_here()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(exports)
        return readme.load("rdflib")["graph"]


def ask(graph, query):
    return [[term.toPython() for term in row] for row in graph.query(PREFIXES + query)]


def article_id(iri):
    return unquote(iri.removeprefix("urn:hearsay:article:"))


def test_every_annotation_is_in_the_graph_with_its_label_and_its_place(graph, corpus):
    found = ask(
        graph,
        f"""SELECT ?article ?label ?start ?end ?exact WHERE {{
            {PLACED}
            ?annotation oa:motivatedBy oa:tagging ; oa:hasBody ?body .
            ?body oa:hasPurpose oa:tagging ; rdf:value ?label .
        }}""",
    )
    assert Counter(Span(article_id(article), *rest) for article, *rest in found) == corpus.spans


def test_every_quote_is_its_slice(graph, corpus):
    found = ask(graph, f"SELECT ?article ?start ?end ?exact WHERE {{ {PLACED} }}")
    assert len(found) > sum(corpus.spans.values())
    for article, start, end, quote in found:
        assert corpus.texts[article_id(article)][start:end] == quote


def test_relations_link_the_annotations_that_they_link(graph, corpus):
    found = ask(
        graph,
        """SELECT ?kind ?from ?to WHERE {
            ?annotation oa:motivatedBy oa:linking ; oa:hasTarget ?from ; oa:hasBody ?label, ?link .
            ?label oa:hasPurpose oa:tagging ; rdf:value ?kind .
            ?link oa:hasPurpose oa:linking ; oa:hasSource ?to .
        }""",
    )
    relations = [relation for article in corpus.articles.values() for relation in article["relations"]]
    assert Counter(kind for kind, _, _ in found) == Counter(relation["kind"] for relation in relations)
    annotated = {str(iri) for [iri] in ask(graph, "SELECT ?a WHERE { ?a oa:motivatedBy oa:tagging }")}
    assert {end for _, *ends in found for end in ends} <= annotated


def test_notes_and_annotators_are_in_the_graph(graph, corpus):
    spans = [span for article in corpus.articles.values() for span in article["annotations"]]
    notes = ask(graph, "SELECT ?note WHERE { ?body oa:hasPurpose oa:commenting ; rdf:value ?note }")
    assert Counter(note for [note] in notes) == Counter(
        span["note"] for span in spans if span["note"] is not None
    )
    names = ask(graph, "SELECT ?name WHERE { ?annotation dcterms:creator ?person . ?person foaf:name ?name }")
    assert Counter(name for [name] in names) == Counter(span["annotator"] for span in spans)


def test_two_processors_make_the_same_graph(graph, exports):
    [file] = exports.glob("hearsay-web-annotation-*.jsonld")
    quads = jsonld.to_rdf(
        json.loads(file.read_bytes()),
        {"format": "application/n-quads", "documentLoader": contexts.document_loader},
    )
    other = Graph().parse(data=quads, format="nquads")
    assert len(other) == len(graph)
    assert isomorphic(without_json(other), without_json(graph))


def without_json(graph):
    """All but JSON literals, which each processor spells in its own way."""
    kept = Graph()
    for triple in graph:
        if getattr(triple[2], "datatype", None) != RDF.JSON:
            kept.add(triple)
    return kept
