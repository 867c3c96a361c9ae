"""The types that travel: Article, Chunk, Hit, and the Filters of a search. Standard library only.

A chunk is not a string with metadata, it is a span of an article. Its words are a slice of the article's stored text
by construction, so nothing built on spans can misquote.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from unicodedata import category


def digest(*parts: str) -> str:
    """A 128-bit hexadecimal hash of the parts; different splits of the same characters give different hashes."""
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hasher.update(len(data).to_bytes(8, "big") + data)
    return hasher.hexdigest()[:32]


def flat(words: str) -> str:
    """The words on one line, for showing and never for quoting: white space is one space, controls are left out.

    A control character of an article could move a terminal's cursor, or rename its window.
    """
    return " ".join("".join(one for one in words if one.isspace() or category(one) != "Cc").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article as it was read.

    `text` is never rewritten after reading, so offsets into it stay true. `published` and `modified` are ISO 8601 in
    the precision and with the offset that the source gave ("2020-02", "2020-02-12", "2020-02-12T18:40:00+03:00");
    `published_from` says how the date is known: "front matter", "json-ld", "meta", "time", "field", "url", "given" by
    whoever added it, or "guess" for one found in the text, which nothing relies on (`dated`). None means unknown; it is
    never a file's time. `doubt` says what else the source gives for it, if that cannot be true as well.

    A `partial` article is a teaser, or ends before a paywall. `kind` is "report", "opinion", "live", "correction" or
    "press release" where the source says so, and `corrected` the day of the last correction that the text tells of.
    Until `available_from` nobody is to see it.
    """

    id: str
    title: str
    text: str
    version: str = ""
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    published_from: str | None = None
    modified: str | None = None
    language: str | None = None
    collection: str | None = None
    path: str | None = None
    partial: bool = False
    kind: str | None = None
    corrected: str | None = None
    available_from: str | None = None
    doubt: str | None = None

    def __post_init__(self) -> None:
        if not self.version:
            object.__setattr__(self, "version", digest(self.title, self.text))

    @property
    def dated(self) -> str | None:
        """When it was published, if that is known and not guessed."""
        return None if self.published_from == "guess" else self.published

    @property
    def remarks(self) -> tuple[str, ...]:
        """What whoever quotes it should know besides, in words."""
        told = (
            self.kind if self.kind and self.kind != "report" else "",
            "partial: only its beginning is here" if self.partial else "",
            f"corrected on {self.corrected}" if self.corrected else "corrected" if self.corrected == "" else "",
        )
        return tuple(filter(None, told))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The slice `article.text[start:end]`, in code points; `occurrence` counts earlier chunks with the same words."""

    article: Article
    start: int
    end: int
    occurrence: int = 0

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def id(self) -> str:
        """The same for the same words of the same article, wherever in the article they have moved to."""
        return digest(self.article.id, self.text, str(self.occurrence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A chunk that a search found; higher scores are better, and a list of hits is best first.

    `also_in` are copies of its article that have the passage too, by date; `story` is the same for all copies, and the
    article's id where there is none.
    """

    chunk: Chunk
    score: float
    also_in: tuple[Article, ...] = ()
    story: str = ""

    def __post_init__(self) -> None:
        if not self.story:
            object.__setattr__(self, "story", self.chunk.article.id)

    @property
    def articles(self) -> frozenset[str]:
        """The ids of all the articles that have the passage."""
        return frozenset(article.id for article in (self.chunk.article, *self.also_in))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an article must match to be searched; None matches all.

    Names are compared without regard to case. `since` and `until` are days, months or years in ISO 8601, both
    included. `as_of` is the day, or the end of the month or year, on which the question is asked: nothing published
    later is searched, and "last week" is the week before it. An article without a date matches none of the three.
    """

    outlet: str | None = None
    author: str | None = None
    collection: str | None = None
    since: str | None = None
    until: str | None = None
    as_of: str | None = None

    def __bool__(self) -> bool:
        return self.sets_days or any((self.outlet, self.author, self.collection))

    @property
    def sets_days(self) -> bool:
        """Whether an article must have a date to match."""
        return any((self.since, self.until, self.as_of))
