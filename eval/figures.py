"""Results → figures. Every measure is a mean over the questions that it is defined for, save a few of whole sets.

So one table, measure → question → value, gives the figure of each question, of each tag and of all, its interval, and
the paired comparison of two runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from eval import metrics, paired, standard
from eval.result import Result

Table = dict[str, dict[str, float]]
CUTOFFS = standard.CUTOFFS


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of `n` questions, with the 95 % interval of the mean where it is one."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None


def table(results: Sequence[Result]) -> Table:
    """Measure → question id → value, of the questions that the measure is defined for."""
    return {name: values for name, values in (retrieval(results) | answers(results)).items() if values}


def retrieval(results: Iterable[Result]) -> Table:
    """How well the articles and the evidence were found, for the questions whose relevant articles are known.

    Articles are measured by ir-measures, evidence by the protocol of MultiHop-RAG: see `eval.metrics`. Both are of the
    K chunks that were asked for, so that k articles are often not reached; that of the evidence counts chunks.
    """
    known = [one for one in results if one.relevant]
    if not known:
        return {}
    found = standard.scores({one.id: one.found for one in known}, {one.id: one.relevant for one in known}, CUTOFFS)
    ranks = {one.id: one.evidence_ranks for one in known if one.evidence_ranks}
    for k in CUTOFFS:
        found[f"evidence hits@{k}"] = {id: metrics.evidence_hit(one, k) for id, one in ranks.items()}
        found[f"evidence recall@{k}"] = {id: metrics.evidence_recall(one, k) for id, one in ranks.items()}
        found[f"all-evidence@{k}"] = {id: metrics.all_evidence(one, k) for id, one in ranks.items()}
    found["evidence mrr@10"] = {id: metrics.evidence_mrr(one, 10) for id, one in ranks.items()}
    return found


def answers(results: Iterable[Result]) -> Table:
    """How right the answers, the refusals and the citations are, for the questions whose answer is known.

    A question that failed is neither answered nor rightly declined.
    """
    scored = [one for one in results if one.answerable is not None and one.mode != "search"]
    given = [one for one in scored if one.answered]
    declined = [one for one in scored if not one.answered and not one.error]
    return {
        "wrong answers given": {one.id: float(not one.right) for one in given},
        "coverage": {one.id: float(one.answered) for one in scored},
        "served right": {one.id: float(one.served) for one in scored},
        "accepted": {one.id: float(one.accepted) for one in scored if one.answerable},
        "exact match": {one.id: one.exact_match for one in scored},
        "f1": {one.id: one.f1 for one in scored},
        "abstention precision": {one.id: float(not one.answerable) for one in declined},
        "abstention recall": {one.id: float(one.served) for one in scored if not one.answerable},
        "quote exactness": {one.id: one.quote_exactness for one in given},
        "citation precision": {one.id: _share_that_carries(one) for one in given},
        "citation recall": {one.id: one.citation_recall for one in given},
        "unsupported sentences": {one.id: one.unsupported for one in given if one.mode != "reader"},
        "independent articles": {one.id: float(one.independent_articles) for one in given},
    }


def judged(results: Iterable[Result]) -> Table:
    """What a language model said of the answers, kept apart from what is measured; empty until one is asked."""
    found: Table = {}
    for one in results:
        for name, value in one.judged.items():
            found.setdefault(name, {})[one.id] = value
    return found


def of_set(results: Iterable[Result]) -> dict[str, Figure]:
    """The measures that are no means over questions: abstention F1, and how well confidence tells right from wrong.

    The latter, aurc and auroc, are of the answers given: what is declined has a low confidence by definition, and
    nobody knows whether it would have been right. Each is left out where it is not defined.
    """
    scored = [one for one in results if one.answerable is not None and one.mode != "search"]
    # A question that failed was not declined.
    outcomes = [replace(one.outcome, answered=one.answered or bool(one.error)) for one in scored]
    given = [one.outcome for one in scored if one.answered]
    right, wrong = ([one.confidence for one in given if one.right is side] for side in (True, False))
    found = {}
    if not all(one.answerable for one in outcomes):
        found["abstention f1"] = Figure(metrics.abstention(outcomes)[2], len(scored))
    if given:
        found["aurc"] = Figure(metrics.aurc(metrics.risk_coverage(given)), len(given))
    if right and wrong:
        found["auroc"] = Figure(metrics.auroc(right, wrong), len(given))
    return found


def figures(results: Sequence[Result]) -> dict[str, Figure]:
    """Every measure over all questions, with its interval; in the order of the report."""
    found = {name: figure(list(values.values())) for name, values in table(results).items()}
    return found | of_set(results)


def figure(values: Sequence[float]) -> Figure:
    """The mean of values and its bootstrap interval. Raises ValueError when there are none."""
    low, high = paired.interval(values)
    return Figure(fmean(values), len(values), low, high)


def by_tag(results: Sequence[Result]) -> dict[str, dict[str, list[Result]]]:
    """Tag → its value → the results that have it, of the tags that tell the questions apart."""
    found: dict[str, dict[str, list[Result]]] = {}
    for one in results:
        for tag, value in one.tags.items():
            found.setdefault(tag, {}).setdefault(value, []).append(one)
    return {
        tag: dict(sorted(groups.items()))
        for tag, groups in sorted(found.items())
        if 1 < len(groups) <= max(20, len(results) // 20)
    }


def seconds(results: Iterable[Result]) -> dict[str, tuple[float, float]]:
    """Stage → seconds a question: the median and the 95th percentile."""
    found: dict[str, list[float]] = {}
    for one in results:
        for stage, value in one.seconds.items():
            found.setdefault(stage, []).append(value)
    return {stage: (percentile(values, 0.5), percentile(values, 0.95)) for stage, values in found.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values lies under, between the two nearest. Raises IndexError without any."""
    return float(np.quantile(values, share))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the questions they share: measure → (mean before, mean after, p), and the questions that flipped.

    Each mean is over the questions for which its run has the measure: a run that answers less often has fewer wrong
    answers. p is of a paired permutation test, that of `served right` of McNemar's.
    """

    n: int
    measures: Mapping[str, tuple[float, float, float]]
    gained: Sequence[str]
    lost: Sequence[str]


def compare(before: Sequence[Result], after: Sequence[Result]) -> Comparison:
    """Question by question, on the questions that both runs asked, in the same words."""
    both = {(one.id, one.question) for one in before} & {(one.id, one.question) for one in after}
    old, new = (table([one for one in run if (one.id, one.question) in both]) for run in (before, after))
    found = {name: _compared(name, old[name], new[name]) for name in new if name in old}
    gained, lost = paired.flipped(*(
        {id: bool(value) for id, value in run.get("served right", {}).items()} for run in (old, new)
    ))  # fmt: skip
    return Comparison(len(both), found, gained, lost)


def _compared(name: str, old: Mapping[str, float], new: Mapping[str, float]) -> tuple[float, float, float]:
    ids = sorted(old.keys() | new.keys())
    if name == "served right":
        p = paired.mcnemar(*([bool(run.get(id)) for id in ids] for run in (old, new)))
    else:
        p = paired.sign_flip(*([run.get(id) for id in ids] for run in (old, new)))
    return fmean(old.values()), fmean(new.values()), p


def _share_that_carries(result: Result) -> float:
    return metrics.share(one.carries for one in result.cited)
