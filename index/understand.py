"""What a question says besides its topic: whose articles it asks of, printed when, and in how many parts.

Questions to an archive name outlets ("as The Courier reported"), authors ("in Jo Li's column") and days of printing
("the Herald's piece of 6 May 2023"), and often join several things, each told in another article. Each part is searched
on its own. Only names that the collection really has are outlets or authors.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from index.asked_days import AskedDays, asked_days
from index.asked_of import Asked, asked_of, clauses, cut
from index.asked_time import AskedTime, Days, asked_time, number
from index.dates import OPEN_END, OPEN_START
from index.lexical import terms
from index.words import names_in, talk

_JOIN = re.compile(r",\s+(?:(?:and|or|but|as well as)\s+)?|\s+(?:and|as well as)\s+(?:also\s+)?")
# "Is … still …" and "latest" ask for the present; "now" in "what is now Tolvane" does not ask, and harms little.
_NOW = re.compile(
    r"\b(?:now|currently|at present|presently|today|nowadays|these days|as of now|right now|so far|up to now|to date|"
    r"(?:is|are|does|do|has|have)\b.{0,60}\bstill|latest|most recent(?:ly)?|newest|current|present-day)\b",
    re.IGNORECASE,
)
_LEAST_WORDS, _LEAST_OF_OUTLET, _LEAST_OF_FACET = 4, 5, 4
_MOST_PARTS = 12  # a whole article may be pasted as a question


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a question that is searched on its own.

    `words` are its own words; `outlets` and `authors` are those whose articles it asks of, any where there are none;
    `days` are the days on which those were printed. A `facet` is one of the things that another part says together.
    """

    words: str
    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    days: tuple[Days, ...] = ()
    facet: bool = False


TIME = "time"


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that was read into a question: `kind` is "outlet", "author" or "time", `words` says which."""

    kind: str
    words: str

    @property
    def key(self) -> str:
        """What `ignoring` knows it by: the name of an outlet or author, or TIME."""
        return TIME if self.kind == TIME else self.words


@dataclass(frozen=True, slots=True)
class Understood:
    """`about` is the question less the names and days of whom it asks; `parts` are what is searched, in order.

    `names` are the words of its names, as `index.words.names_in` gives them. `time` is what it says of when. `now` is
    whether it asks for the present state, and for nothing else. `undated` is how many articles are not searched because
    they have no date, and the question or its filters set one.
    """

    about: str
    parts: tuple[Part, ...]
    names: frozenset[str] = frozenset()
    time: AskedTime = AskedTime()
    now: bool = False
    undated: int = 0

    @property
    def texts(self) -> list[str]:
        """What is searched by meaning too, each once: the parts that are not one thing of several that a part says."""
        return list(dict.fromkeys(part.words for part in self.parts if not part.facet))

    def __str__(self) -> str:
        """The question as it is searched, in words for its asker: what of, whose articles, and of when."""
        printed = dict.fromkeys(day for part in self.parts for day in part.days)
        of = (*self.outlets, *self.authors)
        told = [
            self.about,
            f"in {', '.join(self.outlets)}" if self.outlets else "",
            f"by {', '.join(self.authors)}" if self.authors else "",
            f"printed {', '.join(map(_in_words, printed))}" if printed else "",
            f"only articles {_in_words(self.time.only)}" if self.time.only else "",
            f"first those {', '.join(map(_in_words, self.time.rather))}" if self.time.rather and not of else "",
            "the newest first" if self.now else "",
            f"without {self.undated} undated article{'s' if self.undated > 1 else ''}" if self.undated else "",
        ]
        return " · ".join(filter(None, told))

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What was read into the question, thing by thing, as its asker may take it back."""
        printed = dict.fromkeys(day for part in self.parts for day in part.days)
        times = [
            f"printed {', '.join(map(_in_words, printed))}" if printed else "",
            f"only {_in_words(self.time.only)}" if self.time.only else "",
            f"first {', '.join(map(_in_words, self.time.rather))}" if self.time.rather else "",
            "newest first" if self.now else "",
        ]
        told = ", ".join(filter(None, times))
        return (
            *(Reading("outlet", name) for name in self.outlets),
            *(Reading("author", name) for name in self.authors),
            *([Reading(TIME, told)] if told else []),
        )

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(outlet for part in self.parts for outlet in part.outlets))

    @property
    def authors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(author for part in self.parts for author in part.authors))


def understand(
    question: str,
    outlets: Iterable[str],
    authors: Collection[str] = (),
    *,
    today: date = date.max,
    ignoring: frozenset[str] = frozenset(),
) -> Understood:
    """Read a question, asked `today`, of a collection that has these outlets and authors.

    An outlet counts where it is spelled as the collection spells it, capitals included, in a clause that speaks of
    reporting: "Who lost a fortune?" names none, and "Who bought The Courier?" asks about one, not of it. An author
    counts where somebody is said to have written. `ignoring` are keys of readings that the asker has taken back.
    """
    named = [one for one in asked_of(question, outlets, authors) if one.name not in ignoring]
    pieces = [piece for clause in clauses(question, named) for piece in _pieces(question, clause, named)]
    timeless = TIME in ignoring
    days = [] if timeless else asked_days(question)
    printed = [one for one in days if any(of and start <= one.start < end for start, end, of in pieces)]
    time = AskedTime() if timeless else asked_time(question, [one for one in days if one not in printed], today)
    told = _blanked(question, [*map(_span, named), *map(_span, printed), *time.said])
    about = _squeezed(told)
    parts = list[Part]()
    for start, end, of in pieces:
        if of:
            own = _squeezed(told[start:end])
            on = tuple((number(one.first), number(one.last)) for one in printed if start <= one.start < end)
            words = own if len(content(own)) >= _LEAST_OF_OUTLET else about
            parts += [_part(words, [one], on) for one in of]
            parts += [_part(words, of, facet=True) for words in _facets(words)]
    if not parts:
        parts = [Part(about), *(Part(words, facet=True) for words in _facets(about))]
    ordered = sorted(dict.fromkeys(parts), key=lambda part: part.facet)
    now = len(parts) == 1 and not timeless and bool(_NOW.search(about))
    return Understood(about, tuple(ordered[:_MOST_PARTS]), names_in(about), time, now)


def plain(question: str) -> Understood:
    """A question as one text, into which nothing is read but which of its words are names."""
    return Understood(question, (Part(question),), names_in(question))


def _part(words: str, of: Sequence[Asked], days: tuple[Days, ...] = (), *, facet: bool = False) -> Part:
    outlets = dict.fromkeys(one.name for one in of if not one.is_author)
    authors = dict.fromkeys(one.name for one in of if one.is_author)
    return Part(words, tuple(outlets), tuple(authors), days, facet)


def content(text: str) -> list[str]:
    """The terms of a text that say what it is about."""
    return [term for term in terms(text) if term not in talk()]


def _blanked(question: str, spans: Iterable[tuple[int, int]]) -> str:
    """The question with blanks in the places of these."""
    for start, end in spans:
        question = f"{question[:start]}{' ' * (end - start)}{question[end:]}"
    return question


def _pieces(question: str, clause: tuple[int, int], named: Sequence[Asked]) -> list[tuple[int, int, list[Asked]]]:
    """A clause cut so that outlets of which different things are said stand in different pieces."""
    start, end = clause
    inside = [one for one in named if start <= one.start < end]
    found, of = list[tuple[int, int, list[Asked]]](), list[Asked]()
    for one, after in zip(inside, [*inside[1:], None], strict=False):
        of.append(one)
        between = question[one.end : after.start] if after else ""
        if after and len(content(between)) >= _LEAST_WORDS:
            cut = max(between.rfind(" and "), between.rfind(", "))
            found.append((start, one.end + cut if cut >= 0 else after.start, of))
            start, of = found[-1][1], []
    return [*found, (start, end, of)]


def _facets(words: str) -> list[str]:
    """What a piece says, thing by thing; none where it says one thing only."""
    found, begun = list[str](), ""
    for start, end in cut(words, _JOIN):
        begun = f"{begun} {words[start:end]}".strip()
        if len(content(begun)) >= _LEAST_OF_FACET:
            found, begun = [*found, begun.rstrip(", ")], ""
    if begun and found:
        found[-1] = f"{found[-1]} {begun}"
    return found if len(found) > 1 else []


def _in_words(days: Days) -> str:
    first, last = (f"{day:08d}" for day in days)
    one, other = (f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in (first, last))
    if days[0] == OPEN_START:
        return f"until {other}"
    if days[1] == OPEN_END:
        return f"since {one}"
    return one if one == other else f"{one} to {other}"


def _span(one: Asked | AskedDays) -> tuple[int, int]:
    return one.start, one.end


def _squeezed(text: str) -> str:
    return " ".join(text.split())
