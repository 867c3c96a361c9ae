"""How the reader's weights were made: python -m answer.train QUESTIONS... --out FOLDER

The base encoder learns to point at an answer's first and last token, or at its own first token where the passage has
no answer (Devlin et al. 2018, section 4.3). Besides the questions that are given it learns from near misses that it
makes of them: the same question over another passage that ranks high for it, questions turned into what their passage
no longer answers, and passages without the sentence that answers. Word embeddings stay as they are, so that the
weights are small; what is kept is a moving average of the rest (Polyak & Juditsky 1992). It may learn from earlier
runs as well, from how sure they are of each token on average (Hinton et al. 2015). It stops and goes on: run the same
command again.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from answer.examples import Example, continued, is_held_apart, read
from answer.negatives import cut, near_misses, turned
from answer.span_model import FROZEN
from index.embed import local_path
from index.errors import DatelineError
from index.settings import BUNDLED_MODEL

_LENGTHS = (64, 80, 96, 128, 160, 192, 224, 256)  # each new shape costs a kernel, so batches are padded to these
_MOST_QUESTION_TOKENS, _MOST_HEADING_TOKENS = 48, 32
_CHECKPOINT_STEPS, _POOL = 200, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a training run goes, whatever it learns."""

    epochs: float
    rate: float
    batch: int
    dropout: float
    average: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(Pace):
    """What a training run is made of; together with the files, it says what comes out."""

    hard: float
    turned: float
    cut: float
    continued: float
    cropped: float
    headed: float
    held_apart: float
    shared: float
    taught: float


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example in tokens: question, heading, passage, and each answer's first and last token in the passage."""

    question: list[int]
    heading: list[int]
    context: list[int]
    answers: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """What the model is given of an example: token ids, where the passage begins in them, and where it should point.

    Windows of one `question`, a number, compete for where its answer is.
    """

    ids: list[int]
    passage: int
    first: int
    last: int
    question: int = 0


def encoded(examples: Sequence[Example], tokenizer: Any) -> list[Encoded]:
    """The examples in tokens; those whose answer is no whole number of tokens keep the tokens that it touches."""
    texts = [text for e in examples for text in (e.question, e.heading)]
    asked = tokenizer(texts, add_special_tokens=False)["input_ids"]
    contexts = dict.fromkeys(e.context for e in examples)
    tokens = tokenizer(list(contexts), add_special_tokens=False, return_offsets_mapping=True)
    of_context = dict(zip(contexts, zip(tokens["input_ids"], tokens["offset_mapping"], strict=True), strict=True))
    found = []
    for example, question, heading in zip(examples, asked[::2], asked[1::2], strict=True):
        ids, offsets = of_context[example.context]
        touched = [[i for i, (a, b) in enumerate(offsets) if a < end and b > start] for start, end in example.answers]
        answers = tuple((tokens[0], tokens[-1]) for tokens in touched if tokens)
        if answers or not example.answers:
            found.append(Encoded(question[:_MOST_QUESTION_TOKENS], heading[:_MOST_HEADING_TOKENS], ids, answers))
    return found


def window(example: Encoded, length: int, chance: random.Random, special: tuple[int, int], headed: float) -> Window:
    """At most `length` tokens of an example with its answer in them; [CLS] question [SEP] heading [SEP] passage [SEP].

    The heading is there with a chance of `headed`. Where annotators marked different words, one of theirs by chance:
    over the epochs it learns how sure they are.
    """
    start_token, between = special
    head = [start_token, *example.question, between]
    if example.heading and chance.random() < headed:
        head += [*example.heading, between]
    room = length - len(head) - 1
    first, last = chance.choice(example.answers) if example.answers else (-1, -1)
    low, high = 0, max(0, len(example.context) - room)
    if example.answers and high:
        high = min(high, first)
        low = max(0, min(high, last + 1 - room))
    begin = chance.randint(low, high)
    ids = [*head, *example.context[begin : begin + room], between]
    if not example.answers or last >= begin + room:
        return Window(ids, len(head), 0, 0)
    return Window(ids, len(head), len(head) + first - begin, len(head) + last - begin)


def batches(examples: Sequence[Encoded], recipe: Recipe, special: tuple[int, int]) -> Iterator[list[Window]]:
    """An endless supply of batches, the same in every run.

    Windows of one question stand together, and questions of like length share a batch, so that little of it is padding.
    """
    asked: dict[tuple[int, ...], list[Encoded]] = {}
    for example in examples:
        asked.setdefault(tuple(example.question), []).append(example)
    groups = list(asked.values())
    for epoch in range(sys.maxsize):
        chance = random.Random(f"{recipe.seed}/{epoch}")
        order = [(n, one) for n in chance.sample(range(len(groups)), len(groups)) for one in groups[n]]
        for at in range(0, len(order), recipe.batch * _POOL):
            pool: dict[int, list[Window]] = {}
            for n, one in order[at : at + recipe.batch * _POOL]:
                length = _LENGTHS[2] if chance.random() < recipe.cropped else _LENGTHS[-1]
                told = window(one, length, chance, special, recipe.headed)
                pool.setdefault(n, []).append(replace(told, question=n))
            by_length = sorted(pool.values(), key=lambda some: max(len(one.ids) for one in some))
            windows = [one for some in by_length for one in some]
            found = [windows[i : i + recipe.batch] for i in range(0, len(windows), recipe.batch)]
            yield from chance.sample(found, len(found))


def tensors(windows: Sequence[Window], padding: int) -> dict[str, torch.Tensor]:
    """A batch as the model wants it: each of shape (batch, tokens)."""
    width = next(length for length in _LENGTHS if length >= max(len(one.ids) for one in windows))
    ids = torch.full((len(windows), width), padding)
    kinds, seen = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, one in enumerate(windows):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        kinds[row, one.passage : len(one.ids)] = 1
        seen[row, : len(one.ids)] = 1
    return {"input_ids": ids, "token_type_ids": kinds, "attention_mask": seen}


def among_passages(scores: torch.Tensor, at: torch.Tensor, questions: torch.Tensor) -> torch.Tensor:
    """How surely the scores of all passages of a question together point at its answer: a mean cross-entropy.

    So scores can be compared from passage to passage, which those that are normalised within one need not (Clark &
    Gardner 2018, "shared-normalization"). `scores` has shape (batch, tokens), with what is no passage far below; `at`
    and `questions` have shape (batch,), and 0 in `at` is a passage without the answer. 0 where no question has both.
    """
    rows = torch.logsumexp(scores, dim=1)
    right = scores.gather(1, at[:, None])[:, 0]
    losses = []
    for question in torch.unique(questions):
        own = questions == question
        answered = own & (at > 0)
        if own.sum() > 1 and answered.any():
            losses.append(torch.logsumexp(rows[own], 0) - torch.logsumexp(right[answered], 0))
    return torch.stack(losses).mean() if losses else scores.new_zeros(())


def away_from(taught: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """How far the scores, of shape (batch, tokens), are from the chances that teachers give the tokens: mean KL."""
    return torch.nn.functional.kl_div(torch.log_softmax(scores, 1), taught, reduction="batchmean")


class Run:
    """One training run in its folder: the model, its average, the optimiser and how far they are."""

    weights = "reader.safetensors"

    def __init__(self, base: Path, start: Path | None, pace: Pace, steps: int) -> None:
        torch.manual_seed(pace.seed)
        self.model = _model(base, start, pace.dropout).train()
        self.pace, self.steps, self.step = pace, steps, 0
        self.learned = {name: value for name, value in self.model.named_parameters() if name != FROZEN}
        self.model.get_parameter(FROZEN).requires_grad_(False)
        self.average = {name: value.detach().clone() for name, value in self.learned.items()}
        self.optimiser = torch.optim.AdamW(
            [
                {"params": [v for v in self.learned.values() if v.dim() > 1], "weight_decay": 0.01},
                {"params": [v for v in self.learned.values() if v.dim() < 2], "weight_decay": 0.0},
            ],
            lr=pace.rate,
            fused=True,
        )

    def loss(self, given: dict[str, torch.Tensor], windows: Sequence[Window]) -> torch.Tensor:
        """What the model is told to make less, of a batch."""
        raise NotImplementedError

    def learn(self, windows: Sequence[Window], padding: int) -> float:
        """One step on a batch; returns its loss."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.pace.rate * self._schedule()
        torch.manual_seed(self.pace.seed + self.step)  # so that a run that goes on leaves out the same
        loss = self.loss(tensors(windows, padding), windows)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.learned.values(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        decay = min(self.pace.average, self.step / (self.step + 10))
        for name, value in self.learned.items():
            self.average[name].lerp_(value.detach(), 1 - decay)
        return float(loss.detach())

    def _schedule(self) -> float:
        warm = max(1, self.steps // 15)
        return min((self.step + 1) / warm, max(0.0, (self.steps - self.step) / max(1, self.steps - warm)))

    def keep(self, folder: Path) -> None:
        """Write all that is needed to go on, and the averaged weights as they are shipped, in fp16."""
        state = {
            "recipe": asdict(self.pace) | {"steps": self.steps},
            "step": self.step,
            "model": self.learned,
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
        }
        torch.save(state, folder / "checkpoint.new")
        (folder / "checkpoint.new").replace(folder / "checkpoint.pt")
        save_file({k: v.half().contiguous() for k, v in self.average.items()}, folder / self.weights)

    def resume(self, folder: Path) -> None:
        """Go on from the folder's checkpoint, if it has one. Raises DatelineError when another recipe made it."""
        if not (folder / "checkpoint.pt").exists():
            return
        state = torch.load(folder / "checkpoint.pt", weights_only=True)
        if state["recipe"] != asdict(self.pace) | {"steps": self.steps}:
            raise DatelineError(f"{folder} holds a run of another recipe ({state['recipe']}); name another --out.")
        with torch.no_grad():
            for name, value in self.learned.items():
                value.copy_(state["model"][name])
        self.average, self.step = state["average"], state["step"]
        self.optimiser.load_state_dict(state["optimiser"])


class ReaderRun(Run):
    """Learns to point at the answers, from them and from teachers."""

    def __init__(self, base: Path, start: Path | None, recipe: Recipe, steps: int, teachers: Sequence[Path]) -> None:
        super().__init__(base, start, recipe, steps)
        self.recipe, self.teachers = recipe, [_model(base, path, 0.0).eval() for path in teachers]

    def loss(self, given: dict[str, torch.Tensor], windows: Sequence[Window]) -> torch.Tensor:
        # Another passage's answer is in no question or heading.
        outside = (given["token_type_ids"] == 0) * -1e4
        first, last = (torch.tensor([getattr(one, end) for one in windows]) for end in ("first", "last"))
        questions = torch.tensor([one.question for one in windows])
        loss, taught = torch.zeros(()), self._taught(given)
        for end, (logits, at) in enumerate(zip(scores(self.model, given), (first, last), strict=True)):
            own = torch.nn.functional.cross_entropy(logits, at)
            if taught:
                own = own.lerp(away_from(taught[end], logits), self.recipe.taught)
            loss = loss + own / 2 + self.recipe.shared * among_passages(logits + outside, at, questions) / 2
        return loss

    def _taught(self, given: dict[str, torch.Tensor]) -> list[torch.Tensor]:
        """The chances of each token to be first and last, as the teachers have them on average; none without any."""
        with torch.no_grad():
            told = [[torch.softmax(one, 1) for one in scores(teacher, given)] for teacher in self.teachers]
        return [torch.stack(some).mean(0) for some in zip(*told, strict=True)]


def _model(base: Path, start: Path | None, dropout: float) -> Any:
    from transformers import AutoModelForQuestionAnswering

    # Eager attention trains 8 times as fast as sdpa in bf16 on a CPU; dropout within it costs more than it gives.
    model = AutoModelForQuestionAnswering.from_pretrained(
        base, attn_implementation="eager", hidden_dropout_prob=dropout, attention_probs_dropout_prob=0.0
    )
    if start:
        model.load_state_dict({k: v.float() for k, v in load_file(start).items()}, strict=False)
    return model


def scores(model: Any, given: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Start and end scores, each of shape (batch, tokens); padding is no place to point at."""
    with torch.autocast("cpu", torch.bfloat16):
        told = model(**given)
    hidden = (given["attention_mask"] == 0) * -1e4
    return told.start_logits.float() + hidden, told.end_logits.float() + hidden


def gathered(files: Sequence[str], recipe: Recipe, some: dict[str, float]) -> list[Example]:
    """The questions of the files less the paragraphs held apart, with the near misses made of them."""
    found: list[Example] = []
    for name in files:
        path, chance = Path(name), random.Random(recipe.seed)
        share = next((share for part, share in some.items() if path.name.startswith(part)), 1.0)
        known = {e.context: e.heading for e in found}
        asked = [e for e in read(path, known) if not is_held_apart(e.context, recipe.held_apart)]
        asked = [e for e in asked for _ in range(int(share) + (chance.random() < share % 1))]
        print(f"{path.name}: {len(asked)} questions", flush=True)
        found += asked
    once = list(dict.fromkeys(found))
    ways = (
        (near_misses, recipe.hard),
        (turned, recipe.turned),
        (cut, recipe.cut),
        (continued, recipe.continued),
    )
    more = [example for way, share in ways for example in way(once, share=share, seed=recipe.seed)]
    print(f"{len(more)} more made of them", flush=True)
    return found + more


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    recipe = Recipe(**{name: getattr(given, name) for name in Recipe.__dataclass_fields__})
    some = {part: float(share) for part, _, share in (one.partition("=") for one in given.some)}
    try:
        train(given.questions, recipe, some, base=given.base, start=given.start, teachers=given.teacher, out=given.out)
    except DatelineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def train(
    files: Sequence[str],
    recipe: Recipe,
    some: dict[str, float],
    *,
    base: Path,
    start: Path | None,
    out: Path,
    teachers: Sequence[Path] = (),
) -> None:
    """Train on the files, from the folder's checkpoint if it has one, and leave `reader.safetensors` in the folder."""
    from transformers import AutoTokenizer

    out.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    examples = encoded(gathered(files, recipe, some), tokenizer)
    steps = int(len(examples) * recipe.epochs / recipe.batch)
    run = ReaderRun(base, start, recipe, steps, teachers)
    follow(run, batches(examples, recipe, (tokenizer.cls_token_id, tokenizer.sep_token_id)), tokenizer, out)


def follow(run: Run, supply: Iterator[list[Window]], tokenizer: Any, out: Path) -> None:
    """Learn from the batches until the run's steps are done, from its folder's checkpoint if it has one."""
    run.resume(out)
    begun, loss, seen = time.perf_counter(), 0.0, 0
    for number, windows in enumerate(supply):
        if number < run.step:
            continue
        if run.step >= run.steps:
            break
        loss, seen = loss + run.learn(windows, tokenizer.pad_token_id), seen + len(windows)
        if run.step % 50 == 0:
            rate = seen / (time.perf_counter() - begun)
            print(f"step {run.step} of {run.steps}  loss {loss / 50:.3f}  {rate:.1f} examples/s", flush=True)
            loss = 0.0
        if run.step % _CHECKPOINT_STEPS == 0:
            run.keep(out)
    run.keep(out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m answer.train", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "questions",
        nargs="+",
        help="files in SQuAD format, and after them .jsonl: questions on their passages, or families of passages",
    )
    add("--out", type=Path, required=True, help="folder for the checkpoint and reader.safetensors")
    add(
        "--base", type=Path, default=local_path(BUNDLED_MODEL), help="folder of the encoder to start from (the bundled)"
    )
    add("--start", type=Path, help="the reader.safetensors to start from, for a second stage")
    add(
        "--teacher",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="reader.safetensors of an earlier run to learn from",
    )
    add("--taught", type=float, default=0.7, help="how much the teachers count against the marked answers (.7)")
    add(
        "--some",
        action="append",
        default=[],
        metavar="NAME=SHARE",
        help="take that share of the files named so; 2 = twice",
    )
    add("--epochs", type=float, default=2.0)
    add("--rate", type=float, default=1.5e-4, help="the highest learning rate (1.5e-4)")
    add("--batch", type=int, default=32)
    add("--hard", type=float, default=0.5, help="share of questions also asked of a near passage (.5)")
    add("--turned", type=float, default=0.2, help="share of questions also turned into unanswerable ones (.2)")
    add("--cut", type=float, default=0.2, help="share of questions also asked of their passage less its answer (.2)")
    add("--continued", type=float, default=0.1, help="share of examples whose first sentence becomes the heading (.1)")
    add("--cropped", type=float, default=0.5, help="share of windows cut to 128 tokens, which is faster (.5)")
    add("--headed", type=float, default=0.7, help="share of windows given their article's heading (.7)")
    add("--dropout", type=float, default=0.1, help="share of what each layer tells that is left out (.1)")
    add("--held-apart", type=float, default=0.05, help="share of the paragraphs never trained on (.05)")
    add("--average", type=float, default=0.9985, help="how much of the average a step keeps (.9985)")
    add("--shared", type=float, default=0.5, help="weight of the loss over all passages of a question together (.5)")
    add("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
