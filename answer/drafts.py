"""A model's words and markers as they come → drafts: its sentences, each with the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from answer.markers import Marker, Markers, Words
from index.chunk import sentences
from index.schema import flat

_ENDED = re.compile(r"[.!?…。！？؟।:\n][\"”’»)\]]*\s+\S|[。！？]\S")
_LEADING = re.compile(r"^\s*(?:#{1,6}\s+|>\s+|[-*•–—]\s+|\d{1,2}[.)]\s+)+")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`+")
# What asserts nothing alone is read with what follows it: "Yes.", "The strikers had three demands:".
_LEADS_IN = re.compile(r"(?:(?:yes|no|correct|indeed|right|true|false|sí|oui|non|ja|nein)\W*|.*[:：])\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that a model wrote, on one line without markers, and the passages that it cites, from 1."""

    text: str
    numbers: tuple[int, ...] = ()


@dataclass(slots=True)
class Drafts:
    """Reads a reply about so many `passages`: `feed` it each piece, and `end` it for the last sentences."""

    passages: int
    _markers: Markers = field(init=False)
    _text: str = field(default="", init=False)
    _marks: list[tuple[int, tuple[int, ...]]] = field(default_factory=list, init=False)
    _lead: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._markers = Markers(self.passages)

    @property
    def pending(self) -> str:
        """The sentence that has begun, as far as it has come."""
        return _prose(f"{self._lead} {self._text}")

    def feed(self, piece: str) -> Iterator[Draft]:
        """The sentences that the piece completes: that is known when the next one begins."""
        for found in self._markers.feed(piece):
            self._take(found)
        if _ENDED.search(self._text):
            yield from self._complete(ended=False)

    def end(self) -> Iterator[Draft]:
        """The sentences that are left."""
        for found in self._markers.end():
            self._take(found)
        yield from self._complete(ended=True)

    def _take(self, found: Words | Marker) -> None:
        if isinstance(found, Marker):
            line = self._text.rpartition("\n")[2]
            # Behind a sentence's words a marker is that sentence's; before any words of a line, the next one's.
            at = len(self._text.rstrip()) if _LEADING.sub("", line).strip() else len(self._text)
            self._marks.append((at, found.numbers))
            return
        text = found.text
        if self._marks and self._marks[-1][0] >= len(self._text.rstrip()):
            if text[:1].isalnum() and self._text[-1:].strip():
                text = f" {text}"
            elif re.match(r"\s*[.,;:!?…)]", text):
                self._text, text = self._text.rstrip(" "), text.lstrip(" ")
        self._text += text

    def _complete(self, *, ended: bool) -> Iterator[Draft]:
        spans = _spans(self._text)
        whole = spans if ended else spans[: _certain(self._text, spans)]
        for start, end in whole:
            numbers = [number for at, some in self._marks if at <= end for number in some]
            self._marks = [(at, some) for at, some in self._marks if at > end]
            yield from self._drafted(self._text[start:end], tuple(dict.fromkeys(numbers)))
        if ended and self._lead:
            yield Draft(self._lead)
            self._lead = ""
        if whole:
            cut = len(self._text) if ended else spans[len(whole)][0]
            self._text, self._marks = self._text[cut:], [(max(at - cut, 0), some) for at, some in self._marks]

    def _drafted(self, words: str, numbers: tuple[int, ...]) -> Iterator[Draft]:
        text = _prose(words)
        if not re.search(r"\w", text):
            return
        text, self._lead = f"{self._lead} {text}".strip(), ""
        if _LEADS_IN.fullmatch(text) and not numbers:
            self._lead = text
        else:
            yield Draft(text, numbers)


def _spans(text: str) -> list[tuple[int, int]]:
    """The sentences of a reply, in which a line end is one of a sentence; what leads a line in is left out."""
    found, at = [], 0
    for line in text.split("\n"):
        leading = _LEADING.match(line)
        begin = leading.end() if leading else 0
        found += [(at + begin + start, at + begin + end) for start, end in sentences(line[begin:])]
        at += len(line) + 1
    return found


def _certain(text: str, spans: list[tuple[int, int]]) -> int:
    """How many sentences are whole: all but the last, and none from one on that ends in a quote's beginning."""
    open_quote = (n for n, (start, end) in enumerate(spans) if re.search(r"\s[\"“«„‘(\[]\Z", text[start:end]))
    return min([len(spans) - 1, *open_quote])


def _prose(words: str) -> str:
    """The words on one line, without Markdown."""
    return flat(_EMPHASIS.sub("", _LEADING.sub("", words)))
