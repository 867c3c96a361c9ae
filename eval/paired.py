"""How sure a figure is, and whether two runs over the same questions differ. Standard library only.

What is drawn at random is drawn from a generator with a fixed seed, so every figure repeats to the digit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import ceil, comb, floor
from operator import mul
from random import Random
from typing import TypeVar

T = TypeVar("T")
_EXACT_UP_TO = 12


def bootstrap(
    items: Sequence[T],
    measure: Callable[[Sequence[T]], float],
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """The percentile interval (low, high) of `measure(items)` under drawing the items anew with replacement.

    `items` hold one value a question, `measure` makes one figure of them, as `statistics.fmean` does. Efron and
    Tibshirani 1993, chapter 13. Raises ValueError when there are no items.
    """
    if not items:
        raise ValueError("An interval needs at least one value.")
    random = Random(seed)
    drawn = sorted(measure(random.choices(items, k=len(items))) for _ in range(resamples))
    tail = (1 - level) / 2
    return drawn[floor(tail * resamples)], drawn[ceil((1 - tail) * resamples) - 1]


def sign_flip(before: Sequence[float], after: Sequence[float], *, resamples: int = 10_000, seed: int = 0) -> float:
    """The two-sided p of a paired permutation test on the mean difference of values of the same questions.

    Under the hypothesis that the runs are alike, each difference is as likely with the other sign (Smucker et al.
    2007). All signs are tried up to 12 questions that differ, otherwise a sample with 1 added above and below (Phipson
    and Smyth 2010). Raises ValueError when the runs are not of one length.
    """
    differences = [new - old for old, new in zip(before, after, strict=True) if new != old]
    least = abs(sum(differences)) - 1e-9 * sum(map(abs, differences))  # the order of a sum shows in its last digits
    if len(differences) <= _EXACT_UP_TO:
        every = [abs(sum(map(mul, differences, signs))) for signs in product((1, -1), repeat=len(differences))]
        return float(sum(one >= least for one in every) / len(every))
    random = Random(seed)
    drawn = (abs(sum(map(mul, differences, random.choices((1, -1), k=len(differences))))) for _ in range(resamples))
    return float((1 + sum(one >= least for one in drawn)) / (1 + resamples))


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
