"""The words of a question that say what it is about, and how many of them a text has."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from index.lexical import terms

# Words without a subject: function words, and verbs that lend theirs to a noun ("receive an order", "hold a summit").
_FUNCTION_WORDS = (
    "a an and any are as at be been but by can could did do does for from had has have he her his how i if in into is "
    "it its me my of on or our she should so some such tell than that the their them then there these they this those "
    "to us was we were what when where which who whom whose why will with would you your s "
    "become came come gave get give given go got happen held hold made make occur receive take taken took went"
)
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")


@cache
def function_words() -> frozenset[str]:
    """Words that say nothing of a subject, as `index.lexical.terms` gives them."""
    return frozenset(terms(_FUNCTION_WORDS))


def named(question: str) -> set[str]:
    """The words of a question's names and figures; its first word is capitalised whatever it is."""
    found = [match.group() for match in _NAME.finditer(question) if match.start() > 0] + re.findall(r"\d+", question)
    return {word for name in found for word in terms(name)} - function_words()


def rare(question: str, texts: Sequence[set[str]]) -> dict[str, float]:
    """The question's content words, weighted by how rare they are among the texts."""
    found = Counter(word for words in texts for word in words)
    wanted = [word for word in dict.fromkeys(terms(question)) if word not in function_words()]
    return {word: math.log((1 + len(texts)) / (0.5 + found[word])) for word in wanted}


def share(weights: dict[str, float], words: set[str]) -> float:
    """The share of weighted words that a text has; 0 where there are none."""
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total if total else 0.0
