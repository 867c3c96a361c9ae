"""Words for a day, and the date of the article they stand in → the day that is meant."""

from __future__ import annotations

import re
from calendar import month_name
from datetime import date, datetime, timedelta
from typing import Any

from index.schema import Article

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening)|earlier in the day)\b", re.IGNORECASE)
_YESTERDAY = re.compile(r"\byesterday\b|\blast night\b", re.IGNORECASE)
_MONTHS = "|".join(name for name in month_name if name)
_DAY_OF_MONTH = re.compile(
    rf"\b(?:\d\d?(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})|(?:{_MONTHS}) \d\d?(?:st|nd|rd|th)?)\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:1[4-9]|20)\d\d\b")
# Which of several Saturdays, or that it is yet to come: nothing is resolved that is not plain.
_NOT_PLAIN = re.compile(
    r"\b(?:next|last(?! night)|previous|coming|following|every|each|before|until|since|will|would|due|expected|planned|"
    r"scheduled)\b"
    rf"|\b(?:{'|'.join(_WEEKDAYS)})s\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    rf"{_WEEKDAY.pattern}|{_TODAY.pattern}|{_YESTERDAY.pattern}|{_DAY_OF_MONTH.pattern}(?:,? (?:1[4-9]|20)\d\d\b)?",
    re.IGNORECASE,
)
_MOST_DAYS = 300  # a day and month without a year, further back than that, is as likely to be yet to come


def meant(words: str, sentence: str, article: Article) -> date | None:
    """The day that words of a sentence mean, where article and words leave no doubt; else None.

    A weekday is the last one up to the day of publication, as news agencies write. Needs an article whose day of
    publication is known, and not by a guess.
    """
    printed = _printed(article)
    if (
        printed is None
        or _YEAR.search(words)
        or _NOT_PLAIN.search(words)
        or _NOT_PLAIN.search(_before(words, sentence))
    ):
        return None
    named = {found.casefold() for found in _WEEKDAY.findall(words)}
    if len(named) == 1:
        back = (printed.weekday() - _WEEKDAYS.index(named.pop())) % 7
        return printed - timedelta(days=back)
    if named:
        return None
    if _TODAY.search(words):
        return printed
    if _YESTERDAY.search(words):
        return printed - timedelta(days=1)
    found = _DAY_OF_MONTH.findall(words)
    return _in_year(found[0], printed) if len(found) == 1 else None


def in_words(day: date) -> str:
    """As it is shown: "30 November 2024"."""
    return f"{day.day} {month_name[day.month]} {day.year}"


def told(text: str, article: Article) -> frozenset[date]:
    """The days that a text of the article names, where they are plain."""
    found = set()
    for words, before in ((match.group(), text[: match.end()]) for match in _DAY.finditer(text)):
        found.add(_parsed(words, {}) if _YEAR.search(words) else meant(words, before, article))
    return frozenset(day for day in found if day)


def printed(article: Article) -> frozenset[date]:
    """The day of publication, where it is known."""
    day = _printed(article)
    return frozenset((day,)) if day else frozenset()


def _printed(article: Article) -> date | None:
    if not re.match(r"\d{4}-\d\d-\d\d", article.dated or ""):
        return None
    try:
        return date.fromisoformat((article.published or "")[:10])
    except ValueError:
        return None


def _before(words: str, sentence: str) -> str:
    """The few words before, in which "next" or "will" would stand."""
    return " ".join(sentence.partition(words)[0].split()[-5:])


def _in_year(words: str, printed: date) -> date | None:
    """A day and month without a year: the last one up to the day of publication, unless that is long ago."""
    base = datetime.combine(printed + timedelta(days=1), datetime.min.time())
    day = _parsed(words, {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"})
    return day if day and timedelta(0) <= printed - day <= timedelta(days=_MOST_DAYS) else None


def _parsed(words: str, options: dict[str, Any]) -> date | None:
    from dateparser import parse  # type: ignore[import-untyped, unused-ignore]

    settings = {"REQUIRE_PARTS": ["day", "month"], **options}
    moment = parse(words.replace(" of ", " "), languages=["en"], settings=settings)
    return moment.date() if moment else None
