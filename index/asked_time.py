"""The time that a question speaks of: which articles it allows, and which it would rather have.

"As of 2018" and "articles published since May 2023" are conditions on the printing of articles. "In December 2016",
"before the ceasefire of 12 January 2020" and "last week" are not: what happened then may be told later as well, so
articles that were printed then only come before others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.asked_days import AskedDays
from index.dates import OPEN_END, OPEN_START

Days = tuple[int, int]  # the first and the last, as yyyymmdd

_ARTICLES = r"\b(?:articles?|reports?|stories|story|coverage|pieces?)"
_AS_OF = re.compile(r"\bas of\s+(?:the end of\s+|the close of\s+|late\s+)?$", re.IGNORECASE)
_PRINTED = re.compile(
    rf"{_ARTICLES}(?:(?:\s+\S+){{0,6}}?\s+(?:published|printed|written|dated))?\s+"
    r"(?P<how>before|prior to|until|up to|no later than|since|after)\s+$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:before|prior to|until|till|up to|by)\b[^,;.?!]{0,60}$", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|after|following|from)\b[^,;.?!]{0,60}$", re.IGNORECASE)
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}|few|couple of)"
_RELATIVE = re.compile(
    r"\b(?P<yesterday>yesterday)\b|"
    rf"\b(?:in|over|during|within|for)\s+the\s+(?:last|past|previous)\s+(?:{_COUNT}\s+)?"
    r"(?P<unit>day|week|month|year)s?\b|"
    r"\b(?P<which>last|this|previous)\s+(?P<one>week|month|year)\b",
    re.IGNORECASE,
)
_LENGTH = {"day": 1, "week": 7, "month": 31, "year": 366}  # days, at most


@dataclass(frozen=True, slots=True)
class AskedTime:
    """`only` are the days on which an article must have been printed, `rather` those that come first.

    `said` are the characters, from and to, that say nothing else.
    """

    only: Days | None = None
    rather: tuple[Days, ...] = ()
    said: tuple[tuple[int, int], ...] = ()


def asked_time(question: str, days: Sequence[AskedDays], today: date) -> AskedTime:
    """Read the time that a question gives; `days` are those of `asked_days` that are no outlet's days of printing.

    `today` is the day on which it is asked. Two conditions are none: they belong to different things.
    """
    conditions = [(one, *found) for one in days if (found := _condition(question, one))]
    only, rather, said = None, list[Days](), list[tuple[int, int]]()
    if len(conditions) == 1:
        of, only, start = conditions[0]
        days = [one for one in days if one is not of]
        said.append((start, of.end))
    rather += [_time_of(question, one) for one in days]
    for match in _RELATIVE.finditer(question):
        first, last = _relative(match, today)
        rather.append((number(first), number(last)))
        said.append(match.span())
    return AskedTime(only, tuple(dict.fromkeys(rather)), tuple(said))


def number(day: date) -> int:
    """A day as yyyymmdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def _condition(question: str, one: AskedDays) -> tuple[Days, int] | None:
    """The days of printing that stand before this day as a condition, and where it begins; None where none does."""
    before = question[: one.start]
    if match := _AS_OF.search(before):
        return (OPEN_START, number(one.last)), match.start()
    if not (match := _PRINTED.search(before)):
        return None
    how = match["how"].casefold()
    if how in ("since", "after"):
        return (number(one.first if how == "since" else one.last + timedelta(days=1)), OPEN_END), match.start("how")
    last = one.first - timedelta(days=1) if how in ("before", "prior to") else one.last
    return (OPEN_START, number(last)), match.start("how")


def _time_of(question: str, one: AskedDays) -> Days:
    """The days on which something of this day, or of before or since, was news."""
    before = question[: one.start]
    if _BEFORE.search(before):
        return OPEN_START, number(one.last)
    if _SINCE.search(before):
        return number(one.first), OPEN_END
    # News of a day is printed on the next ones, that of a year on a few days of the next.
    later = 3 + (one.last - one.first).days // 10
    return number(one.first), number(one.last + timedelta(days=later))


def _relative(match: re.Match[str], today: date) -> tuple[date, date]:
    if match["yesterday"]:
        return today - timedelta(days=1), today
    if unit := match["unit"]:
        return today - timedelta(days=_count(match["count"]) * _LENGTH[unit.casefold()]), today
    one = match["one"].casefold()
    begun = today - timedelta(days=today.weekday()) if one == "week" else today.replace(day=1)
    begun = begun.replace(month=1) if one == "year" else begun
    if match["which"].casefold() == "this":
        return begun, today
    ended = begun - timedelta(days=1)
    begun = ended - timedelta(days=6) if one == "week" else ended.replace(day=1)
    return begun.replace(month=1) if one == "year" else begun, ended


def _count(told: str | None) -> int:
    if not told:
        return 1
    if told.isdigit():
        return int(told)
    return _COUNTS.index(told.casefold()) + 1 if told.casefold() in _COUNTS else 3
