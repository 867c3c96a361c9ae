"""What is known of each candidate as an answer, and how sure that makes it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from answer.amounts import amount, same_words
from answer.asked_dates import may_be_of, ranges
from answer.candidates import Candidate
from answer.heading import day_in_words
from answer.kinds import Kind
from answer.question_words import named, rare, share
from answer.roles import role_at, roles_in
from index.lexical import terms
from index.schema import Chunk, Hit

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
    words, `support` how sure other stories are of the same words, `nearness` the cosine of question and sentence,
    `shared` the share of the question's words in it, weighted by how rare they are among the hits, `around` the same
    for the whole passage with headline and date, `names` the share of the question's names and figures that the
    passage has, `kind` whether the words are what is asked for, `date` whether they may be of the date that is asked
    about, and `rank` how early the chunk was found.
    """

    span: float
    margin: float
    support: float
    nearness: float
    shared: float
    around: float
    names: float
    kind: float
    date: float
    rank: float


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over Signals."""

    signals: Signals
    bias: float

    def confidence(self, signals: Signals) -> float:
        pairs = zip(astuple(self.signals), astuple(signals), strict=True)
        return 1.0 / (1.0 + math.exp(-self.bias - sum(weight * value for weight, value in pairs)))


# What `python -m eval.calibrate new_wiki.json.gz` prints.
SHORT = Weights(Signals(2.57, 1.38, 2.79, 1.95, 0.0, 0.49, 1.3, 0.57, 2.54, 1.95), -8.32)
LONG = Weights(Signals(2.2, 1.63, 0.0, 1.73, 0.0, 0.96, 2.18, 0.0, 0.75, 0.69), -5.97)


def weigh(
    question: str,
    kind: Kind,
    candidates: Sequence[Candidate],
    hits: Sequence[Hit],
    near: Sequence[float],
    every: Sequence[Candidate],
) -> list[Signals]:
    """What is known of each candidate; `near` are the cosines of the question and their sentences.

    `every` are all candidates, of which these are the likeliest.
    """
    texts = {hit.chunk.id: _told(hit.chunk) for hit in hits}
    words = rare(question, [set(terms(text)) for text in texts.values()])
    names = {word: weight for word, weight in words.items() if word in named(question)}
    dates = ranges(question)
    found = []
    for one, nearness in zip(candidates, near, strict=True):
        told = set(terms(texts[one.chunk.id]))
        others = [other for other in candidates if not _same(other, one)]
        found.append(
            Signals(
                span=one.score,
                margin=one.score - max((other.score for other in others), default=-1.0),
                support=_support(one, every),
                nearness=float(nearness),
                shared=share(words, set(terms(one.words))),
                around=share(words, told),
                names=share(names, told) if names else 1.0,
                kind=float(is_of(kind, one.exact) and _is_in_role(question, kind, one)),
                date=may_be_of(dates, one.words, one.chunk.text, one.article),
                rank=1.0 / (1 + one.rank),
            )
        )
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


def _is_in_role(question: str, kind: Kind, one: Candidate) -> bool:
    """Whether a number is of those who are asked about: not the wounded where the killed are."""
    if kind is not Kind.NUMBER or one.span is None:
        return True
    asked, role = roles_in(question), role_at(one.words, one.span.start - one.start, one.span.end - one.start)
    return not asked or not role or role in asked


def _told(chunk: Chunk) -> str:
    """What the passage and what is known of its article say."""
    article = chunk.article
    return "\n".join(filter(None, (chunk.text, article.title, article.outlet, day_in_words(article.dated))))


def _support(one: Candidate, every: Sequence[Candidate]) -> float:
    """How sure other stories are of the same words: the best of each added up, at most two.

    A copy says what it copies, and confirms nothing.
    """
    if one.span is None:
        return 0.0
    best: dict[str, float] = {}
    for other in every:
        if other.hit.story != one.hit.story and other.span and _same(one, other):
            best[other.hit.story] = max(best.get(other.hit.story, 0.0), other.score)
    return min(2.0, sum(best.values())) / 2


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether both give the same answer, a name in full or in part included: "Peskov", "spokesman Dmitry Peskov"."""
    if one is other:
        return True
    shorter, longer = sorted((same_words(one.exact), same_words(other.exact)), key=len)
    names = one.exact[:1].isupper() and other.exact[-1:].isalpha() and not any(map(str.isdigit, longer))
    return shorter == longer or (names and bool(shorter) and f" {longer} ".endswith(f" {shorter} "))
