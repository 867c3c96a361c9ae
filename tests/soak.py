"""python -m tests.soak: kill writers with SIGKILL at random moments; nothing may be lost, doubled or half there.

Each round starts a job in a process of its own, kills it after a random time, and looks from a fresh process. It prints
what happened, and ends with status 1 at the first store that is not whole.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import crash

CONTEXT = multiprocessing.get_context("forkserver")
ACTIONS = ("add", "update", "remove", "forget")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="repeat a run (times of death still vary a little)")
    given = parser.parse_args()
    CONTEXT.set_forkserver_preload(crash.PRELOAD)
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        counts = soak(Path(folder), given.rounds, random.Random(seed))
    print(", ".join(f"{outcome} {count}" for outcome, count in sorted(counts.items())))
    print(f"{given.rounds} rounds: nothing lost, nothing doubled, nothing half there")
    return 0


def soak(folder: Path, rounds: int, chance: random.Random) -> Counter[str]:
    """Run the rounds on one growing store; raises AssertionError at the first that leaves it not whole."""
    store, archive = folder / "store", folder / "archive"
    archive.mkdir()
    counts: Counter[str] = Counter()
    _write(archive, "old", 0)
    crash.run(store, archive, "add", None)
    usual = 0.2  # seconds that a job takes once it has begun; learnt from those that end
    for round in range(1, rounds + 1):
        before = crash.state(store)
        action = chance.choice(ACTIONS)
        wanted = _prepare(archive, action, round, before)
        begun = CONTEXT.Event()
        process = CONTEXT.Process(target=crash.run, args=(store, archive, action, None, begun))
        process.start()
        begun.wait(60)
        started = time.monotonic()
        process.join(chance.uniform(0.0, usual * 1.3))
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        if process.exitcode == 0:
            usual = 0.7 * usual + 0.3 * (time.monotonic() - started)
        outcome = _judge(store, before, wanted)
        counts[f"{action}: {'killed' if process.exitcode else 'ended'}, {outcome}"] += 1
        print(f"round {round:3}  {action:7} exit {process.exitcode}  {outcome}", flush=True)
        _settle(store, archive, wanted)
    return counts


def _prepare(archive: Path, action: str, round: int, before: dict[str, str]) -> dict[str, str]:
    """Change the files as the action needs; returns the state that the action leads to."""
    if action in ("remove", "forget"):
        return {name: text for name, text in before.items() if name != "old"}
    changed = _write(archive, f"article{round}" if action == "add" else "old", round)
    return before | changed


def _write(archive: Path, name: str, round: int) -> dict[str, str]:
    paragraphs = [f"Paragraph {n} of {name} in round {round}: the harbour counted {n * round} ships." for n in range(9)]
    text = f"{name} as of round {round}\n\n" + "\n\n".join(paragraphs)
    (archive / f"{name}.txt").write_text(text)
    return {name: text}


def _judge(store: Path, before: dict[str, str], wanted: dict[str, str]) -> str:
    seen = crash.state(store)
    assert seen in (before, wanted), f"half done: {sorted(seen)} is neither {sorted(before)} nor {sorted(wanted)}"
    problems = crash.wrong(store)
    assert problems == [], problems
    return "old state" if seen == before else "new state"


def _settle(store: Path, archive: Path, wanted: dict[str, str]) -> None:
    """The next job finishes what the dead one began, and brings the article back that later rounds need."""
    if "old" not in wanted:
        _write(archive, "old", -1)
    crash.run(store, archive, "add", None)
    seen = crash.state(store)
    assert {name: text for name, text in seen.items() if name in wanted and name != "old"} == {
        name: text for name, text in wanted.items() if name != "old"
    }
    assert "old" in seen
    assert crash.wrong(store) == []


if __name__ == "__main__":
    sys.exit(main())
