"""What a number counts, and what became of those who are counted: told by the words around it. Pure."""

from __future__ import annotations

import re

ROLES = {
    "killed": "killed kill kills killing dead die dies died death deaths dying fatalities slain lives perished drowned "
    "bodies",
    "wounded": "wounded wounding injured injuring injuries hurt casualties hospitalised hospitalized treated",
    "missing": "missing unaccounted disappeared",
    "displaced": "displaced displacing fled fleeing evacuated evacuating evacuees homeless",
    "held": "arrested arrests arresting detained detaining captured kidnapped abducted jailed",
    "freed": "released freed rescued saved",
    "destroyed": "destroyed destroying damaged damaging burned burnt flattened",
}
UNITS = {
    "people": "people person persons civilians civilian residents workers worker passengers men man victims others "
    "lives "
    "inmates miners villagers nurses patients migrants protesters marchers fatalities injured wounded dead",
    "children": "children child boys girls boy girl pupils students",
    "women": "woman women",
    "soldiers": "soldiers soldier troops fighters fighter militants rebels insurgents",
    "police": "police officers policemen",
    "families": "family families household households",
    "homes": "homes home houses house buildings flats apartments",
    "percent": "% percent",
    "dollars": "$ dollars",
    "euros": "€ euros euro",
    "pounds": "£ pounds",
    "distance": "km kilometres kilometers miles metres",
    "tonnes": "tonnes tons",
    "days": "days day",
    "hours": "hours hour",
    "votes": "votes",
}
_ROLE_OF, _UNIT_OF = (
    {word: family for family, words in families.items() for word in words.split()} for families in (ROLES, UNITS)
)
_WORD = re.compile(r"[^\W_][\w'’-]*|[%$€£]")
_CLAUSE = re.compile(r"[,;]| and | while | but ")
_OTHER_CLAUSE = 60  # characters that a word in the next clause is farther away than it stands
_AFTER = 6  # words after a number in which its unit stands


def unit_of(words: str, after: str = "") -> str:
    """The family of what is counted, by the words of a number and those just after it; empty where none is known."""
    near = _WORD.findall(f"{words} {after}".casefold())[:_AFTER]
    return next((_UNIT_OF[word] for word in near if word in _UNIT_OF), "")


def role_at(sentence: str, start: int, end: int) -> str:
    """What became of those counted at `start` to `end`, by the nearest word for it; it mostly follows the number."""
    found = []
    for match in _WORD.finditer(sentence):
        if role := _ROLE_OF.get(match.group().casefold()):
            away = match.start() - start if match.start() >= start else 2 * (start - match.end())
            between = sentence[end : match.start()] if match.start() >= end else sentence[match.end() : start]
            found.append((away + _OTHER_CLAUSE * len(_CLAUSE.findall(between)), role))
    return min(found, default=(0, ""))[1]


def roles_in(question: str) -> frozenset[str]:
    """What a question asks about those who are counted."""
    return frozenset(_ROLE_OF[word] for word in _WORD.findall(question.casefold()) if word in _ROLE_OF)
