"""Corpus, Spans and Links (JSON Lines), with pandas, DuckDB and Apache Spark: each cuts out the quotes."""

import hashlib
import json
from collections import Counter

import pytest
from jsonschema import Draft202012Validator
from pyspark.sql import SparkSession
from pyspark.sql import functions as spark_sql

import readme
from corpus import ROOT, Span


def lines(folder, name):
    [file] = folder.glob(f"{name}-*.jsonl")
    # Not `splitlines`: that would cut at U+2028 as well.
    *rows, rest = file.read_text(encoding="utf-8").split("\n")
    assert rest == ""
    return [json.loads(row) for row in rows]


def test_a_line_of_the_corpus_is_an_article_of_the_corpus_file(exports, corpus):
    assert lines(exports, "hearsay-corpus") == list(corpus.articles.values())


@pytest.mark.parametrize("name", ["span", "link"])
@pytest.mark.parametrize("folder", [".", "without-texts"])
def test_every_line_is_as_the_json_schema_says(exports, name, folder):
    schema = json.loads((ROOT / f"public/schema/hearsay-{name}-1.schema.json").read_bytes())
    validator = Draft202012Validator(schema)
    rows = lines(exports / folder, f"hearsay-{name}s")
    assert rows
    assert [error.message for row in rows for error in validator.iter_errors(row)] == []


def test_without_texts_each_quote_is_known_by_its_sha_256(exports, corpus):
    found = Counter(
        (row["article_id"], row["start"], row["end"], row["text"], row["text_sha256"])
        for row in lines(exports / "without-texts", "hearsay-spans")
    )
    expected = Counter()
    for span, count in corpus.spans.items():
        digest = hashlib.sha256(span.quote.encode()).hexdigest()
        expected[span.article, span.start, span.end, None, digest] += count
    assert found == expected


def test_pandas_has_every_span_and_cuts_the_same_words(exports, corpus):
    spans = readme.load("pandas")["spans"]
    columns = spans[["article_id", "label", "start", "end", "text"]]
    found = Counter(Span(*row) for row in columns.itertuples(index=False, name=None))
    assert found == corpus.spans
    for span in found:
        assert corpus.texts[span.article][span.start : span.end] == span.quote


def test_duckdb_cuts_the_same_words_out_of_the_texts(exports, corpus):
    duckdb = readme.load("DuckDB")
    articles = duckdb["articles"]
    rows = (
        duckdb["duckdb"]
        .sql(
            """
        SELECT id, a.label, a.start, a."end", substring(text, a.start + 1, a."end" - a.start) AS cut, a.text
        FROM (SELECT id, text, unnest(annotations) AS a FROM articles)
        """
        )
        .fetchall()
    )
    assert articles.shape[0] == len(corpus.articles)
    assert Counter(Span(*row[:-1]) for row in rows) == corpus.spans
    assert all(cut == quote for *_, cut, quote in rows)


@pytest.fixture(scope="module")
def spark():
    """Spark within this one process and machine, without its page; the README's line takes up the same."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", False)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate()
    )
    yield session
    session.stop()


def test_spark_cuts_the_same_words_out_of_the_texts(exports, corpus, spark):
    articles = readme.load("Apache Spark")["articles"]
    spans = articles.select("id", "text", spark_sql.explode("annotations").alias("a"))
    cut = spark_sql.expr("substring(text, int(a.start) + 1, int(a.end - a.start))")
    rows = spans.select("id", "a.label", "a.start", "a.end", cut, "a.text").collect()
    assert articles.count() == len(corpus.articles)
    assert Counter(Span(*row[:-1]) for row in rows) == corpus.spans
    assert all(row[-2] == row[-1] for row in rows)
