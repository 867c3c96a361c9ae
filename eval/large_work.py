"""What `large` measures, each in a process of its own: `python -m eval.large_work build|first|warm STORE …` tells JSON.

Only the encoding is bypassed when the store is built: `Mixing` embeds the first chunks with the model, and gives every
other one a mixture of two of those. Cutting, catalog, Chroma and words are those of any job.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from eval import large_articles
from eval.large_articles import KINDS, Asked, questions
from eval.memory import held_memory_mb, peak_memory_mb
from eval.speed_work import Figures, Stopwatch
from index import embed
from index.catalog import Catalog, Source
from index.collection import Collection
from index.embed import Encoder
from index.job import Job, job
from index.lexical import LexicalIndex
from index.retrieve import Retriever
from index.settings import Settings
from index.vectors import VectorIndex, Vectors

REAL = 2_000  # chunks that the model embeds
# Made-up words have more in common than news: without these two, all vectors crowd at a cosine of .5, and the graph of
# Chroma loses 3 in 100 of them. So the mean cosine is .10 and that to the nearest .83, as in MultiHop-RAG.
COMMON, NOISE = 0.65, 0.4  # of the mean that is taken away; of noise, against a mixture of length 1
_AT_ONCE = 200  # articles written together
_QUESTIONS = 25  # of each kind
# What a search is made of → the methods whose time that is. Naming and filtering articles is in `rest`.
STAGES: dict[str, Sequence[tuple[type, str]]] = {
    "words": [(LexicalIndex, "best"), (LexicalIndex, "spelled"), (LexicalIndex, "has")],
    "meaning": [(VectorIndex, "nearest"), (Collection, "nearest")],
    "rows": [(Catalog, "chunk_rows")],
}


class Mixing:
    """An encoder whose first vectors are the model's, and every other a unit mixture of two of those plus noise.

    Of the two, a share of their common mean is taken away first (COMMON). The mixture has a random share of the one and
    the rest of the other; the noise is normal and of the length NOISE.
    """

    def __init__(self, encoder: Encoder, real: int = REAL) -> None:
        self.name, self.dimension, self.encode_question = encoder.name, encoder.dimension, encoder.encode_question
        self.fingerprint, self.tokenise = encoder.fingerprint, encoder.tokenise
        self._encoder, self._left = encoder, real
        self._real = np.empty((0, encoder.dimension), dtype=np.float32)
        self._rng = np.random.default_rng(0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self._left > 0:
            self._left -= len(texts)
            vectors = self._encoder.encode(texts)
            self._real = np.concatenate([self._real, vectors])
            return vectors
        apart = _unit(self._real - np.float32(COMMON) * self._real.mean(axis=0))
        one, other = apart[self._rng.integers(len(self._real), size=(2, len(texts)))]
        share = self._rng.random((len(texts), 1), dtype=np.float32)
        noise = self._rng.normal(size=one.shape).astype(np.float32) / np.sqrt(np.float32(self.dimension))
        return _unit(_unit(share * one + (1 - share) * other) + np.float32(NOISE) * noise)


def build(store: Path, chunks: str) -> Figures:
    """Fill the store with at least so many chunks and publish it; what an earlier call has written is kept."""
    started, watch = time.perf_counter(), Stopwatch()
    encoder = embed.load()
    with job(_settings(store), lambda: Mixing(encoder), watch.at) as one:
        written, number = one.catalog.count_chunks(), one.catalog.count()
        while written < int(chunks):
            written += _write(one, number)
            number += _AT_ONCE
        one.publish()
    return {
        "articles": number,
        "chunks": written,
        "seconds": time.perf_counter() - started,
        "stages": dict(watch.seconds),
        "peak MB": peak_memory_mb(),
    }


def _write(one: Job, number: int) -> int:
    """Write the next articles from this number on, as if they were pasted; returns how many chunks they have."""
    group = [
        one.prepare(article, Source(path=f"pasted:{article.id}", record=0, article=article.id))
        for article in large_articles.articles(number, number + _AT_ONCE)
    ]
    one.write(group)
    return sum(len(prepared.chunks) for prepared in group)


def first(store: Path, kind: str) -> Figures:
    """The seconds of the first and of the next question of a kind in a new process, its model loaded, and its memory.

    In MB: with the model alone, and after the questions.
    """
    encoder = embed.load()
    encoder.encode_question(["warm"])
    before = held_memory_mb()
    with closing(Retriever(_settings(store), lambda: encoder)) as retriever:
        asked = questions(kind, 2, articles=retriever.count())
        seconds = [_search(retriever, one) for one in asked]
    return {"first": seconds[0], "next": seconds[1], "before MB": before, "after MB": held_memory_mb()}


def warm(store: Path) -> Figures:
    """For each kind of question, the seconds that each stage and the whole of each search takes, once all is loaded."""
    encoder = embed.load()
    clock = Clock()
    with closing(Retriever(_settings(store), lambda: encoder)) as retriever:
        articles = retriever.count()
        asked = {kind: questions(kind, _QUESTIONS + 2, articles=articles) for kind in KINDS}
        for one in (one for kind in KINDS for one in asked[kind][:2]):
            _search(retriever, one)
        with clock.watching(encoder):
            kinds = {kind: [clock.of(retriever, one) for one in asked[kind][2:]] for kind in KINDS}
    return {"kinds": kinds, "held MB": held_memory_mb(), "peak MB": peak_memory_mb()}


def found(store: Path) -> Figures:
    """What is found: for every question the ids of its ten hits, to compare before and after a change."""
    encoder = embed.load()
    with closing(Retriever(_settings(store), lambda: encoder)) as retriever:
        articles = retriever.count()
        asked = [one for kind in KINDS for one in questions(kind, _QUESTIONS, articles=articles)]
        return {f"{one}": [hit.chunk.id for hit in retriever.search(one[0], filters=one[1])] for one in asked}


class Clock:
    """The seconds of each stage of one search after the other."""

    def __init__(self) -> None:
        self._spent: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def watching(self, encoder: Encoder) -> Iterator[None]:
        """Time the methods of STAGES, and the encoder, for as long as this lasts."""
        with ExitStack() as kept:
            for stage, methods in {"encode": [(type(encoder), "encode_question")], **STAGES}.items():
                for owner, name in methods:
                    kept.enter_context(patch.object(owner, name, self._timed(stage, getattr(owner, name))))
            yield

    def of(self, retriever: Retriever, asked: Asked) -> dict[str, float]:
        """The seconds of one search by stages: `rest` is what no stage has, `search` is all of it."""
        self._spent.clear()
        whole = _search(retriever, asked)
        spent = {stage: self._spent[stage] for stage in ("encode", *STAGES)}
        return {**spent, "rest": whole - sum(spent.values()), "search": whole}

    def _timed(self, stage: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return method(*given, **named)
            finally:
                self._spent[stage] += time.perf_counter() - started

        return timed


def _search(retriever: Retriever, asked: Asked) -> float:
    started = time.perf_counter()
    retriever.search(asked[0], filters=asked[1])
    return time.perf_counter() - started


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _settings(store: Path) -> Settings:
    return Settings(store=store.resolve(), demo_store=store / "no-demo")


WORK: dict[str, Callable[..., Figures]] = {"build": build, "first": first, "warm": warm, "found": found}

if __name__ == "__main__":
    print(json.dumps(WORK[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))
