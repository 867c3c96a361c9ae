"""Several reports of one number → whether they agree, differ, or one brings another up to date.

Numbers are compared only where they are told of one event: the same role and unit, a place in common, days of the
event at most two apart, and passages that are about the same. Whatever is not plain is not compared, since a
disagreement that is invented costs more than one that is missed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cached_property
from itertools import combinations

from answer.amounts import amount, in_figures
from answer.cite import Pick
from answer.days import printed, told
from answer.roles import ROLES, role_at, unit_of
from answer.schema import Citation, Value
from index.chunk import sentences
from index.schema import flat

MOST_DAYS_APART = 2
# Cosines of two passages about one event, by the dev half of `python -m eval.reports`: what became of people tells much
# of an event, a price or a length of time little.
LEAST_ALIKE, LEAST_ALIKE_WITHOUT_ROLE = 0.5, 0.78
_ROUGH = 0.1  # how far "about 300" may be off
_BEFORE = 300  # characters before a sentence in which its event may be named
_LEAST_SURE = 0.2  # of the best pick's confidence
_TOLLS = frozenset(ROLES)  # these only grow as more becomes known
_LOWER = re.compile(r"\b(?:at least|more than|over|no fewer than|not less than|above)\s*$")
_UPPER = re.compile(r"\b(?:up to|at most|as many as|fewer than|less than|under|no more than|below)\s*$")
_ABOUT = re.compile(r"\b(?:about|around|some|nearly|almost|roughly|approximately|close to|an estimated)\s*$")
_CORRECTS = re.compile(
    r"\b(?:correct(?:s|ed|ion|ions)|revis(?:ed|es|ion)|wrongly|mistakenly|in error|counted twice|lowered|"
    r"(?:earlier|previously|first) (?:reported|gave|said|put|report|version|article)|we (?:reported|gave|wrote))\b",
    re.IGNORECASE,
)
_BRINGS_UP_TO_DATE = re.compile(
    r"\b(?:ris(?:es|en|ing)|rose|climb(?:s|ed)|gr(?:ew|ows|own)|increas(?:es|ed)|up from|now|reached|updated?|"
    r"more|further|another)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w'’-]*|[%$€£]")
_PLACE = re.compile(
    r"\b(?:in|at|near|on|outside|around|off|from|of|to|towards|between|across|into|hits?|struck|strikes?|swept) "
    r"(?:(?:the|a|town|city|village|port|central|northern|southern|eastern|western|nearby|through|of) )*"
    r"((?:[A-Z][\w'’-]*)(?:[ -](?:al-)?[A-Z][\w'’-]*)*)"
)
_DAYS_AND_MONTHS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)


class Relation(Enum):
    """How reports of one number stand to each other, where they are not the same."""

    DIFFER = "differ"
    UPDATED = "updated"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Report:
    """A number in an article: a pick whose `exact` words hold one."""

    question: str
    pick: Pick

    @cached_property
    def number(self) -> float:
        return amount(self.pick.answer) or 0.0

    @cached_property
    def unit(self) -> str:
        """The family of what is counted; empty where it is not known."""
        return unit_of(self.pick.answer, self.pick.article.text[self._exact[1] : self.pick.end])

    @cached_property
    def role(self) -> str:
        """What became of those who are counted; empty where nothing is said of it."""
        start, end = self._exact
        return role_at(self.pick.words, start - self.pick.start, end - self.pick.start)

    @cached_property
    def places(self) -> set[str]:
        """The names that stand where places do, in words, less those of the question."""
        asked = {word.casefold() for word in _WORD.findall(self.question)}
        named = {
            re.sub(r"['’]s?$", "", w.casefold()) for name in _PLACE.findall(self.about) for w in _WORD.findall(name)
        }
        return named - asked - _DAYS_AND_MONTHS

    @cached_property
    def days(self) -> frozenset[date]:
        """When it happened: the days that its sentence names, else those of the passage, else the day of printing."""
        article = self.pick.article
        return told(self.pick.words, article) or told(self.about, article) or printed(article)

    @cached_property
    def about(self) -> str:
        """Headline, first sentence, what stands just before, and the sentence."""
        article, start = self.pick.article, self.pick.start
        opening = next(iter(sentences(article.text[:1000], 0, min(len(article.text), 1000))), (0, 0))
        between = article.text[max(opening[1], start - _BEFORE) : start]
        opened = article.text[slice(*opening)] if opening[1] <= start else ""
        return flat("\n".join((f"{article.title or ''}.", opened, between, self.pick.words)))

    @cached_property
    def published(self) -> str:
        """When the article was published, as exactly as is known, so that it sorts: in UTC where it has a zone."""
        known = self.pick.article.published or ""
        moment = datetime.fromisoformat(known) if "T" in known else None
        return moment.astimezone(UTC).isoformat() if moment and moment.tzinfo else known

    @property
    def _exact(self) -> tuple[int, int]:
        return self.pick.exact or (self.pick.start, self.pick.end)

    def agrees(self, other: Report) -> bool:
        """Whether both may be true at once: equal, or "at least 4" and 6, or "about 300" and 312."""
        return self.number == other.number or self._allows(other.number) or other._allows(self.number)

    def _allows(self, number: float) -> bool:
        start, end = self._exact
        words = in_figures(self.pick.article.text[max(self.pick.start, start - 24) : end])
        before = words[: max(0, words.rfind(f"{self.number:.12g}"))]
        if _LOWER.search(before):
            return number > self.number
        if _UPPER.search(before):
            return number < self.number
        return bool(_ABOUT.search(before)) and abs(number - self.number) <= _ROUGH * self.number


@dataclass(frozen=True, slots=True)
class Compared:
    """Reports of one number that are not the same: those that agree together, newest first, at least two groups."""

    relation: Relation
    groups: tuple[tuple[Report, ...], ...]

    @property
    def picks(self) -> list[Pick]:
        return [report.pick for group in self.groups for report in group]

    def values(self, citations: Sequence[Citation]) -> tuple[Value, ...]:
        """One value a group, with the numbers of the citations that give it."""
        return tuple(
            Value(
                words=flat(group[0].pick.answer),
                normalised=f"{group[0].number:.12g}",
                unit=group[0].unit,
                as_of=group[0].pick.article.published or "",
                numbers=tuple(c.number for c in citations if any(_cites(c, report.pick) for report in group)),
            )
            for group in self.groups
        )


def compare(question: str, picks: Sequence[Pick], alike: Callable[[str, str], float]) -> Compared | None:
    """What the articles report for the number that the best pick gives; None where it gives none.

    `picks` come best first; of each article the best counts. `alike` tells how alike two texts are, as a cosine.
    """
    if not picks or not picks[0].exact or amount(picks[0].answer) is None:
        return None
    best = Report(question, picks[0])
    found, seen = [best], {best.pick.article.id}
    for pick in picks[1:]:
        if pick.article.id in seen or pick.confidence < _LEAST_SURE * best.pick.confidence or not pick.exact:
            continue
        seen.add(pick.article.id)
        other = Report(question, pick)
        least = LEAST_ALIKE if best.role else LEAST_ALIKE_WITHOUT_ROLE
        if amount(pick.answer) is not None and same_event(best, other) and alike(*_bare(best, other)) >= least:
            found.append(other)
    found.sort(key=lambda report: report.published, reverse=True)
    groups = _grouped(found)
    return Compared(_related(groups), groups) if len(groups) > 1 else None


def in_short(relation: str, values: Sequence[Value]) -> str:
    """The values in few words: "Reports differ: 9 or 6", "41 (earlier 12)", "8 (corrected, earlier 11)"."""
    words = [value.words for value in values]
    if relation == Relation.DIFFER.value:
        return f"Reports differ: {', '.join(words[:-1])} or {words[-1]}"
    corrected = "corrected, " if relation == Relation.CORRECTED.value else ""
    return f"{words[0]} ({corrected}earlier {', '.join(words[1:])})"


def same_event(one: Report, other: Report) -> bool:
    """Whether two numbers are told of one event, in one role and unit, as far as words and days tell."""
    if one.role != other.role or (one.unit != other.unit and one.unit and other.unit):
        return False
    if one.places and other.places and not one.places & other.places:
        return False
    return any(abs((a - b).days) <= MOST_DAYS_APART for a in one.days for b in other.days)


def _grouped(reports: Sequence[Report]) -> tuple[tuple[Report, ...], ...]:
    groups: list[list[Report]] = []
    for report in reports:
        group = next((group for group in groups if all(report.agrees(one) for one in group)), None)
        if group is None:
            groups.append(group := [])
        group.append(report)
    return tuple(map(tuple, groups))


def _related(groups: Sequence[Sequence[Report]]) -> Relation:
    """How groups, newest first, stand to each other: one true disagreement among updates is still one."""
    found = {_relation(newer, older) for newer, older in combinations(groups, 2)}
    return next(one for one in (Relation.DIFFER, Relation.CORRECTED, Relation.UPDATED) if one in found)


def _relation(newer: Sequence[Report], older: Sequence[Report]) -> Relation:
    """How a group stands to an older one, by the oldest report of the one and the newest of the other."""
    new, old = newer[-1], older[0]
    if not _is_later(new, old):
        return Relation.DIFFER
    same_outlet = bool(new.pick.article.outlet) and new.pick.article.outlet == old.pick.article.outlet
    if same_outlet and _CORRECTS.search(new.about):
        return Relation.CORRECTED
    grown = new.number > old.number
    if same_outlet or (grown and (new.role in _TOLLS or _BRINGS_UP_TO_DATE.search(new.about))):
        return Relation.UPDATED
    return Relation.DIFFER


def _is_later(new: Report, old: Report) -> bool:
    """Whether one was published after the other: by the minute where both tell it, else by the day."""
    days = [one.pick.article.published or "" for one in (new, old)]
    if any(len(day) < len("2024-11-30") for day in days):
        return False
    if all(one.published.endswith("+00:00") for one in (new, old)):
        return new.published > old.published
    return days[0][:10] > days[1][:10]


def _cites(citation: Citation, pick: Pick) -> bool:
    return citation.article.id == pick.article.id and citation.exact == pick.exact


def _bare(one: Report, other: Report) -> tuple[str, str]:
    """What both are about without the numbers, which are to be compared."""
    return re.sub(r"\d+", "", in_figures(one.about)), re.sub(r"\d+", "", in_figures(other.about))
