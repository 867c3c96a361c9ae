"""How much memory a process needs."""

from __future__ import annotations

import sys


def peak_memory_mb() -> float:
    """The most memory that this process has held, in millions of bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # not a Unix
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6
