"""Other spellings of a name among the words that a collection has: Khansir and Khanasir, Rouhani and Rowhani.

Scripts without vowels come into English in several ways, and readers mistype. Two words are taken for one where their
consonants are the same, written in one of the ways that a sound has, and their letters are alike; a word that no
article has may also be a typing error of one that is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LEAST = 5  # letters; shorter names are too many, and too much alike ("Iran", "Iraq")
_LONG = 8  # letters from which two of them may be mistyped
_LEAST_LIKENESS, _LEAST_OF_SHORT = 0.57, 0.75
_MOST = 3
# One sound, written in several ways; the longer first.
_SOUNDS = (
    ("tch", "c"), ("sch", "c"), ("tsh", "c"), ("sh", "c"), ("ch", "c"), ("kh", "k"), ("gh", "g"), ("dh", "d"),
    ("th", "t"), ("ph", "f"), ("ck", "k"), ("dj", "j"), ("zh", "j"), ("ts", "s"), ("tz", "s"), ("q", "k"), ("x", "ks"),
    ("z", "s"), ("v", "f"),
)  # fmt: skip
_SOFT = re.compile(r"[aeiouwyh'’-]+")
_ENDING = re.compile(r"ia$|[aeiouy]$")
_TWICE = re.compile(r"(.)\1+")


class Spellings:
    """The words of a collection, by how they sound."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words` are in small letters and without accents, as `index.lexical` gives them."""
        self._words = [word for word in words if len(word) >= _LEAST - 1 and word.isalpha()]
        self._known = set(self._words)
        self._by_sound: dict[str, list[str]] = {}
        for word in self._words:
            self._by_sound.setdefault(sound(word), []).append(word)

    def of(self, term: str) -> list[str]:
        """The words that may be other spellings of a term, the likest first; none for a short one."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(term) < _LEAST or not term.isalpha():
            return []
        found = {word: OSA.normalized_similarity(term, word) for word in self._sounding(term)}
        if term not in self._known:
            edits = 2 if len(term) >= _LONG else 1
            near = process.extract(term, self._words, scorer=OSA.distance, score_cutoff=edits, limit=_MOST)
            found |= {word: OSA.normalized_similarity(term, word) for word, _, _ in near}
        likely = [
            word for word in found if found[word] >= (_LEAST_LIKENESS if len(word) >= _LEAST else _LEAST_OF_SHORT)
        ]
        return sorted(likely, key=lambda word: (-found[word], word))[:_MOST]

    def _sounding(self, term: str) -> list[str]:
        """The words that sound the same, less those with another ending: "Niger", "Nigeria"."""
        alike = self._by_sound.get(sound(term), ())
        return [word for word in alike if word != term and _ending(word) == _ending(term)]


def _ending(word: str) -> int:
    """How many letters of a word's end are one that readers tell names apart by: "Georgia", "George"."""
    found = _ENDING.search(word)
    return len(found.group()) if found else 0


def sound(word: str) -> str:
    """What is left of a word when its vowels go, doubled letters are one and each sound is written in one way."""
    for written, said in _SOUNDS:
        word = word.replace(written, said)
    first = "a" if _SOFT.match(word) else ""
    return first + _TWICE.sub(r"\1", _SOFT.sub("", word))
