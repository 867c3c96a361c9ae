"""WARC, what web archives keep → records: each page that was answered with, as `html` reads it. warcio only here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from index.errors import ReadError
from index.read_fields import Draft
from index.read_html import html
from index.read_source import Record, Source, too_large

_PAGES = ("text/html", "application/xhtml+xml")


def warc(source: Source) -> Iterator[Record]:
    """The pages, numbered by the records of the file from 1; pictures, requests and answers of failure are passed over.

    Raises ReadError when the file cannot be read on, or holds no page.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    pages = 0
    with source.file.open("rb") as file:
        try:
            found = ArchiveIterator(file)
            found.INC_RECORD = (
                ""  # what it would write to standard error of a wrong length; the page is read all the same
            )
            for number, record in enumerate(found, 1):
                if _is_page(record):
                    pages += 1
                    yield _record(source, number, record)
        except (ArchiveLoadFailed, EOFError, ValueError, OSError, AttributeError, IndexError) as error:
            raise ReadError(f"cannot be read on as WARC after {pages} pages ({error}); copy it again.") from None
    if not pages:
        raise ReadError("holds no web page; leave it out.")


def _is_page(record: Any) -> bool:
    if record.rec_type not in ("response", "resource"):
        return False
    headers = record.http_headers
    if headers is None:
        return str(record.rec_headers.get_header("Content-Type") or "").startswith(_PAGES)
    kind = str(headers.get_header("Content-Type") or "").lower()
    return kind.startswith(_PAGES) and str(headers.get_statuscode()).startswith("2")


def _record(source: Source, number: int, record: Any) -> Record:
    address = record.rec_headers.get_header("WARC-Target-URI")
    data = record.content_stream().read(source.max_bytes + 1)
    return source.record(number, len(data), partial(_draft, data, address, source.max_bytes), where=f", {address},")


def _draft(data: bytes, address: str | None, limit: int) -> Draft:
    if len(data) > limit:
        raise too_large(len(data), limit)
    draft = html(data)
    return draft if draft.url or not address else replace(draft, url=address.strip("<>"))
