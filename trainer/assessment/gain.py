"""What a group knew before and after: the change of the mean, how sure one can be of it, and how large it is.

Only people who took both tests count; whoever took one of them is counted apart, because the weaker drop out more
often. The formulas are those of the programme's monitoring rules; there is no comparison group, so it is a change and
not an effect.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import NamedTuple

FEWEST = 10
"""Matched people below whom nothing about scores is shown."""


class Gain(NamedTuple):
    """Percent scores of people who took both tests. Undefined figures are None."""

    n: int
    before: float
    after: float
    change: float
    low: float | None
    """95 % confidence interval of the change, in points."""
    high: float | None
    normalised: float | None
    """Class normalised gain (Hake): the change as a share of what was left to learn."""
    effect: float | None
    """d_av: the change in units of the mean of both standard deviations."""


def gain(pairs: Sequence[tuple[float, float]]) -> Gain | None:
    """Of (before, after) in percent; None without any pair."""
    if not pairs:
        return None
    before, after = fmean(pair[0] for pair in pairs), fmean(pair[1] for pair in pairs)
    change = after - before
    normalised = change / (100 - before) if before < 100 else None
    if len(pairs) < 2:
        return Gain(1, before, after, change, None, None, normalised, None)
    half = t_quantile(len(pairs) - 1) * stdev(two - one for one, two in pairs) / math.sqrt(len(pairs))
    spread = (stdev(one for one, _ in pairs) + stdev(two for _, two in pairs)) / 2
    return Gain(
        len(pairs), before, after, change, change - half, change + half, normalised, change / spread if spread else None
    )


def t_quantile(freedom: int) -> float:
    """The 97.5 % point of Student's t with this many degrees of freedom."""
    low, high = 0.0, 13.0  # 12.71 for one degree, falling
    for _ in range(60):
        middle = (low + high) / 2
        if _two_sided(middle, freedom) > 0.05:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _two_sided(t: float, freedom: int) -> float:
    """Probability of a value farther from 0 than `t`, as a finite sum (Abramowitz and Stegun 26.7.3-4)."""
    angle = math.atan2(t, math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    if freedom % 2:
        term, total = cosine, cosine if freedom > 1 else 0.0
        for k in range(2, freedom - 2, 2):
            term *= cosine * cosine * k / (k + 1)
            total += term
        return 1 - 2 / math.pi * (angle + sine * total)
    term, total = 1.0, 1.0
    for k in range(1, freedom - 2, 2):
        term *= cosine * cosine * k / (k + 1)
        total += term
    return 1 - sine * total
