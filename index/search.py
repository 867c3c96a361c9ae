"""One search of one snapshot: rankings by meaning and by words, and how a question's parts are put together of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from index.catalog import Catalog
from index.collection import Articles, Collection
from index.lexical import LexicalIndex, Term, terms
from index.rank import Ranked, blended, interleaved
from index.understand import Part, Understood
from index.vectors import VectorIndex, Vectors
from index.words import asked

_MOST_LISTED = 4_000  # articles that the word index is given by name, 4 µs each; of more, its ranking is read further
_SLACK = 2.0  # of the chunks that must be read for so many of a random choice of articles, so many times
# Chosen on one half of MultiHop-RAG's questions and SquadShifts' Wikipedia: see eval/results/retrieval.md.
_NEARNESS, _NEARNESS_OF_OUTLET = 0.3, 0.15  # the weight of the dense ranking against that of words
_AROUND = 0.25  # of the rest of the question, beside the words of a part
_MOST_SPELLED = 60  # words of a question; more are a pasted article
_SPELLED = 0.5  # of another spelling of a name that is there as it was asked, too
_NEWER = 0.3  # for the newest article where the present is asked of, against the oldest that was found
_OF_THE_DAY = 0.5  # for articles printed on the day that the question gives for them, or when what it asks was news


@dataclass(frozen=True, slots=True)
class Search:
    """One search within one snapshot: the rankings that its parts are put together from."""

    catalog: Catalog
    words: LexicalIndex
    chroma: VectorIndex
    collection: Collection
    vectors: Mapping[str, Vectors]
    allowed: Articles | None
    depth: int

    def dense(self, text: str, among: Articles | None = None) -> Ranked:
        """The chunks that are nearest in meaning."""
        within = self._within(among)
        if within is None:
            return self.chroma.nearest(self.vectors[text], self.depth)
        return self.collection.nearest(self.catalog, self.vectors[text], self.depth, within)

    def lexical(self, words: Mapping[Term, float], among: Articles | None = None) -> Ranked:
        """The chunks that share the most and the rarest words."""
        within = self._within(among)
        if within is None:
            return self.words.best(words, self.depth)
        if within.sum() > _MOST_LISTED and (found := self._deeper(words, within)):
            return found
        return self.words.best(words, self.depth, articles=self.collection.ids(within))

    def _deeper(self, words: Mapping[Term, float], within: Articles) -> Ranked:
        """The same by reading further down the ranking of all chunks; none where that was not far enough."""
        enough = int(_SLACK * self.depth / within.mean())
        ranked = self.words.best(words, enough)
        inside = set(self.collection.inside(self.catalog, (id for id, _ in ranked), within))
        found = [one for one in ranked if one[0] in inside][: self.depth]
        return found if len(found) == self.depth or len(ranked) < enough else []

    def part(self, part: Part, of: Understood) -> Ranked:
        """The chunks for a part, among the articles that it asks of."""
        named = bool(part.outlets or part.authors)
        among = self.collection.of(part.outlets, part.authors) if named else None
        languages = self.collection.languages
        around = asked(of.about, of.names, _AROUND, languages)
        words = self._spelled(around | asked(part.words, of.names, languages=languages))
        rankings = [(self.lexical(words, among), 1.0)]
        if part.words in self.vectors:
            nearness = _NEARNESS_OF_OUTLET if named else _NEARNESS
            rankings = [(rankings[0][0], 1 - nearness), (self.dense(part.words, among), nearness)]
        if days := part.days or of.time.rather:
            found = dict.fromkeys(id for ranked, _ in rankings for id, _ in ranked)
            then = self.collection.inside(self.catalog, found, self.collection.within(days))
            return blended(rankings, dict.fromkeys(then, _OF_THE_DAY))
        return blended(rankings)

    def _spelled(self, words: dict[Term, float]) -> dict[Term, float]:
        """The terms with those that are other spellings of them in this collection."""
        for term in list(words)[:_MOST_SPELLED]:
            # What no chunk has must be meant otherwise; what some have may be.
            known, weight = self.words.has(term), words[term]
            for other in self.words.spelled(term):
                words.setdefault(other, weight * (_SPELLED if known else 1.0))
            if term.field == "names" and not known:
                # The articles may write the name small, or this is none.
                for stem in terms(term.word):
                    words[Term("text", stem)] = words.get(Term("text", stem), 0.0) + weight
        return words

    def parts(self, understood: Understood) -> Ranked:
        """The chunks for every part in turn, so that each is represented.

        Where outlets or authors are named, chunks of anybody come in from the second turn on: the names may mean
        something else, and their articles may not say it.
        """
        found = [self.part(part, understood) for part in understood.parts]
        if understood.now:
            found = [self._newer(ranked) for ranked in found]
        if understood.outlets or understood.authors:
            found.append(found[0][:1] + self.part(Part(understood.about), understood))
        return interleaved(found)

    def _newer(self, ranked: Ranked) -> Ranked:
        """The ranking with the newer of what is about as good before the older."""
        fresh = self.collection.freshness(self.catalog, [id for id, _ in ranked])
        return blended([(ranked, 1.0)], {id: _NEWER * share for id, share in fresh.items()})

    def _within(self, among: Articles | None) -> Articles | None:
        if among is None or self.allowed is None:
            return self.allowed if among is None else among
        return among & self.allowed


# How a question is searched, by name; evaluation measures each.
RANKINGS: Mapping[str, Callable[[Search, str, Understood], Ranked]] = {
    "dense": lambda search, question, understood: search.dense(question),
    "bm25": lambda search, question, understood: search.lexical({Term("text", term): 1.0 for term in terms(question)}),
    "whole": lambda search, question, understood: search.part(Part(question), understood),
    "parts": lambda search, question, understood: search.parts(understood),
}
DEFAULT_RANKING = "parts"
