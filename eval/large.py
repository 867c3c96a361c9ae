"""How long a search takes among very many chunks: `python -m eval speed --chunks 250000`.

The articles are made up (large_articles.py), the vectors of all but the first 2,000 chunks mixed of theirs (`Mixing` in
large_work.py), since embedding so many would take hours; everything else is a real store, made by a real job. It takes
about a quarter of an hour and 5 GB, and is kept under .dateline-eval/stores for the next time. Each measurement is a
process of its own, and its questions are each asked once, after every kind was asked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval import large_articles
from eval.cache import CACHE
from eval.large_work import COMMON, NOISE, REAL
from eval.speed import Row, Runs, Watch
from index import chunk
from index.schema import digest
from index.settings import BUNDLED_MODEL

FIRSTS = ("plain", "naming an outlet", "outlet=")  # the kinds whose first question in a process is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The first question of a process, its model loaded, and the next, in seconds; the memory that both add, in MB."""

    first: float
    next: float
    added_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """What was measured; times in seconds, memory in MB of a million bytes.

    `kinds` give for each kind of question (p50, p95) of a warm search and of each of its stages: encoding the question,
    searching words, searching meaning, reading rows, and the rest. `held_mb` is a process after all of them.
    """

    articles: int
    chunks: int
    firsts: Mapping[str, First]
    kinds: Mapping[str, Mapping[str, tuple[float, float]]]
    held_mb: float
    peak_mb: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they are written into a report."""
        return asdict(self)


def measure(chunks: int, watch: Watch = lambda done, total: None, cache: Path = CACHE) -> Large:
    """Measure among at least that many chunks; `watch` is told how many of the measurements are done.

    Raises DatelineError when one of them fails.
    """
    run = Runs(2 + len(FIRSTS), watch)
    store = cache / "stores" / f"large-{chunks}-{_mark()}"
    built = run("eval.large_work", "build", store, chunks)
    firsts = {kind: run("eval.large_work", "first", store, kind) for kind in FIRSTS}
    warm = run("eval.large_work", "warm", store)
    return Large(
        articles=built["articles"],
        chunks=built["chunks"],
        firsts={kind: _first(row) for kind, row in firsts.items()},
        kinds={kind: _halves(rows) for kind, rows in warm["kinds"].items()},
        held_mb=warm["held MB"],
        peak_mb=warm["peak MB"],
    )


def _mark() -> str:
    """What the store is made of, in short: another model, chunker or kind of article has another store."""
    some = (f"{one.id} {one.version} {one.outlet} {one.published}" for one in large_articles.articles(0, 3))
    return digest(BUNDLED_MODEL, str(chunk.VERSION), f"{REAL} {COMMON} {NOISE}", *some)[:12]


def _first(row: Row) -> First:
    return First(first=row["first"], next=row["next"], added_mb=row["after MB"] - row["before MB"])


def _halves(rows: list[Row]) -> dict[str, tuple[float, float]]:
    """p50 and p95 of each stage."""
    columns = {stage: [row[stage] for row in rows] for stage in rows[0]}
    return {stage: (float(np.quantile(all, 0.5)), float(np.quantile(all, 0.95))) for stage, all in columns.items()}


def table(large: Large) -> str:
    """The figures as lines to print."""
    stages = [stage for stage in next(iter(large.kinds.values())) if stage != "search"]
    lines = [
        f"{large.articles} articles, {large.chunks} chunks",
        "",
        f"{'warm, ms':24} {'p50':>7} {'p95':>7}   of the p50: {' '.join(f'{stage:>7}' for stage in stages)}",
    ]
    for kind, halves in large.kinds.items():
        half, most = halves["search"]
        parts = " ".join(f"{halves[stage][0] * 1000:7.1f}" for stage in stages)
        lines.append(f"  {kind:22} {half * 1000:7.1f} {most * 1000:7.1f}               {parts}")
    lines += ["", f"{'a new process':24} {'first':>7} {'next':>9}   memory added"]
    for kind, one in large.firsts.items():
        lines.append(f"  {kind:22} {one.first:7.2f} s {one.next:7.3f} s {one.added_mb:8.0f} MB")
    lines += ["", f"{'memory after all':24} {large.held_mb:7.0f} MB, at most {large.peak_mb:.0f} MB"]
    return "\n".join(lines)
