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
_COUNTS = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "fifteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
]
_COUNT = re.compile(rf"\b(?:\d[\d,]*\d|\d|{'|'.join(_COUNTS)})\b(?![.,]?\d)", re.IGNORECASE)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_CALENDAR = re.compile(rf"\b(?:{'|'.join(_DAYS + _MONTHS)})\b")
_TELLINGS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"\b(?:may|might|could) (\w+)", r"will \1"),
        (r"\bwill (\w+)", r"may \1"),
        (r"\b(?:plans?|planned|hopes?|hoped|wants?|wanted|intends?|intended|threatened|offered) to\b", "has begun to"),
        (r"\b(?:said|says)\b(?! (?:on|in)\b)", "denied"),
        (r"\bdenied\b", "confirmed"),
        (r"\b(?:announced|confirmed)\b", "denied"),
        (r"\b(?:some|many|several|most)\b", "all"),
        (r"\b(?:about|around|nearly|almost) (?=\d)", "more than "),
        (r"\bat least\b", "at most"),
        (r"\bmore than\b", "fewer than"),
        (r"\b(?:not|never) ", ""),
        (r"\bno (?=\w)", "some "),
    )
)
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


def twisted(sentence: str, context: str, chance: random.Random) -> str:
    """A sentence of a passage with one thing changed that it says, so that the passage no longer says it; "" if none.

    Besides the ways of `turned`: a figure that the passage does not have, another day or month, two names or figures
    of the sentence exchanged, a statement that becomes a denial or a plan that becomes a fact.
    """
    told = Example(sentence, context)
    ways = (
        _renamed(told, chance),
        _renumbered(told, chance),
        _opposed(told, chance),
        _negated(told, chance),
        _swapped(_NUMBER, sentence, chance),
        _swapped(_NAME, sentence, chance),
        _recounted(told, chance),
        _redated(told, chance),
        _retold(told, chance),
    )
    possible = [twist for twist in ways if twist and twist != sentence and twist not in context]
    return chance.choice(possible) if possible else ""


def _swapped(pattern: re.Pattern[str], sentence: str, chance: random.Random) -> str:
    """The sentence with two of its names or numbers exchanged."""
    found = list({match.group(): match for match in pattern.finditer(sentence)}.values())
    if len(found) < 2:
        return ""
    one, other = sorted(chance.sample(found, 2), key=lambda match: match.start())
    between = sentence[one.end() : other.start()]
    return f"{sentence[: one.start()]}{other.group()}{between}{one.group()}{sentence[other.end() :]}"


def _recounted(example: Example, chance: random.Random) -> str:
    """The sentence with another figure, or number word, of like size, that its passage does not have."""
    matches = list(_COUNT.finditer(example.question))
    if not matches:
        return ""
    match = chance.choice(matches)
    told = match.group().replace(",", "")
    if told.casefold() in _COUNTS:
        other = chance.choice(_COUNTS)
        other = other.capitalize() if told[:1].isupper() else other
    elif told.isdigit() and len(told) < 10:
        number = int(told)
        spread = max(3, number // 3) if not 1500 < number < 2100 else 9
        other = str(max(1, number + chance.choice((-1, 1)) * chance.randint(1, spread)))
        other = f"{int(other):,}" if "," in match.group() else other
    else:
        return ""
    if re.search(rf"(?<!\w){re.escape(other)}(?!\w)", example.context, re.IGNORECASE):
        return ""
    return example.question[: match.start()] + other + example.question[match.end() :]


def _redated(example: Example, chance: random.Random) -> str:
    """The sentence with another weekday or month."""
    matches = list(_CALENDAR.finditer(example.question))
    if not matches:
        return ""
    match = chance.choice(matches)
    others = _DAYS if match.group() in _DAYS else _MONTHS
    other = chance.choice([one for one in others if one != match.group()])
    return example.question[: match.start()] + other + example.question[match.end() :]


def _retold(example: Example, chance: random.Random) -> str:
    """The sentence with what is planned told as done, what may be as certain, what is said as denied, and back."""
    matches = [(match, to) for pattern, to in _TELLINGS for match in pattern.finditer(example.question)]
    if not matches:
        return ""
    match, to = chance.choice(matches)
    return example.question[: match.start()] + match.expand(to) + example.question[match.end() :]


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
