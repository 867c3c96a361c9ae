"""What a question says besides its topic: whose articles it asks of, printed when, and in how many parts.

Questions to an archive name outlets ("as The Courier reported") and days of printing ("the Herald's piece of 6 May
2023"), and often join several things, each told in another article. Each part is searched on its own. Only names that
the collection really has are outlets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from index.asked_days import AskedDays, asked_days
from index.lexical import terms
from index.words import names_in, talk

Days = tuple[int, int]  # the first and the last, as yyyymmdd

_REPORTING = re.compile(
    r"\b(?:article|report|piece|story|stories|coverage|interview|review|column|editorial|blog|post|page|accord|"
    r"sa(?:y|id)\b|writ|wrote|told\b|tell|publish|print|quot|cit(?:e|ing)|claim|mention|stat(?:e[sd]?|ing)\b|suggest|"
    r"indicat|describ|discuss|detail|highlight|note[sd]?\b|reveal|announc|cover|featur|sources?\b|newspapers?\b|"
    r"outlets?\b|per\b|attribut|portray|depict|argu|assert|emphasi|impl(?:y|ie)|focus|address|explain|present|profil|"
    r"analy)",
    re.IGNORECASE,
)
# A new part begins after these: a contrast, the end of a sentence, or the question proper after what it rests on.
_TURN = re.compile(
    r",?\s+(?:while|whereas|but)\s+|(?<=\w\w)[;?!.][\"'”’]?\s+(?=[\"'“‘]?[A-Z])|"
    r",\s+(?=(?:was|were|is|are|did|does|do|has|have|had|can|could|which|who)\b)"
)
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

    `words` are its own words; `outlets` are those whose articles it asks of, any where there are none; `days` are the
    days on which those were printed. A `facet` is one of the things that another part says together.
    """

    words: str
    outlets: tuple[str, ...] = ()
    days: tuple[Days, ...] = ()
    facet: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """`about` is the question less the names and days of whom it asks; `parts` are what is searched, in order.

    `names` are the words of its names, as `index.words.names_in` gives them. `now` is whether it asks for the
    present state, and for nothing else.
    """

    about: str
    parts: tuple[Part, ...]
    names: frozenset[str] = frozenset()
    now: bool = False

    @property
    def texts(self) -> list[str]:
        """What is searched by meaning too, each once: the parts that are not one thing of several that a part says."""
        return list(dict.fromkeys(part.words for part in self.parts if not part.facet))

    def __str__(self) -> str:
        """The question as it is searched, in words for its asker: what of, whose articles, and of which days."""
        days = [day for part in self.parts for day in part.days]
        told = [
            self.about,
            f"in {', '.join(self.outlets)}" if self.outlets else "",
            f"printed {', '.join(dict.fromkeys(map(_in_words, days)))}" if days else "",
            "the newest first" if self.now else "",
        ]
        return " · ".join(filter(None, told))

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(outlet for part in self.parts for outlet in part.outlets))


@dataclass(frozen=True, slots=True)
class _Named:
    """Characters `start` to `end` of a question that name an outlet."""

    start: int
    end: int
    outlet: str


def understand(question: str, outlets: Iterable[str]) -> Understood:
    """Read a question of a collection that has these outlets.

    An outlet counts where it is spelled as the collection spells it, capitals included, in a clause that speaks of
    reporting: "Who lost a fortune?" names none, and "Who bought The Courier?" asks about one, not of it.
    """
    named = _named(question, outlets)
    pieces = [piece for clause in _cut(_masked(question, named), _TURN) for piece in _pieces(question, clause, named)]
    printed = [one for one in asked_days(question) if any(of and start <= one.start < end for start, end, of in pieces)]
    told = _blanked(question, [*named, *printed])
    about = _squeezed(told)
    parts = list[Part]()
    for start, end, of in pieces:
        if names := tuple(dict.fromkeys(one.outlet for one in of)):
            own = _squeezed(told[start:end])
            days = tuple((_number(one.first), _number(one.last)) for one in printed if start <= one.start < end)
            words = own if len(content(own)) >= _LEAST_OF_OUTLET else about
            parts += [Part(words, (name,), days) for name in names]
            parts += [Part(words, names, facet=True) for words in _facets(words)]
    if not parts:
        parts = [Part(about), *(Part(words, facet=True) for words in _facets(about))]
    ordered = sorted(dict.fromkeys(parts), key=lambda part: part.facet)
    return Understood(
        about,
        tuple(ordered[:_MOST_PARTS]),
        names_in(about),
        len(parts) == 1 and bool(_NOW.search(about)),
    )


def content(text: str) -> list[str]:
    """The terms of a text that say what it is about."""
    return [term for term in terms(text) if term not in talk()]


def _named(question: str, outlets: Iterable[str]) -> list[_Named]:
    """Where outlets are named as the source of something, in order; the longest name where several begin."""
    known = {alias: outlet for outlet in outlets for alias in aliases(outlet)}
    if not known:
        return []
    longest_first = sorted(known, key=lambda alias: (-len(alias), alias))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w| [A-Z])")
    found = [_Named(match.start(), match.end(), known[match.group()]) for match in pattern.finditer(question)]
    masked = _masked(question, found)
    clauses = _cut(masked, _TURN)
    return [
        one
        for one in found
        if any(start <= one.start < end and _REPORTING.search(masked[start:end]) for start, end in clauses)
    ]


def aliases(outlet: str) -> list[str]:
    """How people write an outlet's name: whole, or what stands before or after a bar, with "The" or without it.

    A single word keeps its "The", since what is left ("Age", "Sun") may be anything.
    """
    names = [outlet, *re.split(r"\s+\|\s+", outlet)]
    short = [name.removeprefix("The ") for name in names]
    return [name for name in (*names, *(name for name in short if " " in name)) if any(map(str.isalpha, name))]


def _masked(question: str, named: Sequence[_Named]) -> str:
    """The question with letters for what names an outlet, so that its dots and capitals begin no clause."""
    for one in named:
        question = f"{question[: one.start]}{'O' * (one.end - one.start)}{question[one.end :]}"
    return question


def _blanked(question: str, spans: Sequence[_Named | AskedDays]) -> str:
    """The question with blanks in the places of these."""
    for one in spans:
        question = f"{question[: one.start]}{' ' * (one.end - one.start)}{question[one.end :]}"
    return question


def _cut(text: str, at: re.Pattern[str]) -> list[tuple[int, int]]:
    """The pieces of a text between the matches of a pattern, each of which ends with its match."""
    places = [0, *(match.end() for match in at.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(places) if text[start:end].strip()]


def _pieces(question: str, clause: tuple[int, int], named: Sequence[_Named]) -> list[tuple[int, int, list[_Named]]]:
    """A clause cut so that outlets of which different things are said stand in different pieces."""
    start, end = clause
    inside = [one for one in named if start <= one.start < end]
    found, of = list[tuple[int, int, list[_Named]]](), list[_Named]()
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
    for start, end in _cut(words, _JOIN):
        begun = f"{begun} {words[start:end]}".strip()
        if len(content(begun)) >= _LEAST_OF_FACET:
            found, begun = [*found, begun.rstrip(", ")], ""
    if begun and found:
        found[-1] = f"{found[-1]} {begun}"
    return found if len(found) > 1 else []


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _in_words(days: Days) -> str:
    first, last = (f"{day:08d}" for day in days)
    one, other = (f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in (first, last))
    return one if one == other else f"{one} to {other}"


def _squeezed(text: str) -> str:
    return " ".join(text.split())
