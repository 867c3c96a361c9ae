"""Files of JSON, JSON Lines or tab-separated lines → records, plain or gzip; every fault names its file and place."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import DatelineError
from index.schema import flat

_SURROGATE = re.compile("[\ud800-\udfff]")


class QuestionSetError(DatelineError):
    """A file of questions, or of what belongs to them, cannot be used; the message is one line."""


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object and the place it was read from, as in "questions.jsonl, line 3".

    The methods give a field in the type that is wanted and raise QuestionSetError, naming place and field, when it has
    another. A field that is left out is the same as one that is null.
    """

    where: str
    values: Mapping[str, object]

    def fault(self, field: str, problem: str) -> QuestionSetError:
        """The error to raise for a field; `problem` begins with a verb and says what to do."""
        return QuestionSetError(f"{self.where}, field {flat(field)}: {problem}")

    def text(self, field: str) -> str:
        """A string with something in it."""
        if (value := self.words(field)) is None:
            raise self.fault(field, "is missing or blank; give it a text.")
        return value

    def words(self, field: str) -> str | None:
        """A string, or None when it is left out or blank."""
        value = self.values.get(field)
        if value is not None and not isinstance(value, str):
            raise self.fault(field, f"is {_shown(value)}, not a text; put it in quotation marks.")
        if value and _SURROGATE.search(value):
            raise self.fault(field, "holds half of a surrogate pair, which is no character; export it again.")
        return value if value and value.strip() else None

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of strings that each have something in them; empty when left out."""
        items = enumerate(self._list(field), 1)
        return tuple(Record(self.where, {(at := f"{field}[{n}]"): item}).text(at) for n, item in items)

    def flag(self, field: str) -> bool:
        """True or false; false when left out."""
        value = self.values.get(field)
        if value is not None and not isinstance(value, bool):
            raise self.fault(field, f"is {_shown(value)}; give true or false.")
        return bool(value)

    def table(self, field: str) -> Record:
        """An object; an empty one when left out."""
        value = self.values.get(field)
        return _record(f"{self.where}, field {field}", {} if value is None else value)

    def records(self, field: str) -> list[Record]:
        """A list of objects; one that is left out is a fault, an empty one is not."""
        if self.values.get(field) is None:
            raise self.fault(field, "is missing; give a list of objects.")
        return [_record(f"{self.where}, {field}[{number}]", item) for number, item in enumerate(self._list(field), 1)]

    def _list(self, field: str) -> list[object]:
        value = self.values.get(field)
        if value is not None and not isinstance(value, list):
            raise self.fault(field, f"is {_shown(value)}, not a list; put it in square brackets.")
        return value or []


def json_lines(path: Path) -> Iterator[Record]:
    """The objects of a .jsonl or .jsonl.gz file, one a line. Raises QuestionSetError, also when there is none."""
    number = 0
    for number, line in lines(path):
        where = f"{path}, line {number}"
        yield _record(where, _parsed(where, line, "put one whole JSON object on the line"))
    if not number:
        raise QuestionSetError(f"{path}: is empty; put one JSON object on each line.")


def json_document(path: Path, wrap: str = "") -> Record:
    """The one object of a .json or .json.gz file, or its list as the field `wrap` of one. Raises QuestionSetError."""
    parsed = _parsed(str(path), "".join(line for _, line in lines(path)), "export it again")
    return _record(str(path), {wrap: parsed} if wrap else parsed)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, each with its number from 1. Raises QuestionSetError."""
    with _failing_as_ours(path), gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise QuestionSetError(f"{path}, line {number}: is not UTF-8; save the file as UTF-8.") from None
            if text.strip():
                yield number, text


def file_in(folder: Path, name: str) -> Path:
    """The file of this name in the folder, plain or with .gz. Raises QuestionSetError when there is neither."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise QuestionSetError(f"{folder}: holds no {name} and no {name}.gz; give the folder that does.")


@contextmanager
def _failing_as_ours(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise QuestionSetError(f"{path}: there is no such file; check the path.") from None
    except IsADirectoryError:
        raise QuestionSetError(f"{path}: is a folder; name the file in it.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise QuestionSetError(f"{path}: is not whole gzip ({error}); get it again.") from None
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be read ({error.strerror or error}); check its permissions.") from None


def _parsed(where: str, text: str, what_to_do: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise QuestionSetError(
            f"{where}: is not valid JSON: {error.msg} at {at}character {error.colno}; {what_to_do}."
        ) from None
    except (ValueError, RecursionError) as error:
        raise QuestionSetError(f"{where}: is not usable JSON: {error}; {what_to_do}.") from None


def _record(where: str, value: object) -> Record:
    if not isinstance(value, dict):
        raise QuestionSetError(f'{where}: is {_shown(value)}, not an object; write {{"name": value, …}}.')
    if broken := next(filter(_SURROGATE.search, value), None):
        raise QuestionSetError(f"{where}: the name {_shown(broken)} holds half of a surrogate pair; export it again.")
    return Record(where, value)


def _shown(value: object) -> str:
    """A value in few characters, on one line."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 40 else f"{text[:39]}…"
