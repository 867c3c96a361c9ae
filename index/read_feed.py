"""RSS and Atom → records: an entry an article, partial where the feed gives a summary only. feedparser only here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from index.dates import normalise
from index.errors import ReadError
from index.read_fields import Draft, first, words
from index.read_html import text_of
from index.read_source import Record, Source


def feed(source: Source) -> Iterator[Record]:
    """Each entry, numbered from 1. Raises ReadError when there is none."""
    import feedparser

    data = source.whole()
    if b"<!ENTITY" in data:
        raise ReadError("declares entities of its own, which feeds do not and attacks do; download the feed again.")
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not found.entries:
        why = f" ({found.bozo_exception})" if found.get("bozo") else ""
        raise ReadError(f"holds no entries that could be read{why}; download the feed again.")
    share, rest = divmod(len(data), len(found.entries))
    for number, entry in enumerate(found.entries, 1):
        draft = partial(_draft, entry, found.feed)
        yield source.record(number, share + (number <= rest), draft, where=f", entry {number},")


def _draft(entry: Any, of: Any) -> Draft:
    content = first(part.get("value") for part in entry.get("content", ()))
    summary = entry.get("summary")
    text = text_of(content or summary or "")
    if not text:
        raise ReadError("has no text; the article's own page has it.")
    published = normalise(entry.get("published"))
    return Draft(
        text=text,
        title=text_of(entry.get("title") or "").replace("\n", " ") or None,
        url=entry.get("link"),
        outlet=words((entry.get("source") or {}).get("title")) or words(of.get("title")),
        author=words(entry.get("author")),
        published=published,
        published_from=published and "field",
        modified=normalise(dict.get(entry, "updated")),
        language=words(entry.get("language") or of.get("language")),
        record=entry.get("id"),
        partial=not content,
    )
