"""Follow-up questions written so that they stand alone, by rules: what they leave open is taken from earlier turns.

Where it is sure what a word stands for, that is put in its place; what else the earlier turns were about is added at
the end: "Who refused Recep Tayyip Erdogan? (about ceasefire, Tehran summit)".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answer.antecedents import in_place, instead
from answer.dangling import dangling, is_english, is_named, leaves_out, what_asks
from answer.topics import Topics, stem, stems, words

# Chosen on the even conversations of TREC CAsT 2021.
_OF_ANSWER, _OF_QUESTION, _OF_FIRST, _OF_PASSAGE = 3.0, 2.0, 0.5, 1.0
_LEAST = 2.0  # of a topic: said in two places, or answered
_MOST_TOPICS = 3
_MOST_OPEN = 2  # words of a question that names nothing, beside those of closed classes
_LONGEST = 500  # characters of a question that may lack something; an article may be pasted as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An earlier question as it was understood, and what it was answered with, both empty when that was declined.

    `answer` are the few words or sentences of the answer, `passage` is the quote in its context that it rests on.
    """

    question: str
    answer: str = ""
    passage: str = ""


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """The question as it can be asked without the turns before it, oldest first; unchanged where it stands alone.

    English only: a question without any of its question words, auxiliaries and pronouns is left as it is.
    """
    if not turns or len(question) > _LONGEST or not is_english(question):
        return question
    last, gaps = turns[-1], dangling(question)
    if gaps:
        # The others are left: the second of two pronouns mostly stands for something else.
        question = in_place(question, gaps[0], last.question, last.answer)
    elif leaves_out(question):
        if whole := instead(question.strip(), last.question, last.answer):
            return whole
    elif not _is_open(question, turns):
        return question
    return _with(question, _topics(turns).best(_MOST_TOPICS, stems(question), _LEAST) or _asked(turns, question))


def _is_open(question: str, turns: Sequence[Turn]) -> bool:
    """Whether a question without a name is of what the turns are of, and does not say so: "How many were hurt?"."""
    asked = set(map(stem, words(what_asks(question))))
    if is_named(question) or len(asked) > _MOST_OPEN or asked & set(_topics(turns).leading(_LEAST)):
        return False
    told = (text for turn in turns for text in (turn.question, turn.answer, turn.passage))
    return any(asked & stems(text) for text in told)


def _topics(turns: Sequence[Turn]) -> Topics:
    found, last = Topics(), turns[-1]
    found.add(last.answer, _OF_ANSWER)
    found.add(last.question, _OF_QUESTION)
    found.add(last.passage, _OF_PASSAGE)
    found.add(turns[0].question, _OF_FIRST)
    return found


def _asked(turns: Sequence[Turn], question: str) -> list[str]:
    """The topics of the questions alone, where nothing was answered."""
    found = Topics()
    for turn in (turns[-1], turns[0]):
        found.add(turn.question, _OF_QUESTION)
    return found.best(_MOST_TOPICS, stems(question))


def _with(question: str, topics: Sequence[str]) -> str:
    return f"{question.rstrip()} (about {', '.join(topics)})" if topics else question
