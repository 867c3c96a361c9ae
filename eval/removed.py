"""Answers with the evidence there and with it taken away: whether confidence tells the two apart.

Each answerable question is asked of the whole store, and again as if the articles that answer it were not in it: their
hits are passed over for the next ones. What should be told apart are the right answers, and everything else: wrong
answers, and whatever is said without the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from answer.assistant import Assistant
from answer.reader import THRESHOLD
from eval import metrics
from eval.loaders import LOADERS
from eval.questions import Question
from eval.result import Result, of_answer
from index import embed
from index.build import Builder
from index.schema import digest
from index.settings import Settings

_K, _DEEP = 10, 60  # hits that are read, and that are searched so that enough are left


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what came of it whatever the confidence, and how confident it was without its evidence."""

    question: Question
    result: Result
    without: float

    @property
    def is_named(self) -> bool:
        """Whether the evidence holds the answer word for word."""
        return any(metrics.accepted(passage, self.question.answers or ()) for passage in self.question.evidence)


def ask(assistant: Assistant, questions: Sequence[Question], watch: Callable[[int, int], None]) -> list[Case]:
    """The answerable questions, each asked twice; `watch` is told how many of how many are done."""
    asked = [one for one in questions if one.answerable and one.relevant and not one.turns]
    found = []
    for at, one in enumerate(asked, start=1):
        hits = assistant.retriever.search(one.question, k=_DEEP, filters=one.filters)
        others = [hit for hit in hits if hit.articles.isdisjoint(one.relevant)]
        answer, without = (assistant.answer(one.question, some[:_K], threshold=0.0) for some in (hits, others))
        found.append(Case(one, of_answer(one, answer), without.confidence))
        watch(at, len(asked))
    return found


def figures(cases: Sequence[Case], threshold: float = THRESHOLD) -> dict[str, float]:
    """The measures by name: "right" whatever the confidence, "given" where it is at least the threshold."""
    right = [one.result.confidence for one in cases if one.result.right]
    other = [one.result.confidence for one in cases if not one.result.right] + [one.without for one in cases]
    named = [one for one in cases if one.is_named]
    found = {
        "questions": float(len(cases)),
        "exact match": metrics.share(one.result.exact_match == 1.0 for one in cases),
        "right": metrics.share(one.result.right for one in cases),
        "given": metrics.share(one.result.confidence >= threshold for one in cases),
        "right and given": metrics.share(one.result.right and one.result.confidence >= threshold for one in cases),
        "declined without the evidence": metrics.share(one.without < threshold for one in cases),
    }
    if named:
        found["evidence that names the answer"] = float(len(named))
        found["of those, right"] = metrics.share(one.result.right for one in named)
    return found | ({"auroc": metrics.auroc(right, other)} if right else {})


def store_among(articles: Sequence[Path], settings: Settings, cache: Path) -> Settings:
    """Settings over a store of these files and folders, made now if it is not whole; MultiHop-RAG is read as itself."""
    mark = digest(settings.embed_model, *map(str, articles))[:12]
    cached = replace(settings, store=(cache / "stores" / f"among-{mark}").resolve(), read_only=False)
    builder = Builder(cached, lambda: embed.load(settings.embed_model))
    published = [path for path in articles if any(path.glob("corpus.jsonl*"))]
    builder.after_upgrade(lambda: builder.add([path for path in articles if path not in published]))
    for path in published:
        builder.add_articles(LOADERS["multihop-rag"](path).articles or ())
    return cached
