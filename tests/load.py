"""python -m tests.load: many people on one page at once, one of them adding articles. Not a test: it prints.

Each person is a session of the page's own events, over HTTP as a browser sends them: one of `eval/questions.jsonl`
every ten seconds, and the whole page that comes back. How long a reader's answer took is printed, how much memory the
server holds at the start and at the end, and every error.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import httpx

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = [json.loads(line)["question"] for line in (ROOT / "eval/questions.jsonl").open(encoding="utf-8")]
EVERY, PORT = 10.0, 7994
BOXES: list[Any] = ["", "", "", "", "", "", False]


@dataclass
class Seen:
    """What happened: seconds to each answer, and errors."""

    answers: list[float] = field(default_factory=list)
    added: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Person:
    """A session of the page."""

    def __init__(self, address: str, seen: Seen) -> None:
        self.address, self.seen, self.session = address, seen, uuid4().hex[:10]
        self.http = httpx.Client(base_url=address, timeout=120, trust_env=False)
        config = self.http.get("/config").json()
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        self.events = {
            (part, kind): one["id"] for one in config["dependencies"] for part, kind in one["targets"]
        }  # fmt: skip
        self.ask_event = self.events[ids["question"], "submit"]
        self.add_event = self.events[ids["add"], "click"]

    def ask(self, question: str) -> None:
        self._send(self.ask_event, [question, None, {}, *BOXES], "class='made'", self.seen.answers)

    def add(self, number: int) -> None:
        text = f"Bridge number {number} of Hallendorf was opened by Ilse Brandt on Monday. " * 12
        pasted = [None, "load", text, f"Bridge {number} opens", "", "Post", "", "2024-11-30"]
        self._send(self.add_event, pasted, "table class='report'", self.seen.added)

    def _send(self, event: int, data: list[Any], awaited: str, times: list[float]) -> None:
        """Send an event as the page does, and time what is awaited; what does not come is an error."""
        started, came = time.monotonic(), 0.0
        try:
            self.http.post(
                "/gradio_api/queue/join", json={"data": data, "fn_index": event, "session_hash": self.session}
            ).raise_for_status()
            with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
                for line in stream.iter_lines():
                    came = came or (time.monotonic() - started if awaited in line else 0.0)
                    told = json.loads(line[6:]) if line.startswith("data: ") else {}
                    if told.get("msg") == "process_completed":
                        if not told["success"] or not came:
                            self.seen.errors.append(str(told.get("output"))[:200] or "no answer came")
                        break
        except (httpx.HTTPError, ValueError) as error:
            self.seen.errors.append(repr(error))
        if came:
            times.append(came)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=5.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "index", "add", "corpus"], cwd=ROOT, env=_environment(folder), check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        command = [sys.executable, "app.py", "--port", str(PORT)]
        server = subprocess.Popen(command, cwd=ROOT, env=_environment(folder), stdout=subprocess.PIPE, text=True)
        assert server.stdout
        while "is at" not in server.stdout.readline():
            pass
        try:
            _run(f"http://127.0.0.1:{PORT}", given.people, given.minutes, server.pid)
        finally:
            server.terminate()
    return 0


def _environment(folder: str) -> dict[str, str]:
    return os.environ | {"DATELINE_STORE": f"{folder}/store", "DATELINE_LLM": "", "DATELINE_READ_ONLY": ""}


def _run(address: str, people: int, minutes: float, server: int) -> None:
    seen, until = Seen(), time.monotonic() + 60 * minutes
    first = Person(address, seen)
    first.ask("Who closed Aleppo airport?")
    seen.answers.clear()
    threads = [threading.Thread(target=_person, args=(address, seen, n, until), daemon=True) for n in range(people)]
    for thread in threads:
        thread.start()
    held = list[float]()
    while time.monotonic() < until:
        time.sleep(min(30.0, max(0.1, until - time.monotonic())))
        held.append(_megabytes(server))
    for thread in threads:
        thread.join(timeout=60)
    print(f"{people} people, {minutes:g} minutes: {len(seen.answers)} answers, {len(seen.added)} articles added")
    print(
        f"seconds to an answer: median {median(seen.answers):.2f}, nine in ten {quantiles(seen.answers, n=10)[8]:.2f}"
    )
    print(f"seconds to add one: median {median(seen.added):.2f}" if seen.added else "nothing was added")
    print("memory in MB, every half minute:", *(f"{one:.0f}" for one in held))
    print(f"errors: {len(seen.errors)}", *seen.errors[:5], sep="\n  ")


def _person(address: str, seen: Seen, number: int, until: float) -> None:
    chance = random.Random(number)
    time.sleep(chance.random() * EVERY)
    person, at = Person(address, seen), time.monotonic()
    while time.monotonic() < until:
        if number == 0:
            person.add(len(seen.added))
        else:
            person.ask(chance.choice(QUESTIONS))
        at += EVERY
        time.sleep(max(0.0, at - time.monotonic()))


def _megabytes(process: int) -> float:
    """What a process holds in memory."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


if __name__ == "__main__":
    sys.exit(main())
