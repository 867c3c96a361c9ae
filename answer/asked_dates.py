"""The dates that a question names, and whether what an article tells may be of them."""

from __future__ import annotations

import re
from datetime import date

from answer.days import printed, told
from index.asked_days import asked_days
from index.schema import Article

# What is asked of the time up to or from a date may well be told of another day.
_UP_TO_OR_FROM = re.compile(
    r"\b(?:by|before|until|till|since|after|from|between|to|evening of|morning of)\W*$", re.IGNORECASE
)
_LATEST_TELLING = 60  # days after an event on which it is still news


def ranges(question: str) -> list[tuple[date, date]]:
    """The first and last day of each year, month or day that a question names as the time of what it asks."""
    return [(one.first, one.last) for one in asked_days(question) if not _UP_TO_OR_FROM.search(question[: one.start])]


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
