"""Examples that are answered → near misses that are not, from which the reader learns to abstain."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from answer.examples import Example
from index.chunk import sentences
from index.lexical import LexicalIndex, Term, terms
from index.schema import flat

_NAME = re.compile(r"(?<=[^.?!\s] )[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = re.compile(r"[^\W_]+")
_OPPOSITES = (
    "first last; before after; largest smallest; highest lowest; most least; more fewer; north south; east west; "
    "won lost; win lose; began ended; begin end; start stop; started stopped; increase decrease; increased "
    "decreased; early late; oldest newest; inside outside; above below; longest shortest; killed injured; dead "
    "wounded; died survived; kill wound; arrived left; arrive leave; bought sold; buy sell; married divorced; born "
    "buried; older younger; accepted rejected; accept reject; allowed banned; built destroyed; gained lost; major "
    "minor; northern southern; eastern western; public private; rich poor; rural urban; rise fall; rose fell; same "
    "different; attacked defended; captured lost; capture lose; opened closed; open close; closed reopened; close "
    "reopen; arrested released; arrest release; hired dismissed; appointed dismissed; appoint dismiss; approved "
    "rejected; approve reject; confirmed denied; confirm deny; suspended resumed; suspend resume; joined quit; "
    "raised cut; raise cut; proposed adopted; propose adopt; signed refused; supported opposed; support oppose; "
    "seized returned; seize return; acquitted convicted; announced cancelled; announce cancel; found missing; "
    "claimed denied; agreed broke; started finished; start finish; demanded offered; demand offer; borrowed lent; "
    "winner loser; buyer seller; founder director; witness suspect; victim suspect; plaintiff defendant; minimum "
    "maximum; arrival departure"
)
_TURNS: dict[str, list[str]] = {}
for _one, _other in (pair.split() for pair in _OPPOSITES.split("; ")):
    _TURNS.setdefault(_one, []).append(_other)
    _TURNS.setdefault(_other, []).append(_one)
_FEWEST_WORDS = 5  # "Who resigned?" may be answered by any passage
_DEEPEST = 8  # how far down the ranking a near miss is looked for


def near_misses(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """For that share of the answered questions, a passage that ranks high for its words without holding its answer."""
    chance = random.Random(seed)
    long_enough = [e for e in examples if len(e.question.split()) >= _FEWEST_WORDS and e.answers]
    chosen = [example for example in long_enough if chance.random() < share]
    headings = {example.context: example.heading for example in examples}
    found = []
    for example, missing in near_passages(chosen, _DEEPEST, headings):
        if missing:
            # Mostly the nearest, as those are what a search returns first.
            context = missing[min(int(chance.expovariate(0.7)), len(missing) - 1)]
            found.append(Example(example.question, context, (), headings[context]))
    return found


def near_passages(
    examples: Sequence[Example], depth: int, contexts: Iterable[str] | None = None
) -> Iterator[tuple[Example, list[str]]]:
    """With each example those of the `depth` best ranked passages that do not hold its answer, nearest first.

    The passages are `contexts`, by default those of the examples themselves.
    """
    ordered = sorted(set(contexts if contexts is not None else (example.context for example in examples)))
    with tempfile.TemporaryDirectory() as folder:
        index = LexicalIndex(Path(folder) / "words", create=True)
        index.write(delete=(), add=((str(i), str(i), {"text": context}) for i, context in enumerate(ordered)))
        for example in examples:
            ranked = [ordered[int(id)] for id, _ in index.best(_asked(example.question), depth)]
            yield example, [one for one in ranked if one != example.context and not _tells(example, one)]


def _asked(question: str) -> dict[Term, float]:
    return {Term("text", term): 1.0 for term in terms(question)}


def _tells(example: Example, context: str) -> bool:
    words = flat(context).casefold()
    return any(flat(example.context[start:end]).casefold() in words for start, end in example.answers)


def cut(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """For that share of the answered questions, their passage without the sentences that tell the answer.

    What is left is about the same subject, and is what a search finds where the archive does not hold the answer.
    """
    chance = random.Random(seed)
    found = []
    for example in examples:
        if example.answers and chance.random() < share:
            told = [example.context[start:end] for start, end in sentences(example.context)]
            left = " ".join(words for words in told if not _tells(example, words))
            if left and len(left) < len(" ".join(told)) and not _tells(example, left):
                found.append(replace(example, context=left, answers=()))
    return found


def turned(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """For that share of the answered questions, one turned into what its passage no longer answers, where one can be.

    Another name or number of the passage is put in, a word becomes its opposite, or "not" is put in: the ways in which
    SQuAD 2.0's unanswerable questions were made (Rajpurkar, Jia & Liang 2018, table 1).
    """
    chance = random.Random(seed)
    found = []
    for example in examples:
        if example.answers and chance.random() < share:
            ways = [way(example, chance) for way in (_renamed, _renumbered, _opposed, _negated)]
            possible = [question for question in ways if question and question != example.question]
            if possible:
                found.append(replace(example, question=chance.choice(possible), answers=()))
    return found


def _renamed(example: Example, chance: random.Random) -> str:
    return _exchanged(_NAME, example, chance)


def _renumbered(example: Example, chance: random.Random) -> str:
    return _exchanged(_NUMBER, example, chance)


def _exchanged(pattern: re.Pattern[str], example: Example, chance: random.Random) -> str:
    """The question with one of its names for another of the passage's that neither it nor the answer has a word of."""
    asked = list(pattern.finditer(example.question))
    known = set(_WORD.findall(example.question.casefold()))
    for start, end in example.answers:
        known.update(_WORD.findall(example.context[start:end].casefold()))
    others = sorted({m.group() for m in pattern.finditer(example.context)})
    others = [other for other in others if not known & set(_WORD.findall(other.casefold()))]
    if not asked or not others:
        return ""
    match = chance.choice(asked)
    return example.question[: match.start()] + chance.choice(others) + example.question[match.end() :]


def _opposed(example: Example, chance: random.Random) -> str:
    matches = [match for match in _WORD.finditer(example.question) if match.group() in _TURNS]
    if not matches:
        return ""
    match = chance.choice(matches)
    return example.question[: match.start()] + chance.choice(_TURNS[match.group()]) + example.question[match.end() :]


def _negated(example: Example, chance: random.Random) -> str:
    match = re.search(r"\b(did|does|do|was|were|is|are|could|can|would|has|have) (\w+)", example.question)
    return "" if not match else f"{example.question[: match.end(1)]} not{example.question[match.end(1) :]}"
