"""Prompts, one Markdown file each, and `render()`, which refuses missing and extra placeholders.

A placeholder is `{name}`; braces that are words of the prompt are doubled.
"""

from __future__ import annotations

from pathlib import Path
from string import Formatter

_FOLDER = Path(__file__).parent


def render(name: str, /, **values: str) -> str:
    """The prompt `name` with its placeholders filled.

    Raises KeyError when no such prompt exists, or when the given names are not exactly its placeholders.
    """
    path = _FOLDER / f"{name}.md"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in _FOLDER.glob("*.md")))
        raise KeyError(f"There is no prompt {name!r}; there is {known or 'none yet'}.")
    text = path.read_text(encoding="utf-8")
    wanted = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    if wanted != set(values):
        raise KeyError(f"Prompt {name!r} takes {sorted(wanted)}, not {sorted(values)}.")
    return text.format(**values)
