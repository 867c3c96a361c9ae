"""python -m eval.threshold: what the reader's abstention threshold costs and saves, on questions with known answers.

For each threshold: of the answerable questions, how many are answered with a quote that holds the evidence, wrongly,
or not; and how many of the unanswerable are declined. `answer.reader.THRESHOLD` is chosen on the dev half, as the one
with the most questions served right (answered with the evidence, or declined when unanswerable) less those served
wrong; the test half is for reporting.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.assistant import of, settings_for
from answer.cite import Pick
from answer.reader import THRESHOLD, choose
from eval.questions import Question, load
from index import terminal

QUESTIONS = Path(__file__).parent / "questions.jsonl"
THRESHOLDS = (0.02, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with every sentence that the reader weighed for it, best first, and the words that would be right."""

    question: str
    evidence: tuple[str, ...]
    picks: list[Pick]

    def outcome(self, threshold: float) -> str:
        """ "right" (answered with the evidence), "wrong", "missed" (declined, with an answer there) or "declined"."""
        chosen = choose(self.picks, threshold)
        if not chosen:
            return "missed" if self.evidence else "declined"
        return "right" if any(_carries(pick, self.evidence) for pick in chosen) else "wrong"


def judge(questions: Iterable[Question], store: str | None = None) -> list[Judged]:
    """Search and read each question once; thresholds are applied afterwards."""
    assistant = of(settings_for(store))
    return [
        Judged(one.question, one.evidence, assistant.weigh(one.question, filters=one.filters))
        for one in questions
        if not one.turns  # a follow-up needs its earlier turns, which nothing resolves yet
    ]


def half(path: Path, split: str) -> list[Question]:
    """The questions of one half, "dev" or "test". Raises QuestionSetError."""
    return [one for one in load(path).questions if one.tags.get("split") == split]


def best(judged: Sequence[Judged], thresholds: Sequence[float] = THRESHOLDS) -> float:
    """The threshold with the most questions served right less those served wrong; of equal ones the highest."""

    def served(threshold: float) -> int:
        counts = Counter(one.outcome(threshold) for one in judged)
        return counts["right"] + counts["declined"] - counts["wrong"]

    return max(thresholds, key=lambda threshold: (served(threshold), threshold))


def _carries(pick: Pick, evidence: Sequence[str]) -> bool:
    """Whether a picked sentence and a piece of evidence are in one another, in the same article."""
    return any(words in pick.article.text and (words in pick.words or pick.words in words) for words in evidence)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table for one half of a question file."""
    parser = argparse.ArgumentParser(prog="python -m eval.threshold", description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--store", help="the store's folder (default: as for `python -m answer`)")
    given = parser.parse_args(arguments)
    return terminal.run(lambda: _show(given))


def _show(given: argparse.Namespace) -> int:
    judged = judge(half(given.questions, given.split), given.store)
    answerable = sum(1 for one in judged if one.evidence)
    print(f"{len(judged)} {given.split} questions: {answerable} answerable, {len(judged) - answerable} not")
    print(f"{'threshold':>9} {'right':>6} {'wrong':>6} {'missed':>6} {'declined':>8}")
    for threshold in sorted({*THRESHOLDS, THRESHOLD}):
        counts = Counter(one.outcome(threshold) for one in judged)
        mark = "  <- the reader's" if threshold == THRESHOLD else ""
        row = f"{threshold:9.2f} {counts['right']:6} {counts['wrong']:6} {counts['missed']:6} {counts['declined']:8}"
        print(row + mark)
    print(f"best on these: {best(judged):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
