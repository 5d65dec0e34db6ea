"""The Hugging Face data set, with `datasets`, which makes Arrow tables of the columns in its README."""

import json
from collections import Counter

import pytest

import readme
from corpus import Span


@pytest.fixture(scope="module")
def articles(exports):
    return readme.load("datasets")["articles"]


def test_every_article_is_a_row_with_its_whole_text(articles, corpus):
    assert {row["id"]: row["text"] for row in articles} == corpus.texts


def test_every_span_cuts_the_same_words(articles, corpus):
    found = Counter(
        Span(row["id"], span["label"], span["start"], span["end"], row["text"][span["start"] : span["end"]])
        for row in articles
        for span in row["spans"]
    )
    assert found == corpus.spans


def test_fields_and_relations_come_through(articles, corpus):
    for row in articles:
        article = corpus.articles[row["id"]]
        assert row["links"] == article["relations"]
        assert [json.loads(span["attributes"]) for span in row["spans"]] == [
            span["attributes"] for span in article["annotations"]
        ]
        assert [span["note"] for span in row["spans"]] == [span["note"] for span in article["annotations"]]
