"""Hits that stand side by side in an article, joined for reading: what one begins, the next may end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.schema import Chunk, Hit


def joined(hits: Sequence[Hit]) -> list[Hit]:
    """The hits, neighbours of one article as one, in the place of the best of them.

    Its chunk is their span, with its score and story; it is also in those copies that have all of them.
    """
    found = list[Hit]()
    for hit in hits:
        at = next((at for at, other in enumerate(found) if _are_neighbours(hit.chunk, other.chunk)), None)
        if at is None:
            found.append(hit)
            continue
        # What was joined may now stand beside another that was apart from it.
        one = _join(found[at], hit)
        for other in [other for other in found[at + 1 :] if _are_neighbours(one.chunk, other.chunk)]:
            found.remove(other)
            one = _join(one, other)
        found[at] = one
    return found


def _are_neighbours(one: Chunk, other: Chunk) -> bool:
    """Whether nothing but white space stands between two chunks."""
    first, second = sorted((one, other), key=lambda chunk: chunk.start)
    same = one.article.id == other.article.id
    return same and first.end <= second.start and not one.article.text[first.end : second.start].strip()


def _join(best: Hit, other: Hit) -> Hit:
    one, another = best.chunk, other.chunk
    chunk = Chunk(article=one.article, start=min(one.start, another.start), end=max(one.end, another.end))
    return replace(best, chunk=chunk, also_in=tuple(copy for copy in best.also_in if copy.id in other.articles))
