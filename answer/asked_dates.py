"""The dates that a question names, and whether what an article tells may be of them."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date

from answer.days import printed, told
from index.schema import Article

_MONTHS = [name.casefold() for name in month_name if name]
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    r"(?:\b(?P<day>\d\d?)(?:st|nd|rd|th)?(?: of)? )?"
    rf"(?:\b(?P<month>{_MONTH})(?: (?P<after>\d\d?)(?:st|nd|rd|th)?)?,? )?"
    r"\b(?P<year>(?:1[5-9]|20)\d\d)\b",
    re.IGNORECASE,
)
# What is asked of the time up to or from a date may well be told of another day.
_UP_TO_OR_FROM = re.compile(
    r"\b(?:by|before|until|till|since|after|from|between|to|evening of|morning of)\W*$", re.IGNORECASE
)
_LATEST_TELLING = 60  # days after an event on which it is still news


def ranges(question: str) -> list[tuple[date, date]]:
    """The first and last day of each year, month or day that a question names as the time of what it asks."""
    found = []
    for match in _DATE.finditer(question):
        if not _UP_TO_OR_FROM.search(question[: match.start()]):
            year, day = int(match["year"]), int(match["day"] or match["after"] or 0)
            month = _MONTHS.index(match["month"].casefold()) + 1 if match["month"] else 0
            last = monthrange(year, month or 12)[1]
            if day <= last:
                found.append(
                    (date(year, month or 1, day or 1), date(year, month or 12, day if month and day else last))
                )
    return found


def may_be_of(asked: list[tuple[date, date]], sentence: str, passage: str, article: Article) -> float:
    """1 where a sentence may be of a date that is asked for, 0 where it is of another, .5 where it was told long after.

    By the days that the sentence names; without any, by whether its passage names the year,
    or else by the day of printing.
    """
    if not asked:
        return 1.0
    if days := told(sentence, article):
        return float(any(first <= day <= last for first, last in asked for day in days))
    if any(str(first.year) in passage for first, _ in asked):
        return 1.0
    if not (day := max(printed(article), default=None)):
        return 1.0
    if all(day < first for first, _ in asked):
        return 0.0
    return 1.0 if any((day - last).days <= _LATEST_TELLING for first, last in asked if day >= first) else 0.5
