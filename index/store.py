"""The folder of a store: where things lie, who may write, and which published folders are in use.

store/
  catalog.sqlite      the source of truth (catalog.py)
  lock                held by the one writing job; names its holder
  folders/<n>/        one published generation, never changed again: `open/` is what queries open, and `kept/` the
                      same files untouched, to copy the next generation from (a client that only opens Chroma's
                      files writes to them); `held` is share-locked by the queries that read it
  runs/<name>/        the reports of evaluations over this store (eval/run.py)
  feedback.jsonl      what readers of the page found wrong (answer/feedback.py); `feedback.lock` is held to change it
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import portalocker

from index.errors import StoreBusy

WAIT_SECONDS = 10.0
_queues: dict[Path, threading.Lock] = {}
_queues_guard = threading.Lock()


class Store:
    """The paths of one store; opening files is left to those who own their format."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.catalog = path / "catalog.sqlite"
        self.folders = path / "folders"
        self.runs = path / "runs"
        self.feedback = path / "feedback.jsonl"

    def folder(self, number: int) -> Path:
        return self.folders / str(number)

    def numbers(self) -> list[int]:
        """The generations on disk, whole or not, oldest first."""
        if not self.folders.is_dir():
            return []
        return sorted(int(entry.name) for entry in self.folders.iterdir() if entry.name.isdigit())

    @contextmanager
    def reading(self, number: int) -> Iterator[Path]:
        """Hold generation `number` against deletion; raises FileNotFoundError when it is gone already."""
        folder = self.folder(number)
        with (folder / "held").open("rb") as held:
            portalocker.lock(held, portalocker.LOCK_SH)
            # A writer may have deleted the folder between our open and our lock.
            if not (folder / "held").exists():
                raise FileNotFoundError(folder)
            yield folder

    def make(self, number: int, *, base: int | None) -> Path:
        """A folder to build generation `number` in: a copy of generation `base`, or an empty one."""
        folder = self.folder(number)
        shutil.rmtree(folder, ignore_errors=True)
        if base is None:
            (folder / "open").mkdir(parents=True)
        else:
            shutil.copytree(self.folder(base) / "kept", folder / "open")
        (folder / "held").touch()
        return folder

    def keep(self, number: int) -> None:
        """Keep an untouched copy of a finished generation that nobody has open yet."""
        folder = self.folder(number)
        shutil.copytree(folder / "open", folder / "kept")

    def drop(self, number: int, *, wait: float = 0.0) -> bool:
        """Delete generation `number` unless queries read it for longer than `wait` seconds; says whether it is gone."""
        folder = self.folder(number)
        try:
            with (folder / "held").open("rb") as held:
                if not _locked_within(held.fileno(), wait):
                    return False
                # Deleted first, so that a reader that waited for our lock sees that the folder is going.
                (folder / "held").unlink()
        except FileNotFoundError:
            pass  # a crash before `held` was made, or half-way through an earlier drop
        # Renamed first: a client that still has it open, idle, must not find the place to write a file anew.
        if folder.exists():
            folder.rename(folder.with_name(f"{number}.gone"))
        return self.sweep()

    def sweep(self) -> bool:
        """Delete the folders that were dropped, also by a job that died; says whether none is left."""
        for gone in self.folders.glob("*.gone"):
            shutil.rmtree(gone, ignore_errors=True)
        return not any(self.folders.glob("*.gone"))

    @contextmanager
    def writing(self, command: str, *, wait: float | None = None) -> Iterator[None]:
        """Hold the store's lock for one job.

        Jobs of this process queue. Another process's job is waited for `wait` seconds (10 by default), then refused.
        Raises StoreBusy, naming the holder's pid, command and start time.
        """
        self.folders.mkdir(parents=True, exist_ok=True)
        with _queue(self.path), (self.path / "lock").open("a+", encoding="utf-8") as lock:
            if not _locked_within(lock.fileno(), WAIT_SECONDS if wait is None else wait):
                raise StoreBusy(self._busy_message())
            lock.seek(0)
            lock.truncate()
            started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
            json.dump({"pid": os.getpid(), "command": command, "started": started}, lock)
            lock.flush()
            try:
                yield
            finally:
                lock.seek(0)
                lock.truncate()

    def writer(self) -> str:
        """Which job writes to the store now: "python -m index add, started …"; empty when none does."""
        try:
            with (self.path / "lock").open("r", encoding="utf-8") as lock:
                if _locked_within(lock.fileno(), 0.0, shared=True):
                    return ""
                holder = json.load(lock)
                return f"{holder['command']}, started {holder['started']}"
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError, TypeError):
            return "a job that has just begun"

    @contextmanager
    def noting(self) -> Iterator[Path]:
        """Hold the file of feedback for the instant that a change takes; the lock of jobs can be held for hours."""
        with (self.path / "feedback.lock").open("a") as lock:
            portalocker.lock(lock, portalocker.LOCK_EX)
            yield self.feedback

    def forget_mentions(self, names: Iterable[str]) -> None:
        """Delete what quotes the articles of these ids or links: lines of feedback, and reports of evaluations."""
        # A name ends where no letter, digit or dash goes on: the link of article 1 is not that of article 12.
        ends = [re.escape(name.encode("utf-8", "replace")) + rb"(?![\w-])" for name in names]
        mention = re.compile(b"|".join(ends) or rb"(?!)")
        with self.noting() as file:
            if file.exists():
                fresh = file.with_suffix(".new")
                lines = file.read_bytes().splitlines(keepends=True)
                fresh.write_bytes(b"".join(line for line in lines if not mention.search(line)))
                fresh.replace(file)
        for results in self.runs.glob("*/results.jsonl"):
            with results.open("rb") as lines_of_run:
                mentioned = any(mention.search(line) for line in lines_of_run)
            if mentioned:
                shutil.rmtree(results.parent)

    def _busy_message(self) -> str:
        try:
            holder = json.loads((self.path / "lock").read_text(encoding="utf-8"))
            who = f"process {holder['pid']} ({holder['command']}, started {holder['started']})"
        except (OSError, ValueError, KeyError):
            who = "another process"
        return f"The store {self.path} is being written by {who}. Try again when it has ended."


def command_line() -> str:
    """How this process was called, short enough for a message."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:120]


def _queue(path: Path) -> threading.Lock:
    with _queues_guard:
        return _queues.setdefault(path, threading.Lock())


def _locked_within(descriptor: int, seconds: float, *, shared: bool = False) -> bool:
    kind = portalocker.LOCK_SH if shared else portalocker.LOCK_EX
    deadline = time.monotonic() + seconds
    while True:
        try:
            portalocker.lock(descriptor, kind | portalocker.LOCK_NB)
            return True
        except portalocker.exceptions.LockException:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
