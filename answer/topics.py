"""What earlier questions, answers and passages are about: their names, and the nouns that they repeat.

There is no tagger: closed classes of English words part a text into runs of other words, and a word that stands mostly
after "to", "was" or "they" is taken for a verb.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from answer.question_words import function_words
from index.lexical import terms

# Closed classes beside the function words: determiners and pronouns, conjunctions, prepositions, auxiliaries, adverbs,
# numerals, months and days; then verbs of saying and thinking, nouns that stand for any other, and ends of "isn't".
_CLOSED = (
    "no every each either neither both all half itself himself herself themselves myself yourself one ones other "
    "another someone anyone everyone nobody nothing something anything everything none mine yours hers theirs "
    "nor yet because since although though unless until whether once lest "
    "about above across against along amid among around before behind below beneath beside besides between beyond "
    "despite down during except inside into like near off onto opposite out outside over past per round through "
    "throughout till toward under unlike up upon via within without after "
    "being having does doing may might must shall ought cannot "
    "not very too also only even still again ever never always often now already soon later ago here however "
    "therefore thus hence perhaps maybe quite rather almost instead far much many more most less least few several "
    "enough little lot own same first second third last next previous "
    "zero two three four five six seven eight nine ten eleven twelve hundred thousand million billion dozen "
    "january february march april june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow "
    "say said know known let mean meant think thought make made use used want go going hear heard consider find found "
    "see seen look please thank yes okay ok oh ah hmm wow "
    "time year day month week way thing people part kind sort type example article "
    "d m ll re t ve don didn doesn isn aren wasn weren wouldn couldn shouldn hasn haven hadn won"
)
_BEFORE_NOUNS = (
    "a an the this that these those of in on for with by from about into between its his her their our your my at no "
    "some any all each every both such other and or"
)
_BEFORE_VERBS = (
    "to can could may might must shall should will would do does did not i we you he she they who is are was were be "
    "been being has have had"
)
_NOUNS_FOLLOW, _VERBS_FOLLOW = frozenset(_BEFORE_NOUNS.split()), frozenset(_BEFORE_VERBS.split())
_WORD = re.compile(r"[^\W_]+(?:[&’'-][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")
_SMALL = re.compile(r"(?<![\w’'-])[a-z][\w’'-]*")
_POSSESSIVE = re.compile(r"['’]s?$")
_ITS_VERB = re.compile(r"\b(?:[Ww]hich|[Ww]hat)\s+[a-z]*[^\Ws]\s+([a-z]+(?:s|ed))\b")  # "Which road links"
_MOST_CHARACTERS = 3_000  # of a text; a passage is a quote in its context
_MOST_TIMES = 3  # that a word of one text counts
_LONGEST, _LONGEST_NAME = 3, 4  # words of a phrase


class Topics:
    """The words of texts with how much each counts, and the phrases that they stand in."""

    def __init__(self) -> None:
        self.weights: defaultdict[str, float] = defaultdict(float)
        self._runs: list[list[str]] = []
        self._small = set[str]()
        self._nouns: Counter[str] = (
            Counter()
        )  # how much more often a word stands where a noun does than where a verb does

    def add(self, text: str, weight: float) -> None:
        """Count the words of a text, each a few times at most."""
        text = text[:_MOST_CHARACTERS]
        for before, word in pairwise(["", *_WORD.findall(text)]):
            side = before.lower()
            self._nouns[stem(word)] += (side in _NOUNS_FOLLOW) - (side in _VERBS_FOLLOW)
        self._small.update(stem(word) for word in _SMALL.findall(text))
        self._nouns.subtract(stem(word) for word in _ITS_VERB.findall(text))
        found = list(runs(text))
        self._runs += found
        for one, count in Counter(stem(word) for run in found for word in run).items():
            self.weights[one] += weight * min(count, _MOST_TIMES)

    def leading(self, least: float) -> list[str]:
        """The stems that count at least so much, the most first and the earliest among equals."""
        ranked = sorted(self.weights.items(), key=lambda one: -one[1])
        return [one for one, weight in ranked if weight >= least]

    def best(self, k: int, known: Iterable[str] = (), least: float = 0.0) -> list[str]:
        """The k topics that count the most, as phrases; none shares a word with another or with the `known` stems."""
        found, used = list[str](), set(known)
        phrases = [phrase for run in self._runs for phrase in self._phrases(run)]
        for one in self.leading(least):
            if one not in used and (phrase := _fullest(one, phrases, used)):
                found.append(" ".join(phrase))
                used.update(map(stem, phrase))
            if len(found) == k:
                break
        return found

    def _phrases(self, run: Sequence[str]) -> Iterator[list[str]]:
        """A run without what is taken for verbs, parted where a name begins or ends."""
        part = list[str]()
        for word in map(self._plain, run):
            is_noun = _is_name(word) or self._nouns[stem(word)] >= 0
            if part and (not is_noun or _is_name(word) != _is_name(part[-1])):
                yield part
                part = []
            if is_noun:
                part.append(word)
        if part:
            yield part

    def _plain(self, word: str) -> str:
        """A word in small letters where the texts have it so as well: it is no name, whatever a heading does to it."""
        return word.lower() if word.istitle() and stem(word) in self._small else word


def runs(text: str) -> Iterator[list[str]]:
    """The words that closed classes, figures and punctuation leave side by side, without possessive endings."""
    run, end = list[str](), 0
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match.group())
        if run and (text[end : match.start()] != " " or not is_content(word)):
            yield run
            run = []
        if is_content(word):
            run.append(word)
        end = match.start() + len(word)
    if run:
        yield run


def words(text: str) -> list[str]:
    """The words of a text that are of no closed class, in order."""
    return [word for run in runs(text) for word in run]


def stems(text: str) -> set[str]:
    """The stems of all words of a text, of "al-Bab" also those of its parts."""
    text = text[:_MOST_CHARACTERS]
    return {stem(word) for word in (*_WORD.findall(text), *_PIECE.findall(text))}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word as the word index knows it."""
    return " ".join(terms(word))


@lru_cache(maxsize=20_000)
def is_content(word: str) -> bool:
    """Whether a word is of no closed class, no figure and no adverb in -ly."""
    small = word.lower()
    if len(word) < 2 or not small[0].isalpha() or (small.endswith("ly") and word == small and len(word) > 5):
        return False
    return not set(terms(re.split("['’]", small)[0])) & _closed()


@cache
def _closed() -> frozenset[str]:
    return function_words() | frozenset(terms(_CLOSED))


def _is_name(word: str) -> bool:
    return word[0].isupper()


def _fullest(one: str, phrases: Sequence[Sequence[str]], used: set[str]) -> list[str]:
    """The longest phrase that a word stands in, of those in which it stands at least half of the time.

    Of a name the fullest form counts however rare it is: people are called by it once.
    """
    counts, shown = Counter[tuple[str, ...]](), dict[tuple[str, ...], list[str]]()
    for phrase in phrases:
        stems = list(map(stem, phrase))
        for start, end in _spans(phrase, stems.index(one)) if one in stems else ():
            key = tuple(stems[start:end])
            if not used & set(key) and len(set(key)) == len(key):
                counts[key] += 1
                shown.setdefault(key, list(phrase[start:end]))
    kept = [key for key, count in counts.items() if 2 * count >= counts[(one,)] or _is_name(shown[key][0])]
    return shown[max(kept, key=lambda key: (len(key) > 1, counts[key], len(key)))] if kept else []


def _spans(phrase: Sequence[str], at: int) -> Iterator[tuple[int, int]]:
    """The parts of a phrase with the word at a place: the whole of a name, or the word with a few beside it."""
    if _is_name(phrase[at]) and len(phrase) <= _LONGEST_NAME:
        yield 0, len(phrase)
        return
    for start in range(max(0, at - _LONGEST + 1), at + 1):
        for end in range(at + 1, min(len(phrase), start + _LONGEST) + 1):
            yield start, end
