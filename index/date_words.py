"""Dates whose month is a word, in any widely written language. dateparser is imported here only.

dateparser reads generously: it takes "one 12, 2020" for January and, through a rarer language, "China 12, 2020" for
December. So a date must hold the name of a month, and dateparser's reading must agree with that month.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import Any

# dateparser orders its languages by how much the web uses them; in rarer ones, months are spelt like English words.
_LANGUAGES = 59
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH_OR_WORD = re.compile(r"[^\s\d.,;:()\[\]|/–—-]+")
# The Levant's Arabic names, which dateparser lacks, and those of the Nile, which it has.
_LEVANT = {
    r"كانون\s+الثاني": "يناير",
    r"شباط": "فبراير",
    r"[آا]ذار": "مارس",
    r"نيسان": "أبريل",
    r"[أا]يار": "مايو",
    r"حزيران": "يونيو",
    r"تموز": "يوليو",
    r"آب": "أغسطس",
    r"[أا]يلول": "سبتمبر",
    r"تشرين\s+ال[أا]ول": "أكتوبر",
    r"تشرين\s+الثاني": "نوفمبر",
    r"كانون\s+ال[أا]ول": "ديسمبر",
}


def tidy(text: str) -> str:
    """ASCII digits, plain spaces, no invisible marks, and one name for each month in Arabic."""
    if not text.isascii():
        text = re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    if re.search(r"[\u0600-\u06ff]", text):
        for name, known in _LEVANT.items():
            text = re.sub(rf"\b{name}\b", known, text)
        text = re.sub(r"\b(\w+)\s*[/(]\s*\1\b\)?", r"\1", text)  # both names: "شباط/فبراير"
    return re.sub(r"[^\S\n]+", " ", text).strip()


@lru_cache(maxsize=4096)
def named(text: str) -> str | None:
    """The ISO 8601 form of a tidy text that is a day, a month's name and a year, perhaps with a time; or None."""
    known = _month_names()
    found = [known[word] for word in _MONTH_OR_WORD.findall(text.casefold()) if word in known]
    months = {month for month, _ in found}
    numeric = re.search(r"\d[/.-]\d+[/.-]\d", text)
    if len(months) != 1 or numeric or not re.search(r"(?<!\d)\d{4}(?!\d)", text):
        return None
    moment, precision = _parsed(text, tuple(sorted({language for _, languages in found for language in languages})))
    if moment is None or moment.month not in months or f"{moment.year:04}" not in text:
        return None
    if precision != "time":
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds" if re.search(r":\d\d:\d\d", text) else "minutes")


def _parsed(text: str, languages: tuple[str, ...]) -> tuple[datetime | None, str]:
    try:
        data = _parser(languages).get_date_data(text)
    except Exception:  # dateparser fails in many ways on odd input, and what it cannot read is no date
        return None, ""
    return data.date_obj, data.period


@lru_cache(maxsize=256)
def _parser(languages: tuple[str, ...]) -> Any:
    from dateparser.date import DateDataParser  # type: ignore[import-untyped, unused-ignore]

    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "STRICT_PARSING": True,
        "PARSERS": ["absolute-time"],
        "RETURN_TIME_AS_PERIOD": True,
    }
    return DateDataParser(languages=list(languages), settings=settings)


@lru_cache(maxsize=1)
def _month_names() -> dict[str, tuple[int, frozenset[str]]]:
    """Each month's name → its number and languages, less the names that mean two months ("listopad")."""
    import importlib

    from dateparser.data.languages_info import language_order  # type: ignore[import-untyped, unused-ignore]

    found: defaultdict[str, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for language in language_order[:_LANGUAGES]:
        info = importlib.import_module(f"dateparser.data.date_translation_data.{language}").info
        for number, month in enumerate(_MONTHS, 1):
            for name in info[month]:
                found[name.casefold().strip(".")][number].add(language)
    sure = {name: next(iter(numbers.items())) for name, numbers in found.items() if len(numbers) == 1}
    return {name: (number, frozenset(languages)) for name, (number, languages) in sure.items()}
