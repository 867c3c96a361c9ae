"""What the page is told of each question: a verdict, and plain values that its script shows when a row is opened.

Passages and articles that come up for many questions are told once and referred to by their place in the list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from eval.result import Cited, Passage, Result

# In the order of the page; those of a search alone come after those of answers.
VERDICTS = (
    "right", "declined rightly", "declined wrongly", "wrong", "failed", "found", "not found", "not scored",
)  # fmt: skip
# What would end the script element or the string, and what no UTF-8 file can hold.
_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def verdict(result: Result) -> str:
    """Which of VERDICTS it is; a search is judged by whether any relevant article was found."""
    if result.error:
        return "failed"
    if result.mode == "search":
        found = "found" if set(result.found) & set(result.relevant) else "not found"
        return found if result.relevant else "not scored"
    if result.answerable is None:
        return "not scored"
    if result.answered:
        return "right" if result.right else "wrong"
    return "declined wrongly" if result.answerable else "declined rightly"


def marks(hit: Passage, cited: Sequence[Cited]) -> list[tuple[int, int, list[int]]]:
    """The words of a hit that are quoted: start and end in its text, in code points, and the numbers of the citations.

    They are in order and apart from each other: where two citations overlap, the words in common are a piece of both.
    """
    shifted = ((one.start - hit.start, one.start + len(one.quote) - hit.start, one.number)
               for one in cited if one.article == hit.article)  # fmt: skip
    spans = [(max(start, 0), min(end, len(hit.text)), number) for start, end, number in shifted]
    edges = sorted({edge for start, end, _ in spans if start < end for edge in (start, end)})
    pieces = [(at, to, [n for start, end, n in spans if start <= at and to <= end]) for at, to in pairwise(edges)]
    return [piece for piece in pieces if piece[2]]


def data(results: Sequence[Result]) -> dict[str, Any]:
    """Everything as plain values: `articles`, `passages` that refer to them, and `questions` that refer to both."""
    told = _Told(results)
    return {"questions": [told.question(one) for one in results], "articles": told.articles, "passages": told.passages}


def embedded(values: Mapping[str, Any]) -> str:
    """Values as JSON that can stand in a script element of a page, whatever their words are."""
    words = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", words)


class _Told:
    """The articles and passages told so far, each once."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.articles: list[tuple[str, str, str]] = []
        self.passages: list[tuple[int, str]] = []
        self._articles: dict[str, int] = {}
        self._passages: dict[tuple[str, int, str], int] = {}
        for one in results:
            for hit in one.hits:
                self._passage(hit)

    def question(self, result: Result) -> dict[str, Any]:
        names = ("id", "question", "answerable", "answered", "wanted", "mode", "error", "text", "tokens")
        return {name: getattr(result, name) for name in names} | {
            "verdict": verdict(result),
            "confidence": None if result.error or result.mode == "search" else round(result.confidence, 3),
            "cited": [self._cited(one) for one in result.cited],
            "hits": [self._hit(result, rank, hit) for rank, hit in enumerate(result.hits, start=1)],
            "missing": [self._name(id) for id in result.relevant if id not in result.found],
            "evidence": result.evidence_ranks,
            "seconds": {stage: round(value, 3) for stage, value in result.seconds.items()},
            "tags": dict(result.tags),
            "judged": dict(result.judged),
        }

    def _hit(self, result: Result, rank: int, hit: Passage) -> dict[str, Any]:
        return {
            "passage": self._passage(hit),
            "score": f"{hit.score:.4g}",
            "relevant": not {hit.article, *hit.also_in}.isdisjoint(result.relevant),
            "evidence": [number for number, at in enumerate(result.evidence_ranks, start=1) if at == rank],
            "marks": marks(hit, result.cited),
        }

    def _cited(self, cited: Cited) -> dict[str, Any]:
        at = self._article(cited.article, cited.article, "", "")
        return {"number": cited.number, "article": at, "quote": cited.quote, "carries": cited.carries}

    def _passage(self, hit: Passage) -> int:
        key = (hit.article, hit.start, hit.text)
        if key not in self._passages:
            self._passages[key] = len(self.passages)
            self.passages.append((self._article(hit.article, hit.title, hit.outlet, hit.published), hit.text))
        return self._passages[key]

    def _article(self, id: str, title: str, outlet: str, published: str) -> int:
        if id not in self._articles:
            self._articles[id] = len(self.articles)
            self.articles.append((title, outlet, published[:10]))
        return self._articles[id]

    def _name(self, id: str) -> str:
        """An article's title, or its id when no question of the run found it."""
        return self.articles[self._articles[id]][0] if id in self._articles else id
