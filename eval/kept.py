"""Whether questions that stand alone are left as they are after other turns."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answer.followup import Turn, standalone
from eval.conversations import Conversation
from eval.questions import Question, QuestionSet

_PAIRS, _SEED = 4_000, 0
# Narrowly what does not stand alone: a pronoun before which there is no name, figure, article or other determiner.
_PRONOUN = re.compile(r"\b(?:he|him|his|she|hers?|its?|they|them|theirs?)\b", re.IGNORECASE)
_DETERMINER = re.compile(r"(?<!^)\b[A-Z]|\d|\b(?:an?|the|this|that|these|those|my|your|our|each|every|some|any)\b")


@dataclass(frozen=True, slots=True)
class Kept:
    """A question that stands alone, what became of it after other turns, and the half that it is of."""

    split: str
    question: str
    found: str


def stands_alone(question: str) -> bool:
    """Whether no pronoun of a question plainly lacks what it stands for."""
    first = _PRONOUN.search(question)
    return first is None or bool(_DETERMINER.search(question[: first.start()]))


def human_kept(found: Sequence[Conversation]) -> Iterator[Kept]:
    """What people made to stand alone, after the turns before it."""
    for one in found:
        told = [Turn(question=turn.human, passage=turn.passage) for turn in one.turns]
        yield from (_kept(one.split, turn.question, told[:at]) for at, turn in enumerate(told))


def other_kept(asked: QuestionSet, pairs: int = _PAIRS) -> Iterator[Kept]:
    """Questions of one document of SQuAD after a question of another document of the same half."""
    articles, drawn = {one.id: one for one in asked.articles or ()}, random.Random(_SEED)
    test = set(sorted({one.title for one in articles.values()})[1::2])
    for split in ("dev", "test"):
        half = [one for one in asked.questions if (articles[one.articles[0]].title in test) is (split == "test")]
        for _ in range(pairs):
            before, one = drawn.sample(half, 2)
            passage, other = (articles[each.articles[0]] for each in (before, one))
            if passage.title != other.title:
                yield _kept(split, one.question, [_told(before, passage.text)])


def sample_kept(asked: Sequence[Question]) -> Iterator[Kept]:
    """The questions of a set that are no follow-ups, each after another of its half."""
    drawn, alone = random.Random(_SEED), [one for one in asked if not one.turns]
    for one in alone:
        split = one.tags.get("split", "")
        others = [other for other in alone if other.tags.get("split", "") == split and other.id != one.id]
        before = drawn.choice(others)
        yield _kept(split, one.question, [_told(before, " ".join(before.evidence))])


def _kept(split: str, question: str, turns: Sequence[Turn]) -> Kept:
    return Kept(split, question, standalone(question, turns))


def _told(question: Question, passage: str) -> Turn:
    return Turn(question=question.question, answer=(question.answers or ("",))[0], passage=passage)
