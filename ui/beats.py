"""Waiting for what comes from elsewhere without being held up by it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

EVERY = 0.25  # seconds


def beating(coming: Generator[T], every: float = EVERY) -> Generator[T | None]:
    """Yield what comes, as it comes, and None each `every` seconds in which nothing does.

    gradio ends a generator only between two of its values, so one that waits a minute for a silent model could not be
    stopped for that minute. Who stops listening ends `coming` too, at its next value. What it raises is raised here.
    """
    arrived: SimpleQueue[T | BaseException] = SimpleQueue()
    left = threading.Event()

    def fetch() -> None:
        try:
            with closing(coming):
                for one in coming:
                    arrived.put(one)
                    if left.is_set():
                        return
            arrived.put(StopIteration())
        except BaseException as error:
            arrived.put(error)

    threading.Thread(target=fetch, name="asking", daemon=True).start()
    try:
        while True:
            try:
                one = arrived.get(timeout=every)
            except Empty:
                yield None
                continue
            if isinstance(one, StopIteration):
                return
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        left.set()
