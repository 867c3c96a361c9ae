"""The reader alone, given the passage that each question was asked of (the protocol of SQuAD).

Every question is read over its own passage, so that nothing of the search is measured. SQuAD 2.0's exact match and F1
(Rajpurkar et al. 2018) count an abstention as right where the passage has no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from answer.span_model import SpanModel
from eval import metrics
from eval.questions import QuestionSet

_BATCH = 256
THRESHOLD = 2.0  # best on our questions beside the paragraphs of SquadShifts held apart


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a question: the best words, their score in logits, and the accepted answers, if any."""

    words: str
    score: float
    answers: tuple[str, ...]

    def f1(self, threshold: float | None) -> float:
        return metrics.f1(self._said(threshold), self.answers or ("",))

    def exact(self, threshold: float | None) -> float:
        return metrics.exact_match(self._said(threshold), self.answers or ("",))

    def _said(self, threshold: float | None) -> str:
        return self.words if threshold is None or self.score >= threshold else ""


def read(model: SpanModel, questions: QuestionSet, watch: Callable[[int, int], None]) -> list[Reading]:
    """Each question over its passage; `watch` is told how many of how many are done."""
    texts = {article.id: article.text for article in questions.articles or ()}
    found = []
    for at in range(0, len(questions.questions), _BATCH):
        some = questions.questions[at : at + _BATCH]
        pairs = [(one.question, texts[one.articles[0]]) for one in some]
        for one, (_, passage), spans in zip(some, pairs, model.read_pairs(pairs), strict=True):
            words = passage[spans[0].start : spans[0].end] if spans else ""
            found.append(Reading(words, spans[0].score if spans else float("-inf"), one.answers or ()))
        watch(len(found), len(questions.questions))
    return found


def figures(readings: Sequence[Reading], threshold: float = THRESHOLD) -> dict[str, float]:
    """The measures by name. The best threshold is chosen on these very questions, as SQuAD's script reports it."""
    answerable = [one for one in readings if one.answers]
    found = {
        "answerable exact match": fmean(one.exact(None) for one in answerable),
        "answerable f1": fmean(one.f1(None) for one in answerable),
    }
    if len(answerable) == len(readings):
        return found
    best = best_threshold(readings)
    right, other = ([one.score for one in readings if bool(one.answers) is side] for side in (True, False))
    return found | {
        "squad 2 exact match": fmean(one.exact(threshold) for one in readings),
        "squad 2 f1": fmean(one.f1(threshold) for one in readings),
        "squad 2 f1 at the best threshold": fmean(one.f1(best) for one in readings),
        "best threshold": best,
        "auroc": metrics.auroc(right, other),
    }


def best_threshold(readings: Sequence[Reading]) -> float:
    """The score from which on answering gives the highest SQuAD 2.0 F1 on these readings."""
    ordered = sorted(readings, key=lambda one: -one.score)
    total = best = sum(one.f1(float("inf")) for one in ordered)
    threshold = float("inf")
    for one in ordered:
        total += one.f1(None) - one.f1(float("inf"))
        if total > best:
            best, threshold = total, one.score
    return threshold
