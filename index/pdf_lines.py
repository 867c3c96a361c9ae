"""python -m index.pdf_lines FILE: what stands on the pages of a PDF, as JSON, by a process that may be lost.

Some damaged files keep a PDF parser busy for ever or have it fill the memory, so it sets itself limits and dies of
them; `read_pdf` reads what it prints. pypdf is imported here only.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any

PAGE_SECONDS = 8
_MOST_BYTES = 900_000_000
_FACTS = {"title": "/Title", "author": "/Author"}


def main(file: str) -> int:
    """Print {"facts": …, "pages": [[[x, y, size, words], …], …]}, points from the lower left; or {"error": …}."""
    _limit_memory()
    try:
        told: dict[str, Any] = _read(file)
    except MemoryError:
        told = {"error": "its pages do not fit into memory"}
    except Exception as error:  # pypdf raises whatever Python raises on damaged files
        told = {"error": " ".join(str(error).split())[:200] or type(error).__name__}
    json.dump(told, sys.stdout)
    return 0


def _read(file: str) -> dict[str, Any]:
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    _allow(PAGE_SECONDS)
    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"error": "it is locked with a password"}
    pages = []
    for page in reader.pages:
        _allow(PAGE_SECONDS)
        pages.append(_pieces(page))
    facts: Any = reader.metadata or {}
    return {
        "facts": {name: str(facts[key]) for name, key in _FACTS.items() if isinstance(facts.get(key), str)},
        "pages": pages,
    }


def _pieces(page: Any) -> list[tuple[float, float, float, str]]:
    """The words of a page with where each run of them begins and how large it is set."""
    found = list[tuple[float, float, float, str]]()

    def see(words: str, at: Any, within: Any, font: Any, size: float) -> None:
        if words.strip():
            x = within[4] * at[0] + within[5] * at[2] + at[4]
            y = within[4] * at[1] + within[5] * at[3] + at[5]
            scale = abs(within[3] or within[1] or 1) * abs(at[3] or at[1] or 1)
            found.append((round(x, 1), round(y, 1), round(size * scale, 1), words))

    page.extract_text(visitor_text=see)
    return found


def _allow(seconds: int) -> None:
    """End this process if it is not told again in so many seconds; where there are no signals it is not ended."""
    with suppress(ImportError, AttributeError):
        import signal

        signal.alarm(seconds)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
