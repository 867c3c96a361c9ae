"""The answerer that needs no language model: picks the sentences that answer, or none.

Every sentence of the hits is judged by how near its meaning is to the question's, how many of the question's words it
has, and whether it holds the kind of thing that is asked for and that the question does not name itself. A logistic
regression turns these into the confidence that abstention acts on; see WEIGHTS for where its numbers come from.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from answer.cite import Pick
from index.chunk import sentences
from index.embed import Encoder
from index.lexical import terms
from index.schema import Chunk, Hit, flat

MOST_SENTENCES = 3
_NEIGHBOURHOOD = 300  # characters; about two sentences
_LONGEST = 600  # characters; longer "sentences" are tables and lists, which nobody wants quoted

# Words without a subject: function words, and verbs that lend theirs to a noun ("receive an order", "hold a summit").
_FUNCTION_WORDS = (
    "a an and any are as at be been but by can could did do does for from had has have he her his how i if in into is "
    "it its me my of on or our she should so some such tell than that the their them then there these they this those "
    "to us was we were what when where which who whom whose why will with would you your s "
    "become came come gave get give given go got happen held hold made make occur receive take taken took went"
)
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_DATE = re.compile(
    r"\b(\d{4}|\d{1,2}(st|nd|rd|th)?|(mon|tues|wednes|thurs|fri|satur|sun)day|jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|"
    r"june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?|today|yesterday|noon|midnight|dawn|a\.?m|p\.?m)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d[\d.,]*|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen|"
    r"(twen|thir|for|fif|six|seven|eigh|nine)ty(-\w+)?|hundreds?|thousands?|millions?|billions?|dozens?|half|none|no)\b",
    re.IGNORECASE,
)
# Question words → what an answer to them has to hold.
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\b(how many|how much|what (number|share|percentage|toll)|how (long|far|old|large|big))\b", re.I),
        "number",
    ),
    (re.compile(r"\b(when|(what|which) (day|date|year|month|time))\b", re.I), "date"),
    (
        re.compile(
            r"\b(who|whom|whose|where|(which|what) (\w+ )?(village|town|city|country|place|person|mosque|group))\b",
            re.I,
        ),
        "name",
    ),
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a sentence as an answer: each about 0 to 1.

    `nearness` is the cosine of question and sentence, `shared` the share of the question's words in it, weighted by
    how rare they are among the hits, `around` the same for the sentence with its neighbours and headline, `kind`
    whether it holds what is asked for, `rank` how early its chunk was found.
    """

    nearness: float
    shared: float
    around: float
    kind: float
    rank: float

    def confidence(self) -> float:
        score = BIAS + sum(weight * getattr(self, name) for name, weight in WEIGHTS.items())
        return 1.0 / (1.0 + math.exp(-score))


# Logistic regression over 20,991 sentences of the passages nearest to 700 questions of SquadShifts (new Wikipedia),
# every second time without the passage that answers: the best sentence is right for .81 of the answerable.
WEIGHTS = {"nearness": 4.07, "shared": 4.20, "around": 1.60, "kind": 0.69, "rank": 2.98}
BIAS = -9.73
# The best on the dev half of eval/questions.jsonl: `python -m eval.threshold`.
THRESHOLD = 0.2
NEARLY = 0.1


class Reader:
    """Picks sentences over hits; safe from threads, as its encoder is."""

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        self._encoder = encoder

    def read(self, question: str, hits: Sequence[Hit]) -> list[Pick]:
        """Every sentence of the hits with its confidence, best first; equal ones in the order of the hits."""
        picks = [
            Pick(article=chunk.article, start=start, end=end, confidence=signals.confidence())
            for chunk, (start, end), signals in self.signals(question, hits)
        ]
        return sorted(picks, key=lambda pick: -pick.confidence)

    def signals(self, question: str, hits: Sequence[Hit]) -> list[tuple[Chunk, tuple[int, int], Signals]]:
        """Each different sentence of the hits with what is known of it."""
        found = [
            (rank, hit.chunk, span)
            for rank, hit in enumerate(hits)
            for span in sentences(
                hit.chunk.article.text, hit.chunk.start, hit.chunk.end, language=hit.chunk.article.language
            )
            if span[1] - span[0] <= _LONGEST
        ]
        if not found:
            return []
        texts = [chunk.article.text[slice(*span)] for _, chunk, span in found]
        vectors = self._encoder().encode_question([question, *texts])
        near = vectors[1:] @ vectors[0]
        words = [set(terms(text)) for text in texts]
        weights = _weights(question, words)
        rows = []
        for i, (rank, chunk, span) in enumerate(found):
            around = chunk.article.text[max(0, span[0] - _NEIGHBOURHOOD) : span[1] + _NEIGHBOURHOOD]
            signals = Signals(
                nearness=float(near[i]),
                shared=_share(weights, words[i]),
                around=_share(weights, words[i].union(terms(around), terms(chunk.article.title))),
                kind=float(holds(kind_of(question), texts[i], question)),
                rank=1.0 / (1 + rank),
            )
            rows.append((chunk, span, signals))
        return rows


def choose(picks: Sequence[Pick], threshold: float = THRESHOLD) -> list[Pick]:
    """The one to three different sentences to answer with, of picks best first; none when the best is not sure enough.

    A further one must be nearly as sure as the best; the same words from another article cost no place.
    """
    chosen: list[Pick] = []
    wordings: set[str] = set()
    least = max(threshold, picks[0].confidence - NEARLY) if picks else threshold
    for pick in picks:
        if pick.confidence < least:
            break
        if flat(pick.words) in wordings or len(wordings) < MOST_SENTENCES:
            chosen.append(pick)
            wordings.add(flat(pick.words))
    return chosen


def kind_of(question: str) -> str:
    """What a question asks for: "number", "date", "name" (of a person or place), or "" when its words do not say."""
    return next((kind for pattern, kind in _KINDS if pattern.search(question)), "")


def holds(kind: str, sentence: str, question: str) -> bool:
    """Whether a sentence has a thing of that kind which the question does not give away itself."""
    asked = set(terms(question))
    if kind == "number":
        return any(not set(terms(m.group())) & asked for m in _NUMBER.finditer(sentence))
    if kind == "date":
        return any(not set(terms(m.group())) & asked for m in _DATE.finditer(sentence))
    if kind == "name":
        # The first word is capitalised whatever it is.
        return any(not set(terms(m.group())) & asked for m in _NAME.finditer(sentence) if m.start() > 0)
    return True


@cache
def _function_words() -> frozenset[str]:
    return frozenset(terms(_FUNCTION_WORDS))


def _weights(question: str, texts: Sequence[set[str]]) -> dict[str, float]:
    """The question's content words, weighted by how rare they are among the texts."""
    found = Counter(word for words in texts for word in words)
    wanted = [word for word in dict.fromkeys(terms(question)) if word not in _function_words()]
    return {word: math.log((1 + len(texts)) / (0.5 + found[word])) for word in wanted}


def _share(weights: dict[str, float], words: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total if total else 0.0
