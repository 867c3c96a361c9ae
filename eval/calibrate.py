"""python -m eval.calibrate FILE...: where the weights of the reader's confidence come from.

Nothing here was trained on: questions in SQuAD format whose whole paragraphs were held apart, asked of a store of all
the paragraphs; the archives of eval/archives, each a few dozen articles with questions, half of which they do not
answer; and the dev half of eval/questions.jsonl. Answerable ones are asked once more with their evidence passed over. A
logistic regression then learns from what the reader knows of each candidate whether its words are right; one for
questions that a few words answer, one for the rest. Tuning the strength of its regularisation is left out: the numbers
hardly depend on it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answer.assistant import Assistant, of, settings_for
from answer.candidates import Candidate
from answer.examples import Example, is_held_apart, read_squad
from answer.kinds import kind_of
from answer.signals import Signals
from eval import metrics, questions
from eval.cache import CACHE, store_for
from eval.questions import Question, QuestionSet
from eval.threshold import QUESTIONS, half
from index import embed, terminal
from index.build import Builder
from index.schema import Article, Hit, digest
from index.settings import load

ARCHIVES = Path(__file__).parent / "archives"
OWN = 3  # times that our own questions count, as they alone are news and have dates
_K, _DEEP = 10, 30  # hits that are read, and that are searched so that enough are left
Row = tuple[Candidate, Signals]
Judged = tuple[Signals, bool]


def articles_of(examples: Sequence[Example]) -> list[Article]:
    """Each paragraph as an article without a headline."""
    texts = dict.fromkeys(one.context for one in examples)
    return [Article(id=digest("calibrate", text), title="", text=text) for text in texts]


def of_examples(examples: Sequence[Example], assistant: Assistant) -> Iterator[tuple[str, list[Judged]]]:
    """Each question with the candidates that the reader weighed for it, right or wrong; half once more without."""
    for number, one in enumerate(examples):
        hits = assistant.retriever.search(one.question, k=_DEEP)
        yield one.question, _judged(assistant, one, hits[:_K])
        if one.answers and number % 2:
            others = [hit for hit in hits if hit.chunk.article.text != one.context]
            yield one.question, _judged(assistant, one, others[:_K])


def _judged(assistant: Assistant, one: Example, hits: Sequence[Hit]) -> list[Judged]:
    short = kind_of(one.question).short
    return [
        (signals, is_right(one, candidate, short))
        for candidate, signals in assistant.reader.signals(one.question, hits)
    ]


def is_right(example: Example, candidate: Candidate, short: bool) -> bool:
    """Whether a candidate of the question's own paragraph answers: F1 of .6, or a sentence with an answer."""
    if candidate.article.text != example.context or not example.answers:
        return False
    answers = [example.context[start:end] for start, end in example.answers]
    if short:
        return metrics.f1(candidate.exact, answers) >= 0.6
    return any(candidate.start <= start and end <= candidate.end for start, end in example.answers)


def of_questions(asked: Sequence[Question], assistant: Assistant) -> Iterator[tuple[str, list[Judged]]]:
    """The same for questions on an archive, each answerable one once more without its evidence."""
    for one in asked:
        hits = assistant.retriever.search(one.question, k=_DEEP, filters=one.filters)
        others = [hit for hit in hits if hit.articles.isdisjoint(one.relevant)]
        for some in (hits, others) if one.relevant else (hits,):
            weighed = assistant.reader.signals(one.question, some[:_K])
            yield one.question, [(signals, _answers(one, candidate)) for candidate, signals in weighed]


def _answers(question: Question, candidate: Candidate) -> bool:
    wanted = question.answers or ()
    there = candidate.article.id in question.relevant
    return there and metrics.carries(candidate.exact, wanted, question.evidence)


def archive(folder: Path) -> tuple[Assistant, list[Question]]:
    """An assistant over a folder's articles.jsonl, and the questions of its questions.jsonl."""
    articles = folder / "articles.jsonl"
    mark = digest(load().embed_model, articles.read_text(encoding="utf-8"))[:12]
    cached = replace(load(), store=(CACHE / "stores" / f"{folder.name}-{mark}").resolve(), read_only=False)
    builder = Builder(cached, lambda: embed.load(cached.embed_model))
    builder.after_upgrade(lambda: builder.add([articles]))
    return of(cached), [one for one in questions.load(folder / "questions.jsonl").questions if not one.turns]


def fitted(rows: Sequence[Judged]) -> tuple[list[float], float]:
    """The weights and bias of a logistic regression, no weight below 0: what is known of an answer speaks for it."""
    from scipy.optimize import minimize
    from scipy.special import expit

    known = np.array([[*astuple(signals), 1.0] for signals, _ in rows])
    signs = np.array([1.0 if right else -1.0 for _, right in rows])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (known @ weights)
        free = np.append(weights[:-1], 0.0)  # the bias is not held back
        slope = known.T @ (-signs * expit(-margins))
        return float(np.logaddexp(0.0, -margins).sum() + free @ free / 2), slope + free

    wide = known.shape[1]
    found = minimize(loss, np.zeros(wide), jac=True, bounds=[(0.0, None)] * (wide - 1) + [(None, None)])
    *weights, bias = (round(float(weight), 2) for weight in found.x)
    return weights, bias


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the weights, and how well they tell right from wrong."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="questions in SQuAD format")
    parser.add_argument("--held-apart", type=float, default=0.05, help="as for answer.train (.05)")
    return terminal.run(lambda: _show(parser.parse_args(arguments)))


def _show(given: argparse.Namespace) -> int:
    rows: dict[bool, list[Judged]] = {True: [], False: []}
    own = [archive(folder) for folder in sorted(ARCHIVES.iterdir())]
    for assistant, asked in [*own, (of(settings_for(None)), half(QUESTIONS, "dev"))]:
        for words, judged in of_questions([one for one in asked if not one.turns], assistant):
            rows[kind_of(words).short] += judged * OWN
    examples = [example for path in given.files for example in read_squad(path)]
    apart = [one for one in examples if is_held_apart(one.context, given.held_apart)]
    found = QuestionSet(name="calibrate", questions=(), articles=tuple(articles_of(examples)))
    if examples:
        for words, judged in of_examples(apart, of(store_for(found, load(), CACHE))):
            rows[kind_of(words).short] += judged
    for short, some in rows.items():
        weights, bias = fitted(some)
        print(
            f"{'a few words' if short else 'whole sentences'}: {len(some)} candidates, {sum(r for _, r in some)} right"
        )
        print("  ", {field.name: weight for field, weight in zip(fields(Signals), weights, strict=True)}, "bias", bias)
    return 0


if __name__ == "__main__":
    sys.exit(main())
