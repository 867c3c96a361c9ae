"""Question → hits: each of its parts searched by meaning and by words, within filters. The online half of `index`.

A search takes the published number from one read snapshot of the catalog, asks that folder, and keeps the chunks that
the snapshot holds; a publication in the meantime is a new folder, seen by the next search.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from index.catalog import Built, Catalog
from index.collection import Articles, Collection
from index.embed import Encoder
from index.errors import QuestionError, StoreDamaged, StoreMismatch
from index.job import check_built
from index.lexical import LexicalIndex, terms
from index.publish import flat_in, vectors_in, words_in
from index.rank import Ranked, blended, interleaved
from index.schema import Article, Filters, Hit
from index.settings import Settings
from index.store import Store
from index.understand import Part, Understood, talk, understand
from index.vectors import VectorIndex, Vectors

_DEPTH = 50
_TRIES = 5
_MOST = 1_000
_MOST_LISTED = 4_000  # articles that the word index is given by name, 4 µs each; of more, its ranking is read further
_SLACK = 2.0  # of the chunks that must be read for so many of a random choice of articles, so many times
# Chosen on one half of MultiHop-RAG's questions and SquadShifts' Wikipedia: see eval/results/retrieval.md.
_NEARNESS, _NEARNESS_OF_OUTLET = 0.3, 0.15  # the weight of the dense ranking against that of words
_TALK, _AROUND_OUTLET, _AROUND_FACET = 0.15, 0.25, 0.15  # of words that speak of reports; of the rest of the question
_MOST_SPELLED = 60  # words of a question; more are a pasted article
_SPELLED = 0.5  # of another spelling of a name that is there as it was asked, too
_NEWER = 0.3  # for the newest article where the present is asked of, against the oldest that was found
_OF_THE_DAY = 0.5  # for articles printed on the day that the question gives


@dataclass(frozen=True, slots=True)
class _Search:
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

    def lexical(self, words: Mapping[str, float], among: Articles | None = None) -> Ranked:
        """The chunks that share the most and the rarest words."""
        within = self._within(among)
        if within is None:
            return self.words.best(words, self.depth)
        if within.sum() > _MOST_LISTED and (found := self._deeper(words, within)):
            return found
        return self.words.best(words, self.depth, articles=self.collection.ids(within))

    def _deeper(self, words: Mapping[str, float], within: Articles) -> Ranked:
        """The same by reading further down the ranking of all chunks; none where that was not far enough."""
        enough = int(_SLACK * self.depth / within.mean())
        ranked = self.words.best(words, enough)
        inside = set(self.collection.inside(self.catalog, (id for id, _ in ranked), within))
        found = [one for one in ranked if one[0] in inside][: self.depth]
        return found if len(found) == self.depth or len(ranked) < enough else []

    def part(self, part: Part, of: Understood) -> Ranked:
        """The chunks for a part, among the articles that it asks of."""
        among = self.collection.of(part.outlets) if part.outlets else None
        around = _AROUND_FACET if part.facet else _AROUND_OUTLET
        words = weights(of.about, around) | weights(part.words)
        for word in list(words)[:_MOST_SPELLED]:
            # What no chunk has must be meant otherwise; what some have may be.
            likely = _SPELLED if self.words.has(word) else 1.0
            for other in self.words.spelled(word, name=word in of.names):
                words.setdefault(other, words[word] * likely)
        lexical = self.lexical(words, among)
        if part.words not in self.vectors:
            return lexical
        dense = self.dense(part.words, among)
        nearness = _NEARNESS_OF_OUTLET if part.outlets else _NEARNESS
        return blended([(lexical, 1 - nearness), (dense, nearness)], self._of_the_day(part, [*lexical, *dense]))

    def _of_the_day(self, part: Part, ranked: Ranked) -> dict[str, float]:
        """What the chunks of these gain that were printed on a day that the part gives."""
        if not part.days:
            return {}
        ids = dict.fromkeys(id for id, _ in ranked)
        return dict.fromkeys(self.collection.inside(self.catalog, ids, self.collection.within(part.days)), _OF_THE_DAY)

    def parts(self, understood: Understood) -> Ranked:
        """The chunks for every part in turn, so that each is represented.

        Where outlets are named, chunks of any outlet come in from the second turn on: the names may mean something
        else, and those outlets may not say it.
        """
        found = [self.part(part, understood) for part in understood.parts]
        if understood.now:
            found = [self._newer(ranked) for ranked in found]
        if understood.outlets:
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


def weights(text: str, weight: float = 1.0) -> dict[str, float]:
    """The terms of a text with how much each counts."""
    return {term: weight * (_TALK if term in talk() else 1.0) for term in terms(text)}


# How a question is searched, by name; evaluation measures each.
RANKINGS: Mapping[str, Callable[[_Search, str, Understood], Ranked]] = {
    "dense": lambda search, question, understood: search.dense(question),
    "bm25": lambda search, question, understood: search.lexical(dict.fromkeys(terms(question), 1.0)),
    "whole": lambda search, question, understood: search.part(Part(question), understood),
    "parts": lambda search, question, understood: search.parts(understood),
}
DEFAULT_RANKING = "parts"


@dataclass(slots=True)
class _Opened:
    """One published folder, open, and how many searches use it."""

    number: int
    vectors: VectorIndex
    words: LexicalIndex
    users: int = 0
    stale: bool = False


class Retriever:
    """Searches one store; safe from threads, and follows publications by this or any other process."""

    def __init__(self, settings: Settings, encoder: Callable[[], Encoder]) -> None:
        self.settings = settings
        self._store = Store(settings.store)
        self._encoder = encoder
        self._guard = threading.Lock()
        self._opened: _Opened | None = None
        self._held: tuple[int, Collection] | None = None

    def search(
        self, question: str, *, k: int = 10, filters: Filters | None = None, ranking: str = DEFAULT_RANKING
    ) -> list[Hit]:
        """The k best chunks for the question, best first; none when the store is empty.

        `ranking` is one of RANKINGS. Raises QuestionError for an empty question, k below 1, a filter date that is none
        or a ranking that is not known, and StoreError.
        """
        if ranking not in RANKINGS:
            raise QuestionError(f"There is no ranking {ranking!r}; the rankings are {', '.join(RANKINGS)}.")
        if not question.strip():
            raise QuestionError("The question is empty; ask something, such as “Who closed Aleppo airport?”.")
        if not 1 <= k <= _MOST:
            raise QuestionError(f"k is {k}; give how many chunks to find, from 1 to {_MOST}.")
        if any("\ud800" <= character <= "\udfff" for character in question):
            raise QuestionError("The question holds characters that are not Unicode text; type it anew.")
        built = self._built()
        if built is None:
            return []
        # Outside the snapshot: the first encoding loads the model, and a snapshot must be short.
        encoder = self._encoder()
        if encoder.dimension != built.dimension:
            raise StoreMismatch(
                f"The model {encoder.name} gives vectors of {encoder.dimension} numbers, and the store "
                f"{self._store.path} holds {built.dimension}: `python -m index upgrade --embed` re-embeds it."
            )
        understood = self.understood(question)
        texts = understood.texts if ranking == DEFAULT_RANKING else [question]
        vectors = dict(zip(texts, encoder.encode_question(texts), strict=True))
        for _ in range(_TRIES):
            try:
                with self._snapshot() as catalog:
                    if catalog is None:
                        return []
                    with self._searching(catalog, vectors, max(k, _DEPTH), filters) as search:
                        return _hits(catalog, RANKINGS[ranking](search, question, understood)[:k])
            except FileNotFoundError:
                continue  # the folder was superseded and deleted between our two looks; look again
        raise StoreDamaged(
            f"The published indexes of {self._store.path} are missing; `python -m index rebuild` makes them anew."
        )

    def understood(self, question: str) -> Understood:
        """What a question asks for besides its topic, of the articles that there are."""
        with self._snapshot() as catalog:
            return understand(question, self._collection(catalog).outlets if catalog else ())

    def _built(self) -> Built | None:
        """What built the store, if there is anything to search; raises StoreMismatch when another house did."""
        with self._snapshot() as catalog:
            if catalog is None or not catalog.published:
                return None
            check_built(catalog, self.settings)
            return catalog.built()

    def articles(self) -> list[Article]:
        """Every live article, newest first."""
        with self._snapshot() as catalog:
            return list(catalog.articles()) if catalog else []

    def article(self, id: str) -> Article | None:
        """A live article by its id."""
        with self._snapshot() as catalog:
            return catalog.article(id) if catalog else None

    def count(self) -> int:
        """How many articles are live."""
        with self._snapshot() as catalog:
            return catalog.count() if catalog else 0

    def fingerprint(self) -> str:
        """A hash of what is searched, model, chunker and every live article's version; empty where there is nothing."""
        with self._snapshot() as catalog:
            return catalog.fingerprint() if catalog and catalog.published else ""

    def close(self) -> None:
        """Close the open folder, once the searches under way have ended."""
        with self._guard:
            if self._opened:
                self._retire(self._opened)
                self._opened = None

    @contextmanager
    def _searching(
        self, catalog: Catalog, vectors: Mapping[str, Vectors], depth: int, filters: Filters | None
    ) -> Iterator[_Search]:
        collection = self._collection(catalog)
        allowed = collection.matching(filters) if filters else None
        with self._folder(catalog.published) as opened:
            yield _Search(catalog, opened.words, opened.vectors, collection, vectors, allowed, depth)

    def _collection(self, catalog: Catalog) -> Collection:
        """What the snapshot holds, in memory; kept until another is published."""
        number = catalog.published
        with self._guard:
            if self._held is None or self._held[0] != number:
                self._held = (number, Collection(catalog, flat_in(self._store.folder(number))))
            return self._held[1]

    @contextmanager
    def _snapshot(self) -> Iterator[Catalog | None]:
        """The catalog, in one read transaction; None where there is no store yet."""
        if not self._store.catalog.is_file():
            yield None
            return
        catalog = Catalog(self._store.catalog)
        try:
            with catalog.transaction("DEFERRED"):
                yield catalog if catalog.is_made() else None
        finally:
            catalog.close()

    @contextmanager
    def _folder(self, number: int) -> Iterator[_Opened]:
        with self._store.reading(number):
            opened = self._use(number)
            try:
                yield opened
            finally:
                self._release(opened)

    def _use(self, number: int) -> _Opened:
        with self._guard:
            if self._opened is None or self._opened.number != number:
                folder = self._store.folder(number)
                fresh = _Opened(number, VectorIndex(vectors_in(folder)), LexicalIndex(words_in(folder)))
                if self._opened and self._opened.number > number:
                    # A search that started before a publication ends on its own folder.
                    fresh.stale = True
                    fresh.users = 1
                    return fresh
                if self._opened:
                    self._retire(self._opened)
                self._opened = fresh
            self._opened.users += 1
            return self._opened

    def _release(self, opened: _Opened) -> None:
        with self._guard:
            opened.users -= 1
            if opened.stale and not opened.users:
                opened.vectors.close()

    def _retire(self, opened: _Opened) -> None:
        opened.stale = True
        if not opened.users:
            opened.vectors.close()


def _hits(catalog: Catalog, ranked: Ranked) -> list[Hit]:
    """The chunks of the ranking that the catalog's snapshot holds."""
    chunks = catalog.chunk_rows([id for id, _ in ranked])
    return [Hit(chunk=chunks[id], score=score) for id, score in ranked if id in chunks]
