"""Plain text and Markdown → drafts. yaml is imported here only."""

from __future__ import annotations

import re
from dataclasses import replace

from index.errors import ReadError
from index.read_bytes import decode
from index.read_fields import Draft, draft_of

_OPEN = re.compile(r"---[ \t]*\r?\n")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$\n?", re.MULTILINE)
_HEADING = re.compile(r"^#[ \t]+(.*)$", re.MULTILINE)


def plain(data: bytes) -> Draft:
    """A text is all there is."""
    return Draft(text=decode(data))


def markdown(data: bytes) -> Draft:
    """The fields of the front matter, if there is one, and the text below it; the first heading is a title, too.

    Raises ReadError, with the line, when there is a front matter that cannot be read.
    """
    text = decode(data)
    opening = _OPEN.match(text)
    if not opening:
        return Draft(text=text, title=_heading(text))
    closing = _CLOSE.search(text, opening.end())
    if not closing:
        raise ReadError("has a front matter that begins on line 1 and is never closed; end it with a line of ---.")
    body = re.sub(r"\A(?:[ \t]*\r?\n)+", "", text[closing.end() :])
    fields = _front_matter(text[opening.end() : closing.start()])
    draft = draft_of(fields, published_from="front matter", text=body)
    return draft if draft.title else replace(draft, title=_heading(body))


def _front_matter(text: str) -> dict[object, object]:
    import yaml

    try:
        # BaseLoader leaves every value the string that was written: a date keeps its offset, "no" stays a word.
        fields = yaml.load(text, Loader=yaml.BaseLoader) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # Counted from the file's first line, which is the opening ---.
        line = f" on line {mark.line + 2}" if mark else ""
        why = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise ReadError(f"has a front matter that is not YAML: {why}{line}; put the value in quotes.") from None
    except RecursionError:
        raise ReadError(
            "has a front matter that is nested too deeply, from line 2; write `name: value` lines."
        ) from None
    if not isinstance(fields, dict):
        raise ReadError("has a front matter without fields on line 2; write `name: value` lines, or take out the ---.")
    return fields


def _heading(text: str) -> str | None:
    found = _HEADING.search(text)
    return found[1].rstrip(" \t\r#") or None if found else None
