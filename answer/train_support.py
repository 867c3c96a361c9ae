"""How the support model's weights were made: python -m answer.train_support QUESTIONS... --statements FILE --out FOLDER

The reader learns to judge statements instead of questions: a statement that its passage supports points anywhere into
the passage, any other at the first token, as a question does that the passage does not answer. So what the reader
knows of reading is kept, and the same code runs both. It stops and goes on: run the same command again.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from answer.examples import read
from answer.span_model import SUPPORT_WEIGHTS, WEIGHTS
from answer.statements import Statement, near, of_pairs, of_questions, of_sentences
from answer.train import Pace, Run, Window, follow, scores
from index.embed import local_path
from index.errors import DatelineError
from index.settings import BUNDLED_MODEL

_MOST_TOKENS, _POOL = 192, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Pace):
    """What a training run is made of; together with the files, it says what comes out."""

    sentences: int
    written: float
    headed: float


class SupportRun(Run):
    """Learns whether passages support statements."""

    weights = SUPPORT_WEIGHTS.name

    def loss(self, given: dict[str, torch.Tensor], windows: Sequence[Window]) -> torch.Tensor:
        supported = torch.tensor([float(one.first > 0) for one in windows])
        outside = (given["token_type_ids"] == 0) * -1e4
        ends = scores(self.model, given)
        beliefs = [torch.logsumexp(logits + outside, 1) - logits[:, 0] for logits in ends]
        return torch.nn.functional.binary_cross_entropy_with_logits(sum(beliefs) / 2, supported)  # type: ignore[arg-type]


def gathered(files: Sequence[str], statements: Sequence[Path], families: Path, recipe: Recipe) -> list[Statement]:
    """The statements made of the files' questions, and those written by hand, these `written` times."""
    found: list[Statement] = []
    for name in files:
        path, _, share = name.partition("=")
        chance = random.Random(recipe.seed)
        examples = [one for one in read(Path(path), {}) if chance.random() < float(share or 1)]
        made = [*of_questions(examples, seed=recipe.seed)]
        made += of_sentences(examples, most=recipe.sentences, seed=recipe.seed)
        print(f"{Path(path).name}: {len(made)} statements", flush=True)
        found += made
    for file in statements:
        written = of_pairs(file, families)
        print(f"{file.name}: {len(written)} statements", flush=True)
        found += [one for n in range(int(recipe.written)) for one in written]
    return found


def windows(statements: Sequence[Statement], recipe: Recipe, tokenizer: Any) -> Iterator[list[Window]]:
    """An endless supply of batches, the same in every run; those of like length share one."""
    for epoch in range(sys.maxsize):
        chance = random.Random(f"{recipe.seed}/{epoch}")
        order = chance.sample(statements, len(statements))
        for at in range(0, len(order), recipe.batch * _POOL):
            pool = [
                _window(one, tokenizer, chance.random() < recipe.headed)
                for one in order[at : at + recipe.batch * _POOL]
            ]
            pool = sorted((one for one in pool if len(one.ids) <= _MOST_TOKENS), key=lambda one: len(one.ids))
            found = [pool[i : i + recipe.batch] for i in range(0, len(pool), recipe.batch)]
            yield from chance.sample(found, len(found))


def _window(one: Statement, tokenizer: Any, headed: bool) -> Window:
    between = tokenizer.sep_token
    told = f"{one.text} {between} {one.heading}" if headed and one.heading else one.text
    encoding = tokenizer(told, near(one.text, one.context), return_token_type_ids=True)
    ids, kinds = encoding["input_ids"], encoding["token_type_ids"]
    return Window(ids, kinds.index(1), int(one.supported), int(one.supported))


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    recipe = Recipe(**{name: getattr(given, name) for name in Recipe.__dataclass_fields__})
    try:
        statements = gathered(given.questions, given.statements, given.families, recipe)
        base = local_path(BUNDLED_MODEL)
        assert base
        tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
        given.out.mkdir(parents=True, exist_ok=True)
        run = SupportRun(base, given.start, recipe, int(len(statements) * recipe.epochs / recipe.batch))
        follow(run, windows(statements, recipe, tokenizer), tokenizer, given.out)
    except DatelineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m answer.train_support", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("questions", nargs="*", help="files as answer.train takes them; FILE=SHARE for a part of one")
    add("--statements", type=Path, action="append", default=[], help="statements written by hand over the families")
    add("--families", type=Path, default=Path(__file__).parent / "news_families.jsonl")
    add("--out", type=Path, required=True, help=f"folder for the checkpoint and {SUPPORT_WEIGHTS.name}")
    add("--start", type=Path, default=WEIGHTS, help="weights to start from (the reader's)")
    add("--epochs", type=float, default=1.0)
    add("--rate", type=float, default=1e-4, help="the highest learning rate (1e-4)")
    add("--batch", type=int, default=32)
    add("--sentences", type=int, default=4, help="of a passage, to be twisted, at most (4)")
    add("--written", type=float, default=2, help="how often a statement written by hand counts (2)")
    add("--headed", type=float, default=0.8, help="share of statements given their article's heading (.8)")
    add("--dropout", type=float, default=0.1)
    add("--average", type=float, default=0.998)
    add("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
