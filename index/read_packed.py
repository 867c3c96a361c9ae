"""Archives, .gz and .zip → the records of what is packed in them, unpacked no further than articles need."""

from __future__ import annotations

import gzip
import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from index.errors import ReadError
from index.read_source import Reader, Record, Room, Source

# News unpacks to 3 to 30 times its size, and what is made to fill a disk to a thousand.
_MOST_TIMES = 100
_LEAST_ROOM = 50_000_000
_DEEPEST = 3
_BLOCK = 1 << 20
_DAMAGE = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile)

# The reader of a file by its name, or a ReadError that says that there is none.
Readers = Callable[[PurePosixPath], Reader]


def packed(readers: Readers) -> dict[str, Reader]:
    """The readers of archives, by suffix; `readers` are those of what they hold."""
    return {
        ".gz": lambda source: _numbered(_members(source, readers, _gz)),
        ".zip": lambda source: _numbered(_members(source, readers, _zip)),
    }


def _numbered(records: Iterator[Record]) -> Iterator[Record]:
    """Records numbered through the archive, from 1: those of its members begin anew with each."""
    return (replace(record, number=number) for number, record in enumerate(records, 1))


Unpacked = Iterator[tuple[str, Callable[[], BinaryIO]]]


def _members(source: Source, readers: Readers, opened: Callable[[Source], Unpacked]) -> Iterator[Record]:
    if len(source.member) >= _DEEPEST:
        raise ReadError(f"is packed more than {_DEEPEST} times over; unpack it, and add what is in it.")
    if source.room is None:
        size = source.file.stat().st_size
        source = replace(source, room=Room(max(_LEAST_ROOM, _MOST_TIMES * size)))
    found = False
    with _damage():
        for name, content in opened(source):
            try:
                reader = readers(PurePosixPath(name))
            except ReadError:
                continue  # a picture, or a program: as in a folder
            found = True
            yield from _member(source, name, content, reader)
    if not found:
        raise ReadError("holds no file of a kind that is read; leave it out.")


def _member(source: Source, name: str, content: Callable[[], BinaryIO], reader: Reader) -> Iterator[Record]:
    """What a member holds, or the one record that says why it cannot be read: the others still can."""
    member = replace(source, member=(*source.member, name))
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        # Its own name is nowhere used for a path: it may lead out of the folder.
        member = replace(member, unpacked=Path(folder) / f"member{PurePosixPath(name).suffix}")
        try:
            with _damage(), content() as packed:
                _unpack(packed, member)
            yield from reader(member)
        except ReadError as error:
            yield member.failed(0, 0, str(error))


def _unpack(content: BinaryIO, member: Source) -> None:
    assert member.unpacked and member.room
    with member.unpacked.open("wb") as file:
        while block := content.read(_BLOCK):
            member.room.take(len(block))
            file.write(block)


def _gz(source: Source) -> Unpacked:
    name = PurePosixPath(source.name).name
    bare = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    yield bare, lambda: cast(BinaryIO, gzip.GzipFile(source.file))


def _zip(source: Source) -> Unpacked:
    with zipfile.ZipFile(source.file) as archive:
        for one in archive.infolist():
            path = PurePosixPath(one.filename)
            if one.is_dir() or any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts):
                continue
            yield one.filename, partial(_opened, archive, one)


def _opened(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> BinaryIO:
    return cast(BinaryIO, archive.open(one))


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise ReadError(f"is damaged ({error or 'it ends too early'}); copy or download it again.") from None
    except (RuntimeError, NotImplementedError) as error:  # what zipfile raises for passwords and rare compressions
        raise ReadError(f"cannot be unpacked ({error}); unpack it, and add what is in it.") from None
