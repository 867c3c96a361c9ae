"""Drafts of a language model → sentences that the articles support, cited to the words that do, or marked as not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from answer.cite import Pick
from answer.drafts import Draft
from answer.quote import quoted
from answer.schema import ABSTAINED, Citation, Sentence
from answer.support import Checker, Support
from index.schema import Hit

_FAR = 0.1  # of the score, from 0 to 1


@dataclass(slots=True)
class Verifier:
    """Checks the sentences of one answer in turn, against the passages that the model was shown; `hits` in their order.

    `citations` grow as sentences rest on them: numbered in order of first use, each span of an article once.
    """

    question: str
    hits: Sequence[Hit]
    checker: Checker
    citations: list[Citation] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def verify(self, draft: Draft) -> tuple[Sentence, list[Citation]]:
        """The draft as a sentence of the answer, and the citations that are new with it.

        It keeps those of its passages that support it. When none does, it goes to the one that supports it best; when
        there is none either, it carries no number.
        """
        if says_nothing(draft.text):
            return Sentence(text=draft.text, supported=False), []
        supports = [one for one in self.checker.check(draft.text, self.hits, self.question) if one.is_enough]
        cited = {self.hits[number - 1].chunk.id for number in draft.numbers}
        # A passage that supports it far less than another is not what it rests on.
        near = [one for one in supports if one.score >= supports[0].score - _FAR]
        chosen = [one for one in near if one.hit.chunk.id in cited] or supports[:1]
        if not chosen:
            return Sentence(text=draft.text, supported=False), []
        self.scores.append(max(one.score for one in chosen))
        known, numbers = len(self.citations), dict[int, None]()
        picks = [_pick(one) for one in chosen]
        for pick in picks:
            numbers[self._number(pick)] = None
        doubted = all(pick.doubted for pick in picks)
        sentence = Sentence(text=draft.text, numbers=tuple(numbers), speaker=picks[0].speaker, doubted=doubted)
        return sentence, self.citations[known:]

    def _number(self, pick: Pick) -> int:
        """The number of the citation of that span, made now if there is none."""
        for one in self.citations:
            if (one.article.id, one.start, one.end) == (pick.article.id, pick.start, pick.end):
                return one.number
        number = len(self.citations) + 1
        self.citations.append(
            Citation(number=number, article=pick.article, start=pick.start, end=pick.end, also_in=pick.also_in)
        )
        return number


def says_nothing(text: str) -> bool:
    """Whether a sentence tells what the articles do not say, or asks: no passage can support that."""
    return text.rstrip().endswith(("?", "？", "؟")) or text.casefold().startswith(ABSTAINED[:-1].casefold())


def _pick(support: Support) -> Pick:
    """The supporting words as they are quoted: with the neighbour that says whose they are."""
    hit = support.hit
    pick = Pick(
        article=hit.chunk.article,
        start=support.start,
        end=support.end,
        confidence=support.score,
        story=hit.story,
        also_in=hit.also_in,
    )
    return quoted([pick])[0]
