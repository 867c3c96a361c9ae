"""What came of one question, scored; plain values, so that it can be written and read again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from answer.schema import Answer, Citation
from eval import metrics
from eval.questions import Question
from index.errors import DatelineError
from index.schema import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk that was found: its words, where they stand in which article, its score, and the copies that have it."""

    article: str
    title: str
    outlet: str
    published: str
    start: int
    text: str
    score: float
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A citation: `quote` stands at `start` in the text of `article`, an id. `carries` an accepted answer, rightly."""

    number: int
    article: str
    start: int
    quote: str
    carries: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one question.

    `mode` is what answered, "search" when only the search was asked. `error` is set when asking failed. `right` means
    that the first citation carries the answer (its article is relevant, and an accepted form or a whole passage of the
    evidence is in its quote) and that the answer's own words hold it too; `accepted` that they hold an accepted form.
    `evidence_ranks` are the ranks of the first passage with each piece of evidence, `unsupported` the share of the
    answer's sentences that no article supports, `judged` what a language model said of the answer, kept apart from what
    is measured.
    """

    id: str
    question: str
    answerable: bool | None
    wanted: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    mode: str = ""
    error: str = ""
    answered: bool = False
    right: bool = False
    accepted: bool = False
    exact_match: float = 0.0
    f1: float = 0.0
    confidence: float = 0.0
    text: str = ""
    hits: tuple[Passage, ...] = ()
    evidence_ranks: tuple[int | None, ...] = ()
    cited: tuple[Cited, ...] = ()
    quote_exactness: float = 1.0
    citation_recall: float = 0.0
    unsupported: float = 0.0
    independent_articles: int = 0
    tokens: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, float] = field(default_factory=dict)

    @property
    def found(self) -> tuple[str, ...]:
        """The ids of the articles found, best first, each once."""
        return tuple(dict.fromkeys(id for hit in self.hits for id in (hit.article, *hit.also_in)))

    @property
    def served(self) -> bool:
        """Whether the asker got what is right: the right answer, or none where there is none."""
        return self.right if self.answerable else not (self.answered or self.error)

    @property
    def outcome(self) -> metrics.Outcome:
        return metrics.Outcome(
            answerable=bool(self.answerable), answered=self.answered, right=self.right, confidence=self.confidence
        )


def of_answer(question: Question, answer: Answer) -> Result:
    """Score an answer."""
    cited = [_cited(question, citation) for citation in answer.citations]
    words = "" if answer.abstained else answer.short or " ".join(sentence.text for sentence in answer.sentences)
    wanted = question.answers or ("",)
    accepted = bool(question.answerable) and not answer.abstained and _accepted(question, words)
    right = bool(cited) and cited[0].carries and _said(question, words)
    return _result(
        question,
        answer.hits,
        mode=answer.mode,
        answered=not answer.abstained,
        right=bool(question.answerable) and right,
        accepted=accepted,
        exact_match=metrics.exact_match(words, wanted),
        f1=metrics.f1(words, wanted),
        confidence=answer.confidence,
        text=answer.text,
        cited=tuple(cited),
        quote_exactness=metrics.quote_exactness((c.article.text, c.start, c.end, c.quote) for c in answer.citations),
        unsupported=metrics.share(not sentence.supported for sentence in answer.sentences),
        citation_recall=metrics.citation_recall(sentence.numbers for sentence in answer.sentences),
        independent_articles=metrics.independent_articles(c.article.text for c in answer.citations),
        tokens=answer.tokens,
        seconds=answer.seconds,
    )


def of_search(question: Question, hits: Sequence[Hit], seconds: float) -> Result:
    """Score a search alone."""
    return _result(question, hits, mode="search", seconds={"search": seconds})


def of_error(question: Question, error: Exception, mode: str = "") -> Result:
    """A question that could not be asked: nothing was found, nothing answered, and nothing rightly declined."""
    why = str(error) if isinstance(error, DatelineError) else f"{type(error).__name__}: {error}"
    return _result(question, (), mode=mode, error=why)


def line_of(result: Result) -> str:
    """A result as a line of JSON, with its line end."""
    return json.dumps(asdict(result), ensure_ascii=False) + "\n"


def from_line(line: str) -> Result:
    """What `line_of` wrote. Raises ValueError for a line that was not written whole."""
    row: dict[str, Any] = json.loads(line)
    try:
        lists = {name: tuple(row[name]) for name in ("wanted", "relevant", "evidence_ranks")}
        hits = tuple(Passage(**{**hit, "also_in": tuple(hit.get("also_in", ()))}) for hit in row["hits"])
        return Result(**{**row, **lists, "hits": hits, "cited": tuple(Cited(**one) for one in row["cited"])})
    except (KeyError, TypeError) as error:
        raise ValueError(f"It is no result of this version: {error}") from None


def _result(question: Question, hits: Sequence[Hit], **scored: Any) -> Result:
    return Result(
        id=question.id,
        question=question.question,
        answerable=question.answerable,
        wanted=question.answers or (),
        relevant=tuple(sorted(question.relevant)),
        hits=tuple(map(_passage, hits)),
        evidence_ranks=evidence_ranks(question, hits),
        tags=question.tags,
        **scored,
    )


def evidence_ranks(question: Question, hits: Sequence[Hit]) -> tuple[int | None, ...]:
    """For each piece of a question's evidence the rank of the first hit that holds it, or None."""
    if not question.evidence:
        return ()
    return tuple(metrics.evidence_ranks(question.evidence, [hit.chunk.text for hit in hits]))


def _accepted(question: Question, words: str) -> bool:
    answers = question.answers or ()
    if question.all_answers:
        return metrics.complete(words, answers, question.wrong)
    return metrics.accepted(words, answers)


def _said(question: Question, words: str) -> bool:
    """Whether the answer's own words hold the answer, or a whole passage of the evidence word for word."""
    if question.all_answers:
        return _accepted(question, words)
    return metrics.carries(words, question.answers or (), question.evidence)


def _cited(question: Question, citation: Citation) -> Cited:
    having = [article.id for article in (citation.article, *citation.also_in)]  # a copy that has the words is as good
    rightly = next((id for id in having if id in question.relevant), having[0])
    precision = metrics.citation_precision(
        [(rightly, citation.quote)], question.relevant, question.answers or (), question.evidence
    )
    return Cited(
        number=citation.number,
        article=citation.article.id,
        start=citation.start,
        quote=citation.quote,
        carries=precision > 0,
    )


def _passage(hit: Hit) -> Passage:
    article = hit.chunk.article
    return Passage(
        article=article.id,
        title=article.title,
        outlet=article.outlet or "",
        published=article.published or "",
        start=hit.chunk.start,
        text=hit.chunk.text,
        score=hit.score,
        also_in=tuple(article.id for article in hit.also_in),
    )
