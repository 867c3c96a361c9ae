"""How sure a figure is, and whether two runs over the same questions differ.

What is drawn at random is drawn from a generator with a fixed seed, so every figure repeats to the digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil, comb, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

_EXACT_UP_TO = 12


def interval(
    values: Sequence[float], *, resamples: int = 1000, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """The percentile interval (low, high) of the mean of the values under drawing them anew with replacement.

    One value a question. Efron and Tibshirani 1993, chapter 13. Raises ValueError when there are no values.
    """
    if not values:
        raise ValueError("An interval needs at least one value.")
    drawn = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    means = np.sort(np.asarray(values, dtype=np.float64)[drawn].mean(axis=1))
    tail = (1 - level) / 2
    return float(means[floor(tail * resamples)]), float(means[ceil((1 - tail) * resamples) - 1])


def sign_flip(
    before: Sequence[float | None], after: Sequence[float | None], *, resamples: int = 10_000, seed: int = 0
) -> float:
    """The two-sided p of a paired permutation test on the difference of the means of two runs over the same questions.

    Under the hypothesis that the runs are alike, what they have for a question is as likely the other way round
    (Smucker et al. 2007). None stands where a run has no value, such as whether an answer is right that was not given;
    it goes with its question, and each mean is over the values there are. All ways are tried up to 12 questions that
    differ, otherwise a sample with 1 added above and below (Phipson and Smyth 2010). Raises ValueError when the runs
    are not of one length.
    """
    pairs = list(zip(before, after, strict=True))
    differ = [(old, new) for old, new in pairs if old != new]
    if not differ:
        return 1.0
    # What the second run has more than the first, in value and in number.
    changes = np.array([((new or 0.0) - (old or 0.0), (new is not None) - (old is not None)) for old, new in differ])
    both = [one for pair in pairs for one in pair if one is not None]
    total, n = sum(both), len(both)

    def gap(signs: NDArray[Any]) -> NDArray[np.float64]:
        """The distance of the means under each row of signs, where -1 swaps what the runs have for a question."""
        more, extra = (signs @ changes).T
        after, before = (total + more) / np.maximum(n + extra, 1), (total - more) / np.maximum(n - extra, 1)
        distance: NDArray[np.float64] = np.abs(after - before)
        return distance

    # The order of a sum shows in its last digits.
    least = gap(np.ones((1, len(differ)), dtype=np.int8)).item() - 1e-11 * max(map(abs, both))
    if len(differ) <= _EXACT_UP_TO:
        return float((gap(np.array(list(product((1, -1), repeat=len(differ))))) >= least).mean())
    signs = np.random.default_rng(seed).integers(0, 2, size=(resamples, len(differ)), dtype=np.int8) * 2 - 1
    return float((1 + (gap(signs) >= least).sum()) / (1 + resamples))


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """The exact two-sided p of McNemar's test on which of the same questions two runs got right; 1 when none flipped.

    Raises ValueError when the runs are not of one length.
    """
    gained = sum(new and not old for old, new in zip(before, after, strict=True))
    lost = sum(old and not new for old, new in zip(before, after, strict=True))
    flips = gained + lost
    return min(1.0, 2 * sum(comb(flips, count) for count in range(min(gained, lost) + 1)) / (1 << flips))


def flipped(before: Mapping[str, bool], after: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """The ids of the questions that became right and of those that became wrong, in order; of both runs only."""
    both = [id for id in before if id in after]
    return [id for id in both if after[id] and not before[id]], [id for id in both if before[id] and not after[id]]
