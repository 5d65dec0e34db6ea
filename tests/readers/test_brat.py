"""brat standoff, by the grammar of https://brat.nlplab.org/standoff.html: brat itself is no package."""

import json
import re
from collections import Counter

import pytest

NAME = r"[\w-]+"
TEXT_BOUND = re.compile(rf"(T\d+)\t({NAME}) (\d+ \d+(?:;\d+ \d+)*)\t(.+)")
RELATION = re.compile(rf"(R\d+)\t({NAME}) Arg1:(T\d+) Arg2:(T\d+)")
ATTRIBUTE = re.compile(rf"(A\d+)\t({NAME}) ([TR]\d+)(?: (\S+))?")
NOTE = re.compile(rf"(#\d+)\t({NAME}) ([TRA]\d+)\t(.*)")


@pytest.fixture(scope="module")
def folder(exports):
    [folder] = (path for path in exports.glob("hearsay-brat-*") if path.is_dir())
    return folder


@pytest.fixture(scope="module")
def documents(folder):
    """The article's id, the text and the lines of each pair of files, read as brat reads them."""
    ids = {row["file"]: row["id"] for row in json.loads((folder / "hearsay.json").read_bytes())["articles"]}
    found = []
    for file in sorted(folder.rglob("*.ann")):
        name = str(file.relative_to(folder).with_suffix(""))
        text = file.with_suffix(".txt").read_bytes().decode()
        # What Python takes for the end of a line ends a line in brat.
        found.append((ids[name], text, file.read_bytes().decode().splitlines()))
    return found


def parsed(lines, pattern):
    return [match.groups() for line in lines if (match := pattern.fullmatch(line))]


def test_every_article_is_a_text_and_a_file_of_annotations(documents, corpus):
    assert {id: text for id, text, _ in documents} == corpus.texts


def test_every_line_is_of_the_grammar_and_every_id_stands_once(documents):
    for _, _, lines in documents:
        ids = []
        for line in lines:
            matches = [one.fullmatch(line) for one in (TEXT_BOUND, RELATION, ATTRIBUTE, NOTE)]
            [match] = filter(None, matches)
            ids.append(match[1])
        assert len(ids) == len(set(ids))


def test_the_words_of_a_line_are_those_at_its_offsets(documents):
    for _, text, lines in documents:
        for _, _, fragments, words in parsed(lines, TEXT_BOUND):
            places = [tuple(map(int, fragment.split())) for fragment in fragments.split(";")]
            assert places == sorted(places)
            assert " ".join(text[start:end] for start, end in places) == words
            assert all(start < end for start, end in places)


def test_every_span_is_there_with_its_label_and_all_its_words(documents, corpus):
    found = Counter(
        (id, label, tuple(words.split()))
        for id, _, lines in documents
        for _, label, _, words in parsed(lines, TEXT_BOUND)
    )
    expected = Counter()
    for span, count in corpus.spans.items():
        expected[span.article, span.label, tuple(span.quote.split())] += count
    assert found == expected


def test_what_a_line_names_is_there(documents, corpus):
    kinds = Counter()
    for _, _, lines in documents:
        ids = {line.split("\t")[0] for line in lines}
        for _, kind, start, end in parsed(lines, RELATION):
            assert {start, end} <= ids
            kinds[kind] += 1
        for _, _, about, _ in parsed(lines, ATTRIBUTE) + parsed(lines, NOTE):
            assert about in ids
    assert kinds == Counter(
        relation["kind"] for article in corpus.articles.values() for relation in article["relations"]
    )


def test_the_configuration_declares_every_name_that_is_used(folder, documents):
    sections = re.split(r"^\[(\w+)\]$", (folder / "annotation.conf").read_text(encoding="utf-8"), flags=re.M)
    declared = {
        section: {line.split()[0] for line in body.splitlines() if line.strip()}
        for section, body in zip(sections[1::2], sections[2::2], strict=True)
    }
    assert set(declared) == {"entities", "relations", "events", "attributes"}
    for _, _, lines in documents:
        assert {label for _, label, *_ in parsed(lines, TEXT_BOUND)} <= declared["entities"]
        assert {kind for _, kind, *_ in parsed(lines, RELATION)} <= declared["relations"]
        assert {name for _, name, *_ in parsed(lines, ATTRIBUTE)} <= declared["attributes"]
