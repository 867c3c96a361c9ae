"""python -m eval: questions with known answers in, figures out.

Without arguments it asks the questions of the sample corpus; `run QUESTIONS --store STORE` asks anybody's own.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from answer.assistant import of, settings_for
from eval import paired
from eval.questions import Question, load
from eval.run import Record, interval, read, run, seconds, summary, write
from index import terminal

SAMPLE = Path(__file__).parent / "questions.jsonl"
_SHOWN_WITH_INTERVAL = ("wrong answers given", "coverage", "abstention recall", "recall@10", "mrr@10")


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate, and print the figures; returns 0, or 1 after a mistake or below a limit of --fail-under."""
    given = _parser().parse_args(arguments)
    return terminal.run(lambda: _evaluate(given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", nargs="?", choices=("run",), default="run")
    parser.add_argument("questions", nargs="?", type=Path, default=SAMPLE, help="a JSONL file (default: the sample's)")
    parser.add_argument("--store", help="the store's folder (default: as for `python -m answer`)")
    parser.add_argument("--split", help="ask only the questions with this tag, such as dev or test")
    parser.add_argument("--out", type=Path, help="write what came of each question to this JSONL file")
    parser.add_argument("--against", type=Path, help="compare with a file that --out wrote, question by question")
    parser.add_argument("--fail-under", action="append", default=[], metavar="MEASURE=LIMIT", type=_limit)
    return parser


def _limit(words: str) -> tuple[str, float]:
    name, _, limit = words.rpartition("=")
    return name, float(limit)


def _evaluate(given: argparse.Namespace) -> int:
    questions = [one for one in load(given.questions).questions if given.split in (None, one.tags.get("split"))]
    alone = [one for one in questions if not one.turns]
    records = run(of(settings_for(given.store)), alone, _progress)
    for record in records:
        if record.error:
            print(f"failed  {record.id}: {record.error}", file=sys.stderr)
    if all(record.error for record in records):
        print("No question could be asked.", file=sys.stderr)
        return 1
    if given.out:
        write(records, given.out)
    _print_figures(records, left_out(questions))
    if given.against:
        _print_comparison(read(given.against), records)
    figures = summary(records)
    low = [(name, limit) for name, limit in given.fail_under if figures.get(name, 0.0) < limit]
    for name, limit in low:
        print(f"{name} is {figures.get(name, 0.0):.3f}, under the limit of {limit}", file=sys.stderr)
    return 1 if low else 0


def left_out(questions: Sequence[Question]) -> int:
    """How many questions are follow-ups, which need their earlier turns resolved and are not asked."""
    return sum(1 for question in questions if question.turns)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} questions", end="" if done < total else "\n", file=sys.stderr, flush=True)


def _print_figures(records: Sequence[Record], follow_ups: int) -> None:
    figures = summary(records)
    print(f"{len(records)} questions asked, {follow_ups} follow-ups left out, {figures['failed']:.0f} failed\n")
    for name, value in figures.items():
        if name in ("n", "failed"):
            continue
        low, high = interval(records, name) if name in _SHOWN_WITH_INTERVAL else (None, None)
        print(f"{name:24} {value:.3f}" + (f"  [{low:.3f}, {high:.3f}]" if low is not None else ""))
    print(f"\n{'type':16} {'n':>4} {'right':>6} {'wrong':>6} {'declined':>9}")
    for tag, rows in sorted(_by_type(records).items()):
        right = sum(row.right for row in rows)
        wrong = sum(row.answered and not row.right for row in rows)
        print(f"{tag:16} {len(rows):4} {right:6} {wrong:6} {sum(not row.answered for row in rows):9}")
    print()
    for stage, (half, most) in seconds(records).items():
        print(f"{stage:24} {half:.3f} s median, {most:.3f} s at the 95th percentile")


def _by_type(records: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.tags.get("type", "-")].append(record)
    return found


def _print_comparison(before: Sequence[Record], after: Sequence[Record]) -> None:
    """Which questions flipped between two runs, and whether that is more than chance."""
    old, new = ({record.id: _served(record) for record in records} for records in (before, after))
    both = sorted(old.keys() & new.keys())
    now_right, now_wrong = paired.flipped({id: old[id] for id in both}, {id: new[id] for id in both})
    p = paired.mcnemar([old[id] for id in both], [new[id] for id in both])
    print(f"\nAgainst the other run, {len(both)} questions in both: {len(now_right)} now served right, ", end="")
    print(f"{len(now_wrong)} no longer (McNemar p = {p:.3f})")
    for sign, ids in (("+", now_right), ("-", now_wrong)):
        for id in ids:
            print(f"{sign} {id}")


def _served(record: Record) -> bool:
    return record.right if record.answerable else not record.answered


if __name__ == "__main__":
    sys.exit(main())
