"""The words of a question that say what it is about, and how many of them a text has."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from index.lexical import terms
from index.words import FUNCTION_WORDS

# Without a subject, too: more function words, and verbs that lend theirs to a noun ("receive an order").
_MORE = (
    "any but can could he her his how i into me my our she should so some such tell than their them then these they "
    "those us we whom whose why will would you your s "
    "become came come gave get give given go got happen held hold made make occur receive take taken took went"
)
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")


@cache
def function_words() -> frozenset[str]:
    """Words that say nothing of a subject, as `index.lexical.terms` gives them."""
    return frozenset(terms(f"{FUNCTION_WORDS} {_MORE}"))


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
