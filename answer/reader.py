"""The answerer that needs no language model: finds the words that answer, or that none do.

A trained span reader reads every hit and marks the words that answer best. Each such span, in its whole sentence, is
then judged by what else is known of it: whether the article speaks of what is asked at all, whether the words are the
kind of thing that is asked for, how early its chunk was found. A logistic regression turns these into the confidence
that abstention acts on; `eval.calibrate` says where its numbers come from.
"""

from __future__ import annotations

import math
import re
from calendar import month_name
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache

from answer.amounts import amount, same_words
from answer.attribution import DENIAL, of_sentence
from answer.cite import Pick
from answer.kinds import Kind, kind_of
from answer.span_model import Span, SpanModel
from index.chunk import sentences
from index.embed import Encoder
from index.lexical import terms
from index.schema import Article, Chunk, Hit, flat

MOST_SENTENCES = 4
_WEIGHED = 12  # candidates whose nearness is measured; the rest are too unlikely to matter
_LONGEST = 600  # characters; longer "sentences" are tables and lists, which nobody wants quoted
_MONTHS = frozenset(f"{month:02}" for month in range(1, 13))
_SURE = 10.0  # logits; spans above are equally sure

# Words without a subject: function words, and verbs that lend theirs to a noun ("receive an order", "hold a summit").
_FUNCTION_WORDS = (
    "a an and any are as at be been but by can could did do does for from had has have he her his how i if in into is "
    "it its me my of on or our she should so some such tell than that the their them then there these they this those "
    "to us was we were what when where which who whom whose why will with would you your s "
    "become came come gave get give given go got happen held hold made make occur receive take taken took went"
)
_ARTICLE = re.compile(r"\b(?:the|an?)\s+\Z", re.IGNORECASE)
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_DATE = re.compile(
    r"\b(\d{4}|\d{1,2}(st|nd|rd|th)?|\d\d?[:.]\d\d|(mon|tues|wednes|thurs|fri|satur|sun)day|jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|"
    r"june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?|today|yesterday|tomorrow|tonight|noon|midday|midnight|dawn|dusk|"
    r"morning|afternoon|evening|night|weekend|week|month|year|ago|spring|summer|autumn|winter|century|decade|a\.?m|p\.?m)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a sentence as an answer: each about 0 to 1, `span` −1 to 1.

    `span` is how far the reader prefers its best words to no answer, `margin` how far they beat the next best of other
    words, `nearness` the cosine of question and sentence, `shared` the share of the question's words in it, weighted by
    how rare they are among the hits, `around` the same for the whole passage with headline and date, `names` the share
    of the question's names and figures that the passage has, `kind` whether the words are what is asked for, and
    `rank` how early the chunk was found.
    """

    span: float
    margin: float
    nearness: float
    shared: float
    around: float
    names: float
    kind: float
    rank: float


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over Signals."""

    signals: Signals
    bias: float

    def confidence(self, signals: Signals) -> float:
        pairs = zip(astuple(self.signals), astuple(signals), strict=True)
        return 1.0 / (1.0 + math.exp(-self.bias - sum(weight * value for weight, value in pairs)))


# `python -m eval.calibrate` on the questions of answer/news_questions.json and SquadShifts' new Wikipedia held apart.
SHORT = Weights(Signals(1.24, 2.68, 1.98, 0.14, 0.92, 0.52, 0.55, 2.14), -5.68)
LONG = Weights(Signals(1.36, 3.26, 1.28, 0.50, 0.24, 0.33, 0.0, 1.63), -3.71)
# On the dev half of eval/questions.jsonl the most coverage before wrong answers grow: `python -m eval.threshold`.
THRESHOLD = 0.23
NEARLY = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit with the words in it that may answer; `rank` is the hit's, from 0."""

    chunk: Chunk
    rank: int
    start: int
    end: int
    span: Span | None

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


class Reader:
    """Reads hits; safe from threads, as its encoder and its span reader are."""

    def __init__(self, encoder: Callable[[], Encoder], spans: Callable[[], SpanModel]) -> None:
        self._encoder, self._spans = encoder, spans

    def read(self, question: str, hits: Sequence[Hit]) -> list[Pick]:
        """Every sentence of the hits that may answer with its confidence, best first; equal ones in the hits' order."""
        kind = kind_of(question)
        weights = SHORT if kind.short else LONG
        picks = [
            Pick(
                article=one.article,
                start=one.start,
                end=one.end,
                confidence=weights.confidence(signals),
                exact=(one.span.start, one.span.end) if one.span and kind.short else None,
            )
            for one, signals in self.signals(question, hits)
        ]
        return sorted(picks, key=lambda pick: -pick.confidence)

    def signals(self, question: str, hits: Sequence[Hit]) -> list[tuple[Candidate, Signals]]:
        """Each candidate with what is known of it: the likeliest _WEIGHED for words, every sentence for an account."""
        kind = kind_of(question)
        found = _candidates(question, hits, self._read(question, hits), kind)
        if not found:
            return []
        texts = {hit.chunk.id: _told(hit.chunk) for hit in hits}
        rare = _weights(question, [set(terms(text)) for text in texts.values()])
        found.sort(key=lambda one: (-one.score - _share(rare, set(terms(one.words))), one.rank))
        found = found[:_WEIGHED]
        vectors = self._encoder().encode_question([question, *(one.words for one in found)])
        near = vectors[1:] @ vectors[0]
        named = {word: weight for word, weight in rare.items() if word in _named(question)}
        rows = []
        for one, nearness in zip(found, near, strict=True):
            told = set(terms(texts[one.chunk.id]))
            signals = Signals(
                span=one.score,
                margin=one.score - max((o.score for o in found if not _same(o, one)), default=-1.0),
                nearness=float(nearness),
                shared=_share(rare, set(terms(one.words))),
                around=_share(rare, told),
                names=_share(named, told) if named else 1.0,
                kind=float(is_of(kind, one.exact)),
                rank=1.0 / (1 + one.rank),
            )
            rows.append((one, signals))
        return rows

    def _read(self, question: str, hits: Sequence[Hit]) -> list[list[Span]]:
        """The spans of each hit as places in its article."""
        chunks = [hit.chunk for hit in hits]
        return [
            [replace(span, start=chunk.start + span.start, end=chunk.start + span.end) for span in spans]
            for chunk, spans in zip(chunks, self._spans().read(question, [c.text for c in chunks]), strict=True)
        ]


def choose(picks: Sequence[Pick], threshold: float = THRESHOLD) -> list[Pick]:
    """What to answer with, of picks best first; none when the best is not sure enough.

    Where words are marked: the best, and every other pick that gives the same words in another article. Else one to
    four different sentences, each nearly as sure as the best, in order of date, those without a date last.
    """
    if not picks or picks[0].confidence < threshold:
        return []
    best = picks[0]
    if best.exact:
        # Less sure by half, the same words may well be about something else.
        sure = [pick for pick in picks[1:] if pick.exact and pick.confidence >= best.confidence / 2]
        same = [pick for pick in sure if same_words(pick.answer) == same_words(best.answer)]
        return [best, *_one_an_article(same, {best.article.id})]
    chosen, wordings = list[Pick](), set[str]()
    for pick in picks:
        if pick.confidence < best.confidence - NEARLY:
            break
        if flat(pick.words) in wordings or len(wordings) < MOST_SENTENCES:
            chosen.append(pick)
            wordings.add(flat(pick.words))
    return sorted(chosen, key=lambda pick: (pick.article.published or "9999", pick.article.id, pick.start))


def _one_an_article(picks: Sequence[Pick], seen: set[str]) -> list[Pick]:
    found = []
    for pick in picks:
        if pick.article.id not in seen:
            seen.add(pick.article.id)
            found.append(pick)
    return found


def is_of(kind: Kind, words: str) -> bool:
    """Whether words are the kind of thing that is asked for, as far as words alone can tell."""
    if kind is Kind.NUMBER:
        return amount(words) is not None
    if kind is Kind.WHEN:
        return bool(_DATE.search(words))
    if kind in (Kind.WHO, Kind.WHERE):
        return bool(_NAME.search(words))
    return True


def _candidates(question: str, hits: Sequence[Hit], spans: Sequence[Sequence[Span]], kind: Kind) -> list[Candidate]:
    """For a few words: each span, unless it repeats the question or is denied. Else: each sentence, with its best."""
    asked, asks_of_denial = set(terms(question)), bool(DENIAL.search(question))
    found = []
    for rank, (hit, some) in enumerate(zip(hits, spans, strict=True)):
        text, chunk = hit.chunk.article.text, hit.chunk
        for start, end in sentences(text, chunk.start, chunk.end, language=chunk.article.language):
            inside = [span for span in some if start <= span.start and span.end <= end]
            if not kind.short:
                found.append(Candidate(chunk, rank, start, end, inside[0] if inside else None))
                continue
            for span in inside:
                repeats = not set(terms(text[span.start : span.end])) - asked - _function_words()
                if not repeats and (asks_of_denial or not _is_denied(text, start, end, span)):
                    found.append(Candidate(chunk, rank, start, end, _with_article(text, start, span)))
    return [one for one in found if one.end - one.start <= _LONGEST]


def _is_denied(text: str, start: int, end: int, span: Span) -> bool:
    return of_sentence(text[start:end], (span.start - start, span.end - start)).denied


def _with_article(text: str, start: int, span: Span) -> Span:
    """The span with "the", "a" or "an" before it, which reads better and which half of all annotators mark."""
    before = _ARTICLE.search(text[start : span.start])
    return replace(span, start=start + before.start()) if before else span


def _told(chunk: Chunk) -> str:
    """What the passage and what is known of its article say."""
    article = chunk.article
    return "\n".join(
        filter(None, (chunk.text, article.title, article.outlet, article.published and _day(article.published)))
    )


def _day(published: str) -> str:
    """A date as a question would name it: "30 November 2024"."""
    year, month, day = (*published[:10].split("-"), "", "")[:3]
    name = month_name[int(month)] if month in _MONTHS else ""
    return " ".join(filter(None, (day.lstrip("0"), name, year)))


def _same(one: Candidate, other: Candidate) -> bool:
    return one is other or same_words(one.exact) == same_words(other.exact)


@cache
def _function_words() -> frozenset[str]:
    return frozenset(terms(_FUNCTION_WORDS))


def _named(question: str) -> set[str]:
    """The words of a question's names and figures; its first word is capitalised whatever it is."""
    found = [match.group() for match in _NAME.finditer(question) if match.start() > 0] + re.findall(r"\d+", question)
    return {word for name in found for word in terms(name)} - _function_words()


def _weights(question: str, texts: Sequence[set[str]]) -> dict[str, float]:
    """The question's content words, weighted by how rare they are among the texts."""
    found = Counter(word for words in texts for word in words)
    wanted = [word for word in dict.fromkeys(terms(question)) if word not in _function_words()]
    return {word: math.log((1 + len(texts)) / (0.5 + found[word])) for word in wanted}


def _share(weights: dict[str, float], words: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total if total else 0.0
