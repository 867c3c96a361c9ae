"""Numbers in words or figures → one form, so that "four", "4" and "4,000" compare. text2num is imported here only."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

_LARGE = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 10**12}
_SCALED = re.compile(rf"(\d+(?:\.\d+)?)[ -]({'|'.join(_LARGE)})\b")
_HALF = re.compile(rf"\bhalf an? ({'|'.join(_LARGE)})\b")
_AND_A_HALF = re.compile(rf"\b(one|two|three|four|five|six|seven|eight|nine|ten|\d+) and a half ({'|'.join(_LARGE)})\b")
_ONE = re.compile(rf"\ba ({'|'.join(_LARGE)})\b")
_NONE = re.compile(r"\b(?:no one|nobody|none|no(?! (?:fewer|less|more)\b))\b")
_DOZEN = re.compile(r"\b(half a dozen|(?:a|one) dozen|(\d+) dozen)\b")
_FROM_ONE = 0.5  # numbers above this are put in figures wherever they stand
_SMALL_WORDS = frozenset(("a", "an", "the", "in", "on", "at", "by", "of", "to", "from", "some", "about", "around"))
_NO_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation.replace(".", "") + "“”‘’", " "))


@lru_cache(maxsize=8192)
def in_figures(text: str) -> str:
    """The text in lower case with its numbers in figures, without separators: "Four Thousand" → "4000"."""
    from text_to_num import alpha2digit

    bare = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", unicodedata.normalize("NFKC", text).casefold())
    scaled = _HALF.sub(lambda found: f"{_LARGE[found[1]] / 2:.12g}", bare)
    scaled = _AND_A_HALF.sub(lambda found: f"{(_small(found[1]) + 0.5) * _LARGE[found[2]]:.12g}", scaled)
    scaled = _ONE.sub(lambda found: str(_LARGE[found[1]]), scaled)
    scaled = _SCALED.sub(lambda found: f"{float(found[1]) * _LARGE[found[2]]:.12g}", scaled)
    none = _NONE.sub("0", scaled)
    told = str(alpha2digit(none, "en", _FROM_ONE))
    return _DOZEN.sub(lambda found: str(12 * int(found[2])) if found[2] else "6" if "half" in found[1] else "12", told)


def _small(word: str) -> int:
    """A number up to ten, in words or figures."""
    words = "zero one two three four five six seven eight nine ten".split()  # noqa: SIM905
    return int(word) if word.isdigit() else words.index(word)


def amount(text: str) -> float | None:
    """The first number of a text, in words or figures; None where it has none."""
    found = re.search(r"(?<![\w.])\d+(?:\.\d+)?", in_figures(text))
    return float(found.group()) if found else None


@lru_cache(maxsize=8192)
def same_words(text: str) -> str:
    """What is the same for answers that say the same: numbers in figures; no case, punctuation or small words."""
    words = in_figures(text).translate(_NO_PUNCTUATION).split()
    return " ".join(word for word in words if word not in _SMALL_WORDS) or " ".join(words)
