"""How fast this machine indexes and answers, on made-up articles of news length: `python -m eval speed`.

Each measurement is a process of its own, one at a time. What is compared is measured in turn, several times, and
the median of the turns' ratios is given: others may use the machine, and what slows one side of a turn slows both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from eval import speed_articles, speed_peer
from index.errors import DatelineError
from index.settings import ROOT

ARTICLES = 300
INSTALL = 'llama-index was not measured: PIP_CONSTRAINT=constraints.txt .venv/bin/pip install -e ".[bench]"'
_TURNS = 3
_COLD_STARTS = 5
Watch = Callable[[int, int], None]
Halves = Mapping[str, tuple[float, float]]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What was measured; times in seconds, rates a second, sizes in MB of a million bytes.

    `of_encoder` is the job's rate over the encoder's alone on the same chunks. `stages` are shares of the job's time;
    `other` is what no stage has. `ten_passages` are (p50, p95) of the span reader alone, `reader_mb` what it adds.
    `warm` and `cold` give (p50, p95) of each stage of a question. `peer` says how many times as fast as llama-index's
    pipeline the job is at its "default" and at "equal precision", and is empty without the extra `bench`; the
    pipeline is spared the reading of files.
    """

    articles: int
    words: int
    chunks: int
    precision: str
    articles_per_second: float
    chunks_per_second: float
    encoder_chunks_per_second: float
    of_encoder: float
    stages: Mapping[str, float]
    unchanged_seconds: float
    peak_mb: float
    disk_mb_per_1000_chunks: float
    ten_passages: tuple[float, float]
    reader_mb: float
    warm: Halves
    cold: Halves
    peer: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as they are written into a report."""
        return asdict(self)


def measure(articles: int = ARTICLES, watch: Watch = lambda done, total: None) -> Speed:
    """Measure on that many articles; `watch` is told how many of the measurements are done.

    Raises DatelineError when one of them fails.
    """
    with tempfile.TemporaryDirectory(prefix="dateline-speed-") as place:
        folder = Path(place)
        archive = folder / "archive"
        archive.mkdir()
        words = speed_articles.write(archive, articles)
        total = _TURNS * (1 + 2 * speed_peer.is_installed()) + 2 + _COLD_STARTS
        run = Runs(total, watch)
        turns = [_turn(run, archive, folder / str(turn)) for turn in range(_TURNS)]
        store = folder / "0" / "store"
        warm = run("eval.speed_work", "warm", store)
        reading = run("eval.speed_work", "reading", store)
        colds = [_cold(run, store) for _ in range(_COLD_STARTS)]
    return _speed(articles, words, turns, reading, _halves(warm), _halves(_columns(colds)))


class Runs:
    """Runs one measurement after the other, each in a process, and counts them."""

    def __init__(self, total: int, watch: Watch) -> None:
        self._done, self._total, self._watch = 0, total, watch

    def __call__(self, module: str, *arguments: object) -> Row:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
            raise DatelineError(f"The measurement {module} {arguments[0]} ended with status {done.returncode}: {why}")
        self._done += 1
        self._watch(self._done, self._total)
        row: Row = json.loads(done.stdout.splitlines()[-1])
        return row


def _turn(run: Runs, archive: Path, folder: Path) -> dict[str, Row]:
    """The job, and the peer at its default and at the job's precision."""
    rows = {"ours": run("eval.speed_work", "index", archive, folder)}
    if speed_peer.is_installed():
        precisions = {"default": "default", "equal precision": str(rows["ours"]["precision"])}
        for name, precision in precisions.items():
            rows[name] = run("eval.speed_peer", archive, folder / name, precision)
    return rows


def _cold(run: Runs, store: Path) -> Row:
    """One question of a new process by stages; `start and import` is what the process did before it could ask."""
    started = time.perf_counter()
    row = run("eval.speed_work", "cold", store)
    whole = time.perf_counter() - started
    within = row["load model"] + row["whole question"]
    return {"start and import": whole - within, **row, "whole process": whole}


def _speed(
    articles: int, words: int, turns: Sequence[Mapping[str, Row]], reading: Row, warm: Halves, cold: Halves
) -> Speed:
    ours = [turn["ours"] for turn in turns]
    chunks = int(ours[0]["chunks"])
    seconds, alone = (_median(ours, name) for name in ("seconds", "encoder seconds"))
    compared = [name for name in turns[0] if name != "ours"]
    return Speed(
        articles=articles,
        words=words,
        chunks=chunks,
        precision=str(ours[0]["precision"]),
        articles_per_second=articles / seconds,
        chunks_per_second=chunks / seconds,
        encoder_chunks_per_second=chunks / alone,
        of_encoder=median(row["encoder seconds"] / row["seconds"] for row in ours),
        stages=_shares(ours),
        unchanged_seconds=_median(ours, "unchanged seconds"),
        peak_mb=_median(ours, "peak MB"),
        disk_mb_per_1000_chunks=_median(ours, "disk MB") / chunks * 1000,
        ten_passages=_halves({"read": reading["seconds"]})["read"],
        reader_mb=float(reading["added MB"]),
        warm=warm,
        cold=cold,
        peer={name: median(turn[name]["seconds"] / turn["ours"]["seconds"] for turn in turns) for name in compared},
    )


def _shares(rows: Sequence[Row]) -> dict[str, float]:
    """The median share that each stage has of a job's time, and of what no stage has."""
    shares = [{stage: spent / row["seconds"] for stage, spent in row["stages"].items()} for row in rows]
    found = {stage: median(share.get(stage, 0.0) for share in shares) for stage in shares[0]}
    return {**found, "other": max(0.0, 1.0 - sum(found.values()))}


def _median(rows: Sequence[Row], name: str) -> float:
    return float(median(row[name] for row in rows))


def _columns(rows: Sequence[Row]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for stage, seconds in row.items():
            found[stage].append(seconds)
    return found


def _halves(columns: Mapping[str, Sequence[float]]) -> dict[str, tuple[float, float]]:
    """p50 and p95 of each stage."""
    return {stage: (float(np.quantile(all, 0.5)), float(np.quantile(all, 0.95))) for stage, all in columns.items()}


def table(speed: Speed) -> str:
    """The figures as lines to print."""
    lines = [
        f"{speed.articles} articles of {speed.words / speed.articles:.0f} words, {speed.chunks} chunks, "
        f"encoder in {speed.precision}",
        "",
        f"{'indexing':28} {speed.articles_per_second:8.1f} articles/s {speed.chunks_per_second:8.1f} chunks/s",
        f"{'the encoder alone':28} {speed.encoder_chunks_per_second:30.1f} chunks/s",
        f"{'indexing of the encoder':28} {speed.of_encoder:8.1%}",
        *(f"  {stage:26} {share:8.1%}" for stage, share in speed.stages.items()),
        f"{'an unchanged sync':28} {speed.unchanged_seconds:8.2f} s",
        f"{'peak memory':28} {speed.peak_mb:8.0f} MB",
        f"{'disk for 1,000 chunks':28} {speed.disk_mb_per_1000_chunks:8.1f} MB",
        f"{'memory that reading adds':28} {speed.reader_mb:8.0f} MB",
        "",
        f"{'a question':28} {'p50':>10} {'p95':>10}",
        f"  {'ten passages read':26} {speed.ten_passages[0]:8.3f} s {speed.ten_passages[1]:8.3f} s",
    ]
    for kind, halves in (("warm", speed.warm), ("cold", speed.cold)):
        lines += [f"  {kind + ' ' + stage:26} {p50:8.3f} s {p95:8.3f} s" for stage, (p50, p95) in halves.items()]
    lines += ["", *(f"{ratio:.2f} times as fast as llama-index at {name}" for name, ratio in speed.peer.items())]
    return "\n".join([*lines, *([] if speed.peer else [INSTALL])])
