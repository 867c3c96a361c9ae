"""Files → articles. A format is one function and one entry in READERS.

A file that cannot be read gives a Record with an error, never an exception: one bad file must not end a job of
thousands.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from index.dates import normalise
from index.errors import ReadError
from index.read_csv import csv_file
from index.read_docx import word
from index.read_feed import feed
from index.read_fields import NOTHING_GIVEN, Draft, Given, article_of, canonical_url
from index.read_html import html
from index.read_json import json_file, json_lines
from index.read_mail import mail, saved_page
from index.read_newsml import xml
from index.read_packed import packed
from index.read_pdf import pdf
from index.read_source import Reader, Record, Source, refuse_name, shown, whole
from index.read_text import markdown, plain
from index.read_title import title_of
from index.read_warc import warc
from index.schema import Article

__all__ = ("READERS", "READER_VERSION", "Found", "Record", "canonical_url", "pasted", "read", "title_of", "walk")

# Raised whenever the same file would be read into another article than before.
READER_VERSION = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What `walk` found: (file, the folder given) in order, and by suffix how many other files it left out.

    `left_out` also counts, in words, links and files whose name is not text.
    """

    files: list[tuple[Path, Path]]
    left_out: Counter[str]


READERS: dict[str, Reader] = {
    ".txt": whole(plain),
    ".md": whole(markdown),
    ".html": whole(html),
    ".htm": whole(html),
    ".json": json_file,
    ".jsonl": json_lines,
    ".csv": csv_file,
    ".pdf": pdf,
    ".docx": whole(word),
    ".eml": whole(mail),
    ".mhtml": whole(saved_page),
    ".mht": whole(saved_page),
    ".xml": xml,
    ".rss": feed,
    ".atom": feed,
    ".warc": warc,
}


def read(path: Path, *, folder: Path, max_mb: float, given: Given = NOTHING_GIVEN) -> Iterator[Record]:
    """Read a file's articles, one Record each; `folder` is the one it was found in, `max_mb` bounds one article.

    Never raises for what the file holds or for a file that cannot be opened: both become a Record with an error.
    """
    source = Source(path=path.absolute(), folder=folder.absolute(), max_bytes=int(max_mb * 1_000_000), given=given)
    try:
        yield from _reader(source.path)(source)
    except ReadError as error:
        yield source.failed(0, _size(path), str(error))
    except OSError as error:
        why = error.strerror or str(error)
        yield source.failed(0, 0, f"cannot be read ({why}); check that it is there and may be read.")


def walk(path: Path) -> Found:
    """The files to read at a path: itself, or those of a folder, sorted, at any depth.

    Hidden files and folders are passed over, and links are not followed. Raises ReadError when the path is not there,
    when it is a file of an unknown kind, and when a folder cannot be listed.
    """
    if path.is_file():
        _refuse_file(path)
        folder = path.parent.resolve()
        return Found([(folder / path.name, folder)], Counter())
    if not path.is_dir():
        raise ReadError(f"{shown(path)} is not there; check the path.")
    folder, files, left_out = path.resolve(), [], Counter[str]()
    for file in _files_in(folder):
        if (reason := _left_out(file)) is not None:
            left_out[reason] += 1
        else:
            files.append((file, folder))
    return Found(sorted(files), left_out)


def pasted(
    text: str,
    *,
    title: str | None = None,
    url: str | None = None,
    outlet: str | None = None,
    author: str | None = None,
    published: str | None = None,
    collection: str | None = None,
) -> Article:
    """The article of a text typed or pasted in. Raises ReadError when it is empty, or a link or date is not one."""
    text, title, url, published = text.removeprefix("\ufeff"), _given(title), _given(url), _given(published)
    _refuse_pasted(text, url, published)
    draft = Draft(
        text=text,
        title=title,
        url=url,
        outlet=_given(outlet),
        author=_given(author),
        published=normalise(published),
        published_from=published and "field",
    )
    try:
        given = Given(collection=_given(collection))
        return article_of(draft, place=("text", title or title_of(text), text), path=None, given=given)
    except ReadError as error:
        raise ReadError(f"The pasted text {error}") from None


def _refuse_pasted(text: str, url: str | None, published: str | None) -> None:
    if not text.strip():
        raise ReadError("There is no text; paste the article's words.")
    if url and not canonical_url(url):
        raise ReadError(f"The link {url!r} is not one; give an address that begins with https:// or http://.")
    if published and not normalise(published):
        raise ReadError(f"The date {published!r} cannot be understood; write it as 2020-02-12, 2020-02 or 2020.")


def _reader(path: PurePath) -> Reader:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kind = f"a {path.suffix} file" if path.suffix else "a file without a suffix"
        raise ReadError(f"is {kind}, which no reader takes; save it as one of {', '.join(READERS)}.")
    return reader


READERS |= packed(_reader)


def _refuse_file(path: Path) -> None:
    try:
        _reader(path)
        refuse_name(path)
    except ReadError as error:
        raise ReadError(f"{shown(path)} {error}") from None


def _files_in(folder: Path) -> Iterator[Path]:
    """Everything below a folder that is not a folder, nor hidden."""
    for at, folders, files in os.walk(folder, onerror=_refuse_folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        yield from (Path(at) / name for name in [*files, *links] if not name.startswith("."))


def _refuse_folder(error: OSError) -> None:
    # Passing it over would look, to a sync that prunes, as if its articles had gone.
    raise ReadError(f"The folder {error.filename} cannot be listed ({error.strerror}); allow it, or move it elsewhere.")


def _left_out(file: Path) -> str | None:
    """Why a file in a folder is not read, for the count of those."""
    if file.is_symlink():
        return "link"
    if file.suffix.lower() not in READERS or not file.is_file():
        return file.suffix.lower()
    return "with a name that is not UTF-8" if shown(file) != str(file) else None


def _given(value: str | None) -> str | None:
    return (value or "").strip() or None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
