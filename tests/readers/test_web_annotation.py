"""Web Annotation (JSON-LD), with rdflib and with PyLD, each with a processor of its own."""

import json
from collections import Counter
from urllib.parse import unquote

import pytest
from pyld import jsonld
from rdflib import DCTERMS, FOAF, RDF, BNode, Graph, Namespace

import contexts
import readme
from corpus import Span

OA = Namespace("http://www.w3.org/ns/oa#")


@pytest.fixture(scope="module")
def graph(exports):
    contexts.answer_from_here()
    return readme.load("rdflib")["graph"]


def annotations(graph, motivation):
    return list(graph.subjects(OA.motivatedBy, motivation))


def body(graph, annotation, purpose):
    """The annotation's only body of this purpose, if it has one."""
    bodies = [
        body for body in graph.objects(annotation, OA.hasBody) if (body, OA.hasPurpose, purpose) in graph
    ]
    assert len(bodies) <= 1
    return bodies[0] if bodies else None


def words(graph, annotation, purpose):
    """What the annotation's body of this purpose says."""
    found = body(graph, annotation, purpose)
    return None if found is None else graph.value(found, RDF.value, any=False).toPython()


def placed(graph, annotation):
    """The article's id, both offsets and the quote of what the annotation is about."""
    target = graph.value(annotation, OA.hasTarget, any=False)
    article = graph.value(target, OA.hasSource, any=False)
    selectors = {graph.value(one, RDF.type): one for one in graph.objects(target, OA.hasSelector)}
    assert len(selectors) == 2
    place, quote = selectors[OA.TextPositionSelector], selectors[OA.TextQuoteSelector]
    return (
        unquote(article.removeprefix("urn:hearsay:article:")),
        graph.value(place, OA.start, any=False).toPython(),
        graph.value(place, OA.end, any=False).toPython(),
        graph.value(quote, OA.exact, any=False).toPython(),
    )


def test_every_annotation_is_in_the_graph_with_its_label_and_its_place(graph, corpus):
    found = Counter()
    for annotation in annotations(graph, OA.tagging):
        article, start, end, quote = placed(graph, annotation)
        found[Span(article, words(graph, annotation, OA.tagging), start, end, quote)] += 1
    assert found == corpus.spans


def test_every_quote_is_its_slice(graph, corpus):
    for annotation in annotations(graph, OA.tagging) + annotations(graph, OA.classifying):
        article, start, end, quote = placed(graph, annotation)
        assert corpus.texts[article][start:end] == quote


def test_relations_link_annotations_of_the_graph(graph, corpus):
    tagging = set(annotations(graph, OA.tagging))
    kinds = Counter()
    for link in annotations(graph, OA.linking):
        kinds[words(graph, link, OA.tagging)] += 1
        assert graph.value(link, OA.hasTarget, any=False) in tagging
        assert graph.value(body(graph, link, OA.linking), OA.hasSource, any=False) in tagging
    relations = [relation for article in corpus.articles.values() for relation in article["relations"]]
    assert kinds == Counter(relation["kind"] for relation in relations)


def test_notes_and_annotators_are_in_the_graph(graph, corpus):
    spans = [span for article in corpus.articles.values() for span in article["annotations"]]
    found = annotations(graph, OA.tagging)
    assert Counter(words(graph, one, OA.commenting) for one in found) == Counter(
        span["note"] for span in spans
    )
    people = [graph.value(one, DCTERMS.creator, any=False) for one in found]
    names = Counter(graph.value(one, FOAF.name, any=False).toPython() for one in people)
    assert names == Counter(span["annotator"] for span in spans)


def test_two_processors_make_the_same_graph(graph, exports):
    [file] = exports.glob("hearsay-web-annotation-*.jsonld")
    quads = jsonld.to_rdf(
        json.loads(file.read_bytes()),
        {"format": "application/n-quads", "documentLoader": contexts.document_loader},
    )
    assert nameless(Graph().parse(data=quads, format="nquads")) == nameless(graph)


def nameless(graph):
    """The triples, without names of blank nodes and the spelling of JSON, which are each processor's own."""

    def shown(term):
        return "_" if isinstance(term, BNode) or getattr(term, "datatype", None) == RDF.JSON else term

    return Counter(tuple(map(shown, triple)) for triple in graph)
