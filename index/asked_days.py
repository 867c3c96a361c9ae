"""The years, months and days that a question names in words: "2018", "May 2023", "12 January 2020"."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from dataclasses import dataclass
from datetime import date

_MONTHS = [name.casefold() for name in month_name if name]
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    r"(?:\b(?P<day>\d\d?)(?:st|nd|rd|th)?(?: of)? )?"
    rf"(?:\b(?P<month>{_MONTH})(?: (?P<after>\d\d?)(?:st|nd|rd|th)?)?,? )?"
    r"\b(?P<year>(?:1[5-9]|20)\d\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AskedDays:
    """Characters `start` to `end` of a question, and the first and last day that they name."""

    start: int
    end: int
    first: date
    last: date


def asked_days(question: str) -> list[AskedDays]:
    """Each year, month or day that a question names, in order; those that no calendar has are left out."""
    found = []
    for match in _DATE.finditer(question):
        year, day = int(match["year"]), int(match["day"] or match["after"] or 0)
        month = _MONTHS.index(match["month"].casefold()) + 1 if match["month"] else 0
        latest = monthrange(year, month or 12)[1]
        if day <= latest:
            first = date(year, month or 1, day or 1)
            found.append(
                AskedDays(match.start(), match.end(), first, date(year, month or 12, day if month and day else latest))
            )
    return found
