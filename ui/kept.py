"""Answers that live outside the server, in a link or in a browser's memory: what they cite is found again.

A citation is kept as its article's id and version, the quote, and the characters on either side of it, as the text
quote selector of the W3C's Web Annotation Data Model has them. Found again, it is as it was cited, or its article has
changed since, or is gone. What comes from outside is not believed: a quote is shown as one only where its article has
its very words.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any

from answer.followup import Turn as Asked
from answer.schema import Answer, Citation, Sentence
from index.errors import QuestionError
from index.schema import Article
from ui.scope import Scope

_BESIDE = 32  # characters kept on either side of a quote
_LARGEST, _LARGEST_LINK = 200_000, 16_000  # bytes, unpacked, and characters
_MOST = 40  # citations of one answer
_NO_LINK = "This link is damaged or not one of Dateline's; ask the question again."


class State(Enum):
    """What has become of a citation."""

    SAME = "as cited"
    CHANGED = "changed since"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCitation:
    """A citation without its article; `number` is the one that it had."""

    number: int
    article: str
    version: str
    quote: str
    before: str = ""
    after: str = ""
    title: str = ""

    @classmethod
    def of(cls, citation: Citation) -> KeptCitation:
        article, start, end = citation.article, citation.start, citation.end
        return cls(
            number=citation.number,
            article=article.id,
            version=article.version,
            quote=citation.quote,
            before=article.text[max(0, start - _BESIDE) : start],
            after=article.text[end : end + _BESIDE],
            title=article.title,
        )

    def found(self, article: Article | None) -> tuple[State, Citation | None]:
        """What has become of it, and the citation where the article still has the words."""
        if article is None:
            return State.REMOVED, None
        state = State.SAME if article.version == self.version else State.CHANGED
        at = self._place(article.text)
        if at is None:
            return State.CHANGED, None
        return state, Citation(number=self.number, article=article, start=at, end=at + len(self.quote))

    def _place(self, text: str) -> int | None:
        """Where the quote stands in a text, the place most like the one that it was cited from; None without any."""
        places = [one.start() for one in re.finditer(f"(?={re.escape(self.quote)})", text)] if self.quote else []
        return max(places, key=lambda at: self._alike(text, at), default=None)

    def _alike(self, text: str, at: int) -> int:
        """How many characters on either side of a place are those that were beside the quote."""
        before, after = text[max(0, at - _BESIDE) : at], text[at + len(self.quote) :][:_BESIDE]
        return _shared(before[::-1], self.before[::-1]) + _shared(after, self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """A question as it was asked, when, and what its answer said and cited.

    `where` are the filters that were set. `sentences` are empty in a link: anybody can write one, so it may not put
    words into the archive's mouth.
    """

    question: str
    asked_at: str
    where: Mapping[str, str] = field(default_factory=dict)
    literal: bool = False
    ignoring: tuple[str, ...] = ()
    asked: str = ""
    abstained: bool = False
    short: str = ""
    mode: str = "reader"
    note: str = ""
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[KeptCitation, ...] = ()

    @classmethod
    def of(cls, answer: Answer, asked_at: str, scope: Scope) -> KeptAnswer:
        return cls(
            question=answer.question,
            asked_at=asked_at,
            where=scope.set_filters,
            literal=scope.literal,
            ignoring=tuple(sorted(scope.ignoring)),
            asked=answer.asked,
            abstained=answer.abstained,
            short=answer.short,
            mode=answer.mode,
            note=answer.note,
            sentences=answer.sentences,
            citations=tuple(map(KeptCitation.of, answer.citations)),
        )

    @property
    def scope(self) -> Scope:
        """How it was asked."""
        return Scope.named(self.where, literal=self.literal, ignoring=self.ignoring)

    @property
    def turn(self) -> Asked:
        """What a follow-up question is understood by."""
        said = "" if self.abstained else self.short or " ".join(one.text for one in self.sentences)
        return Asked(
            question=self.asked or self.question,
            answer=said,
            passage=self.citations[0].quote if self.citations else "",
        )

    def found(self, article: Callable[[str], Article | None]) -> list[tuple[KeptCitation, State, Citation | None]]:
        """Each citation with what has become of it; `article` gives an article by its id."""
        return [(one, *one.found(article(one.article))) for one in self.citations]

    def as_dict(self) -> dict[str, Any]:
        """As plain values, for a browser's memory."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: object) -> KeptAnswer:
        """The answer of `as_dict`'s values. Raises QuestionError for anything else."""
        try:
            values = dict(given)  # type: ignore[call-overload]
            sentences = [
                Sentence(**{**one, "numbers": tuple(int(n) for n in one.get("numbers", ()))})
                for one in values.pop("sentences", ())
            ]
            citations = [KeptCitation(**one) for one in values.pop("citations", ())]
            values["ignoring"] = tuple(values.get("ignoring", ()))
            made = cls(**values, sentences=tuple(sentences), citations=tuple(citations[:_MOST]))
            made._require_sound()
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise QuestionError(_NO_LINK) from error
        return made

    def _require_sound(self) -> None:
        words = [self.question, self.asked_at, self.asked, self.short, self.mode, self.note, *self.where.values()]
        words += self.ignoring
        words += [value for one in self.citations for value in (one.article, one.version, one.quote, one.title)]
        words += [value for one in self.citations for value in (one.before, one.after)]
        words += [value for one in self.sentences for value in (one.text, one.speaker)]
        if not all(isinstance(one, str) for one in words) or not self.question.strip():
            raise ValueError("Not text.")
        numbers = [one.number for one in self.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("Not numbered in order.")


def packed(answer: KeptAnswer) -> str:
    """The answer for a link's `?a=`, without its sentences: letters, digits, "-" and "_"."""
    bare = replace(answer, sentences=(), short="", note="", asked="", mode="")
    empty = {key: value for key, value in bare.as_dict().items() if value or key in ("question", "asked_at")}
    data = json.dumps(empty, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


def unpacked(text: str) -> KeptAnswer:
    """The answer of a link. Raises QuestionError when it is damaged, too large, or no link of ours."""
    try:
        if len(text) > _LARGEST_LINK:
            raise ValueError("Too long.")
        stream = zlib.decompressobj()
        data = stream.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _LARGEST)
        if not stream.eof:
            raise ValueError("Too large.")
        given = json.loads(data)
    except (ValueError, zlib.error, binascii.Error, RecursionError) as error:
        raise QuestionError(_NO_LINK) from error
    return replace(KeptAnswer.from_dict(given), sentences=(), short="", note="", asked="", mode="")


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
