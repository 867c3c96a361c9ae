"""How much memory a process needs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PAGES = Path("/proc/self/statm")


def peak_memory_mb() -> float:
    """The most memory that this process has held, in millions of bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # not a Unix
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def held_memory_mb() -> float:
    """The memory that this process holds now, in millions of bytes; 0 where the system does not say."""
    if not _PAGES.exists():  # not Linux
        return 0.0
    return int(_PAGES.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
