"""Question → hits: dense and BM25, fused, within filters. The online half of `index`.

A search takes the published number from one read snapshot of the catalog, asks that folder, and keeps the chunks that
the snapshot holds; a publication in the meantime is a new folder, seen by the next search.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from index.catalog import Built, Catalog
from index.embed import Encoder
from index.errors import QuestionError, StoreDamaged, StoreMismatch
from index.job import check_built
from index.lexical import LexicalIndex
from index.publish import vectors_in, words_in
from index.schema import Article, Filters, Hit
from index.settings import Settings
from index.store import Store
from index.vectors import VectorIndex, Vectors

# Reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009, with the constant of the paper.
_RRF = 60
_DEPTH = 50
_TRIES = 5
_MOST = 1_000

Ranked = list[tuple[str, float]]


def fuse(rankings: Sequence[Ranked]) -> Ranked:
    """Reciprocal rank fusion of rankings of ids, best first; ties are broken by id, so that runs repeat."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, (id, _) in enumerate(ranking, start=1):
            scores[id] = scores.get(id, 0.0) + 1.0 / (_RRF + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


# How the two searches become one ranking, by name; evaluation measures each.
RANKINGS: Mapping[str, Callable[[Ranked, Ranked], Ranked]] = {
    "dense": lambda dense, lexical: dense,
    "bm25": lambda dense, lexical: lexical,
    "fused": lambda dense, lexical: fuse([dense, lexical]),
}
DEFAULT_RANKING = "fused"


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
        vector = encoder.encode_question([question])[0]
        for _ in range(_TRIES):
            try:
                with self._snapshot() as catalog:
                    found = self._both(catalog, question, vector, max(k, _DEPTH), filters) if catalog else ([], [])
                    return _hits(catalog, RANKINGS[ranking](*found)[:k]) if catalog else []
            except FileNotFoundError:
                continue  # the folder was superseded and deleted between our two looks; look again
        raise StoreDamaged(
            f"The published indexes of {self._store.path} are missing; `python -m index rebuild` makes them anew."
        )

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

    def _built(self) -> Built | None:
        """What built the store, if there is anything to search; raises StoreMismatch when another house did."""
        with self._snapshot() as catalog:
            if catalog is None or not catalog.published:
                return None
            check_built(catalog, self.settings)
            return catalog.built()

    def _both(
        self, catalog: Catalog, question: str, vector: Vectors, depth: int, filters: Filters | None
    ) -> tuple[Ranked, Ranked]:
        """The dense ranking of chunk ids and the lexical one."""
        with self._folder(catalog.published) as opened:
            if filters:
                dense = _exact(*catalog.filtered_vectors(filters), vector, depth)
                return dense, opened.words.best(question, depth, articles=catalog.filtered(filters))
            return opened.vectors.nearest(vector, depth), opened.words.best(question, depth)

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


def _exact(ids: Sequence[str], vectors: Vectors, vector: Vectors, k: int) -> Ranked:
    """The nearest by brute force, which under a filter is both exact and faster than asking Chroma for it."""
    similarity = vectors @ vector
    best = np.argsort(-similarity, kind="stable")[:k]
    return [(ids[i], float(similarity[i])) for i in best]
