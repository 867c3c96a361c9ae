"""Whether an answer names whose words it gives, and whether they are denied or in doubt.

Each line of the file is a paragraph, the words in it that answer, and what is true of them: `speaker`, empty where the
report itself says so, `denied` and `doubted`; and which half of the cases it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.attribution import of_sentence
from answer.cite import Pick
from answer.quote import attributed
from eval import metrics
from index.chunk import sentences
from index.errors import ReadError
from index.schema import Article, digest

CASES = Path(__file__).parent / "attribution.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A paragraph, the words in it that answer a question, and whose they are."""

    id: str
    split: str
    text: str
    question: str
    answer: str
    speaker: str
    denied: bool
    doubted: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a case."""

    speaker: str
    denied: bool
    doubted: bool

    def is_right(self, case: Case) -> bool:
        """Whether speaker, denial and doubt are right; a title before a name does not matter."""
        if case.denied or self.denied:
            return self.denied is case.denied  # what is denied is never the answer, whoever says so
        named = metrics.accepted(self.speaker, [case.speaker]) or metrics.accepted(case.speaker, [self.speaker])
        return (named or self.speaker == case.speaker) and self.doubted is case.doubted


def load(path: Path) -> list[Case]:
    """The cases of a file. Raises ReadError."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found = [Case(**row) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        raise ReadError(f"{path} is not a file of cases of attribution ({error!r}).") from error
    for case in found:
        if case.answer not in case.text:
            raise ReadError(f"{path}: the answer of {case.id} is not in its text.")
    return found


def told(case: Case) -> Told:
    """What the reader would tell of the case's answer."""
    start = case.text.index(case.answer)
    end = start + len(case.answer)
    article = Article(id=digest(case.text), title="", text=case.text)
    low, high = next(span for span in sentences(case.text, 0, len(case.text)) if span[0] <= start < span[1])
    pick = attributed(Pick(article=article, start=low, end=max(high, end), confidence=1.0, exact=(start, end)))
    denied = of_sentence(case.text[low:high], (start - low, end - low)).denied
    return Told(pick.speaker, denied, pick.doubted)


def show(cases: Sequence[Case], split: str) -> int:
    """Print each case of a half that is told wrongly, and the share that is right; returns 0."""
    found = [(case, told(case)) for case in cases if case.split == split]
    for case, one in found:
        if not one.is_right(case):
            print(f"{case.id}: {one}, not {case.speaker!r} denied={case.denied} doubted={case.doubted}")
    print(f"{split}, {len(found)} cases, right {metrics.share(one.is_right(case) for case, one in found):.3f}")
    return 0
