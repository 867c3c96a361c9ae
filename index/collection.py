"""What is searched, in memory: the live articles' outlets, days and stories and, once needed, their chunks' vectors.

A published number never changes what it holds, so one of these serves all searches of it. Under a condition the
nearest are found among the vectors by brute force, which is exact, and faster than asking Chroma for it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection as Names
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog, Printed
from index.dates import as_date
from index.rank import Ranked
from index.vectors import Vectors

Articles = NDArray[np.int64]  # rows of the catalog, ascending, each once
_BETWEEN_NAMES = re.compile(r"\s*[,;&|/]\s*|\s+and\s+")


class Collection:
    """The live articles of one published number; safe from threads."""

    def __init__(self, catalog: Catalog) -> None:
        """Read who printed each article and when, from a snapshot of the catalog."""
        self._printed: dict[int, Printed] = {one.row: one for one in catalog.printed()}
        self._rows = {one.id: one.row for one in self._printed.values()}
        self._told: dict[int, list[int]] = {}
        for one in self._printed.values():
            self._told.setdefault(one.story, []).append(one.row)
        self._guard = threading.Lock()
        self._chunks: tuple[list[str], Articles, Vectors] | None = None

    @cached_property
    def authors(self) -> frozenset[str]:
        """Everyone whom a byline names."""
        return frozenset(name for one in self._printed.values() for name in _names(one.author))

    @property
    def undated(self) -> int:
        """How many articles have no date."""
        return sum(one.first is None for one in self._printed.values())

    @property
    def outlets(self) -> Sequence[str]:
        """The outlets of the articles, each once."""
        return list(dict.fromkeys(one.outlet for one in self._printed.values() if one.outlet))

    def rows(self, ids: Iterable[str]) -> Articles:
        """The articles of these ids."""
        return np.array(sorted(self._rows[id] for id in ids if id in self._rows), dtype=np.int64)

    def row(self, id: str) -> int:
        """The row of the article of this id."""
        return self._rows[id]

    def ids(self, articles: Articles) -> list[str]:
        """The ids of these articles."""
        return [self._printed[int(row)].id for row in articles]

    def of(self, outlets: Names[str], authors: Names[str]) -> Articles:
        """The articles that one of these outlets printed or one of these authors wrote."""
        rows = [
            row
            for row, one in self._printed.items()
            if one.outlet in outlets or (authors and not _names(one.author).isdisjoint(authors))
        ]
        return np.array(rows, dtype=np.int64)

    def story(self, id: str) -> tuple[str, Sequence[int]]:
        """What an article tells: the id of the first one that told it, and all that do, this one included."""
        told = self._told[self._printed[self._rows[id]].story]
        return self._printed[told[0]].id, told

    def within(self, days: Iterable[tuple[int, int]]) -> Articles:
        """The articles printed between the first and the last day of any of these, each as yyyymmdd."""
        spans = list(days)
        rows = [
            row
            for row, one in self._printed.items()
            if one.first is not None and one.last is not None
            if any(first <= one.first and one.last <= last for first, last in spans)
        ]
        return np.array(rows, dtype=np.int64)

    def freshness(self, catalog: Catalog, ids: Iterable[str]) -> dict[str, float]:
        """Of these chunks, how new their articles are among those of all of them: 0 the oldest, 1 the newest.

        In days, evenly. An article without a date has none, and is neither lifted nor left out.
        """
        days = {id: self._day(article) for id, article in catalog.articles_of(ids)}
        known = {id: day for id, day in days.items() if day is not None}
        oldest, newest = min(known.values(), default=0), max(known.values(), default=0)
        return {id: (day - oldest) / (newest - oldest) for id, day in known.items()} if newest > oldest else {}

    def _day(self, article: int) -> int | None:
        last = self._printed[article].last
        return None if last is None else as_date(last).toordinal()

    def printed(self, catalog: Catalog, ids: Iterable[str], days: Iterable[tuple[int, int]]) -> list[str]:
        """Those of these chunks whose articles were printed `within` these days.

        `catalog` is a snapshot of the same number, here and below.
        """
        rows = set(self.within(days).tolist())
        return [id for id, article in catalog.articles_of(ids) if article in rows]

    def nearest(self, catalog: Catalog, vector: Vectors, k: int, articles: Articles) -> Ranked:
        """The k chunks of these articles that are nearest to a vector, with their cosines, best first."""
        ids, of, vectors = self._loaded(catalog)
        places = np.flatnonzero(np.isin(of, articles))
        similarity = vectors[places] @ vector
        best = np.argsort(-similarity, kind="stable")[:k]
        return [(ids[places[i]], float(similarity[i])) for i in best]

    def _loaded(self, catalog: Catalog) -> tuple[list[str], Articles, Vectors]:
        with self._guard:
            if self._chunks is None:
                self._chunks = catalog.live_vectors()
            return self._chunks


def _names(byline: str | None) -> frozenset[str]:
    """Whom a byline names."""
    return frozenset(_BETWEEN_NAMES.split((byline or "").removeprefix("By ").strip())) - {""}
