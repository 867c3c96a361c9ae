"""Several reports of one number → whether they agree, differ, or one brings another up to date.

Numbers are compared only where they are told of one event: the same role and unit, a place in common, days of the
event at most two apart, and passages that are about the same. Whatever is not plain is not compared, since a
disagreement that is invented costs more than one that is missed.
"""

from __future__ import annotations

import re
from calendar import day_name, month_name
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cached_property
from itertools import combinations

from answer.amounts import amount, in_figures
from answer.cite import Pick
from answer.days import printed, told
from answer.question_words import named
from answer.roles import ROLES, has_role, role_at, roles_in, unit_of
from answer.schema import Citation, Value
from index.chunk import sentences
from index.lexical import terms
from index.schema import flat

MOST_DAYS_APART = 2
# Cosines of two passages about one event, by the dev half of `python -m eval.reports`: where both hold every name of
# the question they need be less alike.
LEAST_ALIKE, LEAST_ALIKE_WITHOUT_NAMES = 0.4, 0.78
LATER = timedelta(hours=8)  # what is higher than a toll of so long ago is an update; before, one of two counts
_ROUGH = 0.1  # how far "about 300" may be off
_BEFORE = 300  # characters before a sentence in which its event may be named
_TOLLS = frozenset(ROLES)  # these only grow as more becomes known
_LOWER = re.compile(r"\b(?:at least|more than|over|no fewer than|not less than|above|upwards of)\s*$")
_UPPER = re.compile(r"\b(?:up to|at most|as many as|fewer than|less than|under|no more than|below)\s*$")
_ABOUT = re.compile(
    r"\b(?:about|around|some|nearly|almost|roughly|approximately|close to|an estimated|in the region of)\s*$"
)
_CORRECTS = re.compile(
    r"\b(?:correct(?:s|ed|ion|ions)|revis(?:ed|es|ion)|wrongly|mistakenly|in error|counted twice|lowered|"
    r"(?:earlier|previously|first) (?:reported|gave|said|put|report|version|article)|we (?:reported|gave|wrote))\b",
    re.IGNORECASE,
)
_BRINGS_UP_TO_DATE = re.compile(
    r"\b(?:ris(?:es|en|ing)|rose|climb(?:s|ed|ing)?|gr(?:ew|ows|own)|increas(?:es|ed)|(?:go(?:es|ne|ing)|went) up|"
    r"swollen|mount(?:s|ed|ing)|jump(?:s|ed)|doubled|triple[sd]|up from \d|ha(?:s|ve) now|now (?:at|stands)|are now|"
    r"reach(?:es|ed)|updated?|(?:br(?:ings?|ought)|tak(?:es|ing)|took) (?:\w+ ){1,8}to|"
    r"(?:more|higher|fewer|less|lower) than (?:first|previously|initially|originally|earlier)|"
    r"\w+ more (?:bod|people|victim|death)|further)\b",
    re.IGNORECASE,
)
# A number that is a part of another one: "11 of them children", "a further six".
_PART_BEFORE = re.compile(
    r"\b(?:including|among them|among the dead|of (?:whom|them|these|those)|another|a further|other|"
    r"(?:half|third|quarter|most|many|some|fifth|tenth|cent|percent) of (?:(?:the|its|their|those|these|all) )*)\W*$",
    re.IGNORECASE,
)
# "19 passengers and 3 railway employees": a sum, unless something else became of the others ("4 dead and 11 injured").
_SUM = re.compile(r"\W*([a-z-]+)(?: [a-z-]+)? and (?:the )?\d+ ([a-z-]+)")
_PART_AFTER = re.compile(r"\W*(?:\w+ )?(?:more\b|others?\b|of (?:them|whom|those|these)\b)")
_SCOPE = re.compile(r"(?:In|At|Around|Near) (?:the )?(?:\w+ of )?((?:[A-Z][\w'’-]*)(?:[ -][A-Z][\w'’-]*)*),")
_PLACED = re.compile(
    r"\bin (?:the )?(?:\w+ )?(?:town|village|district|suburb|quarter|county|valley|borough|parish|neighbou?rhood) of "
    r"((?:[A-Z][\w'’-]*)(?:[ -][A-Z][\w'’-]*)*)"
)
_REGION = re.compile(r"((?:[A-Z][\w'’-]* )+(?:Region|Province|District|County|State|Quarter|Valley))\b")
_WORD = re.compile(r"[^\W_][\w'’-]*|[%$€£]")
_PLACE = re.compile(
    r"\b(?:in|at|near|on|outside|around|off|from|of|to|towards|between|across|into|hits?|struck|strikes?|swept) "
    r"(?:(?:the|a|town|city|village|port|central|northern|southern|eastern|western|nearby|through|of) )*"
    r"((?:[A-Z][\w'’-]*)(?:[ -](?:al-)?[A-Z][\w'’-]*)*)"
)
_DAYS_AND_MONTHS = frozenset(name.casefold() for name in (*day_name, *month_name))


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
        at = role_at(self.pick.words, start - self.pick.start, end - self.pick.start)
        headline = roles_in(self.pick.article.title)
        at = at or (next(iter(headline)) if len(headline) == 1 else "")
        return at if has_role(self.unit) else ""

    @cached_property
    def places(self) -> set[str]:
        """The names that stand where places do, in words, less those of the question."""
        asked = {word.casefold() for word in _WORD.findall(self.question)}
        named = {
            re.sub(r"['’]s?$", "", w.casefold()) for name in _PLACE.findall(self.about) for w in _WORD.findall(name)
        }
        return named - asked - _DAYS_AND_MONTHS

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the article's headline and text, as the word index knows them."""
        return frozenset(terms(f"{self.pick.article.title}\n{self.pick.article.text}"))

    @cached_property
    def is_part(self) -> bool:
        """Whether the number is told as a part of another one."""
        start, end = self._exact
        text, low, high = self.pick.article.text, self.pick.start, self.pick.end
        summed = _SUM.match(in_figures(text[end:high]))
        if summed and not roles_in(f"{summed[1]} {summed[2]}"):
            return True
        return bool(_PART_BEFORE.search(text, low, start) or _PART_AFTER.match(text, end, high))

    @cached_property
    def scope(self) -> frozenset[str]:
        """The part of the country that its sentence tells of ("In Brattelvik, 6,400 homes …"), in words."""
        words = self.pick.words
        found = [match[1] for match in (_SCOPE.match(words), _PLACED.search(words), _REGION.search(words)) if match]
        return frozenset(terms(" ".join(found))) - frozenset(terms(self.question))

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
        known = self.pick.article.dated or ""
        moment = datetime.fromisoformat(known) if "T" in known else None
        return moment.astimezone(UTC).isoformat() if moment and moment.tzinfo else known

    @property
    def _exact(self) -> tuple[int, int]:
        return self.pick.exact or (self.pick.start, self.pick.end)

    def agrees(self, other: Report) -> bool:
        """Whether both may be true at once: equal, or "at least 4" and 6, or "about 300" and 312.

        A toll that "has risen to 11" since "at least 4" is news, though both are true.
        """
        if self.number == other.number:
            return True
        higher = max(self, other, key=lambda one: one.number)
        return not higher.is_anew and (self._allows(other.number) or other._allows(self.number))

    @cached_property
    def is_anew(self) -> bool:
        """Whether its words say that the number was another one before."""
        return bool(_BRINGS_UP_TO_DATE.search(in_figures(f"{self.pick.article.title}\n{self.pick.words}")))

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
                as_of=group[0].pick.article.dated or "",
                numbers=tuple(c.number for c in citations if any(_cites(c, report.pick) for report in group)),
            )
            for group in self.groups
        )


def compare(question: str, picks: Sequence[Pick], alike: Callable[[str, str], float]) -> Compared | None:
    """What the articles report for the number that the best pick gives; None where it gives none.

    `picks` come best first; of each article the best counts that may be of the same event, and of its copies those
    that give another number. `alike` tells how alike two texts are, as a cosine.
    """
    if not picks or not picks[0].exact or amount(picks[0].answer) is None:
        return None
    best = Report(question, picks[0])
    found = {best.pick.article.id: best}
    for pick in picks[1:]:
        other = Report(question, pick)
        of_number = pick.article.id not in found and pick.exact and amount(pick.answer) is not None
        copied = any(one.pick.story == pick.story and one.number == other.number for one in found.values())
        if (
            of_number
            and not copied
            and same_event(best, other)
            and alike(*_bare(best, other)) >= _least_alike(best, other)
        ):
            found[pick.article.id] = other
    groups = _grouped(sorted(found.values(), key=lambda report: report.published, reverse=True))
    return Compared(_related(groups), groups) if len(groups) > 1 else None


def in_short(relation: str, values: Sequence[Value]) -> str:
    """The values in few words: "Reports differ: 9 or 6", "41 (earlier 12)", "8 (corrected, earlier 11)"."""
    # A number that opened its sentence has a capital letter.
    words = [value.words.lower() if value.words.isalpha() else value.words for value in values]
    if relation == Relation.DIFFER.value:
        return f"Reports differ: {', '.join(words[:-1])} or {words[-1]}"
    corrected = "corrected, " if relation == Relation.CORRECTED.value else ""
    return f"{words[0]} ({corrected}earlier {', '.join(words[1:])})"


def same_event(one: Report, other: Report) -> bool:
    """Whether two numbers are told of one event, in one role and unit, as far as words and days tell."""
    if not _one_role(one, other) or (one.unit != other.unit and one.unit and other.unit):
        return False
    if one.is_part or other.is_part or not (one.scope <= other.words and other.scope <= one.words):
        return False
    if one.places and other.places and not one.places & other.places:
        return False
    if _names(one.question) & (one.words ^ other.words):
        return False
    return any(abs((a - b).days) <= MOST_DAYS_APART for a in one.days for b in other.days)


def _one_role(one: Report, other: Report) -> bool:
    """Whether the same became of both: one family of words, or, of what is surely the same, the one asked and none."""
    roles = {one.role, other.role}
    asked = "" in roles and roles - {""} == roles_in(one.question)
    return len(roles) == 1 or (asked and bool(one.unit) and one.unit == other.unit)


def _least_alike(one: Report, other: Report) -> float:
    """How alike the passages must be: less where both articles hold every name of the question."""
    names = _names(one.question)
    return LEAST_ALIKE if names and names <= one.words & other.words else LEAST_ALIKE_WITHOUT_NAMES


def _names(question: str) -> set[str]:
    return {word for word in named(question) if not word.isdigit()}


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
    later = _later(new, old)
    if later is None:
        return Relation.DIFFER
    same_outlet = bool(new.pick.article.outlet) and new.pick.article.outlet == old.pick.article.outlet
    if same_outlet and _CORRECTS.search(new.pick.article.text):
        return Relation.CORRECTED
    if same_outlet:
        return Relation.UPDATED
    grown = new.number > old.number and (new.is_anew or (later >= LATER and new.role in _TOLLS))
    return Relation.UPDATED if grown else Relation.DIFFER


def _later(new: Report, old: Report) -> timedelta | None:
    """How much later one was published, by the minute where both tell it, else by the day; None where not later."""
    days = [one.pick.article.dated or "" for one in (new, old)]
    if any(len(day) < len("2024-11-30") for day in days):
        return None
    exact = all(one.published.endswith("+00:00") for one in (new, old))
    after, before = (datetime.fromisoformat(one.published if exact else one.published[:10]) for one in (new, old))
    return after - before if after > before else None


def _cites(citation: Citation, pick: Pick) -> bool:
    return citation.article.id == pick.article.id and citation.exact == pick.exact


def _bare(one: Report, other: Report) -> tuple[str, str]:
    """What both are about without the numbers, which are to be compared."""
    return re.sub(r"\d+", "", in_figures(one.about)), re.sub(r"\d+", "", in_figures(other.about))
