"""What is searched, in memory: the live articles' facts and stories and, once they are needed, their chunks' vectors.

A published number never changes what it holds, so one of these serves all searches of it. Filters are read off arrays
of one value an article, and under a condition the nearest are found among the vectors by brute force, which is exact,
and faster than asking Chroma for it. SQLite would read every article's text on its way to what stands behind it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import dates, flat
from index.catalog import Catalog
from index.languages import is_foreign
from index.rank import Ranked
from index.schema import Filters
from index.vectors import Vectors

Articles = NDArray[np.bool_]  # whether each article of the collection is one of them, by its row in the catalog
Numbers = NDArray[np.int64]

_BLOCK = 1_024  # vectors multiplied at once; so many stay in a core's cache between being gathered and multiplied
_UNDATED = -1
_BETWEEN_NAMES = re.compile(r"\s*[,;&|/]\s*|\s+and\s+")


@dataclass(frozen=True, slots=True)
class Extent:
    """How many articles there are, and the first and last ISO day of their publication; "" where none has one.

    `foreign` is how many of them are in other languages than English.
    """

    articles: int
    first: str = ""
    last: str = ""
    foreign: int = 0


class Collection:
    """The live articles of one published number; safe from threads."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        """Read who printed each article and when, from a snapshot of the catalog; `folder` is its `flat_in`."""
        self._folder = folder
        printed = list(catalog.printed())
        self._ids = [one.id for one in printed]
        self._rows = np.array([one.row for one in printed], dtype=np.int64)
        self._first = np.array([_UNDATED if one.first is None else one.first for one in printed], dtype=np.int64)
        self._last = np.array([_UNDATED if one.last is None else one.last for one in printed], dtype=np.int64)
        self._opens = np.array(
            [dates.moment(one.available_from) if one.available_from else 0.0 for one in printed], dtype=np.float64
        )
        self._outlets = _Names(one.outlet for one in printed)
        self._authors = _Names(one.author for one in printed)
        self._collections = _Names(one.collection for one in printed)
        self._foreign: Articles = np.array([is_foreign(one.language) for one in printed], dtype=np.bool_)
        self.languages = frozenset(one.language for one in printed if one.language and is_foreign(one.language))
        self._place = {one.id: place for place, one in enumerate(printed)}
        self._story = [one.story for one in printed]
        self._told: dict[int, list[int]] = {}
        for one in printed:
            self._told.setdefault(one.story, []).append(one.row)
        self._guard = threading.Lock()
        self._chunks: _Chunks | None = None

    @property
    def outlets(self) -> Sequence[str]:
        """The outlets of the articles, each once."""
        return self._outlets.all

    @cached_property
    def authors(self) -> frozenset[str]:
        """Everyone whom a byline names."""
        return frozenset[str]().union(*self._bylines)

    @cached_property
    def _bylines(self) -> Sequence[frozenset[str]]:
        """Whom each different byline names."""
        return [_names(byline) for byline in self._authors.all]

    @property
    def hides(self) -> bool:
        """Whether there is an article that nobody is to see yet."""
        return bool((self._opens > time.time()).any())

    @property
    def undated(self) -> int:
        """How many articles have no date."""
        return int((self._first == _UNDATED).sum())

    def extent(self, filters: Filters) -> Extent:
        """How many articles match, and their first and last day."""
        found = self.matching(filters)
        dated = found & (self._first != _UNDATED)
        count, foreign = int(found.sum()), int((found & self._foreign).sum())
        if not dated.any():
            return Extent(count, foreign=foreign)
        return Extent(count, _iso(self._first[dated].min()), _iso(self._last[dated].max()), foreign)

    def matching(self, filters: Filters) -> Articles:
        """The articles that match and may be seen by now: the one place that says what a filter means.

        Raises QuestionError for a date that is none.
        """
        found: Articles = self._opens <= time.time()
        for wanted, names in ((filters.outlet, self._outlets), (filters.collection, self._collections)):
            if wanted:
                found &= names.where(wanted.casefold().__eq__)
        if filters.author:
            # A byline may name several authors.
            author = filters.author.casefold()
            found &= self._authors.where(lambda name: author in name)
        if filters.sets_days:
            found &= self.within([dates.bounds(filters.since, filters.until, filters.as_of)])
        return found

    def ids(self, articles: Articles) -> list[str]:
        """The ids of these articles."""
        return list(compress(self._ids, articles.tolist()))

    def row(self, id: str) -> int:
        """The row of the article of this id."""
        return int(self._rows[self._place[id]])

    def holds(self, articles: Articles, row: int) -> bool:
        """Whether the article of a row is one of these."""
        return bool(articles[np.searchsorted(self._rows, row)])

    def story(self, id: str) -> tuple[str, Sequence[int]]:
        """What an article tells: the id of the first one that told it, and the rows of all that do, itself too."""
        told = self._told[self._story[self._place[id]]]
        return self._ids[int(np.searchsorted(self._rows, told[0]))], told

    def of(self, outlets: Iterable[str], authors: Iterable[str] = ()) -> Articles:
        """The articles that one of these outlets printed or one of these authors wrote, spelled as they are."""
        found = self._outlets.among(set(outlets))
        if writing := set(authors):
            found = found | self._authors.those([not names.isdisjoint(writing) for names in self._bylines])
        return found

    def within(self, days: Iterable[tuple[int, int]]) -> Articles:
        """The articles printed between the first and the last day of any of these, each as yyyymmdd."""
        found = np.zeros(len(self._ids), dtype=np.bool_)
        for first, last in days:
            found |= (self._first >= first) & (self._last <= last)
        found &= self._first != _UNDATED
        return found

    def freshness(self, catalog: Catalog, ids: Iterable[str]) -> dict[str, float]:
        """Of these chunks, how new their articles are among those of all of them: 0 the oldest, 1 the newest.

        In days, evenly. An article without a date has none, and is neither lifted nor left out.
        """
        lasts = {id: int(self._last[place]) for id, place in self._read(catalog).articles_of(ids)}
        known = {id: dates.as_date(last).toordinal() for id, last in lasts.items() if last != _UNDATED}
        oldest, newest = min(known.values(), default=0), max(known.values(), default=0)
        return {id: (day - oldest) / (newest - oldest) for id, day in known.items()} if newest > oldest else {}

    def inside(self, catalog: Catalog, ids: Iterable[str], articles: Articles) -> list[str]:
        """Those of these chunks that are of these articles. `catalog` is a snapshot of the same number, as below."""
        return [id for id, place in self._read(catalog).articles_of(ids) if articles[place]]

    def nearest(self, catalog: Catalog, vector: Vectors, k: int, articles: Articles) -> Ranked:
        """The k chunks of these articles that are nearest to a vector, with their cosines, best first."""
        return self._read(catalog).nearest(catalog, vector, k, articles)

    def _read(self, catalog: Catalog) -> _Chunks:
        with self._guard:
            if self._chunks is None:
                self._chunks = _Chunks(catalog, self._rows, self._folder)
            return self._chunks


class _Names:
    """One name or none for each article: outlets, authors, collections."""

    def __init__(self, names: Iterable[str | None]) -> None:
        places: dict[str, int] = {}
        # No name is the last one, which nothing is asked of.
        self._of = np.array([places.setdefault(name, len(places)) if name else -1 for name in names], dtype=np.int64)
        self.all = list(places)
        self._folded = [name.casefold() for name in self.all]

    def where(self, test: Callable[[str], bool]) -> Articles:
        """The articles whose name, without regard to case, passes a test."""
        return self.those([test(name) for name in self._folded])

    def among(self, names: set[str]) -> Articles:
        return self.those([name in names for name in self.all])

    def those(self, passed: Sequence[bool]) -> Articles:
        """The articles whose name has passed; one for each of `all`."""
        found: Articles = np.array([*passed, False], dtype=np.bool_)[self._of]
        return found


class _Chunks:
    """The ids and articles of all live chunks and, once they are needed, the vectors."""

    def __init__(self, catalog: Catalog, rows: Numbers, folder: Path) -> None:
        """`rows` are the live articles' rows of the catalog, ascending."""
        listed = catalog.chunk_list()
        self._ids = [id for id, _, _ in listed]
        self._articles = np.searchsorted(rows, np.array([row for _, row, _ in listed], dtype=np.int64))
        self._article_of = dict(zip(self._ids, self._articles.tolist(), strict=True))
        places: dict[str, int] = {}
        # Copies of an article may share their vectors.
        self._places = np.array([places.setdefault(hash, len(places)) for _, _, hash in listed], dtype=np.int64)
        self._hashes, self._folder = list(places), folder
        self._guard = threading.Lock()
        self._vectors: Vectors | None = None

    def articles_of(self, ids: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Each of these chunks that is live, with its article's place among the articles."""
        return ((id, self._article_of[id]) for id in ids if id in self._article_of)

    def nearest(self, catalog: Catalog, vector: Vectors, k: int, articles: Articles) -> Ranked:
        chunks = np.flatnonzero(articles[self._articles])
        similarity = _similarity(self._read(catalog), self._places[chunks], vector)
        best = _best(similarity, k)
        return [(self._ids[chunks[i]], float(similarity[i])) for i in best]

    def _read(self, catalog: Catalog) -> Vectors:
        with self._guard:
            if self._vectors is None:
                mapped = flat.read(self._folder, self._hashes)
                self._vectors = catalog.vectors(self._hashes) if mapped is None else mapped
                self._hashes = []
            return self._vectors


def _similarity(vectors: Vectors, places: Numbers, vector: Vectors) -> Vectors:
    """The cosines of the vectors at these places with another."""
    similarity = np.empty(len(places), dtype=np.float32)
    # In blocks: a copy of all of them, which indexing makes, costs more time than the multiplication.
    block = np.empty((_BLOCK, vectors.shape[1]), dtype=np.float32)
    for start in range(0, len(places), _BLOCK):
        some = places[start : start + _BLOCK]
        taken = np.take(vectors, some, axis=0, out=block[: len(some)], mode="clip")
        np.matmul(taken, vector, out=similarity[start : start + _BLOCK])
    return similarity


def _best(scores: Vectors, k: int) -> Numbers:
    """Where the k highest are, highest first, the earlier first among the same."""
    if len(scores) > k:
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        likely = np.flatnonzero(scores >= least)
    else:
        likely = np.arange(len(scores))
    return likely[np.argsort(-scores[likely], kind="stable")[:k]]


def _names(byline: str) -> frozenset[str]:
    """Whom a byline names."""
    return frozenset(_BETWEEN_NAMES.split(byline.removeprefix("By ").strip())) - {""}


def _iso(day: int) -> str:
    """A day of yyyymmdd in ISO 8601."""
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"
