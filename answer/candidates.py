"""The spans that a model marked → the sentences that may answer, each with the words in it that do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.amounts import amount
from answer.doubts import is_denied
from answer.kinds import Kind
from answer.question_words import function_words
from answer.reporting import DENIAL
from answer.span_model import Span
from index.chunk import sentences
from index.lexical import terms
from index.schema import Article, Chunk, Hit

LONGEST = 600  # characters; longer "sentences" are tables and lists, which nobody wants quoted
_SURE = 10.0  # logits; spans above are equally sure
_ARTICLE = re.compile(r"\b(?:the|an?)\s+\Z", re.IGNORECASE)
_CUT_BEFORE = re.compile(r"(?:[$€£]|(?:[$€£] ?)?(?:\d+[.,:])+)\Z")
_CUT_AFTER = re.compile(r"(?:[.,:]\d+)+%?|%")
_SCALE_AFTER = re.compile(r" (?:dozen|hundred|thousand|million|billion|trillion)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit with the words in it that may answer; `rank` is the hit's, from 0."""

    hit: Hit
    rank: int
    start: int
    end: int
    span: Span | None

    @property
    def chunk(self) -> Chunk:
        return self.hit.chunk

    @property
    def article(self) -> Article:
        return self.chunk.article

    @property
    def words(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def exact(self) -> str:
        """The words that may answer; the sentence's where none are marked."""
        return self.article.text[self.span.start : self.span.end] if self.span else self.words

    @property
    def score(self) -> float:
        return max(-1.0, min(1.0, self.span.score / _SURE)) if self.span else -1.0


def candidates(question: str, hits: Sequence[Hit], spans: Sequence[Sequence[Span]], kind: Kind) -> list[Candidate]:
    """For a few words: each span, unless it repeats the question or is denied. Else: each sentence, with its best."""
    asked, asks_of_denial = set(terms(question)), bool(DENIAL.search(question))
    found = []
    for rank, (hit, some) in enumerate(zip(hits, spans, strict=True)):
        text, chunk = hit.chunk.article.text, hit.chunk
        told = sentences(text, chunk.start, chunk.end, language=chunk.article.language)
        for start, end in ((start, end) for start, end in told if end - start <= LONGEST):
            inside = [span for span in some if start <= span.start and span.end <= end]
            if not kind.short:
                found.append(Candidate(hit, rank, start, end, inside[0] if inside else None))
                continue
            for span in inside:
                repeats = not set(terms(text[span.start : span.end])) - asked - function_words()
                denied = not asks_of_denial and is_denied(text[start:end], (span.start - start, span.end - start))
                if not repeats and not denied:
                    found.append(Candidate(hit, rank, start, end, whole(text, start, span)))
    return found


def whole(text: str, start: int, span: Span) -> Span:
    """The span with the rest of a number that it cut, with its currency, and with "the", "a" or "an" before it.

    The tokens of "$1,150" are five, and the reader may mark the last one only. The article reads better, and half of
    all annotators mark it.
    """
    before = _CUT_BEFORE.search(text, start, span.start)
    begin = before.start() if before and text[span.start].isdigit() else span.start
    after = _CUT_AFTER.match(text, span.end) if text[span.end - 1].isdigit() else None
    if amount(text[begin : span.end].split()[-1]) is not None:
        after = _SCALE_AFTER.match(text, after.end() if after else span.end) or after
    article = _ARTICLE.search(text[start:begin])
    return replace(span, start=start + article.start() if article else begin, end=after.end() if after else span.end)
