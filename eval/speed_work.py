"""What `speed` measures, each in a process of its own: `python -m eval.speed_work index|warm|… FOLDER` prints JSON.

A process of its own has its own peak of memory, and its threads compete with nobody's.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from answer import span_model
from answer.assistant import Assistant
from answer.heading import heading
from eval import speed_articles
from eval.memory import held_memory_mb, peak_memory_mb
from index import embed
from index.build import Builder
from index.embed import Encoder
from index.settings import Settings
from index.vectors import Vectors

# Steps of a job → the stages that are reported; a step of no stage is the files' keeping.
STAGES = {
    "read": "read",
    "chunk": "chunk",
    "embed": "embed",
    "keep vectors": "catalog",
    "write articles": "catalog",
    "write sources": "catalog",
    "flip": "catalog",
    "write vectors": "Chroma",
    "verify": "Chroma",
    "write words": "words",
    "write flat": "flat",
}
_QUESTIONS = 60
Figures = dict[str, object]


class Stopwatch:
    """Seconds by stage, told by the steps of a job."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._since = 0.0

    def at(self, name: str) -> None:
        when, _, step = name.partition(" ")
        if when == "before":
            self._since = time.perf_counter()
        else:
            self.seconds[STAGES.get(step, "folders")] += time.perf_counter() - self._since


class Rehearsal:
    """An encoder that embeds nothing and remembers what it was asked to, in order: it lends the real one's tokens."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension, self._encoder = encoder.name, encoder.dimension, encoder
        self.fingerprint, self.tokenise = encoder.fingerprint, encoder.tokenise
        self.strings: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.strings += texts
        return self.encode_question(texts)

    def encode_question(self, texts: Sequence[str]) -> Vectors:
        vectors = np.random.default_rng(0).normal(size=(len(texts), self.dimension)).astype(np.float32)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def index(archive: Path, folder: Path) -> Figures:
    """Index the archive into `folder`/store, with half of its chunks encoded alone before, and half after.

    A rehearsal comes first: it gives the strings, and loads whatever the first job of a process loads.
    """
    encoder = embed.load()
    rehearsal = Rehearsal(encoder)
    Builder(_settings(folder / "rehearsal"), lambda: rehearsal).add([archive])
    strings = rehearsal.strings
    encoder.encode(strings[: 2 * embed.BATCH])
    watch = Stopwatch()
    builder = Builder(_settings(folder / "store"), lambda: encoder, at=watch.at)
    before = _seconds_to_encode(encoder, strings[::2])
    started = time.perf_counter()
    builder.add([archive])
    seconds = time.perf_counter() - started
    peak = peak_memory_mb()
    after = _seconds_to_encode(encoder, strings[1::2])
    started = time.perf_counter()
    builder.add([archive], prune=True)
    return {
        "chunks": len(strings),
        "seconds": seconds,
        "encoder seconds": before + after,
        "stages": dict(watch.seconds),
        "precision": encoder.precision,
        "peak MB": peak,
        "disk MB": sum(file.stat().st_size for file in (folder / "store").rglob("*") if file.is_file()) / 1e6,
        "unchanged seconds": time.perf_counter() - started,
    }


def warm(store: Path) -> Figures:
    """The seconds of each stage of each question, once everything is loaded."""
    assistant = Assistant(_settings(store))
    asked = list(speed_articles.questions(_QUESTIONS + 1))
    assistant.ask(asked[0])
    return _by_stage(_timed(assistant, question) for question in asked[1:])


def reading(store: Path) -> Figures:
    """The seconds that the span reader alone takes for the ten passages of each question, and the memory it adds."""
    assistant = Assistant(_settings(store))
    asked = list(speed_articles.questions(_QUESTIONS))
    found = []
    for question in asked:
        chunks = [hit.chunk for hit in assistant.retriever.search(question, k=10)]
        headings = [heading(chunk.article.title, chunk.article.published) for chunk in chunks]
        found.append((question, [chunk.text for chunk in chunks], headings))
    before = held_memory_mb()
    reader = span_model.load()
    reader.read(*found[0])
    seconds = []
    for question, passages, headings in found:
        started = time.perf_counter()
        reader.read(question, passages, headings)
        seconds.append(time.perf_counter() - started)
    return {"seconds": seconds, "added MB": held_memory_mb() - before}


def cold(store: Path) -> Figures:
    """The seconds of each stage of the first question of a process; what `answer` imports is loaded already."""
    started = time.perf_counter()
    assistant = Assistant(_settings(store))
    embed.load()
    loaded = time.perf_counter() - started
    return {"load model": loaded, **_timed(assistant, next(speed_articles.questions(1)))}


def _timed(assistant: Assistant, question: str) -> dict[str, float]:
    started = time.perf_counter()
    answer = assistant.ask(question)
    return {**answer.seconds, "whole question": time.perf_counter() - started}


def _by_stage(rows: Iterator[Mapping[str, float]]) -> Figures:
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for stage, seconds in row.items():
            found[stage].append(seconds)
    return dict(found)


def _seconds_to_encode(encoder: Encoder, strings: Sequence[str]) -> float:
    started = time.perf_counter()
    encoder.encode(strings)
    return time.perf_counter() - started


def _settings(store: Path) -> Settings:
    return Settings(store=store, demo_store=store / "no-demo")


WORK: dict[str, Callable[..., Figures]] = {"index": index, "warm": warm, "reading": reading, "cold": cold}

if __name__ == "__main__":
    print(json.dumps(WORK[sys.argv[1]](*map(Path, sys.argv[2:]))))
