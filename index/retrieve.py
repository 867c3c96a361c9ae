"""Question → hits: each of its parts searched by meaning and by words, within filters. The online half of `index`.

A search takes the published number from one read snapshot of the catalog, asks that folder, and keeps the chunks that
the snapshot holds; a publication in the meantime is a new folder, seen by the next search.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from index import rerank
from index.asked_time import Days
from index.catalog import Built, Catalog
from index.collection import Collection, Extent
from index.dates import asked_on, moment
from index.embed import Encoder
from index.errors import QuestionError, StoreDamaged, StoreMismatch
from index.fold import Folding
from index.job import check_built
from index.lexical import LexicalIndex
from index.publish import flat_in, vectors_in, words_in
from index.rank import Ranked
from index.schema import Article, Filters, Hit
from index.search import DEFAULT_RANKING, RANKINGS, Search
from index.settings import Settings
from index.store import Store
from index.understand import Understood, plain, understand
from index.vectors import VectorIndex, Vectors

_DEPTH = 50
_TRIES = 5
_MOST, _DEEPER = 1_000, 4
RERANKED = "reranked"


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

    @property
    def rankings(self) -> tuple[str, ...]:
        """How this store's questions can be searched, the default last."""
        return (*RANKINGS, RERANKED) if self.settings.rerank_model else tuple(RANKINGS)

    def search(
        self,
        question: str,
        *,
        k: int = 10,
        filters: Filters | None = None,
        ranking: str | None = None,
        ignoring: frozenset[str] = frozenset(),
    ) -> list[Hit]:
        """The k best passages for the question, best first, each once; none when the store is empty.

        `ranking` is one of `rankings`, `ignoring` as for `understood`. Raises QuestionError for an empty
        question, k below 1, a filter date that is none or a ranking that is not known, ModelError for a
        reranking model that cannot be loaded, and StoreError.
        """
        ranking = ranking or self.rankings[-1]
        if ranking not in self.rankings:
            raise QuestionError(f"There is no ranking {ranking!r}; the rankings are {', '.join(self.rankings)}.")
        if ranking == RERANKED and self.settings.rerank_model:
            deep = max(k, rerank.DEEP)
            found = self.search(question, k=deep, filters=filters, ranking=DEFAULT_RANKING, ignoring=ignoring)
            return rerank.load(self.settings.rerank_model).order(question, found)[:k]
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
        # A ranking of the question as one text reads no conditions into it.
        is_read = ranking == DEFAULT_RANKING
        understood = self.understood(question, filters, ignoring=ignoring) if is_read else plain(question)
        texts = understood.texts
        vectors = dict(zip(texts, encoder.encode_question(texts), strict=True))
        for _ in range(_TRIES):
            try:
                with self._snapshot() as catalog:
                    if catalog is None:
                        return []
                    with self._searching(catalog, vectors, max(k, _DEPTH), filters, understood.time.only) as search:
                        return _hits(search, lambda one: RANKINGS[ranking](one, question, understood), k)
            except FileNotFoundError:
                continue  # the folder was superseded and deleted between our two looks; look again
        raise StoreDamaged(
            f"The published indexes of {self._store.path} are missing; `python -m index rebuild` makes them anew."
        )

    def understood(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        literal: bool = False,
        ignoring: frozenset[str] = frozenset(),
    ) -> Understood:
        """What a question asks for besides its topic, of the articles that there are; nothing where it is `literal`.

        `ignoring` are keys of readings (`index.understand.Reading`) that are not to be read into it.
        It is asked today, or on the last day of `filters.as_of`. Raises QuestionError for a day that is none.
        """
        filters = filters or Filters()
        today = asked_on(filters.as_of)
        with self._snapshot() as catalog:
            if catalog is None:
                return plain(question)
            held = self._collection(catalog)
            found = plain(question)
            if not literal:
                found = understand(question, held.outlets, held.authors, today=today, ignoring=ignoring)
            return replace(found, undated=held.undated if filters.sets_days or found.time.only else 0)

    def _built(self) -> Built | None:
        """What built the store, if there is anything to search; raises StoreMismatch when another house did."""
        with self._snapshot() as catalog:
            if catalog is None or not catalog.published:
                return None
            check_built(catalog, self.settings)
            return catalog.built()

    def articles(self) -> list[Article]:
        """Every live article that may be seen by now, newest first, those without a known date last."""
        with self._snapshot() as catalog:
            return [one for one in catalog.articles() if not is_hidden(one)] if catalog else []

    def article(self, id: str) -> Article | None:
        """A live article by its id, if it may be seen by now."""
        with self._snapshot() as catalog:
            found = catalog.article(id) if catalog else None
            return found if found and not is_hidden(found) else None

    def extent(self, filters: Filters | None = None) -> Extent:
        """How many articles the filters leave to be searched, and from which day to which they were published."""
        with self._snapshot() as catalog:
            return self._collection(catalog).extent(filters or Filters()) if catalog else Extent(0)

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
        self,
        catalog: Catalog,
        vectors: Mapping[str, Vectors],
        depth: int,
        filters: Filters | None,
        printed: Days | None,
    ) -> Iterator[Search]:
        collection = self._collection(catalog)
        allowed = collection.matching(filters or Filters()) if filters or collection.hides else None
        if printed:
            within = collection.within([printed])
            allowed = within if allowed is None else within & allowed
        with self._folder(catalog.published) as opened:
            yield Search(catalog, opened.words, opened.vectors, collection, vectors, allowed, depth)

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


def is_hidden(article: Article) -> bool:
    """Whether nobody is to see an article yet."""
    return bool(article.available_from) and moment(article.available_from or "") > time.time()


def _hits(search: Search, ranking: Callable[[Search], Ranked], k: int) -> list[Hit]:
    """The k best passages that the catalog's snapshot holds, copies folded; searched deeper where these leave fewer."""
    folding = Folding(search.catalog, search.collection, search.allowed)
    while True:
        ranked = ranking(search)
        hits = folding.hits(ranked, k)
        if len(hits) == k or len(ranked) < search.depth or search.depth >= _MOST:
            return hits
        search = replace(search, depth=min(_MOST, search.depth * _DEEPER))
