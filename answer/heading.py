"""What the reader is told of the article that a passage is from: its headline and its day.

A chunk from the middle of an article says "the town" and "on Friday". Which town and which year is in its heading.
"""

from __future__ import annotations

from calendar import month_name

_MONTHS = frozenset(f"{month:02}" for month in range(1, 13))
_MOST_WORDS = 20


def heading(title: str, published: str | None) -> str:
    """Headline and day as a question would name them: "Rebels reach Aleppo, 30 November 2024"."""
    return ", ".join(filter(None, (" ".join(title.split()[:_MOST_WORDS]), day_in_words(published))))


def day_in_words(published: str | None) -> str:
    """An ISO date's day, month or year: "30 November 2024", "November 2024", "2024"; empty without one."""
    year, month, day = (*(published or "")[:10].split("-"), "", "")[:3]
    return " ".join(filter(None, (day.lstrip("0"), month_name[int(month)] if month in _MONTHS else "", year)))
