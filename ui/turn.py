"""One question of a conversation and what came of it: what the chat says of it, and what the panel shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from answer.schema import Answer, Citation, Sentence
from index.collection import Extent
from index.schema import Article, Hit
from index.understand import Reading
from ui.kept import KeptAnswer, State
from ui.scope import ANYWHERE, Scope

NEAREST = 3
NOTHING = Extent(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A card of the panel: a citation, or another passage that was found, with the `score` it was found by.

    `name` is "2" of citation 2 and "h2" of the second passage. One that was kept may have lost its words, then there is
    no citation, or its article, then there is nothing but its `state`.
    """

    name: str
    citation: Citation | None = None
    article: Article | None = None
    state: State = State.SAME
    score: float | None = None

    @classmethod
    def cited(cls, citation: Citation, state: State = State.SAME) -> Source:
        return cls(name=str(citation.number), citation=citation, article=citation.article, state=state)

    @classmethod
    def found(cls, number: int, hit: Hit, prefix: str = "h") -> Source:
        citation = Citation.of(number, hit)
        return cls(name=f"{prefix}{number}", citation=citation, article=citation.article, score=hit.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question with its sources: those that its answer cites or, when it was declined, the nearest passages.

    `others` are what else was found. `answer` is there when the question was answered in this session, `kept` when it
    was answered at all; a turn without either is under way, or failed: `words` says how, in Markdown. `extent` is what
    was searched, `suggestions` what can be asked instead. `linked` tells a turn that came out of a link.
    """

    question: str
    scope: Scope = ANYWHERE
    sources: tuple[Source, ...] = ()
    others: tuple[Source, ...] = ()
    answered: bool = True
    answer: Answer | None = None
    kept: KeptAnswer | None = None
    words: str = ""
    readings: tuple[Reading, ...] = ()
    suggestions: tuple[str, ...] = ()
    extent: Extent = NOTHING
    linked: bool = False

    @classmethod
    def of(
        cls, answer: Answer, scope: Scope = ANYWHERE, *, readings: Sequence[Reading] = (), extent: Extent = NOTHING
    ) -> Turn:
        """The turn of an answer that was given just now."""
        near = NEAREST if answer.abstained else 0
        sources = [Source.cited(one) for one in answer.citations]
        sources += [Source.found(n, hit, "") for n, hit in enumerate(answer.hits[:near], 1)]
        others = [hit for hit in answer.hits[near:] if not any(_holds(hit, one) for one in answer.citations)]
        return cls(
            question=answer.question,
            scope=scope,
            sources=tuple(sources),
            others=tuple(Source.found(n, hit) for n, hit in enumerate(others, 1)),
            answered=not answer.abstained,
            answer=answer,
            kept=KeptAnswer.of(answer, now(), scope),
            readings=tuple(readings),
            extent=extent,
        )

    @classmethod
    def again(cls, kept: KeptAnswer, article: Callable[[str], Article | None], *, linked: bool = False) -> Turn:
        """The turn of an answer that was kept; `article` gives an article by its id, to find its citations again."""
        sources = [
            Source.cited(citation, state)
            if citation
            else Source(name=str(one.number), article=article(one.article), state=state)
            for one, state, citation in kept.found(article)
        ]
        return cls(
            question=kept.question,
            scope=kept.scope,
            sources=tuple(sources),
            answered=not kept.abstained,
            kept=kept,
            linked=linked,
        )

    @classmethod
    def failed(cls, question: str, scope: Scope, why: str) -> Turn:
        """The turn of a question that got no answer, and why."""
        nothing = Answer(question=question, sentences=(Sentence(text=why, supported=False),), abstained=True)
        kept = replace(KeptAnswer.of(nothing, now(), scope), sentences=(), mode="", note=why)
        return cls(question=question, scope=scope, answered=False, kept=kept)

    @property
    def has_failed(self) -> bool:
        """Whether nothing came of the question, not even that the articles do not say."""
        return bool(self.kept) and not self.linked and not self.answer and not (self.kept and self.kept.mode)

    def source(self, name: str) -> Source | None:
        return next((one for one in (*self.sources, *self.others) if one.name == name), None)

    @property
    def as_answer(self) -> Answer | None:
        """The answer, made anew where it was kept; None where what it cites is not as it was."""
        kept = self.kept
        if self.answer or not kept or not kept.sentences:
            return self.answer
        if any(one.state is not State.SAME for one in self.sources):
            return None
        cited = tuple(one.citation for one in self.sources if one.citation)
        return Answer(
            question=kept.question,
            sentences=kept.sentences,
            short=kept.short,
            citations=cited,
            asked=kept.asked,
            understood=kept.asked or kept.question,
            abstained=kept.abstained,
            mode=kept.mode,
            note=kept.note,
        )

    @property
    def articles(self) -> list[Article]:
        """The articles that were found, each once."""
        found = [one.article for one in (*self.sources, *self.others) if one.article]
        return list({one.id: one for one in found}.values())

    @property
    def citations(self) -> list[Citation]:
        """What an answer cites; nothing of a declined one."""
        return [one.citation for one in self.sources if one.citation] if self.answered else []


def now() -> str:
    """This moment in ISO 8601, to the minute, with its offset."""
    return datetime.now(UTC).astimezone().isoformat(timespec="minutes")


def at_key(turns: Sequence[Turn], key: str) -> tuple[int, Turn, Source] | None:
    """What `key`, "<turn>-<source>" as the browser sent it, stands for."""
    for at, turn in enumerate(turns):
        for source in (*turn.sources, *turn.others):
            if key == f"{at}-{source.name}":
                return at, turn, source
    return None


def _holds(hit: Hit, cited: Citation) -> bool:
    """Whether a passage is the one that is cited."""
    chunk = hit.chunk
    return chunk.article.id == cited.article.id and chunk.start < cited.end and cited.start < chunk.end


def kept_of(turns: Iterable[Turn]) -> list[KeptAnswer]:
    """What is kept of a conversation."""
    return [turn.kept for turn in turns if turn.kept]
