"""Rankings of chunk ids, and how several become one. Pure: lists in, a list out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

Ranked = list[tuple[str, float]]  # chunk ids with scores, best first


def blended(rankings: Sequence[tuple[Ranked, float]], bonus: Mapping[str, float] | None = None) -> Ranked:
    """Rankings with a weight each as one: scores from 0 for its last to 1 for its first, weighed and added up.

    The last counts as no more than half the first, so that of a few that are about as good none is worth nothing.

    Ranks alone forget how far the first stands above the rest, which BM25 tells well and cosines tell ill; a plain
    fusion of ranks is therefore worse than its better part (Bruch et al. 2023, "An Analysis of Fusion Functions").
    `bonus` is added to those it names. Ties are broken by id, so that runs repeat.
    """
    scores: dict[str, float] = {}
    for ranked, weight in rankings:
        if ranked:
            high = ranked[0][1]
            low = min(ranked[-1][1], high / 2)
            for id, score in ranked:
                part = (score - low) / (high - low) if high > low else 1.0
                scores[id] = scores.get(id, 0.0) + weight * part
    for id, more in (bonus or {}).items():
        if id in scores:
            scores[id] += more
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def interleaved(rankings: Iterable[Ranked]) -> Ranked:
    """The first of each ranking, then the second of each, and so on; each id once, with its place as its score."""
    found: dict[str, None] = {}
    for row in zip_longest(*rankings):
        found |= dict.fromkeys(one[0] for one in row if one)
    return [(id, 1.0 / place) for place, id in enumerate(found, start=1)]
