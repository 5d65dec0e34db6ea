"""Corpus (JSON), with Python's `json` and with `jsonschema`."""

import hashlib
import json

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import readme
from corpus import ROOT


@pytest.fixture(scope="module")
def loaded(exports):
    return readme.load("Python")["corpus"]


def test_every_quote_is_its_slice_in_code_points_and_in_utf_16(loaded):
    for article in loaded["articles"]:
        text = article["text"]
        utf_16 = text.encode("utf-16-le")
        for span in article["regions"] + article["annotations"]:
            assert text[span["start"] : span["end"]] == span["text"]
        for span in article["annotations"]:
            cut = utf_16[2 * span["start_utf16"] : 2 * span["end_utf16"]]
            assert cut.decode("utf-16-le") == span["text"]


def test_every_text_has_the_sha_256_that_stands_beside_it(loaded):
    for article in loaded["articles"]:
        assert hashlib.sha256(article["text"].encode()).hexdigest() == article["sha256"]


def test_the_corpus_has_what_readers_stumble_over(corpus):
    words = "".join(corpus.texts.values())
    for needed in ["😀", "\u200d", "\u0301", "基", "قال", "\u00a0", "\u2028", "\t", '"', "\x01"]:
        assert needed in words
    spans = list(corpus.spans)
    assert any(a.start < b.start < a.end < b.end for a in spans for b in spans if a.article == b.article)
    assert any(a.start < b.start and b.end < a.end for a in spans for b in spans if a.article == b.article)
    assert any(not article["annotations"] for article in corpus.articles.values())


def test_every_gold_span_is_in_the_corpus(corpus):
    exported = {(span.article, span.label, span.start, span.end, span.quote) for span in corpus.spans}
    gold = json.loads((ROOT / "tests/gold/articles.gold.json").read_bytes())
    for article in gold:
        for span in article["spans"]:
            article_id = article["file"].removesuffix(".txt")
            assert (article_id, span["label"], span["start"], span["end"], span["text"]) in exported


def test_the_file_is_as_the_json_schema_says_with_texts_and_without(exports):
    schema = json.loads((ROOT / "public/schema/hearsay-corpus-1.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    files = [*exports.glob("hearsay-corpus-*.json"), *exports.glob("without-texts/hearsay-corpus-*.json")]
    assert files
    for file in files:
        assert [error.message for error in validator.iter_errors(json.loads(file.read_bytes()))] == []
