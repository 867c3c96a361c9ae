"""Answers such as a language model writes, with a judgement of each sentence: what a citation checker is measured on.

Each line of the file is a question, the passages that the model was shown, its answer with markers, and of every
sentence of the answer in order: words that it holds, whether the passages support all that it asserts, and a kind. A
passage is the sample corpus's chunk that holds the words given; its headline, outlet and date count with them. A
sentence is read as the answer to its question, and is judged by what it says, whatever passage it cites. A corrected
figure, too, is supported by the passage that states it; a statement that the article attributes, denies or doubts is
not, when it is told as a fact. The halves "dev" and "test" share no sentence, and some kinds are in "test" alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from eval.records import Record, json_lines
from index import embed
from index.chunk import Tokenise, chunks_of
from index.demo import CORPUS
from index.read import read
from index.schema import Chunk

LIES = Path(__file__).parent / "lies.jsonl"
SPLITS = ("dev", "test")
_MAX_MB = 1.0

Cut = Callable[[str], Sequence[Chunk]]  # file stem -> the chunks of the article in that file; none when it is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A sentence of an answer, known by words of it.

    `passages` are the numbers, from 1, of all passages that support it; of kind "joined", those that do so together.
    """

    words: str
    supported: bool
    kind: str
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """An answer, true or not, to a question over passages; the passages are numbered from 1 in their order."""

    id: str
    split: str
    question: str
    passages: tuple[Chunk, ...]
    answer: str
    sentences: tuple[Judged, ...]


def load(path: Path = LIES, *, corpus: Path = CORPUS, tokenise: Tokenise | None = None) -> list[Lie]:
    """The answers of a file over the articles of a folder, cut by `tokenise`, the bundled model's when None.

    Raises QuestionSetError, one line that names file, line and field, for the first thing that is wrong.
    """
    cut = _cutter(corpus, tokenise or embed.load().tokenise)
    first: dict[str, str] = {}
    lies = []
    for record in json_lines(path):
        lie = _lie(record, cut)
        if lie.id in first:
            raise record.fault("id", f"is {lie.id!r}, as in {first[lie.id]}; give each answer its own.")
        first[lie.id] = record.where
        lies.append(lie)
    return lies


def _cutter(corpus: Path, tokenise: Tokenise) -> Cut:
    @cache
    def cut(stem: str) -> Sequence[Chunk]:
        found = next(read(corpus / f"{stem}.md", folder=corpus, max_mb=_MAX_MB))
        return chunks_of(found.article, tokenise) if found.article else ()

    return cut


def _lie(record: Record, cut: Cut) -> Lie:
    split = record.text("split")
    if split not in SPLITS:
        raise record.fault("split", f"is {split!r}; give {' or '.join(SPLITS)}.")
    passages, answer = _passages(record, cut), record.text("answer")
    return Lie(
        id=record.text("id"),
        split=split,
        question=record.text("question"),
        passages=passages,
        answer=answer,
        sentences=_sentences(record, answer, len(passages)),
    )


def _passages(record: Record, cut: Cut) -> tuple[Chunk, ...]:
    rows = record.values.get("passages")
    if not isinstance(rows, list) or not 3 <= len(rows) <= 6:
        raise record.fault("passages", "is not a list of 3 to 6 passages; give a file and words of it for each.")
    return tuple(_passage(Record(record.where, {f"passages[{n}]": row}), cut) for n, row in enumerate(rows, 1))


def _passage(record: Record, cut: Cut) -> Chunk:
    """The chunk of a record whose one field is a file's stem and words that stand in its article once."""
    (field,) = record.values
    given = record.texts(field)
    if len(given) != 2:
        raise record.fault(field, f"has {len(given)} parts, not 2; give the file without .md, and words of it.")
    stem, words = given
    if not (chunks := cut(stem)):
        raise record.fault(field, f"names {stem!r}, which is no article of the corpus; name a file without .md.")
    if (count := chunks[0].article.text.count(words)) != 1:
        raise record.fault(field, f"holds {words!r}, found {count} times in {stem}; give words found once.")
    if (found := next((chunk for chunk in chunks if words in chunk.text), None)) is None:
        raise record.fault(field, f"holds {words!r}, which cross two chunks of {stem}; give words of one.")
    return found


def _sentences(record: Record, answer: str, count: int) -> tuple[Judged, ...]:
    judged, at = [], 0
    for one in record.records("sentences"):
        found = _judged(one, count)
        if (at := answer.find(found.words, at)) < 0:
            raise one.fault("words", f"{found.words!r} does not follow in the answer; copy it, in the answer's order.")
        at += len(found.words)
        judged.append(found)
    if not judged:
        raise record.fault("sentences", "is an empty list; judge each sentence of the answer.")
    return tuple(judged)


def _judged(record: Record, count: int) -> Judged:
    if "supported" not in record.values:
        raise record.fault("supported", "is missing; give true or false.")
    supported, numbers = record.flag("supported"), _numbers(record, count)
    if supported != bool(numbers):
        problem = "is empty, but the sentence is" if supported else "is given, but the sentence is not"
        raise record.fault("passages", f"{problem} supported; name passages for supported sentences alone.")
    return Judged(words=record.text("words"), supported=supported, kind=record.text("kind"), passages=numbers)


def _numbers(record: Record, count: int) -> tuple[int, ...]:
    given = record.values.get("passages") or []
    if not isinstance(given, list) or not all(type(one) is int and 1 <= one <= count for one in given):
        raise record.fault("passages", f"is not a list of numbers from 1 to {count}; number the passages from 1.")
    return tuple(given)
