"""sync --watch: adds, updates and removes as the files of folders change. watchfiles is imported here only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from index.errors import ReadError, StoreBusy

_QUIET_MS, _AGAIN_MS = 1_600, 2_000  # that changes must have ended for, and after which a busy store is tried again


def watching(folders: Sequence[Path], sync: Callable[[], object], say: Callable[[str], None]) -> None:
    """Call `sync` after each change below the folders, until Ctrl-C; `say` is told in words why one has to wait."""
    from watchfiles import watch

    due = True  # for what changed before the watch began
    found = watch(*folders, debounce=_QUIET_MS, rust_timeout=_AGAIN_MS, yield_on_timeout=True, raise_interrupt=True)
    for changes in found:
        due = due or bool(changes)
        if not due:
            continue
        try:
            sync()
            due = False
        except (StoreBusy, ReadError) as error:
            say(f"{error} It is tried again.")
