"""SQuAD-format files → training examples for the reader, with the near misses that it learns abstaining from."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import ReadError
from index.lexical import LexicalIndex
from index.schema import flat

Span = tuple[int, int]
_NAME = re.compile(r"(?<=[^.?!\s] )[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = re.compile(r"[^\W_]+")
_OPPOSITES = (
    "first last; before after; largest smallest; highest lowest; most least; more fewer; north south; east west; won "
    "lost; "
    "win lose; began ended; begin end; start stop; started stopped; increase decrease; increased decreased; early "
    "late; oldest "
    "newest; inside outside; above below; longest shortest; killed injured; dead wounded; died survived; kill wound; "
    "arrived "
    "left; arrive leave; bought sold; buy sell; married divorced; born buried; older younger; accepted rejected; "
    "accept reject; "
    "allowed banned; built destroyed; gained lost; major minor; northern southern; eastern western; public private; "
    "rich poor; "
    "rural urban; rise fall; rose fell; same different; attacked defended; captured lost; capture lose; opened "
    "closed; open "
    "close; closed reopened; close reopen; arrested released; arrest release; hired dismissed; appointed dismissed; "
    "appoint "
    "dismiss; approved rejected; approve reject; confirmed denied; confirm deny; suspended resumed; suspend resume; "
    "joined "
    "quit; raised cut; raise cut; proposed adopted; propose adopt; signed refused; supported opposed; support "
    "oppose; seized "
    "returned; seize return; acquitted convicted; announced cancelled; announce cancel; found missing; claimed denied; "
    "agreed broke; started finished; start finish; demanded offered; demand offer; borrowed lent; winner loser; "
    "buyer seller; "
    "founder director; witness suspect; victim suspect; plaintiff defendant; minimum maximum; arrival departure"
)
_TURNS: dict[str, list[str]] = {}
for _one, _other in (pair.split() for pair in _OPPOSITES.split("; ")):
    _TURNS.setdefault(_one, []).append(_other)
    _TURNS.setdefault(_other, []).append(_one)
_FEWEST_WORDS = 5  # "Who resigned?" may be answered by any passage
_DEEPEST = 8  # how far down the ranking a near miss is looked for


@dataclass(frozen=True, slots=True)
class Example:
    """A question over a passage; `answers` are spans of code points in it, empty where it does not answer."""

    question: str
    context: str
    answers: tuple[Span, ...] = ()

    @property
    def span(self) -> Span | None:
        """The answer to learn: the one that most annotators gave, the first of those."""
        return Counter(self.answers).most_common(1)[0][0] if self.answers else None


def read_squad(path: Path) -> list[Example]:
    """The questions of a file in SQuAD format, .json or .json.gz. Raises ReadError when it is not one."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            return [example for article in json.load(file)["data"] for example in _of_article(article["paragraphs"])]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path} is not a file of questions in SQuAD format ({error!r}).") from error


def _of_article(paragraphs: Sequence[dict[str, object]]) -> Iterator[Example]:
    for paragraph in paragraphs:
        context = str(paragraph["context"])
        for asked in paragraph["qas"]:  # type: ignore[attr-defined]
            impossible = bool(asked.get("is_impossible"))
            spans = () if impossible else tuple(_spans(context, asked.get("answers", ())))
            # An answer that is not where its offset says cannot be learned from.
            if spans or impossible:
                yield Example(asked["question"].strip(), context, spans)


def _spans(context: str, answers: Iterable[dict[str, object]]) -> Iterator[Span]:
    for answer in answers:
        words, start = str(answer["text"]), int(answer["answer_start"])  # type: ignore[call-overload]
        end = start + len(words)
        while start < end and context[start:end][:1].isspace():
            start += 1
        while start < end and context[start:end][-1:].isspace():
            end -= 1
        if start < end and context[start:end] == words.strip():
            yield start, end


def read_beside(path: Path, contexts: Iterable[str]) -> list[Example]:
    """Questions on passages of other files: {"id", "possible": [[question, answer]], "impossible": [[question]]}.

    One such object a line. So questions can be published apart from passages that are not ours: `id` is a passage's
    `context_id`. Those of passages that are not among `contexts` are left out. Raises ReadError when the file is
    something else.
    """
    known = {context_id(context): context for context in contexts}
    found = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            context, possible, impossible = known.get(row["id"], ""), row["possible"], row["impossible"]
            for question, answer in possible:
                start = context.find(answer)
                found += [Example(question, context, ((start, start + len(answer)),))] if start >= 0 else []
            found += [Example(question, context) for question, *_ in impossible if context]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path} is not a file of questions on passages of other files ({error!r}).") from error
    return found


def context_id(context: str) -> str:
    """What a passage is known by in `read_beside`: 12 hexadecimal digits of its sha256."""
    return hashlib.sha256(context.encode()).hexdigest()[:12]


def is_held_apart(context: str, share: float) -> bool:
    """Whether a whole paragraph is kept from training, the same in every run: decided by its words alone."""
    return int(hashlib.sha256(context.encode()).hexdigest()[:8], 16) / 16**8 < share


def near_misses(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """For that share of the answered questions, a passage that ranks high for its words without holding its answer."""
    chance = random.Random(seed)
    long_enough = [e for e in examples if len(e.question.split()) >= _FEWEST_WORDS and e.answers]
    chosen = [example for example in long_enough if chance.random() < share]
    contexts = {example.context for example in examples}
    return [
        # Mostly the nearest, as those are what a search returns first.
        Example(example.question, missing[min(int(chance.expovariate(0.7)), len(missing) - 1)])
        for example, missing in near_passages(chosen, _DEEPEST, contexts)
        if missing
    ]


def near_passages(
    examples: Sequence[Example], depth: int, contexts: Iterable[str] | None = None
) -> Iterator[tuple[Example, list[str]]]:
    """With each example those of the `depth` best ranked passages that do not hold its answer, nearest first.

    The passages are `contexts`, by default those of the examples themselves.
    """
    ordered = sorted(set(contexts if contexts is not None else (example.context for example in examples)))
    with tempfile.TemporaryDirectory() as folder:
        index = LexicalIndex(Path(folder) / "words", create=True)
        index.write(delete=(), add=((str(i), str(i), context) for i, context in enumerate(ordered)))
        for example in examples:
            ranked = [ordered[int(id)] for id, _ in index.best(example.question, depth)]
            yield example, [one for one in ranked if one != example.context and not _tells(example, one)]


def _tells(example: Example, context: str) -> bool:
    words = flat(context).casefold()
    return any(flat(example.context[start:end]).casefold() in words for start, end in example.answers)


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
