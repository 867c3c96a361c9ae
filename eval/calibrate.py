"""python -m eval.calibrate FILE...: where the weights of the reader's confidence come from.

Of questions in SQuAD format whose whole paragraphs were held apart from training, each is asked of a store of all the
paragraphs, and every second one once more without its own; the dev half of eval/questions.jsonl, which alone has
dates, is asked of the sample corpus and counts DEV times. A logistic regression then learns from what the reader knows
of each candidate whether its words are right; one for questions that a few words answer, one for the rest. Tuning the
strength of its regularisation is left out: the numbers hardly depend on it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

from answer.assistant import of, settings_for
from answer.candidates import Candidate
from answer.examples import Example, is_held_apart, read_squad
from answer.kinds import kind_of
from answer.signals import Signals
from eval import metrics
from eval.cache import CACHE, store_for
from eval.questions import Question, QuestionSet
from eval.threshold import QUESTIONS, half
from index import terminal
from index.schema import Article, digest
from index.settings import load

DEV = 3
Row = tuple[Candidate, Signals]


def articles_of(examples: Sequence[Example]) -> list[Article]:
    """Each paragraph as an article without a headline."""
    texts = dict.fromkeys(one.context for one in examples)
    return [Article(id=digest("calibrate", text), title="", text=text) for text in texts]


def asked(examples: Sequence[Example], assistant: object, k: int = 10) -> Iterator[tuple[Example, bool, list[Row]]]:
    """Each question with whether its answer was there to find, and the candidates that the reader weighed for it."""
    for number, one in enumerate(examples):
        hits = assistant.retriever.search(one.question, k=k + 5)  # type: ignore[attr-defined]
        yield one, bool(one.answers), assistant.reader.signals(one.question, hits[:k])  # type: ignore[attr-defined]
        if one.answers and number % 2:
            others = [hit for hit in hits if hit.chunk.article.text != one.context][:k]
            yield one, False, assistant.reader.signals(one.question, others)  # type: ignore[attr-defined]


def is_right(example: Example, candidate: Candidate, short: bool) -> bool:
    """Whether a candidate of the question's own paragraph answers: F1 of .6, or a sentence with an answer."""
    if candidate.article.text != example.context or not example.answers:
        return False
    answers = [example.context[start:end] for start, end in example.answers]
    if short:
        return metrics.f1(candidate.exact, answers) >= 0.6
    return any(candidate.start <= start and end <= candidate.end for start, end in example.answers)


def _of_sample(question: Question) -> Iterator[tuple[Signals, bool]]:
    """What the reader knows of each candidate for a question on the sample corpus, and whether it is right."""
    assistant = of(settings_for(None))
    hits = assistant.retriever.search(question.question, filters=question.filters)
    wanted = question.answers or ()
    for one, signals in assistant.reader.signals(question.question, hits):
        there = one.article.id in question.relevant
        yield signals, there and metrics.carries(one.exact, wanted, question.evidence)


def fitted(rows: Sequence[tuple[Signals, bool]]) -> tuple[list[float], float]:
    """The weights and bias of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=1000)
    model.fit(np.array([astuple(signals) for signals, _ in rows]), np.array([right for _, right in rows]))
    return [round(float(weight), 2) for weight in model.coef_[0]], round(float(model.intercept_[0]), 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the weights, and how well they tell right from wrong."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="questions in SQuAD format")
    parser.add_argument("--held-apart", type=float, default=0.05, help="as for answer.train (.05)")
    return terminal.run(lambda: _show(parser.parse_args(arguments)))


def _show(given: argparse.Namespace) -> int:
    examples = [example for path in given.files for example in read_squad(path)]
    apart = [one for one in examples if is_held_apart(one.context, given.held_apart)]
    found = QuestionSet(name="calibrate", questions=(), articles=tuple(articles_of(examples)))
    assistant = of(store_for(found, load(), CACHE))
    rows: dict[bool, list[tuple[Signals, bool]]] = {True: [], False: []}
    for question in half(QUESTIONS, "dev"):
        short = kind_of(question.question).short
        rows[short] += [(signals, right) for signals, right in _of_sample(question) for _ in range(DEV)]
    for example, there, weighed in asked(apart, assistant):
        short = kind_of(example.question).short
        rows[short] += [(signals, there and is_right(example, one, short)) for one, signals in weighed]
    for short, some in rows.items():
        weights, bias = fitted(some)
        print(
            f"{'a few words' if short else 'whole sentences'}: {len(some)} candidates, {sum(r for _, r in some)} right"
        )
        print("  ", {field.name: weight for field, weight in zip(fields(Signals), weights, strict=True)}, "bias", bias)
    return 0


if __name__ == "__main__":
    sys.exit(main())
