"""Ask every question of a set, and measure what came back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from answer.assistant import Assistant
from answer.schema import Answer
from eval import metrics, paired, standard
from eval.questions import Question
from index.errors import DatelineError

CUTOFFS = (1, 3, 5, 10)
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What came of one question; plain values, so that it can be written and read again.

    `found` are article ids best first, `cited` (article id, quote) pairs. `error` is set when asking failed, and the
    question then counts as declined.
    """

    id: str
    question: str
    answerable: bool | None
    answered: bool = False
    right: bool = False
    accepted: bool = False
    confidence: float = 0.0
    text: str = ""
    found: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    cited: tuple[tuple[str, str], ...] = ()
    evidence_ranks: tuple[int | None, ...] = ()
    quote_exactness: float = 1.0
    citation_precision: float = 0.0
    citation_recall: float = 0.0
    independent_articles: int = 0
    seconds: Mapping[str, float]
    tags: Mapping[str, str]
    error: str = ""

    def outcome(self) -> metrics.Outcome:
        return metrics.Outcome(
            answerable=bool(self.answerable), answered=self.answered, right=self.right, confidence=self.confidence
        )


def run(assistant: Assistant, questions: Sequence[Question], watch: Watch = lambda done, total: None) -> list[Record]:
    """Ask each question; one that fails is recorded with its error, and the rest goes on."""
    records = []
    for done, question in enumerate(questions, start=1):
        try:
            records.append(record_of(question, assistant.ask(question.question, filters=question.filters)))
        except DatelineError as error:
            records.append(
                Record(
                    id=question.id,
                    question=question.question,
                    answerable=question.answerable,
                    relevant=tuple(sorted(question.relevant)),
                    seconds={},
                    tags=question.tags,
                    error=str(error),
                )
            )
        watch(done, len(questions))
    return records


def record_of(question: Question, answer: Answer) -> Record:
    """Score one answer. It is right when an accepted form is in a quote, and that quote's article is relevant."""
    cited = tuple((citation.article.id, citation.quote) for citation in answer.citations)
    answers = question.answers or ()
    carried = [metrics.citation_precision([one], question.relevant, answers, question.evidence) > 0 for one in cited]
    accepted = (
        metrics.complete(answer.text, answers, question.wrong)
        if question.all_answers
        else metrics.accepted(answer.text, answers)
    )
    return Record(
        id=question.id,
        question=question.question,
        answerable=question.answerable,
        answered=not answer.abstained,
        right=bool(question.answerable) and any(carried),
        accepted=bool(question.answerable) and not answer.abstained and accepted,
        confidence=answer.confidence,
        text=answer.text,
        found=tuple(dict.fromkeys(hit.chunk.article.id for hit in answer.hits)),
        relevant=tuple(sorted(question.relevant)),
        cited=cited,
        evidence_ranks=_evidence_ranks(question, answer),
        quote_exactness=metrics.quote_exactness((c.article.text, c.start, c.end, c.quote) for c in answer.citations),
        citation_precision=metrics.share(carried),
        citation_recall=metrics.citation_recall(sentence.numbers for sentence in answer.sentences),
        independent_articles=metrics.independent_articles(c.article.text for c in answer.citations),
        seconds=answer.seconds,
        tags=question.tags,
    )


def _evidence_ranks(question: Question, answer: Answer) -> tuple[int | None, ...]:
    if not question.evidence:
        return ()
    return tuple(metrics.evidence_ranks(question.evidence, [hit.chunk.text for hit in answer.hits]))


def retrieval(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Measure → question id → value, over the questions whose relevant articles are known."""
    known = [record for record in records if record.relevant]
    if not known:
        return {}
    found = standard.scores({r.id: r.found for r in known}, {r.id: r.relevant for r in known}, CUTOFFS)
    evidenced = [record for record in known if record.evidence_ranks]
    for k in CUTOFFS:
        found[f"evidence recall@{k}"] = {r.id: metrics.evidence_recall(r.evidence_ranks, k) for r in evidenced}
        found[f"all-evidence@{k}"] = {r.id: metrics.all_evidence(r.evidence_ranks, k) for r in evidenced}
    return found


def summary(records: Sequence[Record]) -> dict[str, float]:
    """Every measure over these records; `n` says of how many questions. Questions of unknown answer are left out."""
    scored = [record for record in records if record.answerable is not None]
    outcomes = [record.outcome() for record in scored]
    given = [record for record in scored if record.answered]
    wrong, coverage = metrics.wrong_answers_given(outcomes)
    precision, recall, f1 = metrics.abstention(outcomes)
    right, other = ([r.confidence for r in scored if r.right is side] for side in (True, False))
    figures = {name: _mean(list(values.values())) for name, values in retrieval(scored).items()}
    return figures | {
        "n": float(len(scored)),
        "failed": float(sum(1 for record in records if record.error)),
        "wrong answers given": wrong,
        "coverage": coverage,
        "accepted": metrics.share(record.accepted for record in scored if record.answerable),
        "abstention precision": precision,
        "abstention recall": recall,
        "abstention f1": f1,
        "aurc": metrics.aurc(metrics.risk_coverage(outcomes)),
        "auroc": metrics.auroc(right, other) if right and other else 0.0,
        "quote exactness": min((record.quote_exactness for record in given), default=1.0),
        "citation precision": _mean([record.citation_precision for record in given if record.answerable]),
        "citation recall": _mean([record.citation_recall for record in given]),
        "independent articles": _mean([float(record.independent_articles) for record in given]),
    }


def interval(records: Sequence[Record], measure: str) -> tuple[float, float]:
    """The 95 % bootstrap interval of a measure of `summary`, resampling questions."""
    # Retrieval measures are means over questions already measured: no need to measure every sample anew.
    by_question = retrieval(records).get(measure)
    if by_question is not None:
        return paired.bootstrap(list(by_question.values()), _mean)
    return paired.bootstrap(list(records), lambda sample: _answers_only(sample)[measure])


def seconds(records: Sequence[Record]) -> dict[str, tuple[float, float]]:
    """Stage → seconds a question, median and 95th percentile."""
    stages = dict.fromkeys(stage for record in records for stage in record.seconds)
    return {stage: _percentiles([r.seconds[stage] for r in records if stage in r.seconds]) for stage in stages}


def write(records: Sequence[Record], path: Path) -> None:
    """One JSON line a question."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(record), ensure_ascii=False) for record in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read(path: Path) -> list[Record]:
    """What `write` wrote."""
    return [_record(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _record(row: dict[str, Any]) -> Record:
    lists = {name: tuple(row[name]) for name in ("found", "relevant", "evidence_ranks")}
    return Record(**{**row, **lists, "cited": tuple((article, quote) for article, quote in row["cited"])})


def _answers_only(records: Sequence[Record]) -> dict[str, float]:
    outcomes = [record.outcome() for record in records if record.answerable is not None]
    wrong, coverage = metrics.wrong_answers_given(outcomes)
    _, recall, _ = metrics.abstention(outcomes)
    return {"wrong answers given": wrong, "coverage": coverage, "abstention recall": recall}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _percentiles(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
