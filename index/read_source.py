"""What every reader of a format takes and gives: a Source in, Records out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from index.errors import ReadError
from index.read_fields import NOTHING_GIVEN, Draft, Given, article_of
from index.schema import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One article of a file, or why it could not be read; never both.

    `number` is 0 for the only article of a file, otherwise its position from 1 (in JSON Lines, its line). `size` is
    the bytes of the file that it accounts for.
    """

    number: int
    size: int
    article: Article | None = None
    error: str | None = None


_LONGEST_WHY = 300


@dataclass(slots=True)
class Room:
    """How many bytes an archive may still unpack to, whatever it holds: a small one can hold more than a disk does."""

    left: int

    def take(self, size: int) -> None:
        """Raises ReadError when there is no room for so much."""
        self.left -= size
        if self.left < 0:
            raise ReadError("unpacks to far more than articles do, so it is not unpacked; add what is in it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read, and what its articles need to know of where it lies.

    Of what is packed in an archive, `path` is the archive, `member` its name there, and `unpacked` where it lies now.
    """

    path: Path
    folder: Path
    max_bytes: int
    given: Given = NOTHING_GIVEN
    member: tuple[str, ...] = ()
    unpacked: Path | None = None
    room: Room | None = field(default=None, compare=False)

    @property
    def file(self) -> Path:
        """Where its bytes are."""
        return self.unpacked or self.path

    @property
    def name(self) -> str:
        """What it is called, for messages and by its suffix for its format."""
        return "/".join((shown(self.path), *self.member))

    def whole(self, advice: str = "") -> bytes:
        """The file's bytes. Raises ReadError when there are too many for one article."""
        with self.file.open("rb") as file:
            data = file.read(self.max_bytes + 1)
            if len(data) > self.max_bytes:
                raise too_large(max(len(data), os.fstat(file.fileno()).st_size), self.max_bytes, advice)
        return data

    def record(self, number: int, size: int, draft: Callable[[], Draft], *, where: str = "") -> Record:
        """The record of what `draft` makes, or of why it makes nothing; `where` in the file, for the message."""
        relative = self.path.relative_to(self.folder) if self.path.is_relative_to(self.folder) else self.path
        place = ("path", self.folder.as_posix(), "/".join((relative.as_posix(), *self.member)), str(number))
        try:
            refuse_name(self.path)
            article = article_of(draft(), place=place, path=str(self.path), given=self.given)
        except ReadError as error:
            return self.failed(number, size, str(error), where=where)
        return Record(number=number, size=size, article=article)

    def failed(self, number: int, size: int, why: str, *, where: str = "") -> Record:
        """A record without an article; its message is one line that begins with the file's path.

        What a library says of a damaged file may quote all of it.
        """
        told = " ".join(why.split())
        if len(told) > _LONGEST_WHY:
            told = f"{told[: _LONGEST_WHY // 2]} … {told[-_LONGEST_WHY // 2 :]}"
        return Record(number=number, size=size, error=f"{' '.join(f'{self.name}{where}'.split())} {told}")


Reader = Callable[[Source], Iterator[Record]]


def whole(draft: Callable[[bytes], Draft]) -> Reader:
    """The reader of a format that holds one article a file, which `draft` makes from the file's bytes."""

    def reader(source: Source) -> Iterator[Record]:
        data = source.whole()
        yield source.record(0, len(data), partial(draft, data))

    return reader


def too_large(size: int, limit: int, advice: str = "") -> ReadError:
    return ReadError(
        f"is {size / 1e6:.3g} MB, over the limit of {limit / 1e6:g} MB for one article; "
        f"set DATELINE_MAX_ARTICLE_MB higher{advice}."
    )


def refuse_name(path: Path) -> None:
    """Raise ReadError when a path is not text, and so could not be stored or shown."""
    if shown(path) != str(path):
        raise ReadError("has a name that is not UTF-8; rename it.")


def shown(path: Path) -> str:
    """A path that can be printed; other than the path itself when its name is not UTF-8."""
    return str(path).encode("utf-8", "backslashreplace").decode()
