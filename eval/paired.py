"""How sure a figure is, and whether two runs over the same questions differ.

What is drawn at random is drawn from a generator with a fixed seed, so every figure repeats to the digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil, comb, floor

import numpy as np

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


def sign_flip(before: Sequence[float], after: Sequence[float], *, resamples: int = 10_000, seed: int = 0) -> float:
    """The two-sided p of a paired permutation test on the mean difference of values of the same questions.

    Under the hypothesis that the runs are alike, each difference is as likely with the other sign (Smucker et al.
    2007). All signs are tried up to 12 questions that differ, otherwise a sample with 1 added above and below (Phipson
    and Smyth 2010). Raises ValueError when the runs are not of one length.
    """
    differences = np.array([new - old for old, new in zip(before, after, strict=True) if new != old])
    # The order of a sum shows in its last digits.
    least = abs(differences.sum()) - 1e-9 * np.abs(differences).sum()
    if len(differences) <= _EXACT_UP_TO:
        every = np.array(list(product((1, -1), repeat=len(differences))))
        return float((np.abs(every @ differences) >= least).mean()) if len(differences) else 1.0
    signs = np.random.default_rng(seed).integers(0, 2, size=(resamples, len(differences)), dtype=np.int8) * 2 - 1
    return float((1 + (np.abs(signs @ differences) >= least).sum()) / (1 + resamples))


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
