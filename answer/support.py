"""Whether passages support a claim, without a language model: alignment in meaning, a small judge, and hard facts.

Every content word of the claim is matched with the word of the passage that is most like it in context, by the
encoder's vectors of tokens (as BERTScore does, Zhang et al. 2020): a word that nothing is like was made up. A model
that was trained for it (`answer.train_support`) reads the claim with the nearest words of the likeliest passages.
Numbers, days, names and negations are compared as such (`answer.claims`). A logistic regression weighs it all.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from answer import claims
from answer.entailment import SupportModel
from answer.heading import heading
from answer.orders import without_orders
from answer.question_words import function_words
from index.chunk import sentences
from index.embed import TokenEncoder
from index.lexical import terms
from index.schema import Hit
from index.vectors import Vectors

_KEPT = 64  # passages whose tokens are kept
_WORD = re.compile(r"\w[\w’'.,-]*\w|\w")
_WIDEST = 2  # sentences that may support together
_WIDER = 0.03  # of likeness, that a second sentence must bring
_READ = 3  # hits that the support model reads
_UNREAD = -6.0  # what it is taken to say of the others; it never counts for more, either way


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a claim and the passage's words that are nearest to it; each about 0 to 1, counts at most 2.

    `belief` is what the support model says, in logits. `near` is the mean likeness of the claim's words to those of the
    best one or two sentences, `passage` to those of the whole passage, `pooled` the cosine of claim and passage. The
    rest is what does not fit: negation on one side alone, causes, opposites.
    """

    belief: float
    near: float
    passage: float
    pooled: float
    negation: float
    cause: float
    opposite: float


# What `python -m eval.support` prints.
WEIGHTS, BIAS = Signals(0.2, 1.88, 2.11, 3.12, -0.16, -0.3, -0.41), -3.88
THRESHOLD = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How well a hit supports a claim: by which words of its article, how likely, and what facts it lacks."""

    hit: Hit
    start: int
    end: int
    score: float
    missing: tuple[str, ...]
    signals: Signals

    @property
    def is_enough(self) -> bool:
        """Whether the claim may be cited to these words: no number, day, name or quote of it is made up."""
        return self.score >= THRESHOLD and not self.missing


@dataclass(frozen=True, slots=True)
class _Text:
    """A text's content words, with their places and vectors."""

    words: list[str]
    stems: list[str]
    places: list[tuple[int, int]]
    vectors: Vectors


class Checker:
    """Checks claims against hits; safe from threads."""

    def __init__(self, encoder: Callable[[], TokenEncoder], model: Callable[[], SupportModel]) -> None:
        self.encoder, self.model = encoder, model
        self._known: dict[str, tuple[_Text, Vectors]] = {}
        self._guard = threading.Lock()

    def prepare(self, hits: Sequence[Hit]) -> None:
        """Read the hits, so that the first check need not."""
        with self._guard:
            texts = [without_orders(hit.chunk.text) for hit in hits]
            new = list(dict.fromkeys(text for text in texts if text not in self._known))
            if new:
                told, pooled = self._read(new), self.encoder().encode_question(new)
                self._known |= {text: (one, vector) for text, one, vector in zip(new, told, pooled, strict=True)}
            while len(self._known) > max(_KEPT, len(hits)):
                del self._known[next(iter(self._known))]

    def check(self, claim: str, hits: Sequence[Hit], question: str = "") -> list[Support]:
        """Each hit's support for the claim, best first; none for a claim without words."""
        self.prepare(hits)
        (told,), pooled = self._read([claim]), self.encoder().encode_question([claim])[0]
        if not told.words:
            return []
        found = sorted((self._of_hit(claim, told, pooled, hit, question) for hit in hits), key=lambda one: -one.score)
        likely = found[:_READ]
        beliefs = self.model().believe([(claim, _around(one)) for one in likely], [_headed(one.hit) for one in likely])
        read = [_believed(one, belief) for one, belief in zip(likely, beliefs, strict=True)]
        return sorted([*read, *found[_READ:]], key=lambda one: -one.score)

    def _read(self, texts: Sequence[str]) -> list[_Text]:
        encoder = self.encoder()
        return [
            _content(text, encoder.tokenise(text), vectors)
            for text, vectors in zip(texts, encoder.encode_tokens(texts), strict=True)
        ]

    def _of_hit(self, claim: str, told: _Text, pooled: Vectors, hit: Hit, question: str) -> Support:
        text = without_orders(hit.chunk.text)
        with self._guard:
            known = self._known.get(text)
        there, vector = known or (self._read([text])[0], self.encoder().encode_question([text])[0])
        about = set(terms(f"{claims.heading_words(hit.chunk.article)}\n{question}"))
        alike = _alike(told, there, about)
        start, end, inside = _window(text, alike, there)
        near = text[start:end]
        signals = _signals(told, there, alike, inside, (claim, near), float(vector @ pooled))
        return Support(
            hit=hit,
            start=hit.chunk.start + start,
            end=hit.chunk.start + end,
            score=_chance(signals),
            missing=claims.lacking(claim, text, hit.chunk.article, near),
            signals=signals,
        )


def _chance(signals: Signals) -> float:
    weighed = sum(weight * value for weight, value in zip(astuple(WEIGHTS), astuple(signals), strict=True))
    return 1.0 / (1.0 + math.exp(-BIAS - weighed))


def _believed(support: Support, belief: float) -> Support:
    signals = replace(support.signals, belief=min(-_UNREAD, max(_UNREAD, belief)))
    return replace(support, signals=signals, score=_chance(signals))


def _around(support: Support) -> str:
    """The words that support, with a sentence more on each side: who "he" is, and which day "then"."""
    text, at = without_orders(support.hit.chunk.text), support.hit.chunk.start
    spans = sentences(text)
    before = [start for start, _ in spans if at + start < support.start]
    after = [end for _, end in spans if at + end > support.end]
    return text[max(before, default=support.start - at) : min(after, default=support.end - at)]


def _headed(hit: Hit) -> str:
    return heading(without_orders(hit.chunk.article.title), hit.chunk.article.dated)


def _content(text: str, tokens: Sequence[tuple[int, int]], vectors: Vectors) -> _Text:
    """The words of a text that say something, each with the mean of its tokens' vectors."""
    words, stems, places, rows = [], [], [], []
    starts = np.array([start for start, _ in tokens[: len(vectors)]])
    for one in _WORD.finditer(text):
        inside = (starts >= one.start()) & (starts < one.end())
        stem = (terms(one.group()) or [""])[0]
        # Numbers and days are facts: `claims` compares them.
        if inside.any() and stem and stem not in function_words() and not claims.is_figure(one.group()):
            words.append(one.group())
            stems.append(stem)
            places.append(one.span())
            rows.append(vectors[inside].mean(axis=0))
    told = np.array(rows, dtype=np.float32).reshape(len(rows), vectors.shape[1])
    told /= np.maximum(np.linalg.norm(told, axis=1, keepdims=True), 1e-6)
    return _Text(words, stems, places, told)


def _alike(told: _Text, there: _Text, about: set[str]) -> Vectors:
    """The likeness of each word of a claim to each of a passage; the last column is what is known of the article."""
    found = np.zeros((len(told.words), len(there.words) + 1), dtype=np.float32)
    if there.words:
        found[:, :-1] = told.vectors @ there.vectors.T
        stems = np.array(there.stems)
        for row, stem in enumerate(told.stems):
            found[row, :-1][stems == stem] = 1.0
    found[:, -1] = [float(stem in about) for stem in told.stems]
    return found


def _window(text: str, alike: Vectors, there: _Text) -> tuple[int, int, Vectors]:
    """The one or two neighbouring sentences that a claim's words are most like, and which words stand in them."""
    spans = sentences(text) or [(0, len(text))]
    places = np.array([start for start, _ in there.places] or [-1])
    best: tuple[float, int, int, Vectors] | None = None
    for wide in range(1, _WIDEST + 1):
        for first in range(len(spans) - wide + 1):
            start, end = spans[first][0], spans[first + wide - 1][1]
            inside = np.append((places >= start) & (places < end), True)[-alike.shape[1] :]
            score = float(alike[:, inside].max(axis=1).mean()) - _WIDER * (wide - 1)
            if best is None or score > best[0]:
                best = (score, start, end, inside)
    assert best
    return best[1:]


def _signals(
    told: _Text,
    there: _Text,
    alike: Vectors,
    inside: Vectors,
    texts: tuple[str, str],
    pooled: float,
) -> Signals:
    """`texts` are the claim and the words that are nearest to it."""
    near, passage = alike[:, inside].max(axis=1), alike.max(axis=1)
    said = [word.casefold() for word in told.words]
    in_window = [word.casefold() for word, kept in zip(there.words, inside, strict=False) if kept]
    return Signals(
        belief=_UNREAD,
        near=float(near.mean()),
        passage=float(passage.mean()),
        pooled=pooled,
        negation=float(claims.is_negated(texts[0]) != claims.is_negated(texts[1])),
        cause=min(2.0, claims.causes(*texts)),
        opposite=float(claims.opposes(said, in_window)),
    )
