"""The contexts that our JSON-LD names, answered from here as the network would answer.

They hold the terms that our files use, written down from the Web Annotation Vocabulary (W3C Recommendation of
23 February 2017) and from schema.org, and nothing else: a term that is missing here drops out of the graph, and
the tests miss it.
"""

import io
import json
import urllib.request
from email.message import Message
from urllib.response import addinfourl

_ID = {"@type": "@id"}
_TERM = {"@type": "@vocab"}
_TIME = {"@type": "xsd:dateTime"}
_COUNT = {"@type": "xsd:nonNegativeInteger"}

_ANNO = {
    "oa": "http://www.w3.org/ns/oa#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "as": "http://www.w3.org/ns/activitystreams#",
    "schema": "http://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
    # Classes
    "Annotation": "oa:Annotation",
    "AnnotationCollection": "as:OrderedCollection",
    "AnnotationPage": "as:OrderedCollectionPage",
    "Person": "foaf:Person",
    "Software": "as:Application",
    "SpecificResource": "oa:SpecificResource",
    "Text": "dctypes:Text",
    "TextPositionSelector": "oa:TextPositionSelector",
    "TextQuoteSelector": "oa:TextQuoteSelector",
    "TextualBody": "oa:TextualBody",
    # Motivations
    "classifying": "oa:classifying",
    "commenting": "oa:commenting",
    "linking": "oa:linking",
    "tagging": "oa:tagging",
    # Properties
    "body": {"@id": "oa:hasBody", **_ID},
    "created": {"@id": "dcterms:created", **_TIME},
    "creator": {"@id": "dcterms:creator", **_ID},
    "end": {"@id": "oa:end", **_COUNT},
    "exact": "oa:exact",
    "first": {"@id": "as:first", **_ID},
    "format": "dc:format",
    "generated": {"@id": "dcterms:issued", **_TIME},
    "generator": {"@id": "as:generator", **_ID},
    "items": {"@id": "as:items", **_ID, "@container": "@list"},
    "label": "rdfs:label",
    "modified": {"@id": "dcterms:modified", **_TIME},
    "motivation": {"@id": "oa:motivatedBy", **_TERM},
    "name": "foaf:name",
    "prefix": "oa:prefix",
    "purpose": {"@id": "oa:hasPurpose", **_TERM},
    "selector": {"@id": "oa:hasSelector", **_ID},
    "source": {"@id": "oa:hasSource", **_ID},
    "start": {"@id": "oa:start", **_COUNT},
    "startIndex": {"@id": "as:startIndex", **_COUNT},
    "suffix": "oa:suffix",
    "target": {"@id": "oa:hasTarget", **_ID},
    "total": {"@id": "as:totalItems", **_COUNT},
    "value": "rdf:value",
}

_CONTEXTS = {
    "www.w3.org/ns/anno.jsonld": _ANNO,
    "schema.org": {"@vocab": "https://schema.org/"},
}


def _context(url):
    return {"@context": _CONTEXTS[url.split("://", 1)[1].rstrip("/")]}


def document_loader(url, _options):
    """For PyLD."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": _context(url),
    }


class _Bundled(urllib.request.BaseHandler):
    # Before those that would open a connection.
    handler_order = 0

    def http_open(self, request):
        headers = Message()
        headers["Content-Type"] = "application/ld+json"
        answer = addinfourl(
            io.BytesIO(json.dumps(_context(request.full_url)).encode()), headers, request.full_url, 200
        )
        answer.msg = "OK"
        return answer

    https_open = http_open


def answer_from_here():
    """For whoever asks through `urllib`, as rdflib does."""
    urllib.request.install_opener(urllib.request.build_opener(_Bundled))
