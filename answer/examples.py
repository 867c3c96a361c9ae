"""SQuAD-format files, and our own, → training examples for the reader."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A question over a passage; `answers` are spans of code points in it, empty where it does not answer.

    There are as many as annotators, and the same span as often as they marked it.
    """

    question: str
    context: str
    answers: tuple[Span, ...] = ()


def read(path: Path, contexts: Iterable[str]) -> list[Example]:
    """The questions of a file of any of the forms below; `contexts` are the passages known so far. Raises ReadError."""
    if path.suffix != ".jsonl":
        return read_squad(path)
    try:
        with path.open(encoding="utf-8") as file:
            of_families = '"passages"' in file.readline()
    except (OSError, ValueError) as error:
        raise ReadError(f"{path} cannot be read ({error}).") from error
    return read_families(path) if of_families else read_beside(path, contexts)


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
    """Questions on passages of other files: {"id", "possible": [[question, answer]], "impossible": [question]}.

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
            found += [Example(str(question), context) for question in impossible if context]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path} is not a file of questions on passages of other files ({error!r}).") from error
    return found


def read_families(path: Path) -> list[Example]:
    """Questions asked of passages that are easily confused: {"passages": [...], "questions": [{"q", "answers"}]}.

    One such family a line; `answers` are, for each passage, the words in it that answer, or null. Each question is an
    example over every passage of its family. Raises ReadError when the file is something else.
    """
    found = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            family = json.loads(line)
            for asked in family["questions"]:
                for passage, answer in zip(family["passages"], asked["answers"], strict=True):
                    start = passage.index(answer) if answer else 0
                    found.append(Example(asked["q"], passage, ((start, start + len(answer)),) if answer else ()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path} is not a file of families of passages ({error!r}).") from error
    return found


def context_id(context: str) -> str:
    """What a passage is known by in `read_beside`: 12 hexadecimal digits of its sha256."""
    return hashlib.sha256(context.encode()).hexdigest()[:12]


def is_held_apart(context: str, share: float) -> bool:
    """Whether a whole paragraph is kept from training, the same in every run: decided by its words alone."""
    return int(hashlib.sha256(context.encode()).hexdigest()[:8], 16) / 16**8 < share
