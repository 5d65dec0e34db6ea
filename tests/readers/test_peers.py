"""doccano, Prodigy and Label Studio, which are no libraries: their files are read here as they read them."""

import json
from collections import Counter
from xml.etree import ElementTree

from corpus import Span


def lines(exports, name):
    [file] = exports.glob(f"hearsay-{name}-*.jsonl")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def test_doccano_has_every_span_in_utf_16_as_its_page_counts(exports, corpus):
    found = Counter()
    for line in lines(exports, "doccano"):
        utf_16 = line["text"].encode("utf-16-le")
        for entity in line["entities"]:
            before = utf_16[: 2 * entity["start_offset"]].decode("utf-16-le")
            quote = utf_16[2 * entity["start_offset"] : 2 * entity["end_offset"]].decode("utf-16-le")
            found[line["hearsay"]["id"], entity["label"], len(before), len(before) + len(quote), quote] += 1
    assert found == corpus.spans


def test_doccano_has_relations_between_entities_of_their_line(exports, corpus):
    kinds = Counter()
    for line in lines(exports, "doccano"):
        ids = {entity["id"] for entity in line["entities"]}
        for relation in line["relations"]:
            assert {relation["from_id"], relation["to_id"]} <= ids
            kinds[relation["type"]] += 1
    assert kinds == Counter(
        relation["kind"] for article in corpus.articles.values() for relation in article["relations"]
    )


def test_prodigy_has_every_span_that_tokens_can_hold(exports, corpus):
    found = Counter()
    for line in lines(exports, "prodigy"):
        tokens = line["tokens"]
        assert [token["id"] for token in tokens] == list(range(len(tokens)))
        for token in tokens:
            assert line["text"][token["start"] : token["end"]] == token["text"]
        for span in line["spans"]:
            start, end = span["start"], span["end"]
            assert tokens[span["token_start"]]["start"] == start
            assert tokens[span["token_end"]]["end"] == end
            found[Span(line["hearsay"]["id"], span["label"], start, end, line["text"][start:end])] += 1
    assert found <= corpus.spans
    assert all(span.quote != span.quote.strip() for span in corpus.spans - found)


def test_label_studio_has_every_span_in_code_points(exports, corpus):
    [tasks] = exports.glob("hearsay-label-studio-*/tasks.json")
    found = Counter()
    kinds = Counter()
    for task in json.loads(tasks.read_bytes()):
        text = task["data"]["text"]
        for result in (result for annotation in task["annotations"] for result in annotation["result"]):
            if result["type"] == "labels":
                value = result["value"]
                assert text[value["start"] : value["end"]] == value["text"]
                [label] = value["labels"]
                found[task["data"]["hearsay"]["id"], label, value["start"], value["end"], value["text"]] += 1
            elif result["type"] == "relation":
                kinds.update(result["labels"])
    assert found == corpus.spans
    assert kinds == Counter(
        relation["kind"] for article in corpus.articles.values() for relation in article["relations"]
    )


def test_label_studio_is_told_of_every_label_that_is_used(exports, corpus):
    [config] = exports.glob("hearsay-label-studio-*/config.xml")
    view = ElementTree.parse(config)
    labels = {label.get("value") for label in view.iter("Label")}
    assert {span.label for span in corpus.spans} <= labels
    assert [text.get("value") for text in view.iter("Text")] == ["$text"]
