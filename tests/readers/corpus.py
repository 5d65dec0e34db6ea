"""The exported corpus as its own file has it: what every other file is compared with."""

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""


class Span(NamedTuple):
    """An annotation, wherever it was read: the article's id, the label, code points and words."""

    article: str
    label: str
    start: int
    end: int
    quote: str


class Corpus(NamedTuple):
    """The corpus file."""

    articles: dict[str, dict]
    """Each article by its id."""
    spans: Counter[Span]
    """All annotations. Several may be alike but for who made them."""

    @classmethod
    def read(cls, exports: Path):
        """Reads the only corpus file of a folder."""
        [file] = exports.glob("hearsay-corpus-*.json")
        articles = {article["id"]: article for article in json.loads(file.read_bytes())["articles"]}
        spans = Counter(
            Span(article["id"], span["label"], span["start"], span["end"], span["text"])
            for article in articles.values()
            for span in article["annotations"]
        )
        return cls(articles, spans)

    @property
    def texts(self):
        """Each article's text by its id."""
        return {id: article["text"] for id, article in self.articles.items()}
