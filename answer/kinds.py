"""What kind of answer a question asks for, told by its words: a few words of a kind, or whole sentences."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """What answers a question; `short` where a few words do, and whole sentences where they do not."""

    WHO = "who"
    WHERE = "where"
    WHEN = "when"
    NUMBER = "number"
    WHAT = "what"
    WHY = "why"
    HOW = "how"
    WHETHER = "whether"
    ACCOUNT = "account"

    @property
    def short(self) -> bool:
        return self in (Kind.WHO, Kind.WHERE, Kind.WHEN, Kind.NUMBER, Kind.WHAT)


_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?"
)
_PLACE = (
    "place|city|town|village|country|countries|region|province|district|street|road|square|area|quarter|location|"
    "neighbourhood|neighborhood|building|church|mosque|hospital|school|river|island|port|border|bridge|airport"
)
_TIME = "day|days|date|year|years|month|week|time|hour|weekday|century|decade|season|morning|evening"
_AMOUNT = "many|much|long|far|old|large|big|tall|high|deep|wide|heavy|often|fast|hot|cold|strong|late|few|near"
_MEASURE = (
    "number|sum|share|percentage|percent|proportion|amount|total|toll|price|cost|age|speed|height|length|depth|distance|"
    "population|score|rate|size|weight|temperature|magnitude"
)
# Tried in this order, each at the earliest place in the question where it can begin: see `kind_of`.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.NUMBER, rf"how (?:very )?(?:{_AMOUNT})\b"),
    (Kind.NUMBER, rf"(?:what|which)(?: is| was| were| are)?(?: the)?(?: \w+)? (?:{_MEASURE})\b"),
    (Kind.WHEN, rf"when\b|(?:what|which) (?:\w+ )?(?:{_TIME})\b|how (?:soon|recently)\b"),
    (Kind.ACCOUNT, r"what (?:has |had |have )?(?:happened|happens|became|becomes|went on)\b"),
    (Kind.ACCOUNT, r"what (?:is|was) (?:happening|going on)\b"),
    (Kind.ACCOUNT, r"what(?:['’]s| is| was| are| were)(?: the)? (?:latest|known|news|background|situation|story)\b"),
    (Kind.ACCOUNT, r"(?:describe|summari[sz]e|explain|outline|recount|compare)\b|(?:tell|give) (?:me|us)\b"),
    (Kind.WHY, r"why\b|how come\b|for what (?:reason|purpose)"),
    (Kind.WHY, r"what (?:\w+ )?(?:reason|reasons|caused|causes|led to|made|prompted)\b"),
    (Kind.HOW, r"how\b|in (?:what|which) (?:way|manner)\b|by (?:what|which) means\b"),
    (Kind.WHO, r"(?:who|whom|whose)\b"),
    (Kind.WHO, r"(?:which|what) (?:\w+ )?(?:person|people|man|woman|minister|president|official|leader)\b"),
    (Kind.WHERE, rf"where\b|(?:which|what) (?:\w+ )?(?:{_PLACE})\b"),
    (Kind.WHAT, r"(?:what|which|name)\b|whatever\b"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(rf"\b(?:{pattern})", re.IGNORECASE)) for kind, pattern in _KINDS)
_WHETHER = re.compile(rf"\s*(?:and |but |so |then |also )?{_AUXILIARY}\s+\S", re.IGNORECASE)


def kind_of(question: str) -> Kind:
    """The kind of answer that a question asks for.

    A clause that begins with an auxiliary verb asks whether; otherwise the question word decides, the earliest one
    where there are several. Words without a question ("Aleppo airport") want an account.
    """
    places = ((pattern.search(question), order, kind) for order, (kind, pattern) in enumerate(_PATTERNS))
    first = min(((match.start(), order, kind) for match, order, kind in places if match), default=None)
    for clause in _clauses(question):
        # "Did Pell say when …" asks whether, "When did …" does not.
        if _WHETHER.match(clause[1]) and (first is None or clause[0] <= first[0]):
            return Kind.WHETHER
    return first[2] if first else Kind.ACCOUNT


def _clauses(question: str) -> list[tuple[int, str]]:
    """The question and what follows each comma or colon in it, with where they begin."""
    starts = [0, *(match.end() for match in re.finditer(r"[,:;–—]\s+", question))]
    return [(start, question[start:]) for start in starts]
