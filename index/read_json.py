"""JSON and JSON Lines → records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from index.errors import ReadError
from index.read_bytes import decode, marked, refuse_binary, utf8
from index.read_fields import FIELDS, Draft, draft_of
from index.read_source import Record, Source, too_large

LISTS = ("articles", "items", "data", "results")
_LINES_HELP = ", or put the articles into JSON Lines (.jsonl), where the limit is for each line"
_BLOCK = 1 << 20


def json_file(source: Source) -> Iterator[Record]:
    """One object, a list of them, or an object with a list of them; the file's size is shared among them."""
    data = source.whole(_LINES_HELP)
    found, names = _articles_in(_parsed(decode(data))), source.given.fields
    if isinstance(found, dict):
        yield source.record(0, len(data), partial(_draft, found, names))
        return
    share, rest = divmod(len(data), len(found))
    for number, one in enumerate(found, 1):
        size = share + (number <= rest)
        yield source.record(number, size, partial(_draft, one, names), where=f", record {number},")


def json_lines(source: Source) -> Iterator[Record]:
    """One object a line, read line by line: a bad line costs only itself. Lines without words are passed over."""
    with source.file.open("rb") as file:
        head = file.peek(4096)
        refuse_binary(head)
        if marked(head) not in (None, "utf-8-sig"):
            raise ReadError("is in UTF-16 or UTF-32, and JSON Lines are UTF-8; save it as UTF-8.")
        empty = True
        for number, line, size in _lines(file, source.max_bytes):
            if line is None or line.strip():
                empty = False
                draft = partial(_draft_of_line, line, size, source)
                yield source.record(number, size, draft, where=f", line {number},")
    if empty:
        raise ReadError("is empty; put articles in it, one JSON object a line, or leave it out.")


def _lines(file: BinaryIO, limit: int) -> Iterator[tuple[int, bytes | None, int]]:
    """Each line's number, bytes and size; None for the bytes of a line over the limit, which is never held whole."""
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        size, part = len(line), line
        while size > limit and not part.endswith(b"\n") and (part := file.readline(_BLOCK)):
            size += len(part)
        yield number, line if size <= limit + 1 and len(line.rstrip(b"\r\n")) <= limit else None, size


def _draft_of_line(line: bytes | None, size: int, source: Source) -> Draft:
    if line is None:
        raise too_large(size, source.max_bytes)
    text = utf8(line)
    if text is None:
        raise ReadError("is not UTF-8, as JSON Lines must be; save the file as UTF-8.")
    return _draft(_parsed(text, one_line=True), source.given.fields)


def _parsed(text: str, *, one_line: bool = False) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = f"character {error.colno}" if one_line else f"line {error.lineno}"
        raise ReadError(f"is not valid JSON: {error.msg} at {at} (is it cut off?); export it again.") from None
    except (ValueError, RecursionError) as error:
        raise ReadError(f"is not valid JSON: {error}; export it again.") from None


def _articles_in(value: object) -> dict[object, object] | list[object]:
    """The one article, or the list of them, that a file's value is."""
    if isinstance(value, dict):
        lists = [value[name] for name in value if name.casefold() in LISTS and isinstance(value[name], list)]
        has_text = any(name.casefold() in FIELDS["text"] for name in value)
        value = lists[0] if len(lists) == 1 and not has_text else value
    if not isinstance(value, dict | list):
        raise ReadError(
            "holds neither an object nor a list of objects; give articles as objects with a title and text."
        )
    if not value:
        raise ReadError("holds no articles; leave it out.")
    return value


def _draft(value: object, names: Mapping[str, str]) -> Draft:
    if not isinstance(value, dict):
        raise ReadError("is not an object; give each article as an object with a title and text.")
    return draft_of(value, published_from="field", names=names)
