"""Whose articles a question asks of: outlets in a clause that speaks of reporting, authors who are said to write.

People and papers are also what articles are about, so a name alone asks of nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_REPORTING = re.compile(
    r"\b(?:article|report|piece|story|stories|coverage|interview|review|column|editorial|blog|post|page|accord|"
    r"sa(?:y|id)\b|writ|wrote|told\b|tell|publish|print|quot|cit(?:e|ing)|claim|mention|stat(?:e[sd]?|ing)\b|suggest|"
    r"indicat|describ|discuss|detail|highlight|note[sd]?\b|reveal|announc|cover|featur|sources?\b|newspapers?\b|"
    r"outlets?\b|per\b|attribut|portray|depict|argu|assert|emphasi|impl(?:y|ie)|focus|address|explain|present|profil|"
    r"analy)",
    re.IGNORECASE,
)
# A new part begins after these: a contrast, the end of a sentence, or the question proper after what it rests on.
_TURN = re.compile(
    r",?\s+(?:while|whereas|but)\s+|(?<=\w\w)[;?!.][\"'”’]?\s+(?=[\"'“‘]?[A-Z])|"
    r",\s+(?=(?:was|were|is|are|did|does|do|has|have|had|can|could|which|who)\b)"
)
# What stands before and after a name where it is asked of as an author; people are also what articles are about.
_BY = re.compile(
    r"\b(?:article|report|piece|story|column|interview|review|editorial|post|analysis|coverage|reporting|written|"
    r"author|columnist|journalist|reporter|correspondent|editor)s?\s+(?:by\s+)?$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"['’]s?\s+(?:\w+\s+){0,2}(?:article|report|piece|story|column|interview|review|editorial|post|analysis|coverage|"
    r"reporting)s?\b|\s+(?:wrote|writes|has written|reported|reports|reporting)\b",
    re.IGNORECASE,
)


_WORD = re.compile(r"[^\W_]+")
_LONGEST_NAME = 6  # words


@dataclass(frozen=True, slots=True)
class Asked:
    """Characters `start` to `end` of a question that name an outlet, or an author, whose articles it asks of."""

    start: int
    end: int
    name: str
    is_author: bool = False


def asked_of(question: str, outlets: Iterable[str], authors: Collection[str]) -> list[Asked]:
    """Whom a question asks of among these outlets and authors, in order."""
    found = _outlets(question, outlets)
    return sorted([*found, *_authors(question, authors, found)], key=lambda one: one.start)


def clauses(question: str, named: Sequence[Asked]) -> list[tuple[int, int]]:
    """Where the clauses of a question begin and end, each of which may ask of others."""
    return cut(_masked(question, named), _TURN)


def cut(text: str, at: re.Pattern[str]) -> list[tuple[int, int]]:
    """The pieces of a text between the matches of a pattern, each of which ends with its match."""
    places = [0, *(match.end() for match in at.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(places) if text[start:end].strip()]


def aliases(outlet: str) -> list[str]:
    """How people write an outlet's name: whole, or what stands before or after a bar, with "The" or without it.

    A single word keeps its "The", since what is left ("Age", "Sun") may be anything.
    """
    names = [outlet, *re.split(r"\s+\|\s+", outlet)]
    short = [name.removeprefix("The ") for name in names]
    return [name for name in (*names, *(name for name in short if " " in name)) if any(map(str.isalpha, name))]


def _outlets(question: str, outlets: Iterable[str]) -> list[Asked]:
    """Where outlets are named as the source of something; the longest name where several begin."""
    known = {alias: outlet for outlet in outlets for alias in aliases(outlet)}
    if not known:
        return []
    longest_first = sorted(known, key=lambda alias: (-len(alias), alias))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w| [A-Z])")
    found = [Asked(match.start(), match.end(), known[match.group()]) for match in pattern.finditer(question)]
    masked = _masked(question, found)
    told = [(start, end) for start, end in clauses(question, found) if _REPORTING.search(masked[start:end])]
    return [one for one in found if any(start <= one.start < end for start, end in told)]


def _authors(question: str, authors: Collection[str], outlets: Sequence[Asked]) -> list[Asked]:
    """Where authors are said to write; a single word is nobody's name, and an outlet's is none."""
    words, found, after = list(_WORD.finditer(question)), list[Asked](), 0
    for first, begun in enumerate(words):
        for ended in reversed(words[first + 1 : first + _LONGEST_NAME]):
            start, end = begun.start(), ended.end()
            if start < after or question[start:end] not in authors:
                continue
            if any(one.start < end and start < one.end for one in outlets):
                continue
            if _BY.search(question[:start]) or _WROTE.match(question[end:]):
                found.append(Asked(start, end, question[start:end], is_author=True))
                after = end
    return found


def _masked(question: str, named: Sequence[Asked]) -> str:
    """The question with letters for what names an outlet, so that its dots and capitals begin no clause."""
    for one in named:
        question = f"{question[: one.start]}{'O' * (one.end - one.start)}{question[one.end :]}"
    return question
