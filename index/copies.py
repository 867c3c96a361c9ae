"""Which articles are one story told again, and which texts hold a passage. The only file that imports datasketch.

Texts are compared by their shingles, the runs of five words in them, after Broder ("On the resemblance and containment
of documents", 1997): the resemblance of two texts is how many of all their shingles they share, their containment how
many of the shorter one's. Articles are copies when RESEMBLANCE or CONTAINMENT is reached. Of the articles of a store
only those are compared that share a band of their MinHash signatures; that finds a copy surely or hardly, by its
resemblance: 100 % from .6 on, 99 % at .5, 88 % at .4, 58 % at .3, 23 % at .2, 3 % at .1. So what is found is a text
with every twelfth word changed, or cut to a half; a cut to a third is found as often as not, and one to a tenth, or a
story told in other words, is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import groupby

# On MultiHop-RAG's 609 articles no two different ones resemble each other by more than .19, with .59 the highest
# containment; with every tenth word changed a text resembles itself by .42.
RESEMBLANCE, CONTAINMENT = 0.4, 0.7
# Of a passage's pairs of words, for a text to hold it: with every tenth word changed it has .8, in other texts .56 at
# most. Shingles of five would be broken by one edit in a sentence.
PASSAGE = 0.75
_SIZE = 5
# Three values a band tell .1 from .5; with four, a text cut to a half is missed one time in eight.
_BANDS, _ROWS, _SEED = 32, 3, 1
_ANCHOR, _ANCHORS, _AROUND = 40, 8, 400  # characters; most copies have a passage nearly as it is
_AT_ONCE = 10_000  # shingles; a book has a million, and each takes a row of the signature's length
_NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IN_FIGURES = {
    **{word: str(number) for number, word in enumerate(_NUMBERS)},
    **{word: str(number * 10) for number, word in enumerate(_TENS, start=2)},
}
# Scripts that do not part words by spaces: there, every character is one.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD, _UNSPACED_ONE = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+"), re.compile(f"[{_UNSPACED}]")
_SPACED_WORD = re.compile(r"\w+")  # faster, and the same where there is none of those
_TOKEN, _STOP = re.compile(r"(\W*)(\w+)"), re.compile(r"[.!?:\n]")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")


class Wording:
    """A text's words without case, punctuation and spacing, with English numbers to ninety in figures."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, frozenset[str]] = {}

    @cached_property
    def words(self) -> Sequence[str]:
        text = _GROUPED.sub("", unicodedata.normalize("NFKC", self._text).casefold())
        words = (_WORD if _UNSPACED_ONE.search(text) else _SPACED_WORD).findall(text)
        return [_IN_FIGURES.get(word, word) for word in words]

    @cached_property
    def line(self) -> str:
        """The words with a space before and after each."""
        return f" {' '.join(self.words)} "

    @property
    def shingles(self) -> frozenset[str]:
        return self.runs(_SIZE)

    @cached_property
    def marks(self) -> list[tuple[list[str], str, str]]:
        """Each number and each run of capitalised words, with up to two words before it and the next one after it.

        Left out are single capitalised words that open a sentence.
        """
        tokens = _TOKEN.findall(_GROUPED.sub("", unicodedata.normalize("NFKC", self._text)))
        words = [_IN_FIGURES.get(word.casefold(), word.casefold()) for _, word in tokens]
        # A number stands for itself, capitalised words side by side are one name, other words are no mark.
        kinds = [at + 2 if _has_digit(word) else int(tokens[at][1][0].isupper()) for at, word in enumerate(words)]
        found, end = list[tuple[list[str], str, str]](), 0
        for kind, run in groupby(kinds):
            start, end = end, end + len(list(run))
            opens = kind == 1 and end - start == 1 and bool(start == 0 or _STOP.search(tokens[start][0]))
            if kind and not opens:
                found.append(
                    (words[max(0, start - 2) : start], " ".join(words[start:end]), " ".join(words[end : end + 1]))
                )
        return found

    def runs(self, size: int) -> frozenset[str]:
        """Its runs of so many words, the whole where it has fewer; none where it has no word."""
        if size not in self._runs:
            words = self.words
            runs = (
                zip(*(words[at:] for at in range(size)), strict=False) if len(words) > size else [words] * bool(words)
            )
            self._runs[size] = frozenset(map(" ".join, runs))
        return self._runs[size]


def bands(wording: Wording) -> list[int]:
    """The bands of a text's signature, each a number of 48 bits: texts that share one may be copies.

    Always the same for the same words; none for a text without a word, which is a copy of nothing.
    """
    from datasketch import MinHash

    if not wording.words:
        return []
    signature = MinHash(num_perm=_BANDS * _ROWS, seed=_SEED, scheme="affine32")
    found = [shingle.encode("utf-8", "surrogatepass") for shingle in wording.shingles]
    for start in range(0, len(found), _AT_ONCE):
        signature.update_batch(found[start : start + _AT_ONCE])
    rows = signature.hashvalues.astype("<u4").reshape(_BANDS, _ROWS)
    hashes = (blake2b(bytes([band]) + row.tobytes(), digest_size=6) for band, row in enumerate(rows))
    return [int.from_bytes(one.digest(), "big") for one in hashes]


def likeness(one: Wording, other: Wording) -> float:
    """How much two texts resemble each other, from 0 to 1; 0 where they are no copies."""
    shared = len(one.shingles & other.shingles)
    if not shared:
        return 0.0
    resemblance = shared / len(one.shingles | other.shingles)
    containment = shared / min(len(one.shingles), len(other.shingles))
    return resemblance if resemblance >= RESEMBLANCE or containment >= CONTAINMENT else 0.0


def holds(passage: Wording, *texts: Wording) -> bool:
    """Whether copies together have a passage, small edits apart, and all its numbers where they stand in it.

    An edit is news when it changes a number, in figures or in English words, or puts one capitalised name for another.
    Changes of other words are not seen.
    """
    if not passage.words or any(passage.line in text.line for text in texts):
        return bool(passage.words)
    wanted = passage.runs(2)
    shared = {pair for text in texts for pair in wanted & text.runs(2)}
    if len(shared) < PASSAGE * len(wanted):
        return False
    return not any(_is_news(*mark, shared, texts) for mark in passage.marks)


def _is_news(before: list[str], mark: str, after: str, shared: set[str], texts: Sequence[Wording]) -> bool:
    """Whether the texts have something else in the place of a number or name, or a number nowhere in such words."""
    if _has_digit(mark):
        pairs = [*(f"{word} {mark}" for word in before[-1:]), *([f"{mark} {after}"] if after else [])]
        known = [pair in shared for pair in pairs]
        if all(known) or not any(known):
            return not all(known)
    elif any(f" {mark} " in text.line for text in texts):
        return False
    place = re.compile(rf" {' '.join(before)} (?:\S+ ){{1,4}}?{after} ")
    return bool(before and after) and any(place.search(text.line) for text in texts)


def _has_digit(words: str) -> bool:
    return any(map(str.isdigit, words))


def held(passage: str, text: str) -> bool:
    """Whether a copy's text has a passage, as `holds` tells; looked for where both have the same characters, if any."""
    wanted = Wording(passage)
    for at in range(0, len(passage), max(_ANCHOR, len(passage) // _ANCHORS)):
        found = text.find(passage[at : at + _ANCHOR])
        if found >= 0:
            start = max(0, found - at - _AROUND)
            return holds(wanted, Wording(text[start : found - at + len(passage) + _AROUND]))
    return holds(wanted, Wording(text))


def quotes(text: Wording, sentence: Wording, answer: Wording) -> bool:
    """Whether a copy's text has a sentence, a word or two apart, and in it the very words that answer."""
    return holds(sentence, text) and (not answer.words or answer.line in text.line)
