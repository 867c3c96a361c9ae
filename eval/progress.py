"""How far a run is, on one line of a terminal."""

from __future__ import annotations

import sys
import time

from index.adding import Progress

_PROGRESS_SECONDS = 0.2


class _Line:
    """One line of progress on a terminal, written over and over; nothing where it is not one."""

    def __init__(self) -> None:
        self._at = 0.0

    def show(self, words: str, *, last: bool) -> None:
        if not sys.stderr.isatty() or not (last or time.monotonic() - self._at > _PROGRESS_SECONDS):
            return
        self._at = time.monotonic()
        print(f"\r\x1b[K{words}", end="\n" if last else "", file=sys.stderr, flush=True)


_line = _Line()


def progress(what: str, done: int, total: int) -> None:
    """Show how many of something are done."""
    _line.show(f"{done} of {total} {what}", last=done == total)


def indexing(at: Progress) -> None:
    """Show how far a job that adds articles is."""
    share = at.done / max(1, at.total)
    _line.show(f"{at.articles} articles indexed, {share:.0%}", last=at.done == at.total)
