"""SQuAD-format files, and our own, → training examples for the reader."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer.heading import heading
from index.chunk import sentences
from index.errors import ReadError

Span = tuple[int, int]
_ID = re.compile(r"^\S+:\d+$")  # what some files have for a title


@dataclass(frozen=True, slots=True)
class Example:
    """A question over a passage; `answers` are spans of code points in it, empty where it does not answer.

    There are as many as annotators, and the same span as often as they marked it. `heading` is what is known of the
    article that the passage is from.
    """

    question: str
    context: str
    answers: tuple[Span, ...] = ()
    heading: str = ""


def read(path: Path, headings: Mapping[str, str]) -> list[Example]:
    """The questions of a file of any of the forms below; `headings` are the known passages'. Raises ReadError."""
    if path.suffix != ".jsonl":
        return read_squad(path)
    try:
        with path.open(encoding="utf-8") as file:
            of_families = '"passages"' in file.readline()
    except (OSError, ValueError) as error:
        raise ReadError(f"{path} cannot be read ({error}).") from error
    return read_families(path) if of_families else read_beside(path, headings)


def read_squad(path: Path) -> list[Example]:
    """The questions of a file in SQuAD format, .json or .json.gz. Raises ReadError when it is not one."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            articles = json.load(file)["data"]
            titled = len(articles) > 1
            return [example for article in articles for example in _of_article(article, titled)]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path} is not a file of questions in SQuAD format ({error!r}).") from error


def _of_article(article: dict[str, Any], titled: bool) -> Iterator[Example]:
    title = str(article.get("title", "")).replace("_", " ") if titled else ""
    for paragraph in article["paragraphs"]:
        context = str(paragraph["context"])
        for asked in paragraph["qas"]:
            impossible = bool(asked.get("is_impossible"))
            spans = () if impossible else tuple(_spans(context, asked.get("answers", ())))
            # An answer that is not where its offset says cannot be learned from.
            if spans or impossible:
                yield Example(asked["question"].strip(), context, spans, "" if _ID.search(title) else title)


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


def read_beside(path: Path, headings: Mapping[str, str]) -> list[Example]:
    """Questions on passages of other files: {"id", "possible": [[question, answer]], "impossible": [question]}.

    One such object a line. So questions can be published apart from passages that are not ours: `id` is a passage's
    `context_id`. Those of passages that `headings` does not have are left out. Raises ReadError when the file is
    something else.
    """
    known = {context_id(context): (context, head) for context, head in headings.items()}
    found = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            (context, head), possible, impossible = known.get(row["id"], ("", "")), row["possible"], row["impossible"]
            for question, answer in possible:
                start = context.find(answer)
                found += [Example(question, context, ((start, start + len(answer)),), head)] if start >= 0 else []
            found += [Example(str(question), context, (), head) for question in impossible if context]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path} is not a file of questions on passages of other files ({error!r}).") from error
    return found


def read_families(path: Path) -> list[Example]:
    """Questions asked of passages that are easily confused.

    One family a line: {"heads": [[headline, ISO date or null]], "passages": [...], "questions": [{"q", "answers"}]}.
    `answers` are, for each passage, the words in it that answer, or null. Each question is an example over every
    passage of its family. Raises ReadError when the file is something else.
    """
    found = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            family = json.loads(line)
            headings = [heading(*head) for head in family["heads"]]
            for asked in family["questions"]:
                for passage, head, answer in zip(family["passages"], headings, asked["answers"], strict=True):
                    start = passage.index(answer) if answer else 0
                    spans = ((start, start + len(answer)),) if answer else ()
                    found.append(Example(asked["q"], passage, spans, head))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path} is not a file of families of passages ({error!r}).") from error
    return found


def continued(examples: Sequence[Example], *, share: float, seed: int) -> list[Example]:
    """For that share of the examples, the passage without its first sentence, which is told as its heading.

    So the reader learns to take from a heading which place or event a passage from the middle of an article is about.
    Those whose answer is in the first sentence are left out.
    """
    chance = random.Random(seed)
    found = []
    for example in examples:
        if chance.random() < share:
            first, *rest = sentences(example.context)
            if rest and all(start >= rest[0][0] for start, _ in example.answers):
                moved = tuple((start - rest[0][0], end - rest[0][0]) for start, end in example.answers)
                told = heading(example.context[slice(*first)], None)
                found.append(Example(example.question, example.context[rest[0][0] :], moved, told))
    return found


def context_id(context: str) -> str:
    """What a passage is known by in `read_beside`: 12 hexadecimal digits of its sha256."""
    return hashlib.sha256(context.encode()).hexdigest()[:12]


def is_held_apart(context: str, share: float) -> bool:
    """Whether a whole paragraph is kept from training, the same in every run: decided by its words alone."""
    return int(hashlib.sha256(context.encode()).hexdigest()[:8], 16) / 16**8 < share
