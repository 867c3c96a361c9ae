"""Words of a question that stand for something said before it: pronouns, "there", "that day"; and what is left out.

A word dangles where nothing before it in the question can be what it stands for. Where the wording leaves that open the
question is taken to be whole: one that is changed needlessly asks something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from answer.topics import stem, words


class Stands(Enum):
    """What a dangling word stands for: a person, a thing or several, a place, a time, or what a noun after it names."""

    PERSON = "person"
    THING = "thing"
    SEVERAL = "several"
    PLACE = "place"
    TIME = "time"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Dangling:
    """The span of a question that stands for something said before; `owns` where it is possessive, as "his" is."""

    start: int
    end: int
    stands: Stands
    owns: bool = False


_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?"
)
_PREPOSITION = r"(?:about|after|at|before|by|for|from|in|like|of|on|to|with)"
_WH = r"(?:how|what|which|whose|where|when|why|whom?)"
_PRONOUN = re.compile(
    r"\b(?:(?P<person>he|him|she|her|his|hers)|(?P<thing>it|its)|(?P<several>they|them|their|theirs))\b", re.IGNORECASE
)
# "How likely is it", "what food is it": the words before the verb are what is asked, and not what "it" stands for.
_ASKED = re.compile(rf"\b{_WH}(?:\s+[\w-]+){{0,4}}?\s+{_AUXILIARY}\s+$", re.IGNORECASE)
_BESIDE = re.compile(rf"\b[a-z]\w*\s+{_PREPOSITION}\s+$")  # "a degree in it": no degree is in itself
# The word before an object is its verb: "who refused him", "who built it".
_OBJECT = re.compile(rf"(?:him|them|it|her)\b(?!\s+(?:{_AUXILIARY}|\w+ed)\b)", re.IGNORECASE)
_ITS_VERB = re.compile(r"\b[a-z]\w*\s+$")
_ENDS = re.compile(r"\W*(?:$|[,.;?!])")
_EXPLETIVE = re.compile(
    r"it\s+(?:(?:is|was|be|been|now|not|\w+ly)\s+)*(?:(?:possible|necessary|true|legal|better|best|good|bad|fair|safe|easier|"
    r"difficult|easy|hard|important|normal|common|said|thought|known|proven|shown|held|called|\w+ed|"
    r"become|took|takes?|costs?|means?|meant)\b.*\b(?:that|to|if|when|for)\b|(?:rain|snow)\w*)",
    re.IGNORECASE,
)
_THERE = re.compile(rf"\bthere\b(?!['’]|\s+(?:{_AUXILIARY}|be|been|exist\w*)\b)", re.IGNORECASE)
_EXISTS = re.compile(rf"\b(?:{_AUXILIARY}|be|been|that|whether|if)\s+$", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:since|after|by|until|till|before|back)\s+then\b|\bthen(?=\W*$)|\b(?:(?:on|in|at|during)\s+)?"
    r"(?:that|this|the same(?! time))\s+(?:day|night|morning|evening|week|month|year|summer|winter|time|moment|date|"
    r"decade|century|period)\b(?!\s+(?:as|that|when)\b)",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d|\b(?:when|while|if|assuming)\b", re.IGNORECASE)
_NOT_WHO = r"(?!\s+(?:who|that|which|of|in|with)\b)"  # "those who fled" says itself which
_POINTS = re.compile(
    rf"\b(?:this|these)\b{_NOT_WHO}|(?:^|(?<=[.?!,]\s))(?:\w+\s+)?{_AUXILIARY}\s+(?P<subject>that|those)\b{_NOT_WHO}|"
    rf"\b(?:{_PREPOSITION}|do|does|did)\s+(?P<object>that|those)\b{_NOT_WHO}|\b(?P<last>that|those)(?=\W*$)",
    re.IGNORECASE,
)
_THAT_NOUN = re.compile(r"(?:that|those)\s+(\w+)(?=\W*$)", re.IGNORECASE)
# Words that pick from what was told, or count it.
_PICKS = re.compile(
    rf"\bthe (?:former|latter|others)(?=\W*$|\s+{_AUXILIARY}\b)|"
    r"\b(?:which|this|other|first|second|third|last|next) one\b"
    r"(?! of)|\bones\b|\bthe (?:two|three|other)\b(?!.*\b(?:of|in|between|and|to|for|if|that)\b)|"
    rf"\bhow (?:many|much)(?=\W*$|\s+of (?:them|those|these)\b)|\bhow many(?=\s+{_AUXILIARY}\b)|"
    r"\byou\s+(?:just\s+)?(?:quote|mention|cite|said|say|mean|meant|name|refer)\w*",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(r"(?:(?P<joined>and)|but|or|so|(?:what|how) about)\b", re.IGNORECASE)
_FRAGMENT_WORDS = 3
_CORRECTION = re.compile(r"no,", re.IGNORECASE)
_VERB = re.compile(rf"\b(?:{_AUXILIARY}|who|{_WH})\b", re.IGNORECASE)
_ENGLISH = re.compile(
    r"\b(?:and|no|you|the|those|these|there|give|tell|say|show|explain|describe|list)\b", re.IGNORECASE
)
_COMMENT = re.compile(r"(?:that|this|it)(?:['’]s|\s+\w+)\b", re.IGNORECASE)  # "That sounds easy."
_NAME = re.compile(r"(?<!^)(?<![.?!]\s)\b(?!I\b)[^\W\d_a-z]\w*|\d")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def dangling(question: str) -> list[Dangling]:
    """The words of a question that stand for something said before it, in order."""
    found = [one for start, end in _asking(question) for one in _in(question, start, end)]
    return sorted(found, key=lambda one: one.start)


def leaves_out(question: str) -> bool:
    """Whether a question leaves out what it is about: "And when?", "what about the ferry?", "the driver you quote"."""
    asked = what_asks(question)
    if not is_named(question) and not words(question):
        return True
    if _CORRECTION.match(question):
        return not _VERB.search(question, 3)
    begun = _FRAGMENT.match(asked)
    if begun and len(words(asked)) <= _FRAGMENT_WORDS and not _VERB.search(asked, begun.end()):
        return True
    return not is_named(asked) and bool(_PICKS.search(asked) or begun and begun["joined"])


def is_english(question: str) -> bool:
    """Whether a question has a question word, an auxiliary, a pronoun or the like of English."""
    return any(pattern.search(question) for pattern in (_VERB, _PRONOUN, _ENGLISH))


def what_asks(question: str) -> str:
    """The sentences of a question that ask; all of them where none has a question mark."""
    return " ".join(question[start:end] for start, end in _asking(question)).strip()


def is_named(text: str) -> bool:
    """Whether a text has a name or a figure; the first word of a sentence is capitalised whatever it is."""
    return bool(_NAME.search(text))


def _asking(question: str) -> list[tuple[int, int]]:
    breaks = [match.span() for match in _SENTENCE.finditer(question)]
    starts, ends = [0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(question)]
    spans = list(zip(starts, ends, strict=True))
    return [span for span in spans if question[slice(*span)].rstrip().endswith("?")] or spans


def _in(question: str, start: int, end: int) -> Iterator[Dangling]:
    """The dangling words of one sentence."""
    for match in _PRONOUN.finditer(question, start, end):
        if not _EXPLETIVE.match(question, match.start()) and not _is_bound(question, match):
            yield Dangling(*match.span(), Stands[(match.lastgroup or "").upper()], _owns(question, match))
    for match in _THERE.finditer(question, start, end):
        before = question[: match.start()]
        if not _EXISTS.search(before) and not is_named(before):
            yield Dangling(*match.span(), Stands.PLACE)
    times = [one for one in _TIME.finditer(question, start, end) if not _DATED.search(question[: one.start()])]
    yield from (Dangling(*match.span(), Stands.TIME) for match in times)
    for match in _POINTS.finditer(question, start, end):
        at, to = match.span(match.lastgroup or 0)
        noun = _THAT_NOUN.match(question, at) if match["object"] else None
        bound = stem(noun[1]) in map(stem, words(question[:at])) if noun else _is_bound(question, match)
        if not bound and not any(one.start() <= at < one.end() for one in times):
            yield Dangling(at, to, Stands.NAMED)


def _owns(question: str, pronoun: re.Match[str]) -> bool:
    """Whether a pronoun is possessive; "her" is where a noun follows."""
    word = pronoun.group().lower()
    noun = re.match(r"\s+\w+", question[pronoun.end() :])
    return word in ("his", "its", "their") or word == "her" and noun is not None and bool(words(noun.group()))


def _is_bound(question: str, pronoun: re.Match[str]) -> bool:
    """Whether something before it in the question can be what a pronoun stands for."""
    *said, before = _SENTENCE.split(question[: pronoun.start()])
    if asked := _ASKED.search(before):
        before = before[: asked.start()]
    elif _OBJECT.match(question, pronoun.start()):
        before = _ITS_VERB.sub("", _BESIDE.sub("", before) if _ENDS.match(question, pronoun.end()) else before)
    before = " ".join([*(one for one in said if not _COMMENT.match(one)), before])
    fit = words(before)
    if pronoun.group().lower() in ("it", "its"):
        # "What did the doctors do to treat it": neither several nor a verb after "to" is what "it" stands for.
        acts = {stem(word) for word in re.findall(r"\bto (\w+)", before)}
        fit = [word for word in fit if not re.search(r"[^aeisu]s$|es$", word) and stem(word) not in acts]
    return bool(fit)
