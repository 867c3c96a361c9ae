"""Ranked chunks → hits, each passage once: what copies of an article repeat is folded into the first that has it."""

from __future__ import annotations

from collections.abc import Iterator

from index.catalog import Catalog
from index.collection import Articles, Collection
from index.copies import Wording, held, holds
from index.rank import Ranked
from index.schema import Article, Chunk, Hit

MOST_NAMED = 20  # copies of an article that are looked at for its passage


class Folding:
    """Folds the hits of one search, within one snapshot; `allowed` are the articles that it is confined to."""

    def __init__(self, catalog: Catalog, collection: Collection, allowed: Articles | None) -> None:
        self._catalog, self._collection = catalog, collection
        self._allowed = allowed
        self._articles: dict[int, Article] = {}

    def hits(self, ranked: Ranked, k: int) -> list[Hit]:
        """The first k chunks of a ranking that the snapshot holds and that no copy before them has told.

        What a copy tells besides, or with another number, is a hit of its own. `also_in` names every allowed copy that
        has the passage, found or not, of the first MOST_NAMED.
        """
        hits = list[Hit]()
        told: dict[str, list[tuple[str, Wording]]] = {}  # of each story the passages that were kept, with their article
        for chunk, score in self._chunks(ranked, k):
            story, rows = self._collection.story(chunk.article.id)
            if len(rows) == 1:
                hits.append(Hit(chunk=chunk, score=score))
            else:
                passage, before = Wording(chunk.text), told.setdefault(story, [])
                # Together, since copies of unlike length are cut into chunks at unlike places.
                if holds(passage, *(other for id, other in before if id != chunk.article.id)):
                    continue
                before.append((chunk.article.id, passage))
                others = (row for row in rows if row != self._collection.row(chunk.article.id))
                hits.append(Hit(chunk=chunk, score=score, also_in=self._having(chunk.text, others), story=story))
            if len(hits) == k:
                break
        return hits

    def _chunks(self, ranked: Ranked, k: int) -> Iterator[tuple[Chunk, float]]:
        """The chunks that the snapshot holds, with their scores; k at a time, since most searches need no more."""
        for start in range(0, len(ranked), k):
            part = ranked[start : start + k]
            found = self._catalog.chunk_rows([id for id, _ in part])
            yield from ((found[id], score) for id, score in part if id in found)

    def _having(self, passage: str, rows: Iterator[int]) -> tuple[Article, ...]:
        """The articles that have a passage, by date and outlet, those without a date last."""
        allowed = [row for row in rows if self._allowed is None or self._collection.holds(self._allowed, row)][
            :MOST_NAMED
        ]
        having = (article for article in map(self._article, allowed) if held(passage, article.text))
        return tuple(sorted(having, key=lambda one: (one.dated or "9999", one.outlet or one.title, one.id)))

    def _article(self, row: int) -> Article:
        if row not in self._articles:
            self._articles[row] = self._catalog.article_at(row)
        return self._articles[row]
