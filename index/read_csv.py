"""CSV → records: a row an article, its columns under the names of a first row."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from index.errors import ReadError
from index.read_bytes import encoding_of, refuse_binary
from index.read_fields import Draft, draft_of
from index.read_source import Record, Source, too_large

_HEAD = 1 << 20
_MARKS = ",;\t|"


def csv_file(source: Source) -> Iterator[Record]:
    """Each row with a value is an article; rows are numbered from 1, the names not counted.

    Commas, semicolons, tabs or bars stand between values. Raises ReadError when it is no table.
    """
    with source.file.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(0)
        refuse_binary(head[:4096])
        encoding = encoding_of(head, whole=len(head) < _HEAD)
        lines = _lines(file, encoding, source.max_bytes)
        csv.field_size_limit(source.max_bytes)
        rows = csv.reader(lines, delimiter=_mark(head.decode(encoding, "replace")), strict=True)
        yield from _records(source, rows)


def _records(source: Source, rows: Iterator[list[str]]) -> Iterator[Record]:
    names, number = next(_whole(rows), []), 0
    if len([name for name in names if name.strip()]) < 2:
        raise ReadError("has no row of names; give its columns names (title, text, date, link …) in a first row.")
    for row in _whole(rows):
        if any(value.strip() for value in row):
            number += 1
            size = sum(map(len, row))
            yield source.record(number, size, partial(_draft, names, row, source), where=f", row {number},")
    if not number:
        raise ReadError("holds no rows below its names; leave it out.")


def _whole(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise ReadError(f"is not a table that can be read: {error}; export it again.") from None
    except UnicodeError as error:
        raise ReadError(f"is damaged ({error}); export it again as UTF-8.") from None


def _draft(names: list[str], row: list[str], source: Source) -> Draft:
    if len(row) > len(names):
        raise ReadError(f"has {len(row)} values for {len(names)} names; put values that hold a separator in quotes.")
    return draft_of(dict(zip(names, row, strict=False)), published_from="field", names=source.given.fields)


def _lines(file: BinaryIO, encoding: str, limit: int) -> Iterator[str]:
    """The lines, decoded as they are read; raises ReadError at one over the limit, which is never held whole."""
    decoder = codecs.getincrementaldecoder(encoding)()
    while line := file.readline(limit + 1):
        if len(line) > limit:
            raise too_large(len(line), limit)
        if "\0" in (text := decoder.decode(line)):
            raise ReadError("looks binary (it holds zero bytes); export it again.")
        yield text
    if rest := decoder.decode(b"", final=True):
        yield rest


def _mark(head: str) -> str:
    """What stands between values: the one of the usual marks that the row of names has most of."""
    names = head.lstrip("\ufeff\r\n").partition("\n")[0]
    return max(_MARKS, key=names.count)
