"""python -m eval.threshold: the whole risk–coverage curve of the answers, on questions with known answers.

Each question is answered whatever the confidence; then, for each confidence from which on answers could be given: how
many of the answerable questions are answered, how many of the answers given are wrong or wrongly cited, and how many of
the unanswerable questions are declined. `answer.reader.THRESHOLD` is chosen on the dev half; the test half is for
reporting.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from answer.assistant import of, settings_for
from answer.reader import THRESHOLD
from eval.questions import Question, load
from eval.result import Result, of_answer
from eval.run import asked
from index import terminal

QUESTIONS = Path(__file__).parent / "questions.jsonl"
MOST_WRONG = 0.05  # of the answers given


@dataclass(frozen=True, slots=True)
class Point:
    """What comes of answering from a confidence on: shares of the answerable, of those given, of the unanswerable."""

    threshold: float
    coverage: float
    wrong: float
    declined: float


def judge(questions: Iterable[Question], store: str | None = None) -> list[Result]:
    """Each question answered whatever the confidence, and scored."""
    assistant = of(settings_for(store))
    return [of_answer(one, asked(assistant, one, threshold=0.0)) for one in questions]


def half(path: Path, split: str) -> list[Question]:
    """The questions of one half, "dev" or "test". Raises QuestionSetError."""
    return [one for one in load(path).questions if one.tags.get("split") == split]


def point(results: Sequence[Result], threshold: float) -> Point:
    """What would have come of this threshold; a share of nothing is 0."""
    given = [one for one in results if one.answered and one.confidence >= threshold]
    answerable, other = ([one for one in results if bool(one.answerable) is side] for side in (True, False))
    return Point(
        threshold=threshold,
        coverage=_share(sum(1 for one in given if one.answerable), len(answerable)),
        wrong=_share(sum(1 for one in given if not one.right), len(given)),
        declined=1.0 - _share(sum(1 for one in given if not one.answerable), len(other)),
    )


def curve(results: Sequence[Result]) -> list[Point]:
    """A point for each confidence that an answer has, from the highest to the lowest."""
    return [point(results, at) for at in sorted({one.confidence for one in results if one.answered}, reverse=True)]


def best(results: Sequence[Result]) -> float:
    """The threshold with the most coverage of those with no more than MOST_WRONG; 1 where there is none."""
    kept = [one for one in curve(results) if one.wrong <= MOST_WRONG]
    return max(kept, key=lambda one: one.coverage).threshold if kept else 1.0


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the curve for one half of a question file."""
    parser = argparse.ArgumentParser(prog="python -m eval.threshold", description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--store", help="the store's folder (default: as for `python -m answer`)")
    given = parser.parse_args(arguments)
    return terminal.run(lambda: _show(given))


def _show(given: argparse.Namespace) -> int:
    results = judge(half(given.questions, given.split), given.store)
    answerable = sum(1 for one in results if one.answerable)
    print(f"{len(results)} {given.split} questions: {answerable} answerable, {len(results) - answerable} not")
    print(f"{'threshold':>9} {'coverage':>9} {'wrong':>7} {'declined':>9}")
    for one in [*curve(results), point(results, THRESHOLD)]:
        mark = "  <- the reader's" if one.threshold == THRESHOLD else ""
        print(f"{one.threshold:9.3f} {one.coverage:9.3f} {one.wrong:7.3f} {one.declined:9.3f}{mark}")
    print(f"the most coverage with at most {MOST_WRONG:.0%} wrong: from {best(results):.3f} on")
    return 0


if __name__ == "__main__":
    sys.exit(main())
