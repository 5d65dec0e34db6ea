"""CSV, with pandas and DuckDB: line breaks, quotes and tabs within cells, and no cell that is a formula."""

from collections import Counter

import duckdb
import pandas
import pytest

from corpus import Span

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def cell(words):
    """A cell as it is written: one that a spreadsheet would run gets an apostrophe before it."""
    return "'" + words if words.startswith(FORMULA) else words


def shown(span):
    """The row of a span."""
    return span._replace(article=cell(span.article), label=cell(span.label), quote=cell(span.quote))


@pytest.fixture(scope="module")
def file(exports):
    [file] = exports.glob("hearsay-spans-*.csv")
    return file


def with_pandas(file):
    rows = pandas.read_csv(file, keep_default_na=False)
    return rows[["article_id", "label", "start", "end", "text"]].itertuples(index=False, name=None)


def with_duckdb(file):
    rows = duckdb.read_csv(str(file), header=True)
    return rows.project('article_id, label, start, "end", text').fetchall()


@pytest.mark.parametrize("read", [with_pandas, with_duckdb])
def test_every_span_is_a_row(read, file, corpus):
    expected = Counter()
    for span, count in corpus.spans.items():
        expected[shown(span)] += count
    assert Counter(Span(*row) for row in read(file)) == expected
