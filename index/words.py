"""The words of a text as the word index keeps them, and those of a question with how much each counts.

English endings are taken off words but not off names: "Hamas" is no form of "Hama". Beside them stand pairs of
neighbours, so that a phrase counts more than its words do, and the initials of names, so that "SOHR" finds the Syrian
Observatory for Human Rights.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import pairwise

from index.languages import is_foreign
from index.lexical import Term, terms, terms_of, whole

# Words without a subject, in a question or anywhere.
FUNCTION_WORDS = (
    "a an and are as at be been by did do does for from had has have if in is it its of on or that the there this to "
    "was were what when where which who with"
)
# The words in which a question speaks of reports rather than of what they tell, and of how things stand to each other.
_TALK = (
    "according article articles report reports reported reporting mention claim suggest indicate state portray "
    "portrayal discuss describe detail consistent consistency inconsistent published publication news source "
    "sources highlight highlighted cover covered coverage feature featured agree agreement disagree disagreement "
    "change compare compared regarding concerning about same different both while whereas subsequent following "
    "between after before"
)
# Chosen on one half of MultiHop-RAG's questions: see eval/results/retrieval.md.
_OF_TALK = 0.15  # of words that speak of reports, against others
_AS_NAME = 0.8  # of a name as it is written; the rest counts for its stem, in texts that write it otherwise
_PAIR = 0.3  # of two neighbours beside the two words
_NAME = re.compile(r"\b[^\W\d_a-z][\w'’-]*")
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,6}|\b[A-Z]{2,6}\b")
_RUN = re.compile(
    r"\b[^\W\d_a-z][\w'’-]*(?:(?:\s+(?:of|for|and|in|on|de|du|des|&)(?:\s+the)?)?\s+[^\W\d_a-z][\w'’-]*){2,6}\b"
)
_TITLED = 4  # capitalised words that may be a question in capitals rather than a name
_LEAST_INITIALS, _MOST_INITIALS = 3, 6


def fields(text: str, language: str | None = None) -> Mapping[str, str]:
    """What the word index keeps of a chunk of an article in some language, by field."""
    return {
        "text": f"{text}\n{' '.join(terms_of(language, text))}" if language and is_foreign(language) else text,
        "names": " ".join(_names(text)),
        "pairs": " ".join(_pairs(text)),
        "initials": " ".join([*acronyms(text), *(part for run in _runs(text) for part in _parts(run))]),
    }


def asked(text: str, names: Collection[str], weight: float = 1.0, languages: Collection[str] = ()) -> dict[Term, float]:
    """The terms of a question, or of a piece of one that has these `names_in` it, with how much each counts.

    It may be in any of the `languages` of the articles, besides English.
    """
    found, short = dict[Term, float](), set(acronyms(text))
    for stem, word in zip(terms(text), whole(text), strict=True):
        much = weight * (_OF_TALK if stem in talk() and word not in names else 1.0)
        if word in names:
            found[Term("initials" if word in short else "names", word)] = much * _AS_NAME
            much *= 1 - _AS_NAME
        found[Term("text", stem)] = much
    for language in languages:
        for term in terms_of(language, text):
            found.setdefault(Term("text", term), weight)
    found |= {Term("pairs", pair): weight * _PAIR for pair in _pairs(text)}
    return found | {Term("initials", run): weight * _PAIR for run in _runs(text) if len(run) <= _MOST_INITIALS}


def names_in(question: str) -> frozenset[str]:
    """The words of a question's names: those with a capital, but for its first; none where each word has one."""
    found = [match.group() for match in _NAME.finditer(question) if match.start()]
    small = {term for word in re.findall(r"\b[a-z]\w*", question) for term in terms(word)}
    if len(found) >= _TITLED and small <= talk():
        return frozenset()
    words = {word for name in found for word in whole(name) if not talk() & set(terms(word))}
    return frozenset(words | set(acronyms(question)))


@cache
def talk() -> frozenset[str]:
    """The terms that only speak of reports, and function words."""
    return frozenset(terms(f"{_TALK} {FUNCTION_WORDS}"))


def acronyms(text: str) -> list[str]:
    """Its words of capitals only, in small letters and without their dots: "un" for "UN" and "U.N."."""
    return [match.group().replace(".", "").casefold() for match in _ACRONYM.finditer(text)]


def _names(text: str) -> list[str]:
    """Each word with a capital, the first of a sentence too, since nothing tells whether it is a name."""
    return whole(" ".join(match.group() for match in _NAME.finditer(text)))


def _pairs(text: str) -> Iterator[str]:
    return (f"{one}_{other}" for one, other in pairwise(terms(text)) if not {one, other} & talk())


def _runs(text: str) -> list[str]:
    """The initials of each run of at least three capitalised words: "sohr"."""
    runs = (whole(" ".join(word[:1] for word in _NAME.findall(match.group()))) for match in _RUN.finditer(text))
    return ["".join(letters) for letters in runs]


def _parts(run: str) -> Iterator[str]:
    """The initials of every part of a run, since words that are no part of the name may stand before or after it."""
    for start in range(len(run)):
        for end in range(start + _LEAST_INITIALS, min(len(run), start + _MOST_INITIALS) + 1):
            yield run[start:end]
