"""What a number counts, and what became of those who are counted: told by the words around it. Pure."""

from __future__ import annotations

import re

from answer.amounts import amount

# What may be killed, wounded, homeless or destroyed; of anything else that is counted nothing becomes.
_HAVE_ROLES = frozenset(("", "people", "children", "crew", "women", "soldiers", "police", "families", "homes"))
ROLES = {
    "killed": "killed kill kills killing dead die dies died death deaths dying fatalities slain lives perished drowned "
    "bodies",
    "wounded": "wounded wounding injured injuring injuries hurt casualties hospitalised hospitalized treated",
    "missing": "missing unaccounted disappeared",
    "displaced": "displaced displacing fled fleeing evacuated evacuating evacuees evacuations evacuation homeless",
    "held": "arrested arrests arresting detained detaining captured kidnapped abducted jailed",
    "freed": "released freed free rescued saved",
    "destroyed": "destroyed destroying damaged damaging burned burnt flattened",
}
UNITS = {
    "people": "people person persons civilians civilian residents workers worker passengers men man victims others "
    "lives bodies prisoners fans supporters tourists "
    "inmates miners villagers nurses patients migrants protesters marchers fatalities injured wounded dead",
    "children": "children child boys girls boy girl pupils students schoolgirls schoolboys",
    "crew": "crew sailors pilots",
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
_SCALES = frozenset(("hundred", "thousand", "million", "billion", "trillion", "dozen"))
_PARTS = frozenset(("of", "the", "these", "those", "their", "its", "his", "her", "all"))
_NO_NOUNS = frozenset(
    re.findall(
        r"\w+",
        "were was are is have has had been and or but of in on at to by from for with as when after who that which so "
        "the more other others them late early yesterday",
    )
)
_AFTER = 6  # words after a number in which its unit stands


def unit_of(words: str, after: str = "") -> str:
    """What is counted, by the words of a number and those just after it: a family, or else the noun; may be empty."""
    near = [*_WORD.findall(words.casefold()), *_WORD.findall(re.split(r"[,;:.(]\s", after)[0].casefold())]
    number = next((i for i, word in enumerate(near) if amount(word) is not None), 0)
    counted = [word for word in near[:_AFTER] if word in _UNIT_OF]
    if counted:
        return _UNIT_OF[counted[0]]
    # "Three of the four crew" are crew.
    noun = next((w for w in near[number + 1 :] if amount(w) is None and w not in _SCALES | _PARTS), "")
    return noun.removesuffix("s") if len(noun) > 2 and noun.isalpha() and noun not in _NO_NOUNS else ""


def has_role(unit: str) -> bool:
    """Whether those who are counted are such as something becomes of."""
    return unit in _HAVE_ROLES


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
