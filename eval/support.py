"""python -m eval.support: how well claims that passages support are told from those that they do not.

Asked are the sentences of `eval/lies.jsonl`, and with --expertqa those of ExpertQA (Malaviya et al. 2024): claims of
language models with evidence and a person's judgement. Half of each, "dev" and the questions of an even hash, is what
the checker's weights are fitted on, and "dev" its threshold; the other half is reported, and prints beside the first.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from answer import entailment
from answer.drafts import Drafts
from answer.support import Checker, Signals, Support
from eval import lies, metrics
from eval.records import QuestionSetError
from index import embed, terminal
from index.chunk import chunks_of
from index.schema import Article, Hit, digest

_PARTIAL = ("Partial", "Incomplete")
_LACKING = 0.8


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with the supports that its passages give, best first, and whether it is supported by those of `right`.

    `kind` says what it is; `fitted` is whether the weights may be fitted on it.
    """

    supports: tuple[Support, ...]
    right: frozenset[str]
    kind: str
    fitted: bool
    seconds: float = 0.0

    @property
    def supported(self) -> bool:
        return bool(self.right)

    @property
    def score(self) -> float:
        """The best support's, less for each fact that it lacks."""
        return max((one.score * _LACKING ** len(one.missing) for one in self.supports), default=0.0)

    @property
    def passes(self) -> bool:
        return any(one.is_enough for one in self.supports)


def of_lies(checker: Checker) -> list[Case]:
    """Every sentence of the scripted answers."""
    found = []
    for lie in lies.load():
        hits = [Hit(chunk=chunk, score=1.0) for chunk in lie.passages]
        reading = Drafts(len(hits))
        for draft, judged in zip([*reading.feed(lie.answer), *reading.end()], lie.sentences, strict=True):
            right = frozenset(lie.passages[number - 1].id for number in judged.passages)
            found.append(_case(checker, draft.text, hits, lie.question, right, judged.kind, lie.split == "dev"))
    return found


def of_expertqa(path: Path, checker: Checker) -> list[Case]:
    """Claims with all of their evidence, and each complete one with the nearest evidence of another question.

    Those without evidence are left out. Raises QuestionSetError when the file is something else.
    """
    claims = list(_claims(path))
    hits = {text: _hits(text, checker) for _, _, evidence, _ in claims for text in evidence}
    asked_with = defaultdict(set)
    for question, _, evidence, _ in claims:
        for text in evidence:
            asked_with[text].add(question)
    encoder, texts = checker.encoder(), list(hits)
    passages, vectors = encoder.encode(texts), encoder.encode([claim for _, claim, _, _ in claims])
    found = []
    for (question, claim, evidence, support), vector in zip(claims, vectors, strict=True):
        fitted = int(hashlib.sha256(question.encode()).hexdigest(), 16) % 2 == 0
        own = [hit for text in evidence for hit in hits[text]]
        right = frozenset(hit.chunk.id for hit in own) if support == "Complete" else frozenset[str]()
        found.append(_case(checker, claim, own, "", right, support, fitted))
        if right:
            others = (texts[at] for at in np.argsort(-(passages @ vector)) if question not in asked_with[texts[at]])
            found.append(_case(checker, claim, hits[next(others)], "", frozenset(), "wrong passage", fitted))
    return found


def _claims(path: Path) -> Iterator[tuple[str, str, list[str], str]]:
    """Question, claim without markers, evidence texts, judgement."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        for row in rows:
            for answer in row["answers"].values():
                for one in answer["claims"]:
                    texts = [re.sub(r"^\[\d+\]\s*\S*\s*", "", text).strip() for text in one["evidence"]]
                    evidence = [text for text in texts if text]
                    if evidence and one["support"] in ("Complete", *_PARTIAL):
                        yield row["question"], re.sub(r"\s*\[\d+\]", "", one["claim_string"]), evidence, one["support"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionSetError(f"{path} is not ExpertQA's file of claims ({error!r}).") from error


def _hits(text: str, checker: Checker) -> list[Hit]:
    article = Article(id=digest("expertqa", text), title="", text=text)
    return [Hit(chunk=chunk, score=1.0) for chunk in chunks_of(article, checker.encoder().tokenise)]


def _case(
    checker: Checker, claim: str, hits: Sequence[Hit], question: str, right: frozenset[str], kind: str, fitted: bool
) -> Case:
    checker.prepare(hits)
    started = time.perf_counter()
    supports = tuple(checker.check(claim, hits, question))
    return Case(supports, right, kind, fitted, time.perf_counter() - started)


def fitted(cases: Sequence[Case], rounds: int = 4) -> tuple[list[float], float]:
    """Weights and bias of a logistic regression over the signals, of the best support of each case.

    Which one that is, the weights of the round before say. Likeness speaks for a claim, what does not fit against it.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    names = [one.name for one in fields(Signals)]
    likeness = {"belief", "near", "passage", "pooled"}
    bounds = [(0.0, None) if name in likeness else (None, 0.0) for name in names] + [(None, None)]
    weights = np.array([float(name in likeness) for name in names] + [0.0])
    for _ in range(rounds):
        chosen = [row for case in cases if (row := _best(case, weights)) is not None]
        known, signs = np.array([row for row, _ in chosen]), np.array([sign for _, sign in chosen])

        def loss(
            at: NDArray[np.float64], known: NDArray[np.float64] = known, signs: NDArray[np.float64] = signs
        ) -> tuple[float, NDArray[np.float64]]:
            margins, free = signs * (known @ at), np.append(at[:-1], 0.0)
            return float(np.logaddexp(0, -margins).sum() + free @ free / 2), known.T @ (-signs * expit(-margins)) + free

        weights = minimize(loss, np.zeros(len(weights)), jac=True, bounds=bounds).x
    *found, bias = (round(float(one), 2) for one in weights)
    return found, bias


def _best(case: Case, weights: NDArray[np.float64]) -> tuple[list[float], float] | None:
    """The signals of the case's best support that may count, and 1 or −1; none where facts decide."""
    some = [one for one in case.supports if not one.missing and (not case.right or one.hit.chunk.id in case.right)]
    rows = [[*astuple(one.signals), 1.0] for one in some]
    return (max(rows, key=lambda row: float(np.dot(row, weights))), 1.0 if case.right else -1.0) if rows else None


def balanced(cases: Sequence[Case]) -> float:
    """The threshold at which the shares of both kinds told rightly are largest together."""

    def passes(case: Case, threshold: float) -> bool:
        return any(one.score >= threshold and not one.missing for one in case.supports)

    def rightly(threshold: float) -> float:
        shares = (
            metrics.share(passes(case, threshold) == side for case in cases if case.supported is side)
            for side in (True, False)
        )
        return sum(share or 0.0 for share in shares)

    return max((round(0.05 * step, 2) for step in range(1, 20)), key=rightly)


def _show(given: argparse.Namespace) -> int:
    checker = Checker(embed.load, entailment.load)
    told, claims = of_lies(checker), list[Case]()
    if given.expertqa:
        claims = of_expertqa(given.expertqa, checker)
    weights, bias = fitted([case for case in (*told, *claims) if case.fitted])
    dev = [case for case in told if case.fitted]
    print("threshold that tells most of dev rightly, with the present weights:", balanced(dev))
    print("fitted:", dict(zip((one.name for one in fields(Signals)), weights, strict=True)), "bias", bias)
    for half in (True, False):
        some = [case for case in told if case.fitted is half]
        false, true = ([case for case in some if case.supported is side] for side in (False, True))
        name = "scripted answers, dev" if half else "scripted answers, test"
        print(f"{name}: {len(some)} sentences, median {1000 * median(case.seconds for case in some):.0f} ms")
        print(f"  unsupported ones marked        {metrics.share(not case.passes for case in false):.3f}")
        print(f"  supported ones marked          {metrics.share(not case.passes for case in true):.3f}")
        print(f"  auroc                          {_auroc(true, false):.3f}")
        if half or given.kinds:
            _show_kinds(some)
    for half in (True, False) if claims else ():
        some = [case for case in claims if case.fitted is half]
        complete = [case for case in some if case.kind == "Complete"]
        print(f"ExpertQA, questions of {'an even' if half else 'an odd'} hash: {len(complete)} complete claims")
        print(f"  auroc against partial          {_auroc(complete, [c for c in some if c.kind in _PARTIAL]):.3f}")
        print(
            f"  auroc against a wrong passage  {_auroc(complete, [c for c in some if c.kind == 'wrong passage']):.3f}"
        )
    return 0


def _auroc(one: Sequence[Case], other: Sequence[Case]) -> float:
    return metrics.auroc([case.score for case in one], [case.score for case in other])


def _show_kinds(cases: Sequence[Case]) -> None:
    kinds = defaultdict(list)
    for case in cases:
        kinds[case.supported, case.kind].append(case.passes == case.supported)
    for (supported, kind), right in sorted(kinds.items()):
        print(f"    {'supported' if supported else 'unsupported'} {kind:24} {sum(right)} of {len(right)} told rightly")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the weights, and how well they tell claims apart."""
    parser = argparse.ArgumentParser(prog="python -m eval.support", description=__doc__)
    parser.add_argument("--expertqa", type=Path, metavar="FILE", help="val.jsonl.gz of ExpertQA")
    parser.add_argument("--kinds", action="store_true", help="print the kinds of the test half, too")
    return terminal.run(lambda: _show(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
