"""Questions on passages, and passages themselves → statements that a passage supports or does not.

What the support model learns from (answer.train --statements). A question with its answer is a statement; with the
words that answer another question, one that is most likely untrue. A sentence of a passage is supported by it; with a
name, a number, a day or a word changed it is not. As often the passage is changed and the sentence kept, so that no
wording gives away which is which (as counterfactual data does, Kaushik et al. 2020).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.examples import Example
from answer.heading import heading
from answer.negatives import twisted
from index.chunk import sentences
from index.errors import ReadError
from index.lexical import terms

_SUBJECT = re.compile(
    r"(?:who|what|which [\w’'-]+|how many ([\w’'-]+)) "
    r"(?=(?:\w+ed|was|were|is|are|has|had|have|will|won|lost|led|said|told|made|took|gave|held|ran|paid|became|wrote|"
    r"went|came|fell|rose|left|met|found|got|sent|brought|sold|bought|built|shot|hit|broke|began)\b)",
    re.IGNORECASE,
)
# "Who was the mayor", "which post did he leave": what follows is the subject, and the answer is not.
_INVERTED = re.compile(
    r"(?:\S+ ){1,3}(?:(?:did|do|does)\b|(?:is|was|are|were|has|have|had|will)"
    r" (?:the|a|an|this|that|these|those|it|he|she|they|there|his|her|their|its|[A-Z]\w*)\b)"
)
_LENGTH = (40, 320)  # characters of a sentence that is worth a statement


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim with a passage and the heading of its article, and whether they support all that it says."""

    text: str
    context: str
    heading: str
    supported: bool


def of_pairs(path: Path, families: Path) -> list[Statement]:
    """Statements written by hand over the passages of `families` (see `answer.examples.read_families`).

    One passage a line: {"family": line of the file from 0, "passage": its place from 0, "pairs": [{"t", "f"}]}, where
    `t` is supported by the passage and `f` is not. Raises ReadError when the files are something else.
    """
    found = []
    try:
        known = [json.loads(line) for line in families.read_text(encoding="utf-8").splitlines()]
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            family, at = known[row["family"]], row["passage"]
            context, head = family["passages"][at], heading(*family["heads"][at])
            for pair in row["pairs"]:
                found += [Statement(pair["t"], context, head, True), Statement(pair["f"], context, head, False)]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ReadError(f"{path} is not a file of statements over {families.name} ({error!r}).") from error
    return found


def of_questions(examples: Sequence[Example], *, seed: int) -> Iterator[Statement]:
    """Each question with its answer, and with one that its passage does not give.

    Where a passage does not answer, it is what another does: passages of a family are asked the same.
    """
    chance = random.Random(seed)
    answers: dict[str, list[str]] = {}  # of a question
    others: dict[str, list[str]] = {}  # of a passage
    for one in examples:
        for start, end in one.answers[:1]:
            answers.setdefault(one.question, []).append(one.context[start:end])
            others.setdefault(one.context, []).append(one.context[start:end])
    for one in examples:
        if one.answers:
            right = one.context[slice(*one.answers[0])]
            yield Statement(as_statement(one.question, right), one.context, one.heading, True)
            wrong = [other for other in others[one.context] if _same_kind(right, other) and not _alike(right, other)]
            if wrong:
                yield Statement(as_statement(one.question, chance.choice(wrong)), one.context, one.heading, False)
        elif one.question in answers:
            told = chance.choice(answers[one.question])
            yield Statement(as_statement(one.question, told), one.context, one.heading, False)


def of_sentences(examples: Sequence[Example], *, most: int, seed: int) -> Iterator[Statement]:
    """At most `most` sentences of each passage, as they are and twisted, and the passage twisted or without them."""
    chance = random.Random(seed)
    for context, head in {one.context: one.heading for one in examples}.items():
        spans = [(a, b) for a, b in sentences(context) if _LENGTH[0] <= b - a <= _LENGTH[1]]
        for start, end in chance.sample(spans, min(most, len(spans))):
            told = context[start:end]
            yield Statement(told, context, head, True)
            less = f"{context[:start]}{context[end:]}".strip()
            if less and chance.random() < 0.4:
                yield Statement(told, less, head, False)
            twist = twisted(told, context, chance)
            if twist:
                yield Statement(twist, context, head, False)
                changed = f"{context[:start]}{twist}{context[end:]}"
                yield Statement(told, changed, head, False)
                yield Statement(twist, changed, head, True)


def as_statement(question: str, answer: str) -> str:
    """A question and its answer as one statement: "Who left?", "the mayor" → "The mayor left."."""
    asked, answer = question.strip().rstrip("?").strip(), answer.strip().rstrip(".")
    if (subject := _SUBJECT.match(asked)) and not _INVERTED.match(asked):
        counted = subject[1] or ""
        told = " ".join(filter(None, (answer, counted if counted not in answer else "", asked[subject.end() :])))
        return f"{told[:1].upper()}{told[1:]}."
    return f"{asked}? {answer[:1].upper()}{answer[1:]}."


def near(claim: str, context: str) -> str:
    """The sentence of a passage that has most of a claim's words, with one more on each side."""
    spans = sentences(context) or [(0, len(context))]
    said = set(terms(claim))
    shared = [len(said & set(terms(context[start:end]))) for start, end in spans]
    best = shared.index(max(shared))
    return context[spans[max(0, best - 1)][0] : spans[min(len(spans), best + 2) - 1][1]]


def _same_kind(one: str, other: str) -> bool:
    """Whether two answers are both figures, both names, or both something else."""
    return [any(c.isdigit() for c in one), one[:1].isupper()] == [any(c.isdigit() for c in other), other[:1].isupper()]


def _alike(one: str, other: str) -> bool:
    return bool(set(re.findall(r"\w{3,}|\d", one.casefold())) & set(re.findall(r"\w{3,}|\d", other.casefold())))
