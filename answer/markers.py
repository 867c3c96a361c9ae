"""A model's words as they come → its words and, apart from them, the passages that its markers point to.

Markers are read in every form that models are known to write: [1], [1, 2], [1][2], [1-3], [^1], [Source 1], 【1】,
【1†source】, (1), superscripts, digits of full width, and `[1]` as code. What only looks like one stays a word:
"[2020]", "four (4) people", the "(2)" of a list, "km²", "x[1]" in code. The number of no passage vanishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from answer.amounts import amount

_LONGEST = 60  # characters of a marker or of code in a line; what is longer is words
_LONGEST_RANGE = 20  # passages
_OPENERS, _CLOSERS = "[【［", "]】］"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_AS_DIGITS = str.maketrans(f"{_RAISED}⁻", "0123456789-")
_SPECIAL = re.compile(rf"[{re.escape(_OPENERS)}(（{_RAISED}`]")
_RAISED_RUN = re.compile(rf"[{_RAISED}](?:[,⁻ ]?[{_RAISED}]+)*")
_BODY = re.compile(
    r"\s*(?:\^|#|(?:passages?|sources?|articles?|citations?|refs?\.?|nos?\.?)\s*#?)?\s*"
    r"(\d{1,9}(?:\s*(?:,|;|&|and|[-–—]|to)\s*(?:passages?\s+)?#?\d{1,9})*)\s*(?:†.*)?",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?:^|[\s\d/])(?:[kcdmµ]?m|mi|ft|in|yd|ha|s)\Z|\d\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the model, without markers."""

    text: str


@dataclass(frozen=True, slots=True)
class Marker:
    """The passages, numbered from 1, that stand in one marker; none when it points nowhere."""

    numbers: tuple[int, ...]


@dataclass(slots=True)
class Markers:
    """Reads a stream about so many `passages`: `feed` it each piece, and `end` it.

    How the stream is cut into pieces makes no difference: what may yet become a marker is held back.
    """

    passages: int
    _held: str = field(default="", init=False)
    _line: str = field(default="", init=False)  # what stands on this line before what is held
    _in_code: bool = field(default=False, init=False)  # between two lines of ```
    _ended: bool = field(default=False, init=False)

    def feed(self, piece: str) -> Iterator[Words | Marker]:
        """What is certain now, in order."""
        self._held += piece
        while self._held:
            special = _SPECIAL.search(self._held)
            plain = special.start() if special else len(self._held)
            if plain:
                yield self._words(plain)
                continue
            found = self._special()
            if found is None:
                return
            yield found

    def end(self) -> Iterator[Words | Marker]:
        """The rest."""
        self._ended = True
        yield from self.feed("")

    def _words(self, length: int) -> Words:
        text, self._held = self._held[:length], self._held[length:]
        self._line = (self._line + text).rpartition("\n")[2]
        return Words(text)

    def _special(self) -> Words | Marker | None:
        """What begins with the held text's first character; None while that is not certain."""
        first = self._held[0]
        if first == "`":
            return self._code()
        if self._in_code:
            return self._words(1)
        if first in _RAISED:
            return self._raised()
        return self._bracketed(_CLOSERS if first in _OPENERS else ")）", in_round=first not in _OPENERS)

    def _code(self) -> Words | Marker | None:
        if len(self._held) < 3 and not self._held.strip("`") and not self._ended:
            return None
        if self._held.startswith("```"):
            self._in_code = not self._in_code
            return self._words(3)
        if self._in_code:
            return self._words(1)
        close = self._place_of("`")
        if close is None:
            return None
        inside = self._held[1:close]
        is_bracketed = inside[:1] in tuple(_OPENERS) and inside[-1:] in tuple(_CLOSERS)
        numbers = self._read(inside[1:-1]) if is_bracketed else None
        return self._words(max(close + 1, 1)) if numbers is None else self._marker(close + 1, numbers)

    def _bracketed(self, closers: str, *, in_round: bool) -> Words | Marker | None:
        close = self._place_of(closers)
        if close is None or (in_round and close + 1 == len(self._held) and not self._ended):
            return None
        after = self._held[close + 1 : close + 2]
        numbers = self._read(self._held[1:close]) if close > 0 else None
        if in_round and not (numbers and self._line.strip() and self._counts_nothing() and not after.isalnum()):
            numbers = None  # an item of a list, "four (4) people", or no passage
        return self._words(1) if numbers is None else self._marker(close + 1, numbers)

    def _raised(self) -> Words | Marker | None:
        run = _RAISED_RUN.match(self._held)
        length = run.end() if run else 1
        if len(self._held) - length < 2 and not self._ended:
            return None  # digits may follow, behind a comma even
        if not self._line.strip() or self._line[-1:].isspace() or _UNIT.search(self._line):
            return self._words(length)
        return self._marker(length, self._known(self._held[:length].translate(_AS_DIGITS)))

    def _place_of(self, closers: str) -> int | None:
        """Where the first closing one stands on this line, -1 where none does; None while that is not certain."""
        found = re.search(rf"[{re.escape(closers)}\n]", self._held[1:])
        if found and found.start() < _LONGEST:
            return -1 if found[0] == "\n" else found.start() + 1
        return -1 if self._ended or len(self._held) > _LONGEST else None

    def _marker(self, length: int, numbers: tuple[int, ...]) -> Marker:
        self._line, self._held = f"{self._line} ", self._held[length:]
        return Marker(numbers)

    def _counts_nothing(self) -> bool:
        before = self._line.split()
        return amount(before[-1]) is None

    def _read(self, body: str) -> tuple[int, ...] | None:
        """The passages of a marker between its brackets; None where it is none, such as a year."""
        found = _BODY.fullmatch(body)
        return None if found is None or re.search(r"\d{4}", found[1]) else self._known(found[1])

    def _known(self, words: str) -> tuple[int, ...]:
        numbers: dict[int, None] = {}
        for first, last in re.findall(r"(\d+)(?:\s*(?:[-–—]|to)\s*#?(\d+))?", words):
            start, end = int(first), int(last or first)
            last_of_range = end if end - start <= _LONGEST_RANGE else start
            numbers |= dict.fromkeys(range(start, last_of_range + 1))
        return tuple(number for number in numbers if 1 <= number <= self.passages)
