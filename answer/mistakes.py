"""What a trained reader still takes for answers: python -m answer.mistakes QUESTIONS... --out FILE

The second stage of training learns from these. Each question is read over passages that rank high for it and do not
hold its answer; where the reader marks an answer all the same, the question over that passage is one that it does not
answer. Writes a file in SQuAD format for `python -m answer.train`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from answer.examples import Example, is_held_apart, read
from answer.negatives import near_passages
from answer.span_model import SpanModel
from index.errors import DatelineError
from index.settings import BUNDLED_READER

_AT_ONCE = 64  # questions


def mistakes(examples: Sequence[Example], reader: SpanModel, *, depth: int, most: int, surer: float) -> list[Example]:
    """At most `most` a question of the `depth` nearest passages that do not answer it and that `reader` answers from.

    `surer` is how far in logits it prefers its answer to none.
    """
    found = []
    headings = {example.context: example.heading for example in examples}
    near = [(example, context) for example, contexts in near_passages(examples, depth) for context in contexts]
    for at in range(0, len(near), _AT_ONCE * depth):
        some = near[at : at + _AT_ONCE * depth]
        taken: dict[Example, list[tuple[float, str]]] = {}
        pairs = [(example.question, context) for example, context in some]
        marked = reader.read_pairs(pairs, [headings[context] for _, context in some])
        for (example, context), spans in zip(some, marked, strict=True):
            if spans and spans[0].score > surer:
                taken.setdefault(example, []).append((spans[0].score, context))
        for example, wrong in taken.items():
            worst = sorted(wrong, reverse=True)[:most]
            found += [Example(example.question, context, (), headings[context]) for _, context in worst]
        print(f"{at + len(some)} of {len(near)} read, {len(found)} mistakes", flush=True)
    return found


def in_squad_format(examples: Sequence[Example]) -> dict[str, object]:
    """Unanswerable examples as a SQuAD 2.0 file has them."""
    asked: dict[tuple[str, str], list[dict[str, object]]] = {}
    for one in examples:
        qas = asked.setdefault((one.heading, one.context), [])
        qas.append({"question": one.question, "answers": [], "is_impossible": True})
    return {
        "data": [
            {"title": heading, "paragraphs": [{"context": context, "qas": qas}]}
            for (heading, context), qas in asked.items()
        ]
    }


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        examples: list[Example] = []
        for name in given.questions:
            examples += read(Path(name), {one.context: one.heading for one in examples})
        examples = [one for one in examples if one.answers and not is_held_apart(one.context, given.held_apart)]
        chosen = random.Random(given.seed).sample(examples, min(given.most, len(examples)))
        found = mistakes(chosen, SpanModel(given.reader), depth=given.depth, most=2, surer=given.surer)
    except DatelineError as error:
        print(error, file=sys.stderr)
        return 1
    given.out.write_text(json.dumps(in_squad_format(found), ensure_ascii=False), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m answer.mistakes", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("questions", nargs="+", help="files as for answer.train")
    add("--out", type=Path, required=True, help="the file to write")
    add("--reader", default=BUNDLED_READER, help="whose mistakes: reader.safetensors of a run (the shipped)")
    add("--most", type=int, default=8000, help="how many questions, chosen by chance (8000)")
    add("--depth", type=int, default=6, help="how many passages are read for each (6)")
    add("--surer", type=float, default=0.0, help="logits by which the answer beats none (0)")
    add("--held-apart", type=float, default=0.05, help="share of the paragraphs never trained on (.05)")
    add("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
