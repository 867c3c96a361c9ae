"""Spans that answer → sentences with verified, numbered citations. Pure; standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.schema import Citation, Sentence
from index.schema import Article, flat


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A span of an article that an answerer chose to answer with, and how sure it is, between 0 and 1.

    `exact` is the span of the few words in it that answer, None where the whole of it does; `speaker` whom the article
    has it from, `doubted` whether the article itself doubts it. `story` is the same for all copies of the article, its
    id where there is none, and `also_in` are copies that have the span.
    """

    article: Article
    start: int
    end: int
    confidence: float
    exact: tuple[int, int] | None = None
    speaker: str = ""
    doubted: bool = False
    story: str = ""
    also_in: tuple[Article, ...] = ()

    def __post_init__(self) -> None:
        if not self.story:
            object.__setattr__(self, "story", self.article.id)

    @property
    def words(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def answer(self) -> str:
        """The few words that answer, or else all."""
        return self.article.text[slice(*self.exact)] if self.exact else self.words


def cite(picks: Sequence[Pick]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """One sentence for each different wording, in the order of the picks, citing every pick that has it.

    Two outlets that ran the same words are cited together, "[1][2]", and a span is cited once. Raises ValueError for a
    span that lies outside of its article.
    """
    wordings: dict[str, dict[tuple[str, int, int], Pick]] = {}
    for pick in picks:
        spans = wordings.setdefault(flat(pick.words), {})
        spans.setdefault((pick.article.id, pick.start, pick.end), pick)
    sentences, citations = [], list[Citation]()
    for wording, spans in wordings.items():
        first = len(citations) + 1
        for number, pick in enumerate(spans.values(), start=first):
            citations.append(
                Citation(
                    number=number,
                    article=pick.article,
                    start=pick.start,
                    end=pick.end,
                    exact=pick.exact,
                    also_in=pick.also_in,
                )
            )
        pick = next(iter(spans.values()))
        numbers = tuple(range(first, len(citations) + 1))
        sentences.append(Sentence(text=wording, numbers=numbers, speaker=pick.speaker, doubted=pick.doubted))
    return tuple(sentences), tuple(citations)
